"""Watched folders: kept in step with their collections while the server runs, and again after its next start."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from ingest.command import written_by_us
from ingest.watch import watch
from qa.accounts.access import OF_ALL
from qa.config import Settings
from qa.database.ingests import Progress
from qa.database.watches import Watch, Watches
from qa.errors import QAError, StoreError
from ui.documents.jobs import IngestJobs
from ui.documents.making import is_address
from ui.web.access import acting_as
from ui.web.session import Session

logger = logging.getLogger(__name__)

# How often a new watch, or the end of one, is looked for.
_LOOK_S = 1.0
# How often a web address is fetched again.
_FETCH_S = 6 * 3600.0


class Watching:
    """Watches the folders of a database from one server, in the session's loop; each folder is one server's."""

    def __init__(self, session: Session, jobs: IngestJobs, settings: Callable[[], Settings]) -> None:
        """Begin."""
        self._jobs = jobs
        self._settings = settings
        self._watches = Watches(jobs.database)
        self._tasks: dict[str, tuple[asyncio.Task[None], asyncio.Event]] = {}
        # For all: who watches a folder was asked when the watch began.
        with acting_as(OF_ALL):
            session.submit(self._keep())

    async def _keep(self) -> None:
        """Watch what there is to watch, until the loop ends."""
        while True:
            try:
                own = await asyncio.to_thread(self._watches.take, self._jobs.worker)
            except StoreError as error:
                logger.warning("watched folders are not looked up: %s", error)
            else:
                self._follow({one.id: one for one in own})
            await asyncio.sleep(_LOOK_S)

    def _follow(self, own: dict[str, Watch]) -> None:
        for id_ in self._tasks.keys() - own.keys():
            _, stop = self._tasks.pop(id_)
            stop.set()
        for id_, one in own.items():
            if id_ not in self._tasks or self._tasks[id_][0].done():
                stop = asyncio.Event()
                self._tasks[id_] = asyncio.create_task(self._watch(one, stop)), stop

    async def _watch(self, one: Watch, stop: asyncio.Event) -> None:
        try:
            if is_address(one.folder):
                await self._look_again(one, stop)
                return
            folder = Path(one.folder)
            await watch(
                [folder],
                lambda: self._sync(one),
                stop=stop,
                # Written in the loop's thread: it is rare, and short.
                say=lambda text: self._tell(one.id, text),
                ours=written_by_us(self._settings(), [folder]),
            )
        except QAError as error:
            logger.warning("%s is not watched for now: %s", one.folder, error)
            await asyncio.sleep(_LOOK_S)

    async def _look_again(self, one: Watch, stop: asyncio.Event) -> None:
        """Fetch an address now and then; a server tells with few bytes that a page is as it was."""
        while not stop.is_set():
            await self._sync(one)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _FETCH_S)

    async def _sync(self, one: Watch) -> None:
        """Bring the collection in step; where nothing was to be done, nothing is listed."""
        self._tell(one.id, "")
        ask = partial(self._jobs.start, one.collection, "watch", [one.folder], options={"touched": []}, watch=one.id)
        ended = await self._jobs.finished(await asyncio.to_thread(ask))
        if ended and ended.state == "done" and not _is_news(ended.progress):
            await asyncio.to_thread(self._jobs.ingests.forget, ended.id)

    def _tell(self, id_: str, trouble: str) -> None:
        try:
            self._watches.tell(id_, trouble)
        except StoreError as error:
            logger.warning("what a watch waits for is not written: %s", error)


def _is_news(progress: Progress) -> bool:
    return bool(progress.stored or progress.removed or progress.failed)
