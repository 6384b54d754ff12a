"""The models that `qa.retrieval.rerank` uses: cross-encoders and late interaction, from a folder or a hub.

The kind of a model follows from its name, if fastembed lists it, else from the architecture in its `config.json`.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.models.onnx_copy import config_of, quiet, quiet_fastembed
from qa.models.torch_extra import need_torch
from qa.paths import expanded

# A prefix that asks for sentence-transformers even if fastembed has the model too.
_SENTENCE_TRANSFORMERS = "sentence-transformers:"
_CROSS_ENCODERS = ("ForSequenceClassification", "ForCausalLM")

# Scores texts for a question, one number per text.
_Scoring = Callable[[str, list[str]], list[float]]


class RerankingModel:
    """A reranking model by its name; `load` loads it."""

    def __init__(self, name: str) -> None:
        """Take a folder, a name that fastembed lists, or one of the hub; nothing is imported yet."""
        self.name = name
        self._scoring: _Scoring | None = None

    def load(self) -> None:
        """Load the model, once.

        Raises:
            ModelError: There is no such model, it is not a reranker, or it cannot be loaded.
        """
        if self._scoring is not None:
            return
        try:
            self._scoring = _loaded(self.name)
        except ModelError:
            raise
        except Exception as error:  # huggingface_hub, transformers, torch and onnxruntime raise anything
            raise _unloadable("reranker", self.name, "FOOTNOTE_RERANKER", error) from error

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return one score per text; the range is the model's own, see its card."""
        self.load()
        if self._scoring is None:
            raise AssertionError("load sets it or raises")
        return self._scoring(query, list(texts))


def max_sim(query: NDArray[np.float32], text: NDArray[np.float32]) -> float:
    """Return the sum, over the question's vectors, of the best inner product with any of the text's.

    Args:
        query: float32, shape (tokens of the question, dim).
        text: float32, shape (tokens of the text, dim); without any, the result is 0.

    Source:
        Khattab and Zaharia, ColBERT, SIGIR 2020, https://doi.org/10.1145/3397271.3401075.
    """
    return float((query @ text.T).max(axis=1).sum()) if len(text) else 0.0


def _loaded(name: str) -> _Scoring:
    if name.startswith(_SENTENCE_TRANSFORMERS):
        return _through_sentence_transformers(name)
    folder = _folder(name)
    if folder.is_dir():
        return _from_folder(name, folder)
    from fastembed import LateInteractionTextEmbedding
    from fastembed.rerank.cross_encoder import TextCrossEncoder

    if _lists(TextCrossEncoder, name):
        return _through_fastembed(name)
    if _lists(LateInteractionTextEmbedding, name):
        return _late_interaction(name)
    return _through_sentence_transformers(name)


def _folder(name: str) -> Path:
    """Return what a name is as a folder; the libraries take seconds to import before they miss one.

    Raises:
        FileNotFoundError: It can be nothing else, and is not there.
    """
    folder = expanded(name)
    if folder.is_absolute() and not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    return folder


def _from_folder(name: str, folder: Path) -> _Scoring:
    """Load what a folder holds; the ONNX file where there is one, since torch alone takes seconds to import."""
    kind = _architecture(config_of(folder))
    if "colbert" in kind.lower():
        return _late_interaction(_colbert_of(name, folder), folder)
    _check_architecture(name, kind)
    file = next((file for file in ("model.onnx", "onnx/model.onnx") if (folder / file).is_file()), "")
    if not file or not kind.endswith("ForSequenceClassification"):
        return _through_sentence_transformers(name)
    _check_labels(name, len(config_of(folder).get("id2label", "1")))
    return _through_fastembed(_registered(folder, file), folder)


@dataclass(frozen=True, slots=True)
class CrossEncoding:
    """A cross-encoder of sentence-transformers: its labels' names, and the function that scores pairs for each."""

    labels: Mapping[int, str]
    logits: Callable[[Sequence[tuple[str, str]]], list[list[float]]]


def cross_encoder(name: str, *, setting: str) -> CrossEncoding:
    """Load a cross-encoder with any number of labels; errors name `setting` as the one to change.

    Raises:
        ModelError: There is no such model, or it is not a cross-encoder.
    """
    try:
        model, config = _encoder(name)
    except ModelError:
        raise
    except Exception as error:  # huggingface_hub, transformers and torch raise anything
        raise _unloadable("model", name, setting, error) from error
    _check_architecture(name, _architecture({"architectures": getattr(config, "architectures", None)}), setting)
    labels = dict(getattr(config, "id2label", None) or {})
    if len(labels) != model.num_labels:
        labels = {number: f"LABEL_{number}" for number in range(model.num_labels)}

    def logits(pairs: Sequence[tuple[str, str]]) -> list[list[float]]:
        import torch

        made = model.predict(
            list(pairs), batch_size=len(pairs), show_progress_bar=False, activation_fn=torch.nn.Identity()
        )
        return [[float(value) for value in np.atleast_1d(row)] for row in made]

    return CrossEncoding(labels, logits)


def _encoder(name: str) -> tuple[Any, Any]:
    """Return sentence-transformers' cross-encoder and its configuration."""
    path = name.removeprefix(_SENTENCE_TRANSFORMERS)
    folder = _folder(path)
    need_torch(f'model "{name}"')
    with quiet():
        from sentence_transformers import CrossEncoder

        model = CrossEncoder(str(folder) if folder.is_dir() else path)
    # The library gives a model without a head for this one of random weights, with a warning at most.
    return model, getattr(getattr(model[0], "model", None), "config", None)


def _through_sentence_transformers(name: str) -> _Scoring:
    model, config = _encoder(name)
    _check_architecture(name, _architecture({"architectures": getattr(config, "architectures", None)}))
    _check_labels(name, model.num_labels)

    def scoring(query: str, texts: list[str]) -> list[float]:
        pairs: Any = [(query, text) for text in texts]
        return [float(score) for score in model.predict(pairs, batch_size=len(pairs), show_progress_bar=False)]

    return scoring


def _through_fastembed(name: str, folder: Path | None = None) -> _Scoring:
    # First the whole, as in `qa.text.stemmer`.
    import fastembed  # noqa: F401
    from fastembed.rerank.cross_encoder import TextCrossEncoder

    with quiet_fastembed():
        model = TextCrossEncoder(name, **_at(folder))
    return lambda query, texts: list(model.rerank(query, texts, batch_size=len(texts)))


def _late_interaction(name: str, folder: Path | None = None) -> _Scoring:
    from fastembed import LateInteractionTextEmbedding

    with quiet_fastembed():
        model = LateInteractionTextEmbedding(name, **_at(folder))

    def scoring(query: str, texts: list[str]) -> list[float]:
        [asked] = model.query_embed(query)
        vectors = model.embed(texts, batch_size=len(texts))
        return [max_sim(np.asarray(asked, np.float32), np.asarray(text, np.float32)) for text in vectors]

    return scoring


def _at(folder: Path | None) -> dict[str, Any]:
    return {"specific_model_path": str(folder)} if folder else {}


def _lists(library: Any, name: str) -> bool:
    return any(name.lower() == model["model"].lower() for model in library.list_supported_models())


def _registered(folder: Path, file: str) -> str:
    """Return the name under which fastembed knows the cross-encoder of a folder."""
    import fastembed  # noqa: F401
    from fastembed.common.model_description import ModelSource
    from fastembed.rerank.cross_encoder import TextCrossEncoder

    name = f"footnote/{hashlib.sha256(f'{folder.absolute()} {file}'.encode()).hexdigest()[:16]}"
    if not _lists(TextCrossEncoder, name):
        TextCrossEncoder.add_custom_model(
            name, sources=ModelSource(url="https://localhost/never-fetched"), model_file=file
        )
    return name


def _colbert_of(name: str, folder: Path) -> str:
    """Return fastembed's name for a ColBERT model whose ONNX file lies where the one in the folder does."""
    from fastembed import LateInteractionTextEmbedding

    for model in LateInteractionTextEmbedding.list_supported_models():
        if (folder / model["model_file"]).is_file():
            return str(model["model"])
    raise ModelError(f'reranker "{name}" is a ColBERT model without an ONNX file; export it to {folder / "model.onnx"}')


def _architecture(config: dict[str, Any]) -> str:
    return str((config.get("architectures") or [""])[0])


def _unloadable(what: str, name: str, setting: str, error: Exception) -> ModelError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    return ModelError(
        f'{what} "{name}" cannot be loaded: {reason}; name a folder or a model of the hub, or leave {setting} out'
    )


def _check_architecture(name: str, kind: str, setting: str = "FOOTNOTE_RERANKER") -> None:
    if not kind.endswith(_CROSS_ENCODERS):
        is_reranker = setting == "FOOTNOTE_RERANKER"
        raise ModelError(
            f'{"reranker" if is_reranker else "model"} "{name}" is '
            + ("neither a cross-encoder nor a ColBERT model" if is_reranker else "no cross-encoder")
            + (f", its config.json says {kind}" if kind else ", its config.json does not say what it is")
            + f"; use one that is, or leave {setting} out"
        )


def _check_labels(name: str, labels: int) -> None:
    if labels != 1:
        raise ModelError(f'reranker "{name}" gives a passage {labels} numbers; use one that gives it a single one')
