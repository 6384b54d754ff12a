"""Words of the pictures inside a document, such as a screenshot in a report, in the place where the picture stands.

A loader calls `said` where it meets a picture. At first this only collects the pictures; `ingest.load` then has those
read that may hold words, see `ocr`, and loads the document once more, when `said` returns what each says. So a picture
is known to be a logo that is repeated before any is read, and without a reader no text differs.
"""

import hashlib
import re
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from ingest.load.build import one_line, tidy
from ingest.load.file import File
from ingest.load.no_language import is_no_language
from ingest.load.picture import drawings, ocr, ocr_work
from ingest.load.picture import file as picture
from ingest.load.unseen import incomplete
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.text.language import UNSPACED

FORMATS = ("GIF", "BMP")
"""Of these beside the formats of picture files."""
# Different pictures of one document, and their bytes while they are collected.
_MOST = 500
MOST_BYTES = 256 << 20
# All of them together; each takes seconds.
_MOST_SECONDS = 600.0
# In pixels. Smaller ones are icons, buttons and lines.
_LEAST_SIDE, _LEAST_AREA = 24, 12_000
# A logo is met often, and is smaller than a drawing that several slides show.
_OFTEN, _LOGO_AREA = 3, 250_000
# A picture that holds a page's worth of words, and how few words beside such pictures are no text of their own.
_PAGE_SIDE, _PAGE_AREA = 300, 250_000
_WORDS_BESIDE, _WORDS_EACH = 15, 15
# A picture with words has two of three letters; photographs are misread as shorter ones.
_SCREEN = 1_600
_WORD = lazy_regex(r"[^\W\d_]{3,}")
# In a line without such a word: a number of two digits, or two short words.
_SHORT = lazy_regex(r"\d\W?\d|[^\W\d_]{2}\W+[^\W\d_]{2}")
_LEAST_WORDS = 2
_LEAST_UNSPACED = 4
LONGEST_HEAD = 200
# Of pictures that are lost, as they are told.
_MOST_NAMED, _LONGEST_NAME, _WITHOUT_NAME = 5, 80, "one without a name"
# What begins or is called like that is a picture, and damaged where it cannot be opened.
_HEADS = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8")
_PAINTED = lazy_regex(
    r"\.(?:png|jpe?g|gif|tiff?|webp|bmp)$|^data:image/(?:png|jpe?g|gif|tiff|webp|bmp)\b", re.IGNORECASE
)
DATA = lazy_regex(r"data:image/[\w.+-]+((?:;[\w=.+-]+)*),", re.IGNORECASE)

Crop = tuple[float, float, float, float]
"""What is cut off at the left, the top, the right and the bottom, as shares of the whole."""
MARK = "Picture: "
"""What a block of a picture's words begins with."""
WHOLE: Crop = (0.0, 0.0, 0.0, 0.0)

Key = tuple[str, Crop]
"""A picture: the hash of its file, and what of it is not shown."""


@dataclass(slots=True)
class Pictures:
    """The pictures of one file: how often each is met, and its bytes; then what each says, told once.

    `late` and `large` count those that are not read, behind the limits and of too many pixels. `lost` says where the
    damaged ones stand, and `shut` where those that lie behind a password or a packing that nothing here undoes.
    """

    met: Counter[Key] = field(default_factory=Counter)
    content: dict[Key, bytes] = field(default_factory=dict)
    words: dict[Key, str] | None = None
    late: int = 0
    large: int = 0
    lost: dict[str, None] = field(default_factory=dict)
    shut: dict[str, None] = field(default_factory=dict)
    _places: dict[Key, str] = field(default_factory=dict)
    _drawn: set[str] = field(default_factory=set)
    _bytes: int = 0
    _hashes: dict[int, tuple[bytes, str]] = field(default_factory=dict)

    def said(self, data: bytes, crop: Crop, place: str) -> str:
        """Collect a picture, or return what it says."""
        # A hostile page shows one large picture ten thousand times.
        known, name = self._hashes.get(id(data), (b"", ""))
        key = (name if known is data else hashlib.sha256(data).hexdigest(), crop)
        if self.words is not None:
            return self.words.pop(key, "")
        self.met[key] += 1
        if key not in self.content and self._bytes + len(data) <= MOST_BYTES:
            self._bytes += len(data)
            self.content[key] = data
            self._places[key] = place
            self._hashes[id(data)] = data, key[0]
        return ""

    def drawn(self, data: bytes, place: str) -> str:
        """Return what a drawing of lines says where it is met first."""
        name = hashlib.sha256(data).hexdigest()
        if name in self._drawn:
            return ""
        self._drawn.add(name)
        try:
            return words_of(drawings.words(data))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - see `as_read`
            incomplete(f"without the words of a drawing that is damaged ({place})")
            return ""

    def read(self) -> bool:
        """Read those that may hold words; return whether there is anything to tell by a second reading."""
        chosen = self.legible()
        self.large = sum(_is_too_large(data) for data in self.content.values())
        self.lost |= dict.fromkeys(
            self._places[key] for key, data in self.content.items() if _is_damaged(data, self._places[key])
        )
        self.late = len(self.met) - len(self.content) + max(0, len(chosen) - _MOST)
        chosen, begun = chosen[:_MOST], time.monotonic()
        self.words = {}
        # All are met again.
        self._drawn.clear()
        painted = [(_kept(key), partial(as_read, self.content[key], key[1])) for key in chosen]
        with closing(ocr.each(painted)) as readings:
            for count, (key, reading) in enumerate(zip(chosen, readings, strict=False), 1):
                if words := words_of(reading.text):
                    self.words[key] = words
                if reading.failed:
                    self.lost[self._places[key]] = None
                if time.monotonic() - begun > _MOST_SECONDS:
                    self.late += len(chosen) - count
                    break
        return bool(self.words or self.late or self.large or self.lost)

    def legible(self) -> list[Key]:
        """Return those that may hold words, in the order in which they are met."""
        return [key for key in self.content if self._may_say(key)]

    def instead_of(self, text: str) -> int:
        """Return how many pictures hold nearly all of a document, beside the text that it has; 0 where they do not."""
        words = len(text.split())
        if words > _WORDS_BESIDE + _WORDS_EACH * len(self.content):
            return 0
        pages = sum(map(_is_page, self.content.values()))
        return pages if words <= _WORDS_BESIDE + _WORDS_EACH * pages else 0

    def note(self, text: str) -> None:
        """Note what of the pictures of a document, whose text is given, is not read."""
        if self.late:
            first = len(self.met) - self.late
            incomplete(f"without the words of pictures after the first {first:,} ({self.late:,} more)")
        if self.large:
            incomplete(f"without the words of pictures of too many pixels ({self.large:,}); scale them down")
        if self.lost and ocr.installed():
            incomplete(f"without the words of pictures that are damaged or missing ({_named(self.lost)})")
        if self.shut and ocr.installed():
            incomplete(f"without the words of pictures that cannot be unpacked here ({_named(self.shut)})")
        if text.strip() and not ocr.installed() and (pages := self.instead_of(text)):
            incomplete(f"without the words of its pictures ({pages:,}), which are most of it; {ocr.INSTALL} them")

    def _may_say(self, key: Key) -> bool:
        (left, top, right, bottom), size = key[1], _size(self.content[key])
        width, height = size[0] * (1 - left - right), size[1] * (1 - top - bottom)
        if min(width, height) < _LEAST_SIDE or width * height < _LEAST_AREA:
            return False
        return self.met[key] < _OFTEN or width * height > _LOGO_AREA


_run: ContextVar[Pictures | None] = ContextVar("pictures", default=None)


@contextmanager
def within(pictures: Pictures) -> Iterator[Pictures]:
    """Have `said` collect into, or tell from, the pictures of one file while it is loaded in this thread."""
    token = _run.set(pictures)
    try:
        yield pictures
    finally:
        _run.reset(token)


def said(data: bytes, crop: Crop = WHOLE, *, place: str = "") -> str:
    """Return a block of text with what a picture says, where it is met first; "" where it says nothing.

    Args:
        data: The content of its file, of any format.
        crop: What of it is not shown.
        place: What its file is called inside the document, told where it cannot be read.
    """
    run = _run.get()
    if data and drawings.is_drawing(data):
        words = run.drawn(data, _place(place)) if run is not None else ""
    else:
        words = run.said(data, crop, _place(place)) if run is not None and data else ""
    return f"{MARK}{words}" if words else ""


def lost(place: str) -> None:
    """Note that a picture is damaged or missing, and what its file is called."""
    if (run := _run.get()) is not None:
        run.lost[_place(place)] = None


def shut(place: str) -> None:
    """Note that a picture cannot be unpacked here, and what its file is called."""
    if (run := _run.get()) is not None:
        run.shut[_place(place)] = None


def _place(name: str) -> str:
    """Return what a picture is called, without the data that an address may hold."""
    match = DATA.match(name[:LONGEST_HEAD])
    name = f"{name[: match.end()]}…" if match else name
    return one_line(name if len(name) <= _LONGEST_NAME else f"…{name[-_LONGEST_NAME:]}") or _WITHOUT_NAME


def _named(places: Collection[str]) -> str:
    """Name the first of some places."""
    return ", ".join([*islice(places, _MOST_NAMED), *(["…"] if len(places) > _MOST_NAMED else [])])


def words_of(text: str) -> str:
    """Return the text of a picture, "" where that is none: signs of no language, or the few letters of a photograph."""
    text = tidy(text)
    unspaced = sum(map(len, UNSPACED.findall(text)))
    if (len(_WORD.findall(text)) < _LEAST_WORDS and unspaced < _LEAST_UNSPACED) or is_no_language(text):
        return ""
    # It is one block, and stays recognisable as a whole.
    return "\n".join(filter(_is_line, text.split("\n")))


def _is_line(line: str) -> bool:
    """Tell whether a line says something; specks and edges of drawings are read as letters as well."""
    return bool(_WORD.search(line) or _SHORT.search(line) or UNSPACED.search(line))


def as_read(data: bytes, crop: Crop) -> Any:
    """Return a picture as it is read; None where it is damaged or too large."""
    try:
        drawn = picture.drawn(File("", "", data), formats=FORMATS)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - Pillow raises anything on a broken file, which a document shows as a cross
        return None
    drawn = cropped(drawn, crop)
    if ocr.reader() == "tesseract" and max(drawn.size) <= _SCREEN:
        # It was trained on letters twice as high as those of a screen.
        drawn = drawn.resize((2 * drawn.width, 2 * drawn.height))
    return drawn


def cropped(picture: Any, crop: Crop) -> Any:
    """Return what is shown of a picture."""
    left, top, right, bottom = crop
    width, height = picture.size
    if not any(crop):
        return picture
    return picture.crop((left * width, top * height, (1 - right) * width, (1 - bottom) * height))


def _kept(key: Key) -> str:
    if not ocr_work.is_used():
        return ""
    return key[0] if key[1] == WHOLE else hashlib.sha256(repr(key).encode()).hexdigest()


def _size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels; zeros where it is of no format that can be read, too small or too large."""
    file = File("", "", data)
    try:
        with file.open() as stream, picture.opened(file, stream, FORMATS) as found:
            width, height = found.size
            return width, height
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - see `as_read`
        return 0, 0


def _is_too_large(data: bytes) -> bool:
    file = File("", "", data)
    try:
        with file.open() as stream, picture.opened(file, stream, FORMATS):
            return False
    except LoadError as error:
        return "too many" in error.reason
    except Exception:  # noqa: BLE001 - see `as_read`
        return False


def _is_damaged(data: bytes, place: str) -> bool:
    """Tell whether a file begins or is called like a picture, and is none; drawings have no reader here."""
    if not data.startswith(_HEADS) and not _PAINTED.search(place):
        return False
    file = File("", "", data)
    try:
        with file.open() as stream, picture.opened(file, stream, FORMATS):
            return False
    except LoadError as error:
        return "damaged" in error.reason
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - see `as_read`
        return True


def _is_page(data: bytes) -> bool:
    width, height = _size(data)
    return min(width, height) >= _PAGE_SIDE and width * height >= _PAGE_AREA
