"""How the paragraphs and characters of an old Word document look: its styles, and what is set on top of them.

By [MS-DOC]: the text is one stream, and lists of places in it say which style a paragraph has, its list and level, and
which characters are hidden, struck out, or were deleted while changes were tracked.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

# Places in the file information block, each of an offset and a size in the table stream.
_STYLES, _CHARACTER_PAGES, _PARAGRAPH_PAGES = 0x00A2, 0x00FA, 0x0102
# How many of them there are.
_COUNT = 0x0098
_PAGE = 512
_PAGE_NUMBER = 0x3FFFFF
# Modifiers of paragraphs and of characters.
_LEVEL, _LIST, _OUTLINE, _STYLE = 0x260A, 0x460B, 0x2640, 0x4600
_DELETED, _HIDDEN, _STRUCK, _STRUCK_TWICE = 0x0800, 0x083C, 0x0837, 0x2A53
_LONG_TABLE, _TABS = 0xD608, 0xC615
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_HEADINGS = range(1, 10)
_NO_STYLE = 0x0FFF
_PARAGRAPH_STYLE = 1
_MOST_PARENTS = 11
_NO_LIST = 0xF801


@dataclass(frozen=True, slots=True)
class Look:
    """Of a paragraph: the level of its heading, 0 for none; its list by number from 1, 0 for none, and its level."""

    heading: int = 0
    listed: int = 0
    level: int = 0


@dataclass(frozen=True, slots=True)
class Properties:
    """What is known of the places of the main stream, in their order."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    looks: tuple[Look, ...] = ()
    gone: tuple[tuple[int, int, str], ...] = ()
    """Stretches of characters that are left out: "deleted", "hidden" or "struck"."""

    def at(self, place: int) -> Look:
        """Return the look of the paragraph whose mark stands at a place."""
        index = bisect_right(self.starts, place) - 1
        return self.looks[index] if index >= 0 and place < self.ends[index] else Look()


def properties(main: bytes, table: bytes) -> Properties:
    """Read what is known of a document's paragraphs and characters.

    Raises:
        struct.error: The lists are damaged.
    """
    styles = _styles(part(main, table, _STYLES))
    found: list[tuple[int, int, Look]] = []
    for page in _pages(main, table, _PARAGRAPH_PAGES):
        for start, end, data in _runs(page, 13):
            (style,) = struct.unpack_from("<H", data) if len(data) > 1 else (_NO_STYLE,)
            found.append((start, end, _look(styles.get(style, Look()), data[2:], styles)))
    found.sort(key=lambda run: run[0])
    gone = sorted(
        (start, end, how)
        for page in _pages(main, table, _CHARACTER_PAGES)
        for start, end, data in _runs(page, 1)
        if (how := _gone(data))
    )
    return Properties(
        tuple(start for start, _, _ in found),
        tuple(end for _, end, _ in found),
        tuple(look for _, _, look in found),
        tuple(gone),
    )


def part(main: bytes, table: bytes, place: int) -> bytes:
    """Return the part of the table stream that the file information block names at a place; b"" for none."""
    (count,) = struct.unpack_from("<H", main, _COUNT) if len(main) > place + 8 else (0,)
    if place >= _COUNT + 2 + 8 * count:
        return b""
    start, size = struct.unpack_from("<II", main, place)
    return table[start : start + size]


def modifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what is set, as modifier and operand."""
    at = 0
    while at + 2 <= len(data):
        (name,) = struct.unpack_from("<H", data, at)
        at += 2
        size = _OPERANDS.get(name >> 13)
        if size is None and name == _LONG_TABLE:
            size = 1 + struct.unpack_from("<H", data, at)[0]
        elif size is None:
            if at >= len(data) or (name == _TABS and data[at] == 255):
                return
            size = 1 + data[at]
        yield name, data[at : at + size]
        at += size


def _pages(main: bytes, table: bytes, place: int) -> Iterator[bytes]:
    """Yield the pages of the main stream that a list names."""
    listed = part(main, table, place)
    count = max(0, (len(listed) - 4) // 8)
    for (number,) in struct.iter_unpack("<I", listed[4 * (count + 1) : 4 * (2 * count + 1)]):
        start = (number & _PAGE_NUMBER) * _PAGE
        page = main[start : start + _PAGE]
        if len(page) < _PAGE:
            raise struct.error("a page is missing")
        yield page


def _runs(page: bytes, width: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield the stretches of a page, as start and end in the stream and what is set; `width` is that of an entry."""
    count = page[-1]
    bounds = struct.unpack_from(f"<{count + 1}I", page)
    for index, (start, end) in enumerate(pairwise(bounds)):
        at = 2 * page[4 * (count + 1) + width * index]
        if not at:
            yield start, end, b""
            continue
        size = page[at]
        if width > 1:
            # Of paragraphs, half the size is kept; 0 says that the next byte holds it.
            at, size = (at, 2 * size - 1) if size else (at + 1, 2 * page[at + 1])
        yield start, end, page[at + 1 : at + 1 + size]


def _look(look: Look, data: bytes, styles: dict[int, Look]) -> Look:
    for name, operand in modifiers(data):
        if name == _STYLE and len(operand) == 2:
            look = styles.get(int.from_bytes(operand, "little"), Look())
        elif name == _LIST and len(operand) == 2:
            number = int.from_bytes(operand, "little")
            # A negative number keeps the indent of the paragraph's own.
            number = 0x10000 - number if number > _NO_LIST else number
            look = replace(look, listed=0 if number == _NO_LIST else number)
        elif name == _LEVEL and operand:
            look = replace(look, level=operand[0])
        elif name == _OUTLINE and operand:
            look = replace(look, heading=operand[0] + 1 if operand[0] + 1 in _HEADINGS else 0)
    return look


def _gone(data: bytes) -> str:
    """Tell how characters are gone, "" where they are seen."""
    on = {name for name, operand in modifiers(data) if operand[:1] == b"\1"}
    if _DELETED in on:
        return "deleted"
    return "hidden" if _HIDDEN in on else "struck" if on & {_STRUCK, _STRUCK_TWICE} else ""


def _styles(data: bytes) -> dict[int, Look]:
    """Return how the paragraphs of each style look, by its number."""
    if len(data) < 8:
        return {}
    size, count, base = struct.unpack_from("<HHH", data)
    kept: dict[int, tuple[int, int, bytes]] = {}
    at = 2 + size
    for number in range(count):
        if at + 2 > len(data):
            break
        (length,) = struct.unpack_from("<H", data, at)
        if length > base:
            kept[number] = _style(data[at + 2 : at + 2 + length], base)
        at += 2 + length + length % 2
    found: dict[int, Look] = {}
    for number in kept:
        line = [number]
        while (parent := kept[line[-1]][1]) in kept and parent not in line and len(line) < _MOST_PARENTS:
            line.append(parent)
        look = Look()
        for one in reversed(line):
            name, _, data = kept[one]
            look = replace(look, heading=name) if name in _HEADINGS else look
            look = _look(look, data, {})
        found[number] = look
    return found


def _style(data: bytes, base: int) -> tuple[int, int, bytes]:
    """Return the number that Word itself has for a style, its parent, and what it sets of paragraphs."""
    own, parent = struct.unpack_from("<HH", data)
    if parent & 0xF != _PARAGRAPH_STYLE:
        return 0, _NO_STYLE, b""
    (letters,) = struct.unpack_from("<H", data, base)
    at = base + 2 + 2 * letters + 2
    (size,) = struct.unpack_from("<H", data, at) if at + 2 <= len(data) else (0,)
    return own & 0xFFF, parent >> 4, data[at + 4 : at + 2 + size]
