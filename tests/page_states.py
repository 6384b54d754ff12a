"""The states of the pages that are looked at for barriers and that no other scenario reaches.

Each walk is one visit that comes through several states, and yields the page in each of them. States of adding
documents, accounts, settings and model answers are looked at where the scenarios reach them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from browsing import PHONE, Visit, ask, begin, drawn, noted, sidebar, stopped
from chat_server import Chat
from playwright.sync_api import Page, expect

WAVES = "How high may the waves be for a transfer from Plover Dash?"
COST = "What went wrong with the export cable, and what did the repair cost?"


PANE = "dialog.fnr-pane"


@dataclass(frozen=True, slots=True)
class State:
    """A state of a page: what it is called, and the selector of what came new in it."""

    name: str
    part: str = "html"


@dataclass(frozen=True, slots=True)
class Walk:
    """A visit that comes through states.

    Attributes:
        name: Says what it is.
        states: Brings a page that was just opened into one state after the other, and yields each.
        path: Where the page is opened.
        chat: The fixture of the chat, whose answers are canned or the sample's.
        more: How `visit` opens it.
    """

    name: str
    states: Callable[[Page], Iterator[State]]
    path: str = "/"
    chat: str = "chat"
    more: tuple[tuple[str, object], ...] = ()

    def page(self, visit: Visit, chat: Chat) -> Page:
        """Open the page."""
        return visit(chat, self.path, **dict(self.more))


def _answers(page: Page) -> Iterator[State]:
    yield State("empty")
    ask(page, "How often are the bearings greased?", turn=1)
    yield State("one answer")
    page.locator(".fn > summary").first.click()
    page.locator("details.fn-meta > summary").last.click()
    yield State("footnote open")
    ask(page, "Any doubt about this?", turn=2)
    page.locator(".fn-summary > summary").last.click()
    yield State("doubtful sentences")
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    yield State("copying")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Edit", exact=True).first.click()
    expect(page.get_by_label("Ask it in other words")).to_be_visible()
    yield State("editing")
    page.get_by_label("Ask it in other words").fill("Where is the moon?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".fn-question")).to_have_text(["Where is the moon?"])
    expect(page.get_by_role("button", name="Earlier version")).to_be_visible()
    expect(page.locator(".fn-turn")).to_have_count(1)
    page.keyboard.press("Escape")
    yield State("a branch that is not in the documents")
    page.get_by_role("radio", name="Thumbs down").first.click()
    expect(page.get_by_placeholder("What is right or wrong about it? (optional)")).to_be_visible()
    yield State("feedback")


def _unfinished(page: Page) -> Iterator[State]:
    begin(page, "Talk forever")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    yield State("streaming")
    page.get_by_role("button", name="Stop").click()
    expect(stopped(page)).to_be_visible()
    yield State("stopped")
    begin(page, "bug")
    expect(noted(page, "Sorry, something went wrong here.")).to_be_visible()
    yield State("failed")
    page.reload()
    drawn(page)
    sidebar(page).get_by_role("button", name="This conversation").click()
    expect(page.get_by_label("Title")).to_be_visible()
    yield State("menu of the conversation")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Title")).to_have_count(0)
    page.get_by_label("Search conversations").fill("forever")
    page.keyboard.press("Enter")
    expect(sidebar(page).get_by_role("button", name="Talk forever").first).to_be_visible()
    yield State("found conversations")
    page.get_by_label("Search conversations").fill("")
    page.keyboard.press("Enter")
    sidebar(page).get_by_role("button", name="This conversation").click()
    page.get_by_role("button", name="Delete").click()
    expect(sidebar(page).get_by_role("button", name="Undo")).to_be_visible()
    yield State("deleted conversation")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    yield State("list of keys", "#fn-keys")


def _limits(page: Page) -> Iterator[State]:
    page.get_by_text("Limit to").click()
    page.get_by_label("Folder, file or pattern").fill("data/mail/*")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="in data/mail/*")).to_be_visible()
    page.get_by_label("From").fill("2025-")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is not a date").first).to_be_visible()
    yield State("limits, one wrong")
    page.get_by_label("From").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is not a date")).to_have_count(0)
    page.keyboard.press("Escape")
    ask(page, WAVES, turn=1)
    yield State("limits set, answer under them")


def _footnotes(page: Page) -> Iterator[State]:
    ask(page, WAVES, turn=1)
    page.locator("a.fn-ref").first.click()
    expect(page.locator("dialog.fnr-pane:not([aria-busy]) .fnr-body")).to_be_visible()
    yield State("reading pane", PANE)


# A document of each kind that the pane shows in its own way.
KINDS = {
    "a PDF": "Gearbox Oil Change",
    "a text": "vessel charter",
    "a Markdown file": "Emergency Response Plan",
    "a Word file": "Insurance Schedule",
    "slides": "Board Report, Fourth Quarter 2024",
    "a web page": "Staff Handbook",
    "a mail": "Plover Dash",
    "a workbook": "spare parts",
    "a CSV file": "turbines",
}


def _documents(page: Page) -> Iterator[State]:
    yield State("documents")
    for kind, title in KINDS.items():
        page.get_by_label("Search documents").fill(title)
        page.keyboard.press("Enter")
        drawn(page)
        listed = page.locator(".fn-doc-title a")
        expect(listed.first).to_contain_text(re.compile(title, re.IGNORECASE))
        listed.first.click()
        expect(page.locator("dialog.fnr-pane:not([aria-busy]) .fnr-body")).to_be_visible()
        yield State(f"reading pane with {kind}", PANE)
        page.keyboard.press("Escape")
        expect(page.locator("dialog.fnr-pane")).to_be_hidden()
    page.locator('[class*="st-key-doc-more-"] button').first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield State("drawer of a document", "[role=dialog]")


def _phone(page: Page) -> Iterator[State]:
    ask(page, "How often are the bearings greased?", turn=1)
    yield State("answer on a phone")
    sidebar(page)
    yield State("list on a phone")


WALKS = (
    Walk("answers", _answers),
    Walk("unfinished answers", _unfinished),
    Walk("limits", _limits, chat="sample_chat"),
    Walk("footnotes", _footnotes, chat="sample_chat"),
    Walk("footnotes on a phone", _footnotes, chat="sample_chat", more=(("width", PHONE),)),
    Walk("documents", _documents, path="/documents", chat="sample_chat", more=(("width", 1400),)),
    Walk("on a phone", _phone, more=(("width", PHONE),)),
)
