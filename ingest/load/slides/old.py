"""Old PowerPoint presentations (.ppt): the texts of each slide, from the records that [MS-PPT] describes."""

import re
import struct
from collections.abc import Iterator

from ingest.load.about import of_ole
from ingest.load.build import TextBuilder, join_pages, one_line, slide_headings
from ingest.load.file import File
from ingest.load.office.parts import say_embedded
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_CONTAINER = 0xF
_DOCUMENT, _SLIDE, _LIST, _SLIDE_PLACE = 1000, 1006, 4080, 1011
_HEADER, _UTF16, _LATIN = 3999, 4000, 4008
# Comments lie in what newer programs added to a slide; the names of objects in a list of the document.
_ADDED, _COMMENT, _STRING = 5003, 12000, 4026
_AUTHOR, _SAID, _OBJECT_KIND = 0, 1, 2
_OBJECTS, _EMBEDDED, _LINKED = 1033, 4044, 4046
_DRAWN = lazy_regex(r"equation|clip|photo|paint|bitmap|picture|image", re.IGNORECASE)
# Titles are of these kinds; every other kind is a body.
_TITLES = (0, 6)
_MAX_DEPTH = 30

Record = tuple[int, int, int, int]
"""Type, instance, and where its content starts and ends."""


def load(file: File, media_type: str) -> Document:
    """Load an old presentation; each slide is a page, and notes and master slides are left out."""
    import olefile

    with file.open() as stream, olefile.OleFileIO(stream) as ole:
        if ole.exists("EncryptedSummary"):
            raise LoadError(file.source, "is encrypted; save a copy without password and ingest that")
        data = ole.openstream("PowerPoint Document").read()
        metadata = of_ole(ole.get_metadata())
    say_embedded(_embedded(data))
    outline, shapes = _slides(data)
    built = []
    for number in range(max(len(outline), len(shapes))):
        slide = TextBuilder()
        texts = (outline[number] if number < len(outline) else []) + (shapes[number] if number < len(shapes) else [])
        for kind, text in texts:
            # A vertical tab is a line break within a paragraph.
            lines = text.replace("\r", "\n").replace("\x0b", "\n")
            if kind in _TITLES:
                slide.heading(1, lines)
            else:
                slide.paragraph(lines)
        built.append(slide)
    text, pages = join_pages([slide.text for slide in built])
    headings = slide_headings(built, pages)
    title = next((one_line(heading.title) for heading in headings), "")
    return Document(file.source, title or file.stem, text, media_type, pages, tuple(headings), metadata=metadata)


_Texts = list[tuple[int, str]]


def _slides(data: bytes) -> tuple[list[_Texts], list[_Texts]]:
    """Return the texts of placeholders, which the document lists by slide, and those of the slides' other shapes."""
    outline: list[_Texts] = []
    shapes: list[_Texts] = []
    for kind, _, start, end in _records(data, 0, len(data)):
        if kind == _DOCUMENT:
            # An edited file holds older versions of itself; the last one counts.
            outline = [texts for one in _records(data, start, end) if one[0] == _LIST and one[1] == 0
                       for texts in _listed(data, one)]  # fmt: skip
        elif kind == _SLIDE:
            shapes.append([*_texts(data, start, end), *((1, comment) for comment in _comments(data, start, end))])
    return outline, shapes if len(shapes) == len(outline) else []


def _listed(data: bytes, record: Record) -> Iterator[_Texts]:
    texts: _Texts | None = None
    kind = 1
    for one, _, start, end in _records(data, record[2], record[3]):
        if one == _SLIDE_PLACE:
            if texts is not None:
                yield texts
            texts = []
        elif one == _HEADER:
            (kind,) = struct.unpack_from("<I", data, start)
        elif one in (_UTF16, _LATIN) and texts is not None:
            texts.append((kind, _decoded(data, one, start, end)))
    if texts is not None:
        yield texts


def _texts(data: bytes, start: int, end: int, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the texts of shapes below a record."""
    kind = 1
    for one, _, first, last in _records(data, start, end):
        if one == _HEADER:
            (kind,) = struct.unpack_from("<I", data, first)
        elif one in (_UTF16, _LATIN):
            yield kind, _decoded(data, one, first, last)
        elif _is_container(data, first) and depth < _MAX_DEPTH:
            yield from _texts(data, first, last, depth + 1)


def _comments(data: bytes, start: int, end: int, depth: int = 0) -> Iterator[str]:
    """Yield the comments on a slide."""
    for kind, _, first, last in _records(data, start, end):
        if kind == _COMMENT:
            strings = _strings(data, first, last)
            text, author = one_line(strings.get(_SAID, "")), one_line(strings.get(_AUTHOR, ""))
            if text:
                yield f"[Comment by {author}: {text}]" if author else f"[Comment: {text}]"
        elif (kind == _ADDED or _is_container(data, first)) and depth < _MAX_DEPTH:
            yield from _comments(data, first, last, depth + 1)


def _embedded(data: bytes) -> Iterator[str]:
    """Yield the kinds of what is embedded in a presentation, such as a chart; what is shown as a picture is none."""
    for kind, _, start, end in _records(data, 0, len(data)):
        if kind != _DOCUMENT:
            continue
        listed = (
            one for found in _records(data, start, end) if found[0] == _OBJECTS for one in _records(data, *found[2:])
        )
        for one, _, first, last in listed:
            name = one_line(_strings(data, first, last).get(_OBJECT_KIND, "")) if one in (_EMBEDDED, _LINKED) else ""
            if name and not _DRAWN.search(name):
                yield name


def _strings(data: bytes, start: int, end: int) -> dict[int, str]:
    """Return the texts of a record by what they are in it."""
    return {
        instance: data[first:last].decode("utf-16-le", "replace")
        for kind, instance, first, last in _records(data, start, end)
        if kind == _STRING
    }


def _decoded(data: bytes, kind: int, start: int, end: int) -> str:
    return data[start:end].decode("utf-16-le" if kind == _UTF16 else "latin-1", "replace")


def _is_container(data: bytes, start: int) -> bool:
    return data[start - 8] & 0xF == _CONTAINER


def _records(data: bytes, start: int, end: int) -> Iterator[Record]:
    """Yield the records that lie side by side in a stretch of the stream, up to a damaged one."""
    while start + 8 <= end:
        head, kind, size = struct.unpack_from("<HHI", data, start)
        if start + 8 + size > end:
            return
        yield kind, head >> 4, start + 8, start + 8 + size
        start += 8 + size
