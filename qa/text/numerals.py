"""Numbers in digits, with the separators in which countries differ: "1,250.50" and "1.250,50". Pure functions."""

import re
import sys
import unicodedata
from decimal import Decimal
from functools import cache

MARKS = ".,'’ \u00a0\u202f"
"""What may stand between the digits of a number, before decimals or between thousands; for a pattern's set."""

# No group of thousands begins with a zero: "0.125" is an eighth.
_GROUPED = re.compile(rf"[1-9]\d{{0,2}}(?P<mark>[{MARKS}])\d{{3}}(?:(?P=mark)\d{{3}})*")


def plain_digits(text: str) -> str:
    """Return a text with the digits of other scripts as 0 to 9; every character keeps its place."""
    return text if text.isascii() else text.translate(_digits())


@cache
def _digits() -> dict[int, str]:
    """Return the digits of other scripts, and wide ones, by their code points."""
    others = filter(str.isdecimal, map(chr, range(0x80, sys.maxunicode + 1)))
    return {ord(digit): str(unicodedata.decimal(digit)) for digit in others}


def read(digits: str, *, comma: bool = False) -> Decimal | None:
    """Return the number that digits with separators say, None where they say none.

    Other marks than that of the decimals may group the thousands, all by the same. "1.234.567" is grouped in any case.

    Args:
        digits: Without sign, unit and blanks around.
        comma: Whether a comma separates decimals, and not a point.
    """
    point = "," if comma else "."
    whole, mark, decimals = digits.partition(point) if digits.count(point) == 1 else (digits, "", "")
    if not (whole.isdecimal() or _GROUPED.fullmatch(whole)) or (mark and not decimals.isdecimal()):
        return None
    plain = re.sub(r"\D", "", whole)
    return Decimal(f"{plain}.{decimals}" if mark else plain)


def readings(digits: str) -> set[Decimal]:
    """Return all that digits with separators may say: "2.450" is 2450 or 2.45."""
    return {value for comma in (False, True) if (value := read(digits, comma=comma)) is not None}
