"""`footnote migrate`: whole collections with their vectors, copied to another engine."""

import argparse
from collections.abc import Sequence

from qa.command import signals
from qa.command.options import SERVER, add_settings, settings_from
from qa.command.parser import Commands
from qa.command.printing import say
from qa.config import Settings, is_file
from qa.errors import ConfigError, StoreError
from ui.collections import opened, unknown
from ui.commands.by_name import check_index, connected, named, place, turns
from ui.commands.copied import copied_words


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("migrate", help="copy collections with their vectors to another engine")
    parser.set_defaults(run=run)
    parser.add_argument("source", metavar="FROM_URI", help="file of an embedded index, or http(s):// of a server")
    parser.add_argument("target", metavar="TO_URI", help="the same")
    parser.add_argument(
        "--collection",
        action="append",
        dest="names",
        metavar="NAME",
        help="a collection to copy; may be repeated (default: all)",
    )
    add_settings(parser, ("home", "timeout_s", "engine_idle_s", *SERVER))


def run(arguments: argparse.Namespace) -> int:
    """Copy, print a line for each collection, and return the exit status."""
    source, target = _end(arguments, arguments.source), _end(arguments, arguments.target)
    if place(source) == place(target):
        raise ConfigError(f"{arguments.source} and {arguments.target} are the same engine; name two")
    check_index(source)
    signals.run(_migrated(source, target, arguments.names or ()))
    return 0


def _end(arguments: argparse.Namespace, uri: str) -> Settings:
    """Return the settings of one of the two engines; a file has no tenants, even if the server has some."""
    return settings_from(arguments, uri=uri, **({"tenancy": ""} if is_file(uri) else {}))


async def _migrated(source: Settings, target: Settings, names: Sequence[str]) -> None:
    """Copy the collections of these names, or all if none are given, and print a line for each that arrived."""
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
                say(copied_words(copied, name))
