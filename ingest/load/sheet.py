"""Tables: Excel workbooks (.xlsx) through openpyxl, and CSV and TSV files. Each row becomes one line."""

import csv
import datetime
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, BinaryIO

from ingest.load import office, text
from ingest.load.build import TableRow, TextBuilder, one_line, table_rows
from ingest.load.file import File
from ingest.load.sheet_unseen import seen, unseen
from ingest.load.unseen import left_out
from qa.types import Document

_DELIMITERS = ",;\t|"
_SNIFFED_CHARS = 20_000
_SNIFFED_ROWS = 50
# The csv module stops at 131,072 characters a cell by default; the limit must fit a C long on every platform.
_MAX_CELL_CHARS = 2**31 - 1
_MAX_ROWS_ABOVE = 20

# What Excel holds. A row number beyond it is a fault or a trick, and every row up to it would be gone through.
MAX_ROWS = 1_048_576

Cell = tuple[str, bool]
"""A cell's text, and whether it can name a column."""


def load(file: File, media_type: str) -> Document:
    """Load a workbook, with a heading per sheet, or a file of separated values; rows keep the sheet's numbers."""
    built = TextBuilder()
    if media_type.startswith("text/"):
        built.rows(table_rows(_separated_rows(text.read(file), tabs=media_type.startswith("text/tab"))))
        return document(file, media_type, built)
    with office.opened(file) as stream:
        _workbook(built, stream)
    return document(file, media_type, built, *office.properties(file))


def document(
    file: File, media_type: str, built: TextBuilder, named: str = "", metadata: Mapping[str, str] = MappingProxyType({})
) -> Document:
    """Make a document of tables; also for old Excel and OpenDocument spreadsheets."""
    return Document(
        source=file.source,
        title=one_line(named) or file.stem,
        text=built.text,
        media_type=media_type,
        headings=tuple(built.headings),
        marks=tuple(built.marks),
        metadata=metadata,
    )


def add_sheet(built: TextBuilder, name: str, rows: Iterable[Sequence[Cell]]) -> None:
    """Add a sheet under its name, unless it is blank; the first row is number 1."""
    lines = list(_sheet_rows(rows))
    if lines:
        built.heading(1, name)
        built.rows(lines, sheet=one_line(name))


def _workbook(built: TextBuilder, stream: BinaryIO) -> None:
    import openpyxl

    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            # The stored dimensions are often wrong: too small loses cells, too large yields empty ones by the million.
            sheet.reset_dimensions()
            rows = itertools.islice(sheet.iter_rows(), MAX_ROWS)
            if sheet.sheet_state != "visible":
                leave_out(cell.value for row in rows for cell in row)
                continue
            shown = seen(rows, unseen(sheet))
            add_sheet(built, sheet.title, ([_read(cell) for cell in row] for row in shown))
    finally:
        book.close()


def leave_out(values: Iterable[Any]) -> None:
    """Note the texts of a sheet that is hidden."""
    for value in values:
        if value is not None:
            left_out(str(value), "hidden sheets")


def _sheet_rows(rows: Iterable[Sequence[Cell]]) -> Iterator[TableRow]:
    """Write a sheet as one line per row. Blank rows separate its tables; one without headers keeps those above it."""
    headers: list[str] = []
    # A sheet may have a million blank rows, which openpyxl gives as empty tuples.
    filled = ((number, row) for number, row in enumerate(rows, start=1) if row and any(cell[0] for cell in row))
    # For rows that follow one another, the row number and the place among the filled rows differ by the same.
    for _, group in itertools.groupby(enumerate(filled), key=lambda item: item[1][0] - item[0]):
        pairs = [pair for _, pair in group]
        block = [row for _, row in pairs]
        at = _header_row(block)
        texts = [(number, [content for content, _ in row]) for number, row in pairs]
        if at is not None:
            yield from (TableRow(number, row) for number, row in texts[:at])
            headers, texts = texts[at][1], texts[at + 1 :]
        elif not _labels(headers, [row for _, row in texts]):
            headers = []
        yield from (TableRow(number, row, headers) for number, row in texts if row != headers)
        if at is None and _are_names(block[-1]):
            # Headers may stand apart from their rows by a blank one.
            headers = texts[-1][1]


def _header_row(block: Sequence[Sequence[Cell]]) -> int | None:
    """Find the row that names the columns: two cells or more, all of them names, above most cells that follow."""
    texts = [[content for content, _ in row] for row in block]
    for at, row in enumerate(block[:-1][:_MAX_ROWS_ABOVE]):
        if _are_names(row) and _labels(texts[at], texts[at + 1 :]):
            return at
    return None


def _are_names(row: Sequence[Cell]) -> bool:
    names = [is_name for content, is_name in row if content]
    return len(names) > 1 and all(names)


def _labels(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the headers stand over more than half of the filled cells of the rows."""
    filled = [column for row in rows for column, cell in enumerate(row) if cell]
    labelled = [column < len(headers) and bool(headers[column]) for column in filled]
    return sum(labelled) * 2 > len(labelled)


def _read(cell: Any) -> Cell:
    return typed(None) if cell is None else typed(cell.value, cell.data_type)


def typed(value: Any, data_type: str = "") -> Cell:
    """Return a cell's text, and whether it can name a column: a text or a year. `data_type` "e" means an error."""
    is_year = isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2100
    return one_line(_text(value, data_type)), is_year or isinstance(value, str | datetime.date)


def _text(value: Any, data_type: str) -> str:
    """Write a value as a reader would say it; nothing for blank cells and errors such as #DIV/0!."""
    if value is None or data_type == "e":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M")
    if isinstance(value, float):
        return _number(value)
    return str(value)


def _number(value: float) -> str:
    # Excel computes with 15 digits; the rest is binary noise (0.30000000000000004).
    value = float(f"{value:.15g}")
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _separated_rows(content: str, *, tabs: bool) -> list[list[str]]:
    csv.field_size_limit(_MAX_CELL_CHARS)
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=_delimiter(content, tabs=tabs)))


def _delimiter(content: str, *, tabs: bool) -> str:
    """Return the delimiter: a tab if the file's name says so, else the one that gives rows of equal length.

    If several do, the sniffer's choice counts, then the most frequent one.
    """
    first = content.lstrip("\n").partition("\n")[0]
    if tabs and "\t" in content:
        return "\t"
    sample = content[:_SNIFFED_CHARS]
    # The sniffer guesses from quotes alone, and can take a delimiter that the first line lacks, or one within cells.
    try:
        sniffed = csv.Sniffer().sniff(sample, delimiters=_DELIMITERS).delimiter
    except csv.Error:
        sniffed = ""
    found = [mark for mark in _DELIMITERS if mark in first]
    return max(found, key=lambda mark: (_parts_alike(sample, mark), mark == sniffed, first.count(mark)), default=",")


def _parts_alike(sample: str, mark: str) -> bool:
    """Tell whether a delimiter splits nine in ten of the first rows into the same number of cells, at least two."""
    try:
        rows = list(itertools.islice(csv.reader(io.StringIO(sample, newline=""), delimiter=mark), _SNIFFED_ROWS))
    except csv.Error:
        return False
    # The last one may be cut in the middle.
    widths = Counter(len(row) for row in (rows[:-1] or rows) if row)
    if not widths:
        return False
    width, often = widths.most_common(1)[0]
    return width > 1 and 10 * often >= 9 * widths.total()
