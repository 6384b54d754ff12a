"""Spans of time that rows are grouped by: "per month", "in which year". Pure functions."""

from collections.abc import Mapping

from qa.tables.plan import Span
from qa.tables.reading import Reading, columns_of
from qa.text.casing import word_set

_SPANS: Mapping[Span, frozenset[str]] = {
    "day": word_set("day days tag tage tagen"),
    "week": word_set("week weeks woche wochen kalenderwoche"),
    "month": word_set("month months monat monate monaten"),
    "quarter": word_set("quarter quarters quartal quartale quartalen vierteljahr"),
    "year": word_set("year years jahr jahre jahren"),
}
_ASKING = word_set("which what welche welcher welches welchen welchem")


def span_at(reading: Reading, at: int) -> Span:
    """Return the span that a word names; "" where it names none, or a column, or no day of a row is the only one."""
    if at >= len(reading.words) or days_of(reading) is None:
        return ""
    low = reading.words[at].low
    if any(name.text == low for names in reading.vocabulary.headers for name in names):
        return ""
    return next((span for span, words in _SPANS.items() if low in words), "")


def names_span(low: str) -> bool:
    """Tell whether a word names a span of time, which the days of rows make up: "month"."""
    return any(low in words for words in _SPANS.values())


def span_asked(reading: Reading, at: int) -> Span:
    """Return the span that "which month" asks for at a place."""
    return span_at(reading, at + 1) if reading.words[at].low in _ASKING else ""


def days_of(reading: Reading) -> int | None:
    """Return the one column of days; None where there is none, or several could be meant."""
    days = columns_of(reading, "date")
    return days[0] if len(days) == 1 else None
