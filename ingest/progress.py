"""How far an ingest is: a bar on a terminal, a line every few seconds elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.report import IngestReport, OnProgress, ignore_progress
from qa.command.printing import counted, printable, warn

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

# Seconds between plain progress lines, where no terminal redraws them.
_LINE_EVERY_S = 5.0

Say = Callable[[str], None]


class Pace:
    """Chunks a second and the time left, estimated from a report that is still growing."""

    def __init__(self) -> None:
        self._report: IngestReport | None = None
        self._started = 0.0

    def describe(self, report: IngestReport) -> str:
        """Return "page 12 of 300, 412 of 900 chunks, 18 a second, 3 min left", as far as it is known."""
        if report is not self._report:
            # Timed from the first progress, so that neither the model's start nor a wait under --watch counts.
            self._report, self._started = report, time.monotonic()
        elapsed = time.monotonic() - self._started
        chunks = report.chunks_done
        page, pages = report.pages_read
        parts = [f"page {page:,} of {pages:,}"] if pages else []
        parts.append(
            f"{chunks:,} of {report.chunks_read:,} chunks" if chunks < report.chunks_read else counted(chunks, "chunk")
        )
        if chunks and elapsed > 1:
            parts.append(f"{chunks / elapsed:,.0f} a second")
        # Once a twentieth is done, the rest is taken to be like it.
        if report.bytes_total and report.bytes_done > report.bytes_total / 20:
            left = elapsed * (report.bytes_total - report.bytes_done) / report.bytes_done
            parts.append(f"{duration(left)} left")
        return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return a time as people say it: "40 s", "3 min", "2 h 10 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def progress(*, quiet: bool) -> Iterator[tuple[Say, OnProgress]]:
    """Yield a function for remarks and one for progress."""
    if quiet:
        yield lambda _text: None, ignore_progress
    elif sys.stderr.isatty():
        yield from _bar()
    else:
        yield from _lines()


def _bar() -> Iterator[tuple[Say, OnProgress]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(*_columns(), console=Console(stderr=True), transient=True) as bar:
        yield _bar_functions(bar)


def _columns() -> "tuple[ProgressColumn, ...]":
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

    # Names of files are not markup: "[red]" and ":smile:" are shown as they are.
    texts = (TextColumn(f"{{task.{text}}}", markup=False) for text in ("fields[pace]", "description"))
    return (BarColumn(), MofNCompleteColumn(), *texts)


def _bar_functions(bar: "Progress") -> tuple[Say, OnProgress]:
    task = bar.add_task("starting", total=None, pace="")
    pace = Pace()

    def on_progress(report: IngestReport, source: str) -> None:
        name = printable(PurePath(source).name)
        bar.update(
            task, description=name[:40], total=report.seen, completed=report.finished, pace=pace.describe(report)
        )

    return lambda text: bar.update(task, description=printable(text)), on_progress


def _lines() -> Iterator[tuple[Say, OnProgress]]:
    said = time.monotonic()
    pace = Pace()

    def on_progress(report: IngestReport, source: str) -> None:
        nonlocal said
        if time.monotonic() - said >= _LINE_EVERY_S:
            said = time.monotonic()
            line = f"{report.finished:,} of {report.seen:,} files, {pace.describe(report)}, {source}"
            warn(line)

    yield warn, on_progress
