"""Write the tables of `rows.json` as the files that people keep them in: CSV, Excel, ODF, Word, HTML and others."""

import csv
import datetime
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
_DAY = 10  # characters of 2024-05-16

Rows = list[list[Any]]


def write(folder: Path) -> None:
    """Write all files into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, sheets in json.loads((HERE / "rows.json").read_text(encoding="utf-8")).items():
        _WRITERS[name.rpartition(".")[2]](folder / name, sheets)


def _csv(path: Path, sheets: dict[str, Rows]) -> None:
    delimiter = ";" if path.name.startswith("haushalt") else ","
    with path.open("w", encoding="utf-8", newline="") as stream:
        for rows in sheets.values():
            csv.writer(stream, delimiter=delimiter).writerows(rows)


def _xlsx(path: Path, sheets: dict[str, Rows]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_day(cell) if _is_day(cell) else cell if cell != "" else None for cell in row])
    book.save(path)


def _is_day(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) == _DAY and cell[:4].isdigit() and cell[4] == "-"


def _day(cell: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(cell)


def _docx(path: Path, sheets: dict[str, Rows]) -> None:
    import docx

    document = docx.Document()
    for name, rows in sheets.items():
        document.add_heading(name, 1)
        document.add_paragraph(f"{name}: what the board decided is below.")
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = str(text)
    document.save(str(path))


def _pptx(path: Path, sheets: dict[str, Rows]) -> None:
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    for name, rows in sheets.items():
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = name
        shape = slide.shapes.add_table(len(rows), len(rows[0]), Inches(0.5), Inches(1.5), Inches(9), Inches(3))
        for at, row in enumerate(rows):
            for place, text in enumerate(row):
                shape.table.cell(at, place).text = str(text)
    deck.save(str(path))


def _html(path: Path, sheets: dict[str, Rows]) -> None:
    parts = ["<!doctype html><html lang='en'><body>"]
    for name, (header, *rows) in sheets.items():
        parts.append(f"<h1>{escape(name)}</h1><p>As of this spring.</p><table><thead><tr>")
        parts += [f"<th>{escape(text)}</th>" for text in header]
        parts.append("</tr></thead><tbody>")
        parts += [f"<tr>{''.join(f'<td>{escape(str(text))}</td>' for text in row)}</tr>" for row in rows]
        parts.append("</tbody></table>")
    path.write_text("".join(parts) + "</body></html>", encoding="utf-8")


def _md(path: Path, sheets: dict[str, Rows]) -> None:
    lines = []
    for name, (header, *rows) in sheets.items():
        lines += [f"# {name}", "", "Counted on Friday.", ""]
        lines += [f"| {' | '.join(map(str, row))} |" for row in (header, ["---"] * len(header), *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _pdf(path: Path, sheets: dict[str, Rows]) -> None:
    import fpdf

    page = fpdf.FPDF()
    page.add_page()
    for name, rows in sheets.items():
        page.set_font("helvetica", size=14)
        page.cell(text=name, new_x="LMARGIN", new_y="NEXT")
        page.set_font("helvetica", size=11)
        with page.table() as table:
            for row in rows:
                table.row([str(text).replace("€", "EUR") for text in row])
    page.output(str(path))


_ODF = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
)


def _odf(kind: str) -> Callable[[Path, dict[str, Rows]], None]:
    def written(path: Path, sheets: dict[str, Rows]) -> None:
        element = {"ods": "spreadsheet", "odt": "text"}[kind]
        parts = [_ODF, f"<office:{element}>"]
        for name, rows in sheets.items():
            if kind == "odt":
                parts.append(f'<text:h text:outline-level="1">{escape(name)}</text:h>')
            parts.append(f'<table:table table:name="{escape(name)}">')
            for row in rows:
                parts.append(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>")
            parts.append("</table:table>")
        parts.append(f"</office:{element}></office:body></office:document-content>")
        media_type = f"application/vnd.oasis.opendocument.{element}"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", media_type)
            archive.writestr("content.xml", "".join(parts))
            archive.writestr(
                "META-INF/manifest.xml",
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media_type}"/></manifest:manifest>',
            )

    return written


def _cell(value: Any) -> str:
    if value == "":
        return "<table:table-cell/>"
    kind = "float" if isinstance(value, int | float) else "date" if _is_day(value) else "string"
    return f'<table:table-cell office:value-type="{kind}"><text:p>{escape(str(value))}</text:p></table:table-cell>'


_WRITERS: dict[str, Callable[[Path, dict[str, Rows]], None]] = {
    "csv": _csv, "xlsx": _xlsx, "docx": _docx, "pptx": _pptx, "html": _html, "md": _md, "pdf": _pdf,
    "ods": _odf("ods"), "odt": _odf("odt"),
}  # fmt: skip
