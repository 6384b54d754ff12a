"""The question flow from end to end: stand alone → route → answer → check again → cite.

The ordinary route, from search to answer, is `qa.answering.best_passages`.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from copy import copy
from dataclasses import replace

from qa.answering import stopping
from qa.answering.best_passages import from_best_passages
from qa.answering.events import Event, Finished, Note, Progress, Routed, TextPiece, Verdict, Withdrawn
from qa.answering.remarks.caution import caution
from qa.answering.remarks.disagreement import with_disagreements
from qa.answering.routes.holdings.collection import CollectionRoute
from qa.answering.routes.one_document.document import DocumentRoute
from qa.answering.routes.route import Asked, Parts, Route
from qa.answering.routes.rows.table import TABLES
from qa.answering.routes.side_by_side.across import AcrossRoute
from qa.answering.routes.stated.totals import TotalsRoute
from qa.answering.routes.steps import StepsRoute
from qa.answering.saying.courtesy import courtesy
from qa.answering.standalone.conversation import meant, within_bounds
from qa.answering.trail import Trail, outcome
from qa.answering.waits import with_waits
from qa.answering.writing.second_opinion import Verifier, with_opinions
from qa.answering.writing.write import continued_answer
from qa.errors import LLMError, LLMRequestError, QuestionError
from qa.models.answer_selection import Select
from qa.models.chat import ChatModel
from qa.retrieval.retrieve import Retriever
from qa.store import RegisterRow, Status
from qa.store.reading import IndexReader
from qa.store.records import ChunkSpan
from qa.store.where import EVERYTHING, Facets, Filter
from qa.store.within import Alternatives
from qa.tracing import Recorder, recorded, stage, streaming
from qa.types import Answer, Chunk, Hit, Ranking, Turn

QUESTION_CHARACTERS = 2_000
# Rules of readers that an answerer stays ready for.
_MOST_WITHIN = 32

# Asked in this order whether a question is theirs; what is nobody's is answered from the best passages.
ROUTES: tuple[Route, ...] = (
    TABLES,
    TotalsRoute(),
    CollectionRoute(),
    AcrossRoute(),
    DocumentRoute(),
    StepsRoute(),
)


class Answerer:
    """Answers questions from one open index: with a language model if it has one, else with quotations."""

    def __init__(
        self,
        retriever: Retriever,
        *,
        llm: ChatModel | None = None,
        ranking: Ranking = "scores",
        top_k: int = 8,
        threshold: float | None = 0.0,
        context_tokens: int = 0,
        language: str = "english",
        searches: int = 1,
        faults_are_errors: bool = False,
        verifier: Verifier | None = None,
        select: Select | None = None,
    ) -> None:
        """Put the parts together; nothing is loaded or sent.

        Args:
            retriever: Finds the passages.
            llm: Writes the answer; None quotes it.
            ranking: Order of the passages.
            top_k: Passages an answer may rest on.
            threshold: Least combined score of the best passage for an answer to be tried, in [0, 1]; None lets decide
                what was learned from the collection.
            context_tokens: About how many tokens of passages a language model is given; 0 for the hits as they are.
            language: Language of the documents.
            searches: Most searches for one question, of which a language model may ask for all but the first.
            faults_are_errors: Whether an endpoint that fails is an error, as where a model is measured; else the
                passages are quoted in its place.
            verifier: Gives a second opinion on written sentences.
            select: Tells of sentences whether they answer, reading them with the question; None for nothing that does.
        """
        self._parts = Parts(
            retriever,
            llm,
            ranking,
            top_k,
            threshold,
            context_tokens,
            language,
            from_passages=self._from_passages,
            searches=searches,
            select=select,
            faults_are_errors=faults_are_errors,
        )
        self._verifier = verifier
        self._within: OrderedDict[Alternatives, Answerer] = OrderedDict()

    def within(self, only: Alternatives) -> "Answerer":
        """Return the answerer for who may read only what passes one of some filters: to it, there is nothing else.

        It has the same models and connection. Those of the rules that were asked last are kept, with what they counted.
        """
        if not all(only):
            return self  # one of them lets everything through
        if (known := self._within.pop(only, None)) is None:
            known = copy(self)
            known._parts = replace(
                self._parts, retriever=self._parts.retriever.within(only), from_passages=known._from_passages
            )
            known._within = OrderedDict()
        self._within[only] = known
        while len(self._within) > _MOST_WITHIN:
            self._within.popitem(last=False)
        return known

    @property
    def index(self) -> IndexReader:
        """The open index that it answers from."""
        return self._parts.retriever.index

    async def ask(self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING) -> Answer:
        """Return the whole answer.

        Raises:
            QAError: As `stream`.
        """
        async for event in self.stream(question, turns, where=where):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("stream ends with Finished")

    async def stream(
        self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING
    ) -> AsyncGenerator[Event, None]:
        """Yield what happens, in the order that `qa.answering.events` says; `Finished` with the answer comes last.

        A model's reply that breaks off in the middle gives an answer that is not `complete`.

        Args:
            question: What the user typed.
            turns: The conversation before it, oldest first.
            where: Which documents may answer.

        Raises:
            QuestionError: The question is empty, no text, or too long.
            FilterError: No document passes the filter.
            StoreError: The index failed.
            LLMError: The model failed, and that was asked to be an error.
        """
        check_question(question)
        turns = within_bounds(turns, QUESTION_CHARACTERS)
        async with aclosing(self._told(self._happening(question, turns, where))) as events:
            async for event in events:
                yield event

    async def go_on(self, answer: Answer) -> AsyncGenerator[Event, None]:
        """Let the model go on with an answer that is not `complete`, and yield what happens, as `stream` does.

        It has the passages that it had; all of the answer is checked again.

        Raises:
            LLMError: There is no model, it failed, or what it wrote does not stand; the answer is what it was.
            StoreError: The index failed.
        """
        async with aclosing(self._told(self._going_on(answer))) as events:
            async for event in events:
                yield event

    async def _going_on(self, answer: Answer) -> AsyncGenerator[Event, None]:
        if self._parts.llm is None:
            raise LLMRequestError("no model is set that could go on; set FOOTNOTE_LLM_MODEL")
        retriever = self._parts.retriever
        query = await retriever.read(answer.query, question=answer.question)
        going = continued_answer(
            self._parts.llm,
            query,
            answer,
            words=retriever.sparse,
            language=self._parts.language,
            nearness=self._parts.nearness(),
        )
        async with aclosing(going) as happening:
            async for event in happening:
                if isinstance(event, Finished):
                    more = replace(event.answer, where=answer.where, route=answer.route, probability=answer.probability)
                    said = " ".join(filter(None, (more.note, caution(more, answer.question))))
                    event = Finished(await self._checked_again(replace(more, note=said)))
                yield event

    async def _told(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """Pass on what happens, with what is waited for, and behind it the verdicts and the trace."""
        recorder, trail = Recorder(), Trail()
        happening = recorded(events, recorder, workflow="footnote")
        async with aclosing(with_waits(happening, recorder.waits)) as happened:
            async for item in happened:
                if isinstance(item, str):
                    yield Progress(item)
                    continue
                workflow, event = item
                trail.see(event)
                if not isinstance(event, Finished):
                    yield event
                    continue
                answer = replace(event.answer, trace=trail.trace(event.answer, recorder))
                for name, value in outcome(answer):
                    workflow.note(name, value)
                for statement in answer.statements:
                    yield Verdict(statement)
                if answer.note:
                    yield Note(answer.note)
                yield Finished(answer)

    async def _checked_again(self, answer: Answer) -> Answer:
        """Name where other documents say otherwise, and ask the model of a second opinion."""
        if stopping.is_asked():
            return answer
        if answer.found and answer.route == "passages":
            with stage("compare"):
                answer = await asyncio.to_thread(
                    with_disagreements, answer, reader=self._parts.retriever.sparse, language=self._parts.language
                )
            # One of several values is not the answer while the documents do not agree.
            if answer.direct and answer.statements[answer.direct.statement].problem:
                answer = replace(answer, direct=None)
        if self._verifier is None:
            return answer
        with stage("second opinion"):
            return await with_opinions(answer, self._verifier)

    async def _happening(self, question: str, turns: Sequence[Turn], where: Filter) -> AsyncGenerator[Event, None]:
        """Make the question stand alone, and let the first route answer it whose question it is."""
        if (kind := courtesy(question)) is not None:
            yield TextPiece(kind.text)
            yield Finished(kind)
            return
        with stage("rewrite"):
            asked = await meant(question, turns, retriever=self._parts.retriever, llm=self._parts.llm, where=where)
        async with aclosing(self._routed(Asked(asked.text, question, where, tuple(turns)))) as happening:
            async for event in happening:
                if isinstance(event, Finished):
                    answer = event.answer
                    told = "" if asked.cause and asked.cause in answer.note else asked.note
                    said = (told, answer.note, caution(answer, question))
                    answer = replace(answer, note=" ".join(filter(None, said)))
                    event = Finished(await self._checked_again(answer))
                yield event

    async def _routed(self, asked: Asked) -> AsyncGenerator[Event, None]:
        """Let the first route answer whose question it is and that can, else the best passages."""
        for route in ROUTES:
            with stage("route"):
                reason = await route.recognise(asked, self._parts)
            if not reason:
                continue
            yield Routed(route.name, reason)
            try:
                async with aclosing(streaming(route.answer(asked, self._parts), route.name)) as happening:
                    async for _, event in happening:
                        if isinstance(event, Finished):
                            yield Finished(
                                replace(event.answer, route=route.name, where=event.answer.where or str(asked.where))
                            )
                            return
                        yield event
            except LLMError as error:
                if self._parts.faults_are_errors:
                    raise
                yield Withdrawn(str(error))
        yield Routed("passages")
        async with aclosing(self._from_passages(asked)) as happening:
            async for event in happening:
                yield event

    def _from_passages(self, asked: Asked) -> AsyncGenerator[Event, None]:
        return from_best_passages(asked, self._parts)

    async def route(self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING) -> Routed:
        """Return where a question would be answered from, and why; nothing is searched.

        A route that can not answer after all lets the next one try, which this does not tell.
        """
        asked = Asked(question, question, where, within_bounds(turns, QUESTION_CHARACTERS))
        for route in ROUTES:
            if reason := await route.recognise(asked, self._parts):
                return Routed(route.name, reason)
        return Routed("passages")

    async def search(
        self, query: str, *, top_k: int = 10, ranking: Ranking | None = None, where: Filter = EVERYTHING
    ) -> list[Hit]:
        """Return the best passages for a question that stands alone, and no answer; see `Retriever.retrieve`.

        Raises:
            QuestionError: The question is empty or too long.
            FilterError: No document passes the filter.
            StoreError: The index failed.
        """
        check_question(query)
        return await self._parts.retriever.retrieve(
            query, top_k=top_k, ranking=ranking or self._parts.ranking, where=where
        )

    async def documents(self, where: Filter = EVERYTHING) -> list[RegisterRow]:
        """Return the documents that pass a filter, by source."""
        return [row for row in await self._parts.retriever.index.rows() if where.matches(row)]

    async def passages(self, ids: Sequence[str]) -> list[Chunk]:
        """Return the passages with these ids, in this order; those that are no longer stored are left out."""
        return await self._parts.retriever.index.passages(ids)

    async def text(self, document: str) -> tuple[RegisterRow, list[Chunk]] | None:
        """Return a document and its passages in order, None if no document has this id."""
        index = self._parts.retriever.index
        for row in await index.rows():
            if row.document_id == document:
                return row, await index.chunks_of(row)
        return None

    async def status(self) -> Status:
        """Return what the index holds."""
        return await self._parts.retriever.index.status()

    async def count(self, where: Filter) -> int:
        """Return how many documents may answer.

        Raises:
            FilterError: None passes.
        """
        index = self._parts.retriever.index
        await index.scope(where)
        return sum(where.matches(row) for row in await index.rows())

    async def facets(self) -> Facets:
        """Return what there is to limit a question to."""
        return await self._parts.retriever.index.facets()

    async def registered(self, document: str) -> RegisterRow | None:
        """Return the newest registered version of a document, None where the collection holds none.

        Args:
            document: Its id.
        """
        return await self._parts.retriever.index.row_of(document)

    async def named(self, source: str) -> RegisterRow | None:
        """Return the newest registered version of the document of this source, None where the collection holds none."""
        return await self._parts.retriever.index.row_named(source)

    async def inside(self, source: str, most: int) -> list[RegisterRow]:
        """Return the documents inside a file, such as the attachments of a mail: about `most` where it holds more."""
        return await self._parts.retriever.index.rows_inside(source, most)

    async def reads_all_of(self, source: str) -> bool:
        """Tell whether all that the file of a document holds may be read here: a mail holds its attachments."""
        return await self._parts.retriever.index.reads_all_of(source)

    async def around(self, span: ChunkSpan) -> list[Chunk]:
        """Return the stored chunks of a stretch of a document, in order."""
        found = await self._parts.retriever.index.around([span])
        return sorted(found, key=lambda chunk: chunk.ordinal)


def check_question(question: str) -> None:
    """Refuse a question that says nothing or too much.

    Raises:
        QuestionError: It is blank, no text, or longer than `QUESTION_CHARACTERS`.
    """
    if not question.strip():
        raise QuestionError("the question is empty; type one")
    if any("\ud800" <= mark <= "\udfff" for mark in question):
        raise QuestionError("the question holds half of a character, as a wrong encoding leaves it; type it again")
    if len(question) > QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question):,} characters; ask in at most {QUESTION_CHARACTERS:,}, "
            "and ingest longer texts as documents"
        )
