"""Pictures that take a part of a PDF page, such as a letter that was scanned, a photographed receipt, a chart.

What they say stands behind the line above them, as a block of a picture. Pages that pictures cover are read as a whole,
see `pdf_pictures`.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from ingest.load.pdf import pictures
from ingest.load.pdf.file import Box
from ingest.load.pdf.objects import Drawn
from ingest.load.pdf.words import Word
from ingest.load.picture import inside as pictures_inside
from ingest.load.picture import ocr, ocr_work
from qa.text.drawn import UNITS, DrawnWord
from qa.types import Page

# Letters of a picture are some pixels high; what is drawn smaller than that on the page nobody reads there.
_LEAST_PIXELS, _LEAST_SIDE = 12_000, 24
_LEAST_PT = 36.0
# A page of more pictures is a map in tiles or a drawing, and each would be held against each.
_MOST_ON_PAGE = 200
# Words of the page over a picture say that it is their background.
_MOST_OVER = 8
# The same picture on more pages is a logo, unless it is large.
_OFTEN = 3
_MOST = 500
_MOST_SECONDS = 600.0
# Of the processor, for looking where nothing reads them; a picture takes some 10 ms, a page of many drawings a second.
_LOOK_SECONDS = 10.0
# Lines of letters at `LOOK_DPI`: how often a row changes, and how many rows it has.
LOOK_DPI = 100
_LEAST_INK, _LEAST_CHANGES, _LINE, _LEAST_LINES = 0.005, 16, (4, 24), 2
# How much of a picture has nearly one grey level: its paper. Of 23 pictures of real files with these rules 11 of the 14
# that hold words are told, and one of the 9 others.
_PAPER, _LEAST_PAPER = 32, 0.4
# How near two parts of one picture lie, as a share of the page; programs cut large ones into strips.
_TOUCHING = 0.004
# Of the height of a word of the page, how far its letters reach out of its box.
_REACH = 0.25


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture on a page.

    Attributes:
        page: The page's number, from 1.
        name: The hash of its data.
        box: Its left, top, right and bottom as shares of the page as it is shown.
        above: The words of the line that stands above it, "" where none does.
        own: The boxes of the page's own words over it, likewise as shares of the page.
    """

    page: int
    name: str
    box: Box
    above: str
    own: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a figure says, and its words with their boxes in `UNITS` of the page."""

    block: str
    reading: ocr.Reading


def figures(number: int, page: Any, objects: Sequence[Drawn], words: Sequence[Word], text: str) -> Iterator[Figure]:
    """Yield the pictures of a page that may hold words beside its own.

    Args:
        number: The page's, from 1.
        page: Open in pypdfium2.
        objects: What is drawn on it.
        words: Its own, with their places as the page is shown.
        text: What it says.
    """
    import pypdfium2.raw as pdfium

    if any(map(pictures.is_recognised, objects)):
        return
    fine = (
        (item.raw, box)
        for item, box in pictures.placed(objects)
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE and _is_fine(item.raw)
    )
    images = list(islice(fine, _MOST_ON_PAGE + 1))
    if len(images) > _MOST_ON_PAGE:
        return
    parts = [(_shown(page, box), pictures.hash_of(raw)) for raw, box in images]
    width, height = page.get_size()
    for (left, top, right, bottom), name in _joined(parts):
        if min((right - left) * width, (bottom - top) * height) < _LEAST_PT:
            continue
        across, down = (left * width, right * width), ((1 - bottom) * height, (1 - top) * height)
        over = [
            word
            for word in words
            if word.right > across[0] and word.left < across[1] and word.top > down[0] and word.bottom < down[1]
        ]
        own = tuple(
            (
                word.left / width,
                1 - (word.top + _REACH * word.height) / height,
                word.right / width,
                1 - (word.bottom - _REACH * word.height) / height,
            )
            for word in over
        )
        if len(over) <= _MOST_OVER:
            yield Figure(number, name, (left, top, right, bottom), _above(words, across, down[1], text), own)


def _joined(parts: Sequence[tuple[Box, str]]) -> list[tuple[Box, str]]:
    """Join pictures that touch each other or lie over each other."""
    found: list[tuple[Box, str]] = []
    for box, name in parts:
        for other in [each for each in found if _touch(box, each[0])]:
            found.remove(other)
            a, b = box, other[0]
            box = min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
            name = other[1] if other[1] == name else hashlib.sha256(f"{other[1]}{name}".encode()).hexdigest()
        found.append((box, name))
    return found


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] <= other[2] + _TOUCHING
        and other[0] <= one[2] + _TOUCHING
        and one[1] <= other[3] + _TOUCHING
        and other[1] <= one[3] + _TOUCHING
    )


def without_own(picture: Any, figure: Figure) -> Any:
    """Return a figure's picture without the words that the page itself writes over it."""
    from PIL import ImageDraw

    left, top, right, bottom = figure.box
    across, down = picture.width / (right - left), picture.height / (bottom - top)
    draw = ImageDraw.Draw(picture)
    for own in figure.own:
        a, b, c, d = ((own[0] - left) * across, (own[1] - top) * down, (own[2] - left) * across, (own[3] - top) * down)
        draw.rectangle((a, b, c, d), fill=255)
    return picture


def worth_reading(found: Sequence[Figure]) -> list[Figure]:
    """Return those that are no logo, in their order."""
    pages = Counter(name for name, _ in {(figure.name, figure.page) for figure in found})
    return [figure for figure in found if pages[figure.name] < _OFTEN]


def read(chosen: Sequence[Figure], draw: Callable[[Figure], Any]) -> tuple[dict[int, list[tuple[Figure, Said]]], int]:
    """Return what figures say by the number of their page, and how many were left, behind the limits.

    Args:
        chosen: The figures.
        draw: Makes the picture of one, None where that is not possible; called from several threads.
    """
    found: dict[int, list[tuple[Figure, Said]]] = {}
    wanted, begun = chosen[:_MOST], time.monotonic()
    late = len(chosen) - len(wanted)
    with closing(ocr.each([(_kept(figure), partial(draw, figure)) for figure in wanted], upright=True)) as readings:
        for count, (figure, reading) in enumerate(zip(wanted, readings, strict=False), 1):
            if words := pictures_inside.words_of(reading.text):
                block = f"{pictures_inside.MARK}{words}"
                found.setdefault(figure.page, []).append((figure, Said(block, _on_page(reading, figure.box))))
            if time.monotonic() - begun > _MOST_SECONDS:
                late += len(wanted) - count
                break
    return found, late


def with_blocks(page: str, said: Sequence[tuple[Figure, Said]]) -> str:
    """Return a page's text with what its figures say, each behind the line above it, or behind all.

    Behind one line the higher figure comes first.
    """
    lines = page.split("\n")
    behind: dict[int, list[str]] = {}
    for figure, one in sorted(said, key=lambda pair: pair[0].box[1]):
        at = (number for number in reversed(range(len(lines))) if figure.above and figure.above in lines[number])
        behind.setdefault(next(at, len(lines) - 1), []).append(one.block)
    put = (
        (line, "", "\n\n".join(behind[number]), "") if number in behind else (line,)
        for number, line in enumerate(lines)
    )
    return "\n".join(line for part in put for line in part).strip("\n")


def drawn(said: Mapping[int, Sequence[tuple[Figure, Said]]], text: str, spans: Sequence[Page]) -> Iterator[DrawnWord]:
    """Yield where the words of figures stand in a document's text and on their pages; `said` is by number of a page."""
    for number, blocks in sorted(said.items()):
        for _, one in blocks:
            start = text.find(one.block, spans[number - 1].start, spans[number - 1].end)
            if start >= 0:
                yield from ocr.placed(one.reading, text, start, start + len(one.block))


def written_on(found: Sequence[Figure], draw: Callable[[Figure], Any]) -> list[int]:
    """Return the numbers of the pages with figures that look like writing, as far as there is time to look.

    Args:
        found: The figures.
        draw: Makes the picture of one at `LOOK_DPI`, None where that is not possible.
    """
    pages: set[int] = set()
    until = time.thread_time() + _LOOK_SECONDS
    for figure in found:
        if time.thread_time() > until:
            break
        if figure.page not in pages and (picture := draw(figure)) is not None and looks_written(picture):
            pages.add(figure.page)
    return sorted(pages)


def looks_written(picture: Any) -> bool:
    """Tell whether a grey picture has lines of letters, for where nothing reads it.

    A row of pixels through a line of letters changes often between paper and ink; that lasts for a few rows, and then
    the paper between two lines has none.
    """
    import numpy

    levels = numpy.asarray(picture.convert("L"), dtype=numpy.int16)
    shares = numpy.bincount(levels.ravel(), minlength=256) / levels.size
    if numpy.convolve(shares, numpy.ones(_PAPER), "valid").max() < _LEAST_PAPER:
        return False
    ink = levels < _threshold(shares)
    if not min(ink.mean(), 1 - ink.mean()) >= _LEAST_INK:
        return False
    changes = (ink[:, 1:] != ink[:, :-1]).sum(axis=1)
    busy = numpy.concatenate(([False], changes >= _LEAST_CHANGES, [False]))
    edges = numpy.flatnonzero(busy[1:] != busy[:-1])
    high = edges[1::2] - edges[::2]
    return int(((high >= _LINE[0]) & (high <= _LINE[1])).sum()) >= _LEAST_LINES


def _threshold(shares: Any) -> float:
    """Return the grey level that parts ink from paper best, after Otsu, 1979; `shares` are those of the 256 levels."""
    import numpy

    dark, moment = shares.cumsum(), (shares * numpy.arange(256.0)).cumsum()
    with numpy.errstate(divide="ignore", invalid="ignore"):
        between = numpy.nan_to_num((moment[-1] * dark - moment) ** 2 / (dark * (1 - dark)))
    return float(between.argmax()) + 1


def _is_fine(raw: Any) -> bool:
    """Tell whether a picture has enough pixels for words."""
    import ctypes

    import pypdfium2.raw as pdfium

    wide, high = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(raw, ctypes.byref(wide), ctypes.byref(high)):
        return True
    return min(wide.value, high.value) >= _LEAST_SIDE and wide.value * high.value >= _LEAST_PIXELS


def _shown(page: Any, box: Box) -> Box:
    """Return a box of a page as shares of the page as it is shown, turned and cut as that is."""
    import ctypes

    import pypdfium2.raw as pdfium

    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, UNITS, UNITS, 0, x, y, ctypes.byref(across), ctypes.byref(down))
        corners.append((across.value / UNITS, down.value / UNITS))
    (a, b), (c, d) = corners
    left, right, top, bottom = min(a, c), max(a, c), min(b, d), max(b, d)
    return max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom)


def _above(words: Sequence[Word], across: tuple[float, float], top: float, text: str) -> str:
    """Return the line of a page's text that stands next above a place; "" where none does."""
    over = [word for word in words if word.bottom >= top - word.height / 2]
    beside = [word for word in over if word.left < across[1] and word.right > across[0]] or over
    if not beside:
        return ""
    last = min(beside, key=lambda word: (round(word.bottom, 1), word.left))
    line = sorted((word for word in beside if abs(word.bottom - last.bottom) < last.height / 2), key=lambda w: w.left)
    said = [word.text for word in line]
    # The widest run of the line's words that the text holds as they stand.
    for size in range(len(said), 0, -1):
        for first in range(len(said) - size + 1):
            if (run := " ".join(said[first : first + size])) in text:
                return run
    return ""


def _on_page(reading: ocr.Reading, box: Box) -> ocr.Reading:
    """Return a reading with its boxes on the page that the figure stands on."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    return ocr.Reading(
        reading.text,
        tuple(
            (word, round(left * UNITS + x * wide), round(top * UNITS + y * high), max(1, round(w * wide)),
             max(1, round(h * high)))
            for word, x, y, w, h in reading.words
        ),
    )  # fmt: skip


def _kept(figure: Figure) -> str:
    if not ocr_work.is_used():
        return ""
    return hashlib.sha256(repr((figure.name, tuple(round(edge, 3) for edge in figure.box))).encode()).hexdigest()
