"""The words of a question that name one thing in particular: years, codes and names. Pure functions."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from qa.text.terms import TermStatistics

# Gives the ids of a text's distinct terms, those of its translations among them.
TermsOf = Callable[[str], list[int]]

_WORD = re.compile(r"\w+(?:[-.,/'’]\w+)*")
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)", re.IGNORECASE)
_SHORTEST_NAME = 3
_LONG_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A word that names one thing.

    Attributes:
        text: As it stands in the question, without an ending that a passage may not share.
        is_code: Whether it is a year, another long number, or mixes digits and letters: then a passage spells it alike.
        is_unknown: Whether no chunk of the whole index holds it, nor a translation of it.
    """

    text: str
    is_code: bool
    is_unknown: bool = False


def names_in(query: str, *, capitals: bool, terms_of: TermsOf, known: TermStatistics | None) -> tuple[Name, ...]:
    """Return the words of a question that name one thing, in order.

    Compounds are taken apart ("24-passenger"), endings that a passage may not share are taken off ("10-Qs", "Ada's").

    Args:
        query: A standalone question.
        capitals: Whether a capital within it begins a name; every noun of German has one.
        terms_of: Gives the terms of a word.
        known: How many chunks hold each term; None where that is not counted, and no name then counts as unknown.
    """
    names = []
    for match in _WORD.finditer(query):
        opens = not query[: match.start()].strip() or query[: match.start()].rstrip()[-1] in ".?!:"
        for part in re.sub(r"['’]s$|(?<=[A-Z0-9])s$", "", match[0]).split("-"):
            code = _is_code(part)
            if code or (capitals and part[:1].isupper() and not opens and len(part) >= _SHORTEST_NAME):
                names.append(Name(part, code, known is not None and _is_unknown(terms_of(part), known)))
    return tuple(names)


def _is_unknown(terms: list[int], known: TermStatistics) -> bool:
    return bool(terms) and not any(known.frequencies.get(term) for term in terms)


def _is_code(word: str) -> bool:
    """Tell whether a word is a year or another long number, or mixes digits and letters.

    "10" says little alone, and "4th" may stand there as "fourth".
    """
    if _ORDINAL.fullmatch(word):
        return False
    digits = sum(character.isdigit() for character in word)
    return digits >= _LONG_NUMBER or 0 < digits < len(word)
