"""A server that is stopped while it answers: one line in the log, not a traceback for each request."""

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator

import pytest
import uvicorn
from conftest import free_port
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ui.web.ending import Ending


async def _endless(_request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b"data: {}\n\n"
            await asyncio.sleep(0.01)

    return StreamingResponse(pieces(), media_type="text/event-stream")


async def _failing(_request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"data: {}\n\n"
        try:
            await asyncio.sleep(60)
        finally:
            raise RuntimeError("the disk is gone")

    return StreamingResponse(pieces())


def logged_at_the_end(caplog: pytest.LogCaptureFixture, paths: list[str]) -> list[str]:
    """Ask for these, stop the server while they are answered, and return what it logs, each with its error."""
    port = free_port()
    app = Starlette(routes=[Route("/endless", _endless), Route("/failing", _failing)])
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_config=None, log_level="error", timeout_graceful_shutdown=1)
    )
    logger, ending = logging.getLogger("uvicorn.error"), Ending(lambda: server.should_exit)
    logger.addFilter(ending)
    serving = threading.Thread(target=server.run)
    serving.start()
    try:
        while not server.started:
            assert serving.is_alive()
        asked = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in paths]
        for connection, path in zip(asked, paths, strict=True):
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert connection.recv(1_000).startswith(b"HTTP/1.1 200")
    finally:
        server.should_exit = True
        serving.join(timeout=60)
        logger.removeFilter(ending)
    for connection in asked:
        connection.close()
    return [f"{record.getMessage()} {record.exc_info and record.exc_info[1]!r}" for record in caplog.records]


def test_what_is_cut_off_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    assert logged_at_the_end(caplog, ["/endless", "/endless"]) == [
        "cut off at the end of Footnote: 2 requests that took longer None"
    ]


def test_what_fails_at_the_end_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    first, *others = logged_at_the_end(caplog, ["/failing"])
    assert first.startswith("cut off at the end of Footnote: 1 request that")
    assert any("the disk is gone" in line for line in others)


def test_other_words_of_another_release_end_no_log() -> None:
    for words, args in (("Cancel %s running task(s) of %s", (2, 3)), ("Cancel %s running task(s)", ())):
        record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, words, args, None)
        assert Ending(lambda: True).filter(record)
        assert record.getMessage().startswith("cut off at the end of Footnote: ")
