"""What a folder of sentence-transformers says about its model, read without importing that library.

Only plain models are read: a BERT that `bert_graph` can write, with mean or cls pooling and a tokenizer that
transformers uses exactly as its file says. Any other folder is left to the library.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.models.bert_graph import Bert, Tensors, bert_of
from qa.models.saved_tokenizer import SavedTokenizer, read_tokenizer

# Types of weights that numpy has too.
_FLOATS = ("F32", "F16")
# Files that change how the others are read.
_OTHERWISE = ("adapter_config.json", "preprocessor_config.json", "processor_config.json")
# The library's own settings, each with the value that changes nothing.
_PLAIN = {
    "do_lower_case": False,
    "transformer_task": "feature-extraction",
    "modality_config": {"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
    "module_output_name": "token_embeddings",
}


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model as its folder describes it.

    Attributes:
        bert: The sizes of the model.
        tensor: Returns a tensor of `bert.shapes` by its name.
        tokenizer: Turns texts into its tokens.
        max_tokens: Most tokens of a text that it uses, special ones included.
        pooling: "mean" or "cls".
        query_prompt: Put in front of every question.
        document_prompt: Put in front of every chunk.
    """

    bert: Bert
    tensor: Tensors
    tokenizer: SavedTokenizer
    max_tokens: int
    pooling: str
    query_prompt: str
    document_prompt: str


def read_model(folder: Path) -> SavedModel | None:
    """Return the model in a folder; None if any part of it is missing, damaged, or not plain."""
    from safetensors import SafetensorError

    try:
        return _read(folder)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, SafetensorError):
        return None


def _read(folder: Path) -> SavedModel | None:
    """As `read_model`, but anything unexpected may also raise."""
    if any((folder / name).exists() for name in _OTHERWISE):
        return None
    config, settings = _values(folder / "config.json"), _values(folder / "tokenizer_config.json")
    bert, pooling, prompts = bert_of(config), _pooling(folder), _prompts(folder)
    if bert is None or pooling is None or prompts is None:
        return None
    max_tokens, tensor = _max_tokens(folder, settings, bert), _tensors(folder, bert)
    tokenizer = read_tokenizer(folder, config, settings)
    if max_tokens is None or tensor is None or tokenizer is None:
        return None
    return SavedModel(bert, tensor, tokenizer, max_tokens, pooling, *prompts)


def _pooling(folder: Path) -> str | None:
    """Return how tokens' vectors become one, if the folder says that nothing follows but normalisation."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
    if kinds[:2] != ["Transformer", "Pooling"] or set(kinds[2:]) - {"Normalize"}:
        return None
    if any(not module["type"].startswith("sentence_transformers.") or module.get("kwargs") for module in modules):
        return None
    transformer, pooling, *lengths = [_below(folder, module["path"]) for module in modules]
    if transformer != folder or not all(map(_is_plain_normalisation, lengths)):
        return None
    values = _values(pooling / "config.json")
    # The first form is that of the library before version 5.5, the second the one since.
    before = [name for name in values if name.startswith("pooling_mode_") and values[name]]
    mode = values.get("pooling_mode") or {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}.get(
        before[0] if len(before) == 1 else ""
    )
    return mode if mode in ("mean", "cls") and values.get("include_prompt", True) is True else None


def _is_plain_normalisation(folder: Path) -> bool:
    file = folder / "config.json"
    return not file.exists() or set(_values(file).values()) <= {"sentence_embedding", None}


def _prompts(folder: Path) -> tuple[str, str] | None:
    """Return the prompts of questions and of chunks; None if the library would have to choose among several."""
    file = folder / "config_sentence_transformers.json"
    values = _values(file) if file.exists() else {}
    prompts = values.get("prompts") or {}
    if values.get("model_type", "SentenceTransformer") != "SentenceTransformer" or values.get("requirements"):
        return None
    if values.get("default_prompt_name") or set(prompts) - {"query", "document"}:
        return None
    query, document = prompts.get("query") or "", prompts.get("document") or ""
    return (query, document) if isinstance(query, str) and isinstance(document, str) else None


def _max_tokens(folder: Path, settings: Mapping[str, Any], bert: Bert) -> int | None:
    """Return the limit of tokens that the library sets for the tokenizer."""
    values = _values(folder / "sentence_bert_config.json")
    limit = values.pop("max_seq_length", None)
    if any(value and value != _PLAIN.get(name) for name, value in values.items()):
        return None
    if limit is None:
        limit = min(settings["model_max_length"], bert.positions)
    return limit if type(limit) is int and 0 < limit <= bert.most_tokens else None


def _tensors(folder: Path, bert: Bert) -> Tensors | None:
    """Return a function that reads each tensor the graph needs; None unless all are there."""
    from safetensors import safe_open

    files = ["model.safetensors"]
    if not (folder / files[0]).exists():
        files = sorted(set(_values(folder / "model.safetensors.index.json")["weight_map"].values()))
    shards: list[Any] = [safe_open(_below(folder, file), "numpy") for file in files]
    held = {name: shard for shard in shards for name in shard.keys()}  # noqa: SIM118 - no mapping
    # In a model that was saved with a head, the names of the tensors have a prefix.
    [front] = [name.removesuffix(first) for first in [next(iter(bert.shapes))] for name in held if name.endswith(first)]
    for name, shape in bert.shapes.items():
        tensor = held[front + name].get_slice(front + name)
        if tuple(tensor.get_shape()) != shape or tensor.get_dtype() not in _FLOATS:
            return None
    return lambda name: np.asarray(held[front + name].get_tensor(front + name))


def _below(folder: Path, path: str) -> Path:
    """Return the path in the folder that one of its files names; the folder itself for ""."""
    if path and path != Path(path).name:
        raise ValueError(f"{path} is not in {folder}")
    return folder / path


def _values(file: Path) -> dict[str, Any]:
    values = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise ValueError(f"{file} holds no mapping")
    return values
