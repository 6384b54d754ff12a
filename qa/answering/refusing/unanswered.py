"""The parts of a question that nothing found for it answers, though the whole question has an answer."""

from collections.abc import Sequence

from qa.answering.evidence import Evidence
from qa.answering.refusing.refuse import joined_words
from qa.answering.routes.route import Parts
from qa.answering.standalone.lacking import content_words
from qa.retrieval.query import Query
from qa.types import Hit


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
    """Tell whether an answer holds each word of a question that says something, in any form."""
    held = query.match.terms(said, query.language)
    words = [query.match.terms(word, query.language) for word in content_words(question)]
    return bool(words) and all(not terms.isdisjoint(held) for terms in words)


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
