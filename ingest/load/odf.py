"""OpenDocument texts, presentations and spreadsheets (.odt, .odp, .ods), read from their XML.

The library for it, odfpy, has had no release since 2020 and holds more objects than text.
"""

import itertools
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ingest.load import sheet
from ingest.load.about import dublin_core, title_of
from ingest.load.build import TextBuilder, join_pages, one_line, shift
from ingest.load.file import File
from ingest.load.markup import member, name, parse
from ingest.load.odf_unseen import remove_unseen
from ingest.load.sheet_header import Cell
from ingest.load.sheet_parts import Merged
from qa.errors import LoadError
from qa.types import Document, Heading, Mark

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
# Deleted text that is kept for undoing, comments, and what fields and forms are made of.
_SKIPPED = {
    "tracked-changes", "annotation", "forms", "sequence-decls", "variable-decls", "user-field-decls", "shapes",
    "table-of-content-source", "index-title-template", "desc", "title", "image", "object-ole", "binary-data",
}  # fmt: skip
# Cells and rows are stored once with a count, and a blank sheet is filled to its edges that way.
_MAX_REPEATS = 1_000
_MAX_COLUMNS = 16_384


def load(file: File, media_type: str) -> Document:
    """Load a document by its kind: slides are pages, sheets headings."""
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        if b"encryption-data" in member(archive, "META-INF/manifest.xml", file):
            raise LoadError(file.source, "is encrypted; save a copy without password and ingest that")
        root = parse(member(archive, "content.xml", file), file.source)
        title, metadata = _about(archive, file)
        styles = [root, *_styles(archive, file)]
    body = next(iter(root.find(f"{_OFFICE}body")))
    remove_unseen(body, styles)
    if media_type.endswith(".spreadsheet"):
        built = TextBuilder()
        for table in body.iterchildren(f"{_TABLE}table"):
            rows = itertools.islice(_cells(table), sheet.MAX_ROWS)
            sheet.add_sheet(built, table.get(f"{_TABLE}name") or "", rows, _beside(table))
        return sheet.document(file, media_type, built, title, metadata)
    if media_type.endswith(".presentation"):
        return replace(_presentation(file, media_type, body, title), metadata=metadata)
    built = TextBuilder()
    _blocks(built, body)
    first = next((heading.title for heading in built.headings if heading.level == 1), "")
    return Document(
        source=file.source,
        title=title or first or file.stem,
        text=built.text,
        media_type=media_type,
        headings=tuple(built.headings),
        marks=tuple(built.marks),
        metadata=metadata,
    )


def _styles(archive: zipfile.ZipFile, file: File) -> Iterator[Any]:
    with suppress(KeyError, LoadError, zipfile.BadZipFile):
        yield parse(archive.read("styles.xml"), file.source)


def _about(archive: zipfile.ZipFile, file: File) -> tuple[str, dict[str, str]]:
    """Return the title that the file states, "" for none, and what else it says about itself."""
    try:
        meta = parse(archive.read("meta.xml"), file.source)
    except (KeyError, LoadError, zipfile.BadZipFile):
        return "", {}
    return title_of(meta), dublin_core(meta)


def _presentation(file: File, media_type: str, body: Any, title: str) -> Document:
    slides = [_slide(page) for page in body.iterchildren(f"{_DRAW}page")]
    text, pages = join_pages([slide.text for slide in slides])
    headings: list[Heading] = []
    marks: list[Mark] = []
    for slide, page in zip(slides, pages, strict=True):
        headings += shift(slide.headings, page.start)
        marks += shift(slide.marks, page.start)
    first = next((heading.title for heading in headings), "")
    return Document(
        file.source, title or first or file.stem, text, media_type, pages, tuple(headings), marks=tuple(marks)
    )


def _slide(page: Any) -> TextBuilder:
    built = TextBuilder()
    frames = [child for child in page if name(child) not in ("notes", "")]
    titles = [frame for frame in frames if frame.get(f"{_PRESENTATION}class") == "title"]
    for frame in titles:
        built.heading(1, " ".join(map(_text, frame.iter(f"{_TEXT}p", f"{_TEXT}h"))))
    for frame in frames:
        if frame not in titles:
            _blocks(built, [frame])
    for notes in page.iterchildren(f"{_PRESENTATION}notes"):
        said = "\n".join(filter(None, map(_text, notes.iter(f"{_TEXT}p"))))
        # A page number is a field of the notes' own page.
        if said and said.strip("<>").casefold() != "number":
            built.paragraph(f"Notes: {said}")
    return built


def _blocks(built: TextBuilder, parent: Any) -> None:
    """Add paragraphs, headings, lists and tables in order, through whatever wraps them."""
    for child in parent:
        kind = name(child)
        if kind == "h":
            level = child.get(f"{_TEXT}outline-level") or "1"
            built.heading(int(level) if level.isdecimal() else 1, _text(child))
            _aside(built, child)
        elif kind == "p":
            built.paragraph(_text(child))
            _aside(built, child)
        elif kind in ("list-item", "list-header"):
            _item(built, child)
        elif kind == "table":
            _table(built, child)
        elif kind and kind not in _SKIPPED:
            _blocks(built, child)


def _item(built: TextBuilder, item: Any) -> None:
    for child in item:
        if name(child) in ("p", "h"):
            built.item(_text(child))
            _aside(built, child)
        elif name(child):
            _blocks(built, [child])


def _aside(built: TextBuilder, paragraph: Any) -> None:
    """Add what hangs on a paragraph: text boxes, notes and comments."""
    for element in _outermost(paragraph, "text-box"):
        _blocks(built, element)
    for note in _outermost(paragraph, "note-body"):
        built.paragraph(f"[Note: {one_line(' '.join(map(_text, note.iter(f'{_TEXT}p'))))}]")
    for comment in _outermost(paragraph, "annotation"):
        author = one_line("".join(comment.itertext("{http://purl.org/dc/elements/1.1/}creator")))
        if said := one_line(" ".join(map(_text, comment.iter(f"{_TEXT}p")))):
            built.paragraph(f"[Comment by {author}: {said}]" if author else f"[Comment: {said}]")


def _outermost(parent: Any, kind: str) -> Iterator[Any]:
    """Yield the outermost elements of a kind; those inside belong to them, or depth would multiply the work."""
    for child in parent:
        if name(child) == kind:
            yield child
        elif name(child) not in ("text-box", "note-body"):
            yield from _outermost(child, kind)


def _table(built: TextBuilder, table: Any) -> None:
    rows = [[content for content, *_ in row] for row in itertools.islice(_cells(table), sheet.MAX_ROWS)]
    if all(len(row) < 2 for row in rows):
        for cell in table.iter(f"{_TABLE}table-cell"):
            _blocks(built, cell)
    else:
        built.table(rows)


def _cells(table: Any) -> Iterator[Sequence[Cell]]:
    """Yield the rows of a table; one stored with a count is repeated, and blank ones at the end are dropped."""
    blank = 0
    for row in _rows(table):
        cells = _row(row)
        repeats = _count(row, "number-rows-repeated", sheet.MAX_ROWS)
        if not any(cell.text for cell in cells):
            blank += repeats
            continue
        for _ in range(min(blank, sheet.MAX_ROWS)):
            yield ()
        blank = 0
        for _ in range(min(repeats, _MAX_REPEATS)):
            yield cells


def _beside(table: Any) -> sheet.Beside:
    """Return the merged cells of a sheet and its comments, with the numbers that its rows get."""
    merged: list[Merged] = []
    comments: list[tuple[int, int, str]] = []
    number = 1
    for row in _rows(table):
        column = 1
        for cell in row:
            if name(cell) not in ("table-cell", "covered-table-cell"):
                continue
            down, across = (
                _count(cell, "number-rows-spanned", sheet.MAX_ROWS),
                _count(cell, "number-columns-spanned", _MAX_COLUMNS),
            )
            if down > 1 or across > 1:
                merged.append(Merged(number, column, number + down - 1, column + across - 1))
            for note in cell.iterchildren(f"{_OFFICE}annotation"):
                if said := one_line(" ".join(_text(line) for line in note.iter(f"{_TEXT}p"))):
                    comments.append((number, column, said))
            column += _count(cell, "number-columns-repeated", _MAX_COLUMNS)
        repeats = _count(row, "number-rows-repeated", sheet.MAX_ROWS)
        # As `_cells` counts them: blank rows all, others up to a limit.
        is_blank = not any(cell.text for cell in _row(row))
        number += repeats if is_blank else min(repeats, _MAX_REPEATS)
    return sheet.Beside(merged, comments)


def _rows(parent: Any) -> Iterator[Any]:
    for child in parent:
        if name(child) == "table-row":
            yield child
        elif name(child) in ("table-rows", "table-header-rows", "table-row-group"):
            yield from _rows(child)


def _row(row: Any) -> list[Cell]:
    cells: list[Cell] = []
    for cell in row:
        if name(cell) not in ("table-cell", "covered-table-cell"):
            continue
        value = one_line(" ".join(_text(line) for line in _lines(cell)))
        kind = cell.get(f"{_OFFICE}value-type") or "string"
        is_year = kind == "float" and value.isdecimal() and 1900 <= int(value) <= 2100
        repeats = _count(cell, "number-columns-repeated", _MAX_COLUMNS)
        room = _MAX_COLUMNS - len(cells)
        cells += [Cell(value, kind in ("string", "date") or is_year)] * min(repeats, room)
    while cells and not cells[-1].text:
        cells.pop()
    return cells


def _lines(parent: Any) -> Iterator[Any]:
    """Yield the paragraphs of a cell, without those of comments."""
    for child in parent:
        if name(child) in ("p", "h"):
            yield child
        elif name(child) and name(child) not in _SKIPPED:
            yield from _lines(child)


def _count(element: Any, attribute: str, most: int) -> int:
    value = element.get(f"{_TABLE}{attribute}") or "1"
    return max(1, min(int(value), most)) if value.isdecimal() and len(value) < 12 else 1


def _text(element: Any) -> str:
    """Return a paragraph's own text, without notes, text boxes and comments in it."""
    return "".join(_strings(element))


def _strings(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        kind = name(child)
        if kind == "s":
            count = child.get(f"{_TEXT}c") or "1"
            yield " " * (min(int(count), 100) if count.isdecimal() else 1)
        elif kind == "tab":
            yield "\t"
        elif kind == "line-break":
            yield "\n"
        elif kind and kind not in _SKIPPED and kind not in ("note", "text-box", "p"):
            yield from _strings(child)
        yield child.tail or ""
