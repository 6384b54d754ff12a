"""Stopping an answer in the making so that what came of it is checked and kept, rather than thrown away.

Whoever makes an answer opens a `Stop` in its task; a model's stream ends once it is asked for, as a cut reply does.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

_Piece = TypeVar("_Piece")


class Stop:
    """The wish of a reader that an answer ends. It belongs to the loop of who makes the answer."""

    def __init__(self) -> None:
        """Begin; nobody wishes it yet."""
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Wish it."""
        self._asked.set()

    @property
    def is_asked(self) -> bool:
        """Whether somebody wishes it."""
        return self._asked.is_set()

    async def wait(self) -> None:
        """Wait until somebody wishes it."""
        await self._asked.wait()

    def heed(self) -> None:
        """Let what this task does from now on end when it is asked for."""
        _stop.set(self)


_stop: ContextVar[Stop | None] = ContextVar("stop", default=None)


def is_asked() -> bool:
    """Tell whether the answer that this task makes is to end."""
    stop = _stop.get()
    return stop is not None and stop.is_asked


async def until_asked(pieces: AsyncGenerator[_Piece, None]) -> AsyncGenerator[_Piece, None]:
    """Pass on what a generator yields, until the answer is to end."""
    stop = _stop.get()
    async with aclosing(pieces):
        if stop is None:
            async for piece in pieces:
                yield piece
            return
        asked = asyncio.ensure_future(stop.wait())
        step: asyncio.Future[Any] | None = None
        try:
            while not stop.is_asked:
                step = asyncio.ensure_future(anext(pieces, _END))
                await asyncio.wait({step, asked}, return_when=asyncio.FIRST_COMPLETED)
                if not step.done() or (piece := step.result()) is _END:
                    return
                yield piece
        finally:
            for future in (step, asked):
                if future is not None:
                    future.cancel()
                    # Nobody waits for what it still had to say: the answer ends, or fails by what was raised before.
                    with suppress(asyncio.CancelledError, Exception):
                        await future


_END = object()
