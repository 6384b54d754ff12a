"""Lengths and sizes in questions: "longer than ten pages", "over 1 MB". Pure functions, English and German."""

import re
from dataclasses import replace
from datetime import date

from qa.answering.routes.holdings.about import AboutCollection, Measure
from qa.lazy_regex import lazy_regex
from qa.text.casing import lowered
from qa.text.number_words import CARDINALS

MEASURES = (
    r"pages?|seiten?|words?|wörtern?|worte?n?|passages?|passagen?|chunks?|[kmg]i?b|bytes?|kilobytes?|megabytes?|"
    r"gigabytes?|"
    r"size|größe"
)
"""Units of length and size, as the source of a regular expression."""

_SPOKEN = (
    CARDINALS["en"]
    | CARDINALS["de"]
    | dict.fromkeys(("a", "an", "ein", "eine", "einem", "einer"), 1)
    | dict.fromkeys(("hundred", "a hundred", "hundert"), 100)
)
_TIMES = {
    name: factor
    for names, factor in (
        ("kb kilobyte kilobytes", 1_000), ("mb megabyte megabytes", 1_000_000),
        ("gb gigabyte gigabytes", 1_000_000_000),
        ("kib", 1_024), ("mib", 1_048_576), ("gib", 1_073_741_824),
    )
    for name in names.split()
}  # fmt: skip
_SIZE = lazy_regex(
    r"(?:(?:that |which |die )?(?:are|is|have|has|with|sind|ist|haben|hat|mit) )?(?P<sign>(?:longer|larger|bigger|more|"
    r"shorter|smaller|fewer|less|länger|größer|mehr|kürzer|kleiner|weniger) (?:than|als)|over|above|under|below|"
    r"at least|"
    r"at most|über|unter|mindestens|höchstens) "
    rf"(?P<number>\d+(?:[.,]\d+)?|{'|'.join(sorted(_SPOKEN, key=len, reverse=True))}) ?(?P<unit>{MEASURES})"
    r"(?: (?:long|large|in size|lang|groß|sind|haben|hat|ist))*(?=\s|$|,)",
    re.IGNORECASE,
)


def measure_of(unit: str) -> Measure | None:
    """Return what a word for a unit measures, None for what is not measured."""
    unit = unit.lower()
    if re.fullmatch(r"pages?|seiten?", unit):
        return "pages"
    if re.fullmatch(r"words?|wörter|worte?n?", unit):
        return "words"
    if re.fullmatch(r"passages?|passagen?|chunks?", unit):
        return "passages"
    return "bytes" if re.fullmatch(r"[kmg]i?b|bytes?|kilobytes?|megabytes?|gigabytes?|size|größe", unit) else None


def sized(found: AboutCollection, text: str, _today: date | None) -> tuple[AboutCollection, str] | None:
    """Read "longer than ten pages", "over 1 MB"."""
    match = _SIZE.match(text)
    measure = measure_of(match["unit"]) if match else None
    if not match or not measure:
        return None
    spoken = lowered(match["number"])
    number = _SPOKEN[spoken] if spoken in _SPOKEN else float(spoken.replace(",", "."))
    bound = round(number * _TIMES.get(match["unit"].casefold(), 1))
    sign = match["sign"].casefold()
    exact = re.match(r"at (?:least|most)|mindestens|höchstens", sign)
    if re.match(r"less|fewer|shorter|smaller|under|below|at most|weniger|kürzer|kleiner|unter|höchstens", sign):
        return replace(found, measure=measure, at_most=bound - (not exact)), text[match.end() :]
    return replace(found, measure=measure, at_least=bound + (not exact)), text[match.end() :]
