"""Text of pictures through Tesseract, an extra: `pip install footnote[ocr]` and the program `tesseract`."""

import functools
import os
import shutil
from importlib.util import find_spec
from typing import Any

# A page takes seconds; one that takes longer than this is noise.
_TIMEOUT_S = 120


@functools.cache
def installed() -> bool:
    """Tell whether both the extra and the program are there."""
    return find_spec("pytesseract") is not None and shutil.which("tesseract") is not None


def text(picture: Any) -> str:
    """Return the lines of a picture; "" where it holds none or takes too long.

    The languages are all that are installed, or those that TESSERACT_LANG names ("eng+deu").
    """
    import pytesseract

    # Tesseract's own threads wait for each other: on two busy cores a page took 30 s with them and 4 s without.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        found: str = pytesseract.image_to_string(picture, lang=_languages(), config=_layout(), timeout=_TIMEOUT_S)
    except RuntimeError:
        # pytesseract raises it on a timeout; its TesseractError, for a picture that it cannot take, is one too.
        return ""
    return found


@functools.cache
def _languages() -> str:
    import pytesseract

    if chosen := os.environ.get("TESSERACT_LANG"):
        return chosen
    # "osd" and "equ" are not languages. Beyond a few, each one costs time and takes words for those of another.
    names = [name for name in pytesseract.get_languages() if name not in ("osd", "equ")]
    return "+".join(names[:3]) or "eng"


@functools.cache
def _layout() -> str:
    """Return the layout option; pages are first turned upright where the data for that is installed."""
    import pytesseract

    return "--psm 1" if "osd" in pytesseract.get_languages() else "--psm 3"
