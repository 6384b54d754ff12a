"""What every entry point does around its command: logging set up, errors as one line, the exit status."""

import argparse
import logging
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace

from qa import disk
from qa.command.options import home_of, settings_from
from qa.command.printing import let_reader_go, print_safely_always, warn
from qa.command.signals import INTERRUPTED, STOPPED, stoppable
from qa.errors import QAError, StoreError
from qa.home import Home


def guarded(command: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """Run a command and return its exit status; a `QAError` becomes one line on stderr and 1.

    Only a bug shows a traceback. If a signal ends the command, the status is 128 plus its number. A pipe that its
    reader closed, as in `footnote ask … | head -1`, ends the command quietly.
    """
    open_streams()
    quieten()
    with stoppable() as stops:
        status = _guarded(command, arguments)
        return stops.status if status == INTERRUPTED else status


def _guarded(command: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    try:
        if hasattr(arguments, "uses_settings"):
            _say(_home(arguments).first_about_other())
        status = command(arguments)
        sys.stdout.flush()
        return status
    except QAError as error:
        warn(f"error: {error}")
        if isinstance(error, StoreError):
            _say(_home(arguments).about_other())
        return 1
    except KeyboardInterrupt:
        warn(STOPPED)
        return INTERRUPTED
    except BrokenPipeError:
        let_reader_go()
        return 1
    except OSError as error:
        if not (why := disk.reason(error)):
            raise
        warn(f"error: {why}")
        return 1


def _home(arguments: argparse.Namespace) -> Home:
    """Return the home of a command, which may tell the user about another index."""
    home = home_of(arguments)
    elsewhere = hasattr(arguments, "source") or settings_from(arguments).uri  # `footnote migrate` names both
    return replace(home, other=None) if elsewhere else home


def _say(text: str) -> None:
    if text:
        warn(f"note: {text}")


def open_streams() -> None:
    """Open what stdin, stdout or stderr was closed as, in `footnote ask … >&-`: nothing is read or shown there.

    Else Python has None in its place, and the next file that is opened takes its number, so that what a process of
    ours prints would be written into that file.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                # The lowest free number is the one that was closed: those below are open by now.
                os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115


def quieten() -> None:
    """Keep libraries' own log lines and advice off the terminal: what matters in them becomes an error of ours."""
    # Otherwise gRPC prints a line when an idle connection is closed. It reads this variable on import.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    print_safely_always()
    for name in ("milvus_lite", "fastembed", "transformers", "sentence_transformers", "httpx"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
