"""Old Excel workbooks (.xls) through xlrd: rows as in `sheet`, and what lies over them; files in them are documents."""

import datetime
from collections.abc import Iterator
from typing import Any

from ingest.load.about import of_ole
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.office import old_objects as doc_objects
from ingest.load.office import parts as office_parts
from ingest.load.parts import Budget, Parts
from ingest.load.sheet import number_format, old_drawn, raised
from ingest.load.sheet import workbook as sheet
from ingest.load.sheet.header import Cell
from ingest.load.sheet.parts import Merged
from ingest.load.unseen import STRUCK, incomplete, left_out
from qa.errors import LoadError
from qa.types import Document

# As xlrd counts the kinds of cells. Above the other one a float is no exact whole number.
_NUMBER, _MOST_EXACT = 2, 2**53
_SUPERSCRIPT = 1


class _Silent:
    """Takes what xlrd would print."""

    def write(self, _: str) -> None: ...


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files that are embedded in it."""
    return doc_objects.parts(file, budget) if _is_ole(file) else iter(())


def load(file: File, media_type: str) -> Document:
    """Load an old workbook, with a heading per sheet."""
    built = TextBuilder()
    with _opened(file) as book:
        over = _over(file)
        held: set[float] = set()
        for number, name in enumerate(book.sheet_names()):
            page = book.sheet_by_name(name)
            lines = over.sheets[number] if number < len(over.sheets) else []
            if any(values for _, values in over.drawn):
                held.update(
                    cell.value for index in range(page.nrows) for cell in page.row(index) if cell.ctype == _NUMBER
                )
            if page.visibility:
                sheet.leave_out(cell for row in _rows(book, page) for cell, *_ in row if cell)
            else:
                sheet.add_sheet(built, name, _rows(book, page), _beside(page, lines))
            book.unload_sheet(name)
        for name in dict.fromkeys(name for name, values in over.drawn if not values <= held):
            incomplete(f"without the values of a chart on sheet {name}, which stand in no cell of this workbook")
        for name, lines in over.charts.items():
            sheet.add_sheet(built, name, (), sheet.Beside(lines=lines))
    return sheet.document(file, media_type, built, metadata=_about(file))


def _opened(file: File) -> Any:
    """Open a workbook with the formats of its cells, or without them where they are damaged."""
    import xlrd

    # Ragged rows: otherwise one far cell would fill the memory with blank ones.
    content = file.read()
    kept = {"file_contents": content, "ragged_rows": True, "logfile": _Silent(), "on_demand": True}
    try:
        return xlrd.open_workbook(**kept, formatting_info=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise LoadError(file.source, "is encrypted; save a copy without password and ingest that") from error
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - damaged formats raise anything, and the cells may be sound
        pass
    book = xlrd.open_workbook(**kept)
    incomplete("the formats of its cells are damaged: numbers and dates as they are kept; open it in Excel and save it")
    return book


def _is_ole(file: File) -> bool:
    import olefile

    with file.open() as stream:
        return bool(olefile.isOleFile(stream))


def _over(file: File) -> old_drawn.Over:
    """Return what lies over the cells; what is embedded in the workbook and is not read is told."""
    import olefile

    try:
        if not _is_ole(file):
            return old_drawn.over(file.read())
        with file.open() as stream, olefile.OleFileIO(stream) as ole:
            office_parts.say_embedded(doc_objects.unread(ole))
            name = next((name for name in ("Workbook", "Book") if ole.exists(name)), "")
            return old_drawn.over(ole.openstream(name).read()) if name else old_drawn.Over()
    except OSError:
        # The cells may be sound where olefile, which is stricter than xlrd, finds a damaged file.
        incomplete("without what lies over its cells, which is damaged")
        return old_drawn.Over()


def _beside(page: Any, lines: list[str]) -> sheet.Beside:
    """Return merged cells, notes and what lies over the cells; xlrd counts from 0, and ends behind the last."""
    merged = [
        Merged(row + 1, column + 1, last_row, last_column) for row, last_row, column, last_column in page.merged_cells
    ]
    notes = [(row + 1, column + 1, one_line(note.text or "")) for (row, column), note in page.cell_note_map.items()]
    return sheet.Beside(merged, [note for note in notes if note[2]], lines)


def _about(file: File) -> dict[str, str]:
    """Return what a workbook says about itself; one of Excel 5 or older may have no place for that."""
    import olefile

    with file.open() as stream:
        if not olefile.isOleFile(stream):
            return {}
        with olefile.OleFileIO(stream) as ole:
            return of_ole(ole.get_metadata())


def _rows(book: Any, page: Any) -> Iterator[list[Cell]]:
    import xlrd

    for index in range(page.nrows):
        row = []
        for column, cell in enumerate(page.row(index)):
            value, kind = cell.value, ""
            struck = _is_struck(book, _font(book, cell))
            if runs := page.rich_text_runlist_map.get((index, column)):
                looks = [(at, _is_raised(book, font), _is_struck(book, font)) for at, font in runs]
                # What stands before the first run has the look of the cell.
                value = raised.of_runs(value, [(0, False, struck), *looks])
            elif struck and str(value).strip():
                left_out(str(value), STRUCK)
                row.append(sheet.typed(None))
                continue
            if cell.ctype == xlrd.XL_CELL_DATE:
                value = _date(value, book.datemode, _format(book, cell))
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                value = bool(value)
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                kind = "e"
            elif cell.ctype == _NUMBER and value.is_integer() and abs(value) < _MOST_EXACT:
                # Excel keeps every number as a float.
                value = int(value)
            row.append(sheet.typed(value, kind, _format(book, cell)))
        yield row


def _is_raised(book: Any, font: int) -> bool:
    return font < len(book.font_list) and book.font_list[font].escapement == _SUPERSCRIPT


def _is_struck(book: Any, font: int) -> bool:
    return font < len(book.font_list) and bool(book.font_list[font].struck_out)


def _font(book: Any, cell: Any) -> int:
    """Return the number of a cell's font; one that no font has where the workbook was opened without formats."""
    if cell.xf_index is None or cell.xf_index >= len(book.xf_list):
        return len(book.font_list)
    return int(book.xf_list[cell.xf_index].font_index)


def _format(book: Any, cell: Any) -> str:
    """Return how a cell shows its number; "" where the workbook was opened without formats."""
    if cell.xf_index is None or cell.xf_index >= len(book.xf_list):
        return ""
    found = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return found.format_str if found is not None else ""


def _date(value: float, mode: int, code: str) -> Any:
    import xlrd

    if number_format.is_duration(code):
        return datetime.timedelta(days=value)
    try:
        moment = xlrd.xldate_as_datetime(value, mode)
    except (xlrd.XLDateError, OverflowError, ValueError):
        return value
    # Below one day it is a time alone.
    return moment.time() if 0 <= value < 1 else moment
