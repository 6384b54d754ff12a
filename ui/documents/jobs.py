"""Ingests in the background of the server: each is a row of the database and is made by a process of its own.

Whatever a visitor's page does meanwhile, the ingest goes on. One at a time goes into a collection, others wait.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from qa.accounts.access import OF_ALL, Access
from qa.config import Settings
from qa.database.engine import Database
from qa.database.ingests import Ingest, Ingests, Kind
from qa.database.left_out import LeftOut
from qa.database.times import BEAT_S
from qa.database.watches import Watch, Watches
from qa.errors import QAError, StoreError, StoreUnavailableError
from ui.documents.making import Live, Maker, is_address, written
from ui.web.access import acting_as, current_access
from ui.web.session import APOLOGY, Session

logger = logging.getLogger(__name__)

_BUSY_AGAIN_S = 1.0


def _may_see(collection: str, owner: str) -> bool:
    """Tell whether who asks may see an ingest: who began it, and who may add documents to the whole collection."""
    access = current_access()
    if not access.sees(collection):
        return False
    return owner == access.person.name or access.may("add", collection)


def _check(access: Access, collection: str, kind: Kind, wanted: Sequence[str]) -> None:
    """Refuse an ingest that somebody may not ask for.

    Raises:
        AccessError: They may not.
    """
    if kind in ("again", "reindex"):
        access.require("change", collection)
        return
    access.require("add", collection)
    if kind != "upload" and not all(map(is_address, wanted)):
        # Who could name any path of the server could read any file that it can.
        access.require_configuring()


class IngestJobs:
    """Makes the ingests of one server, in the session's loop. Any number of threads may use it."""

    def __init__(self, session: Session, database: Database, settings: Callable[[], Settings]) -> None:
        """Begin; ingests that another process of this database left go on here, or are marked as broken off.

        Args:
            session: Whose loop this runs in.
            database: That of the ingests.
            settings: Returns the settings of the moment.
        """
        self.database = database
        self.hurried = database.hurried()
        """The same for what a page or a program writes, at which somebody waits meanwhile."""
        self.ingests = Ingests(self.hurried, owner=lambda: current_access().person.name, visible=_may_see)
        """Those that who asks may see."""
        self._patient = Ingests(database, owner=lambda: current_access().person.name, visible=_may_see)
        self.left_out = LeftOut(self.hurried)
        """Files whose documents were removed: watches and later uploads leave them out."""
        self._watches = Watches(self.hurried)
        self.worker = uuid4().hex
        """Names this process to others that use the database."""
        self._session = session
        self._maker = Maker(self._patient, database, settings, worker=self.worker, changed=self._notify)
        self._turns: dict[str, asyncio.Lock] = {}
        self._futures: dict[str, Future[None]] = {}
        self._changed = threading.Condition()
        self._change = 0
        self.ingests.purge()
        # For all, not for the visitor for whom this is opened.
        with acting_as(OF_ALL):
            session.submit(self._beat())

    def start(
        self,
        collection: str,
        kind: Kind,
        wanted: Sequence[str],
        *,
        options: Mapping[str, Any] | None = None,
        watch: str = "",
    ) -> Ingest:
        """Ask for an ingest and begin with it as soon as the collection is free.

        Args:
            collection: Its name; made if there is none.
            kind: What brings it about.
            wanted: Paths of files and folders, and web addresses.
            options: "retry_failed": read again what failed before; "touched": ends of the paths of which failures are
                told even if they are known, of others they are not; "some_may_be_gone": go on where one of the paths
                is no longer there; "reindex": the dense model that the collection is rebuilt with, and nothing is read;
                "terms": that this is for its words alone.
            watch: Id of the watch that asks for it.

        Raises:
            AccessError: Who asks may not add documents there, or not read this machine's folders.
            StoreError: The database failed.
        """
        _check(current_access(), collection, kind, wanted)
        ingest = self.ingests.add(collection, kind, wanted, options=options, watch=watch, worker=self.worker)
        self._begin(ingest)
        return ingest

    def once_free(self, begin: Callable[[], Ingest]) -> None:
        """Begin an ingest as soon as the database, which is busy, can be written."""
        self._session.submit(self._once_free(begin))

    async def _once_free(self, begin: Callable[[], Ingest]) -> None:
        while True:
            try:
                await written(begin)
            except StoreUnavailableError:
                await asyncio.sleep(_BUSY_AGAIN_S)
            except QAError as error:
                logger.warning("files that were uploaded are not read yet: %s", error)
                return
            else:
                return

    def _begin(self, ingest: Ingest) -> None:
        self._futures[ingest.id] = future = self._session.submit(self._run(ingest))
        # Not by the coroutine: it may have ended before its future is in the table.
        future.add_done_callback(lambda _: self._futures.pop(ingest.id, None))
        self._notify()

    def again(self, ingest: Ingest) -> Ingest:
        """Ask for the same once more; what is stored by now is not embedded again."""
        return self.start(ingest.collection, ingest.kind, ingest.wanted, options=ingest.options, watch=ingest.watch)

    def cancel(self, id: str) -> None:  # noqa: A002
        """End an ingest; what is stored stays."""
        if self.ingests.get(id) is None:
            return
        self.ingests.cancel(id)
        self._session.submit(self._cancel(id))

    def live(self, id: str) -> Live | None:  # noqa: A002
        """Return how far an ingest is, None where this process does not make it, or no longer."""
        return self._maker.live.get(id) if self.ingests.get(id) else None

    def watch(self, collection: str, wanted: str) -> None:
        """Keep a folder of this machine or a web address in step with a collection.

        Raises:
            AccessError: As `start`.
            StoreError: The database failed.
        """
        _check(current_access(), collection, "address" if is_address(wanted) else "folder", [wanted])
        self._watches.add(collection, wanted)

    def watched(self, collection: str) -> list[Watch]:
        """Return what is watched for a collection, the oldest first; none for who may not add documents there."""
        return self._watches.listed(collection) if _may_see(collection, "") else []

    def stop_watching(self, watch: Watch) -> None:
        """Watch something no more; its documents stay.

        Raises:
            AccessError: Who asks may not add documents there.
            StoreError: The database failed.
        """
        current_access().require("add", watch.collection)
        self._watches.stop(watch.id)

    def current(self, collection: str) -> list[Ingest]:
        """Return the ingests into a collection that run or wait, the oldest first, as they are at this moment."""
        return [self.newest(ingest) for ingest in self.ingests.unfinished(collection)]

    def newest(self, ingest: Ingest) -> Ingest:
        """Return an ingest as it is at this moment, where this process makes it; else as it is written."""
        live = self._maker.live.get(ingest.id)
        if live is None or ingest.state != "running":
            return ingest
        return replace(ingest, stage=live.stage, progress=live.progress, error=live.waits_for)

    @property
    def change(self) -> int:
        """A number that is another one after each change."""
        return self._change

    def wait(self, seen: int, timeout_s: float) -> int:
        """Wait until something changes and return the number of the change, `seen` where nothing did in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._change != seen, timeout_s)
            return self._change

    async def finished(self, ingest: Ingest) -> Ingest | None:
        """Wait in the session's loop until an ingest of this process has ended, and return it as it is then."""
        if future := self._futures.get(ingest.id):
            await asyncio.wait([asyncio.wrap_future(future)])
        return await written(partial(self._patient.get, ingest.id))

    async def _run(self, ingest: Ingest) -> None:
        """Make an ingest once it is its turn; every end of it is written."""
        try:
            async with self._turns.setdefault(ingest.collection, asyncio.Lock()):
                if not await written(partial(self._patient.take, ingest.id, self.worker)):
                    await written(partial(self._patient.end, ingest.id, self.worker, "stopped"))
                    return
                await self._maker.made(ingest)
        except asyncio.CancelledError:
            # The server ends. Not awaited: what was cancelled may be cancelled again.
            self._told(partial(self._patient.end, ingest.id, self.worker, "broken", self._maker.progress(ingest)))
            raise
        except QAError as error:
            self._told(
                partial(
                    self._patient.end, ingest.id, self.worker, "failed", self._maker.progress(ingest), error=str(error)
                )
            )
        except Exception:
            # Nobody awaits this task: without an end the page would show an ingest that goes on for ever.
            logger.exception("documents could not be added")
            self._told(
                partial(
                    self._patient.end, ingest.id, self.worker, "failed", self._maker.progress(ingest), error=APOLOGY
                )
            )
        finally:
            self._maker.live.pop(ingest.id, None)
            self._notify()

    async def _cancel(self, id: str) -> None:  # noqa: A002
        if not await self._maker.stop(id):
            # It waits for its turn, and will not begin; that shows at once.
            waiting = await written(partial(self._patient.get, id))
            if waiting and waiting.state == "waiting":
                await written(partial(self._patient.stop_waiting, id))
            self._notify()

    def _told(self, work: Callable[[], None]) -> None:
        """Write the end of an ingest; if that fails, it counts as broken off once nobody beats for it."""
        try:
            work()
        except StoreError as error:
            logger.warning("the end of an ingest is not written: %s", error)

    async def _beat(self) -> None:
        """Say that this process is alive, and take over or mark what others left, until the loop ends."""
        try:
            while True:
                try:
                    await self._look_after()
                except StoreError as error:
                    logger.warning("ingests are not marked as alive: %s", error)
                await asyncio.sleep(BEAT_S)
        finally:
            # The loop ends: what it started must be gone by then.
            await self._maker.close()

    async def _look_after(self) -> None:
        await written(partial(self._patient.beat, self.worker))
        # Where a stage takes long, nothing is written for a while that would tell.
        for id in await written(partial(self._patient.called_off, self.worker)):  # noqa: A001
            await self._cancel(id)
        # First: what is taken over is not broken off.
        while left := await written(partial(self._patient.take_over, self.worker)):
            logger.warning("%s: an ingest that another process left goes on here", left.collection)
            self._begin(left)
        if await written(self._patient.break_off):
            self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._change += 1
            self._changed.notify_all()
