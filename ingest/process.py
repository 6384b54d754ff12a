"""A process that ingests for the page, one order after another: the page answers meanwhile, undisturbed.

    python -c "from ingest.process import main; main()"

Orders and the wish to stop come as lines of JSON on stdin, what happens goes out as lines of JSON on stdout. The model
stays loaded between orders. When stdin is closed, as by the end of the server, however it ends, this process ends too.
"""

import asyncio
import contextlib
import dataclasses
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.discover.files import Discovered, discover
from ingest.load.picture import ocr
from ingest.plan.plan import Wishes
from ingest.report import Failure, IngestReport
from ingest.sync import Done, Order, sync
from qa.command.entry import quieten
from qa.command.signals import ignore_signals
from qa.config import Settings
from qa.errors import LoadError, QAError
from qa.store import Holder

Message = dict[str, Any]
Tell = Callable[[Message], None]

# So often progress is told.
_TELL_S = 0.2
# After the server's end, so long what is in hand may take.
_GRACE_S = 5.0
_FETCHED = "fetched "


def main() -> None:
    """Serve until stdin is closed."""
    # Those who wait for this process are told the command that they know: it is handed over by who started this.
    sys.argv = sys.argv[1:] or ["footnote", "ui"]
    ignore_signals()
    quieten()
    # Whatever a library prints must not be taken for a message.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    asyncio.run(_serve(_teller(out)))
    os._exit(0)  # threads of a model that is being loaded would hold up the end


def _teller(out: Any) -> Tell:
    lock = threading.Lock()

    def tell(message: Message) -> None:
        # The server is gone: its pipe's end is noticed on stdin as well.
        with lock, contextlib.suppress(OSError):
            out.write(json.dumps(message) + "\n")
            out.flush()

    return tell


async def _serve(tell: Tell) -> None:
    loop, messages = asyncio.get_running_loop(), asyncio.Queue[str]()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(messages.put_nowait, line)
        loop.call_soon_threadsafe(messages.put_nowait, "")

    threading.Thread(target=listen, daemon=True).start()
    worker = _Worker(tell)
    while line := await messages.get():
        message = json.loads(line)
        if "order" in message:
            worker.begin(message["order"])
        elif "stop" in message:
            worker.stop()
    await worker.end()


class _Worker:
    """Makes one ingest at a time."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._model: Any = None
        self._stop = asyncio.Event()
        self._heeded = False
        self._task: asyncio.Task[None] | None = None

    def begin(self, order: Message) -> None:
        """Begin with an order; the one before has ended."""
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self._run(order))

    def stop(self) -> None:
        """Finish what is in hand and no more; before anything is in hand, end at once."""
        self._stop.set()
        if self._task and not self._heeded:
            self._task.cancel()

    async def end(self) -> None:
        """Stop, but wait no longer than a few seconds."""
        self.stop()
        if self._task:
            await asyncio.wait([self._task], timeout=_GRACE_S)

    async def _run(self, message: Message) -> None:
        try:
            done = await self._ingested(message)
        except asyncio.CancelledError:
            self._tell({"ended": "stopped"})
        except QAError as error:
            self._tell({"ended": "failed", "error": str(error)})
        except Exception:  # noqa: BLE001 - a fault of ours, which the server logs
            self._tell({"ended": "failed", "fault": traceback.format_exc()})
        else:
            self._model = done.model
            ended = "stopped" if done.report.interrupted else "done"
            told = {**counts(done.report, message.get("touched")), **_problems(done.report, message)}
            self._tell({"ended": ended, **told})

    async def _ingested(self, message: Message) -> Done:
        order, gone = order_of(message)
        ocr.use(order.settings.ocr, order.settings.home)
        self._tell({"stage": "opening"})
        if message.get("reindex"):
            return await self._reindexed(replace(order.settings, dense_model=message["reindex"]))
        found = Discovered(())
        if order.paths:
            found = await asyncio.to_thread(discover, order.paths, order.selection)
            left_out = set(message.get("left_out", ()))
            found = dataclasses.replace(
                found, sources=tuple(source for source in found.sources if source.name not in left_out)
            )
        elif gone and not order.addresses:
            raise LoadError(gone[0].source, gone[0].reason)
        progress = _Progress(self._tell, message.get("touched"))
        done = await sync(
            order,
            found,
            say=progress.said,
            on_progress=progress.made,
            on_wait=progress.waits,
            stop=self._stop,
            model=self._model,
            meanwhile=lambda: self._meanwhile(progress),
        )
        done.report.failed += gone
        done.report.seen += len(gone)
        return done

    async def _reindexed(self, settings: Settings) -> Done:
        """Rebuild a collection with another model; a stop ends this at once, and the next time goes on from there."""
        from ingest.reindex import reindex

        progress = _Progress(self._tell, None)
        self._tell({"stage": "reading"})
        telling = asyncio.create_task(progress.keep_telling())
        try:
            report = await reindex(settings, on_wait=progress.waits, on_progress=progress.made)
        finally:
            telling.cancel()
        return Done(report, self._model)

    @contextlib.contextmanager
    def _meanwhile(self, progress: "_Progress") -> Iterator[None]:
        self._heeded = True
        self._tell({"stage": "reading"})
        telling = asyncio.create_task(progress.keep_telling())
        try:
            yield
        finally:
            telling.cancel()
            self._heeded = False
            progress.tell()
            self._tell({"stage": "finishing"})


class _Progress:
    """Tells what happens, not more often than anybody can read."""

    def __init__(self, tell: Tell, touched: list[str] | None) -> None:
        self._tell = tell
        self._touched = touched
        self._failures = 0
        self._report: IngestReport | None = None
        self._source = ""
        self._told: Message = {}

    def made(self, report: IngestReport, source: str) -> None:
        if report is not self._report:
            self._failures = 0  # each batch of fetched pages has a report of its own
        self._report, self._source = report, source

    async def keep_telling(self) -> None:
        """Tell now and then, until it is cancelled; a report also grows while nobody says so."""
        while True:
            self.tell()
            await asyncio.sleep(_TELL_S)

    def tell(self) -> None:
        if self._report is None:
            return
        message = {**counts(self._report, self._touched), "file": self._source}
        if message != self._told:
            self._told = message
            self._tell({**message, "new_failures": self._new_failures(self._report)})

    def _new_failures(self, report: IngestReport) -> list[list[str]]:
        """Return the failures since they were last told: if this process is killed, they are known."""
        new = _to_tell(report.failed[self._failures :], self._touched)
        self._failures = len(report.failed)
        return [[failure.source, failure.reason] for failure in new]

    def said(self, text: str) -> None:
        if text.startswith(_FETCHED):
            self._tell({"stage": "fetching", "file": text.removeprefix(_FETCHED)})

    def waits(self, holder: Holder | None) -> None:
        self._tell({"stage": "waiting", "for": str(holder) if holder else ""})


def counts(report: IngestReport, touched: Sequence[str] | None = None) -> Message:
    """Return a report's counts under the names of `qa.database.ingests.Progress`.

    Args:
        report: Of the ingest.
        touched: Ends of the paths that it is about, where others lie beside them that it passes over; None for all.
    """
    ends = set(touched or ())
    others = sum(documents for source, documents in report.unchanged_sources if not _is_one_of(source, ends))
    others = others if ends else 0
    untold = len(report.failed) - len(_to_tell(report.failed, list(touched) if touched else None))
    return {
        "found": report.seen - others - untold,
        "unchanged": report.unchanged - others,
        "read": report.files_read,
        "passages": report.chunks_read,
        "embedded": report.chunks_done,
        "pages": report.pages_read[0],
        "of_pages": report.pages_read[1],
        "stored": report.added + report.updated + report.moved,
        "removed": report.removed,
        "failed": len(report.failed) - untold,
    }


def _is_one_of(source: str, ends: Set[str]) -> bool:
    """Tell whether a path ends as one of some paths below a folder, or lies within one of them, such as an archive."""
    parts = source.split("/")
    return any("/".join(parts[i:j]) in ends for i in range(len(parts)) for j in range(i + 1, len(parts) + 1))


def order_of(message: Message) -> tuple[Order, list[Failure]]:
    """Return what a message orders, and those of its paths that are gone where others are left.

    Raises:
        ConfigError: A setting is impossible.
    """
    values = {**message["settings"], "home": Path(message["settings"]["home"])}
    paths = [Path(path) for path in message["paths"]]
    gone: list[Failure] = []
    if message.get("some_may_be_gone"):
        gone = [Failure(str(path), "is no longer there") for path in paths if not path.exists()]
        paths = [path for path in paths if path.exists()]
    order = Order(
        settings=Settings(**values),
        paths=tuple(paths),
        addresses=tuple(message["addresses"]),
        wishes=Wishes(retry_failed=bool(message.get("retry_failed"))),
    )
    return order, gone


def order_message(settings: Settings, paths: list[str], addresses: list[str], **options: Any) -> Message:
    """Return the message that `order_of` reads. What an ingest does not need of the settings is left out."""
    values = dataclasses.asdict(dataclasses.replace(settings, openai_api_key="", database="", llm_model=""))
    return {"settings": {**values, "home": str(settings.home)}, "paths": paths, "addresses": addresses, **options}


def _problems(report: IngestReport, message: Message) -> Message:
    """Return what could not be read."""
    failed = _to_tell(report.failed, message.get("touched"))
    return {
        "failed": len(failed),
        "failures": [[failure.source, failure.reason] for failure in failed],
        "gaps": [[gap.source, gap.what] for gap in report.gaps],
        "passed_over": len(report.ignored),
    }


def _to_tell(failed: list[Failure], touched: list[str] | None) -> list[Failure]:
    """Return the failures that are told: what is known is told again neither of an upload nor of an empty file."""
    failed = [one for one in failed if not (one.is_blank and one.known)]
    if touched is None:
        return failed
    ends = set(touched)
    return [one for one in failed if not one.known or _is_one_of(one.source, ends)]
