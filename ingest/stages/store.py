"""The last stage of an ingest: batches are stored, and documents registered once they are whole."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from ingest.plan.plan import Task
from ingest.plan.roots import INSIDE
from ingest.read.prepare import GAPS
from ingest.report import EMPTY, Action, Gap
from ingest.split.pieces import Piece, Read
from ingest.stages.embed import Embedded, EmbeddedQueue
from ingest.stages.queues import get
from ingest.stages.shared import Shared
from qa.models.dense import SparseChunkEmbedder
from qa.store import EmbeddedChunks, RegisterRow
from qa.text.terms import document_terms


class StoreStage:
    """Stores what was embedded; a document counts from the moment its row is registered."""

    def __init__(self, shared: Shared, sparse: SparseChunkEmbedder) -> None:
        """Take what all stages share, and what makes the sparse vectors."""
        self._shared = shared
        self._sparse = sparse
        # By document, how many of its chunks so far hold each term.
        self._terms: dict[str, Counter[int]] = {}

    async def run(self, embedded: EmbeddedQueue) -> None:
        """Store each batch, and register the documents that it completes; only then do they count."""
        while (item := await get(embedded)) is not None:
            batch = await self._with_terms(item)
            await self._shared.index.add([chunks for _, chunks in batch if chunks.chunks])
            self._shared.report.chunks_embedded += item.made
            self._shared.report.chunks_reused += len(item.texts) - item.made
            whole: list[tuple[RegisterRow, Mapping[int, int]]] = []
            for piece, chunks in batch:
                row = piece.document.row
                counts = self._terms.setdefault(row.document_id, Counter())
                counts.update(document_terms(chunks.sparse))
                if piece.is_last:
                    whole.append((row, self._terms.pop(row.document_id)))
            known = {
                row.document_id
                for row, _ in whole
                if self._shared.register.knows(row.source, row.metadata.get(INSIDE, ""))
            }
            if whole:
                # The order matters: a file's own row comes last, and says that all inside it is stored.
                await self._shared.index.enroll(whole, replacing=known)
            for digest in set(item.hashes):
                self._shared.uncommitted.pop(digest, None)
            for piece, _ in batch:
                if piece.is_last:
                    self._count(piece)
            completed = [piece.read for piece, _ in batch if piece.is_last and piece.completes_file]
            await self.finish(*completed)
            for read in completed:
                self._shared.budget.give(read.prepared.size)
            self._shared.on_progress(self._shared.report, batch[-1][0].document.row.source)

    async def _with_terms(self, item: Embedded) -> list[tuple[Piece, EmbeddedChunks]]:
        """Make the sparse vectors too, while the model works on the next batch."""
        chunks = item.chunks
        sparse = await self._sparse.embed_chunks(item.texts, [chunk.metadata.get("language", "") for chunk in chunks])
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

    def _count(self, piece: Piece) -> None:
        """Count a document that was registered."""
        task, row = piece.read.task, piece.document.row
        if GAPS in row.metadata:
            self._shared.report.gaps.append(Gap(row.source, row.metadata[GAPS]))
        if row.source == task.name:
            self._shared.report.count(*outcome(task))
        elif row.source in self._shared.register.inside.get(task.name, {}):
            self._shared.report.count("updated", row.source)
        elif task.moved and (before := task.moved.source + row.source.removeprefix(task.name)) in self._moved(task):
            self._shared.report.count("moved", row.source, before)
        else:
            self._shared.report.count("added", row.source)

    async def finish(self, *reads: Read) -> None:
        """Finish files whose documents are all registered.

        Their failures are remembered, and what is no longer in them is removed, all at once: each request takes the
        engine 60 to 80 ms.
        """
        failed = [(part, read.task.name) for read in reads for part in read.prepared.failed]
        await self._shared.index.record_failures([part for part, _ in failed])
        for part, around in failed:
            is_stored = part.source in self._shared.register.inside.get(around, {})
            self._shared.report.fail(part.source, part.error, is_blank=part.error == EMPTY and not is_stored)
        gone = [part for read in reads for part in self._gone(read)]
        before = [part.document_id for read in reads for part in self._before(read.task)]
        await self._shared.index.remove(*(part.document_id for part in gone), *before)
        for part in gone:
            self._shared.report.count("removed", part.source)
        self._shared.report.bytes_done += sum(read.task.size for read in reads)

    def _gone(self, read: Read) -> list[RegisterRow]:
        """Return the documents that were registered inside a file and are no longer in it."""
        here = {*read.prepared.sources, *(part.source for part in read.prepared.failed)}
        return [
            part for part in self._shared.register.inside.get(read.task.name, {}).values() if part.source not in here
        ]

    def _before(self, task: Task) -> list[RegisterRow]:
        """Return the rows of a moved file under its former name: what was inside it, then the file itself."""
        return [*self._moved(task).values(), task.moved] if task.moved else []

    def _moved(self, task: Task) -> Mapping[str, RegisterRow]:
        """Return the rows of what was inside a moved file, under its former name."""
        return self._shared.register.inside.get(task.moved.source, {}) if task.moved else {}


def outcome(task: Task) -> tuple[Action, str, str]:
    """Return what a task counts as once its own document is stored: the action, its name, and its former name."""
    if task.moved:
        return "moved", task.name, task.moved.source
    return ("updated" if task.known else "added"), task.name, ""
