"""A stretch of a document's text, put together from the chunks that a collection stores of it. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.tables.lines import names_in
from qa.tables.stored import rows_of
from qa.text.drawn import UNITS, drawn_words
from qa.text.sentences import LIST_ITEM
from qa.types import Chunk

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text without a gap: `text[0]` stands at `start` of its document; the chunks that it is made of, in order."""

    start: int
    text: str
    chunks: tuple[Chunk, ...]

    @property
    def end(self) -> int:
        """Where it ends in its document."""
        return self.start + len(self.text)


def stretches(chunks: Iterable[Chunk]) -> list[Stretch]:
    """Return the text of chunks of one version of a document, in order, one stretch where they follow one another.

    What overlaps is taken once. The white space between two chunks is not stored; it keeps its length.
    """
    found: list[list[Chunk]] = []
    for chunk in sorted(chunks, key=lambda chunk: (chunk.start, -chunk.end)):
        if found and chunk.end <= found[-1][-1].end:
            continue
        if found and _follows(found[-1][-1], chunk):
            found[-1].append(chunk)
        else:
            found.append([chunk])
    return [Stretch(run[0].start, _joined(run), tuple(run)) for run in found]


def on_page(chunks: Iterable[Chunk], page: int) -> Stretch | None:
    """Return the text of a page, as far as these chunks hold it; None if they hold none of it."""
    found = stretches(chunk for chunk in chunks if chunk.page == page)
    return max(found, key=lambda stretch: len(stretch.text), default=None)


def within(span: Span, stretch: Stretch) -> Span | None:
    """Return a span of the document as offsets into a stretch; None if none of it lies there."""
    low, high = max(span[0], stretch.start) - stretch.start, min(span[1], stretch.end) - stretch.start
    return (low, high) if low < high else None


def absent(stretch: Stretch) -> list[Span]:
    """Return what of a stretch's text stands nowhere on its page: names of columns that were put into each row."""
    found: list[Span] = []
    for chunk in stretch.chunks:
        for mark in rows_of(chunk):
            start = mark.start - stretch.start
            if 0 <= start < len(stretch.text):
                line = stretch.text[start:].split("\n", 1)[0]
                found += [(start + low, start + high) for low, high in names_in(line, mark.columns)]
    return sorted(set(found))


def drawn(stretch: Stretch) -> list[tuple[int, int, float, float, float, float]]:
    """Return the words of a stretch that were read from a picture, each with its box as shares of the page."""
    return [
        (
            word.start - stretch.start,
            word.end - stretch.start,
            word.left / UNITS,
            word.top / UNITS,
            word.width / UNITS,
            word.height / UNITS,
        )
        for chunk in stretch.chunks
        for word in drawn_words(chunk.metadata, chunk.start)
        if word.start >= stretch.start
    ]


def at(chunks: Sequence[Chunk], position: int) -> Chunk | None:
    """Return the smallest chunk that holds a position of the document: it says most exactly where that is."""
    holding = [chunk for chunk in chunks if chunk.start <= position < chunk.end]
    return min(holding, key=lambda chunk: chunk.end - chunk.start, default=None)


def _follows(one: Chunk, other: Chunk) -> bool:
    # Chunks joined to a passage before they were stored have the place of their first.
    return other.start <= one.end or one.ordinal + 1 == other.ordinal


def _joined(run: Sequence[Chunk]) -> str:
    text = run[0].text
    for before, chunk in pairwise(run):
        gap = chunk.start - before.end
        if gap < 0:
            text += chunk.text[-gap:]
        else:
            text += _gap(before, chunk, gap) + chunk.text
    return text


def _gap(before: Chunk, chunk: Chunk, length: int) -> str:
    if length == 1:
        goes_on = (before.heading, before.page) == (chunk.heading, chunk.page) and "rows" not in chunk.metadata
        is_line = LIST_ITEM.match(chunk.text) or chunk.text.startswith(">")
        return " " if goes_on and not is_line else "\n"
    return ("\n" * min(length, 2)).ljust(length)
