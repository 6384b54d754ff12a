"""Lines of plain text whose columns are set apart by several spaces: the items of a bill, the lines of a receipt.

No rule stands between the cells, and none of the lines ends in a full stop, so that a whole bill would be one sentence.
Pure functions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from qa.lazy_regex import lazy_regex
from qa.text import money

# A tab, or several spaces, between what stands in two columns.
_GAP = lazy_regex(r"(?<=\S)(?:[ ]*\t\s*|[ ]{2,})(?=\S)")
# One gap of so many spaces is no chance; narrower ones need a neighbour that is set as well.
_WIDE, _NEAR = 3, 2
_AMOUNT = lazy_regex(
    rf"(?:{money.CURRENCY}\s?)?[-+±]?\d[\d.,'’]*(?:\s?(?:{money.CURRENCY}|%|‰|°C?|[a-zA-Zµ°²³]{{1,7}}\.?(?:/[a-zA-Z²³]{{1,4}})?))?"
    r"|[-–]",
    re.IGNORECASE,
)
_DATE = lazy_regex(r"\d{1,4}([./-])\d{1,2}\1\d{2,4}")
_LETTER, _DIGIT = lazy_regex(r"[^\W\d_]"), lazy_regex(r"\d")
_RULE = lazy_regex(r"\s*[-=_.*·–—]{3,}(?:\s+[-=_.*·–—]{3,})*\s*")
_LONGEST_ROW, _LONGEST_NAME = 200, 40
_FEW = 2
# So many lines whose second column begins at the same place are no chance.
_ALIGNED = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column of a line: `start` and `end` are places in the line."""

    start: int
    end: int
    text: str


def cells_set(line: str) -> list[Cell]:
    """Return what stands between the gaps of a line; of a line without gaps all of it."""
    ends = [(match.start(), match.end()) for match in _GAP.finditer(line.rstrip())]
    first = len(line) - len(line.lstrip())
    starts = [first, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(line.rstrip())]
    return [Cell(start, stop, line[start:stop]) for start, stop in zip(starts, stops, strict=True) if start < stop]


def rows_set(lines: Sequence[str]) -> dict[int, list[Cell]]:
    """Return the cells of each line that is a row, by its number.

    Its last column holds an amount or a number, or its columns stand below those of its neighbours. Running text that
    is set to both margins has gaps as well, and seldom either of these.
    """
    found = {number: cells for number, line in enumerate(lines) if (cells := _row(line))}
    rows = {
        number: cells
        for number, cells in found.items()
        if _widest(cells) >= _WIDE or any(number + step in found for step in (-_NEAR, -1, 1, _NEAR))
    }
    for group in _aligned(lines):
        # The first of them may name the columns of the others.
        names = _names_columns(lines[group[0]]) and not any(_names_columns(lines[number]) for number in group[1:])
        rows |= {number: cells_set(lines[number]) for number in group[1 if names else 0 :]}
    return rows


def named_by_columns(lines: Sequence[str], rows: dict[int, list[Cell]], heads: dict[int, int], number: int) -> str:
    """Return a row with its cells named by the columns above: "Item: Ball basket; Total: 76.00".

    A line that only says what the amount behind it is, such as a total, stays as it is; "" where no line names columns.
    """
    head = heads.get(number)
    if head is None:
        return ""
    names, cells = cells_set(lines[head]), rows[number]
    of = [_over(cell, names) for cell in cells]
    if None in of or len(set(of)) < len(of) or len(cells) <= _FEW < len(names):
        return " ".join(cell.text for cell in cells)
    named = zip(of, cells, strict=True)
    return "; ".join(f"{names[at].text.rstrip(' :')}: {cell.text}" for at, cell in named if at is not None)


def heads_set(lines: Sequence[str], rows: dict[int, list[Cell]]) -> dict[int, int]:
    """Return which line names the columns of each row, by the row's number; of a row without one nothing."""
    heads: dict[int, int] = {}
    # Of the lines that are seen last, where nothing but rows and rules follows.
    above: int | None = None
    for number, line in enumerate(lines):
        if number in rows:
            if above is not None:
                heads[number] = above
        elif not _RULE.fullmatch(line):
            above = number if _names_columns(line) else None
    return heads


def _names_columns(line: str) -> bool:
    """Tell whether a line may name columns: it has several, and no figure in any."""
    cells = cells_set(line)
    return len(cells) > 1 and all(
        len(cell.text) <= _LONGEST_NAME and _LETTER.match(cell.text) and not _DIGIT.search(cell.text) for cell in cells
    )


def _aligned(lines: Sequence[str]) -> Iterator[list[int]]:
    """Yield the numbers of neighbouring lines whose second column begins at the same place."""

    def second(number: int) -> int:
        line = lines[number]
        if len(line) > _LONGEST_ROW or line.lstrip().startswith(("|", "#")):
            return 0
        cells = cells_set(line)
        return cells[1].start if len(cells) > 1 else 0

    for start, group in groupby(range(len(lines)), key=second):
        run = list(group)
        if start and len(run) >= _ALIGNED:
            yield run


def _row(line: str) -> list[Cell]:
    if len(line) > _LONGEST_ROW or line.lstrip().startswith(("|", "#")):
        return []
    cells = cells_set(line)
    if len(cells) < _FEW or not _LETTER.search(line):
        return []
    return cells if _AMOUNT.fullmatch(cells[-1].text) and not _DATE.fullmatch(cells[-1].text) else []


def _widest(cells: Sequence[Cell]) -> int:
    return max(after.start - before.end for before, after in pairwise(cells))


def _over(cell: Cell, names: Sequence[Cell]) -> int | None:
    """Return which name stands above a cell: the one with which it shares most of its width, else the next to it."""
    shared = [min(cell.end, name.end) - max(cell.start, name.start) for name in names]
    best = max(range(len(names)), key=shared.__getitem__)
    return best if shared[best] > -_WIDE else None
