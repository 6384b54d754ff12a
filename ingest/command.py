"""The bulk ingest on the command line: `footnote ingest` and `python -m ingest` are both this."""

import argparse
import asyncio
import dataclasses
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.pipeline import IngestReport, OnProgress, ingest
from ingest.split import Splitter
from ingest.sync import discover
from qa.arguments import WRITING, add_settings, settings_from
from qa.config import Settings
from qa.store import Holder

# Seconds between plain progress lines, where no terminal redraws them.
_LINE_EVERY_S = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of an ingest."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders to ingest")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    add_settings(parser, WRITING)


def run(arguments: argparse.Namespace) -> int:
    """Ingest, print the report on stdout and progress on stderr, and return the exit status: 1 if a file failed.

    Raises:
        QAError: Nothing could be ingested, or the index failed on the way.
    """
    report = asyncio.run(_ingest(arguments.paths, settings_from(arguments), quiet=arguments.quiet))
    if arguments.json:
        print(json.dumps({**dataclasses.asdict(report), "elapsed_s": round(report.elapsed_s, 2)}, ensure_ascii=False))
    else:
        print(summary(report))
    for failure in report.failed:
        print(f"failed: {failure.source}: {failure.reason}", file=sys.stderr)
    return 1 if report.failed else 0


def summary(report: IngestReport) -> str:
    """Return the report in two or three lines; the counts of the first add up."""
    lines = [
        f"{report.seen} seen = {report.added} added + {report.updated} updated + {report.unchanged} unchanged "
        f"+ {len(report.failed)} failed" + (f"; {report.removed} removed" if report.removed else ""),
        f"{report.chunks_embedded} chunks embedded, {report.chunks_reused} reused, {report.elapsed_s:.1f} s",
    ]
    if report.ignored:
        kinds = sorted({Path(source).suffix or Path(source).name for source in report.ignored})
        shown = ", ".join(kinds[:8]) + (", …" if len(kinds) > 8 else "")
        lines.append(f"{len(report.ignored)} files of other kinds were passed over ({shown})")
    return "\n".join(lines)


async def _ingest(paths: list[Path], settings: Settings, *, quiet: bool) -> IngestReport:
    from qa.wiring import open_writer, splitter_options

    found = discover(paths)
    with progress(quiet=quiet) as (say, on_progress):
        say("opening the index and the model (the first time takes about 20 s)")
        async with open_writer(settings, on_wait=lambda holder: say(waiting(holder))) as writer:
            splitter = Splitter(**splitter_options(writer.settings, writer.copy))
            return await ingest(
                found,
                index=writer.index,
                splitter=splitter,
                dense=writer.dense,
                sparse=writer.sparse,
                on_progress=on_progress,
            )


def waiting(holder: Holder | None) -> str:
    """Return a line that says who is writing to the collection."""
    return f"waiting for {holder or 'another process'}, which writes to this collection"


@contextmanager
def progress(*, quiet: bool) -> Iterator[tuple[Callable[[str], None], OnProgress]]:
    """Yield a function for remarks and one for progress: a bar on a terminal, else a line every few seconds."""
    if quiet:
        yield lambda _text: None, lambda _report, _source: None
    elif sys.stderr.isatty():
        yield from _bar()
    else:
        yield from _lines()


def _bar() -> Iterator[tuple[Callable[[str], None], OnProgress]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def on_progress(report: IngestReport, source: str) -> None:
            name = Path(source).name
            bar.update(task, description=name[:40], total=report.seen, completed=report.finished)

        yield lambda text: bar.update(task, description=text), on_progress


def _lines() -> Iterator[tuple[Callable[[str], None], OnProgress]]:
    said = time.monotonic()

    def on_progress(report: IngestReport, source: str) -> None:
        nonlocal said
        if time.monotonic() - said >= _LINE_EVERY_S:
            said = time.monotonic()
            chunks = report.chunks_embedded + report.chunks_reused
            print(f"{report.finished} of {report.seen} files, {chunks} chunks, {source}", file=sys.stderr, flush=True)

    yield lambda text: print(text, file=sys.stderr, flush=True), on_progress
