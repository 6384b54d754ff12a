"""The command `footnote`: its parser, and the way to the command that was named.

Each command is a module of `ui.commands`. What is heavy is imported by the command that needs it.
"""

import argparse
import sys

from qa.command.entry import guarded
from ui.commands import ask, collections, doctor, evaluate, ingest, migrate, reindex, status, ui

_COMMANDS = (ingest, ask, status, collections, migrate, reindex, doctor, ui, evaluate)


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit status: 0, 1 for an error, 2 for wrong usage."""
    arguments = _parser().parse_args(argv)
    return guarded(arguments.run, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnote", description="Answers from your own documents, with a footnote under every sentence."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
