"""Learned sparse models through fastembed: SPLADE and its kin also weight terms that do not occur in the text.

They take the place of BM25 in the stored sparse vectors. What depends on a text's own words (names that no text
mentions, word pairs, titles) still comes from `qa.text.words.SparseEmbedder`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.errors import ConfigError, ModelError
from qa.models.dense import SparseChunkEmbedder
from qa.models.onnx_copy import config_of, quiet_fastembed
from qa.paths import expanded
from qa.text.terms import BM25, TERMS_VERSION
from qa.text.words import SparseEmbedder

# It splits a word's weight over four signed numbers, and Milvus does not search for negative ones.
_MINICOIL = "minicoil"
# SPLADE makes a number per term of its vocabulary for each token: 31 MB for a text of 256, in several copies.
_BATCH = 4


class LearnedSparseEmbedder:
    """Sparse vectors of a learned model, of chunks and of questions."""

    def __init__(self, name: str) -> None:
        """Take a name that fastembed lists, or a folder; the model is not loaded.

        Raises:
            ConfigError: There is no such model, or its weights cannot be stored.
        """
        self.name = name
        folder = expanded(name)
        self._folder = folder if folder.is_dir() else None
        self._listed = _kind(name, folder) if self._folder else _checked(name)
        self._model: Any = None
        self._needs_idf = False

    @property
    def needs_idf(self) -> bool:
        """Whether a question's weights are to be multiplied by the terms' IDFs; known once it is loaded."""
        return self._needs_idf

    def load(self) -> None:
        """Load the model, once.

        Raises:
            ModelError: It cannot be loaded.
        """
        if self._model is not None:
            return
        from fastembed import SparseTextEmbedding

        try:
            with quiet_fastembed():
                path: dict[str, Any] = {"specific_model_path": str(self._folder)} if self._folder else {}
                self._model = SparseTextEmbedding(self._listed, **path)
        except Exception as error:  # huggingface_hub, tokenizers and onnxruntime raise anything
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            raise ModelError(
                f'sparse model "{self.name}" cannot be loaded: {reason}; '
                f'set FOOTNOTE_SPARSE_MODEL to a folder, a model that fastembed lists, or "{BM25}"'
            ) from error
        self._needs_idf = bool(self._model.model.model_description.requires_idf)

    async def embed_chunks(
        self,
        texts: Sequence[str],
        languages: Sequence[str] = (),  # noqa: ARG002 - the model needs no language
    ) -> list[Mapping[int, float]]:
        """Return one mapping per text from term id to weight, above 0 and unbounded; empty without terms."""
        return await asyncio.to_thread(self._embed, list(texts))

    async def embed_query(self, text: str) -> dict[int, float]:
        """Return the model's own weights of a question's terms, above 0, without IDFs."""
        return await asyncio.to_thread(self._embed_query, text)

    def _embed(self, texts: list[str]) -> list[Mapping[int, float]]:
        self.load()
        # A batch is padded to its longest text, so texts of similar length go together.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        made: list[Mapping[int, float]] = [{}] * len(texts)
        for number, vector in zip(order, self._model.embed([texts[i] for i in order], batch_size=_BATCH), strict=True):
            made[number] = _weights(vector)
        return made

    def _embed_query(self, text: str) -> dict[int, float]:
        self.load()
        return _weights(next(iter(self._model.query_embed(text))))


def chunk_terms(
    name: str, *, language: str, average_terms: float, terms_version: int = TERMS_VERSION
) -> SparseChunkEmbedder:
    """Return the embedder of chunks for a sparse model's name; it is not loaded yet.

    Args:
        name: That of the sparse model.
        language: "auto", or an English name.
        average_terms: The average number of terms in a chunk.
        terms_version: Of the collection's terms, see `qa.text.terms`.

    Raises:
        ConfigError: There is no such model or language.
    """
    words = SparseEmbedder(BM25, language=language, average_terms=average_terms, version=terms_version)
    return learned_model(name) or words


def learned_model(name: str) -> LearnedSparseEmbedder | None:
    """Return the learned model of that name; None for BM25, which is not learned.

    Raises:
        ConfigError: There is no such model.
    """
    return None if name == BM25 else LearnedSparseEmbedder(name)


def _weights(vector: Any) -> dict[int, float]:
    pairs = zip(vector.indices.tolist(), vector.values.tolist(), strict=True)
    return {term: weight for term, weight in pairs if weight > 0}


def _checked(name: str) -> str:
    from fastembed import SparseTextEmbedding

    listed = [model["model"] for model in SparseTextEmbedding.list_supported_models()]
    usable = [model for model in listed if _MINICOIL not in model.lower()]
    if name.lower() not in (model.lower() for model in usable):
        raise ConfigError(
            f'sparse model "{name}" is not supported; '
            f"set FOOTNOTE_SPARSE_MODEL to a folder that holds one, or to one of {', '.join(sorted(usable))}"
        )
    return name


def _kind(name: str, folder: Path) -> str:
    """Return fastembed's name for the kind of model in a folder, as the files in it tell."""
    if any(_MINICOIL in file.name for file in folder.iterdir()):
        raise ConfigError(
            f'sparse model "{name}" gives negative weights, which Milvus does not search for; use another one'
        )
    if (folder / "idf.json").is_file():
        return "opensearch-project/opensearch-neural-sparse-encoding-doc-v3-gte"
    if (folder / "stopwords.txt").is_file():
        return "Qdrant/bm42-all-minilm-l6-v2-attentions"
    kind = str((config_of(folder).get("architectures") or [""])[0])
    if not kind.endswith("ForMaskedLM"):
        says = f"its config.json says {kind}" if kind else "its config.json does not say what it is"
        raise ConfigError(f'sparse model "{name}" is not a SPLADE model, {says}; name a folder that holds one')
    return "prithivida/Splade_PP_en_v1"
