"""Text built piece by piece with the places of its headings and pages, for all loaders.

Everything that enters a document's text passes `clean` or `one_line`, so offsets never shift afterwards.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from ingest.load.fields import are_fields, field_of
from ingest.load.file import File
from ingest.load.sheet.data_rows import is_data
from ingest.load.unseen import without_unseen
from qa.lazy_regex import lazy_regex
from qa.tables.lines import column_name, row_line
from qa.tables.stored import needs_cells
from qa.tables.values import read_number
from qa.types import Document, Heading, Mark, Page

_Placed = TypeVar("_Placed", Heading, Mark)

PAGE_BREAK = "\n\n"
# A longer heading is really a paragraph.
MAX_HEADING_CHARS = 200

_LINE_BREAKS = lazy_regex(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Tab and newline stay. U+FFFE and U+FFFF are not characters; they come out of broken fonts and encodings.
_CONTROLS = lazy_regex(r"[\x00-\x08\x0e-\x1b\x1f\x7f\ufffe\uffff]")
_YEAR = lazy_regex(r"(?:19|20)\d{2}")
_LONE_SURROGATES = lazy_regex(r"[\ud800-\udfff]")


# Where a word is cut at a line's end.
_SOFT_BREAK = lazy_regex(r"\u00ad[ \t]*\n[ \t]*(?=\w)")


def clean(text: str) -> str:
    """Make every line break a newline, drop control and invisible characters, and replace lone surrogates by U+FFFD."""
    text = _LINE_BREAKS.sub("\n", text)
    if "\u00ad" in text:
        text = _SOFT_BREAK.sub("", text)
    return _LONE_SURROGATES.sub("\ufffd", _CONTROLS.sub("", without_unseen(text)))


def one_line(text: str) -> str:
    """Clean the text and collapse all white space in it to single spaces."""
    return " ".join(clean(text).split())


def tidy(text: str) -> str:
    """Clean the text, strip white space at line ends, and keep at most one blank line in a row."""
    lines = "\n".join(line.rstrip() for line in clean(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def ranges(numbers: Sequence[int]) -> str:
    """Write numbers in rising order as "3–5, 9": a book may have thousands of pages that are pictures."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table, its number counted from 1; `columns` is empty where nothing names them.

    `exact` are the cells with all their digits where the text rounds them, "" elsewhere: what is computed uses them.
    """

    number: int
    cells: Sequence[str]
    columns: Sequence[str] = ()
    exact: Sequence[str] = ()

    @property
    def line(self) -> str:
        """The row as a line of text."""
        return row_line(self.columns, self.cells)


def table_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a table as one line per row, with the first row that has two cells or more as headers.

    Rows above the headers, and all rows of a table with one row or one column, or whose first row is like the others,
    are written as plain cell texts, and so are rows that name their values themselves ("Date:", "1 May").
    Rows may differ in length. Blank rows are left out.
    """
    return [row.line for row in table_rows(rows)]


def table_rows(rows: Iterable[Sequence[str]], *, is_named: bool = False) -> list[TableRow]:
    """Return the rows that `table_lines` writes; `is_named` where the first row surely names the columns."""
    cleaned = ((number, [one_line(cell) for cell in row]) for number, row in enumerate(rows, start=1))
    filled = [(number, row) for number, row in cleaned if any(row)]
    if not is_named and len(filled) > 1 and all(_names_itself(row) for _, row in filled):
        return [TableRow(number, _named_values(row)) for number, row in filled]
    if not is_named and are_fields([row for _, row in filled]):
        return [TableRow(number, field_of(row)) for number, row in filled]
    at = next((i for i, (_, row) in enumerate(filled) if sum(map(bool, row)) > 1), len(filled))
    if at >= len(filled) - 1:
        return [TableRow(number, row) for number, row in filled]
    if not is_named and is_data(filled[at][1], [row for _, row in filled[at + 1 :]]):
        return [TableRow(number, row) for number, row in filled]
    above = [TableRow(number, row) for number, row in filled[:at]]
    columns = tuple(filled[at][1])
    return above + [TableRow(number, row, columns) for number, row in filled[at + 1 :]]


def _names_itself(row: Sequence[str]) -> bool:
    """Tell whether a row says what each of its values is, as a form does: "Order:", "4711", "Date:", "1 May"."""
    names, values = row[::2], row[1::2]
    return (
        bool(row[0]) and all(name.endswith(":") for name in names if name) and not any(v.endswith(":") for v in values)
    )


def _named_values(row: Sequence[str]) -> list[str]:
    return [" ".join(filter(None, row[at : at + 2])) for at in range(0, len(row), 2)]


def has_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row surely names the columns of the rows below it, so that they can be computed with.

    There must be two columns or more, each with a name of its own that is not a number; only the first may have none.
    No row may be wider than that.
    """
    names = [one_line(name) for name in header]
    named = [name.casefold() for name in names if name]
    return (
        len(names) > 1
        and len(rows) > 1
        and all(names[1:])
        and len(set(named)) == len(named)
        and not any(read_number(name) and not _YEAR.fullmatch(name) for name in named)
        and all(len(row) <= len(names) for row in rows)
        and any(sum(map(bool, row)) > 1 for row in rows)
    )


class TextBuilder:
    """A text under construction: a blank line separates blocks, a newline separates list items and table rows."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self.marks: list[Mark] = []
        self._parts: list[str] = []
        self._length = 0
        self._last = ""
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}

    @property
    def text(self) -> str:
        """What was built so far."""
        return "".join(self._parts)

    def paragraph(self, text: str) -> None:
        """Add text as it is, line breaks included, except for white space around it and at its line ends."""
        self._add(tidy(text).strip(), "paragraph")

    def item(self, text: str, number: str = "") -> None:
        """Add a list item, with its number as it is shown ("4.2", "a)"), or with a dash."""
        if line := one_line(text):
            self._add(f"{one_line(number) or '-'} {line}", "item")

    def heading(self, level: int, title: str) -> None:
        """Add a heading on a line of its own. A blank one is left out, an overlong one is added as a paragraph."""
        # Documentation generators end headings with a zero-width space.
        line = one_line(title).strip("\u200b ")
        if len(line) > MAX_HEADING_CHARS:
            self.paragraph(line)
        elif line:
            start = self._add(line, "heading")
            self.headings.append(Heading(level, line, start))

    def table(self, rows: Iterable[Sequence[str]], *, is_named: bool = False) -> None:
        """Add a table, a line per row; see `table_rows`. Where its columns are sure, its rows are marked."""
        made = table_rows(rows, is_named=is_named)
        below = [row for row in made if row.columns]
        if below and has_columns(below[0].columns, [row.cells for row in below]):
            named = self.headings[-1].title if self.headings else ""
            self.rows(made, sheet=named, in_text=True)
        else:
            self.lines(row.line for row in made)

    def chart(self, rows: Sequence[Sequence[str]]) -> None:
        """Add the values of a chart: the first row surely names its series, also where there is only one."""
        if rows:
            self.rows([TableRow(number, row, rows[0]) for number, row in enumerate(rows[1:], start=2)], in_text=True)

    def line(self, line: str) -> None:
        """Add one line to the block of lines that the text ends with, or begin a block with it."""
        self._add(one_line(line), "line")

    def lines(self, lines: Iterable[str]) -> None:
        """Add a block of lines."""
        self._last = ""
        for line in lines:
            self.line(line)
        self._last = ""

    def block(self, text: str, headings: Iterable[Heading], marks: Iterable[Mark] = ()) -> None:
        """Add text that has passed `tidy` as it is, with headings and marks whose starts count from its beginning."""
        if text:
            start = self._add(text, "paragraph")
            self.headings += shift(headings, start)
            self.marks += shift(marks, start)

    def append(self, other: "TextBuilder") -> None:
        """Add what was built elsewhere."""
        self.block(other.text, other.headings, other.marks)

    def rows(self, rows: Iterable[TableRow], *, sheet: str = "", in_text: bool = False) -> None:
        """Add a block of table rows as lines, and mark where each begins and what its columns are."""
        self._last = ""
        for row in rows:
            if text := one_line(row.line):
                columns = self._columns(row.columns)
                cells = tuple(map(one_line, row.cells))
                kept = cells if columns and needs_cells(columns, cells) else ()
                if columns and any(row.exact):
                    pairs = itertools.zip_longest(cells, row.exact, fillvalue="")
                    kept = tuple(one_line(exact) or cell for cell, exact in pairs)
                self.marks.append(Mark(self._add(text, "line"), row.number, sheet, columns, kept, in_text=in_text))
        self._last = ""

    def document(
        self,
        file: File,
        media_type: str,
        title: str = "",
        *,
        metadata: Mapping[str, str] = MappingProxyType({}),
        gaps: tuple[str, ...] = (),
    ) -> Document:
        """Return what was built as the document of a file, which has the file's name where it has no title."""
        return Document(
            source=file.source,
            title=title or file.stem,
            text=self.text,
            media_type=media_type,
            headings=tuple(self.headings),
            marks=tuple(self.marks),
            metadata=dict(metadata),
            gaps=gaps,
        )

    def _columns(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return cleaned names of columns: one object for the many rows that share them."""
        cleaned = tuple(column_name(one_line(name)) for name in columns)
        return self._shared.setdefault(cleaned, cleaned)

    def _add(self, text: str, kind: str) -> int:
        if not text:
            return self._length
        gap = ""
        if self._parts:
            gap = "\n" if kind == self._last and kind in ("item", "line") else "\n\n"
        self._parts += [gap, text]
        start = self._length + len(gap)
        self._length = start + len(text)
        self._last = kind
        return start


def join_pages(texts: Sequence[str], labels: Sequence[str] = ()) -> tuple[str, tuple[Page, ...]]:
    """Join page texts by a blank line; pages without text keep their number and have length 0.

    A label that is the page's number is left out.
    """
    pages = []
    start = 0
    for number, text in enumerate(texts, start=1):
        label = labels[number - 1] if number <= len(labels) else ""
        pages.append(Page(number, start, start + len(text), label if label != str(number) else ""))
        start += len(text) + len(PAGE_BREAK)
    return PAGE_BREAK.join(texts), tuple(pages)


def shift(placed: Iterable[_Placed], by: int) -> list[_Placed]:
    """Move headings or marks of a part to their place in the whole text."""
    return [replace(one, start=one.start + by) for one in placed]


def slide_headings(slides: Iterable[TextBuilder], pages: Iterable[Page]) -> list[Heading]:
    """Return the headings of slides at their places in the whole text.

    A slide without a title is not one under the title of a slide before it: a heading without words ends that.
    """
    found: list[Heading] = []
    for slide, page in zip(slides, pages, strict=True):
        own = shift(slide.headings, page.start)
        begins = own and not slide.text[: own[0].start - page.start].strip()
        if found and found[-1].title and slide.text and not begins:
            found.append(Heading(1, "", page.start))
        found += own
    return found
