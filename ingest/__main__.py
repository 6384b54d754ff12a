"""The plain bulk script: python -m ingest PATH... [--collection NAME] [--json]."""

import argparse
import sys

from ingest import command
from qa.command.entry import guarded

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m ingest", description="Bring an index in step with files and folders."
    )
    command.add_arguments(parser)
    sys.exit(guarded(command.run, parser.parse_args()))
