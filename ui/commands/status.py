"""`footnote status`: what the index holds, and where the settings come from."""

import argparse
import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from qa.command import origins, signals
from qa.command.options import CONNECTION, add_settings, add_where, configured_from, home_of
from qa.command.parser import Commands
from qa.command.printing import counted, say, say_json
from qa.config import read_environment
from qa.store.where import Facets, Filter, parse_filter
from ui.collections import STALE_TERMS

_SHOWN_GAPS = 20

if TYPE_CHECKING:
    from qa.config import Settings
    from qa.store import Status


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("status", help="say what the index holds")
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    add_where(parser)
    add_settings(parser, CONNECTION)


def run(arguments: argparse.Namespace) -> int:
    """Print what the index holds, and return the exit status."""
    configured = configured_from(arguments)
    settings = configured.settings
    status, held, gaps = signals.run(_index_status(settings, parse_filter(arguments.where)))
    uri = str(settings.index_file) if settings.is_embedded else settings.uri
    home = home_of(arguments)
    if arguments.json:
        known = {"home": home.folder, "home_because": home.why, "uri": uri, "collection": settings.collection}
        said = [{"source": source, "what": what} for source, what in gaps]
        values = {**known, **dataclasses.asdict(status), **dataclasses.asdict(held), "gaps": said}
        values["stale_terms"] = status.settings.is_stale
        say_json({**values, "origins": dict(configured.origins)})
    else:
        say(f'collection "{settings.collection}" at {uri}')
        say(f"home: {home}", *filter(None, [home.about_other()]))
        if arguments.where:
            documents = f"{held.documents:,} of {counted(status.documents, 'document')}"
        else:
            documents = counted(held.documents, "document")
        say(f"{documents}, {counted(held.chunks, 'chunk')}")
        for name, counts in (("types", held.types), ("languages", held.languages)):
            if counts:
                say(f"{name}: {', '.join(f'{value} {count:,}' for value, count in counts.items())}")
        if held.documents:
            say(f"dates: {held.first} to {held.last}")
        for source, what in gaps[:_SHOWN_GAPS]:
            say(f"incomplete: {source}: {what}")
        if len(gaps) > _SHOWN_GAPS:
            say(f"and {len(gaps) - _SHOWN_GAPS:,} more are incomplete; --json lists them")
        made = status.settings
        say(f"{made.dense_model} ({made.dim} dimensions) and {made.sparse_model}, {made.language}")
        if made.is_stale:
            say(STALE_TERMS)
        for line in origins.told(configured, Path.cwd()) or ["are all defaults"]:
            say(f"settings {line}")
        for line in origins.mistyped(read_environment(os.environ, Path.cwd())):
            say(line)
    return 0


async def _index_status(settings: "Settings", where: Filter) -> "tuple[Status, Facets, list[tuple[str, str]]]":
    """Return what the index holds, and which parts of its documents it lacks, by source."""
    from qa.wiring import open_settings_index

    async with open_settings_index(settings) as index:
        status, held = await index.status(), await index.facets(where)
        rows = [row for row in await index.rows() if where.matches(row)]
        return status, held, [(row.source, row.metadata["gaps"]) for row in rows if row.metadata.get("gaps")]
