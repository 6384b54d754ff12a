"""A stretch of text taken apart into what a reader tells apart: headings, paragraphs, lists, tables, a mail's head.

Pure functions. Every piece keeps its offsets into the document's text, so that what is cited can be marked in it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from qa.lazy_regex import lazy_regex
from qa.tables.stored import Row, StoredTable, stored_tables
from qa.text.language import language_of
from qa.text.outline import sections_within
from qa.types import Chunk
from ui.places import is_slide
from ui.reading.flowing import flowed
from ui.reading.stored import Stretch

MAILS = ("message/rfc822", "application/vnd.ms-outlook")
LINED = ("text/plain", "text/x-source-code")
"""Media types whose lines are lines of the file."""

MARKDOWN = "text/markdown"

_HASHES = lazy_regex(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_HEAD = lazy_regex(r"(From|To|Cc|Date|Subject): (.+)")
# Our own word for the files of a mail, behind all of its text.
_ATTACHED = lazy_regex(r"(Attachments): (.+)")
_PATH = " › "


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level from 1."""

    start: int
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list: where each item's text begins, and its text."""

    items: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table that follow one another, under the names of its columns."""

    table: StoredTable
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a mail: where each value begins, its name and its text."""

    fields: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The beginning of a page or slide."""

    number: int
    label: str
    is_slide: bool = False


Block = Heading | Paragraph | Items | Rows | Head | PageBreak


def blocks(stretch: Stretch, media_type: str) -> Iterator[Block]:
    """Yield what a stretch consists of, in order.

    Args:
        stretch: The text.
        media_type: Of its document.
    """
    rows = {row.places[0].start: (table, row) for table in stored_tables(stretch.chunks) for row in table.rows}
    headings, pages = _headings(stretch), _pages(stretch.chunks)
    lined = media_type in LINED
    mail = media_type in MAILS and stretch.start == 0
    gathered: list[Block] = []
    lines: list[tuple[int, str]] = []

    def told() -> Iterator[Block]:
        if lines:
            yield Paragraph(lines[0][0], "\n".join(text for _, text in lines))
            lines.clear()
        yield from _together(gathered)
        gathered.clear()

    text = reads(stretch, media_type, alone={*rows, *headings}, opening=pages)
    last = stretch.start + text.rstrip().rfind("\n") + 1
    for start, line in _lines(stretch.start, text):
        if page := pages.get(start):
            yield from told()
            yield page
        if start in rows:
            if lines or (gathered and not isinstance(gathered[-1], Rows)):
                yield from told()
            table, row = rows[start]
            gathered.append(Rows(table, (row,)))
        elif not line.strip():
            mail = mail and not gathered
            if lined and lines:
                lines.append((start, line))
            else:
                yield from told()
        elif mail and (field := _HEAD.fullmatch(line)):
            gathered.append(Head(((start + field.start(2), field[1], field[2]),)))
        elif media_type in MAILS and start == last and (field := _ATTACHED.fullmatch(line)):
            yield from told()
            gathered.append(Head(((start + field.start(2), field[1], field[2]),)))
        elif media_type == MARKDOWN and (hashes := _HASHES.match(line)):
            # Sections that are joined to a passage have headings within it.
            yield from told()
            yield Heading(start + hashes.end(), line[hashes.end() :], len(hashes[1]))
        elif start in headings and not lined:
            yield from told()
            yield Heading(start, line, headings[start])
        elif line.startswith("- ") and not lined:
            if lines or (gathered and not isinstance(gathered[-1], Items)):
                yield from told()
            gathered.append(Items(((start + 2, line[2:]),)))
        else:
            if gathered:
                yield from told()
            lines.append((start, line))
    yield from told()


def reads(stretch: Stretch, media_type: str, *, alone: Collection[int] = (), opening: Collection[int] = ()) -> str:
    """Return the text of a stretch without its layout's line breaks; see `flowed`, but for places in the document."""
    language = language_of(stretch.chunks[0].metadata, "english") if stretch.chunks else "english"
    kept, begun = ({place - stretch.start for place in places} for places in (alone, opening))
    return flowed(stretch.text, media_type, language, alone=kept, opening=begun)


def _lines(at: int, text: str) -> Iterator[tuple[int, str]]:
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def _headings(stretch: Stretch) -> dict[int, int]:
    """Return where headings begin, and their levels: a section's first line is its heading."""
    found = {}
    for chunk in stretch.chunks:
        for start, heading in ((chunk.start, chunk.heading), *sections_within(chunk.metadata)):
            path = heading.split(_PATH)
            first = chunk.text[start - chunk.start :].split("\n", 1)[0].strip()
            if heading and chunk.start <= start and first == path[-1]:
                found[start] = min(len(path), 6)
    return found


def _pages(chunks: Sequence[Chunk]) -> dict[int, PageBreak]:
    found = {}
    page = 0
    for chunk in chunks:
        if chunk.page != page:
            page = chunk.page
            found[chunk.start] = PageBreak(page, chunk.metadata.get("page_label", ""), is_slide(chunk))
    return found


def _together(gathered: Sequence[Block]) -> Iterator[Block]:
    """Join neighbours of a kind."""
    waiting: Block | None = None
    for block in gathered:
        match waiting, block:
            case Rows(table, rows), Rows(other, more) if table is other:
                waiting = Rows(table, rows + more)
            case Items(items), Items(more_items):
                waiting = Items(items + more_items)
            case Head(fields), Head(more_fields):
                waiting = Head(fields + more_fields)
            case _:
                if waiting:
                    yield waiting
                waiting = block
    if waiting:
        yield waiting
