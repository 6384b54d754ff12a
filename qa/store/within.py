"""An index of which somebody may read some documents alone: what is left of it is all that there is.

Every reading of an index goes through its two collections. Here both carry the rule themselves, in each request and
once more in what comes back, so that no route, count or suggestion made from them can hold what the rule leaves out.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import StoreError
from qa.index_types import IndexType
from qa.store.collection import QUERY_ROWS, RRF_K, Collection, Row
from qa.store.filters import ALTERNATIVES, batches, below, beneath, either, every, one_of
from qa.store.groups import Groups, both, group_of, groups_below, groups_of_path, union
from qa.store.partitions import Partitions
from qa.store.reading import IndexReader
from qa.store.records import ROW_FIELDS, Generation, RegisterRow
from qa.store.register import FAILED, READY
from qa.store.scope import MOST_IDS
from qa.store.where import Filter, folder_of, plain_path
from qa.store.where import beneath as lies_beneath

if TYPE_CHECKING:
    from pymilvus import CollectionSchema

# Filters of which a document has to pass one: none of them lets nothing through.
Alternatives = tuple[Filter, ...]

# For so long it is not asked again whether documents came or changed. A version that nobody looked at yet is hidden
# meanwhile, so that no document is read under the rule that its older version passed.
_FRESH_S = 0.5
_LOOK_FURTHER, _MOST_LOOKED_AT = 8, 4_096


def within(reader: IndexReader, only: Alternatives) -> IndexReader:
    """Return a reader of the documents that pass one of some filters, on the same connection; the same if all do."""
    if not all(only):
        return reader  # one of them lets everything through
    return _ReaderWithin(reader, only)


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What may be read: rows that match one of the expressions, no more than that, and pass `holds`.

    Attributes:
        expressions: Each for one request; none where nothing may be read.
        holds: Looks at a row that came back.
        fields: That it looks at.
        groups: In no others lie such rows, see `qa.store.groups`.
    """

    expressions: tuple[str, ...]
    holds: Callable[[Row], bool]
    fields: tuple[str, ...]
    groups: Groups = None


class _Rule:
    """Which documents of an index may be read, looked up again when its register changed."""

    def __init__(self, register: Collection, only: Alternatives, folders: int = 0) -> None:
        self._register = register
        self._only = only
        self._folders = folders
        self._by_folders = _by_folders(only, folders)
        self._by_documents: _Allowed | None = None
        self._seen = (-1, -1)  # rows of the register, and the time of the newest
        self._until = 0.0

    async def allowed(self) -> _Allowed:
        """Return what may be read at this moment."""
        if self._by_folders is not None:
            return self._by_folders  # whatever comes, a folder means the same
        if self._by_documents is None or (time.monotonic() >= self._until and await self._has_changed()):
            self._by_documents = await self._read()
            self._until = 0.0
        if time.monotonic() >= self._until:
            self._until = time.monotonic() + _FRESH_S
        return self._by_documents

    async def _has_changed(self) -> bool:
        count, newest = self._seen
        if await self._register.count() != count:
            return True
        return bool(await self._register.query(f"ingested_at > {newest}", ["id"], limit=1))

    async def _read(self) -> _Allowed:
        """Look at every row of the register."""
        count = await self._register.count()
        stored: dict[str, RegisterRow] = {}
        failed: dict[str, RegisterRow] = {}
        newest = 0
        for expression, known in ((READY, stored), (FAILED, failed)):
            async for page in self._register.scan(expression, ROW_FIELDS):
                for values in page:
                    row = RegisterRow(**{name: values[name] for name in ROW_FIELDS})
                    newest = max(newest, row.ingested_at)
                    other = known.get(row.document_id)
                    if other is None or row.ingested_at > other.ingested_at:
                        known[row.document_id] = row
        declared = await self._register.query(f"ingested_at > {newest}", ["ingested_at"])
        self._seen = count, max((row["ingested_at"] for row in declared), default=newest)
        # What could not be read is known by its name alone: it is judged as the document that is stored, if one is.
        rows = {**failed, **stored}
        passing = {key: row.version for key, row in rows.items() if any(one.matches(row) for one in self._only)}
        failures = {failed[key].version for key in passing if key in failed}
        ids = sorted(passing)
        lists = [ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS)]

        def holds(row: Row) -> bool:
            version = passing.get(row["document_id"])
            return version is not None and (row["version"] == version or row["version"] in failures)

        expressions = tuple(one_of("document_id", part, limit=MOST_IDS) for part in lists)
        groups = frozenset(group_of(rows[key].source, self._folders) for key in ids) if self._folders else None
        return _Allowed(expressions, holds, ("document_id", "version"), groups)


def _by_folders(only: Alternatives, in_groups: int) -> _Allowed | None:
    """Return what may be read where the rule names folders and paths alone, None for any other.

    Args:
        only: The rule.
        in_groups: How many folders name a group; 0 for no groups.
    """
    paths: dict[str, None] = {}
    folders: dict[str, None] = {}
    for one in only:
        if one != Filter(sources=one.sources):
            return None
        for source in one.sources:
            if (path := plain_path(source)) is not None:
                paths[path] = None
            elif (folder := folder_of(source)) is not None:
                folders[folder] = None
            else:
                return None
    if len(paths) + len(folders) > ALTERNATIVES:
        return None
    beginnings = tuple(f"{folder}/" for folder in folders)

    def holds(row: Row) -> bool:
        source: str = row["source"]
        return source.startswith(beginnings) or any(lies_beneath(source, path) for path in paths)

    expressions = [*(beneath("source", path) for path in paths), *(below("source", folder) for folder in folders)]
    groups = None
    if in_groups:
        groups = union(
            [
                *(groups_of_path(path, in_groups) for path in paths),
                *(groups_below(folder, in_groups) for folder in folders),
            ]
        )
    return _Allowed((either(*expressions),) if expressions else (), holds, ("source",), groups)


def _with(fields: Sequence[str], allowed: _Allowed) -> list[str]:
    return list(dict.fromkeys((*fields, *allowed.fields)))


def _told(rows: Sequence[Row], allowed: _Allowed) -> list[Row]:
    """Return the rows that may be read: an engine that passes over an expression shows nothing either."""
    return [row for row in rows if allowed.holds(row)]


def _of_file(source: str) -> str:
    """Return the expression for all documents of the file that a document comes from."""
    return beneath("source", source.partition("!/")[0])


class _CollectionWithin(Collection):
    """A collection of which only what a rule allows can be read. Nothing can be written through it."""

    def __init__(self, of: Collection, rule: _Rule) -> None:
        self.__dict__.update(of.__dict__)
        self._rule = rule
        self.partitions = _PartitionsWithin(of.partitions)

    async def count(self, expression: str = "") -> int:
        allowed = await self._rule.allowed()
        return sum(
            [await super(_CollectionWithin, self).count(every(part, expression)) for part in allowed.expressions]
        )

    async def get(self, ids: Sequence[str], fields: Sequence[str]) -> list[Row]:
        return [row for batch in batches(ids) for row in await self.query(self.keyed(batch), fields)]

    async def query(self, expression: str, fields: Sequence[str], *, limit: int = QUERY_ROWS) -> list[Row]:
        allowed = await self._rule.allowed()
        found: list[Row] = []
        for part in allowed.expressions:
            if len(found) < limit:
                wanted = _with(fields, allowed)
                rows = await super().query(every(part, expression), wanted, limit=limit - len(found))
                found += _told(rows, allowed)
        return found

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
        search = super().search

        async def found(most: int, rule: str, wanted: Sequence[str], allowed: Groups) -> list[Row]:
            scoped, inside = every(rule, expression), both(groups, allowed)
            return await search(field, vector, limit=most, expression=scoped, fields=wanted, groups=inside)

        return await self._searched(found, limit, fields)

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
        search = super().hybrid_search

        async def found(most: int, rule: str, wanted: Sequence[str], allowed: Groups) -> list[Row]:
            scoped, inside = every(rule, expression), both(groups, allowed)
            return await search(vectors, limit=most, expression=scoped, fields=wanted, rrf_k=rrf_k, groups=inside)

        return await self._searched(found, limit, fields)

    async def _searched(
        self,
        search: Callable[[int, str, Sequence[str], Groups], Awaitable[list[Row]]],
        limit: int,
        fields: Sequence[str],
    ) -> list[Row]:
        """Search by one expression, if one tells what is allowed; else everywhere, and further where much is hidden."""
        allowed = await self._rule.allowed()
        if not allowed.expressions:
            return []
        rule = allowed.expressions[0] if len(allowed.expressions) == 1 else ""
        most, wanted = limit, _with(fields, allowed)
        while True:
            rows = await search(most, rule, wanted, allowed.groups)
            found = _told(rows, allowed)
            if len(found) >= limit or len(rows) < most or most >= _MOST_LOOKED_AT:
                return found[:limit]
            most = min(most * _LOOK_FURTHER, _MOST_LOOKED_AT)

    async def insert(self, rows: Sequence[Row], *, partition: str = "") -> None:  # noqa: ARG002
        raise _refusal(self.name)

    async def insert_in_groups(self, rows: Sequence[Row]) -> None:  # noqa: ARG002
        raise _refusal(self.name)

    async def upsert(self, rows: Sequence[Row]) -> None:  # noqa: ARG002
        raise _refusal(self.name)

    async def delete(self, expression: str) -> int:  # noqa: ARG002
        raise _refusal(self.name)

    async def drop(self) -> None:
        raise _refusal(self.name)

    async def create(self, schema: "CollectionSchema", indexes: Mapping[str, Mapping[str, Any]]) -> None:  # noqa: ARG002
        raise _refusal(self.name)

    async def change_index(self, field: str, wanted: IndexType) -> None:  # noqa: ARG002
        raise _refusal(self.name)


class _PartitionsWithin(Partitions):
    """The partitions of such a collection. How many rows one has is known to who may read them all."""

    def __init__(self, of: Partitions) -> None:
        self.__dict__.update(of.__dict__)

    async def count_in(self, partition: str) -> int:  # noqa: ARG002
        raise _refusal(self._collection)

    async def create(self, partition: str) -> None:  # noqa: ARG002
        raise _refusal(self._collection)

    async def drop(self, partition: str) -> None:  # noqa: ARG002
        raise _refusal(self._collection)


def _refusal(collection: str) -> StoreError:
    return StoreError(f'"{collection}" can only be read here; change it with the rights of an editor')


class _ReaderWithin(IndexReader):
    """A reader whose collections are those of a rule."""

    def __init__(self, of: IndexReader, only: Alternatives) -> None:
        self._only = only
        self._whole = of
        super().__init__(of.connection, of.name, of.generation)
        if of.generation:
            self._use(of.generation)

    @property
    def _words_file(self) -> Path | None:
        """None: the words that are kept are those of all documents."""
        return None

    async def reads_all_of(self, source: str) -> bool:
        expression = _of_file(source)
        return await self.register.count(expression) == await self._whole.register.count(expression)

    def _use(self, generation: Generation) -> None:
        super()._use(generation)
        rule = _Rule(self.register, self._only, self.chunks.partitions.folders)
        self.chunks = _CollectionWithin(self.chunks, rule)
        self.register = _CollectionWithin(self.register, rule)
