"""The plain bulk script: python -m ingest PATH... [--collection NAME] [--json]."""

import sys

from ingest import command
from qa.command.clock import process_started
from qa.command.entry import guarded
from qa.command.garbage import collect_seldom
from qa.command.parser import Parser

if __name__ == "__main__":
    collect_seldom()
    parser = Parser(prog="python -m ingest", description="Bring an index in step with files and folders.")
    command.add_arguments(parser)
    parser.set_defaults(started=process_started())
    sys.exit(guarded(command.run, parser.parse()))
