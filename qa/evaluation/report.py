"""What an evaluation found, as a table for a terminal and as plain values. Pure functions."""

import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from qa.evaluation.answers import auroc
from qa.evaluation.compare import ALPHA, comparisons, significant
from qa.evaluation.dataset import Dataset
from qa.evaluation.judge import Verdict
from qa.evaluation.liked import Joined
from qa.evaluation.measure import Metrics, confidences
from qa.evaluation.metrics import document_run, mean, percentile
from qa.evaluation.run import Outcome
from qa.evaluation.spans import Fact
from qa.evaluation.stages import STAGES
from qa.evaluation.statistics import SEED, Interval, PairedTest, auroc_interval, interval, paired_tests

FORMAT = 1
AUROC = "RefusalAUROC"
# The metrics that are shown for each kind of question.
KIND_METRICS = ("Exact", "Routed", "Count", "Documents", "Cells", "Contained", "GoldSentence", "CitationPrecision")
_WHOLE = ("questions", "answer p50, ms")
_LEAST_KINDS = 2
PACKAGES = ("pymilvus", "milvus-lite", "sentence-transformers", "fastembed", "ir-measures", "numpy")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What was found in one configuration.

    `settings` are those that an outcome depends on; `index` says what the collection was made with. `context_tokens`
    are those of the passages that an answer might rest on, by question id. `resumed` counts the outcomes that an
    earlier run had left. `ingest` tells the seconds of this run's ingest into its
    collection, and how many chunks were embedded and reused.
    """

    name: str
    settings: Mapping[str, Any]
    collection: str
    index: Mapping[str, Any]
    documents: int
    chunks: int
    outcomes: Mapping[str, Outcome]
    metrics: Metrics
    context_tokens: Mapping[str, int]
    resumed: int = 0
    ingest: Mapping[str, float] = field(default_factory=dict)

    def elapsed_ms(self, stage: str) -> list[float]:
        """Return the milliseconds of a stage for every question that has it."""
        return [outcome.elapsed_ms[stage] for outcome in self.outcomes.values() if stage in outcome.elapsed_ms]


@dataclass(frozen=True)
class EvaluationReport:
    """What an evaluation found. `configurations` are by name, in the order asked for.

    `facts` is where the evidence lies, by question id; `unlocated` counts the facts whose quotes are in no relevant
    document. `failed` are documents that were not ingested, and why; `chunks_embedded` those that this run embedded.
    """

    dataset: Dataset
    configurations: Mapping[str, Configuration]
    facts: Mapping[str, Sequence[Fact]]
    unlocated: int = 0
    chunks_embedded: int = 0
    failed: Sequence[tuple[str, str]] = ()
    verdicts: Sequence[Verdict] = ()
    judge: str = ""
    feedback: Joined | None = None
    seed: int = SEED

    @property
    def main(self) -> Configuration:
        """The configuration that the others are compared with: the last one."""
        return list(self.configurations.values())[-1]

    @cached_property
    def intervals(self) -> dict[str, dict[str, Interval]]:
        """Mean and interval by configuration and metric, the AUROC of refusing included."""
        return {name: self._intervals(configuration) for name, configuration in self.configurations.items()}

    @cached_property
    def tests(self) -> dict[str, list[PairedTest]]:
        """The paired tests by metric."""
        return comparisons({name: found.metrics for name, found in self.configurations.items()}, seed=self.seed)

    @cached_property
    def judged(self) -> list[tuple[PairedTest, float]]:
        """How often the second of two configurations won against the first, less ½, and the judge's agreement.

        As paired tests: a tie is not a difference, a win is +½.
        """
        pairs = dict.fromkeys((verdict.first, verdict.second) for verdict in self.verdicts)
        judged = {pair: {v.question: v for v in self.verdicts if (v.first, v.second) == pair} for pair in pairs}
        tests = paired_tests(
            [
                (first, dict.fromkeys(found, 0.5), second, {name: verdict.score for name, verdict in found.items()})
                for (first, second), found in judged.items()
            ],
            seed=self.seed,
        )
        agreement = [mean({name: float(v.agreed) for name, v in found.items()}) for found in judged.values()]
        return list(zip(tests, agreement, strict=True))

    @property
    def metric_names(self) -> list[str]:
        """Every metric that some configuration has, in the order of the groups."""
        return list(dict.fromkeys(name for found in self.intervals.values() for name in found))

    def _intervals(self, configuration: Configuration) -> dict[str, Interval]:
        found = {name: interval(values, seed=self.seed) for name, values in configuration.metrics.items()}
        answerable, unanswerable = confidences(self.dataset.questions, configuration.outcomes)
        if not math.isnan(auroc(answerable, unanswerable)):
            found[AUROC] = auroc_interval(answerable, unanswerable, seed=self.seed)
        return found


def table(report: EvaluationReport) -> str:
    """Return the report as a text for a terminal or a notebook, see `table_lines`."""
    return "\n".join(table_lines(report))


def table_lines(report: EvaluationReport) -> list[str]:
    """Return the report as lines: means over the questions, a column for each configuration.

    The last configuration has its interval beside it; a figure that differs from its own significantly has a star.
    """
    columns = list(report.configurations.values())
    main = report.main
    width = max(9, *(len(name) + 3 for name in report.configurations))
    unanswerable = sum(question.unanswerable for question in report.dataset.questions)
    sizes = {(found.documents, found.chunks) for found in columns}
    held = " or ".join(f"{documents:,} documents, {chunks:,} chunks" for documents, chunks in sorted(sizes))
    lines = [
        f"{report.dataset.name}: {held}, {len(report.dataset.questions):,} questions, "
        f"{unanswerable:,} of them unanswerable",
        "",
        f"{'':18}" + "".join(f"{name:>{width - 1}} " for name in report.configurations) + f"   95 % of {main.name}",
    ]
    for name in report.metric_names:
        found = [report.intervals[column.name].get(name) for column in columns]
        cells = []
        for column, value in zip(columns, found, strict=True):
            star = column is not main and significant(report.tests.get(name, ()), column.name, main.name)
            cells.append(f"{_number(value.mean if value else math.nan, '.3f'):>{width - 1}}{'*' if star else ' '}")
        last = found[-1]
        between = f"   {last.low:.3f}–{last.high:.3f}" if last else ""
        lines.append(f"{name:18}" + "".join(cells) + between)
    lines += ["", *_speed_lines(columns, width)]
    lines += _kind_lines(report)
    pairs = len(columns) * (len(columns) - 1) // 2
    if pairs:
        family = "1 pair" if pairs == 1 else f"{pairs} pairs"
        lines += ["", f"* differs from {main.name}: paired randomisation test, p < {ALPHA} after Holm for {family}"]
    for test, agreement in report.judged:
        lines.append(
            f"{report.judge} on {test.questions:,} answers: {test.second} wins {test.wins:,}, {test.first} "
            f"{test.losses:,}; p {test.p:.3f}; verdicts that survive the exchange {agreement:.0%}"
        )
    if report.unlocated:
        lines.append(f"evidence not found in its documents: {report.unlocated:,} quotes, left out of Span and Citation")
    if report.feedback:
        lines.append(f"feedback: {report.feedback}")
    lines += [f"not ingested: {source}: {reason}" for source, reason in report.failed]
    return lines


def kinds(report: EvaluationReport, configuration: Configuration) -> dict[str, dict[str, float]]:
    """Return a configuration's means by kind of question, with how many there are and the median time of an answer."""
    by_kind: dict[str, list[str]] = {}
    for question in report.dataset.questions:
        by_kind.setdefault(question.kind or "–", []).append(question.id)
    found = {}
    for kind, names in sorted(by_kind.items()):
        means = {
            metric: mean({name: values[name] for name in names if name in values})
            for metric in KIND_METRICS
            if any(name in (values := configuration.metrics.get(metric, {})) for name in names)
        }
        spent = [
            configuration.outcomes[name].elapsed_ms["answer"]
            for name in names
            if "answer" in configuration.outcomes[name].elapsed_ms
        ]
        found[kind] = {
            "questions": len(names),
            **means,
            **({"answer p50, ms": percentile(spent, 0.5)} if spent else {}),
        }
    return found


def _kind_lines(report: EvaluationReport) -> list[str]:
    """Return the main configuration's means as lines, a row for each kind of question."""
    found = kinds(report, report.main)
    columns = [
        name for name in ("questions", *KIND_METRICS, "answer p50, ms") if any(name in row for row in found.values())
    ]
    if len(found) < _LEAST_KINDS or len(columns) == 1:
        return []
    lines = ["", f"{f'{report.main.name}, by kind':18}" + "".join(f"{name:>{len(name) + 2}}" for name in columns)]
    for kind, row in found.items():
        cells = (_number(row.get(name, math.nan), ",.0f" if name in _WHOLE else ".3f") for name in columns)
        lines.append(
            f"{kind:18}" + "".join(f"{cell:>{len(name) + 2}}" for cell, name in zip(cells, columns, strict=True))
        )
    return lines


def _speed_lines(columns: Sequence[Configuration], width: int) -> list[str]:
    lines = []
    for stage in ("retrieve", *STAGES):
        if not any(column.elapsed_ms(stage) for column in columns):
            continue
        for label, share in (("p50", 0.5), ("p95", 0.95)):
            cells = [_number(percentile(column.elapsed_ms(stage), share), ".0f") for column in columns]
            lines.append(f"{f'{stage} {label}, ms':18}" + "".join(f"{cell:>{width - 1}} " for cell in cells))
    if any(column.context_tokens for column in columns):
        cells = [_number(percentile(column.context_tokens.values(), 0.5), ",.0f") for column in columns]
        lines.append(f"{'context p50, tok.':18}" + "".join(f"{cell:>{width - 1}} " for cell in cells))
    return lines


def _number(value: float, form: str) -> str:
    return "–" if math.isnan(value) else format(value, form)


def as_json(report: EvaluationReport) -> dict[str, Any]:
    """Return the report as plain values for `json.dumps`, every question's included; None for no value.

    Only "speed" holds times: two runs of the same index and seed are equal in all the rest.
    """
    return {
        "format": FORMAT,
        "dataset": {
            "name": report.dataset.name,
            "folder": str(report.dataset.folder),
            "questions": len(report.dataset.questions),
            "unanswerable": sum(question.unanswerable for question in report.dataset.questions),
            "synthetic": sum(question.synthetic for question in report.dataset.questions),
            "feedback": asdict(report.feedback) if report.feedback else None,
            "disliked": report.feedback.disliked if report.feedback else 0,
        },
        "seed": report.seed,
        "versions": versions(),
        "questions": [
            {
                "id": question.id,
                "text": question.text,
                "kind": question.kind,
                "unanswerable": question.unanswerable,
                "synthetic": question.synthetic,
            }
            for question in report.dataset.questions
        ],
        "configurations": {
            name: _configuration_values(report, configuration) for name, configuration in report.configurations.items()
        },
        "tests": {metric: [asdict(test) for test in tests] for metric, tests in report.tests.items()},
        "judge": {
            "model": report.judge,
            "pairs": [asdict(test) | {"agreement": agreement} for test, agreement in report.judged],
            "verdicts": [asdict(verdict) for verdict in report.verdicts],
        }
        if report.judge
        else None,
        "unlocated": report.unlocated,
        "failed": [{"source": source, "reason": reason} for source, reason in report.failed],
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of what the figures depend on."""
    found = {"python": platform.python_version()}
    for name in ("footnote", *PACKAGES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _ingest_values(ingest: Mapping[str, float]) -> dict[str, float] | None:
    if not ingest:
        return None
    embedded, seconds = ingest["embedded"], ingest["elapsed_s"]
    return {**ingest, "embedded_per_s": round(embedded / seconds, 2) if embedded and seconds else 0.0}


def _configuration_values(report: EvaluationReport, configuration: Configuration) -> dict[str, Any]:
    outcomes = configuration.outcomes
    answers = {name: outcome.answer for name, outcome in outcomes.items() if outcome.answer}
    stages = [stage for stage in ("retrieve", *STAGES) if configuration.elapsed_ms(stage)]
    return {
        "settings": dict(configuration.settings),
        "collection": configuration.collection,
        "index": dict(configuration.index),
        "documents": configuration.documents,
        "chunks": configuration.chunks,
        "mean": {name: asdict(value) for name, value in report.intervals[configuration.name].items()},
        "questions": {name: dict(values) for name, values in configuration.metrics.items()},
        "kinds": {
            kind: {name: value for name, value in row.items() if name != "answer p50, ms"}
            for kind, row in kinds(report, configuration).items()
        },
        "ranked": {
            question: list(documents)
            for question, documents in document_run(
                {name: outcome.hits for name, outcome in outcomes.items()}, report.dataset.document_id
            ).items()
        },
        "answers": {
            name: {
                "text": answer.text,
                "found": answer.found,
                "model": answer.model,
                "cited": [
                    {
                        "document": report.dataset.document_id(citation.chunk.source),
                        "spans": [list(span) for span in citation.spans],
                    }
                    for citation in answer.citations
                ],
            }
            for name, answer in answers.items()
        },
        "context_tokens": dict(configuration.context_tokens),
        "speed": {
            "ingest": _ingest_values(configuration.ingest),
            "resumed": configuration.resumed,
            "elapsed_ms": {
                stage: {
                    "p50": percentile(configuration.elapsed_ms(stage), 0.5),
                    "p95": percentile(configuration.elapsed_ms(stage), 0.95),
                }
                for stage in stages
            },
            "questions": {name: dict(outcome.elapsed_ms) for name, outcome in outcomes.items()},
        },
    }
