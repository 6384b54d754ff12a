"""A table's row as the line of text that is stored, and back. Pure functions.

A line states every cell with its column ("Site: Mill Lane; Power kW: 18"). The text of a cell may look like that as
well, so an ingest also keeps the cells themselves where they cannot be told from their line.
"""

from collections.abc import Sequence

_BETWEEN = "; "


def row_line(columns: Sequence[str], cells: Sequence[str]) -> str:
    """Write one table row as `Column: value; Column: value`.

    Empty cells are left out. A cell without a column, or beyond the last one, is written as its value alone.
    """
    parts = []
    for place, cell in enumerate(cells):
        name = column_name(columns[place]) if place < len(columns) else ""
        if cell:
            parts.append(f"{name}: {cell}" if name else cell)
    return _BETWEEN.join(parts)


def column_name(header: str) -> str:
    """Return a header as it stands in lines."""
    return header.rstrip(" :")


def cells_of(line: str, columns: Sequence[str]) -> list[str]:
    """Split a line into the cells that it most likely states, one for each column, "" where it states none.

    A part that names none of the columns to come belongs to the cell before it.
    """
    cells = [""] * len(columns)
    at = -1
    for part in line.split(_BETWEEN):
        place = _column_of(part, columns, at + 1)
        if place is not None:
            at = place
            name = column_name(columns[at])
            cells[at] = part[len(name) + 2 :] if name else part
        elif at >= 0:
            cells[at] += _BETWEEN + part
        elif columns:
            at, cells[0] = 0, part
    return cells


def names_in(line: str, columns: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a line states names of columns and what parts its cells: (start, end) of all that is in no cell."""
    spans: list[tuple[int, int]] = []
    at, column = 0, -1
    for part in line.split(_BETWEEN):
        place = _column_of(part, columns, column + 1)
        if place is not None:
            column = place
            name = column_name(columns[place])
            start = at - len(_BETWEEN) if at else 0
            end = at + (len(name) + 2 if name else 0)
            if end > start:
                spans.append((start, end))
        at += len(part) + len(_BETWEEN)
    return spans


def _column_of(part: str, columns: Sequence[str], first: int) -> int | None:
    """Return the first column from `first` on whose name a part of a line begins with, else one without a name."""
    for place in range(first, len(columns)):
        if (name := column_name(columns[place])) and part.startswith(f"{name}: "):
            return place
    return next((place for place in range(first, len(columns)) if not column_name(columns[place])), None)
