"""The evaluation of a question set from end to end: read → ingest → retrieve → answer → measure.

Called by `footnote eval` and by the notebook. Each set has a collection of its own in the index of the settings; it is
kept, so that a second run embeds nothing.
"""

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ingest import Discovered, DocumentSource, IngestReport, Splitter, discover, ingest
from qa.config import Settings
from qa.errors import ConfigError
from qa.evaluation.dataset import Dataset, read_dataset
from qa.evaluation.evidence import passage_metrics
from qa.evaluation.metrics import document_run, mean, percentile, qrels_of, require_ir_measures, retrieval_metrics
from qa.evaluation.run import AnswerRun, RetrievalRun, answer_metrics, run_answers, run_retrieval
from qa.store import Status
from qa.types import Ranking
from qa.wiring import open_answerer, open_retriever, open_writer, splitter_options

RANKINGS: tuple[Ranking, ...] = ("dense", "sparse", "rrf", "scores")

# By metric and question id.
Metrics = Mapping[str, Mapping[str, float]]
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """What an evaluation found. `metrics` and `runs` are by ranking; `answers` is None where they were not asked for.

    `status` is the collection's; `threshold` and `top_k` are those that the answers were made with.
    """

    dataset: Dataset
    collection: str
    status: Status
    ingested: IngestReport
    runs: Mapping[Ranking, RetrievalRun]
    metrics: Mapping[Ranking, Metrics]
    answers: AnswerRun | None
    answer_metrics: Metrics
    threshold: float
    top_k: int


async def evaluate(
    path: Path,
    settings: Settings,
    *,
    rankings: Sequence[Ranking] = RANKINGS,
    answers: bool = True,
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> EvaluationReport:
    """Measure retrieval in each ranking, and the answers in the ranking of the settings, on one question set.

    Args:
        path: What `read_dataset` reads.
        settings: Their collection is not touched; the set has its own, named by `dataset_settings`.
        rankings: Which to compare.
        answers: Whether to answer the questions too.
        on_progress: Called with "ingest", a ranking or "answers", how much of it is done and how much there is.

    Raises:
        ConfigError: The extra `eval` is not installed.
        LoadError: The question set is not one, or is broken.
        QAError: As ingesting and asking.
    """
    require_ir_measures()
    dataset = read_dataset(path)
    settings = dataset_settings(dataset, settings)
    ingested = await _ingest(dataset, settings, on_progress)
    async with open_retriever(settings) as retriever:
        status = await retriever.index.status()
        runs = await run_retrieval(retriever, dataset.questions, rankings, on_progress=on_progress)
    answered = None
    if answers:
        async with open_answerer(settings) as answerer:
            answered = await run_answers(answerer, dataset.questions, on_progress=on_progress)
    return EvaluationReport(
        dataset=dataset,
        collection=settings.collection,
        status=status,
        ingested=ingested,
        runs=runs,
        metrics={ranking: _metrics(dataset, run) for ranking, run in runs.items()},
        answers=answered,
        answer_metrics=answer_metrics(dataset.questions, answered) if answered else {},
        threshold=settings.threshold,
        top_k=settings.top_k,
    )


def parse_rankings(names: str) -> tuple[Ranking, ...]:
    """Read "dense,rrf" as rankings, each once, in the order given.

    Raises:
        ConfigError: One of them does not exist, or there is none.
    """
    asked = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    unknown = [name for name in asked if name not in RANKINGS]
    if unknown or not asked:
        raise ConfigError(f'ranking "{", ".join(unknown)}" is unknown; use one or more of {",".join(RANKINGS)}')
    return tuple(ranking for name in asked for ranking in RANKINGS if ranking == name)


def dataset_settings(dataset: Dataset, settings: Settings) -> Settings:
    """Return the settings with the set's own collection.

    The name follows from the set's folder and from what shapes the index, so that trying another chunk size makes
    another collection, and going back finds the first one again.
    """
    settings = settings.filled()
    shape = (settings.dense_model, settings.sparse_model, settings.language, settings.chunk_tokens)
    digest = hashlib.sha256(repr((str(dataset.folder), *shape)).encode("utf-8", "surrogatepass")).hexdigest()
    slug = re.sub(r"[^A-Za-z0-9]+", "_", dataset.name).strip("_")[:60]
    return replace(settings, collection=f"eval_{slug}_{digest[:6]}")


async def _ingest(dataset: Dataset, settings: Settings, on_progress: OnProgress) -> IngestReport:
    """Bring the set's collection in step with the set."""
    if dataset.documents is None:
        found = discover([dataset.folder])
    else:
        found = Discovered(tuple(map(DocumentSource, dataset.documents)))
    async with open_writer(settings) as writer:
        report = await ingest(
            found,
            index=writer.index,
            splitter=Splitter(**splitter_options(writer.settings, writer.copy)),
            dense=writer.dense,
            sparse=writer.sparse,
            on_progress=lambda report, _source: on_progress("ingest", report.finished, report.seen),
        )
        # What is removed from docs.jsonl lies beneath no folder, so the ingest does not see that it is gone.
        names = {document.source for document in dataset.documents or ()}
        rows = [row async for row in writer.index.documents()] if names else []
        gone = [row.document_id for row in rows if row.source not in names]
        for document in gone:
            await writer.index.remove(document)
            report.removed += 1
        if gone:
            await writer.index.flush()
    return report


def _metrics(dataset: Dataset, run: RetrievalRun) -> Metrics:
    questions = [question for question in dataset.questions if not question.unanswerable]
    documents = document_run(run.hits, dataset.document_id)
    return {
        **retrieval_metrics(qrels_of(questions), documents),
        **passage_metrics(questions, run.hits, dataset.document_id),
    }


def table(report: EvaluationReport) -> str:
    """Return the report as lines for a terminal: means over the questions, a column for each ranking."""
    unanswerable = sum(question.unanswerable for question in report.dataset.questions)
    lines = [
        f"{report.dataset.name}: {report.status.documents:,} documents, {report.status.chunks:,} chunks, "
        f"{len(report.dataset.questions):,} questions, {unanswerable:,} of them unanswerable",
        "",
        f"{'':14}" + "".join(f"{ranking:>9}" for ranking in report.runs),
    ]
    for name in next(iter(report.metrics.values()), {}):
        cells = [mean(metrics[name]) for metrics in report.metrics.values()]
        lines.append(f"{name:14}" + "".join(_cell(value, ".3f") for value in cells))
    for label, share in (("median, ms", 0.5), ("95 %, ms", 0.95)):
        cells = [percentile(run.elapsed_ms.values(), share) for run in report.runs.values()]
        lines.append(f"{label:14}" + "".join(_cell(value, ".0f") for value in cells))
    if report.answers:
        lines += ["", *_answer_lines(report)]
    lines += [f"not ingested: {failure.source}: {failure.reason}" for failure in report.ingested.failed]
    return "\n".join(lines)


def _cell(value: float, form: str) -> str:
    return f"{'–' if math.isnan(value) else format(value, form):>9}"


def _answer_lines(report: EvaluationReport) -> list[str]:
    labels = {
        "Contained": "answers that contain a gold answer",
        "Refused": "unanswerable questions refused",
        "WronglyRefused": "answerable questions refused",
    }
    return [
        f"{labels[name]:36}{mean(values):6.1%} of {len(values):,}"
        for name, values in report.answer_metrics.items()
        if values
    ]


def as_json(report: EvaluationReport) -> dict[str, Any]:
    """Return the report as plain values for `json.dumps`: means, and every question's values; None for no value."""
    document: dict[str, Any] = {
        "dataset": {
            "name": report.dataset.name,
            "folder": str(report.dataset.folder),
            "questions": len(report.dataset.questions),
            "unanswerable": sum(question.unanswerable for question in report.dataset.questions),
        },
        "collection": report.collection,
        "documents": report.status.documents,
        "chunks": report.status.chunks,
        "index": asdict(report.status.settings),
        "ingest": asdict(report.ingested),
        "retrieval": {
            ranking: {
                **_summary(report.metrics[ranking], run.elapsed_ms),
                "documents": {
                    question: list(documents)
                    for question, documents in document_run(run.hits, report.dataset.document_id).items()
                },
            }
            for ranking, run in report.runs.items()
        },
        "answers": None,
    }
    if report.answers:
        document["answers"] = {
            "threshold": report.threshold,
            "top_k": report.top_k,
            **_summary(report.answer_metrics, report.answers.elapsed_ms),
            "texts": {question: answer.text for question, answer in report.answers.answers.items()},
        }
    return document


def _summary(metrics: Metrics, elapsed_ms: Mapping[str, float]) -> dict[str, Any]:
    return {
        "mean": {name: mean(values) if values else None for name, values in metrics.items()},
        "elapsed_ms": {"p50": percentile(elapsed_ms.values(), 0.5), "p95": percentile(elapsed_ms.values(), 0.95)},
        "questions": {name: dict(values) for name, values in metrics.items()},
    }
