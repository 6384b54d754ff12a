"""The answer that says the documents hold none. A pure function."""

from qa.answering.evidence import Evidence
from qa.answering.not_computed import UNSHOWN, unshown
from qa.answering.quote import EXTRACTIVE
from qa.models.chat import ChatModel
from qa.retrieval.query import Query
from qa.types import Answer


def not_found(query: Query, evidence: Evidence, *, llm: ChatModel | None, because: str = "") -> Answer:
    """Return the answer for a question that nothing answers, with the nearest passages.

    Args:
        query: What was asked.
        evidence: What was found; its doubt is the reason, if it has one.
        llm: The model that read the passages, if there is one.
        because: The reason if there is no doubt; "" for the usual one.
    """
    reason = because or "the passages near it hold no sentence"
    if evidence.judgement.doubt:
        reason = evidence.judgement.doubt.reason
    elif unshown(query.text, evidence.hits):
        reason = UNSHOWN
    elif llm and not because:
        reason = f"{llm.name} found no answer in the nearest passages"
    return Answer(
        question=query.question,
        query=query.text,
        text=f"Your documents do not seem to answer this: {reason}.",
        statements=(),
        citations=(),
        hits=tuple(evidence.hits),
        found=False,
        model=llm.name if llm else EXTRACTIVE,
    )
