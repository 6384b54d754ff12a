"""Connections on which no request comes, over real sockets."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn
from conftest import free_port
from starlette.requests import Request

from ui.web import account_pages, patience
from ui.web.account_pages import _read, _RefusedError
from ui.web.patience import Patient

_HEAD_S = 0.3
_HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


async def _slow(_scope: Any, _receive: Any, send: Callable[[Any], Any]) -> None:
    await asyncio.sleep(2 * _HEAD_S)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def _sent(*pieces: bytes) -> bytes:
    """Return all that a server says until it closes the connection, while pieces come one by one."""
    port = free_port()
    config = uvicorn.Config(_slow, port=port, http=Patient, log_level="error", lifespan="off", timeout_keep_alive=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - nothing else of uvicorn tells it
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.01)
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        server.should_exit = True
        await serving


@pytest.mark.parametrize("pieces", [(), (b"G",), (_HALF,), (_HALF, b"A: b\r\n"), (_HALF + b"\r\n", _HALF)], ids=str)
def test_connection_ends_where_no_request_comes(pieces: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is answered meanwhile is answered first."""
    monkeypatch.setattr(patience, "HEAD_S", _HEAD_S)
    said = asyncio.run(_sent(*pieces))
    assert said.endswith(b"ok") if len(pieces) == 2 and pieces[0] != _HALF else said == b""


def _form(*pieces: bytes, leaves: bool = False) -> tuple[int, str]:
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]

    async def receive() -> Any:
        if waiting:
            return waiting.pop(0)
        if leaves:
            return {"type": "http.disconnect"}
        return await asyncio.Event().wait()

    with pytest.raises(_RefusedError) as refused:
        asyncio.run(_read(Request({"type": "http", "method": "POST", "headers": []}, receive)))
    return refused.value.status, str(refused.value)


def test_form_that_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has no account could hold a connection with it for ever, and fill the log by leaving."""
    monkeypatch.setattr(account_pages, "_FORM_S", 0.05)
    assert _form(b"name=ann") == (408, "This form cannot be read.")
    assert _form(b"name=ann", leaves=True) == (400, "This form cannot be read.")
