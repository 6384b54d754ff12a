"""The reading half of an index: it finds registered documents by meaning and by terms, and no others.

It holds while an ingest is in flight or was cut off, and while another process rebuilds or drops the collection.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import NoCollectionError, StoreError, StoreUnavailableError
from qa.store import catalog, schema
from qa.store.collection import RRF_K, Row
from qa.store.connection import Connection
from qa.store.filters import ALTERNATIVES, batches, between, can_be_sought, either, equals, every, one_of
from qa.store.groups import group_of
from qa.store.records import ROW_FIELDS, ChunkSpan, Found, Generation, RegisterRow, Status
from qa.store.rows import found_chunk
from qa.store.scope import Scope, scope_by_documents, scope_by_fields
from qa.store.vocabulary import gathered, read_words
from qa.store.where import EVERYTHING, Facets, Filter, facets, no_match
from qa.text import terms as term_counts
from qa.text.dates import stated_day
from qa.text.nearest import did_you_mean
from qa.text.vocabulary import Vocabulary
from qa.types import Chunk

# Above this many documents, term frequencies are taken from a sample of about this many. Row keys are hashes, so the
# rows with the lowest keys are a random sample that every process draws alike.
SAMPLE_DOCUMENTS = 4_000

READY = equals("status", "ready")
FAILED = equals("status", "failed")
# Where chunks of unfinished documents crowd out others, this many times as many are looked at, up to a limit.
_LOOK_FURTHER = 8
_MOST_LOOKED_AT = 4_096
# Seconds until a calibration is read again: another process may calibrate while this one answers.
_CALIBRATION_S = 60.0
_MOST_NAMED = 5
# Chunks whose words are read while a question waits, and how long it waits.
_FEW_CHUNKS, _WAITED_S = 2_000, 2.0
_SCOPES = 64  # filters whose documents are remembered


class IndexReader:
    """What answers come from: one named index, in the generation that answers for its name."""

    def __init__(self, connection: Connection, name: str, generation: Generation | None = None) -> None:
        self.name = name
        self.embedded = connection.embedded
        self.generation = generation
        """The generation that answers for the name; None until it was looked up."""
        self.connection = connection
        physical = generation.physical if generation else name
        self.chunks = catalog.chunks_of(connection, physical, generation.settings.dim if generation else 0)
        self.chunks.partitions.folders = generation.partition_folders if generation else 0
        self.register = catalog.register_of(connection, physical)
        self._statistics: term_counts.TermStatistics | None = None
        self._seen = (0, 0)  # rows of the register and the time of the newest, when the statistics were taken
        self._scopes: dict[Filter, Scope] = {}
        self._rows: list[RegisterRow] | None = None
        self._vocabulary: Vocabulary | None = None
        self._vocabulary_of = (-1, 0)  # the state of the register that its words were read at
        self._gathering: asyncio.Task[None] | None = None
        self._calibration_until = time.monotonic() + _CALIBRATION_S
        self._newest_stamp = 0  # of the rows that were written through this object

    @property
    def identity(self) -> str:
        """What the keys of this index's documents are computed from."""
        return self.generation.identity if self.generation else self.name

    async def calibration(self) -> Mapping[str, Any]:
        """Return what was learned about the documents, empty if nothing was; read again after a while."""
        now = time.monotonic()
        if self.generation and now > self._calibration_until:
            self._calibration_until = now + _CALIBRATION_S
            found = await catalog.generation_of(self.connection, self.generation.physical)
            if found and found.calibration != self.generation.calibration:
                self.generation = replace(self.generation, calibration=found.calibration)
        return self.generation.calibration if self.generation else {}

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages of its documents, most documents first, as `term_statistics` last found them."""
        return self._statistics.languages if self._statistics else ()

    def holds(self, terms: Iterable[int]) -> bool:
        """Tell whether a chunk holds one of these terms, as `term_statistics` last found them."""
        held = self._statistics.frequencies if self._statistics else {}
        return any(term in held for term in terms)

    async def status(self) -> Status:
        """Return what the index holds. Only the register is read, so that it costs little to ask.

        Raises:
            StoreError: There is no such index.
        """
        generation = await self._existing()
        documents = chunks = 0
        async with self._still_there():
            async for rows in self.register.scan(READY, ["chunk_count"]):
                documents += len(rows)
                chunks += sum(row["chunk_count"] for row in rows)
        return Status(documents, chunks, generation.settings)

    async def documents(self) -> AsyncIterator[RegisterRow]:
        """Yield the newest registered version of each document."""
        async for row in self._newest(READY):
            yield row

    async def rows(self) -> Sequence[RegisterRow]:
        """Return what `documents` yields, by source; read once, and again when the register changed."""
        async with self._still_there():
            await self._counted_terms()
            if self._rows is None:
                found = [row async for row in self.documents()]
                self._rows = sorted(found, key=lambda row: row.source)
            return self._rows

    async def holding(self, wanted: Collection[int]) -> dict[str, dict[int, int]]:
        """Return the documents that hold any of these terms: by id, how many chunks hold each term.

        Every row of the register is looked at, whatever their number.
        """
        newest: dict[str, tuple[int, dict[int, int]]] = {}
        fields = ["document_id", "ingested_at", "terms"]
        async with self._still_there():
            async for rows in self.register.scan(READY, fields):
                for row in rows:
                    held = {term: round(row["terms"][term]) for term in wanted if term in row["terms"]}
                    known = newest.get(row["document_id"])
                    if known is None or row["ingested_at"] > known[0]:
                        newest[row["document_id"]] = row["ingested_at"], held
        return {document: held for document, (_, held) in newest.items() if held}

    async def chunks_of_all(self, rows: Sequence[RegisterRow]) -> AsyncIterator[Chunk]:
        """Yield the stored chunks of registered versions, in no order, with far fewer requests than one a document."""
        versions = {row.document_id: row.version for row in rows}
        async with self._still_there():
            for batch in batches(versions):
                async for page in self.chunks.scan(one_of("document_id", batch), schema.CHUNK_FIELDS):
                    for item in page:
                        if versions[item["document_id"]] == item["version"]:
                            yield Chunk(**{name: item[name] for name in schema.CHUNK_FIELDS})

    async def failures(self) -> AsyncIterator[RegisterRow]:
        """Yield the newest record of each source that could not be read."""
        async for row in self._newest(FAILED):
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

    async def row_of(self, document: str) -> RegisterRow | None:
        """Return the newest registered version of a document, None if there is none.

        Args:
            document: Its id.
        """
        if not can_be_sought(document):
            return None
        async with self._still_there():
            found = [row async for row in self._newest(every(READY, equals("document_id", document)))]
        return found[0] if found else None

    async def reads_all_of(self, source: str) -> bool:  # noqa: ARG002
        """Tell whether all that the file of a document holds may be read here: a mail holds its attachments."""
        return True

    async def chunks_of(self, row: RegisterRow) -> list[Chunk]:
        """Return the stored chunks of a registered version, in order; see `rows.lacking` for whether they are all."""
        pages = self.chunks.scan(equals("document_id", row.document_id), schema.CHUNK_FIELDS)
        stored = [Chunk(**{name: item[name] for name in schema.CHUNK_FIELDS}) async for page in pages for item in page]
        return sorted((chunk for chunk in stored if chunk.version == row.version), key=lambda chunk: chunk.ordinal)

    async def passages(self, ids: Sequence[str]) -> list[Chunk]:
        """Return the registered chunks with these ids, in this order; those that are gone are left out."""
        async with self._still_there():
            rows = await self.chunks.get([key for key in ids if can_be_sought(key)], schema.CHUNK_FIELDS)
            found = [Found(Chunk(**{name: row[name] for name in schema.CHUNK_FIELDS}), 0.0) for row in rows]
            held = {item.chunk.id: item.chunk for item in await self._registered(found, Scope())}
        return [held[id] for id in ids if id in held]  # noqa: A001

    async def around(self, spans: Sequence[ChunkSpan]) -> list[Chunk]:
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

    async def days(self, documents: Iterable[str]) -> dict[str, date]:
        """Return by id the day that each document or its file name states, if any; see `dates.stated_day`."""
        found: dict[str, date] = {}
        async with self._still_there():
            for batch in batches(dict.fromkeys(documents)):
                expression = every(READY, one_of("document_id", batch))
                for row in await self.register.query(expression, ["document_id", "source", "metadata"]):
                    if day := stated_day(row["source"], row["metadata"]):
                        found[row["document_id"]] = day
        return found

    async def warm(self) -> None:
        """Let an embedded engine build now what its first search by terms needs.

        With 20,000 chunks that takes 5.5 s on milvus-lite 3.2.2 and 4 ms on 2.5.1.
        """
        if self.embedded:
            await self.search_sparse({schema.RESERVED_TERM: 1.0}, limit=1)

    async def search_dense(self, vector: NDArray[np.float32], *, limit: int, where: Filter = EVERYTHING) -> list[Found]:
        """Return the registered chunks of highest cosine, in [-1, 1], best first; see `scope` for `where`."""
        return await self._search_leg("dense", vector, limit, where)

    async def search_sparse(
        self, weights: Mapping[int, float], *, limit: int, where: Filter = EVERYTHING
    ) -> list[Found]:
        """Return the registered chunks of highest inner product, such as BM25, best first; none without weights."""
        return await self._search_leg("sparse", weights, limit, where)

    async def search_hybrid(
        self,
        vector: NDArray[np.float32],
        weights: Mapping[int, float],
        *,
        limit: int,
        where: Filter = EVERYTHING,
        rrf_k: int = RRF_K,
    ) -> list[Found]:
        """Return the registered chunks that RRF ranks first, best first, with their stored vectors."""
        fields = (*schema.CHUNK_FIELDS, "dense", "sparse")
        legs = {"dense": vector, "sparse": weights}
        return await self._search(
            lambda most, scope: self.chunks.hybrid_search(
                legs, limit=most, expression=scope.expression, fields=fields, rrf_k=rrf_k, groups=scope.groups
            ),
            limit,
            where,
        )

    async def _search_leg(
        self, leg: str, query: NDArray[np.float32] | Mapping[int, float], limit: int, where: Filter
    ) -> list[Found]:
        return await self._search(
            lambda most, scope: self.chunks.search(
                leg,
                query,
                limit=most,
                expression=scope.expression,
                fields=schema.CHUNK_FIELDS,
                groups=scope.groups,
            ),
            limit,
            where,
        )

    async def _search(
        self, search: Callable[[int, Scope], Awaitable[list[Row]]], limit: int, where: Filter
    ) -> list[Found]:
        """Return the best registered chunks of `search`, which takes how many to find and where."""
        async with self._still_there():
            scope = await self.scope(where)
            most = limit
            rows = await search(most, scope)
            found = await self._registered([found_chunk(row) for row in rows], scope)
            while len(found) < limit and len(rows) == most < _MOST_LOOKED_AT:
                # A large document that is still being stored, and so is ignored, may take the first places.
                most = min(_LOOK_FURTHER * most, _MOST_LOOKED_AT)
                rows = await search(most, scope)
                found = await self._registered([found_chunk(row) for row in rows], scope)
            return found[:limit]

    async def facets(self, where: Filter = EVERYTHING) -> Facets:
        """Return what there is to choose from among the documents, or among those that pass a filter.

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
            folders = self.chunks.partitions.folders
            scope = scope_by_fields(where, folders)
            if scope is None or not await self.chunks.count(scope.expression):
                rows = [row async for row in self.documents()]
                matching = [row for row in rows if where.matches(row)]
                if not matching:
                    raise no_match(where, rows, self.name)
                passing = [row.document_id for row in matching]
                others = {row.document_id for row in rows}.difference(passing)
                scope = scope_by_documents(passing, others)
                if folders:
                    scope = replace(scope, groups=frozenset(group_of(row.source, folders) for row in matching))
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
            expression = every(READY, one_of("document_id", batch))
            for row in await self.register.query(expression, ["document_id", "version", "ingested_at"]):
                newest = current.get(row["document_id"], (-1, ""))
                current[row["document_id"]] = max(newest, (row["ingested_at"], row["version"]))
        return [item for item in found if current.get(item.chunk.document_id, (0, ""))[1] == item.chunk.version]

    async def term_statistics(self) -> term_counts.TermStatistics:
        """Return how many chunks hold each term, taken again only when the register changed."""
        async with self._still_there():
            return await self._counted_terms()

    async def _counted_terms(self) -> term_counts.TermStatistics:
        # When an index in a shared collection is dropped, its rows go and the collection stays: a search would just
        # find nothing.
        if self.connection.tenancy != "alone" and not await self._is_declared():
            raise self._gone()
        count, newest = self._seen
        present = await self.register.count(READY)
        changed = present != count or await self.register.query(
            every(READY, f"ingested_at > {newest}"), ["id"], limit=1
        )
        if self._statistics is None or changed:
            rows = await self._sample(present)
            counted = term_counts.statistics((row["chunk_count"], row["terms"]) for row in rows)
            languages = Counter(row["metadata"].get("language", "") for row in rows).most_common()
            self._statistics = replace(counted, languages=tuple(code for code, _ in languages))
            self._scopes.clear()
            self._rows = None
            self._seen = (present, max((row["ingested_at"] for row in rows), default=0))
        return self._statistics

    async def vocabulary(self) -> Vocabulary | None:
        """Return the words of the chunks, None while those of a large collection are being read for the first time.

        They are read again in the background when the register changed; till then they are those of before.
        """
        known = await self.term_statistics()
        if self._vocabulary is None and self._words_file and (read := read_words(self._words_file)):
            self._vocabulary, self._vocabulary_of = read
        if self._vocabulary_of != self._seen and (self._gathering is None or self._gathering.done()):
            self._gathering = asyncio.create_task(self._gather(self._seen))
            self._gathering.add_done_callback(lambda task: task.cancelled() or task.exception())
            if self._vocabulary is None and known.chunk_count <= _FEW_CHUNKS:
                await asyncio.wait([self._gathering], timeout=_WAITED_S)
        return self._vocabulary

    async def _gather(self, seen: tuple[int, int]) -> None:
        self._vocabulary, self._vocabulary_of = Vocabulary(await gathered(self.chunks)), seen

    @property
    def _words_file(self) -> Path | None:
        return self.connection.words_file(self.generation.physical if self.generation else self.name)

    async def _is_declared(self) -> bool:
        """Tell whether the row of settings is there, which is no document and may be read in any case."""
        physical = self.generation.physical if self.generation else self.name
        return bool(await catalog.register_of(self.connection, physical).count(catalog.SETTINGS))

    async def _sample(self, present: int) -> list[Row]:
        expression = READY
        if present > SAMPLE_DOCUMENTS:
            highest = int(16**8 * SAMPLE_DOCUMENTS / present)
            expression = every(READY, f'id < "{highest:08x}"')
        pages = self.register.scan(expression, ["chunk_count", "terms", "metadata", "ingested_at"])
        return [row async for rows in pages for row in rows]

    async def _existing(self) -> Generation:
        if (generation := await self._found()) is None:
            others = {item.name for item in await catalog.generations(self.connection) if item.ready}
            if hint := did_you_mean(self.name, others):
                raise NoCollectionError(f'there is no collection "{self.name}"{hint}')
            raise NoCollectionError(absent(self.name, sorted(others)))
        return generation

    async def _found(self) -> Generation | None:
        if self.generation is None and (found := await catalog.find(self.connection, self.name)):
            if (version := found.settings.format_version) > schema.FORMAT_VERSION:
                raise StoreError(
                    f'collection "{self.name}" was made by a newer Footnote (format {version}, this one reads up to '
                    f"{schema.FORMAT_VERSION}); use that one, or choose another collection"
                )
            self._use(found)
        return self.generation

    def _use(self, generation: Generation) -> None:
        self.generation = generation
        self.chunks = catalog.chunks_of(self.connection, generation.physical, generation.settings.dim)
        self.chunks.partitions.folders = generation.partition_folders
        self.register = catalog.register_of(self.connection, generation.physical)


def absent(name: str, others: Sequence[str] = ()) -> str:
    """Return what is said where a collection was never made, and none of the others is called nearly the same."""
    named = ", ".join(others[:_MOST_NAMED]) + (" …" if len(others) > _MOST_NAMED else "")
    return f"{_begun(name)} make it with: footnote ingest PATH, or " + (
        f"name one that is there with --collection: {named}" if others else "try Footnote out with: footnote sample"
    )


def is_absent(error: str, name: str) -> bool:
    """Tell whether this is what `absent` says of a collection."""
    return error.startswith(_begun(name))


def _begun(name: str) -> str:
    return f'there is no collection "{name}" yet;'
