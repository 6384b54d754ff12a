"""The bulk ingest on the command line: `footnote ingest` and `python -m ingest` are both this."""

import argparse
import asyncio
import re
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ingest.discover.files import Discovered, Selection, discover, parse_shard
from ingest.load.picture import ocr
from ingest.pipeline import plan_only
from ingest.plan.plan import Wishes
from ingest.progress import Say, progress
from ingest.read.workers import Limits
from ingest.removal import look_up, remove
from ingest.report import Failure, IngestReport, OnProgress
from ingest.sync import Done, Order, sync
from ingest.watch import watch
from qa.command import printing, signals
from qa.command.options import WRITING, add_settings, settings_from
from qa.config import Settings
from qa.errors import ConfigError, LoadError
from qa.lazy_regex import lazy_regex
from qa.paths import expanded
from qa.store import Holder

if TYPE_CHECKING:
    from qa.models.dense import DenseChunkEmbedder

_ADDRESS = lazy_regex(r"https?://", re.IGNORECASE)
_SHOWN = 20  # changes that a dry run lists, of each kind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of an ingest."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, folders, and https:// addresses of pages, sitemaps and lists"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--watch", action="store_true", help="keep running, and follow every change until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    choice = parser.add_argument_group("which files", "Patterns are those of .gitignore; see also .footnoteignore.")
    choice.add_argument("--include", action="append", default=[], metavar="PATTERN", help="only these; may be repeated")
    choice.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="all but these; may be repeated"
    )
    choice.add_argument("--hidden", action="store_true", help="also files and folders that begin with a dot")
    choice.add_argument("--allow-private", action="store_true", help="also pages of this machine and its networks")
    choice.add_argument(
        "--shard", default="1/1", metavar="I/N", help="this process's part, if N processes share the work"
    )
    how = parser.add_argument_group("how")
    how.add_argument("--as", dest="label", default="", metavar="NAME", help="what the folder is called in the index")
    how.add_argument(
        "--engine", choices=["local", "ray"], default="local", help="ray: on a Ray cluster, or a local one"
    )
    how.add_argument(
        "--actors", type=_positive, default=None, metavar="N", help="how many actors of Ray embed and store"
    )
    how.add_argument("--keep-removed", action="store_true", help="keep the documents of files that are gone")
    how.add_argument("--retry-failed", action="store_true", help="read again what could not be read before")
    how.add_argument("--checksum", action="store_true", help="read every file, even one of the same size and time")
    limits = Limits()
    for option, default, unit, what in (
        ("--max-size", limits.size_mb, "MB", "largest file"),
        ("--max-seconds", int(limits.seconds), "S", "longest time to read one"),
        ("--max-memory", limits.memory_mb, "MB", "most memory to read one"),
    ):
        how.add_argument(option, type=_positive, default=default, metavar=unit, help=f"{what} (default {default})")
    add_settings(parser, WRITING)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for on the command line: the order, and how to tell of it."""

    order: Order
    json: bool
    quiet: bool
    started: float


def run(arguments: argparse.Namespace, *, says_next: bool = True) -> int:
    """Ingest, print the report on stdout and progress on stderr, and return the exit status.

    Args:
        arguments: Of the command line.
        says_next: Whether to say on a terminal how to ask what was added.

    Returns:
        0 if all went well, 1 if a file failed, and `signals.INTERRUPTED` after Ctrl-C or under `--watch`.

    Raises:
        QAError: Nothing could be ingested, or the index failed on the way.
    """
    addresses = [path for path in arguments.paths if _ADDRESS.match(path)]
    order = Order(
        settings=settings_from(arguments),
        paths=tuple(Path(path) for path in arguments.paths if path not in addresses),
        addresses=tuple(addresses),
        allow_private=arguments.allow_private,
        selection=Selection(tuple(arguments.include), tuple(arguments.exclude), arguments.hidden),
        wishes=_wishes(arguments),
        limits=Limits(arguments.max_size, arguments.max_seconds, arguments.max_memory),
        engine=arguments.engine,
        actors=arguments.actors or 0,
    )
    asked = _Asked(order, arguments.json, arguments.quiet, arguments.started)
    ocr.use(order.settings.ocr, order.settings.home)
    if arguments.actors and arguments.engine != "ray":
        raise ConfigError("--actors is for --engine ray")
    if addresses and (arguments.watch or arguments.dry_run or arguments.engine == "ray"):
        raise ConfigError("--watch, --dry-run and --engine ray are for files; ingest web pages without them")
    if arguments.watch and arguments.dry_run:
        raise ConfigError("--watch changes the index and --dry-run does not; choose one")
    left = order if arguments.dry_run else _without_gone(order, ask=sys.stdin.isatty() and not arguments.json)
    if left is None:
        return 0
    order, asked = left, replace(asked, order=left)
    if arguments.watch:
        return signals.run(_watch(asked))
    report = signals.run(_plan(order) if arguments.dry_run else _ingest(asked))
    _print(report, asked, asked.started)
    is_read = sys.stdout.isatty() and not (asked.json or asked.quiet)
    if says_next and is_read and report.added and not (report.dry_run or report.interrupted):
        printing.say(_next(arguments))
    if report.interrupted:
        return signals.INTERRUPTED
    return 1 if report.errors else 0


def _without_gone(order: Order, *, ask: bool) -> Order | None:
    """Offer to remove what is stored of files and folders that are gone; return the order without them, None if empty.

    Those of which nothing is stored stay, and are an error of the ingest.

    Raises:
        LoadError: Something is stored of one, and nobody can be asked.
    """
    for path in filter(_is_gone, order.paths):
        stored = signals.run(look_up(order.settings, [str(path)]))
        if stored is None or not stored.documents:
            continue
        count = printing.counted(len(stored.documents), "document")
        if not ask:
            raise LoadError(
                str(path), f"is gone or empty, and {count} of it stayed in the index; to remove: footnote remove {path}"
            )
        printing.say(f"{path} is gone or empty. Remove its {count} from the index? [y/N] ", end="")
        if sys.stdin.readline().strip().casefold() in ("y", "yes"):
            signals.run(remove(order.settings, [str(path)], on_wait=lambda holder: printing.warn(waiting(holder))))
            printing.say(f"{count} removed")
        order = replace(order, paths=tuple(other for other in order.paths if other != path))
    return order if order.paths or order.addresses else None


def _is_gone(path: Path) -> bool:
    """Tell whether nothing is there, or a folder without any file."""
    absolute = expanded(path)
    try:
        return not absolute.exists() or (absolute.is_dir() and not any(one.is_file() for one in absolute.rglob("*")))
    except OSError:
        return False


def _print(report: IngestReport, asked: _Asked, started: float, told: Sequence[Failure] = ()) -> None:
    """Print a report; failures that were told before are only counted."""
    # The time that the user waited, which includes imports and the start of engine and model.
    report.elapsed_s = time.monotonic() - started
    if asked.json:
        printing.say_json(report.as_json())
    else:
        printing.say(*summary(report))
    for failure in (one for one in report.failed if one.is_blank and not one.known and one not in told):
        printing.warn(f"empty, with nothing to read: {failure.source}")
    for failure in (one for one in report.errors if one not in told):
        again = " (as before; --retry-failed tries again)" if failure.known else ""
        printing.warn(f"failed: {failure.source}: {failure.reason}{again}")
    for gap in report.gaps:
        printing.warn(f"incomplete: {gap.source}: {gap.what}")


def _next(arguments: argparse.Namespace) -> str:
    """Return how to ask what was added, where it was added."""
    where = "".join(
        f" --{name} {shlex.quote(str(getattr(arguments, name)))}"
        for name in ("home", "uri", "collection")
        if hasattr(arguments, name)
    )
    return f'next: footnote ask{where} "…", or footnote ui{where}'


def summary(report: IngestReport) -> list[str]:
    """Return the report as a few lines; the counts in the first add up to what was seen."""
    counts = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.moved, "moved"),
        (report.unchanged, "unchanged"),
        (len(report.errors), "failed"),
        (len(report.failed) - len(report.errors), "empty"),
        (report.seen - report.finished, "not reached"),
    )
    always = ("added", "updated", "unchanged", "failed")
    sums = " + ".join(f"{count:,} {name}" for count, name in counts if count or name in always)
    lines = [f"{report.seen:,} seen = {sums}" + (f"; {report.removed:,} removed" if report.removed else "")]
    if report.dry_run:
        lines += [*_changes(report), "nothing was changed: --dry-run"]
    else:
        embedded = printing.counted(report.chunks_embedded, "chunk")
        lines.append(f"{embedded} embedded, {report.chunks_reused:,} reused, {report.elapsed_s:.1f} s")
    if report.ignored:
        kinds = sorted({PurePath(source).suffix or PurePath(source).name for source in report.ignored})
        shown = ", ".join(kinds[:8]) + (", …" if len(kinds) > 8 else "")
        count = len(report.ignored)
        passed = "1 file of another kind was" if count == 1 else f"{count:,} files of other kinds were"
        lines.append(f"{passed} passed over ({shown})")
    lines += report.remarks
    if report.interrupted:
        lines.append("interrupted: what is counted is stored; run the same command to go on")
    return lines


def _changes(report: IngestReport) -> Iterator[str]:
    for action in ("added", "updated", "moved", "removed"):
        changes = [change for change in report.changes if change.action == action]
        for change in changes[:_SHOWN]:
            yield f"  {action}: {change.source}" + (f" (was {change.before})" if change.before else "")
        if len(changes) > _SHOWN:
            yield f"  {action}: … and {len(changes) - _SHOWN:,} more (--json lists all)"


def _wishes(arguments: argparse.Namespace) -> Wishes:
    try:
        shard = parse_shard(arguments.shard)
    except ValueError as error:
        raise ConfigError(f"--shard {error}") from error
    if arguments.label and (len(arguments.paths) > 1 or not expanded(arguments.paths[0]).is_dir()):
        raise ConfigError("--as names one folder; ingest the others on their own")
    if "/" in arguments.label or arguments.label != arguments.label.strip():
        raise ConfigError(f'--as "{arguments.label}" is not a name; leave out slashes and outer spaces')
    return Wishes(
        label=arguments.label,
        keep_removed=arguments.keep_removed,
        retry_failed=arguments.retry_failed,
        checksum=arguments.checksum,
        shard=shard,
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


async def _plan(order: Order) -> IngestReport:
    from qa.wiring import open_settings_index

    found = discover(order.paths, order.selection)
    async with open_settings_index(order.settings) as index:
        exists = await index.exists()
        if exists:
            await index.open()
        return await plan_only(found, index=index if exists else None, wishes=order.wishes)


async def _ingest(asked: _Asked) -> IngestReport:
    order = asked.order
    found = discover(order.paths, order.selection) if order.paths else Discovered(())
    with progress(quiet=asked.quiet) as (say, on_progress):
        say("opening the index and the model")
        return (await _sync(asked, found, say, on_progress)).report


async def _watch(asked: _Asked) -> int:
    """Keep the index in step until Ctrl-C, and print a report whenever something was done."""
    model: DenseChunkEmbedder | None = None
    known: list[Failure] = []
    order, started = asked.order, asked.started

    stop = asyncio.Event()
    with progress(quiet=asked.quiet) as (say, on_progress):

        async def synced() -> None:
            nonlocal model, known, started
            started = started or time.monotonic()
            done = await _sync(asked, discover(order.paths, order.selection), say, on_progress, model, stop)
            model = done.model
            if done.report.changes or done.report.failed != known:
                _print(done.report, asked, started, told=known)
            started = 0.0
            known = [replace(failure, known=True) for failure in done.report.failed]
            say("watching; Ctrl-C ends it")

        paths = [expanded(path).absolute() for path in order.paths]
        await watch(paths, synced, stop=stop, say=say, ours=written_by_us(order.settings, paths))
    return signals.INTERRUPTED


def written_by_us(settings: Settings, paths: Sequence[Path]) -> Callable[[Path], bool]:
    """Return a test for files of the index itself, which may lie among the documents."""
    home, database = settings.home.absolute(), settings.index_file.absolute() if settings.is_embedded else None
    # A folder of documents may lie inside the home; then the home's files cannot be told by their place.
    apart = not any(home in path.parents for path in paths)

    def ours(path: Path) -> bool:
        if apart and (path == home or home in path.parents):
            return True
        return database is not None and path.parent == database.parent and database.name in path.name

    return ours


async def _sync(
    asked: _Asked,
    found: Discovered,
    say: Say,
    on_progress: OnProgress,
    model: "DenseChunkEmbedder | None" = None,
    stop: asyncio.Event | None = None,
) -> Done:
    """Ingest once.

    While files are ingested, Ctrl-C sets `stop` and what is in hand is finished. Before and after, it ends the command.
    """
    stopped = stop or asyncio.Event()
    return await sync(
        asked.order,
        found,
        say=say,
        on_progress=on_progress,
        on_wait=lambda holder: say(waiting(holder)),
        stop=stopped,
        model=model,
        meanwhile=lambda: stopping(say, stopped),
    )


@contextmanager
def stopping(say: Say, stop: asyncio.Event) -> Iterator[None]:
    """Let the first signal that would end the command set this event; the second ends the command at once."""
    loop = asyncio.get_running_loop()

    def stopped() -> None:
        say("finishing what is in hand (Ctrl-C again to drop it)")
        stop.set()

    with signals.on_first(lambda: loop.call_soon_threadsafe(stopped)):
        yield


def waiting(holder: Holder | None) -> str:
    """Return a line that says who is writing to the collection."""
    return f"waiting for {holder or 'another process'}, which writes to this collection"
