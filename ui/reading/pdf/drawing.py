"""What is asked of a PDF file: a page as a picture, and where words stand on it. The only module with PDFium here."""

import ctypes
import io
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ui.reading.pdf.boxes import Box, Span, lines, located

# More than a poster in the resolution of a screen needs. Four bytes each in memory.
_MOST_PIXELS = 16_000_000
_LONGEST_SIDE = 8_000
_OPEN_FILES = 4
_MOST_LABEL = 40
# Page coordinates are turned into those of the picture by PDFium, in whole numbers: so fine a picture rounds nothing.
_FINE = 1_000_000
# So much higher than its highest word the box of a scanned line may be.
_ASLANT = 1.25

Drawn = tuple[int, int, float, float, float, float]
"""A word's start and end in a text, and its left, top, width and height as shares of its page."""

Stamp = tuple[int, int, int, int]
"""Device, inode, size and time of change in nanoseconds: which file it is, and in what state."""


class UnreadableError(Exception):
    """A file or page cannot be opened or drawn; the text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and where words stand on it.

    Attributes:
        number: Its number in the file, from 1.
        count: How many pages the file has.
        label: What is printed on it, as the file says; "" if it says nothing.
        width: In points, as it is shown.
        height: Likewise.
        boxes: For each span (left, top, width, height) of its boxes, as shares of the page that is shown.
        shares: For each span how much of it was found, in [0, 1].
        has_text: Whether the page holds any text.
        pixels: How many its picture is wide, 0 for a page that can be drawn in any size.
    """

    number: int
    count: int
    label: str
    width: float
    height: float
    boxes: tuple[tuple[Box, ...], ...]
    shares: tuple[float, ...]
    has_text: bool
    pixels: int = 0


class Drawer:
    """Opens PDF files and keeps the last few open. For one thread: PDFium knows only one."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, Stamp], tuple[Any, BinaryIO]] = OrderedDict()

    def picture(self, path: str, stamp: Stamp, number: int, width: int) -> bytes:
        """Return a page as a PNG picture.

        Args:
            path: Of the file.
            stamp: What the file is; another one is not read.
            number: Of the page, from 1.
            width: Of the picture in pixels; a very long page is drawn smaller.

        Raises:
            UnreadableError: The file or page cannot be opened or drawn.
        """
        with self._page(path, stamp, number) as page:
            across, down = page.get_size()
            scale = width / max(across, 0.1)
            scale = min(scale, _LONGEST_SIDE / max(across, down, 0.1), (_MOST_PIXELS / max(across * down, 0.01)) ** 0.5)
            bitmap = page.render(scale=scale, rev_byteorder=True)
            try:
                out = io.BytesIO()
                # A sixth of the time of the default, for a tenth more bytes that never leave this machine.
                bitmap.to_pil().convert("RGB").save(out, "PNG", compress_level=1)
                return out.getvalue()
            finally:
                bitmap.close()

    def sheet(
        self,
        path: str,
        stamp: Stamp,
        number: int,
        text: str,
        spans: Sequence[Span],
        absent: Sequence[Span] = (),
        drawn: Sequence[Drawn] = (),
    ) -> Sheet:
        """Describe a page, and find spans of a text on it.

        Args:
            path: Of the file.
            stamp: As for `picture`.
            number: Of the page, from 1; one beyond the last stands for the last.
            text: Stands on the page, at least in part.
            spans: Offsets into it.
            absent: Stretches of it that stand nowhere on the page, such as names of columns in each row.
            drawn: Its words with their boxes, where they were read from a picture.

        Raises:
            UnreadableError: The file or page cannot be opened.
        """
        document = self._open(path, stamp)
        number = max(1, min(number, len(document)))
        label = _label(document, number - 1)
        with self._page(path, stamp, number) as page:
            width, height = page.get_size()
            textpage = page.get_textpage()
            try:
                found = glyphs(textpage) if spans and not drawn else []
                has_text = bool(found) or bool(drawn) or textpage.count_chars() > 0
                if drawn:
                    boxes, shares = on_picture(drawn, text, spans, width, height)
                    return Sheet(number, len(document), label, width, height, boxes, shares, has_text)
                places = located([character for character, _ in found], text, spans, absent)
                boxes = tuple(
                    tuple(shown(page, box) for box in lines([found[glyph][1] for glyph in place.glyphs]))
                    for place in places
                )
            finally:
                textpage.close()
        shares = tuple(place.share for place in places)
        return Sheet(number, len(document), label, width, height, boxes, shares, has_text)

    def close(self) -> None:
        """Close all files."""
        while self._files:
            _, (document, file) = self._files.popitem()
            document.close()
            file.close()

    def _open(self, path: str, stamp: Stamp) -> Any:
        import pypdfium2

        key = (path, stamp)
        if key not in self._files:
            file = opened(path, stamp)
            try:
                self._files[key] = pypdfium2.PdfDocument(file), file
            except pypdfium2.PdfiumError as error:
                file.close()
                raise UnreadableError(str(error)) from error
            while len(self._files) > _OPEN_FILES:
                _, (document, old) = self._files.popitem(last=False)
                document.close()
                old.close()
        self._files.move_to_end(key)
        return self._files[key][0]

    @contextmanager
    def _page(self, path: str, stamp: Stamp, number: int) -> Iterator[Any]:
        import pypdfium2

        document = self._open(path, stamp)
        if not 1 <= number <= len(document):
            raise UnreadableError(f"there is no page {number}")
        try:
            page = document[number - 1]
            try:
                yield page
            finally:
                page.close()
        except pypdfium2.PdfiumError as error:
            raise UnreadableError(str(error)) from error


def on_picture(
    drawn: Sequence[Drawn], text: str, spans: Sequence[Span], width: float, height: float
) -> tuple[tuple[tuple[Box, ...], ...], tuple[float, ...]]:
    """Return the boxes of spans, as `Sheet` has them, and how much of each is found, where words come with theirs.

    Args:
        drawn: Each word's start and end in the text, and left, top, width and height as shares of the page.
        text: The text.
        spans: Offsets into it.
        width: Of the page in points.
        height: Likewise.
    """
    boxes, shares = [], []
    for low, high in spans:
        parts: list[Box] = []
        covered = 0
        for start, end, left, top, wide, high_ in drawn:
            first, last = max(start, low), min(end, high)
            if first >= last:
                continue
            covered += last - first
            # Of a word that is marked in part, its letters are taken to be of one width.
            at, to = left + wide * (first - start) / (end - start), left + wide * (last - start) / (end - start)
            parts.append((at * width, (1 - top - high_) * height, to * width, (1 - top) * height))
        letters = sum(not mark.isspace() for mark in text[low:high])
        shares.append(min(1.0, covered / letters) if letters else 1.0)
        boxes.append(
            tuple(
                (x0 / width, 1 - y1 / height, (x1 - x0) / width, (y1 - y0) / height)
                for x0, y0, x1, y1 in lines(parts, _ASLANT)
            )
        )
    return tuple(boxes), tuple(shares)


def _label(document: Any, index: int) -> str:
    try:
        return str(document.get_page_label(index) or "").strip()[:_MOST_LABEL]
    except UnicodeDecodeError:
        return ""


def stamp_of(status: os.stat_result) -> Stamp:
    """Return which file it is, and in what state."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def opened(path: str, stamp: Stamp) -> BinaryIO:
    """Open a file for reading, if it is still the one that was meant.

    Raises:
        UnreadableError: It cannot be opened, or is another one by now.
    """
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - PDFium reads from it as long as the document is open
    except OSError as error:
        raise UnreadableError(str(error)) from error
    if stamp_of(os.fstat(file.fileno())) != stamp:
        file.close()
        raise UnreadableError("the file changed meanwhile")
    return file


def glyphs(textpage: Any) -> list[tuple[str, Box]]:
    """Return the characters of a page that are drawn, in reading order, each with its box in points of the page."""
    import pypdfium2.raw as pdfium

    found: list[tuple[str, Box]] = []
    values = [ctypes.c_double() for _ in range(4)]
    places = [ctypes.byref(value) for value in values]
    loose = pdfium.FS_RECTF()
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage.raw, index)
        if code <= 0x20:
            continue
        pdfium.FPDFText_GetCharBox(textpage.raw, index, *places)
        left, right, bottom, top = (value.value for value in values)
        if right <= left or top <= bottom:
            # A font without outlines, such as one of pictures, tells only how much room a letter takes.
            pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, ctypes.byref(loose))
            left, bottom, right, top = loose.left, loose.bottom, loose.right, loose.top
        found.append((chr(code), (left, bottom, right, top)))
    return found


def shown(page: Any, box: Box) -> Box:
    """Return (left, top, width, height) of a box as shares of the page that is shown: turned, and cropped."""
    corners = [_shown_at(page, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    return left, top, right - left, bottom - top


def _shown_at(page: Any, x: float, y: float) -> tuple[float, float]:
    import pypdfium2.raw as pdfium

    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, _FINE, _FINE, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value / _FINE, down.value / _FINE
