"""Old Word documents (.doc): the text by its piece table, paragraph by paragraph.

No free library that is maintained reads them. The format is published as [MS-DOC]; this follows the parts that say
where the text lies. Styles are not read, so there are no headings.
"""

import re
import struct
from collections.abc import Iterator

from ingest.load.about import of_ole
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from qa.errors import LoadError
from qa.types import Document

_ENCRYPTED, _SECOND_TABLE, _IDENTIFIER = 0x0100, 0x0200, 0xA5EC
# Byte offsets in the file information block of Word 97 and later.
_FLAGS, _TEXT_LENGTHS, _CLX = 0x0A, 0x4C, 0x01A2
_FIRST_VERSION = 0x00C1
_PIECES, _PROPERTIES = 0x02, 0x01
_COMPRESSED = 0x40000000
# A field is \x13 code \x14 result \x15; the code is not text. Fields nest, so inner ones go first.
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_CELL, _OBJECTS = "\x07", re.compile("[\x01-\x06\x08]")


def load(file: File, media_type: str) -> Document:
    """Load an old Word document; headers, footnotes and comments, which are stored behind its text, are left out."""
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
    (length,) = struct.unpack_from("<i", main, _TEXT_LENGTHS)
    text = "".join(_pieces(main, table))[:length]
    built = TextBuilder()
    _paragraphs(built, text)
    title = said.title.decode("cp1252", "replace") if isinstance(said.title, bytes) else said.title or ""
    return Document(file.source, one_line(title) or file.stem, built.text, media_type, metadata=of_ole(said))


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    """Yield the stretches of text in their order: each in UTF-16, or in code page 1252."""
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
    for index in range(count):
        (place,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)
        characters = bounds[index + 1] - bounds[index]
        if place & _COMPRESSED:
            place = (place & ~_COMPRESSED) // 2
            yield main[place : place + characters].decode("cp1252", "replace")
        else:
            yield main[place : place + 2 * characters].decode("utf-16-le", "replace")


def _paragraphs(built: TextBuilder, text: str) -> None:
    """Add paragraphs, and table rows as their cells; a row ends with two cell marks."""
    found = 1
    while found:
        text, found = _FIELD.subn(lambda match: match[1] or "", text)
    text = _OBJECTS.sub("", text).replace("\x0b", "\n").replace("\x1e", "-").replace("\x1f", "").replace("\x0c", "\r")
    cells: list[str] = []
    for paragraph in text.split("\r"):
        *row, rest = paragraph.split(_CELL)
        for cell in row:
            if cell or not cells:
                cells.append(one_line(cell))
                continue
            built.line("; ".join(filter(None, cells)))
            cells = []
        if cells and rest and not row:
            # A cell of several paragraphs.
            cells[-1] = f"{cells[-1]} {one_line(rest)}"
        elif rest:
            if cells:
                built.line("; ".join(filter(None, cells)))
                cells = []
            built.paragraph(rest)
    if any(cells):
        built.line("; ".join(filter(None, cells)))
