"""`footnote remove`: take documents out of a collection; their files stay."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from contextlib import closing
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from ingest.command import waiting
from ingest.removal import Stored, look_up, remove
from qa.command import signals
from qa.command.options import CONNECTION, add_settings, settings_from
from qa.command.parser import Commands
from qa.command.printing import counted, say, say_json, warn
from qa.config import Settings
from qa.errors import ConfigError, StoreError
from qa.store.where import EVERYTHING, parse_filter
from ui.commands.by_name import check_index

_SHOWN = 20
_NAMED = 3
# Documents that are offered where none is meant, and how like their names must be.
_LIKE, _NEARLY = 3, 0.75


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("remove", help="take documents out of the index; their files stay")
    parser.set_defaults(run=run)
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders and addresses, whether they are still there or not"
    )
    parser.add_argument(
        "--where", action="append", default=[], metavar="NAME=VALUE", help="only documents of which this holds"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="print what was removed as JSON")
    add_settings(parser, CONNECTION)


def run(arguments: argparse.Namespace) -> int:
    """Show what is meant, ask, and remove it.

    Returns:
        0 if it was removed, 1 if nothing is stored of it or the user said no.

    Raises:
        ConfigError: Nothing was named, or nobody can be asked.
        StoreError: There is no index or collection, or it failed.
    """
    if not arguments.paths and not arguments.where:
        raise ConfigError("say what to remove: paths, or --where NAME=VALUE")
    settings = settings_from(arguments)
    check_index(settings)
    where = parse_filter(arguments.where) if arguments.where else EVERYTHING
    # Asked between two runs of the event loop: inside one, Ctrl-C would wait until the line is typed.
    found = signals.run(look_up(settings, arguments.paths, where))
    if found is None:
        raise StoreError(f'there is no collection "{settings.collection}"; footnote collections lists them')
    if not (found.documents or found.failures):
        warn(f'error: nothing of "{settings.collection}" is meant by that; {_meant_instead(settings, arguments.paths)}')
        return 1
    if not arguments.yes and not confirmed(found, settings.collection):
        say("nothing was removed")
        return 1
    removed = signals.run(remove(settings, arguments.paths, where, on_wait=lambda holder: warn(waiting(holder))))
    _leave_out(settings, removed)
    sources = [row.source for row in removed.documents]
    if arguments.json:
        say_json({"removed": sources, "failures": [row.source for row in removed.failures]})
    else:
        say(f"{counted(len(sources), 'document')} removed")
        if any("://" not in place and Path(place).exists() for place in removed.places):
            it, them = ("its file stays", "it") if len(sources) == 1 else ("their files stay", "them")
            say(f"{it}; footnote ingest of the folder stores {them} again")
    return 0


def confirmed(found: Stored, collection: str) -> bool:
    """List what would be removed, and ask.

    Raises:
        ConfigError: Nobody can be asked.
    """
    count = counted(len(found.documents) or len(found.failures), "document" if found.documents else "failure")
    sources = [row.source for row in (found.documents or found.failures)]
    if not sys.stdin.isatty():
        named = ", ".join([*sources[:_NAMED], *(["…"] if len(sources) > _NAMED else [])])
        raise ConfigError(
            f'{count} of "{collection}" would be removed ({named}); nobody can be asked here, so add --yes'
        )
    say(*(f"  {source}" for source in sources[:_SHOWN]))
    if len(sources) > _SHOWN:
        say(f"  … and {len(sources) - _SHOWN:,} more")
    say(f'Remove {count} from "{collection}"? [y/N] ', end="")
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _meant_instead(settings: Settings, paths: Sequence[str]) -> str:
    """Return what to do next: how a pattern is given, which documents have such names, or how to see all."""
    stored = signals.run(look_up(settings, []))
    by_name: dict[str, list[str]] = {}
    for row in (*stored.documents, *stored.failures) if stored else ():
        name = PurePath(row.source).name.casefold()
        for called in {name, name.partition(".")[0]}:
            by_name.setdefault(called, []).append(row.source)
    pattern = next((path for path in paths if _is_pattern(path)), "")
    sources = [row.source.casefold() for row in (stored.documents if stored else ())]
    if pattern and any(fnmatchcase(source, pattern.casefold()) for source in sources):
        return f"patterns go with --where {shlex.quote(f'source={pattern}')}"
    asked = [PurePath(path).name.casefold() for path in paths]
    like = [called for name in asked for called in get_close_matches(name, by_name, n=_LIKE, cutoff=_NEARLY)]
    found = list(dict.fromkeys(source for called in like for source in by_name[called]))[:_LIKE]
    if found:
        return f"did you mean {' or '.join(found)}?"
    return 'footnote ask "list all documents" shows what it holds'


def _is_pattern(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def _leave_out(settings: Settings, removed: Stored) -> None:
    """Keep the chat's watched folders from bringing them back, as when they are removed there."""
    from qa.database.left_out import LeftOut
    from qa.wiring import open_records

    files = [place for place in removed.places if "://" not in place and Path(place).exists()]
    if files:
        with closing(open_records(settings)) as database:
            LeftOut(database).add(settings.collection, files)
