"""Passages as they read best: without the line breaks of the page they were printed on. Pure functions."""

import re
from pathlib import PurePosixPath

from ingest.load.formats import FORMATS
from qa.text.language import language_of
from qa.text.sentences import sentence_spans
from qa.types import Chunk

# What keeps its lines whatever they hold.
_LINES = frozenset(
    suffix for kind in ("code", "json", "jsonl", "xml", "csv", "tsv", "ipynb") for suffix in FORMATS[kind].suffixes
)
# Halves of pairs, which what cuts sentences does not take.
_HALVES = re.compile("[\ud800-\udfff]")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
# Indented, or in columns.
_SET_OUT = re.compile(r"\t|^ {2,}|\S {2,}\S|^\s*\|")


def flowing(chunk: Chunk) -> str:
    """Return a passage's text in which a sentence is one line; every character keeps its place.

    Code, the rows of tables, lists and indented lines keep their line breaks.
    """
    text = chunk.text
    if "\n" not in text or PurePosixPath(chunk.source).suffix.lower() in _LINES or _FENCE.search(text):
        return text
    characters = list(text)
    for start, end in sentence_spans(_HALVES.sub("?", text), language=language_of(chunk.metadata, "english")):
        for at in range(start, end):
            if text[at] == "\n" and _flows(text, at):
                characters[at] = " "
    return "".join(characters)


def _flows(text: str, at: int) -> bool:
    """Tell whether the line break at an offset is one of the page's layout alone."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    end = text.find("\n", at + 1)
    after = text[at + 1 : end if end >= 0 else len(text)]
    return bool(before.strip() and after.strip()) and not (_SET_OUT.search(before) or _SET_OUT.search(after))
