"""What is said if the documents hold no answer, in the language of the question. Pure functions."""

import re
from collections.abc import Sequence

from qa.answering.evidence import Evidence
from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.refusing.not_computed import in_row, unshown
from qa.answering.refusing.refuse import Doubt
from qa.answering.routes.footnotes import one_line
from qa.answering.saying.phrases import Phrases, phrases
from qa.answering.sentences.quoted_sentences import sentences_of
from qa.answering.standalone.lacking import left_open
from qa.lazy_regex import lazy_regex
from qa.models.chat import ChatModel
from qa.retrieval.query import Query
from qa.tables.asking import denies
from qa.tables.named_periods import periods
from qa.types import Answer

# Of the files and not of what they say: no passage answers it, whatever the documents hold.
_OF_FILES = lazy_regex(
    r"\b(?:documents?|files?|collection|folders?|dokumente?n?|dateie?n?|sammlung|ordner)\b", re.IGNORECASE
)
_NOT_KEPT = lazy_regex(
    r"\b(?:duplicates?|doubles|(?:mega|kilo|giga)?bytes?|[mkg]b|how (?:big|large)|upload\w*|download\w*|opened|viewed|"
    r"printed|dubletten|duplikate|doppelt\w*|wie groß|hochgeladen|geöffnet|heruntergeladen|gedruckt)\b",
    re.IGNORECASE,
)


_MOST_NEAR = 3


def not_found(query: Query, evidence: Evidence, *, llm: ChatModel | None, is_withdrawn: bool = False) -> Answer:
    """Return the answer for a question that nothing answers, with the nearest passages.

    Args:
        query: What was asked.
        evidence: What was found; its doubt is the reason, if it has one.
        llm: The model that read the passages, if there is one.
        is_withdrawn: Whether the model failed, so that its word does not count.
    """
    say = phrases(query.question)
    doubt = evidence.judgement.doubt
    if doubt is None and unshown(query.text, evidence.hits):
        reason = (
            say("it asks for rows that are not so, which could not be computed, and rows that are so are no answer")
            if denies(query.text)
            else say("it asks for all that is more, less, before or after something, which could not be computed")
        )
    elif (
        doubt is None
        and llm is None
        and periods(query.text)
        and evidence.hits
        and in_row(evidence.hits[0].chunk, evidence.hits[0].chunk.end - 1)
    ):
        reason = say("the nearest rows are of another time")
    elif doubt is None and (llm is None or is_withdrawn) and any(map(sentences_of, evidence.hits)):
        reason = say("the nearest passages do not tell what is asked")
    else:
        near = evidence.named.near
        reason = reason_for(doubt, model=llm.name if llm else "", is_withdrawn=is_withdrawn, say=say, near=near)
    return Answer(
        question=query.question,
        query=query.text,
        text=refusal(query.question, query.text, reason, say),
        statements=(),
        citations=(),
        hits=tuple(evidence.hits),
        found=False,
        model=llm.name if llm else EXTRACTIVE,
    )


def refusal(question: str, text: str, reason: str, say: Phrases) -> str:
    """Return why there is no answer, or what must be asked instead: what is not a whole question has none anywhere.

    Args:
        question: As it was typed.
        text: As it stands alone, the same if nothing that was said before explains it.
        reason: Why.
        say: Speaks the language of the question.
    """
    word = left_open(question) if text == question else None
    if word is None and _OF_FILES.search(question) and _NOT_KEPT.search(question):
        return say(
            "Footnote does not know this of the documents themselves. It knows their names, kinds, sizes and days."
        )
    if word is None:
        return say("Your documents do not seem to answer this: {reason}.", reason=reason)
    if word:
        return say("What does “{word}” mean here? Nothing was asked before. Ask again with its name.", word=word)
    return say("This is only a part of a question, and nothing was asked before. Ask it in full.")


def reason_for(doubt: Doubt | None, *, model: str, is_withdrawn: bool, say: Phrases, near: Sequence[str] = ()) -> str:
    """Return what speaks against an answer, else what became of the attempt at one; `model` is "" for quotations.

    `near` are things of the kind that is not mentioned, with other numbers.
    """
    if doubt is None:
        if is_withdrawn:
            return say("the passages near it hold no sentence to quote")
        if model:
            return say("{model} found no answer in the nearest passages", model=model)
        return say("the passages near it hold no sentence")
    if doubt.why == "unmentioned" and near:
        others = ", ".join(f"“{one_line(name)}”" for name in near[:_MOST_NEAR])
        return say("no passage near it mentions “{word}”, but there is {others}", word=doubt.word, others=others)
    if doubt.why == "unmentioned":
        return say("no passage near it mentions “{word}”", word=doubt.word)
    if doubt.why == "nothing":
        return say("the index holds nothing that is near it")
    return say("even the nearest passages are about something else")
