"""What was read, cut into batches for the model: many small documents at a time, or a piece of a large one."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise

from ingest.plan.plan import Task
from ingest.read.prepare import Prepared, PreparedDocument
from ingest.stages.queues import get
from qa.types import Chunk

# Chunks that the model gets at a time: enough that sorting them by length wastes little on padding, few enough that
# storing them overlaps with embedding the next, and that little is lost when an ingest is killed.
EMBED_CHUNKS = 256
# A document of more chunks is stored in pieces, so that a killed ingest need not embed all of it again.
PIECE_CHUNKS = 4 * EMBED_CHUNKS


@dataclass(frozen=True, slots=True)
class Read:
    """A task whose file was read."""

    task: Task
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class Piece:
    """Some chunks of a document, usually all of them; the last piece completes it."""

    read: Read
    document: PreparedDocument
    start: int
    end: int

    @property
    def chunks(self) -> list[Chunk]:
        """Its chunks."""
        return self.document.chunks[self.start : self.end]

    @property
    def is_last(self) -> bool:
        """Whether it completes the document."""
        return self.end == len(self.document.chunks)

    @property
    def completes_file(self) -> bool:
        """Whether it completes all documents of the file."""
        return self.is_last and self.document is self.read.prepared.documents[-1]


ReadQueue = asyncio.Queue[Read | None]


class Pieces:
    """What was read, cut into batches for the model."""

    def __init__(self, reads: ReadQueue) -> None:
        self._reads = reads
        self._waiting: list[Piece] = []
        self._ended = False

    async def take(self) -> list[Piece]:
        """Return what is ready: at least one piece and about `EMBED_CHUNKS` chunks; nothing at the end."""
        batch: list[Piece] = []
        chunks = 0
        while chunks < EMBED_CHUNKS:
            if not self._waiting:
                if self._ended or (batch and self._reads.empty()):
                    break
                await self._next()
                continue
            piece = self._waiting.pop(0)
            batch.append(piece)
            chunks += piece.end - piece.start
        return batch

    def has_batch(self) -> bool:
        """Tell whether a whole batch is ready, or all that is left, so that `take` need not wait."""
        while not self._ended and not self._reads.empty():
            self._accept(self._reads.get_nowait())
        return self._ended or sum(piece.end - piece.start for piece in self._waiting) >= EMBED_CHUNKS

    async def _next(self) -> None:
        self._accept(await get(self._reads))

    def _accept(self, read: Read | None) -> None:
        if read is None:
            self._ended = True
            return
        for document in read.prepared.documents:
            count = len(document.chunks)
            step = EMBED_CHUNKS if count > PIECE_CHUNKS else max(count, 1)
            edges = [*range(0, count, step), count] if count else [0, 0]
            self._waiting += [Piece(read, document, start, end) for start, end in pairwise(edges)]
