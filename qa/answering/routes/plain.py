"""A question without its frills, so that rules about wording need not know them. Pure functions."""

import re
from difflib import get_close_matches
from functools import lru_cache

from qa.lazy_regex import lazy_regex

_POLITE = lazy_regex(
    r"^\s*(?:(?:please|hey|hi|hello|ok|okay|so|well|bitte|hallo|sag mal|also)\b[,!]?\s*"
    r"|(?:can|could|would|will) you(?: please)?\s+(?=\w)"
    r"|(?:i(?: would|'d) like to (?:know|see)|i want to (?:know|see)|i need(?: to know)?|let me (?:know|see)"
    r"|do you know|tell me|just)\b[,:]?\s+"
    r"|(?:kannst|könntest|könnten|können) (?:du|sie)(?: mir)?(?: bitte)?(?: sagen,?)?\s+"
    r"|(?:ich (?:möchte|will|würde gerne?) (?:wissen|sehen)|sag(?:e)? mir(?: bitte)?|weißt du)\b[,:]?\s+)",
    re.IGNORECASE,
)
_KINDLY = lazy_regex(r"(?<=\w) (?:please|bitte)(?= \w)", re.IGNORECASE)
_END = lazy_regex(r"[\s.?!]+$")
_LATE = lazy_regex(r",?\s+(?:please|bitte)$", re.IGNORECASE)
_SPACE = lazy_regex(r"\s+")
# What rules look for and people mistype. Not "contract", which is too like "contact".
_TYPED = (
    "difference",
    "differences",
    "between",
    "compare",
    "documents",
    "document",
    "summarise",
    "summarize",
    "deadlines",
)
_LONG = lazy_regex(r"\b[a-zA-Z]{6,12}\b")
_LIKE = 0.85


@lru_cache(maxsize=64)
def plain(question: str) -> str:
    """Return a question on one line, without what is only polite and without its last mark."""
    text = _SPACE.sub(" ", question.replace("’", "'").replace("“", '"').replace("”", '"').replace("„", '"')).strip()
    text = _SPACE.sub(" ", _KINDLY.sub(" ", text)).strip()
    while True:
        shorter = _LATE.sub("", _END.sub("", _POLITE.sub("", text)))
        if shorter == text:
            return _LONG.sub(_mended, text)
        text = shorter


def _mended(match: re.Match[str]) -> str:
    """Return a word of the rules for one that is nearly it."""
    word = match[0].casefold()
    if word in _TYPED or word.startswith(("different", "compar", "documenta")):
        return match[0]
    like = get_close_matches(word, _TYPED, n=1, cutoff=_LIKE)
    return like[0] if like else match[0]
