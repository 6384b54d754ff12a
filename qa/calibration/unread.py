"""Whether what a question names stands in a passage whose language neither words nor meanings compare with its own.

The packaged dense model reads English alone, and words of two languages differ. What such a passage lacks of a question
is then no evidence: names, codes and numbers, which are the same everywhere, are all that tells. Pure functions.
"""

import re
from collections.abc import Sequence

from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.embedded import prefix
from qa.text.names import Name
from qa.text.values import Values
from qa.types import Hit

# "The German safety instruction": the documents in that language.
_LANGUAGES = {
    "de": lazy_regex(r"german|deutsch(?:e[mnrs]?)?", re.IGNORECASE),
    "en": lazy_regex(r"english|englisch(?:e[mnrs]?)?", re.IGNORECASE),
}
# An answer rests on the best; a name that all documents hold stands further down in passages about anything.
_BEST = 10
_COMPOUNDING = frozenset({"da", "de", "fi", "hu", "is", "nb", "nl", "nn", "no", "sv"})
# Other names stand in passages about anything.
_TELLING = ("name", "code", "numbered")


def is_unread(query: Query, found: Sequence[Hit], *, reads: str) -> bool:
    """Tell whether such a passage holds all names, codes and numbers of a question, and one at least that tells.

    Args:
        query: As the index reads it.
        found: What was found, best first.
        reads: Code of the only language that the dense model reads, "" where it reads several.
    """
    if not reads or not query.language or not any(name.kind in _TELLING for name in query.names):
        return False
    return any(_holds_names(query.names, hit) for hit in found[:_BEST] if _is_unread_in(_language(hit), query, reads))


def held_share(query: Query, hits: Sequence[Hit]) -> float:
    """Return the share of a question's words, by weight, that the passage with most of them holds; 1 without words.

    What stands within a longer word counts as well in languages that write compounds as one.
    """
    weights = query.words.weights
    total = sum(weights.values())
    if total <= 0:
        return 1.0
    return max((_held(query, hit) / total for hit in hits[:_BEST]), default=0.0)


def _held(query: Query, hit: Hit) -> float:
    language, text = _language(hit), f"{prefix(hit.chunk.title, hit.chunk.heading)}{hit.chunk.text}"
    held = query.match.terms(text, language)
    weights = query.words.weights
    inside = query.match.inside(text, language, held) if language in _COMPOUNDING else 0.0
    return sum(weight for word, weight in weights.items() if word in held) + inside * sum(weights.values())


def _is_unread_in(language: str, query: Query, reads: str) -> bool:
    if not language or language == query.language:
        return False
    # A dictionary brings a question into the language that the model reads, and never a passage.
    return language != reads or not query.is_translated


def _holds_names(names: Sequence[Name], hit: Hit) -> bool:
    own = _LANGUAGES.get(_language(hit))
    values = Values(f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}")
    return all((own and own.fullmatch(name.text)) or name.stands_in(values) for name in names)


def _language(hit: Hit) -> str:
    return str(hit.chunk.metadata.get("language", ""))
