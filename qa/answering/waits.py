"""What is waited for while an answer is made, told at once, whoever waits for it: a rewriting, a step, a summary."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any, TypeVar

_Item = TypeVar("_Item")


async def with_waits(
    happening: AsyncGenerator[_Item, None], waits: asyncio.Queue[str]
) -> AsyncGenerator[_Item | str, None]:
    """Pass on what a generator yields, and in between what comes into a queue of words while it works."""
    step: asyncio.Future[Any] | None = None
    telling: asyncio.Future[str] | None = None
    try:
        while True:
            step = step or asyncio.ensure_future(anext(happening, _END))
            telling = telling or asyncio.ensure_future(waits.get())
            await asyncio.wait({step, telling}, return_when=asyncio.FIRST_COMPLETED)
            # In the order in which they happened: what was waited for comes before what came of it.
            if telling.done():
                yield telling.result()
                telling = None
            elif step.done():
                item = step.result()
                step = None
                if item is _END:
                    return
                yield item
    finally:
        for future in (step, telling):
            if future is not None:
                future.cancel()
                # Awaiting it would raise a fault again, and its trace would no longer say where it fell.
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({future})
                if not future.cancelled():
                    future.exception()
        await happening.aclose()


_END = object()
