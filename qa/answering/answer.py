"""The question flow from end to end: read → retrieve → decide → answer → verify → cite."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date

from qa.answering.beside import beside_quotations, set_none
from qa.answering.caution import caution
from qa.answering.conversation import meant
from qa.answering.disagreement import with_disagreements
from qa.answering.events import (
    Event,
    Finished,
    Note,
    PassagesFound,
    Progress,
    Routed,
    Searching,
    TextPiece,
    Verdict,
    Withdrawn,
)
from qa.answering.notes import notes
from qa.answering.quote import EXTRACTIVE, best_quotes, quoted_answer
from qa.answering.refuse import Judgement, joined_words, judged, parts
from qa.answering.routes.across import AcrossRoute
from qa.answering.routes.collection import CollectionRoute
from qa.answering.routes.document import DocumentRoute
from qa.answering.routes.route import Asked, Parts, Route
from qa.answering.routes.steps import StepsRoute, second_chance
from qa.answering.routes.table import TableRoute
from qa.answering.same_thing import about_it
from qa.answering.second_opinion import Verifier, with_opinions
from qa.answering.trail import Trail, outcome
from qa.answering.waits import with_waits
from qa.answering.write import Unwritten, as_sentence, written_answer
from qa.calibration.model import read
from qa.calibration.signals import Embed, remembering
from qa.errors import LLMError, QuestionError
from qa.models.chat import ChatModel
from qa.retrieval.context import assembled, spread
from qa.retrieval.query import Query
from qa.retrieval.retrieve import POOL, Retriever
from qa.store import Status
from qa.store.where import EVERYTHING, Facets, Filter
from qa.tracing import Recorder, recorded, stage, streaming
from qa.types import Answer, Hit, Ranking, Turn

QUESTION_CHARACTERS = 2_000

# Asked in this order whether a question is theirs; what is nobody's is answered from the best passages.
ROUTES: tuple[Route, ...] = (TableRoute(), CollectionRoute(), AcrossRoute(), DocumentRoute(), StepsRoute())


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What there is to answer from.

    Attributes:
        hits: What an answer may rest on, best first.
        further: What was found besides.
        days: Of their documents, by id, where the question asks for the latest.
        judgement: What speaks for and against an answer.
        embed: Embeds sentences, each once for this question.
    """

    hits: list[Hit]
    further: list[Hit]
    days: Mapping[str, date]
    judgement: Judgement
    embed: Embed


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
        """
        self._faults_are_errors = faults_are_errors
        self._parts = Parts(
            retriever, llm, ranking, top_k, threshold, context_tokens, language, self._from_passages, searches
        )
        self._verifier = verifier
        self._retriever = retriever
        self._index = retriever.index
        self._words = retriever.sparse
        self._embed = retriever.dense.embed_sentences
        self._reads_one = bool(retriever.reads)
        self._llm = llm
        self._ranking = ranking
        self._top_k = top_k
        self._threshold = threshold
        self._context_tokens = context_tokens
        self._language = language

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
    ) -> AsyncIterator[Event]:
        """Yield what happens, in the order that `qa.answering.events` says; `Finished` with the answer comes last.

        A model's reply that breaks off in the middle gives an answer that is not `complete`.

        Args:
            question: What the user typed.
            turns: The conversation before it, oldest first.
            where: Which documents may answer.

        Raises:
            QuestionError: The question is empty or too long.
            FilterError: No document passes the filter.
            StoreError: The index failed.
            LLMError: The model failed, and that was asked to be an error.
        """
        check_question(question)
        recorder, trail = Recorder(), Trail()
        happening = recorded(self._happening(question, turns, where), recorder, workflow="footnote")
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
        if answer.found and answer.route == "passages":
            with stage("compare"):
                answer = await asyncio.to_thread(
                    with_disagreements, answer, reader=self._words, language=self._language
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
        with stage("rewrite"):
            asked = await meant(question, turns, retriever=self._retriever, llm=self._llm, where=where)
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
                if self._faults_are_errors:
                    raise
                yield Withdrawn(str(error))
        yield Routed("passages")
        async with aclosing(self._from_passages(asked)) as happening:
            async for event in happening:
                yield event

    async def _from_passages(self, asked: Asked) -> AsyncGenerator[Event, None]:
        yield Searching(asked.text, str(asked.where))
        query = await self._retriever.read(asked.text, question=asked.question, where=asked.where)
        evidence = await self._find(query)
        yield PassagesFound(tuple(evidence.hits))
        answer = None
        async with aclosing(self._answer(query, evidence)) as happening:
            async for event in happening:
                if isinstance(event, Finished):
                    answer = event.answer
                else:
                    yield event
        if answer is None and evidence.judgement.doubt is None:
            # The model read the passages and missed something: it may say what.
            again = second_chance(asked, query, evidence.hits + evidence.further, self._parts)
            async with aclosing(again) as happening:
                async for event in happening:
                    if isinstance(event, Finished):
                        answer = event.answer
                    else:
                        yield event
        if answer is None:
            answer = self._not_found(query, evidence)
            yield TextPiece(answer.text)
        with stage("check"):
            said = " ".join(filter(None, (answer.note, *await self._notes(answer, query, evidence))))
        probability = evidence.judgement.probability
        yield Finished(replace(answer, where=str(asked.where), note=said, probability=probability))

    async def route(self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING) -> Routed:
        """Return where a question would be answered from, and why; nothing is searched.

        A route that can not answer after all lets the next one try, which this does not tell.
        """
        asked = Asked(question, question, where, tuple(turns))
        for route in ROUTES:
            if reason := await route.recognise(asked, self._parts):
                return Routed(route.name, reason)
        return Routed("passages")

    async def status(self) -> Status:
        """Return what the index holds."""
        return await self._index.status()

    async def count(self, where: Filter) -> int:
        """Return how many documents may answer.

        Raises:
            FilterError: None passes.
        """
        await self._index.scope(where)
        return sum(where.matches(row) for row in await self._index.rows())

    async def facets(self) -> Facets:
        """Return what there is to limit a question to."""
        return await self._index.facets()

    async def _find(self, query: Query) -> _Evidence:
        """Retrieve, choose what an answer may rest on, and ask what speaks against one."""
        found = await self._retriever.retrieve(query, top_k=max(POOL, self._top_k), ranking=self._ranking)
        right = about_it(query, found)
        hits = spread(right, self._top_k) if query.compares else right[: self._top_k]
        chosen = {hit.chunk.id for hit in hits}
        embed = remembering(self._embed)
        with stage("judge"):
            judgement = await self._judged(query, hits, found, embed)
        return _Evidence(
            hits,
            further=[hit for hit in found if hit.chunk.id not in chosen],
            days=await self._retriever.days(query, [hit.chunk for hit in found]),
            judgement=judgement,
            embed=embed,
        )

    async def _judged(self, query: Query, hits: Sequence[Hit], found: Sequence[Hit], embed: Embed) -> Judgement:
        known = await self._index.calibration() if self._threshold is None else {}
        return await judged(
            query,
            hits,
            found,
            calibration=read(known),
            threshold=self._threshold,
            embed=embed,
            language=self._language,
        )

    async def _answer(self, query: Query, evidence: _Evidence) -> AsyncGenerator[Event, None]:
        """Write or quote an answer; nothing is yielded last where there is none."""
        doubted = evidence.judgement.doubt
        # A language model reads what the passages mean by "the President"; a quotation answers only what it names.
        if doubted and not (doubted.name and self._llm):
            return
        if self._llm is None:
            async with aclosing(self._quoted(query, evidence)) as quoted:
                async for event in quoted:
                    yield event
            return
        written = written_answer(
            self._llm,
            query,
            await self._passages(evidence),
            words=self._words,
            days=evidence.days,
            unnamed=doubted.name if doubted else evidence.judgement.unknown,
            language=self._language,
        )
        try:
            async with aclosing(written):
                async for event in written:
                    if isinstance(event, Finished) and set_none(event.answer) and not doubted:
                        event = Finished(await self._beside_quotations(event.answer, query, evidence))
                    yield event
            return
        except (LLMError, Unwritten) as error:
            if self._faults_are_errors and isinstance(error, LLMError):
                raise
            reason = str(error)
        async with aclosing(self._in_place_of_the_model(query, evidence, reason)) as quoted:
            async for event in quoted:
                yield event

    async def _quoted(self, query: Query, evidence: _Evidence) -> AsyncGenerator[Event, None]:
        """Quote an answer; nothing is yielded where the passages hold no sentence."""
        with stage("choose"):
            quotes = await best_quotes(query, evidence.hits, embed=evidence.embed, language=self._language)
        if quotes:
            answer = quoted_answer(query, quotes, evidence.hits)
            yield TextPiece(answer.text)
            yield Finished(answer)

    async def _beside_quotations(self, written: Answer, query: Query, evidence: _Evidence) -> Answer:
        """Return what a model wrote that cites nothing, as far as it rests on what is quoted, with the quotations.

        Raises:
            Unwritten: None of it does.
        """
        async with aclosing(self._quoted(query, evidence)) as quoting:
            quoted = [event.answer async for event in quoting if isinstance(event, Finished)]
        if not quoted:
            return written
        both = beside_quotations(written, quoted[0])
        if both is None:
            raise Unwritten(
                f"{written.model} cites nothing that fits, and what it wrote is not where the passages answer best"
            )
        return both

    async def _in_place_of_the_model(
        self, query: Query, evidence: _Evidence, reason: str
    ) -> AsyncGenerator[Event, None]:
        """Answer as without a model, and say why: whatever happens to one, nobody is told that nothing was found."""
        answer = None
        if not evidence.judgement.doubt:
            async with aclosing(self._quoted(query, evidence)) as quoted:
                async for event in quoted:
                    if isinstance(event, Finished):
                        answer = event.answer
        if answer is None:
            because = "the passages near it hold no sentence to quote"
            answer = replace(self._not_found(query, evidence, because=because), model=EXTRACTIVE)
        else:
            reason = f"{reason.rstrip('.')}; the passages are quoted instead"
        # Said once and in whole, before the words that it is about.
        yield Withdrawn(reason)
        yield TextPiece(answer.text)
        yield Finished(replace(answer, note=as_sentence(reason)))

    async def _passages(self, evidence: _Evidence) -> list[Hit]:
        """Return the passages that a language model is given."""
        if not self._context_tokens:
            return list(evidence.hits)
        around = await self._retriever.around(evidence.hits)
        return assembled(evidence.hits, around, evidence.further, budget=self._context_tokens)

    def _not_found(self, query: Query, evidence: _Evidence, *, because: str = "") -> Answer:
        reason = because or "the passages near it hold no sentence"
        if evidence.judgement.doubt:
            reason = evidence.judgement.doubt.reason
        elif self._llm and not because:
            reason = f"{self._llm.name} found no answer in the nearest passages"
        return Answer(
            question=query.question,
            query=query.text,
            text=f"Your documents do not seem to answer this: {reason}.",
            statements=(),
            citations=(),
            hits=tuple(evidence.hits),
            found=False,
            model=self._llm.name if self._llm else EXTRACTIVE,
        )

    async def _notes(self, answer: Answer, query: Query, evidence: _Evidence) -> list[str]:
        lacking = await self._unanswered(query, evidence) if answer.found else ()
        return notes(
            answer,
            query,
            days=evidence.days,
            judgement=evidence.judgement,
            lacking=lacking,
            translates=self._words.translates,
            reads_one=self._reads_one,
            language=self._language,
        )

    async def _unanswered(self, query: Query, evidence: _Evidence) -> tuple[str, ...]:
        """Return the parts of a question that nothing near it answers, though the whole has an answer."""
        if evidence.judgement.probability is None:
            return ()
        found = []
        for part in parts(query.text):
            alone = await self._retriever.read(part, where=query.where)
            hits = await self._retriever.retrieve(alone, top_k=max(POOL, self._top_k), ranking=self._ranking)
            if (await self._judged(alone, hits[: self._top_k], hits, evidence.embed)).doubt:
                found.append(part)
        return tuple(found) or self._unheld(query, evidence.hits)

    def _unheld(self, query: Query, hits: Sequence[Hit]) -> tuple[str, ...]:
        """Return the words that a question joins by "and" and that no passage near it holds, if it holds others."""
        held: set[int] = set()
        for hit in hits:
            language = hit.chunk.metadata.get("language", "")
            text = f"{hit.chunk.title} {hit.chunk.heading} {hit.chunk.text}"
            words = query.match.terms(text, language)
            held |= words
        joined = {
            word: set(self._words.query_terms(word, query.languages, translated=True))
            for word in joined_words(query.text)
        }
        lacking = [
            word for word, terms in joined.items() if terms and not {query.words.word(term) for term in terms} & held
        ]
        return tuple(lacking) if len(lacking) < len(joined) else ()


def check_question(question: str) -> None:
    """Refuse a question that says nothing or too much.

    Raises:
        QuestionError: It is blank, or longer than `QUESTION_CHARACTERS`.
    """
    if not question.strip():
        raise QuestionError("the question is empty; type one")
    if len(question) > QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question):,} characters; ask in at most {QUESTION_CHARACTERS:,}, "
            "and ingest longer texts as documents"
        )
