"""When a command began, so that the time it reports is the time that somebody waited."""

import os
import time
from contextlib import suppress
from pathlib import Path

_IMPORTED = time.monotonic()


def process_started() -> float:
    """Return when this process started, by `time.monotonic`; before Python and the imports if the system tells."""
    # Without Linux' /proc only the time since this module's import is counted; Python takes some 30 ms before that.
    with suppress(OSError, ValueError, IndexError, AttributeError):
        # The 20th field after the name, which may hold anything: ticks from the machine's start to the process's.
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
        started = time.monotonic() - age
        # A container may have a clock of its own, which differs from this one.
        if 0 <= _IMPORTED - started < 60:
            return started
    return _IMPORTED
