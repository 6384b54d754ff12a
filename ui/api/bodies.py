"""How much a program may send: a body is read whole before anything is done with it, up to a limit in size and time.

Uploads are larger than memory should hold. They are passed on as they come, within limits of their own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from ui.api.problems import ProblemError
from ui.web.guard import Application, Message, Receive, Scope, Send

# A conversation of 200 messages with a few pictures in it, which clients send again with every question.
MOST_BYTES = 16 << 20
# For the whole body. Who asks is on this machine.
MOST_S = 30.0
# All files of one upload, with what multipart puts around them; and how long one may send nothing.
MOST_UPLOADED_BYTES = 2 << 30
SILENT_S = 30.0
UPLOADING = ("POST", "/api/documents")

# Returns the answer to a request that is refused: its path, the status of HTTP and the words.
Refusing = Callable[[str, int, str], Response]


@dataclass(frozen=True, slots=True)
class _Refused(Exception):  # noqa: N818 - the request is refused, nothing here failed
    status: int
    detail: str


class Bounded:
    """An ASGI application that gives another one only bodies that are not too large and come in time."""

    def __init__(
        self, app: Application, refusing: Refusing, *, most_bytes: int = MOST_BYTES, most_s: float = MOST_S
    ) -> None:
        """Bound `app`.

        Args:
            app: What is asked.
            refusing: Makes the answer where a body is refused.
            most_bytes: The largest body.
            most_s: Seconds in which a body has to be there.
        """
        self._app = app
        self._refusing = refusing
        self._most_bytes = most_bytes
        self._most_s = most_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if (scope["method"], scope["path"]) == UPLOADING:
            await self._app(scope, _metered(scope, receive), send)
            return
        try:
            if _length(scope) > self._most_bytes:
                raise self._too_large()
            async with asyncio.timeout(self._most_s):
                body = await self._read(receive)
        except TimeoutError:
            late = f"the body did not come within {self._most_s:g} seconds; send it again"
            await self._refusing(scope["path"], 408, late)(scope, receive, send)
        except _Refused as refused:
            await self._refusing(scope["path"], refused.status, refused.detail)(scope, receive, send)
        else:
            if body is not None:
                await self._app(scope, _replayed(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body, None where the client has left."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            body += message.get("body", b"")
            if len(body) > self._most_bytes:
                raise self._too_large()
            if not message.get("more_body"):
                return bytes(body)

    def _too_large(self) -> _Refused:
        return _Refused(413, f"the body has more than {self._most_bytes >> 20} MiB; send less")


def _metered(scope: Scope, receive: Receive) -> Receive:
    """Return what gives an upload piece by piece, and raises `ProblemError` where it is too much or does not come."""
    so_far = _length(scope) if _length(scope) > MOST_UPLOADED_BYTES else 0

    async def received() -> Message:
        nonlocal so_far
        too_large = ProblemError(
            413, f"the files of one upload may have {MOST_UPLOADED_BYTES >> 20:,} MiB together; send them in several"
        )
        if so_far > MOST_UPLOADED_BYTES:
            raise too_large
        try:
            async with asyncio.timeout(SILENT_S):
                message = await receive()
        except TimeoutError:
            raise ProblemError(408, f"nothing came for {SILENT_S:g} seconds; send the files again") from None
        so_far += len(message.get("body", b""))
        if so_far > MOST_UPLOADED_BYTES:
            raise too_large
        return message

    return received


def _length(scope: Scope) -> int:
    """Return how long a request says that its body is, 0 where it does not."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    digits = said.decode("latin-1")
    return int(digits) if digits.isdecimal() else 0


def _replayed(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """Return what gives the body once, and after that what comes: that the client leaves."""
    waiting = [body]

    async def received() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return received
