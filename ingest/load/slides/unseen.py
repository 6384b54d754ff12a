"""The parts of PowerPoint slides that nobody sees: hidden slides and shapes, shapes off the slide, unreadable text.

The colour of text is compared with what is known to lie behind it: the shape's own fill, else the slide's background.
With a picture or another shape in between, or a background that comes from the design, that is unknown, and the text
counts as visible.
"""

from typing import Any

from ingest.load import markup
from ingest.load.unseen import STRUCK, blends, hex_colour, left_out
from ingest.load.whole import whole

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SMALLEST = 100  # hundredths of a point
_TRUE = ("1", "true")


def is_hidden_slide(slide: Any) -> bool:
    """Tell whether a slide is left out when the presentation is shown."""
    return slide._element.get("show") in ("0", "false")


def leave_out(slide: Any) -> None:
    """Note the text of a slide that is hidden."""
    left_out(" ".join(text.text or "" for text in slide._element.iter(f"{_A}t")), "hidden slides")


def remove_unseen(slide: Any, width: int, height: int) -> None:
    """Take what nobody sees out of a slide's XML, and note it.

    Args:
        slide: A slide of python-pptx.
        width: The width of all slides, in the unit of the shapes.
        height: Their height.
    """
    ground = _slide_colour(slide)
    filled = [shape for shape in slide.shapes if not shape.has_text_frame or _fill(shape._element) != ""]
    for shape in list(slide.shapes):
        element = shape._element
        properties = next(element.iter(f"{_P}cNvPr"), None)
        if properties is not None and properties.get("hidden") in _TRUE:
            _remove(element, "hidden shapes")
        elif _is_beside(shape, width, height):
            _remove(element, "outside the slide")
        else:
            own = _fill(element)
            behind = own or ("" if any(_touches(shape, other) for other in filled) else ground)
            for run in list(element.iter(f"{_A}r")):
                if how := _hidden(run, behind):
                    _remove(run, how)


def _hidden(run: Any, ground: str) -> str:
    properties = run.find(f"{_A}rPr")
    if properties is None:
        return ""
    if properties.get("strike", "noStrike") != "noStrike":
        return STRUCK
    if (size := properties.get("sz", "")).isdecimal() and whole(size) <= _SMALLEST:
        return "size 0 or 1"
    fill = properties.find(f"{_A}solidFill")
    if fill is None:
        return "no ink" if properties.find(f"{_A}noFill") is not None else ""
    alpha = next(fill.iter(f"{_A}alpha"), None)
    if alpha is not None and alpha.get("val") in ("0", "0%"):
        return "no ink"
    return "the colour of its background" if blends(hex_colour(_colour(fill)), hex_colour(ground)) else ""


def _is_beside(shape: Any, width: int, height: int) -> bool:
    if None in (shape.left, shape.top, shape.width, shape.height):  # where the layout puts it
        return False
    return bool(
        shape.left + shape.width <= 0 or shape.top + shape.height <= 0 or shape.left >= width or shape.top >= height
    )


def _touches(shape: Any, other: Any) -> bool:
    """Tell whether another shape may overlap a shape; one that the layout places may."""
    if other.shape_id == shape.shape_id:
        return False
    places = [(one.left, one.top, one.width, one.height) for one in (shape, other)]
    if any(value is None for place in places for value in place):
        return True
    (x, y, w, h), (a, b, c, d) = places
    return bool(x < a + c and a < x + w and y < b + d and b < y + h)


def _fill(element: Any) -> str:
    """Return the colour that fills a shape, "unknown" for a gradient and the like, "" without a fill of its own."""
    properties = element.find(f"{_P}spPr")
    if properties is None:
        return "unknown"
    solid = properties.find(f"{_A}solidFill")
    if solid is not None:
        return _colour(solid) or "unknown"
    if any(properties.find(f"{_A}{kind}") is not None for kind in ("gradFill", "blipFill", "pattFill", "grpFill")):
        return "unknown"
    style = element.find(f"{_P}style")
    if properties.find(f"{_A}noFill") is None and style is not None and style.find(f"{_A}fillRef") is not None:
        return "unknown" if style.find(f"{_A}fillRef").get("idx") != "0" else ""
    return ""


def _slide_colour(slide: Any) -> str:
    """Return the colour of a slide's background: its own, else that of its layout or master; "" for another kind."""
    master = slide.slide_layout.slide_master
    for holder in (slide, slide.slide_layout, master):
        background = holder._element.find(f"{_P}cSld/{_P}bg")
        if background is None:
            continue
        solid = background.find(f"{_P}bgPr/{_A}solidFill")
        reference = background.find(f"{_P}bgRef")
        found = solid if solid is not None else reference
        named = found.find(f"{_A}schemeClr") if found is not None else None
        if named is not None and named.get("val") in ("bg1", "lt1"):
            return _light(master)
        return _colour(solid) if solid is not None else ""
    return ""


def _light(master: Any) -> str:
    """Return the theme's light colour, where the master takes it for its first background; else ""."""
    mapped = master._element.find(f"{_P}clrMap")
    if mapped is not None and mapped.get("bg1", "lt1") != "lt1":
        return ""
    for relation in master.part.rels.values():
        if relation.reltype.endswith("/theme") and not relation.is_external:
            theme = markup.parse(relation.target_part.blob, "theme", recover=True)
            light = next(theme.iter(f"{_A}lt1"), None)
            if light is not None and len(light):
                return str(light[0].get("lastClr") or light[0].get("val") or "")
    return ""


def _colour(fill: Any) -> str:
    colour = fill.find(f"{_A}srgbClr") if fill is not None else None
    if colour is not None:
        return str(colour.get("val", "")) if not len(colour) else ""
    named = fill.find(f"{_A}schemeClr") if fill is not None else None
    return "ffffff" if named is not None and named.get("val") in ("bg1", "lt1") and not len(named) else ""


def _remove(element: Any, how: str) -> None:
    left_out(" ".join(text.text or "" for text in element.iter(f"{_A}t")), how)
    element.getparent().remove(element)
