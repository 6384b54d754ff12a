"""What changes documents and collections, for the pages and for programs alike. Nothing here draws.

What is a coroutine runs in the session's loop; the rest may take a while, and is for any thread.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from qa.config import Settings
from qa.database.ingests import Ingest
from qa.database.left_out import LeftOut
from qa.errors import AccessError, StoreError, StoreUnavailableError
from qa.store.removal import BroughtBack
from ui import collections
from ui.documents import following, listing, removing
from ui.documents.jobs import IngestJobs
from ui.documents.listing import Entry, file_of
from ui.documents.removing import Removal, Removals
from ui.documents.uploads import Clash, Place, Uploads
from ui.web import opening, recording, records
from ui.web.access import current_access
from ui.web.library import Library
from ui.web.records import Records
from ui.web.session import Session

if TYPE_CHECKING:
    from qa.store.connection import Connection

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shelves:
    """All that collections are changed with."""

    session: Session
    settings: Settings
    kept: Records
    library: Library
    removals: Removals


# Of many documents that are changed at once, so many are named in the audit log.
_MOST_NOTED = 50


def open_shelves(settings: Settings) -> Shelves:
    """Open all of it, each once in a process.

    Raises:
        ConfigError: The address of the database cannot be used, or the home cannot be written.
        StoreError: The database cannot be reached, is damaged, or was made by a newer Footnote.
    """
    session = opening.open_session()
    kept = records.opened(settings, opening.open_database, session)
    library = opening.open_library(settings)
    return Shelves(session, settings, kept, library, removing.opened(library, settings.home))


def _once(
    change: Callable[Concatenate[Shelves, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[Shelves, P], Coroutine[Any, Any, T]]:
    """Return a change that a second press, while it is made, does not make again: both get what comes of it."""

    @wraps(change)
    async def once(shelves: Shelves, /, *what: P.args, **named: P.kwargs) -> T:
        same = (change.__qualname__, current_access(), what)
        return await shelves.removals.turns.once(same, partial(change, shelves, *what, **named))

    return once


# Documents


class KeptError(StoreUnavailableError):
    """Uploads are kept, and are ingested as soon as the database, which is busy, can be written."""


def bring(
    jobs: IngestJobs, kept: Uploads, collection: str, places: Sequence[Place], clash: Clash
) -> tuple[Ingest | None, list[str]]:
    """Keep uploads and have them ingested; return the ingest, None where nothing was kept, and their paths.

    Raises:
        ConfigError: The disk is full, or the home cannot be written.
        KeptError: The database is busy; they are ingested later.
        StoreError: The database failed.
    """
    current_access().require("add", collection)
    files = kept.keep(collection, places, clash=clash) if places else []
    if not files:
        return None, []
    folder = kept.folder(collection)
    touched = [file.relative_to(folder).as_posix() for file in files]

    def begin() -> Ingest:
        jobs.left_out.take_in(collection, map(str, files))
        return jobs.start(collection, "upload", [str(folder)], options={"touched": touched})

    try:
        begun = begin()
    except StoreUnavailableError as error:
        # The files lie there, and must not wait for the next upload.
        jobs.once_free(begin)
        raise KeptError(f"the files are kept, and are read as soon as that is possible: {error}") from error
    for name in touched[:_MOST_NOTED]:
        recording.note("changed", collection=collection, subject=f"added {name}")
    return begun, touched


def again(jobs: IngestJobs, collection: str, entries: Sequence[Entry]) -> tuple[Ingest | None, list[Entry]]:
    """Have documents ingested again, and return those of which it is not known where their file is.

    Raises:
        StoreError: The database failed.
    """
    _check_changed(collection, entries)
    files = list(dict.fromkeys(filter(None, map(file_of, entries))))
    lost = [entry for entry in entries if not file_of(entry)]
    return (jobs.start(collection, "again", files, options={"retry_failed": True}) if files else None), lost


def _check_changed(collection: str, entries: Sequence[Entry]) -> None:
    """Refuse to change documents of which one is not for who asks to change.

    Raises:
        AccessError: It is not.
    """
    access = current_access()
    access.require("change", collection)
    allowed = access.changes(collection)
    rows = [entry.row or entry.failure for entry in entries]
    if not all(row is not None and any(where.matches(row) for where in allowed) for row in rows):
        raise AccessError("you may not change all of these documents; ask who looks after this server")


async def remove(
    shelves: Shelves, collection: str, picked: Sequence[Entry], everything: Sequence[Entry]
) -> tuple[Removal, list[Entry]]:
    """Take documents out with all that lies inside them, and let no watch bring them back; return what was removed.

    Raises:
        ConfigError: The home cannot be written; nothing was removed.
        StoreError: Somebody else writes to the collection, or the index or the database failed.
    """
    whole = listing.chosen(listing.with_parts(picked, everything), listing.Wanted())
    _check_changed(collection, whole)

    @_once
    async def remove_these(shelves: Shelves, collection: str, *_documents: str) -> Removal:
        removal = await shelves.removals.remove(shelves.settings, collection, whole)
        for entry in picked[:_MOST_NOTED]:
            await recording.noted("changed", collection=collection, subject=f"removed {entry.source}")
        await asyncio.to_thread(LeftOut(shelves.kept.database).add, collection, removal.places)
        return removal

    return await remove_these(shelves, collection, *sorted(entry.document for entry in whole)), whole


@_once
async def undo(shelves: Shelves, collection: str, removal: str) -> BroughtBack:
    """Bring back what was removed; see `Removals.undo` for what it raises."""
    current_access().require("change", collection)
    known = [one for one in shelves.removals.of(collection) if one.id == removal]
    if not known:
        raise StoreError("this was brought back already, or removed for good; ingest the documents again")
    places = [place for one in known for place in one.places]
    back = await shelves.removals.undo(shelves.settings, removal)
    await asyncio.to_thread(LeftOut(shelves.kept.database).take_in, collection, places)
    return back


# Collections


@_once
async def make(shelves: Shelves, name: str) -> None:
    """Make an empty collection, as the first ingest into it would."""
    from qa.wiring import open_writer

    current_access().require("own", name)
    settings = _named(shelves.settings, name)
    if name in await shelves.library.names():
        raise StoreError(f'collection "{name}" already exists; choose another name')
    async with open_writer(settings):
        pass
    await recording.noted("changed", collection=name, subject="made the collection")
    shelves.library.forget(name)
    await shelves.library.names()


@_once
async def rename(shelves: Shelves, old: str, new: str) -> None:
    """Give a collection another name; all that is kept about it follows.

    Raises:
        ConfigError: The new one is not a name.
        StoreError: There is none of the old name or one of the new, or somebody else changes one of them.
    """
    _check_owned(old, new)
    async with _changing(shelves, old, new) as connection:
        await collections.rename(connection, old, new)
    await recording.noted("changed", collection=old, subject=f"renamed the collection to {new}")
    await asyncio.to_thread(following.follow, shelves.kept.database, shelves.settings.home, old, new)
    shelves.removals.rename(old, new)
    shelves.session.forget(old)
    await _known_again(shelves, old, new)


@_once
async def copy(shelves: Shelves, old: str, new: str) -> None:
    """Copy a collection to a new name; see `rename` for what it raises."""
    _check_owned(old, new)
    async with _changing(shelves, old, new) as connection:
        await collections.copy(connection, old, new)
    await asyncio.to_thread(Uploads(shelves.settings.home, shelves.kept.database).copy, old, new)
    await recording.noted("changed", collection=old, subject=f"copied the collection to {new}")
    await _known_again(shelves, new)


@_once
async def drop(shelves: Shelves, name: str) -> None:
    """Delete a collection, what was uploaded into it, and what is kept about it; see `rename` for what it raises."""
    _check_owned(name)
    folders = await asyncio.to_thread(Uploads(shelves.settings.home, shelves.kept.database).folders, name)
    async with _changing(shelves, name) as connection:
        others = await collections.sharing(connection, name, folders)
        await collections.drop(connection, name)
    await recording.noted("changed", collection=name, subject="dropped the collection")
    shelves.session.forget(name)
    forget = partial(following.forget, sharing=others)
    await asyncio.to_thread(forget, shelves.kept.database, shelves.settings.home, name)
    shelves.removals.drop(name)
    await _known_again(shelves, name)


def _check_owned(*names: str) -> None:
    for name in names:
        current_access().require("own", name)


@asynccontextmanager
async def _changing(shelves: Shelves, *names: str) -> "AsyncIterator[Connection]":
    """Hold the right to change these collections, and give the connection to their engine.

    Raises:
        ConfigError: One of them is not a name.
        StoreError: An ingest or another process changes one of them, or there is no index.
    """
    async with AsyncExitStack() as stack:
        # All processes take them in the same order; otherwise two could wait for each other.
        for name in sorted(set(names)):
            await stack.enter_async_context(shelves.removals.changing(shelves.settings, name))
        yield await stack.enter_async_context(shelves.library.connection())


async def _known_again(shelves: Shelves, *names: str) -> None:
    for name in names:
        shelves.library.forget(name)
        await shelves.library.look(name, at_once=True)
    await shelves.library.names()


def _named(settings: Settings, name: str) -> Settings:
    return replace(settings, collection=name)
