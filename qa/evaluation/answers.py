"""Scores answers against what is known: gold answers, evidence, and whether there is an answer at all.

Pure functions; each returns values by question id, so that intervals and paired tests can be made of them.
"""

import string
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from qa.answering.writing.prompt import without_markers
from qa.evaluation.dataset import Question
from qa.evaluation.evidence import answer_contained
from qa.evaluation.spans import Fact, Place, Range
from qa.lazy_regex import lazy_regex
from qa.types import Answer, Citation, Hit

_ARTICLE = lazy_regex(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)

# A cited sentence and a quote are the same place if they share this much of the shorter one.
_SAME_PLACE = 0.5

# Metrics of which less is better; of all others, more is.
LESS_IS_BETTER = frozenset({"WronglyRefused"})


def normalised(text: str) -> str:
    """Return text as SQuAD compares it: lower case, without punctuation, English articles and extra white space.

    Source:
        The evaluation script of SQuAD 1.1, Rajpurkar et al., EMNLP 2016, https://arxiv.org/abs/1606.05250.
    """
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answers: Sequence[str], text: str) -> float:
    """Return 1 if the text is one of the answers, in SQuAD's normalisation, else 0."""
    return float(any(normalised(answer) == normalised(text) for answer in answers))


def token_f1(answers: Sequence[str], text: str) -> float:
    """Return the F1 of the words shared with the nearest of the answers, in SQuAD's normalisation, in [0, 1].

    Where one of the two has no words left, 1 if the other has none either, else 0.
    """
    return max((_f1(normalised(answer).split(), normalised(text).split()) for answer in answers), default=0.0)


def answer_metrics(
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    facts: Mapping[str, Sequence[Fact]],
    document_id: Callable[[str], str],
) -> dict[str, dict[str, float]]:
    """Return the scores of the answers, per metric and question id, in [0, 1].

    Of questions with gold answers, where a refusal scores 0 and markers do not count: "ExactMatch" and "F1" as SQuAD
    has them, the best over the gold answers; "Contained", whether one occurs in the answer's text, whatever else that
    holds; "GoldSentence", whether one occurs in a sentence that the answer cites from a relevant document.

    Of questions with located evidence: "CitationRecall", the share of facts that a cited sentence overlaps;
    "CitationPrecision", for answers that cite, the share of cited sentences that overlap a fact.

    Of refusals: "RefusalRecall", the unanswerable questions refused; "RefusalPrecision", the refused questions that
    are unanswerable; "WronglyRefused", the answerable questions refused, where less is better.

    Args:
        questions: All were answered.
        answers: By question id.
        facts: The questions' located evidence, by question id.
        document_id: Turns a chunk's source into the id that questions and facts use.
    """
    values: dict[str, dict[str, float]] = {name: {} for name in ("ExactMatch", "F1", "Contained", "GoldSentence")}
    for question in questions:
        answer = answers[question.id]
        # Exact answers are values in a table or a list; `exact_metrics` measures them.
        if question.answers and question.expected is None:
            text = without_markers(answer.text) if answer.found else ""
            values["ExactMatch"][question.id] = exact_match(question.answers, text)
            values["F1"][question.id] = token_f1(question.answers, text)
            values["Contained"][question.id] = float(answer_contained(question.answers, text))
        if question.answers and any(question.relevant.values()):
            values["GoldSentence"][question.id] = float(_cites_gold(question, answer, document_id))
    # For exact answers, evidence that is near enough does not count.
    questions = [question for question in questions if question.expected is None]
    refused = {question.id: not answers[question.id].found for question in questions}
    return values | {
        "CitationPrecision": {
            name: value
            for name, proofs in facts.items()
            if proofs and (value := _citation_precision(answers[name], proofs, document_id)) is not None
        },
        "CitationRecall": {
            name: _citation_recall(answers[name], proofs, document_id) for name, proofs in facts.items() if proofs
        },
        "RefusalPrecision": {
            question.id: float(question.unanswerable) for question in questions if refused[question.id]
        }
        if any(question.unanswerable for question in questions)
        else {},
        "RefusalRecall": {question.id: float(refused[question.id]) for question in questions if question.unanswerable},
        "WronglyRefused": {
            question.id: float(refused[question.id]) for question in questions if not question.unanswerable
        },
    }


def confidence(hits: Sequence[Hit]) -> float:
    """Return how sure a ranking is that a passage answers: the best score, for BM25 as a share of the highest.

    0 without hits. RRF's score is no measure of it, as its AUROC shows. A reranker's score is not used.
    """
    return max(
        (hit.bm25 if hit.retriever == "sparse" and hit.bm25 is not None else hit.score for hit in hits), default=0.0
    )


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return how often a positive's value is above a negative's, a tie counting half; NaN where one kind is missing.

    Source:
        The Mann-Whitney U divided by the number of pairs; Hanley and McNeil, Radiology 1982.
    """
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(np.asarray(negative, dtype=np.float64))
    values = np.asarray(positive, dtype=np.float64)
    below = np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right")
    return float(below.sum()) / (2.0 * len(values) * len(ordered))


def _f1(gold: Sequence[str], words: Sequence[str]) -> float:
    if not gold or not words:
        return float(gold == words)
    shared = (Counter(gold) & Counter(words)).total()
    return 2.0 * shared / (len(gold) + len(words))


def _cited(answer: Answer, document_id: Callable[[str], str]) -> list[Place]:
    """Return the sentences that an answer cites; a citation without marked sentences counts as its whole chunk."""
    return [
        Place(document_id(citation.chunk.source), start, end)
        for citation in answer.citations
        for start, end in _spans(citation)
    ]


def _spans(citation: Citation) -> tuple[Range, ...]:
    return citation.spans or ((citation.chunk.start, citation.chunk.end),)


def _cites_gold(question: Question, answer: Answer, document_id: Callable[[str], str]) -> bool:
    return any(
        answer_contained(
            question.answers, citation.chunk.text[start - citation.chunk.start : end - citation.chunk.start]
        )
        for citation in answer.citations
        if question.relevant.get(document_id(citation.chunk.source), 0) > 0
        for start, end in _spans(citation)
    )


def _citation_precision(answer: Answer, proofs: Sequence[Fact], document_id: Callable[[str], str]) -> float | None:
    cited = _cited(answer, document_id)
    right = [any(_same(place, proof) for fact in proofs for proof in fact) for place in cited]
    return sum(right) / len(right) if right else None


def _citation_recall(answer: Answer, proofs: Sequence[Fact], document_id: Callable[[str], str]) -> float:
    cited = _cited(answer, document_id)
    return sum(any(_same(place, proof) for place in cited for proof in fact) for fact in proofs) / len(proofs)


def _same(one: Place, other: Place) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return one.document == other.document and shared > 0 and shared >= _SAME_PLACE * shorter
