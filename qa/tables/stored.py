"""Tables put together again from the chunks that a collection stores of them. Pure functions.

An ingest writes beside the text of a chunk which rows begin in it and what their columns are called. Collections that
were made before that hold the text and the row numbers alone; there the columns are those that the rows name.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from qa.lazy_regex import lazy_regex
from qa.tables.lines import cells_of, row_line
from qa.types import Chunk, Mark

# The key under which a chunk's metadata describes its rows.
KEY = "table"
# The key under which it describes rows that are not sure enough to be computed with, in the same way.
NAMES = "names"
# The key under which a register row says that there are tables within a document's text.
TABLES = "tables"
# A JSON field holds 65,536 bytes; for a table with wider headers than that, only the text is kept.
_MOST_CHARACTERS = 30_000
# Where only the text tells, a name that fewer than one row in so many holds is taken for part of a cell.
_RARE = 50
_RANGES = lazy_regex(r"\d+(?:–\d+)?(?:, \d+(?:–\d+)?)*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: characters `start` to `end` of its document's text, in this chunk."""

    chunk: Chunk
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet, its cells as they are displayed, one for each column, and where it stands."""

    number: int
    cells: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, eq=False)
class StoredTable:
    """A table of one document: all rows under the same columns of one sheet.

    `exact` tells whether an ingest kept the columns; else they were read from the text. `in_text` tells a table within
    a text; its `sheet` is the heading above it.
    """

    document_id: str
    source: str
    title: str
    sheet: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    language: str = ""
    exact: bool = True
    in_text: bool = False

    @property
    def name(self) -> str:
        """What it is called in an answer."""
        if self.in_text:
            return f"{self.source}, under “{self.sheet}”" if self.sheet else self.source
        return f"{self.source}, sheet {self.sheet}" if self.sheet else self.source

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What its columns are called in an answer; no two alike, none blank."""
        return tuple(_labels(self.columns))


def described(marks: Sequence[Mark], start: int, continues: Sequence[Mark] = ()) -> str:
    """Return what a chunk's metadata says of its rows, "" where there is nothing to say.

    Args:
        marks: The marks of the rows that begin in the chunk, in order.
        start: Where the chunk begins in its document's text.
        continues: The marks of the row that the chunk begins within.
    """
    columns: list[tuple[str, ...]] = []
    sheets: list[str] = []
    rows = []
    for mark in (*continues, *marks):
        if mark.columns not in columns:
            columns.append(mark.columns)
        if mark.sheet not in sheets:
            sheets.append(mark.sheet)
        row = [max(0, mark.start - start), mark.number, sheets.index(mark.sheet), columns.index(mark.columns)]
        rows.append([*row, list(mark.cells)] if mark.cells else row)
    if not any(columns):
        return ""
    values = {"columns": columns, "sheets": sheets, "rows": rows, "continues": bool(continues)}
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= _MOST_CHARACTERS else ""


def marks_of(chunk: Chunk) -> list[Mark]:
    """Return where the rows begin that a chunk's metadata describes, the one that it begins within first; else none."""
    return _described(chunk)[0]


def rows_of(chunk: Chunk) -> list[Mark]:
    """Return the same with the rows that cannot be computed with."""
    return sorted([*_described(chunk)[0], *_described(chunk, NAMES)[0]], key=lambda mark: mark.start)


def begins_within_row(chunk: Chunk) -> bool:
    """Tell whether a chunk begins within a row that began in the one before it."""
    return _described(chunk)[1]


def _described(chunk: Chunk, key: str = KEY) -> tuple[list[Mark], bool]:
    """Return the marks of a chunk's rows, and whether the first one began before it.

    Imported metadata may hold anything; where it cannot be read, the text counts.
    """
    text = chunk.metadata.get(key, "")
    try:
        values = json.loads(text) if text else {}
        columns = [tuple(map(str, names)) for names in values.get("columns", ())]
        marks = [
            Mark(
                chunk.start + int(at),
                int(number),
                str(values["sheets"][sheet]),
                columns[names],
                tuple(map(str, cells[0])) if cells else (),
                in_text=is_in_text(chunk),
            )
            for at, number, sheet, names, *cells in values.get("rows", ())
        ]
        starts = [mark.start for mark in marks]
        if starts != sorted(set(starts)) or any(not chunk.start <= start < chunk.end for start in starts):
            return [], False
        return marks, bool(values.get("continues"))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return [], False


def stored_tables(chunks: Sequence[Chunk], *, parted: bool = True) -> list[StoredTable]:
    """Return the tables of one document, in order; none where it holds none.

    Args:
        chunks: All of one version of a document, in order.
        parted: Whether rows under different columns are different tables; records of a list are one.
    """
    groups: dict[tuple[str, tuple[str, ...], int], list[_Line]] = {}
    exact = True
    run, last = 0, 0
    for line in _lines(chunks):
        exact = exact and line.exact
        # Within a text, where the count of rows begins again another table begins, whatever its columns.
        run += line.in_text and line.number <= last
        last = line.number
        groups.setdefault((line.sheet, line.columns if parted else (), run), []).append(line)
    tables = []
    for (sheet, columns, _), lines in groups.items():
        if not parted or not columns:
            columns = _columns(lines)
        rows = tuple(line.row(columns) for line in lines)
        # Rows that no column names are titles and notes.
        if columns and any(columns) and rows:
            tables.append(_table(chunks[0], sheet, columns, rows, exact=exact))
    return tables


def _table(chunk: Chunk, sheet: str, columns: tuple[str, ...], rows: tuple[Row, ...], *, exact: bool) -> StoredTable:
    width = max(len(columns), *(len(row.cells) for row in rows))
    padded = tuple(Row(row.number, row.cells + ("",) * (width - len(row.cells)), row.places) for row in rows)
    names = columns + ("",) * (width - len(columns))
    language = chunk.metadata.get("language", "")
    in_text = is_in_text(rows[0].places[0].chunk)
    return StoredTable(chunk.document_id, chunk.source, chunk.title, sheet, names, padded, language, exact, in_text)


def is_in_text(chunk: Chunk) -> bool:
    """Tell whether the rows of a chunk are of a table within a text: a chunk of a sheet says which rows it has."""
    return KEY in chunk.metadata and "rows" not in chunk.metadata


@dataclass
class _Line:
    """A row's text, put together from the chunks that hold parts of it."""

    sheet: str
    number: int
    columns: tuple[str, ...]
    cells: tuple[str, ...]
    exact: bool
    text: str = ""
    places: list[Place] = field(default_factory=list)

    def add(self, text: str, place: Place) -> None:
        """Add the next part; between two chunks a blank may be left out."""
        gap = place.start - self.places[-1].end if self.places else 0
        self.text += " " * gap + text
        self.places.append(place)

    @property
    def in_text(self) -> bool:
        """Whether it is of a table within a text."""
        return is_in_text(self.places[0].chunk)

    def row(self, columns: tuple[str, ...]) -> Row:
        if self.cells and self.columns == columns:
            cells = self.cells
        elif self.cells:
            held = dict(zip(self.columns, self.cells, strict=False))
            cells = tuple(held.get(name, "") for name in columns)
        else:
            cells = tuple(cells_of(self.text, columns))
        return Row(self.number, cells, tuple(self.places))


def _lines(chunks: Sequence[Chunk]) -> Iterator[_Line]:
    """Yield the rows' lines in order, each once, with what all chunks hold of it."""
    last: _Line | None = None
    for chunk in chunks:
        marks, within = _described(chunk)
        for number, mark in enumerate(marks):
            start = mark.start - chunk.start
            following = marks[number + 1].start - chunk.start if number + 1 < len(marks) else len(chunk.text)
            text = _first_line(chunk.text[start:following])
            continues = last is not None and number == 0 and within
            if not continues:
                if last:
                    yield last
                last = _Line(mark.sheet, mark.number, mark.columns, mark.cells, exact=True)
            assert last is not None
            last.add(text, Place(chunk, mark.start, mark.start + len(text)))
        if not marks:
            for line, continues in _described_by_text(chunk, last):
                if continues and last is not None:
                    last.add(line.text, line.places[0])
                    continue
                if last:
                    yield last
                last = line
    if last:
        yield last


def _described_by_text(chunk: Chunk, last: _Line | None) -> Iterator[tuple[_Line, bool]]:
    """Yield the rows of a chunk of which only text and row numbers are stored, and whether each goes on with `last`."""
    rows = chunk.metadata.get("rows", "")
    if not _RANGES.fullmatch(rows):
        return
    sheets = chunk.metadata.get("sheet", "").split(", ")
    ranges = [[int(number) for number in part.split("–")] for part in rows.split(", ")]
    sheet_at = 0
    counted = [ranges[0][0]] if ranges else [0]
    start = 0
    first = True
    for text in chunk.text.split("\n"):
        at, start = start, start + len(text) + 1
        if not text.strip():
            continue
        if text in sheets and (first or (len(sheets) > 1 and sheets.index(text) == sheet_at + 1)):
            if not first:
                sheet_at += 1
                counted = [ranges[min(sheet_at, len(ranges) - 1)][0]]
            continue
        number = min(counted[0], ranges[min(sheet_at, len(ranges) - 1)][-1])
        line = _Line(sheets[min(sheet_at, len(sheets) - 1)], number, (), (), exact=False)
        line.add(text, Place(chunk, chunk.start + at, chunk.start + at + len(text)))
        goes_on = bool(first and last and last.number == number and last.sheet == line.sheet)
        yield line, goes_on
        counted[0] += 1
        first = False


def _columns(lines: Sequence[_Line]) -> tuple[str, ...]:
    """Return the columns that rows name, in their order; where only the text tells, those that are not too rare."""
    names: list[str] = []
    counts: dict[str, int] = {}
    for line in lines:
        at = -1
        for name in line.columns if line.exact else _named(line.text):
            counts[name] = counts.get(name, 0) + 1
            if name not in names:
                names.insert(at + 1, name)
            at = names.index(name)
    if all(line.exact for line in lines):
        return tuple(names)
    least = max(counts.values(), default=0) / _RARE
    return tuple(name for name in names if counts[name] > least)


def _named(text: str) -> list[str]:
    return [part.partition(": ")[0] for part in text.split("; ") if ": " in part]


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0]


def _labels(columns: Sequence[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for place, name in enumerate(columns, 1):
        label = name.strip() or f"column {place}"
        seen[label] = seen.get(label, 0) + 1
        yield label if seen[label] == 1 else f"{label} ({seen[label]})"


def needs_cells(columns: Sequence[str], cells: Sequence[str]) -> bool:
    """Tell whether a row's cells cannot be told from its line."""
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    return cells_of(row_line(columns, cells), columns) != padded
