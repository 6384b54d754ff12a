"""Sentences of a text, with their places in it. Pure functions."""

import re
from collections.abc import Iterator

import sentencex

Span = tuple[int, int]

# fastembed's names of languages to the codes that sentencex takes.
_CODES = {
    "danish": "da",
    "dutch": "nl",
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "norwegian": "no",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "swedish": "sv",
    "turkish": "tr",
}
# What begins a list item, which may go on over several lines.
_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s")
# A line that stands for itself, whatever its length: a table row, a heading, a "Header: value; …" row.
_OWN_LINE = re.compile(r"\s*(?:\||#{1,6}\s|[^\s:][^:\n]{0,40}: [^\n;]*;)")
# Lines of running text are broken near the right margin; one much shorter than the longest ends something.
_SHORT_LINE = 0.6


def sentence_spans(text: str, *, language: str = "english") -> list[Span]:
    """Return (start, end) of each sentence, in order and without the white space around it.

    Between them the spans hold all of the text but white space. List items, table rows and headings count as sentences;
    a line broken at the margin does not end one.
    """
    spans = []
    for start, end in _blocks(text):
        position = start
        for sentence in sentencex.segment(_CODES.get(language, "en"), text[start:end]):
            spans.append(_stripped(text, position, position + len(sentence)))
            position += len(sentence)
    return [span for span in spans if span[0] < span[1]]


def unwrapped(text: str) -> str:
    """Return `text` with the line breaks inside sentences turned into spaces; every character keeps its place."""
    parts = []
    position = 0
    for start, end in sentence_spans(text):
        parts += [text[position:start], text[start:end].replace("\n", " ")]
        position = end
    return "".join([*parts, text[position:]])


def _blocks(text: str) -> Iterator[Span]:
    """Cut at line breaks that end something."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]*\n|[^\n]+", text)]
    margin = max((end - start for start, end in lines), default=0)
    block_start = 0
    for number, (start, end) in enumerate(lines):
        following = text[slice(*lines[number + 1])] if number + 1 < len(lines) else ""
        line = text[start:end]
        if (
            not following.strip()
            or _ITEM.match(following)
            or _OWN_LINE.match(following)
            or _OWN_LINE.match(line)
            or len(line) < _SHORT_LINE * margin
        ):
            yield block_start, end
            block_start = end


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
