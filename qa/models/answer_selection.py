"""Whether a sentence answers a question, by a small model that reads both together: answer sentence selection.

It is the packaged dense model with what it learned since: matrices of low rank that are added to its own, a table of
token types, layer normalisations, and a head of one number. They were learned from published and invented questions,
as `bench/learn_selection.py` says; docs/quality.md says what it gives. It reads English.

Source:
    Garg, Vu and Moschitti, TANDA, AAAI 2020, https://doi.org/10.48550/arXiv.1911.04118, for the task; Hu et al., LoRA,
    ICLR 2022, https://doi.org/10.48550/arXiv.2106.09685, for the matrices.
"""

import asyncio
import contextlib
import hashlib
import logging
import shutil
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
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

LEARNED = Path(__file__).with_name("answer_selection.safetensors")
"""What the model learned."""
_LOG = logging.getLogger(__name__)
_NAME, _HEAD = "answer-selection", "classifier"
# Rounding quietens what it logs for the whole process: two at once would leave it quiet.
_WRITING = threading.Lock()
# After a failure the model is tried again so much later: a disk may have room by then.
_REST_S = 600.0
# Tokens of each part, as it was learned: of the lines above, and of the sentence before, the last ones.
_QUESTION, _ABOVE, _BEFORE, _SENTENCE = 40, 12, 28, 72
# Pairs of a batch, which are padded to the longest.
_BATCH = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer.

    Attributes:
        text: The sentence.
        before: The one before it in its document, "" for none.
        above: The title and headings above it.
    """

    text: str
    before: str = ""
    above: str = ""


# Returns the log-odds that each sentence answers the question, float32 of shape (number of sentences,);
# None where there is no model.
Select = Callable[[str, Sequence[Candidate]], Awaitable[NDArray[np.float32] | None]]


class AnswerSelector:
    """The model, loaded when it is first asked; a question is answered without it where it cannot be."""

    def __init__(self, models: Path) -> None:
        """Take the folder `models` of a home, which holds the copies of models."""
        self._home = models.parent
        self._loaded: tuple[InferenceSession, Tokenizer] | None = None
        self._loading = threading.Lock()
        self._again = 0.0  # when it is tried again after a failure

    async def judge(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """Return the log-odds that each sentence answers the question, float32 of shape (len(candidates),).

        Raises:
            ModelError: The model's copy cannot be written, or is damaged.
        """
        return await asyncio.to_thread(self._judge, question, list(candidates))

    async def try_to_judge(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32] | None:
        """Return as `judge`; None where the model cannot be loaded, which is logged, and tried again after a while."""
        if time.monotonic() < self._again:
            return None
        try:
            return await self.judge(question, candidates)
        except ModelError as error:
            self._again = time.monotonic() + _REST_S
            _LOG.warning("sentences are not read together with the question: %s", error)
            return None

    async def get_ready(self) -> None:
        """Load the model ahead of the first question, if it can be."""
        with contextlib.suppress(ModelError):  # `try_to_judge` says it
            await asyncio.to_thread(self.load)

    def load(self) -> None:
        """Load the model, once; its copy is written first where there is none.

        Raises:
            ModelError: The copy cannot be written, or is damaged.
        """
        with self._loading:
            if self._loaded is None:
                self._loaded = _opened(self._home)

    def _judge(self, question: str, candidates: list[Candidate]) -> NDArray[np.float32]:
        self.load()
        if self._loaded is None:
            raise AssertionError("load sets it or raises")
        session, tokenizer = self._loaded
        pairs = [pair_of(question, candidate, tokenizer) for candidate in candidates]
        order = sorted(range(len(pairs)), key=lambda number: len(pairs[number].ids))
        found = np.empty(len(pairs), dtype=np.float32)
        for first in range(0, len(order), _BATCH):
            numbers = order[first : first + _BATCH]
            try:
                [logits] = session.run(["logits"], _padded([pairs[number] for number in numbers]))
            except Exception as error:  # onnxruntime has no narrower class
                raise ModelError(f"the model that selects answers failed ({type(error).__name__})") from error
            found[numbers] = logits[:, 0]
        return found


def selector_of(home: Path) -> AnswerSelector:
    """Return the model whose copy lies under a home; all collections of a process share it, some 40 MB."""
    return _selector_in((home / "models").resolve())


@lru_cache(maxsize=2)
def _selector_in(models: Path) -> AnswerSelector:
    return AnswerSelector(models)


async def make_selector_copy(home: Path) -> None:
    """Write the model's copy under a home where there is none: an ingest does it once, so that no question waits.

    Where it cannot be written, questions are answered without it; the log says so.
    """
    try:
        if find_copy(copy_name(), home) is None:
            await asyncio.to_thread(_write_copy, home)
    except ModelError as error:
        _LOG.warning("sentences will not be read together with the question: %s", error)


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens of a question and a sentence, and where the second part begins."""

    ids: list[int]
    second: int


def pair_of(question: str, candidate: Candidate, tokenizer: "Tokenizer") -> Pair:
    """Return what the model reads of a question and a sentence."""

    def tokens(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids) if text else []

    start, end = tokens("[CLS]")[0], tokens("[SEP]")[0]
    asked = [start, *tokens(question)[:_QUESTION], end]
    above, before = tokens(candidate.above)[-_ABOVE:], tokens(candidate.before)[-_BEFORE:]
    said = [*above, *([end] if above else []), *before, end, *tokens(candidate.text)[:_SENTENCE], end]
    return Pair([*asked, *said], len(asked))


def _padded(pairs: Sequence[Pair]) -> dict[str, NDArray[np.int64]]:
    shape = len(pairs), max(len(pair.ids) for pair in pairs)
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = pair.ids
        mask[row, : len(pair.ids)] = 1
        types[row, pair.second : len(pair.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def _opened(home: Path) -> "tuple[InferenceSession, Tokenizer]":
    copy = find_copy(copy_name(), home) or _write_copy(home)
    try:
        return _session(copy.folder / MODEL_FILE), _tokenizer(copy.folder / "tokenizer.json")
    except Exception:  # noqa: BLE001 - onnxruntime and tokenizers have no narrower class; it is made again
        forget_copy(copy)
        copy = _write_copy(home)
    try:
        return _session(copy.folder / MODEL_FILE), _tokenizer(copy.folder / "tokenizer.json")
    except Exception as error:  # as above
        raise ModelError(
            f"the model that selects answers cannot be read from {copy.folder} ({type(error).__name__}); "
            "delete that folder"
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


def _write_copy(home: Path) -> ModelCopy:
    """Write the copy, and remove those of what was learned before.

    Raises:
        ModelError: It cannot be written, or what it is made from cannot be read.
    """
    with _WRITING:
        try:
            copy = find_copy(copy_name(), home) or _written(home)
        except ModelError:
            raise
        except Exception as error:  # safetensors and onnxruntime raise anything
            raise ModelError(
                f"the model that selects answers cannot be written ({type(error).__name__}: {error})"
            ) from error
    for before in copy.folder.parent.glob(f"{_NAME}-*"):
        if before != copy.folder:
            shutil.rmtree(before, ignore_errors=True)
    return copy


def _written(home: Path) -> ModelCopy:
    saved = read_model(packaged_folder())
    if saved is None:
        raise ModelError("the packaged model cannot be read; install Footnote again")
    saved = replace(saved, tensor=learned(saved))

    def fill(draft: Path) -> None:
        write_rounded(lambda file: write_graph(saved.bert, saved.tensor, file, head=_HEAD), draft / MODEL_FILE)
        saved.tokenizer.tokenizer.save(str(draft / "tokenizer.json"))

    most = _QUESTION + _ABOVE + _BEFORE + _SENTENCE + 5
    return put_copy(copy_name(), home, fill, dim=1, max_tokens=most, pooling="cls", query_prompt="", document_prompt="")


def learned(saved: SavedModel) -> Tensors:
    """Return the tensors of the packaged model with what was learned.

    `X.a` of shape (rank, inputs) and `X.b` of shape (outputs, rank) are added to `X.weight` as their product; any other
    tensor takes the place of that of its name.
    """
    held = _held()

    def tensor(name: str) -> NDArray[np.float32]:
        if name in held:
            return held[name]
        weight = np.asarray(saved.tensor(name), dtype=np.float32)
        layer = name.removesuffix(".weight")
        if f"{layer}.a" in held:
            weight = weight + held[f"{layer}.b"] @ held[f"{layer}.a"]
        return weight

    return tensor


@cache
def copy_name() -> str:
    """Return the name of the model's copy: what was learned anew is another copy."""
    return f"{_NAME}-{hashlib.sha256(LEARNED.read_bytes()).hexdigest()[:8]}"


@cache
def _held() -> dict[str, NDArray[np.float32]]:
    from safetensors.numpy import load_file

    return {name: np.asarray(values, dtype=np.float32) for name, values in load_file(LEARNED).items()}
