"""What this process changes at the moment: one thing of a collection at a time, and nothing twice.

Streamlit answers a second press in a thread of its own while the first is still at work, and programs ask at any time.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


class Turns:
    """The changes of one process. All of it is used in one event loop."""

    def __init__(self) -> None:
        self._made: dict[Hashable, asyncio.Task[Any]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    async def once(self, what: Hashable, change: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Make a change; who asks for the same while it is made gets what comes of it.

        A caller that is cancelled leaves it to the others, and to its end.

        Args:
            what: Equal for two changes that are the same, and asked for by the same person.
            change: Makes it.
        """
        task = self._made.get(what)
        if task is None:
            task = self._made[what] = asyncio.create_task(change())
            task.add_done_callback(lambda _task: self._made.pop(what))
        found: T = await asyncio.shield(task)
        return found

    @asynccontextmanager
    async def of(self, collection: str) -> AsyncIterator[None]:
        """Wait until nothing else of this process changes a collection, and hold the right to."""
        lock = self._locks.setdefault(collection, asyncio.Lock())
        self._users[collection] = self._users.get(collection, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[collection] -= 1
            if not self._users[collection]:
                del self._users[collection], self._locks[collection]
