"""A request that goes on for long, such as a stream of events, ends with the session or the key that began it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.responses import Response

from ui.web.asgi import Application, Message, Receive, Scope, Send


class WhileKnown:
    """An ASGI application that lets another answer, and looks now and then whether who asked is still let in."""

    def __init__(
        self, app: Application, is_known: Callable[[], Awaitable[bool]], refusal: Callable[[], Response], look_s: float
    ) -> None:
        """Let `app` answer.

        Args:
            app: What is asked.
            is_known: Tells whether who asked is let in now.
            refusal: Makes what is answered where nothing was sent before that ended.
            look_s: Seconds between two looks.
        """
        self._app = app
        self._is_known = is_known
        self._refusal = refusal
        self._look_s = look_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what it raises is raised."""
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        answering = asyncio.ensure_future(self._app(scope, receive, sent))
        try:
            while not (await asyncio.wait({answering}, timeout=self._look_s))[0] and await self._is_known():
                pass
        finally:
            has_ended = answering.done()
            if not has_ended:
                answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering
        if not has_ended and not begun:
            await self._refusal()(scope, receive, send)
