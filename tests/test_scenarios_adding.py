"""What people do to bring documents in, in real Chromium: real files through the real ingest, on the real engine."""

import re
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from barriers import barrier_free
from browsing import AWAY, Visit, Watch, ask, drawn, harmless
from chat_server import Chat, real
from filelock import FileLock
from payloads import PAYLOADS, names
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.models]

# On a busy machine the first ingest of a server takes a while to start.
DONE_MS = 60_000


def new_home(model_home: Path, folder: Path) -> Path:
    home = folder / "home"
    home.mkdir(mode=0o700)
    (home / "models").symlink_to(model_home / "models")
    return home


@pytest.fixture(scope="session")
def adding_chat(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """`footnote ui` over an empty home, into which all scenarios here bring documents."""
    with real(new_home(model_home, tmp_path_factory.mktemp("adding"))) as chat:
        yield chat


@pytest.fixture
def collection() -> str:
    """The name of a collection of the scenario's own."""
    return f"c{uuid.uuid4().hex[:10]}"


@pytest.fixture
def page(visit: Visit, watch: Watch, adding_chat: Chat, collection: str) -> Page:
    """The documents' page of a new visitor."""
    return documents(visit, watch, adding_chat, collection)


def documents(visit: Visit, watch: Watch, chat: Chat, collection: str) -> Page:
    # Streamlit finds out where it is served by asking below the page's own address first.
    watch.forgiven.append(r"404 \(Not Found\) \(http://localhost:\d+/documents/_stcore/")
    page: Page = visit(chat, f"/documents?collection={collection}")
    expect(page.get_by_text(re.compile(r"There are no documents here yet|Add documents"))).to_be_visible()
    return page


def drop(page: Page, *paths: Path) -> None:
    """Drop files and folders onto the page, as from a file manager."""
    zone = page.get_by_test_id("stFileUploaderDropzone").first
    expect(zone).to_be_visible()
    zone.element_handle().wait_for_element_state("stable")
    box = zone.bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


def choose(page: Page, *paths: Path) -> None:
    """Choose files with the button, which no moving list can push away under them."""
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([str(path) for path in paths])


def add_folder(page: Page, folder: Path | str, *, watched: bool = False, refused: str = "") -> None:
    """Add a folder; what was opened for it closes by itself, unless the folder is refused."""
    button = page.get_by_role("button", name="Add a folder")
    expect(button).to_have_count(1)  # an old one may still be leaving
    button.click()
    path = page.get_by_label("Path of a folder or file")
    try:
        expect(path).to_be_visible(timeout=5_000)
    except AssertionError:
        button.click()  # the page was drawn again, which closes what is open
    path.fill(str(folder))
    if watched:
        page.get_by_text("Keep watching it for changes").click()
    page.get_by_role("button", name="Add", exact=True).click()
    if refused:
        # Beside what was typed: the menu lies over the page.
        expect(page.get_by_test_id("stPopoverBody").get_by_text(refused)).to_be_visible()
        close_popover(page)
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def close_popover(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def stored(page: Page, outcome: str) -> None:
    """Wait for the end of the ingest, and for what came of it."""
    expect(page.get_by_text(outcome).first).to_be_visible(timeout=DONE_MS)


@contextmanager
def stuck(chat: Chat) -> Iterator[None]:
    """Let nobody write into the engine: what is ingested meanwhile is read, and not stored."""
    lock = FileLock(chat.folder / "home" / ".footnote.db.write", mode=0o600)
    with lock.acquire(timeout=60):
        yield


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "sub").mkdir(parents=True)
    (folder / "pump.txt").write_text("The pump in hall seven is greased every nine weeks.")
    (folder / "sub" / "crane.txt").write_text("The crane on the east quay carries four tonnes.")
    return folder


def test_dropped_files_are_stored_told_of_and_answer(page: Page, papers: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_text("this is no PDF")
    (tmp_path / "tool.exe").write_bytes(b"MZ")
    drop(page, papers / "pump.txt", tmp_path / "broken.pdf", tmp_path / "tool.exe")
    expect(page.get_by_text("Not added: tool.exe (of a kind that Footnote does not read)")).to_be_visible()
    stored(page, "1 stored · 1 failed")
    page.get_by_text("What could not be read, and why").click()
    expect(page.get_by_text("broken.pdf: is named .pdf but holds something other than a PDF")).to_be_visible()
    barrier_free(page)
    page.get_by_role("link", name="Chat").click()
    drawn(page)
    ask(page, "How often is the pump in hall seven greased?", turn=1)
    expect(page.locator(".fn-turn")).to_contain_text("every nine weeks")


def test_dropped_folder_keeps_its_shape_and_archive_is_opened(
    page: Page, adding_chat: Chat, collection: str, papers: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("mast.txt", "The mast is painted white every spring.")
        archive.writestr("../../lock.txt", "The lock opens at seven.")
    (papers / ".hidden.txt").write_text("not this")
    drop(page, papers, tmp_path / "more.zip")
    expect(page.get_by_text("Not added: papers/.hidden.txt (hidden files are passed over)")).to_be_visible()
    stored(page, "5 stored")
    kept = adding_chat.folder / "home" / "uploads" / collection
    assert {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()} == {
        "papers/pump.txt",
        "papers/sub/crane.txt",
        "more.zip",
    }


@pytest.mark.long
def test_same_name_with_other_content_is_asked_about(
    page: Page, adding_chat: Chat, collection: str, papers: Path
) -> None:
    choose(page, papers / "pump.txt")
    stored(page, "1 stored")
    kept = adding_chat.folder / "home" / "uploads" / collection
    for label in ("Keep both", "Replace"):
        page.get_by_text("Add documents").click()
        (papers / "pump.txt").write_text(f"Now it is greased every ten weeks: {label}.")
        choose(page, papers / "pump.txt")
        expect(page.get_by_text("A file of this name is here already, with other content: pump.txt")).to_be_visible()
        page.get_by_role("button", name=label).click()
        # What the ingest before came to reads alike.
        expect(page.get_by_text("· 2 documents")).to_be_visible(timeout=DONE_MS)
        stored(page, "1 stored")
        # What is still being written has a name of its own.
        assert len([file for file in kept.iterdir() if not file.name.startswith(".")]) == 2
        page.reload()
        drawn(page)
    assert "Replace" in (kept / "pump.txt").read_text()
    assert "Keep both" in (kept / "pump (2).txt").read_text()


def test_progress_is_there_in_a_second_tab_and_after_the_page_was_closed(
    visit: Visit, watch: Watch, page: Page, adding_chat: Chat, collection: str, papers: Path
) -> None:
    choose(page, papers / "pump.txt")
    stored(page, "1 stored")
    with stuck(adding_chat):
        page.get_by_text("Add documents").click()
        add_folder(page, papers)
        second = documents(visit, watch, adding_chat, collection)
        for each in (page, second):
            expect(each.get_by_text(f"Folder {papers}")).to_be_visible()
        expect(second.get_by_text(re.compile("2 read"))).to_be_visible(timeout=DONE_MS)
        barrier_free(second)
        page.close()
    stored(second, "2 stored")
    again = documents(visit, watch, adding_chat, collection)
    expect(again.get_by_text("2 stored")).to_be_visible()


@pytest.mark.long
def test_cancelled_ingest_says_what_is_kept_and_runs_again(page: Page, adding_chat: Chat, papers: Path) -> None:
    choose(page, papers / "pump.txt")
    stored(page, "1 stored")
    with stuck(adding_chat):
        page.get_by_text("Add documents").click()
        add_folder(page, papers / "sub")
        expect(page.get_by_text(re.compile(r"[1-9] read"))).to_be_visible(timeout=DONE_MS)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Finishing what is in hand")).to_be_visible()
    stored(page, "Cancelled. What is counted here is kept")
    page.get_by_role("button", name="Run it again").click()
    expect(page.get_by_text(re.compile(r"^(1 stored|0 stored · 1 unchanged)")).first).to_be_visible(timeout=DONE_MS)


@pytest.mark.long
def test_ingest_of_a_server_that_was_killed_goes_on_after_its_start(
    visit: Visit, watch: Watch, model_home: Path, tmp_path: Path, papers: Path
) -> None:
    watch.forgiven.append(AWAY)
    home = new_home(model_home, tmp_path)
    with real(home) as chat:
        page = documents(visit, watch, chat, "documents")
        choose(page, papers / "pump.txt")
        stored(page, "1 stored")
        with stuck(chat):
            page.get_by_text("Add documents").click()
            add_folder(page, papers)
            expect(page.get_by_text(re.compile(r"[1-9] read"))).to_be_visible(timeout=DONE_MS)
            page.goto("about:blank")
            chat.process.kill()
            chat.process.wait()
    with real(home) as chat:
        page = documents(visit, watch, chat, "documents")
        # What the killed server's process had read it may still have stored, when nothing held it up any more.
        ended = re.compile(r"[12] stored|0 stored · 2 unchanged")
        expect(page.get_by_text(ended).first).to_be_visible(timeout=DONE_MS)
        expect(page.get_by_text("· 3 documents, 3 passages")).to_be_visible()


def test_hostile_names_and_contents_stay_text(page: Page, tmp_path: Path) -> None:
    """As names of files that can and cannot be read, in titles, in texts, in what is told of them."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    for number, (name, text) in enumerate(zip(names(".html"), PAYLOADS, strict=True)):
        (folder / name).write_text(f"<title>{text}</title><p>{text} and some words {number}", encoding="utf-8")
    for name in names(".pdf")[:6]:
        (folder / name).write_text("no PDF")
    (folder / names(".exe")[2]).write_text("no program")
    choose(page, *folder.iterdir())
    expect(page.get_by_text(re.compile(r"^Not added: .*of a kind that Footnote does not read"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ stored · \d+ failed")).first).to_be_visible(timeout=DONE_MS)
    page.get_by_text("What could not be read, and why").click()
    expect(page.get_by_text("is named .pdf but holds something other than a PDF").first).to_be_visible()
    harmless(page)


def test_folder_of_this_machine_is_added_and_what_is_none_is_told(page: Page, papers: Path, adding_chat: Chat) -> None:
    add_folder(page, papers / "nowhere", refused="no such file or folder on the machine that runs Footnote")
    add_folder(page, adding_chat.folder / "home", refused="Footnote keeps its own files there")
    add_folder(page, papers)
    stored(page, "2 stored")
    expect(page.get_by_text("Footnote keeps its own files there")).to_have_count(0)


@pytest.mark.long
def test_watched_folder_is_followed_also_after_the_server_started_again(
    visit: Visit, watch: Watch, model_home: Path, tmp_path: Path, papers: Path
) -> None:
    watch.forgiven.append(AWAY)
    home = new_home(model_home, tmp_path)
    with real(home) as chat:
        page = documents(visit, watch, chat, "documents")
        add_folder(page, papers, watched=True)
        expect(page.get_by_text(f"Watching {papers}")).to_be_visible()
        stored(page, "2 stored")
        page.close()
    (papers / "mast.txt").write_text("The mast is painted white every spring.")
    with real(home) as chat:
        page = documents(visit, watch, chat, "documents")
        stored(page, "1 stored · 2 unchanged")
        papers.rename(tmp_path / "elsewhere")
        expect(page.get_by_text(f"{papers} is not there, or empty; waiting for it")).to_be_visible(timeout=DONE_MS)
        page.get_by_role("button", name="Stop watching").click()
        expect(page.get_by_text("waiting for it")).to_have_count(0)


@pytest.mark.long
def test_address_that_cannot_be_fetched_is_told_with_its_reason(page: Page) -> None:
    for address in ("not an address", "http://127.0.0.1:9/secrets"):
        page.get_by_role("button", name="Add a web address").click()
        page.get_by_placeholder("https://").fill(address)
        page.get_by_role("button", name="Add", exact=True).click()
        told = "write an address that begins with https://" if " " in address else "Web address http"
        expect(page.get_by_text(told)).to_be_visible()
        close_popover(page)
    stored(page, "0 stored · 1 failed")
    # Nothing else came of it: the reason is open.
    expect(page.get_by_text(re.compile("http://127.0.0.1:9/secrets: .*loopback"))).to_be_visible()


def test_answers_are_given_while_documents_are_added(
    visit: Visit, page: Page, adding_chat: Chat, collection: str, papers: Path
) -> None:
    choose(page, papers / "pump.txt")
    stored(page, "1 stored")
    with stuck(adding_chat):
        page.get_by_text("Add documents").click()
        add_folder(page, papers)
        expect(page.get_by_text(re.compile(r"[1-9] read"))).to_be_visible(timeout=DONE_MS)
        chat = visit(adding_chat, f"/?collection={collection}")
        ask(chat, "How often is the pump in hall seven greased?", turn=1)
        expect(chat.locator(".fn-turn")).to_contain_text("every nine weeks")
    stored(page, "2 stored")


def test_sample_is_tried_in_a_collection_of_its_own(page: Page) -> None:
    page.get_by_role("button", name="Try the sample").click()
    expect(page.locator("strong", has_text=re.compile("^sample$"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"27 found|[1-9]\d* read"))).to_be_visible(timeout=DONE_MS)
    # That all of it is stored and answers is shown for the command.
    page.get_by_role("button", name="Cancel").click()
    stored(page, "Cancelled.")


def test_folders_of_the_machine_can_be_turned_off(visit: Visit, watch: Watch, model_home: Path, tmp_path: Path) -> None:
    watch.forgiven.append(AWAY)
    with real(new_home(model_home, tmp_path), "--machine-folders=off") as chat:
        page = documents(visit, watch, chat, "documents")
        page.get_by_role("button", name="Add a folder").click()
        expect(page.get_by_text("From this device")).to_be_visible()
        expect(page.get_by_label("Path of a folder or file")).to_have_count(0)
