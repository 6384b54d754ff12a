"""Workbooks in the XML of Excel 2003, which banks and programs still export, some of them under the name .xls."""

import itertools
import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from ingest.load.build import TextBuilder, one_line
from ingest.load.sheet import workbook as sheet
from ingest.load.sheet.header import Cell
from ingest.load.sheet.parts import Merged
from ingest.load.unseen import STRUCK, left_out
from ingest.load.whole import whole

_SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_ROOT = f"{{{_SPACE}}}Workbook"
_MOST_COLUMNS = 16_384
_MOST_NUMBER = 9_999_999
# Formats that Excel calls by a name.
_CODES = {"Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00"}


def is_workbook(root: Any) -> bool:
    """Tell whether the root of an XML file is such a workbook."""
    return bool(root.tag == _ROOT)


def add(built: TextBuilder, root: Any) -> None:
    """Add the sheets of a workbook."""
    formats = {
        _said(style, "ID"): _said(one, "Format")
        for style in root.iter(_name("Style"))
        for one in style.iterchildren(_name("NumberFormat"))
    }
    struck = {
        _said(style, "ID")
        for style in root.iter(_name("Style"))
        if any(_said(font, "StrikeThrough") == "1" for font in style.iterchildren(_name("Font")))
    }
    for page in root.iterchildren(_name("Worksheet")):
        hidden = any((one.text or "").startswith("Sheet") for one in page.iter("{*}Visible"))
        merged: list[Merged] = []
        comments: list[tuple[int, int, str]] = []
        rows = list(_rows(page, formats, struck, merged, comments))
        if hidden:
            sheet.leave_out(cell.text for row in rows for cell in row if cell.text)
        else:
            sheet.add_sheet(built, _said(page, "Name"), rows, sheet.Beside(merged, comments))


def _rows(
    page: Any,
    formats: dict[str, str],
    struck: set[str],
    merged: list[Merged],
    comments: list[tuple[int, int, str]],
) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet, blank ones included; what is merged and what is remarked is added to the lists."""
    blank = Cell("", is_name=False)
    at = 0
    for row in itertools.chain.from_iterable(one.iterchildren(_name("Row")) for one in page.iter(_name("Table"))):
        number = max(_number(row, "Index"), at + 1)
        if number > sheet.MAX_ROWS:
            return
        for _ in range(at + 1, number):
            yield []
        cells: list[Cell] = []
        for cell in row.iterchildren(_name("Cell")):
            place = min(_number(cell, "Index") or len(cells) + 1, _MOST_COLUMNS)
            cells += [blank] * (place - 1 - len(cells))
            _strike(cell, struck=_said(cell, "StyleID") in struck)
            cells.append(_cell(cell, formats))
            across = min(_number(cell, "MergeAcross"), _MOST_COLUMNS)
            down = min(_number(cell, "MergeDown"), sheet.MAX_ROWS)
            if across or down:
                merged.append(Merged(number, len(cells), number + down, len(cells) + across))
                cells += [blank] * min(across, _MOST_COLUMNS - len(cells))
            for comment in cell.iterchildren(_name("Comment")):
                comments.append((number, place, one_line(" ".join(comment.itertext()))))
        at = number
        yield cells


def _strike(cell: Any, *, struck: bool) -> None:
    """Take what is struck out of a cell: its pieces in HTML say it for themselves, all else has the cell's look."""
    for data in cell.iterchildren(_name("Data")):
        for one in (data, *data.iterdescendants("{*}*")):
            one.text = _unless(one.text, struck if one is data else _in_strike(one))
            if one is not data:
                above = one.getparent()
                one.tail = _unless(one.tail, struck if above is data else _in_strike(above))


def _in_strike(piece: Any) -> bool:
    return any(etree.QName(one).localname == "S" for one in (piece, *piece.iterancestors()))


def _unless(text: str | None, struck: bool) -> str | None:
    if struck:
        left_out(text or "", STRUCK)
    return None if struck else text


def _cell(cell: Any, formats: dict[str, str]) -> Cell:
    data = next(cell.iterchildren(_name("Data")), None)
    if data is None:
        return Cell("", is_name=False)
    text, kind = one_line("".join(data.itertext())), _said(data, "Type")
    code = formats.get(_said(cell, "StyleID"), "")
    if kind == "Error" or not text:
        return Cell("", is_name=False)
    try:
        if kind == "Number" and not math.isinf(value := float(text)):
            is_whole = value.is_integer() and abs(value) < 1e15
            return sheet.typed(int(value) if is_whole else value, "", _CODES.get(code, code))
        if kind == "DateTime":
            return sheet.typed(datetime.fromisoformat(text), "", code)
    except (ValueError, OverflowError):
        return sheet.typed(text)
    return sheet.typed(text == "1" if kind == "Boolean" else text)


def _name(tag: str) -> str:
    return f"{{{_SPACE}}}{tag}"


def _said(element: Any, attribute: str) -> str:
    return str(element.get(f"{{{_SPACE}}}{attribute}") or "")


def _number(element: Any, attribute: str) -> int:
    return min(whole(_said(element, attribute)), _MOST_NUMBER)
