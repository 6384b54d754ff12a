"""How a text holds single words of a question: in any form, or as a part of a German compound. Pure functions."""

from collections.abc import Iterable

from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.cost_words import cost_asked, says_cost
from qa.text.labels import is_labelled, said_by_label
from qa.text.size_words import says_size, size_asked

_WORD = lazy_regex(r"\w+")
_COMPOUND = 4


class Held:
    """The words of a text, as a question's are compared with them."""

    def __init__(self, query: Query, text: str, language: str) -> None:
        """Take a text in a language, of which the code may be ""."""
        self._query, self._language = query, language
        self._terms = query.match.terms(text, language)
        self._words = [word.casefold() for word in _WORD.findall(text)]

    def holds(self, word: str) -> bool:
        """Tell whether the text holds a word in any form, or a German compound that begins or ends with it."""
        if self._query.match.name_terms(word, self._query.language) & self._terms:
            return True
        low = word.casefold()
        if len(low) < _COMPOUND:
            return low in self._words
        if any(other.startswith(low) for other in self._words):
            return True
        # In English "different" ends in no "rent".
        return self._language != "en" and any(other.endswith(low) for other in self._words)


def said_otherwise(question: str, text: str, words: Iterable[str]) -> frozenset[str]:
    """Return those words of a question that a text says in others: a price what it costs, "Present:" who was there."""
    said = said_by_label(question) if is_labelled(question, text) else frozenset[str]()
    if says_cost(text):
        said |= {cost_asked(question).casefold()}
    if says_size(question, text):
        said |= {size_asked(question).casefold()}
    return frozenset(word for word in words if word.casefold() in said)
