"""How sentences say that a value was raised, moved or changed, and which one holds since. Pure, English and German."""

import re
from collections.abc import Sequence

from qa.text.sentences import Span
from qa.text.wanted import wanted

_CHANGED = re.compile(
    r"\b(?:rais|increas|lower|reduc|chang|cut|extend|shorten|widen|mov|adjust|went|go(?:es)? (?:up|down)|rose|rises?|"
    r"fell|falls?|drop|grew|grows?|erhöh|gesenkt|senk|angehoben|geänder|änder|verlänger|verkürz|verschob|gestiegen|stieg|steig|sink|sank|"
    r"gefallen|verleg|postpon|reschedul|put off|brought forward|vorverlegt)\w*",
    re.IGNORECASE,
)
# Who asks for what it was does not mean what it is now.
_EARLIER = re.compile(
    r"\b(?:before|previous\w*|former\w*|old|earlier|original\w*|used to|"
    r"vorher|zuvor|früher\w*|bisher\w*|ursprünglich\w*)\b",
    re.IGNORECASE,
)
_FROM, _TO = re.compile(r"\b(?:from|von|vom)\s+$", re.IGNORECASE), re.compile(r"\s+(?:to|auf)\s+", re.IGNORECASE)


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
