"""What programs can change: documents, ingests and collections, the same that the pages change.

It is done in the session's loop or in a thread, and awaited in the server's own loop.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from qa.config import NAME, Settings
from qa.database.ingests import Failed, Ingest
from qa.store.removal import BroughtBack
from qa.store.where import Filter
from ui.api.problems import ProblemError
from ui.documents import changes, listing
from ui.documents.changes import Shelves
from ui.documents.jobs import IngestJobs
from ui.documents.listing import Entry
from ui.documents.removing import Removal
from ui.documents.typed import machine_path, web_address
from ui.documents.uploads import Clash, Refused, Sorted, Upload, Uploads
from ui.web import opening

T = TypeVar("T")

# How often an ingest is looked at for somebody who follows it: one of this process, and one of another.
_LOOK_S, _READ_S = 0.1, 1.0
# Proxies and browsers take a stream that says nothing for a broken one.
_BEAT_S = 15.0


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of uploads: what is kept under which path, what is refused, and the ingest that reads them."""

    kept: tuple[tuple[str, str], ...]
    refused: tuple[Refused, ...]
    job: Ingest | None


class Keeper:
    """Changes documents and collections for programs, with what the pages change them with."""

    def __init__(self, read_settings: Callable[[], Settings] = opening.read_settings) -> None:
        """Nothing is opened yet.

        Args:
            read_settings: Returns the settings as they are now.
        """
        self._read_settings = read_settings

    # Documents

    async def upload(self, files: Sequence[Upload], *, collection: str, clash: Clash | None) -> Brought:
        """Keep files and have them ingested.

        Args:
            files: With the names that the program gives them.
            collection: Into which they go, that of the settings for ""; made if there is none.
            clash: What becomes of a file whose name another one has that was uploaded before; None refuses all of them.

        Raises:
            ProblemError: A name is taken, and `clash` does not say what is to become of it. Nothing was kept.
            ConfigError: The disk is full, or the home cannot be written.
            StoreError: The database failed.
        """
        shelves, jobs = await self._opened()
        name = self._name(collection, shelves)

        def keep() -> Brought:
            kept = Uploads(shelves.settings.home, jobs.hurried)
            found = kept.sort(name, files)
            if found.clashing and clash is None:
                raise ProblemError(409, _clashing(found), param="clash")
            job, paths = changes.bring(jobs, kept, name, found.places, clash or "both")
            names = [one.upload.name for one in found.places if not (one.state == "other" and clash == "skip")]
            return Brought(tuple(zip(names, paths, strict=True)), found.refused, job)

        return await asyncio.to_thread(keep)

    async def add(self, *, collection: str, folder: str = "", address: str = "") -> Ingest:
        """Have a folder or file of this machine, or a web address, ingested.

        Raises:
            ProblemError: Folders of this machine are not for those who reach it from elsewhere.
            LoadError: There is no such path, or it is no address.
            StoreError: The database failed.
        """
        shelves, jobs = await self._opened()
        name = self._name(collection, shelves)
        if folder and shelves.settings.machine_folders == "off":
            told = "folders of the server's machine cannot be added here; upload the files, or have it started with"
            raise ProblemError(403, f"{told} --machine-folders on")

        def start() -> Ingest:
            if folder:
                return jobs.start(name, "folder", [str(machine_path(folder, shelves.settings.home))])
            return jobs.start(name, "address", [web_address(address)])

        return await asyncio.to_thread(start)

    async def again(
        self, *, collection: str, documents: Sequence[str] = (), where: Filter | None = None
    ) -> tuple[Ingest | None, list[Entry]]:
        """Have documents ingested again; return the ingest, and those of which it is not known where their file is.

        Raises:
            ProblemError: No document is meant.
            StoreError: The index or the database failed.
        """
        shelves, jobs = await self._opened()
        name = self._name(collection, shelves)
        picked, _ = await self._picked(shelves, name, documents, where)
        return await asyncio.to_thread(changes.again, jobs, name, picked)

    async def remove(
        self, *, collection: str, documents: Sequence[str] = (), where: Filter | None = None
    ) -> tuple[Removal, list[Entry]]:
        """Take documents out, with all that lies inside them; return what was removed.

        Raises:
            ProblemError: No document is meant.
            ConfigError: The home cannot be written; nothing was removed.
            StoreError: Somebody else writes to the collection, or the index failed.
        """
        shelves, _ = await self._opened()
        name = self._name(collection, shelves)
        picked, everything = await self._picked(shelves, name, documents, where)
        return await _in_session(shelves, changes.remove(shelves, name, picked, everything))

    async def undo(self, removal: str, *, collection: str) -> BroughtBack:
        """Bring back what was removed since this process began.

        Raises:
            ProblemError: Nothing of this id was removed.
            LoadError: What was kept is gone or damaged.
            StoreError: The collection is gone, somebody else writes to it, or the index failed.
        """
        shelves, _ = await self._opened()
        name = self._name(collection, shelves)
        if removal not in {known.id for known in shelves.removals.of(name)}:
            raise ProblemError(404, f'no removal "{removal}" can be undone; ingest the documents again')
        return await _in_session(shelves, changes.undo(shelves, name, removal))

    async def _picked(
        self, shelves: Shelves, collection: str, documents: Sequence[str], where: Filter | None
    ) -> tuple[list[Entry], list[Entry]]:
        """Return the documents that are meant, and all there are."""
        holding = await _in_session(shelves, shelves.library.look(collection, at_once=True))
        if holding.problem:
            raise ProblemError(503, holding.problem)
        if holding.generation is None:
            raise ProblemError(404, f'there is no collection "{collection}"', param="collection")
        everything = listing.entries(holding.documents, holding.failures)
        wanted = set(documents)
        if lacking := sorted(wanted - {entry.document for entry in everything}):
            raise ProblemError(404, f'there is no document "{lacking[0]}"; nothing was done')
        picked = [
            entry
            for entry in everything
            if entry.document in wanted or (where and (row := entry.row or entry.failure) and where.matches(row))
        ]
        if not picked:
            raise ProblemError(404, "no document passes this; nothing was done", param="where")
        return picked, everything

    # Ingests

    def jobs_by_state(self) -> dict[str, int]:
        """Return how many ingests the database knows in each state.

        Raises:
            StoreError: The database failed.
        """
        return opening.open_ingests(self._read_settings()).ingests.by_state()

    async def jobs(self, *, collection: str = "", limit: int, skip: int = 0) -> list[Ingest]:
        """Return ingests, the newest first; those of all collections for ""."""
        _, jobs = await self._opened()
        found = await asyncio.to_thread(jobs.ingests.listed, collection, limit=limit, skip=skip)
        return [jobs.newest(ingest) for ingest in found]

    async def job(self, id: str) -> Ingest:  # noqa: A002
        """Return an ingest as it is at this moment.

        Raises:
            ProblemError: There is none of this id.
        """
        _, jobs = await self._opened()
        return await self._job(jobs, id)

    async def failures(self, id: str, *, limit: int) -> list[Failed]:  # noqa: A002
        """Return what an ingest could not read."""
        _, jobs = await self._opened()
        return await asyncio.to_thread(jobs.ingests.failures, id, limit=limit)

    async def repeat(self, id: str) -> Ingest:  # noqa: A002
        """Have the same ingested once more; see `job` for what it raises."""
        _, jobs = await self._opened()
        return await asyncio.to_thread(jobs.again, await self._job(jobs, id))

    async def cancel(self, id: str) -> Ingest:  # noqa: A002
        """End an ingest and return it; what is stored stays.

        Raises:
            ProblemError: There is none of this id, or it has ended.
        """
        _, jobs = await self._opened()
        if (ingest := await self._job(jobs, id)).is_finished:
            raise ProblemError(409, f"this ingest has ended already ({ingest.state}); there is nothing to cancel")
        await asyncio.to_thread(jobs.cancel, id)
        return await self._job(jobs, id)

    async def followed(self, id: str) -> AsyncGenerator[Ingest | None, None]:  # noqa: A002
        """Yield an ingest whenever it changes, until it has ended; None now and then where it does not.

        Any process of this database may make it. See `job` for what it raises.
        """
        _, jobs = await self._opened()
        now = asyncio.get_running_loop().time
        shown = await self._job(jobs, id)
        yield shown
        change, read_at, told_at = jobs.change, now(), now()
        while not shown.is_finished:
            await asyncio.sleep(_LOOK_S)
            if jobs.change == change and now() - read_at < _READ_S:
                continue
            change = jobs.change
            live = jobs.live(id)
            if live is None or now() - read_at >= _READ_S:
                read_at = now()
                newest = await self._job(jobs, id)
            else:
                newest = jobs.newest(shown)
            if newest != shown:
                shown, told_at = newest, now()
                yield shown
            elif now() - told_at > _BEAT_S:
                told_at = now()
                yield None

    async def _job(self, jobs: IngestJobs, id: str) -> Ingest:  # noqa: A002
        ingest = await asyncio.to_thread(jobs.ingests.get, id)
        if ingest is None:
            raise ProblemError(404, f'there is no job "{id}"; jobs that ended long ago are forgotten')
        return jobs.newest(ingest)

    # Collections

    async def make(self, name: str) -> None:
        """Make an empty collection.

        Raises:
            ProblemError: There is one of this name.
            ConfigError: This is no name, or a model cannot be used.
            StoreError: The engine failed.
        """
        shelves, _ = await self._opened()
        await self._check_free(shelves, name)
        await _in_session(shelves, changes.make(shelves, name))

    async def rename(self, old: str, new: str) -> None:
        """Give a collection another name.

        Raises:
            ProblemError: There is none of the old name, or one of the new.
            ConfigError: This is no name.
            StoreError: Somebody else changes one of them, or the engine failed.
        """
        shelves, _ = await self._opened()
        if old == new:
            return
        await self._check_there(shelves, old)
        await self._check_free(shelves, new)
        await _in_session(shelves, changes.rename(shelves, old, new))

    async def drop(self, name: str) -> tuple[int, int]:
        """Delete a collection and what was uploaded into it; return how many documents and passages that were.

        Raises:
            ProblemError: There is none of this name.
            StoreError: Somebody else changes it, or the engine failed.
        """
        shelves, _ = await self._opened()
        await self._check_there(shelves, name)
        holding = await _in_session(shelves, shelves.library.look(name, at_once=True))
        await _in_session(shelves, changes.drop(shelves, name))
        return len(holding.documents), holding.passages

    async def _check_there(self, shelves: Shelves, name: str) -> None:
        names = await _in_session(shelves, shelves.library.names())
        if name not in names:
            known = ", ".join(names) or "none"
            raise ProblemError(404, f'there is no collection "{name}"; there are: {known}')

    async def _check_free(self, shelves: Shelves, name: str) -> None:
        if not NAME.fullmatch(name):
            raise ProblemError(
                422, f'"{name}" is not a name; use letters, digits and underscores, not a digit first', param="name"
            )
        if name in await _in_session(shelves, shelves.library.names()):
            raise ProblemError(409, f'collection "{name}" already exists; choose another name', param="name")

    def _name(self, collection: str, shelves: Shelves) -> str:
        return collection or shelves.settings.collection

    async def _opened(self) -> tuple[Shelves, IngestJobs]:
        def open_() -> tuple[Shelves, IngestJobs]:
            settings = self._read_settings()
            return changes.open_shelves(settings), opening.open_ingests(settings)

        return await asyncio.to_thread(open_)


async def _in_session(shelves: Shelves, coroutine: Coroutine[Any, Any, T]) -> T:
    return await asyncio.wrap_future(shelves.session.submit(coroutine))


def _clashing(found: Sorted) -> str:
    names = ", ".join(str(place.path) for place in found.clashing[:5])
    more = f" and {len(found.clashing) - 5} more" if len(found.clashing) > 5 else ""
    return (
        f"other files of these names were uploaded before: {names}{more}; say what becomes of them with "
        "clash=replace, clash=both or clash=skip"
    )
