"""The sheets of an OpenDocument spreadsheet: rows, merged cells and comments."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ingest.load import sheet
from ingest.load.build import TextBuilder, one_line
from ingest.load.markup import name
from ingest.load.odf_text import SKIPPED, count, rows_of
from ingest.load.sheet_header import Cell
from ingest.load.sheet_parts import Merged

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
# Cells and rows are stored once with a count, and a blank sheet is filled to its edges that way.
_MAX_REPEATS = 1_000
_MAX_COLUMNS = 16_384

_Said = Callable[[Any], str]


def add_sheets(built: TextBuilder, body: Any, said: _Said) -> None:
    """Add each sheet under its name.

    Args:
        built: What the text is added to.
        body: The element that holds the sheets.
        said: Gives a paragraph's text.
    """
    for table in body.iterchildren(f"{_TABLE}table"):
        rows = itertools.islice(_cells(table, said), sheet.MAX_ROWS)
        sheet.add_sheet(built, table.get(f"{_TABLE}name") or "", rows, _beside(table, said))


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


def _beside(table: Any, said: _Said) -> sheet.Beside:
    """Return the merged cells of a sheet and its comments, with the numbers that its rows get."""
    merged: list[Merged] = []
    comments: list[tuple[int, int, str]] = []
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
            column += count(cell, "number-columns-repeated", _MAX_COLUMNS)
        repeats = count(row, "number-rows-repeated", sheet.MAX_ROWS)
        # As `_cells` counts them: blank rows all, others up to a limit.
        is_blank = not any(cell.text for cell in _row(row, said))
        number += repeats if is_blank else min(repeats, _MAX_REPEATS)
    return sheet.Beside(merged, comments)


def _row(row: Any, said: _Said) -> list[Cell]:
    cells: list[Cell] = []
    for cell in row:
        if name(cell) not in ("table-cell", "covered-table-cell"):
            continue
        value = one_line(" ".join(said(line) for line in _lines(cell)))
        kind = cell.get(f"{_OFFICE}value-type") or "string"
        is_year = kind == "float" and value.isdecimal() and 1900 <= int(value) <= 2100
        repeats = count(cell, "number-columns-repeated", _MAX_COLUMNS)
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
        elif name(child) and name(child) not in SKIPPED:
            yield from _lines(child)
