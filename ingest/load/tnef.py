"""What Outlook wraps into a winmail.dat (TNEF): the mail's plain text and its attachments.

Read here: the library known for it fills the memory on a damaged file, for it believes the counts in it.
"""

from dataclasses import dataclass

from ingest.load.build import one_line
from ingest.load.decoding import decode
from ingest.load.unseen import incomplete

_SIGNATURE = b"\x78\x9f\x3e\x22"
_FIRST = 6  # the signature, and a key
_HEAD, _CHECKSUM = 9, 2
_BODY, _CODE_PAGE = 0x800C, 0x9007
_BEGIN, _TITLE, _DATA = 0x9002, 0x8010, 0x800F
_MAX_OBJECTS = 100_000


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The body in plain text, and the attachments by their names."""

    body: str
    attachments: tuple[tuple[str, bytes], ...]


def is_tnef(content_type: str, name: str) -> bool:
    """Tell by its type or name whether a part of a mail is one."""
    return content_type.endswith("ms-tnef") or name.lower() in ("winmail.dat", "win.dat")


def unwrapped(data: bytes) -> Wrapped | None:
    """Return what is inside; None where it is none. What is cut short is noted as incomplete."""
    if not data.startswith(_SIGNATURE):
        return None
    body = b""
    page = 0
    names: list[bytes] = []
    contents: list[bytes] = []
    at = _FIRST
    for _ in range(_MAX_OBJECTS):
        if at + _HEAD > len(data):
            break
        name = int.from_bytes(data[at + 1 : at + 3], "little")
        start = at + _HEAD
        at = start + int.from_bytes(data[at + 5 : start], "little")
        content = data[start:at] if name in (_BODY, _CODE_PAGE, _TITLE, _DATA) else b""
        if at > len(data):
            incomplete("without the end of its winmail.dat, which is cut short")
        at += _CHECKSUM
        if name == _BEGIN:
            names.append(b"")
            contents.append(b"")
        elif name == _BODY:
            body = content
        elif name == _CODE_PAGE:
            page = int.from_bytes(content[:4], "little")
        elif name == _TITLE and names:
            names[-1] = content
        elif name == _DATA and contents:
            contents[-1] = content
    files = zip((one_line(_text(name, page)) for name in names), contents, strict=True)
    return Wrapped(_text(body, page), tuple((name or "unnamed", content) for name, content in files if content))


def _text(data: bytes, page: int) -> str:
    return (decode(data.rstrip(b"\0"), declared=f"cp{page}" if page else None) or "").strip()
