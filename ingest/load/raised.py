"""What is raised behind a number or a unit: "10" and "6" are "10^6" and no 106, "m" and "2" are "m²". Pure functions.

The number of a footnote is raised as well, so only powers of ten, of units and of what has a minus count, and none that
a note of the same document begins with (`note`), as where "10²" stands over "² with VAT": then it is "10 ²".
"""

from collections.abc import Collection

from qa.lazy_regex import lazy_regex

_POWER = lazy_regex(r"[-+−–]?\d{1,3}")
_TEN = lazy_regex(r"(?<![\d.,])10$")
_UNIT = lazy_regex(r"(?<![^\W\d_'’])(?:[kcdmµn]?m|ft|in|yd|mi|s|kg|K)$")
_UNIT_OF_POWER = lazy_regex(r"(?<![^\W\d_'’])(?:[kcdmµn]?m|ft|(?<=/)s)$")
_SMALL = {"2": "²", "3": "³"}
_MINUS = "-−–"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_APART = " "
_NUMBER = lazy_regex(r"\d{1,3}")
# What stands behind the number of a note: two words, the first of which is no chemical element as in "⁶Li".
_NOTE = lazy_regex(r"(?![A-Z][a-z]?\b)\s*\S+\s+\S")


def behind(before: str, raised: str, notes: Collection[str] = ()) -> str:
    """Return how text is written that stands raised behind other text.

    Args:
        before: What stands in front, or its end.
        raised: The raised text.
        notes: Numbers of the document's notes, which are no powers of ten.
    """
    power = raised.strip()
    if not _POWER.fullmatch(power):
        return raised
    if power in _SMALL and _UNIT_OF_POWER.search(before):
        return raised.replace(power, _SMALL[power])
    is_power = _TEN.search(before) and power != "1" and power not in notes
    if is_power or (power[0] in _MINUS and _UNIT.search(before)):
        return raised.replace(power, f"^{power}")
    if power.isdecimal() and before[-1:].isdecimal():
        # Or the number in front would be another one.
        return raised.replace(power, f"{_APART}{power.translate(_RAISED)}")
    return raised


def is_number(raised: str) -> bool:
    """Tell whether something raised may be the number of a note."""
    return bool(_NUMBER.fullmatch(raised.strip()))


def note(raised: str, rest: str) -> str:
    """Return the number that a block begins with where it is a note, "" where it is none.

    Args:
        raised: What stands raised at its beginning.
        rest: What follows.
    """
    return raised.strip() if is_number(raised) and _NOTE.match(rest) else ""
