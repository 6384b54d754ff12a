"""What the commands on users, keys and the audit log share: the database, and passwords that are typed."""

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

from qa.command.options import settings_from
from qa.database.engine import Database
from qa.errors import ConfigError

# The settings of commands that need the database alone.
NEEDED = ("home", "database")


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
