"""Spans of years, the same in any spelling: "2001-02" is "2001–2002", "2000-2005" is "from 2000 to 2005". Pure."""

import re
from collections.abc import Iterator

from qa.lazy_regex import lazy_regex

_DASH = "[-‐‑–—/]"
_YEARS = lazy_regex(rf"(?<![\w.,/-])((?:1[5-9]|20)\d\d) ?{_DASH} ?((?:(?:1[5-9]|20)\d\d)|\d\d)(?![^\W_]|[-/]\d|[.,]\d)")
# Characters that may stand between the two years where words join them: "between the years 2000 and 2005".
_APART = 24


def year_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text has a span of two years written with a dash or a slash, the later one behind."""
    for match in _YEARS.finditer(text):
        first, last = _ends(match)
        if first < last:
            yield match.span()


def holds_years(text: str, span: str) -> bool:
    """Tell whether a text says a span of years, in figures on both ends.

    Args:
        text: In small letters, with digits of our own.
        span: One that `year_spans` finds.
    """
    match = _YEARS.search(span)
    if not match:
        return False
    first, last = _ends(match)
    behind = (
        rf" ?{_DASH} ?(?:{last}|{last % 100:02})"
        if first // 100 == last // 100 or last % 100 == 0
        else rf" ?{_DASH} ?{last}"
    )
    return bool(re.search(rf"(?<!\d){first}(?:{behind}|[^\d\n]{{1,{_APART}}}{last})(?!\d)", text))


def _ends(match: re.Match[str]) -> tuple[int, int]:
    first, last = int(match[1]), match[2]
    if len(last) == len(match[1]):
        return first, int(last)
    # "1999-00" is 1999–2000; of any other two figures that are smaller the first is a month.
    return first, (first // 100 + (last == "00" and first % 100 > 0)) * 100 + int(last)
