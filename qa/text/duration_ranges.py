"""The lower end of a span of durations: of "6-8 weeks" the "6", which has no unit of its own. Pure functions.

Where both ends have a unit, "6 weeks to 2 months", `qa.text.durations` reads two durations.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from qa.lazy_regex import lazy_regex
from qa.text.durations import durations

Span = tuple[int, int]

_BLANK = r"[ \u00a0\u202f]"
# "To", "bis", "a" and "à", "tot", "até": between two numbers they are nothing else.
_TO = rf"(?:{_BLANK}?[-\u2010\u2011–—]{_BLANK}?|-?{_BLANK}(?:to|or|bis|oder|a|à|tot|até|o|ou|of){_BLANK})"
_AND = rf"{_BLANK}(?:and|und|y|e|et|en){_BLANK}"
_BETWEEN = r"(?:between|zwischen|entre|tra|fra|tussen)"
# Neither the end of a code, a day or a longer chain nor "03".
_NUMBER = r"(?P<number>(?!0\d)\d{1,4}(?:[.,]\d{1,2})?)"
_LOWER = lazy_regex(rf"(?<![\w.,/:+–-]){_NUMBER}{_TO}$")
_LOWER_BETWEEN = lazy_regex(rf"(?<!\w){_BETWEEN}{_BLANK}{_NUMBER}{_AND}$", re.IGNORECASE)
_JOINT, _JOINT_BETWEEN = lazy_regex(rf"{_TO}$", re.IGNORECASE), lazy_regex(rf"{_AND}$", re.IGNORECASE)
_BEFORE_WORD = lazy_regex(rf"(?<!\w){_BETWEEN}{_BLANK}$", re.IGNORECASE)
_UPPER = lazy_regex(r"\d{1,4}(?:[.,]\d{1,2})?(?!\d)")
_AROUND = 32
_KEY = lazy_regex(r"([\d.]+)([a-z]+)")


def lower_end(
    text: str, span: Span, keys: Sequence[str], numbers: Sequence[tuple[Span, str]]
) -> tuple[int, str] | None:
    """Return where a span of durations begins, "between" with it, and the key of its lower end; None of none.

    Args:
        text: Any text.
        span: Where a duration stands in it.
        keys: What that may mean, as `qa.text.durations.durations` has it.
        numbers: What `qa.text.number_words.in_words` gives for the text.
    """
    upper = _first_number(text, span, numbers)
    if upper is None or any(character.isdecimal() for character in text[upper : span[1]]):
        return None
    before = text[max(0, span[0] - _AROUND) : span[0]]
    lower = _in_digits(before, span[0] - len(before)) or _in_words(text, span[0], numbers)
    if lower is None:
        return None
    start, number = lower
    unit = text[upper : span[1]]
    alone = next((found for _, found in durations(f"{number}{unit}")), ())
    return next(((start, key) for key in alone[:1] if keys and _is_less(key, keys[0])), None)


def _first_number(text: str, span: Span, numbers: Sequence[tuple[Span, str]]) -> int | None:
    """Return where the number ends with which a duration begins."""
    if match := _UPPER.match(text, *span):
        return match.end()
    return next((end for (start, end), _ in numbers if start == span[0] and end < span[1]), None)


def _in_digits(before: str, offset: int) -> tuple[int, str] | None:
    if match := _LOWER.search(before):
        return offset + match.start("number"), match["number"]
    match = _LOWER_BETWEEN.search(before)
    return (offset + match.start(), match["number"]) if match else None


def _in_words(text: str, start: int, numbers: Sequence[tuple[Span, str]]) -> tuple[int, str] | None:
    """Read "six to" and "zwischen sechs und"."""
    for (begins, ends), number in numbers:
        if not start - _AROUND <= begins < ends < start:
            continue
        joint = text[ends:start]
        if _JOINT.fullmatch(joint):
            return begins, number
        between = _BEFORE_WORD.search(text, max(0, begins - _AROUND), begins)
        if between and _JOINT_BETWEEN.fullmatch(joint):
            return between.start(), number
    return None


def _is_less(one: str, other: str) -> bool:
    """Tell whether a key says less than another one of its kind."""
    mine, theirs = _KEY.fullmatch(one), _KEY.fullmatch(other)
    return bool(mine and theirs and mine[2] == theirs[2] and Decimal(mine[1]) < Decimal(theirs[1]))
