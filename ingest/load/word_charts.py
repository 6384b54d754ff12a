"""The charts of a Word document: their titles, and the values that the document keeps of them."""

from collections.abc import Iterator
from typing import Any

from ingest.load import markup
from ingest.load.build import TextBuilder, one_line

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_MOST_POINTS = 10_000


def add_chart(built: TextBuilder, root: Any) -> None:
    """Add a chart: a row for each category, a column for each series.

    Args:
        built: What the text is added to.
        root: The root of its part.
    """
    for title in root.iterfind("./{*}chart/{*}title"):
        built.paragraph(one_line("".join(title.itertext("{*}t", "{*}v"))))
    for plot in root.iterfind("./{*}chart/{*}plotArea/*"):
        series = list(plot.iterchildren("{*}ser"))
        if series:
            built.chart(_rows(series))


def _rows(series: list[Any]) -> list[list[str]]:
    names = [
        one_line("".join(one.itertext()) if one is not None else "") for one in (s.find("{*}tx//{*}v") for s in series)
    ]
    categories: dict[int, str] = {}
    values: list[dict[int, str]] = []
    for one in series:
        for kind in ("cat", "xVal"):
            categories |= {place: text for place, text in _points(one, kind) if place not in categories}
        values.append(dict(_points(one, "val")) or dict(_points(one, "yVal")))
    places = sorted({*categories, *(place for column in values for place in column)})
    rows = [[categories.get(place, str(place + 1)), *(column.get(place, "") for column in values)] for place in places]
    return [["", *names], *rows]


def _points(series: Any, kind: str) -> Iterator[tuple[int, str]]:
    for point in series.iterfind(f"./{{*}}{kind}//{{*}}pt"):
        place = point.get("idx") or ""
        value = point.find("{*}v")
        if place.isdecimal() and int(place[:6]) < _MOST_POINTS and value is not None and markup.name(value):
            yield int(place[:6]), one_line(value.text or "")
