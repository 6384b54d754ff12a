"""The question flow from end to end: retrieve → decide → answer → verify → cite."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from qa.answering import language_notes, verify
from qa.answering.follow_up import standalone
from qa.answering.prompt import NOT_FOUND, answer_messages, clean_markers, rewrite_messages, without_markers
from qa.answering.quote import Quote, best_quotes
from qa.answering.refuse import Doubt, doubt
from qa.errors import LLMUnavailableError, QuestionError
from qa.models.chat import ChatModel
from qa.retrieval import recency
from qa.retrieval.context import assembled, compares, spread, wanted
from qa.retrieval.retrieve import POOL, Retriever
from qa.store import Status
from qa.store.where import EVERYTHING, Facets, Filter
from qa.text.language import AUTO, by_small_words, language_of
from qa.types import Answer, Citation, Hit, Ranking, Statement, Turn

QUESTION_CHARACTERS = 2_000
EXTRACTIVE = "extractive"


class Answerer:
    """Answers questions from one open index: with a language model if it has one, else with quotations."""

    def __init__(
        self,
        retriever: Retriever,
        *,
        llm: ChatModel | None = None,
        ranking: Ranking = "scores",
        top_k: int = 8,
        threshold: float = 0.0,
        context_tokens: int = 0,
        language: str = "english",
    ) -> None:
        """Put the parts together; nothing is loaded or sent.

        Args:
            retriever: Finds the passages.
            llm: Writes the answer; None quotes it.
            ranking: Order of the passages.
            top_k: Passages an answer may rest on.
            threshold: Least combined score of the best passage for an answer to be tried, in [0, 1].
            context_tokens: About how many tokens of passages a language model is given; 0 for the hits as they are.
            language: Language of the documents.
        """
        self._retriever = retriever
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
        async for item in self.stream(question, turns, where=where):
            if isinstance(item, Answer):
                return item
        raise AssertionError("stream ends with an Answer")

    async def stream(
        self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING
    ) -> AsyncIterator[str | Answer]:
        """Yield pieces of the answer's text as they are made, then the `Answer`, whose text replaces them.

        A model's reply that breaks off in the middle gives an answer that is not `complete`.

        Args:
            question: What the user typed.
            turns: The conversation before it, oldest first.
            where: Which documents may answer.

        Raises:
            QuestionError: The question is empty or too long.
            FilterError: No document passes the filter.
            StoreError: The index failed.
            LLMError: The model failed before its first word.
        """
        check_question(question)
        query = await self._standalone(question, turns)
        found = await self._retriever.retrieve(query, top_k=max(POOL, self._top_k), ranking=self._ranking, where=where)
        hits = spread(found, self._top_k) if compares(query) else found[: self._top_k]
        days = await self._retriever.days(query, [hit.chunk for hit in found])
        doubted = await self._doubt(query, hits)
        # A language model reads what the passages mean by "the President"; a quotation answers only what it names.
        if doubted and not (doubted.name and self._llm):
            answer = self._not_found(question, query, hits, doubted.reason)
            yield answer.text
        elif self._llm is None:
            answer = await self._extract(question, query, hits)
            yield answer.text
        else:
            passages = await self._context(hits, found)
            async for item in self._generate(self._llm, question, query, passages, days, doubted):
                if isinstance(item, str):
                    yield item
                else:
                    answer = item
        yield replace(answer, where=str(where), note=self._note(answer, days, doubted))

    async def status(self) -> Status:
        """Return what the index holds."""
        return await self._retriever.index.status()

    async def facets(self) -> Facets:
        """Return what there is to limit a question to."""
        return await self._retriever.index.facets()

    async def _context(self, hits: Sequence[Hit], found: Sequence[Hit]) -> list[Hit]:
        """Return the passages that a language model is given."""
        if not self._context_tokens:
            return list(hits)
        around = await self._retriever.index.around(wanted(hits))
        further = [hit for hit in found if hit not in hits]
        return assembled(hits, around, further, budget=self._context_tokens)

    async def _standalone(self, question: str, turns: Sequence[Turn]) -> str:
        if not turns:
            return question
        if self._llm is None:
            return standalone(question, turns)
        rewritten = (await self._llm.complete(rewrite_messages(question, turns))).strip()
        return rewritten[:QUESTION_CHARACTERS] or question

    async def _doubt(self, query: str, hits: Sequence[Hit]) -> Doubt | None:
        return doubt(
            query,
            hits,
            terms_of=self._retriever.names_of,
            known=await self._retriever.word_statistics(),
            threshold=self._threshold,
            capitals_name=self._retriever.capitals_name(query),
        )

    async def _extract(self, question: str, query: str, hits: Sequence[Hit]) -> Answer:
        quotes = await best_quotes(
            question,
            query,
            hits,
            wording=await self._retriever.wording(query),
            embedder=self._retriever.dense,
            gloss=await self._retriever.gloss(query),
            language=self._language,
        )
        if not quotes:
            return self._not_found(question, query, hits, "the passages near it hold no sentence")
        return _quoted(question, query, quotes, hits)

    async def _generate(
        self,
        llm: ChatModel,
        question: str,
        query: str,
        hits: Sequence[Hit],
        days: Mapping[str, date],
        doubted: Doubt | None,
    ) -> AsyncIterator[str | Answer]:
        text = ""
        complete = True
        try:
            async for piece in llm.stream(answer_messages(query, hits, days, unnamed=doubted.name if doubted else "")):
                text += piece
                yield piece
        except LLMUnavailableError:
            if not text:
                raise
            complete = False
        if NOT_FOUND in text or not text.strip():
            reason = doubted.reason if doubted else f"{llm.name} found no answer in the nearest passages"
            yield self._not_found(question, query, hits, reason)
            return
        text, dropped = clean_markers(text.strip(), len(hits))
        checked, cited = await asyncio.to_thread(self._verified, text, hits)
        yield Answer(
            question=question,
            query=query,
            text=text,
            statements=tuple(checked),
            citations=tuple(cited),
            hits=tuple(hits),
            found=True,
            model=llm.name,
            complete=complete,
            dropped_markers=dropped,
        )

    def _verified(self, text: str, hits: Sequence[Hit]) -> tuple[list[Statement], list[Citation]]:
        """Check a model's answer and place its citations; what stands in dictionaries is read from disk."""
        reader = self._retriever.sparse
        options = {"answered": by_small_words(without_markers(text)), "language": self._language}
        checked = verify.statements(text, hits, reader=reader, **options)
        return checked, verify.citations(checked, hits, reader=reader, **options)

    def _note(self, answer: Answer, days: Mapping[str, date], doubted: Doubt | None) -> str:
        """Return what the reader should know of names, dates and languages, "" where nothing stood in the way."""
        translates = self._retriever.sparse.translates
        notes = []
        if self._retriever.reads and self._language == AUTO:
            notes.append(language_notes.of_the_question(answer.query, self._retriever.index.languages, translates))
        if answer.model != EXTRACTIVE and answer.found:
            passages = [language_of(citation.chunk.metadata, self._language) for citation in answer.citations]
            notes.append(language_notes.of_the_answer(without_markers(answer.text), passages, translates))
        if any(notes) and self._language == AUTO:
            notes.append(language_notes.WHAT_TO_DO)
        if answer.found and doubted:
            notes.append(f"None of your documents mentions “{doubted.name}”.")
        if answer.found and recency.asks_for_latest(answer.query):
            cited = [citation.chunk for citation in answer.citations]
            notes.append(recency.note(cited, [hit.chunk for hit in answer.hits], days))
        return " ".join(filter(None, notes))

    def _not_found(self, question: str, query: str, hits: Sequence[Hit], reason: str) -> Answer:
        return Answer(
            question=question,
            query=query,
            text=f"Your documents do not seem to answer this: {reason}.",
            statements=(),
            citations=(),
            hits=tuple(hits),
            found=False,
            model=self._llm.name if self._llm else EXTRACTIVE,
        )


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


def _quoted(question: str, query: str, quotes: Sequence[Quote], hits: Sequence[Hit]) -> Answer:
    """Make an answer of quotations; passages are numbered in the order in which they are quoted."""
    numbers: dict[str, int] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    for quote in quotes:
        numbers.setdefault(quote.hit.chunk.id, len(numbers) + 1)
        spans.setdefault(quote.hit.chunk.id, []).append((quote.start, quote.end))
    statements = [Statement(quote.text, (numbers[quote.hit.chunk.id],)) for quote in quotes]
    chunks = {quote.hit.chunk.id: quote.hit.chunk for quote in quotes}
    return Answer(
        question=question,
        query=query,
        text="\n\n".join(f"{item.text} [{item.citations[0]}]" for item in statements),
        statements=tuple(statements),
        citations=tuple(
            Citation(number, chunks[chunk], tuple(sorted(spans[chunk]))) for chunk, number in numbers.items()
        ),
        hits=tuple(hits),
        found=True,
        model=EXTRACTIVE,
    )
