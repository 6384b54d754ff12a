"""What the reading pane is made of: lookups, files' states, stored text put together, and its HTML. No server."""

import os
import re
import time
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from files import write_pdf
from payloads import PAYLOADS

from ingest.load import load
from ingest.plan.roots import INSIDE, ROOT
from ingest.split.splitter import heading_path
from qa.database.exchanges import Exchange
from qa.errors import StoreError, StoreUnavailableError
from qa.store import RegisterRow, new_row
from qa.store.absence import absent
from qa.store.ids import document_id
from qa.types import Answer, Chunk, Citation, Document, Hit, Place, Statement
from ui.reading import links, lookup, view
from ui.reading.blocks import Head, Heading, Items, Paragraph, Rows, blocks
from ui.reading.boxed import Pictures
from ui.reading.drawn import Ink, drawn
from ui.reading.gathering import line_numbers, texts_in_file, trouble_of
from ui.reading.originals import Original, Originals
from ui.reading.pdf.drawing import Sheet
from ui.reading.stored import Stretch, at, on_page, stretches, within
from ui.reading.view import Drawn, Reading
from ui.web.language import speaking


def chunk(text: str, start: int = 0, *, ordinal: int = 0, page: int = 0, heading: str = "", **metadata: str) -> Chunk:
    end = start + len(text)
    return Chunk(f"c{ordinal}", "d" * 32, "v1", ordinal, "a/b.txt", "B", heading, page, start, end, text, metadata)


def exchange(answer: Answer | None) -> Exchange:
    return Exchange("e" * 32, "c" * 32, "", "question", answer=answer, created=datetime.now(UTC))


def answer(**changes: object) -> Answer:
    one, other = chunk("The pump runs at 50 Hz. It hums.", 100), chunk("Another passage.", 500, ordinal=4)
    values = {"question": "q", "query": "q", "text": "t", "found": True, "model": "extractive"}
    statements = (Statement("It runs.", (2,), against=(Place(2, 124, 132),)),)
    citations = (Citation(2, one, ((100, 108), (108, 112), (124, 132), (0, 5))),)
    hits = (Hit(other, 0.5, 1, "scores"), Hit(one, 0.4, 2, "scores"))
    return Answer(**{**values, "statements": statements, "citations": citations, "hits": hits, **changes})  # type: ignore[arg-type]


def test_footnote_is_looked_up_with_what_is_marked_in_it() -> None:
    wanted = lookup.cited(exchange(answer()), 2, "/read/x/2", mark=1)
    assert wanted
    assert wanted.spans == ((100, 112), (124, 132)), "spans that touch are one, and none leaves the passage"
    assert wanted.against == ((124, 132),)
    assert wanted.span == (124, 132)
    assert [other.start for other in wanted.others] == [500]


@pytest.mark.parametrize("number", [0, 1, 3, 10**6])
def test_footnote_that_an_answer_lacks_is_none(number: int) -> None:
    assert lookup.cited(exchange(answer()), number, "") is None
    assert lookup.cited(exchange(None), number, "") is None


def test_nearest_passage_is_looked_up_by_its_rank() -> None:
    found = lookup.nearest(exchange(answer()), 1, "")
    assert found
    assert found.chunk.start == 500
    assert found.span == (500, 516)
    assert lookup.nearest(exchange(answer()), 3, "") is None


@pytest.mark.parametrize("text", ["", "..", "a/b", "A" * 32, "g" * 32, "a" * 100, "é" * 32, "1' or '1'='1"])
def test_only_hexadecimal_ids_are_ids(text: str) -> None:
    assert not lookup.is_id(text)


def test_links_name_the_language_of_their_page() -> None:
    assert links.cited("ab", 3) == "/read/ab/3"
    assert links.cited("ab", 3, mark=2) == "/read/ab/3?mark=2"
    with speaking("de-AT"):
        assert links.cited("ab", 3) == "/read/ab/3?lang=de"
        assert links.document("ab", "my papers") == "/read/document/ab?collection=my+papers&lang=de"


def test_parts_of_a_source_are_in_the_collection_that_holds_it() -> None:
    """The picture and the file of a document that another collection held were not found."""
    assert links.beneath("/read/ab/3?mark=2", "original") == "/read/ab/3/original"
    address = "/read/document/ab?collection=my+papers&lang=de"
    picture = "/read/document/ab/page-2.png?collection=my+papers&w=800"
    assert links.beneath(address, "page-2.png", w=800) == picture
    wanted = lookup.Wanted(chunk("The pump runs."), address)
    html = view.part(reading(wanted=wanted, page=Drawn(sheet(), "/p.png")))
    found = re.findall(r'href="([^"]*)"', html)
    assert len(found) == 6
    assert all("collection=my+papers" in link for link in found)


# Files.


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    path = folder / "pump.txt"
    path.write_text("The pump runs at 50 Hz.")
    return path


def row_of(path: Path, *, source: str = "papers/pump.txt", **metadata: str) -> RegisterRow:
    from ingest.discover.sources import FileSource

    print_ = FileSource(path, path.parent).fingerprint()
    document = Document(source, "Pump", "text", "text/plain")
    facts: Mapping[str, str] = {ROOT: str(path.parent), **metadata}
    return new_row(
        "docs",
        document,
        sha256=print_.sha256,
        size=print_.size,
        modified=print_.modified,
        chunk_count=1,
        metadata=facts,
    )


def test_file_is_opened_while_it_is_what_was_read(file: Path) -> None:
    originals, row = Originals(), row_of(file)
    original = originals.of(row, row.version)
    assert original.state == "same"
    opened = originals.open(original)
    assert opened
    with opened:
        assert opened.read() == b"The pump runs at 50 Hz."


def test_touched_file_is_the_same_and_an_older_version_another(file: Path) -> None:
    originals, row = Originals(), row_of(file)
    os.utime(file, (1, 1))
    assert originals.of(row, row.version).state == "same"
    assert originals.of(row, row.version[:2] + "0" * 30).state == "changed"


def test_changed_file_is_not_opened_even_with_the_size_and_time_of_the_old_one(file: Path) -> None:
    originals, row = Originals(), row_of(file)
    before = file.stat()
    original = originals.of(row, row.version)
    file.write_text("The pump runs at 60 Hz.")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert originals.of(row, row.version).state == "changed"
    other = file.with_name("other.txt")
    other.write_text("secret")
    other.replace(file)
    assert originals.open(original) is None


@pytest.mark.parametrize("version", ["", "an older one"])
def test_huge_file_in_the_place_of_another_is_not_read_through(file: Path, version: str) -> None:
    """Each look at such a document took a minute, and one of the few threads that all pages share."""
    row = row_of(file)
    os.truncate(file, 1 << 40)
    started = time.process_time()
    assert Originals().of(row, version or row.version).state == "changed"
    assert time.process_time() - started < 1.0


def test_link_out_of_the_folder_shows_nothing_that_was_not_read(file: Path, tmp_path: Path) -> None:
    originals, row = Originals(), row_of(file)
    secret = tmp_path / "secret.txt"
    secret.write_text("root:x:0:0")
    file.unlink()
    file.symlink_to(secret)
    assert originals.of(row, row.version).state == "changed"
    file.unlink()
    file.symlink_to(tmp_path)
    assert originals.of(row, row.version).state in ("changed", "unreadable")


def test_pipe_in_the_place_of_a_file_is_not_waited_for(file: Path) -> None:
    row = row_of(file)
    file.unlink()
    os.mkfifo(file)
    assert Originals().of(row, row.version).state == "changed"


@pytest.mark.parametrize("source", ["papers/../secret.txt", "papers/../../etc/passwd", "papers//etc/passwd"])
def test_registered_name_that_leads_elsewhere_shows_only_what_was_read(file: Path, tmp_path: Path, source: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    row = row_of(file, source=source)
    assert Originals().of(row, row.version).state in ("changed", "gone")


def test_states_of_what_is_not_there(file: Path, tmp_path: Path) -> None:
    originals, row = Originals(), row_of(file)
    assert originals.of(None, row.version).state == "removed"
    assert originals.of(replace(row, source="https://a.example/b", metadata={}), row.version).state == "no file"
    elsewhere = replace(row, metadata={ROOT: str(tmp_path / "other machine")})
    assert originals.of(elsewhere, row.version).state == "elsewhere"
    file.unlink()
    assert originals.of(row, row.version).state == "gone"


def test_part_of_a_file_has_the_file_that_holds_it(file: Path) -> None:
    row = row_of(file, source="papers/pump.txt!/inner.pdf", **{INSIDE: "papers/pump.txt"})
    original = Originals().of(replace(row, media_type="application/pdf"), row.version)
    assert (original.state, original.inside, original.name) == ("same", True, "pump.txt")
    assert not original.is_drawn
    assert Originals().part(original, row) == original, "a text holds no part, so there is only the file itself"


WINCH = "The winch is greased every two hundred hours."


def archive_of_a_mail(folder: Path) -> tuple[Path, bytes]:
    """Write an archive with a mail with a PDF of one page, and return it and the PDF."""
    pdf = write_pdf(folder / "drawn.pdf", [WINCH]).read_bytes()
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "The manual", "keeper@example.com"
    mail.set_content("Here it is.")
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="winch manual.pdf")
    path = folder / "kept.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2024/manual.eml", mail.as_bytes())
        archive.writestr("notes.txt", "Nothing new.")
    return path, pdf


def test_pdf_in_a_mail_in_an_archive_is_drawn_and_opened_itself(file: Path) -> None:
    path, pdf = archive_of_a_mail(file.parent)
    inner = "papers/kept.zip!/2024/manual.eml!/winch manual.pdf"
    assert inner in [document.source for document in load(path, "papers/kept.zip").documents]
    row = replace(row_of(path, source=inner, **{INSIDE: "papers/kept.zip"}), media_type="application/pdf")
    originals = Originals()
    found = originals.of(row, row.version)
    part = originals.part(found, row)
    assert (part.is_drawn, part.inside, part.name) == (True, False, "winch manual.pdf")
    opened = originals.open(part)
    assert opened
    with opened:
        assert opened.read() == pdf
    assert originals.part(found, row) == part, "it is taken out once"
    passage = Chunk("c", row.document_id, row.version, 0, inner, "Winch", "", 1, 0, len(WINCH), WINCH)
    pictures = Pictures(originals=originals)
    try:
        whole, winch = (pictures.page(row, passage, [passage], marks, 100) for marks in ([], [(4, 9)]))
    finally:
        pictures.close()
    assert winch.startswith(b"\x89PNG")
    assert whole != winch, "other words are boxed"


def test_part_that_cannot_be_taken_out_is_shown_by_the_file_that_holds_it(file: Path) -> None:
    path, _ = archive_of_a_mail(file.parent)
    originals = Originals()
    for inner in ("missing.pdf", "../../pump.txt", "2024/manual.eml!/other.pdf", "-x\0y"):
        row = row_of(path, source=f"papers/kept.zip!/{inner}", **{INSIDE: "papers/kept.zip"})
        found = originals.of(row, row.version)
        assert originals.part(found, row) == found


# Stored text.


def test_chunks_make_stretches_again() -> None:
    text = "First part.\n\nSecond part goes on. And on.\n\nFar away."
    parts = [chunk(text[0:11], 0), chunk(text[13:33], 13, ordinal=1), chunk(text[34:41], 34, ordinal=2)]
    found = stretches([parts[2], parts[0], parts[1], chunk(text[43:], 43, ordinal=9)])
    assert [(stretch.start, stretch.text) for stretch in found] == [(0, text[:41]), (43, text[43:])]
    assert within((5, 20), found[0]) == (5, 20)
    assert within((41, 43), found[0]) is None


def test_overlapping_passages_are_taken_once() -> None:
    joined = chunk("One two three four", 0)
    found = stretches([joined, chunk("two", 4, ordinal=1), chunk("three four five", 8, ordinal=1)])
    assert [stretch.text for stretch in found] == ["One two three four five"]


def test_smallest_chunk_names_the_section_of_a_place() -> None:
    passage = chunk("Ah. Bee. Cee.", 0, heading="A")
    inner = chunk("Cee.", 9, ordinal=2, heading="C")
    assert at([passage, inner], 10) is inner
    assert at([passage, inner], 1) is passage
    assert at([passage], 99) is None


def test_page_is_put_together_from_its_own_chunks() -> None:
    chunks = [chunk("One.", 0, page=1), chunk("Two a.", 6, ordinal=1, page=2), chunk("Two b.", 13, ordinal=2, page=2)]
    found = on_page(chunks, 2)
    assert found
    assert found.text == "Two a. Two b."
    assert on_page(chunks, 3) is None


def loaded(path: Path) -> list[Chunk]:
    """The chunks of a file, a paragraph each, without a model."""
    from ingest.split.splitter import _place

    document = load(path, str(path)).documents[0]
    chunks: list[Chunk] = []
    cuts = sorted({0, *(h.start for h in document.headings), *(p.start for p in document.pages), len(document.text)})
    for start, end in pairwise(cuts):
        text = document.text[start:end].rstrip()
        if text:
            heading = heading_path(document.headings, start)
            made = chunk(text, start, ordinal=len(chunks), heading=heading)
            chunks.append(replace(made, metadata=_place(document, start, start + len(text))))
    return chunks


def test_table_of_a_csv_has_its_rows_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "stations.csv"
    path.write_text("Site,Power\nMill Lane,18\nHill; Top,20\n\nDale,22\n")
    stretch = stretches(loaded(path))[0]
    (rows,) = blocks(stretch, "text/csv")
    assert isinstance(rows, Rows)
    assert rows.table.labels == ("Site", "Power")
    assert [(row.number, row.cells) for row in rows.rows] == [
        (2, ("Mill Lane", "18")), (3, ("Hill; Top", "20")), (5, ("Dale", "22"))
    ]  # fmt: skip
    start = stretch.text.index("Dale")
    html = drawn([rows], Ink(((start, start + 4),), (), (start, start + 4)))
    assert html.count("fnr-cited") == 1
    assert '<tr class="fnr-cited" id="fnr-here">' in html
    path.write_text(f"Site,Note\nMill Lane,{'It hums at night. ' * 6}\n")
    (long,) = blocks(stretches(loaded(path))[0], "text/csv")
    html = drawn([long], Ink((), (), (0, 0)))
    assert html.count('class="fnr-long"') == 1, "a column of it alone is wide: its row was a page high"


def test_mail_has_a_head(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_text("From: Ada <a@example.org>\nSubject: Oil\n\nFrom: now on.\n\n- one\n- two\n")
    head, *body = blocks(stretches(loaded(path))[0], "message/rfc822")
    assert isinstance(head, Head)
    assert {name: text for _, name, text in head.fields}["Subject"] == "Oil"
    assert [type(block) for block in body] == [Paragraph, Items]


def test_words_of_a_mails_head_are_the_readers_and_its_text_is_the_mails(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ada@example.org", "bo@example.org", "Oil"
    message.set_content("Attachments: none of mine.\n\nFrom: now on.\n")
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="list.csv")
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    found = list(blocks(stretches(loaded(path))[0], "message/rfc822"))
    for language, names in (
        ("de", ["Von", "An", "Betreff", "Anlagen"]),
        ("en", ["From", "To", "Subject", "Attachments"]),
    ):
        with speaking(language):
            html = drawn(found, Ink((), (), (0, 0)))
        assert re.findall("<dt>(.*?)</dt>", html) == names
        assert re.findall("<p[^>]*>(.*?)</p>", html) == ["Attachments: none of mine.", "From: now on."]


def test_headings_pages_and_lists_stand_as_they_do() -> None:
    chunks = [
        chunk("Care\nKeep it dry.", 0, page=1, heading="Care"),
        chunk("Oil\n- weekly\n- daily", 18, ordinal=1, page=2, heading="Care › Oil"),
    ]
    assert [
        (type(block).__name__, getattr(block, "level", 0)) for block in blocks(stretches(chunks)[0], "application/pdf")
    ] == [("PageBreak", 0), ("Heading", 1), ("Paragraph", 0), ("PageBreak", 0), ("Heading", 2), ("Items", 0)]


def test_headings_within_a_passage_and_slides_are_drawn_as_such() -> None:
    text = "Care\nKeep it dry.\n\nOil\nOil it weekly."
    stored = replace(chunk(text, page=3, heading="Care"), source="a.pptx", metadata={"sections": '[[19,"Oil"]]'})
    found = list(blocks(stretches([stored])[0], "application/pdf"))
    assert [(type(block).__name__, getattr(block, "start", 0)) for block in found] == [
        ("PageBreak", 0), ("Heading", 0), ("Paragraph", 5), ("Heading", 19), ("Paragraph", 23)
    ]  # fmt: skip
    assert "slide 3" in drawn(found[:1], Ink((), (), (0, 0)))


def test_headings_within_a_passage_of_markdown_are_drawn_as_headings() -> None:
    text = "# Rules\n\n## Keys\nThe key opens it.\n\n#7 is spare."
    found = list(blocks(stretches([chunk(text)])[0], "text/markdown"))
    assert found == [
        Heading(2, "Rules", 1),
        Heading(12, "Keys", 2),
        Paragraph(17, "The key opens it."),
        Paragraph(36, "#7 is spare."),
    ]
    assert [type(block) for block in blocks(stretches([chunk("# no")])[0], "text/plain")] == [Paragraph]


def test_lines_are_numbered_as_in_the_file() -> None:
    text = "\n\n# one\n\ndef two():\n    pass\n"
    body = text.strip("\n")
    at_two = body.index("def")
    stretch = Stretch(at_two, body[at_two:], ())
    assert line_numbers(text, [stretch]) == {at_two: 5}
    assert line_numbers(text.replace("\n", "\r\n"), [stretch]) == {at_two: 5}
    assert line_numbers("something else", [stretch]) == {}


def test_lines_that_chunks_part_are_those_of_the_file() -> None:
    text = "\n\na = 1\nb = 2\n\nc = 3\n"
    (stretch,) = stretches([chunk("a = 1"), chunk("b = 2", 6, ordinal=1), chunk("c = 3", 13, ordinal=2)])
    assert line_numbers(text, [stretch]) == {0: 3}
    assert texts_in_file(text, [stretch]) == {0: "a = 1\nb = 2\n\nc = 3"}
    assert texts_in_file(text.replace("b", "d"), [stretch]) == {}
    items = stretches([chunk("Bring:"), chunk("- a rope", 7, ordinal=1), chunk("It is new.", 16, ordinal=2)])
    assert items[0].text == "Bring:\n- a rope It is new."


# HTML.


def reading(**changes: object) -> Reading:
    wanted = lookup.cited(exchange(answer()), 2, "/read/x/2")
    assert wanted
    values = {
        "wanted": wanted,
        "row": None,
        "original": Original("same"),
        "chunks": (wanted.chunk,),
        "from_store": True,
    }
    return Reading(**{**values, **changes})  # type: ignore[arg-type]


class Tags(HTMLParser):
    """The elements and attributes of a piece of HTML, and whether it is well formed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("img", "br", "meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_place_is_marked_once_and_what_speaks_against_it_otherwise() -> None:
    html = view.part(reading())
    Tags(html)
    assert html.count('id="fnr-here"') == 1
    assert '<mark class="fnr-chosen" id="fnr-here">The pump run</mark>' in html
    assert '<mark class="fnr-against">It hums.</mark>' in html


@pytest.mark.parametrize(
    ("state", "from_store", "said"),
    [
        ("removed", False, "no longer holds"),
        ("changed", True, "has changed since it was read"),
        ("changed", False, "has changed since this was cited"),
        ("gone", True, "no longer there"),
        ("elsewhere", True, "not on this machine"),
        ("unreadable", True, "cannot be opened here"),
        ("same", True, ""),
        ("no file", True, ""),
    ],
)
def test_state_of_the_file_is_said(state: str, from_store: bool, said: str) -> None:
    html = view.part(reading(original=Original(state, folder="/mnt/papers"), from_store=from_store))  # type: ignore[arg-type]
    assert ('class="fnr-note"' in html) == bool(said)
    assert said in html
    assert "The pump run" in html
    assert ("/read/x/2/original" in html) == (state == "same")


def test_collection_that_was_dropped_holds_the_document_no_longer() -> None:
    """The pane named the commands that make one, and the collections of others."""
    dropped = StoreError(absent("tmp", ["of_others"]))
    assert trouble_of(dropped, "tmp") == ""
    away = trouble_of(StoreUnavailableError("no connection to the index"), "tmp")
    assert away == "No connection to the index."
    assert "cannot be asked now: No connection" in view.part(reading(trouble=away))


def sheet(**changes: object) -> Sheet:
    values = {"number": 4, "count": 12, "label": "iv", "width": 400.0, "height": 600.0, "boxes": (), "shares": ()}
    return Sheet(**{**values, "has_text": True, **changes})  # type: ignore[arg-type]


def test_what_is_turned_to_is_shown_from_its_beginning() -> None:
    """A page without boxes was scrolled to the folded text beneath it, and "Earlier text" to where one had been."""
    other = view.part(reading(page=Drawn(sheet(number=5), "/p.png")))
    assert "fnr-beneath" in other
    assert 'id="fnr-here"' not in other
    lost = view.part(reading(page=Drawn(sheet(), "/p.png", share=0.1, looked=True)))
    assert lost.index("<details") < lost.index('id="fnr-here"')
    earlier = view.part(reading(turned=True))
    assert '<mark class="fnr-chosen">The pump run</mark>' in earlier
    assert 'id="fnr-here"' not in earlier


def test_page_says_where_it_is_and_leads_to_its_neighbours() -> None:
    html = view.part(reading(page=Drawn(sheet(), "/p.png", chosen=((0.1, 0.2, 0.3, 0.04),), looked=True)))
    Tags(html)
    assert "p. 4 (iv) of 12" in html
    assert 'href="/read/x/2?page=3"' in html
    assert 'href="/read/x/2?page=5"' in html
    assert 'href="/read/x/2?page=4&amp;zoom=125"' in html
    assert "aspect-ratio:400.0/600.0" in html
    assert 'style="left:10.000%;top:20.000%;width:30.000%;height:4.000%"' in html
    assert "<details" in html
    assert "could not be found" not in html
    first = view.part(reading(page=Drawn(sheet(number=1, count=1, label=""), "/p.png")))
    assert "page=0" not in first
    assert "page=2" not in first


def test_words_that_are_not_found_on_the_page_stand_beneath_it() -> None:
    html = view.part(reading(page=Drawn(sheet(), "/p.png", share=0.2, looked=True)))
    assert "could not be found on the picture" in html
    assert '<details class="fnr-beneath" open>' in html
    assert html.index('id="fnr-here"') > html.index("<details")


def test_mail_leads_to_its_attachments_and_those_lead_back(file: Path) -> None:
    mail = row_of(file, source="in/a.eml")
    held = tuple(replace(mail, document_id=f"{at:032x}", source=f"in/a.eml!/plan {at}.pdf") for at in range(1, 3))
    original = Original("same", media_type="message/rfc822")
    html = view.part(reading(original=original, held=held))
    Tags(html)
    assert f'<a data-fnr="other" href="/read/document/{1:032x}"><bdi>plan 1.pdf</bdi></a>' in html
    assert 'aria-label="Attachments"' in html
    inner = replace(chunk("It hums."), source="in/a.eml!/plan 1.pdf")
    html = view.part(reading(wanted=lookup.Wanted(inner, "/read/x/1", "papers"), holder=mail))
    back = f'href="/read/document/{mail.document_id}?collection=papers"'
    assert f'<a data-fnr="other" {back}><bdi>in/a.eml</bdi></a> › <bdi>plan 1.pdf</bdi>' in html
    assert "fnr-held" not in view.part(reading())


def test_archive_of_many_files_names_some(file: Path) -> None:
    held = tuple(row_of(file, source=f"a.zip!/{at}.txt") for at in range(150))
    html = view.part(reading(original=Original("same", media_type="application/zip"), held=held))
    assert html.count('data-fnr="other"') == 100
    assert "<li>…</li>" in html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_a_source_becomes_markup(payload: str) -> None:
    bad = Chunk("c", "d" * 32, "v", 0, f"a/{payload}", payload, f"{payload} › x", 3, 0, len(payload), payload)
    citation = Citation(1, bad, ((0, len(payload)),))
    wanted = lookup.cited(exchange(answer(citations=(citation,), statements=())), 1, "/read/x/1")
    assert wanted
    plain = Tags(view.whole(reading()))
    hostile = Document(f"a/{payload}", payload, payload, "text/plain")
    row = new_row("docs", hostile, sha256="0" * 64, size=1, modified=1, chunk_count=1)
    inside = {"original": Original("same", media_type="application/zip"), "held": (row,), "holder": row}
    for changes in ({}, {"page": Drawn(sheet(label=payload), "/p.png")}, {"trouble": payload}, inside):
        tags = Tags(view.whole(reading(**{"wanted": wanted, "chunks": (bad,), **changes})))  # type: ignore[arg-type]
        allowed = {"ul", "li", "nav", "a", "img", "details", "summary"}
        assert tags.names <= plain.names | allowed
        assert not any(name.startswith("on") for name, _ in tags.attributes)
        assert not any(
            "evil" in value or "javascript" in value for name, value in tags.attributes if name in ("href", "src")
        )


def test_id_of_a_document_is_what_an_address_takes() -> None:
    assert lookup.is_id(document_id("docs", "papers/pump.txt"))
