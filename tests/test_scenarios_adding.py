"""What people do to bring documents in, in real Chromium: real files through the real ingest, on the real engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from browsing import Visit, Watch
from chat_server import Chat, real
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.models]

DONE_MS = 60_000


@pytest.fixture(scope="session")
def adding_home(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("adding") / "home"
    home.mkdir(mode=0o700)
    (home / "models").symlink_to(model_home / "models")
    return home


@pytest.fixture(scope="session")
def adding_chat(adding_home: Path) -> Iterator[Chat]:
    """`footnote ui` over an empty home, into which all scenarios here bring documents."""
    with real(adding_home) as chat:
        yield chat


@pytest.fixture
def page(visit: Visit, watch: Watch, adding_chat: Chat) -> Page:
    """The documents' page of a new visitor."""
    return documents(visit, watch, adding_chat)


def documents(visit: Visit, watch: Watch, chat: Chat) -> Page:
    # Streamlit finds out where it is served by asking below the page's own address first.
    watch.forgiven.append(r"404 \(Not Found\) \(http://localhost:\d+/documents/_stcore/")
    return visit(chat, "/documents")


def drop(page: Page, *paths: Path) -> None:
    """Drop files and folders onto the page, as from a file manager."""
    zone = page.get_by_test_id("stFileUploaderDropzone").first
    box = zone.bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


def test_dropped_files_are_stored_and_what_cannot_be_read_is_told(page: Page, tmp_path: Path) -> None:
    (tmp_path / "pump.txt").write_text("The pump in hall seven is greased every nine weeks.")
    (tmp_path / "broken.pdf").write_text("this is no PDF")
    (tmp_path / "tool.exe").write_bytes(b"MZ")
    drop(page, tmp_path / "pump.txt", tmp_path / "broken.pdf", tmp_path / "tool.exe")
    expect(page.get_by_text("Not added: tool.exe (of a kind that Footnote does not read)")).to_be_visible()
    expect(page.get_by_text("1 stored · 1 failed")).to_be_visible(timeout=DONE_MS)
