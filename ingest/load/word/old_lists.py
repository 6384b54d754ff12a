"""The lists of an old Word document, whose numbers it counts by itself; see [MS-DOC], PlfLst and PlfLfo."""

import struct

from ingest.load.word.numbers import Level, Numbers
from ingest.load.word.old_properties import part

# Places in the file information block.
_LISTS, _INSTANCES = 0x02E2, 0x02EA
_LIST_BYTES, _LEVEL_BYTES, _INSTANCE_BYTES = 28, 28, 16
_LEVELS = 9
_FORMS = {
    1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 22: "decimalZero", 23: "bullet", 255: "none",
}  # fmt: skip
_LEGAL, _NO_RESTART = 4, 8
_HAS_START, _HAS_LEVEL = 0x10, 0x20
_NOTHING = 0xFFFFFFFF


def numbers(main: bytes, table: bytes) -> Numbers:
    """Read the lists of a document. A list is named by its number from 1, in letters.

    Raises:
        struct.error: They are damaged.
    """
    listed = part(main, table, _LISTS)
    if len(listed) < 2:
        return Numbers({}, {})
    lists: dict[str, dict[int, Level]] = {}
    # The levels stand behind the list of lists, without an entry of their own.
    at = struct.unpack_from("<I", main, _LISTS)[0] + len(listed)
    for index in range(max(0, struct.unpack_from("<h", listed)[0])):
        start = 2 + index * _LIST_BYTES
        (name,) = struct.unpack_from("<i", listed, start)
        levels = {}
        for place in range(1 if listed[start + 26] & 1 else _LEVELS):
            levels[place], at = _level(table, at)
        lists[str(name)] = levels
    found = Numbers(lists, {})
    _add_instances(found, part(main, table, _INSTANCES))
    return found


def _add_instances(found: Numbers, data: bytes) -> None:
    """Read which list each instance is of, and where it begins anew; one with levels of its own is a list by itself."""
    if len(data) < 4:
        return
    (count,) = struct.unpack_from("<I", data)
    heads = [
        struct.unpack_from("<i8xB", data, 4 + index * _INSTANCE_BYTES)
        for index in range(min(count, len(data) // _INSTANCE_BYTES))
    ]
    at = 4 + len(heads) * _INSTANCE_BYTES
    for number, (listed, overridden) in enumerate(heads, 1):
        name, starts = str(listed), dict[int, int]()
        if at + 4 <= len(data) and struct.unpack_from("<I", data, at)[0] == _NOTHING:
            at += 4
        for _ in range(overridden):
            start, flags = struct.unpack_from("<iI", data, at)
            at += 8
            place = flags & 0xF
            if flags & _HAS_LEVEL:
                level, at = _level(data, at)
                own = f"{listed} {number}"
                found.lists[own] = found.lists.get(name, {}) | {place: level}
                found.shared[own] = str(listed)
                name, start = own, level.start
            if flags & _HAS_START:
                starts[place] = start
        found.instances[str(number)] = (name, starts)


def _level(data: bytes, at: int) -> tuple[Level, int]:
    """Read a level; return it, and where the next thing begins."""
    start, form, flags = struct.unpack_from("<iBB", data, at)
    characters, paragraphs, restart = struct.unpack_from("<BBB", data, at + 24)
    at += _LEVEL_BYTES + paragraphs + characters
    (length,) = struct.unpack_from("<H", data, at)
    text = data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    # A character below the number of levels stands for the number of that level.
    shown = "".join(f"%{ord(sign) + 1}" if ord(sign) < _LEVELS else sign for sign in text)
    return (
        Level(
            start,
            _FORMS.get(form, "decimal"),
            shown[:100],
            bool(flags & _LEGAL),
            restart=restart if flags & _NO_RESTART else None,
        ),
        at + 2 + 2 * length,
    )
