"""Whether a question names a month or a year: in small letters "may" and "march" are verbs, but for what stands around.

Pure functions, English and German.
"""

import re

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH

_VERB = r"(?:may|march)\b"
# "In may 2023", "the may meeting", "3 May"; "May I …?" begins a question with a verb.
_BEFORE = (
    r"(?:in|of|for|since|until|till|by|from|before|after|during|last|this|next|early|late|mid|every|and|or|to|im|bis|"
    r"seit)"
)
_MONTH = lazy_regex(
    rf"\b(?!{_VERB})(?:{MONTH})\b|(?<=[\w,] )(?-i:May|March)\b|\b(?:may|march)\b(?= (?:the )?\d)|"
    rf"(?<=\d )(?:may|march)\b|(?<=\d(?:st|nd|rd|th) )(?:may|march)\b|"
    rf"\b(?:{_BEFORE} )(?P<behind>may|march)\b(?! (?:i|we|you|not)\b)|"
    r"\b(?P<of>may|march) (?:meeting|minutes|statement|invoice|bill|report|newsletter|session)\b",
    re.IGNORECASE,
)
_YEAR = lazy_regex(r"\b(?:19|20)\d\d\b")


def months_named(question: str) -> list[str]:
    """Return the names of months in a question, as it writes them, in order."""
    return [match["behind"] or match["of"] or match[0] for match in _MONTH.finditer(question)]


def names_time(question: str) -> bool:
    """Tell whether a question names a month or a year: it asks how something was then."""
    return bool(_MONTH.search(question) or _YEAR.search(question))
