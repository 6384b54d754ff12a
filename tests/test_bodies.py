"""How much a program may send, and how long it may take."""

import asyncio
from typing import Any

from starlette.responses import PlainTextResponse

from ui.api.bodies import Bounded
from ui.api.failures import failure


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message["more_body"]:
            break
    await PlainTextResponse(body)(scope, receive, send)


def _answered(messages: list[dict[str, Any]], **limits: float) -> list[dict[str, Any]]:
    """Return what is sent to a client that sends these messages and then nothing."""
    sent: list[dict[str, Any]] = []
    coming = iter(messages)

    async def receive() -> Any:
        if message := next(coming, None):
            return message
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/api/ask", "method": "POST", "headers": []}
    asyncio.run(Bounded(_echo, failure, **limits)(scope, receive, send))  # type: ignore[arg-type]
    return sent


def _part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_body_in_parts_is_passed_on_whole() -> None:
    start, body = _answered([_part(b"one "), _part(b"two", more=False)], most_bytes=7)
    assert (start["status"], body["body"]) == (200, b"one two")


def test_body_that_grows_too_large_is_refused() -> None:
    assert _answered([_part(b"one "), _part(b"two!", more=False)], most_bytes=7)[0]["status"] == 413


def test_body_that_does_not_come_is_refused() -> None:
    assert _answered([_part(b"one ")], most_s=0.05)[0]["status"] == 408


def test_client_that_leaves_in_the_middle_is_not_answered() -> None:
    assert _answered([_part(b"one "), {"type": "http.disconnect"}]) == []
