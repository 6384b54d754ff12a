"""The pictures of Word documents and PowerPoint slides: what of them is shown, and what that says."""

from typing import Any

from ingest.load.office import embedded
from ingest.load.picture import drawings
from ingest.load.picture import inside as pictures_inside
from ingest.load.picture.inside import Crop

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VML = "{urn:schemas-microsoft-com:vml}imagedata"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_OLE = ("{urn:schemas-microsoft-com:office:office}OLEObject", "{*}oleObj")
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
    if _is_hidden(element):
        return ""
    # A drawing of lines stands there for newer programs, and what it looks like for older ones.
    for one in element.iter(_SVG):
        lines = part.rels.get(one.get(f"{_RELATIONS}embed") or "")
        if lines is not None and not lines.is_external and (said := _said(lines.target_part, pictures_inside.WHOLE)):
            return said
    if relation is None or relation.is_external:
        return ""
    shown = relation.target_part
    if drawings.is_drawing(shown.blob) and _is_of_file(element, part):
        return ""
    return _said(shown, _crop(element))


def _said(part: Any, crop: Crop) -> str:
    return pictures_inside.said(part.blob, crop, place=str(part.partname).lstrip("/"))


def _is_of_file(element: Any, part: Any) -> bool:
    """Tell whether a picture is how an embedded file looks that is a document of its own."""
    for around in element.iterancestors(f"{_W}object", "{*}oleObj", "{*}graphicData"):
        for ole in (one for tag in _OLE for one in (around, *around.iter(tag)) if one.get(f"{_RELATIONS}id")):
            relation = part.rels.get(ole.get(f"{_RELATIONS}id"))
            if relation is not None and not relation.is_external:
                kept = relation.target_part
                return embedded.holds_read(str(kept.partname).rpartition("/")[2], kept.blob)
    return False


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
