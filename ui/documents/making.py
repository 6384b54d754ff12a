"""Makes ingests, each in a process of its own, in the server's loop: what it is told, and what is written of it."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from ingest.process import order_message
from qa.config import Settings
from qa.database.engine import Database
from qa.database.ingests import Failed, Ingest, Ingests, Progress, Stage
from qa.database.left_out import LeftOut
from ui.documents.ingest_process import Process
from ui.web.session import APOLOGY

logger = logging.getLogger(__name__)
T = TypeVar("T")

# How often progress is written to the database.
_WRITE_S = 1.0
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


class Maker:
    """Makes the ingests of one server. For its loop; `live` may be read by any thread."""

    def __init__(
        self,
        ingests: Ingests,
        database: Database,
        settings: Callable[[], Settings],
        *,
        worker: str,
        changed: Callable[[], None],
    ) -> None:
        """Start nothing yet.

        Args:
            ingests: Those of everybody.
            database: That holds them.
            settings: Returns the settings of the moment.
            worker: Names this process to others that use the database.
            changed: Called whenever an ingest got further.
        """
        self.live: dict[str, Live] = {}
        """How far each ingest is that is being made."""
        self._ingests = ingests
        self._database = database
        self._settings = settings
        self._worker = worker
        self._changed = changed
        self._processes: dict[str, Process] = {}
        self._idle: list[Process] = []

    async def made(self, ingest: Ingest) -> None:
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
            now = await written(partial(self._ingests.get, ingest.id))
            ending = _STOPPED if now and now.cancelled else _KILLED
        else:
            self._rest(process)
        await written(partial(self._keep, ingest, ending))

    async def _ordered(self, ingest: Ingest, process: Process) -> Mapping[str, Any] | None:
        """Give a process its order and follow it; return how it ended, None if the process ended first."""
        self._show(ingest.id, Live("opening"))
        now = await written(partial(self._ingests.get, ingest.id))
        if now is None or now.cancelled:
            # Cancelled while the process started.
            return _STOPPED
        settings = replace(self._settings(), collection=ingest.collection)
        addresses = [wanted for wanted in ingest.wanted if is_address(wanted)]
        paths = [wanted for wanted in ingest.wanted if not is_address(wanted)]
        left_out = await written(partial(self._left_out, ingest))
        await process.begin(order_message(settings, paths, addresses, left_out=left_out, **ingest.options))
        return await self._followed(ingest, process)

    def _left_out(self, ingest: Ingest) -> list[str]:
        """Return the files that an ingest passes over; what is asked for by name is taken in again."""
        left_out = LeftOut(self._database)
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
        live, written_at, failed = self.live[ingest.id], 0.0, 0
        while (message := await process.hear()) is not None:
            if "ended" in message:
                return message
            live = _after(live, message)
            self._show(ingest.id, live)
            if new := [Failed(source, reason) for source, reason in message.get("new_failures", ())]:
                await written(partial(self._ingests.tell_failures, ingest.id, new, after=failed))
                failed += len(new)
            if "stage" in message or time.monotonic() - written_at > _WRITE_S:
                written_at = time.monotonic()
                write = partial(
                    self._ingests.write, ingest.id, self._worker, live.stage, live.progress, waits_for=live.waits_for
                )
                if not await written(write):
                    # Cancelled, perhaps from another server.
                    await self.stop(ingest.id)
        return None

    def _keep(self, ingest: Ingest, ending: Mapping[str, Any]) -> None:
        error = ending.get("error", "")
        if fault := ending.get("fault"):
            logger.error("documents could not be added: %s", fault)
            error = APOLOGY
        progress = replace(_after(self.live.get(ingest.id, Live()), ending).progress, file="")
        failures = [Failed(source, reason) for source, reason in ending.get("failures", ())]
        failures += [Failed(source, what, partly=True) for source, what in ending.get("gaps", ())]
        self._ingests.end(ingest.id, self._worker, ending["ended"], progress, failures=failures, error=error)

    async def stop(self, id: str) -> bool:  # noqa: A002
        """Have the process of an ingest stop; False where it has none yet."""
        process = self._processes.get(id)
        if process is None:
            return False
        # One that has no order yet is told to stop once it has: a stop before it would be forgotten.
        if process.is_at_work and not process.is_stopping:
            await process.stop()
        return True

    async def close(self) -> None:
        """End the processes that wait for a next ingest: they must be gone before the loop ends."""
        await asyncio.gather(*(process.ended() for process in self._idle))

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

    def progress(self, ingest: Ingest) -> Progress | None:
        """Return how far an ingest came, None where it did not begin."""
        live = self.live.get(ingest.id)
        return replace(live.progress, file="") if live else None

    def _show(self, id: str, live: Live) -> None:  # noqa: A002
        self.live[id] = live
        self._changed()


def is_address(wanted: str) -> bool:
    """Tell whether this is a web address rather than a path."""
    return wanted.lower().startswith(("http://", "https://"))


async def written(work: Callable[[], T]) -> T:
    """Do something with the database beside the loop."""
    return await asyncio.to_thread(work)


_COUNTS = (
    "found",
    "unchanged",
    "read",
    "passages",
    "pages",
    "of_pages",
    "embedded",
    "stored",
    "removed",
    "failed",
    "passed_over",
)


def _after(live: Live, message: Mapping[str, Any]) -> Live:
    """Return how far an ingest is after a message of its process."""
    counts = {name: message[name] for name in _COUNTS if name in message}
    progress = replace(live.progress, **counts, file=message.get("file", live.progress.file))
    stage = message.get("stage", live.stage)
    return Live(stage, progress, message.get("for", "") if stage == "waiting" else "")
