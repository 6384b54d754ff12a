"""Dense vectors of chunks and questions. The two have separate methods even if the model treats them alike.

Inference is work, not waiting: every method here that runs a model hands whole batches to a thread.
"""

import asyncio
import copy
import ctypes
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.models.copy_process import make_copy
from qa.models.onnx_copy import ModelCopy, check_tokenizer, find_copy, forget_copy, load_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

T = TypeVar("T")

# Batch sizes of each worker on a processor, and of a graphics card. On two cores 8, 16 and 32 are equally fast, and an
# ingest of 3,393 chunks needs 1,018 MB with 8 and 1,208 MB with 16.
_CPU_BATCH, _BATCH = 8, 32
# Texts that the ONNX copy embeds before the model is loaded. On two cores, 128 texts take the copy 7 s and 320 MB, and
# the model, loading included, 10 s and 890 MB; 256 take about as long either way.
_FEW = 128
# Most replicas of the model that work at a time: Python's own part of a batch is serial, and more would wait for it.
_MOST_WORKERS = 8
# Number of texts after which freed memory goes back to the system. glibc keeps it in pieces too small for the next
# batch, which has another length: without this the same ingest grew to 1,269 MB with one batch at a time.
_TRIM_EVERY = 128


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
    """Embeds chunks through sentence-transformers, loaded when first needed: an unchanged folder needs no model.

    The ONNX copy embeds the first few texts, which suffice when one document changed; its vectors are the same but for
    rounding.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        self._copy: DenseQueryEmbedder | None = None
        self._few = 0  # how many more texts the copy embeds
        # One thread, which loads the model and hands batches to the workers.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dense")
        self._workers: _Workers | None = None

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
        return copy

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length, in the order of `texts`.

        Raises:
            ModelError: The model cannot be loaded, or its copy is damaged.
        """
        if self._model is None and self._copy and len(texts) <= self._few:
            self._few -= len(texts)
            return await self._copy.embed_sentences(texts)
        self._copy = None
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._encode, list(texts))

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        if self._workers is None:
            self._workers = _Workers(self.load())
        workers = self._workers
        vectors = np.empty((len(texts), workers.dim), dtype=np.float32)
        done = 0
        for numbers, made in workers.encode(texts):
            vectors[numbers] = made
            done += len(numbers)
            if done % _TRIM_EVERY == 0 or done == len(texts):
                _trim()(0)
        return vectors


class _Workers:
    """Threads that run a model at the same time, each on batches of its own.

    On a processor each uses a single thread of PyTorch. On two cores that is 7 to 10 % faster than one batch at a time
    on both threads, which wait for each other after every step, and for any other program on their cores.
    """

    def __init__(self, model: "SentenceTransformer") -> None:
        import torch

        self.dim = int(model.get_embedding_dimension() or 0)
        on_cpu = model.device.type == "cpu"
        self.batch = _CPU_BATCH if on_cpu else _BATCH
        threads = torch.get_num_threads()
        count = min(threads, _MOST_WORKERS) if on_cpu else 1
        self._models: SimpleQueue[SentenceTransformer] = SimpleQueue()
        for replica in (model, *(_replica(model) for _ in range(count - 1))):
            self._models.put(replica)
        started = threading.Barrier(count + 1)

        def start() -> None:
            torch.get_num_threads()  # a thread's first look at the number takes what is set for all
            torch.set_num_threads(max(threads // count, 1))
            started.wait()

        self._pool = ThreadPoolExecutor(count, "dense-worker", initializer=start)
        for _ in range(count):
            self._pool.submit(int)
        started.wait()
        # Each thread keeps what it set; this is for other threads that start later.
        torch.set_num_threads(threads)

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yield vectors, float32 of shape (n, dim), for `batch` texts at a time, with the places of those texts."""
        # A batch is padded to its longest text, so texts of similar length go together: by tokens, since a table has
        # more of them than prose with as many characters. The longest go first, so that at the end no worker waits long
        # for another.
        lengths = list(chain.from_iterable(self._pool.map(self._lengths, _batched(texts, self.batch))))
        order = sorted(range(len(texts)), key=lengths.__getitem__, reverse=True)
        batches = list(_batched(order, self.batch))
        yield from zip(
            batches, self._pool.map(self._encode, [[texts[i] for i in batch] for batch in batches]), strict=True
        )

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        with self._taken() as model:
            return list(map(len, model.tokenizer(texts, truncation=True, max_length=model.max_seq_length)["input_ids"]))

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        with self._taken() as model:
            made = model.encode_document(
                texts, batch_size=len(texts), show_progress_bar=False, normalize_embeddings=True
            )
            return np.asarray(made)

    @contextmanager
    def _taken(self) -> "Iterator[SentenceTransformer]":
        model = self._models.get()
        try:
            yield model
        finally:
            self._models.put(model)


def _batched(items: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _replica(model: "SentenceTransformer") -> "SentenceTransformer":
    """Return a model that shares the weights, but has its own tokenizer, since that has a state."""
    return copy.deepcopy(model, {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())})


@cache
def _trim() -> Callable[[int], int]:
    """Return the function that gives freed memory back to the system; without glibc it does nothing."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return lambda _padding: 0


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
        if self._model is not None:
            return
        try:
            self._load()
        except ModelError:
            if not self._mend:
                raise
            self._mend = False
            forget_copy(self._copy)
            self._copy = asyncio.run(make_copy(self._copy.name, self._copy.folder.parents[1]))
            self._load()

    def _load(self) -> None:
        from fastembed import TextEmbedding
        from fastembed.common.model_description import ModelSource, PoolingType

        # fastembed keeps one description per name for the life of the process; another home may have another model.
        name = f"footnote/{self._copy.folder.name}-{self._copy.pooling}-{self._copy.dim}"
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

    def knows_word(self, word: str) -> bool:
        """Tell whether the model's vocabulary holds a word as a whole, in lower case: then it is not misspelt."""
        self.load()
        tokenizer = self._model.model.tokenizer
        return any(tokenizer.token_to_id(form) is not None for form in (word, f"\u2581{word}", f"\u0120{word}"))

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        self.load()
        # A batch is padded to its longest text, so texts of similar length go together.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        vectors = np.empty((len(texts), self._copy.dim), dtype=np.float32)
        for number, vector in zip(order, self._model.embed([texts[i] for i in order], batch_size=4), strict=True):
            vectors[number] = vector
        return vectors
