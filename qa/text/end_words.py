"""When something ends: how people ask it, and which sentences tell it. Pure functions, English and German.

"When does the lease expire?" is answered by "a term ending on 28 February 2026". That "either party may end it on
29 February 2024" has more of its words, and says when it could.
"""

import re
from functools import lru_cache

from qa.text.periods import DATE

_ENDS = (
    r"(?:ends?|ending|ended|expir(?:es?|ed|ing|y)|runs? out|terminat(?:es?|ed|ing)|lapses?|over|"
    r"endet|enden|ende|ausläuft|abläuft|läuft|laufen|gilt|gültig|befristet)"
)
# "At the end of May" and "what did it cost in the end" ask of nothing that ends.
_ASKS = re.compile(
    rf"\b(?:(?:when|until when|how long|wann|bis wann|wie lange?)\b.*?\b(?<!in the )(?P<word>{_ENDS})\b"
    r"(?! of| (?:des|der)\b)|"
    r"(?:how long|wie lange?)\b.*?\b(?P<lasts>runs?|lasts?|dauert)\b)",
    re.IGNORECASE,
)
_COULD = (
    r"(?:may|can|could|(?:is|are) (?:entitled|free) to|(?:has|have) the right to|kann|können|könnte|darf|dürfen|"
    r"(?:ist|sind) berechtigt)"
)
_IS_ASKED_OF_RIGHT = re.compile(rf"\b(?:{_COULD}|cancel|earliest|kündigen|kündbar|frühestens)\b", re.IGNORECASE)
_RIGHT = re.compile(
    rf"\b{_COULD}\b(?:[^.;]|(?<=\d)\.){{0,120}}?\b(?:end(?:ed)?|terminated?|cancel(?:led)?|beenden|beendet|kündigen|gekündigt)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"\b(?:{_ENDS}|until|till|runs? to|bis)\b[^.;]{{0,40}}?(?<!\w)(?:{DATE})",
    re.IGNORECASE,
)
_LONGEST = 700


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
