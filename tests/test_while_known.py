"""What still runs for somebody who is let in no longer."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.web.while_known import WhileKnown


def asked(path: str, *, looks: int) -> tuple[int, str, list[str]]:
    """Ask for a path as somebody who is let in for some looks; return the status, what came, and what was left."""
    left: list[str] = []
    # A busy machine may look twice before anything was sent.
    is_sent = path != "/endless"

    async def endless(_request: Any) -> StreamingResponse:
        async def events() -> Any:
            try:
                nonlocal is_sent
                yield b"begun"
                is_sent = True
                await asyncio.sleep(3_600)
            finally:
                left.append("stream")

        return StreamingResponse(events())

    async def silent(_request: Any) -> PlainTextResponse:
        try:
            await asyncio.sleep(3_600)
        finally:
            left.append("answer")
        return PlainTextResponse("late")

    async def short(_request: Any) -> PlainTextResponse:
        await asyncio.sleep(0.05)
        return PlainTextResponse("done")

    async def failing(_request: Any) -> PlainTextResponse:
        raise LookupError("as it was raised")

    async def is_known() -> bool:
        nonlocal looks
        looks -= is_sent
        return looks >= 0

    app = Starlette(routes=[Route(f"/{one.__name__}", one) for one in (endless, silent, short, failing)])
    watched = WhileKnown(app, is_known, lambda: PlainTextResponse("ended", 401), 0.01)
    with TestClient(watched) as client:
        told = client.get(path)
    return told.status_code, told.text, left


@pytest.mark.parametrize(
    ("path", "looks", "status", "text", "left"),
    [
        ("/endless", 2, 200, "begun", ["stream"]),
        ("/silent", 2, 401, "ended", ["answer"]),
        ("/short", 1_000, 200, "done", []),
    ],
)
def test_what_runs_ends_with_who_asked(path: str, looks: int, status: int, text: str, left: list[str]) -> None:
    assert asked(path, looks=looks) == (status, text, left)


def test_what_fails_is_raised_as_before() -> None:
    with pytest.raises(LookupError, match="as it was raised"):
        asked("/failing", looks=1_000)
