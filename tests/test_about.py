"""What documents say of who wrote them and when."""

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import files
import openpyxl
import pytest
from conftest import ROOT
from test_load import first
from test_load_formats import write_epub, write_odf

from ingest.load import load
from ingest.load.about import about, of_ole

MODIFIED, CREATED = datetime(2024, 3, 22, 9, 30, tzinfo=UTC), datetime(2023, 1, 2, tzinfo=UTC)
DUBLIN_CORE = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2024-03-22T09:30:00Z", "2024-03-22T09:30:00+00:00"),
        ("2024-03-22", "2024-03-22T00:00:00"),
        ("D:20240322093000+01'00'", "2024-03-22T09:30:00"),
        ("D:20240322", "2024-03-22T00:00:00"),
        ("20240322093000", "2024-03-22T09:30:00"),
        (MODIFIED, "2024-03-22T09:30:00+00:00"),
        (datetime(2024, 3, 22, 9, 30, 15, 250), "2024-03-22T09:30:15"),
    ],
)
def test_date_is_read_as_it_is_written(written: str | datetime, date: str) -> None:
    assert about("", written) == {"date": date}


@pytest.mark.parametrize(
    "written",
    [
        "",
        None,
        "2024",
        "D:2024",
        "spring",
        "D:20241322",
        "1979-12-31",
        "1601-01-01T00:00:00",
        "1980-01-01T00:00:00",
        "2013-12-23T23:15:00Z",
        "2013-12-24T04:15:00",
        "2013-01-27T14:14:16",
        pytest.param((datetime.now(UTC) + timedelta(3)).isoformat(), id="in three days"),
    ],
)
def test_what_is_no_date_of_a_document_is_passed_over(written: str | None) -> None:
    assert about("", written) == {}
    assert about("", written, "2020-05-01", "2021-05-01") == {"date": "2020-05-01T00:00:00"}


@pytest.mark.parametrize(
    ("name", "author"),
    [("Anna\n Ferguson ", "Anna Ferguson"), ("python-docx", ""), ("Administrator", ""), (" ", ""), (None, "")],
)
def test_author_is_somebody(name: str | None, author: str) -> None:
    assert about(name) == ({"author": author} if author else {})


def test_office_files_say_who_changed_them_when(tmp_path: Path) -> None:
    import docx
    import pptx

    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.properties.creator = "Anna Ferguson"
    document, show = docx.Document(), pptx.Presentation()
    document.add_paragraph("Text")
    show.slides.add_slide(show.slide_layouts[0]).shapes.title.text = "Text"
    for opened in (document, show):
        opened.core_properties.author = "Anna Ferguson"
    for properties in (document.core_properties, show.core_properties, book.properties):
        properties.created, properties.modified = CREATED.replace(tzinfo=None), MODIFIED.replace(tzinfo=None)
    for name, opened in (("a.docx", document), ("a.pptx", show), ("a.xlsx", book)):
        opened.save(str(tmp_path / name))
        if name != "a.xlsx":  # openpyxl puts the time of saving there
            assert first(tmp_path / name).metadata["date"] == "2024-03-22T09:30:00+00:00"
        assert first(tmp_path / name).metadata["author"] == "Anna Ferguson"


def without_properties(path: Path) -> Path:
    """Take out what a file says about itself; python-docx and its like make it up then, with the time of reading."""
    bare = path.with_name(f"bare{path.suffix}")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(bare, "w") as copy:
        for entry in whole.infolist():
            data = whole.read(entry)
            if entry.filename == "_rels/.rels":
                data = data.replace(b"docProps/core.xml", b"docProps/none.xml").replace(
                    b"metadata/core-properties", b"metadata/none"
                )
            copy.writestr(entry.filename.replace("docProps/core.xml", "docProps/none.xml"), data)
    return bare


def test_file_that_says_nothing_about_itself(tmp_path: Path) -> None:
    for path in (
        files.write_docx(tmp_path / "a.docx", [("Normal", "Text")], title="Named"),
        files.write_pptx(tmp_path / "a.pptx", [{"texts": [(1, 1, "Text")]}]),
        files.write_xlsx(tmp_path / "a.xlsx", {"Sheet": [["a", "b"], ["1", "2"]]}),
    ):
        document = first(without_properties(path))
        assert (document.title, dict(document.metadata)) == ("bare", {})


def test_opendocument_and_books(tmp_path: Path) -> None:
    text = write_odf(tmp_path / "a.odt", "text", "<text:p>Text</text:p>")
    with zipfile.ZipFile(text, "a") as archive:
        archive.writestr(
            "meta.xml",
            f'<office:document-meta xmlns:office="o" xmlns:meta="m" {DUBLIN_CORE}><office:meta>'
            "<meta:initial-creator>Anna Ferguson</meta:initial-creator><dc:creator>Somebody else</dc:creator>"
            "<meta:creation-date>2023-01-02T00:00:00</meta:creation-date><dc:date>2024-03-22T09:30:00</dc:date>"
            "</office:meta></office:document-meta>",
        )
    assert first(text).metadata == {"author": "Anna Ferguson", "date": "2024-03-22T09:30:00"}
    book = write_epub(tmp_path / "a.epub", {"c.xhtml": "<p>Text</p>"})
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    said = b"<dc:creator>Anna</dc:creator><dc:creator>Bela</dc:creator><dc:date>2024-03-22</dc:date></metadata>"
    with zipfile.ZipFile(book, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(b"</metadata>", said))
    assert first(book).metadata == {"author": "Anna, Bela", "date": "2024-03-22T00:00:00"}


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="Author" content="Anna"><meta name="date" content="2024-03-22">',
        '<meta property="article:published_time" content="2023-01-02T00:00:00Z"><meta name="dc.creator" content="Anna">'
        '<meta property="article:modified_time" content="2024-03-22T00:00:00">',
    ],
)
def test_web_page(tmp_path: Path, head: str) -> None:
    page = tmp_path / "a.html"
    page.write_text(f"<html><head><meta charset=utf-8>{head}</head><body><p>Text of the page.</p></body></html>")
    assert first(page).metadata == {"author": "Anna", "date": "2024-03-22T00:00:00"}
    page.write_text("<html><head><meta content='Anna'><meta name='author'></head><body><p>Text.</p></body></html>")
    assert first(page).metadata == {}


def test_front_matter_of_markdown(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text('---\ntitle: Plan\nauthor: "Anna"\ndate: 2023-01-02\nlastmod: 2024-03-22\n---\nText\n')
    assert (first(page).title, first(page).text) == ("Plan", "Text")
    assert first(page).metadata == {"author": "Anna", "date": "2024-03-22T00:00:00"}


def test_old_office_files() -> None:
    said = {"author": "J\xfcrgen\0".encode("cp1252"), "last_saved_time": None, "create_time": CREATED}
    assert of_ole(SimpleNamespace(**said)) == {"author": "Jürgen", "date": "2023-01-02T00:00:00+00:00"}
    assert of_ole(SimpleNamespace(author=None, last_saved_time=MODIFIED, create_time=CREATED)) == {
        "date": "2024-03-22T09:30:00+00:00"
    }
    # A damaged file may hold anything there.
    assert of_ole(SimpleNamespace(author=7, last_saved_time=7, create_time=b"7")) == {}


def test_sample_says_who_wrote_its_reports_and_when() -> None:
    [report] = load(ROOT / "data" / "reports" / "annual-2024.pdf").documents
    assert report.metadata == {"author": "Tobias Wren, Operations Manager", "date": "2025-02-14T09:00:00"}
    [schedule] = load(ROOT / "data" / "contracts" / "insurance-schedule.docx").documents
    assert schedule.metadata["date"] == "2024-05-15T09:00:00+00:00"
