"""Windows drawings (EMF, WMF) in documents: the words that they draw, joined to lines by their places.

Source:
    The formats are published as [MS-EMF] and [MS-WMF].
"""

import heapq
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.load.build import one_line
from ingest.load.file import File
from ingest.load.picture.file import WordlessError
from ingest.load.unseen import incomplete
from qa.types import Document

_EMF_SIGN, _EMF_SIGN_AT = b" EMF", 40
_WMF_PLACEABLE = b"\xd7\xcd\xc6\x9a"
_WMF_HEADS = (b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")
_PLACEABLE_BYTES, _WMF_HEAD_BYTES = 22, 18
# Records that write, and those that make, choose and drop fonts.
_EMF_EOF, _EMF_SELECT, _EMF_DELETE, _EMF_FONT, _EMF_ANSI, _EMF_WIDE, _EMF_SMALL = 14, 37, 40, 82, 83, 84, 108
_WMF_SELECT, _WMF_FONT, _WMF_TEXT, _WMF_PLACED = 0x012D, 0x02FB, 0x0521, 0x0A32
# The other records of WMF that make something, which take a number each.
_WMF_MAKE = {0x00F7, 0x01F9, 0x02FA, 0x02FC, 0x06FF, 0x0142}
_WMF_DROP = 0x01F0
_GLYPHS, _CLIPPED, _NO_FRAME, _SMALL_CHARACTERS = 0x10, 0x06, 0x100, 0x200
_SYMBOLS = 2  # a character set of signs
# The code pages of the other character sets of fonts.
_PAGES = {
    128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
# Letters that stand nearer than this, in heights, belong to one word, and words to one line.
_WORD_GAP, _LINE_GAP, _LINE_SHIFT = 0.15, 1.5, 0.3
_WIDTH, _HEIGHT = 0.5, 12.0


@dataclass(slots=True)
class _Run:
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class _Font:
    height: float = _HEIGHT
    is_symbols: bool = False
    page: str = "cp1252"


def load(file: File, media_type: str) -> Document:
    """Load a drawing by itself."""
    if not (said := words(file.read())):
        raise WordlessError(file.source, "is a drawing without words; letters drawn as lines are not read")
    return Document(file.source, file.stem, said, media_type)


def is_metafile(data: bytes) -> bool:
    """Tell whether the content of a picture is a Windows drawing."""
    return data[_EMF_SIGN_AT : _EMF_SIGN_AT + 4] == _EMF_SIGN or data.startswith((_WMF_PLACEABLE, *_WMF_HEADS))


def words(data: bytes) -> str:
    """Return what a drawing says, a line each; what lies behind damage is noted by the caller's file.

    Letters that are drawn by the numbers of their shapes cannot be told, which is noted.
    """
    runs = _emf(data) if data[_EMF_SIGN_AT : _EMF_SIGN_AT + 4] == _EMF_SIGN else _wmf(data)
    return "\n".join(_lines(runs))


def _lines(runs: Iterator[_Run]) -> Iterator[str]:
    line, before = "", None
    for run in runs:
        if before is not None and _goes_on(before, run):
            gap = run.x - before.x - before.width
            line += ("" if gap < _WORD_GAP * run.height else " ") + run.text
        else:
            if said := one_line(line):
                yield said
            line = run.text
        before = run
    if said := one_line(line):
        yield said


def _goes_on(before: _Run, run: _Run) -> bool:
    height = max(before.height, run.height)
    gap = run.x - before.x - before.width
    return abs(run.y - before.y) <= _LINE_SHIFT * height and -_LINE_SHIFT * height <= gap <= _LINE_GAP * height


def _emf(data: bytes) -> Iterator[_Run]:
    fonts: dict[int, _Font] = {}
    font, at = _Font(), 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == _EMF_EOF or size < 8 or at + size > len(data):
            return
        record = data[at : at + size]
        at += size
        try:
            if kind == _EMF_FONT:
                number, height = struct.unpack_from("<Ii", record, 8)
                fonts[number] = _font(height, record[12 + 23])
            elif kind == _EMF_SELECT:
                font = fonts.get(struct.unpack_from("<I", record, 8)[0], font)
            elif kind == _EMF_DELETE:
                fonts.pop(struct.unpack_from("<I", record, 8)[0], None)
            elif kind in (_EMF_ANSI, _EMF_WIDE, _EMF_SMALL):
                run = (
                    _emf_small(record, font) if kind == _EMF_SMALL else _emf_text(record, font, 2 - (kind == _EMF_ANSI))
                )
                if run is not None and not font.is_symbols:
                    yield run
        except (struct.error, IndexError):
            continue


def _emf_text(record: bytes, font: _Font, width: int) -> _Run | None:
    x, y, count, place, options = struct.unpack_from("<iiIII", record, 36)
    (gaps,) = struct.unpack_from("<I", record, 72)
    if options & _GLYPHS:
        _say_shapes()
        return None
    text = _text(record[place : place + count * width], width, font)
    if not text.strip("\0"):
        return None
    advance = sum(struct.unpack_from(f"<{count}I", record, gaps)) if gaps else _WIDTH * font.height * count
    return _Run(x, y, advance, font.height, text)


def _emf_small(record: bytes, font: _Font) -> _Run | None:
    x, y, count, options = struct.unpack_from("<iiII", record, 8)
    if options & _GLYPHS:
        _say_shapes()
        return None
    place, width = (36 if options & _NO_FRAME else 52), (1 if options & _SMALL_CHARACTERS else 2)
    text = _text(record[place : place + count * width], width, font)
    return _Run(x, y, _WIDTH * font.height * count, font.height, text) if text.strip("\0") else None


def _wmf(data: bytes) -> Iterator[_Run]:
    at = _WMF_HEAD_BYTES + (_PLACEABLE_BYTES if data.startswith(_WMF_PLACEABLE) else 0)
    made: dict[int, _Font | None] = {}
    # What is made takes the lowest number that is free.
    free, following = list[int](), 0
    font = _Font()
    while at + 6 <= len(data):
        words_, kind = struct.unpack_from("<IH", data, at)
        if words_ < 3 or kind == 0 or at + 2 * words_ > len(data):
            return
        record = data[at + 6 : at + 2 * words_]
        at += 2 * words_
        try:
            if kind == _WMF_FONT or kind in _WMF_MAKE:
                if free:
                    number = heapq.heappop(free)
                else:
                    number, following = following, following + 1
                made[number] = None
                if kind == _WMF_FONT:
                    (height,) = struct.unpack_from("<h", record)
                    made[number] = _font(height, record[13])
            elif kind == _WMF_SELECT:
                font = made.get(struct.unpack_from("<H", record)[0]) or font
            elif kind == _WMF_DROP:
                (number,) = struct.unpack_from("<H", record)
                if number in made:
                    del made[number]
                    heapq.heappush(free, number)
            elif kind in (_WMF_TEXT, _WMF_PLACED):
                run = _wmf_text(record, font) if kind == _WMF_TEXT else _wmf_placed(record, font)
                if run is not None and not font.is_symbols:
                    yield run
        except (struct.error, IndexError):
            continue


def _wmf_text(record: bytes, font: _Font) -> _Run | None:
    (count,) = struct.unpack_from("<h", record)
    y, x = struct.unpack_from("<hh", record, 2 + count + count % 2)
    text = _text(record[2 : 2 + max(0, count)], 1, font)
    return _Run(x, y, _WIDTH * font.height * len(text), font.height, text) if text.strip("\0") else None


def _wmf_placed(record: bytes, font: _Font) -> _Run | None:
    y, x, count, options = struct.unpack_from("<hhhH", record)
    if options & _GLYPHS:
        _say_shapes()
        return None
    place = 16 if options & _CLIPPED else 8
    text = _text(record[place : place + max(0, count)], 1, font)
    if not text.strip("\0"):
        return None
    gaps = record[place + count + count % 2 :]
    advance = sum(struct.unpack_from(f"<{count}h", gaps)) if len(gaps) >= 2 * count else _WIDTH * font.height * count
    return _Run(x, y, advance, font.height, text)


def _font(height: int, characters: int) -> _Font:
    return _Font(abs(height) or _HEIGHT, characters == _SYMBOLS, _PAGES.get(characters, "cp1252"))


def _text(data: bytes, width: int, font: _Font) -> str:
    return data.decode(font.page if width == 1 else "utf-16-le", "replace")


def _say_shapes() -> None:
    incomplete("without words of a Windows drawing that are kept as shapes of letters")
