"""Maps and tracks (KML, GPX, TCX): places by their names, with what is said of them, without how they are drawn."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.load.build import TextBuilder, one_line
from ingest.load.html import page as html
from ingest.load.markup import name

_ROOTS = {"kml", "gpx", "trainingcenterdatabase"}
# What has a name of its own, and other things within.
_NAMED = {
    "Document", "Folder", "Placemark", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "NetworkLink", "Tour",
    "wpt", "rte", "rtept", "trk", "metadata",
}  # fmt: skip
# How it is drawn, from where it is looked at, and the shapes of ways and areas.
_DRAWN = {
    "Style", "StyleMap", "CascadingStyle", "styleUrl", "LookAt", "Camera", "Region", "Icon", "visibility", "open",
    "balloonVisibility", "altitudeMode", "extrude", "tessellate", "drawOrder", "Schema", "coordinates",
    "coord", "angles", "LatLonBox", "LatLonQuad", "refreshVisibility", "flyToView", "bounds", "color",
    "Trackpoint", "trkpt", "Creator", "Author", "extensions", "Extensions",
}  # fmt: skip
_SAID = {"description", "desc", "cmt", "text", "Snippet", "snippet"}
_TITLES = {"name", "displayName"}
_MAX_DEPTH = 100


def is_map(root: Any) -> bool:
    """Tell whether a file of XML is a map or a track."""
    return name(root).lower() in _ROOTS


def add(built: TextBuilder, root: Any) -> str:
    """Add what a map says; return its title, "" for none."""
    for child in _children(root):
        _add(built, child, 1)
    return next((heading.title for heading in built.headings), "")


def _add(built: TextBuilder, element: Any, level: int) -> None:
    kind = name(element)
    if kind == "coordinates" and name(element.getparent()) == "Point":
        place = "".join(element.itertext()).strip().split(",")
        _line(built, "Position", ", ".join(reversed(place[:2])))
        return
    if kind == "rtept" and not any(name(one) in _TITLES for one in element):
        return
    if level > _MAX_DEPTH:
        _text(built, " ".join("".join(element.itertext()).split()))
        return
    if kind in _DRAWN or (kind == "when" and name(element.getparent()) == "Track"):
        return
    children = list(_children(element))
    if kind in ("Data", "SimpleData"):
        _line(built, element.get("name") or kind, " ".join(element.itertext()))
    elif kind in _NAMED:
        _title(built, element, level)
        for child in children:
            if name(child) not in _TITLES:
                _add(built, child, level + 1)
        _way(built, element)
    elif kind in _SAID and not (kind == "text" and children):
        _text(built, _inside(element) if children else "".join(element.itertext()))
    elif children:
        for key in ("Sport", "StartTime"):
            _line(built, key, element.get(key) or "")
        for child in children:
            _add(built, child, level + 1)
    else:
        _line(built, kind, "".join(element.itertext()) or element.get("href") or "")


def _title(built: TextBuilder, element: Any, level: int) -> None:
    title = next((one_line("".join(one.itertext())) for one in element if name(one) in _TITLES), "")
    if title:
        built.heading(min(level, 6), title)
    elif name(element) in ("Placemark", "wpt"):
        built.lines(())
    if element.get("lat") and element.get("lon"):
        built.line(f"Position: {one_line(element.get('lat'))}, {one_line(element.get('lon'))}")


def _text(built: TextBuilder, said: str) -> None:
    """Add a description, which programs write as a web page."""
    if "<" in said:
        built.append(html.build(said)[1])
    else:
        built.paragraph("\n".join(map(one_line, said.split("\n"))))


def _inside(element: Any) -> str:
    """Return what an element holds as it is written: a description may be a web page whose signs nobody escaped."""
    return (element.text or "") + "".join(etree.tostring(one, encoding="unicode") for one in element)


def _way(built: TextBuilder, element: Any) -> None:
    """Say of a track from when to when it goes; its points themselves say nothing."""
    if name(element) not in ("trk", "Placemark"):
        return
    times = [one_line(one.text or "") for one in element.iter() if name(one) in ("time", "when") and _of_point(one)]
    if times:
        _line(built, "From", min(times))
        _line(built, "To", max(times))


def _of_point(time: Any) -> bool:
    return name(time.getparent()) in ("trkpt", "Track")


def _line(built: TextBuilder, kind: str, said: str) -> None:
    if text := one_line(said):
        built.line(f"{one_line(kind)}: {text}")


def _children(element: Any) -> Iterator[Any]:
    return (child for child in element if name(child))
