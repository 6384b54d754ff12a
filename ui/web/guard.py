"""Who may speak to the chat: a guard in front of the page, which lets in only what the page itself asks for.

A browser sends this machine what any web page asks it to. A page whose own name is made to lead here (DNS rebinding)
could even read the answers, and with them the documents. But a browser always tells under which name it asks (`Host`)
and for which page (`Origin`), and no page can change that.
"""

import re
from collections.abc import Iterable
from typing import ClassVar

from ui.web.asgi import Application, Message, Receive, Scope, Send
from ui.web.place import ACCOUNT, SIGN_IN, Place

__all__ = ["OWN_PAGE", "Application", "Guard", "Message", "Receive", "Scope", "Send", "refusal"]

NOT_ITS_ADDRESS = "this is not its address"
OWN_PAGE = "footnote.own-page"
"""Where a request's scope says whether one of these pages asked, as its browser told."""
# Pages of HTML alone, with forms and without any script.
_PLAIN = (SIGN_IN, ACCOUNT)

_SEALS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # A cited page on the web does not learn from where it was opened.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def refusal(scope: Scope, place: Place) -> str:
    """Return why an HTTP request or a websocket is refused; "" if it is let in.

    What a proxy would add (`X-Forwarded-Host`, `Forwarded`) is not read: `Placed` has done so where it may be.

    Args:
        scope: The request, as ASGI has it.
        place: Where this is served.
    """
    # A target with a host of its own, as in `GET http://name/`, could contradict the header.
    if not scope["path"].startswith("/") or not scope.get("raw_path", b"/").startswith(b"/"):
        return "the request names no path"
    own = place.origin_of(_header(scope, "host").lower())
    if not own:
        return NOT_ITS_ADDRESS
    origin = _header(scope, "origin").lower()
    if origin != own and (origin or scope["type"] == "websocket"):
        return "another page asked"
    if scope["type"] == "http" and not _asked_here(scope):
        return "another page asked"
    return ""


def _header(scope: Scope, name: str) -> str:
    """Return the header; several of one name are joined, so that they match nothing."""
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name.encode())


def _asked_here(scope: Scope) -> bool:
    """Tell whether the page or the user asked. A link on another page may lead here, but no page may embed this one.

    Older browsers that do not tell are let in: the answer's headers close it to other pages.
    """
    site, way = _header(scope, "sec-fetch-site"), (_header(scope, "sec-fetch-mode"), _header(scope, "sec-fetch-dest"))
    return site in ("", "same-origin", "none") or (scope["method"] == "GET" and way == ("navigate", "document"))


_PLAIN_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class Guard:
    """An ASGI application that passes on to another what `refusal` lets in, and adds protecting headers to the answers.

    The headers keep other pages from framing or reading this one, and this one from fetching anything from elsewhere,
    whatever a document or a model makes it show.
    """

    stands: ClassVar[bool] = False  # whether this process has one

    def __init__(self, app: Application, place: Place, *, scripts: Iterable[str] = ()) -> None:
        """Guard `app`.

        Args:
            app: What to guard.
            place: Where it is served. A refusal names its address.
            scripts: The scripts inside the page's HTML that may run, as sources of a content security policy.
        """
        self._app = app
        self._place = place
        self._scripts = tuple(scripts)
        Guard.stands = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        problem = refusal(scope, self._place)
        if problem and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif problem:
            await self._refuse(problem, scope, send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            own = {OWN_PAGE: bool(_header(scope, "origin")) or _header(scope, "sec-fetch-site") == "same-origin"}
            await self._app({**_without_origin(scope), **own}, receive, self._sealing(scope, send))

    async def _refuse(self, problem: str, scope: Scope, send: Send) -> None:
        said = f"Refused: {problem}. Footnote answers only its own page, at {self._place.address}.\n"
        if problem == NOT_ITS_ADDRESS:
            said += self._place.how_to_name(_header(scope, "host").lower())
        body = said.encode()
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _policy(self, host: str) -> str:
        scheme = "wss" if self._place.origin_of(host).startswith("https:") else "ws"
        rules = {
            "default-src": "'self'",
            "script-src": " ".join(["'self'", *self._scripts]),
            # Streamlit's scripts add style elements.
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "font-src": "'self' data:",
            # Older browsers do not count a websocket as 'self'.
            "connect-src": f"'self' {scheme}://{host}",
            "worker-src": "'self' blob:",
            "object-src": "'none'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }
        return "; ".join(f"{name} {sources}" for name, sources in rules.items())

    def _sealing(self, scope: Scope, send: Send) -> Send:
        host = _header(scope, "host").lower()
        policy = _PLAIN_POLICY if scope["path"].startswith(_PLAIN) else self._policy(host)
        headers = {**_SEALS, "content-security-policy": policy}
        seals = [(key.encode(), value.encode()) for key, value in headers.items()]
        is_secure = self._place.origin_of(host).startswith("https:")
        if is_secure:
            seals.append((b"strict-transport-security", b"max-age=31536000"))
        # A policy of an answer's own stays beside the page's: browsers keep to both.
        names = {key for key, _ in seals} - {b"content-security-policy"}

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if bytes(pair[0]).lower() not in names]
                kept = [_secured(*pair) for pair in kept] if is_secure else kept
                message = {**message, "headers": [*kept, *seals]}
            await send(message)

        return sealed


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Let a cookie that is set by TLS go by TLS alone. Streamlit, behind a proxy, does not know that it is."""
    has_to = bytes(name).lower() == b"set-cookie" and not re.search(rb";\s*secure\s*(;|$)", value, re.IGNORECASE)
    return name, value + b"; Secure" if has_to else value


def _without_origin(scope: Scope) -> Scope:
    """Leave out the origin, which has been checked: Streamlit would ask the network for its address to compare it."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"origin"]}
