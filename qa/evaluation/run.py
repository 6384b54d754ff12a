"""Runs: every question of a set put to one configuration, one after the other.

One after the other, because that is how a person asks: the times are those of one question on an idle machine.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.answering.standalone.follow_up import standalone
from qa.evaluation.dataset import Question
from qa.evaluation.stages import Clock
from qa.types import Answer, Hit, Ranking, Turn

# Chunks per question. Of several in one document only the best counts, and 20 documents must appear.
TOP_K = 50


class Retriever(Protocol):
    """What a run needs of `qa.retrieval.retrieve.Retriever`."""

    async def retrieve(self, query: str, *, top_k: int, ranking: Ranking) -> list[Hit]:
        """Return at most `top_k` chunks, best first."""
        ...


class Answerer(Protocol):
    """What a run needs of `qa.answering.answer.Answerer`."""

    async def ask(self, question: str, turns: Sequence[Turn] = ()) -> Answer:
        """Return the whole answer."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: the hits in rank order, the answer where one was asked for, and the time it took.

    `elapsed_ms` has "retrieve" and "answer", and "embed", "search" and "score" where the parts were timed, and
    "rerank" where there is a reranker.
    """

    hits: tuple[Hit, ...]
    answer: Answer | None
    elapsed_ms: Mapping[str, float]


async def run_questions(
    retriever: Retriever,
    questions: Sequence[Question],
    *,
    ranking: Ranking,
    answerer: Answerer | None = None,
    top_k: int = TOP_K,
    done: Mapping[str, Outcome] | None = None,
    clock: Clock | None = None,
    on_outcome: Callable[[str, Outcome], None] = lambda _question, _outcome: None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> dict[str, Outcome]:
    """Put every question to the retriever, and to the answerer if there is one.

    A follow-up is made to stand alone by rule before retrieval, even if answers use a language model for it, so that
    configurations are compared on the same queries. The first question is retrieved once beforehand, untimed, since it
    loads what is loaded late.

    Args:
        retriever: Open.
        questions: In any order, ids distinct.
        ranking: How the passages are ordered.
        answerer: Open, and asked with the conversation before each question.
        top_k: Chunks per question.
        done: Outcomes of an earlier run that are kept as they are.
        clock: What the retriever counts its stages in.
        on_outcome: Called with each new outcome as it comes.
        on_progress: Called with how many questions are done and how many there are.

    Returns:
        Outcomes by question id, in the order of the questions.

    Raises:
        QAError: The index or the language model failed, or a question is too long.
    """
    clock = clock or Clock()
    outcomes = {question.id: done[question.id] for question in questions if done and question.id in done}
    left = [question for question in questions if question.id not in outcomes]
    for question in left[:1]:
        await retriever.retrieve(standalone(question.text, question.turns), top_k=top_k, ranking=ranking)
    for question in left:
        outcome = await _outcome(retriever, answerer, question, ranking=ranking, top_k=top_k, clock=clock)
        outcomes[question.id] = outcome
        on_outcome(question.id, outcome)
        on_progress(len(outcomes), len(questions))
    if not left:
        on_progress(len(outcomes), len(questions))
    return {question.id: outcomes[question.id] for question in questions}


async def _outcome(
    retriever: Retriever, answerer: Answerer | None, question: Question, *, ranking: Ranking, top_k: int, clock: Clock
) -> Outcome:
    clock.take()
    started = time.perf_counter()
    hits = await retriever.retrieve(standalone(question.text, question.turns), top_k=top_k, ranking=ranking)
    elapsed_ms = {"retrieve": (time.perf_counter() - started) * 1000}
    parts = clock.take()
    if "embed" in parts:
        embed, search = parts["embed"], parts.get("search", 0.0)
        rest = max(0.0, elapsed_ms["retrieve"] - embed - search - parts.get("rerank", 0.0))
        elapsed_ms |= {"embed": embed, "search": search, "score": rest}
        elapsed_ms |= {"rerank": parts["rerank"]} if "rerank" in parts else {}
    answer = None
    if answerer:
        started = time.perf_counter()
        answer = await answerer.ask(question.text, question.turns)
        within = clock.take().get("retrieve", 0.0)
        elapsed_ms["answer"] = max(0.0, (time.perf_counter() - started) * 1000 - within)
    return Outcome(tuple(hits), answer, elapsed_ms)
