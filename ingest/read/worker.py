"""A process that reads files for an ingest: a parser that hangs, crashes or grows takes only its own file down.

`ingest.read.workers` starts it, writes jobs to its standard input and reads outcomes from its standard output, each a
pickled object behind its length. It ends when its input does, or when the process that started it dies.
"""

import os
import pickle
import signal
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from ingest.load import pulse
from qa.command.signals import ignore_signals

LENGTH = struct.Struct("<Q")
ALIVE = 0
"""Sent in place of a length: a page of a long file was read."""
AT = (1 << 64) - 1
"""Sent in place of a length: how many pages are read, and of how many, follow as two more."""
NO_MEMORY = "needs more memory than a file may take; raise --max-memory, or split the file"
# A parser that fails this near the limit has run out of memory, whatever it says.
_NEAR = 0.8
_SENDING = threading.Lock()  # pages are read in several threads
_XML_NO_MEMORY = 2  # libxml2's code for it


def main(memory_bytes: int) -> None:
    """Do jobs until there are none, within a limit on memory (where the system enforces one; 0 for none)."""
    _die_with_parent()
    ignore_signals()  # they reach the whole process group; the ingest decides what comes of them
    if memory_bytes:
        _limit(memory_bytes)
    if hasattr(os, "nice"):
        os.nice(19)  # the model's threads wait for each other: a reader that takes the turn of one slows all
    jobs = os.fdopen(os.dup(0), "rb")
    # Parsers print; their output must not get between the outcomes.
    outcomes = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    pulse.listen(lambda: _say(outcomes, ALIVE))
    pulse.follow(lambda done, total: _say(outcomes, AT, done, total))
    while (job := _read(jobs)) is not None:
        try:
            data = pickle.dumps(_outcome(job, memory_bytes), pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            data = pickle.dumps((NO_MEMORY, False))
        # A thread that reads a picture may still say that it is alive, in between.
        with _SENDING:
            outcomes.write(LENGTH.pack(len(data)))
            outcomes.write(data)
            outcomes.flush()


def _say(outcomes: BinaryIO, *numbers: int) -> None:
    with _SENDING:
        outcomes.write(b"".join(map(LENGTH.pack, numbers)))
        outcomes.flush()


def _outcome(job: Any, memory_bytes: int) -> Any:
    """Return what came of a job: a `Prepared`, or the reason why there is none and whether it may pass."""
    from ingest.read.prepare import prepare
    from qa.errors import LoadError

    _forget_peak()
    try:
        return prepare(job)
    except LoadError as error:
        if _lacked_memory(error, memory_bytes):
            return NO_MEMORY, False
        return error.reason, error.passing
    except MemoryError:
        return NO_MEMORY, False


def _lacked_memory(error: BaseException, memory_bytes: int) -> bool:
    """Tell whether a parser that failed had no memory left; most call the file damaged instead."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MemoryError):
            return True
        if type(cause).__module__.startswith("lxml") and getattr(cause, "code", None) == _XML_NO_MEMORY:
            return True
        cause = cause.__cause__ or cause.__context__
    return bool(memory_bytes) and sys.platform == "linux" and _peak_bytes() > _NEAR * memory_bytes


def _forget_peak() -> None:
    """Reset the peak, so that it is that of the file in hand and not of a large one before it."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_bytes() -> int:
    """Return the most memory in bytes that this process has had for the file in hand; 0 where that is not known.

    `ru_maxrss` will not do: a process inherits it from the one that started it, which may hold the model.
    """
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
    return 0


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
