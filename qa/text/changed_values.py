"""How sentences say that a value was raised, moved or changed, and which one holds since. Pure, English and German."""

import re
from collections.abc import Sequence

from qa.lazy_regex import lazy_regex
from qa.text.sentences import Span
from qa.text.wanted import wanted

# What falls short, or due, or on a Sunday, does not change.
_FALL = r"(?:fell|falls?|fallen)(?! (?:short|due|below|under|within|into|ill|apart|behind|on|asleep)\b)"
# Whole words: neither raisins nor a movie says that something changed.
_CHANGED = lazy_regex(
    r"\b(?:rais(?:e[ds]?|ing)|increas\w+|lower(?:s|ed|ing)|lower (?:to|from|by|the|it|this)|(?:is|are|now) lower|"
    r"reduc\w+|chang(?:e[ds]?|ing)|cut(?:s|ting)?|extend(?:s|ed|ing)?|extension|shorten(?:s|ed|ing)?|"
    rf"widen(?:s|ed|ing)?|mov(?:e[ds]?|ing)|adjust\w*|went|go(?:es)? (?:up|down)|rose|rises?|risen|{_FALL}|"
    r"drop(?:s|ped|ping)?|grew|grow(?:s|n|ing|th)?|postpon\w+|reschedul\w+|put off|brought forward|erhöh\w*|"
    r"gesenkt\w*|senk(?:t|te|ten|en|ung\w*)|angehoben\w*|(?:ge)?änder\w*|verlänger\w*|verkürz\w*|verschob\w*|"
    r"gestiegen\w*|stieg(?:en)?|steig(?:t|en|end\w*|ert\w*|erung\w*)|sink(?:t|en)|sank(?:en)?|gefallen|verleg\w*|"
    r"vorverlegt)\b",
    re.IGNORECASE,
)
# Who asks for what it was does not mean what it is now.
_EARLIER = lazy_regex(
    r"\b(?:before|previous\w*|former\w*|(?<!how )(?<!years )(?<!months )old|earlier|original\w*|used to|"
    r"vorher|zuvor|früher\w*|bisher\w*|ursprünglich\w*)\b",
    re.IGNORECASE,
)
_FROM, _TO = lazy_regex(r"\b(?:from|von|vom)\s+$", re.IGNORECASE), lazy_regex(r"\s+(?:to|auf)\s+", re.IGNORECASE)


def settled(sentence: str, spans: Sequence[Span]) -> list[Span]:
    """Return the stretches that still hold where a sentence says what changed: "raised from 1.50 m to 1.60 m"."""
    held = []
    for start, end in spans:
        if not (_FROM.search(sentence[:start]) and _CHANGED.search(sentence)):
            held.append((start, end))
        elif within := _TO.search(sentence, start, end):
            held.append((within.end(), end))
        elif not _TO.match(sentence, end):
            held.append((start, end))
    return held


def asks_for_value(question: str, language: str = "") -> bool:
    """Tell whether a question asks for what a later paper may change: a day, an amount, a name, or what changed."""
    return wanted(question, language) is not None or says_change(question)


def says_change(sentence: str) -> bool:
    """Tell whether a sentence says that something was raised, moved or changed."""
    return bool(_CHANGED.search(sentence))


def asks_before(question: str) -> bool:
    """Tell whether a question asks for what was before a change."""
    return bool(_EARLIER.search(question))
