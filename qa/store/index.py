"""The index: documents committed whole, found by meaning and by terms. Built on two Milvus collections.

`<name>` holds the chunks, `<name>_documents` the register: one row per document, and that row is the commit. A new
version is inserted under new keys, counted, and registered; only then are the older row and its chunks deleted. A crash
anywhere leaves the old version whole or the new one whole, because readers ignore what is not registered; the next
ingest clears it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import StoreError, StoreUnavailableError
from qa.store import catalog, schema
from qa.store.client import EMBEDDED, Server
from qa.store.connection import open_connection
from qa.store.engine import IDLE_S
from qa.store.filters import LIST_LIMIT, batches, differs, equals, every, one_of
from qa.store.groups import PREFIX, group_of, partition_of
from qa.store.mismatch import check_settings
from qa.store.reading import IndexReader
from qa.store.records import (
    EmbeddedChunks,
    EmbeddedDocument,
    Generation,
    IndexSettings,
    RegisterRow,
)
from qa.store.register import FAILED, READY
from qa.store.rows import chunk_rows, register_row
from qa.store.vocabulary import gathered, read_words, still_held, write_words
from qa.text import terms as term_counts
from qa.text.vocabulary import Vocabulary


class Index(IndexReader):
    """One named index on an open connection. Open it with `open_index`."""

    # Opening

    async def exists(self) -> bool:
        """Tell whether there is an index of this name that answers."""
        return await self._found() is not None

    async def existing(self) -> Generation:
        """Look the index up, without loading it.

        Raises:
            NoCollectionError: There is none.
        """
        return await self._existing()

    async def open(self, *, answering: bool = False) -> IndexSettings:
        """Load an index that exists and return what it was made with.

        Args:
            answering: Only the folders that the settings name need be loaded; what writes or examines needs all.

        Raises:
            StoreError: There is no such index.
        """
        wanted = self.connection.server.loaded_folders if answering else ()
        groups = frozenset(wanted) if wanted else None
        generation = await self._existing()
        try:
            await self.chunks.load(groups)
        except StoreUnavailableError:
            raise
        except StoreError:
            if await self.chunks.exists():
                raise
            # Another process has put a newer generation in its place since it was found.
            self.generation = None
            generation = await self._existing()
            await self.chunks.load(groups)
        return generation.settings

    async def open_or_create(
        self, settings: IndexSettings, *, identity: str = "", calibration: Mapping[str, Any] | None = None
    ) -> None:
        """Load the index, or make it for these settings.

        Args:
            settings: What it is made with.
            identity: That of the index that it will be a copy of; "" for an index of its own.
            calibration: What is known about its documents before there are any.

        Raises:
            CollectionMismatchError: The index was made with other settings; nothing was changed.
        """
        if await self._found():
            check_settings(self.name, stored=await self.open(), asked=settings)
            return
        physical = await catalog.free_physical(self.connection, self.name, number=1)
        known = dict(calibration or {})
        folders = self.connection.server.partition_folders
        await self.create(Generation(physical, self.name, 1, True, identity or self.name, settings, known, folders))

    async def create(self, generation: Generation) -> None:
        """Make the collections of a generation, and load them.

        The row of settings is written last, so an interrupted creation is completed by the next call.
        """
        self._use(generation)
        if self.embedded and not (await self.chunks.exists() and await self._holds_documents()):
            # What an interrupted creation or drop left may have other dimensions, or hold chunks under the keys of
            # those to come. On a server it may be what another process is just making.
            await self.register.drop()
            await self.chunks.drop()
        tenancy = self.connection.tenancy
        chunks = schema.chunk_schema(generation.settings.dim, tenancy)
        server = self.connection.server
        wanted = schema.chunk_indexes(embedded=self.embedded, dense=server.dense_index, sparse=server.sparse_index)
        await asyncio.gather(
            self.chunks.create(chunks, wanted),
            self.register.create(schema.register_schema(tenancy), schema.register_indexes(embedded=self.embedded)),
        )
        await self._check_partitions()
        await self.chunks.load()
        await self.register.load()
        await catalog.declare(self.connection, generation)

    async def _check_partitions(self) -> None:
        """Refuse groups where the engine has no partitions, before anything is declared.

        Raises:
            StoreError: It has none.
        """
        if not self.chunks.partitions.folders:
            return
        try:
            await self.chunks.partitions.names()
        except StoreUnavailableError:
            raise
        except StoreError as error:
            await self.chunks.drop()
            await self.register.drop()
            raise StoreError(
                "this engine has no partitions; leave FOOTNOTE_PARTITION_FOLDERS out, or use a Milvus server"
            ) from error

    async def declare(self, generation: Generation) -> None:
        """Give this index another name, or mark it as ready."""
        await catalog.declare(self.connection, generation)
        self._use(generation)

    async def calibrate(self, values: Mapping[str, Any]) -> None:
        """Keep what was learned about the documents, in place of what was known before."""
        await self.declare(replace(await self._existing(), calibration=dict(values)))

    async def drop(self) -> None:
        """Delete the index and everything in it. One whose deletion was interrupted does not open."""
        await self._found()
        # An index exists where both its collections do, so the large one goes first. In shared collections it exists
        # where the register has rows of it, so these go first.
        alone = self.connection.tenancy == "alone"
        for part in (self.chunks, self.register) if alone else (self.register, self.chunks):
            await part.drop()
        self.forget_words()
        self.generation = None

    async def drop_others(self, *, unfinished: bool = False) -> None:
        """Drop older generations, which a swap that was cut off left behind; with `unfinished` all but this one."""
        this = await self._existing()
        for other in await catalog.generations(self.connection):
            outdated = other.ready and other.number < this.number
            if other.name == this.name and other.physical != this.physical and (outdated or unfinished):
                await Index(self.connection, other.name, other).drop()

    async def _holds_documents(self) -> bool:
        """Tell whether documents are registered, whether or not there is a row of settings."""
        if not await self.register.exists():
            return False
        try:
            await self.register.load()
            return await self.register.count(READY) > 0
        except StoreUnavailableError:
            raise
        except StoreError:
            return False  # its creation was cut off before it had an index

    # Writing

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
        """Store chunks, which readers ignore until their document is enrolled; those already there stay.

        Raises:
            StoreError: The engine refused or lost rows.
        """
        rows = [row for document in documents for row in chunk_rows(document)]
        ids = [row["id"] for row in rows]
        arrived = set(await self.chunks.present(ids))
        await self.chunks.insert_in_groups([row for row in rows if row["id"] not in arrived])
        stored = await self.chunks.count_keys(ids)
        if stored > len(ids):
            # A request that a lower layer repeated arrived twice. Readers still ignore these rows, so they may go.
            for batch in batches(ids):
                await self.chunks.delete(self.chunks.keyed(batch))
            await self.chunks.insert_in_groups(rows)
            stored = await self.chunks.count_keys(ids)
        if stored != len(ids):
            raise StoreError(f'"{self.name}" holds {stored} of {len(ids)} chunks just inserted; run the ingest again')

    async def enroll(
        self, documents: Sequence[tuple[RegisterRow, Mapping[int, int]]], *, replacing: Collection[str]
    ) -> None:
        """Register documents in order, once all their chunks are stored: from now on they answer.

        Args:
            documents: The rows, and how many of the document's chunks hold each term.
            replacing: Ids of the documents that have older versions or records of failures, which are deleted.
        """
        now = await self._stamp()
        await self.register.insert([register_row(row, terms, now) for row, terms in documents])
        for group in _groups([row for row, _ in documents if row.document_id in replacing]):
            await self._forget_older(group)

    async def record_failures(self, rows: Sequence[RegisterRow]) -> None:
        """Remember why sources could not be read, in place of their earlier failures; their stored versions stay."""
        known = set(await self.register.present([row.id for row in rows]))
        new = [row for row in rows if row.id not in known]
        now = await self._stamp()
        await self.register.insert([register_row(row, {}, now) for row in new])
        for group in _groups(new):
            await self._forget_failures([row.document_id for row in group], but=[row.id for row in group])

    async def _stamp(self) -> int:
        """Return a time in microseconds since 1970 that makes the rows to come newer than all others."""
        newest = self._newest_stamp or await catalog.next_stamp(self.register)
        self._newest_stamp = max(time.time_ns() // 1000, newest + 1)
        return self._newest_stamp

    async def forget_failures(self, documents: Iterable[str]) -> None:
        """Forget the failures of these documents."""
        for batch in batches(dict.fromkeys(documents)):
            await self._forget_failures(batch)

    async def _forget_failures(self, documents: Sequence[str], but: Sequence[str] = ()) -> None:
        others = self.register.keyed_otherwise(but) if but else ""
        await self.register.delete(every(FAILED, one_of("document_id", documents), others))

    async def remove(self, *documents: str) -> None:
        """Delete documents, their register rows first: a crash in between leaves chunks that readers ignore."""
        if documents:
            self.forget_words()
        for batch in batches(dict.fromkeys(documents)):
            of_documents = one_of("document_id", batch)
            await self.register.delete(of_documents)
            await self.chunks.delete(of_documents)
        await self._drop_empty_partitions()

    async def _drop_empty_partitions(self) -> None:
        """Drop the partitions of groups that have no document any more."""
        partitions = self.chunks.partitions
        if not (folders := partitions.folders):
            return
        held = {partition_of(group_of(row.source, folders)) async for row in self.documents()}
        for name in await partitions.names():
            # Rows that no document owns yet are those of an ingest under way.
            if name.startswith(PREFIX) and name not in held and not await partitions.count_in(name):
                await partitions.drop(name)

    async def _forget_older(self, rows: Sequence[RegisterRow]) -> None:
        """Delete all other versions of these documents, their register rows first; a request takes 60 to 80 ms."""
        of_documents = one_of("document_id", [row.document_id for row in rows])
        await self.register.delete(every(of_documents, self.register.keyed_otherwise([row.id for row in rows])))
        versions = sorted({row.version for row in rows})
        await self.chunks.delete(every(of_documents, one_of("version", versions, operator="not in")))
        if await self.chunks.count(of_documents) > sum(row.chunk_count for row in rows):
            # The old version of one may be the new version of another, as where two files swapped their names.
            for row in rows:
                of_document = equals("document_id", row.document_id)
                await self.chunks.delete(every(of_document, differs("version", row.version)))

    async def clear_unregistered(self) -> int:
        """Delete chunks that no registered version owns, left by an interrupted ingest; return how many.

        Older versions whose deletion was interrupted count as unregistered: their rows are deleted too. Where there is
        nothing to clear this costs two counts.
        """
        current = {row.document_id: row async for row in self.documents()}
        owned = sum(row.chunk_count for row in current.values())
        if owned == await self.chunks.count() and len(current) == await self.register.count(READY):
            return 0
        stale = [
            row["id"]
            async for rows in self.register.scan(READY, ["id", "document_id"])
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

    async def keep_words(self, frequency: Callable[[str, term_counts.TermStatistics], int | None]) -> None:
        """Keep the words of the documents in a file, so that the next process need not read them; nothing on a server.

        Those of documents that were added are read, and words that no chunk holds any more are forgotten.

        Args:
            frequency: Tells how many chunks hold a word, by the index's counts.
        """
        file = self._words_file
        if file is None:
            return
        known = await self.term_statistics()
        before, (_, newest) = read_words(file) or (Vocabulary(()), (0, 0))
        rows = [row async for row in self.documents() if row.ingested_at > newest]
        words = set(before.words)
        for batch in batches([row.document_id for row in rows]):
            words |= await gathered(self.chunks, one_of("document_id", batch))
        held = await asyncio.to_thread(still_held, words, lambda word: frequency(word, known))
        write_words(file, held, self._seen)

    def forget_words(self) -> None:
        """Delete the file of words, since documents are gone; it is made again when it is needed."""
        if file := self._words_file:
            file.unlink(missing_ok=True)

    async def flush(self) -> None:
        """Write what the engine holds in memory to disk; called at the end of an ingest."""
        await self._drop_empty_partitions()
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
        """Return for the text of each chunk of a document the hash of what was embedded, and its vector."""
        fields = ["text", "text_hash", "dense"]
        pages = self.chunks.scan(equals("document_id", document), fields)
        return {
            row["text"]: (row["text_hash"], np.asarray(row["dense"], dtype=np.float32))
            async for rows in pages
            for row in rows
        }


@asynccontextmanager
async def open_index(
    uri: str | Path, name: str, server: Server = EMBEDDED, *, timeout_s: float = 60.0, idle_s: float = IDLE_S
) -> AsyncIterator[Index]:
    """Connect to the index `name`; see `open_connection`.

    Raises:
        StoreUnavailableError: The engine cannot start, or nothing answers.
        StoreError: The server is too old, or refuses this user.
    """
    async with open_connection(uri, server, timeout_s=timeout_s, idle_s=idle_s) as connection:
        await connection.check_version()
        yield Index(connection, name)


def _groups(rows: Sequence[RegisterRow]) -> Iterator[Sequence[RegisterRow]]:
    """Cut rows into groups of distinct documents that two lists of one expression can name."""
    most = LIST_LIMIT // 2
    return (rows[start : start + most] for start in range(0, len(rows), most))
