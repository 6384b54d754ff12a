"""What multiplies a number beside it: "350 Tsd. €", "2,5 Mio. EUR", "EUR 31k". Pure functions, English and German.

What is glued to a currency itself, "TEUR" and "k€", `qa.text.money` reads.
"""

import re
from decimal import Decimal

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import any_of
from qa.text.casing import lowered
from qa.text.numerals import larger

_EXPONENTS = {
    "thousand": 3, "tausend": 3, "tsd": 3, "million": 6, "millions": 6, "millionen": 6, "mio": 6, "mn": 6,
    "billion": 9, "billions": 9, "milliarde": 9, "milliarden": 9, "mrd": 9, "bn": 9,
}  # fmt: skip
_LETTERS = {"k": 3, "m": 6}

WORD = rf"(?: ?(?:{any_of(_EXPONENTS)})\b\.?)"
"""A pattern of the words for it behind a number."""

# "5k" is five thousand, and "5K" or "5 k" may be anything.
BEHIND = rf"(?:{WORD}|(?<=\d)(?-i:k)(?![\w²³/]))"
"""A pattern of what multiplies any number, for patterns that ignore case."""

# Of a sum "m" is no metre.
OF_MONEY = rf"(?:{WORD}| ?[km](?![\w²³/]))"
"""A pattern of what multiplies a number behind a currency, for patterns that ignore case."""

_SCALED = lazy_regex(rf"(?P<digits>.*?\d)(?P<scale>{OF_MONEY})?", re.IGNORECASE | re.DOTALL)


def times(value: Decimal, written: str | None) -> Decimal:
    """Return a number as what stands behind it multiplies it; as it is for "" and None."""
    word = lowered((written or "").strip(" .\u00a0"))
    return value * Decimal(10 ** _EXPONENTS.get(word, _LETTERS.get(word, 0)))


def larger_of(written: str) -> Decimal:
    """Return the number that digits say with what multiplies them: 5000 of "5k"; see `numerals.larger`."""
    match = _SCALED.fullmatch(written.strip())
    return times(larger(match["digits"]), match["scale"]) if match else larger(written)
