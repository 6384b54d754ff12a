"""A context of the browser that is lent again holds nothing of the visitor before."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from browsing import Rooms
from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser


class Keeps(BaseHTTPRequestHandler):
    """A page, a script that may be kept, and how often each was asked for."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        script = self.path == "/kept.js"
        body = b"window.ran = true" if script else b"<!doctype html><script src=/kept.js></script>"
        self.send_response(200)
        self.send_header("content-type", "text/javascript" if script else "text/html")
        self.send_header("cache-control", "public, immutable, max-age=31536000" if script else "no-cache")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Keeps) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


KEEP = """() => {
  document.cookie = "a=1";
  localStorage.setItem("a", "1");
  sessionStorage.setItem("a", "1");
  onpagehide = () => localStorage.setItem("b", "1");
}"""
KEPT = "[document.cookie, localStorage.length, sessionStorage.length, window.ran]"


def test_next_visitor_finds_nothing_but_what_may_be_fetched_once(rooms: Rooms, site: str) -> None:
    with rooms.lend(color_scheme="light") as first:
        page = first.new_page()
        page.goto(site)
        page.evaluate(KEEP)
        page.goto("about:blank")
        page.goto(site)
        page.evaluate(KEEP)
        assert page.evaluate(KEPT)[:3] == ["a=1", 2, 1]
    with rooms.lend(color_scheme="light") as second:
        assert second is first
        page = second.new_page()
        page.goto(site)
        assert page.evaluate(KEPT) == ["", 0, 0, True]
    assert Keeps.asked.count("/kept.js") == 1


def test_two_visitors_at_once_share_nothing(rooms: Rooms, site: str) -> None:
    def visit(context: BrowserContext) -> None:
        page = context.new_page()
        page.goto(site)
        assert page.evaluate(KEPT)[:2] == ["", 0]
        page.evaluate(KEEP)

    with rooms.lend() as one, rooms.lend() as other:
        visit(one)
        visit(other)
