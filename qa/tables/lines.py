"""A table's row as the line of text that is stored, and back. Pure functions.

A line says every cell with its column ("Site: Mill Lane; Power kW: 18"). What a cell holds may look like that as well,
so an ingest keeps beside a line whose cells cannot be told from it the cells themselves.
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
    """Return a header as lines have it."""
    return header.rstrip(" :")


def cells_of(line: str, columns: Sequence[str]) -> list[str]:
    """Part a line into the cells that it most likely says, one for each column, "" where it says none.

    What names no column that may still come belongs to the cell before it.
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


def _column_of(part: str, columns: Sequence[str], first: int) -> int | None:
    """Return the first column from `first` on whose name a part of a line begins with, else one without a name."""
    for place in range(first, len(columns)):
        if (name := column_name(columns[place])) and part.startswith(f"{name}: "):
            return place
    return next((place for place in range(first, len(columns)) if not column_name(columns[place])), None)
