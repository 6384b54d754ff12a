"""Tables of a PDF page whose cells lie between drawn lines: what stands in each cell.

Only a whole grid counts: every cell has its four lines. What is drawn otherwise stays lines of text.
"""

import ctypes
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.load.build import has_columns, one_line
from qa.types import Mark

_THIN_PT = 2.0
_NEAR_PT = 2.5
_LEAST_PT = 6.0
_DEPTH = 5
# A drawing, no table.
_MOST_PATHS = 2_000
_MOST_CELLS = 5_000
_MOST_LINES = 6
_LEAST_ROWS = 3

Grid = list[list[str]]
"""The cells of a table, row by row from the top."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A drawn line: where it lies across (x of an upright one, y of a level one), and from where to where it goes."""

    at: float
    first: float
    last: float


def grids(page: Any, textpage: Any) -> list[Grid]:
    """Return the tables of a page, open in pypdfium2; none where no lines are drawn."""
    upright, level = _rules(page)
    found = []
    for xs, ys in _whole(upright, level):
        cells = _filled(textpage, xs, ys)
        if has_columns(cells[0], cells[1:]) and len(cells) >= _LEAST_ROWS:
            found.append(cells)
    return found


def marks(text: str, start: int, end: int, found: Iterable[Grid]) -> list[Mark]:
    """Return where the rows of a page's tables begin in the text; of a table all rows are found there, or none counts.

    Args:
        text: The whole document's.
        start: Where the page begins in it.
        end: Where it ends.
        found: Its tables, in order.
    """
    lines = []
    at = start
    for line in text[start:end].split("\n"):
        lines.append((at, "".join(line.split())))
        at += len(line) + 1
    marked: list[Mark] = []
    for grid in found:
        places = _places(grid, lines)
        if places:
            columns = tuple(one_line(cell) for cell in grid[0])
            rows = zip(places[1:], grid[1:], strict=True)
            marked += [
                Mark(place, number, "", columns, tuple(map(one_line, cells)), in_text=True)
                for number, (place, cells) in enumerate(rows, start=2)
            ]
    starts = [mark.start for mark in marked]
    return marked if starts == sorted(set(starts)) else []


def _places(grid: Grid, lines: Sequence[tuple[int, str]]) -> list[int]:
    """Return where each row begins: its cells stand on one line, or on some that follow one another."""
    places: list[int] = []
    at = 0
    for cells in grid:
        wanted = "".join("".join(cells).split())
        found = next(
            (
                (place, place + count)
                for place in range(at, len(lines))
                for count in range(1, _MOST_LINES + 1)
                if "".join(line for _, line in lines[place : place + count]) == wanted
            ),
            None,
        )
        if not wanted or found is None:
            return []
        places.append(lines[found[0]][0])
        at = found[1]
    return places


def _rules(page: Any) -> tuple[list[_Rule], list[_Rule]]:
    """Return the upright and the level lines that are drawn; a frame is four of them."""
    import pypdfium2.raw as pdfium

    upright: list[_Rule] = []
    level: list[_Rule] = []
    paths = [item for item in page.get_objects(max_depth=_DEPTH) if item.type == pdfium.FPDF_PAGEOBJ_PATH]
    if len(paths) > _MOST_PATHS:
        return [], []
    for item in paths:
        left, bottom, right, top = _bounds(item)
        if right - left <= _THIN_PT < top - bottom:
            upright.append(_Rule((left + right) / 2, bottom, top))
        elif top - bottom <= _THIN_PT < right - left:
            level.append(_Rule((bottom + top) / 2, left, right))
        elif _is_frame(item):
            upright += [_Rule(left, bottom, top), _Rule(right, bottom, top)]
            level += [_Rule(bottom, left, right), _Rule(top, left, right)]
    return upright, level


def _bounds(item: Any) -> tuple[float, float, float, float]:
    import pypdfium2.raw as pdfium

    values = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item.raw, *(ctypes.byref(value) for value in values))
    left, bottom, right, top = (value.value for value in values)
    return left, bottom, right, top


def _is_frame(item: Any) -> bool:
    """Tell a rectangle whose line is drawn: four or five points, and no curve."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPath_CountSegments(item.raw)
    if count not in (4, 5):
        return False
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item.raw, ctypes.byref(fill), ctypes.byref(stroke))
    kinds = {
        pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(item.raw, number)) for number in range(1, count)
    }
    return bool(stroke.value) and kinds <= {pdfium.FPDF_SEGMENT_LINETO}


def _whole(upright: Sequence[_Rule], level: Sequence[_Rule]) -> list[tuple[list[float], list[float]]]:
    """Return the grids whose every line is drawn from edge to edge, as the places of their lines, from the top."""
    found = []
    for ys in _apart(level):
        wide = [rule for rule in level if any(abs(rule.at - y) <= _NEAR_PT for y in ys)]
        left, right = min(rule.first for rule in wide), max(rule.last for rule in wide)
        top, bottom = ys[0], ys[-1]
        inside = [
            rule
            for rule in upright
            if left - _NEAR_PT <= rule.at <= right + _NEAR_PT
            and rule.first < top - _NEAR_PT
            and rule.last > bottom + _NEAR_PT
        ]
        xs = _merged([rule.at for rule in inside])
        whole = all(_covers([rule for rule in wide if abs(rule.at - y) <= _NEAR_PT], left, right) for y in ys) and all(
            _covers([rule for rule in inside if abs(rule.at - x) <= _NEAR_PT], bottom, top) for x in xs
        )
        if whole and len(xs) > 2 and len(ys) > _LEAST_ROWS and (len(xs) - 1) * (len(ys) - 1) <= _MOST_CELLS:
            found.append((xs, ys))
    return found


def _apart(level: Sequence[_Rule]) -> list[list[float]]:
    """Return the heights of level lines, from the top, those of each table by themselves: they begin and end alike."""
    tables: dict[tuple[int, int], list[float]] = {}
    rows: dict[int, list[_Rule]] = {}
    for rule in level:
        rows.setdefault(round(rule.at / _NEAR_PT), []).append(rule)
    for rules in rows.values():
        edges = (
            round(min(rule.first for rule in rules) / _LEAST_PT),
            round(max(rule.last for rule in rules) / _LEAST_PT),
        )
        tables.setdefault(edges, []).append(sum(rule.at for rule in rules) / len(rules))
    return [_merged(heights)[::-1] for heights in tables.values()]


def _merged(places: Sequence[float]) -> list[float]:
    """Return places in rising order, those beside each other once."""
    merged: list[float] = []
    for place in sorted(places):
        if not merged or place - merged[-1] > _NEAR_PT:
            merged.append(place)
    return merged


def _covers(rules: Sequence[_Rule], first: float, last: float) -> bool:
    """Tell whether lines that follow one another go from edge to edge."""
    reached = first + _NEAR_PT
    for rule in sorted(rules, key=lambda rule: rule.first):
        if rule.first > reached + _NEAR_PT:
            return False
        reached = max(reached, rule.last)
    return reached >= last - _NEAR_PT


def _filled(textpage: Any, xs: Sequence[float], ys: Sequence[float]) -> Grid:
    """Return the text between the lines, cell by cell: a letter is where its middle is."""
    import pypdfium2.raw as pdfium

    cells = [["" for _ in xs[1:]] for _ in ys[1:]]
    falling = [-y for y in ys]
    values = [ctypes.c_double() for _ in range(4)]
    inside: tuple[int, int] | None = None
    for number in range(textpage.count_chars()):
        mark = chr(pdfium.FPDFText_GetUnicode(textpage.raw, number))
        if mark.isspace():
            # Of a blank, no place is known.
            if inside:
                cells[inside[0]][inside[1]] += " "
            continue
        pdfium.FPDFText_GetCharBox(textpage.raw, number, *(ctypes.byref(value) for value in values))
        left, right, bottom, top = (value.value for value in values)
        row = bisect(falling, -(bottom + top) / 2) - 1
        column = bisect(xs, (left + right) / 2) - 1
        inside = (row, column) if 0 <= row < len(cells) and 0 <= column < len(cells[0]) else None
        if inside:
            cells[row][column] += mark
    return [[one_line(cell) for cell in row] for row in cells]
