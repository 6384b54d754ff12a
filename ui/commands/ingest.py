"""`footnote ingest`: the bulk ingest, whose options and work are in `ingest.command`."""

import argparse

from ingest import command


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("ingest", help="bring the index in step with files and folders")
    parser.set_defaults(run=command.run)
    command.add_arguments(parser)
