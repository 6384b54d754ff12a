"""A word of doubt beside an answer that may be about something else. Pure functions.

Refusing costs the user an answer, so that it waits until 2 % would be refused wrongly. Between that and a likely answer
lies what is improbable and shares few words with the question. On invented papers, the sample and questions typed at
it, 8 % of the right answers lie there, and 33 % of those to what the documents do not tell; on squad2 6 and 20 %.
"""

from qa.answering.completing.permission import is_permission
from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.refusing.refuse import Judgement
from qa.answering.sentences.asked_thing import held_in, words_asked
from qa.retrieval.query import Query
from qa.text.embedded import prefix
from qa.text.paper_words import share_said
from qa.types import Answer

# What was learned takes one in three such questions to be answered.
_IMPROBABLE = 0.3
# The same where sentences were read, in which the model's log-odds count at half.
_IMPROBABLE_READ = 0.38


def is_doubtful(query: Query, answer: Answer, judgement: Judgement, read: float | None = None) -> bool:
    """Tell whether quotations are an improbable answer, and their passages hold at most half of the question's words.

    Where a model has read their sentences with the question, that they are improbable is enough.

    Never where words decide alone, nor where some words stand in front, which rules have looked at.

    Args:
        query: What was asked.
        answer: As it is given.
        judgement: What spoke for and against it.
        read: How probable it is after its sentences were read, None where they were not.
    """
    probability = judgement.probability
    if probability is None or not query.meaning or query.asked != query.text:
        return False
    if not answer.found or answer.model != EXTRACTIVE or answer.direct or not answer.citations:
        return False
    if read is not None:
        return read < _IMPROBABLE_READ
    if probability >= _IMPROBABLE:
        return False
    asked = [word for word in words_asked(query) if not is_permission(word)]
    return 2 * len(_held(query, answer, asked)) <= len(asked)


def _held(query: Query, answer: Answer, asked: list[str]) -> set[str]:
    """Return which words of a question the cited passages hold, or what stands above them."""
    held: set[str] = set()
    for citation in answer.citations:
        chunk, code = citation.chunk, citation.chunk.metadata.get("language", "")
        held |= held_in(query, asked, f"{prefix(chunk.title, chunk.heading)}{chunk.text}", code)
        held |= {word for word in asked if share_said(word, query.language, chunk.text, code)}
    return held
