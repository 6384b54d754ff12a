"""How papers say what something costs: by a fee, a price or a total with an amount. Pure functions, English and German.

"What does the gym cost?" is answered by "The fee is EUR 24 a month", in which no word of the question stands.
"""

import re
from functools import lru_cache

from qa.lazy_regex import lazy_regex
from qa.text import money

_COST = lazy_regex(r"\b(?P<word>costs?|charged?|charges|(?:ge)?kostete?n?|gekostet|teuer|expensive)\b", re.IGNORECASE)
_ASKS = lazy_regex(
    r"\b(?:how (?:much|expensive)|what (?:do|does|did|will|would)|wie ?(?:viel|teuer)|"
    r"was (?:kostet|kosten|hat|haben))\b",
    re.IGNORECASE,
)
_SAYS = lazy_regex(
    r"\b(?:fees?|prices?|total|amount(?! of)|premium|charges?|rents?|costs?|"
    r"\w{0,20}(?:betrag|gebühr|preis|beitrag|prämie)|kostet|kosten|miete|gesamt|summe)\b(?! (?:net|netto))",
    re.IGNORECASE,
)
_AMOUNT = lazy_regex(rf"(?:{money.CURRENCY}\s?\d|\d\s?{money.CURRENCY})", re.IGNORECASE)
# "3 Brezen 2,85", "Crown, upper left £640.00": an item with nothing but its price, as bills have them.
_ITEM = lazy_regex(
    rf"[^.!?;:]*[^\W\d_]{{3,}}[^.!?;:]*?\s(?:{money.CURRENCY}\s?)?\d[\d.,'’]*[.,]\d\d(?:\s?{money.CURRENCY})?\W*$",
    re.IGNORECASE,
)
_LONGEST = 700


@lru_cache(maxsize=64)
def cost_asked(question: str) -> str:
    """Return the word by which a question asks what something costs, "" where it does not."""
    match = _COST.search(question)
    return match["word"] if match and _ASKS.search(question) else ""


def says_cost(text: str) -> bool:
    """Tell whether a sentence says what something costs, in whatever word."""
    text = text[:_LONGEST]
    return bool((_SAYS.search(text) and _AMOUNT.search(text)) or _ITEM.match(text))
