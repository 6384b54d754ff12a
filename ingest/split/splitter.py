"""From a document to chunks: cut at pages and headings first, then between paragraphs, sentences and words.

Sizes are tokens of the dense model. Pure but for the tokenizer's file.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from qa.lazy_regex import lazy_regex
from qa.store import TITLE_CHARACTERS
from qa.store.ids import chunk_id
from qa.tables.stored import KEY, NAMES, described
from qa.text import drawn, outline
from qa.text.embedded import prefix
from qa.text.language import HANGUL, UNSPACED
from qa.text.sentences import carried, sentence_spans, unwrapped
from qa.types import Chunk, Document, Heading

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Span = tuple[int, int]

# A token may be any number of characters long (a run without spaces is one unknown token), but a stored text may not.
CHUNK_CHARACTERS = 8_000
_HEADING_CHARACTERS = 300
# Where two texts meet, a tokenizer may need a few tokens more than for each alone.
_JOINT_TOKENS = 8
_PART_CHARACTERS = 100_000
# The time to cut a text grows with its square where it holds no blank lines: a log of 800,000 characters took 13 s.
_WINDOW_CHARACTERS = 50_000
_EDGES = ("\n\n", "\n", ". ", " ")
_BLANK = lazy_regex(r"\s")
# What is left at an end of a section in fewer letters says too little alone, and is joined to the chunk beside it. A
# character of Chinese, Japanese, Korean or Thai says as much as three letters.
_TAIL_LETTERS, _DENSE = 60, 3
_SECTIONS = 64  # the number of sections whose titles and headings are remembered


@dataclass(frozen=True, slots=True)
class SplitterOptions:
    """What a splitter is made with; see `Splitter`."""

    tokenizer_file: Path
    chunk_tokens: int
    max_tokens: int


class Splitter:
    """Cuts documents so that each chunk, with its title and headings in front, fits the dense model."""

    def __init__(self, tokenizer_file: Path, *, chunk_tokens: int, max_tokens: int) -> None:
        """Read the tokenizer.

        Args:
            tokenizer_file: A Hugging Face `tokenizer.json`.
            chunk_tokens: Most tokens of a chunk's own text; what would be left over as a few words may be added.
            max_tokens: Most tokens that the model reads, special tokens included.
        """
        from tokenizers import Tokenizer

        self.options = SplitterOptions(tokenizer_file, chunk_tokens, max_tokens)
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._chunk_tokens = min(chunk_tokens, max_tokens)
        self._max_tokens = max_tokens
        # The chunks of a section share what stands above them.
        self._fitting = lru_cache(_SECTIONS)(self._fit)
        self._tokens_above = lru_cache(_SECTIONS)(self.tokens)

    def split(self, document: Document, *, document_id: str, version: str) -> list[Chunk]:
        """Return the document's chunks in order.

        For each, `document.text[start:end] == text`; none is blank, and none is over the model's limit. None spans two
        pages, but for the end of a sentence that goes on over a page's start. Together they hold every character that
        is not white space.
        """
        title = document.title[:TITLE_CHARACTERS]
        chunks: list[Chunk] = []
        for start, end in self._spans(document, title):
            ordinal = len(chunks)
            fitting_title, heading = self._fitting(title, heading_path(document.headings, start))
            chunks.append(
                Chunk(
                    id=chunk_id(document_id, version, ordinal),
                    document_id=document_id,
                    version=version,
                    ordinal=ordinal,
                    source=document.source,
                    title=fitting_title,
                    heading=heading,
                    page=_page(document, start),
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    metadata=_place(document, start, end),
                )
            )
        return chunks

    def tokens(self, text: str) -> int:
        """Return the number of tokens of `text`, special tokens included."""
        return len(self._tokenizer.encode(text).ids)

    def _spans(self, document: Document, title: str) -> Iterator[Span]:
        for section in self._joined(document, _sections(document)):
            spans = [
                span
                for window in _windows(document.text, section)
                for span in self._cut(document, title, window, self._chunk_tokens)
            ]
            yield from self._without_tails(document, title, spans)

    def _without_tails(self, document: Document, title: str, spans: Sequence[Span]) -> Iterator[Span]:
        """Join what says too little alone to the span beside it; where that makes too long a span, cut both anew."""
        kept: list[Span] = []
        for span in spans:
            kept.append(span)
            if len(kept) > 1 and any(self._is_tail(document.text[slice(*one)]) for one in kept[-2:]):
                kept[-2:] = self._shared(document, title, kept[-2], kept[-1])
        yield from kept

    def _is_tail(self, text: str) -> bool:
        if len(text) >= _TAIL_LETTERS:
            return False
        dense = sum(len(run) for pattern in (UNSPACED, HANGUL) for run in pattern.findall(text))
        # In small chunks so few letters are much.
        return len(text) + (_DENSE - 1) * dense < _TAIL_LETTERS and self.tokens(text) <= self._chunk_tokens // 3

    def _shared(self, document: Document, title: str, one: Span, other: Span) -> list[Span]:
        """Return two neighbours as one where the model reads both, or with a sentence moved to the shorter."""
        text = document.text
        if self._fits(document, title, (one[0], other[1])):
            return [(one[0], other[1])]
        starts = [one[0] + start for start, _ in sentence_spans(text[one[0] : other[1]], layout=False)]
        # The last sentences that the second can take, or all but the first ones.
        for start in reversed(starts) if self._is_tail(text[slice(*other)]) else starts:
            halves = [(one[0], one[0] + len(text[one[0] : start].rstrip())), (start, other[1])]
            if start <= one[0] or any(self._is_tail(text[slice(*half)]) for half in halves):
                continue
            return halves if all(self._fits(document, title, half) for half in halves) else [one, other]
        return [one, other]

    def _fits(self, document: Document, title: str, span: Span) -> bool:
        piece = document.text[slice(*span)]
        above = self._fitting(title, heading_path(document.headings, span[0]))
        return len(piece) <= CHUNK_CHARACTERS and self.tokens(prefix(*above) + piece) <= self._max_tokens

    def _joined(self, document: Document, sections: list[Span]) -> Iterator[Span]:
        """Join a section too short to say much with the one after it on the same page, where both fit."""
        pending: Span | None = None
        for start, end in sections:
            if pending is None:
                pending = (start, end)
            elif (
                self._is_short(document.text[slice(*pending)])
                and _page(document, pending[0]) == _page(document, start)
                and self.tokens(document.text[pending[0] : end]) <= self._chunk_tokens
            ):
                pending = (pending[0], end)
            else:
                yield pending
                pending = (start, end)
        if pending:
            yield pending

    def _is_short(self, text: str) -> bool:
        # No language has eight characters to a token: what is longer need not be counted.
        limit = self._chunk_tokens // 4
        return len(text) < 8 * limit and self.tokens(text) < limit

    def _cut(self, document: Document, title: str, section: Span, capacity: int) -> Iterator[Span]:
        from semantic_text_splitter import TextSplitter

        # A line broken at the margin of a PDF page would count as a better place to cut than the end of a sentence.
        text = unwrapped(document.text[slice(*section)])
        for offset, piece in TextSplitter.from_callback(_Sizes(self._tokenizer, text), capacity).chunk_indices(text):
            start = section[0] + offset
            span = (start, start + len(piece))
            above = self._fitting(title, heading_path(document.headings, start))
            if (len(piece) > CHUNK_CHARACTERS or self._exceeds(above, piece, capacity)) and len(piece) > 1:
                yield from self._cut(document, title, span, capacity // 2) if capacity > 1 else _by_characters(span)
            elif piece.strip():
                yield span

    def _exceeds(self, above: tuple[str, str], piece: str, capacity: int) -> bool:
        """Tell whether a piece of at most `capacity` tokens is too long for the model with title and headings above."""
        line = prefix(*above)
        if self._tokens_above(line) + capacity + _JOINT_TOKENS <= self._max_tokens:
            return False
        return self.tokens(line + piece) > self._max_tokens

    def _fit(self, title: str, heading: str) -> tuple[str, str]:
        """Shorten a title and a heading path that would take most of the model's tokens from the text.

        The innermost headings of a path say most. In a script without spaces every character is a token.
        """
        while (title or heading) and self.tokens(prefix(title, heading)) > self._max_tokens // 2:
            if len(heading) >= len(title):
                heading = "…" + heading[len(heading) // 2 + 1 :] if len(heading) > 2 else ""
            else:
                title = title[: len(title) // 2]
        return title, heading


class _Sizes:
    """Counts the tokens in stretches of one text, which is tokenized once.

    The splitter asks for many stretches that overlap, in all six times the text.
    """

    def __init__(self, tokenizer: "Tokenizer", text: str) -> None:
        self._text = text
        self._starts, self._ends = array("Q"), array("Q")
        self._from = 0
        for start, end in _parts(text):
            for first, last in tokenizer.encode(text[start:end], add_special_tokens=False).offsets:
                self._starts.append(start + first)
                self._ends.append(start + last)

    def __call__(self, stretch: str) -> int:
        # The same words have as many tokens elsewhere, and the splitter asks for stretches roughly in order.
        start = self._text.find(stretch, self._from)
        if start < 0:
            start = self._text.find(stretch)
        self._from = start
        return bisect_left(self._starts, start + len(stretch)) - bisect_right(self._ends, start)


def heading_path(headings: tuple[Heading, ...], position: int) -> str:
    """Return the titles of the headings in force at a character position, outermost first, joined by " › ".

    One without words says nothing, and ends those of its level and below.
    """
    path: list[Heading] = []
    at = bisect_right(headings, position, key=lambda heading: heading.start)
    # From the innermost outwards: a long document has thousands of headings, and each of its chunks asks for its path.
    while at > 0 and not (path and path[-1].level <= 1):
        at -= 1
        if not path or headings[at].level < path[-1].level:
            path.append(headings[at])
    joined = " › ".join(heading.title for heading in reversed(path) if heading.title)
    # In a path too long to store, the innermost headings say most.
    return joined if len(joined) <= _HEADING_CHARACTERS else "…" + joined[-_HEADING_CHARACTERS:]


def _sections(document: Document) -> list[Span]:
    """Cut the text at the start of every heading and page, or behind the sentence that goes on over the page's start.

    Of words that were read from a picture the places are kept, which are those of one page: there no sentence goes on.
    """
    cuts = {0, len(document.text)}
    cuts.update(heading.start for heading in document.headings)
    edges = sorted(cuts)
    for page in document.pages:
        before = page.start if document.drawn else carried(document.text, page.start)
        # A heading ends what stands above it.
        cuts.add(before if bisect_right(edges, page.start) == bisect_left(edges, before) else page.start)
    edges = sorted(cuts)
    return [(start, end) for start, end in pairwise(edges) if document.text[start:end].strip()]


def _windows(text: str, section: Span) -> Iterator[Span]:
    """Cut a long section into windows, each at the best place in its last tenth."""
    start, end = section
    while end - start > _WINDOW_CHARACTERS:
        latest = start + _WINDOW_CHARACTERS
        earliest = latest - _WINDOW_CHARACTERS // 10
        places = ((text.rfind(edge, earliest, latest), len(edge)) for edge in _EDGES)
        edge = next((at + length for at, length in places if at >= 0), latest)
        yield start, edge
        start = edge
    yield start, end


def _page(document: Document, position: int) -> int:
    index = bisect_right(document.pages, position, key=lambda page: page.start) - 1
    return document.pages[index].number if index >= 0 else 0


def _place(document: Document, start: int, end: int) -> dict[str, str]:
    """Return what a citation names beside the page number: the page's printed label, sections, or sheet and rows."""
    place = {}
    at = bisect_right(document.pages, start, key=lambda page: page.start) - 1
    if at >= 0 and document.pages[at].label:
        place["page_label"] = document.pages[at].label
    low = bisect_right(document.headings, start, key=lambda heading: heading.start)
    high = bisect_left(document.headings, end, key=lambda heading: heading.start)
    starts = [heading.start for heading in document.headings[low:high]]
    if sections := outline.written([(at, heading_path(document.headings, at)) for at in starts]):
        place[outline.KEY] = sections
    if document.drawn:
        low = bisect_left(document.drawn, start, key=lambda word: word.start)
        high = bisect_left(document.drawn, end, key=lambda word: word.start)
        if words := drawn.written(document.drawn[low:high], start):
            place[drawn.KEY] = words
    first = own = bisect_left(document.marks, start, key=lambda mark: mark.start)
    if first and "\n" not in document.text[document.marks[first - 1].start : start]:
        # The chunk begins inside a row, which has two marks where only a range is known of its number.
        first = bisect_left(document.marks, document.marks[first - 1].start, key=lambda mark: mark.start)
    last = bisect_left(document.marks, end, key=lambda mark: mark.start)
    rows: dict[str, list[int]] = {}
    for mark in document.marks[first:last]:
        rows.setdefault(mark.sheet, []).append(mark.number)
    if rows and document.marks[first].in_text:
        # For a table within a text, page and headings say where it is.
        within = document.marks[own - 1 : own] if first < own else ()
        for key, sure in ((KEY, True), (NAMES, False)):
            begun = [mark for mark in document.marks[own:last] if mark.is_sure is sure]
            if table := described(begun, start, [mark for mark in within if mark.is_sure is sure]):
                place[key] = table
    elif rows:
        place["rows"] = ", ".join(_range(min(numbers), max(numbers)) for numbers in rows.values())
        if sheets := ", ".join(filter(None, rows)):
            place["sheet"] = sheets
        # If the chunk begins inside a row, the last of that row's marks.
        within = document.marks[own - 1 : own] if first < own else ()
        if table := described(document.marks[own:last], start, within):
            place[KEY] = table
    return place


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _parts(text: str) -> Iterator[Span]:
    """Cut a text at white space into parts that are tokenized one at a time: tokens take many times its memory."""
    start = 0
    while start < len(text):
        blank = _BLANK.search(text, start + _PART_CHARACTERS)
        end = blank.start() if blank else len(text)
        yield start, end
        start = end


def _by_characters(span: Span) -> Iterator[Span]:
    """Cut what has no token boundary inside: a single token may be longer than a stored text."""
    start, end = span
    for edge in range(start, end, CHUNK_CHARACTERS):
        yield edge, min(edge + CHUNK_CHARACTERS, end)
