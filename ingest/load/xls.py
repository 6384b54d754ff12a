"""Old Excel workbooks (.xls) through xlrd: rows as in `sheet`."""

from collections.abc import Iterator
from typing import Any

from ingest.load import sheet
from ingest.load.about import of_ole
from ingest.load.build import TextBuilder
from ingest.load.file import File
from qa.errors import LoadError
from qa.types import Document


class _Silent:
    """Takes what xlrd would print."""

    def write(self, _: str) -> None: ...


def load(file: File, media_type: str) -> Document:
    """Load an old workbook, with a heading per sheet."""
    import xlrd

    built = TextBuilder()
    try:
        # Ragged rows: otherwise one far cell would fill the memory with blank ones.
        book = xlrd.open_workbook(file_contents=file.read(), ragged_rows=True, logfile=_Silent(), on_demand=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise LoadError(file.source, "is encrypted; save a copy without password and ingest that") from error
        raise
    with book:
        for name in book.sheet_names():
            page = book.sheet_by_name(name)
            if page.visibility:
                sheet.leave_out(cell for row in _rows(book, page) for cell, _ in row if cell)
            else:
                sheet.add_sheet(built, name, _rows(book, page))
            book.unload_sheet(name)
    return sheet.document(file, media_type, built, metadata=_about(file))


def _about(file: File) -> dict[str, str]:
    """Return what a workbook says about itself; one of Excel 5 or older may have no place for that."""
    import olefile

    with file.open() as stream:
        if not olefile.isOleFile(stream):
            return {}
        with olefile.OleFileIO(stream) as ole:
            return of_ole(ole.get_metadata())


def _rows(book: Any, page: Any) -> Iterator[list[sheet.Cell]]:
    import xlrd

    for index in range(page.nrows):
        row = []
        for cell in page.row(index):
            value, kind = cell.value, ""
            if cell.ctype == xlrd.XL_CELL_DATE:
                value = _date(value, book.datemode)
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                value = bool(value)
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                kind = "e"
            elif cell.ctype == xlrd.XL_CELL_NUMBER and value.is_integer() and abs(value) < 1e15:
                # Excel keeps every number as a float.
                value = int(value)
            row.append(sheet.typed(value, kind))
        yield row


def _date(value: float, mode: int) -> Any:
    import xlrd

    try:
        moment = xlrd.xldate_as_datetime(value, mode)
    except (xlrd.XLDateError, OverflowError, ValueError):
        return value
    # Below one day it is a time alone.
    return moment.time() if 0 <= value < 1 else moment
