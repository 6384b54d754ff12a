"""Tables: Excel workbooks (.xlsx) through openpyxl, and CSV and TSV files. Each row becomes one line."""

import datetime
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, BinaryIO

from ingest.load import text
from ingest.load.build import TableRow, TextBuilder, one_line
from ingest.load.fields import are_fields, field_of
from ingest.load.file import File
from ingest.load.office import embedded
from ingest.load.office import package as office
from ingest.load.office import parts as office_parts
from ingest.load.parts import Budget, Parts
from ingest.load.sheet import drawings, number_format, raised, separated
from ingest.load.sheet.header import MOST_HEADER_ROWS, Cell, are_names, header, labels
from ingest.load.sheet.parts import Merged, column_letters
from ingest.load.sheet.parts import parts as sheet_parts
from ingest.load.sheet.unseen import seen, unseen
from ingest.load.unseen import left_out
from qa.types import Document

# What Excel holds. A row number beyond it is a fault or a trick, and every row up to it would be gone through.
MAX_ROWS = 1_048_576

# Of one sheet: what is filled into merged cells, and what a message names.
_MOST_FILLED = 1_000_000
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Beside:
    """What a sheet says beside its cells: those that are one, comments as (row, column, text), from 1, and lines."""

    merged: Sequence[Merged] = ()
    comments: Sequence[tuple[int, int, str]] = ()
    lines: Sequence[str] = ()


NOTHING_BESIDE = Beside()


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files that are embedded in it."""
    return embedded.parts(file, budget)


def load(file: File, media_type: str) -> Document:
    """Load a workbook, with a heading per sheet, or a file of separated values; rows keep the sheet's numbers."""
    built = TextBuilder()
    if media_type.startswith("text/"):
        built.rows(separated.rows(text.read(file), tabs=media_type.startswith("text/tab")))
        return document(file, media_type, built)
    with office.opened(file) as stream:
        gaps = tuple(_workbook(built, raised.as_shown(stream)))
    office_parts.note_embedded(file)
    return replace(document(file, media_type, built, *office.properties(file)), gaps=gaps)


def document(
    file: File, media_type: str, built: TextBuilder, named: str = "", metadata: Mapping[str, str] = MappingProxyType({})
) -> Document:
    """Make a document of tables; also for old Excel and OpenDocument spreadsheets."""
    return built.document(file, media_type, one_line(named), metadata=metadata)


def add_sheet(built: TextBuilder, name: str, rows: Iterable[Sequence[Cell]], beside: Beside = NOTHING_BESIDE) -> None:
    """Add a sheet under its name, unless it is blank; the first row is number 1.

    What stands in merged cells stands in each row that they go down, and over each column that a header spans.
    Comments follow the rows, each with its place, the first cell of its row and the column's name.
    """
    lines = list(_sheet_rows(_filled_down(rows, beside.merged), beside.merged))
    if not lines and not beside.comments and not beside.lines:
        return
    built.heading(1, name)
    built.rows(lines, sheet=one_line(name))
    rows_by_number = {line.number: line for line in lines}
    for row, column, said in sorted(beside.comments):
        built.line(f"[Comment on {', '.join(_place(row, column, rows_by_number.get(row)))}: {said}]")
    for said in beside.lines:
        built.line(said)


def _place(row: int, column: int, line: TableRow | None) -> Iterator[str]:
    yield f"{column_letters(column)}{row}"
    if line is None:
        return
    first = next(filter(None, line.cells), "")
    name = line.columns[column - 1] if column <= len(line.columns) else ""
    cell = line.cells[column - 1] if column <= len(line.cells) else ""
    if first and first != cell:
        yield first
    if cell or name:
        yield f"{name}: {cell}" if name and cell else name or cell


def _workbook(built: TextBuilder, stream: BinaryIO) -> Iterator[str]:
    """Add the sheets; yield what of them is missing."""
    book = _opened(stream)
    unvalued: list[str] = []
    try:
        for sheet in book.worksheets:
            # The stored dimensions are often wrong: too small loses cells, too large yields empty ones by the million.
            sheet.reset_dimensions()
            rows = itertools.islice(sheet.iter_rows(), MAX_ROWS)
            if sheet.sheet_state != "visible":
                leave_out(cell.value for row in rows for cell in row)
                continue
            hidden, more = unseen(sheet), sheet_parts(sheet)
            comments = []
            for row, column, said in more.comments:
                if row in hidden.rows or column in hidden.columns:
                    left_out(said, "hidden rows" if row in hidden.rows else "hidden columns")
                else:
                    comments.append((row, column, said))
            formulas = {
                place: formula
                for place, formula in more.unvalued.items()
                if place[0] not in hidden.rows and place[1] not in hidden.columns
            }
            unvalued += [f"{sheet.title}!{column_letters(column)}{row}" for row, column in formulas]
            shown = _read_rows(seen(rows, hidden), formulas)
            add_sheet(built, sheet.title, shown, Beside(more.merged, comments, list(drawings.lines(sheet))))
        for name, lines in drawings.of_chart_sheets(book._archive):
            add_sheet(built, name, (), Beside(lines=lines))
    finally:
        book.close()
    if unvalued:
        named = ", ".join(unvalued[:_MOST_NAMED]) + (", …" if len(unvalued) > _MOST_NAMED else "")
        formulas_are = "1 formula is" if len(unvalued) == 1 else f"{len(unvalued)} formulas are"
        yield (
            f"{formulas_are} stored without a value ({named}) and kept as written; "
            "open the workbook in Excel or LibreOffice, save it, and ingest it again"
        )


def _opened(stream: BinaryIO) -> Any:
    """Open a workbook; where its styles are not as openpyxl knows them, with as much of them as it knows."""
    import openpyxl

    # What other workbooks hold is not read, and a part of such a link may be missing.
    kept = {"read_only": True, "data_only": True, "keep_links": False, "rich_text": True}
    open_book = functools.partial(openpyxl.load_workbook, **kept)
    try:
        return open_book(stream)
    except (TypeError, ValueError, AttributeError, IndexError, KeyError):
        try:
            return open_book(office.with_known_styles(stream))
        except (TypeError, ValueError, AttributeError, IndexError, KeyError):
            return open_book(office.with_known_styles(stream, formats_only=True))


def _read_rows(rows: Iterable[Sequence[Any]], formulas: Mapping[tuple[int, int], str]) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows, 1):
        cells = [_read(cell) for cell in row]
        if formulas:
            for column, cell in enumerate(cells, 1):
                if not cell.text and (formula := formulas.get((number, column))):
                    cells[column - 1] = Cell(one_line(formula), is_name=False)
        yield cells


def leave_out(values: Iterable[Any]) -> None:
    """Note the texts of a sheet that is hidden."""
    for value in values:
        if value is not None:
            left_out(str(value), "hidden sheets")


def _filled_down(rows: Iterable[Sequence[Cell]], merged: Sequence[Merged]) -> Iterator[Sequence[Cell]]:
    """Yield rows with what stands in merged cells in each row that they go down and that holds something of its own."""
    starts: dict[int, list[Merged]] = {}
    for one in merged:
        if one.last_row > one.row:
            starts.setdefault(one.row, []).append(one)
    if not starts:
        yield from rows
        return
    active: dict[int, tuple[int, Cell]] = {}
    filled = 0
    for number, row in enumerate(rows, start=1):
        has_own = any(cell.text for cell in row)
        if active and has_own and filled < _MOST_FILLED:
            active = {column: held for column, held in active.items() if held[0] >= number}
            cells = list(row)
            for column, (_, cell) in active.items():
                cells += [Cell("", is_name=False)] * (column - len(cells))
                if not cells[column - 1].text:
                    cells[column - 1] = cell
            filled += len(active)
            row = cells
        for one in starts.get(number, ()):
            if one.column <= len(row) and row[one.column - 1].text:
                active[one.column] = (one.last_row, row[one.column - 1])
        yield row


def _sheet_rows(rows: Iterable[Sequence[Cell]], merged: Sequence[Merged] = ()) -> Iterator[TableRow]:
    """Write a sheet as one line per row. Blank rows separate its tables; one without headers keeps those above it."""
    spans: dict[int, list[Merged]] = {}
    for one in merged:
        for number in range(one.row, min(one.last_row, one.row + MOST_HEADER_ROWS) + 1):
            spans.setdefault(number, []).append(one)
    headers: list[str] = []
    # A sheet may have a million blank rows, which openpyxl gives as empty tuples.
    filled = ((number, row) for number, row in enumerate(rows, start=1) if row and any(cell.text for cell in row))
    # For rows that follow one another, the row number and the place among the filled rows differ by the same.
    for _, group in itertools.groupby(enumerate(filled), key=lambda item: item[1][0] - item[0]):
        pairs = [pair for _, pair in group]
        if not headers and are_fields([[cell.text for cell in row] for _, row in pairs]):
            yield from (TableRow(number, field_of([cell.text for cell in row])) for number, row in pairs)
            continue
        found = header(pairs, spans)
        texts = [TableRow(number, [c.text for c in row], exact=[c.exact for c in row]) for number, row in pairs]
        if found is not None:
            at, depth, headers = found
            yield from texts[:at]
            texts = texts[at + depth :]
        elif not labels(headers, [row.cells for row in texts]):
            headers = []
        yield from (replace(row, columns=headers) for row in texts if row.cells != headers)
        if found is None and are_names(pairs[-1][1]):
            # Headers may stand apart from their rows by a blank one.
            headers = list(texts[-1].cells)


def _read(cell: Any) -> Cell:
    if cell is None:
        return Cell("", is_name=False)
    number = isinstance(cell.value, int | float | datetime.time | datetime.timedelta)
    return typed(cell.value, cell.data_type, (cell.number_format or "") if number else "")


def typed(value: Any, data_type: str = "", number_format_code: str = "") -> Cell:
    """Return a cell as it is shown, and whether it can name a column: a text or a year.

    Args:
        value: What is stored.
        data_type: "e" means an error.
        number_format_code: How the cell shows a number, "" where that is not known.
    """
    is_year = isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2100
    is_name = is_year or isinstance(value, str | datetime.date)
    if data_type != "e" and isinstance(value, int | float) and not isinstance(value, bool):
        shown, exact = number_format.shown(value, number_format_code)
        if shown:
            return Cell(one_line(shown), is_name and shown.isdecimal(), one_line(exact))
    if isinstance(value, datetime.time) and number_format.is_duration(number_format_code):
        value = datetime.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    return Cell(one_line(_text(value, data_type)), is_name)


def _text(value: Any, data_type: str) -> str:
    """Write a value as a reader would say it; nothing for blank cells and errors such as #DIV/0!."""
    if value is None or data_type == "e":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, datetime.timedelta):
        return number_format.duration(value)
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M")
    if isinstance(value, float):
        return _number(value)
    return str(value)


def _number(value: float) -> str:
    # Excel computes with 15 digits; the rest is binary noise (0.30000000000000004).
    value = float(f"{value:.15g}")
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
