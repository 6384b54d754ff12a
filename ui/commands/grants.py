"""`footnote grants`: what people may read and do where Footnote is served to others."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa.command import signals
from qa.command.options import add_settings, settings_from
from qa.command.parser import Commands
from qa.command.printing import say, say_json, warn
from qa.config import Settings
from qa.errors import FilterError, QAError
from ui.commands.by_name import listed_names
from ui.commands.people import NEEDED, action, opened

if TYPE_CHECKING:
    from qa.accounts.access import Grant

_ROLES = ("reader", "editor", "owner")


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("grants", help="say who may read, change or own which collection")
    parser.set_defaults(run=_list)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    add_settings(parser, NEEDED)
    actions = parser.add_subparsers(metavar="ACTION")
    add = action(actions, "add", _add, "let somebody read a collection, change its documents, or own it")
    add.add_argument("name", metavar="NAME", help="a user, as footnote users lists them")
    add.add_argument("role", metavar="ROLE", choices=_ROLES, help=f"one of {', '.join(_ROLES)}")
    _add_documents(add)
    remove = action(actions, "remove", _remove, "take a role back")
    remove.add_argument("name", metavar="NAME", help="a user")
    _add_documents(remove)
    listing = action(actions, "list", _list, "list who has which role")
    listing.add_argument("--json", action="store_true", help="print as JSON", default=argparse.SUPPRESS)
    mine = action(actions, "conversations", _hand_over, "give the conversations of this machine to a user")
    mine.add_argument("name", metavar="NAME", help="a user: those that were begun without accounts are theirs from now")


def _add_documents(parser: argparse.ArgumentParser) -> None:
    # Not "collection": that is a setting, which has to be a name.
    parser.add_argument("which", metavar="COLLECTION", help='name of a collection, or "*" for all of them')
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="CONDITION",
        help="only documents that pass this, such as source=hr/* or type=pdf; may be given again",
    )


def _add(arguments: argparse.Namespace) -> int:
    from qa.accounts.access import checked_grant
    from qa.accounts.grants import Grants

    with opened(arguments) as database:
        name = _user(database, arguments.name)
        grant = checked_grant(name, arguments.role, arguments.which, arguments.where)
        Grants(database).add(grant)
    say(f"{grant.person} is {_said(grant)}")
    if said := _unknown(settings_from(arguments), grant):
        warn(said)
    return 0


def _unknown(settings: Settings, grant: "Grant") -> str:
    """Return what is said of a collection that is not there, or of a rule that none of its documents passes; else "".

    A role may be given before what it is for is there. Nothing is said where the index cannot be asked.
    """
    from qa.accounts.access import EVERY
    from qa.text.nearest import did_you_mean

    collection = grant.collection
    if collection == EVERY:
        return ""
    try:
        names = signals.run(listed_names(settings))
        if collection in names:
            return signals.run(_unmatched(replace(settings, collection=collection), grant)) if grant.rule else ""
    except QAError:
        return ""
    return (
        f'there is no collection "{collection}" yet, so the role counts once there is{did_you_mean(collection, names)}'
    )


async def _unmatched(settings: Settings, grant: "Grant") -> str:
    from qa.store.where import parse_filter
    from qa.wiring import open_settings_index

    async with open_settings_index(settings) as index:
        try:
            await index.facets(parse_filter(grant.rule))
        except FilterError as error:
            return f"{grant.person} may read nothing by this yet: {error}"
    return ""


def _remove(arguments: argparse.Namespace) -> int:
    from qa.accounts.access import Grant
    from qa.accounts.grants import Grants
    from qa.accounts.users import named
    from qa.errors import ConfigError

    grant = Grant(named(arguments.name), "reader", arguments.which, tuple(arguments.where))
    with opened(arguments) as database:
        if not Grants(database).remove(grant):
            raise ConfigError(
                f"{grant.person} has no such role; what they have is listed by: footnote grants list"
                + ("" if grant.rule else ", and is taken back with the same --where")
            )
    say(f"{grant.person} has this role no more")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from qa.accounts.grants import Grants

    with opened(arguments) as database:
        found = Grants(database).listed()
    if arguments.json:
        say_json(
            [
                {"name": one.person, "role": one.role, "collection": one.collection, "where": list(one.rule)}
                for one in found
            ]
        )
        return 0
    if not found:
        say("nobody has a role yet; give one with: footnote grants add NAME reader COLLECTION")
    for grant in found:
        say(f"{grant.person:32} {_said(grant)}")
    return 0


def _hand_over(arguments: argparse.Namespace) -> int:
    from qa.database.conversations import Conversations

    with opened(arguments) as database:
        name = _user(database, arguments.name)
        count = Conversations(database).hand_over(name)
    say(f"{count} conversation{'' if count == 1 else 's'} of this machine {'is' if count == 1 else 'are'} {name}'s now")
    return 0


def _user(database: Any, name: str) -> str:
    """Return the name of a user as it is stored.

    Raises:
        ConfigError: There is none.
    """
    from qa.accounts.users import Users, unknown

    user = Users(database).get(name)
    if user is None:
        raise unknown(name)
    return user.name


def _said(grant: Any) -> str:
    of = "all collections" if grant.collection == "*" else f'"{grant.collection}"'
    rule = f", where {', '.join(grant.rule)}" if grant.rule else ""
    return f"{grant.role} of {of}{rule}"
