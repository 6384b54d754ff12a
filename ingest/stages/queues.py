"""Queues between the stages of an ingest that neither fill the memory nor outlive a stage that failed."""

import asyncio
import time
from typing import TypeVar

T = TypeVar("T")


async def put(queue: asyncio.Queue[T], item: T) -> None:
    """Put an item, unless this stage is to end."""
    _honour_cancellation()
    await queue.put(item)


async def get(queue: asyncio.Queue[T]) -> T:
    """Get an item, unless this stage is to end."""
    _honour_cancellation()
    return await queue.get()


class Budget:
    """A number of bytes that may be in flight; what is larger than all of it waits until it is alone."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._open = False
        self._changed = asyncio.Event()

    async def take(self, size: int) -> None:
        """Wait until there is room for `size` bytes, and take them."""
        while self._used and self._used + size > self._limit and not self._open:
            _honour_cancellation()
            self._changed.clear()
            await self._changed.wait()
        self._used += size

    def give(self, size: int) -> None:
        """Give back what was taken."""
        self._used -= size
        self._changed.set()

    def open(self) -> None:
        """Let everyone through from now on."""
        self._open = True
        self._changed.set()


class Waits:
    """Sums how long a stage has waited for its input; enter it with `with` for each wait."""

    def __init__(self) -> None:
        self._past_s = 0.0
        self._since: float | None = None

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._past_s = self.seconds
        self._since = None

    @property
    def seconds(self) -> float:
        """The sum until now."""
        return self._past_s + (time.monotonic() - self._since if self._since is not None else 0.0)


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error that stopped the stages; the others are consequences."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _honour_cancellation() -> None:
    """End this stage if it was cancelled while the index answered.

    The client awaits through asyncio.wait_for, which on Python 3.11 swallows a cancellation that comes in the instant
    of the answer. The stage would then wait for ever for the one that failed.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
