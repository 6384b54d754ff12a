"""The reading half of an index: it finds registered documents by meaning and by terms, and no others.

It holds while an ingest is in flight or was cut off, and while another process rebuilds or drops the collection.
"""

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
from qa.store.absence import absent, absent_elsewhere
from qa.store.collection import RRF_K, Row
from qa.store.connection import Connection
from qa.store.filters import ALTERNATIVES, batches, between, can_be_sought, either, equals, every, inside, one_of
from qa.store.records import ROW_FIELDS, ChunkSpan, Found, Generation, RegisterRow, Status
from qa.store.register import FAILED, READY, best_registered, holding, newest, registered, sample
from qa.store.scope import Scope, scope_by_fields, scope_by_rows
from qa.store.vocabulary import Words
from qa.store.where import EVERYTHING, Facets, Filter, facets, no_match
from qa.text import terms as term_counts
from qa.text.dates import stated_day, written_day
from qa.text.nearest import did_you_mean
from qa.text.vocabulary import Vocabulary
from qa.types import Chunk

# Seconds until a calibration is read again: another process may calibrate while this one answers.
_CALIBRATION_S = 60.0
# Chunks whose words are read while a question waits.
_FEW_CHUNKS = 2_000
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
        self._words = Words()
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
        async for row in newest(self.register, READY):
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
        async with self._still_there():
            return await holding(self.register, wanted)

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
        async for row in newest(self.register, FAILED):
            yield row

    async def row_of(self, document: str) -> RegisterRow | None:
        """Return the newest registered version of a document, None if there is none.

        Args:
            document: Its id.
        """
        return await self._row("document_id", document)

    async def reads_all_of(self, source: str) -> bool:  # noqa: ARG002
        """Tell whether all that the file of a document holds may be read here: a mail holds its attachments."""
        return True

    async def row_named(self, source: str) -> RegisterRow | None:
        """Return the newest registered version of the document that is called so, None if there is none."""
        return await self._row("source", source)

    async def _row(self, field: str, value: str) -> RegisterRow | None:
        if not can_be_sought(value):
            return None
        async with self._still_there():
            found = [row async for row in newest(self.register, every(READY, equals(field, value)))]
        return found[0] if found else None

    async def rows_inside(self, source: str, most: int) -> list[RegisterRow]:
        """Return rows of documents inside a file, by their names: about `most` where it holds more."""
        if not can_be_sought(source):
            return []
        found: dict[str, RegisterRow] = {}
        async with self._still_there():
            async for page in self.register.scan(every(READY, inside("source", source)), ROW_FIELDS):
                rows = (RegisterRow(**{name: values[name] for name in ROW_FIELDS}) for values in page)
                found |= {row.document_id: row for row in rows}
                if len(found) > most:
                    break
        return sorted(found.values(), key=lambda row: row.source)

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
            held = {item.chunk.id: item.chunk for item in await registered(self.register, found, Scope())}
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

    async def days(self, documents: Iterable[str], *, written: bool = False) -> dict[str, date]:
        """Return by id the day that each document or its file name states, if any; see `dates.stated_day`.

        Args:
            documents: Ids.
            written: Whether the day at the head of a text counts too, where nothing else states one.
        """
        found: dict[str, date] = {}
        async with self._still_there():
            for batch in batches(dict.fromkeys(documents)):
                expression = every(READY, one_of("document_id", batch))
                for row in await self.register.query(expression, ["document_id", "source", "metadata"]):
                    day = stated_day(row["source"], row["metadata"])
                    if day := day or (written_day(row["metadata"]) if written else None):
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
                leg, query, limit=most, expression=scope.expression, fields=schema.CHUNK_FIELDS, groups=scope.groups
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
            return await best_registered(self.register, lambda most: search(most, scope), scope, limit)

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
                scope = scope_by_rows(where, [row async for row in self.documents()], folders, self.name)
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
            rows = await sample(self.register, present)
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
        return await self._words.at(self._seen, self.chunks, self._words_file, wait=known.chunk_count <= _FEW_CHUNKS)

    @property
    def _words_file(self) -> Path | None:
        return self.connection.words_file(self.generation.physical if self.generation else self.name)

    async def _is_declared(self) -> bool:
        """Tell whether the row of settings is there, which is no document and may be read in any case."""
        physical = self.generation.physical if self.generation else self.name
        return bool(await catalog.register_of(self.connection, physical).count(catalog.SETTINGS))

    async def _existing(self) -> Generation:
        if (generation := await self._found()) is None:
            others = {item.name for item in await catalog.generations(self.connection) if item.ready}
            if hint := did_you_mean(self.name, others):
                raise NoCollectionError(f'there is no collection "{self.name}"{hint}')
            names = sorted(others)
            raise NoCollectionError(absent(self.name, names), elsewhere=absent_elsewhere(self.name, names))
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
