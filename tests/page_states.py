"""The states of the pages that are looked at for barriers, in both themes: a name, and how to get there.

A walk is one page that goes from state to state: to open a page for each of them costs more than to look at it. A part
adds its own: a function that brings the page from the state before into its own, and its line in one of `WALKS`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from browsing import DESK, PHONE, Visit, ask, begin, drawn, sidebar
from chat_server import Chat
from playwright.sync_api import Page, expect

WAVES = "How high may the waves be for a transfer from Plover Dash?"
COST = "What went wrong with the export cable, and what did the repair cost?"


@dataclass(frozen=True, slots=True)
class Walk:
    """A page that goes from state to state.

    Attributes:
        name: Says which page it is.
        steps: For each state its name, and what brings the page there from the one before.
        path: Where the page is opened.
        chat: The fixture of the chat, whose answers are canned or the sample's.
        width: Of the window, in pixels.
    """

    name: str
    steps: tuple[tuple[str, Callable[[Page], None]], ...]
    path: str = "/"
    chat: str = "chat"
    width: int = DESK

    def opened(self, visit: Visit, chat: Chat) -> Page:
        """Open the page at the beginning of the walk."""
        return visit(chat, self.path, width=self.width)


def _loaded(page: Page) -> None:
    drawn(page)


def _anew(page: Page) -> None:
    """Begin another conversation."""
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".fn-question")).to_have_count(0)
    drawn(page)


def _one(page: Page) -> None:
    ask(page, "How often are the bearings greased?", turn=1)


def _two(page: Page) -> None:
    _closed(page)
    ask(page, "Any doubt about this?", turn=2)
    page.locator(".fn-summary > summary").last.click()


def _footnote(page: Page) -> None:
    page.locator(".fn > summary").first.click()
    page.locator("details.fn-meta > summary").last.click()


def _streaming(page: Page) -> None:
    _anew(page)
    begin(page, "Talk forever")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()


def _stopped(page: Page) -> None:
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped before the answer was complete.")).to_be_visible()


def _failed(page: Page) -> None:
    _anew(page)
    begin(page, "bug")
    expect(page.get_by_text("Sorry, something went wrong here.")).to_be_visible()


def _refused(page: Page) -> None:
    _anew(page)
    ask(page, "Where is the moon?", turn=1)


def _copying(page: Page) -> None:
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()


def _closed(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def _editing(page: Page) -> None:
    _closed(page)
    page.get_by_role("button", name="Edit", exact=True).first.click()
    expect(page.get_by_label("Ask it in other words")).to_be_visible()


def _menu(page: Page) -> None:
    _closed(page)
    sidebar(page).get_by_role("button", name="This conversation").click()
    expect(page.get_by_label("Title")).to_be_visible()


def _limits(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
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
    sidebar(page)


WALKS = (
    Walk(
        "chat",
        (
            ("empty", _loaded),
            ("one answer", _one),
            ("footnote open", _footnote),
            ("copying", _copying),
            ("editing", _editing),
            ("menu of the conversation", _menu),
            ("doubtful sentences", _two),
            ("streaming", _streaming),
            ("stopped", _stopped),
            ("failed", _failed),
            ("not in the documents", _refused),
        ),
    ),
    Walk("beginning", (("list of keys", _keys), ("limits, one wrong", _limits))),
    Walk("reading pane", (("open", _pane),), chat="sample_chat"),
    Walk("reading pane on a phone", (("open", _pane),), chat="sample_chat", width=PHONE),
    Walk("documents", (("loaded", _loaded),), path="/documents", chat="sample_chat"),
    Walk("documents on a phone", (("loaded", _loaded),), path="/documents", chat="sample_chat", width=PHONE),
    Walk("settings", (("loaded", _loaded),), path="/settings"),
    Walk("chat on a phone", (("one answer", _one), ("list", _phone_list)), width=PHONE),
)
