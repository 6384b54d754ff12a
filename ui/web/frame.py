"""The HTML that a browser gets first: Streamlit's own, with Footnote's style sheet and script.

Both are there before anything is drawn, so that nothing moves when they come, and no run of a page sends them again.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qa.lazy_regex import lazy_regex
from ui.web.account_html import missing_page
from ui.web.escape import escape
from ui.web.guard import Application, Message, Receive, Scope, Send
from ui.web.language import asked_for, speaking, t
from ui.web.place import at
from ui.web.style import SHEET

ROOT = "/frame"
_SCRIPT = Path(__file__).parent / "files" / "frame.js"
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
    """Return the routes of the style sheet and the script."""
    return [
        Route(f"{ROOT}/frame.css", _sheet, methods=["GET"]),
        Route(f"{ROOT}/frame.js", _script, methods=["GET"]),
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
        "upload": t("Upload"),
        "folder": t("Choose a folder"),
        "each": t("{size} MB for each file", size="{}"),
        "enter": t("Press {keys} to apply", keys="{}"),
    }
    told = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
    return f'<div class="fn-words"{told}></div>'


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
        sheet, script = f'<link rel="stylesheet" href="{root}/frame.css">', f'<script src="{root}/frame.js" defer>'
        body = self._body.replace(b"</head>", f"{sheet}</head>".encode(), 1)
        # Before Streamlit's own: of what happens to the window, whoever listens first hears first.
        body = body.replace(b"<script", f"{script}</script><script".encode(), 1)
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


async def _script(_request: Request) -> Response:
    return _file(await asyncio.to_thread(_SCRIPT.read_bytes), "text/javascript")


def _file(body: bytes, kind: str) -> Response:
    return Response(body, headers={"content-type": f"{kind}; charset=utf-8", "cache-control": "no-cache"})
