"""Text of pictures, an extra: `pip install footnote[ocr]`.

Tesseract reads where that program is installed: it is faster. Otherwise RapidOCR reads, whose models come with its
package. The setting `ocr` chooses. The reading of long scans is kept page by page, see `ocr_work`.
"""

import functools
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from ingest.load import pulse
from ingest.load.build import one_line
from ingest.load.picture import ocr_work
from qa.errors import ConfigError
from qa.text.drawn import UNITS, DrawnWord

INSTALL = "install footnote[ocr] to read"
# More pages of one file would hold a reader for hours.
MAX_PAGES = 2_000
# A page takes seconds of the processor, and minutes where thirty others share it: at two, scans were taken for empty.
_TIMEOUT_S = 600
# The layout option for a picture that stands as it is read.
_UPRIGHT = "--psm 3"
_WORD_LEVEL = 5
# In percent: how sure Tesseract is of a page that stands on its head, and of the words that it sees in drawings.
_DOUBTFUL = 60
_NONSENSE = 45

_Picture = TypeVar("_Picture")
Word = tuple[str, float, float, float, float]
"""What it says, and its left, top, width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of a picture in the order of reading, and its words with their boxes in `UNITS` of the picture.

    `failed` says that it could not be drawn, or that the reader gave it up.
    """

    text: str = ""
    words: tuple[tuple[str, int, int, int, int], ...] = ()
    failed: bool = False


def use(chosen: str, home: Path | None = None) -> None:
    """Have this process and those that it starts read with a program, "" for the best one that is there.

    Args:
        chosen: "tesseract", "rapidocr", "off" or "".
        home: Where readings of pages are kept until their file is read; None keeps none.

    Raises:
        ConfigError: It is none of these, or is not there.
    """
    os.environ["FOOTNOTE_OCR"] = chosen
    ocr_work.use(home)
    reader.cache_clear()
    reader()


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
    return reading(picture).text


def reading(picture: Any, *, upright: bool = False) -> Reading:
    """Return what a picture says and where; nothing where it holds no words or takes too long.

    Args:
        picture: As Pillow has it, in grey.
        upright: Whether it is known to be, such as a part of a page that is. To look for its top takes as long again.
    """
    if reader() == "rapidocr":
        from ingest.load.picture import rapid

        said, words = rapid.reading(picture)
    else:
        try:
            said, words = _by_tesseract(picture, upright=upright)
        except RuntimeError:
            # pytesseract raises it on a timeout; its TesseractError, for a picture that it cannot take, is one too.
            return Reading(failed=True)
    across, down = UNITS / max(picture.width, 1), UNITS / max(picture.height, 1)
    return Reading(
        said,
        tuple(
            (word, round(left * across), round(top * down), max(1, round(width * across)), max(1, round(height * down)))
            for word, left, top, width, height in words
        ),
    )


def texts(draw: Callable[[int], Any], numbers: Sequence[int]) -> Iterator[str]:
    """Return the lines of several pictures, see `readings`."""
    return (found.text for found in readings(draw, numbers))


def readings(draw: Callable[[int], Any], numbers: Sequence[int], kept: str = "") -> Iterator[Reading]:
    """Return what several pictures say, a few of which are read at a time.

    Args:
        draw: Makes the picture of a number. It is called from several threads.
        numbers: The pictures wanted, in the order of the result.
        kept: What they are of, a hash: what was read of it before, by a run that was killed, is not read again.
    """

    def read(number: int) -> Reading:
        return _kept(kept, number, lambda: draw(number))

    for done, found in enumerate(_several(read, numbers), 1):
        pulse.at(done, len(numbers))
        yield found
    if kept:
        ocr_work.done(kept)


def each(pictures: Sequence[tuple[str, Callable[[], Any]]], *, upright: bool = False) -> Generator[Reading]:
    """Return what pictures say that are kept one by one, so that the same one is read once in all files of an ingest.

    Args:
        pictures: The hash of each, "" to keep nothing, and what draws it: None where that is not possible.
        upright: As `reading` has it.
    """

    def read(picture: tuple[str, Callable[[], Any]]) -> Reading:
        kept, draw = picture
        found = _kept(kept, 0, draw, upright=upright)
        if kept:
            ocr_work.done(kept)
        return found

    yield from _several(read, pictures)


def _kept(kept: str, number: int, draw: Callable[[], Any], *, upright: bool = False) -> Reading:
    """Return what was read before of a picture, or read it."""
    how = f"{reader()} {_version()}{' upright' if upright else ''}"
    before = ocr_work.get(kept, how, number) if kept else None
    if before:
        return Reading(before[0], before[1])
    picture = draw()
    found = Reading(failed=True) if picture is None else reading(picture, upright=upright)
    if kept and not found.failed:
        ocr_work.put(kept, how, number, found.text, found.words)
    return found


def _several(read: Callable[[_Picture], Reading], pictures: Iterable[_Picture]) -> Iterator[Reading]:
    def alive(picture: _Picture) -> Reading:
        found = read(picture)
        pulse.beat()
        return found

    # RapidOCR takes some 700 MB for a page, which the limit of a reader's process allows once.
    at_once = min(4, os.cpu_count() or 1) if reader() == "tesseract" else 1
    with ThreadPoolExecutor(at_once) as threads:
        yield from threads.map(alive, pictures)


def placed(found: Reading, text: str, start: int, end: int) -> Iterator[DrawnWord]:
    """Yield where the words of a reading stand in a document's text, between two of its places, and on their page.

    The text may lack words of the page, such as a running line, and a word parted at a line's end is whole in it.
    """
    read = [one_line(word[0]) for word in found.words]
    written = list(re.finditer(r"\S+", text[start:end]))
    at, before = start, 0
    alike = SequenceMatcher(None, read, [match[0] for match in written], autojunk=False).get_matching_blocks()
    for first, same, count in alike:
        stop = start + written[same].start() if count else end
        yield from _between(found.words[before:first], text, at, stop)
        for word, match in zip(found.words[first : first + count], written[same : same + count], strict=True):
            at = start + match.end()
            yield DrawnWord(start + match.start(), at, *word[1:])
        before = first + count


def _between(words: Sequence[tuple[str, int, int, int, int]], text: str, at: int, end: int) -> Iterator[DrawnWord]:
    """Yield the words that are part of others in the text, such as the halves of one that was parted."""
    for word, *box in words:
        if said := one_line(word).rstrip("-\xad"):
            place = text.find(said, at, end)
            if place >= 0:
                at = place + len(said)
                yield DrawnWord(place, at, *box)


def _by_tesseract(picture: Any, *, upright: bool) -> tuple[str, list[Word]]:
    """Read by Tesseract; a page of few lines that stands on its head is turned, and drawings are no words."""
    said, words, sure = _tesseract(picture, _UPRIGHT if upright else _layout())
    if words and sure < _DOUBTFUL and not upright:
        other, turned, surer = _tesseract(picture.rotate(180), _layout())
        if surer > sure:
            wide, high = picture.width, picture.height
            back = [
                (word, wide - left - width, high - top - height, width, height)
                for word, left, top, width, height in turned
            ]
            said, words, sure = other, back, surer
    return (said, words) if sure >= _NONSENSE else ("", [])


def _tesseract(picture: Any, layout: str) -> tuple[str, list[Word], float]:
    """Read in all languages that are installed, or those that TESSERACT_LANG names ("eng+deu").

    Returns:
        The text, its words, and how sure they are, in percent.
    """
    import pytesseract

    # Tesseract's own threads wait for each other: on two busy cores a page took 30 s with them and 4 s without.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    data = pytesseract.image_to_data(
        picture,
        lang=_languages(),
        config=layout,
        timeout=_TIMEOUT_S,
        output_type=pytesseract.Output.DICT,
    )
    said = ""
    sure = 0.0
    words: list[Word] = []
    before: tuple[int, ...] = ()
    for at, level in enumerate(data["level"]):
        word = str(data["text"][at])
        if level != _WORD_LEVEL or not word.strip():
            continue
        line = data["block_num"][at], data["par_num"][at], data["line_num"][at]
        if before:
            said += " " if line == before else "\n" if line[:2] == before[:2] else "\n\n"
        said += word
        before = line
        left, top, width, height = (float(data[edge][at]) for edge in ("left", "top", "width", "height"))
        words.append((word, left, top, width, height))
        sure += float(data["conf"][at])
    return said, words, sure / max(1, len(words))


@functools.cache
def _version() -> str:
    """Return all that a reading depends on beside the picture: the program's version, and its languages."""
    if reader() == "tesseract":
        import pytesseract

        return f"{pytesseract.get_tesseract_version()} {_languages()} {_layout()}"
    try:
        return version("rapidocr")
    except PackageNotFoundError:
        return ""


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
