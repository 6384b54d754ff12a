"""A process that reads files for an ingest: a parser that hangs, crashes or grows takes only its own file down.

`ingest.read.workers` starts it, writes jobs to its standard input and reads outcomes from its standard output, each a
pickled object behind its length. It ends when its input does, or when the process that started it dies.
"""

import os
import pickle
import signal
import struct
import sys
from typing import Any, BinaryIO

from qa.command.signals import ignore_signals

LENGTH = struct.Struct("<Q")


def main(memory_bytes: int) -> None:
    """Do jobs until there are none, within a limit on memory (where the system enforces one; 0 for none)."""
    _die_with_parent()
    ignore_signals()  # they reach the whole group, and the ingest decides
    if memory_bytes:
        _limit(memory_bytes)
    if hasattr(os, "nice"):
        os.nice(19)  # two threads of the model wait for each other: a reader that takes one's turn costs both
    jobs = os.fdopen(os.dup(0), "rb")
    # Parsers print; what they say must not get between the outcomes.
    outcomes = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while (job := _read(jobs)) is not None:
        data = pickle.dumps(_outcome(job), pickle.HIGHEST_PROTOCOL)
        outcomes.write(LENGTH.pack(len(data)))
        outcomes.write(data)
        outcomes.flush()


def _outcome(job: Any) -> Any:
    """Return what came of a job: a `Prepared`, or the reason why there is none and whether it may pass."""
    from ingest.read.prepare import prepare
    from qa.errors import LoadError

    try:
        return prepare(job)
    except LoadError as error:
        return error.reason, error.passing
    except MemoryError:
        # What the job held is freed by now, or the next one fails as well and says so.
        return "needs more memory than a file may take; raise --max-memory, or split the file", False


def _read(jobs: BinaryIO) -> Any:
    head = jobs.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return pickle.loads(jobs.read(LENGTH.unpack(head)[0]))


def _limit(memory_bytes: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    except (ImportError, ValueError, OSError):
        return  # Windows has no such limit


def _die_with_parent() -> None:
    """Ask Linux to kill this process with its parent; elsewhere it ends after the file in hand."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


if __name__ == "__main__":
    main(int(sys.argv[1]))
