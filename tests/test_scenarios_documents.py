"""What people do with their documents and collections, in real Chromium: `footnote ui` with the real engine."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
import numpy as np
from barriers import barrier_free
from browsing import PHONE, Visit, ask, box, drawn, harmless, sidebar
from chat_server import Chat, real, wait_for_end_of_engine
from conftest import ROOT, copied, once
from payloads import PAYLOADS
from playwright.sync_api import Page, expect

from qa.store import EmbeddedDocument, Index, IndexSettings, catalog, failed_row, new_row, open_index
from qa.store.ids import chunk_id, text_hash
from qa.types import Chunk, Document

pytestmark = [pytest.mark.browser, pytest.mark.models]

WAVES = "How high may the waves be for a transfer from Plover Dash?"
# As the default settings make a collection.
MADE = IndexSettings("all-MiniLM-L6-v2", 384, "Qdrant/bm25", "auto", 200, 70.0)


def paper(identity: str, source: str, title: str, text: str = "Nothing is said here.") -> EmbeddedDocument:
    """A document of one passage."""
    document = Document(source, title, text, "text/plain")
    row = new_row(identity, document, sha256=text_hash(source), size=1_234, modified=1, chunk_count=1)
    chunk = Chunk(
        chunk_id(row.document_id, row.version, 0), row.document_id, row.version, 0, source, title, "", 0, 0, 20, text
    )
    vectors = np.full((1, 384), 384**-0.5, np.float32)
    return EmbeddedDocument(row, (chunk,), vectors, ({1: 1.0},), (text_hash(text),))


async def shelve(home: Path) -> None:
    """Make a few collections beside the sample's."""
    async with open_index(home / "footnote.db", "documents", idle_s=2.0) as index:
        await index.open()
        lost = failed_row(
            index.identity,
            "letters/lost.pdf",
            "is encrypted; remove its password and ingest again",
            sha256="a" * 64,
            size=77,
            modified=1,
            metadata={"root": str(home.parent / "letters")},
        )
        await index.record_failures([lost])
        hostile = Index(index.connection, "hostile")
        await hostile.open_or_create(MADE)
        await hostile.commit(
            [paper("hostile", f"x/{n} {text}"[:200], text) for n, text in enumerate(PAYLOADS)], replacing=False
        )
        many = Index(index.connection, "many")
        await many.open_or_create(MADE)
        await many.commit([paper("many", f"shelf/{n}.txt", f"Paper {n}") for n in range(120)], replacing=False)
        await Index(index.connection, "bare").open_or_create(MADE)
        newer = Index(index.connection, "newer")
        await newer.open_or_create(MADE)
        assert newer.generation
        await catalog.declare(index.connection, replace(newer.generation, settings=replace(MADE, format_version=9)))


@pytest.fixture(scope="session")
def shelves(untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """`footnote ui` over the sample and some other collections. Scenarios leave the sample as they found it."""

    def make(home: Path) -> None:
        copied(untouched_sample, home)
        asyncio.run(shelve(home))
        wait_for_end_of_engine(home)

    untouched = once(tmp_path_factory, "shelves", make)
    with real(copied(untouched, tmp_path_factory.mktemp("shelves") / "home")) as chat:
        yield chat


@pytest.fixture
def shelf(visit: Visit, shelves: Chat, watch: Any) -> Callable[..., Page]:
    """Opens the page of documents of a collection."""
    # Streamlit asks below the page's own path first.
    watch.forgiven.append(r"404 .*/documents/_stcore/")

    def visit_shelf(collection: str = "documents", **more: Any) -> Page:
        page = visit(shelves, f"/documents?collection={collection}", **more)
        expect(page.locator("strong", has_text=collection)).to_be_visible()
        return page

    return visit_shelf


def titles(page: Page) -> Any:
    return page.locator(".fn-doc-title a, .fn-doc-title b")


def row(page: Page, title: str) -> Any:
    return page.locator('[class*="st-key-doc-row-"]').filter(has_text=title)


def pick(page: Page, title: str) -> None:
    # By its own name: rows that a search takes away may still be there.
    page.locator("label").filter(has_text=re.compile(rf"^\s*Choose {re.escape(title)}\s*$")).click()
    # What says how many are chosen pushes the list down.
    expect(row(page, title).get_by_role("checkbox").first).to_be_checked()
    drawn(page)


def more_about(page: Page, title: str) -> Any:
    """Open the drawer of a document."""
    row(page, title).get_by_role("button", name=f"More about {title}").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name=title)).to_be_visible()
    return drawer


def search(page: Page, words: str) -> None:
    page.get_by_label("Search documents").fill(words)
    page.keyboard.press("Enter")
    drawn(page)


def test_list_says_what_there_is_and_what_is_wrong(shelf: Callable[..., Page]) -> None:
    page = shelf()
    expect(page.get_by_text("documents · 27 documents, 245 passages")).to_be_visible()
    board = row(page, "Board Report, Fourth Quarter 2024")
    for said in ("PPTX", "50.5 KB", "Pages 9", "Passages 9", "2025-01-20", "ready", "data/reports"):
        expect(board).to_contain_text(said)
    lost = row(page, "lost.pdf")
    expect(lost).to_contain_text("Could not be read: it is encrypted; remove its password and ingest again")
    expect(lost).to_contain_text("failed")
    expect(titles(page)).to_have_count(25)
    page.get_by_role("button", name="Next page").click()
    expect(titles(page)).to_have_count(3)
    expect(page.get_by_text("26–28 of 28")).to_be_visible()
    barrier_free(page)


def test_list_is_searched_sorted_and_filtered(shelf: Callable[..., Page]) -> None:
    page = shelf()
    search(page, "board report")
    expect(titles(page)).to_have_text(["Board Report, Fourth Quarter 2024"])
    search(page, "no such words anywhere")
    expect(page.get_by_text("No document matches this.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(titles(page)).to_have_count(25)
    page.locator(".st-key-doc-order").get_by_role("combobox").click()
    page.get_by_role("option", name="Sort by Pages").click()
    expect(row(page, "9").first).to_be_visible()
    expect(page.get_by_role("button", name="Descending")).to_be_visible()
    pages = page.locator(".fn-doc-pages:not(.fn-doc-none)")
    # The rows of the order before stand there for a moment.
    expect(pages.first).to_have_text(re.compile("9"))
    numbers = [int(re.sub(r"\D", "", text)) for text in pages.all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] > 1
    # Back from another page, the list is in the order that the field says.
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    page.get_by_role("link", name="Documents").click()
    expect(page.locator(".st-key-doc-order").get_by_role("combobox")).to_have_value("Sort by Pages")
    expect(page.get_by_role("button", name="Descending")).to_be_visible()
    expect(pages.first).to_have_text(re.compile("9"))
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name=re.compile("^State")).click()
    page.get_by_role("option", name="failed (1)").click()
    expect(titles(page)).to_have_text(["lost.pdf"])
    expect(page.get_by_role("dialog", name="Filter (1)")).to_be_visible()
    barrier_free(page)


def test_title_opens_the_document_beside_the_list(shelf: Callable[..., Page]) -> None:
    page = shelf(width=1400)
    page.get_by_role("link", name="Emergency Response Plan").click()
    pane = page.get_by_role("dialog")
    expect(pane).to_contain_text("data/procedures/")
    expect(titles(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()


def test_only_one_document_is_asked(shelf: Callable[..., Page]) -> None:
    page = shelf()
    drawer = more_about(page, "Emergency Response Plan")
    expect(drawer).to_contain_text("Place")
    drawer.get_by_role("button", name="Ask only this one").click()
    expect(page.get_by_role("button", name=re.compile("^in .*procedures"))).to_be_visible()
    ask(page, "Who leads in an emergency?", turn=1)
    expect(page.locator(".fn-turn")).to_contain_text("Emergency Response Plan")


def test_removed_documents_are_not_found_and_come_back(shelf: Callable[..., Page], shelves: Chat, visit: Visit) -> None:
    page = shelf("many")
    search(page, "paper 11")
    expect(titles(page)).to_have_count(11)  # 11, and 110 to 119
    pick(page, "Paper 110")
    pick(page, "Paper 111")
    expect(page.get_by_text("2 documents chosen")).to_be_visible()
    barrier_free(page)
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Removed: Paper 110 and 1 more")).to_be_visible()
    expect(page.get_by_text("many · 118 documents, 118 passages")).to_be_visible()
    expect(row(page, "Paper 110")).to_have_count(0)
    # Also after a reload, and for another visitor.
    other = visit(shelves, "/documents?collection=many")
    other.get_by_role("button", name="Undo").first.click()
    expect(other.get_by_text("2 documents are back.")).to_be_visible()
    expect(other.get_by_text("many · 120 documents, 120 passages")).to_be_visible()
    expect(page.get_by_text("many · 120 documents, 120 passages")).to_be_visible()


def test_all_that_is_found_is_chosen_over_all_pages(shelf: Callable[..., Page]) -> None:
    page = shelf("many")
    page.locator(".st-key-doc-pick-page label").click()
    expect(page.get_by_text("25 documents chosen")).to_be_visible()
    page.get_by_role("button", name="Choose all 120").click()
    expect(page.get_by_text("120 documents chosen")).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("26–50 of 120")).to_be_visible()
    expect(row(page, "Paper 30").get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Choose none").click()
    expect(page.get_by_text("120 documents chosen")).to_have_count(0)


def test_pages_follow_an_ingest_of_another_process(
    shelf: Callable[..., Page], shelves: Chat, visit: Visit, tmp_path: Path
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "heron.md").write_text("# The heron\n\nThe heron of Skerrow stands on one leg until noon.")
    page = shelf("bare")
    chat = visit(shelves, "/?collection=bare")
    expect(chat.get_by_text("holds no documents yet")).to_be_visible()
    ingest = [sys.executable, "-m", "ui.cli", "ingest", str(folder), "--home", str(shelves.folder / "home")]
    subprocess.run([*ingest, "--collection", "bare", "--quiet"], cwd=ROOT, check=True, capture_output=True)
    expect(page.get_by_text("bare · 1 document, 1 passage")).to_be_visible()
    expect(titles(page)).to_have_text(["The heron"])
    expect(sidebar(chat)).to_contain_text("1 document, 1 passage")
    expect(chat.get_by_text("holds no documents yet")).to_have_count(0)
    ask(chat, "How does the heron stand?", turn=1)
    expect(chat.locator(".fn-turn")).to_contain_text("on one leg")
    # The file was changed, and is ingested again by a click.
    (folder / "heron.md").write_text("# The heron\n\nThe heron of Skerrow stands on two legs since Monday.")
    page.set_viewport_size({"width": 1200, "height": 320})
    more_about(page, "The heron").get_by_role("button", name="Ingest again").click()
    expect(page.get_by_text("heron.md once more")).to_be_in_viewport()
    ask(chat, "On how many legs does the heron stand since Monday?", turn=2)
    expect(page.get_by_text("heron.md once more")).to_be_visible()
    expect(page.get_by_text("1 stored")).to_be_visible(timeout=60_000)  # while it is written, nothing is removed
    pick(page, "The heron")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("There are no documents here yet.")).to_be_visible()
    # Its second question was drawn alone: the counts are followed all the same.
    expect(chat.get_by_text("holds no documents yet")).to_be_visible()


def test_collections_are_made_renamed_copied_and_dropped(shelf: Callable[..., Page]) -> None:
    page = shelf("many")

    def menu() -> None:
        # It closes after each change, or it would cover what came of that.
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
        page.get_by_role("button", name="Collections").click()

    menu()
    page.get_by_role("textbox", name="New collection").fill("no name!")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("“no name!” cannot be a name")).to_be_visible()
    expect(page.get_by_text("“no_name” would do.")).to_be_visible()
    menu()
    barrier_free(page)
    page.get_by_role("textbox", name="Copy “many” to").fill("copied")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_text("“many” is copied to “copied”.")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Collection")).click()
    page.get_by_role("option", name="copied").click()
    expect(page.get_by_text("copied · 120 documents, 120 passages")).to_be_visible()
    menu()
    page.get_by_role("textbox", name="Another name for “copied”").fill("renamed")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_text("renamed · 120 documents, 120 passages")).to_be_visible()
    menu()
    page.get_by_role("textbox", name="Type its name to drop it").fill("many")
    page.get_by_role("button", name="Drop it").click()
    expect(page.get_by_text("“renamed” stays")).to_be_visible()
    menu()
    page.get_by_role("textbox", name="Type its name to drop it").fill("renamed")
    page.get_by_role("button", name="Drop it").click()
    expect(page.get_by_text("“renamed” is dropped.")).to_be_visible()
    expect(page.get_by_text("documents · 27 documents, 245 passages")).to_be_visible()


def test_conversation_stays_with_its_collection(shelves: Chat, visit: Visit) -> None:
    page = visit(shelves, "/?collection=documents")
    ask(page, WAVES, turn=1)
    sidebar(page).get_by_role("combobox", name=re.compile("Collection")).click()
    page.get_by_role("option", name="many").click()
    expect(page.locator(".fn-turn")).to_have_count(0)
    expect(sidebar(page)).to_contain_text("120 documents, 120 passages")
    page.go_back()
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(sidebar(page)).to_contain_text("27 documents, 245 passages")
    ask(page, "And from Marram?", turn=2)


def test_empty_collection_invites(shelves: Chat, visit: Visit) -> None:
    page = visit(shelves, "/?collection=nothing_yet")
    expect(page.get_by_text("“nothing_yet” holds no documents yet.")).to_be_visible()
    barrier_free(page)
    page.get_by_role("link", name="Add documents, or try the sample").click()
    expect(page.get_by_text("There are no documents here yet.")).to_be_visible()
    expect(page.get_by_text("Drop files, folders or archives here")).to_be_visible()
    expect(page.get_by_role("button", name="Try the sample")).to_be_visible()
    barrier_free(page)
    assert page.get_by_test_id("stAlert").count() == 0


def test_collection_of_a_newer_footnote_says_so(shelf: Callable[..., Page], shelves: Chat, visit: Visit) -> None:
    page = shelf("newer")
    expect(page.get_by_text('collection "newer" was made by a newer Footnote (format 9')).to_be_visible()
    page = visit(shelves, "/?collection=newer")
    expect(page.get_by_test_id("stAlert")).to_contain_text("was made by a newer Footnote")


@pytest.mark.parametrize("width", [1200, pytest.param(PHONE, marks=pytest.mark.long)])
def test_hostile_titles_and_names_stay_text(shelf: Callable[..., Page], width: int) -> None:
    page = shelf("hostile", width=width)
    expect(titles(page)).to_have_count(25)
    shown: list[str] = titles(page).all_inner_texts()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text(re.compile("26–"))).to_be_visible()
    shown += titles(page).all_inner_texts()
    assert len(shown) == len(PAYLOADS)
    page.locator('[class*="st-key-doc-more-"] button').last.click()
    expect(page.get_by_role("dialog")).to_contain_text("Place")
    harmless(page)
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Removed:")).to_be_visible()
    # At the end of the list, far below where it says so.
    page.mouse.move(600, 400)
    page.mouse.wheel(0, 5000)
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    harmless(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 document is back.")).to_be_visible()
    harmless(page)


def test_list_is_used_by_keyboard_alone(shelf: Callable[..., Page]) -> None:
    page = shelf("many")
    page.get_by_label("Search documents").focus()
    page.keyboard.type("paper 42")
    page.keyboard.press("Enter")
    expect(titles(page)).to_have_text(["Paper 42"])
    row(page, "Paper 42").get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 document chosen")).to_be_visible()
    page.get_by_role("link", name="Paper 42").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("shelf/42.txt")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_question_box_stays_where_it_was(shelves: Chat, visit: Visit) -> None:
    """From the chat to the documents and back, a conversation is where it was left."""
    page = visit(shelves, "/?collection=documents")
    ask(page, WAVES, turn=1)
    sidebar(page).get_by_role("link", name="Documents").click()
    expect(page.get_by_role("heading", name="Documents", level=1)).to_be_visible()
    page.go_back()
    expect(page.locator(".fn-turn")).to_have_count(1)
    expect(box(page)).to_be_visible()
