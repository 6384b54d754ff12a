"""All metrics of one configuration's outcomes. Pure functions."""

from collections.abc import Callable, Mapping, Sequence

from qa.evaluation.answers import answer_metrics, confidence
from qa.evaluation.dataset import Question
from qa.evaluation.evidence import evidence_at, passage_metrics
from qa.evaluation.exact import exact_metrics
from qa.evaluation.metrics import document_run, qrels_of, retrieval_metrics
from qa.evaluation.run import Outcome
from qa.evaluation.spans import Fact, span_metrics
from qa.types import Chunk, Hit

# By metric and question id.
Metrics = Mapping[str, Mapping[str, float]]

# Chunks that a reader is shown; tokens of context that a small model is given.
SHOWN = 5
CONTEXT_TOKENS = 1_000


class TokenCounter:
    """Counts the tokens of chunks, each chunk once."""

    def __init__(self, count: Callable[[str], int]) -> None:
        """Take what counts the tokens of a text."""
        self._count = count
        self._known: dict[str, int] = {}

    def tokens(self, chunk: Chunk) -> int:
        """Return the tokens of a chunk's own text."""
        if chunk.id not in self._known:
            self._known[chunk.id] = self._count(chunk.text)
        return self._known[chunk.id]

    def within(self, hits: Sequence[Hit], limit: int) -> int:
        """Return how many of the first hits have at most `limit` tokens together."""
        total = 0
        for number, hit in enumerate(hits):
            total += self.tokens(hit.chunk)
            if total > limit:
                return number
        return len(hits)


def measure(
    questions: Sequence[Question],
    outcomes: Mapping[str, Outcome],
    facts: Mapping[str, Sequence[Fact]],
    document_id: Callable[[str], str],
    counter: TokenCounter,
) -> dict[str, dict[str, float]]:
    """Return every metric of a run, per metric and question id; one without any question is left out.

    Retrieval metrics leave unanswerable questions out. Beside those of `retrieval_metrics`, `passage_metrics`,
    `span_metrics`, `answer_metrics` and `exact_metrics` there are "AllEvidence@1000t", whether the first chunks that
    have at most 1,000 tokens together hold all facts, and "SpanRecall@1000t", how much of the evidence they hold: both
    treat small chunks and large ones alike.

    Args:
        questions: Each has an outcome.
        outcomes: By question id.
        facts: The questions' located evidence, by question id.
        document_id: Turns a chunk's source into the id that questions and facts use.
        counter: Counts tokens.

    Raises:
        ConfigError: The extra `eval` is not installed.
    """
    asked = [question for question in questions if not question.unanswerable]
    hits = {name: outcome.hits for name, outcome in outcomes.items()}
    located = {question.id: facts.get(question.id, ()) for question in questions}
    proven = [question for question in asked if question.evidence]
    values = {
        **retrieval_metrics(qrels_of(asked), document_run({q.id: hits[q.id] for q in asked}, document_id)),
        **passage_metrics(asked, hits, document_id, k=SHOWN),
        f"AllEvidence@{CONTEXT_TOKENS}t": {
            question.id: float(
                _holds_all(counter.within(hits[question.id], CONTEXT_TOKENS), question, hits, document_id)
            )
            for question in proven
        },
        **span_metrics({q.id: located[q.id] for q in asked}, hits, document_id, k=SHOWN),
        **_spans_within(asked, located, hits, document_id, counter),
    }
    answers = {name: outcome.answer for name, outcome in outcomes.items() if outcome.answer}
    if len(answers) == len(outcomes):
        values |= answer_metrics(questions, answers, located, document_id)
        values |= exact_metrics(questions, answers, document_id)
    return {name: by_question for name, by_question in values.items() if by_question}


def _spans_within(
    questions: Sequence[Question],
    facts: Mapping[str, Sequence[Fact]],
    hits: Mapping[str, Sequence[Hit]],
    document_id: Callable[[str], str],
    counter: TokenCounter,
) -> dict[str, dict[str, float]]:
    cut = {q.id: hits[q.id][: counter.within(hits[q.id], CONTEXT_TOKENS)] for q in questions if facts[q.id]}
    longest = max(map(len, cut.values()), default=1)
    proven = {name: facts[name] for name in cut}
    values = span_metrics(proven, cut, document_id, k=longest, within=f"{CONTEXT_TOKENS}t")
    return {name: found for name, found in values.items() if name.startswith("SpanRecall")}


def confidences(questions: Sequence[Question], outcomes: Mapping[str, Outcome]) -> tuple[list[float], list[float]]:
    """Return the best passage's score on the answerable questions and on the unanswerable ones; see `confidence`."""
    asked = (question for question in questions if question.expected is None)
    values = [(question.unanswerable, confidence(outcomes[question.id].hits)) for question in asked]
    return [value for hard, value in values if not hard], [value for hard, value in values if hard]


def _holds_all(
    k: int, question: Question, hits: Mapping[str, Sequence[Hit]], document_id: Callable[[str], str]
) -> bool:
    return k > 0 and all(evidence_at(k, question, hits[question.id], document_id))
