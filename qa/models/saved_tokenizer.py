"""The tokenizer in a model's folder, if transformers would build exactly what `tokenizer.json` says.

transformers 5 builds a tokenizer anew from the vocabulary and the settings, by the class that these name, and
transformers 4 changes what it reads by them. Here only tokenizers are read that neither would change.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# The class of a tokenizer whose settings name none, by the kind of model.
_CLASSES = {"bert": "BertTokenizer", "xlm-roberta": "XLMRobertaTokenizer"}
# Classes that take the file as it is.
_AS_IT_IS = ("PreTrainedTokenizer", "TokenizersBackend")
# Special tokens of the other classes, unless the settings name others.
_SPECIAL = {
    "BertTokenizer": {"unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]", "cls": "[CLS]", "mask": "[MASK]"},
    "XLMRobertaTokenizer": {
        "bos": "<s>",
        "eos": "</s>",
        "sep": "</s>",
        "cls": "<s>",
        "unk": "<unk>",
        "pad": "<pad>",
        "mask": "<mask>",
    },
}
_NAMES = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")
# Settings that would change the tokenizer, each with the value that does not.
_PLAIN = {
    "padding_side": "right",
    "truncation_side": "right",
    "do_basic_tokenize": True,
    "never_split": None,
    "split_special_tokens": False,
    "add_bos_token": None,
    "add_eos_token": None,
    "auto_map": None,
}
_PROBE = "A plain question, is it?"


@dataclass(frozen=True, slots=True)
class SavedTokenizer:
    """A tokenizer that neither cuts nor pads, and the token for padding.

    Attributes:
        tokenizer: The tokenizer as its file describes it.
        pad_token: The token that fills up batches.
        pad_id: Its number.
    """

    tokenizer: "Tokenizer"
    pad_token: str
    pad_id: int


def read_tokenizer(folder: Path, config: Mapping[str, Any], settings: Mapping[str, Any]) -> SavedTokenizer | None:
    """Return the tokenizer of a folder; None if transformers would make a different one.

    Args:
        folder: Holds `tokenizer.json`.
        config: The model's `config.json`.
        settings: The `tokenizer_config.json`.

    Raises:
        ValueError: The file cannot be read.
    """
    from tokenizers import Tokenizer

    if any(settings.get(name, plain) != plain for name, plain in _PLAIN.items()):
        return None
    if (folder / "added_tokens.json").exists():
        return None
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # of no narrower class
        raise ValueError(f"{folder} holds no tokenizer") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    kind = settings.get("tokenizer_class") or config.get("tokenizer_class") or _CLASSES.get(config["model_type"], "")
    kind = kind.removesuffix("Fast")
    tokens = _tokens(settings, kind)
    named = {*tokens.values(), *_more(folder, settings)}
    held = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    if kind == "BertTokenizer":
        plain = held == named and _is_bert(tokenizer, settings, tokens)
    elif kind == "XLMRobertaTokenizer":
        plain = held == named and _is_xlm_roberta(tokenizer, folder, settings, tokens)
    else:
        plain = held >= named and kind in _AS_IT_IS
    pad_token = tokens.get("pad", "")
    pad_id = tokenizer.token_to_id(pad_token)
    if not plain or pad_id is None or any(tokenizer.encode(_PROBE).type_ids):
        return None
    return SavedTokenizer(tokenizer, pad_token, pad_id)


def _tokens(settings: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Return the special tokens by their role."""
    tokens = dict(_SPECIAL.get(kind, {}))
    for name in _NAMES:
        if settings.get(f"{name}_token") is not None:
            tokens[name] = _text(settings[f"{name}_token"])
    return tokens


def _more(folder: Path, settings: Mapping[str, Any]) -> set[str]:
    """Return the additional tokens that the files name."""
    file = folder / "special_tokens_map.json"
    found = {_text(token) for token in (settings.get("added_tokens_decoder") or {}).values()}
    for values in (settings, json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}):
        for name in ("additional_special_tokens", "extra_special_tokens"):
            more = values.get(name) or []
            found |= {_text(token) for token in (more.values() if isinstance(more, dict) else more)}
        found |= {_text(values[f"{name}_token"]) for name in _NAMES if values.get(f"{name}_token") is not None}
    return found


def _text(token: str | Mapping[str, Any]) -> str:
    return token if isinstance(token, str) else str(token["content"])


def _is_bert(tokenizer: "Tokenizer", settings: Mapping[str, Any], tokens: Mapping[str, str]) -> bool:
    from tokenizers import models, normalizers, pre_tokenizers

    normalizer = normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=settings.get("tokenize_chinese_chars", True),
        strip_accents=settings.get("strip_accents"),
        lowercase=settings.get("do_lower_case", True),
    )
    model = tokenizer.model
    return (
        isinstance(model, models.WordPiece)
        and (model.unk_token, model.continuing_subword_prefix) == (tokens["unk"], "##")
        and model.max_input_chars_per_word == 100
        and _same(tokenizer.normalizer, normalizer)
        and _same(tokenizer.pre_tokenizer, pre_tokenizers.BertPreTokenizer())
        and _is_framed(tokenizer, tokens["cls"], tokens["sep"])
    )


def _is_xlm_roberta(
    tokenizer: "Tokenizer", folder: Path, settings: Mapping[str, Any], tokens: Mapping[str, str]
) -> bool:
    from tokenizers import pre_tokenizers

    scheme = "always" if settings.get("add_prefix_space", True) else "never"
    split = [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme=scheme)]
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    return (
        (model["type"], model["unk_id"], bool(model.get("byte_fallback"))) == ("Unigram", 3, False)
        and _is_precompiled(tokenizer.normalizer)
        and _same(tokenizer.pre_tokenizer, pre_tokenizers.Sequence(split))
        and _is_framed(tokenizer, tokens["bos"], tokens["eos"])
    )


def _is_precompiled(normalizer: Any) -> bool:
    """Tell whether a sentencepiece table alone normalises; merged spaces don't count, since words are split."""
    if normalizer is None:
        return True
    state = json.loads(normalizer.__getstate__())
    steps = state["normalizers"] if state["type"] == "Sequence" else [state]
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
    return [step["type"] for step in steps if step != spaces] == ["Precompiled"]


def _is_framed(tokenizer: "Tokenizer", first: str, last: str) -> bool:
    """Tell whether a text gets one special token in front and one at the end."""
    bare = tokenizer.encode(_PROBE, add_special_tokens=False).ids
    return tokenizer.encode(_PROBE).ids == [tokenizer.token_to_id(first), *bare, tokenizer.token_to_id(last)]


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one.__getstate__() == other.__getstate__())
