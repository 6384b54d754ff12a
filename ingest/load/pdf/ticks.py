"""Boxes to tick on a PDF page that are drawn rather than fields: of forms that were printed or flattened.

A box is told by its sides, and as ticked by ink within it, whatever that is: a cross of lines, a sign of
ZapfDingbats, a letter. Where a page has no box without ink, its squares are dots of lists or the colours of a legend.
A square without an outline that differs from what is around it is a colour too.
"""

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.load.pdf.objects import Box, Drawn
from ingest.load.pdf.unseen import Seen
from ingest.load.pdf.words import Word, turned

_LEAST_PT, _MOST_PT = 5.5, 22.0
_SQUARE = 0.75
# Boxes that touch one another are cells, as for the letters of an account's number.
_APART_PT = 1.0
_NEAR_PT = 1.5
_FEWEST_POINTS, _MOST_POINTS, _ON_EDGE = 4, 120, 0.2
_DEPTH = 3
_MOST_BOXES, _MOST_PATHS = 400, 6_000
# How far from a box its label may begin, as multiples of the box.
_LABEL = 2.5
# Of the height of a word: a wider blank ends a label.
_BLANK = 0.85
_PIXELS_PER_PT = 3.0
_MAX_PIXELS = 4_000
# What of a box's inside is looked at, which share of that has ink in a ticked one, and how dark ink is, of 255.
_INSET, _INKED, _DARK = 0.22, 0.06, 90
# From which share on a box is full of ink.
_FULL = 0.95
# By how much the colour of an empty box may differ from the one around it, of 255.
_ALIKE = 8
# What stands for a tick in a font of signs, and boxes that are signs themselves.
_SIGNS = "✓✔✕✖✗✘xX×●■•◾▪"
_TICKED, _EMPTY = "☑☒🗹🗷", "☐"
# Signs that are boxes where the page has their empty ones too.
_PAIRS = {"■": "□❏❑❐❒▢", "●": "○❍◯", "◉": "○❍◯"}
TICKED, EMPTY = "[x] ", "[ ] "


@dataclass(frozen=True, slots=True)
class Tick:
    """A box: the word that it stands before, what it is, and the characters within it, which are no words."""

    word: Word
    mark: str
    signs: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class _Square:
    """A box without its label; whether it is ticked may not be known yet."""

    box: Box
    signs: tuple[Word, ...] = ()
    ticked: bool = False
    has_outline: bool = True


def ticks(page: Any, words: Sequence[Word], objects: Sequence[Drawn]) -> list[Tick]:
    """Return the boxes of a page that have a label.

    Args:
        page: A page of pypdfium2, open.
        words: Its words, as it is shown.
        objects: What is drawn on it.
    """
    rotation, size = page.get_rotation(), page.get_size()
    signs = _signs(words)
    drawn = []
    for box, has_outline in ((turned(one, rotation, size), outline) for one, outline in _boxes(objects)):
        within = tuple(one for one in words if _holds(box, one))
        if all(len(one.text) == 1 and one.text in _SIGNS for one in within):
            drawn.append(_Square(box, within, bool(within), has_outline))
    if drawn:
        drawn = _without_colours(drawn, _looks(page, [one.box for one in drawn]))
    taken = {id(sign) for one in (*drawn, *signs) for sign in one.signs}
    others = [word for word in words if id(word) not in taken]
    found = []
    for squares in (drawn if len({one.ticked for one in drawn}) > 1 else [], signs):
        labelled = [pair for line in _lines(squares) for pair in _labelled(line, others)]
        # Where most have no label, they are a pattern.
        if 2 * len(labelled) >= len(squares):
            found += [Tick(label, TICKED if one.ticked else EMPTY, one.signs) for one, label in labelled]
    return found


def _without_colours(squares: Sequence[_Square], looks: Sequence[tuple[float, bool]]) -> list[_Square]:
    """Return squares with whether they are ticked, without those that only show a colour.

    A form may have tinted boxes; with boxes beside them that are full of ink they are a legend.
    """
    pairs = list(zip(squares, looks, strict=True))
    tinted = any(ink <= _INKED and not plain for _, (ink, plain) in pairs)
    full = any(ink >= _FULL for _, (ink, _) in pairs)
    kept = []
    for one, (ink, plain) in pairs:
        if ink <= _INKED and not plain and not one.signs and (full or not one.has_outline):
            continue
        if ink >= _FULL and tinted and not one.signs:
            continue
        kept.append(replace(one, ticked=one.ticked or ink > _INKED))
    return kept


def write(seen: Seen, words: list[Word], found: Sequence[Tick]) -> list[Word]:
    """Write boxes into a page's text before their labels; return the words with them."""
    gone = {id(sign) for tick in found for sign in tick.signs}
    for tick in found:
        for sign in tick.signs:
            seen.insert(sign.first, "", instead=True)
        seen.insert(tick.word.first, tick.mark)
        tick.word.text = tick.mark + tick.word.text
    return [word for word in words if id(word) not in gone]


def _signs(words: Sequence[Word]) -> list[_Square]:
    """Return the boxes that are signs of a font."""
    held = {sign for word in words for sign in word.text}
    filled = {sign for sign, empty in _PAIRS.items() if sign in held and held & set(empty)}
    empty = {sign for one in filled for sign in _PAIRS[one]}
    return [
        _Square((word.left, word.bottom, word.right, word.top), (word,), word.text in _TICKED or word.text in filled)
        for word in words
        if len(word.text) == 1 and word.text in {*_TICKED, *_EMPTY, *filled, *empty}
    ]


def _lines(squares: Sequence[_Square]) -> list[list[_Square]]:
    """Return boxes line by line, each from the left."""
    lines: list[list[_Square]] = []
    for one in sorted(squares, key=lambda square: -square.box[1]):
        middle = (one.box[1] + one.box[3]) / 2
        if lines and lines[-1][0].box[1] <= middle <= lines[-1][0].box[3]:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [sorted(line, key=lambda square: square.box[0]) for line in lines]


def _labelled(line: Sequence[_Square], words: Sequence[Word]) -> Iterator[tuple[_Square, Word]]:
    """Yield the boxes of a line with the first word of their labels, which stand behind them: "[x] yes [ ] no".

    Where none stands behind the last box, all stand before them ("Yes [x] No [ ]"), as in scripts from right to left.
    """
    middle = (line[0].box[1] + line[0].box[3]) / 2
    beside = sorted(
        (one for one in words if one.bottom - _NEAR_PT < middle < one.top + _NEAR_PT), key=lambda word: word.left
    )
    edges = [(-math.inf, *(square.box[2] for square in line)), (*(square.box[0] for square in line), math.inf)]
    behind: list[Word | None] = []
    before: list[Word | None] = []
    for at, square in enumerate(line):
        reach = _LABEL * (square.box[2] - square.box[0])
        right = [one for one in beside if square.box[2] - _NEAR_PT < one.left < edges[1][at + 1]]
        left = [one for one in beside if edges[0][at] <= one.centre and one.right < square.box[0] + _NEAR_PT]
        behind.append(right[0] if right and right[0].left - square.box[2] < reach else None)
        before.append(_begin(left) if left and square.box[0] - left[-1].right < reach else None)
    turned_round = behind[-1] is None or any("\u0590" <= sign <= "\u08ff" for sign in behind[-1].text)
    for square, label in zip(line, before if turned_round and all(before) else behind, strict=True):
        if label is not None and any(map(str.isalpha, label.text)):
            yield square, label


def _begin(words: Sequence[Word]) -> Word:
    """Return the first of the words with no wide blank behind them, up to the last; of a name behind a question one."""
    first = words[-1]
    for word in reversed(words[:-1]):
        if first.left - word.right > _BLANK * first.height or word.text.endswith((":", "?", ".")):
            break
        first = word
    return first


def _boxes(objects: Sequence[Drawn]) -> list[tuple[Box, bool]]:
    """Return the squares of a page, those in one another once, in points of the page, and whether a pen drew them."""
    import pypdfium2.raw as pdfium

    kinds = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM)
    # A field that was flattened is a form on the page, or in one that holds all. What lies deeper is a drawing.
    wanted = [one for one in objects if one.type in kinds and one.level < _DEPTH]
    if len(wanted) > _MOST_PATHS:
        return []
    found: list[Box] = []
    outlined: list[bool] = []
    around: list[Any] = []
    for one in wanted:
        del around[one.level :]
        if one.type == pdfium.FPDF_PAGEOBJ_FORM:
            around.append(one.matrix())
            continue
        box = one.bounds()
        for matrix in reversed(around):
            box = matrix.on_rect(*box)
        wide, high = box[2] - box[0], box[3] - box[1]
        if not (
            min(wide, high) >= _LEAST_PT
            and max(wide, high) <= _MOST_PT
            and min(wide, high) >= _SQUARE * max(wide, high)
        ):
            continue
        if not _is_frame(one):
            continue
        same = next((at for at, other in enumerate(found) if _overlap(box, other)), None)
        if same is None:
            found.append(box)
            outlined.append(_has_outline(one))
            continue
        outlined[same] |= _has_outline(one)
        if wide * high > (found[same][2] - found[same][0]) * (found[same][3] - found[same][1]):
            found[same] = box
        if len(found) > _MOST_BOXES:
            return []
    return [
        (box, outline)
        for box, outline in zip(found, outlined, strict=True)
        if not any(box is not other and _touch(box, other) for other in found)
    ]


def _has_outline(item: Drawn) -> bool:
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item.raw, ctypes.byref(fill), ctypes.byref(stroke))
    return bool(stroke.value)


def _is_frame(item: Drawn) -> bool:
    """Tell whether a path is a square or a circle: each of its points lies on its edges; those of letters do not."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPath_CountSegments(item.raw)
    if not _FEWEST_POINTS <= count <= _MOST_POINTS:
        return False
    x, y = ctypes.c_float(), ctypes.c_float()
    points = []
    for number in range(count):
        if pdfium.FPDFPathSegment_GetPoint(
            pdfium.FPDFPath_GetPathSegment(item.raw, number), ctypes.byref(x), ctypes.byref(y)
        ):
            points.append((x.value, y.value))
    edges = [(min(side), max(side)) for side in zip(*points, strict=True)]
    near = [_ON_EDGE * (last - first) for first, last in edges]
    return all(
        any(
            min(place - first, last - place) <= slack
            for place, (first, last), slack in zip(point, edges, near, strict=True)
        )
        for point in points
    )


def _overlap(one: Box, other: Box) -> bool:
    x, y = (one[0] + one[2]) / 2, (one[1] + one[3]) / 2
    return (other[0] < x < other[2] and other[1] < y < other[3]) or (
        one[0] < (other[0] + other[2]) / 2 < one[2] and one[1] < (other[1] + other[3]) / 2 < one[3]
    )


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] - _APART_PT < other[2]
        and other[0] - _APART_PT < one[2]
        and one[1] - _APART_PT < other[3]
        and other[1] - _APART_PT < one[3]
    )


def _holds(box: Box, word: Word) -> bool:
    return box[0] <= word.centre <= box[2] and box[1] <= (word.bottom + word.top) / 2 <= box[3]


def _looks(page: Any, boxes: Sequence[Box]) -> list[tuple[float, bool]]:
    """Tell of each box on the page as it is drawn how much of it is ink, and whether it has the colour around it."""
    width, height = page.get_size()
    scale = min(_PIXELS_PER_PT, _MAX_PIXELS / max(width, height, 1))
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        pixels = bitmap.to_numpy()[..., :3].astype(np.int16)
    finally:
        bitmap.close()
    left, _, _, top = turned(page.get_bbox(), page.get_rotation(), page.get_size())

    def part(box: Box, inset: float) -> NDArray[np.int16]:
        x0, x1 = (int((edge - left) * scale) for edge in (box[0] + inset, box[2] - inset))
        y0, y1 = (int((top - edge) * scale) for edge in (box[3] - inset, box[1] + inset))
        area: NDArray[np.int16] = pixels[max(y0, 0) : max(y1, 0) + 1, max(x0, 0) : max(x1, 0) + 1]
        return area

    found = []
    for box in boxes:
        side = box[2] - box[0]
        inside, outside = part(box, _INSET * side), part(box, -_INSET * side)
        if not inside.size or not outside.size:
            found.append((0.0, False))
            continue
        edge = np.concatenate([outside[0], outside[-1], outside[:, 0], outside[:, -1]])
        differs = np.abs(np.median(inside, axis=(0, 1)) - np.median(edge, axis=0)).max()
        ink = (255 - inside).max(axis=-1) > _DARK
        found.append((float(ink.mean()), bool(differs <= _ALIKE)))
    return found
