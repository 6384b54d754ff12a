"""`footnote audit`: who asked and opened what."""

import argparse
from dataclasses import asdict
from datetime import UTC, datetime

from qa.command.options import add_settings
from qa.command.parser import Commands
from qa.command.printing import say, say_json
from qa.errors import ConfigError
from ui.commands.people import NEEDED, opened

_SHOWN = 100


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("audit", help="show who asked and opened what")
    parser.set_defaults(run=run)
    parser.add_argument("--user", dest="person", default="", metavar="NAME", help="what one user did")
    parser.add_argument(
        "--action", dest="kind", default="", metavar="ACTION", help="one kind alone, such as asked or opened"
    )
    parser.add_argument("--in", dest="within", default="", metavar="COLLECTION", help="in one collection")
    parser.add_argument("--since", type=_day, metavar="DATE", help="from this day or moment on, as in 2026-03-01")
    parser.add_argument("--until", type=_day, metavar="DATE", help="before this day or moment")
    parser.add_argument(
        "--most", type=int, default=_SHOWN, metavar="N", help=f"the newest N entries, 0 for all (default {_SHOWN})"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")
    add_settings(parser, NEEDED)


def run(arguments: argparse.Namespace) -> int:
    """Show what fits, the newest last, and return the exit status."""
    from qa.accounts.audit import ACTIONS, Audit

    if arguments.kind and arguments.kind not in ACTIONS:
        raise ConfigError(f'there is no action "{arguments.kind}"; use one of: {", ".join(ACTIONS)}')
    if arguments.most < 0:
        raise ConfigError(f"--most is {arguments.most}; give a number of entries, or 0 for all")
    with opened(arguments) as database:
        entries = list(
            Audit(database).read(
                person=arguments.person,
                action=arguments.kind,
                collection=arguments.within,
                since=arguments.since,
                until=arguments.until,
                most=arguments.most or None,
            )
        )
    if arguments.json:
        say_json([{**asdict(entry), "at": entry.at.isoformat()} for entry in entries])
        return 0
    if not entries:
        say("nothing fits; footnote serve writes it down where people sign in")
    for entry in entries:
        where = f"[{entry.collection}] " if entry.collection else ""
        who = f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.person:20} {entry.action:10} {entry.through:7}"
        say(f"{who} {where}{entry.subject}".rstrip())
    return 0


def _day(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no date; write it as in 2026-03-01') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
