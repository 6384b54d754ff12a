"""The second stage of an ingest: each chunk gets its dense vector, and no text is embedded twice."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ingest.split.pieces import Piece, Pieces, ReadQueue
from ingest.stages.queues import put
from ingest.stages.shared import Shared
from qa.models.dense import ChunkEmbedder
from qa.store.ids import text_hash
from qa.text.embedded import embedded_text
from qa.types import Chunk


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A batch with the text and hash of each chunk, and the vectors that exist already, by hash.

    Each vector is float32 of shape (dim,), here and below.
    """

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


@runtime_checkable
class _Followed(Protocol):
    """A model that tells how far it is, since a batch takes it ten seconds and more."""

    def follow(self, made: Callable[[int], None]) -> None:
        """Have `made` called, in any thread, with how many texts of the call at hand are embedded."""
        ...


EmbeddedQueue = asyncio.Queue[Embedded | None]


class EmbedStage:
    """Embeds what was read, a batch at a time."""

    def __init__(self, shared: Shared, dense: ChunkEmbedder) -> None:
        """Take what all stages share, and the model."""
        self._shared = shared
        self._dense = dense
        # Chunks of the batches that are embedded, and those with the ones of the batch at hand that need no model.
        self._whole = self._known = 0
        self._source = ""

    async def run(self, reads: ReadQueue, embedded: EmbeddedQueue) -> None:
        """Embed what was read in batches of about `EMBED_CHUNKS` chunks; a text embedded before keeps its vector."""
        pieces = Pieces(reads)
        if isinstance(self._dense, _Followed):
            self._dense.follow(self._telling(asyncio.get_running_loop()))
        ahead: asyncio.Task[LookedUp | None] | None = None
        before: Mapping[str, NDArray[np.float32]] = {}
        try:
            while not self._shared.stop.is_set():
                with self._shared.waits:
                    looked_up = await (ahead or self._look_up(pieces))
                if looked_up is None:
                    break
                # The next batch is looked up while the model works, once it is whole: a shorter one pads more.
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
        self._shared.budget.open()

    async def _look_up(self, pieces: Pieces) -> LookedUp | None:
        """Take a batch and look up the vectors that its texts have already; return None at the end."""
        batch = await pieces.take()
        if not batch:
            return None
        texts = [embedded_text(chunk) for piece in batch for chunk in piece.chunks]
        hashes = [text_hash(text) for text in texts]
        lent = await self._shared.lender.vectors(hashes) if self._shared.lender else {}
        vectors = {**self._shared.uncommitted, **lent, **await self._shared.index.vectors(hashes)}
        return LookedUp(batch, texts, await self._as_before(batch, hashes, vectors), vectors)

    async def _embed_batch(self, batch: LookedUp, before: Mapping[str, NDArray[np.float32]]) -> Embedded:
        """Embed the texts that have no vector; `before` are the vectors of the batch embedded since the look-up."""
        vectors = {**batch.vectors, **before}
        missing = {
            digest: text for digest, text in zip(batch.hashes, batch.texts, strict=True) if digest not in vectors
        }
        self._known = self._whole + len(batch.texts) - len(missing)
        self._source = batch.batch[0].document.row.source
        if missing:
            made = dict(zip(missing, await self._dense.embed_chunks(list(missing.values())), strict=True))
            self._shared.uncommitted.update(made)
            vectors.update(made)
        self._whole += len(batch.texts)
        self._shared.report.chunks_made = self._known = self._whole
        return Embedded(
            batch.batch, batch.texts, batch.hashes, [vectors[digest] for digest in batch.hashes], len(missing)
        )

    def _telling(self, loop: asyncio.AbstractEventLoop) -> Callable[[int], None]:
        """Return what the model's thread calls with how far it is with the batch at hand."""
        report = self._shared.report

        def tell(made: int) -> None:
            report.chunks_made = max(report.chunks_made, self._known + made)
            self._shared.on_progress(report, self._source)

        def told(made: int) -> None:
            # The loop is gone where the ingest was ended meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(tell, made)

        return told

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
            before = await self._shared.index.vectors_of(moved.document_id)
            for place, chunk in zip(places, piece.chunks, strict=True):
                if hashes[place] not in vectors and chunk.text in before:
                    hashes[place], vector = before[chunk.text]
                    vectors[hashes[place]] = vector
        return hashes
