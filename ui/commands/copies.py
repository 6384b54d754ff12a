"""`footnote collections export` and `import`, `footnote migrate` and `reindex`: whole collections moved and rebuilt."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.command import waiting
from ingest.progress import progress
from qa.command.options import SERVER, WRITING, add_settings, settings_from
from qa.config import Settings, is_file
from qa.errors import ConfigError, StoreError
from ui.commands.by_name import check_index, connected, named, opened, place, turns, unknown

if TYPE_CHECKING:
    from qa.store.portable import Exported
    from qa.store.transfer import Copied


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands to `footnote`."""
    migrate = commands.add_parser("migrate", help="copy collections with their vectors to another engine")
    migrate.set_defaults(run=_migrate)
    migrate.add_argument("source", metavar="FROM_URI", help="file of an embedded index, or http(s):// of a server")
    migrate.add_argument("target", metavar="TO_URI", help="the same")
    migrate.add_argument(
        "--collection", action="append", dest="names", metavar="NAME", help="one to copy, as often as needed; else all"
    )
    add_settings(migrate, ("home", "timeout_s", "engine_idle_s", *SERVER))

    reindex = commands.add_parser("reindex", help="rebuild a collection from its stored text, with other models")
    reindex.set_defaults(run=_reindex)
    reindex.add_argument("--json", action="store_true", help="print the report as JSON")
    reindex.add_argument("--quiet", action="store_true", help="no progress")
    add_settings(reindex, WRITING)


def export(arguments: argparse.Namespace) -> int:
    """Write a collection to a folder; the exit status."""
    settings = named(settings_from(arguments), arguments.name)
    check_index(settings)
    exported = asyncio.run(_exported(settings, arguments.folder.expanduser().absolute()))
    print(f"{len(exported.rows):,} documents and {exported.chunks:,} chunks written to {arguments.folder}")
    return 0


async def _exported(settings: Settings, folder: Path) -> "Exported":
    from qa.store.portable import write_export
    from ui.terminal import stages

    # Nobody may change the collection meanwhile, or the folder would hold something that never was.
    async with turns(settings), connected(settings) as connection:
        index = await opened(connection, settings.collection)
        with stages(quiet=False) as on_progress:
            return await write_export(index, folder, on_progress=on_progress)


def load(arguments: argparse.Namespace) -> int:
    """Store an export as a collection; the exit status."""
    from qa.store.portable import read_export

    exported = read_export(arguments.folder.expanduser().absolute())
    settings = named(settings_from(arguments), arguments.name or exported.generation.name)
    print(_words(asyncio.run(_imported(settings, exported)), settings.collection))
    return 0


async def _imported(settings: Settings, exported: "Exported") -> "Copied":
    from qa.store import Index
    from qa.store.portable import store_export
    from ui.terminal import stages

    async with turns(settings), connected(settings) as connection:
        with stages(quiet=False) as on_progress:
            return await store_export(exported, Index(connection, settings.collection), on_progress=on_progress)


def _migrate(arguments: argparse.Namespace) -> int:
    source, target = _end(arguments, arguments.source), _end(arguments, arguments.target)
    if place(source) == place(target):
        raise ConfigError(f"{arguments.source} and {arguments.target} are the same engine; name two")
    check_index(source)
    asyncio.run(_migrated(source, target, arguments.names or ()))
    return 0


def _end(arguments: argparse.Namespace, uri: str) -> Settings:
    """Return the settings of one of the two engines; a file has no tenants, whatever the server beside it has."""
    return settings_from(arguments, uri=uri, **({"tenancy": ""} if is_file(uri) else {}))


async def _migrated(source: Settings, target: Settings, names: Sequence[str]) -> None:
    """Copy the collections of these names, all for none, and print a line for each that arrived."""
    from qa.store import Index
    from qa.store.catalog import generations
    from qa.store.transfer import copy
    from ui.terminal import stages

    async with connected(source) as here:
        known = {item.name for item in await generations(here) if item.ready}
        if missing := [name for name in names if name not in known]:
            raise unknown(missing[0], known)
        if not known:
            raise StoreError(f"there is no collection at {place(source)}; nothing was copied")
        async with connected(target) as there:
            for name in dict.fromkeys(names) if names else sorted(known):
                async with turns(named(source, name), named(target, name)):
                    index = await opened(here, name)
                    with stages(quiet=False) as on_progress:
                        copied = await copy(index, Index(there, name), on_progress=on_progress)
                print(_words(copied, name), flush=True)


def _words(copied: "Copied", name: str) -> str:
    from qa.store.transfer import SEED

    parts = [f'{copied.documents:,} documents and {copied.chunks:,} chunks stored in "{name}"']
    if copied.present:
        parts.append(f"{copied.present:,} were there already")
    if copied.others:
        parts.append(f"{copied.others:,} others there stay")
    return f"{', '.join(parts)}; {copied.compared:,} documents compared field by field, chosen with seed {SEED}"


def _reindex(arguments: argparse.Namespace) -> int:
    from ingest.reindex import reindex

    settings = settings_from(arguments)
    check_index(settings)
    with progress(quiet=arguments.quiet) as (say, on_progress):
        say("the old collection answers until the new one is ready")
        report = asyncio.run(reindex(settings, on_wait=lambda holder: say(waiting(holder)), on_progress=on_progress))
    if arguments.json:
        print(json.dumps({**asdict(report), "elapsed_s": round(report.elapsed_s, 2)}, ensure_ascii=False))
    else:
        before = f", {report.unchanged} were rebuilt before" if report.unchanged else ""
        work = f"{report.chunks_embedded} chunks embedded, {report.elapsed_s:.1f} s"
        print(f"{report.added + report.updated} documents rebuilt{before}: {work}")
    return 0
