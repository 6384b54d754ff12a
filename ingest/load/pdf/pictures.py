"""Pages of a PDF that pictures cover while their own text is short, such as a scan that was stamped or numbered."""

import ctypes
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from ingest.load.build import one_line
from ingest.load.pdf.objects import Box, Drawn
from ingest.load.picture import inside as pictures_inside

# A header, a footer, a stamp.
_SHORT_WORDS = 40
_COVERED = 0.5
# The same picture behind more pages is their background.
_OFTEN = 3
_MOST_BYTES = 64 << 20
# How alike a line and its misread copy are.
_SAME = 0.7


def covering(text: str, objects: Sequence[Drawn], paper: Box) -> frozenset[str]:
    """Return the hashes of the pictures that cover a page, where its own text is short; none elsewhere.

    Text without ink is what a scanner's program read on the picture already.

    Args:
        text: What the page says.
        objects: What is drawn on it.
        paper: The edges of the page.
    """
    import pypdfium2.raw as pdfium

    if len(text.split()) > _SHORT_WORDS or any(map(is_recognised, objects)):
        return frozenset()
    pictures = [(item, _area(box, paper)) for item, box in placed(objects) if item.type == pdfium.FPDF_PAGEOBJ_IMAGE]
    if sum(area for _, area in pictures) < _COVERED * _area(paper, paper):
        return frozenset()
    return frozenset(hash_of(item.raw) for item, area in pictures if area)


def without_backgrounds(pages: Mapping[int, frozenset[str]]) -> list[int]:
    """Return the numbers of the pages that pictures of their own cover."""
    met: dict[str, int] = {}
    for found in pages.values():
        for name in found:
            met[name] = met.get(name, 0) + 1
    return [number for number, found in sorted(pages.items()) if any(met[name] < _OFTEN for name in found)]


def with_recognised(text: str, recognised: str) -> str:
    """Return a page's text with what was recognised on its picture; the text alone where that is nothing more.

    The order is that of what was recognised, which holds the page's own lines as well, and their letters are the
    page's own.
    """
    own = [line for line in text.split("\n") if line.strip()]
    found = [line for line in recognised.split("\n") if line.strip()]
    copies = dict(_copies(own, found))
    more = pictures_inside.words_of("\n".join(line for at, line in enumerate(found) if at not in copies))
    if not more:
        return text
    kept = set(more.split("\n"))
    first = min(copies.values(), default=len(own))
    told = set(copies.values())
    before = [line for at, line in enumerate(own) if at < first]
    behind = [line for at, line in enumerate(own) if at > first and at not in told]
    between = [
        own[copies[at]] if at in copies else line for at, line in enumerate(found) if at in copies or line in kept
    ]
    return "\n".join([*before, *between, *behind])


def _copies(own: Sequence[str], found: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield which of the recognised lines are which of the page's own."""
    left = dict(enumerate(own))
    for at, line in enumerate(found):
        alike = {number: _likeness(line, one) for number, one in left.items()}
        best = max(alike, key=lambda number: alike[number], default=None)
        if best is not None and alike[best] >= _SAME:
            del left[best]
            yield at, best


def _likeness(one: str, other: str) -> float:
    a, b = (re.sub(r"\W", "", one_line(line).casefold()) for line in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def placed(objects: Iterable[Drawn]) -> Iterator[tuple[Drawn, Box]]:
    """Yield what is drawn with its box on the page, also within forms."""
    import pypdfium2.raw as pdfium

    around: list[Any] = []
    for item in objects:
        del around[item.level :]
        box = item.bounds()
        for matrix in reversed(around):
            box = matrix.on_rect(*box)
        yield item, box
        if item.type == pdfium.FPDF_PAGEOBJ_FORM:
            around.append(item.matrix())


def is_recognised(item: Drawn) -> bool:
    """Tell whether this is text without ink, which a scanner's program read on the picture."""
    import pypdfium2.raw as pdfium

    if item.type != pdfium.FPDF_PAGEOBJ_TEXT:
        return False
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _area(box: Box, paper: Box) -> float:
    """Return how much of the page a box takes, in square points."""
    left, bottom, right, top = box
    wide = min(right, paper[2]) - max(left, paper[0])
    return max(0.0, wide) * max(0.0, min(top, paper[3]) - max(bottom, paper[1]))


def hash_of(raw: Any) -> str:
    """Return the hash of a picture's data; its length alone where that is no size of a picture."""
    import pypdfium2.raw as pdfium

    length = pdfium.FPDFImageObj_GetImageDataRaw(raw, None, 0)
    if not 0 < length <= _MOST_BYTES:
        return str(length)
    data = ctypes.create_string_buffer(length)
    pdfium.FPDFImageObj_GetImageDataRaw(raw, data, length)
    return hashlib.sha256(data.raw).hexdigest()
