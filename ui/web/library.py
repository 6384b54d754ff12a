"""What the collections of the index hold, for the pages: read in the session's loop, remembered for all visitors.

Whether a collection changed costs two small requests (3 ms at 20,000 documents), so that every page can ask again and
again; its register is read anew only if it did (0.4 s at 20,000 documents).
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from qa.config import Settings
from qa.errors import QAError, StoreError, StoreUnavailableError
from qa.store.where import Facets, facets
from qa.store.within import Alternatives
from ui.web.access import current_access
from ui.web.kept_open import KeptOpen
from ui.web.session import Session

if TYPE_CHECKING:
    from qa.store import Generation, Index, RegisterRow
    from qa.store.connection import Connection

logger = logging.getLogger(__name__)

# What is known is looked at again after this long.
_FRESH_S = 1.0
_NAMES_S = 5.0
# Collections as different people may know them.
_MOST_PARTS = 256
# Of the time, reading the register again may take one part in so many.
_SHARE = 6


@dataclass(frozen=True, slots=True, eq=False)
class Holding:
    """What a collection holds, or why that cannot be told. Each one equals only itself.

    Attributes:
        collection: Its name.
        change: Another number whenever something changed; only good for comparing with others of this process.
        documents: The newest stored version of each document.
        failures: The newest record of each source that could not be read.
        generation: What answers for the name; None if there is no such collection.
        problem: Why it cannot be read, in one line; "" if it can.
    """

    collection: str
    change: int = 0
    documents: "Sequence[RegisterRow]" = field(default=(), repr=False)
    failures: "Sequence[RegisterRow]" = field(default=(), repr=False)
    generation: "Generation | None" = None
    problem: str = ""

    @property
    def passages(self) -> int:
        """How many chunks are stored."""
        return sum(row.chunk_count for row in self.documents)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask, though nothing is wrong."""
        return not self.documents and not self.problem


@dataclass(slots=True)
class _Shelf:
    """What is known of one collection, and what tells whether it is still so."""

    holding: Holding
    index: "Index | None" = None
    rows: int = -1
    newest: int = 0
    looked_at: float = float("-inf")
    not_before: float = float("-inf")
    looking: "Future[Holding] | None" = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class _Pages:
    """How many pages documents of one state of a collection have, as far as somebody asked."""

    change: int
    of_all: bool = False
    asked: set[str] = field(default_factory=set)
    found: dict[str, int] = field(default_factory=dict)


class Library:
    """Reads collections of one engine. Any number of threads may use it."""

    def __init__(self, session: Session, settings: Settings) -> None:
        """Begin; nothing is opened yet.

        Args:
            session: In whose loop everything is read.
            settings: Where the engine is. The collection that they name does not matter.
        """
        self._session = session
        self._settings = settings
        self._connection: KeptOpen[Connection] = session.keep_open(lambda: _connected(settings))
        self._shelves: dict[str, _Shelf] = {}
        self._pages: dict[tuple[str, Alternatives], _Pages] = {}
        self._names: tuple[float, tuple[str, ...]] = (float("-inf"), ())
        self._asking: Future[None] | None = None
        self._changes = 0
        self._parts: dict[tuple[str, Alternatives], tuple[Holding, Holding]] = {}
        self._lock = Lock()

    @asynccontextmanager
    async def connection(self) -> "AsyncIterator[Connection]":
        """Give the connection to the engine, in the session's loop; it is opened anew if the engine went away.

        Raises:
            StoreError: It cannot be opened.
        """
        kept = self._connection.opened
        try:
            async with self._connection.use() as connection:
                yield connection
        except StoreUnavailableError:
            self._connection.retire(kept if kept is not None else self._connection.opened)
            raise

    def peek(self, collection: str) -> Holding | None:
        """Return at once what is known of a collection, None if nothing is yet; what is old is looked at meanwhile."""
        with self._lock:
            shelf = self._shelves.setdefault(collection, _Shelf(Holding(collection)))
            is_old = time.monotonic() - shelf.looked_at > _FRESH_S
            if is_old and (shelf.looking is None or shelf.looking.done()):
                shelf.looking = self._session.submit(self.look(collection))
            known = shelf.holding if shelf.looked_at > float("-inf") else None
        return self._for_who_asks(known) if known else None

    def _for_who_asks(self, holding: Holding) -> Holding:
        """Return what who asks may know of what a collection holds; the same object as long as it is the same."""
        only = current_access().only(holding.collection)
        if not all(only):
            return holding
        key = holding.collection, only
        with self._lock:
            whole, part = self._parts.get(key, (None, holding))
        if whole is not holding:
            part = _part(holding, only)
            with self._lock:
                if len(self._parts) >= _MOST_PARTS:
                    self._parts.clear()
                self._parts[key] = holding, part
        return part

    async def look(self, collection: str, *, at_once: bool = False) -> Holding:
        """Look at a collection, and return what who asks may know of what it holds; for the session's loop.

        Args:
            collection: Its name.
            at_once: Read it again however recently it was read, as after a change of one's own.
        """
        with self._lock:
            shelf = self._shelves.setdefault(collection, _Shelf(Holding(collection)))
        async with shelf.turn:
            found = shelf.holding
            try:
                if self._settings.is_embedded and not self._settings.index_file.exists():
                    found = Holding(collection)
                elif at_once or time.monotonic() >= shelf.not_before or found.problem:
                    found = await self._read(shelf, collection)
            except QAError as error:
                shelf.index = None
                found = Holding(collection, problem=str(error))
            if _differs(found, shelf.holding):
                self._changes += 1
                shelf.holding = replace(found, change=self._changes)
            shelf.looked_at = time.monotonic()
            found = shelf.holding
        return self._for_who_asks(found)

    async def names(self) -> tuple[str, ...]:
        """Return the names of the collections that answer and of which who asks may read anything, in order.

        For the session's loop.

        Raises:
            StoreError: The engine failed.
        """
        from qa.store.catalog import generations

        looked_at, names = self._names
        if time.monotonic() - looked_at < _FRESH_S:
            return _seen(names)
        if self._settings.is_embedded and not self._settings.index_file.exists():
            self._names = time.monotonic(), ()
            return ()
        async with self.connection() as connection:
            found = await generations(connection)
        self._names = time.monotonic(), tuple(sorted({item.name for item in found if item.ready}))
        return _seen(self._names[1])

    async def pages(self, collection: str, documents: Sequence[str] | None = None) -> Mapping[str, int]:
        """Return how many pages documents have, by id; what has no pages is left out. For the session's loop.

        The page of a document's last passage counts. All documents take 12 ms for 1,000 passages, once a change.

        Args:
            collection: Its name.
            documents: Their ids; None for all.

        Raises:
            StoreError: The engine failed.
        """
        holding = self.peek(collection) or await self.look(collection)
        key = collection, current_access().only(collection)
        known = self._pages.get(key)
        if known is None or known.change != holding.change:
            if len(self._pages) >= _MOST_PARTS:
                self._pages.clear()
            known = self._pages[key] = _Pages(holding.change)
        wanted = None if documents is None else [key for key in documents if key not in known.asked]
        if not known.of_all and (wanted is None or wanted):
            known.found |= await self._counted_pages(holding, wanted)
            known.asked.update(wanted or ())
            known.of_all = wanted is None
        return known.found

    def peek_names(self) -> tuple[str, ...] | None:
        """Return at once the names that are known, None if none were asked for yet; old ones are asked for meanwhile.

        Where the engine cannot be reached, they stay as they were.
        """
        looked_at, names = self._names
        with self._lock:
            is_asking = self._asking is not None and not self._asking.done()
            if time.monotonic() - looked_at > _NAMES_S and not is_asking:
                self._asking = self._session.submit(self._told_names())
        return _seen(names) if looked_at > float("-inf") else None

    async def _told_names(self) -> None:
        try:
            await self.names()
        except QAError as error:
            logger.debug("the collections are not known: %s", error)
            self._names = time.monotonic(), self._names[1]

    def forget(self, collection: str) -> None:
        """Let a collection that was changed here be read again."""
        self._names = (float("-inf"), ())
        with self._lock:
            if shelf := self._shelves.get(collection):
                shelf.index, shelf.rows = None, -1
                shelf.not_before = shelf.looked_at = float("-inf")

    async def _counted_pages(self, holding: Holding, documents: Sequence[str] | None) -> Mapping[str, int]:
        from qa.store import Index
        from qa.store.filters import batches, every, one_of

        if holding.generation is None:
            return {}
        versions = {row.document_id: row.version for row in holding.documents}
        numbered = (
            [every("page > 0", one_of("document_id", batch)) for batch in batches(documents or ())]
            if documents is not None
            else ["page > 0"]
        )
        pages: dict[str, int] = {}
        async with self.connection() as connection:
            index = Index(connection, holding.collection, holding.generation)
            await index.chunks.load()
            for expression in numbered:
                async for rows in index.chunks.scan(expression, ["document_id", "version", "page"]):
                    for row in rows:
                        key = row["document_id"]
                        if versions.get(key) == row["version"]:
                            pages[key] = max(row["page"], pages.get(key, 0))
        return pages

    async def _read(self, shelf: _Shelf, collection: str) -> Holding:
        """Return what a collection holds; what is known already if nothing changed since."""
        from qa.store import Index

        async with self.connection() as connection:
            if shelf.index is None or shelf.index.connection is not connection:
                shelf.index, shelf.rows = Index(connection, collection), -1
            try:
                if shelf.rows >= 0 and await _is_unchanged(shelf.index, shelf):
                    return shelf.holding
                # The row of settings is one of the register, so a rename or a rebuild is a change too.
                shelf.index = Index(connection, collection)
                if not await shelf.index.exists():
                    shelf.index = None
                    return Holding(collection)
                return await self._whole(shelf, shelf.index)
            except StoreUnavailableError:
                raise
            except StoreError:
                # Another process dropped, renamed or rebuilt it; if it is still there, it did not.
                shelf.index = Index(connection, collection)
                if not await shelf.index.exists():
                    shelf.index = None
                    return Holding(collection)
                return await self._whole(shelf, shelf.index)

    async def _whole(self, shelf: _Shelf, index: "Index") -> Holding:
        started = time.monotonic()
        # Counted before it is read: what comes meanwhile is a change at the next look.
        count = await index.register.count()
        documents = [row async for row in index.documents()]
        failures = [row async for row in index.failures()]
        took_s = time.monotonic() - started
        shelf.rows = count
        shelf.newest = max((row.ingested_at for row in (*documents, *failures)), default=0)
        if declared := await index.register.query(f"ingested_at > {shelf.newest}", ["ingested_at"]):
            shelf.newest = max(row["ingested_at"] for row in declared)
        shelf.not_before = time.monotonic() + _SHARE * took_s
        return Holding(index.name, 0, tuple(documents), tuple(failures), index.generation)


def _seen(names: tuple[str, ...]) -> tuple[str, ...]:
    access = current_access()
    return names if access.sees_all else tuple(name for name in names if access.sees(name))


def _part(holding: Holding, only: Alternatives) -> Holding:
    """Return what passes one of some filters; without one, the same as where there is no such collection."""
    if not only:
        return Holding(holding.collection)

    def passes(row: "RegisterRow") -> bool:
        return any(where.matches(row) for where in only)

    documents = tuple(row for row in holding.documents if passes(row))
    # What could not be read is judged as the document that is stored, if one is: see `qa.store.within`.
    stored = {row.document_id for row in holding.documents}
    shown = {row.document_id for row in documents}
    failures = tuple(
        row for row in holding.failures if (row.document_id in shown if row.document_id in stored else passes(row))
    )
    return replace(holding, documents=documents, failures=failures)


@lru_cache(maxsize=8)
def facets_of(holding: Holding) -> Facets:
    """Return what there is to limit a question to, counted once for each state of a collection."""
    return facets(holding.documents)


def _differs(found: Holding, known: Holding) -> bool:
    """Tell whether what was found is news; registers are not compared, for they are read again only if they changed."""
    if found is known:
        return False
    if not known.change or found.documents or found.failures:
        return True
    said = [(len(one.documents), len(one.failures), one.generation, one.problem) for one in (found, known)]
    return said[0] != said[1]


async def _is_unchanged(index: "Index", shelf: _Shelf) -> bool:
    count, newer = await asyncio.gather(
        index.register.count(), index.register.query(f"ingested_at > {shelf.newest}", ["id"], limit=1)
    )
    return count == shelf.rows and not newer


@asynccontextmanager
async def _connected(settings: Settings) -> "AsyncIterator[Connection]":
    from qa.wiring import open_settings_index

    async with open_settings_index(settings) as index:
        yield index.connection


_lock = Lock()
_opened: tuple[object, Library] | None = None


def opened(settings: Settings, session: Session) -> Library:
    """Return the library of this process; a call with another engine or session opens another."""
    global _opened
    place = (str(settings.index_file) if settings.is_embedded else settings.uri, session)
    with _lock:
        if _opened is None or _opened[0] != place:
            _opened = (place, Library(session, settings))
        return _opened[1]
