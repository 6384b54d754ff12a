"""Spans that an amount lies in or not: of 5 years "Years 4-9" tells, and "Years 0-3" does not. English and German.

Rules by age, by years of service or by weight state one value for each span, and no span need hold the asked number.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from qa.lazy_regex import lazy_regex

# What spans are of, each in its forms.
_UNITS = {
    "year": r"(?:completed )?(?:years?|yrs?|jahre?n?|jahres|jährige?[nrms]?|lebensjahre?s?|dienstjahre?n?|y/o)",
    "month": r"(?:months?|monate?n?)",
    "week": r"(?:weeks?|wochen?)",
    "day": r"(?:days?|tage?n?)",
    "hour": r"(?:hours?|hrs?|h|stunden?)",
    "minute": r"(?:minutes?|mins?|minuten?)",
    "kg": r"(?:kg|kilos?|kilograms?|kilogramm)",
    "g": r"(?:g|grams?|gramm)",
    "km": r"(?:km|kilomet(?:re|er)s?|kilometern?)",
    "m": r"(?:m|met(?:re|er)s?|metern?)",
    "cm": r"(?:cm|zentimetern?)",
    "person": r"(?:people|persons?|guests?|players?|members?|personen|gästen?|teilnehmern?|mitgliedern?|spielern?)",
    "percent": r"(?:%|percent|prozent)",
}
_NUMBER = r"\d{1,4}(?:[.,]\d{1,2})?"
_TO = r" ?(?:[-–—]|\bto\b|\bbis(?: zu)?\b|\bthrough\b|\bund\b|\band\b) ?"
_MORE = r"(?:\+|(?: ?(?:and|or|und|oder) (?:more|over|above|older|longer|mehr|älter|länger|darüber)))"
_AT_LEAST = (
    r"(?:from(?: the)?|ab(?: dem)?|at least|mindestens|"
    r"over|more than|above|after|older than|longer than|beyond|"
    r"über|mehr als|nach(?: dem)?|älter als|länger als|schwerer als|heavier than)"
)
_AT_MOST = (
    r"(?:up to|under|below|less than|until|at most|no more than|within(?: the first)?|in the first|younger than|"
    r"bis(?: zu)?|unter|weniger als|höchstens|jünger als|in den ersten)"
)
# Beyond the number itself: "over 10 kg" does not hold 10. "After 5 years" is from then on.
_STRICT = lazy_regex(r"over|more than|above|older|longer|beyond|über|mehr|älter|länger|schwerer|heavier", re.IGNORECASE)
_STRICT_MOST = lazy_regex(r"under|below|less|younger|unter|weniger|jünger", re.IGNORECASE)
_COMPARED = lazy_regex(rf"(?<!\w)(?!after|nach)(?:{_AT_LEAST}|{_AT_MOST}) $", re.IGNORECASE)
_BEFORE = 30
_HIGHEST = Decimal(10**6)
_Span = tuple[Decimal, bool, Decimal, bool]


def _patterns(unit: str) -> tuple[re.Pattern[str], ...]:
    return (
        # "Years 4-9", "4-9 years", "from 4 to 9 years".
        re.compile(
            rf"(?<![\w.,])(?:{unit} (?P<low>{_NUMBER}){_TO}(?P<high>{_NUMBER})|"
            rf"(?P<low2>{_NUMBER})(?: ?{unit})?{_TO}(?P<high2>{_NUMBER})[ -]?{unit})(?![\w])",
            re.IGNORECASE,
        ),
        # "Year 10 and more", "10+ years", "10 years or more", "from year 10", "ab 15 Jahren".
        re.compile(
            rf"(?<![\w.,])(?:{unit} (?P<least>{_NUMBER}){_MORE}|(?P<least4>{_NUMBER})[ -]?{unit}{_MORE}|"
            rf"(?P<least5>{_NUMBER}){_MORE} {unit}|"
            rf"(?P<said>{_AT_LEAST}) (?:{unit} (?P<least2>{_NUMBER})\.?|(?P<least3>{_NUMBER})\.?[ -]?{unit}))(?!\w)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w)(?P<said>{_AT_MOST}) (?:{unit} (?P<most>{_NUMBER})|(?P<most2>{_NUMBER})[ -]?{unit})(?!\w)",
            re.IGNORECASE,
        ),
    )


_COMPILED: dict[str, tuple[re.Pattern[str], ...]] = {}
_ASKED = lazy_regex(
    rf"(?<![\w.,-])(?P<number>{_NUMBER})[ -]?(?P<unit>{'|'.join(_UNITS.values())})(?!\w)|"
    rf"(?<!\w)(?P<unit2>year|month|week|day|jahr|monat|woche|tag) (?P<number2>{_NUMBER})(?![\w.,]?\d)",
    re.IGNORECASE,
)


def amount_asked(question: str) -> tuple[str, Decimal] | None:
    """Return the unit and the amount of the one amount that a question names, None for none or several."""
    found = list(_ASKED.finditer(question))
    if len(found) != 1:
        return None
    match = found[0]
    if _COMPARED.search(question[: match.start()][-_BEFORE:]):
        # "Over 10 kg" asks for a span itself.
        return None
    said = (match["unit"] or match["unit2"]).casefold()
    unit = next((name for name, pattern in _UNITS.items() if re.fullmatch(pattern, said, re.IGNORECASE)), "")
    return (unit, _decimal(match["number"] or match["number2"])) if unit else None


def covers(unit: str, amount: Decimal, text: str) -> bool | None:
    """Tell whether a span of a text in that unit holds an amount; None where the text states no span of it."""
    spans = list(_spans(unit, text))
    if not spans:
        return None
    return any(
        (low < amount or (low == amount and with_low)) and (amount < high or (amount == high and with_high))
        for low, with_low, high, with_high in spans
    )


def numbers(unit: str, amount: Decimal, text: str) -> bool:
    """Tell whether a text names an amount by a span of numbers: "Years 4-9" is of year 5, "within 7 days" of no day."""
    for match in _compiled(unit)[0].finditer(text):
        if match["low"] and _decimal(match["low"]) <= amount <= _decimal(match["high"]):
            return True
    return False


def _compiled(unit: str) -> tuple[re.Pattern[str], ...]:
    if unit not in _COMPILED:
        _COMPILED[unit] = _patterns(_UNITS[unit])
    return _COMPILED[unit]


def _spans(unit: str, text: str) -> Iterator[_Span]:
    """Yield spans as low end, whether it belongs to the span, high end, and whether that does."""
    between, least, most = _compiled(unit)
    taken: list[tuple[int, int]] = []
    for match in between.finditer(text):
        low, high = _decimal(match["low"] or match["low2"]), _decimal(match["high"] or match["high2"])
        if low < high:
            taken.append(match.span())
            yield low, True, high, True
    for match in least.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            low = _decimal(next(match[f"least{which}"] for which in ("", *"2345") if match[f"least{which}"]))
            yield low, not (match["said"] and _STRICT.match(match["said"])), _HIGHEST, True
    for match in most.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            yield Decimal(0), True, _decimal(match["most"] or match["most2"]), not _STRICT_MOST.match(match["said"])


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
