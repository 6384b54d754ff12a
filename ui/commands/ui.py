"""`footnote ui`: the chat in the browser."""

import argparse

from qa.command.options import ASKING, add_settings, given_in, settings_from
from qa.command.parser import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("ui", help="open the chat in the browser")
    parser.set_defaults(run=run)
    parser.add_argument("--port", type=int, default=8501, help="port on this machine (default 8501)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    add_settings(parser, (*ASKING, "database", "machine_folders"))


def run(arguments: argparse.Namespace) -> int:
    """Serve the chat until it is stopped, and return the exit status."""
    from ui.web.server import serve

    settings_from(arguments)  # what is impossible is said here, before anything starts
    return serve(given_in(arguments), port=arguments.port, browser=not arguments.no_browser)
