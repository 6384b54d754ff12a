"""Writes sample documents as Word, PowerPoint and Excel files that are the same in every run."""

from __future__ import annotations

import csv
import re
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from pptx.util import Cm as SlideCm
from pptx.util import Pt as SlidePt

from sample.document import Block, Document

_ZIP_TIME = (2024, 1, 1, 0, 0, 0)
_SHEET_TIME = b"2024-11-29T09:00:00Z"
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def write_docx(document: Document, path: Path) -> None:
    """Write `document` as a Word file with heading styles, lists and tables."""
    word = docx.Document()
    _set_properties(word.core_properties, document)
    section = word.sections[0]
    section.header.paragraphs[0].text = f"{document.organisation}\t\t{document.number}"
    word.add_paragraph(document.title, style="Title")
    word.add_paragraph(document.subtitle, style="Subtitle")
    day = f"{document.created.day} {document.created:%B %Y}"
    word.add_paragraph(f"{document.number}, revision {document.revision}, {day}. {document.author}.")
    for block in document.blocks:
        _add_word_block(word, block)
    _save_zip(word, path)


def write_pptx(document: Document, path: Path) -> None:
    """Write `document` as a presentation: one slide for each heading, lines 'Notes:' go to the speaker notes."""
    show = pptx.Presentation()
    _set_properties(show.core_properties, document)
    opening = show.slides.add_slide(show.slide_layouts[0])
    opening.shapes.title.text = document.title
    opening.placeholders[1].text = f"{document.subtitle}\n{document.author}"
    slide: Any = opening
    for block in document.blocks:
        slide = _add_slide_block(show, slide, block)
    _save_zip(show, path)


def write_xlsx(folder: Path, sheets: list[str], path: Path) -> None:
    """Write the CSV files `sheets` of `folder` as the sheets of one workbook, with real dates and numbers."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in sheets:
        sheet = book.create_sheet(name.replace("-", " ").title())
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                sheet.append([_cell_value(text) for text in row])
        _format_sheet(sheet)
    book.properties.creator = "Skerrow Bank Wind Limited"
    _save_zip(book, path)


def _set_properties(properties: Any, document: Document) -> None:
    properties.title = document.title
    properties.subject = document.subtitle
    properties.author = document.author
    properties.last_modified_by = document.author
    properties.comments = ""
    properties.created = properties.modified = document.created.replace(tzinfo=None)


def _add_word_block(word: Any, block: Block) -> None:
    if block.kind == "heading":
        word.add_heading(block.text, level=block.level)
    elif block.kind == "text":
        word.add_paragraph(block.text)
    elif block.kind == "table":
        _add_word_table(word, block)
    elif block.kind == "newpage":
        word.add_page_break()
    else:
        style = "List Bullet" if block.kind == "bullets" else "List Number"
        for item in block.items:
            word.add_paragraph(item, style=style)


def _add_word_table(word: Any, block: Block) -> None:
    table = word.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Light Grid Accent 1")
    for cells, row in zip(table.rows, block.rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    word.add_paragraph()


def _add_slide_block(show: Any, slide: Any, block: Block) -> Any:
    if block.kind == "heading":
        return _new_slide(show, block.text)
    if block.kind == "text":
        slide.notes_slide.notes_text_frame.text = block.text.removeprefix("Notes: ")
    elif block.kind == "table":
        _add_slide_table(slide, block)
    else:
        _add_slide_list(slide, block)
    return slide


def _new_slide(show: Any, title: str) -> Any:
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = title
    slide.shapes.title.text_frame.paragraphs[0].font.size = SlidePt(34)
    return slide


def _add_slide_list(slide: Any, block: Block) -> None:
    frame = slide.shapes.add_textbox(SlideCm(1.8), SlideCm(5), SlideCm(21.5), SlideCm(11)).text_frame
    frame.word_wrap = True
    for number, item in enumerate(block.items, 1):
        paragraph = frame.paragraphs[0] if number == 1 else frame.add_paragraph()
        paragraph.text = f"{number}. {item}" if block.kind == "steps" else item
        paragraph.font.size = SlidePt(22)
        paragraph.space_after = SlidePt(12)


def _add_slide_table(slide: Any, block: Block) -> None:
    rows, columns = len(block.rows), len(block.rows[0])
    frame = slide.shapes.add_table(rows, columns, SlideCm(1.8), SlideCm(5), SlideCm(21.5), SlideCm(1.2 * rows))
    for row, texts in enumerate(block.rows):
        for column, text in enumerate(texts):
            frame.table.cell(row, column).text = text


def _cell_value(text: str) -> str | int | float | date | None:
    if not text:
        return None
    if _ISO_DATE.fullmatch(text):
        return date.fromisoformat(text)
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _format_sheet(sheet: Any) -> None:
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E0EBF0")
    for number, column in enumerate(sheet.iter_cols(), 1):
        sheet.column_dimensions[get_column_letter(number)].width = 2 + max(
            len(str(cell.value or "")) for cell in column
        )
        for cell in column:
            if isinstance(cell.value, date | datetime):
                cell.number_format = "yyyy-mm-dd"


def _save_zip(writer: Any, path: Path) -> None:
    """Save an office file and give all parts of its archive the same fixed time."""
    buffer = BytesIO()
    writer.save(buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml" and path.suffix == ".xlsx":
                content = _STAMPS.sub(rb"\g<1>" + _SHEET_TIME + rb"\g<2>", content)
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
