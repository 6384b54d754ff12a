"""In front of everything, where people have to say who they are: finds out who asks, and lets nobody else in.

A page shows a session's cookie, a program a key. Pages of somebody without either lead to where one signs in; all else
is refused, in the form that those read who ask there. What may be asked without is named one by one.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from urllib.parse import quote

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from qa.accounts.person import NOBODY, Person
from qa.accounts.person import Scope as Allowed
from qa.errors import StoreError
from ui.api.failures import failure
from ui.api.strayed import is_strayed
from ui.web.access import access_of
from ui.web.accounts import Accounts
from ui.web.asgi import Application, Message, Receive, Scope, Send
from ui.web.guard import OWN_PAGE
from ui.web.identity import ASKING, PERSON
from ui.web.place import ACCOUNT, NEWS, SIGN_IN, at
from ui.web.unpathed import without_paths
from ui.web.while_known import WhileKnown

# What says no more than that a process runs.
_FREE = frozenset({"/healthz", "/readyz", "/_stcore/health"})
# Where programs ask, by a key.
_PROGRAMS = ("/api/", "/v1/")
_PROGRAM_PATHS = frozenset({"/mcp", "/openapi.json", "/metrics"})
# Questions that are sent as a body change nothing.
_QUESTIONS = frozenset({"/api/ask", "/api/search", "/v1/chat/completions", "/v1/responses", "/mcp"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UPLOAD = "/_stcore/upload_file/"
# How often an open page is looked at: whether its session still goes on.
_LOOK_S = 5.0
_POLICY_VIOLATION, _TRY_AGAIN = 1008, 1013

logger = logging.getLogger(__name__)


class SignIn:
    """An ASGI application that passes on what people and programs with an account ask of another."""

    def __init__(
        self, app: Application, accounts: Accounts, own: Application, owner_of: Callable[[str], str | None]
    ) -> None:
        """Let in whom the accounts know.

        Args:
            app: What they ask.
            accounts: Who they are.
            own: The pages below `SIGN_IN` and `ACCOUNT`.
            owner_of: Returns the name of the person whose page a session of Streamlit is, None for an unknown one.
        """
        self._app = app
        self._accounts = accounts
        self._own = own
        self._owner_of = owner_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            try:
                await self._websocket(scope, receive, send)
            except StoreError as error:
                logger.warning("a page ends, because its session cannot be looked up: %s", error)
                with suppress(Exception):
                    await send({"type": "websocket.close", "code": _TRY_AGAIN})
        else:
            await self._request(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        is_program = path.startswith(_PROGRAMS) or path in _PROGRAM_PATHS
        key = _bearer(scope) if is_program else None
        of_session: Callable[[str], Person | None] = self._accounts.of_session
        if path.startswith(f"{NEWS}/"):
            # A page that is open asks by itself: nobody has clicked.
            of_session = partial(self._accounts.of_session, is_use=False)
        find, secret = (of_session, self._accounts.token(scope)) if key is None else (self._accounts.of_key, key)
        try:
            person = await asyncio.to_thread(find, secret)
        except StoreError as error:
            await failure(path, 503, f"nobody can sign in now: {without_paths(str(error))}")(scope, receive, send)
            return
        scope = {**scope, PERSON: person or NOBODY}
        token = ASKING.set(scope)
        try:
            if is_own(path):
                await self._own(scope, receive, send)
            elif person is None and (path in _FREE or is_strayed(path)):
                await self._app(scope, receive, send)
            elif refused := self._refusal(scope, person, is_program=is_program, by_key=key is not None):
                await refused(scope, receive, send)
            elif not await self._may_upload(scope, person):
                await PlainTextResponse("You may add no documents here.\n", 403)(scope, receive, send)
            else:
                await self._while_known(path, key, secret)(scope, receive, send)
        finally:
            ASKING.reset(token)

    def _while_known(self, path: str, key: str | None, secret: str) -> WhileKnown:
        """Return what answers until the session or the key ends that a request was let in by."""

        async def is_known() -> bool:
            if key is None:
                return await self._goes_on(secret)
            return await self._goes_on(key, self._accounts.of_key)

        return WhileKnown(self._app, is_known, lambda: _ended(path, by_key=key is not None), _LOOK_S)

    def _refusal(self, scope: Scope, person: Person | None, *, is_program: bool, by_key: bool) -> Response | None:
        """Return the answer to who is not let in."""
        path, method = scope["path"], scope["method"]
        if person is None and is_program:
            return _ended(path, by_key=by_key)
        if person is None:
            if method == "GET" and _wants_page(scope):
                query = scope.get("query_string", b"").decode("latin-1")
                wanted = quote(path, safe="/") + (f"?{query}" if query else "")
                return RedirectResponse(f"{at(SIGN_IN)}?next={quote(wanted, safe='')}", 303)
            return PlainTextResponse("Sign in first.\n", 401)
        if by_key:
            needed: Allowed = "read" if method in _SAFE or path in _QUESTIONS else "write"
            if not person.may(needed):
                return failure(path, 403, f'this key may not do that; it needs the scope "{needed}"')
        elif method not in _SAFE and not scope.get(OWN_PAGE):
            # A cookie comes along with whatever a browser is made to send.
            said = "another page may have asked; programs send a key as Authorization: Bearer"
            return failure(path, 403, said) if is_program else PlainTextResponse(f"Refused: {said}.\n", 403)
        if path.startswith(_UPLOAD):
            page = path.removeprefix(_UPLOAD).partition("/")[0]
            if self._owner_of(page) != person.name:
                return PlainTextResponse("This is not your page.\n", 403)
        return None

    async def _may_upload(self, scope: Scope, person: Person | None) -> bool:
        """Tell whether files are taken in, which are kept in memory before any page looks at them."""
        if person is None or scope["method"] in _SAFE or not scope["path"].startswith(_UPLOAD):
            return True
        return (await asyncio.to_thread(access_of, person)).adds

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what a page and its server say to each other, until its session ends."""
        token = self._accounts.token(scope)
        person = await asyncio.to_thread(self._accounts.of_session, token)
        if person is None:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        scope = self._without_foreign_page({**scope, PERSON: person}, person)
        ended = asyncio.Event()
        watching = asyncio.create_task(self._watch(token, ended, send))

        async def received() -> Message:
            if not ended.is_set():
                message = asyncio.ensure_future(receive())
                end = asyncio.ensure_future(ended.wait())
                try:
                    await asyncio.wait({message, end}, return_when=asyncio.FIRST_COMPLETED)
                    if message.done():
                        if message.result()["type"] == "websocket.receive":
                            await asyncio.to_thread(self._accounts.of_session, token)
                        return message.result()
                finally:
                    end.cancel()
                    if not message.done():
                        message.cancel()
            return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

        async def sent(message: Message) -> None:
            if not ended.is_set():
                await send(message)

        try:
            await self._app(scope, received, sent)
        finally:
            watching.cancel()

    async def _watch(self, token: str, ended: asyncio.Event, send: Send) -> None:
        """Close a page once its session has ended: signed out elsewhere, removed, or idle for too long."""
        while await self._goes_on(token):
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), _LOOK_S)
        ended.set()
        with suppress(Exception):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})

    async def _goes_on(self, token: str, find: Callable[[str], Person | None] | None = None) -> bool:
        """Tell whether a session goes on, or what `find` looks up instead."""
        find = find or (lambda token: self._accounts.of_session(token, is_use=False))
        try:
            return await asyncio.to_thread(find, token) is not None
        except StoreError as error:
            # Nothing new can be asked meanwhile: that is looked up too.
            logger.warning("whether a session goes on cannot be looked up: %s", error)
            return True

    def _without_foreign_page(self, scope: Scope, person: Person) -> Scope:
        """Let nobody take up a page of Streamlit's that is another one's: it would show what stands on it."""
        name = b"sec-websocket-protocol"
        said = next((value for key, value in scope["headers"] if key == name), b"").decode("latin-1")
        parts = [part.strip() for part in said.split(",")]
        # "streamlit", a token against forgery, and the page that is taken up again.
        if len(parts) < 3 or not parts[2] or self._owner_of(parts[2]) == person.name:
            return scope
        kept = ", ".join(parts[:2]).encode("latin-1")
        headers = [(key, kept if key == name else value) for key, value in scope["headers"]]
        return {**scope, "headers": headers, "subprotocols": parts[:2]}


def _ended(path: str, *, by_key: bool) -> Response:
    """Return what a program is told whose key or session is none, or none any more."""
    said = (
        "this key is wrong, or has ended; make another with: footnote keys add"
        if by_key
        else "say who asks: send a key as Authorization: Bearer"
    )
    refused = failure(path, 401, said)
    refused.headers["www-authenticate"] = 'Bearer realm="Footnote"'
    return refused


def is_own(path: str) -> bool:
    """Tell whether a path is of the pages for signing in and looking after one's account."""
    return any(path == root or path.startswith((f"{root}/", f"{root}.")) for root in (SIGN_IN, ACCOUNT))


def _bearer(scope: Scope) -> str | None:
    """Return the key that a request shows, None where it shows none."""
    said = next((value for key, value in scope["headers"] if key == b"authorization"), b"").decode("latin-1")
    scheme, _, key = said.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _wants_page(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    if way := headers.get(b"sec-fetch-dest"):
        return bool(way == b"document")
    return b"text/html" in headers.get(b"accept", b"")
