"""The HTML that a browser gets first: Streamlit's own, with Footnote's style sheet and script.

Both are there before anything is drawn, so that nothing moves when they come, and no run of a page sends them again.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qa.lazy_regex import lazy_regex
from ui.web.access import current_access
from ui.web.account_html import missing_page
from ui.web.escape import escape
from ui.web.guard import Application, Message, Receive, Scope, Send
from ui.web.language import asked_for, speaking, t
from ui.web.place import at
from ui.web.style import SHEET

ROOT = "/frame"
_FILES = Path(__file__).parent / "files"
_SCRIPTS = ("frame.js", "hanging.js")
# What has HTML of its own, or none.
_OTHERS = (ROOT, "/read", "/api", "/mcp", "/_stcore", "/static", "/media", "/component")
PAGES = frozenset({"/", "/chat", "/documents", "/settings"})
"""Paths at which there is a page; at all others Streamlit would send its own all the same."""
# Stands in Streamlit's page alone: one of our own forbids what it does not ask for itself.
_STREAMLITS = b'<div id="root">'
# What it says of itself to whoever runs no scripts: its own name, and an interface that is off here.
_ITS_TITLE = lazy_regex(rb"<title>[^<]*</title>")
_ITS_POINTER = lazy_regex(rb'<link\s+rel="service-desc"[^>]*>')
_WITHOUT_SCRIPTS = lazy_regex(rb"<noscript>.*?</noscript>", re.DOTALL)


def routes() -> list[Route]:
    """Return the routes of the style sheet and the scripts."""
    return [
        Route(f"{ROOT}/frame.css", _sheet, methods=["GET"]),
        *(Route(f"{ROOT}/{name}", _script, methods=["GET"]) for name in _SCRIPTS),
    ]


def words() -> str:
    """Return what the script says, in the visitor's language, as HTML that shows nothing."""
    said = {
        "title": t("Keyboard shortcuts"),
        "close": t("Close"),
        "box": t("Go to the box"),
        "leave": t("Leave the empty box"),
        "find": t("Search conversations"),
        "next": t("Next question"),
        "previous": t("Previous question"),
        "begin": t("New conversation"),
        "stop": t("Stop the answer"),
        "list": t("Show this list"),
        "control": t("Ctrl"),
        "single": t("Keys without Ctrl act"),
        "answering": t("Answering"),
        "answered": t("Answer"),
        "ended": t("The answer has ended."),
        "lost": t("No connection to Footnote"),
        "away": t("Footnote is not running, or cannot be reached. Start it again; this goes away by itself."),
        "each": t("{size} MB for each file", size="{}"),
        "enter": t("Press {keys} to apply", keys="{}"),
        "add": t("Add: {value}", value="{}"),
        "remove": t("Remove {value}", value="{}"),
        "matches": t("Select {n} matches", n="{}"),
        "who": _who(),
        "its": json.dumps({text: ours for text, ours in streamlits().items() if text != ours}),
    }
    told = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
    return f'<div class="fn-words"{told}></div>'


def _who() -> str:
    """Return a mark of who looks at the page, the same after a restart; "" where nobody signs in."""
    name = current_access().person.name
    return hashlib.blake2b(name.encode(), digest_size=8).hexdigest() if name else ""


def streamlits() -> dict[str, str]:
    """Return what Streamlit says in English alone, and what stands for it in the visitor's language."""
    return {
        "Add an option": t("Add an option"),
        "App pages": t("App pages"),
        "Chat message from assistant": t("Chat message from assistant"),
        "Chat message from user": t("Chat message from user"),
        "Choose an option": t("Choose an option"),
        "Choose options": t("Choose options"),
        "Clear all": t("Clear all"),
        "Clear value": t("Clear value"),
        "Close": t("Close"),
        "Collapse sidebar": t("Collapse sidebar"),
        "Copied": t("Copied"),
        "Copy to clipboard": t("Copy to clipboard"),
        "Decrement": t("Decrement"),
        "Expand sidebar": t("Expand sidebar"),
        "Feedback rating": t("Feedback rating"),
        "Hide password": t("Hide password"),
        "Increment": t("Increment"),
        "No options to select": t("No options to select"),
        "No results": t("No results"),
        "Open": t("Open"),
        "Select all": t("Select all"),
        "Selected values": t("Selected values"),
        "Send message": t("Send message"),
        "Show password": t("Show password"),
        "Sidebar": t("Sidebar"),
        "Skip to main content": t("Skip to main content"),
        "Stop script": t("Stop script"),
        "Thumbs down": t("Thumbs down"),
        "Thumbs up": t("Thumbs up"),
        "Upload": t("Upload"),
        "file upload": t("file upload"),
        "Upload directories": t("Choose a folder"),
    }


class Frame:
    """An ASGI application that adds the style sheet and the script to the HTML of another one."""

    def __init__(self, app: Application, language: Callable[[str], str] = asked_for) -> None:
        """Take the other one, and what tells the language of a visitor by the header `Accept-Language`."""
        self._app = app
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_OTHERS):
            await self._app(scope, receive, send)
            return
        # Neither compressed nor "not modified": the page may be newer than what a browser keeps.
        unwanted = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in unwanted]}
        accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        is_known = (scope["path"].rstrip("/") or "/") in PAGES
        await self._app(scope, receive, _Adding(send, partial(self._language, accepted), is_known=is_known))


class _Adding:
    """Passes messages on; HTML is gathered and changed first."""

    def __init__(self, send: Send, language: Callable[[], str], *, is_known: bool) -> None:
        self._send = send
        self._language = language
        self._is_known = is_known
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start" and _headers(message).get(b"content-type", b"").startswith(b"text/html"):
            self._start = message
        elif self._start is None or kind != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        if _STREAMLITS not in self._body:
            await self._send(start)
            await self._send({"type": "http.response.body", "body": self._body})
            return
        if not self._is_known:
            await self._tell_missing(start)
            return
        root = at(ROOT)
        sheet = f'<link rel="stylesheet" href="{root}/frame.css">'
        scripts = "".join(f'<script src="{root}/{name}" defer></script>' for name in _SCRIPTS)
        body = self._body.replace(b"</head>", f"{sheet}</head>".encode(), 1)
        # Before Streamlit's own: of what happens to the window, whoever listens first hears first.
        body = body.replace(b"<script", f"{scripts}<script".encode(), 1)
        body = _ITS_TITLE.sub(b"<title>Footnote</title>", body, count=1)
        body = _ITS_POINTER.sub(b"", body)
        language = await asyncio.to_thread(self._language)
        body = _WITHOUT_SCRIPTS.sub(lambda _found: _noscript(language), body, count=1)
        unfit = (b"content-length", b"etag", b"last-modified", b"content-encoding")
        kept = [pair for pair in start["headers"] if bytes(pair[0]).lower() not in unfit]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})

    async def _tell_missing(self, start: Message) -> None:
        """Answer in our words: Streamlit would send its page, and say in its own that there is none."""
        with speaking(await asyncio.to_thread(self._language)):
            body = missing_page().encode()
        unfit = (b"content-length", b"etag", b"last-modified", b"content-encoding")
        kept = [pair for pair in start["headers"] if bytes(pair[0]).lower() not in unfit]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "status": 404, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})


def _noscript(language: str) -> bytes:
    with speaking(language):
        words = t("Footnote's pages need JavaScript. Programs ask at /api, /v1 and /mcp, where footnote serve runs.")
    return f"<noscript><p>{escape(words)}</p></noscript>".encode()


def _headers(message: Message) -> Mapping[bytes, bytes]:
    return {bytes(name).lower(): bytes(value) for name, value in message.get("headers", ())}


async def _sheet(_request: Request) -> Response:
    return _file(SHEET.encode(), "text/css")


async def _script(request: Request) -> Response:
    path = _FILES / request.url.path.rpartition("/")[2]
    return _file(await asyncio.to_thread(path.read_bytes), "text/javascript")


def _file(body: bytes, kind: str) -> Response:
    return Response(body, headers={"content-type": f"{kind}; charset=utf-8", "cache-control": "no-cache"})
