"""What lies over the cells of an old Excel workbook (.xls): text boxes and titles of charts, after [MS-XLS].

xlrd reads cells and comments, and passes over drawings.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.load.build import one_line
from ingest.load.sheet.parts import column_letters
from ingest.load.unseen import incomplete

_BOF, _EOF, _BOUNDSHEET, _CONTINUE = 0x809, 0x0A, 0x85, 0x3C
_DRAWING, _OBJECT, _TEXT_OBJECT = 0xEC, 0x5D, 0x1B6
_CHART_TEXT, _CHART_STRING, _CHART_LINK = 0x1025, 0x100D, 0x1027
_BIFF8, _CHART = 0x600, 0x20
# The values of a chart as they were when it was drawn last: which kind of them follows, and a number.
_KEPT, _NUMBER, _OF_SERIES = 0x1065, 0x203, 1
# What the text of a chart belongs to: the chart, one of its axes. The rest labels values.
_TITLES = frozenset({1, 2, 3, 7})
_ANCHOR, _COMMENT = 0xF010, 0x19
_WORKSHEET, _CHART_SHEET = 0, 2
_MOST = 1_000
_LONGEST = 32_767

_Record = tuple[int, bytes]


@dataclass(slots=True)
class Over:
    """What lies over the cells of a workbook.

    Attributes:
        sheets: The lines of each worksheet, in their order.
        charts: The lines of each sheet that is a chart, by its name.
        drawn: For each chart that shows values, where it is or what it is called, and these.
    """

    sheets: list[list[str]] = field(default_factory=list)
    charts: dict[str, list[str]] = field(default_factory=dict)
    drawn: list[tuple[str, frozenset[float]]] = field(default_factory=list)


def over(stream: bytes) -> Over:
    """Return what lies over the cells of a workbook's stream; what is damaged is left out and told."""
    found = Over()
    kinds = list(_records(stream, 0))
    if not kinds or kinds[0][0] != _BOF or len(kinds[0][1]) < 2:
        return found
    is_read = struct.unpack_from("<H", kinds[0][1])[0] == _BIFF8
    for kind, data in kinds:
        if kind != _BOUNDSHEET or len(data) < 8:
            continue
        at, sort, length, wide = struct.unpack_from("<IxBBB", data)
        name = one_line(_decoded(data[8:], length, wide=bool(wide & 1)) if is_read else "")
        if sort not in (_WORKSHEET, _CHART_SHEET):
            continue
        lines = _lines(_records(stream, at, nested=True), name) if is_read else _older(_records(stream, at))
        found.drawn += _drawn(_records(stream, at, nested=True), name) if is_read else ()
        if sort == _WORKSHEET:
            found.sheets.append(lines)
        elif lines:
            found.charts[name] = lines
    return found


def _older(records: Iterator[_Record]) -> list[str]:
    if any(kind == _OBJECT for kind, _ in records):
        incomplete("without what lies over the cells, which Excel 95 and older keep in another form; save it as .xlsx")
    return []


def _lines(records: Iterator[_Record], title: str) -> list[str]:
    lines: list[str] = []
    place, said, is_comment = "", "", False
    titles: list[str] | None = None
    waiting, text = 0, ""
    for kind, data in records:
        if waiting and kind == _CONTINUE and data:
            # Each part of a text tells anew how wide its letters are.
            text += _decoded(data[1:], waiting, wide=bool(data[0] & 1))
            waiting = max(0, int(waiting - len(data[1:]) / (2 if data[0] & 1 else 1)))
            if not waiting and not is_comment and one_line(text):
                lines.append(f"[Text box{place}: {one_line(text)}]")
        elif kind == _DRAWING:
            place = _anchored(data) or place
        elif kind == _OBJECT:
            is_comment = len(data) >= 6 and struct.unpack_from("<H", data, 4)[0] == _COMMENT
        elif kind == _TEXT_OBJECT and len(data) >= 12:
            waiting, text = min(struct.unpack_from("<H", data, 10)[0], _LONGEST), ""
        elif kind == _BOF and len(data) >= 4 and struct.unpack_from("<H", data, 2)[0] == _CHART:
            titles = []
        elif kind == _CHART_TEXT:
            said = ""
        elif kind == _CHART_STRING and len(data) >= 4:
            said = one_line(_decoded(data[4:], data[2], wide=bool(data[3] & 1)))
        elif kind == _CHART_LINK and titles is not None and len(data) >= 2 and said:
            if struct.unpack_from("<H", data)[0] in _TITLES and said not in titles:
                titles.append(said)
            said = ""
        elif kind == _EOF and titles is not None:
            lines += [f"[Chart{place}: {'; '.join(titles)}]"] if titles else []
            titles = None
        if len(lines) >= _MOST:
            incomplete(f"without what lies over the cells of sheet {title} after the first {_MOST:,}")
            break
    return lines


def _drawn(records: Iterator[_Record], sheet: str) -> Iterator[tuple[str, frozenset[float]]]:
    """Yield the sheet of each chart, and the values that it shows."""
    values: set[float] | None = None
    is_series = False
    for kind, data in records:
        if kind == _BOF and len(data) >= 4 and struct.unpack_from("<H", data, 2)[0] == _CHART:
            values, is_series = set(), False
        elif kind == _KEPT and len(data) >= 2:
            is_series = struct.unpack_from("<H", data)[0] == _OF_SERIES
        elif kind == _NUMBER and values is not None and is_series and len(data) >= 14 and len(values) < _MOST:
            values.add(struct.unpack_from("<d", data, 6)[0])
        elif kind == _EOF and values is not None:
            yield sheet, frozenset(values)
            values = None


def _records(stream: bytes, at: int, *, nested: bool = False) -> Iterator[_Record]:
    """Yield the records from a place of a stream to the end of its part, with those of charts within it if `nested`."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == _BOF) - (kind == _EOF)
        if kind == _EOF and (depth <= 0 or not nested):
            return


def _anchored(data: bytes) -> str:
    """Return the cell where the last shape of a drawing's record begins; "" for none."""
    at, place = 0, ""
    while at + 8 <= len(data):
        version, kind, size = struct.unpack_from("<HHI", data, at)
        if kind == _ANCHOR and at + 16 <= len(data):
            column, row = struct.unpack_from("<2xH2xH", data, at + 8)
            place = f" at {column_letters(column + 1)}{row + 1}"
        # What holds others is gone into.
        at += 8 if version & 0xF == 0xF else 8 + size
    return place


def _decoded(data: bytes, length: int, *, wide: bool) -> str:
    return data[: 2 * length].decode("utf-16-le", "replace") if wide else data[:length].decode("latin-1")
