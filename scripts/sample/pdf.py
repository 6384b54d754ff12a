"""Writes a sample document as a PDF with title block, outline, running header and page numbers."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from sample.document import Block, Document

_FONT = "Helvetica"
_BODY_SIZE = 10.5
_LINE = 5.4
_TABLE_LINE = 6.6
_INK = (28, 40, 52)
_ACCENT = (0, 84, 116)
_SHADE = (224, 235, 240)
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_LABELS = {
    "en": {"document": "Document", "revision": "Revision", "date": "Date", "author": "Author", "page": "Page {} of {}"},
    "de": {
        "document": "Dokument",
        "revision": "Fassung",
        "date": "Datum",
        "author": "Erstellt von",
        "page": "Seite {} von {}",
    },
}


class _Sheet(FPDF):
    """An A4 page with the running header and footer of the organisation."""

    def __init__(self, document: Document) -> None:
        super().__init__(format="A4")
        self.document = document
        self.labels = _LABELS[document.lang]

    def header(self) -> None:
        """Print the running header; the first page has a title block instead."""
        if self.page_no() == 1:
            return
        self.set_font(_FONT, size=8)
        self.set_text_color(110)
        self.cell(self.epw / 2, 5, self.document.title)
        self.cell(self.epw / 2, 5, self.document.number, align="R")
        self.set_draw_color(*_ACCENT)
        self.line(self.l_margin, 20, self.w - self.r_margin, 20)
        self.set_y(26)

    def footer(self) -> None:
        """Print the name of the organisation and the page number."""
        self.set_y(-15)
        self.set_font(_FONT, size=8)
        self.set_text_color(110)
        self.cell(self.epw / 2, 5, self.document.organisation)
        self.cell(self.epw / 2, 5, self.labels["page"].format(self.page_no(), "{nb}"), align="R")


def write_pdf(document: Document, path: Path) -> None:
    """Write `document` to `path`."""
    sheet = _Sheet(document)
    sheet.set_margins(22, 15, 22)
    sheet.set_auto_page_break(True, margin=22)
    sheet.set_creation_date(document.created)
    sheet.set_title(document.title)
    sheet.set_subject(document.subtitle)
    sheet.set_author(document.author)
    sheet.set_lang(document.lang)
    sheet.add_page()
    _title_block(sheet)
    for block in document.blocks:
        _write_block(sheet, block)
    sheet.output(str(path))


def _title_block(sheet: _Sheet) -> None:
    document = sheet.document
    sheet.set_fill_color(*_ACCENT)
    sheet.rect(0, 0, sheet.w, 7, style="F")
    sheet.set_y(20)
    sheet.set_text_color(*_ACCENT)
    sheet.set_font(_FONT, "B", 20)
    sheet.multi_cell(0, 9, document.title, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.set_text_color(*_INK)
    sheet.set_font(_FONT, size=13)
    sheet.multi_cell(0, 7, document.subtitle, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(2)
    sheet.set_font(_FONT, size=9)
    for name, value in _title_facts(sheet):
        sheet.multi_cell(0, 4.8, f"{name}: {value}", align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(2)
    sheet.set_draw_color(*_ACCENT)
    sheet.line(sheet.l_margin, sheet.get_y(), sheet.w - sheet.r_margin, sheet.get_y())
    sheet.ln(3)


def _title_facts(sheet: _Sheet) -> list[tuple[str, str]]:
    document, labels = sheet.document, sheet.labels
    return [
        (labels["document"], document.number),
        (labels["revision"], document.revision),
        (labels["date"], _long_date(document)),
        (labels["author"], document.author),
    ]


def _long_date(document: Document) -> str:
    day = document.created
    point = "." if document.lang == "de" else ""
    return f"{day.day}{point} {_MONTHS[document.lang].split()[day.month - 1]} {day.year}"


def _write_block(sheet: _Sheet, block: Block) -> None:
    if block.kind == "newpage":
        sheet.add_page()
    elif block.kind == "heading":
        _heading(sheet, block)
    elif block.kind == "text":
        _paragraph(sheet, block.text)
        sheet.ln(2.4)
    elif block.kind == "table":
        _table(sheet, block)
    else:
        _list(sheet, block)


def _heading(sheet: _Sheet, block: Block) -> None:
    if sheet.will_page_break(32):
        sheet.add_page()
    sheet.ln(3 if block.level == 1 else 1)
    sheet.start_section(block.text, level=block.level - 1)
    sheet.set_text_color(*_ACCENT)
    sheet.set_font(_FONT, "B", 14 if block.level == 1 else 11.5)
    sheet.multi_cell(0, 7, block.text, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(1)


def _paragraph(sheet: _Sheet, text: str, indent: float = 0) -> None:
    sheet.set_text_color(*_INK)
    sheet.set_font(_FONT, size=_BODY_SIZE)
    sheet.set_x(sheet.l_margin + indent)
    sheet.multi_cell(sheet.epw - indent, _LINE, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _list(sheet: _Sheet, block: Block) -> None:
    for number, item in enumerate(block.items, 1):
        mark = f"{number}." if block.kind == "steps" else "-"
        _paragraph(sheet, f"{mark} {item}", indent=4)
        sheet.ln(1)
    sheet.ln(1.4)


def _table(sheet: _Sheet, block: Block) -> None:
    if sheet.will_page_break(_TABLE_LINE * len(block.rows)):
        sheet.add_page()
    sheet.set_text_color(*_INK)
    sheet.set_font(_FONT, size=9)
    sheet.set_fill_color(255)
    sheet.set_draw_color(150, 170, 180)
    with sheet.table(
        rows=block.rows,
        col_widths=_column_widths(block.rows),
        headings_style=FontFace(emphasis="BOLD", fill_color=_SHADE),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=_LINE,
        padding=(0.6, 1.5),
        text_align="LEFT",
    ):
        pass
    sheet.ln(4)


def _column_widths(rows: list[list[str]]) -> tuple[int, ...]:
    longest = (max(len(row[column]) for row in rows) for column in range(len(rows[0])))
    return tuple(min(max(width, 9), 60) for width in longest)
