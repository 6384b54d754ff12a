"""Texts as they read best: without the line breaks of the page they were printed on or typed for. Pure functions."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath

from ingest.load.formats import FORMATS, PICTURES, format_of
from qa.lazy_regex import lazy_regex
from qa.text.language import language_of
from qa.text.sentences import sentence_spans
from qa.types import Chunk
from ui.reading import typed

# What keeps its lines whatever they hold.
_LINES = frozenset({"code", "json", "jsonl", "xml", "csv", "tsv", "ipynb"})
_CODE = frozenset({"code", "json", "jsonl", "xml"})
# What people type in lines; of other texts, lines are paragraphs or lines of print.
_TYPED = frozenset({"text", "md", "rst", "org", "adoc", "eml", "msg", "mbox", "ics"})
_TYPED_MEDIA = frozenset(FORMATS[key].media_type for key in _TYPED)
_PRINTED_MEDIA = frozenset(FORMATS[key].media_type for key in ("pdf", *PICTURES))
# Halves of pairs, which what cuts sentences does not take.
_HALVES = lazy_regex("[\ud800-\udfff]")
_FENCE = lazy_regex(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
# Indented, or in columns.
_SET_OUT = lazy_regex(r"\t|^ {2,}|\S {2,}\S|^\s*\|")


def is_code(source: str) -> bool:
    """Tell whether a document is one whose lines and indents say something: a program, or data."""
    return format_of(PurePosixPath(source).name) in _CODE


def flowing(chunk: Chunk) -> str:
    """Return a passage's text in which a sentence is one line; every character keeps its place.

    Code, the rows of tables, lists and indented lines keep their line breaks.
    """
    kind = format_of(PurePosixPath(chunk.source).name)
    if kind in _LINES:
        return chunk.text
    if kind in _TYPED:
        return typed.flowing(chunk.text)
    return _printed(chunk.text, language_of(chunk.metadata, "english"))


def flowed(
    text: str, media_type: str, language: str = "english", *, alone: Collection[int] = (), opening: Collection[int] = ()
) -> str:
    """Return a text of a document without its layout's line breaks; every character keeps its place.

    Args:
        text: Of the document, or a stretch of it.
        media_type: Of the document; of most, lines are what they seem and stay.
        language: Of the text.
        alone: Where lines start that stay by themselves, such as headings.
        opening: Where lines start that go on behind no line, such as those of a page.
    """
    if media_type in _TYPED_MEDIA:
        return typed.flowing(text, alone)
    return _printed(text, language, alone, opening) if media_type in _PRINTED_MEDIA else text


def _printed(text: str, language: str, alone: Collection[int] = (), opening: Collection[int] = ()) -> str:
    if "\n" not in text or _FENCE.search(text):
        return text
    characters = list(text)
    for start, end in sentence_spans(_HALVES.sub("?", text), language=language):
        for at in range(start, end):
            if text[at] == "\n" and (joint := _joint(text, at, alone, opening)):
                characters[at] = joint
    return "".join(characters)


def _joint(text: str, at: int, alone: Collection[int], opening: Collection[int]) -> str:
    """Return what stands for the line break at an offset if it is one of the page's layout alone, else ""."""
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at + 1)
    before, after = text[begin:at], text[at + 1 : end if end >= 0 else len(text)]
    if begin in alone or at + 1 in alone or at + 1 in opening or not (before.strip() and after.strip()):
        return ""
    return "" if _SET_OUT.search(before) or _SET_OUT.search(after) else typed.joint(before, after)
