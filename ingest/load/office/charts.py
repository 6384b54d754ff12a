"""The charts of Office files, of both kinds: their titles, and the values that the file keeps of them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from math import isfinite
from typing import Any

from ingest.load import markup
from ingest.load.build import TextBuilder, one_line
from ingest.load.sheet import number_format
from ingest.load.whole import whole

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
NEW_CHART = "{http://schemas.microsoft.com/office/drawing/2014/chartex}chart"
"""Of Office 2016 and later: waterfalls, treemaps, funnels, histograms and their like."""
_MOST_POINTS = 10_000
_LAST_DAY = 2_958_466  # behind the year 9999


def add_chart(built: TextBuilder, root: Any) -> None:
    """Add a chart: a row for each category, a column for each series.

    Args:
        built: What the text is added to.
        root: The root of its part.
    """
    for title in root.iterfind("./{*}chart/{*}title"):
        built.paragraph(one_line("".join(title.itertext("{*}t", "{*}v"))))
    if str(root.tag).startswith(NEW_CHART.partition("}")[0]):
        built.chart(_new_rows(root))
        return
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


def titles(root: Any) -> list[str]:
    """Return the titles of a chart and of its axes, of either kind."""
    found = (one_line("".join(one.itertext("{*}t", "{*}v"))) for one in root.iter("{*}title"))
    return list(dict.fromkeys(filter(None, found)))


def _new_rows(root: Any) -> list[list[str]]:
    """Return the rows of a newer chart, whose values lie apart from its series; categories in levels as a path."""
    data = {one.get("id"): one for one in root.iterfind("./{*}chartData/{*}data")}
    names: list[str] = []
    categories: dict[int, str] = {}
    values: list[dict[int, str]] = []
    for series in root.iterfind("./{*}chart/{*}plotArea/{*}plotAreaRegion/{*}series"):
        link = series.find("./{*}dataId")
        kept = data.get(link.get("val")) if link is not None else None
        if kept is None:
            continue
        names.append(one_line(series.findtext("./{*}tx//{*}v") or ""))
        levels = [dict(_new_points(level)) for level in kept.iterfind("./{*}strDim/{*}lvl")]
        for place in sorted({place for level in levels for place in level}):
            # The finest level comes first in the file, and a blank means the one above it.
            path = [level[place] for level in reversed(levels) if level.get(place)]
            categories.setdefault(place, " > ".join(path))
        values.append(
            {place: text for level in kept.iterfind("./{*}numDim/{*}lvl") for place, text in _new_points(level)}
        )
    places = sorted({*categories, *(place for column in values for place in column)})
    rows = [[categories.get(place, str(place + 1)), *(column.get(place, "") for column in values)] for place in places]
    return [["", *names], *rows] if rows else []


def _new_points(level: Any) -> Iterator[tuple[int, str]]:
    for point in level.iterchildren("{*}pt"):
        place = point.get("idx") or ""
        if place.isdecimal() and whole(place) < _MOST_POINTS:
            yield whole(place), _shown(one_line(point.text or ""), level.get("formatCode") or "")


def _points(series: Any, kind: str) -> Iterator[tuple[int, str]]:
    for point in series.iterfind(f"./{{*}}{kind}//{{*}}pt"):
        place = point.get("idx") or ""
        value = point.find("{*}v")
        if place.isdecimal() and whole(place) < _MOST_POINTS and value is not None and markup.name(value):
            yield whole(place), _shown(one_line(value.text or ""), _code(point))


def _code(point: Any) -> str:
    """Return how a chart shows a number; "" for a text."""
    kept = point.getparent()
    return str(point.get("formatCode") or kept.findtext("{*}formatCode") or "")


def _shown(text: str, code: str) -> str:
    """Return a value with all its digits, as its format writes it; a day where the format is one of days."""
    from openpyxl.styles.numbers import is_date_format
    from openpyxl.utils.datetime import from_excel

    try:
        value = float(text)
    except ValueError:
        return text
    if not code or not isfinite(value):
        return text
    if is_date_format(code) and 0 < value < _LAST_DAY:
        moment: datetime | time | timedelta = from_excel(value)
        if isinstance(moment, timedelta):
            return number_format.duration(moment)
        return (moment.date() if isinstance(moment, datetime) and not value % 1 else moment).isoformat()
    short, exact = number_format.shown(value, code)
    # Excel keeps 0.1 as 0.10000000000000001.
    return exact or short or f"{value:.15g}"
