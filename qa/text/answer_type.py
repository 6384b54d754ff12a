"""What kind of thing a question asks for, and whether a sentence holds one. By rule, in English and German."""

import re
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH_NAME

Kind = Literal["date", "number", "person", "reason", ""]

_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "date",
        lazy_regex(
            r"((?:^|[,;:?.!] ?|\band |\b(?:until|since|from|by) )when|"
            r"\b(what|which|by what|from what|since what) (date|day|month|year)|\b(until when|since when|"
            r"wann|seit wann|bis wann|an welchem tag|in welchem (jahr|monat)))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "number",
        lazy_regex(
            r"\b(how (many|much|high|long|far|old|big|large|often|deep|fast|quickly|heavy|late|soon|thick|warm|cold|"
            r"strong)|what (percentage|share|number|amount|distance|limit|temperature|speed|height|rate|fee|price)|"
            r"at which|costs?|wie (viele?|hoch|lange|oft|weit|tief|schnell|schwer|groß)|ab welche[mr])\b",
            re.IGNORECASE,
        ),
    ),
    # Within a clause they point back: "a skipper who refuses".
    (
        "person",
        lazy_regex(
            r"((?:^|[,;:?.!] ?|\band |\b(?:by|to|for|from|with|of) )(?:who|whose|whom)|"
            r"\b(which company|wer|wen|wem|wessen))\b",
            re.IGNORECASE,
        ),
    ),
    ("reason", lazy_regex(r"\b(why|what caused|reason|warum|weshalb|wieso)\b", re.IGNORECASE)),
)
_HOLDS: dict[Kind, re.Pattern[str]] = {
    "date": lazy_regex(
        rf"\b((19|20)\d\d|{MONTH_NAME})\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b",
        re.IGNORECASE,
    ),
    "number": lazy_regex(r"\d"),
    # Two capitalised words in a row, not at the start of the sentence.
    "person": lazy_regex(r"(?<!^)(?<![.!?] )\b[A-ZÄÖÜ][\w'-]+ [A-ZÄÖÜ][\w'-]+"),
    "reason": lazy_regex(
        r"\b(because|since|due to|so that|therefore|cause[ds]?|reasons?|weil|da|denn|wegen|damit|grund)\b",
        re.IGNORECASE,
    ),
}
# A clause of more characters than this is a list or a table; without a bound each "not" would be looked for to the end.
_NOT = r"(?:\b(?:not|never|nicht|kein\w*)|n't)\b"
_NO_REASON = lazy_regex(rf"{_NOT}([^,.;:]{{0,160}}?)(?:\b(?:because|since|due to|wegen)|,?\s?\bweil)\b", re.IGNORECASE)
_NEGATED = lazy_regex(_NOT, re.IGNORECASE)
# Not to do this is to work.
_FAILS = lazy_regex(
    r"\b(?:fail(?:s|ed|ing)?|br(?:eak|oke|oken) down|versag\w+|ausfallen|ausgefallen|scheiter\w+|gescheitert)\b",
    re.IGNORECASE,
)
_WORKS = lazy_regex(
    r"\b(?:work\w*|run(?:ning)?|function\w*|hold|held|funktionier\w*|lief\w*|lauf\w*|hielt\w*|halten|gehalten)\b",
    re.IGNORECASE,
)
_WORD, _BEGINNING = lazy_regex(r"[^\W\d_]{4,}"), 4


def asked_kind(question: str) -> Kind:
    """Return what a question asks for; "" where the rules do not say."""
    return next((kind for kind, pattern in _ASKS if pattern.search(question)), "")


def holds(kind: Kind, sentence: str, question: str = "") -> bool:
    """Tell whether a sentence holds a thing of this kind; never for "".

    Args:
        kind: What is asked for.
        sentence: Any text.
        question: What asks for it. "It did not fail because the strike was too strong" gives no reason for its failing
            or for why it did not work, but one for why it did not fail, and "it could not sail because of the ice" one
            for a trip's end.
    """
    if kind == "reason":
        sentence = _NO_REASON.sub(lambda match: "" if _is_none(match[1], question) else match[0], sentence)
    return bool(kind and _HOLDS[kind].search(sentence))


def _is_none(denied: str, question: str) -> bool:
    """Tell whether the reason for what a sentence denies is none for what is asked, which may be denied itself."""
    is_asked = not _beginnings(question).isdisjoint(_beginnings(denied))
    if _NEGATED.search(question):
        return not is_asked and bool(_FAILS.search(denied) and _WORKS.search(question))
    return is_asked


def _beginnings(text: str) -> set[str]:
    return {word[:_BEGINNING] for word in _WORD.findall(text.casefold())}
