"""The text of a Word document that nobody sees: hidden, tiny, or in its background's colour; or struck out.

The look of a text is read from its run, the run's style, the paragraph's style and the defaults, and its background
from the shading of run, paragraph, cell and page. In text boxes, and in tables whose style may colour cells, the
background is unknown, and text counts as visible.
"""

from collections.abc import Iterator
from typing import Any

from ingest.load.office import pictures as office_pictures
from ingest.load.unseen import STRUCK, blends, hex_colour, left_out
from ingest.load.whole import whole

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off", "none")
# Half points.
_SMALLEST = 2
_PLAIN_TABLES = ("TableNormal", "TableGrid")
_UNKNOWN = "unknown"


def remove_unseen(body: Any, styles: Any) -> None:
    """Take hidden rows and runs out of a part's XML, and note their text.

    Args:
        body: The root of the part.
        styles: The root of the document's styles.
    """
    looks = _Looks(styles, _page_colour(body))
    for row in list(body.iter(f"{_W}tr")):
        properties = row.find(f"{_W}trPr")
        if properties is not None and _is_on(properties, "hidden"):
            left_out(_text(row), "hidden rows")
            row.getparent().remove(row)
    for run in list(body.iter(f"{_W}r")):
        how = looks.hidden(run)
        if how and (text := _text(run)):
            left_out(text, how)
            run.getparent().remove(run)
        elif how == "hidden font":
            for picture in [one for one in run.iter() if one.tag in office_pictures.PICTURES]:
                picture.getparent().remove(picture)


class _Looks:
    def __init__(self, styles: Any, page: str) -> None:
        self._page = page
        self._styles = {style.get(f"{_W}styleId"): style for style in styles.iter(f"{_W}style")}
        self._default = styles.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
        self._normal = next(
            (
                name
                for name, style in self._styles.items()
                if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true")
            ),
            "",
        )

    def hidden(self, run: Any) -> str:
        """Return how a run is hidden; "" if it is not."""
        paragraph = next(run.iterancestors(f"{_W}p"), None)
        chain = list(self._properties(run, paragraph))
        if _first_is_on(chain, "vanish"):
            return "hidden font"
        if _first_is_on(chain, "strike") or _first_is_on(chain, "dstrike"):
            return STRUCK
        size = next((value for properties in chain if (value := _value(properties, "sz"))), "")
        if size.isdecimal() and whole(size) <= _SMALLEST:
            return "size 0 or 1"
        colour = next((value for properties in chain if (value := _value(properties, "color"))), "auto")
        # The colour "auto" is black on light and white on dark.
        if colour != "auto" and blends(hex_colour(colour), hex_colour(self._ground(run, paragraph, chain))):
            return "the colour of its background"
        return ""

    def _properties(self, run: Any, paragraph: Any) -> Iterator[Any]:
        """Yield the properties of a run and of the styles behind it, the nearest first."""
        own = run.find(f"{_W}rPr")
        if own is not None:
            yield own
        yield from self._of_style(_value(own, "rStyle"), "rPr")
        yield from self._of_style(self._style_of(paragraph), "rPr")
        if self._default is not None:
            yield self._default

    def _of_style(self, name: str, kind: str) -> Iterator[Any]:
        seen = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            properties = self._styles[name].find(f"{_W}{kind}")
            if properties is not None:
                yield properties
            name = _value(self._styles[name], "basedOn")

    def _style_of(self, paragraph: Any) -> str:
        properties = paragraph.find(f"{_W}pPr") if paragraph is not None else None
        return _value(properties, "pStyle") or self._normal

    def _ground(self, run: Any, paragraph: Any, chain: list[Any]) -> str:
        """Return the colour behind a run, `_UNKNOWN` where nobody can tell."""
        for properties in chain:
            if highlight := _value(properties, "highlight"):
                return "ffffff" if highlight == "white" else _UNKNOWN
            if fill := _fill(properties):
                return fill
        if paragraph is None:
            return _UNKNOWN
        own = paragraph.find(f"{_W}pPr")
        for properties in ([own] if own is not None else []) + [*self._of_style(self._style_of(paragraph), "pPr")]:
            if fill := _fill(properties):
                return fill
        return self._around(run)

    def _around(self, run: Any) -> str:
        for element in run.iterancestors(f"{_W}tc", f"{_W}tbl", f"{_W}txbxContent"):
            if element.tag == f"{_W}txbxContent":
                return _UNKNOWN
            properties = element.find(f"{_W}tcPr" if element.tag == f"{_W}tc" else f"{_W}tblPr")
            if fill := _fill(properties):
                return fill
            if element.tag == f"{_W}tbl" and _value(properties, "tblStyle") not in ("", *_PLAIN_TABLES):
                return _UNKNOWN
        return self._page


def _page_colour(body: Any) -> str:
    background = body.getroottree().getroot().find(f"{_W}background")
    colour = background.get(f"{_W}color", "") if background is not None else ""
    return colour if colour not in ("", "auto") else "ffffff"


def _fill(properties: Any) -> str:
    shading = properties.find(f"{_W}shd") if properties is not None else None
    fill = shading.get(f"{_W}fill", "") if shading is not None else ""
    return "" if fill == "auto" else str(fill)


def _first_is_on(chain: list[Any], name: str) -> bool:
    """Tell whether the nearest properties that speak of something set it."""
    return next((_is_on(properties, name) for properties in chain if _has(properties, name)), False)


def _has(properties: Any, name: str) -> bool:
    return properties.find(f"{_W}{name}") is not None


def _is_on(properties: Any, name: str) -> bool:
    return _has(properties, name) and (_value(properties, name) or "1").lower() not in _OFF


def _value(properties: Any, name: str) -> str:
    child = properties.find(f"{_W}{name}") if properties is not None else None
    return str(child.get(f"{_W}val", "")) if child is not None else ""


def _text(element: Any) -> str:
    return " ".join(text.text or "" for text in element.iter(f"{_W}t"))
