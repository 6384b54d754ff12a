"""What the commands on users, keys and the audit log share: the database, and passwords that are typed."""

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from qa.command.options import add_settings, settings_from
from qa.database.engine import Database
from qa.errors import ConfigError

# The settings of commands that need the database alone.
NEEDED = ("home", "database")


def action(actions: Any, name: str, run: Any, summary: str) -> argparse.ArgumentParser:
    """Add an action such as `add` to a command, and return its parser.

    Args:
        actions: What `add_subparsers` of the command returned.
        name: What is typed.
        run: Called with the parsed arguments; returns the exit status.
        summary: One line for the help.
    """
    parser: argparse.ArgumentParser = actions.add_parser(name, help=summary)
    parser.set_defaults(run=run)
    add_settings(parser, NEEDED)
    return parser


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Database]:
    """Open the database of the settings."""
    from qa.wiring import open_records

    with closing(open_records(settings_from(arguments))) as database:
        yield database


def typed_password() -> str:
    """Return a password that is typed twice, or the first line of what is piped in.

    Raises:
        ConfigError: The two differ, or nothing came.
    """
    if not sys.stdin.isatty():
        # Not stripped of blanks: they may be part of it.
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise ConfigError("no password came; type it in a terminal, or pipe it in as one line")
        return password
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise ConfigError("the two passwords differ; nothing was changed")
    return password
