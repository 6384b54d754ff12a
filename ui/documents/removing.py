"""Documents that were taken out of a collection, and can be brought back until the server ends.

All that was stored of them waits in the home, in a folder of this process. So does the file of a document that was
uploaded: it would come back with the next upload. Files of the user's own are never touched.
"""

import asyncio
import atexit
import logging
import shutil
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from qa import disk
from qa.config import Settings
from qa.errors import ConfigError, StoreError, StoreUnavailableError
from qa.private import make_folder
from qa.store.removal import BroughtBack, bring_back, set_aside
from ui.collections import opened as opened_collection
from ui.documents.listing import Entry, file_of
from ui.documents.turns import Turns
from ui.web.access import current_access
from ui.web.library import Library

logger = logging.getLogger(__name__)

FOLDER = "removed"
_STORED = "stored"


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed at once.

    Attributes:
        id: Tells it from all others.
        collection: From which.
        titles: Of the documents, those inside others too.
        at: When.
        places: The files that they came from, which watched folders leave out from now on.
        moved: The uploaded files that were moved away: where they were, and where they are.
        owner: Who removed it, by name.
    """

    id: str
    collection: str
    titles: tuple[str, ...]
    at: datetime
    places: tuple[str, ...] = ()
    moved: tuple[tuple[Path, Path], ...] = ()
    owner: str = ""


class Removals:
    """The removals of one process. Any number of threads may use it; what changes something runs in the loop."""

    def __init__(self, library: Library, home: Path) -> None:
        """Begin; what processes that were killed left behind goes."""
        self._library = library
        self._home = home
        self._own = home / FOLDER / uuid4().hex
        self._lock: FileLock | None = None
        self._known: dict[str, Removal] = {}
        self._turn = threading.Lock()
        self.turns = Turns()
        """All that changes documents or collections in this process takes its turn here."""

    def of(self, collection: str) -> list[Removal]:
        """Return what was removed from a collection, the last first; of who asks, or may change all of it."""
        access = current_access()
        sees_all = access.may("add", collection)
        return [one for one in self._of(collection) if sees_all or one.owner == access.person.name]

    def _of(self, collection: str) -> list[Removal]:
        with self._turn:
            return [removal for removal in reversed(self._known.values()) if removal.collection == collection]

    async def remove(self, settings: Settings, collection: str, entries: Sequence[Entry]) -> Removal:
        """Take documents out of what is searched, and the records of those that could not be read.

        Raises:
            ConfigError: The home cannot be written; nothing was removed.
            StoreError: Somebody else writes to the collection, or removed them already, or the index failed.
        """
        titles = tuple(entry.title for entry in entries)
        places = tuple(filter(None, (file_of(entry) for entry in entries if not entry.inside)))
        name = current_access().person.name
        removal = Removal(uuid4().hex, collection, titles, datetime.now(), places, owner=name)
        folder = self._folder(removal)
        await asyncio.to_thread(self._claim)
        async with self.changing(settings, collection), self._library.connection() as connection:
            index = await opened_collection(connection, collection)
            if not await set_aside(index, [entry.document for entry in entries], folder / _STORED):
                # To undo it would bring back nothing, where what the other took out is meant.
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
                raise StoreError("these documents were removed already; nothing of them is left here")
        moved = await asyncio.to_thread(_moved_away, entries, self._home / "uploads", folder / "files")
        removal = replace(removal, moved=moved)
        with self._turn:
            self._known[removal.id] = removal
        await self._changed(collection)
        return removal

    async def undo(self, settings: Settings, id: str) -> BroughtBack:  # noqa: A002
        """Bring back what was removed.

        Raises:
            StoreError: The collection is gone or was rebuilt with other settings, somebody else writes to it, or the
                index failed.
            LoadError: What was kept is gone or damaged.
        """
        collection = self._still_known(id).collection
        async with self.changing(settings, collection), self._library.connection() as connection:
            removal = self._still_known(id)
            await asyncio.to_thread(_moved_back, removal.moved)
            index = await opened_collection(connection, collection)
            back = await bring_back(index, self._folder(removal) / _STORED)
            self.forget(id)
        await self._changed(collection)
        return back

    @asynccontextmanager
    async def changing(self, settings: Settings, collection: str) -> AsyncIterator[None]:
        """Hold the right to change a collection; what else changes it in this process is waited for.

        Raises:
            ConfigError: It is not a name.
            StoreError: Another process changes it, or an ingest does.
        """
        from qa.wiring import writing

        settings = replace(settings, collection=collection)
        async with self.turns.of(collection):
            check_writer(settings)
            async with writing(settings):
                yield

    def _still_known(self, id: str) -> Removal:  # noqa: A002
        with self._turn:
            removal = self._known.get(id)
        if removal is None:
            raise StoreError("this was brought back already, or removed for good; ingest the documents again")
        return removal

    def forget(self, id: str) -> None:  # noqa: A002
        """Remove something for good."""
        with self._turn:
            removal = self._known.pop(id, None)
        if removal:
            shutil.rmtree(self._folder(removal), ignore_errors=True)

    def rename(self, collection: str, new: str) -> None:
        """Follow a collection that was renamed."""
        with self._turn:
            for removal in list(self._known.values()):
                if removal.collection == collection:
                    self._known[removal.id] = replace(removal, collection=new)

    def drop(self, collection: str) -> None:
        """Remove for good what was removed from a collection that is dropped."""
        for removal in self._of(collection):
            self.forget(removal.id)

    async def _changed(self, collection: str) -> None:
        self._library.forget(collection)
        await self._library.look(collection, at_once=True)

    def _folder(self, removal: Removal) -> Path:
        return self._own / removal.id

    def _claim(self) -> None:
        """Make this process's folder, and delete those of processes that ended without doing so."""
        with self._turn:
            if self._lock:
                return
            try:
                make_folder(self._own)
                lock = FileLock(_lock_of(self._own), mode=0o600, thread_local=False)
                lock.acquire(timeout=0)
            except OSError as error:
                reason = disk.reason(error, self._own) or f"{self._own} cannot be made ({error.strerror})"
                raise ConfigError(reason) from error
            self._lock = lock
            atexit.register(self._end, lock)
        for folder in self._own.parent.iterdir():
            if folder.is_dir() and folder != self._own:
                with suppress(Timeout, OSError), FileLock(_lock_of(folder), timeout=0, mode=0o600):
                    shutil.rmtree(folder, ignore_errors=True)
                    _lock_of(folder).unlink()

    def _end(self, lock: FileLock) -> None:
        shutil.rmtree(self._own, ignore_errors=True)
        with suppress(OSError):
            lock.release()
            _lock_of(self._own).unlink()
            self._own.parent.rmdir()


def check_writer(settings: Settings) -> None:
    """Make sure that nobody else changes the documents of the settings' collection: an ingest may take hours.

    Raises:
        StoreUnavailableError: Somebody does.
    """
    from qa.store import current_writer

    if settings.is_embedded and (holder := current_writer(settings.index_file, settings.collection)):
        raise StoreUnavailableError(
            f'{holder} is changing collection "{settings.collection}" at the moment; '
            "try again when it has ended, or cancel it"
        )


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.lock")


def _moved_away(entries: Sequence[Entry], uploads: Path, target: Path) -> tuple[tuple[Path, Path], ...]:
    """Move the uploaded files among these; a part of a file stays in it."""
    moved = []
    for number, entry in enumerate(entries):
        file = Path(file_of(entry)) if not entry.inside and file_of(entry) else None
        if file and uploads.resolve() in file.resolve().parents and file.is_file():
            place = target / f"{number}"
            try:
                make_folder(target)
                file.rename(place)
            except OSError as error:
                logger.warning("%s stays, and comes back with the next upload: %s", file, error)
                continue
            moved.append((file, place))
    return tuple(moved)


def _moved_back(moved: Sequence[tuple[Path, Path]]) -> None:
    for file, place in moved:
        with suppress(OSError):
            if place.exists() and not file.exists():
                make_folder(file.parent)
                place.rename(file)


_lock = threading.Lock()
_opened: tuple[Library, Removals] | None = None


def opened(library: Library, home: Path) -> Removals:
    """Return the removals of this process; a call with another library begins anew."""
    global _opened
    with _lock:
        if _opened is None or _opened[0] is not library:
            _opened = (library, Removals(library, home))
        return _opened[1]
