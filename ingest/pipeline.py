"""The ingest flow from end to end: discover → load → split → embed → store → commit.

The stages run at the same time with bounded queues between them, so that memory stays flat and the model, which costs
most, is never kept waiting.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.split import Splitter
from ingest.sync import Discovered, Source, gone
from qa.embed import ChunkEmbedder, SparseEmbedder, embedded_text
from qa.errors import LoadError
from qa.store import EmbeddedDocument, Index, RegisterRow, new_row, version_id
from qa.store.ids import document_id, text_hash
from qa.types import Chunk

# Chunks that the model gets at a time: enough that sorting them by length wastes little on padding, few enough that
# storing them overlaps with embedding the next.
EMBED_CHUNKS = 256
_LOADERS = 2
_PREPARED_DOCUMENTS = 32
_EMBEDDED_BATCHES = 2


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that was not ingested, and why."""

    source: str
    reason: str


@dataclass(slots=True)
class IngestReport:
    """What an ingest did, counted from acknowledged writes only: seen = added + updated + unchanged + failed."""

    seen: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)
    removed: int = 0
    ignored: list[str] = field(default_factory=list)
    chunks_embedded: int = 0
    chunks_reused: int = 0
    elapsed_s: float = 0.0

    @property
    def finished(self) -> int:
        """How many of the sources seen are done with, one way or another."""
        return self.added + self.updated + self.unchanged + len(self.failed)


OnProgress = Callable[[IngestReport, str], None]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document that was loaded and split."""

    row: RegisterRow
    chunks: list[Chunk]


T = TypeVar("T")
_PreparedQueue = asyncio.Queue[_Prepared | None]
_EmbeddedQueue = asyncio.Queue[list[EmbeddedDocument] | None]


async def ingest(
    found: Discovered,
    *,
    index: Index,
    splitter: Splitter,
    dense: ChunkEmbedder,
    sparse: SparseEmbedder,
    on_progress: OnProgress = lambda _report, _source: None,
) -> IngestReport:
    """Bring the index in step with what was found.

    A source whose content did not change is passed over. One that cannot be read is reported and stops nothing, and
    what was stored of it stays. A registered file beneath one of the folders that is no longer there is removed.

    Args:
        found: What `discover` returns, or documents of your own.
        index: Open, and made with the same models.
        splitter: Cuts documents.
        dense: Embeds chunks.
        sparse: Counts terms.
        on_progress: Called when the report changed or another file is taken up, with the path of that file.

    Raises:
        StoreError: The index failed; what was committed before stays, and the next run goes on from there.
        ModelError: The dense model cannot be loaded.
    """
    started = time.monotonic()
    report = IngestReport(seen=len(found.sources) + len(found.closed), ignored=list(found.ignored))
    report.failed += [Failure(folder, "may not be listed; check its permissions") for folder in found.closed]
    register = {row.source: row async for row in index.documents()}
    if index.embedded:
        # Elsewhere another ingest may be about to register what looks left behind.
        await index.clear_unregistered()
    run = _Run(index, splitter, dense, sparse, register, report, on_progress)
    prepared: _PreparedQueue = asyncio.Queue(_PREPARED_DOCUMENTS)
    embedded: _EmbeddedQueue = asyncio.Queue(_EMBEDDED_BATCHES)
    try:
        async with asyncio.TaskGroup() as stages:
            stages.create_task(run.load_and_split(iter(found.sources), prepared))
            stages.create_task(run.embed(prepared, embedded))
            stages.create_task(run.commit(embedded))
    except BaseExceptionGroup as group:
        raise _first(group) from group
    for row in gone(register, found):
        await index.remove(row.document_id)
        report.removed += 1
        on_progress(report, row.source)
    if report.added or report.updated or report.removed:
        await index.flush()
    report.elapsed_s = time.monotonic() - started
    return report


@dataclass(frozen=True, slots=True)
class _Run:
    """The stages of one ingest, and what they share."""

    index: Index
    splitter: Splitter
    dense: ChunkEmbedder
    sparse: SparseEmbedder
    register: dict[str, RegisterRow]
    report: IngestReport
    on_progress: OnProgress
    uncommitted: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """Vectors by text hash that the index does not hold yet: two new files may share texts."""

    async def load_and_split(self, sources: Iterator[Source], prepared: _PreparedQueue) -> None:
        """Prepare the sources that are new or changed; two at a time, since reading waits for the disk."""

        async def work() -> None:
            for source in sources:
                self.on_progress(self.report, source.name)
                try:
                    document = await asyncio.to_thread(self._prepare, source)
                except LoadError as error:
                    self.report.failed.append(Failure(error.source, error.reason))
                    continue
                if document:
                    await _put(prepared, document)
                else:
                    self.report.unchanged += 1

        async with asyncio.TaskGroup() as workers:
            for _ in range(_LOADERS):
                workers.create_task(work())
        await _put(prepared, None)

    def _prepare(self, source: Source) -> _Prepared | None:
        """Load and split one source; None if its content is registered already."""
        file = source.fingerprint()
        known = self.register.get(source.name)
        version = version_id(file.sha256)
        if known and known.version == version:
            return None
        document = source.load()
        chunks = self.splitter.split(
            document, document_id=document_id(self.index.identity, document.source), version=version
        )
        row = new_row(
            self.index.identity,
            document,
            sha256=file.sha256,
            size=file.size,
            modified=file.modified,
            chunk_count=len(chunks),
        )
        return _Prepared(row, chunks)

    async def embed(self, prepared: _PreparedQueue, embedded: _EmbeddedQueue) -> None:
        """Embed documents in groups of about `EMBED_CHUNKS` chunks; a text embedded before keeps its vector."""
        more = True
        while more:
            group, more = await _gather(prepared)
            if group:
                await _put(embedded, await self._embed_group(group))
        await _put(embedded, None)

    async def _embed_group(self, group: list[_Prepared]) -> list[EmbeddedDocument]:
        texts = [embedded_text(chunk) for document in group for chunk in document.chunks]
        hashes = [text_hash(text) for text in texts]
        vectors = {**self.uncommitted, **await self.index.vectors(hashes)}
        missing = {digest: text for digest, text in zip(hashes, texts, strict=True) if digest not in vectors}
        if missing:
            made = dict(zip(missing, await self.dense.embed_chunks(list(missing.values())), strict=True))
            self.uncommitted.update(made)
            vectors.update(made)
        self.report.chunks_embedded += len(missing)
        self.report.chunks_reused += len(texts) - len(missing)
        sparse = await self.sparse.embed_chunks(texts)
        documents = []
        start = 0
        for document in group:
            part = slice(start, start + len(document.chunks))
            start = part.stop
            documents.append(
                EmbeddedDocument(
                    row=document.row,
                    chunks=tuple(document.chunks),
                    dense=np.stack([vectors[digest] for digest in hashes[part]]),
                    sparse=tuple(sparse[part]),
                    text_hashes=tuple(hashes[part]),
                )
            )
        return documents

    async def commit(self, embedded: _EmbeddedQueue) -> None:
        """Store each group of documents and register it; only then does it count."""
        while (documents := await _get(embedded)) is not None:
            updated = sum(document.row.source in self.register for document in documents)
            await self.index.commit(documents, replacing=updated > 0)
            for digest in {digest for document in documents for digest in document.text_hashes}:
                self.uncommitted.pop(digest, None)
            self.report.updated += updated
            self.report.added += len(documents) - updated
            self.on_progress(self.report, documents[-1].row.source)


async def _put(queue: asyncio.Queue[T], item: T) -> None:
    _honour_cancellation()
    await queue.put(item)


async def _get(queue: asyncio.Queue[T]) -> T:
    _honour_cancellation()
    return await queue.get()


def _honour_cancellation() -> None:
    """End this stage if it was cancelled while the index answered.

    The client awaits through asyncio.wait_for, which on Python 3.11 swallows a cancellation that comes in the instant
    of the answer. The stage would then wait for ever for the one that failed.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


async def _gather(prepared: _PreparedQueue) -> tuple[list[_Prepared], bool]:
    """Take what is ready, at least one document and about `EMBED_CHUNKS` chunks; False at the end of the queue."""
    group: list[_Prepared] = []
    chunks = 0
    while chunks < EMBED_CHUNKS:
        if group and prepared.empty():
            break
        document = await _get(prepared)
        if document is None:
            return group, False
        group.append(document)
        chunks += len(document.chunks)
    return group, True


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error that stopped the stages; the others are consequences."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
