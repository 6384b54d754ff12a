"""Small models that read two texts together and tell something of both: the packaged dense model and what it learned.

What each learned is matrices of low rank that are added to the model's own, a table of token types, layer
normalisations, and a head. Its graph is written to the home once, with weights rounded to eight bits.

Source:
    Hu et al., LoRA, ICLR 2022, https://doi.org/10.48550/arXiv.2106.09685, for the matrices.
"""

import asyncio
import contextlib
import hashlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.models.bert_graph import Tensors, write_graph
from qa.models.multilingual import write_rounded
from qa.models.onnx_copy import MODEL_FILE, ModelCopy, find_copy, forget_copy, packaged_folder, put_copy
from qa.models.saved_model import SavedModel, read_model

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_LOG = logging.getLogger(__name__)
_HEAD = "classifier"
# Rounding quietens what it logs for the whole process: two at once would leave it quiet.
_WRITING = threading.Lock()
# After a failure a model is tried again so much later: a disk may have room by then.
_REST_S = 600.0
# Pairs of a batch, which are padded to the longest.
_BATCH = 6


@dataclass(frozen=True, slots=True)
class Learned:
    """What the packaged model has learned for one task.

    Attributes:
        name: Of its copies under a home.
        file: Holds the tensors, as `tensors` reads them.
        most_tokens: Of a pair.
        does: What it does, for messages: "selects answers".
        without: What is not done without it, likewise: "sentences are not read together with the question".
    """

    name: str
    file: Path
    most_tokens: int
    does: str
    without: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens of two texts, and where the second part begins."""

    ids: list[int]
    second: int


class PairReader:
    """One such model, loaded when it is first asked."""

    def __init__(self, task: Learned, models: Path) -> None:
        """Take what it has learned, and the folder `models` of a home, which holds the copies of models."""
        self._task = task
        self._home = models.parent
        self._loaded: tuple[InferenceSession, Tokenizer] | None = None
        self._loading = threading.Lock()
        self._again = 0.0  # when it is tried again after a failure

    async def read(self, pairs_of: "Callable[[Tokenizer], Sequence[Pair]]") -> NDArray[np.float32]:
        """Return what the model says of pairs, float32 of shape (number of pairs, numbers of its head).

        Args:
            pairs_of: Returns the pairs, in tokens of a tokenizer; it is called in a thread.

        Raises:
            ModelError: The model's copy cannot be written, or is damaged.
        """
        return await asyncio.to_thread(self._read, pairs_of)

    async def try_to_read(self, pairs_of: "Callable[[Tokenizer], Sequence[Pair]]") -> NDArray[np.float32] | None:
        """Return as `read`; None where the model cannot be loaded, which is logged, and tried again after a while."""
        if time.monotonic() < self._again:
            return None
        try:
            return await self.read(pairs_of)
        except ModelError as error:
            self._again = time.monotonic() + _REST_S
            _LOG.warning("%s: %s", self._task.without, error)
            return None

    async def get_ready(self) -> None:
        """Load the model ahead of the first question, if it can be."""
        with contextlib.suppress(ModelError):  # `try_to_read` says it
            await asyncio.to_thread(self.load)

    def load(self) -> None:
        """Load the model, once; its copy is written first where there is none.

        Raises:
            ModelError: The copy cannot be written, or is damaged.
        """
        with self._loading:
            if self._loaded is None:
                self._loaded = _opened(self._task, self._home)

    def _read(self, pairs_of: "Callable[[Tokenizer], Sequence[Pair]]") -> NDArray[np.float32]:
        self.load()
        if self._loaded is None:
            raise AssertionError("load sets it or raises")
        session, tokenizer = self._loaded
        pairs = pairs_of(tokenizer)
        order = sorted(range(len(pairs)), key=lambda number: len(pairs[number].ids))
        found = []
        for first in range(0, len(order), _BATCH):
            try:
                [logits] = session.run(["logits"], _padded([pairs[number] for number in order[first : first + _BATCH]]))
            except Exception as error:  # onnxruntime has no narrower class
                raise ModelError(f"the model that {self._task.does} failed ({type(error).__name__})") from error
            found.append(logits)
        said = np.empty((len(pairs), found[0].shape[1] if found else 1), dtype=np.float32)
        if found:
            said[order] = np.concatenate(found)
        return said


async def make_copy(task: Learned, home: Path) -> None:
    """Write a model's copy under a home where there is none: an ingest does it once, so that no question waits.

    Where it cannot be written, the log says so.
    """
    try:
        if find_copy(copy_name(task), home) is None:
            await asyncio.to_thread(_write_copy, task, home)
    except ModelError as error:
        _LOG.warning("%s: %s", task.without, error)


def tensors(task: Learned, saved: SavedModel) -> Tensors:
    """Return the tensors of the packaged model with what was learned.

    `X.a` of shape (rank, inputs) and `X.b` of shape (outputs, rank) are added to `X.weight` as their product; any other
    tensor takes the place of that of its name.
    """
    held = _held(task.file)

    def tensor(name: str) -> NDArray[np.float32]:
        if name in held:
            return held[name]
        weight = np.asarray(saved.tensor(name), dtype=np.float32)
        layer = name.removesuffix(".weight")
        if f"{layer}.a" in held:
            weight = weight + held[f"{layer}.b"] @ held[f"{layer}.a"]
        return weight

    return tensor


def copy_name(task: Learned) -> str:
    """Return the name of a model's copy: what was learned anew is another copy."""
    return f"{task.name}-{_digest(task.file)}"


def _padded(pairs: Sequence[Pair]) -> dict[str, NDArray[np.int64]]:
    shape = len(pairs), max(len(pair.ids) for pair in pairs)
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = pair.ids
        mask[row, : len(pair.ids)] = 1
        types[row, pair.second : len(pair.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def _opened(task: Learned, home: Path) -> "tuple[InferenceSession, Tokenizer]":
    copy = find_copy(copy_name(task), home) or _write_copy(task, home)
    try:
        return _session(copy.folder / MODEL_FILE), _tokenizer(copy.folder / "tokenizer.json")
    except Exception:  # noqa: BLE001 - onnxruntime and tokenizers have no narrower class; it is made again
        forget_copy(copy)
        copy = _write_copy(task, home)
    try:
        return _session(copy.folder / MODEL_FILE), _tokenizer(copy.folder / "tokenizer.json")
    except Exception as error:  # as above
        raise ModelError(
            f"the model that {task.does} cannot be read from {copy.folder} ({type(error).__name__}); delete that folder"
        ) from error


def _session(file: Path) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = 3
    # As `qa.models.patient`: threads that spin take a core from others.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _tokenizer(file: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(file))


def _write_copy(task: Learned, home: Path) -> ModelCopy:
    """Write the copy, and remove those of what was learned before.

    Raises:
        ModelError: It cannot be written, or what it is made from cannot be read.
    """
    with _WRITING:
        try:
            copy = find_copy(copy_name(task), home) or _written(task, home)
        except ModelError:
            raise
        except Exception as error:  # safetensors and onnxruntime raise anything
            raise ModelError(
                f"the model that {task.does} cannot be written ({type(error).__name__}: {error})"
            ) from error
    for before in copy.folder.parent.glob(f"{task.name}-*"):
        if before != copy.folder:
            shutil.rmtree(before, ignore_errors=True)
    return copy


def _written(task: Learned, home: Path) -> ModelCopy:
    saved = read_model(packaged_folder())
    if saved is None:
        raise ModelError("the packaged model cannot be read; install Footnote again")
    saved = replace(saved, tensor=tensors(task, saved))

    def fill(draft: Path) -> None:
        write_rounded(lambda file: write_graph(saved.bert, saved.tensor, file, head=_HEAD), draft / MODEL_FILE)
        saved.tokenizer.tokenizer.save(str(draft / "tokenizer.json"))

    return put_copy(
        copy_name(task),
        home,
        fill,
        dim=1,
        max_tokens=task.most_tokens,
        pooling="cls",
        query_prompt="",
        document_prompt="",
    )


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:8]


@cache
def _held(file: Path) -> dict[str, NDArray[np.float32]]:
    from safetensors.numpy import load_file

    return {name: np.asarray(values, dtype=np.float32) for name, values in load_file(file).items()}
