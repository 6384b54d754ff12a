"""A writer of OLE files, which hold old Office documents and Outlook messages: storages of streams by name."""

import struct
from pathlib import Path
from typing import Any

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


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


def write_msg(path: Path, *, subject: str, body: str, attachments: dict[str, bytes]) -> Path:
    """Write an Outlook message of Unicode properties."""
    streams: dict[str, Any] = {}
    properties = [_property(streams, number, 0x1F, text.encode("utf-16-le")) for number, text in (
        (0x001A, "IPM.Note"), (0x0037, subject), (0x1000, body), (0x0C1A, "Ada"), (0x0C1F, "ada@example.com"),
        (0x0E04, "Grace"),
    )]  # fmt: skip
    head = struct.pack("<8xIIII8x", 0, len(attachments), 0, len(attachments))
    streams["__properties_version1.0"] = head + b"".join(properties)
    streams["__nameid_version1.0"] = {"__substg1.0_00020102": b""}
    for index, (name, data) in enumerate(attachments.items()):
        inner: dict[str, Any] = {}
        values = [_property(inner, 0x3707, 0x1F, name.encode("utf-16-le")), _property(inner, 0x3701, 0x102, data)]
        inner["__properties_version1.0"] = struct.pack("<8x") + b"".join(values)
        streams[f"__attach_version1.0_#{index:08X}"] = inner
    return write_ole(path, streams)


def _property(streams: dict[str, Any], number: int, kind: int, data: bytes) -> bytes:
    streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
    return struct.pack("<HHII4x", kind, number, 6, len(data) + (2 if kind == 0x1F else 0))


def write_doc(path: Path, text: str, *, flags: int = 0) -> Path:
    """Write a Word 97 document of one piece in UTF-16."""
    header = bytearray(0x200)
    struct.pack_into("<HH", header, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", header, 0x0A, flags)
    struct.pack_into("<i", header, 0x4C, len(text))
    plc = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, 0x200, 0)
    clx = b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<II", header, 0x01A2, 0, len(clx))
    return write_ole(path, {"WordDocument": bytes(header) + text.encode("utf-16-le"), "0Table": clx})


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
