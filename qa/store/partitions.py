"""The partitions of a Milvus collection, one for each group of folders, so that a search can pass over the others."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from qa.errors import StoreError, StoreUnavailableError
from qa.store.connection import Connection
from qa.store.groups import PREFIX, Groups, partition_of

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient

T = TypeVar("T")

# Which partitions there are is asked this often at most.
_ASKED_S = 1.0


class Partitions:
    """The partitions of one collection by name, and which of them are known to be there and loaded."""

    def __init__(self, connection: Connection, collection: str) -> None:
        self.folders = 0
        """How many folders of a source name its group, each group in a partition of its own; 0 for no groups."""
        self._connection = connection
        self._collection = collection
        self._limits = connection.limits()
        self._loaded: frozenset[str] | None = None  # None for all
        self._known: frozenset[str] = frozenset()
        self._known_until = 0.0

    async def create(self, partition: str) -> None:
        """Add a partition; one that exists is not an error."""
        if partition not in await self.names():
            await self._connection.change(
                f'create partition "{partition}"',
                lambda client: client.create_partition(self._collection, partition, **self._limits),
            )

    async def names(self) -> list[str]:
        """Return the names of all partitions, Milvus' own `_default` among them."""
        return list(
            await self._connection.call(
                f'list the partitions of "{self._collection}"',
                lambda client: client.list_partitions(self._collection, **self._limits),
            )
        )

    async def count_in(self, partition: str) -> int:
        """Count the rows of a partition, as of now."""
        rows = await self._connection.call(
            f'count the rows of partition "{partition}"',
            lambda client: client.query(
                self._collection,
                # milvus-lite 3.2.2 counts all partitions where nothing is asked of the rows.
                filter='id >= ""',
                output_fields=["count(*)"],
                partition_names=[partition],
                consistency_level="Strong",
                **self._limits,
            ),
        )
        return int(rows[0]["count(*)"])

    async def load(self, partitions: Sequence[str]) -> None:
        """Bring some partitions into the engine's memory: nothing is found in the others, unless all are loaded."""
        await self._connection.call(
            f'load partitions of "{self._collection}"',
            lambda client: client.load_partitions(self._collection, list(partitions), **self._limits),
        )

    async def release(self, partitions: Sequence[str]) -> None:
        """Give the memory of some partitions back; their rows stay."""
        await self._connection.call(
            f'release partitions of "{self._collection}"',
            lambda client: client.release_partitions(self._collection, list(partitions), **self._limits),
        )

    async def drop(self, partition: str) -> None:
        """Delete a partition with its rows; a loaded one is released first."""
        import grpc

        async def request(client: "AsyncMilvusClient") -> None:
            try:
                await client.release_partitions(self._collection, [partition], **self._limits)
            except grpc.RpcError as error:
                # milvus-lite 3.2.2 drops a loaded partition, and cannot release one.
                if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                    raise
            await client.drop_partition(self._collection, partition, **self._limits)

        await self._connection.change(f'drop partition "{partition}"', request)

    async def load_groups(self, groups: Groups) -> None:
        """Load the partitions of groups and no others; the whole collection for None, or where there are no groups.

        Raises:
            StoreError: None of these groups has a document, or the engine cannot load partitions by themselves.
        """
        if groups is None or not self.folders:
            self._loaded = None
            await self._connection.load(self._collection)
            return
        loaded = sorted(set(map(partition_of, groups)).intersection(await self.names()))
        if not loaded:
            raise StoreError(
                f'no document of "{self._collection}" is in {", ".join(sorted(groups))}; name folders that have some '
                "in FOOTNOTE_LOADED_FOLDERS, or leave it out"
            )
        await self._connection.load(self._collection, loaded)
        self._loaded = frozenset(loaded)

    async def _named(self, groups: Groups) -> list[str]:
        """Return the partitions of groups, as far as they are there and loaded; none named where all are meant.

        Raises:
            StoreError: None of them is loaded.
        """
        if not self.folders or (groups is None and self._loaded is None):
            return []
        if self._loaded is not None:
            # Where nothing is wanted, the expression lets nothing through.
            wanted = self._loaded.intersection(map(partition_of, groups)) if groups else self._loaded
            if not wanted:
                raise StoreError(
                    f"{', '.join(sorted(groups or ()))} is not loaded here; add it to FOOTNOTE_LOADED_FOLDERS"
                )
            return sorted(wanted)
        groups = groups or frozenset()
        wanted = frozenset(map(partition_of, groups))
        if wanted - self._known and time.monotonic() >= self._known_until:
            self._known = frozenset(await self.names())
            self._known_until = time.monotonic() + _ASKED_S
        held = {name for name in self._known if name.startswith(PREFIX)}
        return [] if held <= wanted else sorted(wanted & held)

    async def in_groups(self, groups: Groups, request: Callable[[dict[str, Any]], Awaitable[T]]) -> T:
        """Send a request to the partitions of groups, or to all where one of them has just been dropped."""
        if names := await self._named(groups):
            try:
                return await request({"partition_names": names})
            except StoreUnavailableError:
                raise
            except StoreError:
                self._known = frozenset()
        return await request({})
