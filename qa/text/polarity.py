"""Tell whether a sentence that holds a question's words says yes or no: by its negations, where nothing limits it."""

import re

from qa.text.sentences import Span

_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|"
    r"nicht|kein\w*|nie|niemals|niemand|nichts|ohne|weder)\b|n['’]t\b",
    re.IGNORECASE,
)
# Words that keep a sentence from being a yes or a no: conditions, exceptions, degrees, plans, other people's words.
_LIMITS = re.compile(
    r"\b(?:if|unless|except|only|but|although|though|however|may|might|could|should|would|normally|usually|mostly|partly|"
    r"some|almost|nearly|until|before|after|when|provided|instead|rather|claim\w*|said|says|propos\w*|plan\w*|fail\w*|"
    r"refus\w*|wenn|falls|außer|nur|aber|obwohl|sofern|könnte|sollte|würde|meist|teils|fast|bis|bevor|nachdem|sondern|statt|"
    r"ausgenommen|abgesehen|unless|apart|excluding|ohne dass|es sei denn)"
    r"\b|\b(?:under|over|above|below|aged|unter|über|ab|older|younger|älter|jünger)\b[\w ]{0,12}\d|\?",
    re.IGNORECASE,
)


def polarity(question: str, sentence: str) -> tuple[bool, Span | None] | None:
    """Return whether a sentence that holds a question's words says yes, and where the word stands that says no.

    None where conditions or exceptions limit the sentence, where it says no twice, or where the question says no.
    """
    if _LIMITS.search(sentence) or _NOT.search(question):
        return None
    found = list(_NOT.finditer(sentence))
    if len(found) > 1:
        return None
    return (False, found[0].span()) if found else (True, None)
