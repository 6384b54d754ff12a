"""The states of the pages that are looked at for barriers, in both themes: a name, a chat, and how to get there.

A part adds its own: a function that brings a page into the state, and its line in `STATES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from browsing import DESK, PHONE, Visit, ask, begin, drawn, sidebar
from chat_server import Chat
from playwright.sync_api import Page, expect

WAVES = "How high may the waves be for a transfer from Plover Dash?"
COST = "What went wrong with the export cable, and what did the repair cost?"


@dataclass(frozen=True, slots=True)
class State:
    """A state of a page.

    Attributes:
        name: Says what it is.
        reach: Brings a page of the chat, which was just opened, there.
        path: Where the page is opened.
        chat: The fixture of the chat, whose answers are canned or the sample's.
        width: Of the window, in pixels.
    """

    name: str
    reach: Callable[[Page], None] = lambda page: drawn(page)
    path: str = "/"
    chat: str = "chat"
    width: int = DESK

    def page(self, visit: Visit, chat: Chat, scheme: str) -> Page:
        """Open a page in this state."""
        page = visit(chat, self.path, width=self.width, scheme=scheme)
        self.reach(page)
        return page


def _one(page: Page) -> None:
    ask(page, "How often are the bearings greased?", turn=1)


def _two(page: Page) -> None:
    _one(page)
    ask(page, "Any doubt about this?", turn=2)
    page.locator(".fn-summary > summary").last.click()


def _footnote(page: Page) -> None:
    _one(page)
    page.locator(".fn > summary").first.click()
    page.locator("details.fn-meta > summary").last.click()


def _streaming(page: Page) -> None:
    begin(page, "Talk forever")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()


def _stopped(page: Page) -> None:
    _streaming(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped before the answer was complete.")).to_be_visible()


def _failed(page: Page) -> None:
    begin(page, "bug")
    expect(page.get_by_text("Sorry, something went wrong here.")).to_be_visible()


def _refused(page: Page) -> None:
    ask(page, "Where is the moon?", turn=1)


def _copying(page: Page) -> None:
    _one(page)
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()


def _editing(page: Page) -> None:
    _one(page)
    page.get_by_role("button", name="Edit", exact=True).first.click()
    expect(page.get_by_label("Ask it in other words")).to_be_visible()


def _menu(page: Page) -> None:
    _one(page)
    sidebar(page).get_by_role("button", name="This conversation").click()
    expect(page.get_by_label("Title")).to_be_visible()


def _limits(page: Page) -> None:
    page.get_by_text("Limit to").click()
    page.get_by_label("From").fill("2025-")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is not a date").first).to_be_visible()


def _keys(page: Page) -> None:
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def _pane(page: Page) -> None:
    ask(page, WAVES, turn=1)
    page.locator("a.fn-ref").first.click()
    expect(page.locator("dialog.fnr-pane .fnr-body")).to_be_visible()


def _phone_list(page: Page) -> None:
    _one(page)
    sidebar(page)


STATES = (
    State("empty"),
    State("one answer", _one),
    State("doubtful sentences", _two),
    State("footnote open", _footnote),
    State("streaming", _streaming),
    State("stopped", _stopped),
    State("failed", _failed),
    State("not in the documents", _refused),
    State("copying", _copying),
    State("editing", _editing),
    State("menu of the conversation", _menu),
    State("limits, one wrong", _limits),
    State("list of keys", _keys),
    State("reading pane", _pane, chat="sample_chat"),
    State("reading pane on a phone", _pane, chat="sample_chat", width=PHONE),
    State("documents", path="/documents", chat="sample_chat"),
    State("documents on a phone", path="/documents", chat="sample_chat", width=PHONE),
    State("settings", path="/settings"),
    State("answer on a phone", _one, width=PHONE),
    State("list on a phone", _phone_list, width=PHONE),
)
