"""What people do with sources, in real Chromium: open them beside the text, turn pages, and go back to the line."""

import io
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
import docx
from barriers import barrier_free
from browsing import PHONE, Visit, ask, drawn, harmless
from chat_server import Chat, real, wait_for_end_of_engine
from conftest import copied, once, run_command
from docx.shared import Inches
from files import write_docx
from fpdf import FPDF
from payloads import PAYLOADS
from playwright.sync_api import Locator, Page, expect
from test_pictures_inside import picture

from ingest.load.picture import ocr
from qa.store.ids import document_id

pytestmark = [pytest.mark.browser, pytest.mark.models]

CABLE = "Which company repaired the damaged export cable?"
GREASE = "What is the winch greased with?"
CODE = """'''Rounds of the watch.'''


def night_watch(hours):
    # The lamp is trimmed twice a night.
    return hours * 2
"""


def make_papers(folder: Path) -> None:
    """Make documents of the kinds that the sample lacks, and hostile ones."""
    folder.mkdir()
    pdf = FPDF(format=(150, 200))
    pdf.set_font("Helvetica", size=12)
    pdf.set_title("Winch manual")
    for number in range(1, 13):
        pdf.add_page(label_style="r" if number < 7 else "D", label_start=1 if number in (1, 7) else None)
        pdf.multi_cell(0, 7, f"Leaf {number} of the manual of the winch." if number != 4 else WINCH)
    pdf.output(str(folder / "winch.pdf"))
    (folder / "watch.py").write_text(CODE)
    write_docx(
        folder / "bell.docx",
        [
            ("Heading 1", "Ringing"),
            ("Normal", "The fog bell is struck by the keeper on duty."),
            ("Heading 2", "Strokes"),
            ("table", [["Weather", "Strokes"], ["Fog", "seven"], ["Snow", "nine"], ["Rain", "two"]]),
        ],
    )
    (folder / "barometer.html").write_text(
        "<title>Barometer</title><h1>Barometer</h1><p>The barometer hangs in the chart room.</p>"
        "<script>window.hostile=1;alert(1)</script>"
    )
    harbour = docx.Document()
    harbour.add_heading("Harbour dues", 1)
    harbour.add_paragraph("The dues are shown on the board at the gate, of which this is a photograph.")
    harbour.add_picture(io.BytesIO(picture(DUES, size=(900, 260))), width=Inches(5))
    harbour.add_paragraph("They are paid to the harbour master before the ship casts off.")
    harbour.save(str(folder / "harbour.docx"))
    (folder / "anchors.txt").write_text("The kedge anchor weighs 140 kilograms and lies on the foredeck.\n")
    (folder / "sails.md").write_text("# Sails\n\nThe storm trysail has an area of 21 square metres.\n")
    lines = "\n\n".join(f"The password of door {n} is {payload}" for n, payload in enumerate(PAYLOADS, 1))
    (folder / "doors.txt").write_text(
        f"Doors <script>alert(1)</script>\n\nThe harbour office keeps this list.\n\n{lines}\n"
    )


DUES = ("Berths at the long quay", "A berth for a trawler costs 340 EUR a month", "and includes drinking water.")
WINCH = (
    "Leaf 4 of the manual of the winch. The drum of the winch is greased with lithium soap every two hundred hours, "
    "and the pawls are left dry so that no sand sticks to them."
)


@pytest.fixture(scope="session")
def untouched_papers(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """These documents as `papers`, and as `home` one into which they were ingested; no engine serves it."""

    def make(folder: Path) -> None:
        make_papers(folder / "papers")
        home = folder / "home"
        home.mkdir()
        (home / "models").symlink_to(model_home / "models")
        command = ["ingest", str(folder / "papers"), "--home", str(home), "--quiet", "--engine-idle", "1"]
        assert run_command(command) == 0
        wait_for_end_of_engine(home)

    return once(tmp_path_factory, "papers", make)


@pytest.fixture(scope="session")
def papers(untouched_papers: Path) -> Path:
    """The folder of these documents, the same for all processes."""
    return untouched_papers / "papers"


@pytest.fixture(scope="session")
def papers_chat(untouched_papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """`footnote ui` over these documents."""
    with real(copied(untouched_papers / "home", tmp_path_factory.mktemp("reading") / "home")) as chat:
        yield chat


@pytest.fixture(scope="session", autouse=True)
def _made_before_the_browser(sample_chat: Chat, papers_chat: Chat) -> None:
    """While the browser runs, nothing can be ingested in this process."""


def opened(page: Page, marker: Locator | None = None) -> Locator:
    """Follow a footnote; return the pane."""
    (marker or page.locator("a.fn-ref").first).click()
    pane = page.locator(".fnr-pane")
    expect(pane.locator(".fnr-body")).to_be_focused()
    return pane


def loaded(pane: Locator) -> Locator:
    """Return the picture of the page once it is there."""
    picture = pane.locator(".fnr-page img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 500
    return picture


def settled(marker: Locator) -> float:
    """Where a line stands in the window once it has stood there for half a second."""
    found: float = marker.evaluate(
        """marker => new Promise(done => {
          let at = marker.getBoundingClientRect().top, since = performance.now();
          const look = () => {
            const now = marker.getBoundingClientRect().top;
            if (now !== at) [at, since] = [now, performance.now()];
            if (performance.now() - since > 500) done(at);
            else requestAnimationFrame(look);
          };
          look();
        })"""
    )
    return found


def test_footnote_shows_the_page_with_the_words_boxed(visit: Visit, papers_chat: Chat) -> None:
    page = visit(papers_chat, width=1400)
    ask(page, GREASE, turn=1)
    pane = opened(page)
    expect(pane.locator(".fnr-title")).to_contain_text("Winch manual")
    expect(pane.locator(".fnr-at")).to_have_text("p. 4 (iv) of 12")
    loaded(pane)
    expect(pane.locator("#fnr-here")).to_be_in_viewport()
    assert pane.locator(".fnr-box").count() >= 2
    sheet, word = pane.locator(".fnr-page").bounding_box(), pane.locator("#fnr-here").bounding_box()
    assert sheet
    assert word
    assert sheet["x"] < word["x"]
    assert word["x"] + word["width"] < sheet["x"] + sheet["width"]
    assert word["height"] < sheet["height"] / 10
    # The text beside it keeps room, and another question can be asked.
    answer = page.locator(".fn-answer").first.bounding_box()
    beside = pane.bounding_box()
    assert answer
    assert beside
    assert answer["x"] + answer["width"] <= beside["x"]
    ask(page, "How much does the kedge anchor weigh?", turn=2)
    expect(pane).to_be_visible()


def test_keys_turn_pages_zoom_leave_and_close(visit: Visit, papers_chat: Chat) -> None:
    """Behind the pane's end comes the line of the link, not the beginning of the page; a field keeps its Escape."""
    page = visit(papers_chat)
    ask(page, GREASE, turn=1)
    marker = page.locator("a.fn-ref").first
    marker.focus()
    page.keyboard.press("Enter")
    pane = page.locator(".fnr-pane")
    expect(pane.locator(".fnr-body")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(pane.locator(".fnr-at")).to_have_text("p. 5 (v) of 12")
    expect(pane.locator(".fnr-box")).to_have_count(0)
    assert pane.locator(".fnr-body").evaluate("body => body.scrollTop") == 0, "the next page begins with its beginning"
    page.keyboard.press("ArrowLeft")
    expect(pane.locator(".fnr-at")).to_have_text("p. 4 (iv) of 12")
    expect(pane.locator("#fnr-here")).to_be_visible()
    before = pane.locator(".fnr-page").bounding_box()
    page.keyboard.press("+")
    expect(pane.locator(".fnr-page")).to_have_attribute("style", re.compile("width:125%"))
    after = pane.locator(".fnr-page").bounding_box()
    assert before
    assert after
    assert after["width"] > 1.2 * before["width"]
    # The text beneath stays where it is while the page is moved sideways.
    places = []
    for left in (0, 40):
        pane.locator(".fnr-body").evaluate("(body, left) => { body.scrollLeft = left; }", left)
        places.append([pane.locator(part).bounding_box() for part in (".fnr-page", ".fnr-beneath")])
    assert places[0][0] != places[1][0]
    assert places[0][1] == places[1][1]
    page.keyboard.press("-")
    expect(pane.locator(".fnr-page")).to_have_attribute("style", re.compile("width:100%"))
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    expect(marker).to_be_focused()
    # It is left and closed by keys from wherever the focus is.
    marker.click()
    expect(page.locator("dialog.fnr-pane:not([aria-busy]) .fnr-body")).to_be_focused()
    for _ in range(10):
        page.keyboard.press("Tab")
        if marker.evaluate("link => link === document.activeElement"):
            break
    expect(marker).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".fn > summary").first).to_be_focused()
    page.get_by_test_id("stChatInputTextArea").focus()
    page.keyboard.press("Escape")
    expect(pane).to_be_visible()
    page.get_by_role("button", name="Ask again").focus()
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()


@pytest.mark.parametrize(("scheme", "by"), [("light", "button"), ("dark", "Back")])
def test_on_a_phone_the_pane_covers_the_page_and_closes_to_the_same_line(
    visit: Visit, papers_chat: Chat, scheme: str, by: str
) -> None:
    page = visit(papers_chat, width=PHONE, scheme=scheme)
    for turn, question in enumerate((GREASE, "How much does the kedge anchor weigh?", GREASE), 1):
        ask(page, question, turn=turn)
    marker = page.locator(".fn-turn").nth(1).locator("a.fn-ref").first
    drawn(page)
    # What could be asked next comes below within half a second, and a chat at its end follows it.
    page.wait_for_timeout(700)
    marker.scroll_into_view_if_needed()
    before = settled(marker)
    marker.tap()
    pane = page.locator(".fnr-pane")
    expect(pane.locator(".fnr-body")).to_be_focused()
    box = pane.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE, 844)
    assert pane.evaluate("pane => pane.scrollWidth - pane.clientWidth") <= 1
    # However long the names are, the text has most of the room.
    names = (
        "pane => pane.querySelectorAll('.fnr-title, .fnr-where > *').forEach(one => one.append(' name'.repeat(400)))"
    )
    pane.evaluate(names)
    text = pane.locator(".fnr-body").bounding_box()
    assert text
    assert text["height"] > 844 / 2
    # The page beneath takes no focus meanwhile.
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('.fnr-pane')"
        )
    here = page.url
    if by == "Back":
        page.go_back()
    else:
        pane.get_by_role("button", name="Close").tap()
    expect(pane).to_be_hidden()
    assert abs(settled(marker) - before) < 2
    expect(marker).to_be_focused()
    assert page.url == here
    # The next Back leaves the conversation, as it would have without the pane.
    page.wait_for_function("!history.state?.footnoteCovered")
    page.go_back()
    expect(page.locator(".fn-turn")).to_have_count(0)


def test_closing_beside_the_text_keeps_the_line(visit: Visit, papers_chat: Chat) -> None:
    """The text is narrower while the pane is open, so that its lines break elsewhere."""
    page = visit(papers_chat)
    for turn in (1, 2, 3):
        ask(page, GREASE, turn=turn)
    marker = page.locator(".fn-turn").nth(1).locator("a.fn-ref").first
    drawn(page)
    marker.scroll_into_view_if_needed()
    before = settled(marker)
    pane = opened(page, marker)
    assert abs(settled(marker) - before) < 2
    pane.get_by_role("button", name="Close").click()
    expect(pane).to_be_hidden()
    assert abs(settled(marker) - before) < 2
    # Sources add nothing to the history, and none stays beside a conversation that it is not of.
    length = page.evaluate("history.length")
    for _ in range(3):
        opened(page, marker)
    assert page.evaluate("history.length") == length
    page.go_back()
    expect(pane).to_be_hidden()
    expect(page.locator(".fn-turn")).to_have_count(0)


def test_without_script_the_source_is_a_page_of_its_own(visit: Visit, papers_chat: Chat) -> None:
    first = visit(papers_chat)
    ask(first, GREASE, turn=1)
    address = first.locator("a.fn-ref").first.get_attribute("href") or ""
    page = visit(papers_chat, address, wait=False, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Winch manual")
    expect(page.locator("#fnr-here")).to_be_visible()
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".fnr-at")).to_have_text("p. 5 (v) of 12")
    page.get_by_role("link", name="Larger").click()
    expect(page.locator(".fnr-page")).to_have_attribute("style", re.compile("width:125%"))


def test_marker_with_a_key_held_opens_another_tab(visit: Visit, papers_chat: Chat) -> None:
    """There, the last page has its own number and no next one."""
    page = visit(papers_chat)
    ask(page, GREASE, turn=1)
    with page.context.expect_page() as other:
        page.locator("a.fn-ref").first.click(modifiers=["ControlOrMeta"])
    expect(other.value.locator(".fnr-at")).to_have_text("p. 4 (iv) of 12")
    barrier_free(other.value)
    expect(page.locator(".fnr-pane")).to_be_hidden()
    alone = other.value
    alone.goto(f"{papers_chat.url}{page.locator('a.fn-ref').first.get_attribute('href')}?page=12")
    expect(alone.locator(".fnr-at")).to_have_text("p. 12 (6) of 12")
    expect(alone.get_by_role("link", name="Next page")).to_have_count(0)
    expect(alone.get_by_role("link", name="Previous page")).to_be_visible()


def test_mail_has_a_head_and_a_body(visit: Visit, sample_chat: Chat) -> None:
    # Of the languages of the page the one with the longer words, on the narrowest text that the pane leaves.
    page = visit(sample_chat, locale="de-DE")
    ask(page, "How high may the waves be for a transfer from Plover Dash?", turn=1)
    pane = opened(page)
    expect(page.locator("html")).to_have_class(re.compile("fnr-beside"))
    copy, edit = (page.get_by_role("button", name=name).bounding_box() for name in ("Kopieren", "Bearbeiten"))
    assert copy
    assert edit
    assert copy["y"] == edit["y"], "the row of buttons is one line"
    expect(pane.locator("dt", has_text="Betreff")).to_be_visible()
    expect(pane.locator("dl")).to_contain_text("New wave limit for Plover Dash")
    expect(pane.locator("#fnr-here")).to_contain_text("1.60 m")
    expect(pane.locator("mark")).to_contain_text(["1.60 m"])


def test_sheet_has_its_header_row_numbers_and_the_cited_row(visit: Visit, sample_chat: Chat) -> None:
    page = visit(sample_chat)
    ask(page, "How many faults did turbine B06 have?", turn=1)
    pane = opened(page)
    expect(pane.locator("thead th")).to_contain_text(["Row", "date", "turbine"])
    cited = pane.locator("tr.fnr-cited")
    expect(cited).to_have_count(1)
    expect(cited.locator("th")).to_contain_text("4")
    expect(cited).to_contain_text("Lightning strike blade")
    assert pane.locator("tbody tr").count() > 5


def test_office_file_keeps_headings_and_tables_and_code_has_line_numbers(visit: Visit, papers_chat: Chat) -> None:
    page = visit(papers_chat)
    ask(page, "How often is the fog bell struck in snow?", turn=1)
    pane = opened(page)
    expect(pane.locator(".fnr-heading").first).to_have_text("Ringing")
    expect(pane.locator("thead th")).to_have_text(["Weather", "Strokes"])
    expect(pane.locator("tbody tr")).to_have_count(3)
    expect(pane.locator("tr.fnr-cited")).to_contain_text(["nine"])
    ask(page, "How often is the lamp trimmed by the watch?", turn=2)
    pane = opened(page, page.locator(".fn-turn").nth(1).locator("a.fn-ref").first)
    line = pane.locator(".fnr-line", has_text="The lamp is trimmed")
    expect(line.locator(".fnr-number")).to_have_text("5")
    expect(line.locator("mark").first).to_be_visible()


def test_file_that_changed_or_went_is_told_and_its_stored_text_shown(
    visit: Visit, papers_chat: Chat, papers: Path
) -> None:
    page = visit(papers_chat)
    ask(page, "How much does the kedge anchor weigh?", turn=1)
    ask(page, "What area has the storm trysail?", turn=2)
    (papers / "anchors.txt").write_text("The kedge anchor was sold.\n")
    (papers / "sails.md").unlink()
    for turn, said, kept in ((0, "has changed", "140 kilograms"), (1, "no longer there", "21 square metres")):
        marker = page.locator(".fn-turn").nth(turn).locator("a.fn-ref").first
        pane = opened(page, marker)
        expect(pane.locator(".fnr-note")).to_contain_text(said)
        expect(pane.locator("#fnr-here")).to_contain_text(kept)
        expect(pane.get_by_role("link", name="Download")).to_have_count(0)
        assert fetched(papers_chat, f"{marker.get_attribute('href')}/original")[0] == 404
        barrier_free(page)


def test_original_is_opened_and_downloaded(visit: Visit, papers_chat: Chat, papers: Path, tmp_path: Path) -> None:
    page = visit(papers_chat)
    ask(page, GREASE, turn=1)
    pane = opened(page)
    with page.expect_download() as download:
        pane.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "winch.pdf"
    download.value.save_as(tmp_path / "winch.pdf")
    assert (tmp_path / "winch.pdf").read_bytes() == (papers / "winch.pdf").read_bytes()
    status, headers, body = fetched(papers_chat, f"{page.locator('a.fn-ref').first.get_attribute('href')}/original")
    assert (status, headers["content-type"]) == (200, "application/pdf")
    assert headers["x-content-type-options"] == "nosniff"
    assert body == (papers / "winch.pdf").read_bytes()


def test_web_page_is_opened_as_text_that_can_do_nothing(visit: Visit, papers_chat: Chat) -> None:
    page = visit(papers_chat)
    ask(page, "Where does the barometer hang?", turn=1)
    pane = opened(page)
    expect(pane.locator("#fnr-here")).to_contain_text("chart room")
    with page.context.expect_page() as other:
        pane.get_by_role("link", name="Open the original").click()
    expect(other.value.locator("body")).to_contain_text("<script>")
    harmless(other.value)
    address = page.locator("a.fn-ref").first.get_attribute("href") or ""
    connection = HTTPConnection("localhost", papers_chat.port, timeout=30)
    connection.request("GET", f"{address}/original")
    answer = connection.getresponse()
    policies = answer.headers.get_all("content-security-policy") or []
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert any(policy.startswith("sandbox") for policy in policies)
    assert any("frame-ancestors 'none'" in policy for policy in policies)
    connection.close()


def test_document_is_read_from_its_beginning(visit: Visit, papers_chat: Chat) -> None:
    page = visit(papers_chat, f"/read/document/{document_id('documents', 'papers/winch.pdf')}", wait=False)
    expect(page.locator(".fnr-at")).to_have_text("p. 1 (i) of 12")
    expect(page.locator(".fnr-box")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".fnr-at")).to_have_text("p. 2 (ii) of 12")
    page.goto(f"{papers_chat.url}/read/document/{document_id('documents', 'papers/winch.pdf')}?collection=documents")
    assert "collection=documents" in (loaded(page.locator("body")).get_attribute("src") or "")
    for name in ("../../etc", "nothing-of-this-name", "a'b"):
        path = f"/read/document/{'0' * 32}?collection={name}"
        status, _, body = fetched(papers_chat, path)
        assert status in (404, 503)
        assert b"Traceback" not in body


def test_hostile_texts_stay_text_in_the_pane(visit: Visit, papers_chat: Chat) -> None:
    page = visit(papers_chat)
    ask(page, "Who keeps the list of the passwords of the doors?", turn=1)
    pane = opened(page)
    expect(pane).to_contain_text("password of door 1")
    shown: set[str] = set()
    while True:
        shown |= set(re.findall(r"password of door (\d+)", pane.inner_text()))
        harmless(page)
        later = pane.get_by_role("link", name="Later text")
        if not later.count():
            break
        before = pane.locator(".fnr-text").inner_text()
        later.click()
        expect(pane.locator(".fnr-text")).not_to_have_text(before)
    assert len(shown) == len(PAYLOADS)
    assert pane.locator("script, iframe, img, svg, form, object, embed, style, link, base, meta").count() == 0
    page.goto(f"{papers_chat.url}{page.locator('a.fn-ref').first.get_attribute('href')}")
    expect(page.locator(".fnr-text")).to_be_visible()
    harmless(page)


def fetched(chat: Chat, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask the chat as its own page would."""
    connection = HTTPConnection("localhost", chat.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/read/files/../routes.py",
        "/read/files/..%2froutes.py",
        "/read/files/%2e%2e/routes.py",
        "/read/files/pane.py",
        "/read/../../../../etc/passwd",
        "/read/document/..%2f..%2fetc%2fpasswd",
        "/read/document/etc",
        "/read/document/" + "0" * 32,
        "/read/document/" + "0" * 32 + "/original",
        "/read/document/" + "0" * 32 + "/page-1.png",
        "/read/' or '1'='1/1",
        "/read/" + "a" * 32 + "/1",
        "/read/" + "a" * 32 + "/1/original",
        "/read/" + "a" * 32 + "/near/1/page-1.png",
    ],
)
def test_what_no_answer_and_no_collection_holds_is_not_found(sample_chat: Chat, path: str) -> None:
    status, _, body = fetched(sample_chat, path.replace(" ", "%20"))
    # What is no address of the pane gets the page itself, as any other address does.
    assert status in (400, 404) or b'<div id="root">' in body
    assert b"Traceback" not in body


def test_source_is_shown_to_no_other_page(visit: Visit, sample_chat: Chat) -> None:
    page = visit(sample_chat)
    ask(page, CABLE, turn=1)
    address = page.locator("a.fn-ref").first.get_attribute("href") or ""
    for path in (address, f"{address}/original", f"{address}/page-1.png"):
        assert fetched(sample_chat, path)[0] == 200
        assert fetched(sample_chat, path, Origin="http://evil.example")[0] == 403
        assert fetched(sample_chat, path, Host="evil.example")[0] == 403
        assert fetched(sample_chat, path, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})[0] == 403
    assert fetched(sample_chat, f"{address}/page-99.png")[0] == 404
    assert fetched(sample_chat, f"{address}/page-1.png?w=99999")[0] == 404


@pytest.mark.skipif(not ocr.installed(), reason="nothing here reads pictures")
def test_words_of_a_picture_in_a_document_are_boxed_on_it(visit: Visit, papers_chat: Chat) -> None:
    page = visit(papers_chat, width=PHONE)
    ask(page, "What does a berth for a trawler cost?", turn=1)
    pane = opened(page)
    expect(pane.locator(".fnr-title")).to_contain_text("harbour", ignore_case=True)
    figure = pane.locator(".fnr-text .fnr-page")
    expect(figure.get_by_role("img", name="Picture")).to_be_visible()
    # It stands where it does in the text, which goes on beneath it.
    assert figure.evaluate("figure => figure.nextElementSibling.textContent").startswith("Picture: Berths at the long")
    box, around = pane.locator("#fnr-here").bounding_box(), figure.bounding_box()
    assert box is not None
    assert around is not None
    assert (box["y"] - around["y"]) / around["height"] == pytest.approx(80 / 260, abs=0.06)
    assert box["x"] >= around["x"]
    assert box["x"] + box["width"] <= around["x"] + around["width"]
    barrier_free(page)
