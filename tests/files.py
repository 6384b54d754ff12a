"""Small real files for tests, made with the libraries that make such files elsewhere."""

import string
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def write_pdf(
    path: Path,
    pages: Sequence[str],
    *,
    outline: Sequence[tuple[str, int, int]] = (),
    title: str = "",
    password: str = "",
) -> Path:
    """Write a PDF, a line of text per line; `outline` holds (title, level from 0, page from 1)."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_auto_page_break(False)
    pdf.set_font("helvetica", size=11)
    if title:
        pdf.set_title(title)
    if password:
        pdf.set_encryption(owner_password=password + "-owner", user_password=password)
    for number, text in enumerate(pages, start=1):
        pdf.add_page()
        for name, level, page in outline:
            if page == number:
                pdf.start_section(name, level=level)
        for line in filter(None, text.split("\n")):
            pdf.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(path))
    return path


def write_docx(path: Path, blocks: Sequence[tuple[str, Any]], *, title: str = "") -> Path:
    """Write a Word document of (style, text) paragraphs and ("table", rows) tables."""
    import docx

    document = docx.Document()
    document.core_properties.title = title
    for style, content in blocks:
        if style == "table":
            table = document.add_table(rows=len(content), cols=len(content[0]))
            for row, texts in zip(table.rows, content, strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = text
        else:
            document.add_paragraph(content, style=style)
    document.save(str(path))
    return path


def write_pptx(path: Path, slides: Sequence[dict[str, Any]]) -> Path:
    """Write a presentation; a slide may have `title`, `texts` as (top, left, text), `table` and `notes`."""
    import pptx
    from pptx.util import Inches

    presentation = pptx.Presentation()
    for content in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[5 if "title" in content else 6])
        if "title" in content:
            slide.shapes.title.text = content["title"]
        for top, left, text in content.get("texts", ()):
            slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1)).text_frame.text = text
        if rows := content.get("table"):
            shape = slide.shapes.add_table(len(rows), len(rows[0]), Inches(1), Inches(5), Inches(6), Inches(1))
            for index, row in enumerate(rows):
                for column, text in enumerate(row):
                    shape.table.cell(index, column).text = text
        if "notes" in content:
            slide.notes_slide.notes_text_frame.text = content["notes"]
    presentation.save(str(path))
    return path


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    """Write a workbook with a sheet per item."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def write_zip(path: Path, entries: Sequence[str]) -> Path:
    """Write a ZIP archive whose entries all hold the word "content"."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in entries:
            archive.writestr(name, "content")
    return path


def write_dictionary(folder: Path, pair: str, entries: Sequence[tuple[str, str]], *, compressed: bool = True) -> Path:
    """Write a dictionary as dictd reads it: headwords and what stands below them, in any order; return the index."""
    lines, text = [], b""
    for headword, body in entries:
        entry = f"{headword} /…/\n{body}\n".encode()
        lines.append(f"{headword.lower()}\t{_base64(len(text))}\t{_base64(len(entry))}\n".encode())
        text += entry
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{pair}.index").write_bytes(b"".join(sorted(lines, key=lambda line: line.split(b"\t")[0])))
    if compressed:
        (folder / f"{pair}.dict.dz").write_bytes(_dictzipped(text))
    else:
        (folder / f"{pair}.dict").write_bytes(text)
    return folder / f"{pair}.index"


def _dictzipped(text: bytes, *, length: int = 5_000) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    pieces = [
        compressor.compress(text[start : start + length]) + compressor.flush(zlib.Z_FULL_FLUSH)
        for start in range(0, len(text), length)
    ]
    extra = struct.pack(f"<HHH{len(pieces)}H", 1, length, len(pieces), *map(len, pieces))
    header = b"\x1f\x8b\x08\x0c" + b"\0" * 6 + struct.pack("<H2sH", len(extra) + 4, b"RA", len(extra)) + extra
    end = compressor.flush() + struct.pack("<II", zlib.crc32(text), len(text))
    return header + b"name.dict\0" + b"".join(pieces) + end


def _base64(number: int) -> str:
    digits = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}+/"
    return (_base64(number // 64) if number >= 64 else "") + digits[number % 64]
