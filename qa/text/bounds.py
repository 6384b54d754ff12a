"""Which end of a span of time a question asks for, and which days of a sentence are at that end. Pure functions."""

import re
from collections.abc import Sequence
from typing import Literal

from qa.text.sentences import Span

Bound = Literal["", "start", "end"]

_ENDING = re.compile(
    r"\b(?:until when|by (?:what|which|when)|bis wann|latest|deadline|expire|end|run out|finish|endet|enden|endete|"
    r"läuft\b.*\b(?:ab|aus)$)",
    re.IGNORECASE,
)
_STARTING = re.compile(
    r"\b(?:since when|from (?:what|which|when)|seit wann|ab wann|starts?|started|begins?|began|commences?|"
    r"beginnt|begann|startet)\b",
    re.IGNORECASE,
)
_THE = r"(?: (?:the|at|am|zum|dem))? $"
# "Starts on 15 March and ends on 14 March": the verb in front of a day tells whose it is.
_ENDS = re.compile(
    rf"\b(?:(?:ends?|ended|expire[sd]?)(?: on)?|until|till|endet|endete|bis)(?: zum)?{_THE}", re.IGNORECASE
)
_STARTS = re.compile(
    rf"\b(?:(?:starts?|started|begins?|began|commences?)(?: on)?|since|from|beginnt|begann|seit|ab|vom){_THE}",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|to|by|before|bis|spätestens|zum|on|am|expire[sd]?|latest)(?: the| zum)? $", re.IGNORECASE
)
_SINCE = re.compile(r"\b(?:since|from|as of|seit|ab|vom|effect on|begins on)(?: the| dem)? $", re.IGNORECASE)


def bound_asked(question: str) -> Bound:
    """Return which end of a span of time is asked for, "" for neither in particular."""
    return "end" if _ENDING.search(question) else "start" if _STARTING.search(question) else ""


def at_bound(bound: Bound, sentence: str, spans: Sequence[Span]) -> list[Span]:
    """Return the days of a sentence at that end, all where none is told to be."""
    for pattern in {"end": (_ENDS, _UNTIL), "start": (_STARTS, _SINCE)}.get(bound, ()):
        if found := [span for span in spans if pattern.search(sentence[: span[0]])]:
            return found
    return list(spans)
