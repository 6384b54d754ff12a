"""Whether a question asks for arithmetic, a list, or what is not so; whatever it is about."""

import re
from collections.abc import Sequence

from qa.lazy_regex import lazy_regex
from qa.tables import phrases
from qa.tables.named_periods import periods
from qa.tables.reading import starts
from qa.tables.vocabulary import WORD
from qa.text.casing import word_set

ABOUT_EITHER = frozenset({"last", "first", "total", "totals", "average", "mean", "minimum", "maximum", "max", "min"})
"""Words that are also of a name: "the first course", "the last name"."""
_NUMBER_SIGN = lazy_regex(r"\bno(?:\.\s*|\s+)(?=\d)", re.IGNORECASE)
# With "un" before it.
_DENIED = word_set(
    "paid finished returned sold used answered checked solved confirmed signed occupied let bezahlt bezahlte bezahlten "
    "erledigt fertig besetzt benutzt geprüft bestätigt verkauft beantwortet"
)
_COMPOUNDS = ("gesamt", "durchschnitts")
_LEAST_REST = 4


def parted(low: str) -> tuple[str, str] | None:
    """Return a German compound with a word of arithmetic as its two words: "Gesamtfläche" as "gesamt" and "fläche"."""
    for first in _COMPOUNDS:
        if low.startswith(first) and len(low) >= len(first) + _LEAST_REST:
            return ("durchschnitt" if first == "durchschnitts" else first), low[len(first) :]
    return None


def asks_to_compute(question: str) -> bool:
    """Tell whether a question holds any word of arithmetic, or asks for a list; whatever it is about."""
    lows = [match[0].casefold() for match in WORD.finditer(question)]
    return any(
        low in phrases.MEANS | phrases.SUMS | phrases.LISTS | phrases.ALL | phrases.DISTINCT
        or parted(low)
        or starts(lows[at:], (*phrases.COUNTS, *phrases.OFTEN, *phrases.SELDOM, *phrases.SHARES))
        or phrases.superlative([*lows[at:], ""])
        for at, low in enumerate(lows)
    )


def asks_over_rows(question: str, *, counts: bool = True) -> bool:
    """Tell whether a question plainly asks for arithmetic, or for all rows that are more or less than something.

    Args:
        question: Whatever it is about.
        counts: Whether "how many" alone is enough.
    """
    lows = [match[0].casefold() for match in WORD.finditer(question)]
    phrased = (*phrases.OFTEN, *phrases.SELDOM, *phrases.SHARES, *(phrases.COUNTS if counts else ()))
    computes = any(
        low in phrases.MEANS | phrases.SUMS | phrases.DISTINCT
        or parted(low)
        or starts(lows[at:], phrased)
        or (low not in ABOUT_EITHER and phrases.superlative([*lows[at:], ""]) is not None)
        for at, low in enumerate(lows)
    )
    compares = any(comparison_size(lows[at:]) for at in range(len(lows)))
    return computes or (_lists(lows) and compares)


def denies(question: str) -> bool:
    """Tell whether a question asks which things are not so, or how many: "which members have not paid"."""
    # "No. 14" is a number.
    lows = [match[0].casefold() for match in WORD.finditer(_NUMBER_SIGN.sub("", question))]
    denied = any(
        low in phrases.NEGATIONS - {"t", "except", "excluding", "außer"} or (low == "t" and lows[at - 1].endswith("n"))
        for at, low in enumerate(lows)
    )
    return (_lists(lows) or any(starts(lows[at:], phrases.COUNTS) for at in range(len(lows)))) and (
        denied or any(low.startswith("un") and low.removeprefix("un") in _DENIED for low in lows)
    )


def compares_rows(question: str) -> bool:
    """Tell whether a question asks which things, or how many, are beyond a number or a time: "before 6 March"."""
    words = list(WORD.finditer(question))
    lows = [match[0].casefold() for match in words]
    starts_of_times = {period.start for period in periods(question)}
    if not (_lists(lows) or any(starts(lows[at:], phrases.COUNTS) for at in range(len(lows)))):
        return False
    for at in range(len(lows)):
        for size in (3, 2, 1):
            sign = phrases.COMPARISONS.get(tuple(lows[at : at + size]), "=")
            after = at + size
            if (
                sign != "="
                and after < len(lows)
                and (lows[after][0].isdecimal() or words[after].start() in starts_of_times)
            ):
                return True
    return False


def lists(question: str) -> bool:
    """Tell whether a question asks which things, or who: for rows, where a table answers it."""
    return _lists([match[0].casefold() for match in WORD.finditer(question)])


def _lists(lows: Sequence[str]) -> bool:
    asking = phrases.LISTS | phrases.ALL | {"who", "wer"}
    return any(low in asking for low in lows[:3])


def comparison_size(words: Sequence[str]) -> int:
    """Return how many of the first words are a comparison of several words, 0 for none."""
    return max((size for size in (2, 3) if tuple(words[:size]) in phrases.COMPARISONS), default=0)
