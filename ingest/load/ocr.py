"""Text of pictures, an extra: `pip install footnote[ocr]`.

Tesseract reads where that program is installed: it is faster. Otherwise RapidOCR reads, whose models come with its
package. FOOTNOTE_OCR chooses: "tesseract", "rapidocr" or "off".
"""

import functools
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

from ingest.load import pulse
from qa.errors import ConfigError

INSTALL = "install footnote[ocr] to read"
# More pages of one file would hold a reader for hours.
MAX_PAGES = 2_000
# A page takes seconds; one that takes longer than this is noise.
_TIMEOUT_S = 120


@functools.cache
def reader() -> str:
    """Return which program reads pictures, "tesseract" or "rapidocr"; "" where there is none or it is switched off.

    Raises:
        ConfigError: FOOTNOTE_OCR names something else, or one that is not there.
    """
    chosen = os.environ.get("FOOTNOTE_OCR", "").strip().lower()
    there = {
        "tesseract": find_spec("pytesseract") is not None and shutil.which("tesseract") is not None,
        "rapidocr": find_spec("rapidocr") is not None,
    }
    if chosen == "off":
        return ""
    if chosen and not there.get(chosen):
        missing = "is not installed" if chosen in there else "is unknown"
        raise ConfigError(f'FOOTNOTE_OCR is "{chosen}", which {missing}; use tesseract, rapidocr or off, or unset it')
    return next((name for name, is_there in there.items() if is_there and chosen in ("", name)), "")


def installed() -> bool:
    """Tell whether pictures can be read."""
    return bool(reader())


def text(picture: Any) -> str:
    """Return the lines of a picture in the order of reading; "" where it holds none or takes too long."""
    if reader() == "rapidocr":
        from ingest.load import rapid

        return rapid.text(picture)
    return _by_tesseract(picture)


def texts(draw: Callable[[int], Any], numbers: Iterable[int]) -> Iterator[str]:
    """Return the lines of several pictures, a few of which are read at a time.

    Args:
        draw: Makes the picture of a number. It is called from several threads.
        numbers: The pictures wanted, in the order of the result.
    """

    def read(number: int) -> str:
        found = text(draw(number))
        pulse.beat()
        return found

    # RapidOCR takes some 700 MB for a page, which the limit of a reader's process allows once.
    at_once = min(4, os.cpu_count() or 1) if reader() == "tesseract" else 1
    with ThreadPoolExecutor(at_once) as threads:
        yield from threads.map(read, numbers)


def _by_tesseract(picture: Any) -> str:
    """Read by Tesseract, in all languages that are installed, or those that TESSERACT_LANG names ("eng+deu")."""
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
