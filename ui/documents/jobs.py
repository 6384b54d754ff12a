"""Ingests in the background of the server: each is a row of the database and is made by a process of its own.

Whatever a visitor's page does meanwhile, the ingest goes on. One at a time goes into a collection, others wait.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from ingest.process import order_message
from qa.accounts.access import OF_ALL, Access
from qa.config import Settings
from qa.database.engine import Database
from qa.database.ingests import Failed, Ingest, Ingests, Kind, Progress, Stage
from qa.database.left_out import LeftOut
from qa.database.times import BEAT_S
from qa.database.watches import Watch, Watches
from qa.errors import QAError, StoreError, StoreUnavailableError
from ui.documents.ingest_process import Process
from ui.web.access import acting_as, current_access
from ui.web.session import APOLOGY, Session

logger = logging.getLogger(__name__)
T = TypeVar("T")

# How often progress is written to the database.
_WRITE_S = 1.0
_BUSY_AGAIN_S = 1.0
_STOPPED: Mapping[str, Any] = {"ended": "stopped"}
# How an ingest ended whose process ended first.
_KILLED: Mapping[str, Any] = {
    "ended": "failed",
    "error": "the process that read the documents was killed; run it again",
}
# A process keeps its model loaded so long after its last ingest.
_IDLE_S = 60.0


@dataclass(frozen=True, slots=True)
class Live:
    """How far an ingest of this process is; `waits_for` is who writes to the collection meanwhile."""

    stage: Stage = ""
    progress: Progress = field(default_factory=Progress)
    waits_for: str = ""


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
        self._settings = settings
        self._live: dict[str, Live] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._processes: dict[str, Process] = {}
        self._idle: list[Process] = []
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
                await self._written(begin)
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
        return self._live.get(id) if self.ingests.get(id) else None

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
        live = self._live.get(ingest.id)
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
        return await self._written(partial(self._patient.get, ingest.id))

    async def _run(self, ingest: Ingest) -> None:
        """Make an ingest once it is its turn; every end of it is written."""
        try:
            async with self._turns.setdefault(ingest.collection, asyncio.Lock()):
                if not await self._written(partial(self._patient.take, ingest.id, self.worker)):
                    await self._written(partial(self._patient.end, ingest.id, self.worker, "stopped"))
                    return
                await self._made(ingest)
        except asyncio.CancelledError:
            # The server ends. Not awaited: what was cancelled may be cancelled again.
            self._told(partial(self._patient.end, ingest.id, self.worker, "broken", self._progress(ingest)))
            raise
        except QAError as error:
            self._told(
                partial(self._patient.end, ingest.id, self.worker, "failed", self._progress(ingest), error=str(error))
            )
        except Exception:
            logger.exception("documents could not be added")
            self._told(
                partial(self._patient.end, ingest.id, self.worker, "failed", self._progress(ingest), error=APOLOGY)
            )
        finally:
            self._live.pop(ingest.id, None)
            self._notify()

    async def _made(self, ingest: Ingest) -> None:
        """Have a process make an ingest, and write what came of it."""
        process = self._processes[ingest.id] = await self._process()
        try:
            ending = await self._ordered(ingest, process)
        except BaseException:
            await process.ended()
            raise
        finally:
            del self._processes[ingest.id]
        if ending is None:
            await process.ended()
            now = await self._written(partial(self._patient.get, ingest.id))
            ending = _STOPPED if now and now.cancelled else _KILLED
        else:
            self._rest(process)
        await self._written(partial(self._keep, ingest, ending))

    async def _ordered(self, ingest: Ingest, process: Process) -> Mapping[str, Any] | None:
        """Give a process its order and follow it; return how it ended, None if the process ended first."""
        self._show(ingest.id, Live("opening"))
        now = await self._written(partial(self._patient.get, ingest.id))
        if now is None or now.cancelled:
            # Cancelled while the process started.
            return _STOPPED
        settings = replace(self._settings(), collection=ingest.collection)
        addresses = [wanted for wanted in ingest.wanted if is_address(wanted)]
        paths = [wanted for wanted in ingest.wanted if not is_address(wanted)]
        left_out = await self._written(partial(self._left_out, ingest))
        await process.begin(order_message(settings, paths, addresses, left_out=left_out, **ingest.options))
        return await self._followed(ingest, process)

    def _left_out(self, ingest: Ingest) -> list[str]:
        """Return the files that an ingest passes over; what is asked for by name is taken in again."""
        left_out = LeftOut(self.database)
        if ingest.kind in ("watch", "upload"):
            return left_out.listed(ingest.collection)
        within = [
            place
            for place in left_out.listed(ingest.collection)
            if any(place == wanted or place.startswith(f"{wanted.rstrip('/')}/") for wanted in ingest.wanted)
        ]
        left_out.take_in(ingest.collection, within)
        return []

    async def _followed(self, ingest: Ingest, process: Process) -> Mapping[str, Any] | None:
        """Show and write what happens; return how it ended, None if its process ended first."""
        live, written, failed = self._live[ingest.id], 0.0, 0
        while (message := await process.hear()) is not None:
            if "ended" in message:
                return message
            live = _after(live, message)
            self._show(ingest.id, live)
            if new := [Failed(source, reason) for source, reason in message.get("new_failures", ())]:
                await self._written(partial(self._patient.tell_failures, ingest.id, new, after=failed))
                failed += len(new)
            if "stage" in message or time.monotonic() - written > _WRITE_S:
                written = time.monotonic()
                write = partial(
                    self._patient.write, ingest.id, self.worker, live.stage, live.progress, waits_for=live.waits_for
                )
                if not await self._written(write):
                    # Cancelled, perhaps from another server.
                    await self._cancel(ingest.id)
        return None

    def _keep(self, ingest: Ingest, ending: Mapping[str, Any]) -> None:
        error = ending.get("error", "")
        if fault := ending.get("fault"):
            logger.error("documents could not be added: %s", fault)
            error = APOLOGY
        progress = replace(_after(self._live.get(ingest.id, Live()), ending).progress, file="")
        failures = [Failed(source, reason) for source, reason in ending.get("failures", ())]
        failures += [Failed(source, what, partly=True) for source, what in ending.get("gaps", ())]
        self._patient.end(ingest.id, self.worker, ending["ended"], progress, failures=failures, error=error)

    async def _cancel(self, id: str) -> None:  # noqa: A002
        process = self._processes.get(id)
        if process is None:
            # It waits for its turn, and will not begin; that shows at once.
            waiting = await self._written(partial(self._patient.get, id))
            if waiting and waiting.state == "waiting":
                await self._written(partial(self._patient.stop_waiting, id))
            self._notify()
        elif process.is_at_work and not process.is_stopping:
            await process.stop()
        # One that has no order yet is told to stop once it has: a stop before it would be forgotten.

    async def _process(self) -> Process:
        while self._idle:
            process = self._idle.pop()
            if process.is_alive:
                return process
        return await Process.start()

    def _rest(self, process: Process) -> None:
        """Keep a process, whose model is loaded, for the next ingest."""
        self._idle.append(process)

        def end() -> None:
            if process in self._idle and process.idle_s() >= _IDLE_S:
                self._idle.remove(process)
                process.close()

        process.rest()
        asyncio.get_running_loop().call_later(_IDLE_S + 0.1, end)

    def _progress(self, ingest: Ingest) -> Progress | None:
        live = self._live.get(ingest.id)
        return replace(live.progress, file="") if live else None

    async def _written(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(work)

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
            await asyncio.gather(*(process.ended() for process in self._idle))

    async def _look_after(self) -> None:
        await self._written(partial(self._patient.beat, self.worker))
        # Where a stage takes long, nothing is written for a while that would tell.
        for id in await self._written(partial(self._patient.called_off, self.worker)):  # noqa: A001
            await self._cancel(id)
        # First: what is taken over is not broken off.
        while left := await self._written(partial(self._patient.take_over, self.worker)):
            logger.warning("%s: an ingest that another process left goes on here", left.collection)
            self._begin(left)
        if await self._written(self._patient.break_off):
            self._notify()

    def _show(self, id: str, live: Live) -> None:  # noqa: A002
        self._live[id] = live
        self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._change += 1
            self._changed.notify_all()


def is_address(wanted: str) -> bool:
    """Tell whether this is a web address rather than a path."""
    return wanted.lower().startswith(("http://", "https://"))


_COUNTS = ("found", "unchanged", "read", "passages", "embedded", "stored", "removed", "failed", "passed_over")


def _after(live: Live, message: Mapping[str, Any]) -> Live:
    """Return how far an ingest is after a message of its process."""
    counts = {name: message[name] for name in _COUNTS if name in message}
    progress = replace(live.progress, **counts, file=message.get("file", live.progress.file))
    stage = message.get("stage", live.stage)
    return Live(stage, progress, message.get("for", "") if stage == "waiting" else "")
