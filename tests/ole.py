"""A writer of OLE files, which hold old Office documents and Outlook messages: storages of streams by name."""

import struct
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


# Of each kind, where the block of fields names what refers to it and what it says, and what stands there for each one.
_BESIDE = {
    "note": (0xAA, 0xB2, b"\0\0", b""),
    "comment": (0xBA, 0xC2, struct.pack("<H", 2) + "AL".encode("utf-16-le") + bytes(24), b""),
    "box": (0x2FA, 0x25A, b"", bytes(22)),
}


def write_ole(path: Path, tree: dict[str, Any]) -> Path:
    """Write a file of streams (bytes) and storages (dicts of the same)."""
    entries: list[list[Any]] = [["Root Entry", 5, _FREE, _FREE, _END, 0]]
    contents: dict[int, bytes] = {}
    _add(entries, contents, 0, tree)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat = bytearray(), []

    def chain(data: bytes) -> int:
        count = -(-len(data) // _SECTOR)
        start = len(sectors)
        for index in range(count):
            sectors.append(data[index * _SECTOR : (index + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(start + index + 1 if index < count - 1 else _END)
        return start if count else _END

    for number, data in contents.items():
        entries[number][5] = len(data)
        if len(data) >= _CUTOFF:
            entries[number][4] = chain(data)
            continue
        count = -(-len(data) // _MINI)
        start = len(mini_fat)
        entries[number][4] = start if count else _END
        mini += data.ljust(count * _MINI, b"\0")
        mini_fat += [start + index + 1 if index < count - 1 else _END for index in range(count)]
    entries[0][4], entries[0][5] = chain(bytes(mini)), len(mini)
    mini_start = chain(struct.pack(f"<{len(mini_fat)}I", *mini_fat)) if mini_fat else _END
    directory = chain(b"".join(map(_entry, entries)))
    count = 1
    while count * 128 < len(fat) + count:
        count += 1
    first = len(sectors)
    fat += [_FAT] * count
    fat += [_FREE] * (count * 128 - len(fat))
    packed = struct.pack(f"<{len(fat)}I", *fat)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, _CUTOFF,
        mini_start, -(-len(mini_fat) * 4 // _SECTOR), _END, 0,
    )  # fmt: skip
    places = [first + index for index in range(count)] + [_FREE] * (109 - count)
    path.write_bytes(header + struct.pack("<109I", *places) + b"".join(sectors) + packed)
    return path


def _add(entries: list[list[Any]], contents: dict[int, bytes], parent: int, tree: dict[str, Any]) -> None:
    before = None
    for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        number = len(entries)
        entries.append([name, 2 if isinstance(content, bytes) else 1, _FREE, _FREE, 0, 0])
        if before is None:
            entries[parent][3] = number
        else:
            entries[before][2] = number
        before = number
        if isinstance(content, bytes):
            contents[number] = content
        else:
            _add(entries, contents, number, content)


def _entry(entry: list[Any]) -> bytes:
    name, kind, right, child, start, size = entry
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII16x4x8x8xIQ", encoded, len(encoded), kind, 1, _FREE, right, child, start, size)


def write_msg(
    path: Path,
    *,
    subject: str,
    body: str,
    attachments: Mapping[str, bytes | dict[str, Any]],
    kind: str = "IPM.Note",
    named: dict[int, str | int] | None = None,
    plain: dict[int, str] | None = None,
) -> Path:
    """Write an Outlook message of Unicode properties; numbers among the `named` ones are times."""
    return write_ole(path, msg_tree(subject, body, attachments, kind=kind, named=named, plain=plain, head=32))


def msg_tree(
    subject: str,
    body: str,
    attachments: Mapping[str, bytes | dict[str, Any]],
    *,
    kind: str = "IPM.Note",
    named: dict[int, str | int] | None = None,
    plain: dict[int, str] | None = None,
    head: int = 24,
) -> dict[str, Any]:
    """Return what a message holds, by default one that is attached to another; trees among its attachments are such."""
    streams: dict[str, Any] = {}
    properties = [_property(streams, number, 0x1F, text.encode("utf-16-le")) for number, text in (
        (0x001A, kind), (0x0037, subject), (0x1000, body), (0x0C1A, "Ada"), (0x0C1F, "ada@example.com"),
        (0x0E04, "Grace"),
    )]  # fmt: skip
    properties += [_property(streams, one, 0x1F, text.encode("utf-16-le")) for one, text in (plain or {}).items()]
    for number, value in enumerate((named or {}).values(), start=0x8000):
        if isinstance(value, str):
            properties.append(_property(streams, number, 0x1F, value.encode("utf-16-le")))
        else:
            properties.append(struct.pack("<HHIQ", 0x40, number, 6, value))
    numbers = struct.pack("<8xIIII", 0, len(attachments), 0, len(attachments)).ljust(head, b"\0")
    streams["__properties_version1.0"] = numbers + b"".join(properties)
    names = b"".join(struct.pack("<IHH", one, 6, index) for index, one in enumerate(named or {}))
    streams["__nameid_version1.0"] = {"__substg1.0_00020102": b"", "__substg1.0_00030102": names}
    for index, (name, data) in enumerate(attachments.items()):
        inner: dict[str, Any] = {}
        values = [_property(inner, 0x3707 if isinstance(data, bytes) else 0x3001, 0x1F, name.encode("utf-16-le"))]
        if isinstance(data, bytes):
            values.append(_property(inner, 0x3701, 0x102, data))
            if not name:
                values.append(_property(inner, 0x370E, 0x1F, "multipart/signed".encode("utf-16-le")))
        else:
            inner["__substg1.0_3701000D"] = data
        inner["__properties_version1.0"] = struct.pack("<8x") + b"".join(values)
        streams[f"__attach_version1.0_#{index:08X}"] = inner
    return streams


def _property(streams: dict[str, Any], number: int, kind: int, data: bytes) -> bytes:
    streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
    return struct.pack("<HHII4x", kind, number, 6, len(data) + (2 if kind == 0x1F else 0))


def write_doc(
    path: Path,
    text: str,
    *,
    flags: int = 0,
    looks: tuple[str, ...] = (),
    gone: str = "",
    struck: str = "",
    beside: Sequence[tuple[str, int, str]] = (),
) -> Path:
    """Write a Word 97 document in UTF-16, of a piece for each ten characters.

    Args:
        path: Of the file.
        text: With its marks.
        flags: Of the file information block.
        looks: Of each paragraph: "1" to "9" a heading, "a" to "c" a level of the one list, "" plain.
        gone: What of the text is marked as deleted.
        struck: What of it is struck out instead.
        beside: Kind ("note", "comment" by "AL", or "box"), the character of the text that refers to it, what it says.
    """
    kinds = {kind: [(at, said) for one, at, said in beside if one == kind] for kind in _BESIDE}
    behind = ["".join(said for _, said in found) for found in kinds.values()]
    whole = text + "".join(behind)
    header = bytearray(0x400)
    struct.pack_into("<HH", header, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", header, 0x0A, flags)
    struct.pack_into("<7i", header, 0x4C, len(text), len(behind[0]), 0, 0, len(behind[1]), 0, len(behind[2]))
    struct.pack_into("<H", header, 0x98, 93)
    starts = range(0, len(whole), 10)
    plc = struct.pack(f"<{len(starts) + 1}I", *starts, len(whole))
    plc += b"".join(struct.pack("<HIH", 0, 0x400 + 2 * start, 0) for start in starts)
    main = bytes(header) + whole.encode("utf-16-le")
    main += b"\0" * (-len(main) % 512)
    ends = [0x400 + 2 * (index + 1) for index, sign in enumerate(text) if sign in "\r\x07"]
    table = bytearray()
    parts = {0x01A2: b"\x02" + struct.pack("<I", len(plc)) + plc}
    if looks:
        papx = [struct.pack("<H", int(look)) if look.isdecimal() else _listed(look) for look in looks]
        parts[0x0102] = struct.pack("<III", 0x400, ends[-1], len(main) // 512)
        main += _page([0x400, *ends], [bytes([0, len(one) // 2]) + one for one in papx], 13)
        parts[0x00A2] = _styles()
        parts[0x02E2], levels = struct.pack("<h", 1) + struct.pack("<i24x", 7), b"".join(map(_level, range(9)))
        parts[0x02EA] = struct.pack("<Ii12xI", 1, 7, 0xFFFFFFFF)
    if without := gone or struck:
        at = 0x400 + 2 * text.index(without)
        bounds = [0x400, at, at + 2 * len(without), 0x400 + 2 * len(text)]
        parts[0x00FA] = struct.pack("<III", bounds[0], bounds[-1], len(main) // 512)
        main += _page(bounds, [b"", b"\3\0\x08\1" if gone else b"\3\x37\x08\1", b""], 1)
    for (refers, tells, extra, more), found in zip(_BESIDE.values(), kinds.values(), strict=True):
        if found:
            places = struct.pack(f"<{len(found) + 1}i", *(at for at, _ in found), len(text))
            parts[refers] = places + extra * len(found)
            ends = accumulate((len(said) for _, said in found), initial=0)
            parts[tells] = struct.pack(f"<{len(found) + 1}i", *ends) + more * len(found)
    fields = bytearray(main)
    for place, data in parts.items():
        struct.pack_into("<II", fields, place, len(table), len(data))
        table += data + (levels if place == 0x02E2 else b"")
    return write_ole(path, {"WordDocument": bytes(fields), "0Table": bytes(table)})


def _listed(look: str) -> bytes:
    return struct.pack("<HHHHB", 0, 0x460B, 1, 0x260A, ord(look) - ord("a")) + b"\0" if look else b"\0\0"


def _page(bounds: list[int], entries: list[bytes], width: int) -> bytes:
    """Write a page of stretches with what is set of each, from its end on."""
    page, top = bytearray(512), 510
    struct.pack_into(f"<{len(bounds)}I", page, 0, *bounds)
    for index, entry in enumerate(entries):
        if entry:
            top -= len(entry) + len(entry) % 2
            page[top : top + len(entry)] = entry
            page[4 * len(bounds) + width * index] = top // 2
    page[511] = len(entries)
    return bytes(page)


def _styles() -> bytes:
    """Write the plain style and those of headings, each with its number, kind, parent and a name."""
    styles = b""
    for number in range(10):
        style = struct.pack("<HHHHH", number, 1 | 0xFFF0, 0, 0, 0) + struct.pack("<HHHHH", 1, 65, 0, 2, number)
        styles += struct.pack("<H", len(style)) + style
    return struct.pack("<HHH14x", 18, 10, 10) + styles


def _level(place: int) -> bytes:
    """Write a level: "1.", "1.1.", "1.1.1." and so on."""
    text = "".join(f"{chr(above)}." for above in range(place + 1))
    head = struct.pack("<iBB9sB8xBBBB", 1, 0, 0, b"", 0, 0, 0, 0, 0)
    return head + struct.pack("<H", len(text)) + text.encode("utf-16-le")


def write_ppt(path: Path, slides: list[tuple[str, str]]) -> Path:
    """Write a PowerPoint 97 presentation of (title, body) slides, as its document lists them."""
    listed = b""
    for title, body in slides:
        listed += _record(1011, b"\0" * 20)
        listed += _record(3999, struct.pack("<I", 0)) + _record(4000, title.encode("utf-16-le"))
        listed += _record(3999, struct.pack("<I", 1)) + _record(4008, body.encode("latin-1"))
    document = _record(1000, _record(4080, listed, container=True), container=True)
    return write_ole(path, {"PowerPoint Document": document})


def _record(kind: int, data: bytes, *, container: bool = False) -> bytes:
    return struct.pack("<HHI", 0xF if container else 0, kind, len(data)) + data
