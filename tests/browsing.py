"""What people do with the pages, in real Chromium: the browser, a visitor that is watched, and the usual steps.

A scenario takes the fixture `visit`, and one of the chats of conftest.py:

    def test_something(visit: Visit, sample_chat: Chat) -> None:
        page = visit(sample_chat)
        ask(page, "How high may the waves be for a transfer from Plover Dash?", turn=1)

At its end the scenario fails on anything that no page may do, whatever it shows: see `Watch`.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from chat_server import Chat
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"),
    *("--no-first-run", "--disable-component-update", "--disable-sync"),
    # No page lives long enough to earn back what its scripts cost to optimise: a sixth of the browser's time.
    "--js-flags=--no-turbofan --no-maglev",
    # A page of an attacker, whose name leads to this machine.
    "--host-resolver-rules=MAP evil.example 127.0.0.1",
]
PHONE, DESK = 390, 1200

Visit = Callable[..., Page]

# What Chromium and Streamlit say in the console of a server that a scenario ends or hides.
AWAY = r"ERR_|WebSocket|disconnected|Client Error in reaching server|Is Streamlit still running"

# On a machine that does much else, a page takes its time.
expect.set_options(timeout=30_000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser of this machine; without one the test is skipped."""
    # The shell draws as the browser does and lacks only its window: opening a page takes half of the processor's time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("FOOTNOTE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not executable:
        if os.environ.get("FOOTNOTE_REQUIRE_BROWSER"):
            pytest.fail("no Chromium, and FOOTNOTE_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium: install one or set FOOTNOTE_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What the pages of one browser context did that none may do.

    Attributes:
        problems: Dialogs, scripts' errors, errors in the console, and requests to any other server.
        forgiven: Patterns of the problems that a scenario causes itself, such as a server that it ends.
    """

    problems: list[str] = field(default_factory=list)
    # On a page with a path of its own, Streamlit first looks for its server below that path.
    forgiven: list[str] = field(default_factory=lambda: [r"404 .*/\w+/_stcore/(health|host-config)\)$"])
    _heard: list[tuple[BrowserContext, str, Callable[[Any], None]]] = field(default_factory=list)

    def over(self, context: BrowserContext, chat: Chat) -> None:
        """Watch every page of a context; none of them leaves the chat."""
        own = (chat.url, f"ws://localhost:{chat.port}", "data:", "blob:", "about:")
        told = {
            "dialog": self._dialog,
            "weberror": lambda error: self.problems.append(f"error: {error.error}"),
            "console": self._console,
            "request": lambda request: None if request.url.startswith(own) else self.problems.append(request.url),
        }
        for event, tell in told.items():
            context.on(event, tell)  # type: ignore[call-overload]
            self._heard.append((context, event, tell))

    def no_more(self) -> None:
        """Watch no page from now on: the contexts are another scenario's next."""
        for context, event, tell in self._heard:
            context.remove_listener(event, tell)
        self._heard.clear()

    def remaining(self) -> list[str]:
        """Return the problems that are not forgiven."""
        return [problem for problem in self.problems if not any(re.search(p, problem) for p in self.forgiven)]

    def _dialog(self, dialog: Any) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")


class Rooms:
    """Contexts of a browser, lent to one test after another: scripts and fonts are fetched once.

    Nothing else of a visitor outlives the loan: neither cookies nor what a page stored, nor its pages. A page opens in
    0.3 of 1.4 s of the processor's time less.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._seen: set[str] = set()

    @contextmanager
    def lend(self, **arguments: Any) -> Iterator[BrowserContext]:
        """Lend a context that is made with these arguments of `Browser.new_context`, as a new visitor's."""
        free = self._free.setdefault(repr(sorted(arguments.items())), [])
        context = free.pop() if free else self._made(arguments)
        yield context
        if self._emptied(context):
            free.append(context)

    def _made(self, arguments: dict[str, Any]) -> BrowserContext:
        context = self.browser.new_context(**arguments)
        context.set_default_timeout(30_000)
        context.on("page", lambda page: page.on("framenavigated", lambda frame: self._seen.add(frame.url)))
        return context

    def _emptied(self, context: BrowserContext) -> bool:
        """Close the pages of a context and forget what they stored; return whether another visitor may have it."""
        pages = [page for page in context.pages if not page.is_closed()]
        if not pages:
            context.close()
            return False
        last = pages.pop()
        for page in pages:
            page.close()
        # No script runs any more that could store something again.
        last.goto("about:blank")
        session = context.new_cdp_session(last)
        for origin in {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, self._seen) if parts.netloc}:
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        context.clear_cookies()
        context.clear_permissions()
        last.close()
        return True


@contextmanager
def visiting(rooms: Rooms, watch: Watch) -> Iterator[Visit]:
    """Open pages of chats, each in a context that no other visitor has, and close them at the end."""
    with ExitStack() as lent:

        def visit(
            chat: Chat, path: str = "/", *, width: int = DESK, scheme: str = "light", wait: bool = True, **more: Any
        ) -> Page:
            """Open a page of a chat as a new visitor; with `wait`, until it is drawn. `more` goes to the context."""
            context = lent.enter_context(
                rooms.lend(
                    viewport={"width": width, "height": 844 if width == PHONE else 900},
                    color_scheme=scheme,
                    accept_downloads=True,
                    **({"has_touch": True, "is_mobile": True} if width == PHONE else {}),
                    **more,
                )
            )
            watch.over(context, chat)
            page = context.new_page()
            page.goto(chat.url + path)
            if wait:
                drawn(page)
            return page

        yield visit
        watch.no_more()


def drawn(page: Page) -> None:
    """Wait until Streamlit has drawn the page and no script of it runs."""
    expect(page.get_by_role("heading", level=1).first).to_be_attached(timeout=60_000)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached(timeout=60_000)


def box(page: Page) -> Any:
    """The box that takes the next question."""
    return page.get_by_test_id("stChatInputTextArea")


def begin(page: Page, question: str) -> None:
    """Ask, and wait until the question stands on the page."""
    box(page).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-question", has_text=question).last).to_be_visible()


def ask(page: Page, question: str, *, turn: int) -> None:
    """Ask, and wait until the answer is whole. `turn` is how many whole answers the page shows then."""
    box(page).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".fn-turn")).to_have_count(turn, timeout=60_000)


def noted(page: Page, text: str) -> Locator:
    """Return the note that is drawn in an answer's place, or below one; it is said aloud as well."""
    return page.locator(".fn-note").filter(has_text=text)


def stopped(page: Page) -> Locator:
    """Return what is drawn of an answer that was stopped."""
    return noted(page, "Stopped before the answer was complete.")


def address(page: Page) -> str:
    """Return the id of the conversation in the page's address."""
    expect(page).to_have_url(re.compile(r"\?c=[0-9a-f]{32}"))
    found = re.search(r"c=([0-9a-f]{32})", page.url)
    assert found
    return found[1]


_TO_TOP = "content => content.scrollTo(0, 0)"


def sidebar(page: Page) -> Any:
    """The sidebar, opened where it is closed, as on a phone."""
    opener = page.get_by_test_id("stExpandSidebarButton")
    bar = page.get_by_test_id("stSidebar")
    pages, content = bar.get_by_test_id("stSidebarNav"), bar.get_by_test_id("stSidebarContent")
    if opener.is_visible():
        opener.click()
    else:
        content.evaluate(_TO_TOP)
        try:
            expect(pages).to_be_in_viewport(ratio=0.9, timeout=2_000)
        except AssertionError:
            # It had just slid out, and what opens it was not there yet.
            opener.click()
    # It slides in, scrolled as far down as it was left.
    content.evaluate(_TO_TOP)
    expect(pages).to_be_in_viewport(ratio=0.9)
    return bar


def harmless(page: Page) -> None:
    """Check that no payload of payloads.py has run on the page; the watch sees what one would ask or open."""
    assert page.evaluate("window.hostile") is None
