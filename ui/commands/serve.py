"""`footnote serve`: the chat, and the HTTP interface for programs, on one port."""

import argparse
import re

from qa.command.options import ASKING, SERVING, add_settings, given_in, settings_from
from qa.command.parser import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("serve", help="serve the chat, and an HTTP interface for programs")
    parser.set_defaults(run=run)
    parser.add_argument("--port", type=int, default=8501, help="port on which it listens (default 8501)")
    parser.add_argument(
        "--host",
        default="",
        metavar="ADDRESS",
        help="address on which it listens, 0.0.0.0 for all; others must sign in (default this machine alone)",
    )
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        type=host_name,
        metavar="HOST",
        help="a further name under which programs reach it, such as host.docker.internal; may be repeated",
    )
    add_settings(parser, (*ASKING, "database", "machine_folders", "requests_per_minute", "requests_at_once", *SERVING))


def host_name(text: str) -> str:
    """Return a name of a machine as browsers and programs send it.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    name = text.strip().lower()
    if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?", name):
        raise argparse.ArgumentTypeError(f'"{text}" is not a name of a machine; leave out http:// and the port')
    return name


def run(arguments: argparse.Namespace) -> int:
    """Serve until it is stopped, and return the exit status."""
    from ui.web.server import serve

    settings_from(arguments)  # what is impossible is said here, before anything starts
    return serve(
        given_in(arguments),
        port=arguments.port,
        host=arguments.host,
        names=arguments.name,
        browser=False,
        programs=True,
    )
