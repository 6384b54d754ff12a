"""`footnote keys`: keys by which programs ask in a user's name."""

import argparse

from qa.command.options import add_settings
from qa.command.parser import Commands
from qa.command.printing import say, say_json, warn
from ui.commands.people import NEEDED, action, opened


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("keys", help="make, list and remove keys by which programs ask in a user's name")
    parser.set_defaults(run=_list, of="")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    add_settings(parser, NEEDED)
    actions = parser.add_subparsers(metavar="ACTION")
    add = action(actions, "add", _add, "make a key for a user; it is shown once")
    add.add_argument("of", metavar="USER")
    add.add_argument("--label", default="", metavar="TEXT", help="what it is for")
    add.add_argument(
        "--scope",
        action="append",
        choices=("read", "write", "admin"),
        metavar="SCOPE",
        help="what it may be used for besides reading: write, admin; may be repeated",
    )
    lasting = add.add_mutually_exclusive_group()
    lasting.add_argument("--days", type=int, default=90, metavar="N", help="days after which it ends (default 90)")
    lasting.add_argument("--no-expiry", action="store_true", help="it never ends by itself")
    action(actions, "remove", _remove, "remove a key").add_argument("id", metavar="ID")
    listing = action(actions, "list", _list, "list the keys")
    listing.add_argument("of", nargs="?", default="", metavar="USER", help="those of one user")
    listing.add_argument("--json", action="store_true", help="print as JSON", default=argparse.SUPPRESS)


def _add(arguments: argparse.Namespace) -> int:
    from qa.accounts.keys import Keys
    from qa.accounts.users import Users

    days = None if arguments.no_expiry else arguments.days
    with opened(arguments) as database:
        key, secret = Keys(database).add(
            arguments.of, label=arguments.label, scopes=arguments.scope or ("read",), days=days
        )
        user = Users(database).get(key.user)
    if "admin" in key.scopes and user and not user.is_owner_of_all:
        warn(f'{key.user} is no owner of all: the scope "admin" counts for nothing until they are')
    ends = f"until {key.expires:%Y-%m-%d}" if key.expires else "for ever"
    # The key alone on stdout, for a program that keeps it.
    scopes = f"scope{'' if len(key.scopes) == 1 else 's'} {', '.join(sorted(key.scopes))}"
    warn(f"key {key.id} of {key.user}, with the {scopes}, {ends}. It is not shown again:")
    say(secret)
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from qa.accounts.keys import Keys

    with opened(arguments) as database:
        Keys(database).remove(arguments.id)
    say(f"key {arguments.id} is removed")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from qa.accounts.keys import Keys

    with opened(arguments) as database:
        found = Keys(database).list(arguments.of)
    if arguments.json:
        say_json(
            [
                {
                    "id": key.id,
                    "user": key.user,
                    "label": key.label,
                    "scopes": sorted(key.scopes),
                    "created": key.created.isoformat(),
                    "expires": key.expires.isoformat() if key.expires else None,
                    "used": key.used.isoformat() if key.used else None,
                }
                for key in found
            ]
        )
        return 0
    if not found:
        say("there are no keys yet; make one with: footnote keys add USER")
    for key in found:
        ends = (
            "never ends" if key.expires is None else f"{'ended' if key.is_expired else 'ends'} {key.expires:%Y-%m-%d}"
        )
        used = f"used {key.used:%Y-%m-%d %H:%M}" if key.used else "never used"
        say(f"{key.id}  {key.user:20} {','.join(sorted(key.scopes)):17} {ends:18} {used:22} {key.label}".rstrip())
    return 0
