"""`footnote ingest`: the bulk ingest, whose options and work are in `ingest.command`."""

import argparse

from ingest import command
from qa.command.parser import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("ingest", help="bring the index in step with files and folders")
    parser.set_defaults(run=run)
    command.add_arguments(parser)


def run(arguments: argparse.Namespace, *, says_next: bool = True) -> int:
    """Ingest, and return the exit status."""
    return command.run(arguments, says_next=says_next)
