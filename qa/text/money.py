"""Currencies: their codes, their signs, and their names."""

import re
from decimal import Decimal

from qa.lazy_regex import lazy_regex
from qa.text import scales
from qa.text.calendar_words import any_of

CODES = (
    "EUR", "USD", "GBP", "CHF", "JPY", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "CNY", "INR",
)  # fmt: skip
"""ISO 4217 codes of currencies that documents here may name; the commonest first."""

SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
"""The code that each sign most likely stands for."""

NAMES = {
    "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "pound": "GBP", "pounds": "GBP", "pfund": "GBP",
    "franken": "CHF", "franc": "CHF", "francs": "CHF", "yen": "JPY",
}  # fmt: skip
"""The code that each name in lower case most likely stands for; a pound may be a weight as well."""

MORE_NAMES = {
    "dólar": "USD", "dólares": "USD", "dollari": "USD", "dollaro": "USD", "sterline": "GBP", "sterlina": "GBP",
    "libras esterlinas": "GBP", "livres sterling": "GBP", "franchi": "CHF", "francos suizos": "CHF", "yenes": "JPY",
}  # fmt: skip
"""The same in Spanish, French, Italian, Dutch and Portuguese, where they differ."""

SIGN = f"[{''.join(SIGNS)}]"
"""A pattern of the signs."""

NAME = any_of([*NAMES, "cent", "cents", "pence"])
"""A pattern of the names and of their hundredths, in lower case."""

# As small words these would be others: "Sek." is a second.
CODE = f"(?:{'|'.join(CODES[:4])}|(?-i:{'|'.join(CODES[4:])}))"
"""A pattern of the codes: of the commonest in any case, where the pattern around ignores it."""

# "TEUR 500", "12 k€": capitals tell them from words. "Mio. EUR 2,5" stands above the columns of a balance.
GLUED = rf"(?:(?<!\w|\.)(?:mio|mrd|tsd)\.? ?|(?<![^\W\d_])(?-i:[TkKM]))(?:{SIGN}|(?-i:EUR|USD|GBP|CHF)\b)"
"""A pattern of currencies with what multiplies the number beside them, for patterns that ignore case."""

CURRENCY = rf"(?:{GLUED}|{SIGN}|(?:{CODE}|{NAME})\b)"
"""A pattern of the signs, codes and names, also of "TEUR" and its like."""

_GLUED = lazy_regex(GLUED, re.IGNORECASE)


def spellings(code: str) -> tuple[str, ...]:
    """Return how a currency is written, in lower case, its sign first."""
    return (
        *(sign for sign, of in SIGNS.items() if of == code),
        *(name for name, of in NAMES.items() if of == code),
        code.lower(),
    )


def code_of(written: str) -> str:
    """Return the code of a currency that is written as a sign, a name or a code; "" for ""."""
    plain = _parted(written)[1]
    return _CODE_OF.get(plain.casefold(), plain.upper())


def times(value: Decimal, written: str) -> Decimal:
    """Return a sum as its currency multiplies it: 500000 for 500 of "TEUR"."""
    what = _parted(written)[0]
    # The "T" is for thousand, or "Tausend".
    return scales.times(value, "k" if what == "T" else what)


def _parted(written: str) -> tuple[str, str]:
    """Return what multiplies and the currency alone: "T" and "EUR"."""
    if not _GLUED.fullmatch(written):
        return "", written
    letters = re.match(r"mio|mrd|tsd|.", written, re.IGNORECASE)
    end = letters.end() if letters else 0
    return written[:end], written[end:].lstrip(". ")


_CODE_OF = {name: code for code in CODES for name in spellings(code)}
