"""The sheets of an OpenDocument spreadsheet: rows, merged cells, comments, and what lies over the cells."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.markup import name
from ingest.load.odf.text import SKIPPED, count, rows_of
from ingest.load.sheet import workbook as sheet
from ingest.load.sheet.header import Cell
from ingest.load.sheet.parts import Merged, column_letters
from ingest.load.unseen import incomplete
from ingest.load.whole import whole

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAWINGS = (
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}",
    "{urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0}",
)
# Cells and rows are stored once with a count, and a blank sheet is filled to its edges that way.
_MAX_REPEATS = 1_000
_MAX_COLUMNS = 16_384
_MOST = 1_000

_Said = Callable[[Any], str]
_Drawn = Callable[[Any], Iterator[tuple[str, str]]]


def add_sheets(built: TextBuilder, body: Any, said: _Said, drawn: _Drawn) -> None:
    """Add each sheet under its name.

    Args:
        built: What the text is added to.
        body: The element that holds the sheets.
        said: Gives a paragraph's text.
        drawn: Gives what a shape says, each with its kind.
    """
    for table in body.iterchildren(f"{_TABLE}table"):
        rows = itertools.islice(_cells(table, said), sheet.MAX_ROWS)
        sheet.add_sheet(built, table.get(f"{_TABLE}name") or "", rows, _beside(table, said, drawn))


def _cells(table: Any, said: _Said) -> Iterator[Sequence[Cell]]:
    """Yield the rows of a table; one stored with a count is repeated, and blank ones at the end are dropped."""
    blank = 0
    for row in rows_of(table):
        cells = _row(row, said)
        repeats = count(row, "number-rows-repeated", sheet.MAX_ROWS)
        if not any(cell.text for cell in cells):
            blank += repeats
            continue
        for _ in range(min(blank, sheet.MAX_ROWS)):
            yield ()
        blank = 0
        for _ in range(min(repeats, _MAX_REPEATS)):
            yield cells


def _beside(table: Any, said: _Said, drawn: _Drawn) -> sheet.Beside:
    """Return the merged cells of a sheet and its comments, by the numbers of its rows, and what lies over it."""
    merged: list[Merged] = []
    comments: list[tuple[int, int, str]] = []
    over = [(shape, "") for shapes in table.iterchildren(f"{_TABLE}shapes") for shape in shapes]
    number = 1
    for row in rows_of(table):
        column = 1
        for cell in row:
            if name(cell) not in ("table-cell", "covered-table-cell"):
                continue
            down, across = (
                count(cell, "number-rows-spanned", sheet.MAX_ROWS),
                count(cell, "number-columns-spanned", _MAX_COLUMNS),
            )
            if down > 1 or across > 1:
                merged.append(Merged(number, column, number + down - 1, column + across - 1))
            for note in cell.iterchildren(f"{_OFFICE}annotation"):
                if text := one_line(" ".join(said(line) for line in note.iter(f"{_TEXT}p"))):
                    comments.append((number, column, text))
            over += [(shape, f" at {column_letters(column)}{number}") for shape in cell if _is_shape(shape)]
            column += count(cell, "number-columns-repeated", _MAX_COLUMNS)
        repeats = count(row, "number-rows-repeated", sheet.MAX_ROWS)
        # As `_cells` counts them: blank rows all, others up to a limit.
        is_blank = not any(cell.text for cell in _row(row, said))
        number += repeats if is_blank else min(repeats, _MAX_REPEATS)
    lines = [f"[{what}{place}: {text}]" for shape, place in over[:_MOST] for what, text in drawn(shape)]
    if len(over) > _MOST:
        title = one_line(table.get(f"{_TABLE}name") or "")
        incomplete(f"without what lies over the cells of sheet {title} after the first {_MOST:,}")
    return sheet.Beside(merged, comments, lines)


def _is_shape(element: Any) -> bool:
    return str(element.tag).startswith(_DRAWINGS)


def _row(row: Any, said: _Said) -> list[Cell]:
    cells: list[Cell] = []
    for cell in row:
        if name(cell) not in ("table-cell", "covered-table-cell"):
            continue
        value = one_line(" ".join(said(line) for line in _lines(cell)))
        kind = cell.get(f"{_OFFICE}value-type") or "string"
        is_year = kind == "float" and 1900 <= whole(value) <= 2100
        repeats = count(cell, "number-columns-repeated", _MAX_COLUMNS)
        room = _MAX_COLUMNS - len(cells)
        cells += [Cell(value, kind in ("string", "date") or is_year)] * min(repeats, room)
    while cells and not cells[-1].text:
        cells.pop()
    return cells


def _lines(parent: Any) -> Iterator[Any]:
    """Yield the paragraphs of a cell, without those of comments and of what lies over it."""
    for child in parent:
        if name(child) in ("p", "h"):
            yield child
        elif name(child) and not _is_shape(child) and name(child) not in SKIPPED:
            yield from _lines(child)
