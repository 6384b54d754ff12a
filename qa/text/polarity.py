"""Tell whether a sentence that holds a question's words says yes or no: by its negations, where nothing limits it."""

import re

from qa.lazy_regex import lazy_regex
from qa.text.sentences import Span
from qa.text.values import Values

_NOT = lazy_regex(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|"
    r"nicht|kein\w*|nie|niemals|niemand|nichts|ohne|weder)\b|n['’]t\b",
    re.IGNORECASE,
)
# What is said by the way denies nothing: "approved by four votes to none", "sold without a warrant".
_ASIDE = lazy_regex(
    r"\b(?:without|ohne|(?:to|with|in|at|by|of|for|under|on|mit|zu|auf|unter|bei|gegen) "
    r"(?:no|none|nobody|nothing|nil|kein\w*|niemand\w*|nichts))\b",
    re.IGNORECASE,
)
# Words that keep a sentence from being a yes or a no: conditions, exceptions, degrees, plans, other people's words.
_LIMITS = lazy_regex(
    r"\b(?:if|unless|except|only|but|although|though|however|may|might|could|should|would|normally|usually|mostly|partly|"
    r"some|almost|nearly|until|before|after|when|provided|instead|rather|claim\w*|said|says|propos\w*|plan\w*|fail\w*|"
    r"refus\w*|wenn|falls|außer|nur|aber|obwohl|sofern|könnte|sollte|würde|meist|teils|fast|bis|bevor|nachdem|sondern|statt|"
    r"ausgenommen|abgesehen|unless|apart|excluding|ohne dass|es sei denn)"
    r"\b|\b(?:under|over|above|below|aged|unter|über|ab|older|younger|älter|jünger)\b[\w ]{0,12}\d|\?"
    # "Needed from the fourth day", "ab dem vierten Tag": not on the days before.
    r"|\b(?:from|as of|since|ab|von|seit)(?: the| dem| der)? [\w-]+ (?:day|week|month|year|tag|woche|monat|jahr)e?s?\b",
    re.IGNORECASE,
)
# What a question compares with is not told by a sentence that says how it is: "do students pay more now?"
_COMPARED = lazy_regex(
    r"\b(?:more|less|fewer|mehr|weniger|(?:high|low|long|short|cheap|dear|earli|lat|larg|bigg|small|fast|slow|"
    r"heavi|light|wid|bett|wors|new|old)er?|(?:höh|niedrig|läng|kürz|billig|günstig|teur|früh|spät|größ|klein|"
    r"schnell|langsam|schwer|leicht|neu|ält|bess|schlecht)er(?:e[nrsm]?)?)\b",
    re.IGNORECASE,
)
# A year may stand in a heading, and is looked for there.
_UNIT_BEHIND = lazy_regex(r"\b(?!(?:19|20)\d\d\b)\d+(?:[.,:]\d+)*\s?([^\W\d_]+|[%°€$£])")
_YEAR = lazy_regex(r"\b(?:19|20)\d\d\b")
_WORDS, _FIGURE = lazy_regex(r"\w+"), lazy_regex(r"\b(?!(?:1[5-9]|20)\d\d\b)\d+(?:[.,:]\d+)*")


def polarity(question: str, sentence: str) -> tuple[bool, Span | None] | None:
    """Return whether a sentence that holds a question's words says yes, and where the word stands that says no.

    None where conditions or exceptions limit the sentence, where it says no twice or by the way or lacks a figure or a
    comparison of the question, or where the question says no.
    """
    if _LIMITS.search(sentence) or _ASIDE.search(sentence) or _NOT.search(question):
        return None
    if not {word.casefold() for word in _COMPARED.findall(question)} <= set(_WORDS.findall(sentence.casefold())):
        return None
    said, figures = Values(sentence), set(_FIGURE.findall(sentence))
    if not all(figure in figures or said.holds_number(figure) for figure in _FIGURE.findall(question)):
        return None
    if _FIGURE.search(question) and _has_rivals(sentence):
        return None
    found = list(_NOT.finditer(sentence))
    if len(found) > 1:
        return None
    return (False, found[0].span()) if found else (True, None)


def _has_rivals(sentence: str) -> bool:
    """Tell whether two figures of one unit stand in a sentence: "at most 16 bar, at least 4 bar" tells neither."""
    units = [match[1].casefold() for match in _UNIT_BEHIND.finditer(sentence)]
    units += ["year" for _ in _YEAR.finditer(sentence)]
    return len(units) > len(set(units))
