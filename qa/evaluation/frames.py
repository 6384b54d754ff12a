"""A report's figures as pandas tables, for the notebook: one function a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.evaluation.dataset import Question
from qa.evaluation.evidence import evidence_at, evidence_rank
from qa.evaluation.metrics import mean, percentile
from qa.evaluation.report import EvaluationReport
from qa.evaluation.stages import STAGES
from qa.types import Hit

if TYPE_CHECKING:
    import pandas as pd

_PASSAGE_CHARACTERS = 90


def means(report: EvaluationReport) -> "pd.DataFrame":
    """Return the mean of each metric, a row for each configuration."""
    import pandas as pd

    return pd.DataFrame(
        {name: {metric: value.mean for metric, value in found.items()} for name, found in report.intervals.items()}
    ).T[report.metric_names]


def intervals(report: EvaluationReport, metrics: Sequence[str]) -> "pd.DataFrame":
    """Return "mean (low–high)" of each metric, a column for each configuration."""
    import pandas as pd

    return pd.DataFrame(
        {
            name: {
                metric: f"{found[metric].mean:.3f} ({found[metric].low:.3f}–{found[metric].high:.3f})"
                for metric in metrics
                if metric in found
            }
            for name, found in report.intervals.items()
        },
        index=list(metrics),
    ).fillna("–")


def tests(report: EvaluationReport, metrics: Sequence[str]) -> "pd.DataFrame":
    """Return the paired tests of the last configuration against each of the others."""
    import pandas as pd

    rows = [
        (
            metric,
            test.first,
            f"{test.difference:+.3f}",
            test.wins,
            test.losses,
            f"{test.p:.4f}",
            f"{test.corrected:.4f}",
        )
        for metric in metrics
        for test in report.tests.get(metric, ())
        if test.second == report.main.name
    ]
    columns = ["metric", "against", "difference", "won", "lost", "p", "p after Holm"]
    return pd.DataFrame(rows, columns=columns).set_index(["metric", "against"])


def by_kind(report: EvaluationReport, metrics: Sequence[str]) -> "pd.DataFrame":
    """Return the last configuration's means by kind of question, lowest value of the first metric first."""
    import pandas as pd

    kinds: dict[str, list[str]] = {}
    for question in report.dataset.questions:
        if not question.unanswerable:
            kinds.setdefault(question.kind or "–", []).append(question.id)
    rows = {
        kind: {"questions": len(names)}
        | {
            metric: mean({name: values[name] for name in names if name in values})
            for metric in metrics
            if (values := report.main.metrics.get(metric, {}))
        }
        for kind, names in kinds.items()
    }
    return pd.DataFrame(rows).T.astype({"questions": int}).sort_values(metrics[0])


def latency(report: EvaluationReport) -> "pd.DataFrame":
    """Return the median and the 95th percentile of each stage in milliseconds, "–" where a configuration has none."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            name: {
                f"{stage} {label}": percentile(found.elapsed_ms(stage), share)
                for stage in ("retrieve", *STAGES)
                for label, share in (("p50", 0.5), ("p95", 0.95))
                if found.elapsed_ms(stage)
            }
            for name, found in report.configurations.items()
        }
    ).T.round(1)
    return frame.astype(object).where(frame.notna(), "–")


def hits(report: EvaluationReport, question_id: str, *, count: int = 8) -> "pd.DataFrame":
    """Return the last configuration's hits with their scores, and their rank in each of the others."""
    import pandas as pd

    question = next(question for question in report.dataset.questions if question.id == question_id)
    ranks = {
        name: {hit.chunk.id: hit.rank for hit in found.outcomes[question_id].hits}
        for name, found in report.configurations.items()
        if found is not report.main
    }
    shown = report.main.outcomes[question_id].hits[:count]
    further = {
        name: field
        for name, field in (("learned terms", "learned"), ("reranker", "rerank"))
        if any(getattr(hit, field) is not None for hit in shown)
    }
    rows = [
        {
            "score": hit.score,
            "cosine": hit.cosine,
            "BM25 share": hit.bm25,
            **{name: getattr(hit, field) for name, field in further.items()},
            **{f"rank, {name}": str(by_chunk.get(hit.chunk.id, "–")) for name, by_chunk in ranks.items()},
            "evidence": "yes" if _proves(report, question, hit) else "",
            "document": report.dataset.document_id(hit.chunk.source),
            "passage": hit.chunk.text[:_PASSAGE_CHARACTERS].replace("\n", " "),
        }
        for hit in shown
    ]
    return pd.DataFrame(rows, index=pd.Index([hit.rank for hit in shown], name="rank"))


def missed(report: EvaluationReport, metric: str = "Evidence@5") -> "pd.DataFrame":
    """Return the questions on which the last configuration has 0, its first hit, and the rank of the first quote."""
    import pandas as pd

    values = report.main.metrics.get(metric, {})
    rows = {}
    for question in report.dataset.questions:
        if values.get(question.id) == 0:
            found = report.main.outcomes[question.id].hits
            rows[question.id] = {
                "question": question.text,
                "kind": question.kind,
                "wanted": ", ".join(question.relevant),
                "found first": report.dataset.document_id(found[0].chunk.source) if found else "nothing",
                "quote at rank": str(evidence_rank(question, found, report.dataset.document_id) or "–"),
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def _proves(report: EvaluationReport, question: Question, hit: Hit) -> bool:
    return any(evidence_at(1, question, [hit], report.dataset.document_id))
