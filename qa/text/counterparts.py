"""What a paper states in place of what is asked: a credit where the balance to pay is asked for. Pure functions.

Of a statement for a year there is one or the other, so that each answers for both. English and German.
"""

import re
from functools import lru_cache

from qa.lazy_regex import lazy_regex
from qa.text import money

_SIDES = (
    (
        r"nachzahlung\w*|nachforderung\w*|nachzuzahlen|nachzahlen|balance (?:due|to pay)|amount due|additional payment|"
        r"underpaid|arrears",
        r"guthaben|erstattung\w*|rückzahlung\w*|überzahlung\w*|credit(?: balance)?|refund\w*|overpaid|overpayment",
    ),
    (r"profits?|gewinne?|surplus|überschuss", r"loss(?:es)?|verluste?|deficit|fehlbetrag"),
)
_PATTERNS = tuple(tuple(lazy_regex(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for words in sides) for sides in _SIDES)
_AMOUNT = lazy_regex(rf"(?:{money.CURRENCY})\s?\d|\d\s?(?:{money.CURRENCY})|\d[.,]\d\d\b", re.IGNORECASE)
_LONGEST = 400


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return what a question asks for and its other side, each time it asks for one of the two alone."""
    found = []
    for one, other in _PATTERNS:
        for this, that in ((one, other), (other, one)):
            if this.search(question) and not that.search(question):
                found.append((this, that))
    return tuple(found)


def other_side(question: str, text: str) -> str:
    """Return the word by which a text states the other side of what a question asks, with an amount; "" for none.

    Where the text states what is asked as well, that answers.
    """
    text = text[:_LONGEST]
    for this, that in _asked(question):
        match = that.search(text)
        if match and not this.search(text) and _AMOUNT.search(text):
            return match[0]
    return ""
