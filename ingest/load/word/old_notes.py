"""Notes, comments and text boxes of old Word documents (.doc): where they hang, and where their text lies.

They are stored behind the text, one kind after the other. Follows the parts of [MS-DOC] that describe this.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise

# Numbers of characters in the file information block: the text, footnotes, headers, macros, comments, endnotes, text
# boxes; and pairs of place and size in the table stream.
_LENGTHS = 0x4C
_PAIRS = 0x9A
_PAIR_BYTES, _PLACE_BYTES = 8, 4
_COMMENT_BYTES, _INITIALS = 30, 9
_BOX_BYTES = 22
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Note:
    """One note.

    Attributes:
        at: The character of the text that refers to it, -1 for a text box.
        start: Its first character, counted from the beginning of the text.
        end: Behind its last one.
        kind: "note", "comment" or "box".
        author: Initials of who made a comment, "" where they are not known.
    """

    at: int
    start: int
    end: int
    kind: str
    author: str = ""


def notes(main: bytes, table: bytes) -> list[Note]:
    """Return the notes of a document, in the order in which the text refers to them; text boxes last.

    Raises:
        struct.error: The tables are damaged.
    """
    text, foot, head, macros, comments, end, boxes = struct.unpack_from("<7i", main, _LENGTHS)
    starts = [text, text + foot + head + macros, text + foot + head + macros + comments]
    found = []
    for first, size, (refers, tells), kind, extra in (
        (starts[0], foot, (2, 3), "note", 2),
        (starts[1], comments, (4, 5), "comment", _COMMENT_BYTES),
        (starts[2], end, (46, 47), "note", 2),
    ):
        if size <= 0:
            continue
        data = _pair(main, table, refers)
        count = min((len(data) - _PLACE_BYTES) // (_PLACE_BYTES + extra), _MOST)
        places = struct.unpack_from(f"<{count + 1}i", data)
        bounds = _places(_pair(main, table, tells), 0)
        for index in range(min(count, len(bounds) - 1)):
            author = _author(data, _PLACE_BYTES * (count + 1) + extra * index) if kind == "comment" else ""
            found.append(Note(places[index], first + bounds[index], first + bounds[index + 1], kind, author))
    found.sort(key=lambda note: note.at)
    if boxes > 0:
        first = starts[2] + end
        bounds = _places(_pair(main, table, 56), _BOX_BYTES)
        found += [Note(-1, first + one, first + other, "box") for one, other in pairwise(bounds)]
    return found


def _pair(main: bytes, table: bytes, number: int) -> bytes:
    start, size = struct.unpack_from("<II", main, _PAIRS + _PAIR_BYTES * number)
    return table[start : start + size]


def _places(data: bytes, extra: int) -> tuple[int, ...]:
    count = min((len(data) - _PLACE_BYTES) // (_PLACE_BYTES + extra), _MOST)
    return struct.unpack_from(f"<{count + 1}i", data) if count > 0 else ()


def _author(data: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<H", data, at)
    return data[at + 2 : at + 2 + 2 * min(length, _INITIALS)].decode("utf-16-le", "replace").strip("\0 ")
