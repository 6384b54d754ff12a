"""Metrics of passages and answers, against sums done by hand and against implementations of other people."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation import Question
from qa.evaluation.answers import (
    answer_metrics,
    auroc,
    confidence,
    exact_match,
    normalised,
    token_f1,
)
from qa.evaluation.dataset import Span
from qa.evaluation.measure import TokenCounter, measure
from qa.evaluation.run import Outcome
from qa.evaluation.spans import Locator, Place, span_metrics, union
from qa.types import Answer, Chunk, Citation, Hit, Ranking, Statement


def hit(
    source: str,
    start: int,
    end: int,
    *,
    text: str = "",
    rank: int = 1,
    retriever: Ranking = "scores",
    score: float = 0.5,
    bm25: float | None = None,
) -> Hit:
    text = text or "x" * (end - start)
    chunk = Chunk(f"{source}-{start}", source, "1", start, source, "", "", 0, start, end, text)
    return Hit(chunk, score, rank, retriever, bm25=bm25)


def same(source: str) -> str:
    return source


# Evidence in characters


def test_span_metrics_match_sums_done_by_hand() -> None:
    """Evidence a[10, 30) and b[0, 10), retrieved a[0, 20), a[20, 25) and c[0, 50): 15 characters in both."""
    facts = {"q": ((Place("a", 10, 30),), (Place("b", 0, 10),))}
    hits = {"q": [hit("a", 0, 20), hit("c", 0, 50), hit("a", 20, 25), hit("b", 0, 10)]}
    assert span_metrics(facts, hits, same, k=3) == {
        "SpanRecall@3": {"q": 15 / 30},
        "SpanPrecision@3": {"q": 15 / 75},
        "SpanIoU@3": {"q": 15 / (30 + 75 - 15)},
    }


def test_span_metrics_without_hits_are_zero_and_without_evidence_left_out() -> None:
    values = span_metrics({"q1": ((Place("a", 0, 9),),), "q2": ()}, {}, same, k=5)
    assert values == {"SpanRecall@5": {"q1": 0.0}, "SpanPrecision@5": {"q1": 0.0}, "SpanIoU@5": {"q1": 0.0}}


def test_of_places_that_prove_the_same_the_one_retrieved_counts() -> None:
    facts = {"q": ((Place("a", 0, 10), Place("b", 0, 40)),)}
    values = span_metrics(facts, {"q": [hit("b", 0, 40)]}, same, k=1)
    assert values == {"SpanRecall@1": {"q": 1.0}, "SpanPrecision@1": {"q": 1.0}, "SpanIoU@1": {"q": 1.0}}


def test_a_character_retrieved_twice_counts_once() -> None:
    facts = {"q": ((Place("a", 0, 10),),)}
    values = span_metrics(facts, {"q": [hit("a", 0, 10), hit("a", 5, 20)]}, same, k=2)
    assert values["SpanPrecision@2"] == {"q": 10 / 20}


RANGES = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(1, 20)), min_size=1, max_size=5)


@settings(deadline=None, max_examples=60)
@given(RANGES, RANGES)
def test_span_metrics_agree_with_sets_of_characters(
    evidence: Sequence[tuple[str, int, int]], chunks: Sequence[tuple[str, int, int]]
) -> None:
    """The definition as it is written, |E ∩ C| and |E ∪ C|, on sets of single characters."""
    wanted = {(name, at) for name, start, size in evidence for at in range(start, start + size)}
    found = {(name, at) for name, start, size in chunks for at in range(start, start + size)}
    facts = {"q": tuple((Place(name, start, start + size),) for name, start, size in evidence)}
    hits = {"q": [hit(name, start, start + size) for name, start, size in chunks]}
    values = span_metrics(facts, hits, same, k=9)
    assert values["SpanRecall@9"]["q"] == pytest.approx(len(wanted & found) / len(wanted))
    assert values["SpanPrecision@9"]["q"] == pytest.approx(len(wanted & found) / len(found))
    assert values["SpanIoU@9"]["q"] == pytest.approx(len(wanted & found) / len(wanted | found))


def test_union_merges_what_overlaps_or_touches() -> None:
    assert union([(5, 9), (0, 3), (3, 4), (6, 7), (20, 21)]) == [(0, 4), (5, 9), (20, 21)]
    assert union([]) == []


def test_quote_is_located_whatever_its_white_space() -> None:
    locator = Locator({"a": "The  lamp\nis red. The lamp is red.", "b": "No lamp."})
    question = Question("q", "?", relevant={"a": 1, "b": 0}, evidence=(("The lamp is red.",), ("No lamp.",)))
    assert locator.facts(question) == ((Place("a", 0, 17), Place("a", 18, 34)),)
    assert locator.places("a", " ") == []
    assert locator.places("c", "The lamp") == []


def test_given_spans_are_taken_as_they_are() -> None:
    question = Question("q", "?", relevant={"a": 1}, evidence=(("nowhere",),), spans=(Span(3, 9), Span(20, 30)))
    assert Locator({"a": ""}).facts(question) == ((Place("a", 3, 9),), (Place("a", 20, 30),))


def test_spans_may_lie_in_several_documents() -> None:
    question = Question("q", "?", relevant={"a": 1, "b": 2}, spans=(Span(3, 9, "b"), Span(20, 30, "a")))
    assert Locator({}).facts(question) == ((Place("b", 3, 9),), (Place("a", 20, 30),))


# Answers


@pytest.mark.parametrize(
    ("text", "expected"),
    [("The Cat, sat!", "cat sat"), ("an A-10 a", "a10"), ("theatre", "theatre"), ("  ", ""), ("U.S.", "us")],
)
def test_normalisation_is_that_of_squad(text: str, expected: str) -> None:
    assert normalised(text) == expected


def test_exact_match_and_f1_match_sums_done_by_hand() -> None:
    assert exact_match(["the red lamp", "a lamp"], "Red lamp.") == 1.0
    assert exact_match(["red lamp"], "the lamp") == 0.0
    # 2 of 3 words of the text are among the 4 of the answer: precision 2/3, recall 2/4.
    assert token_f1(["seven red lamps hang"], "red lamps burn") == pytest.approx(
        2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4)
    )
    assert token_f1(["no", "red lamps burn"], "The red lamps burn.") == 1.0
    assert token_f1(["red red"], "red") == pytest.approx(2 / 3)
    assert token_f1(["the"], "a") == 1.0
    assert token_f1(["the"], "lamp") == 0.0
    assert token_f1([], "lamp") == 0.0


TEXT = "The lamp is red. It was lit in 1902. Nobody knows by whom."


def answer(*spans: tuple[int, int], found: bool = True, text: str = "", source: str = "a") -> Answer:
    chunk = Chunk("c", source, "1", 0, source, "", "", 0, 100, 100 + len(TEXT), TEXT)
    cited = tuple((100 + start, 100 + end) for start, end in spans)
    citations = (Citation(1, chunk, cited),) if spans else ()
    return Answer("?", "?", text or "It was lit in 1902. [1]", (Statement("", ()),), citations, (), found, "fake")


def test_answer_metrics_match_sums_done_by_hand() -> None:
    questions = [
        Question("q1", "When was it lit?", answers=("1902",), relevant={"a": 1}),
        Question("q2", "What colour?", answers=("red",), relevant={"a": 1}),
        Question("q3", "Who lit it?", unanswerable=True),
        Question("q4", "Who owns it?", unanswerable=True),
    ]
    answers = {
        "q1": answer((17, 36), (0, 16)),
        "q2": answer(found=False, text="nothing about red"),
        "q3": answer(found=False),
        "q4": answer((17, 36)),
    }
    facts = {"q1": ((Place("a", 117, 136),), (Place("a", 137, 158),)), "q2": ((Place("a", 100, 116),),)}
    assert answer_metrics(questions, answers, facts, same) == {
        "ExactMatch": {"q1": 0.0, "q2": 0.0},
        # "it was lit in 1902" against "1902": precision 1/5, recall 1.
        "F1": {"q1": pytest.approx(2 * (1 / 5) / (1 / 5 + 1)), "q2": 0.0},
        "Contained": {"q1": 1.0, "q2": 0.0},
        "GoldSentence": {"q1": 1.0, "q2": 0.0},
        "CitationPrecision": {"q1": 0.5},
        "CitationRecall": {"q1": 0.5, "q2": 0.0},
        "RefusalPrecision": {"q2": 0.0, "q3": 1.0},
        "RefusalRecall": {"q3": 1.0, "q4": 0.0},
        "WronglyRefused": {"q1": 0.0, "q2": 1.0},
    }


def test_gold_sentence_must_be_cited_from_a_relevant_document() -> None:
    questions = [Question("q", "When?", answers=("1902",), relevant={"a": 1})]
    for cited, expected in (
        (answer((17, 36)), 1.0),
        (answer((0, 16)), 0.0),
        (answer((17, 36), source="b"), 0.0),
        (answer(), 0.0),
    ):
        assert answer_metrics(questions, {"q": cited}, {}, same)["GoldSentence"] == {"q": expected}


def test_citation_that_only_touches_the_evidence_does_not_count() -> None:
    questions = [Question("q", "?")]
    facts = {"q": ((Place("a", 130, 150),),)}
    near, inside = answer((17, 36)), answer((17, 42))
    assert answer_metrics(questions, {"q": near}, facts, same)["CitationPrecision"] == {"q": 0.0}
    assert answer_metrics(questions, {"q": inside}, facts, same)["CitationRecall"] == {"q": 1.0}


def test_refusal_precision_needs_unanswerable_questions() -> None:
    values = answer_metrics([Question("q", "?")], {"q": answer(found=False)}, {}, same)
    assert values["RefusalPrecision"] == {}
    assert values["WronglyRefused"] == {"q": 1.0}


def test_auroc_counts_pairs() -> None:
    # Of the pairs (3,2) (3,1) (2,2) (2,1), three are in order and one is a tie.
    assert auroc([3.0, 2.0], [2.0, 1.0]) == pytest.approx(3.5 / 4)
    assert math.isnan(auroc([], [1.0]))
    assert math.isnan(auroc([1.0], []))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0]), min_size=1, max_size=20),
    st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0]), min_size=1, max_size=20),
)
def test_auroc_agrees_with_scikit_learn(positive: list[float], negative: list[float]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    labels = [1] * len(positive) + [0] * len(negative)
    assert auroc(positive, negative) == pytest.approx(metrics.roc_auc_score(labels, positive + negative))


def test_confidence_is_the_best_absolute_score_wherever_a_reranker_put_it() -> None:
    assert confidence([]) == 0.0
    assert confidence([hit("a", 0, 9, score=0.7), hit("a", 9, 12, score=0.9)]) == 0.9
    assert confidence([hit("a", 0, 9, score=17.0, bm25=0.4, retriever="sparse")]) == 0.4


# All of them together


def test_all_evidence_within_a_budget_of_tokens() -> None:
    """Two passages of 400 tokens fit into 1,000, the third does not; the counter sees each passage once."""
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return 400

    quotes = ("The first fact stands here.", "The second fact stands there.", "The third stands elsewhere.")
    hits = tuple(
        hit("a", 100 * number, 100 * number + len(quote), text=quote, rank=number + 1)
        for number, quote in enumerate(quotes)
    )
    questions = [
        Question("q1", "?", relevant={"a": 1}, evidence=((quotes[0],), (quotes[1],))),
        Question("q2", "?", relevant={"a": 1}, evidence=((quotes[0],), (quotes[2],))),
        Question("q3", "?", unanswerable=True),
    ]
    pytest.importorskip("ir_measures")
    outcomes = {question.id: Outcome(hits, None, {}) for question in questions}
    facts = {
        "q1": ((Place("a", 0, 27),), (Place("a", 100, 129),)),
        "q2": ((Place("a", 0, 27),), (Place("a", 200, 227),)),
    }
    values = measure(questions, outcomes, facts, same, TokenCounter(count))
    assert values["SpanRecall@1000t"] == {"q1": 1.0, "q2": 0.5}
    assert values["SpanRecall@5"] == {"q1": 1.0, "q2": 1.0}
    assert "SpanIoU@1000t" not in values
    assert values["AllEvidence@1000t"] == {"q1": 1.0, "q2": 0.0}
    assert values["AllEvidence@5"] == {"q1": 1.0, "q2": 1.0}
    assert "Contained" not in values
    assert len(counted) == 3


def test_passage_larger_than_the_budget_holds_nothing() -> None:
    counter = TokenCounter(lambda _text: 1_001)
    assert counter.within([hit("a", 0, 9)], 1_000) == 0
    assert counter.within([], 1_000) == 0
