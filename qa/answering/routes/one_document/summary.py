"""A document's summary: the telling sentence of each section, or what a language model makes of them."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from qa.answering.checking import supporting, verify
from qa.answering.checking.nearness import decided
from qa.answering.events import Event, Finished, PassagesFound, Progress, TextPiece
from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.one_document.sections import (
    MOST,
    Section,
    Telling,
    candidates,
    most_telling,
    sections,
    sentences,
    sheets,
)
from qa.answering.routes.route import Asked, Parts
from qa.answering.saying.phrases import phrases
from qa.answering.writing.prompt import NOT_FOUND, answer_messages, clean_markers, without_markers
from qa.errors import LLMError
from qa.models.chat import ChatModel
from qa.retrieval.context import tokens
from qa.store.records import RegisterRow
from qa.text.language import by_small_words
from qa.types import Answer, Chunk, Hit, Place, Statement

_LOG = logging.getLogger(__name__)

# Where no budget is set, a model is given so many tokens of passages at a time.
_TOKENS = 3_000
# Requests that one summary may take; of a longer document a model reads evenly spread parts.
_MOST_PARTS = 12
_LEAST_SENTENCES = 4
_PART_SENTENCES, _WHOLE_SENTENCES = 4, 8
_ASK_PART = (
    f"Summarise these passages of one document in at most {_PART_SENTENCES} sentences, in the order of the passages "
    "and in the language of the passages. Say what matters most in them."
)
_ASK_WHOLE = (
    f"These passages are summaries of one document's parts, in order. Make of them one summary of at most "
    f"{_WHOLE_SENTENCES} sentences, in the same order and language."
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence of a partial summary and the chunks that it cites."""

    text: str
    chunks: tuple[Chunk, ...]


async def summary(row: RegisterRow, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
    """Yield what happens while a document is summarised; `Finished` last, without it where it holds no text."""
    say = phrases(asked.question)
    chunks = await parts.retriever.index.chunks_of(row)
    if not chunks:
        return
    yield PassagesFound(tuple(Hit(chunk, 0.0, number, "sparse") for number, chunk in enumerate(chunks, 1)))
    note = ""
    if parts.llm:
        try:
            answer = None
            async with aclosing(_written(parts.llm, chunks, asked, parts)) as steps:
                async for step in steps:
                    if isinstance(step, Progress):
                        yield step
                    else:
                        answer = step
            if answer:
                yield TextPiece(answer.text)
                yield Finished(answer)
                return
            note = say("{model} wrote nothing that cites a passage, so the document is quoted.", model=parts.llm.name)
        except LLMError as error:
            _LOG.debug("the summary is quoted", exc_info=True)
            note = say("{model} failed, so the document is quoted: {error}", model=parts.llm.name, error=error)
    yield Progress(say("choosing the telling sentence of each section"), 0, len(chunks))
    quoted = await _quoted(row, chunks, asked, parts)
    if quoted:
        yield TextPiece(quoted.text)
        yield Finished(replace(quoted, note=" ".join(filter(None, (quoted.note, note)))))


async def _quoted(row: RegisterRow, chunks: Sequence[Chunk], asked: Asked, parts: Parts) -> Answer | None:
    """Return the telling sentence of each section, under its heading; None where no section holds a sentence."""
    found = sheets(chunks) or sections(chunks)
    shown = found[:MOST]
    telling = await _telling(shown, parts)
    if not telling:
        return None
    notes, lines, statements = Footnotes(), [], []
    for (section, sentence), (before, _) in zip(telling, [(None, None), *telling], strict=False):
        number = notes.number(sentence.chunk, (sentence.start, sentence.end))
        heading = "" if section is before else one_line(section.heading)
        lines.append(f"{f'{heading}:' if heading else ''}\n{sentence.text} [{number}]".strip())
        place = Place(number, sentence.start, sentence.end)
        statements.append(Statement(sentence.text, (number,), evidence=(place,)))
    left = [one_line(section.heading) for section in found[MOST:]]
    say = phrases(asked.question)
    names = ", ".join(filter(None, left[:MOST]))
    more = say("{n} more sections are not shown: {names}.", n=len(left), names=names) if left else ""
    how = say("section by section") if len(found) > 1 else say("the sentences that tell most")
    said = f"{one_line(row.title) or one_line(row.source)}, {how}:"
    text = "\n\n".join([said, *lines])
    return put_together(asked.question, asked.text, text, statements, notes, note=more)


async def _telling(found: Sequence[Section], parts: Parts) -> list[tuple[Section, Telling]]:
    """Return each section that holds a sentence, with the one that tells most; all are embedded at once."""
    tried = [(section, candidates(sentences(section, language=parts.language))) for section in found]
    tried = [(section, held) for section, held in tried if held]
    if not tried:
        return []
    vectors = await parts.retriever.dense.embed_sentences([one.text for _, held in tried for one in held])
    # Of a letter in one piece one sentence tells too little.
    each = -(-_LEAST_SENTENCES // len(tried))
    chosen: list[tuple[Section, Telling]] = []
    start = 0
    for section, held in tried:
        own = vectors[start : start + len(held)]
        chosen += ((section, telling) for telling in most_telling(held, own, each))
        start += len(held)
    return chosen


async def _written(
    llm: ChatModel, chunks: Sequence[Chunk], asked: Asked, parts: Parts
) -> AsyncGenerator[Progress | Answer, None]:
    """Yield how far the model is, then the summary that it wrote; no summary where it cited nothing."""
    say = phrases(asked.question)
    budget = parts.context_tokens or _TOKENS
    batches = _batches(chunks, budget)
    read = batches[:: -(-len(batches) // _MOST_PARTS)]
    steps = len(read) + (len(read) > 1)
    partial: list[_Part] = []
    for number, batch in enumerate(read):
        yield Progress(say("summarising part {number} of {n}", number=number + 1, n=len(read)), number, steps)
        hits = [Hit(chunk, 0.0, place, "sparse") for place, chunk in enumerate(batch, 1)]
        partial += await _cited(llm, _ASK_PART, hits, [(hit.chunk,) for hit in hits], parts)
    if len(read) > 1 and partial:
        yield Progress(say("putting the parts together"), len(read), steps)
        partial = await _whole(llm, partial, budget, parts) or partial
    if not partial:
        return
    note = ""
    if len(read) < len(batches):
        note = say("{read} of {n} parts of the document were read.", read=len(read), n=len(batches))
    yield await _checked(llm, partial, asked, parts, note)


def _batches(chunks: Sequence[Chunk], budget: int) -> list[list[Chunk]]:
    """Cut a document into runs of chunks that fit a budget of tokens."""
    batches: list[list[Chunk]] = []
    left = 0
    for chunk in chunks:
        cost = tokens(chunk.text)
        if not batches or cost > left:
            batches.append([])
            left = budget
        batches[-1].append(chunk)
        left -= cost
    return batches


async def _whole(llm: ChatModel, partial: Sequence[_Part], budget: int, parts: Parts) -> list[_Part]:
    """Return one summary of the parts' sentences, each with the chunks that those it rests on cite."""
    held, left = [], budget
    for part in partial:
        left -= tokens(part.text)
        if left < 0:
            break
        held.append(part)
    hits = [Hit(replace(part.chunks[0], text=part.text), 0.0, number, "sparse") for number, part in enumerate(held, 1)]
    return await _cited(llm, _ASK_WHOLE, hits, [part.chunks for part in held], parts)


async def _cited(
    llm: ChatModel, request: str, hits: Sequence[Hit], rests_on: Sequence[tuple[Chunk, ...]], parts: Parts
) -> list[_Part]:
    """Return the sentences of a reply that cite a passage, with the chunks behind what they cite."""
    text, _ = clean_markers((await llm.complete(answer_messages(request, hits))).strip(), len(hits))
    if not text or text == NOT_FOUND:
        return []
    said = by_small_words(without_markers(text))
    checked = await asyncio.to_thread(
        verify.statements, text, hits, reader=parts.retriever.sparse, answered=said, language=parts.language
    )
    found = []
    for statement in checked:
        behind = {chunk.id: chunk for number in statement.citations for chunk in rests_on[number - 1]}
        if behind:
            found.append(_Part(statement.text, tuple(behind.values())))
    return found


async def _checked(llm: ChatModel, written: Sequence[_Part], asked: Asked, parts: Parts, note: str) -> Answer:
    """Return the summary with every sentence held against the passages behind it."""
    notes = Footnotes()
    numbers = [tuple(notes.number(chunk) for chunk in part.chunks) for part in written]
    hits = notes.hits()
    text = " ".join(f"{part.text}{marked(cited)}" for part, cited in zip(written, numbers, strict=True))
    said = by_small_words(without_markers(text))
    reader, language = parts.retriever.sparse, parts.language
    nearness = parts.nearness()
    check = partial(verify.statements, text, hits, reader=reader, answered=said, language=language, nearness=nearness)
    statements = await decided(check, nearness)
    citations = await asyncio.to_thread(
        supporting.citations, statements, hits, reader=reader, answered=said, language=language
    )
    answer = put_together(asked.question, asked.text, text, statements, notes, model=llm.name, note=note)
    return replace(answer, citations=tuple(citations))
