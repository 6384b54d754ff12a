"""How long a reader may take for a file: by the clock, less the time for which it had no processor.

Readers have the lowest priority, so on a machine whose processors are all busy they hardly have a turn: at a load of 35
three of the sample's 27 papers took more than two minutes.
"""

import asyncio
from contextlib import suppress
from pathlib import Path

_NANOSECONDS = 1e9
# A reader without a turn is given this many times its time, whoever keeps the processors.
_AT_MOST = 20
# Looking costs something too.
_LEAST_S = 0.05


class Patience:
    """The time of one file, from now on; in the event loop that waits for it."""

    def __init__(self, pid: int, seconds: float) -> None:
        self._pid, self._seconds = pid, seconds
        self.renew()

    def renew(self) -> None:
        """Count anew: there is a sign of life."""
        self._since, self._had_waited = asyncio.get_running_loop().time(), starved_s(self._pid)

    def left_s(self) -> float:
        """Return the seconds after which it is worth to look again, 0 if the time is over."""
        passed = asyncio.get_running_loop().time() - self._since
        if passed < self._seconds:
            return self._seconds - passed
        starved = min(max(0.0, starved_s(self._pid) - self._had_waited), (_AT_MOST - 1) * self._seconds)
        left = self._seconds + starved - passed
        return max(left, _LEAST_S) if left > 0 else 0.0


def starved_s(pid: int) -> float:
    """Return for how many seconds a process had work to do and no processor; 0 where the system does not say.

    Of several threads it is the one that waited longest: the others may have waited for that one.
    """
    waited = [0.0]
    with suppress(OSError):
        for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(OSError, ValueError, IndexError):
                waited.append(int(file.read_text().split()[1]) / _NANOSECONDS)
    return max(waited)
