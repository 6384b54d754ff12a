"""Lines of a PDF page that go across several columns, put in the order in which they are read.

Two columns of prose that are drawn line by line come out as one: their left halves go before the right ones. In a
table without lines a blank cell leaves no trace: there each row gets the names of its columns.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.load.build import one_line
from qa.tables.lines import row_line
from qa.tables.values import read_number

# Of the height of a line: a wider blank separates columns.
_GAP = 1.5
_NEAR_PT = 3.0
_MOST_PIECES = 3_000
_LEAST_LINES = 3
_LEAST_ROWS = 2
_LEAST_WORDS = 2.5
_MOST_CELL_CHARS = 60
_MOST_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class _Cell:
    """Text between two wide blanks of a line, and where it begins and ends, in points."""

    left: float
    right: float
    text: str


Line = list[_Cell]


def in_order(text: str, textpage: Any) -> str:
    """Return the text of a page with its columns in order and the rows of its tables with the names of their columns.

    Args:
        text: The page's text, a line per line.
        textpage: The page's text in pypdfium2, open.
    """
    lines = _lines(textpage)
    if sum(len(line) > 1 for line in lines) < _LEAST_ROWS:
        return text
    written = text.replace("\r\n", "\n").split("\n")
    # What a line says, whatever its blanks: only lines that stand in the text as they are drawn are put elsewhere.
    said = {"".join(one.split()): at for at, one in enumerate(written)}
    places = [said.get("".join("".join(cell.text for cell in line).split())) for line in lines]
    changes: list[tuple[int, int, list[str]]] = []
    for start, stop in _following(places):
        at = start
        while at < stop:
            end, made = _columns(lines, at, stop) or _table(lines, at, stop) or (at, [])
            first, last = places[at], places[end - 1] if end > at else None
            if made and first is not None and last is not None:
                changes.append((first, last + 1, made))
            at = max(end, at + 1)
    for first, stop, made in sorted(changes, reverse=True):
        written[first:stop] = made
    return "\n".join(written) if changes else text


def _lines(textpage: Any) -> list[Line]:
    """Return the lines of a page from the top, each as its cells; none for a page of too many pieces."""
    count = textpage.count_rects()
    if count > _MOST_PIECES:
        return []
    rows: list[tuple[float, float, list[_Cell]]] = []
    for number in range(count):
        left, bottom, right, top = textpage.get_rect(number)
        text = one_line(textpage.get_text_bounded(left=left, bottom=bottom, right=right, top=top))
        if not text:
            continue
        middle = (bottom + top) / 2
        if rows and abs(rows[-1][0] - middle) < max(rows[-1][1], top - bottom) / 2:
            rows[-1][2].append(_Cell(left, right, text))
        else:
            rows.append((middle, top - bottom, [_Cell(left, right, text)]))
    return [_joined(sorted(pieces, key=lambda one: one.left), height) for _, height, pieces in rows]


def _joined(pieces: Sequence[_Cell], height: float) -> Line:
    cells: Line = []
    for piece in pieces:
        if cells and piece.left - cells[-1].right < _GAP * height:
            last = cells[-1]
            gap = " " if piece.left - last.right > 0.15 * height else ""
            cells[-1] = _Cell(last.left, max(last.right, piece.right), f"{last.text}{gap}{piece.text}")
        else:
            cells.append(piece)
    return cells


def _following(places: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of lines that follow one another in the text as they do on the page."""
    start = 0
    for at in range(1, len(places) + 1):
        before = places[at - 1]
        if at == len(places) or before is None or places[at] != before + 1:
            if before is not None and places[start] is not None:
                yield start, at
            start = at


def _columns(lines: Sequence[Line], start: int, stop: int) -> tuple[int, list[str]] | None:
    """Return where two columns of prose that begin at a line end, and their lines, the left ones first."""
    if len(lines[start]) != 2:
        return None
    edge = lines[start][1].left
    left, right = [lines[start][0]], [lines[start][1]]
    end = start + 1
    while end < stop:
        line = lines[end]
        if len(line) == 2 and abs(line[1].left - edge) <= _NEAR_PT and line[0].right < edge:
            left.append(line[0])
            right.append(line[1])
        elif len(line) == 1 and line[0].right < edge and abs(line[0].left - left[0].left) <= 4 * _NEAR_PT:
            left.append(line[0])
        elif len(line) == 1 and abs(line[0].left - edge) <= _NEAR_PT:
            right.append(line[0])
        else:
            break
        end += 1
    if min(len(left), len(right)) < _LEAST_LINES or not (_is_prose(left) and _is_prose(right)):
        return None
    return end, [cell.text for cell in (*left, *right)]


def _is_prose(cells: Sequence[_Cell]) -> bool:
    """Tell whether lines are of running text: words go on over most line ends, and few are numbers."""
    words = [word for cell in cells for word in cell.text.split()]
    goes_on = sum(not re.search(r"[.!?:;]$", cell.text) for cell in cells[:-1])
    small = sum(after.text[:1].islower() for after in cells[1:])
    numbers = sum(bool(read_number(word)) for word in words)
    return (
        len(words) >= _LEAST_WORDS * len(cells)
        and 2 * goes_on >= len(cells) - 1
        and 3 * small >= len(cells) - 1
        and 4 * numbers <= len(words)
    )


def _table(lines: Sequence[Line], start: int, stop: int) -> tuple[int, list[str]] | None:
    """Return where a table whose header is at a line ends, and its rows; only of one in which a cell is blank."""
    header = lines[start]
    names = [cell.text for cell in header]
    if not 2 < len(header) <= _MOST_COLUMNS or any(read_number(name) for name in names) or len(set(names)) < len(names):
        return None
    rows: list[list[str]] = []
    end = start + 1
    while end < stop and (row := _row(lines[end], header)) is not None:
        rows.append(row)
        end += 1
    # A column of nothing but blanks is none.
    blank = any("" in row for row in rows) and all(any(row[place] for row in rows) for place in range(len(names)))
    numbers = any(read_number(cell) for row in rows for cell in row if cell)
    if len(rows) < _LEAST_ROWS or not blank or not numbers or not any(sum(map(bool, row)) > 1 for row in rows):
        return None
    return end, [" ".join(names), *(row_line(names, row) for row in rows)]


def _row(line: Line, header: Line) -> list[str] | None:
    """Return the cells of a row under its header's; None where one stands under none, or under several."""
    row = [""] * len(header)
    if len(line) < 2:
        return None
    for cell in line:
        under = [
            place
            for place, name in enumerate(header)
            if (cell.left < name.right and name.left < cell.right)
            or abs(cell.left - name.left) <= _NEAR_PT
            or abs(cell.right - name.right) <= _NEAR_PT
        ]
        if len(under) != 1 or row[under[0]] or len(cell.text) > _MOST_CELL_CHARS:
            return None
        row[under[0]] = cell.text
    return row
