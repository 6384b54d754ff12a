"""Whether a number in a text is the value itself, or one end of a range or a bound of it. Pure, English and German."""

import re

from qa.text import money
from qa.text.number_words import CARDINAL

_RANGE_BEFORE = re.compile(
    rf"(?:\b(?:between|zwischen)|(?:\d|{CARDINAL})(?: ?%)? ?(?:to|or|bis|oder|[-–])) ?$", re.IGNORECASE
)
_RANGE_BEHIND = re.compile(rf" ?(?:to|or|bis|oder|[-–]) ?(?:{money.CURRENCY} ?)?(?:\d|{CARDINAL}\b)", re.IGNORECASE)
_BOUND = re.compile(
    r"\b(?:from|up to|at (?:most|least)|(?:not|never|cannot) (?:to )?exceed|maximum(?: of)?|minimum(?: of)?|less than|"
    r"more than|under|over|no (?:more|less) than|ab|bis zu|höchstens|mindestens|maximal|minimal|unter|über|weniger als|"
    r"mehr als) $",
    re.IGNORECASE,
)
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
    if _RANGE_BEFORE.search(before) or _RANGE_BEHIND.match(text, end):
        return False
    return not (is_sum and _BOUND.search(before))
