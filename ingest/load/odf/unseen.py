"""The parts of an OpenDocument file that nobody sees or that are struck out: text, rows, columns, sheets and slides.

The look of a text is read from its styles. In a frame, or in a table with a background of its own, text counts as
visible.
"""

from typing import Any

from ingest.load.markup import name
from ingest.load.unseen import STRUCK, blends, hex_colour, left_out
from ingest.load.whole import whole

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_FALSE = "false"
_MAX_DEPTH = 20

_SIGNS = ("s", "tab", "line-break", "soft-page-break")
Looks = dict[str, str]


def remove_unseen(body: Any, styles: list[Any]) -> None:
    """Take what nobody sees out of a document's XML, and note it.

    Args:
        body: The element that holds the content.
        styles: Roots that hold styles: that of the content, and that of the file of styles.
    """
    looks = _Styles(styles)
    for element in list(body.iter(f"{_TABLE}table", f"{_DRAW}page", f"{_TEXT}section", f"{_TEXT}hidden-text")):
        if element.getparent() is not None and (how := looks.hidden(element)):
            _remove(element, how)
    for table in body.iter(f"{_TABLE}table"):
        _hidden_cells(table)
    for element in list(body.iter(f"{_TEXT}span", f"{_TEXT}p", f"{_TEXT}h")):
        if element.getparent() is not None and (how := looks.unreadable(element)):
            _remove(element, how)
        elif looks.strikes(element):
            _strike(element, looks)
    for cell in list(body.iter(f"{_TABLE}table-cell")):
        if looks.strikes(cell):
            for line in cell.iterchildren(f"{_TEXT}p"):
                _strike(line, looks)


def _strike(element: Any, looks: "_Styles") -> None:
    """Take what is struck out of an element; a stretch within may not be."""
    if element.text:
        left_out(element.text, STRUCK)
        element.text = None
    for child in list(element):
        if name(child) in _SIGNS:
            child.text = None
            child.tail = _struck(child.tail)
        elif name(child) in ("span", "a") and looks.strikes(child) is not False:
            _strike(child, looks)
            child.tail = _struck(child.tail)
        else:
            child.tail = _struck(child.tail)


def _struck(text: str | None) -> str | None:
    left_out(text or "", STRUCK)
    return " " if text and text != text.strip() else None


def _hidden_cells(table: Any) -> None:
    """Take hidden rows and columns out; those that a filter hides count as visible."""
    for row in list(table.iter(f"{_TABLE}table-row")):
        if row.get(f"{_TABLE}visibility") == "collapse":
            _remove(row, "hidden rows")
    hidden: set[int] = set()
    at = 0
    for column in table.iter(f"{_TABLE}table-column"):
        repeats = _count(column)
        if column.get(f"{_TABLE}visibility") == "collapse":
            hidden.update(range(at, at + min(repeats, 16_384)))
        at += repeats
    for row in table.iter(f"{_TABLE}table-row") if hidden else ():
        at = 0
        for cell in list(row):
            if at in hidden:
                left_out(_said(cell), "hidden columns")
                for child in list(cell):
                    cell.remove(child)
            at += _count(cell)


class _Styles:
    def __init__(self, roots: list[Any]) -> None:
        self._styles = {
            (style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", "")): style
            for root in roots
            for style in root.iter(f"{_STYLE}style")
        }

    def hidden(self, element: Any) -> str:
        kind = name(element)
        if kind == "hidden-text" or (kind == "section" and element.get(f"{_TEXT}display") == "none"):
            return "hidden text"
        if kind == "table" and self._look("table", element.get(f"{_TABLE}style-name")).get("display") == _FALSE:
            return "hidden sheets"
        if kind == "page":
            look = self._look("drawing-page", element.get(f"{_DRAW}style-name"))
            return "hidden slides" if look.get("visibility") == "hidden" else ""
        return ""

    def unreadable(self, element: Any) -> str:
        family = "text" if name(element) == "span" else "paragraph"
        look = self._look(family, element.get(f"{_TEXT}style-name"))
        if look.get("text-display") == "none":
            return "hidden font"
        size = look.get("font-size", "")
        if size.endswith("pt") and _number(size[:-2]) <= 1:
            return "size 0 or 1"
        if (colour := look.get("color", "")) and blends(hex_colour(colour), hex_colour(self._ground(element, look))):
            return "the colour of its background"
        return ""

    def strikes(self, element: Any) -> bool | None:
        """Tell whether a stretch, a paragraph or a cell is struck out; None where its style does not speak of it."""
        kind = name(element)
        family = {"span": "text", "table-cell": "table-cell"}.get(kind, "paragraph")
        space = _TABLE if kind == "table-cell" else _TEXT
        look = self._look(family, element.get(f"{space}style-name"))
        lines = [look[key] for key in ("text-line-through-style", "text-line-through-type") if key in look]
        return not any(line == "none" for line in lines) if lines else None

    def _ground(self, element: Any, look: Looks) -> str:
        for above in (element, *element.iterancestors()):
            kind = name(above)
            if above is not element:
                family = {"p": "paragraph", "h": "paragraph", "span": "text", "table-cell": "table-cell"}.get(kind, "")
                space = _TABLE if kind.startswith("table") else _TEXT
                look = self._look(family, above.get(f"{space}style-name")) if family else {}
            if kind in ("frame", "text-box", "custom-shape", "table-row", "table", "page"):
                return "" if kind not in ("table-row", "table") or look.get("background-color") else "#ffffff"
            if (ground := look.get("background-color", "")) and ground != "transparent":
                return ground
        return "#ffffff"

    def _look(self, family: str, style: str | None) -> Looks:
        """Return what a style and those behind it say, the nearest first."""
        look: Looks = {}
        for _ in range(_MAX_DEPTH):
            found = self._styles.get((family, style or ""))
            if found is None:
                break
            for properties in found:
                for key, value in properties.attrib.items():
                    bare = key.rpartition("}")[2]
                    if key == f"{_TEXT}display":
                        bare = "text-display"
                    look.setdefault(bare, value)
            style = found.get(f"{_STYLE}parent-style-name")
        return look


def _count(element: Any) -> int:
    value = element.get(f"{_TABLE}number-columns-repeated") or "1"
    return max(1, min(whole(value, 1), 16_384))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 12.0


def _said(element: Any) -> str:
    return " ".join(element.itertext())


def _remove(element: Any, how: str) -> None:
    """Take an element out; the text behind it stays."""
    left_out(_said(element), how)
    parent, tail = element.getparent(), element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
