"""`footnote users`: who may sign in where Footnote is served to others."""

import argparse

from qa.command.options import add_settings
from qa.command.parser import Commands
from qa.command.printing import say, say_json, warn
from ui.commands.people import NEEDED, action, opened, typed_password


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("users", help="add, list and remove who may sign in to footnote serve")
    parser.set_defaults(run=_list)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    add_settings(parser, NEEDED)
    actions = parser.add_subparsers(metavar="ACTION")
    add = action(actions, "add", _add, "add a user; the password is asked for, or read from standard input")
    add.add_argument("name", metavar="NAME", help="how they sign in; with --oidc their e-mail address")
    add.add_argument("--owner", action="store_true", help="every collection is theirs, and they may look after others")
    add.add_argument("--oidc", action="store_true", help="they have no password here: an OpenID provider knows them")
    action(actions, "passwd", _passwd, "give a user a new password, which ends their sessions").add_argument(
        "name", metavar="NAME"
    )
    action(actions, "remove", _remove, "remove a user with their sessions and keys").add_argument(
        "name", metavar="NAME"
    )
    listing = action(actions, "list", _list, "list the users")
    listing.add_argument("--json", action="store_true", help="print as JSON", default=argparse.SUPPRESS)


def _add(arguments: argparse.Namespace) -> int:
    from qa.accounts.users import Users, named

    name = named(arguments.name)  # before anybody types a password for nothing
    password = None if arguments.oidc else typed_password()
    with opened(arguments) as database:
        user = Users(database).add(name, password, is_owner_of_all=arguments.owner)
    say(f"{user.name} may sign in" + (" with the OpenID provider" if arguments.oidc else ""))
    if not user.is_owner_of_all:
        warn(f"they may read nothing yet; give them a role with: footnote grants add {user.name} reader COLLECTION")
    return 0


def _passwd(arguments: argparse.Namespace) -> int:
    from qa.accounts.users import Users, unknown

    with opened(arguments) as database:
        users = Users(database)
        if users.get(arguments.name) is None:
            raise unknown(arguments.name)
        users.set_password(arguments.name, typed_password())
    say(f"{arguments.name} has a new password; all their sessions have ended")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from qa.accounts.users import Users

    with opened(arguments) as database:
        Users(database).remove(arguments.name)
    say(f"{arguments.name} is removed, with all sessions and keys")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from qa.accounts.users import Users

    with opened(arguments) as database:
        users = Users(database).list()
    if arguments.json:
        say_json(
            [
                {
                    "name": user.name,
                    "owner": user.is_owner_of_all,
                    "signs_in_with": "password" if user.has_password else "oidc",
                    "created": user.created.isoformat(),
                }
                for user in users
            ]
        )
        return 0
    if not users:
        say("there are no users yet; add one with: footnote users add NAME")
    for user in users:
        way = "password" if user.has_password else "OpenID provider"
        say(f"{user.name:32} {way:16} {user.created:%Y-%m-%d}{'  owner of all' if user.is_owner_of_all else ''}")
    return 0
