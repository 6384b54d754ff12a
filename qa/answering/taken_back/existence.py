"""Whether it is asked if there is something, and what would be quoted speaks of other things. Pure functions.

"Is there a retirement plan with matching?" is near to a mail about a pension liability. That something is there is told
by its name, or by most of its words. By rule, in English and German.
"""

import re
from collections.abc import Sequence

from qa.answering.sentences.asked_thing import held_in, names_above, words_asked
from qa.answering.sentences.quoted_sentences import Quote
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.wanted import asks_twice

_ASKS = lazy_regex(
    r"\W*(?:and |und )?(?:(?:is|are|was|were) there (?:an?|any|some|still|also)\b|"
    r"(?:do|does|did) (?:we|i|you|they|it|the \w+) (?:have|offer|provide|get) (?:an?|any|some)\b|have (?:we|i) got\b|"
    r"gibt es (?:ein\w*|auch|noch|irgend\w*)\b|(?:haben|bekommen|kriegen) wir (?:ein\w*|auch)\b|habe ich ein\w*\b)",
    re.IGNORECASE,
)
# Of two words one, of three two.
_LEAST = 0.5
_FEWEST = 2
_BEFORE = 120
_SMALL = lazy_regex(
    r"there|have|offer|provide|way|get|chance|possib\w+|option|easy|gibt|haben|möglichkeit|weg", re.IGNORECASE
)


def are_not_of_it(query: Query, quotes: Sequence[Quote]) -> bool:
    """Tell whether a question asks if there is something, and no quotation in its language holds half of its words."""
    asked = [word for word in words_asked(query) if not _SMALL.fullmatch(word)]
    if not quotes or len(asked) < _FEWEST or not _ASKS.match(query.asked) or asks_twice(query.asked):
        return False
    for quote in quotes:
        code = quote.hit.chunk.metadata.get("language", "")
        if query.language and code not in (query.language, ""):
            return False
        if len(
            held_in(query, asked, f"{names_above(quote)}\n{_right_before(quote)}\n{quote.text}", code)
        ) >= _LEAST * len(asked):
            return False
    return True


def _right_before(quote: Quote) -> str:
    """Return the end of what stands before a sentence: "Keys: 41 are given out. Lost ones cost 15 dollars."."""
    at = quote.start - quote.hit.chunk.start
    return quote.hit.chunk.text[max(0, at - _BEFORE) : max(0, at)]
