"""The index: documents committed whole, found by meaning and by terms. Built on two Milvus collections.

`<name>` holds the chunks, `<name>_documents` the register: one row per document, and that row is the commit. A new
version is inserted under new keys, counted, and registered; only then are the older row and its chunks deleted. A crash
anywhere leaves the old version whole or the new one whole, because readers believe only what is registered; the next
ingest clears the rest.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa import terms as term_counts
from qa.context import Span
from qa.errors import CollectionMismatchError, StoreError, StoreUnavailableError
from qa.store import catalog, schema
from qa.store.client import EMBEDDED, Server
from qa.store.collection import RRF_K, Row
from qa.store.connection import Connection, open_connection
from qa.store.engine import IDLE_S
from qa.store.filters import ALTERNATIVES, batches, between, differs, either, equals, every, one_of
from qa.store.records import (
    ROW_FIELDS,
    EmbeddedChunks,
    EmbeddedDocument,
    Found,
    Generation,
    IndexSettings,
    RegisterRow,
    Status,
)
from qa.store.rows import chunk_rows, found_chunk, register_row
from qa.store.scope import Scope, scope_by_documents, scope_by_fields
from qa.types import Chunk
from qa.where import EVERYTHING, Facets, Filter, facets, no_match

# Above this many documents, term frequencies are taken from a sample of about this many. Row keys are hashes, so the
# rows with the lowest keys are a random sample that every process draws alike.
SAMPLE_DOCUMENTS = 4_000

_READY = equals("status", "ready")
_FAILED = equals("status", "failed")
# Where chunks of unfinished documents crowd out others, this many times as many are looked at, up to a limit.
_LOOK_FURTHER = 8
_MOST_LOOKED_AT = 4_096
_SCOPES = 64  # filters whose documents are remembered
_SETTINGS = equals("status", "settings")


class Index:
    """One named index on an open connection. Open it with `open_index`."""

    def __init__(self, connection: Connection, name: str, generation: Generation | None = None) -> None:
        self.name = name
        self.embedded = connection.embedded
        self.generation = generation
        """What stands for the name; None until it was looked for."""
        self.connection = connection
        physical = generation.physical if generation else name
        self.chunks = catalog.chunks_of(connection, physical, generation.settings.dim if generation else 0)
        self.register = catalog.register_of(connection, physical)
        self._statistics: term_counts.TermStatistics | None = None
        self._seen = (0, 0)  # rows of the register and the time of the newest, when the statistics were taken
        self._scopes: dict[Filter, Scope] = {}

    @property
    def identity(self) -> str:
        """What the keys of this index's documents are computed from."""
        return self.generation.identity if self.generation else self.name

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages of its documents, most documents first, as `term_statistics` last found them."""
        return self._statistics.languages if self._statistics else ()

    # Opening

    async def exists(self) -> bool:
        """Tell whether there is an index of this name that answers."""
        return await self._found() is not None

    async def open(self) -> IndexSettings:
        """Load an index that exists and return what it was made with.

        Raises:
            StoreError: There is no such index.
        """
        generation = await self._existing()
        try:
            await self.chunks.load()
        except StoreUnavailableError:
            raise
        except StoreError:
            if await self.chunks.exists():
                raise
            # Another process has put a newer generation in its place since it was found.
            self.generation = None
            generation = await self._existing()
            await self.chunks.load()
        return generation.settings

    async def open_or_create(self, settings: IndexSettings, *, identity: str = "") -> None:
        """Load the index, or make it for these settings; `identity` is that of the index it will be a copy of.

        Raises:
            CollectionMismatchError: The index was made with other settings; nothing was changed.
        """
        if await self._found():
            check_settings(self.name, stored=await self.open(), asked=settings)
            return
        physical = await catalog.free_physical(self.connection, self.name, number=1)
        await self.create(Generation(physical, self.name, 1, True, identity or self.name, settings))

    async def create(self, generation: Generation) -> None:
        """Make the collections of a generation, and load them.

        The row of settings is written last, so an interrupted creation is completed by the next call.
        """
        self._use(generation)
        if self.embedded and not (await self.chunks.exists() and await self._holds_documents()):
            # What is left of a creation or a drop that was cut off may be of other dimensions, or hold chunks under the
            # keys of those to come. On a server it may be what another process is making at this moment.
            await self.register.drop()
            await self.chunks.drop()
        tenancy = self.connection.tenancy
        chunks = schema.chunk_schema(generation.settings.dim, tenancy)
        await asyncio.gather(
            self.chunks.create(chunks, schema.chunk_indexes(embedded=self.embedded)),
            self.register.create(schema.register_schema(tenancy), schema.register_indexes(embedded=self.embedded)),
        )
        await self.chunks.load()
        await self.register.load()
        await catalog.declare(self.connection, generation)

    async def declare(self, generation: Generation) -> None:
        """Give this index another name, or mark it as ready."""
        await catalog.declare(self.connection, generation)
        self._use(generation)

    async def drop(self) -> None:
        """Delete the index and everything in it. Cut off in the middle, it does not open."""
        await self._found()
        # An index is one where both collections are, so the large one goes first; of shared ones the rows of the
        # register are what tells.
        alone = self.connection.tenancy == "alone"
        for part in (self.chunks, self.register) if alone else (self.register, self.chunks):
            await part.drop()
        self.generation = None

    async def drop_others(self, *, unfinished: bool = False) -> None:
        """Drop older generations, which a swap that was cut off left behind; with `unfinished` all but this one."""
        this = await self._existing()
        for other in await catalog.generations(self.connection):
            outdated = other.ready and other.number < this.number
            if other.name == this.name and other.physical != this.physical and (outdated or unfinished):
                await Index(self.connection, other.name, other).drop()

    async def status(self) -> Status:
        """Return what the index holds. Only the register is read, so that it costs little to ask.

        Raises:
            StoreError: There is no such index.
        """
        generation = await self._existing()
        documents = chunks = 0
        async with self._still_there():
            async for rows in self.register.scan(_READY, ["chunk_count"]):
                documents += len(rows)
                chunks += sum(row["chunk_count"] for row in rows)
        return Status(documents, chunks, generation.settings)

    async def _existing(self) -> Generation:
        if (generation := await self._found()) is None:
            raise StoreError(f'there is no collection "{self.name}" yet; make it with: footnote ingest PATH')
        return generation

    async def _holds_documents(self) -> bool:
        """Tell whether documents are registered, whether or not there is a row of settings."""
        if not await self.register.exists():
            return False
        try:
            await self.register.load()
            return await self.register.count(_READY) > 0
        except StoreUnavailableError:
            raise
        except StoreError:
            return False  # its creation was cut off before it had an index

    async def _found(self) -> Generation | None:
        if self.generation is None and (found := await catalog.find(self.connection, self.name)):
            self._use(found)
        return self.generation

    def _use(self, generation: Generation) -> None:
        self.generation = generation
        self.chunks = catalog.chunks_of(self.connection, generation.physical, generation.settings.dim)
        self.register = catalog.register_of(self.connection, generation.physical)

    # Writing

    async def documents(self) -> AsyncIterator[RegisterRow]:
        """Yield the newest registered version of each document."""
        async for row in self._newest(_READY):
            yield row

    async def failures(self) -> AsyncIterator[RegisterRow]:
        """Yield the newest record of each source that could not be read."""
        async for row in self._newest(_FAILED):
            yield row

    async def _newest(self, expression: str) -> AsyncIterator[RegisterRow]:
        newest: dict[str, RegisterRow] = {}
        async for rows in self.register.scan(expression, ROW_FIELDS):
            for values in rows:
                row = RegisterRow(**{name: values[name] for name in ROW_FIELDS})
                other = newest.get(row.document_id)
                if other is None or row.ingested_at > other.ingested_at:
                    newest[row.document_id] = row
        for row in newest.values():
            yield row

    async def commit(self, documents: Sequence[EmbeddedDocument], *, replacing: bool = True) -> None:
        """Store documents, each wholly or not at all, in place of their older versions.

        Chunks that an interrupted run left behind are taken over rather than inserted twice.

        Args:
            documents: At most one version of each document.
            replacing: False skips the search for older versions, when none of these documents was registered.

        Raises:
            StoreError: The engine refused or lost rows; the older versions are untouched.
        """
        await self.add(documents)
        await self.enroll(
            [(document.row, term_counts.document_terms(document.sparse)) for document in documents],
            replacing={document.row.document_id for document in documents} if replacing else (),
        )

    async def add(self, documents: Sequence[EmbeddedDocument | EmbeddedChunks]) -> None:
        """Store chunks that no reader believes until their document is enrolled; those that are there stay.

        Raises:
            StoreError: The engine refused or lost rows.
        """
        rows = [row for document in documents for row in chunk_rows(document)]
        ids = [row["id"] for row in rows]
        arrived = set(await self.chunks.present(ids))
        await self.chunks.insert([row for row in rows if row["id"] not in arrived])
        stored = await self.chunks.count_keys(ids)
        if stored > len(ids):
            # A request that was repeated below us arrived twice. Nobody believes these rows yet, so they may go.
            for batch in batches(ids):
                await self.chunks.delete(self.chunks.keyed(batch))
            await self.chunks.insert(rows)
            stored = await self.chunks.count_keys(ids)
        if stored != len(ids):
            raise StoreError(f'"{self.name}" holds {stored} of {len(ids)} chunks just inserted; run the ingest again')

    async def enroll(
        self, documents: Sequence[tuple[RegisterRow, Mapping[int, int]]], *, replacing: Collection[str]
    ) -> None:
        """Register documents whose chunks are all stored, in their order: from now on they answer.

        Args:
            documents: The rows, and how many of the document's chunks hold each term.
            replacing: Ids of those of which there are older versions, or records of failures: these go.
        """
        now = time.time_ns() // 1000
        await self.register.insert([register_row(row, terms, now) for row, terms in documents])
        for row, _ in documents:
            if row.document_id in replacing:
                await self._forget(row.document_id, but=row)

    async def record_failures(self, rows: Sequence[RegisterRow]) -> None:
        """Remember why sources could not be read, in place of what was known of them; what is stored of them stays."""
        known = set(await self.register.present([row.id for row in rows]))
        new = [row for row in rows if row.id not in known]
        now = time.time_ns() // 1000
        await self.register.insert([register_row(row, {}, now) for row in new])
        for row in new:
            await self._forget_failures(row.document_id, but=row.id)

    async def forget_failure(self, document: str) -> None:
        """Delete what is remembered of a document's failures."""
        await self._forget_failures(document)

    async def _forget_failures(self, document: str, but: str = "") -> None:
        others = self.register.keyed_otherwise(but) if but else ""
        await self.register.delete(every(_FAILED, equals("document_id", document), others))

    async def remove(self, document: str) -> None:
        """Delete a document, its register row first: a crash between leaves chunks that no reader believes."""
        await self._forget(document)

    async def _forget(self, document: str, but: RegisterRow | None = None) -> None:
        of_document = equals("document_id", document)
        await self.register.delete(every(of_document, self.register.keyed_otherwise(but.id) if but else ""))
        await self.chunks.delete(every(of_document, differs("version", but.version) if but else ""))

    async def clear_unregistered(self) -> int:
        """Delete chunks that no registered version owns, left by an interrupted ingest; return how many.

        Older versions whose deletion was interrupted count as unregistered: their rows are deleted too. Where there is
        nothing to clear this costs two counts.
        """
        current = {row.document_id: row async for row in self.documents()}
        owned = sum(row.chunk_count for row in current.values())
        if owned == await self.chunks.count() and len(current) == await self.register.count(_READY):
            return 0
        stale = [
            row["id"]
            async for rows in self.register.scan(_READY, ["id", "document_id"])
            for row in rows
            if row["id"] != current[row["document_id"]].id
        ]
        for batch in batches(stale):
            await self.register.delete(self.register.keyed(batch))
        orphans = [
            row["id"]
            async for rows in self.chunks.scan("", ["id", "document_id", "version"])
            for row in rows
            if row["document_id"] not in current or current[row["document_id"]].version != row["version"]
        ]
        for batch in batches(orphans):
            await self.chunks.delete(self.chunks.keyed(batch))
        return len(orphans)

    async def flush(self) -> None:
        """Write what the engine holds in memory to disk; called at the end of an ingest."""
        await self.chunks.flush()
        await self.register.flush()

    async def vectors(self, text_hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the stored dense vectors of texts that were embedded before, by hash."""
        found: dict[str, NDArray[np.float32]] = {}
        for batch in batches(dict.fromkeys(text_hashes)):
            async for rows in self.chunks.scan(one_of("text_hash", batch), ["text_hash", "dense"]):
                found.update((row["text_hash"], np.asarray(row["dense"], dtype=np.float32)) for row in rows)
        return found

    async def vectors_of(self, document: str) -> dict[str, tuple[str, NDArray[np.float32]]]:
        """Return by text what the chunks of a document were embedded as: the hash of that, and the vector."""
        fields = ["text", "text_hash", "dense"]
        pages = self.chunks.scan(equals("document_id", document), fields)
        return {
            row["text"]: (row["text_hash"], np.asarray(row["dense"], dtype=np.float32))
            async for rows in pages
            for row in rows
        }

    async def chunks_of(self, row: RegisterRow) -> list[Chunk]:
        """Return the stored chunks of a registered version, in order; see `rows.lacking` for whether they are all."""
        pages = self.chunks.scan(equals("document_id", row.document_id), schema.CHUNK_FIELDS)
        stored = [Chunk(**{name: item[name] for name in schema.CHUNK_FIELDS}) async for page in pages for item in page]
        return sorted((chunk for chunk in stored if chunk.version == row.version), key=lambda chunk: chunk.ordinal)

    # Reading

    async def around(self, spans: Sequence[Span]) -> list[Chunk]:
        """Return the stored chunks of these stretches of documents, in no order."""
        found: list[Chunk] = []
        for start in range(0, len(spans), ALTERNATIVES):
            part = spans[start : start + ALTERNATIVES]
            expression = either(
                *(
                    every(equals("document_id", span.document_id), between("ordinal", span.first, span.last))
                    for span in part
                )
            )
            versions = {(span.document_id, span.version) for span in part}
            async with self._still_there():
                rows = await self.chunks.query(expression, schema.CHUNK_FIELDS)
            chunks = [Chunk(**{name: row[name] for name in schema.CHUNK_FIELDS}) for row in rows]
            found += [chunk for chunk in chunks if (chunk.document_id, chunk.version) in versions]
        return found

    async def warm(self) -> None:
        """Let an embedded engine build now what its first search by terms needs.

        That takes milvus-lite 3.2.2 5.5 s at 20,000 chunks, 2.5.1 4 ms.
        """
        if self.embedded:
            await self.search_sparse({schema.RESERVED_TERM: 1.0}, limit=1)

    async def search_dense(self, vector: NDArray[np.float32], *, limit: int, where: Filter = EVERYTHING) -> list[Found]:
        """Return the registered chunks of highest cosine, in [-1, 1], best first; see `scope` for `where`."""
        return await self._search(
            lambda most, expression: self.chunks.search(
                "dense", vector, limit=most, expression=expression, fields=schema.CHUNK_FIELDS
            ),
            limit,
            where,
        )

    async def search_sparse(
        self, weights: Mapping[int, float], *, limit: int, where: Filter = EVERYTHING
    ) -> list[Found]:
        """Return the registered chunks of highest inner product, such as BM25, best first; none without terms."""
        return await self._search(
            lambda most, expression: self.chunks.search(
                "sparse", weights, limit=most, expression=expression, fields=schema.CHUNK_FIELDS
            ),
            limit,
            where,
        )

    async def search_hybrid(
        self,
        vector: NDArray[np.float32],
        weights: Mapping[int, float],
        *,
        limit: int,
        where: Filter = EVERYTHING,
        rrf_k: int = RRF_K,
    ) -> list[Found]:
        """Return the registered chunks that RRF puts first, best first, with their stored vectors."""
        fields = (*schema.CHUNK_FIELDS, "dense", "sparse")
        legs = {"dense": vector, "sparse": weights}
        return await self._search(
            lambda most, expression: self.chunks.hybrid_search(
                legs, limit=most, expression=expression, fields=fields, rrf_k=rrf_k
            ),
            limit,
            where,
        )

    async def _search(
        self, search: Callable[[int, str], Awaitable[list[Row]]], limit: int, where: Filter
    ) -> list[Found]:
        """Return the best registered chunks of a search, which is told how many to look for, and among which."""
        async with self._still_there():
            scope = await self.scope(where)
            most = limit
            rows = await search(most, scope.expression)
            found = await self._registered([found_chunk(row) for row in rows], scope)
            while len(found) < limit and len(rows) == most < _MOST_LOOKED_AT:
                # A large document that is being stored may hold the first places; nobody believes it yet.
                most = min(_LOOK_FURTHER * most, _MOST_LOOKED_AT)
                rows = await search(most, scope.expression)
                found = await self._registered([found_chunk(row) for row in rows], scope)
            return found[:limit]

    async def facets(self, where: Filter = EVERYTHING) -> Facets:
        """Return what documents there are to choose from, or are left of them by a filter.

        Raises:
            FilterError: No document passes.
        """
        async with self._still_there():
            rows = [row async for row in self.documents()]
        passing = [row for row in rows if where.matches(row)]
        if where and not passing:
            raise no_match(where, rows, self.name)
        return facets(passing)

    async def scope(self, where: Filter) -> Scope:
        """Return where a filtered search looks; found once, and again when the register changed.

        Raises:
            FilterError: No document passes.
        """
        if not where:
            return Scope()
        await self._counted_terms()
        if where not in self._scopes:
            scope = scope_by_fields(where)
            if scope is None or not await self.chunks.count(scope.expression):
                rows = [row async for row in self.documents()]
                passing = [row.document_id for row in rows if where.matches(row)]
                if not passing:
                    raise no_match(where, rows, self.name)
                others = {row.document_id for row in rows}.difference(passing)
                scope = scope_by_documents(passing, others)
            if len(self._scopes) >= _SCOPES:
                self._scopes.clear()
            self._scopes[where] = scope
        return self._scopes[where]

    @asynccontextmanager
    async def _still_there(self) -> AsyncIterator[None]:
        """Tell a collection that was rebuilt or dropped by another process from one that refuses.

        Raises:
            StoreUnavailableError: It is gone: open the index again, its successor may answer.
        """
        try:
            yield
        except StoreUnavailableError:
            raise
        except StoreError as error:
            if await self.chunks.exists() and await self.register.exists():
                raise
            raise self._gone() from error

    def _gone(self) -> StoreUnavailableError:
        return StoreUnavailableError(f'collection "{self.name}" was rebuilt, renamed or dropped meanwhile; ask again')

    async def _registered(self, found: list[Found], scope: Scope) -> list[Found]:
        """Keep the chunks of registered versions: an ingest may be in flight, or have been cut off."""
        if scope.documents is not None:
            found = [item for item in found if item.chunk.document_id in scope.documents]
        documents = list(dict.fromkeys(item.chunk.document_id for item in found))
        current: dict[str, tuple[int, str]] = {}
        for batch in batches(documents):
            expression = every(_READY, one_of("document_id", batch))
            for row in await self.register.query(expression, ["document_id", "version", "ingested_at"]):
                newest = current.get(row["document_id"], (-1, ""))
                current[row["document_id"]] = max(newest, (row["ingested_at"], row["version"]))
        return [item for item in found if current.get(item.chunk.document_id, (0, ""))[1] == item.chunk.version]

    async def term_statistics(self) -> term_counts.TermStatistics:
        """Return how many chunks hold each term, taken again only when the register changed."""
        async with self._still_there():
            return await self._counted_terms()

    async def _counted_terms(self) -> term_counts.TermStatistics:
        # Of a shared collection the rows go, not the collection: a search would just find nothing.
        if self.connection.tenancy != "alone" and not await self.register.count(_SETTINGS):
            raise self._gone()
        count, newest = self._seen
        present = await self.register.count(_READY)
        changed = present != count or await self.register.query(
            every(_READY, f"ingested_at > {newest}"), ["id"], limit=1
        )
        if self._statistics is None or changed:
            rows = await self._sample(present)
            counted = term_counts.statistics((row["chunk_count"], row["terms"]) for row in rows)
            languages = Counter(row["metadata"].get("language", "") for row in rows).most_common()
            self._statistics = replace(counted, languages=tuple(code for code, _ in languages))
            self._scopes.clear()
            self._seen = (present, max((row["ingested_at"] for row in rows), default=0))
        return self._statistics

    async def _sample(self, present: int) -> list[Row]:
        expression = _READY
        if present > SAMPLE_DOCUMENTS:
            highest = int(16**8 * SAMPLE_DOCUMENTS / present)
            expression = every(_READY, f'id < "{highest:08x}"')
        pages = self.register.scan(expression, ["chunk_count", "terms", "metadata", "ingested_at"])
        return [row async for rows in pages for row in rows]


@asynccontextmanager
async def open_index(
    uri: str | Path, name: str, server: Server = EMBEDDED, *, timeout_s: float = 60.0, idle_s: float = IDLE_S
) -> AsyncIterator[Index]:
    """Connect to the index `name`; see `open_connection`.

    Raises:
        StoreUnavailableError: The engine cannot start, or nothing answers.
        StoreError: The server is too old, or refuses who we are.
    """
    async with open_connection(uri, server, timeout_s=timeout_s, idle_s=idle_s) as connection:
        await connection.check_version()
        yield Index(connection, name)


def check_settings(name: str, *, stored: IndexSettings, asked: IndexSettings) -> None:
    """Compare what a collection was made with to what is asked for.

    Raises:
        CollectionMismatchError: They differ; the message names the first difference and both ways out.
    """
    for field, was in asdict(stored).items():
        wanted = getattr(asked, field)
        if was != wanted:
            raise CollectionMismatchError(
                f'collection "{name}" was made with {field} {was}, not {wanted}; '
                f"set {field} back, or ingest into another collection with --collection"
            )
