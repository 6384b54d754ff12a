"""How well questions are answered: question sets, runs and metrics. Nothing here writes to the index or prints."""

from qa.evaluation.dataset import Dataset, Question, read_dataset
from qa.evaluation.evidence import answer_contained, evidence_at, evidence_rank, passage_metrics
from qa.evaluation.metrics import MEASURES, document_run, mean, percentile, qrels_of, retrieval_metrics
from qa.evaluation.run import AnswerRun, RetrievalRun, answer_metrics, run_answers, run_retrieval

__all__ = [
    "MEASURES",
    "AnswerRun",
    "Dataset",
    "Question",
    "RetrievalRun",
    "answer_contained",
    "answer_metrics",
    "document_run",
    "evidence_at",
    "evidence_rank",
    "mean",
    "passage_metrics",
    "percentile",
    "qrels_of",
    "read_dataset",
    "retrieval_metrics",
    "run_answers",
    "run_retrieval",
]
