"""How well questions are answered: sets, runs, metrics, intervals, comparisons, reports.

Nothing here writes to the index or prints. `ui/evaluation/run.py` puts it together.
"""

from qa.evaluation.dataset import Dataset, Question, read_dataset
from qa.evaluation.evidence import answer_contained, evidence_at, evidence_rank, passage_metrics
from qa.evaluation.measure import measure
from qa.evaluation.metrics import MEASURES, document_run, mean, percentile, qrels_of, retrieval_metrics
from qa.evaluation.report import Configuration, EvaluationReport, as_json, table
from qa.evaluation.run import Outcome, run_questions

__all__ = [
    "MEASURES",
    "Configuration",
    "Dataset",
    "EvaluationReport",
    "Outcome",
    "Question",
    "answer_contained",
    "as_json",
    "document_run",
    "evidence_at",
    "evidence_rank",
    "mean",
    "measure",
    "passage_metrics",
    "percentile",
    "qrels_of",
    "read_dataset",
    "retrieval_metrics",
    "run_questions",
    "table",
]
