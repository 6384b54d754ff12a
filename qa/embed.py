"""Dense vectors of chunks and questions, which have methods of their own even where a model has one.

Inference is work, not waiting: every method here that runs a model hands whole batches to a thread.
"""

import asyncio
import ctypes
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.model_process import make_copy
from qa.models import ModelCopy, find_copy, load_model
from qa.types import Chunk

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


# Texts that the model gets at a time: on two cores 16 are a tenth faster than sentence-transformers' 32.
_CPU_BATCH, _BATCH = 16, 32
# Texts after which memory that the model has freed goes back to the system. glibc keeps it in pieces that the next
# batch, of another length, does not fit into: an ingest of 3,393 chunks grew to 1,269 MB and takes 1,163 so (every
# 32 texts 1,057, for 3 % of the time).
_TRIM_EVERY = 128


class ChunkEmbedder(Protocol):
    """Makes the dense vectors of chunks."""

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length."""
        ...


class SparseChunkEmbedder(Protocol):
    """Makes the sparse vectors of chunks: `qa.sparse.SparseEmbedder`, or a learned model of `qa.learned`."""

    async def embed_chunks(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Mapping[int, float]]:
        """Return one mapping per text from term id to weight; empty without terms. `languages` are the texts' codes."""
        ...


class QueryEmbedder(Protocol):
    """Makes the dense vectors of questions, and of the sentences that may answer them."""

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return float32 of shape (dim,), of unit length."""
        ...

    async def embed_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length."""
        ...


class DenseChunkEmbedder:
    """Chunks through sentence-transformers; loaded when first needed, so that an unchanged folder needs no model."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        # One thread: each that runs a model has a pool of OpenMP's and memory of its own.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dense")

    def load(self) -> "SentenceTransformer":
        """Load the model, once.

        Raises:
            ModelError: It cannot be loaded.
        """
        if self._model is None:
            self._model = load_model(self.name)
        return self._model

    async def copy(self, home: Path) -> ModelCopy:
        """Return the model's ONNX copy under `home`, made now if there is none."""
        return find_copy(self.name, home) or await make_copy(self.name, home)

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length, in the order of `texts`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._encode, list(texts))

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        model = self.load()
        vectors = np.empty((len(texts), model.get_embedding_dimension() or 0), dtype=np.float32)
        # A batch is padded to its longest text, so texts of a length go together.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]), reverse=True)
        for start in range(0, len(order), _TRIM_EVERY):
            numbers = order[start : start + _TRIM_EVERY]
            vectors[numbers] = model.encode_document(
                [texts[number] for number in numbers],
                batch_size=_CPU_BATCH if model.device.type == "cpu" else _BATCH,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
            _trim()(0)
        return vectors


@cache
def _trim() -> Callable[[int], int]:
    """Return what gives freed memory back to the system; elsewhere than in glibc that does nothing."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return lambda _padding: 0


class DenseQueryEmbedder:
    """Questions through the ONNX copy: loads in tenths of a second where sentence-transformers takes seconds."""

    def __init__(self, copy: ModelCopy) -> None:
        self._copy = copy
        self._model: Any = None

    def load(self) -> None:
        """Load the copy, once.

        Raises:
            ModelError: The copy is damaged.
        """
        if self._model is not None:
            return
        from fastembed import TextEmbedding
        from fastembed.common.model_description import ModelSource, PoolingType

        name = f"footnote/{self._copy.folder.name}"
        if name not in (model["model"] for model in TextEmbedding.list_supported_models()):
            TextEmbedding.add_custom_model(
                model=name,
                pooling=PoolingType.CLS if self._copy.pooling == "cls" else PoolingType.MEAN,
                normalization=True,
                sources=ModelSource(url="https://localhost/never-fetched"),
                dim=self._copy.dim,
                model_file="model.onnx",
            )
        try:
            self._model = TextEmbedding(name, specific_model_path=str(self._copy.folder))
        except Exception as error:
            raise ModelError(
                f"the model's copy in {self._copy.folder} is damaged ({type(error).__name__}); "
                "delete that folder and ingest again"
            ) from error

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return float32 of shape (dim,), of unit length."""
        vectors = await self.embed_sentences([self._copy.query_prompt + text])
        return np.asarray(vectors[0])

    async def embed_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length."""
        return await asyncio.to_thread(self._embed, list(texts))

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        self.load()
        # A batch is padded to its longest text, so texts of a length go together.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        vectors = np.empty((len(texts), self._copy.dim), dtype=np.float32)
        for number, vector in zip(order, self._model.embed([texts[i] for i in order], batch_size=4), strict=True):
            vectors[number] = vector
        return vectors


def embedded_text(chunk: Chunk) -> str:
    """Return what is embedded for a chunk: its text under its title and headings, which it may not repeat itself."""
    return f"{prefix(chunk.title, chunk.heading)}{chunk.text}"


def prefix(title: str, heading: str) -> str:
    """Return the lines put in front of a chunk's text; a title that opens the heading path is not repeated."""
    if heading == title or heading.startswith(f"{title} › "):
        title = ""
    above = " › ".join(part for part in (title, heading) if part)
    return f"{above}\n" if above else ""
