"""Something that is slow to open, such as a collection: opened when it is first used, and kept open for the next."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)
T = TypeVar("T")


class KeptOpen(Generic[T]):
    """Opens one thing on demand, for all who use it at the same time. It lives in one event loop.

    If opening fails, every waiting user gets the exception, and the next one tries again.
    """

    def __init__(self, open_: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        """Remember how to open it; nothing is opened yet."""
        self._open = open_
        self._opened: asyncio.Future[T] | None = None
        self._closing = asyncio.Event()
        self._owners: dict[asyncio.Task[None], asyncio.Future[T]] = {}
        self._is_leaving = False
        self.users = 0
        """How many use it at this moment."""
        self.used_at = 0.0
        """When it was last used, by `time.monotonic`."""

    @property
    def opened(self) -> "asyncio.Future[T] | None":
        """What is open, or being opened, for `retire`; None if nothing is."""
        return self._opened

    @property
    def failure(self) -> BaseException | None:
        """Why it could not be opened the last time; None if it could, or is being opened."""
        opened = self._opened
        return opened.exception() if opened and opened.done() and not opened.cancelled() else None

    @property
    def owners(self) -> "set[asyncio.Task[None]]":
        """The tasks that hold something open and end by themselves after `close`: nobody must cancel them."""
        return {owner for owner, opened in self._owners.items() if opened.done()}

    @asynccontextmanager
    async def use(self) -> AsyncIterator[T]:
        """Give what is open; it stays open meanwhile, unless it is retired or closed."""
        self.users += 1
        try:
            yield await self._get()
        finally:
            self.users -= 1
            self.used_at = time.monotonic()
            if self._is_leaving and not self.users:
                self.close()

    def retire(self, used: "asyncio.Future[T] | None") -> None:
        """Close what no longer works, unless another user did; the next one opens another."""
        if self._opened is used:
            self.close()

    def close_after_use(self) -> None:
        """Close it once nobody uses it any more; whoever does is not disturbed."""
        self._is_leaving = True
        if not self.users:
            self.close()

    def close(self) -> None:
        """Begin to close what is open, if anything is."""
        self._closing.set()
        self._opened = None

    async def _get(self) -> T:
        opened = self._opened
        if opened is None or (opened.done() and (opened.cancelled() or opened.exception() is not None)):
            opened = self._opened = asyncio.get_running_loop().create_future()
            self._closing = asyncio.Event()
            owner = asyncio.create_task(self._own(opened, self._closing))
            self._owners[owner] = opened
            owner.add_done_callback(self._owners.pop)
        # Shielded: a question that is stopped while the index opens must not stop the opening for the others.
        return await asyncio.shield(opened)

    async def _own(self, opened: "asyncio.Future[T]", closing: asyncio.Event) -> None:
        # One task enters and leaves the context, as the task groups and timeouts inside it demand.
        try:
            async with self._open() as thing:
                opened.set_result(thing)
                await closing.wait()
        except Exception as error:
            if opened.done():
                logger.exception("what was kept open failed to close")
            else:
                opened.set_exception(error)
