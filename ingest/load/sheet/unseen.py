"""The cells of an Excel sheet that nobody sees: hidden, as small as a dot, or in the colour of their background.

Rows that a filter hides, and those of a collapsed group, count as visible: the sheet shows that there are more. Where a
table's style or a condition may colour cells, the background is unknown, and text counts as visible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.load.unseen import STRUCK, Colour, blends, hex_colour, left_out
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

_CHUNK = 1 << 20
# Longer than any of the tags that are looked for.
_OVERLAP = 4_096
_TAG = lazy_regex(rb"<(?:\w+:)?(row|col|sheetPr|filterColumn|tablePart|conditionalFormatting)\b([^<>]*)>")
_ATTRIBUTE = lazy_regex(rb"\b(\w+)=\"([^\"]*)\"")
_MAX_COLUMN = 16_384
_WHITE = (255, 255, 255)
_TRUE = (b"1", b"true")


@dataclass(slots=True)
class Unseen:
    """What a sheet hides; `styles` says by a style's id how cells of that style are hidden, "" if they are not."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    coloured: bool = False
    styles: dict[int, str] = field(default_factory=dict)

    def cell(self, cell: Any) -> str:
        """Return how an openpyxl cell is hidden; "" if it is not."""
        style = getattr(cell, "_style_id", None)
        if style is None or cell.value is None:
            return ""
        if style not in self.styles:
            self.styles[style] = _hidden(cell, coloured=self.coloured)
        return self.styles[style]


def unseen(sheet: Any) -> Unseen:
    """Read what a sheet hides from its XML; the library says nothing of rows and columns while it streams."""
    found, filtered = Unseen(), False
    for name, said in _tags(sheet):
        hidden = said.get(b"hidden") in _TRUE and said.get(b"outlineLevel", b"0") == b"0"
        if name == b"row" and hidden and _counts(said.get(b"r")):
            found.rows.add(whole(said[b"r"]))
        elif name == b"col" and hidden and _counts(said.get(b"min")) and _counts(said.get(b"max")):
            # A sheet that hides all that is right of its table hides nothing that anybody wrote.
            found.columns.update(range(whole(said[b"min"]), min(whole(said[b"max"]), _MAX_COLUMN) + 1))
        elif name == b"filterColumn" or (name == b"sheetPr" and said.get(b"filterMode") in _TRUE):
            filtered = True
        elif name in (b"tablePart", b"conditionalFormatting"):
            found.coloured = True
    if filtered:
        found.rows.clear()
    return found


def seen(rows: Iterator[Sequence[Any]], unseen: Unseen) -> Iterator[list[Any]]:
    """Yield rows of openpyxl cells with None for a cell that is hidden, and note its text; rows keep their number."""
    for number, row in enumerate(rows, 1):
        cells: list[Any] = []
        for column, cell in enumerate(row, 1):
            how = (
                "hidden rows"
                if number in unseen.rows
                else "hidden columns"
                if column in unseen.columns
                else unseen.cell(cell)
            )
            # Of a text in pieces each one has its own look.
            if isinstance(cell.value, list) and how in ("", STRUCK):
                cells.append(_joined(cell, struck=how == STRUCK))
                continue
            if how and cell.value is not None:
                left_out(str(cell.value), how)
            cells.append(None if how else cell)
        yield cells


def _joined(cell: Any, *, struck: bool) -> Any:
    """Return an openpyxl cell with its pieces as one text; one without a font has the cell's, which may be struck."""
    said = ""
    for piece in cell.value:
        if struck and isinstance(piece, str):
            left_out(piece, STRUCK)
        else:
            said += str(piece)
    return type(cell)(cell.parent, cell.row, cell.column, said, cell.data_type, cell._style_id)


def _tags(sheet: Any) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    with sheet.parent._archive.open(sheet._worksheet_path) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            cut = max(text.rfind(b"<"), 0) if len(text) - text.rfind(b"<") < _OVERLAP else len(text)
            for match in _TAG.finditer(text, 0, cut):
                yield match[1], dict(_ATTRIBUTE.findall(match[2]))
            rest = text[cut:]
        for match in _TAG.finditer(rest):
            yield match[1], dict(_ATTRIBUTE.findall(match[2]))


def _hidden(cell: Any, *, coloured: bool) -> str:
    font, fill = cell.font, cell.fill
    if str(cell.number_format).strip() == ";;;":
        return "a format that shows nothing"
    if font is not None and font.strike:
        return STRUCK
    if font is not None and font.sz is not None and float(font.sz) <= 1:
        return "size 0 or 1"
    ink = _colour(font.color if font is not None else None)
    pattern = fill.patternType if fill is not None else None
    ground = _WHITE if pattern in (None, "none") else _colour(fill.fgColor) if pattern == "solid" else None
    if ground is _WHITE and coloured:
        return ""
    return "the colour of its background" if blends(ink, ground) else ""


def _colour(colour: Any) -> Colour | None:
    """Return red, green and blue; None where they are not known, as for most colours of a theme."""
    kind, value = getattr(colour, "type", None), getattr(colour, "value", None)
    if kind == "rgb" and isinstance(value, str) and len(value) == len("ffc0ffee"):
        return hex_colour(value[2:])
    if (kind == "theme" and value == 0 and not colour.tint) or (kind == "indexed" and value in (1, 9)):
        return _WHITE
    return None


def _counts(value: bytes | None) -> bool:
    """Tell whether the value of an attribute is a number."""
    return (value or b"").decode("latin-1").isdecimal()
