"""The pictures of Word documents and PowerPoint slides: what of them is shown, and what that says."""

from typing import Any

from ingest.load import pictures_inside
from ingest.load.pictures_inside import Crop

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VML = "{urn:schemas-microsoft-com:vml}imagedata"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TRUE = ("1", "true")
_WHOLE = 100_000

PICTURES = {f"{_A}blip", _VML}
"""The elements that refer to pictures."""
LEAST_EMU = 144_000
"""Nobody reads what is shown smaller than that: 4 mm in English Metric Units."""


def said(element: Any, part: Any) -> str:
    """Return what a picture says, see `pictures_inside`.

    Args:
        element: One of `PICTURES`.
        part: The part of the package that it stands in.
    """
    relation = part.rels.get(element.get(f"{_RELATIONS}embed") or element.get(f"{_RELATIONS}id") or "")
    if relation is None or relation.is_external or _is_hidden(element):
        return ""
    part = relation.target_part
    return pictures_inside.said(part.blob, _crop(element), place=str(part.partname).lstrip("/"))


def _is_hidden(element: Any) -> bool:
    for around in element.iterancestors(f"{_DRAWING}inline", f"{_DRAWING}anchor"):
        properties, extent = around.find(f"{_DRAWING}docPr"), around.find(f"{_DRAWING}extent")
        if properties is not None and properties.get("hidden") in _TRUE:
            return True
        return extent is not None and min(_number(extent.get("cx")), _number(extent.get("cy"))) < LEAST_EMU
    return False


def _crop(element: Any) -> Crop:
    """Return what is cut off, in shares; what is stretched beyond its frame counts as whole."""
    source = element.getparent().find(f"{_A}srcRect")
    if source is None:
        return pictures_inside.WHOLE
    left, top, right, bottom = (max(0.0, _number(source.get(side)) / _WHOLE) for side in "ltrb")
    return (left, top, right, bottom) if left + right < 1 and top + bottom < 1 else pictures_inside.WHOLE


def _number(text: str | None) -> float:
    value = (text or "").removesuffix("%")
    try:
        return float(value) * (_WHOLE / 100 if (text or "").endswith("%") else 1)
    except ValueError:
        return 0.0
