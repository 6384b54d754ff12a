"""What Outlook wraps into a winmail.dat (TNEF): the mail's text, plain or formatted, and its attachments.

Read here: the library known for it fills the memory on a damaged file, for it believes the counts in it.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ingest.load.build import one_line
from ingest.load.decoding import decode
from ingest.load.formats import TNEF
from ingest.load.html import page as html
from ingest.load.rtf import document as rtf
from ingest.load.unseen import incomplete

_FIRST = 6  # the signature, and a key
_HEAD, _CHECKSUM = 9, 2
_BODY, _CODE_PAGE, _PROPERTIES = 0x800C, 0x9007, 0x9003
_BEGIN, _TITLE, _DATA = 0x9002, 0x8010, 0x800F
_MAX_OBJECTS = 100_000
# Properties of the mail as MAPI has them: its numbers, the kinds of values, and the bytes that those of one size take.
_PLAIN, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_SEVERAL, _OWN_NAME = 0x1000, 0x8000
_LONG = {0x000D, 0x001E, 0x001F, 0x0102}
_UNICODE = 0x001F
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_MAX_RTF_BYTES = 64 << 20
_LEAST_PACKED = 16


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The body as text, and the attachments by their names."""

    body: str
    attachments: tuple[tuple[str, bytes], ...]


def is_tnef(content_type: str, name: str) -> bool:
    """Tell by its type or name whether a part of a mail is one."""
    return content_type.endswith("ms-tnef") or name.lower() in ("winmail.dat", "win.dat")


def unwrapped(data: bytes) -> Wrapped | None:
    """Return what is inside; None where it is none. What is cut short is noted as incomplete."""
    if not data.startswith(TNEF):
        return None
    body = b""
    page = 0
    properties = b""
    names: list[bytes] = []
    contents: list[bytes] = []
    at = _FIRST
    for _ in range(_MAX_OBJECTS):
        if at + _HEAD > len(data):
            break
        name = int.from_bytes(data[at + 1 : at + 3], "little")
        start = at + _HEAD
        at = start + int.from_bytes(data[at + 5 : start], "little")
        content = data[start:at] if name in (_BODY, _CODE_PAGE, _PROPERTIES, _TITLE, _DATA) else b""
        if at > len(data):
            incomplete("without the end of its winmail.dat, which is cut short")
        at += _CHECKSUM
        if name == _BEGIN:
            names.append(b"")
            contents.append(b"")
        elif name == _BODY:
            body = content
        elif name == _PROPERTIES:
            properties = content
        elif name == _CODE_PAGE:
            page = int.from_bytes(content[:4], "little")
        elif name == _TITLE and names:
            names[-1] = content
        elif name == _DATA and contents:
            contents[-1] = content
    files = zip((one_line(_text(name, page)) for name in names), contents, strict=True)
    said = _text(body, page) or _formatted(properties, page)
    return Wrapped(said, tuple((name or "unnamed", content) for name, content in files if content))


def _formatted(data: bytes, page: int) -> str:
    """Return the text that the mail's own properties hold, "" for none; one that is damaged is noted."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        for number, kind, value in _values(data):
            found.setdefault(number, (kind, value))
    except (struct.error, KeyError):
        # What stands before a damaged one is read.
        if data:
            incomplete("without some properties of its winmail.dat, which are damaged")
    kind, plain = found.get(_PLAIN, (0, b""))
    if plain:
        said = plain.decode("utf-16-le", "replace").rstrip("\0").strip() if kind == _UNICODE else _text(plain, page)
        if said:
            return said
    if markup := found.get(_HTML, (0, b""))[1]:
        return html.build(html.declared(markup) or _text(markup, page))[1].text
    packed = found.get(_RTF, (0, b""))[1]
    return _unpacked(packed) if packed else ""


def _unpacked(packed: bytes) -> str:
    import compressed_rtf

    # The size is a claim; a small file must not fill the memory.
    if len(packed) >= _LEAST_PACKED and int.from_bytes(packed[4:8], "little") <= _MAX_RTF_BYTES:
        with suppress(Exception):
            # Anything may come of damaged bytes.
            return rtf.text(compressed_rtf.decompress(packed).decode("latin-1"))
    incomplete("without the formatted text in its winmail.dat, which is damaged")
    return ""


def _values(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the properties of a mail that are texts or bytes, as number, kind and value.

    Raises:
        struct.error: They are cut short.
        KeyError: One is of a kind that does not exist.
    """
    at = 4
    for _ in range(min(struct.unpack_from("<I", data)[0], _MAX_OBJECTS)):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= _OWN_NAME:
            (is_text,) = struct.unpack_from("<I", data, at + 16)
            at += 20
            (size,) = struct.unpack_from("<I", data, at)
            at += 4 + (_padded(size) if is_text else 0)
        base = kind & ~_SEVERAL
        count = 1
        if kind & _SEVERAL or base in _LONG:
            (count,) = struct.unpack_from("<I", data, at)
            at += 4
        if base not in _LONG:
            at += count * _SIZES[base]
            continue
        for _ in range(min(count, _MAX_OBJECTS)):
            (size,) = struct.unpack_from("<I", data, at)
            yield number, base, data[at + 4 : at + 4 + size]
            at += 4 + _padded(size)


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4


def _text(data: bytes, page: int) -> str:
    return (decode(data.rstrip(b"\0"), declared=f"cp{page}" if page else None) or "").strip()
