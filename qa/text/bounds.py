"""When something begins and ends: how people ask it, and which sentences and days tell it. Pure, English and German.

"When does the lease expire?" is answered by "a term ending on 28 February 2026". That "either party may end it on
29 February 2024" has more of its words, and says when it could.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.text.periods import DATE
from qa.text.sentences import Span

Bound = Literal["", "start", "end"]

_ENDS = (
    r"(?:ends?|ending|ended|expir(?:es?|ed|ing|y)|runs? out|terminat(?:es?|ed|ing)|lapses?|endet|enden|endete|"
    r"ausläuft|abläuft)"
)
_STARTS = r"(?:starts?|started|begins?|began|commences?|beginnt|begann|startet)"
# "Gilt bis" ends, and "gilt ab" starts.
_LASTS = r"(?:over|in force|in effect|valid|ende|läuft|laufen|gilt|gültig|in kraft|befristet)"
_ENDING = lazy_regex(
    rf"\b(?:until when|by (?:what|which|when)|bis wann|latest|deadline|finish|läuft\b.*\b(?:ab|aus)$|{_ENDS}\b)",
    re.IGNORECASE,
)
_STARTING = lazy_regex(rf"\b(?:since when|from (?:what|which|when)|seit wann|ab wann|{_STARTS})\b", re.IGNORECASE)
_THE = r"(?: (?:the|at|am|zum|dem))? $"
# "Starts on 15 March and ends on 14 March": the verb in front of a day tells whose it is.
_BEFORE_END = (
    lazy_regex(rf"\b(?:{_ENDS}(?: on)?|until|till|bis)(?: zum)?{_THE}", re.IGNORECASE),
    lazy_regex(
        r"\b(?:until|till|to|by|before|bis|spätestens|zum|on|am|expire[sd]?|latest)(?: the| zum)? $", re.IGNORECASE
    ),
)
_BEFORE_START = (
    lazy_regex(rf"\b(?:{_STARTS}(?: on)?|since|from|seit|ab|vom){_THE}", re.IGNORECASE),
    lazy_regex(r"\b(?:since|from|as of|seit|ab|vom|effect on|begins on)(?: the| dem)? $", re.IGNORECASE),
)
# "At the end of May" and "what did it cost in the end" ask of nothing that ends.
_ASKS = lazy_regex(
    rf"\b(?:(?:when|until when|how long|wann|bis wann|wie lange?)\b.*?\b(?<!in the )(?P<word>{_ENDS}|{_LASTS})\b"
    r"(?! of| (?:des|der)\b)|"
    r"(?:how long|wie lange?)\b.*?\b(?P<lasts>runs?|lasts?|dauert)\b)",
    re.IGNORECASE,
)
_COULD = (
    r"(?:may|can|could|(?:is|are) (?:entitled|free) to|(?:has|have) the right to|kann|können|könnte|darf|dürfen|"
    r"(?:ist|sind) berechtigt)"
)
_IS_ASKED_OF_RIGHT = lazy_regex(rf"\b(?:{_COULD}|cancel|earliest|kündigen|kündbar|frühestens)\b", re.IGNORECASE)
_RIGHT = lazy_regex(
    rf"\b{_COULD}\b(?:[^.;]|(?<=\d)\.){{0,120}}?\b(?:end(?:ed)?|terminated?|cancel(?:led)?|beenden|beendet|kündigen|gekündigt)\b",
    re.IGNORECASE,
)
_SAYS = lazy_regex(
    rf"\b(?:{_ENDS}|{_LASTS}|until|till|runs? to|bis)\b[^.;]{{0,40}}?(?<!\w)(?:{DATE})|"
    # "Term: from 1 September 2023 to 31 August 2026."
    rf"(?<!\w)(?:{DATE}),? ?(?:to|through|[-–—])(?: and including)?(?: the)? ?(?:{DATE})",
    re.IGNORECASE,
)
# Not "until when does it run", which the words for ending tell.
_ASKS_BY = lazy_regex(
    r"^\W*(?:and |und )?(?:by (?:when|what (?:date|day|time)|which (?:date|day))|"
    r"(?:until|till) when (?:must|should|can|may|do|does)|(?:what|when)(?: is|['’]s) the (?:deadline|latest "
    r"(?:date|day|time))|"
    r"bis wann (?:muss|müssen|soll\w*|kann|können|darf|dürfen|ist|sind|hat|haben)|bis spätestens wann|wann "
    r"spätestens)\b",
    re.IGNORECASE,
)
_SAYS_BY = lazy_regex(
    rf"\b(?:by|until|till|before|no later than|not later than|at the latest|latest|deadline|due|within|not after|bis|"
    rf"spätestens|vor dem|binnen|innerhalb|frist)\b[^.;]{{0,40}}?(?:(?<!\w)(?:{DATE})|\b\d|\b(?:end|start|"
    rf"beginning|ende|"
    r"anfang|werktag|hours?|days?|weeks?|months?|years?|stunden?|tagen?|wochen?|monate?n?|jahre?n?|noon|midnight|morning|evening)\b)",
    re.IGNORECASE,
)
_LONGEST = 700


@lru_cache(maxsize=64)
def asks_by_when(question: str) -> bool:
    """Tell whether a question asks until when something must be done: "by when must we answer?"."""
    return bool(_ASKS_BY.search(question))


def says_by_when(text: str) -> bool:
    """Tell whether a sentence says until when: "in writing by 28 March", "am dritten Werktag", "within 14 days"."""
    return bool(_SAYS_BY.search(text[:_LONGEST]))


@lru_cache(maxsize=64)
def end_asked(question: str) -> str:
    """Return the word by which a question asks when something ends, "" where it does not or asks when it could."""
    match = _ASKS.search(question)
    return match["word"] or match["lasts"] if match and not _IS_ASKED_OF_RIGHT.search(question) else ""


def is_right_to_end(text: str) -> bool:
    """Tell whether a sentence says that somebody may end something, which is not when it ends."""
    return bool(_RIGHT.search(text[:_LONGEST]))


def says_end(text: str) -> bool:
    """Tell whether a sentence says the day on which something ends."""
    text = text[:_LONGEST]
    return bool(_SAYS.search(text)) and not is_right_to_end(text)


def bound_asked(question: str) -> Bound:
    """Return which end of a span of time is asked for, "" for neither in particular."""
    return "end" if _ENDING.search(question) else "start" if _STARTING.search(question) else ""


def is_at_bound(bound: Bound, sentence: str, spans: Sequence[Span]) -> bool:
    """Tell whether one of a sentence's days is told to be at that end of a span of time."""
    before = [sentence[: span[0]] for span in spans]
    return any(
        pattern.search(text)
        for pattern in {"end": _BEFORE_END, "start": _BEFORE_START}.get(bound, ())
        for text in before
    )


def at_bound(bound: Bound, sentence: str, spans: Sequence[Span]) -> list[Span]:
    """Return the days of a sentence at that end, all where none is told to be."""
    for pattern in {"end": _BEFORE_END, "start": _BEFORE_START}.get(bound, ()):
        if found := [span for span in spans if pattern.search(sentence[: span[0]])]:
            return found
    return list(spans)
