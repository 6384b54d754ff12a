"""How often something happens in a question and in a sentence: "blinks five times" is another fault than "three times".

Pure functions, English and German.
"""

import re
from collections.abc import Sequence

from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.standalone.lacking import AUXILIARY
from qa.lazy_regex import lazy_regex
from qa.text.number_words import CARDINALS

_WORDS = {word: value for language in ("en", "de") for word, value in CARDINALS[language].items()}
_OFTEN = {"once": 1, "twice": 2, "thrice": 3, "einmal": 1, "zweimal": 2, "dreimal": 3, "viermal": 4, "fünfmal": 5}
_NUMBER = rf"\d{{1,3}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))}"
# "A 10 x 15 print" counts nothing. Of "two or three times" and "drei- bis fünfmal" the first number counts as well.
_TIMES = lazy_regex(
    # "At once", "once again", "nicht einmal", "noch einmal", "auf einmal".
    rf"(?<!\bat )(?<!\bnicht )(?<!\bnoch )(?<!\bauf )\b(?P<often>{'|'.join(_OFTEN)})\b(?! (?:more|again)\b)|"
    rf"\b(?:(?P<from>{_NUMBER})(?P<to> ?[-–—] ?|-? (?:to|bis|or|oder|and|und) ))?"
    rf"(?P<number>{_NUMBER})[ -]?(?:times|x|mal)\b(?! ?\d)",
    re.IGNORECASE,
)
# "Once the gate is shut" counts nothing; "once a week" and "it blinks once" do.
_ONCE = lazy_regex(r"\b(?:once|einmal|1 ?x|1 ?mal)\W*$", re.IGNORECASE)
_WHENEVER = lazy_regex(r"(?:^|[.!?;:,] |\n)once\b(?! (?:a|an|per|each|every|in)\b)[^.!?;,]", re.IGNORECASE)
# Where a bound is told, or asked for, another number may be the answer.
_BOUND = lazy_regex(
    rf"(?:\b(?:(?:more|fewer|less|mehr|weniger|öfter|häufiger|seltener) (?:often )?(?:than|als)|at (?:least|most)|"
    rf"up to|over|under|mindestens|wenigstens|höchstens|maximal|bis zu|über|unter) |[<>≤≥] ?)"
    rf"(?:(?:{_NUMBER})[ -]?(?:times|x|mal)|{'|'.join(_OFTEN)})\b",
    re.IGNORECASE,
)
_FIRST = lazy_regex(r"\w+")
# "Was heißt zweimal" asks for a thing.
_WHAT = lazy_regex(r"was\b(?! (?:the|an?|it|th[aieo]\w+|he|she|any\w*|your?|our|my|his|her|its)\b)", re.IGNORECASE)


def times_said(text: str) -> frozenset[int]:
    """Return the numbers of times that a text says: 5 for "five times", "5x" and "fünfmal", 2 and 3 for "2-3 times"."""
    found = set[int]()
    whenever = [match.span() for match in _WHENEVER.finditer(text)]
    for match in _TIMES.finditer(text):
        if match["often"]:
            if not any(start <= match.start() < end for start, end in whenever):
                found.add(_OFTEN[match["often"].casefold()])
            continue
        last = _value(match["number"])
        first = _value(match["from"]) if match["from"] else last
        is_either = match["to"] is not None and match["to"].strip(" -").casefold() in ("or", "oder", "and", "und")
        found |= {first, last} if is_either else set(range(first, last + 1)) or {last}
    return frozenset(found)


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else _WORDS[number.casefold()]


def without_other_times(question: str, quotes: Sequence[Quote]) -> list[Quote]:
    """Return the sentences without those that only say what is so for other numbers of times than the question's.

    "Are they paid twice a month?" is answered by "once a month", and "more than twice" by "up to three times".
    """
    asked = times_said(question)
    first = _FIRST.search(question.casefold())
    is_whether = first is not None and first[0] in AUXILIARY and not _WHAT.match(question, first.start())
    if not asked or is_whether or _BOUND.search(question) or (asked == {1} and not _ONCE.search(question)):
        return list(quotes)
    return [
        quote for quote in quotes if not (said := times_said(quote.text)) or said & asked or _BOUND.search(quote.text)
    ]
