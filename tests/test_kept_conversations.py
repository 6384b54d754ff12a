"""Conversations that last, in real Chromium: over reload, Back, tabs, other clicks, and a kill of the server."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from browsing import Rooms, address, ask, begin, box, drawn, noted, stopped
from chat_server import Chat, canned
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

GREASED = "How often are the bearings greased?"


@pytest.fixture
def context(rooms: Rooms) -> Iterator[BrowserContext]:
    with rooms.lend(viewport={"width": 1200, "height": 900}) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


# The browser has gone back before the page sends what was pressed.
BACK_AND_ASK = """() => {
  history.back();
  const until = performance.now() + 300;
  while (performance.now() < until);
  document.querySelector("[data-testid=stChatInputSubmitButton]").click();
}"""


def test_conversation_survives_reload_back_and_a_second_tab(context: BrowserContext, page: Page, chat: Chat) -> None:
    page.goto(chat.url)
    ask(page, GREASED, turn=1)
    ask(page, "Does it need oil?", turn=2)
    first = address(page)
    page.reload()
    expect(page.locator(".fn-turn")).to_have_count(2)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    ask(page, "Any doubt about this?", turn=1)
    second = address(page)
    assert second != first
    page.go_back()
    page.go_back()
    expect(page.locator(".fn-turn")).to_have_count(2)
    other = context.new_page()
    other.goto(page.url)
    expect(other.locator(".fn-turn")).to_have_count(2)
    ask(other, "Is it there in the first tab?", turn=3)
    page.reload()
    expect(page.locator(".fn-turn")).to_have_count(3)
    # A question and Back within one moment: it is asked where it was typed, and not where Back leads.
    page.locator(f".st-key-conversation-{second} button").click()
    expect(page.locator(".fn-question")).to_have_text(["Any doubt about this?"])
    drawn(page)
    box(page).fill("And how much?")
    page.evaluate(BACK_AND_ASK)
    expect(page.locator(".fn-turn")).to_have_count(3)
    page.goto(f"{chat.url}/?c={second}")
    expect(page.locator(".fn-question")).to_have_text(["Any doubt about this?", "And how much?"])


def test_nothing_but_stop_ends_an_answer(page: Page, chat: Chat) -> None:
    page.goto(chat.url)
    ask(page, GREASED, turn=1)
    begin(page, "Talk forever")
    expect(page.get_by_text("word3 ")).to_be_visible()
    page.get_by_role("radio", name="Thumbs up").first.click()
    expect(page.get_by_placeholder("What is right or wrong about it? (optional)")).to_be_visible()
    page.get_by_text("Limit to").click()
    page.get_by_label("Folder, file or pattern").fill("reports/*")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"word20\b"))).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile(r"word40\b"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(stopped(page)).to_be_visible()
    expect(page.get_by_text(re.compile(r"word40\b"))).to_be_visible()
    assert page.get_by_role("button", name="Stop").count() == 0
    page.reload()
    expect(stopped(page)).to_be_visible()
    expect(page.get_by_text(re.compile(r"word40\b"))).to_be_visible()


def test_kill_of_the_server_loses_no_question_and_no_finished_answer(page: Page, tmp_path: Path) -> None:
    """The broken answer says so, keeps what was written, and can be asked again."""
    with canned(tmp_path) as chat:
        page.goto(chat.url)
        ask(page, GREASED, turn=1)
        begin(page, "Talk forever")
        expect(page.get_by_text(re.compile(r"word25\b"))).to_be_visible()
        conversation = address(page)
        chat.process.kill()
        chat.process.wait()
    with canned(tmp_path) as chat:
        page.goto(f"{chat.url}/?c={conversation}")
        expect(page.locator(".fn-question")).to_have_count(2)
        expect(noted(page, "Footnote ended before this answer was complete.")).to_be_visible(timeout=60_000)
        expect(page.locator(".fn-turn")).to_have_count(2)
        # What came in the last moments before the end may not have been written yet.
        expect(page.get_by_text(re.compile(r"word10\b"))).to_be_visible()
        page.get_by_role("button", name="Ask again").last.click()
        expect(page.get_by_text(re.compile(r"word3\b"))).to_be_visible()
        expect(page.get_by_text("2 of 2")).to_be_visible()


def test_question_is_asked_in_other_words_and_both_branches_stay(page: Page, chat: Chat) -> None:
    page.goto(chat.url)
    ask(page, GREASED, turn=1)
    ask(page, "Does it need oil?", turn=2)
    page.get_by_role("button", name="Edit", exact=True).first.click()
    page.get_by_label("Ask it in other words").fill("Any doubt about this?")
    page.get_by_role("button", name="Ask", exact=True).dblclick()
    expect(page.locator(".fn-question")).to_have_text(["Any doubt about this?"])
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(page.get_by_label("Ask it in other words")).to_have_count(0)
    expect(page.get_by_text("2 of 2")).to_be_visible()
    page.get_by_role("button", name="Earlier version").click()
    expect(page.locator(".fn-question")).to_have_text([GREASED, "Does it need oil?"])
    page.get_by_role("button", name="Later version").click()
    expect(page.locator(".fn-question")).to_have_text(["Any doubt about this?"])


def test_list_is_searched_and_conversations_are_renamed_deleted_and_brought_back(page: Page, tmp_path: Path) -> None:
    with canned(tmp_path) as chat:
        sidebar = page.get_by_test_id("stSidebar")
        page.goto(chat.url)
        ask(page, GREASED, turn=1)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".fn-turn")).to_have_count(0)
        ask(page, "Any doubt about this?", turn=1)
        expect(sidebar.get_by_role("button", name=re.compile("greased|doubt"))).to_have_text(
            ["Any doubt about this?", GREASED]
        )
        sidebar.get_by_role("button", name="This conversation").click()
        page.get_by_label("Title").fill("All <b>doubts</b>")
        page.keyboard.press("Enter")
        expect(sidebar.get_by_role("button", name="All <b>doubts</b>")).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_label("Search conversations").fill("lithium grease")
        page.keyboard.press("Enter")
        expect(sidebar.get_by_role("button", name="All <b>doubts</b>")).to_have_count(0)
        sidebar.get_by_role("button", name=GREASED).click()
        expect(page.locator(".fn-question")).to_have_text([GREASED])
        sidebar.get_by_role("button", name="This conversation").click()
        page.get_by_role("button", name="Delete").click()
        expect(page.locator(".fn-question")).to_have_count(0)
        expect(sidebar.get_by_text(f"Deleted: {GREASED}")).to_be_visible()
        sidebar.get_by_role("button", name="Undo").click()
        expect(page.locator(".fn-question")).to_have_text([GREASED])


def test_conversation_is_exported_in_four_formats(page: Page, chat: Chat, tmp_path: Path) -> None:
    page.goto(chat.url)
    ask(page, "hostile <script>alert(1)</script>", turn=1)
    # It draws a part of the page only, in which the buttons were forgotten.
    ask(page, GREASED, turn=2)
    files: dict[str, Path] = {}
    for label, ending in [("Markdown", "md"), ("web page", "html"), ("JSON", "json"), ("Word document", "docx")]:
        page.get_by_test_id("stSidebar").get_by_role("button", name="This conversation").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Export as {label}").click()
        files[ending] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[ending])
        page.keyboard.press("Escape")
    assert {path.name for path in files.values()} == {f"hostile-script-alert-1-script.{ending}" for ending in files}
    assert "[^1-1]" in files["md"].read_text()
    assert json.loads(files["json"].read_text())["exchanges"][0]["answer"]["found"] is True
    with zipfile.ZipFile(files["docx"]) as document:
        assert "alert(1)" in document.read("word/document.xml").decode()
    dialogs: list[object] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog) or dialog.dismiss())
    page.goto(files["html"].as_uri())
    page.locator("a.fn-ref").first.click()
    expect(page.locator(".fn-passage").first).to_be_visible()
    assert page.locator("script").count() == 0
    assert dialogs == []


def test_address_of_nothing_says_so(page: Page, chat: Chat) -> None:
    page.goto(f"{chat.url}/?c=<script>alert(1)</script>")
    expect(page.get_by_text("This conversation is not here")).to_be_visible()
    ask(page, GREASED, turn=1)
