"""A word of doubt beside an answer that may be about something else. Pure functions.

Refusing costs the user an answer, so that it waits until 2 % would be refused wrongly. Between that and a likely answer
lies what is improbable and shares few words with the question. On invented papers, the sample and questions typed at
it, 8 % of the right answers lie there, and 33 % of those to what the documents do not tell; on squad2 6 and 20 %.
"""

from qa.answering.completing.permission import is_permission
from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.refusing.refuse import Judgement
from qa.answering.sentences.asked_thing import held_in, words_asked
from qa.calibration.unread import held_share
from qa.retrieval.query import Query
from qa.text.embedded import prefix
from qa.text.paper_words import share_said
from qa.types import Answer

# What was learned takes one in three such questions to be answered.
_IMPROBABLE = 0.3
# The same where sentences were read, in which the model's log-odds count at half.
_IMPROBABLE_READ = 0.38
# The least share of a question's words, by weight, that a passage in its own language holds where no model has read its
# sentences: "Welche Farbe hat die Wärmepumpe?" is near to all that is said of the heat pump. Of 82 answers in 13
# languages about 45 papers, given with a model that reads them, 12 of 26 wrong ones lie below, and 2 of 56 right ones.
_FEW_HELD = 0.4


def is_doubtful(query: Query, answer: Answer, judgement: Judgement, read: float | None = None) -> bool:
    """Tell whether quotations are an improbable answer, and their passages hold at most half of the question's words.

    Where a model has read their sentences with the question, that they are improbable is enough. Where none has, as in
    other languages than English, so is that the passages hold few of its words.

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
    if _is_by_few_words(query, answer):
        return True
    if probability >= _IMPROBABLE:
        return False
    asked = [word for word in words_asked(query) if not is_permission(word)]
    return 2 * len(_held(query, answer, asked)) <= len(asked)


def _is_by_few_words(query: Query, answer: Answer) -> bool:
    """Tell whether passages in a question's language, which is not English, hold few of its words."""
    cited = [hit for hit in answer.hits if hit.chunk.id in {citation.chunk.id for citation in answer.citations}]
    codes = {hit.chunk.metadata.get("language", "") for hit in cited}
    if query.reads_one or codes <= {"en", ""} or (query.language and query.language not in codes):
        return False
    return held_share(query, cited) < _FEW_HELD


def _held(query: Query, answer: Answer, asked: list[str]) -> set[str]:
    """Return which words of a question the cited passages hold, or what stands above them."""
    held: set[str] = set()
    for citation in answer.citations:
        chunk, code = citation.chunk, citation.chunk.metadata.get("language", "")
        held |= held_in(query, asked, f"{prefix(chunk.title, chunk.heading)}{chunk.text}", code)
        held |= {word for word in asked if share_said(word, query.language, chunk.text, code)}
    return held
