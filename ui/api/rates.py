"""How often, and how much at once, one caller may ask. What is too much is refused before anything is read of it."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.responses import Response

from ui.web.guard import Application, Message, Receive, Scope, Send
from ui.web.identity import is_sign_in_required, person_of
from ui.web.place import network_of

# Returns the answer to a request that is refused: its path, the status of HTTP and the words.
Refusing = Callable[[str, int, str], Response]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Rates:
    """What one caller may do; 0 is without a limit.

    Attributes:
        a_minute: Requests in any 60 seconds.
        at_once: Requests that are answered at the same time, streams among them.
    """

    a_minute: int = 0
    at_once: int = 0


class Limited:
    """An ASGI application that passes on to another what its caller may ask. Each process counts for itself."""

    def __init__(self, app: Application, refusing: Refusing, rates: Rates, *, free: Iterable[str] = ()) -> None:
        """Limit `app`.

        Args:
            app: What is asked.
            refusing: Makes the answer where a request is refused.
            rates: What one caller may do.
            free: Paths that are neither counted nor refused.
        """
        self._app = app
        self._refusing = refusing
        self._rates = rates
        self._free = frozenset(free)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._allowed = RateLimitItemPerMinute(rates.a_minute) if rates.a_minute else None
        self._busy: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"] in self._free or not (self._allowed or self._rates.at_once):
            await self._app(scope, receive, send)
            return
        caller = caller_of(scope)
        if self._rates.at_once and self._busy[caller] >= self._rates.at_once:
            words = f"{self._rates.at_once} of your requests are being answered; wait until one of them ends"
            await self._refused(words, 1, [])(scope, receive, send)
            return
        headers: Headers = []
        if self._allowed is not None:
            is_allowed = self._limiter.hit(self._allowed, caller)
            wait_s, headers = self._told(caller)
            if not is_allowed:
                words = f"you asked {self._rates.a_minute} times within a minute; ask again in {wait_s} s"
                await self._refused(words, wait_s, headers)(scope, receive, send)
                return
        self._busy[caller] += 1
        try:
            await self._app(scope, receive, _with_headers(send, headers))
        finally:
            self._busy[caller] -= 1
            if not self._busy[caller]:
                del self._busy[caller]

    def _told(self, caller: str) -> tuple[int, Headers]:
        """Return the seconds until more is allowed, and what OpenAI's clients read of it."""
        if self._allowed is None:
            raise RuntimeError("nothing is counted")
        reset, remaining = self._limiter.get_window_stats(self._allowed, caller)
        wait_s = max(1, math.ceil(reset - time.time()))
        return wait_s, [
            (b"x-ratelimit-limit-requests", str(self._rates.a_minute).encode()),
            (b"x-ratelimit-remaining-requests", str(remaining).encode()),
            (b"x-ratelimit-reset-requests", f"{wait_s}s".encode()),
        ]

    def _refused(self, words: str, wait_s: int, headers: Headers) -> Application:
        async def answered(scope: Scope, receive: Receive, send: Send) -> None:
            more = [(b"retry-after", str(wait_s).encode()), *headers]
            await self._refusing(scope["path"], 429, words)(scope, receive, _with_headers(send, more))

        return answered


def caller_of(scope: Scope) -> str:
    """Return who is counted as one: the person where people sign in, else the address of the network.

    A key that nobody has checked does not count: whoever makes up another each time would have no limit.
    """
    if is_sign_in_required() and (name := person_of(scope).name):
        return f"person {name}"
    return f"address {network_of((scope.get('client') or ('', 0))[0])}"


def _with_headers(send: Send, headers: Headers) -> Send:
    if not headers:
        return send

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return sent
