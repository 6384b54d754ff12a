"""The ordinary route: a question answered from the passages that are found for it, or told that none answers it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from qa.answering import stopping
from qa.answering.events import Event, Finished, PassagesFound, Routed, Searching, TextPiece
from qa.answering.evidence import Evidence, find_evidence
from qa.answering.halves import with_halves
from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.refusing.not_computed import not_computed
from qa.answering.refusing.not_found import not_found
from qa.answering.refusing.refuse import FAR
from qa.answering.refusing.unanswered import unanswered
from qa.answering.remarks.notes import notes
from qa.answering.routes.route import Asked, Parts
from qa.answering.routes.rows.table import TABLES
from qa.answering.routes.steps import second_chance
from qa.answering.standalone.lacking import names_nothing
from qa.answering.taken_back.unlikely import LEAST_READ, read_probability
from qa.answering.write_or_quote import write_or_quote
from qa.models.token_vectors import READS
from qa.retrieval.query import Query
from qa.tables.asking import asks_over_rows
from qa.tracing import stage
from qa.types import Answer, Correction


async def from_best_passages(asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
    """Yield what happens, with `Finished` last: read → find → write or quote → search again → say what is missing.

    Raises:
        FilterError: No document passes the filter.
        StoreError: The index failed.
        LLMError: The model failed, and that was asked to be an error.
    """
    yield Searching(asked.text, str(asked.where))
    query = await parts.retriever.read(asked.text, question=asked.question, where=asked.where)
    evidence = await with_halves(await find_evidence(query, parts), parts)
    query = evidence.query
    if query.text == query.question and names_nothing(query.text):
        # However well something scores: what is meant was never said.
        evidence = replace(evidence, judgement=replace(evidence.judgement, doubt=FAR))
    yield PassagesFound(tuple(evidence.hits))
    answer = None
    async with aclosing(write_or_quote(query, evidence, parts)) as happening:
        async for event in happening:
            if isinstance(event, Finished):
                answer = event.answer
            else:
                yield event
    if answer is None and evidence.judgement.doubt is None:
        # The model read the passages and missed something: it may say what.
        async with aclosing(second_chance(asked, query, evidence.hits + evidence.further, parts)) as happening:
            async for event in happening:
                if isinstance(event, Finished):
                    answer = event.answer
                else:
                    yield event
    if answer is None and (told := await TABLES.nearest_cell(asked, parts)):
        answer, reason = told
        yield Routed("table", reason)
        yield PassagesFound(answer.hits)
        yield TextPiece(answer.text)
        yield Finished(replace(answer, route="table", where=str(asked.where)))
        return
    if answer is None:
        answer = not_found(query, evidence, llm=parts.llm)
        yield TextPiece(answer.text)
    is_quoted = answer.model == EXTRACTIVE or (not answer.found and parts.llm is None)
    read = read_probability(evidence, parts.language) if is_quoted else None
    in_part = read_probability(evidence, parts.language, partly=_quotes_readable(answer)) if is_quoted else None
    with stage("check"):
        # Only what asks to compute needs to know how large the tables are.
        register = await parts.retriever.index.rows() if asks_over_rows(query.text) else ()
        computed = not_computed(query.text, query.question, answer, register)
        said = " ".join(filter(None, (computed, answer.note, *_notes(answer, query, evidence, parts, in_part))))
    probability, least = evidence.judgement.probability, evidence.judgement.threshold
    if read is not None:
        probability, least = read, LEAST_READ
    answer = replace(answer, trace=replace(answer.trace, threshold=least))
    corrections = tuple(Correction(typed, meant) for typed, meant in query.taken)
    answer = replace(answer, where=str(asked.where), note=said, corrections=corrections)
    yield Finished(replace(answer, probability=probability))


def _quotes_readable(answer: Answer) -> bool:
    """Tell whether all that is quoted is in the language of the model that reads sentences."""
    return all(citation.chunk.metadata.get("language", "") in (READS, "") for citation in answer.citations)


def _notes(answer: Answer, query: Query, evidence: Evidence, parts: Parts, read: float | None) -> list[str]:
    return notes(
        answer,
        query,
        days=evidence.days,
        judgement=evidence.judgement,
        probability=read,
        lacking=unanswered(query, evidence, parts, answer.text) if answer.found and not stopping.is_asked() else (),
        translates=parts.retriever.sparse.translates,
        reads_one=bool(parts.retriever.reads),
        language=parts.language,
    )
