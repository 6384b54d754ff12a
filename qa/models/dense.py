"""Dense vectors of chunks and questions, which have methods of their own even where a model has one.

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

# Texts that each worker on a processor gets at a time, and a graphics card: 8, 16 and 32 are as fast as each other on
# two cores, and of 8 an ingest of 3,393 chunks needs 1,018 MB, of 16 1,208.
_CPU_BATCH, _BATCH = 8, 32
# Texts that the ONNX copy embeds before the model is loaded: on two cores 128 take it 7 s and 320 MB, the model with
# its loading 10 s and 890 MB, and 256 take about as long either way.
_FEW = 128
# Most copies of the model that work at a time: Python's own part of a batch takes turns, for which more would wait.
_MOST_WORKERS = 8
# Texts after which memory that the model has freed goes back to the system. glibc keeps it in pieces that the next
# batch, of another length, does not fit into: without this the same ingest grew to 1,269 MB with one batch at a time.
_TRIM_EVERY = 128


class ChunkEmbedder(Protocol):
    """Makes the dense vectors of chunks."""

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length."""
        ...


class SparseChunkEmbedder(Protocol):
    """Makes the sparse vectors of chunks: `qa.text.words.SparseEmbedder`, or a model of `qa.models.learned_sparse`."""

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
    """Chunks through sentence-transformers; loaded when first needed, so that an unchanged folder needs no model.

    Until there are more than a few texts, as after a change of a document, its ONNX copy embeds them: to the same
    vectors, but for rounding.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        self._copy: DenseQueryEmbedder | None = None
        self._few = 0  # texts that are still for the copy
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
        """Return the model's ONNX copy under `home`, made now if there is none whole; it embeds the next few texts.

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
        # Whether the tokens of a prompt count in the mean is the model's choice, which the copy does not know.
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

    On a processor each has one of PyTorch's threads. On two cores that is 7 to 10 % faster than one batch at a time
    with both threads, which wait for each other after every step, and for whatever else keeps one of their cores.
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
        # Each thread keeps what it set; this is for those of others that are yet to start.
        torch.set_num_threads(threads)

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yield the texts' vectors, float32 of shape (n, dim), of `batch` texts at a time, with those texts' places."""
        # A batch is padded to its longest text, so texts of a length go together: by tokens, of which a table has more
        # than prose of as many characters. The longest go first, so that at the end no worker waits long for another.
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
    """Return a model that shares the weights, with a tokenizer of its own, which keeps a state."""
    return copy.deepcopy(model, {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())})


@cache
def _trim() -> Callable[[int], int]:
    """Return what gives freed memory back to the system; elsewhere than in glibc that does nothing."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return lambda _padding: 0


class DenseQueryEmbedder:
    """Questions, and a few chunks, through the ONNX copy: loads in a second where sentence-transformers takes eight."""

    def __init__(self, copy: ModelCopy, *, mend: bool = False) -> None:
        """Take a copy, which is made again where it turns out to be damaged and `mend` is asked for."""
        self._copy = copy
        self._mend = mend
        self._model: Any = None

    def load(self) -> None:
        """Load the copy, once. To be called in a thread without an event loop.

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

        # fastembed keeps one description a name, for as long as the process lives; another home may have another model.
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
        """Tell whether the model's vocabulary has a word, in small letters, as a whole: then it is not a slip."""
        self.load()
        tokenizer = self._model.model.tokenizer
        return any(tokenizer.token_to_id(form) is not None for form in (word, f"\u2581{word}", f"\u0120{word}"))

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        self.load()
        # A batch is padded to its longest text, so texts of a length go together.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        vectors = np.empty((len(texts), self._copy.dim), dtype=np.float32)
        for number, vector in zip(order, self._model.embed([texts[i] for i in order], batch_size=4), strict=True):
            vectors[number] = vector
        return vectors
