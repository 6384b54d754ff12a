"""A table of an answer as plain lines, and the part of the answer's text shown above it. Pure functions."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from qa.command.printing import printable, readable
from qa.types import Answer, Cell, Table

_GAP = "  "
_EMPTY = "–"
_NARROWEST = 12


def introduction(answer: Answer) -> str:
    """Return an answer's text without what its table says: the first paragraph, or all of it if there is no table."""
    return answer.text.partition("\n\n")[0] if answer.table else answer.text


def table_lines(table: Table, width: int) -> Iterator[str]:
    """Yield a table in columns as wide as they need; if they do not fit, one under the other.

    Args:
        table: Every cell shows its footnotes; an empty one shows a dash.
        width: Characters of a line.
    """
    rows = [[_shown(cell) for cell in row] for row in table.rows]
    columns = [_one_line(column) for column in table.columns]
    widths = _widths([columns, *rows], width)
    if not widths:
        for row in rows:
            for column, text in zip(columns, row, strict=True):
                yield from textwrap.wrap(f"{column}: {text}" if column else text, width, subsequent_indent="  ")
            yield ""
        return
    yield from _line(columns, widths)
    yield _GAP.join("-" * size for size in widths)
    tall = False
    for row in rows:
        lines = list(_line(row, widths))
        # A row of several lines is set apart from the next one.
        if tall or len(lines) > 1:
            if tall:
                yield ""
            tall = True
        yield from lines


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return each column's width: what it needs, or an even part of the rest; empty if that is too narrow."""
    needs = [max(1, *map(len, column)) for column in zip(*rows, strict=True)]
    left = width - len(_GAP) * (len(needs) - 1)
    if sum(needs) <= left:
        return needs
    widths = [0] * len(needs)
    for place, number in enumerate(sorted(range(len(needs)), key=lambda number: needs[number])):
        share = left // (len(needs) - place)
        widths[number] = min(needs[number], share)
        left -= widths[number]
    narrow = any(size < min(_NARROWEST, need) for size, need in zip(widths, needs, strict=True))
    return [] if narrow else widths


def _line(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    wrapped = [textwrap.wrap(text, size) or [""] for text, size in zip(row, widths, strict=True)]
    for parts in zip_longest(*wrapped, fillvalue=""):
        yield _GAP.join(part.ljust(size) for part, size in zip(parts, widths, strict=True)).rstrip()


def _shown(cell: Cell) -> str:
    marks = "".join(f"[{number}]" for number in cell.citations)
    text = _one_line(cell.text) or _EMPTY
    return f"{text} {marks}" if marks else text


def _one_line(text: str) -> str:
    return printable(" ".join(readable(text).split()))
