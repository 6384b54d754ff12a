"""The stages of an ingest, which run at the same time with bounded queues between them.

`ingest.pipeline` runs them over the files of this machine, `ingest.stages.ray_engine` in each of its actors.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ingest.discover.sources import FileSource, LoadedSource
from ingest.plan.plan import Register, Task
from ingest.plan.roots import INSIDE
from ingest.read.prepare import GAPS, Job, Prepared, prepared
from ingest.read.workers import Workers
from ingest.report import Action, Gap, IngestReport, OnProgress
from ingest.split.pieces import Piece, Pieces, Read, ReadQueue
from ingest.split.splitter import Splitter, SplitterOptions
from ingest.stages.queues import Budget, Waits, first_error, get, put
from qa.errors import LoadError
from qa.models.dense import ChunkEmbedder, SparseChunkEmbedder
from qa.store import EmbeddedChunks, Index, RegisterRow, failed_row
from qa.store.ids import text_hash
from qa.text.embedded import embedded_text
from qa.text.terms import document_terms
from qa.types import Chunk

_PREPARED_BYTES = 64 * 2**20
_EMBEDDED_BATCHES = 2
# Files read at a time at first; later one for every so many seconds that the model had to wait, if that is more.
READERS = 2
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A batch with the text of each chunk, its hash, and the vectors by hash that there are already."""

    batch: list[Piece]
    texts: list[str]
    hashes: list[str]
    vectors: dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A batch with the text, its hash and the dense vector of each chunk; `made` of the vectors are new."""

    batch: list[Piece]
    texts: list[str]
    hashes: list[str]
    vectors: list[NDArray[np.float32]]
    made: int

    @property
    def chunks(self) -> list[Chunk]:
        """The chunks of all pieces, in order."""
        return [chunk for piece in self.batch for chunk in piece.chunks]


_EmbeddedQueue = asyncio.Queue[Embedded | None]


@dataclass(frozen=True, slots=True)
class Run:
    """The stages of one ingest, and what they share. Each may be used once."""

    index: Index
    splitter: Splitter
    dense: ChunkEmbedder
    sparse: SparseChunkEmbedder
    register: Register
    report: IngestReport
    on_progress: OnProgress
    stop: asyncio.Event
    budget: Budget = field(default_factory=lambda: Budget(_PREPARED_BYTES))
    waits: Waits = field(default_factory=Waits)
    """Of the model for what is read."""
    uncommitted: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """Vectors by text hash that the index does not hold yet: two new files may share texts."""
    terms: dict[str, Counter[int]] = field(default_factory=dict)
    """By document, how many of its chunks so far hold each term."""

    async def through(self, read: Callable[[ReadQueue], Awaitable[None]]) -> None:
        """Embed and commit what `read` puts into its queue while it goes on reading; None ends it."""
        reads: ReadQueue = asyncio.Queue()
        embedded: _EmbeddedQueue = asyncio.Queue(_EMBEDDED_BATCHES)
        try:
            async with asyncio.TaskGroup() as stages:
                stages.create_task(_awaited(read(reads)))
                stages.create_task(self.embed(reads, embedded))
                stages.create_task(self.commit(embedded))
        except BaseExceptionGroup as group:
            raise first_error(group) from group

    async def read(self, tasks: Iterator[Task], workers: Workers, reads: ReadQueue) -> None:
        """Load and split the files of the tasks, more of them at a time where the model has to wait for that."""

        async def work() -> None:
            for task in tasks:
                if self.stop.is_set():
                    return
                self.on_progress(self.report, task.source.name)
                try:
                    await self.accept(task, await self._prepare(task, workers), reads)
                except LoadError as error:
                    await self.fail(task, error)

        async def more() -> None:
            readers = min(READERS, workers.count)
            while readers < workers.count:
                await asyncio.sleep(_PATIENCE_S / 8)
                if self.waits.seconds >= readers * _PATIENCE_S:
                    loaders.create_task(work())
                    readers += 1

        async with asyncio.TaskGroup() as loaders:
            first = [loaders.create_task(work()) for _ in range(min(READERS, workers.count))]
            helping = loaders.create_task(more())
            await asyncio.wait(first)
            helping.cancel()
        await put(reads, None)

    async def _prepare(self, task: Task, workers: Workers) -> Prepared:
        source = task.source
        if not isinstance(source, FileSource):
            return await asyncio.to_thread(self._load, task, source)
        return await workers.prepare(job_of(task, self.index.identity, self.splitter.options))

    async def accept(self, task: Task, whole: Prepared, reads: ReadQueue) -> None:
        """Queue those documents of a file that are not stored in this version yet, as soon as there is room."""
        stored = dict(self.register.inside.get(task.name, {}))
        if task.known:
            stored[task.name] = task.known
        new = [
            document
            for document in whole.documents
            if document.row.source not in stored or stored[document.row.source].version != document.row.version
        ]
        self.report.seen += len(whole.documents) + len(whole.failed) - 1
        self.report.unchanged += len(whole.documents) - len(new)
        self.report.ignored += whole.ignored
        read = Read(task, replace(whole, documents=new))
        if not new:
            await self._finish(read)
            return
        await self.budget.take(read.prepared.size)
        await put(reads, read)

    def _load(self, task: Task, source: LoadedSource) -> Prepared:
        file = source.fingerprint()
        document = source.load()
        own = prepared(document, file, identity=self.index.identity, splitter=self.splitter, metadata=task.metadata)
        return Prepared([own], (task.name,))

    async def fail(self, task: Task, error: LoadError) -> None:
        """Report a file that cannot be read, and remember it until it changes, unless that may pass."""
        self.report.fail(error.source, error.reason)
        self.report.bytes_done += task.size
        if error.passing or not isinstance(task.source, FileSource):
            return
        try:
            file = await asyncio.to_thread(task.source.fingerprint)
        except LoadError:
            return  # gone or closed by now; it is reported, and there is no version to remember it by
        row = failed_row(
            self.index.identity,
            task.name,
            error.reason,
            sha256=file.sha256,
            size=file.size,
            modified=file.modified,
            metadata=task.metadata,
        )
        await self.index.record_failures([row])

    async def embed(self, reads: ReadQueue, embedded: _EmbeddedQueue) -> None:
        """Embed what was read in batches of about `EMBED_CHUNKS` chunks; a text embedded before keeps its vector."""
        pieces = Pieces(reads)
        ahead: asyncio.Task[LookedUp | None] | None = None
        before: Mapping[str, NDArray[np.float32]] = {}
        try:
            while not self.stop.is_set():
                with self.waits:
                    looked_up = await (ahead or self._look_up(pieces))
                if looked_up is None:
                    break
                # While the model works; not before there is a whole batch, for a shorter one pads more.
                ahead = asyncio.create_task(self._look_up(pieces)) if pieces.has_batch() else None
                done = await self._embed_batch(looked_up, before)
                before = dict(zip(done.hashes, done.vectors, strict=True))
                await put(embedded, done)
        finally:
            if ahead:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)
        await put(embedded, None)
        # Readers that wait for room must not wait for ever.
        self.budget.open()

    async def _look_up(self, pieces: Pieces) -> LookedUp | None:
        """Take a batch and find the vectors that there are of its texts; None at the end."""
        batch = await pieces.take()
        if not batch:
            return None
        texts = [embedded_text(chunk) for piece in batch for chunk in piece.chunks]
        hashes = [text_hash(text) for text in texts]
        vectors = {**self.uncommitted, **await self.index.vectors(hashes)}
        return LookedUp(batch, texts, await self._as_before(batch, hashes, vectors), vectors)

    async def _embed_batch(self, batch: LookedUp, before: Mapping[str, NDArray[np.float32]]) -> Embedded:
        """Embed the texts that have no vector; `before` are those of the batch that the model had meanwhile."""
        vectors = {**batch.vectors, **before}
        missing = {
            digest: text for digest, text in zip(batch.hashes, batch.texts, strict=True) if digest not in vectors
        }
        if missing:
            made = dict(zip(missing, await self.dense.embed_chunks(list(missing.values())), strict=True))
            self.uncommitted.update(made)
            vectors.update(made)
        return Embedded(
            batch.batch, batch.texts, batch.hashes, [vectors[digest] for digest in batch.hashes], len(missing)
        )

    async def _as_before(
        self, batch: list[Piece], hashes: list[str], vectors: dict[str, NDArray[np.float32]]
    ) -> list[str]:
        """Let a moved document keep its vectors, even those that were made under the title of its former name."""
        hashes = list(hashes)
        start = 0
        for piece in batch:
            places = range(start, start + piece.end - piece.start)
            start = places.stop
            moved = piece.read.task.moved
            if moved is None or all(hashes[place] in vectors for place in places):
                continue
            before = await self.index.vectors_of(moved.document_id)
            for place, chunk in zip(places, piece.chunks, strict=True):
                if hashes[place] not in vectors and chunk.text in before:
                    hashes[place], vector = before[chunk.text]
                    vectors[hashes[place]] = vector
        return hashes

    async def commit(self, embedded: _EmbeddedQueue) -> None:
        """Store each batch, and register the documents that are whole by it; only then do they count."""
        while (item := await get(embedded)) is not None:
            batch = await self._with_terms(item)
            await self.index.add([chunks for _, chunks in batch if chunks.chunks])
            self.report.chunks_embedded += item.made
            self.report.chunks_reused += len(item.texts) - item.made
            whole: list[tuple[RegisterRow, Mapping[int, int]]] = []
            for piece, chunks in batch:
                row = piece.document.row
                counts = self.terms.setdefault(row.document_id, Counter())
                counts.update(document_terms(chunks.sparse))
                if piece.is_last:
                    whole.append((row, self.terms.pop(row.document_id)))
            known = {
                row.document_id for row, _ in whole if self.register.knows(row.source, row.metadata.get(INSIDE, ""))
            }
            if whole:
                # In one order: a file's own row comes last, and says that what is inside it is stored.
                await self.index.enroll(whole, replacing=known)
            for digest in set(item.hashes):
                self.uncommitted.pop(digest, None)
            for piece, _ in batch:
                if piece.is_last:
                    await self._count(piece)
            self.on_progress(self.report, batch[-1][0].document.row.source)

    async def _with_terms(self, item: Embedded) -> list[tuple[Piece, EmbeddedChunks]]:
        """Make the sparse vectors too, while the model has the next batch."""
        chunks = item.chunks
        sparse = await self.sparse.embed_chunks(item.texts, [chunk.metadata.get("language", "") for chunk in chunks])
        batch = []
        start = 0
        for piece in item.batch:
            part = slice(start, start + piece.end - piece.start)
            start = part.stop
            rows = item.vectors[part]
            vectors = np.stack(rows) if rows else np.empty((0, 0), np.float32)
            batch.append(
                (piece, EmbeddedChunks(tuple(chunks[part]), vectors, tuple(sparse[part]), tuple(item.hashes[part])))
            )
        return batch

    async def _count(self, piece: Piece) -> None:
        """Count a document that was registered; after the last one of a file, finish that."""
        task, row = piece.read.task, piece.document.row
        if GAPS in row.metadata:
            self.report.gaps.append(Gap(row.source, row.metadata[GAPS]))
        if row.source == task.name:
            self.report.count(*outcome(task))
        elif row.source in self.register.inside.get(task.name, {}):
            self.report.count("updated", row.source)
        elif task.moved and (before := task.moved.source + row.source.removeprefix(task.name)) in self._moved(task):
            self.report.count("moved", row.source, before)
        else:
            self.report.count("added", row.source)
        if piece.completes_file:
            await self._finish(piece.read)
            self.budget.give(piece.read.prepared.size)

    async def _finish(self, read: Read) -> None:
        """Do what it entails that all documents of a file are registered: remember failures, remove what is no more."""
        task, failed = read.task, read.prepared.failed
        await self.index.record_failures(failed)
        for part in failed:
            self.report.fail(part.source, part.error)
        here = {*read.prepared.sources, *(part.source for part in failed)}
        for part in self.register.inside.get(task.name, {}).values():
            if part.source not in here:
                await self.index.remove(part.document_id)
                self.report.count("removed", part.source)
        if task.moved:
            for part in self._moved(task).values():
                await self.index.remove(part.document_id)
            await self.index.remove(task.moved.document_id)
        self.report.bytes_done += task.size

    def _moved(self, task: Task) -> Mapping[str, RegisterRow]:
        """Return what was inside the file that a task's file was before it moved."""
        return self.register.inside.get(task.moved.source, {}) if task.moved else {}


def outcome(task: Task) -> tuple[Action, str, str]:
    """Return what it means that a task's own document is stored: the action, its name, and the name it had before."""
    if task.moved:
        return "moved", task.name, task.moved.source
    return ("updated" if task.known else "added"), task.name, ""


def job_of(task: Task, identity: str, options: SplitterOptions) -> Job:
    """Return what a worker is told to read a task's file."""
    if not isinstance(task.source, FileSource):
        raise TypeError(f"{task.name} is no file")
    return Job(task.source, task.name, identity, options, task.metadata)


async def _awaited(awaitable: Awaitable[None]) -> None:
    await awaitable
