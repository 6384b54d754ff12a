"""The words of a PDF page, where they stand, and the lines that they form. Each character is asked once."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Of the height of a word: a wider gap between two letters begins another word, also without a blank. The figure 1 has
# wide gaps around it.
_WORD_GAP = 0.7
_LEAST_HIGH_PT = 2.0
_BREAKS = frozenset(" \t\r\n\u00a0")
# The marks that PDFium puts in place of a hyphen at a line end.
HYPHENS = "\ufffe\x02"
SOFT = "\u00ad"
"""A hyphen in the tables of many fonts, also where it stands for a minus: on a page it is one where it has ink."""

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Word:
    """A word: its edges in points, and its first and last character on the page, the latter exclusive."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    first: int
    last: int

    @property
    def height(self) -> float:
        """From its lowest to its highest point."""
        return self.top - self.bottom

    @property
    def centre(self) -> float:
        """Half its way across."""
        return (self.left + self.right) / 2


@dataclass(slots=True)
class Line:
    """Words beside each other, from the left."""

    bottom: float
    top: float
    words: list[Word]

    @property
    def middle(self) -> float:
        """Half its height up."""
        return (self.bottom + self.top) / 2

    @property
    def left(self) -> float:
        """Where its first word begins."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Where its last word ends."""
        return max(word.right for word in self.words)


def words(textpage: Any, rotation: int = 0, size: tuple[float, float] = (0.0, 0.0)) -> list[Word]:
    """Return the words of a page, open in pypdfium2, in the order of the file.

    Args:
        textpage: The page's text.
        rotation: How far the page is turned when it is shown, in degrees.
        size: Its width and height as it is shown.
    """
    import pypdfium2.raw as pdfium

    edges = (ctypes.c_double * 4)()
    place = ctypes.addressof(edges)
    places = [place + 8 * edge for edge in range(4)]
    code_of = quick(pdfium.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
    box_of = quick(pdfium.FPDFText_GetCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4)
    raw = ctypes.cast(textpage.raw, ctypes.c_void_p).value
    found: list[Word] = []
    word: Word | None = None
    for index in range(textpage.count_chars()):
        code = code_of(raw, index)
        mark = chr(code) if code < 0x110000 else ""
        if mark in _BREAKS or not mark:
            word = None
            continue
        if mark in HYPHENS and word is not None:
            word.text += mark
            word.last = index + 1
            word = None
            continue
        box_of(raw, index, *places)
        x0, x1, y0, y1 = edges
        if mark == SOFT and y1 > y0:
            mark = "-"
        if rotation:
            x0, y0, x1, y1 = turned((x0, y0, x1, y1), rotation, size)
        if word is not None and _goes_on(word, x0, x1, y0, y1):
            word.text += mark
            word.last = index + 1
            if x1 > word.right:
                word.right = x1
            if x0 < word.left:
                word.left = x0
            if y0 < word.bottom:
                word.bottom = y0
            if y1 > word.top:
                word.top = y1
        else:
            word = Word(x0, y0, x1, y1, mark, index, index + 1)
            found.append(word)
    return found


def quick(function: Any, result: Any, *arguments: Any) -> Any:
    """Return a function of PDFium that takes and gives addresses as numbers: its own objects for them cost more."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def turned(box: Box, rotation: int, size: tuple[float, float]) -> Box:
    """Return where a box stands on a page that is turned by 90, 180 or 270 degrees when it is shown.

    Args:
        box: Left, bottom, right and top before.
        rotation: In degrees, as a clock goes.
        size: Width and height of the page as it is shown.
    """
    left, bottom, right, top = box
    width, height = size
    if rotation == 90:
        return bottom, height - right, top, height - left
    if rotation == 180:
        return width - right, height - top, width - left, height - bottom
    if rotation == 270:
        return width - top, left, width - bottom, right
    return box


def _goes_on(word: Word, left: float, right: float, bottom: float, top: float) -> bool:
    height = word.top - word.bottom
    if top - bottom > height:
        height = top - bottom
    if height < _LEAST_HIGH_PT:
        height = _LEAST_HIGH_PT
    gap = left - word.right
    near = -height <= gap <= 1.0 or -height <= gap <= _WORD_GAP * height or -height <= word.left - right <= 0
    return near and bottom < word.top + 0.2 * height and top > word.bottom - 0.2 * height


def lines(found: Sequence[Word]) -> list[Line]:
    """Return the lines that words form, from the top."""
    made: list[Line] = []
    for word in sorted(found, key=lambda one: -(one.bottom + one.top)):
        bottom, top = word.bottom, word.top
        height = top - bottom
        if height <= 0 or word.right <= word.left:
            continue
        for line in made[-1:-4:-1]:
            high, low = line.top, line.bottom
            if top <= low or bottom >= high:
                continue
            own = high - low
            if min(high, top) - max(low, bottom) > 0.5 * min(own, height):
                line.words.append(word)
                # A line is as high as its ordinary words: one tall sign must not draw the next line in.
                if height < 1.5 * own:
                    line.bottom, line.top = min(low, bottom), max(high, top)
                break
        else:
            made.append(Line(bottom, top, [word]))
    for line in made:
        line.words.sort(key=lambda one: one.left)
    made.sort(key=lambda one: -one.middle)
    return made


def text_of(found: Sequence[Word]) -> str:
    """Return what words in the order of reading say; the halves of a word at a line's end stay halves."""
    said = ""
    for word in found:
        said += ("" if not said or said[-1] in HYPHENS else " ") + word.text
    return said


def in_reading_order(found: Sequence[Word]) -> list[Word]:
    """Return words line by line."""
    return [word for line in lines(found) for word in line.words]
