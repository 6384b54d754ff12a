"""A document as its sections, and the sentences that tell what each is about. Pure functions."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.lazy_regex import lazy_regex
from qa.text.language import language_of
from qa.text.sentences import LIST_ITEM, sentence_spans
from qa.types import Chunk

MOST = 12
"""Sections that a summary has."""

# A document of which so many chunks are rows is a table.
_TABLE_SHARE = 0.7
# Where a document has no headings, so many chunks are taken for a section at least.
_RUN = 3
# Sentences of a section that are embedded, at 2 to 5 ms each.
_CANDIDATES = 8
_LONGEST = 450
_SHORTEST_WORDS, _SHORTEST_ITEM = 5, 10
_SHORT_WORDS = 2
# "3. Rotor lock pins": what heads the parts of minutes and letters, which have no outline.
_HEADLINE = lazy_regex(r"^(?P<number>\d{1,2})\.?\)? +(?P<title>[^\W\d_][^\n.!?:;]{2,60})$", re.MULTILINE)
# A heading as Markdown has it; where a passage holds several sections, only the first is its heading.
_HEADING = lazy_regex(r"^#{1,6} +(?P<title>[^\n]+?)[ #]*$", re.MULTILINE)
# The first sentence of a section tells more often what it is about than another one as near its middle.
_FIRST = 0.12
_POINTS_BACK, _LISTED, _LONG = 0.1, 0.06, 0.05
_POINTING = lazy_regex(
    r"(?:this|that|these|those|it|they|he|she|his|her|its|their|such|but|however|therefore|also|both|then|"
    r"dies\w*|er|sie|es|sein\w*|ihr\w*|aber|daher|deshalb|auch|beide|dann|dadurch)\b",
    re.IGNORECASE,
)
_FIELD = lazy_regex(r"[^\s:][^:\n]{0,40}: [^\n;]*;")


@dataclass(frozen=True, slots=True)
class Section:
    """Chunks of one document that belong together, under a heading or "" without one.

    Only what lies from `start` to `end` in the document's text belongs to it.
    """

    heading: str
    chunks: tuple[Chunk, ...]
    start: int = 0
    end: int = sys.maxsize


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence of a chunk: `start` and `end` are offsets into the document's text."""

    chunk: Chunk
    start: int
    end: int
    text: str


def sections(chunks: Sequence[Chunk], most: int = MOST) -> list[Section]:
    """Return a document's sections in order, by its headings as deep as `most` of them allow, else by its length."""
    paths = [_path(chunk) for chunk in chunks]
    deepest = max(map(len, paths), default=0)
    if deepest and 1 < len(found := _outlined(chunks)) <= most:
        return found
    for depth in range(deepest, 0, -1):
        found = _grouped(chunks, [path[:depth] for path in paths])
        if 1 < len(found) <= most:
            return found
    if deepest and len(found := _grouped(chunks, [path[:1] for path in paths])) > 1:
        return found
    if len(found := _numbered(chunks)) > 1:
        return found
    run = max(_RUN, -(-len(chunks) // most))
    return [Section("", tuple(chunks[start : start + run])) for start in range(0, len(chunks), run)]


def headed(chunks: Sequence[Chunk], is_meant: Callable[[str], bool]) -> list[Section]:
    """Return the sections, of whatever depth, whose own heading is meant, with all that stands below it, in order."""
    if found := [section for section in _outlined(chunks) if section.heading and is_meant(section.heading)]:
        return found
    paths = [_path(chunk) for chunk in chunks]
    for depth in range(1, max(map(len, paths), default=0) + 1):
        grouped = _grouped(chunks, [path[:depth] for path in paths])
        found = [
            part for part in grouped if len(_path(part.chunks[0])) >= depth and is_meant(part.heading.split(" › ")[-1])
        ]
        if found:
            return found
    return [part for part in _numbered(chunks) if is_meant(part.heading)]


def sheets(chunks: Sequence[Chunk]) -> list[Section]:
    """Return a table's sheets, each with its first rows alone under what it holds; none for any other document."""
    rows = [chunk for chunk in chunks if chunk.metadata.get("rows")]
    if len(rows) < _TABLE_SHARE * len(chunks):
        return []
    found: dict[str, list[Chunk]] = {}
    for chunk in rows:
        found.setdefault(chunk.metadata.get("sheet", ""), []).append(chunk)
    return [Section(_held(sheet, held), (held[0],)) for sheet, held in found.items()]


def _held(sheet: str, chunks: Sequence[Chunk]) -> str:
    """Return what a sheet holds, in words: "Stock, rows 2–41 (Part no, Description, System)"."""
    first, last = chunks[0].metadata["rows"].split("–")[0], chunks[-1].metadata["rows"].split("–")[-1]
    line = chunks[0].text.split("\n", 1)[0]
    columns = [name for part in line.split("; ") if (name := part.partition(": ")[0]) != part]
    listed = f" ({', '.join(columns)})" if columns else ""
    rows = f"rows {first}–{last}{listed}"
    return f"{sheet}, {rows}" if sheet else rows


def sentences(section: Section, *, language: str) -> list[Telling]:
    """Return the sentences of a section that say something, in order: no headings, no fragments.

    Where all of its sentences are very short, as in a letter or an invoice, these are returned.
    """
    return _sentences(section, language, _SHORTEST_WORDS) or _sentences(section, language, _SHORT_WORDS, lines=True)


def _sentences(section: Section, language: str, least: int, *, lines: bool = False) -> list[Telling]:
    found = []
    for chunk in section.chunks:
        above = {part.casefold() for part in (chunk.title, *chunk.heading.split(" › "))}
        for start, end in sentence_spans(chunk.text, language=language_of(chunk.metadata, language)):
            text = " ".join(chunk.text[start:end].split())
            plain = text.strip("#*| ")
            is_row = "|" in text or bool(_FIELD.match(text))
            if chunk.start + start < section.start or chunk.start + end > section.end:
                continue
            if len(text) > _LONGEST or plain.casefold() in above or (len(plain.split()) < least):
                continue
            ends = plain[-1:] in ".!?…”»)"
            if (
                not lines
                and not is_row
                and not ends
                and (not LIST_ITEM.match(text) or len(plain.split()) < _SHORTEST_ITEM)
            ):
                continue
            found.append(Telling(chunk, chunk.start + start, chunk.start + end, text))
    return found


def candidates(found: Sequence[Telling]) -> list[Telling]:
    """Return those of a section's sentences that are worth embedding: the first ones, and some of each of the rest."""
    if len(found) <= _CANDIDATES:
        return list(found)
    half = _CANDIDATES // 2
    step = (len(found) - half) / half
    return [*found[:half], *(found[half + int(number * step)] for number in range(half))]


def most_telling(found: Sequence[Telling], vectors: NDArray[np.float32], count: int = 1) -> list[Telling]:
    """Return the sentences nearest the middle of their section, with a bonus for the first, in order.

    Args:
        found: Some sentences of one section, in order, at least one.
        vectors: Theirs, float32 of shape (len(found), dim), rows of unit length.
        count: How many to return at most.
    """
    middle = vectors.mean(axis=0)
    middle /= max(float(np.linalg.norm(middle)), 1e-9)
    worth = vectors @ middle
    for number, sentence in enumerate(found):
        worth[number] += _FIRST if number == 0 else 0.0
        worth[number] -= _POINTS_BACK if _POINTING.match(sentence.text) else 0.0
        worth[number] -= _LISTED if LIST_ITEM.match(sentence.text) or _FIELD.match(sentence.text) else 0.0
        worth[number] -= _LONG * max(0, len(sentence.text) - _LONGEST // 2) / _LONGEST
    best = sorted(np.argsort(-worth, kind="stable")[:count])
    return [found[int(number)] for number in best]


def _numbered(chunks: Sequence[Chunk]) -> list[Section]:
    """Return the parts under lines such as "3. Rotor lock pins" that count on from 1; none where there are none."""
    lines: list[tuple[int, str]] = []
    for chunk in chunks:
        for match in _HEADLINE.finditer(chunk.text):
            if int(match["number"]) == len(lines) + 1:
                lines.append((chunk.start + match.start(), match[0].strip()))
    ends = [*(start for start, _ in lines[1:]), sys.maxsize][: len(lines)]
    return [
        Section(title, tuple(chunk for chunk in chunks if chunk.start < end and chunk.end > start), start, end)
        for (start, title), end in zip(lines, ends, strict=True)
    ]


def _outlined(chunks: Sequence[Chunk]) -> list[Section]:
    """Return the parts under each heading that stands in the text, whatever passages they share; none without any."""
    # In code a line that begins so is a comment.
    if any("```" in chunk.text for chunk in chunks):
        return []
    lines: dict[int, str] = {}
    for chunk in chunks:
        lines.update({chunk.start + match.start(): match["title"] for match in _HEADING.finditer(chunk.text)})
    titles = set(lines.values())
    if not lines or not all(path[-1] in titles for chunk in chunks if (path := _path(chunk))):
        return []
    starts = [0, *sorted(lines)]
    own_title = chunks[0].title
    found = []
    for start, end in zip(starts, [*starts[1:], sys.maxsize], strict=True):
        held = tuple(chunk for chunk in chunks if chunk.start < end and chunk.end > start)
        heading = lines.get(start, "")
        if held:
            found.append(Section("" if heading == own_title else heading, held, start, end))
    return found


def _path(chunk: Chunk) -> tuple[str, ...]:
    parts = [part for part in chunk.heading.split(" › ") if part]
    if parts and parts[0] == chunk.title:
        parts = parts[1:]
    return tuple(parts or ([chunk.metadata["sheet"]] if chunk.metadata.get("sheet") else []))


def _grouped(chunks: Sequence[Chunk], keys: Sequence[tuple[str, ...]]) -> list[Section]:
    found: list[tuple[tuple[str, ...], list[Chunk]]] = []
    for chunk, key in zip(chunks, keys, strict=True):
        if found and found[-1][0] == key:
            found[-1][1].append(chunk)
        else:
            found.append((key, [chunk]))
    # What stands in front of the first heading is part of no section: a title page, or an introduction.
    return [Section(" › ".join(key), tuple(held)) for key, held in found]
