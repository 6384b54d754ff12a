"""`footnote collections`, `migrate` and `reindex`: whole collections listed, moved and rebuilt."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import command as ingest_command
from qa.arguments import CONNECTION, SERVER, WRITING, add_settings, settings_from
from qa.config import Settings
from qa.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from qa.store import Generation, Index
    from qa.store.connection import Connection
    from qa.store.transfer import Copied

_ENGINE = tuple(name for name in CONNECTION if name != "collection")


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands to `footnote`."""
    parser = commands.add_parser("collections", help="list, rename, drop, export and import collections")
    parser.set_defaults(run=_list)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    add_settings(parser, _ENGINE)
    actions = parser.add_subparsers(metavar="ACTION")

    rename = _action(actions, "rename", _rename, "give a collection another name")
    rename.add_argument("name", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    drop = _action(actions, "drop", _drop, "delete a collection and everything in it")
    drop.add_argument("name", metavar="NAME")
    drop.add_argument("--yes", action="store_true", help="do not ask")
    export = _action(actions, "export", _export, "write a collection with its vectors to a folder")
    export.add_argument("name", metavar="NAME")
    export.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder")
    load = _action(actions, "import", _import, "store a collection that was exported")
    load.add_argument("folder", type=Path, metavar="FOLDER", help="what export wrote")
    load.add_argument("--as", dest="name", metavar="NAME", help="call it so; else as it was called")

    migrate = commands.add_parser("migrate", help="copy collections with their vectors to another engine")
    migrate.set_defaults(run=_migrate)
    migrate.add_argument("source", metavar="FROM_URI", help="file of an embedded index, or http(s):// of a server")
    migrate.add_argument("target", metavar="TO_URI", help="the same")
    migrate.add_argument("--only", metavar="NAME", help="this collection alone; else all")
    add_settings(migrate, ("home", "timeout_s", "engine_idle_s", *SERVER))

    reindex = commands.add_parser("reindex", help="rebuild a collection from its stored text, with other models")
    reindex.set_defaults(run=_reindex)
    reindex.add_argument("--json", action="store_true", help="print the report as JSON")
    reindex.add_argument("--quiet", action="store_true", help="no progress")
    add_settings(reindex, WRITING)


def _action(actions: Any, name: str, run: Any, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=summary)
    parser.set_defaults(run=run)
    add_settings(parser, _ENGINE)
    return parser


# Listing


@dataclass(frozen=True, slots=True)
class Listed:
    """One generation of one collection, as it is listed; `megabytes` are those of its texts and vectors, about."""

    name: str
    documents: int
    chunks: int
    dense_model: str
    dim: int
    language: str
    chunk_tokens: int
    megabytes: float
    ready: bool


def _list(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    listed = asyncio.run(_listed(settings))
    if arguments.json:
        print(json.dumps([asdict(item) for item in listed], ensure_ascii=False))
        return 0
    if not listed:
        print("there are no collections yet; make one with: footnote ingest PATH")
        return 0
    print(f"{'collection':32} {'documents':>9} {'chunks':>9} {'about MB':>9}  model")
    for item in listed:
        state = "" if item.ready else "  (being rebuilt; footnote reindex goes on)"
        numbers = f"{item.documents:9,} {item.chunks:9,} {item.megabytes:9.1f}"
        print(f"{item.name:32} {numbers}  {item.dense_model}, {item.dim} dimensions, {item.language}{state}")
    return 0


async def _listed(settings: Settings) -> list[Listed]:
    from qa.store.catalog import generations

    if settings.is_embedded and not settings.database.exists():
        return []
    async with _connected(settings) as connection:
        return [await _listing(connection, item) for item in await generations(connection)]


async def _listing(connection: "Connection", generation: "Generation") -> Listed:
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
        ready=generation.ready,
    )


# Renaming and dropping


def _rename(arguments: argparse.Namespace) -> int:
    settings = _named(settings_from(arguments), arguments.name)
    new = _named(settings, arguments.new)
    if new == settings:
        raise ConfigError(f'"{arguments.new}" is its name already; choose another one')
    asyncio.run(_renamed(settings, new))
    print(f'"{arguments.name}" is now "{arguments.new}"')
    return 0


async def _renamed(settings: Settings, new: Settings) -> None:
    from qa.store import Index

    async with _writing(settings), _writing(new), _connected(settings) as connection:
        index = await _opened(connection, settings.collection)
        if await Index(connection, new.collection).exists():
            raise StoreError(f'there is a collection "{new.collection}" already; drop it or choose another name')
        if index.generation:
            await index.declare(replace(index.generation, name=new.collection))


def _drop(arguments: argparse.Namespace) -> int:
    settings = _named(settings_from(arguments), arguments.name)
    if asyncio.run(_dropped(settings, sure=arguments.yes)):
        print(f'"{arguments.name}" is dropped')
        return 0
    print(f'"{arguments.name}" stays')
    return 1


async def _dropped(settings: Settings, *, sure: bool) -> bool:
    from qa.store import Index
    from qa.store.catalog import generations

    async with _writing(settings), _connected(settings) as connection:
        index = await _opened(connection, settings.collection)
        status = await index.status()
        if not sure and not await asyncio.to_thread(_confirmed, settings.collection, status.documents, status.chunks):
            return False
        for generation in await generations(connection):
            if generation.name == settings.collection:
                await Index(connection, generation.name, generation).drop()
    return True


def _confirmed(name: str, documents: int, chunks: int) -> bool:
    if not sys.stdin.isatty():
        raise ConfigError(f'"{name}" holds {documents:,} documents; add --yes to drop it where nobody can be asked')
    print(
        f'"{name}" holds {documents:,} documents in {chunks:,} chunks. Type its name to drop it: ', end="", flush=True
    )
    return sys.stdin.readline().strip() == name


# Moving


def _export(arguments: argparse.Namespace) -> int:
    settings = _named(settings_from(arguments), arguments.name)
    documents, chunks = asyncio.run(_exported(settings, arguments.folder.expanduser().absolute()))
    print(f"{documents:,} documents and {chunks:,} chunks written to {arguments.folder}")
    return 0


async def _exported(settings: Settings, folder: Path) -> tuple[int, int]:
    from qa.store.portable import write_export
    from ui.terminal import stages

    # Nobody may change the collection meanwhile, or the folder would hold something that never was.
    async with _writing(settings), _connected(settings) as connection:
        index = await _opened(connection, settings.collection)
        with stages(quiet=False) as on_progress:
            exported = await write_export(index, folder, on_progress=on_progress)
    return len(exported.rows), exported.chunks


def _import(arguments: argparse.Namespace) -> int:
    from qa.store.portable import read_export

    exported = read_export(arguments.folder.expanduser().absolute())
    name = arguments.name or exported.generation.name
    settings = _named(settings_from(arguments), name)
    copied = asyncio.run(_imported(settings, exported))
    print(_words(copied, name))
    return 0


async def _imported(settings: Settings, exported: Any) -> "Copied":
    from qa.store import Index
    from qa.store.portable import store_export
    from ui.terminal import stages

    async with _writing(settings), _connected(settings) as connection:
        with stages(quiet=False) as on_progress:
            return await store_export(exported, Index(connection, settings.collection), on_progress=on_progress)


def _migrate(arguments: argparse.Namespace) -> int:
    source = replace(settings_from(arguments), uri=arguments.source)
    target = replace(source, uri=arguments.target)
    if _place(source) == _place(target):
        raise ConfigError(f"{arguments.source} and {arguments.target} are the same engine; name two")
    if source.is_embedded and not source.database.exists():
        raise StoreError(f"there is no index at {source.database}; name the file of one")
    for line in asyncio.run(_migrated(source, target, arguments.only)):
        print(line)
    return 0


async def _migrated(source: Settings, target: Settings, only: str | None) -> list[str]:
    from qa.store import Index
    from qa.store.catalog import generations
    from qa.store.transfer import SAMPLE_DOCUMENTS, copy
    from ui.terminal import stages

    lines = []
    async with _connected(source) as here, _connected(target) as there:
        ready = [item for item in await generations(here) if item.ready and only in (None, item.name)]
        newest = {item.name: item for item in ready}
        if not newest:
            raise _unknown(only or "", {item.name for item in await generations(here)})
        for name in newest:
            async with _writing(_named(source, name)), _writing(_named(target, name)):
                index = await _opened(here, name)
                with stages(quiet=False) as on_progress:
                    copied = await copy(index, Index(there, name), on_progress=on_progress)
            compared = min(SAMPLE_DOCUMENTS, copied.documents + copied.present)
            lines.append(f"{_words(copied, name)}; {compared} documents compared field by field, chosen with seed 0")
    return lines


def _reindex(arguments: argparse.Namespace) -> int:
    from ingest.reindex import reindex

    settings = settings_from(arguments)
    with ingest_command.progress(quiet=arguments.quiet) as (say, on_progress):
        say("the old collection answers until the new one is ready")
        report = asyncio.run(
            reindex(settings, on_wait=lambda holder: say(ingest_command.waiting(holder)), on_progress=on_progress)
        )
    if arguments.json:
        print(json.dumps({**asdict(report), "elapsed_s": round(report.elapsed_s, 2)}, ensure_ascii=False))
    else:
        before = f", {report.unchanged} were rebuilt before" if report.unchanged else ""
        work = f"{report.chunks_embedded} chunks embedded, {report.elapsed_s:.1f} s"
        print(f"{report.added} documents rebuilt{before}: {work}")
    return 0


# What they share


def _named(settings: Settings, name: str) -> Settings:
    return replace(settings, collection=name)


def _place(settings: Settings) -> str:
    return str(settings.database.expanduser().resolve()) if settings.is_embedded else settings.uri.rstrip("/")


def _words(copied: "Copied", name: str) -> str:
    there = f", {copied.present:,} were there already" if copied.present else ""
    return f'{copied.documents:,} documents and {copied.chunks:,} chunks stored in "{name}"{there}'


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator["Connection"]:
    from qa.wiring import open_settings_index

    async with open_settings_index(settings) as index:
        yield index.connection


def _writing(settings: Settings) -> AbstractAsyncContextManager[None]:
    from qa.wiring import writing

    return writing(settings, on_wait=lambda holder: print(ingest_command.waiting(holder), file=sys.stderr, flush=True))


async def _opened(connection: "Connection", name: str) -> "Index":
    from qa.store import Index
    from qa.store.catalog import generations

    index = Index(connection, name)
    if not await index.exists():
        raise _unknown(name, {item.name for item in await generations(connection)})
    await index.open()
    return index


def _unknown(name: str, known: set[str]) -> StoreError:
    names = ", ".join(f'"{other}"' for other in sorted(known))
    return StoreError(
        f'there is no collection "{name}"; ' + (f"there are {names}" if names else "there is none at all")
    )
