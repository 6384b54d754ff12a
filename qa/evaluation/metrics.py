"""Retrieval metrics over whole documents, by ir-measures. Qrels and runs are nested dicts, as in TREC. Pure functions.

The caller takes the mean over questions: intervals and paired tests need the single values.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from qa.errors import ConfigError
from qa.evaluation.dataset import Question
from qa.types import Hit

Qrels = Mapping[str, Mapping[str, int]]
Run = Mapping[str, Mapping[str, float]]

# In ir-measures' notation, https://ir-measur.es: the number is k, how many documents from the top are looked at.
MEASURES = ("nDCG@10", "R@5", "R@10", "R@20", "RR@10", "Success@1", "Success@5", "Success@10")


def require_ir_measures() -> None:
    """Check that the extra `eval` is installed, before anything that takes long.

    Raises:
        ConfigError: It is not.
    """
    try:
        import ir_measures  # noqa: F401
    except ImportError as error:
        raise ConfigError('evaluation needs ir-measures; install it with: pip install "footnote[eval]"') from error


def qrels_of(questions: Iterable[Question]) -> dict[str, dict[str, int]]:
    """Return the relevance judgements of the questions that have a relevant document; the others cannot be scored."""
    return {question.id: dict(question.relevant) for question in questions if any(question.relevant.values())}


def document_run(hits: Mapping[str, Sequence[Hit]], document_id: Callable[[str], str]) -> dict[str, dict[str, float]]:
    """Turn ranked chunks into ranked documents: a document is ranked by its best chunk.

    Scores are 1 / rank of the document and not those of the chunks: trec_eval breaks ties by document id, backwards,
    and would reorder chunks of equal score.

    Args:
        hits: Per question id, in rank order.
        document_id: Turns a chunk's source into the id that the qrels use.
    """
    run: dict[str, dict[str, float]] = {}
    for question, found in hits.items():
        documents = dict.fromkeys(document_id(hit.chunk.source) for hit in found)
        run[question] = {name: 1.0 / rank for rank, name in enumerate(documents, 1)}
    return run


def retrieval_metrics(qrels: Qrels, run: Run, measures: Sequence[str] = MEASURES) -> dict[str, dict[str, float]]:
    """Return each metric's value for every question of the qrels; a question that the run lacks scores 0.

    nDCG@k discounts by log2(rank + 1), with the grades as gains. R@k is the share of a question's relevant documents
    among the first k. RR@k is 1 / rank of the first relevant one, 0 beyond k; its mean is the MRR. Success@k is 1 if
    any is among the first k. Grades above 0 are relevant, and a document without a judgement is not.

    Args:
        qrels: Grades by question and document id.
        run: Scores by question and document id; within a question no two may be equal.
        measures: In ir-measures' notation.

    Raises:
        ConfigError: The extra `eval` is not installed.
        ValueError: Two scores of a question are equal, so that their order would be chance.

    Source:
        Järvelin and Kekäläinen, TOIS 2002, https://doi.org/10.1145/582415.582418, for nDCG; the values are those of
        trec_eval, https://github.com/usnistgov/trec_eval.
    """
    require_ir_measures()
    import ir_measures

    for question, scores in run.items():
        if len(set(scores.values())) < len(scores):
            raise ValueError(f"the run of question {question} has equal scores; break the ties first")
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in measures}
    parsed = {ir_measures.parse_measure(name): name for name in measures}
    # pytrec_eval ends the process at an id that is not valid UTF-8, as a file's name may be, so it gets numbers.
    questions = {name: str(number) for number, name in enumerate(qrels)}
    names = dict.fromkeys(name for found in (qrels, run) for question in questions for name in found.get(question, ()))
    documents = {name: str(number) for number, name in enumerate(names)}
    by_number = [
        {
            number: {documents[name]: value for name, value in found.get(question, {}).items()}
            for question, number in questions.items()
        }
        for found in (qrels, run)
    ]
    asked = list(questions)
    for metric in ir_measures.iter_calc(list(parsed), *by_number):
        values[parsed[metric.measure]][asked[int(metric.query_id)]] = float(metric.value)
    return values


def mean(values: Mapping[str, float]) -> float:
    """Return the mean over the questions; NaN where there is none."""
    return math.fsum(values.values()) / len(values) if values else math.nan


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed, without interpolation; NaN where there is none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan
