"""What every entry point does around its command: logging set up, errors as one line, the exit status."""

import argparse
import logging
import os
import sys
import warnings
from collections.abc import Callable

from qa.command.printing import print_safely_always, warn
from qa.errors import QAError

INTERRUPTED = 130


def guarded(command: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """Run a command and return its exit status; a `QAError` becomes one line on stderr and 1.

    Only a bug shows a traceback.
    A pipe that the reader closed, as in `footnote ask … | head -1`, ends the command quietly.
    """
    quieten()
    try:
        status = command(arguments)
        sys.stdout.flush()
        return status
    except QAError as error:
        warn(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        warn("stopped; what was finished is kept, and the same command goes on from there")
        return INTERRUPTED
    except BrokenPipeError:
        # Else Python tries to write the rest at its exit, and says that it failed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def quieten() -> None:
    """Keep libraries' own log lines and advice off the terminal: what matters of them comes as an error of ours."""
    # Else gRPC writes a line of its own when an idle connection is closed. Read when grpc is imported.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    print_safely_always()
    for name in ("milvus_lite", "fastembed", "transformers", "sentence_transformers", "httpx"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
