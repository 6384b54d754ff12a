"""The stages of an ingest put together; they run at the same time, with bounded queues between them.

`ingest.pipeline` runs them over the files of this machine, `ingest.stages.ray_engine` in each of its actors.
"""

import asyncio
from collections.abc import Awaitable, Callable

from ingest.split.pieces import ReadQueue
from ingest.stages.embed import EmbeddedQueue, EmbedStage
from ingest.stages.queues import first_error
from ingest.stages.read import ReadStage
from ingest.stages.shared import Shared
from ingest.stages.store import StoreStage
from qa.models.dense import ChunkEmbedder, SparseChunkEmbedder

_EMBEDDED_BATCHES = 2


class Run:
    """One ingest through its stages; it may be used once."""

    def __init__(self, shared: Shared, *, dense: ChunkEmbedder, sparse: SparseChunkEmbedder) -> None:
        """Make the stages.

        Args:
            shared: What they share.
            dense: Embeds chunks.
            sparse: Makes the sparse vectors.
        """
        self.store = StoreStage(shared, sparse)
        self.embed = EmbedStage(shared, dense)
        self.read = ReadStage(shared, self.store)

    async def through(self, read: Callable[[ReadQueue], Awaitable[None]]) -> None:
        """Embed and commit what `read` puts into its queue while it goes on reading; None ends it."""
        reads: ReadQueue = asyncio.Queue()
        embedded: EmbeddedQueue = asyncio.Queue(_EMBEDDED_BATCHES)
        try:
            async with asyncio.TaskGroup() as stages:
                stages.create_task(_awaited(read(reads)))
                stages.create_task(self.embed.run(reads, embedded))
                stages.create_task(self.store.run(embedded))
        except BaseExceptionGroup as group:
            raise first_error(group) from group


async def _awaited(awaitable: Awaitable[None]) -> None:
    await awaitable
