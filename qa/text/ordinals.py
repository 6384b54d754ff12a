"""Which of several in a row is meant: the first vaccination, die zweite Rate, the next survey. English and German.

What is said of the second one tells nothing of the first, and when the last one was not when the next one is.
"""

import re
from collections.abc import Iterator

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH_NAME
from qa.text.number_words import ORDINALS

_NUMBERS = {**ORDINALS["en"], **{word.removesuffix("e"): number for word, number in ORDINALS["de"].items()}}
_NUMBERS |= {"first": 1, "erst": 1}
_ENDING = lazy_regex(r"(?<=t)e[nrsm]?$")
_BEFORE_NOUN = lazy_regex(
    r"(?<![\w.,])(?:(?P<digits>\d{1,2})(?:st|nd|rd|th|\.)|(?P<word>[^\W\d_]{4,16})) (?P<noun>[^\W\d_]{4,})",
    re.IGNORECASE,
)
_MONTH = lazy_regex(MONTH_NAME, re.IGNORECASE)
_STEM = 5
_WHEN = lazy_regex(r"\W*(?:and |und )?(?:when|what (?:date|day)|which (?:date|day)|wann)\b", re.IGNORECASE)
_NEXT = lazy_regex(r"\b(?:next|nächste[nrms]?)\b", re.IGNORECASE)
# The last day to do something is a deadline.
_LAST = lazy_regex(
    r"\b(?:last|previous|most recent|letzte[nrms]?|vorige[nrms]?)\b(?! (?:day|date|chance|tag|termin)\b)", re.IGNORECASE
)
# How often something is tells of the next one as well.
_TELLS_NEXT = lazy_regex(
    r"\b(?:next|due|will|scheduled|planned|upcoming|every|nächste[nrms]?|fällig|geplant|vorgesehen|wird|werden|alle)\b",
    re.IGNORECASE,
)
_TELLS_LAST = lazy_regex(
    r"\b(?:last|latest|previous|most recent|was|were|took place|letzte[nrms]?|zuletzt|vorige[nrms]?|war|fand|wurde)\b",
    re.IGNORECASE,
)


def other_ordinal(question: str, text: str) -> bool:
    """Tell whether a text names another one of the things of which a question names one by its ordinal.

    Not where it names that one as well.
    """
    if _WHEN.match(question):
        if _NEXT.search(question) and _LAST.search(text) and not _TELLS_NEXT.search(text):
            return True
        if _LAST.search(question) and _NEXT.search(text) and not _TELLS_LAST.search(text):
            return True
    for number, stem in _ordinals(question):
        found = {other for other, noun in _ordinals(text) if noun == stem}
        if found and number not in found and number not in _named(text):
            return True
    return False


def _named(text: str) -> set[int]:
    """Return the ordinals of a text, whatever stands behind them: "the second doctor was the first who …"."""
    words = {_NUMBERS.get(_ENDING.sub("", word), 0) for word in re.findall(r"[^\W\d_]{4,}", text.casefold())}
    return words | {int(digits) for digits in re.findall(r"\b(\d{1,2})(?:st|nd|rd|th)\b", text)}


def names_ordinal(question: str, text: str) -> bool:
    """Tell whether a text names a thing of which a question names one by its ordinal."""
    return any(stem in text.casefold() for _, stem in _ordinals(question)) or not list(_ordinals(question))


def _ordinals(text: str) -> Iterator[tuple[int, str]]:
    """Yield each ordinal, and how its noun begins."""
    for at in range(len(text)):
        if at and (text[at - 1].isalnum() or not text[at].isalnum()):
            continue
        match = _BEFORE_NOUN.match(text, at)
        if match is None:
            continue
        number = int(match["digits"]) if match["digits"] else _NUMBERS.get(_ENDING.sub("", match["word"].casefold()), 0)
        if number and not _MONTH.fullmatch(match["noun"]):
            yield number, re.sub(r"(?:e?s|e?n|e)$", "", match["noun"].casefold())[:_STEM]
