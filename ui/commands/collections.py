"""`footnote collections`: listed, renamed and dropped here, exported and imported in modules of their own."""

import argparse
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.command import signals
from qa.command.options import add_settings, settings_from
from qa.command.parser import Commands
from qa.command.printing import counted, say, say_json
from qa.config import Settings
from qa.errors import ConfigError, StoreError
from ui.commands import collections_export, collections_import
from ui.commands.by_name import ENGINE, check_index, connected, generations_of, named, opened, turns

if TYPE_CHECKING:
    from qa.store import Generation
    from qa.store.connection import Connection


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("collections", help="list, rename, drop, export and import collections")
    parser.set_defaults(run=_list)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    add_settings(parser, ENGINE)
    actions = parser.add_subparsers(metavar="ACTION")

    rename = _action(actions, "rename", _rename, "give a collection another name")
    rename.add_argument("name", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    drop = _action(actions, "drop", _drop, "delete a collection and everything in it")
    drop.add_argument("name", metavar="NAME")
    drop.add_argument("--yes", action="store_true", help="do not ask")
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


@dataclass(frozen=True, slots=True)
class Listed:
    """One generation of one collection, as it is listed.

    `megabytes` is the approximate size of its texts and vectors; what an engine keeps on disk may differ. `state` is
    "ready", "being rebuilt" or "outdated", which a newer one that is ready has taken the place of.
    """

    name: str
    documents: int
    chunks: int
    dense_model: str
    dim: int
    language: str
    chunk_tokens: int
    megabytes: float
    state: str


_STATES = {
    "ready": "",
    "being rebuilt": " (being rebuilt; footnote reindex continues it)",
    "outdated": " (outdated; the next ingest or reindex drops it)",
}


def _list(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    listed = signals.run(_listed(settings))
    if arguments.json:
        say_json([asdict(item) for item in listed])
        return 0
    if not listed:
        say("there are no collections yet; make one with: footnote ingest PATH")
        return 0
    say(f"{'collection':32} {'documents':>9} {'chunks':>9} {'about MB':>9}  made with")
    for item in listed:
        numbers = f"{item.documents:9,} {item.chunks:9,} {item.megabytes:9.1f}"
        made = f"{item.dense_model}, {item.dim} dimensions, {item.language}, {item.chunk_tokens} tokens"
        say(f"{item.name:32} {numbers}  {made}{_STATES[item.state]}")
    say('"About MB" is the size of the texts and vectors.' + _on_disk(settings))
    return 0


def _on_disk(settings: Settings) -> str:
    if not settings.is_embedded:
        return ""
    database = settings.index_file
    files = [database] if database.is_file() else [file for file in database.rglob("*") if file.is_file()]
    return f" {database} takes {sum(file.stat().st_size for file in files) / 1e6:,.1f} MB on disk."


async def _listed(settings: Settings) -> list[Listed]:
    from qa.store.catalog import generations

    if settings.is_embedded and not settings.index_file.exists():
        return []
    async with connected(settings) as connection:
        everything = await generations(connection)
        # They are sorted, so the last of each name stays.
        answering = {item.name: item.physical for item in everything if item.ready}
        return [
            await _listing(connection, item, answers=answering.get(item.name) == item.physical) for item in everything
        ]


async def _listing(connection: "Connection", generation: "Generation", *, answers: bool) -> Listed:
    from qa.store import Index

    made = generation.settings
    status = await Index(connection, generation.name, generation).status()
    # Measured on the sample: a chunk takes its dense vector, 900 bytes of text and names, and 600 of terms.
    megabytes = status.chunks * (4 * made.dim + 1_500) / 1e6
    return Listed(
        name=generation.name,
        documents=status.documents,
        chunks=status.chunks,
        dense_model=made.dense_model,
        dim=made.dim,
        language=made.language,
        chunk_tokens=made.chunk_tokens,
        megabytes=round(megabytes, 1),
        state="ready" if answers else "outdated" if generation.ready else "being rebuilt",
    )


# Renaming and dropping


def _rename(arguments: argparse.Namespace) -> int:
    settings = named(settings_from(arguments), arguments.name)
    new = named(settings, arguments.new)
    if new == settings:
        raise ConfigError(f'"{arguments.new}" is already its name; choose another one')
    check_index(settings)
    signals.run(_renamed(settings, new))
    say(f'"{arguments.name}" is now "{arguments.new}"')
    return 0


async def _renamed(settings: Settings, new: Settings) -> None:
    from qa.store.catalog import generations

    async with turns(settings, new), connected(settings) as connection:
        index = await opened(connection, settings.collection)
        if any(item.name == new.collection for item in await generations(connection)):
            raise StoreError(f'collection "{new.collection}" already exists; drop it or choose another name')
        # Other generations under the old name would answer to it, or count as an unfinished rebuild of its next owner.
        await index.drop_others(unfinished=True)
        if index.generation:
            await index.declare(replace(index.generation, name=new.collection))


def _drop(arguments: argparse.Namespace) -> int:
    settings = named(settings_from(arguments), arguments.name)
    check_index(settings)
    # Asked between two runs of the event loop: inside one, Ctrl-C would wait until the line is typed.
    if not arguments.yes and not _confirmed(settings.collection, *signals.run(_held(settings))):
        say(f'"{arguments.name}" stays')
        return 1
    signals.run(_dropped(settings))
    say(f'"{arguments.name}" is dropped')
    return 0


async def _held(settings: Settings) -> tuple[int, int]:
    """Return how many documents and chunks would be deleted."""
    from qa.store import Index

    async with connected(settings) as connection:
        mine = await generations_of(connection, settings.collection)
        held = [await Index(connection, item.name, item).status() for item in mine]
    return max((status.documents, status.chunks) for status in held)


async def _dropped(settings: Settings) -> None:
    from qa.store import Index

    async with turns(settings), connected(settings) as connection:
        # The one that answers is the last of those that are ready: cut off, none of the others answers in its place.
        for item in await generations_of(connection, settings.collection):
            await Index(connection, item.name, item).drop()


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
