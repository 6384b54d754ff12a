"""Dense vectors of chunks and questions. The two have separate methods even if the model treats them alike.

Inference is work, not waiting: every method here that runs a model hands whole batches to a thread.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.models.copy_process import make_copy
from qa.models.dense_workers import CopyWorkers, TorchWorkers, Workers, vectors_of
from qa.models.loaded import loaded
from qa.models.onnx_copy import ModelCopy, check_tokenizer, find_copy, forget_copy, load_model, says_how_to_embed
from qa.models.token_vectors import TokenVectors
from qa.models.torch_extra import has_card

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Texts that the ONNX copy embeds before the model is loaded for a graphics card, which takes some 10 s. Measured on two
# cores: 128 texts take the copy 7 s and 320 MB.
_FEW = 128
# Texts of a batch: more of them wait for the longest.
_BATCH = 4


class ChunkEmbedder(Protocol):
    """Makes the dense vectors of chunks."""

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length."""
        ...


class SparseChunkEmbedder(Protocol):
    """Makes the sparse vectors of chunks: `qa.text.words.SparseEmbedder`, or a model of `qa.models.learned_sparse`."""

    async def embed_chunks(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Mapping[int, float]]:
        """Return a mapping from term id to weight per text, empty without terms; `languages` are the texts' codes."""
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
    """Embeds chunks through the ONNX copy of a model, or through sentence-transformers; loaded when first needed.

    The vectors are the same but for rounding. On a processor the copy takes half the time and half the memory: 640
    chunks of 200 tokens took 14 s of processor time against 26, and 390 MB against 820. sentence-transformers is for
    graphics cards, on which the copy still embeds the first few texts, and for models whose copy does not say all that
    the vectors depend on.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        self._copy: DenseQueryEmbedder | None = None
        self._few = 0  # how many more texts the copy embeds
        # One thread, which loads the model and hands batches to the workers.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dense")
        self._workers: Workers | None = None
        self._whole: ModelCopy | None = None  # the copy, where it can embed all
        self._prompt = ""
        self._made: Callable[[int], None] | None = None

    def follow(self, made: Callable[[int], None]) -> None:
        """Have `made` called, in a thread of the model, with how many texts of the call at hand are embedded."""
        self._made = made

    def load(self) -> "SentenceTransformer":
        """Load the model, once.

        Raises:
            ModelError: It cannot be loaded.
        """
        if self._model is None:
            self._model = load_model(self.name)
        return self._model

    async def copy(self, home: Path) -> ModelCopy:
        """Return the model's ONNX copy under `home`, made now if there is none; it embeds the next few texts.

        Raises:
            ModelError: There is no such model, or it cannot be loaded or exported.
        """
        copy = find_copy(self.name, home)
        if copy:
            try:
                check_tokenizer(copy)
            except ModelError:
                forget_copy(copy)
                copy = None
        if copy is None or copy.document_prompt is None:
            copy = await make_copy(self.name, home)
        # The copy does not know whether the model counts a prompt's tokens in the mean.
        if copy.document_prompt == "" and self._model is None:
            self._copy, self._few = self._copy or DenseQueryEmbedder(copy, mend=True), _FEW
        if copy.embeds_all or copy.document_prompt == "" or says_how_to_embed(self.name):
            self._whole = copy
        return copy

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length, in the order of `texts`.

        Raises:
            ModelError: The model cannot be loaded, or its copy is damaged.
        """
        if self._model is None and self._copy and len(texts) <= self._few and has_card():
            self._few -= len(texts)
            return await self._copy.embed_sentences(texts)
        self._copy = None
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._encode, list(texts))

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        if self._workers is None:
            self._workers = self._made_workers()
        return vectors_of([self._prompt + text for text in texts] if self._prompt else texts, self._workers, self._made)

    def _made_workers(self) -> Workers:
        if self._model is None and self._whole and (self._whole.embeds_all or not has_card()):
            self._prompt = self._whole.document_prompt or ""
            return CopyWorkers(DenseQueryEmbedder(self._whole, mend=True).opened(threads=1), self._whole.dim)
        return TorchWorkers(self.load())


class DenseQueryEmbedder:
    """Embeds questions and few chunks through the ONNX copy: it loads in a second, sentence-transformers in eight."""

    def __init__(self, copy: ModelCopy, *, mend: bool = False) -> None:
        """Take a copy; with `mend` it is made again if it turns out to be damaged."""
        self._copy = copy
        self._mend = mend
        self._model: Any = None

    def load(self) -> None:
        """Load the copy, once. Call it in a thread without an event loop.

        Raises:
            ModelError: The copy is damaged.
        """
        self.opened()

    def opened(self, *, threads: int | None = None) -> Any:
        """Load the copy, once, and return fastembed's model of it, which any number of threads may use.

        Args:
            threads: How many of its own it takes for each batch; None for one a core.

        Raises:
            ModelError: The copy is damaged.
        """
        if self._model is None:
            self._mended(threads)
        return self._model

    def _mended(self, threads: int | None) -> None:
        try:
            self._model = loaded(self._copy, threads)
        except ModelError:
            if not self._mend:
                raise
            self._mend = False
            forget_copy(self._copy)
            self._copy = asyncio.run(make_copy(self._copy.name, self._copy.folder.parents[1]))
            self._model = loaded(self._copy, threads)

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return float32 of shape (dim,), of unit length."""
        vectors = await asyncio.to_thread(self._embed, [self._copy.query_prompt + text])
        return np.asarray(vectors[0])

    async def embed_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length."""
        front = self._copy.document_prompt or ""
        return await asyncio.to_thread(self._embed, [front + text for text in texts])

    async def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the vectors of some texts and of their tokens, for a model that takes the mean and needs no prompt."""
        return await asyncio.to_thread(self._embed_tokens, list(texts))

    def _embed_tokens(self, texts: list[str]) -> list[TokenVectors]:
        model = self.opened().model
        found: dict[int, TokenVectors] = {}
        order = _by_length(texts)
        for first in range(0, len(order), _BATCH):
            numbers = order[first : first + _BATCH]
            made = model.onnx_embed([texts[number] for number in numbers])
            for number, output, mask in zip(numbers, made.model_output, made.attention_mask, strict=True):
                vectors = np.asarray(output[mask.astype(bool)], dtype=np.float32)
                spans = model.tokenizer.encode(texts[number]).offsets[: len(vectors)]
                mean = vectors.mean(axis=0)
                found[number] = TokenVectors(mean / np.linalg.norm(mean), vectors, spans)
        return [found[number] for number in range(len(texts))]

    def knows_word(self, word: str) -> bool:
        """Tell whether the model's vocabulary holds a word as a whole, in lower case: then it is not misspelt."""
        self.load()
        tokenizer = self._model.model.tokenizer
        return any(tokenizer.token_to_id(form) is not None for form in (word, f"\u2581{word}", f"\u0120{word}"))

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        self.load()
        order = _by_length(texts)
        vectors = np.empty((len(texts), self._copy.dim), dtype=np.float32)
        for number, vector in zip(order, self._model.embed([texts[i] for i in order], batch_size=_BATCH), strict=True):
            vectors[number] = vector
        return vectors


def _by_length(texts: Sequence[str]) -> list[int]:
    """Return the order in which texts are embedded: a batch is padded to its longest, so those alike go together."""
    return sorted(range(len(texts)), key=lambda number: len(texts[number]))
