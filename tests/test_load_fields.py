"""Tables of two columns whose rows name their values, in each format that has tables."""

from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest

from ingest.load import load
from ingest.load.fields import are_fields

INVOICE = [
    ("Invoice number", "2026-114"),
    ("Date", "3 March 2026"),
    ("Customer", "Hill & Sons"),
    ("Total", "1,204.00 €"),
]
CITIES = [("City", "Country"), ("Paris", "France"), ("Rome", "Italy")]


def _html(path: Path, rows: Sequence[Sequence[str]]) -> None:
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    path.write_text(f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></body></html>")


def _docx(path: Path, rows: Sequence[Sequence[str]]) -> None:
    document = docx.Document()
    table = document.add_table(len(rows), 2)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.save(str(path))


def _xlsx(path: Path, rows: Sequence[Sequence[str]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)


def _csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    path.write_text("".join(f"{';'.join(row)}\n" for row in rows))


@pytest.mark.parametrize("write", [_html, _docx, _xlsx, _csv])
def test_rows_that_name_their_values_are_said_so(write: "object", tmp_path: Path) -> None:
    path = tmp_path / f"a.{write.__name__[1:]}"  # type: ignore[attr-defined]
    write(path, INVOICE)  # type: ignore[operator]
    text = load(path).documents[0].text
    assert "Invoice number: 2026-114\nDate: 3 March 2026\nCustomer: Hill & Sons\nTotal: 1,204.00 €" in text.replace(
        "&amp;", "&"
    )
    write(path, CITIES)  # type: ignore[operator]
    assert "City: Paris; Country: France" in load(path).documents[0].text


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([("Name:", "Meier"), ("Ort:", "Köln")], True),
        (
            [("FLA Profile", ""), ("Country", "China"), ("Factory name", "0100B"), ("Date of audit", "May 20, 2003")],
            True,
        ),
        ([("氏名", "田中美咲"), ("住所", "東京都杉並区"), ("電話", "03-5512-8871")], True),
        ([("Nome", "Giulia"), ("Indirizzo", "via dei Tigli 12"), ("E-mail", "g@example.it")], True),
        ([("Engine", "V8"), ("Built", "1998-04-02"), ("Mileage", "93,000 km"), ("Owner", "Ann Hill")], True),
        ([("Item", "Price"), ("Lamp", "12 €"), ("Chair", "free"), ("Desk", "15")], False),
        ([("Name", "Role"), ("Anna Schmidt", "Chair"), ("Ben Adler", "Treasurer")], False),
        ([("Item name", "Price"), ("Name plate", "12 €"), ("Lamp", "9 €"), ("Desk", "90 €")], False),
        ([("Day", "Hours"), ("Monday", "9-17"), ("Tuesday", "9-13")], False),
        ([("Name", "Phone", "City"), ("Ann", "0170 555", "Hull")], False),
        ([("Date", "3 May")], False),
        ([("Setting", "Value"), ("Voltage", "230 V"), ("Colour", "white"), ("Since", "2024-01-01")], False),
        ([], False),
    ],
)
def test_fields_are_told_from_columns(rows: list[tuple[str, ...]], *, named: bool) -> None:
    assert are_fields(rows) is named


def test_caption_over_both_columns_is_said_once(tmp_path: Path) -> None:
    _html(tmp_path / "a.html", [("Factory", "Factory"), *INVOICE])
    page = (tmp_path / "a.html").read_text().replace("<td>Factory</td><td>Factory</td>", "<td colspan=2>Factory</td>")
    (tmp_path / "a.html").write_text(page)
    assert load(tmp_path / "a.html").documents[0].text.startswith("Factory\nInvoice number: 2026-114\nDate:")


def test_lines_of_code_in_a_page_stay_lines(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body><pre>one<br>two<br/>three\nfour</pre></body></html>")
    assert load(tmp_path / "a.html").documents[0].text == "one\ntwo\nthree\nfour"
