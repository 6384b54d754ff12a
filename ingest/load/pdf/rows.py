"""The tables of PDF pages within their text: each row a line with the names of its columns, also over a page break."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.load.build import has_columns, one_line
from ingest.load.fields import are_fields, field_of
from ingest.load.pdf.table import Table, is_label, is_leader, is_value
from ingest.load.pdf.words import Word
from qa.tables.lines import column_name, row_line
from qa.tables.stored import needs_cells
from qa.types import Mark

# Running lines and a note may stand between a table and the edge of its page.
_MOST_WORDS_AT_EDGE = 40
_NEAR_PT = 12.0
# Longer ones are titles and notes that were taken for names.
_MOST_NAME_CHARS = 100
_MOST_NAMES_CHARS = 700

Span = tuple[int, int]


@dataclass(slots=True)
class Row:
    """A row below the names of columns: its line as it was put into the text, its cells, and its number from 1."""

    line: str
    cells: tuple[str, ...]
    number: int


@dataclass(slots=True)
class Placed:
    """A table, and where its characters stand in the text of its page.

    `is_first` and `is_last` tell whether it stands at the page's top or bottom, but for running lines.
    """

    table: Table
    spans: list[Span]
    is_first: bool
    is_last: bool
    names: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)

    @property
    def is_sure(self) -> bool:
        """Whether lines enclose it and each column has a name, so that its rows can be computed with."""
        return self.table.ruled and has_columns(self.names, [row.cells for row in self.rows])


def placed(found: Iterable[Table], words: Sequence[Word], place: Callable[[int], int | None]) -> list[Placed]:
    """Return the tables of a page all of whose words stand in its text.

    Args:
        found: The tables, from the top.
        words: All words of the page.
        place: Returns where a character of the page stands in its text, None where it does not.
    """
    made = []
    for table in found:
        own = {id(word) for word in table.words}
        # Asked once: each is a look at all words of the table.
        left, right, bottom, top = table.edges[0], table.edges[-1], table.bottom, table.top
        leaders = [
            word
            for word in words
            if id(word) not in own
            and is_leader(word)
            and left <= word.centre <= right
            and bottom <= (word.bottom + word.top) / 2 <= top
        ]
        above = sum(word.bottom >= top for word in words if id(word) not in own)
        below = sum(word.top <= bottom for word in words if id(word) not in own)
        spans = [_span(word, place) for word in (*table.words, *leaders)]
        if all(span is not None for span in spans):
            edges = above <= _MOST_WORDS_AT_EDGE, below <= _MOST_WORDS_AT_EDGE
            made.append(Placed(table, [span for span in spans if span], *edges, names=_fitting(table.names)))
    return made


def _span(word: Word, place: Callable[[int], int | None]) -> Span | None:
    first, last = place(word.first), place(word.last - 1)
    return None if first is None or last is None else (first, last + 1)


def _fitting(names: tuple[str, ...]) -> tuple[str, ...]:
    fits = all(len(name) <= _MOST_NAME_CHARS for name in names) and sum(map(len, names)) <= _MOST_NAMES_CHARS
    return names if fits else ()


def carry_over(pages: Sequence[Sequence[Placed]]) -> None:
    """Give a table at the top of a page the names of the one at the bottom of the page before that it goes on with."""
    for before, page in pairwise(pages):
        if before and page and _continues(before[-1], page[0]):
            page[0].names = before[-1].names


def _continues(above: Placed, below: Placed) -> bool:
    one, other = above.table.edges, below.table.edges
    return (
        any(above.names)
        and not below.names
        and not below.table.head
        and above.is_last
        and below.is_first
        and len(above.table.rows[0]) == len(below.table.rows[0])
        and len(one) == len(other)
        and all(abs(a - b) <= _NEAR_PT for a, b in zip(one[1:-1], other[1:-1], strict=True))
    )


def with_rows(text: str, found: Sequence[Placed]) -> str:
    """Return a page's text with the rows of its tables, each with its names, in the place of their words."""
    named = [one for one in found if one.names and one.spans]
    if not named:
        return text
    gone = bytearray(len(text))
    starts: dict[int, Placed] = {}
    for one in named:
        for start, stop in one.spans:
            gone[start:stop] = b"\1" * (stop - start)
        starts[min(start for start, _ in one.spans)] = one
    parts: list[str] = []
    for at, mark in enumerate(text):
        if at in starts:
            parts.append("\n" + "\n".join(_lines(starts[at])) + "\n")
        if not gone[at]:
            parts.append(mark)
    lines = "".join(parts).replace("\r\n", "\n").split("\n")
    # What is left of the lines of a table is blanks.
    kept = [line for line in lines if line.strip() or not line]
    return "\n".join(kept)


def _lines(one: Placed) -> list[str]:
    """Return the lines of a table and remember its rows; titles and labels that go over it stand by themselves."""
    if one.table.fields or are_fields(one.table.rows):
        return [cell for row in one.table.rows if any(row) for cell in field_of(row)]
    lines = []
    for row in range(one.table.head):
        cells = one.table.rows[row]
        if sum(map(bool, cells)) == 1 and cells[0] and cells[0] not in one.names[0]:
            lines.append(cells[0])
    for number, cells in enumerate(one.table.body, start=one.table.head + 1):
        line = max(cells, key=len) if is_label(cells) else _total(cells) or row_line(one.names, cells)
        if line:
            lines.append(line)
            one.rows.append(Row(line, tuple(cells), number))
    return lines


def _total(cells: Sequence[str]) -> str:
    """Return a row that is one value with its own name before it, such as a sum; "" for any other row."""
    filled = [cell for cell in cells if cell]
    is_total = len(filled) == 2 < len(cells) and not cells[0] and filled[0].endswith(":") and is_value(filled[1])
    return " ".join(filled) if is_total else ""


def marks(text: str, start: int, end: int, found: Iterable[Placed], spelt: Callable[[str], str]) -> list[Mark]:
    """Return where the rows of a page's tables begin in the text; of a table all rows are found there, or none counts.

    Args:
        text: The whole document's.
        start: Where the page begins in it.
        end: Where it ends.
        found: Its tables, in order.
        spelt: What became of a line of the page after the rows were put into it.
    """
    marked: list[Mark] = []
    for one in found:
        places = _places(text, start, end, [spelt(row.line) for row in one.rows])
        if not places:
            continue
        columns = tuple(column_name(one_line(spelt(name))) for name in one.names)
        for at, row in zip(places, one.rows, strict=True):
            cells = tuple(one_line(spelt(cell)) for cell in row.cells)
            kept = cells if needs_cells(columns, cells) else ()
            marked.append(Mark(at, row.number, "", columns, kept, in_text=True, is_sure=one.is_sure))
    marked.sort(key=lambda mark: mark.start)
    return marked


def _places(text: str, start: int, end: int, lines: Sequence[str]) -> list[int]:
    """Return where lines begin that follow one another; none unless all are there."""
    places: list[int] = []
    at = start
    for line in lines:
        found = text.find(line, at, end)
        while found > start and text[found - 1] != "\n":
            found = text.find(line, found + 1, end)
        if found < 0:
            return []
        places.append(found)
        at = found + len(line)
    return places
