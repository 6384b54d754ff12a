"""Runs: every question of a set put to the retriever in each ranking, or to the answerer, one after the other.

One after the other, because that is how a person asks: the times are those of one question on an idle machine.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.evaluation.dataset import Question
from qa.evaluation.evidence import answer_contained
from qa.followup import standalone
from qa.types import Answer, Hit, Ranking, Turn

# Chunks per question: of several in one document only the best counts, and 20 documents are to appear.
TOP_K = 50

OnProgress = Callable[[str, int, int], None]


class Retriever(Protocol):
    """What a run needs of `qa.retrieve.Retriever`."""

    async def retrieve(self, query: str, *, top_k: int, ranking: Ranking) -> list[Hit]:
        """Return at most `top_k` chunks, best first."""
        ...


class Answerer(Protocol):
    """What a run needs of `qa.answer.Answerer`."""

    async def ask(self, question: str, turns: Sequence[Turn] = ()) -> Answer:
        """Return the whole answer."""
        ...


@dataclass(frozen=True, slots=True)
class RetrievalRun:
    """What one ranking found: by question id the hits in rank order, and the milliseconds it took to find them."""

    ranking: Ranking
    hits: Mapping[str, Sequence[Hit]]
    elapsed_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class AnswerRun:
    """What was answered, by question id, and the milliseconds each answer took, retrieval included."""

    answers: Mapping[str, Answer]
    elapsed_ms: Mapping[str, float]


async def run_retrieval(
    retriever: Retriever,
    questions: Sequence[Question],
    rankings: Sequence[Ranking],
    *,
    top_k: int = TOP_K,
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> dict[Ranking, RetrievalRun]:
    """Put every question to the retriever in each of the rankings.

    A follow-up is made to stand alone by rule first, also where answers use a language model for it: the rankings are
    then compared on the same queries. The first question is asked once beforehand, untimed: it loads what is loaded
    late.

    Args:
        retriever: Open.
        questions: In any order, ids distinct.
        rankings: Which to compare.
        top_k: Chunks per question.
        on_progress: Called with the ranking, how many questions are done and how many there are.

    Raises:
        StoreError: The index failed: a run is complete or there is none.
    """
    queries = {question.id: standalone(question.text, question.turns) for question in questions}
    runs: dict[Ranking, RetrievalRun] = {}
    for ranking in rankings:
        hits: dict[str, Sequence[Hit]] = {}
        elapsed_ms: dict[str, float] = {}
        for query in list(queries.values())[:1]:
            await retriever.retrieve(query, top_k=top_k, ranking=ranking)
        for name, query in queries.items():
            started = time.perf_counter()
            hits[name] = tuple(await retriever.retrieve(query, top_k=top_k, ranking=ranking))
            elapsed_ms[name] = (time.perf_counter() - started) * 1000
            on_progress(ranking, len(hits), len(queries))
        runs[ranking] = RetrievalRun(ranking, hits, elapsed_ms)
    return runs


async def run_answers(
    answerer: Answerer,
    questions: Sequence[Question],
    *,
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> AnswerRun:
    """Have every question answered, with the conversation before it.

    Raises:
        QAError: The index or the language model failed, or a question is too long.
    """
    answers: dict[str, Answer] = {}
    elapsed_ms: dict[str, float] = {}
    for question in questions:
        started = time.perf_counter()
        answers[question.id] = await answerer.ask(question.text, question.turns)
        elapsed_ms[question.id] = (time.perf_counter() - started) * 1000
        on_progress("answers", len(answers), len(questions))
    return AnswerRun(answers, elapsed_ms)


def answer_metrics(questions: Sequence[Question], run: AnswerRun) -> dict[str, dict[str, float]]:
    """Return what the answers are worth, per metric and question id: 1 or 0.

    "Contained": one of the gold answers occurs in the answer's text; of questions with gold answers. It says nothing
    about what else the text holds. "Refused": the answer is "not in your documents", where that is right, of the
    unanswerable questions. "WronglyRefused": the same where it is wrong, of the others.
    """
    refused = {question.id: float(not run.answers[question.id].found) for question in questions}
    return {
        "Contained": {
            question.id: float(answer_contained(question.answers, run.answers[question.id].text))
            for question in questions
            if question.answers
        },
        "Refused": {question.id: refused[question.id] for question in questions if question.unanswerable},
        "WronglyRefused": {question.id: refused[question.id] for question in questions if not question.unanswerable},
    }
