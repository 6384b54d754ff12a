"""`footnote serve`: the chat, and the HTTP interface for programs, on one port."""

import argparse

from qa.command.options import ASKING, add_settings, given_in, settings_from
from qa.command.parser import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("serve", help="serve the chat, and an HTTP interface for programs")
    parser.set_defaults(run=run)
    parser.add_argument("--port", type=int, default=8501, help="port on this machine (default 8501)")
    add_settings(parser, (*ASKING, "database", "machine_folders", "requests_per_minute", "requests_at_once"))


def run(arguments: argparse.Namespace) -> int:
    """Serve until it is stopped, and return the exit status."""
    from ui.web.server import serve

    settings_from(arguments)  # what is impossible is said here, before anything starts
    return serve(given_in(arguments), port=arguments.port, browser=False, programs=True)
