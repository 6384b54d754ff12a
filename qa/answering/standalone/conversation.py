"""What a question means after the conversation before it: by a model, by rule, and in doubt by what is found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.standalone.follow_up import Readings, Topic, asked_before, read
from qa.answering.standalone.lacking import lacking
from qa.answering.writing.prompt import rewrite_messages, rewritten
from qa.errors import LLMError
from qa.models.chat import ChatModel
from qa.retrieval.retrieve import Retriever
from qa.store.where import Filter
from qa.types import Answer, Turn

# Asked together with what was asked before, a question finds what that asked for as well. What it means is there only
# if the best passage says to both at least this share of what it says to the earlier question alone.
_TOGETHER = 0.7
# More than any answer has.
_ANSWER_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class Meant:
    """A question that stands alone.

    Attributes:
        text: What is searched.
        note: What the reader should know of how it came to be, "" for nothing.
        cause: The fault in it, which may be told of the answer as well.
    """

    text: str
    note: str = ""
    cause: str = ""


def turn_of(answer: Answer) -> Turn:
    """Return an answer as the turn that a next question has before it."""
    cited = dict.fromkeys(citation.chunk.document_id for citation in answer.citations)
    return Turn("assistant", answer.text, tuple(cited))


def within_bounds(turns: Sequence[Turn], question_characters: int) -> tuple[Turn, ...]:
    """Return the turns with each text cut where it is longer than anything that was asked or answered here.

    Programs send conversations that were held elsewhere: what was once refused as too long comes again in each.
    """
    longest = {"user": question_characters, "assistant": _ANSWER_CHARACTERS}
    return tuple(replace(turn, text=turn.text[: longest[turn.role]]) for turn in turns)


async def meant(
    question: str, turns: Sequence[Turn], *, retriever: Retriever, llm: ChatModel | None, where: Filter
) -> Meant:
    """Return what a question means, see `follow_up.readings`.

    A model puts it in full, if there is one. Where it fails or writes something else, the rule stands.

    Args:
        question: As it was typed.
        turns: The conversation before it, oldest first.
        retriever: Tells which of two readings finds more.
        llm: Writes the question in full; None for the rule.
        where: Which documents may answer.

    Raises:
        StoreError: The index failed.
        FilterError: No document passes the filter.
    """
    if not any(turn.role == "user" for turn in turns):
        return Meant(question)
    note = cause = ""
    if llm is not None:
        try:
            reply = await llm.complete(rewrite_messages(question, turns))
        except LLMError as error:
            cause = str(error)
            note = f"{llm.name} could not put the question in full ({error}), so a rule did."
        else:
            if text := rewritten(reply, question, turns):
                return Meant(text)
            note = f"{llm.name} did not put the question in full, so a rule did."
    text = await _by_rule(question, turns, retriever, where)
    # Where nothing had to be put in full, nobody need know who failed at it.
    return Meant(text, note if text != question else "", cause)


async def _by_rule(question: str, turns: Sequence[Turn], retriever: Retriever, where: Filter) -> str:
    """Return what a question means, with those before it that can be read both ways looked up as they were then."""
    if lacking(question) == "nothing":
        return question
    topic = Topic()
    for earlier in asked_before(turns):
        found = read(earlier, topic)
        alone = found.other and await _better(found, retriever, where) == found.other
        topic = Topic(found.other) if alone else found.topic
    found = read(question, topic)
    return await _better(found, retriever, where) if found.other else found.text


async def _better(found: Readings, retriever: Retriever, where: Filter) -> str:
    """Return the reading with the better passage, both searched for; their scores are absolute."""
    alone = await retriever.best(found.other, where=where)
    together = await retriever.best(found.text, where=where)
    if together < alone or together < _TOGETHER * await retriever.best(found.subject, where=where):
        return found.other
    return found.text
