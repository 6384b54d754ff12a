"""Lines of a PDF page that go across two columns of prose, put in the order in which they are read.

Where the columns are drawn line by line, a line of the text is one of both: the left halves go before the right ones.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.load.build import one_line
from ingest.load.pdf import words as pdf_words
from qa.tables.values import read_number

# Of the height of a line: a wider blank separates columns.
_GAP = 1.5
_NEAR_PT = 3.0
_MOST_WORDS = 6_000
_LEAST_LINES = 3
_LEAST_WORDS = 2.5


@dataclass(frozen=True, slots=True)
class _Cell:
    """Text between two wide blanks of a line, and where it begins and ends, in points."""

    left: float
    right: float
    text: str


Line = list[_Cell]


def in_order(text: str, words: Sequence[pdf_words.Word]) -> str:
    """Return the text of a page with its columns in order.

    Args:
        text: The page's text, a line per line.
        words: The page's words.
    """
    drawn = pdf_words.lines(words) if len(words) <= _MOST_WORDS else []
    # Most pages have no such blanks, which needs no text of a word.
    if sum(map(_has_gap, drawn)) < _LEAST_LINES:
        return text
    lines = [_cells(line) for line in drawn]
    written = text.replace("\r\n", "\n").split("\n")
    # What a line says, whatever its blanks: only lines that stand in the text as they are drawn are put elsewhere.
    said = {"".join(one.split()): at for at, one in enumerate(written)}
    places = [said.get("".join("".join(cell.text for cell in line).split())) for line in lines]
    changes: list[tuple[int, int, list[str]]] = []
    for start, stop in _following(places):
        at = start
        while at < stop:
            end, made = _columns(lines, at, stop) or (at, [])
            first, last = places[at], places[end - 1] if end > at else None
            if made and first is not None and last is not None:
                changes.append((first, last + 1, made))
            at = max(end, at + 1)
    for first, stop, made in sorted(changes, reverse=True):
        written[first:stop] = made
    return "\n".join(written) if changes else text


def _has_gap(line: pdf_words.Line) -> bool:
    """Tell whether a line has a wide blank."""
    wide = _GAP * (line.top - line.bottom)
    right = line.words[0].right
    for word in line.words:
        # Of the words' own order: not less than, because a blank of that very width parts cells.
        if word is not line.words[0] and not word.left - right < wide:
            return True
        right = max(right, word.right)
    return False


def _cells(line: pdf_words.Line) -> Line:
    """Return the cells of a line, between its wide blanks."""
    wide = _GAP * (line.top - line.bottom)
    cells: Line = []
    for word in line.words:
        said = one_line(word.text)
        if cells and word.left - cells[-1].right < wide:
            last = cells[-1]
            cells[-1] = _Cell(last.left, max(last.right, word.right), f"{last.text} {said}")
        else:
            cells.append(_Cell(word.left, word.right, said))
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
