"""An answer by a language model: written from numbered passages, then checked against them sentence by sentence.

What a model wrote stands only where the check says so. Else `Unwritten` says why, and whoever asked quotes instead.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from qa import tracing
from qa.answering import stopping
from qa.answering.checking import supporting
from qa.answering.checking.nearness import Nearness, decided
from qa.answering.events import Event, Finished, Progress, TextPiece, Thought, Withdrawn
from qa.answering.writing.attribute import Attributed, attributed
from qa.answering.writing.prompt import (
    answer_messages,
    bare_messages,
    begun_text,
    clean_markers,
    copied_from,
    may_be_no_answer,
    without_markers,
    without_not_found,
)
from qa.answering.writing.table_cells import marked_again, said
from qa.answering.writing.unwrapped import may_be_wrapped, unwrapped
from qa.errors import LLMError, LLMUnavailableError
from qa.lazy_regex import lazy_regex
from qa.models.chat import ChatModel, Message, Reply, Retracted, Said, Thinking, Waiting
from qa.retrieval.query import Query
from qa.text.language import by_small_words
from qa.text.words import SparseEmbedder
from qa.types import Answer, Citation, Hit, Statement

# How often the passages are halved for a model whose context they do not fit.
_HALVINGS = 2
# What a weak model is given the second time.
_BARE_PASSAGES, _BARE_TOKENS = 3, 120
_ENDED = lazy_regex(r"[.!?:…][”\"»’')\]]*\Z")
# So long is what was stopped checked; longer, and it is kept unchecked.
_CHECKED_S = 0.8
_REMEDIES: Mapping[str, str] = {
    "broken": "; ask again for the rest",
    "length": "; raise FOOTNOTE_LLM_MAX_TOKENS for more",
}
# A copy of the prompt is recognised within this many characters of its beginning.
_LOOKED_AGAIN = 200


class Unwritten(Exception):  # noqa: N818 - an outcome
    """What a model wrote is no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a model wrote, without the prompt that it `copied`; where it was stopped for that, `reply` is None."""

    text: str
    copied: bool
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class _Read:
    """A draft after the check. `rest` tells that the model says the documents do not answer the rest."""

    draft: _Draft
    checked: Attributed
    citations: tuple[Citation, ...]
    dropped: int
    rest: bool


async def written_answer(
    llm: ChatModel,
    query: Query,
    passages: Sequence[Hit],
    *,
    words: SparseEmbedder,
    days: Mapping[str, date],
    unnamed: str = "",
    language: str = "english",
    nearness: Nearness | None = None,
) -> AsyncGenerator[Event, None]:
    """Yield the model's words as they come, then the answer; nothing last where it says that the passages hold none.

    A reply that ends in the middle gives an answer that is not `complete`, whatever the check says where the reader
    stopped it. A model that copies the prompt, repeats
    itself or cites nothing is asked once more in a few words, with few passages.

    Args:
        llm: Writes.
        query: What is asked.
        passages: Numbered from 1 in their order.
        words: Compares the words of sentences and passages.
        days: Of documents, by id, which their passages then say.
        unnamed: A name in the question that stands in none of them, which the model is told.
        language: Language of the documents.
        nearness: Decides about sentences where words don't.

    Raises:
        LLMError: The model failed before its first word.
        Unwritten: It wrote nothing that stands.
    """
    check = _Check(words, language, nearness)
    draft = None
    async with aclosing(_fitted(llm, query, passages, days, unnamed)) as happening:
        async for event in happening:
            if isinstance(event, tuple):
                draft, passages = event
            else:
                yield event
    assert draft is not None
    if why := _no_answer(llm.name, draft):
        raise Unwritten(why)
    if _is_stopped(draft):
        yield Finished(await _kept(check, llm.name, query, passages, draft))
        return
    read = await check.read(draft, passages)
    if read is None and not draft.copied:
        return
    why = _weak(llm.name, draft, read)
    if read and not why:
        if read.checked.stands:
            yield Finished(_answer(llm.name, query, passages, read))
            return
        why = f"most of what {llm.name} wrote does not stand in the passages"
        cut = draft.reply.reason if draft.reply and draft.reply.finish not in ("stop", "repeats") else ""
        raise Unwritten(f"{cut}, and {why}" if cut else why)
    yield Withdrawn(f"{why}; it is asked again in fewer words")
    tracing.note_tried("asked in fewer words")
    few = passages[:_BARE_PASSAGES]
    async with aclosing(_drafted(llm, bare_messages(query.text, few), max_tokens=_BARE_TOKENS)) as again:
        async for step in again:
            if isinstance(step, _Draft):
                draft = step
            else:
                yield step
    if _is_stopped(draft) and draft.text.strip():
        yield Finished(await _kept(check, llm.name, query, few, draft))
        return
    second = None if _no_answer(llm.name, draft) or not draft.text else await check.read(draft, few)
    if second is None or not second.checked.stands or second.rest:
        raise Unwritten(why)
    yield Finished(_answer(llm.name, query, few, second))


async def continued_answer(
    llm: ChatModel,
    query: Query,
    answer: Answer,
    *,
    words: SparseEmbedder,
    language: str = "english",
    nearness: Nearness | None = None,
) -> AsyncGenerator[Event, None]:
    """Let a model go on with an answer of its own that broke off, from its last whole sentence; `Finished` comes last.

    All of it is checked again, against the passages that the model was given.

    Raises:
        LLMError: The model failed, or what it wrote does not stand.
    """
    begun = begun_text(answer.text)
    if begun:
        yield TextPiece(begun)
    draft, separate = None, bool(begun)
    async with aclosing(_drafted(llm, answer_messages(query.text, answer.hits, begun=begun))) as happening:
        async for event in happening:
            if isinstance(event, _Draft):
                draft = event
            elif isinstance(event, TextPiece):
                yield TextPiece(f" {event.text.lstrip()}") if separate else event
                separate = False
            else:
                yield event
    assert draft is not None
    if why := _no_answer(llm.name, draft):
        raise LLMUnavailableError(f"{why}; try again")
    rest = without_not_found(draft.text.strip())[0].removeprefix(begun)
    gap = "\n" if rest.startswith(("- ", "* ", "|")) else " "
    check = _Check(words, language, nearness)
    draft = replace(draft, text=f"{begun}{gap}{rest.lstrip()}".strip())
    if _is_stopped(draft):
        yield Finished(await _kept(check, llm.name, query, answer.hits, draft))
        return
    read = await check.read(draft, answer.hits)
    if read is None or not read.checked.stands:
        raise LLMUnavailableError(f"most of what {llm.name} went on with does not stand in the passages; ask again")
    yield Finished(_answer(llm.name, query, answer.hits, read))


def as_sentence(reason: str) -> str:
    """Return a reason as a sentence; names of models and addresses keep their small letters."""
    begins = reason.split(" ", 1)[0] in ("the", "most", "nothing", "there", "what")
    return f"{reason[:1].upper() if begins else reason[:1]}{reason[1:].rstrip('.')}."


class _Check:
    """Reads drafts against their passages; what stands in dictionaries is read from disk."""

    def __init__(self, words: SparseEmbedder, language: str, nearness: Nearness | None) -> None:
        self._words = words
        self._language = language
        self._nearness = nearness

    async def read(self, draft: _Draft, passages: Sequence[Hit]) -> _Read | None:
        """Return a draft with its statements; None where it holds none but that there is no answer."""
        text, rest = without_not_found(draft.text.strip())
        if not text:
            return None
        text, dropped = clean_markers(text, len(passages))
        # A table is checked cell by cell, and stays one.
        spoken = said(text)
        with tracing.stage("check"):
            checked, citations = await decided(partial(self._checked, spoken.text, passages), self._nearness)
        checked = replace(checked, text=marked_again(spoken, checked.text))
        return _Read(draft, checked, tuple(citations), dropped, rest)

    def _checked(self, text: str, passages: Sequence[Hit]) -> tuple[Attributed, list[Citation]]:
        answered = by_small_words(without_markers(text))
        found = attributed(
            text,
            passages,
            reader=self._words,
            answered=answered,
            language=self._language,
            nearness=self._nearness,
        )
        citations = supporting.citations(
            found.statements, passages, reader=self._words, answered=answered, language=self._language
        )
        return found, citations


async def _fitted(
    llm: ChatModel, query: Query, passages: Sequence[Hit], days: Mapping[str, date], unnamed: str
) -> AsyncGenerator[Event | tuple[_Draft, Sequence[Hit]], None]:
    """Ask with as many passages as the model takes; the draft and its passages come last."""
    halved = 0
    while len(passages) > 1 and llm.is_too_long(answer_messages(query.text, passages, days, unnamed=unnamed)):
        passages = passages[: len(passages) // 2]
    while True:
        messages = answer_messages(query.text, passages, days, unnamed=unnamed)
        tracing.note_sent([hit.chunk.id for hit in passages])
        try:
            async with aclosing(_drafted(llm, messages)) as happening:
                async for event in happening:
                    yield (event, passages) if isinstance(event, _Draft) else event
            return
        except LLMError as error:
            if not error.too_long or halved == _HALVINGS or len(passages) < 2:
                raise
        llm.found_too_long(messages)
        halved += 1
        passages = passages[: len(passages) // 2]
        tracing.note_tried(f"asked with {len(passages)} passages")
        yield Progress(f"the passages are too long for {llm.name}; asking with {len(passages)} of them")


async def _drafted(
    llm: ChatModel, messages: Sequence[Message], *, max_tokens: int | None = None
) -> AsyncGenerator[Event | _Draft, None]:
    """Yield the words of a reply as they come, as soon as they are no refusal and no copy, then the draft."""
    text = shown = ""
    reply, copied = None, None
    replying = stopping.until_asked(llm.reply(messages, max_tokens=max_tokens))
    async with aclosing(tracing.streaming(replying, "write")) as pieces:
        async for _, piece in pieces:
            match piece:
                case Said(words):
                    text += words
                    copied = copied_from(text, max(0, len(text) - len(words) - _LOOKED_AGAIN))
                    if copied is not None:
                        break
                    if not (may_be_no_answer(text) or may_be_wrapped(text)):
                        yield TextPiece(text[len(shown) :])
                        shown = text
                case Thinking(words):
                    yield Thought(words)
                case Retracted():
                    if shown:
                        yield Withdrawn(f"what {llm.name} wrote so far were its thoughts")
                    text = shown = ""
                case Waiting(words):
                    yield Progress(words)
                case Reply():
                    reply, text = piece, piece.text
    if reply is not None and not shown and (answer := unwrapped(text)) != text:
        reply, text, copied = replace(reply, text=answer), answer, copied_from(answer)
    if reply is None and copied is None and stopping.is_asked():
        reply = Reply(text, finish="stopped", reason=f"{llm.name} was stopped")
    if reply is None or reply.finish == "stopped":
        tracing.note_call(sum(len(str(message)) for message in messages) // 4, len(text) // 4, estimated=True)
    elif len(text) > len(shown) and text.startswith(shown) and without_not_found(text)[0]:
        yield TextPiece(text[len(shown) : copied])
    yield _Draft(text[:copied], copied is not None, reply)


def _is_stopped(draft: _Draft) -> bool:
    return draft.reply is not None and draft.reply.finish == "stopped"


async def _kept(check: _Check, model: str, query: Query, passages: Sequence[Hit], draft: _Draft) -> Answer:
    """Return what came of an answer until its reader stopped it, checked where that takes no time."""
    try:
        async with asyncio.timeout(_CHECKED_S):
            read = await check.read(draft, passages)
    except TimeoutError:
        read = None
    if read is None:
        text = without_markers(draft.text).strip()
        why = "it was stopped before it could be checked"
        statements = (Statement(whole, (), why, "not found"),) if (whole := begun_text(text)) else ()
        read = _Read(draft, Attributed(text, statements, 0), (), 0, rest=False)
    return _answer(model, query, passages, read)


def _no_answer(model: str, draft: _Draft) -> str:
    """Return why a reply holds no answer, "" where it holds words."""
    reply = draft.reply
    if draft.text.strip() or reply is None:
        return ""
    if reply.refusal:
        return f"{model} refused: {reply.refusal}"
    if reply.calls:
        return f"{model} asked for a tool ({reply.calls[0].name[:40]}) and said nothing"
    if reply.finish == "length":
        return f"{model} reached its limit of tokens before it said anything; raise FOOTNOTE_LLM_MAX_TOKENS"
    if reply.finish != "stop":
        return f"{reply.reason} before it said anything" if reply.finish == "filter" else reply.reason
    return f"{model} thought and said nothing" if reply.thoughts else f"{model} said nothing"


def _weak(model: str, draft: _Draft, read: _Read | None) -> str:
    """Return what a model did that only weak ones do, and that leaves no answer; "" for nothing."""
    stands = bool(read and read.checked.stands)
    if draft.reply and draft.reply.finish not in ("stop", "repeats"):
        return ""
    if draft.copied and not stands:
        return f"{model} repeated its instructions"
    # A long answer may end in a loop; what cites nothing and ends in one is no answer.
    grounded = stands and read is not None and read.checked.added < len(read.checked.statements)
    if draft.reply and draft.reply.finish == "repeats" and not grounded:
        return f"{model} repeated itself"
    if read and not read.citations and not stands:
        return f"{model} cited no passage"
    return ""


def _answer(model: str, query: Query, passages: Sequence[Hit], read: _Read) -> Answer:
    draft, reply = read.draft, read.draft.reply
    ended = reply.finish if reply else "stop"
    complete = ended in ("stop", "repeats")
    statements, added = read.checked.statements, read.checked.added
    # Where a reply was cut off, its last words are no sentence that could be judged.
    if not complete and statements and not _ENDED.search(statements[-1].text):
        added -= statements[-1].added
        statements = statements[:-1]
    return Answer(
        question=query.question,
        query=query.text,
        text=read.checked.text,
        statements=statements,
        citations=read.citations,
        hits=tuple(passages),
        found=True,
        model=model,
        complete=complete,
        dropped_markers=read.dropped,
        note=" ".join([*_notes(model, draft, read), *_found_footnotes(model, added, len(statements))]),
    )


def _notes(model: str, draft: _Draft, read: _Read) -> list[str]:
    """Return what the reader should know of how the answer was written."""
    notes = []
    if read.rest:
        notes.append(f"{model} says that the passages do not answer the rest.")
    if draft.copied:
        notes.append(f"{model} went on with its instructions; that is left out.")
    if draft.reply and draft.reply.finish not in ("stop", "stopped"):
        remedy = _REMEDIES.get(draft.reply.finish, "")
        notes.append(as_sentence(f"{draft.reply.reason}{remedy}"))
    return notes


def _found_footnotes(model: str, added: int, total: int) -> list[str]:
    """Say that the check found the footnotes of so many of all sentences."""
    if not added:
        return []
    some = "All footnotes" if added == total else "Some footnotes"
    return [f"{some} were found by the check, since {model} set none that fits."]
