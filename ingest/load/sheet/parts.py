"""What else the XML of an Excel sheet says of its cells: merged ones, formulas without a value, comments.

The library leaves this out while it streams rows.
"""

import itertools
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ingest.load.build import one_line
from ingest.load.unseen import incomplete
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

_CHUNK = 1 << 20
# Longer than any formula: Excel takes 8,192 characters.
_OVERLAP = 1 << 16
_MOST_MERGED = 100_000
_MOST_UNVALUED = 100_000
_MOST_COMMENTS = 10_000
_MOST_COMMENT_BYTES = 32 << 20
_MERGED = lazy_regex(rb"<(?:\w+:)?mergeCell\b[^<>]*?\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
# A cell with a formula whose value is missing or blank. A text that is truly blank says so by its type.
_UNVALUED = lazy_regex(
    rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f\b[^<>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = lazy_regex(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_REFERENCE = lazy_regex(r"([A-Z]{1,3})(\d{1,7})$")
_ENTITIES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&apos;", b"'"), (b"&amp;", b"&"))


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are one; rows and columns count from 1."""

    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Parts:
    """What a sheet says beside its values; places are (row, column), both from 1."""

    merged: list[Merged] = field(default_factory=list)
    unvalued: dict[tuple[int, int], str] = field(default_factory=dict)
    comments: list[tuple[int, int, str]] = field(default_factory=list)


def parts(sheet: Any) -> Parts:
    """Read them of a sheet of openpyxl that is open for streaming."""
    found = Parts()
    archive = sheet.parent._archive
    with archive.open(sheet._worksheet_path) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            cut = max(text.rfind(b"<c ", max(0, len(text) - _OVERLAP)), text.rfind(b"<mergeCell ", len(text) - 100))
            cut = cut if cut > 0 else len(text)
            _scan(text[:cut], found)
            rest = text[cut:]
        _scan(rest, found)
    try:
        read = list(itertools.islice(_comments(archive, sheet._worksheet_path), _MOST_COMMENTS + 1))
    except (KeyError, etree.XMLSyntaxError, ValueError):
        incomplete(f"without the comments of sheet {sheet.title}, which are damaged or too large")
        return found
    if len(read) > _MOST_COMMENTS:
        incomplete(f"without the comments of sheet {sheet.title} after the first {_MOST_COMMENTS:,}")
    found.comments += read[:_MOST_COMMENTS]
    return found


def column_number(letters: str) -> int:
    """Return the number of a column, from 1: "A" is 1, "AA" is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _scan(text: bytes, found: Parts) -> None:
    if b"mergeCell" in text:
        for match in _MERGED.finditer(text):
            if len(found.merged) < _MOST_MERGED:
                one, row, other, last = (part.decode() for part in match.groups())
                found.merged.append(Merged(whole(row), column_number(one), whole(last), column_number(other)))
    # The pattern goes on from a formula; a sheet without any is not gone through.
    if b"<f" in text or b":f" in text:
        for match in _UNVALUED.finditer(text):
            place = _PLACE.search(match[1])
            if place and b't="str"' not in match[1] and len(found.unvalued) < _MOST_UNVALUED:
                formula = match[2] or b""
                for written, sign in _ENTITIES:
                    formula = formula.replace(written, sign)
                at = (whole(place[2]), column_number(place[1].decode()))
                found.unvalued[at] = "=" + formula.decode("utf-8", "replace")


def _comments(archive: Any, path: str) -> Iterator[tuple[int, int, str]]:
    """Yield the comments of a sheet; of those in threads, Excel keeps a copy for old readers, which is left out."""
    folder, name = posixpath.split(path.lstrip("/"))
    links = f"{folder}/_rels/{name}.rels"
    if links not in archive.namelist():
        return  # a sheet without links has no comments
    relations = _tree(archive, links)
    targets = {"comments": [], "threadedComment": []}  # type: dict[str, list[str]]
    for relation in relations:
        kind = (relation.get("Type") or "").rpartition("/")[2]
        target = relation.get("Target") or ""
        if kind in targets and relation.get("TargetMode") != "External":
            inside = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            targets[kind].append(inside)
    seen = set()
    for target in (*targets["threadedComment"], *targets["comments"]):
        is_thread = target in targets["threadedComment"]
        for element in _tree(archive, target).iter("{*}threadedComment", "{*}comment"):
            match = _REFERENCE.match(element.get("ref") or "")
            if not match or (not is_thread and element.get("ref") in seen):
                continue
            seen.add(element.get("ref"))
            said = one_line("".join(part.text or "" for part in element.iter("{*}t", "{*}text")))
            if said:
                yield whole(match[2]), column_number(match[1]), said


def _tree(archive: Any, name: str) -> Any:
    if archive.getinfo(name).file_size > _MOST_COMMENT_BYTES:
        raise ValueError(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(name), parser)
