"""HEAD wherever there is GET: the status and the headers of what GET answers, and no body."""

import asyncio
from contextlib import suppress

from ui.web.asgi import Application, Message, Receive, Scope, Send

ASKED = "footnote.method"
"""Where a request's scope has the method that it came with, if that was HEAD."""


class Headed:
    """An ASGI application that answers HEAD with the beginning of what another one answers to GET."""

    def __init__(self, app: Application) -> None:
        """Answer with the headers of `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. What would go on for long, such as events, ends with its headers."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        begun = asyncio.Event()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                begun.set()

        answering = asyncio.ensure_future(self._app({**scope, "method": "GET", ASKED: "HEAD"}, receive, sent))
        waiting = asyncio.ensure_future(begun.wait())
        try:
            await asyncio.wait({answering, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            if begun.is_set() or not answering.done():
                answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering
