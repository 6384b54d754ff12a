"""Whether a number in a text is the value itself, or one end of a range or a bound of it. Pure, English and German."""

import re

from qa.lazy_regex import lazy_regex
from qa.text import money
from qa.text.number_words import CARDINAL
from qa.text.numerals import larger

MORE = (
    r"more than|over|above|exceeding|greater than|higher than|longer than|larger than|mehr als|über|höher als|"
    r"länger als|größer als"
)
LESS = (
    r"less than|under|below|fewer than|lower than|shorter than|smaller than|weniger als|unter|niedriger als|"
    r"kürzer als|kleiner als"
)
LEAST = r"at least|no less than|not less than|not under|mindestens|wenigstens|ab"
MOST = r"at most|no more than|not more than|not over|up to|höchstens|maximal|bis zu"
"""Patterns of the words for a bound, which a number follows."""

_RANGE_BEFORE = lazy_regex(
    rf"(?:\b(?:between|zwischen)|(?:\d|{CARDINAL})(?: ?%)? ?(?:to|or|bis|oder|[-–])) ?$", re.IGNORECASE
)
_RANGE_BEHIND = lazy_regex(rf" ?(?:to|or|bis|oder|[-–]) ?(?:{money.CURRENCY} ?)?(?:\d|{CARDINAL}\b)", re.IGNORECASE)
_BETWEEN = lazy_regex(rf"\b(?:between|zwischen) (?:{money.CURRENCY}\s?)?$", re.IGNORECASE)
_BOUND = lazy_regex(
    r"\b(?:from|(?:not|never|cannot) (?:to )?exceed|maximum(?: of)?|minimum(?: of)?|minimal|"
    rf"{MORE}|{LESS}|{LEAST}|{MOST}) $",
    re.IGNORECASE,
)
# The other end of a range of sums: "EUR 400 - EUR 480", "80 to 90 euros".
_SUM_BEFORE = lazy_regex(
    rf"(?P<sign>{money.CURRENCY}\s?)?(?P<number>\d[\d.,]*)(?P<name>\s?{money.CURRENCY})? ?(?:to|or|bis|oder|[-–]) ?$",
    re.IGNORECASE,
)
_SUM_BEHIND = lazy_regex(rf" ?(?:to|or|bis|oder|[-–]) ?(?:{money.CURRENCY}\s?)?(?P<number>\d[\d.,]*)", re.IGNORECASE)
_DIGITS = lazy_regex(r"\d[\d.,]*")
_FARTHEST = 30


def is_exact(text: str, start: int, end: int, *, is_sum: bool) -> bool:
    """Tell whether a number stands alone: neither in "2 to 3 weeks" nor, of a sum, in "up to 400 euros".

    Args:
        text: What holds the number.
        start: Of the number with its currency.
        end: Behind it and its unit.
        is_sum: A notice of "at least three months" is one of three months, and a price "from EUR 900" is none.
    """
    before = text[max(0, start - _FARTHEST) : start]
    if is_sum and (own := _DIGITS.search(text, start, end)):
        return not (_BOUND.search(before) or _BETWEEN.search(before) or _is_end_of_sums(text, start, own, end))
    return not (_RANGE_BEFORE.search(before) or _RANGE_BEHIND.match(text, end) or (is_sum and _BOUND.search(before)))


def _is_end_of_sums(text: str, start: int, own: re.Match[str], end: int) -> bool:
    """Tell whether a sum is an end of a range, whose ends rise: neither in "EUR 480 - 14 days" nor "2025 - EUR 90"."""
    value = larger(own[0])
    behind = _SUM_BEHIND.match(text, end)
    if behind and larger(behind["number"]) > value:
        return True
    other = _SUM_BEFORE.search(text[max(0, start - _FARTHEST) : start])
    # "Invoice 12 - EUR 480": only a sum goes on to one with its currency in front.
    is_alike = other and (other["sign"] or other["name"] or own.start() == start)
    return bool(other and is_alike and larger(other["number"]) < value)
