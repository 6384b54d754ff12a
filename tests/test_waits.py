"""What is waited for while an answer is made, and what falls meanwhile."""

import asyncio
import traceback
from collections.abc import AsyncGenerator

import pytest

from qa.answering.waits import with_waits


async def _falling() -> AsyncGenerator[str, None]:
    yield "begun"
    await _reading()


async def _reading() -> None:
    raise ValueError("no such cell")


async def _heard(happening: AsyncGenerator[str, None]) -> list[str]:
    return [item async for item in with_waits(happening, asyncio.Queue())]


def test_a_fault_still_says_where_it_fell() -> None:
    with pytest.raises(ValueError, match="no such cell") as fell:
        asyncio.run(_heard(_falling()))
    assert "_reading" in [frame.name for frame in traceback.extract_tb(fell.value.__traceback__)]
