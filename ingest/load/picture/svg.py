"""SVG drawings: the words of their labels, as files and in documents. Letters that are drawn as paths are none."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.markup import name, parse
from ingest.load.picture.file import WordlessError
from ingest.load.unseen import left_out
from qa.errors import LoadError
from qa.types import Document

# What a picture is made from, and what programs keep in it for themselves.
_SKIPPED = {"defs", "symbol", "style", "script", "metadata", "clipPath", "mask", "pattern", "title", "desc"}
_BLOCKS = {"p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6"}
_MOST_BYTES = 64 << 20
# Labels of one line that stand nearer than this, in letters' heights, are words of one label.
_GAP = 1.2
_LETTER = 0.5  # of its height, in the mean
_HEIGHT = 16.0


def load(file: File, media_type: str) -> Document:
    """Load a drawing; its labels stand in the order in which they are drawn."""
    root = parse(file.read(), file.source, recover=True)
    built = TextBuilder()
    title = next((one_line("".join(one.itertext())) for one in root.iterchildren("{*}title")), "")
    for said in (*_described(root), *_labels(root)):
        built.paragraph(said)
    if not built.text.strip():
        raise WordlessError(file.source, "is a drawing without words; letters drawn as lines are not read")
    return Document(file.source, title or file.stem, built.text, media_type)


def may_say(path: Path) -> bool:
    """Tell whether a file may hold words: folders are full of icons."""
    try:
        with path.open("rb") as stream:
            return re.search(rb"<(?:\w+:)?(?:text|foreignObject)\b", stream.read(_MOST_BYTES)) is not None
    except OSError:
        return True  # told when it is read


def is_svg(data: bytes) -> bool:
    """Tell whether the content of a picture is SVG."""
    return b"<svg" in data[:4_096] or b"<svg:svg" in data[:4_096]


def words(data: bytes, source: str) -> str:
    """Return the labels of a drawing, a line each.

    Raises:
        LoadError: It is damaged.
    """
    return "\n".join(_labels(parse(data, source, recover=True)))


def unpacked(data: bytes, source: str) -> bytes:
    """Return what a packed drawing holds.

    Raises:
        LoadError: It is damaged, or too large.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(data, _MOST_BYTES)
    except zlib.error as error:
        raise LoadError(source, "is damaged; get a new copy") from error
    if unpacker.unconsumed_tail:
        raise LoadError(source, f"unpacks to more than {_MOST_BYTES >> 20} MiB")
    return unpacked


def _described(root: Any) -> Iterator[str]:
    for one in root.iterchildren("{*}desc"):
        if said := one_line("".join(one.itertext())):
            yield said


def _labels(root: Any) -> Iterator[str]:
    """Yield the labels; words that a program placed one by one beside each other are one."""
    line, start, end = "", 0.0, (0.0, 0.0, None)
    for element in _texts(root):
        said = _said(element)
        if not said:
            continue
        x, y, size = (_number(element, key) for key in ("x", "y", "font-size"))
        height, around = size or _HEIGHT, element.getparent()
        is_beside = line and end[2] is around and end[1] == y and -height <= x - end[0] <= _GAP * height and x > start
        if line and not is_beside:
            yield line
            line = ""
        line, start = f"{line} {said}".strip(), x
        # Without a transformation of its own a label stands where it says.
        end = (x + _LETTER * height * len(said), y, around if element.get("transform") is None else None)
    if line:
        yield line


def _texts(element: Any) -> Iterator[Any]:
    for child in element.iterchildren():
        kind = name(child)
        if not kind or kind in _SKIPPED:
            continue
        if how := _hidden(child):
            left_out(" ".join("".join(child.itertext()).split()), how)
        elif kind in ("text", "foreignObject"):
            yield child
        elif kind == "switch":
            # Other forms of the same; the first one that can be shown counts.
            yield from next(filter(None, (list(_texts_of(one)) for one in child.iterchildren())), ())
        else:
            yield from _texts(child)


def _texts_of(element: Any) -> Iterator[Any]:
    if name(element) in ("text", "foreignObject"):
        yield element
    elif name(element):
        yield from _texts(element)


def _said(element: Any) -> str:
    return one_line("".join(_strings(element, is_page=name(element) == "foreignObject")))


def _strings(element: Any, *, is_page: bool) -> Iterator[str]:
    yield element.text or ""
    for child in element.iterchildren():
        kind = name(child)
        if kind and kind not in _SKIPPED:
            # A tspan with a place of its own begins a line, but for one letter, which was only moved.
            placed = not is_page and (child.get("y") or child.get("dy") or child.get("x")) and len(child.text or "") > 1
            yield " " if placed or kind in _BLOCKS else ""
            yield from _strings(child, is_page=is_page)
            yield " " if kind in _BLOCKS else ""
        yield child.tail or ""


def _hidden(element: Any) -> str:
    if _look(element, "display") == "none" or _look(element, "visibility") in ("hidden", "collapse"):
        return "hidden shapes"
    if _look(element, "opacity") in ("0", "0.0", "0%"):
        return "no ink"
    size = _look(element, "font-size").removesuffix("px").removesuffix("pt")
    return "size 0 or 1" if size in ("0", "1") and name(element) == "text" and not _is_scaled(element) else ""


def _is_scaled(element: Any) -> bool:
    """Tell whether letters of one unit may be larger on paper."""
    around = (element, *element.iterancestors())
    return any(one.get("viewBox") or "scale" in (one.get("transform") or "") for one in around)


def _look(element: Any, key: str) -> str:
    for part in (element.get("style") or "").split(";"):
        named, _, value = part.partition(":")
        if named.strip() == key:
            return str(value.strip())
    return str((element.get(key) or "").strip())


def _number(element: Any, key: str) -> float:
    value = _look(element, key).removesuffix("px").removesuffix("pt").split(" ")[0].split(",")[0]
    try:
        return float(value)
    except ValueError:
        return 0.0
