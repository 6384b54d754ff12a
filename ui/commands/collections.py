"""`footnote collections`: listed, renamed and dropped here, exported and imported in modules of their own."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.command import signals
from qa.command.options import add_settings, settings_from
from qa.command.parser import Commands
from qa.command.printing import counted, say, say_json
from qa.config import Settings
from qa.errors import ConfigError
from ui.collections import Listed, drop, held, listed, rename, sharing
from ui.commands import collections_export, collections_import, collections_index, collections_memory
from ui.commands.by_name import ENGINE, check_index, connected, named, turns

if TYPE_CHECKING:
    from qa.database.engine import Database


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("collections", help="list, rename, drop, index, export and import collections")
    parser.set_defaults(run=_list)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument(
        "--names", action="store_true", help="print the names alone, one a line, as shells complete them"
    )
    add_settings(parser, ENGINE)
    actions = parser.add_subparsers(metavar="ACTION")

    names = _action(actions, "rename", _rename, "give a collection another name")
    names.add_argument("name", metavar="OLD")
    names.add_argument("new", metavar="NEW")
    dropped = _action(actions, "drop", _drop, "delete a collection and everything in it")
    dropped.add_argument("name", metavar="NAME")
    dropped.add_argument("--yes", action="store_true", help="do not ask")
    index = _action(actions, "index", collections_index.run, "show or change the indexes of a collection's vectors")
    collections_index.add_arguments(index)
    for name, run, summary in (
        ("load", collections_memory.load, "bring folders of a collection into a server's memory"),
        ("release", collections_memory.release, "give the memory of a collection's folders back"),
    ):
        collections_memory.add_arguments(_action(actions, name, run, summary))
    export = _action(actions, "export", collections_export.run, "write a collection with its vectors to a folder")
    export.add_argument("name", metavar="NAME")
    export.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
    load = _action(actions, "import", collections_import.run, "store a collection that was exported")
    load.add_argument("folder", type=Path, metavar="FOLDER", help="what export wrote")
    load.add_argument("--as", dest="name", metavar="NAME", help="another name for it (default its own)")


def _action(actions: Any, name: str, run: Any, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=summary)
    parser.set_defaults(run=run)
    add_settings(parser, ENGINE)
    return parser


# Listing


_STATES = {
    "ready": "",
    "being rebuilt": " (being rebuilt; footnote reindex continues it)",
    "outdated": " (outdated; the next ingest or reindex drops it)",
}


def _list(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    found = signals.run(_listed(settings))
    if arguments.names:
        say(*sorted({item.name for item in found}))
        return 0
    if arguments.json:
        say_json([asdict(item) for item in found])
        return 0
    if not found:
        say("there are no collections yet; make one with: footnote ingest PATH, or: footnote sample")
        return 0
    say(f"{'collection':32} {'documents':>9} {'chunks':>9} {'about MB':>9}  made with")
    for item in found:
        numbers = f"{item.documents:9,} {item.chunks:9,} {item.megabytes:9.1f}"
        made = f"{item.dense_model}, {item.dim} dimensions, {item.language}, {item.chunk_tokens} tokens"
        stale = " (footnote reindex lets it find more spellings)" if item.stale_terms else ""
        say(f"{item.name:32} {numbers}  {made}{_STATES[item.state]}{stale}")
    say('"About MB" is the size of the texts and vectors.' + _on_disk(settings))
    return 0


def _on_disk(settings: Settings) -> str:
    if not settings.is_embedded:
        return ""
    database = settings.index_file
    files = [database] if database.is_file() else [file for file in database.rglob("*") if file.is_file()]
    return f" {database} takes {sum(file.stat().st_size for file in files) / 1e6:,.1f} MB on disk."


async def _listed(settings: Settings) -> list[Listed]:
    if settings.is_embedded and not settings.index_file.exists():
        return []
    async with connected(settings) as connection:
        return await listed(connection)


# Renaming and dropping


def _rename(arguments: argparse.Namespace) -> int:
    from ui.documents import following

    settings = named(settings_from(arguments), arguments.name)
    new = named(settings, arguments.new)
    if new == settings:
        raise ConfigError(f'"{arguments.new}" is already its name; choose another one')
    check_index(settings)
    signals.run(_renamed(settings, new))
    with _database(settings) as database:
        if database:
            following.follow(database, settings.home, settings.collection, new.collection)
    say(f'"{arguments.name}" is now "{arguments.new}"')
    return 0


@contextmanager
def _database(settings: Settings) -> "Iterator[Database | None]":
    """Give what the pages keep about collections; None where nothing is kept yet, and none is made."""
    from qa.database.engine import FILE
    from qa.wiring import open_records

    if settings.database or (settings.home / FILE).exists():
        with closing(open_records(settings)) as database:
            yield database
    else:
        yield None


async def _renamed(settings: Settings, new: Settings) -> None:
    async with turns(settings, new), connected(settings) as connection:
        await rename(connection, settings.collection, new.collection)


def _drop(arguments: argparse.Namespace) -> int:
    from ui.documents import following
    from ui.documents.uploads import Uploads

    settings = named(settings_from(arguments), arguments.name)
    check_index(settings)
    # Asked between two runs of the event loop: inside one, Ctrl-C would wait until the line is typed.
    if not arguments.yes and not _confirmed(settings.collection, *signals.run(_held(settings))):
        say(f'"{arguments.name}" stays')
        return 1
    with _database(settings) as database:
        folders = Uploads(settings.home, database).folders(settings.collection) if database else ()
        others = signals.run(_dropped(settings, folders))
        if database:
            following.forget(database, settings.home, settings.collection, sharing=others)
    say(f'"{arguments.name}" is dropped')
    return 0


async def _held(settings: Settings) -> tuple[int, int]:
    async with connected(settings) as connection:
        return await held(connection, settings.collection)


async def _dropped(settings: Settings, folders: Iterable[Path]) -> list[str]:
    """Drop the collection, and return the others that have documents of files in these folders."""
    async with turns(settings), connected(settings) as connection:
        others = await sharing(connection, settings.collection, folders)
        await drop(connection, settings.collection)
        return others


def _confirmed(name: str, documents: int, chunks: int) -> bool:
    if not sys.stdin.isatty():
        raise ConfigError(
            f'"{name}" holds {counted(documents, "document")}; nobody can be asked here, so add --yes to drop it'
        )
    say(
        f'"{name}" holds {counted(documents, "document")} in {counted(chunks, "chunk")}. Type its name to drop it: ',
        end="",
    )
    return sys.stdin.readline().strip() == name
