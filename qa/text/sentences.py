"""Sentences of a text, with their places in it. Pure functions."""

import re
from collections.abc import Iterator

import sentencex

Span = tuple[int, int]

# fastembed's names of languages to the codes that sentencex takes; a code may be given as well.
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
_CODE_LENGTH = 2
# What begins a list item, which may go on over several lines.
LIST_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s")
# A line that stands for itself, whatever its length: a table row, a heading, a "Header: value; …" row.
_OWN_LINE = re.compile(r"\s*(?:\||#{1,6}\s|[^\s:][^:\n]{0,40}: [^\n;]*;)")
# Lines of running text are broken near the right margin; one much shorter than its neighbours ends something.
_SHORT_LINE = 0.6
_MARGIN_LINES = 3


def sentence_spans(text: str, *, language: str = "english") -> list[Span]:
    """Return (start, end) of each sentence, in order and without the white space around it.

    Between them the spans hold all of the text but white space. List items, table rows and headings count as sentences;
    a line broken at the margin does not end one.
    """
    code = _CODES.get(language, language if len(language) == _CODE_LENGTH else "en")
    spans = []
    for start, end in _blocks(text):
        # The number of a list item ends in a full stop, which would make it a sentence.
        item = LIST_ITEM.match(text, start, end)
        begin, position = start, item.end() if item else start
        for sentence in sentencex.segment(code, text[position:end]):
            position += len(sentence)
            spans.append(_stripped(text, begin, position))
            begin = position
        spans.append(_stripped(text, begin, end))
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
    spans = [match.span() for match in re.finditer(r"[^\n]*\n|[^\n]+", text)]
    lines = [text[start:end] for start, end in spans]
    block_start = 0
    for number, (_, end) in enumerate(spans):
        if _ends_block(lines, number):
            yield block_start, end
            block_start = end


def _ends_block(lines: list[str], number: int) -> bool:
    line = lines[number]
    following = lines[number + 1] if number + 1 < len(lines) else ""
    if not following.strip() or not line.strip():
        return True
    if LIST_ITEM.match(following) or _OWN_LINE.match(following) or _OWN_LINE.match(line):
        return True
    if following.lstrip()[0].islower():
        return False
    # Columns and tables have margins of their own, so only the lines around count.
    margin = max(map(len, lines[max(0, number - _MARGIN_LINES) : number + _MARGIN_LINES + 1]))
    return len(line) < _SHORT_LINE * margin


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
