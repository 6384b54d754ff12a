"""Threads that embed many chunks at a time, each on batches of its own: through PyTorch, or through the ONNX copy.

On a processor each uses a single thread of the library. On two cores that is 7 to 10 % faster than one batch at a time
on both threads, which wait for each other after every step, and for any other program on their cores.
"""

import copy
import ctypes
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import chain
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

T = TypeVar("T")

# Batch sizes of each worker on a processor, and of a graphics card. On two cores 8, 16 and 32 are equally fast, and an
# ingest of 3,393 chunks needs 1,018 MB with 8 and 1,208 MB with 16.
_CPU_BATCH, _BATCH = 8, 32
# Most replicas of the model that work at a time: Python's own part of a batch is serial, and more would wait for it.
_MOST_WORKERS = 8
# Number of texts after which freed memory goes back to the system. glibc keeps it in pieces too small for the next
# batch, which has another length: without this the same ingest grew to 1,269 MB with one batch at a time.
TRIM_EVERY = 128


class Workers(Protocol):
    """Embeds texts in batches, several at a time."""

    dim: int

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yield vectors, float32 of shape (n, dim), for a batch at a time, with the places of those texts."""
        ...


def vectors_of(
    texts: Sequence[str], workers: Workers, tell: Callable[[int], None] | None = None
) -> NDArray[np.float32]:
    """Return float32 of shape (len(texts), dim), in the order of the texts; `tell` is told how many are done."""
    vectors = np.empty((len(texts), workers.dim), dtype=np.float32)
    done = 0
    for numbers, made in workers.encode(texts):
        vectors[numbers] = made
        done += len(numbers)
        if tell:
            tell(done)
        if done % TRIM_EVERY == 0 or done == len(texts):
            _trim()(0)
    return vectors


class TorchWorkers:
    """Replicas of a model of sentence-transformers, which share its weights."""

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
        return _in_batches(texts, self.batch, self._pool, self._lengths, self._encode)

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


class CopyWorkers:
    """Threads on one ONNX copy, each with a single thread of onnxruntime. No PyTorch is needed."""

    batch = _CPU_BATCH

    def __init__(self, model: Any, dim: int) -> None:
        """Take fastembed's model, loaded with one thread, and the length of its vectors."""
        self.dim = dim
        self._model = model
        self._pool = ThreadPoolExecutor(min(_cores(), _MOST_WORKERS), "dense-worker")

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yield vectors, float32 of shape (n, dim), for `batch` texts at a time, with the places of those texts."""
        return _in_batches(texts, self.batch, self._pool, self._lengths, self._encode)

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        # Padded to the longest of the texts; the mask tells the tokens from that.
        return [sum(made.attention_mask) for made in self._model.model.tokenizer.encode_batch(list(texts))]

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        return np.asarray(list(self._model.embed(texts, batch_size=len(texts))), dtype=np.float32)


def _in_batches(
    texts: Sequence[str],
    size: int,
    pool: ThreadPoolExecutor,
    lengths_of: Callable[[Sequence[str]], list[int]],
    encode: Callable[[list[str]], NDArray[np.float32]],
) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
    # A batch is padded to its longest text, so texts of similar length go together: by tokens, since a table has
    # more of them than prose with as many characters. The longest go first, so that at the end no worker waits long
    # for another.
    lengths = list(chain.from_iterable(pool.map(lengths_of, _batched(texts, size))))
    order = sorted(range(len(texts)), key=lengths.__getitem__, reverse=True)
    batches = list(_batched(order, size))
    yield from zip(batches, pool.map(encode, [[texts[i] for i in batch] for batch in batches]), strict=True)


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
