"""One Milvus collection, reached through `AsyncMilvusClient` alone, with the guards that every engine needs.

Each method is one request or a bounded few, with a timeout, and raises `StoreError`s. What "document" or "version" mean
is not known here; see `qa.store.index`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from qa.errors import StoreError
from qa.index_types import IndexType
from qa.store.connection import ENGINE_LIVES, Connection
from qa.store.filters import batches, equals, every, one_of
from qa.store.groups import Groups, group_of, partition_of
from qa.store.ids import tenant_mask
from qa.store.indexes import create_index, exchange_index, index_types, once_indexed
from qa.store.lost import EngineLostError
from qa.store.partitions import Partitions
from qa.store.requests import by_bytes, check_rows, row_bytes
from qa.store.schema import TENANT

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient, CollectionSchema

Row = dict[str, Any]
T = TypeVar("T")

# A server takes 16,384 rows in one answer; a quarter leaves room for vectors.
QUERY_ROWS = 4_000
RRF_K = 60


class Collection:
    """One collection by name; any number of objects may stand for the same one.

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
        self._as_of_now = {"consistency_level": "Strong", **self._limits}
        self.partitions = Partitions(connection, name)

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
            await self._connection.change(
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
        await asyncio.gather(
            *(create_index(self._connection, self.name, field, parameters) for field, parameters in missing)
        )

    async def indexes(self) -> dict[str, IndexType]:
        """Return the type of each field's index."""
        return await index_types(self._connection, self.name)

    async def change_index(self, field: str, wanted: IndexType) -> None:
        """Give a field another index: released, dropped, built and loaded again. Meanwhile who reads waits.

        If the engine refuses the new one, the old one is built again, and the collection answers as before.

        Raises:
            StoreError: The engine refused it.
        """
        await exchange_index(self._connection, self.name, field, wanted, load=self.load)

    async def load(self, groups: Groups = None) -> None:
        """Bring the collection into the engine's memory, which searching and querying need.

        With `groups` only their partitions are loaded, where there are groups; nothing is found in the others.

        Raises:
            StoreError: None of these groups has a document, or the engine cannot load partitions by themselves.
        """
        await self.partitions.load_groups(groups)

    async def release(self) -> None:
        """Give the engine's memory back; the rows stay."""
        await self._connection.release(self.name)

    async def flush(self) -> None:
        """Write what the engine holds in memory to disk."""
        await self._connection.change(
            f'flush collection "{self.name}"', lambda client: client.flush(self.name, **self._limits)
        )

    async def drop(self) -> None:
        """Delete the collection with its rows, or a tenant's rows of a shared one. A missing one is not an error."""
        if self._tenant:
            if await self.exists():
                await self.load()
                await self.delete("")
            return
        self._connection.forget(self.name)
        await self._connection.change(
            f'drop collection "{self.name}"', lambda client: client.drop_collection(self.name, **self._limits)
        )

    # Writing

    async def insert_in_groups(self, rows: Sequence[Row]) -> None:
        """Insert rows that have a `source`, each into the partition of its group; see `insert`."""
        if not self.partitions.folders:
            await self.insert(rows)
            return
        by_group: dict[str, list[Row]] = {}
        for row in rows:
            by_group.setdefault(group_of(row["source"], self.partitions.folders), []).append(row)
        for group, some in by_group.items():
            await self.partitions.create(partition_of(group))
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
            row_bytes=sum(map(row_bytes, rows)),
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
            await self._connection.change(f'upsert into "{self.name}"', partial(self._upsert, batch=batch))

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
            await self._connection.change(
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

    def _checked(self, rows: Sequence[Row]) -> list[list[Row]]:
        """Check all rows, and return them in batches that one request can carry."""
        if self._tenant:
            rows = [{**row, "id": self._masked(row["id"]), TENANT: self._tenant} for row in rows]
        check_rows(rows, self._byte_limits, self.name)
        return by_bytes(rows)

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

    async def _read(self, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[T]]") -> T:
        return await once_indexed(self._connection, self.name, action, request)

    async def count(self, expression: str = "") -> int:
        """Count the rows that match, all of them for "", as of now (Strong consistency)."""
        scoped = every(self._scope, expression)
        rows = await self._read(
            f'count the rows of "{self.name}"',
            lambda client: client.query(self.name, filter=scoped, output_fields=["count(*)"], **self._as_of_now),
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
        rows = await self._read(
            f'query "{self.name}"',
            lambda client: client.query(
                self.name, filter=scoped, output_fields=list(fields), limit=limit, **self._as_of_now
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
        result = await self.partitions.in_groups(
            groups,
            lambda where: self._read(
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
        result = await self.partitions.in_groups(
            groups,
            lambda where: self._read(
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
