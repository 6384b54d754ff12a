"""Powers on a PDF page: figures that stand raised behind a ten or a unit become raised signs, each in its place.

The signs are those of Unicode, so that every character keeps its place. What is raised behind anything else is the
number of a footnote.
"""

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from ingest.load.pdf.words import Word, quick
from qa.lazy_regex import lazy_regex

_RAISED = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
# "5 m²", "9.81 m/s²", "4 s⁻¹"; behind an apostrophe and behind a weight stands the number of a footnote.
_MAYBE = lazy_regex(
    r"(?:(?<![\d.,])10(?!1\b)|(?<![^\W\d_'’])(?:(?:[kcdmµn]?m|ft|(?<=/)s)(?=[23](?!\d))|"
    r"(?:[kcdmµn]?m|ft|s|kg)(?=[-−–]\d)))([-−–]?\d{1,2})(?![\w])"
)
# How far up a raised figure stands, of the height of what it stands behind.
_UP = 0.2


def with_powers(
    text: str, words: Sequence[Word], textpage: Any, place: Callable[[int], int | None], rotation: int = 0
) -> str:
    """Return a page's text with its powers raised; the words are changed as well.

    Args:
        text: The page's text.
        words: The page's words.
        textpage: The page's text, open in pypdfium2.
        place: Gives where a character of the page stands in the text, None for nowhere.
        rotation: How far the page is turned; of a turned page nothing is told.
    """
    if rotation:
        return text
    signs: dict[int, str] = {}
    for word in words:
        for found in _MAYBE.finditer(word.text):
            first, last = found.span(1)
            base = word.first + first - 1
            # All of it: "102" with a footnote 3 is no power of ten.
            if not all(_is_raised(textpage, base, word.first + at) for at in range(first, last)):
                continue
            raised = found[1].translate(_RAISED)
            word.text = word.text[:first] + raised + word.text[last:]
            for at, sign in enumerate(raised):
                where = place(word.first + first + at)
                if where is not None and text[where : where + 1] == found[1][at]:
                    signs[where] = sign
    return "".join(signs.get(at, sign) for at, sign in enumerate(text)) if signs else text


def _is_raised(textpage: Any, before: int, index: int) -> bool:
    """Tell whether a sign stands higher than the character `before` it."""
    base, base_top = _heights(textpage, before)
    bottom, _ = _heights(textpage, index)
    return bottom > base + _UP * (base_top - base) > base


def _heights(textpage: Any, index: int) -> tuple[float, float]:
    """Return the lowest and the highest point of a character, in points."""
    import pypdfium2.raw as pdfium

    edges = (ctypes.c_double * 4)()
    place = ctypes.addressof(edges)
    box_of = quick(pdfium.FPDFText_GetCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4)
    box_of(ctypes.cast(textpage.raw, ctypes.c_void_p).value, index, *(place + 8 * edge for edge in range(4)))
    return edges[2], edges[3]
