"""How one host is treated: one request at a time, with a pause between two, and none any more once it is dead."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from qa.errors import LoadError

# A dead host would otherwise cost the patience for each of its thousands of pages.
_MOST_FAILURES = 5


class Host:
    """One host, by its name; its ports share it.

    Attributes:
        delay_s: Seconds from the beginning of a request to the earliest beginning of the next.
    """

    def __init__(
        self,
        name: str,
        delay_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.delay_s = delay_s
        self._name = name
        self._clock = clock
        self._sleep = sleep
        self._free_at = 0.0
        self._failures = 0
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, slots: asyncio.Semaphore) -> AsyncIterator[None]:
        """Wait for this host's turn, then for a slot that all hosts share, and note whether the request inside worked.

        Raises:
            LoadError: The last requests all failed.
        """
        async with self._lock:
            if self._failures >= _MOST_FAILURES:
                raise LoadError(
                    self._name,
                    f"{self._name} failed {self._failures} times in a row and was left alone; try again later",
                    passing=True,
                )
            if (wait := self._free_at - self._clock()) > 0:
                await self._sleep(wait)
            async with slots:
                self._free_at = self._clock() + self.delay_s
                try:
                    yield
                except LoadError as error:
                    self._failures = self._failures + 1 if error.passing else 0
                    raise
                self._failures = 0

    def pause(self, seconds: float) -> None:
        """Let the next request begin no earlier than in so many seconds."""
        self._free_at = max(self._free_at, self._clock() + seconds)
