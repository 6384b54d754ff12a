"""An answer from what was found: written by a language model if there is one, else quoted, also where a model fails."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from qa.answering import stopping
from qa.answering.by_rule.told_by_rule import told_by_rule
from qa.answering.completing.how_to import with_what_to_do
from qa.answering.completing.issuer import with_issuer
from qa.answering.completing.next_time import with_next
from qa.answering.completing.permission import with_rule
from qa.answering.completing.terms_beside import with_terms
from qa.answering.completing.value_first import with_value_first
from qa.answering.completing.who_does_it import with_who
from qa.answering.events import Event, Finished, TextPiece, Withdrawn
from qa.answering.evidence import Evidence, passages_for_model
from qa.answering.quoting.quote import EXTRACTIVE, quoted_answer
from qa.answering.quoting.quote_each import quotes_for
from qa.answering.refusing.not_found import not_found
from qa.answering.routes.route import Parts
from qa.answering.taken_back.existence import are_not_of_it
from qa.answering.taken_back.name_asked import counts_nobody, names_nobody
from qa.answering.taken_back.siblings import about_note, without_other_ordinals, without_surely_others
from qa.answering.taken_back.unlikely import is_unlikely
from qa.answering.taken_back.untold import (
    are_of_another_thing,
    are_of_others,
    are_other_editions,
    are_other_rows,
    has_no_price,
    has_no_rule,
    is_untold,
    told_beside,
    told_elsewhere,
)
from qa.answering.writing.beside import beside_quotations, is_sure, set_none
from qa.answering.writing.write import Unwritten, as_sentence, written_answer
from qa.errors import LLMError
from qa.models.chat import ChatModel
from qa.retrieval.query import Query
from qa.tracing import stage
from qa.types import Answer


async def write_or_quote(query: Query, evidence: Evidence, parts: Parts) -> AsyncGenerator[Event, None]:
    """Yield what happens, with `Finished` last; without it where there is no answer.

    Raises:
        LLMError: The model failed, and that was asked to be an error.
    """
    doubted = evidence.judgement.doubt
    # A language model reads what the passages mean by "the President"; a quotation answers only what it names.
    if doubted and not (doubted.name and parts.llm):
        return
    llm = parts.llm
    happening = _written(query, evidence, parts, llm) if llm else _quoted(query, evidence, parts)
    async with aclosing(happening) as happened:
        async for event in happened:
            yield event


async def _written(query: Query, evidence: Evidence, parts: Parts, llm: ChatModel) -> AsyncGenerator[Event, None]:
    doubted = evidence.judgement.doubt
    written = written_answer(
        llm,
        query,
        await passages_for_model(evidence, parts),
        words=parts.retriever.sparse,
        days=evidence.days,
        unnamed=doubted.name if doubted else evidence.judgement.unknown,
        language=parts.language,
        nearness=parts.nearness(),
    )
    try:
        async with aclosing(written):
            async for event in written:
                if isinstance(event, Finished) and _is_sought_beside(event.answer) and not doubted:
                    event = Finished(await _beside_quotations(event.answer, query, evidence, parts))
                yield event
        return
    except (LLMError, Unwritten) as error:
        if parts.faults_are_errors and isinstance(error, LLMError):
            raise
        reason, failed = str(error), isinstance(error, LLMError)
    async with aclosing(_in_place_of_the_model(query, evidence, parts, reason)) as quoted:
        async for event in quoted:
            if isinstance(event, Finished) and failed:
                answer = event.answer
                event = Finished(replace(answer, trace=replace(answer.trace, failed=reason)))
            yield event


def _is_sought_beside(answer: Answer) -> bool:
    return set_none(answer) and not stopping.is_asked()


async def _quoted(query: Query, evidence: Evidence, parts: Parts, *, alone: bool = True) -> AsyncGenerator[Event, None]:
    """Quote an answer; nothing is yielded if the passages hold no sentence, or none that tells what is asked.

    With the user's own threshold, and beside what a model wrote (`alone` is false), what is nearest is quoted anyhow.
    """
    told = told_by_rule(query, [*evidence.hits, *evidence.further], parts.language) if alone else None
    if told is not None and not evidence.halves:
        answer = told.in_front_of(quoted_answer(query, told.quotes, evidence.hits))
        yield TextPiece(answer.text)
        yield Finished(answer)
        return
    with stage("choose"):
        quotes = await quotes_for(evidence, parts)
    if alone and parts.threshold is None:
        if is_unlikely(evidence, parts.language):
            return
        found = [*evidence.hits, *evidence.further]
        if is_untold(query, quotes, found, parts.language):
            quotes = told_elsewhere(query, evidence.hits, parts.language)
        quotes = told_beside(query, quotes, parts.language)
        if (
            are_other_rows(query, quotes)
            or are_other_editions(query, quotes)
            or are_of_others(query, quotes, evidence.named)
            or are_of_another_thing(query, quotes, found)
            or has_no_price(query, quotes)
            or has_no_rule(query, quotes)
            or are_not_of_it(query, quotes)
        ):
            return
    sibling = None
    if alone and parts.threshold is None and not evidence.halves and not query.compares:
        quotes = without_other_ordinals(query, quotes)
        quotes, sibling = without_surely_others(query, quotes, [*evidence.hits, *evidence.further])
    if quotes:
        if not evidence.halves:
            quotes = with_rule(query, with_issuer(query, quotes, evidence.hits), evidence.hits, parts.language)
            quotes = with_next(query, quotes, [*evidence.hits, *evidence.further], parts.language)
            quotes = with_what_to_do(query, with_who(query, quotes, parts.language), parts.language)
            quotes = with_terms(query, quotes, [*evidence.hits, *evidence.further], parts.language)
            quotes = with_value_first(query, quotes)
        is_checked = alone and parts.threshold is None and not evidence.halves
        if is_checked and (names_nobody(query, quotes) or counts_nobody(query, quotes)):
            return
        answer = quoted_answer(query, quotes, evidence.hits)
        if evidence.halves:
            # A few words answer one question, and two were asked.
            answer = replace(answer, direct=None)
        if sibling:
            answer = replace(answer, direct=None, note=about_note(query, sibling))
        yield TextPiece(answer.text)
        yield Finished(answer)


async def _beside_quotations(written: Answer, query: Query, evidence: Evidence, parts: Parts) -> Answer:
    """Return what a model wrote that cites nothing, as far as it rests on what is quoted, with the quotations.

    Raises:
        Unwritten: None of it does.
    """
    async with aclosing(_quoted(query, evidence, parts, alone=False)) as quoting:
        quoted = [event.answer async for event in quoting if isinstance(event, Finished)]
    if not quoted:
        return written
    if is_sure(written, quoted[0]):
        return written
    both = beside_quotations(written, quoted[0])
    if both is None:
        raise Unwritten(
            f"{written.model} cites nothing that fits, and what it wrote is not where the passages answer best"
        )
    return both


async def _in_place_of_the_model(
    query: Query, evidence: Evidence, parts: Parts, reason: str
) -> AsyncGenerator[Event, None]:
    """Answer as without a model, and say why: whatever happens to one, nobody is told that nothing was found."""
    answer = None
    if not evidence.judgement.doubt:
        async with aclosing(_quoted(query, evidence, parts)) as quoted:
            async for event in quoted:
                if isinstance(event, Finished):
                    answer = event.answer
    if answer is None:
        answer = replace(not_found(query, evidence, llm=parts.llm, is_withdrawn=True), model=EXTRACTIVE)
    else:
        reason = f"{reason.rstrip('.')}; the passages are quoted instead"
    # Said once and in full, before the words that it is about.
    yield Withdrawn(reason)
    yield TextPiece(answer.text)
    yield Finished(replace(answer, note=as_sentence(reason)))
