"""The text of a PDF page that nobody sees: without ink, in its background's colour, as small as a dot, off the page.

The page's text objects are asked first, which costs little. Where one may be hidden, the page is drawn and its place
looked at. So white text on a dark page counts as visible, and so does the text layer without ink that a scanner's
program puts over the picture of a page. What is struck out is left out with it.
"""

import ctypes
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.load.pdf.objects import Box, Drawn, drawn
from ingest.load.pdf.words import quick
from ingest.load.unseen import STRUCK, left_out

_SMALLEST_PT = 1.0
# Text as light as this may have the colour of its background.
_LIGHT = 200
_NEAR = 20
# Text of a layer stands on a ground of its own, which its edges mix with.
_NEAR_OF_LAYER = 120
# Where more of the background than this has the text's colour, the text does not stand out.
_MOSTLY = 0.6
_PIXELS_PER_PT = 1.5
_MAX_PIXELS = 4_000
# Text whose place only its characters tell.
_ODD = "odd"
# What stands for words among the addresses of text objects that are struck out, and that are printed once more.
_STRUCK, _AGAIN = -1, -2
# The mark of what belongs to a layer: "OC" in UTF-16, ended by a NUL.
_LAYER = b"O\0C\0\0\0"

Colour = tuple[int, int, int]
"""Red, green and blue, of 255."""


@dataclass(slots=True)
class _Text:
    """A text object that may be hidden: `how`, the colour of its ink, and where its characters lie."""

    how: str
    ink: Colour
    box: Box | None = None
    count: int = 0


@dataclass(slots=True)
class Seen:
    """A page's text without what nobody sees, and where its characters stand in it."""

    text: str
    _textpage: Any
    _pieces: list[tuple[int, int, bool]]
    """Of each piece of the page's characters: the first, where it begins in the text, and whether it is seen."""

    def place(self, character: int) -> int | None:
        """Return where a character of the page stands in the text; None where nobody sees it."""
        first, start, is_seen = self._pieces[bisect(self._pieces, character, key=lambda piece: piece[0]) - 1]
        return start + self._index(character) - self._index(first) if is_seen else None

    def insert(self, character: int, text: str, *, instead: bool = False) -> None:
        """Put a text before a character of the page, or instead of it; not where nobody sees that."""
        at = self.place(character)
        if at is None:
            return
        self.text = self.text[:at] + text + self.text[at + instead :]
        first = character + instead
        cut = bisect(self._pieces, first, key=lambda piece: piece[0])
        before = [piece for piece in self._pieces[:cut] if piece[0] != first]
        # What follows the character that went may be a piece of its own, which nobody sees.
        is_seen = all(seen for start, _, seen in self._pieces[:cut] if start == first)
        more = len(text) - instead
        behind = [(start, place + more, seen) for start, place, seen in self._pieces[cut:]]
        self._pieces = [*before, (first, at + len(text), is_seen), *behind]

    def _index(self, character: int) -> int:
        import pypdfium2.raw as pdfium

        # Characters without a letter of their own are left out of the text.
        index = int(pdfium.FPDFText_GetTextIndexFromCharIndex(self._textpage.raw, character))
        return index if index >= 0 else character


def seen_text(
    page: Any,
    textpage: Any,
    objects: Sequence[Drawn],
    struck: Set[int] = frozenset(),
    again: Mapping[int, int] = MappingProxyType({}),
) -> Seen:
    """Return a page's text without what nobody sees and what is struck out, which is noted.

    Args:
        page: A page of pypdfium2, open.
        textpage: The page's text, open.
        objects: What is drawn on the page, also within forms.
        struck: The characters that are struck out.
        again: The characters that are printed once more where they stand, each with that of the first print.
    """
    text: str = textpage.get_text_range()
    whole = Seen(text, textpage, [(0, 0, True)])
    suspects = _suspects(page, objects)
    if not (suspects or struck or again) or not text.strip():
        return whole
    owners = _owners(textpage, suspects) if suspects else [0] * textpage.count_chars()
    look = _Look(page)
    hidden = {key for key, suspect in suspects.items() if suspect.count and look.hides(suspect)}
    for index in struck:
        owners[index] = owners[index] if owners[index] in hidden else _STRUCK
    if struck:
        hidden.add(_STRUCK)
    for index, before in again.items():
        # What nobody sees may lie below the word that one does.
        if owners[index] not in hidden and owners[before] not in hidden:
            owners[index] = _AGAIN
    if again:
        hidden.add(_AGAIN)
    if not hidden:
        return whole
    kept: list[str] = []
    length = 0
    seen = Seen("", textpage, [])
    for key, start, stop in _runs(owners):
        piece = str(textpage.get_text_range(start, stop - start))
        if key in hidden:
            if key != _AGAIN:
                left_out(piece, STRUCK if key == _STRUCK else suspects[key].how)
            apart = bool(kept) and not kept[-1][-1:].isspace()
            piece = "\n" if piece.endswith("\n") else " " if apart else ""
        seen._pieces.append((start, length, key not in hidden))
        kept.append(piece)
        length += len(piece)
    seen.text = "".join(kept)
    return seen


def _suspects(page: Any, objects: Sequence[Drawn]) -> dict[int, _Text]:
    """Return the text objects that may be hidden, by their address."""
    import pypdfium2.raw as pdfium

    ask = _Ask()
    inks = [(item, *ask.colour(item.raw)) for item in objects if item.type == pdfium.FPDF_PAGEOBJ_TEXT]
    if not inks:
        return {}
    grounds = _grounds(objects, {colour for _, colour, _ in inks}, ask)
    paper = page.get_bbox()
    mode_of = pdfium.FPDFTextObj_GetTextRenderMode
    without_ink = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
    found = {}
    for item, colour, alpha in inks:
        if mode_of(item.raw) in without_ink or alpha < 10:
            how = "no ink"
        elif _is_marked(item.raw):
            how = "a layer that is off"
        elif min(colour) >= _LIGHT or colour in grounds:
            how = "the colour of its background"
        elif item.level or ask.may_be_odd(item.raw, paper):
            # Of a text in a form only its characters tell where it is.
            how = _ODD
        else:
            continue
        found[_address(item.raw)] = _Text(how, colour)
    return found


def _grounds(objects: Sequence[Drawn], inks: set[Colour], ask: "_Ask") -> set[Colour]:
    """Return the colours of inks that areas have too."""
    import pypdfium2.raw as pdfium

    found: set[Colour] = set()
    for item in objects:
        if item.type == pdfium.FPDF_PAGEOBJ_PATH:
            colour, _ = ask.colour(item.raw)
            if colour in inks and colour not in found and _is_area(item):
                found.add(colour)
    return found


class _Ask:
    """What PDFium says of an object. A page has thousands, so the places that it writes to are made once."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._parts = [ctypes.c_uint() for _ in range(4)]
        self._to_parts = [ctypes.byref(part) for part in self._parts]
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._to_edges = [ctypes.byref(edge) for edge in self._edges]
        self._size, self._matrix = ctypes.c_float(), pdfium.FS_MATRIX()
        self._to_size, self._to_matrix = ctypes.byref(self._size), ctypes.byref(self._matrix)

    def colour(self, raw: Any) -> tuple[Colour, int]:
        """Return the colour that an object is filled with, and how dense it is, of 255."""
        if not self._pdfium.FPDFPageObj_GetFillColor(raw, *self._to_parts):
            return (0, 0, 0), 255
        red, green, blue, alpha = self._parts
        return (red.value, green.value, blue.value), alpha.value

    def may_be_odd(self, raw: Any, paper: Box) -> bool:
        """Tell whether a text object, not one in a form, may lie outside the page or be tiny."""
        self._size.value = 0.0
        self._pdfium.FPDFTextObj_GetFontSize(raw, self._to_size)
        if not self._pdfium.FPDFPageObj_GetMatrix(raw, self._to_matrix):
            return True
        matrix = self._matrix
        if abs(self._size.value) * max(abs(matrix.c) + abs(matrix.d), 1e-6) <= _SMALLEST_PT:
            return True
        if not self._pdfium.FPDFPageObj_GetBounds(raw, *self._to_edges):
            return True
        left, bottom, right, top = self._edges
        return bool(
            right.value <= paper[0] or top.value <= paper[1] or left.value >= paper[2] or bottom.value >= paper[3]
        )


def _owners(textpage: Any, suspects: dict[int, _Text]) -> list[int]:
    """Return the address of each character's text object, 0 for those that PDFium adds; note where they lie."""
    import pypdfium2.raw as pdfium

    owners = []
    owner_of = quick(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
    raw = ctypes.cast(textpage.raw, ctypes.c_void_p).value
    for index in range(textpage.count_chars()):
        address = owner_of(raw, index) or 0
        suspect = suspects.get(address)
        owners.append(address if suspect else 0)
        if suspect is None:
            continue
        box = textpage.get_charbox(index, loose=True)
        suspect.count += 1
        suspect.box = box if suspect.box is None else _around(suspect.box, box)
    return owners


class _Look:
    """A page as it is drawn; drawn when it is first looked at."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._pixels: NDArray[np.uint8] | None = None
        self._scale = 1.0
        left, bottom, right, top = page.get_bbox()
        self._crop: Box = (left, bottom, right, top)
        self._pictures: list[Box] | None = None

    def hides(self, text: _Text) -> bool:
        """Tell whether a text is hidden, and set how."""
        if text.box is None:
            return False
        left, bottom, right, top = text.box
        crop = self._crop
        if right <= crop[0] or top <= crop[1] or left >= crop[2] or bottom >= crop[3]:
            text.how = "outside the page"
            return True
        if min(top - bottom, max(right - left, top - bottom)) <= _SMALLEST_PT:
            text.how = "size 0 or 1"
            return True
        if text.how == "no ink":
            return not self._over_picture(text.box)
        if text.how == "a layer that is off":
            return self._share(text, near=_NEAR_OF_LAYER) < 0.002
        return text.how != _ODD and self._share(text, near=_NEAR) > _MOSTLY

    def _share(self, text: _Text, *, near: int) -> float:
        """Return the share of pixels at a text's place that have about the colour of its ink."""
        area = self._area(text.box) if text.box else None
        if area is None or not area.size:
            return 0.0
        apart = np.abs(area.astype(np.int16) - np.array(text.ink, dtype=np.int16)).max(axis=-1)
        return float((apart <= near).mean())

    def _area(self, box: Box) -> NDArray[np.uint8]:
        if self._pixels is None:
            width, height = self._page.get_size()
            self._scale = min(_PIXELS_PER_PT, _MAX_PIXELS / max(width, height, 1))
            bitmap = self._page.render(scale=self._scale, rev_byteorder=True, may_draw_forms=False)
            # The places of characters refer to the page before it is rotated.
            self._pixels = np.rot90(bitmap.to_numpy()[..., :3], self._page.get_rotation() // 90).copy()
            bitmap.close()
        left, _, _, top = self._crop
        x0, x1 = (int((edge - left) * self._scale) for edge in (box[0], box[2]))
        y0, y1 = (int((top - edge) * self._scale) for edge in (box[3], box[1]))
        return self._pixels[max(y0, 0) : max(y1, 0) + 1, max(x0, 0) : max(x1, 0) + 1]

    def _over_picture(self, box: Box) -> bool:
        if self._pictures is None:
            self._pictures = list(_pictures(self._page, self._crop))
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in self._pictures)


def _pictures(page: Any, crop: Box) -> Iterator[Box]:
    import pypdfium2.raw as pdfium

    for item in drawn(page):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            # Only the form knows where a picture inside it lies: that may be the whole page.
            yield crop if item.level else item.bounds()


def _is_area(item: Drawn) -> bool:
    """Tell whether a path is an area that may lie behind text, rather than a line."""
    left, bottom, right, top = item.bounds()
    return min(right - left, top - bottom) > 4


def _is_marked(raw: Any) -> bool:
    """Tell whether an object belongs to a layer that can be switched off."""
    import pypdfium2.raw as pdfium

    for number in range(pdfium.FPDFPageObj_CountMarks(raw)):
        mark = pdfium.FPDFPageObj_GetMark(raw, number)
        length = ctypes.c_ulong()
        buffer = (ctypes.c_ushort * 8)()
        read = pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), ctypes.byref(length))
        if read and length.value == len(_LAYER) and bytes(buffer)[: len(_LAYER)] == _LAYER:
            return True
    return False


def _address(raw: Any) -> int:
    return ctypes.addressof(raw.contents)


def _around(one: Box, other: Any) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _runs(owners: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (address, start, stop) of neighbours with one owner."""
    start = 0
    for at in range(1, len(owners) + 1):
        if at == len(owners) or owners[at] != owners[start]:
            yield owners[start], start, at
            start = at
