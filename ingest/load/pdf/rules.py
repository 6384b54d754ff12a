"""The lines that are drawn on a PDF page, and the cells that they enclose."""

import ctypes
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.load.pdf.objects import Drawn
from ingest.load.pdf.words import turned

_THIN_PT = 2.5
_NEAR_PT = 3.0
# Shorter lines are parts of drawings and letters.
_LEAST_PT = 6.0
# A drawing, no table.
_MOST_PATHS = 4_000
_MOST_RULES = 1_500
_MOST_CELLS = 5_000
_MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line: where it lies across (x of an upright one, y of a level one), and from where to where it goes."""

    at: float
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Rules:
    """The lines of a page."""

    upright: tuple[Rule, ...] = ()
    level: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A table that lines enclose: the places of its upright lines from the left and of its level ones from the top.

    `merged` gives for each cell (row, column) that is part of a larger one that one's first cell.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    merged: dict[tuple[int, int], tuple[int, int]]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top."""
        return self.xs[0], self.ys[-1], self.xs[-1], self.ys[0]


def rules(objects: Iterable[Drawn], rotation: int = 0, size: tuple[float, float] = (0.0, 0.0)) -> Rules:
    """Return the lines among the objects of a page; a frame is four of them.

    Args:
        objects: What is drawn on it.
        rotation: How far it is turned when it is shown, in degrees.
        size: Its width and height as it is shown.
    """
    import pypdfium2.raw as pdfium

    paths = [item for item in objects if item.type == pdfium.FPDF_PAGEOBJ_PATH]
    if not paths or len(paths) > _MOST_PATHS:
        return Rules()
    upright: list[Rule] = []
    level: list[Rule] = []
    for item in paths:
        left, bottom, right, top = item.bounds()
        wide, high = right - left, top - bottom
        if wide <= _THIN_PT < high:
            upright.append(Rule((left + right) / 2, bottom, top))
        elif high <= _THIN_PT < wide:
            level.append(Rule((bottom + top) / 2, left, right))
        elif wide > _THIN_PT and high > _THIN_PT:
            _add_inner(item, upright, level)
    if len(upright) + len(level) > _MOST_RULES:
        return Rules()
    if rotation:
        boxes = [(rule.at, rule.first, rule.at, rule.last) for rule in upright]
        boxes += [(rule.first, rule.at, rule.last, rule.at) for rule in level]
        shown = [turned(box, rotation, size) for box in boxes]
        upright = [Rule(x0, y0, y1) for x0, y0, x1, y1 in shown if x1 - x0 <= y1 - y0]
        level = [Rule(y0, x0, x1) for x0, y0, x1, y1 in shown if x1 - x0 > y1 - y0]
    return Rules(tuple(upright), tuple(level))


def _add_inner(item: Drawn, upright: list[Rule], level: list[Rule]) -> None:
    """Add the lines of a path that is drawn with a pen: a frame, or a whole grid in one path."""
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item.raw, ctypes.byref(fill), ctypes.byref(stroke))
    count = pdfium.FPDFPath_CountSegments(item.raw)
    if not stroke.value or not 1 < count <= _MOST_POINTS:
        return
    matrix = item.matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    begun = last = (0.0, 0.0)
    for number in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item.raw, number)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = matrix.on_point(x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begun = point
        else:
            _add_side(last, point, upright, level)
        if pdfium.FPDFPathSegment_GetClose(segment):
            _add_side(point, begun, upright, level)
        last = point


def _add_side(one: tuple[float, float], other: tuple[float, float], upright: list[Rule], level: list[Rule]) -> None:
    (x0, y0), (x1, y1) = one, other
    if abs(x0 - x1) <= 0.5 < abs(y0 - y1):
        upright.append(Rule(x0, min(y0, y1), max(y0, y1)))
    elif abs(y0 - y1) <= 0.5 < abs(x0 - x1):
        level.append(Rule(y0, min(x0, x1), max(x0, x1)))


def frames(found: Rules) -> list[Frame]:
    """Return the tables whose cells lie between lines, merged cells told; open sides count where level lines end."""
    upright, level = _straight(found.upright), _straight(found.level)
    made = []
    for ups, levels in _groups(upright, level):
        frame = _frame(ups, levels)
        if frame:
            made.append(frame)
    return made


def _straight(found: Sequence[Rule]) -> list[Rule]:
    """Join the pieces of a line, and leave out what is too short."""
    rows: list[list[Rule]] = []
    for rule in sorted(found, key=lambda one: one.at):
        if rows and rule.at - rows[-1][0].at <= _NEAR_PT / 2:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    joined: list[Rule] = []
    for row in rows:
        at = sum(rule.at for rule in row) / len(row)
        first = last = None
        for rule in sorted(row, key=lambda one: one.first):
            if first is None or last is None or rule.first > last + _NEAR_PT:
                if first is not None and last is not None and last - first >= _LEAST_PT:
                    joined.append(Rule(at, first, last))
                first, last = rule.first, rule.last
            else:
                last = max(last, rule.last)
        if first is not None and last is not None and last - first >= _LEAST_PT:
            joined.append(Rule(at, first, last))
    return joined


def _groups(upright: Sequence[Rule], level: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return the lines that touch one another."""
    parent = list(range(len(upright) + len(level)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for i, up in enumerate(upright):
        for j, flat in enumerate(level, len(upright)):
            if (
                flat.first - _NEAR_PT <= up.at <= flat.last + _NEAR_PT
                and up.first - _NEAR_PT <= flat.at <= up.last + _NEAR_PT
            ):
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, up in enumerate(upright):
        groups.setdefault(root(i), ([], []))[0].append(up)
    for j, flat in enumerate(level, len(upright)):
        groups.setdefault(root(j), ([], []))[1].append(flat)
    return [group for group in groups.values() if group[0] and len(group[1]) > 1]


def _frame(upright: Sequence[Rule], level: Sequence[Rule]) -> Frame | None:
    xs = _merged([rule.at for rule in upright])
    ys = _merged([rule.at for rule in level])[::-1]
    left, right = min(rule.first for rule in level), max(rule.last for rule in level)
    if xs[0] - left > 2 * _LEAST_PT:
        xs.insert(0, left)
    if right - xs[-1] > 2 * _LEAST_PT:
        xs.append(right)
    if len(xs) < 3 or len(ys) < 3 or (len(xs) - 1) * (len(ys) - 1) > _MOST_CELLS:
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    walls = [[rule for rule in upright if abs(rule.at - x) <= _NEAR_PT] for x in xs]
    floors = [[rule for rule in level if abs(rule.at - y) <= _NEAR_PT] for y in ys]
    owner = {(row, column): (row, column) for row in range(rows) for column in range(columns)}
    for row in range(rows):
        middle = (ys[row] + ys[row + 1]) / 2
        for column in range(columns):
            centre = (xs[column] + xs[column + 1]) / 2
            if column and not _crosses(walls[column], middle):
                owner[row, column] = owner[row, column - 1]
            elif row and not _crosses(floors[row], centre):
                owner[row, column] = owner[row - 1, column]
    return Frame(tuple(xs), tuple(ys), {cell: first for cell, first in owner.items() if cell != first})


def _crosses(found: Sequence[Rule], place: float) -> bool:
    return any(rule.first - _NEAR_PT <= place <= rule.last + _NEAR_PT for rule in found)


def _merged(places: Sequence[float]) -> list[float]:
    """Return places in rising order, those beside each other once."""
    merged: list[float] = []
    for place in sorted(places):
        if not merged or place - merged[-1] > _NEAR_PT:
            merged.append(place)
    return merged


def cell_at(frame: Frame, x: float, y: float) -> tuple[int, int] | None:
    """Return the cell (row, column) in which a point lies, its first one where it is merged; None outside."""
    column = bisect(frame.xs, x) - 1
    row = bisect([-place for place in frame.ys], -y) - 1
    if not (0 <= row < len(frame.ys) - 1 and 0 <= column < len(frame.xs) - 1):
        return None
    return frame.merged.get((row, column), (row, column))
