"""When a command began, so that the time it tells is the time that somebody waited."""

import os
import time
from contextlib import suppress
from pathlib import Path

_IMPORTED = time.monotonic()


def process_started() -> float:
    """Return when this process was started, by `time.monotonic`: before Python and the imports, where that is known."""
    # Elsewhere than on Linux only what follows this module's import is seen; Python itself takes some 30 ms before it.
    with suppress(OSError, ValueError, IndexError, AttributeError):
        # After the name, which may hold anything, the 20th of the fields: ticks since the machine was started.
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
        started = time.monotonic() - age
        # In a container a clock of its own may be set apart from this one.
        if 0 <= _IMPORTED - started < 60:
            return started
    return _IMPORTED
