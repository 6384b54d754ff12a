"""One Milvus collection, reached through `AsyncMilvusClient` alone, with the guards that every engine needs.

Each method is one request or a bounded few, with a timeout, and raises `StoreError`s. What "document" or "version" mean
is not known here; see `qa.store.index`.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from qa.errors import StoreError, StoreUnavailableError
from qa.index_types import IndexType, described
from qa.store.connection import ENGINE_LIVES, Connection, EngineLostError
from qa.store.filters import batches, equals, every, one_of
from qa.store.groups import PREFIX, Groups, group_of, partition_of
from qa.store.ids import tenant_mask
from qa.store.schema import TENANT

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient, CollectionSchema

T = TypeVar("T")
Row = dict[str, Any]

# A server takes 64 MB in one request and 16,384 rows in one answer; a quarter of each leaves room for vectors.
REQUEST_BYTES = 16_000_000
QUERY_ROWS = 4_000
RRF_K = 60
# The index of an empty collection is made in a few milliseconds.
_FIRST_PAUSE_S = 0.005
# Which partitions there are is asked this often at most.
_PARTITIONS_S = 1.0


class Collection:
    """One collection by name. Holds no state of its own, so any number of objects may stand for the same collection.

    With a `tenant` it is the part of a shared collection whose rows carry that name in the field `TENANT`: nothing else
    is read, written or deleted through it. Milvus deletes by key whatever the expression, so a tenant's keys are stored
    masked: a copy of an index has the keys of its original, and must not take those rows along when it is dropped.
    """

    def __init__(self, connection: Connection, name: str, *, byte_limits: Mapping[str, int], tenant: str = "") -> None:
        self.name = name
        self._tenant = tenant
        self._scope = equals(TENANT, tenant) if tenant else ""
        self._mask = tenant_mask(tenant) if tenant else 0
        self._connection = connection
        self._byte_limits = byte_limits
        self._limits = connection.limits()
        self.folders = 0
        """How many folders of a source name its group, each group in a partition of its own; 0 for no groups."""
        self._loaded: frozenset[str] | None = None  # partitions; None for all
        self._partitions: frozenset[str] = frozenset()
        self._partitions_until = 0.0

    # Definition

    async def exists(self) -> bool:
        """Tell whether the collection was created."""
        return bool(
            await self._connection.call(
                f'look for collection "{self.name}"',
                lambda client: client.has_collection(self.name, **self._limits),
            )
        )

    async def create(self, schema: "CollectionSchema", indexes: Mapping[str, Mapping[str, Any]]) -> None:
        """Create the collection and its indexes where missing; `indexes` maps a field to its index parameters."""
        if not await self.exists():
            await self._change(
                f'create collection "{self.name}"',
                lambda client: client.create_collection(
                    self.name, schema=schema, **self._limits, **self._connection.making()
                ),
            )
        present = set(
            await self._connection.call(
                f'list the indexes of "{self.name}"', lambda client: client.list_indexes(self.name, **self._limits)
            )
        )
        missing = [item for item in indexes.items() if item[0] not in present]
        await asyncio.gather(*(self._create_index(field, parameters) for field, parameters in missing))

    async def _create_index(self, field: str, parameters: Mapping[str, Any]) -> None:
        import grpc
        from pymilvus import MilvusException

        async def request(client: "AsyncMilvusClient") -> None:
            index = client.prepare_index_params()
            index.add_index(field_name=field, index_name=field, **parameters)
            try:
                await self._until_indexed(client, field, client.create_index(self.name, index, **self._limits))
            except (MilvusException, grpc.RpcError):
                # milvus-lite 3.2.2 has made the index by now, but lacks the call with which pymilvus waits for it.
                if field not in await client.list_indexes(self.name):
                    raise

        await self._connection.call(f'index "{field}" of "{self.name}"', request)

    async def _until_indexed(
        self, client: "AsyncMilvusClient", field: str, creation: Coroutine[Any, Any, None]
    ) -> None:
        """Wait until an index is made; sooner than pymilvus, which sleeps half a second before it asks."""
        from pymilvus import MilvusException

        creating = asyncio.ensure_future(creation)
        pause_s = _FIRST_PAUSE_S
        try:
            while not (await asyncio.wait([creating], timeout=pause_s))[0]:
                pause_s *= 2
                with suppress(MilvusException):
                    described = await client.describe_index(self.name, field, **self._limits)
                    if described and described.get("state") == "Finished":
                        return
            await creating
        finally:
            creating.cancel()

    async def indexes(self) -> dict[str, IndexType]:
        """Return the type of each field's index."""

        async def request(client: "AsyncMilvusClient") -> dict[str, IndexType]:
            names = await client.list_indexes(self.name, **self._limits)
            return {
                name: described(await client.describe_index(self.name, name, **self._limits) or {}) for name in names
            }

        return await self._connection.call(f'describe the indexes of "{self.name}"', request)

    async def drop_index(self, field: str) -> None:
        """Delete a field's index; the collection must not be loaded, and cannot be until it has another."""
        await self._change(
            f'drop index "{field}" of "{self.name}"', lambda client: client.drop_index(self.name, field, **self._limits)
        )

    async def change_index(self, field: str, wanted: IndexType) -> None:
        """Give a field another index: released, dropped, built and loaded again. Meanwhile nothing is found.

        If the engine refuses the new one, the old one is built again, and the collection answers as before.

        Raises:
            StoreError: The engine refused it.
        """
        before = (await self.indexes()).get(field)
        await self.release()
        try:
            if before is not None:
                await self.drop_index(field)
            await self._create_index(field, wanted.request(field))
        except BaseException:
            if before is not None and field not in await self.indexes():
                await self._create_index(field, before.request(field))
            await self.load()
            raise
        await self.load()

    async def load(self, groups: Groups = None) -> None:
        """Bring the collection into the engine's memory, which searching and querying need.

        With `groups` only their partitions are loaded, where there are groups; nothing is found in the others.

        Raises:
            StoreError: None of these groups has a document, or the engine cannot load partitions by themselves.
        """
        if groups is None or not self.folders:
            self._loaded = None
            await self._connection.load(self.name)
            return
        loaded = sorted(set(map(partition_of, groups)).intersection(await self.partitions()))
        if not loaded:
            raise StoreError(
                f'no document of "{self.name}" is in {", ".join(sorted(groups))}; name folders that have some in '
                "FOOTNOTE_LOADED_FOLDERS, or leave it out"
            )
        await self._connection.load(self.name, loaded)
        self._loaded = frozenset(loaded)

    async def release(self) -> None:
        """Give the engine's memory back; the rows stay."""
        await self._connection.release(self.name)

    async def flush(self) -> None:
        """Write what the engine holds in memory to disk."""
        await self._change(f'flush collection "{self.name}"', lambda client: client.flush(self.name, **self._limits))

    async def drop(self) -> None:
        """Delete the collection with its rows, or a tenant's rows of a shared one. A missing one is not an error."""
        if self._tenant:
            if await self.exists():
                await self.load()
                await self.delete("")
            return
        self._connection.forget(self.name)
        await self._change(
            f'drop collection "{self.name}"', lambda client: client.drop_collection(self.name, **self._limits)
        )

    # Partitions

    async def create_partition(self, partition: str) -> None:
        """Add a partition; one that exists is not an error."""
        if partition not in await self.partitions():
            await self._change(
                f'create partition "{partition}"',
                lambda client: client.create_partition(self.name, partition, **self._limits),
            )

    async def partitions(self) -> list[str]:
        """Return the names of all partitions, Milvus' own `_default` among them."""
        return list(
            await self._connection.call(
                f'list the partitions of "{self.name}"',
                lambda client: client.list_partitions(self.name, **self._limits),
            )
        )

    async def count_in(self, partition: str) -> int:
        """Count the rows of a partition, as of now."""
        rows = await self._connection.call(
            f'count the rows of partition "{partition}"',
            lambda client: client.query(
                self.name,
                # milvus-lite 3.2.2 counts all partitions where nothing is asked of the rows.
                filter='id >= ""',
                output_fields=["count(*)"],
                partition_names=[partition],
                consistency_level="Strong",
                **self._limits,
            ),
        )
        return int(rows[0]["count(*)"])

    async def load_partitions(self, partitions: Sequence[str]) -> None:
        """Bring some partitions into the engine's memory: nothing is found in the others, unless all are loaded."""
        await self._connection.call(
            f'load partitions of "{self.name}"',
            lambda client: client.load_partitions(self.name, list(partitions), **self._limits),
        )

    async def release_partitions(self, partitions: Sequence[str]) -> None:
        """Give the memory of some partitions back; their rows stay."""
        await self._connection.call(
            f'release partitions of "{self.name}"',
            lambda client: client.release_partitions(self.name, list(partitions), **self._limits),
        )

    async def drop_partition(self, partition: str) -> None:
        """Delete a partition with its rows; a loaded one is released first."""
        import grpc

        async def request(client: "AsyncMilvusClient") -> None:
            try:
                await client.release_partitions(self.name, [partition], **self._limits)
            except grpc.RpcError as error:
                # milvus-lite 3.2.2 drops a loaded partition, and cannot release one.
                if error.code() != grpc.StatusCode.UNIMPLEMENTED:
                    raise
            await client.drop_partition(self.name, partition, **self._limits)

        await self._change(f'drop partition "{partition}"', request)

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
        if wanted - self._partitions and time.monotonic() >= self._partitions_until:
            self._partitions = frozenset(await self.partitions())
            self._partitions_until = time.monotonic() + _PARTITIONS_S
        held = {name for name in self._partitions if name.startswith(PREFIX)}
        return [] if held <= wanted else sorted(wanted & held)

    async def _in_groups(self, groups: Groups, request: Callable[[dict[str, Any]], Awaitable[T]]) -> T:
        """Send a request to the partitions of groups, or to all where one of them has just been dropped."""
        if names := await self._named(groups):
            try:
                return await request({"partition_names": names})
            except StoreUnavailableError:
                raise
            except StoreError:
                self._partitions = frozenset()
        return await request({})

    # Writing

    async def insert_in_groups(self, rows: Sequence[Row]) -> None:
        """Insert rows that have a `source`, each into the partition of its group; see `insert`."""
        if not self.folders:
            await self.insert(rows)
            return
        by_group: dict[str, list[Row]] = {}
        for row in rows:
            by_group.setdefault(group_of(row["source"], self.folders), []).append(row)
        for group, some in by_group.items():
            await self.create_partition(partition_of(group))
            await self.insert(some, partition=partition_of(group))

    async def insert(self, rows: Sequence[Row], *, partition: str = "") -> None:
        """Insert rows whose keys are not in the collection, in requests below `REQUEST_BYTES`.

        If the engine ends meanwhile, only what did not arrive is inserted into its successor: inserting over an
        existing key doubles the row on 2.5.1.

        Raises:
            StoreError: A text is over its field's bytes, a key occurs twice in `rows`, or the engine refuses. If a
                check here failed, nothing was inserted.
        """
        for batch in self._checked(rows):
            missing = batch
            for life in range(ENGINE_LIVES):
                try:
                    await self._insert(missing, partition)
                    break
                except EngineLostError:
                    if life == ENGINE_LIVES - 1:
                        raise
                arrived = set(await self.present([self._masked(row["id"]) for row in batch]))
                missing = [row for row in batch if self._masked(row["id"]) not in arrived]
                if not missing:
                    break

    async def _insert(self, rows: list[Row], partition: str) -> None:
        result = await self._connection.write(
            f'insert into "{self.name}"',
            lambda client: client.insert(self.name, rows, partition_name=partition or None, **self._limits),
            row_bytes=sum(map(_row_bytes, rows)),
        )
        if result["insert_count"] != len(rows):
            raise StoreError(
                f'"{self.name}" acknowledged {result["insert_count"]} of {len(rows)} rows; run the ingest again'
            )

    async def upsert(self, rows: Sequence[Row]) -> None:
        """Insert or overwrite rows by key. Only for rows that may be lost.

        On 2.5.1 an upsert is a delete and then an insert: an engine killed between them loses the old row (8 of 40
        kills), and readers see the gap. Documents are therefore never upserted; see `qa.store.index`.

        Raises:
            StoreError: As `insert`.
        """
        for batch in self._checked(rows):
            await self._change(f'upsert into "{self.name}"', partial(self._upsert, batch=batch))

    async def _upsert(self, client: "AsyncMilvusClient", *, batch: list[Row]) -> None:
        await client.upsert(self.name, batch, **self._limits)

    async def delete(self, expression: str) -> int:
        """Delete the rows that match, make sure that none is left, and return how many there were.

        pymilvus' delete never looks at the response: an expression that the engine refuses deletes nothing and raises
        nothing. So the rows are counted before and after.

        Raises:
            StoreError: Rows that match are still there.
        """
        before = await self.count(expression)
        if before == 0:
            return 0
        scoped = every(self._scope, expression)
        left = before
        for _ in range(ENGINE_LIVES):
            await self._change(
                f'delete from "{self.name}"',
                lambda client: client.delete(self.name, filter=scoped, **self._limits),
            )
            # An engine that was just started again may answer before it can delete.
            left = await self.count(expression)
            if not left:
                break
        if left:
            raise StoreError(
                f'"{self.name}" kept {left} of {before} rows that it was asked to delete: {expression[:200]}'
            )
        return before

    async def _change(self, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[object]]") -> None:
        """Send a change that may be sent again without harm, until an engine has lived through it."""
        for life in range(ENGINE_LIVES):
            try:
                await self._connection.write(action, request)
                return
            except EngineLostError:
                if life == ENGINE_LIVES - 1:
                    raise

    def _checked(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        """Check all rows, then yield them in batches that one request can carry."""
        seen: set[str] = set()
        sizes = []
        if self._tenant:
            rows = [{**row, "id": self._masked(row["id"]), TENANT: self._tenant} for row in rows]
        for row in rows:
            if row["id"] in seen:
                raise StoreError(f'the key {row["id"]} occurs twice in one batch for "{self.name}"')
            seen.add(row["id"])
            for field, limit in self._byte_limits.items():
                size = len(row[field].encode())
                if size > limit:
                    raise StoreError(
                        f'field "{field}" of "{self.name}" takes {limit} bytes, got {size}: {row[field][:60]!r}…'
                    )
            sizes.append(_row_bytes(row))
        return _by_bytes(rows, sizes)

    # Keys

    def keyed(self, ids: Iterable[str]) -> str:
        """Return the expression that only the rows with these keys match."""
        return one_of("id", map(self._masked, ids))

    def keyed_otherwise(self, ids: Iterable[str]) -> str:
        """Return the expression that all rows but those with these keys match."""
        return one_of("id", map(self._masked, ids), operator="not in")

    def _masked(self, key: str) -> str:
        """Return the key under which a tenant's row is stored; of a stored key, the row's own."""
        return f"{int(key, 16) ^ self._mask:032x}" if self._tenant else key

    def _own(self, row: Mapping[str, Any]) -> Row:
        """Return a row as it was given to `insert`, as far as it was read."""
        return {**row, "id": self._masked(row["id"])} if "id" in row else dict(row)

    # Reading

    async def count(self, expression: str = "") -> int:
        """Count the rows that match, all of them for "", as of now (Strong consistency)."""
        scoped = every(self._scope, expression)
        rows = await self._connection.call(
            f'count the rows of "{self.name}"',
            lambda client: client.query(
                self.name,
                filter=scoped,
                output_fields=["count(*)"],
                consistency_level="Strong",
                **self._limits,
            ),
        )
        return int(rows[0]["count(*)"])

    async def count_keys(self, ids: Sequence[str]) -> int:
        """Count the rows with these keys: a key that is stored twice counts twice, which no other reading shows."""
        return sum([await self.count(self.keyed(batch)) for batch in batches(ids)])

    async def get(self, ids: Sequence[str], fields: Sequence[str]) -> list[Row]:
        """Return the rows with these keys, in no order; a key without a row is left out."""
        found: list[Row] = []
        for batch in batches(ids):
            # In our own words: the client writes keys into an expression as Python would, not as engines read it.
            found += await self.query(self.keyed(batch), fields)
        return found

    async def present(self, ids: Sequence[str]) -> list[str]:
        """Return which of these keys have rows, each once."""
        found: list[str] = []
        for batch in batches(ids):
            found += [row["id"] for row in await self.query(self.keyed(batch), ["id"])]
        return found

    async def query(self, expression: str, fields: Sequence[str], *, limit: int = QUERY_ROWS) -> list[Row]:
        """Return up to `limit` rows that match, in no order, as of now (Strong consistency). `scan` has no limit."""
        scoped = every(self._scope, expression)
        rows = await self._connection.call(
            f'query "{self.name}"',
            lambda client: client.query(
                self.name,
                filter=scoped,
                output_fields=list(fields),
                limit=limit,
                consistency_level="Strong",
                **self._limits,
            ),
        )
        return [self._own(row) for row in rows]

    async def scan(self, expression: str, fields: Sequence[str]) -> AsyncIterator[list[Row]]:
        """Yield all rows that match, in pages, each row once, in no order.

        Keys are hashes, so ranges of keys are pages of about equal size; a cursor over keys skips rows on 3.2.2, whose
        results are not sorted, and no engine pages beyond 16,384 rows by offset.
        """
        pending = [("", "g")]  # key ranges [low, high); every hex digit sorts below "g"
        while pending:
            low, high = pending.pop()
            ranged = every(expression, f'id >= "{low}" and id < "{high}"')
            expected = await self.count(ranged)
            if expected <= QUERY_ROWS:
                # 2.5.1 fails at reading vectors where no row matches.
                rows = await self.query(ranged, fields) if expected else []
                if rows:
                    yield rows
                continue
            edges = [*(low + digit for digit in "0123456789abcdef"), high]
            pending += pairwise(edges)

    async def search(
        self,
        field: str,
        vector: Any,
        *,
        limit: int,
        expression: str = "",
        fields: Sequence[str],
        groups: Groups = None,
    ) -> list[Row]:
        """Return the rows nearest to `vector` by `field`, best first, each with its `score`.

        With `groups` only their partitions are read, where there are any: the expression leaves out no more than that.
        An empty sparse vector finds nothing on every engine, so it is not sent.
        """
        if not len(vector):
            return []
        scoped = every(self._scope, expression)
        result = await self._in_groups(
            groups,
            lambda where: self._connection.call(
                f'search "{self.name}"',
                lambda client: client.search(
                    self.name,
                    data=[vector],
                    anns_field=field,
                    limit=limit,
                    filter=scoped,
                    output_fields=list(fields),
                    **where,
                    **self._limits,
                    **self._connection.searching(),
                ),
            ),
        )
        return [self._own(_hit(hit)) for hit in result[0]]

    async def hybrid_search(
        self,
        vectors: Mapping[str, Any],
        *,
        limit: int,
        expression: str = "",
        fields: Sequence[str],
        rrf_k: int = RRF_K,
        groups: Groups = None,
    ) -> list[Row]:
        """Return the rows that `RRFRanker` ranks first after one search per field, best first, each with its `score`.

        Every leg finds `limit` rows and carries the expression itself: `hybrid_search(filter=…)` is accepted and
        ignored by every engine. A leg with an empty vector is left out.
        """
        from pymilvus import AnnSearchRequest, RRFRanker

        scoped = every(self._scope, expression)
        legs = [
            AnnSearchRequest(data=[vector], anns_field=field, param={}, limit=limit, expr=scoped or None)
            for field, vector in vectors.items()
            if len(vector)
        ]
        if not legs:
            return []
        result = await self._in_groups(
            groups,
            lambda where: self._connection.call(
                f'search "{self.name}"',
                lambda client: client.hybrid_search(
                    self.name,
                    reqs=legs,
                    ranker=RRFRanker(rrf_k),
                    limit=limit,
                    output_fields=list(fields),
                    **where,
                    **self._limits,
                    **self._connection.searching(),
                ),
            ),
        )
        return [self._own(_hit(hit)) for hit in result[0]]


def _hit(hit: Mapping[str, Any]) -> Row:
    return {**hit["entity"], "id": hit["id"], "score": float(hit["distance"])}


def _row_bytes(row: Row) -> int:
    """Estimate a row's size in a request, from above."""
    size = 0
    for value in row.values():
        if isinstance(value, str):
            size += len(value.encode())
        elif isinstance(value, Mapping):
            # JSON, or a sparse vector: four bytes an index and four a weight.
            as_json = isinstance(next(iter(value), ""), str)
            size += len(json.dumps(value, default=float)) if as_json else 8 * len(value)
        elif hasattr(value, "nbytes"):
            size += int(value.nbytes)
        else:
            size += 16
    return size


def _by_bytes(rows: Sequence[Row], sizes: Sequence[int]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    total = 0
    for row, size in zip(rows, sizes, strict=True):
        if batch and total + size > REQUEST_BYTES:
            yield batch
            batch, total = [], 0
        batch.append(row)
        total += size
    if batch:
        yield batch
