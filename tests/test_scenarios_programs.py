"""What somebody sees in Chromium of what programs do, and the other way round: one server, its real parts."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from browsing import Visit, Watch
from calling import call, events, upload
from chat_server import Chat
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.models]

DONE_MS = 60_000


@pytest.fixture
def shelf(served: Chat) -> Iterator[str]:
    """The name of a collection that is dropped at the end."""
    name = f"shelf_{uuid4().hex[:8]}"
    yield name
    call(f"{served.url}/api/collections/{name}", method="DELETE")


@pytest.fixture
def page(visit: Visit, watch: Watch, served: Chat, shelf: str) -> Page:
    """The documents' page of the collection."""
    watch.forgiven.append(r"404 \(Not Found\) \(http://localhost:\d+/documents/_stcore/")
    opened: Page = visit(served, f"/documents?collection={shelf}")
    expect(opened.get_by_text(re.compile("There are no documents here yet"))).to_be_visible()
    return opened


def test_upload_by_a_program_shows_on_the_open_page(page: Page, served: Chat, shelf: str) -> None:
    _, _, told = upload(f"{served.url}/api/documents", [("lamp.txt", b"The lamp is lit.")], collection=shelf)
    expect(page.get_by_text("lamp", exact=True).first).to_be_visible(timeout=DONE_MS)
    assert events(f"{served.url}/api/jobs/{told['job']['id']}/events")[-1][1]["state"] == "done"


@pytest.mark.long
def test_folder_of_the_page_is_a_job_for_programs(page: Page, served: Chat, shelf: str, tmp_path: Path) -> None:
    (tmp_path / "rope.txt").write_text("The rope is in the shed.")
    page.get_by_role("button", name="Add a folder").click()
    page.get_by_label("Path of a folder or file").fill(str(tmp_path))
    page.get_by_role("button", name="Add", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("rope", exact=True).first).to_be_visible(timeout=DONE_MS)
    _, _, listed = call(f"{served.url}/api/jobs?collection={shelf}")
    [job] = listed["jobs"]
    assert (job["kind"], job["wanted"]) == ("folder", [str(tmp_path)])
    assert events(f"{served.url}/api/jobs/{job['id']}/events")[-1][1]["progress"]["stored"] == 1


def test_description_is_read_and_tried(visit: Visit, served: Chat) -> None:
    """Within the content security policy: the visitor's console stays empty."""
    page = visit(served, "/docs", wait=False)
    expect(page.get_by_text("List the documents of a collection, by source")).to_be_visible(timeout=DONE_MS)
    page.locator("#operations-Collections-list_collections").click()
    page.locator("#operations-Collections-list_collections .execute").click()
    answered = page.locator("#operations-Collections-list_collections .live-responses-table tbody .response-col_status")
    expect(answered.first).to_have_text(re.compile("200"))


def test_citation_of_an_answer_opens_at_its_place(visit: Visit, served: Chat) -> None:
    question = {"question": "How many person transfers were counted in 2024?", "where": ["type=pdf"]}
    _, _, answer = call(f"{served.url}/api/ask", question)
    address = answer["footnotes"][0]["url"].removeprefix(served.url)
    page = visit(served, address, wait=False)
    expect(page.locator(".fnr-page img")).to_be_visible()
    expect(page.locator(".fnr-box.fnr-chosen").first).to_be_in_viewport()
