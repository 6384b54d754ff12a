"""Old Word documents (.doc): the text by its piece table, paragraph by paragraph, with headings and numbers of lists.

No free library that is maintained reads them. The format is published as [MS-DOC]; this follows the parts that say
where the text lies, `doc_properties` and `doc_lists` those that say how it looks.
"""

import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.load.about import of_ole
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.office import old_objects as doc_objects
from ingest.load.office import parts as office_parts
from ingest.load.parts import Budget, Parts
from ingest.load.unseen import STRUCK, incomplete, left_out
from ingest.load.whole import whole
from ingest.load.word.numbers import Numbers
from ingest.load.word.old_lists import numbers
from ingest.load.word.old_notes import Note, notes
from ingest.load.word.old_properties import Look, Properties, properties
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_ENCRYPTED, _SECOND_TABLE, _IDENTIFIER = 0x0100, 0x0200, 0xA5EC
# Byte offsets in the file information block of Word 97 and later.
_FLAGS, _TEXT_LENGTHS, _CLX = 0x0A, 0x4C, 0x01A2
_FIRST_VERSION = 0x00C1
_PIECES, _PROPERTIES = 0x02, 0x01
_COMPRESSED = 0x40000000
# A field is \x13 code \x14 result \x15; the code is not text. Fields nest, so inner ones go first.
_FIELD = lazy_regex("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_CELL, _OBJECTS = "\x07", lazy_regex("[\x01-\x06\x08]")
# What ends a paragraph: its mark, that of a cell or row, a page or section break.
_ENDS = (0x0D, 0x07, 0x0C)
# What is put before a paragraph while the fields are taken out, since a field may reach over several.
_LABEL = lazy_regex("\x1c(\\d+)\x1d")
# Where a note hangs, by its number.
_NOTED = lazy_regex("\x18(\\d+)\x19")
_SIGNS = lazy_regex("[\x18\x19\x1c\x1d]")
_KEPT = lazy_regex("[^\x00-\x1f]+")


Piece = tuple[int, int, int]
"""A stretch of text: its start and end in the main stream, and the bytes of a character."""


@dataclass(frozen=True, slots=True)
class _Label:
    """How a paragraph looks, and the number that Word gives it."""

    look: Look
    number: str


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files that are embedded in it."""
    return doc_objects.parts(file, budget)


def load(file: File, media_type: str) -> Document:
    """Load an old Word document; its headers and footers are left out."""
    import olefile

    with file.open() as stream, olefile.OleFileIO(stream) as ole:
        main = ole.openstream("WordDocument").read()
        identifier, version = struct.unpack_from("<HH", main)
        (flags,) = struct.unpack_from("<H", main, _FLAGS)
        if flags & _ENCRYPTED:
            raise LoadError(file.source, "is encrypted; save a copy without password and ingest that")
        if identifier != _IDENTIFIER or version < _FIRST_VERSION:
            raise LoadError(file.source, "is of a Word older than Word 97; save it as .docx")
        table = ole.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
        said = ole.get_metadata()
        office_parts.say_embedded(doc_objects.unread(ole))
    lengths = struct.unpack_from("<8i", main, _TEXT_LENGTHS)
    known, counted = _known(main, table)
    lying = _piece_table(main, table)
    beside = _Beside(main, table, known, lying, sum(lengths))
    labels: list[_Label] = []
    pieces = _pieces(lying, 0, lengths[0])
    text = "".join(_labelled(main, beside.marked(pieces), known, counted, labels))
    built = TextBuilder()
    _paragraphs(built, text, labels, beside.said)
    for box in beside.boxes():
        built.paragraph(box)
    title = said.title.decode("cp1252", "replace") if isinstance(said.title, bytes) else said.title or ""
    first = next((heading.title for heading in built.headings if heading.level == 1), "")
    return Document(
        file.source,
        one_line(title) or first or file.stem,
        built.text,
        media_type,
        headings=tuple(built.headings),
        metadata=of_ole(said),
    )


def _known(main: bytes, table: bytes) -> tuple[Properties, Numbers]:
    """Read how paragraphs look and which lists there are; where that is damaged, the text matters more."""
    known, counted = Properties(), Numbers({}, {})
    try:
        known = properties(main, table)
    except (struct.error, IndexError):
        incomplete("without its headings, which are damaged; save it as .docx")
    try:
        counted = numbers(main, table)
    except (struct.error, IndexError):
        incomplete("without the numbers of its lists, which are damaged; save it as .docx")
    return known, counted


@dataclass(frozen=True, slots=True)
class _PieceTable:
    """Where the text lies: piece `i` holds the characters from `bounds[i]` to before `bounds[i + 1]`."""

    bounds: tuple[int, ...]
    places: tuple[int, ...]


def _piece_table(main: bytes, table: bytes) -> _PieceTable:
    """Return the piece table.

    Raises:
        ValueError: There is none.
        struct.error: It is damaged.
    """
    start, size = struct.unpack_from("<II", main, _CLX)
    clx = table[start : start + size]
    at = 0
    while at < len(clx) and clx[at] == _PROPERTIES:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != _PIECES:
        raise ValueError("no piece table")
    (size,) = struct.unpack_from("<I", clx, at + 1)
    plc = clx[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    bounds = struct.unpack_from(f"<{count + 1}I", plc)
    return _PieceTable(
        bounds, tuple(struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)[0] for index in range(count))
    )


def _pieces(known: _PieceTable, first: int, last: int) -> Iterator[Piece]:
    """Yield the stretches of text in their order, as start and end in the main stream and bytes of a character.

    Characters are counted from `first` to before `last`. A character of one byte is of code page 1252, one of
    two bytes of UTF-16.
    """
    bounds = known.bounds
    for index in range(max(0, bisect_right(bounds, first) - 1) if first else 0, len(known.places)):
        place = known.places[index]
        skipped = max(0, first - bounds[index])
        characters = min(bounds[index + 1], last) - bounds[index] - skipped
        if bounds[index] >= last:
            return
        if characters <= 0:
            continue
        if place & _COMPRESSED:
            place = (place & ~_COMPRESSED) // 2 + skipped
            yield place, place + characters, 1
        else:
            place += 2 * skipped
            yield place, place + 2 * characters, 2


def _labelled(
    main: bytes, pieces: Iterator[Piece], known: Properties, counted: Numbers, labels: list[_Label]
) -> Iterator[str]:
    """Yield the paragraphs, each with its place among the labels, which are added, before it.

    A piece without a width stands for a note, by its number.
    """
    said = ""
    for start, end, width in pieces:
        if not width:
            said += f"\x18{start}\x19"
            continue
        data = main[start:end]
        units = data if width == 1 else array("H", data[: len(data) // 2 * 2])
        at = start
        for index, unit in enumerate(units):
            if unit not in _ENDS:
                continue
            mark = start + index * width
            said += _seen(main, at, mark + width, width, known)
            at = mark + width
            look = known.at(mark)
            number = counted.next(str(look.listed), look.level) if look.listed else ""
            labels.append(_Label(look, number))
            yield f"\x1c{len(labels) - 1}\x1d{said}"
            said = ""
        said += _seen(main, at, end, width, known)
    yield said


def _seen(main: bytes, start: int, end: int, width: int, known: Properties) -> str:
    """Return a stretch of text without what is hidden, deleted or struck out in it; the signs of fields stay."""
    parts = []
    at = start
    first = bisect_left(known.gone, (start, 0, ""))
    for index in range(max(0, first - 1), len(known.gone)):
        gone_from, gone_to, how = known.gone[index]
        if gone_from >= end:
            break
        if gone_to <= at:
            continue
        cut, stop = max(at, gone_from), min(end, gone_to)
        parts.append(_decoded(main[at:cut], width))
        gone = _decoded(main[cut:stop], width)
        if how != "deleted":
            left_out(_KEPT.sub(lambda match: match[0], gone), "hidden font" if how == "hidden" else STRUCK)
        parts.append(_KEPT.sub("", gone))
        at = stop
    parts.append(_decoded(main[at:end], width))
    return "".join(parts)


def _decoded(data: bytes, width: int) -> str:
    text = data.decode("cp1252" if width == 1 else "utf-16-le", "replace")
    return _SIGNS.sub("", text)


class _Beside:
    """The notes of a document, and the text boxes over it."""

    def __init__(self, main: bytes, table: bytes, known: Properties, lying: _PieceTable, length: int) -> None:
        self._main, self._known, self._lying, self._length = main, known, lying, length
        self._notes: list[Note] = []
        try:
            self._notes = notes(main, table)
        except struct.error:
            incomplete("without its notes and comments, which are damaged; save it as .docx")

    def marked(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        """Yield the pieces of the text, with one of no width behind each character that refers to a note."""
        waiting = [(note.at, number) for number, note in enumerate(self._notes) if note.at >= 0]
        at = 0
        for start, end, width in pieces:
            behind = at + (end - start) // width
            while waiting and waiting[0][0] < behind:
                place, number = waiting.pop(0)
                cut = max(start, start + (place + 1 - at) * width)
                yield start, cut, width
                yield number, number, 0
                at, start = max(at, place + 1), cut
            yield start, end, width
            at = behind

    def said(self, number: int) -> str:
        """Return a note in brackets, "" for one that says nothing."""
        note = self._notes[number]
        said = one_line(self._text(note).replace("\r", " "))
        if note.kind == "comment":
            said = said and (f"Comment by {note.author}: {said}" if note.author else f"Comment: {said}")
        else:
            said = said and f"Note: {said}"
        return said and f"[{said}]"

    def boxes(self) -> Iterator[str]:
        """Yield what the text boxes say."""
        for note in self._notes:
            if note.kind == "box":
                yield self._text(note).replace("\r", "\n")

    def _text(self, note: Note) -> str:
        pieces = _pieces(self._lying, note.start, min(note.end, self._length))
        return _plain("".join(_seen(self._main, *piece, self._known) for piece in pieces)).replace(_CELL, " ")


def _plain(text: str) -> str:
    """Return a text with the results of its fields, and without what stands for pictures and notes."""
    found = 1
    while found:
        text, found = _FIELD.subn(lambda match: match[1] or "", text)
    return _OBJECTS.sub("", text).replace("\x0b", "\n").replace("\x1e", "-").replace("\x1f", "").replace("\x0c", "\r")


def _paragraphs(built: TextBuilder, text: str, labels: list[_Label], note: Callable[[int], str]) -> None:
    """Add paragraphs, and table rows as their cells; a row ends with two cell marks. Notes follow where they hang."""

    def taken_apart(said: str) -> tuple[str, list[str]]:
        return _NOTED.sub("", said), [one for number in _NOTED.findall(said) if (one := note(whole(number)))]

    text = _plain(text)
    cells: list[str] = []
    for paragraph in text.split("\r"):
        *row, rest = paragraph.split(_CELL)
        for cell in row:
            said, label = _taken(cell, labels)
            said, told = taken_apart(said)
            said = " ".join((said, *told))
            if said.strip() or not cells:
                cells.append(one_line(f"{label.number} {said}"))
                continue
            built.line("; ".join(filter(None, cells)))
            cells = []
        said, label = _taken(rest, labels)
        said, told = taken_apart(said)
        if cells and said and not row:
            # A cell of several paragraphs.
            cells[-1] = one_line(" ".join((cells[-1], label.number, said, *told)))
        elif said:
            if cells:
                built.line("; ".join(filter(None, cells)))
                cells = []
            _paragraph(built, said, label)
            for one in told:
                built.paragraph(one)
    if any(cells):
        built.line("; ".join(filter(None, cells)))


def _taken(text: str, labels: list[_Label]) -> tuple[str, _Label]:
    """Take the label off a paragraph; one that fields left without a label has none."""
    match = _LABEL.search(text)
    label = labels[whole(match[1])] if match and whole(match[1]) < len(labels) else _Label(Look(), "")
    return _LABEL.sub("", text), label


def _paragraph(built: TextBuilder, text: str, label: _Label) -> None:
    if label.look.heading and text.strip():
        built.heading(label.look.heading, f"{label.number} {text}")
    elif label.look.listed:
        built.item(text, label.number)
    else:
        built.paragraph(text)
