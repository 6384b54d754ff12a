"""The parts of a question that nothing found for it answers, though the whole question has an answer."""

import re
from collections.abc import Sequence

from qa.answering.evidence import Evidence
from qa.answering.refusing.refuse import joined_words
from qa.answering.routes.route import Parts
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text import amounts
from qa.text.short_answers import short_answers
from qa.text.wanted import Wanted, wanted
from qa.types import Hit

_FORMED = frozenset(("date", "year", "money", "measure", "count", "share", "often"))
_FEWEST = 2
# "How long is it valid?" may ask for a length as well, elsewhere.
_HOW_LONG = lazy_regex(r"\W*(?:and |und )?(?:for )?(?:how long|wie lange)\b", re.IGNORECASE)
_LASTING = Wanted("measure", unit=amounts.TIMES)
_MARKER = lazy_regex(r"\[\d+\]")
_CLAUSE_END = lazy_regex(r"[.!?,](?=\s|$)|[;\n]|\b(?:and|but|while|und|aber|während)\b")


def unanswered(query: Query, evidence: Evidence, parts: Parts, said: str = "") -> tuple[str, ...]:
    """Return the questions within a question that are refused alone, else the words that no passage near it holds.

    Empty where nothing was learned about the collection: then no part can be judged. What the answer says of all words
    of such a question, it answers: "The test costs 8 euros and is valid for two years."
    """
    if evidence.judgement.probability is None:
        return ()
    found = [
        half.query.question
        for half in evidence.halves
        if half.judgement.doubt and not _says_all(half.query.question, said, query)
    ]
    return tuple(found) or _unheld(query, evidence.hits, parts)


def _says_all(question: str, said: str, query: Query) -> bool:
    """Tell whether a clause of an answer holds each word of a question that says something, in any form, with a value.

    What has no form of its own, such as a name, must share two words: "who pays it" is not told by who pays the rent.
    "How much is the deposit?" is not told by when it is returned, nor by the rent beside it.
    """
    words = [query.match.terms(word, query.language) for word in content_words(question)]
    want = wanted(question, query.language) or (_LASTING if _HOW_LONG.match(question) else None)
    has_form = want is not None and want.what in _FORMED
    if not words or (not has_form and len(words) < _FEWEST):
        return False
    for clause in _CLAUSE_END.split(_MARKER.sub("", said)):
        held = query.match.terms(clause, query.language)
        if all(not terms.isdisjoint(held) for terms in words) and (
            not has_form or (want is not None and short_answers(want, clause.strip()))
        ):
            return True
    return False


def _unheld(query: Query, hits: Sequence[Hit], parts: Parts) -> tuple[str, ...]:
    """Return the words that a question joins by "and" and that no passage near it holds, if it holds others."""
    words = parts.retriever.sparse
    held: set[int] = set()
    for hit in hits:
        language = hit.chunk.metadata.get("language", "")
        held |= query.match.terms(f"{hit.chunk.title} {hit.chunk.heading} {hit.chunk.text}", language)
    joined = {word: set(words.query_terms(word, query.languages, translated=True)) for word in joined_words(query.text)}
    lacking = [
        word for word, terms in joined.items() if terms and not {query.words.word(term) for term in terms} & held
    ]
    return tuple(lacking) if len(lacking) < len(joined) else ()
