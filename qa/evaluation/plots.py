"""The plots of a report, for the notebook and for the HTML file: one function a figure, matplotlib behind them all."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.evaluation.answers import confidence
from qa.evaluation.evidence import evidence_rank
from qa.evaluation.metrics import document_run, mean, percentile, qrels_of, retrieval_metrics
from qa.evaluation.report import Configuration, EvaluationReport
from qa.evaluation.stages import STAGES
from qa.evaluation.statistics import interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LAST_K = 20

# Okabe and Ito's colours: colour-blind readers can tell them apart, on white and on black. The last configuration, with
# which the others are compared, always has the first.
_MAIN = "#D55E00"
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#8C8C00", "#7F7F7F")
_MARKERS = "osv^PX*"
_STAGE_COLOURS = {"embed": "#56B4E9", "search": "#0072B2", "score": "#009E73", "rerank": "#CC79A7", "answer": "#E69F00"}

# Colours that stand for those of the page around a picture, which change with its theme.
_INK, _LINE = "#010203", "#040506"
_THEME: Any = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.facecolor": "none",
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "grid.color": _LINE,
    "legend.edgecolor": _LINE,
    "svg.fonttype": "none",
    "svg.hashsalt": "footnote",
}
_STYLE: Any = {
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.6,
    "grid.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "font.size": 9.5,
    "legend.frameon": False,
}


def as_svg(plot: Callable[[EvaluationReport], "Figure"], report: EvaluationReport) -> str:
    """Return a plot as an SVG element in the colours of the page, `--ink` and `--line`; equal reports, equal text."""
    import matplotlib

    buffer = io.StringIO()
    with matplotlib.rc_context(_THEME):
        figure = plot(report)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :].replace(_INK, "var(--ink)").replace(_LINE, "var(--line)")
    # The picture fills its place, whose width the page sets.
    head, rest = svg.split(">", 1)
    kept = [part for part in head.split(" ") if not part.startswith(("width=", "height="))]
    return f'{" ".join(kept)} role="img" width="100%">{rest}'


def recall(report: EvaluationReport) -> "Figure":
    """Draw the relevant documents and the evidence found within the first k, with the interval of the last."""
    figure, (left, right) = _figure(2)
    ks = range(1, LAST_K + 1)
    asked = [question for question in report.dataset.questions if not question.unanswerable]
    qrels = qrels_of(asked)
    proven = [question for question in asked if question.evidence]
    for configuration, style in _styled(report):
        hits = {question.id: configuration.outcomes[question.id].hits for question in asked}
        documents = document_run(hits, report.dataset.document_id)
        values = retrieval_metrics(qrels, documents, [f"R@{k}" for k in ks])
        _curve(left, ks, [values[f"R@{k}"] for k in ks], configuration, report, style)
        ranks = {
            question.id: evidence_rank(question, hits[question.id][:LAST_K], report.dataset.document_id)
            for question in proven
        }
        within = [{name: float(rank is not None and rank <= k) for name, rank in ranks.items()} for k in ks]
        _curve(right, ks, within, configuration, report, style)
    left.set(title="Relevant documents found", xlabel="documents looked at (k)", ylabel="recall at k")
    right.set(title="A proving passage found", xlabel="passages looked at (k)", ylabel="share of questions")
    for axes in (left, right):
        axes.set_xticks([1, 5, 10, 15, 20])
        # Otherwise a set on which all is found would be drawn as if a thousandth mattered.
        bottom = min(axes.get_ylim()[0], 0.8)
        axes.set_ylim(bottom, 1 + 0.03 * (1 - bottom))
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return figure


def scores(report: EvaluationReport) -> "Figure":
    """Draw the best passage's score on answerable and on unanswerable questions, and what a threshold would refuse."""
    figure, (left, right) = _figure(2)
    main = report.main
    groups: dict[str, tuple[str, list[float]]] = {"answerable": ("#0072B2", []), "unanswerable": (_MAIN, [])}
    for question in report.dataset.questions:
        label = "unanswerable" if question.unanswerable else "answerable"
        groups[label][1].append(confidence(main.outcomes[question.id].hits))
    highest = max([1.0, *(value for _, values in groups.values() for value in values)])
    thresholds = np.linspace(0, highest, 101)
    for label, (colour, values) in groups.items():
        if not values:
            continue
        found = np.array(values)
        bins = np.linspace(0, highest, 26)
        weights = np.full(len(found), 1 / len(found))
        left.hist(found, bins=bins.tolist(), weights=weights, alpha=0.55, color=colour, label=f"{label} ({len(found)})")
        right.plot(thresholds, [np.mean(found < at) for at in thresholds], color=colour, label=label)
    threshold = main.settings.get("threshold")
    for axes in (left, right):
        if main.settings.get("ranking") == "scores" and isinstance(threshold, float):
            axes.axvline(threshold, color=_ink(), linestyle=":", label=f"threshold {threshold:.2f}")
        axes.legend()
    left.set(title=f"Score of the best passage ({main.name})", xlabel="score", ylabel="share of its questions")
    right.set(title="Refused by that score alone", xlabel="threshold", ylabel="share refused")
    return figure


def latency(report: EvaluationReport) -> "Figure":
    """Draw the median of each stage, one after the other, and where 95 of 100 questions have been answered."""
    names = list(report.configurations)
    figure, (axes,) = _figure(1, height=1.3 + 0.42 * len(names))
    at = np.zeros(len(names))
    for stage in STAGES:
        times = [
            percentile(found.elapsed_ms(stage), 0.5) if found.elapsed_ms(stage) else 0.0
            for found in report.configurations.values()
        ]
        if any(times):
            axes.barh(names, times, left=at.tolist(), height=0.6, color=_STAGE_COLOURS[stage], label=stage)
            at = at + np.array(times)
    totals = [
        percentile([_total(outcome.elapsed_ms) for outcome in found.outcomes.values()], 0.95)
        for found in report.configurations.values()
    ]
    axes.plot(totals, names, "|", color=_ink(), markersize=14, markeredgewidth=2, label="95 % of questions")
    axes.set(title="Time of a question (median of each stage)", xlabel="milliseconds")
    axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")
    axes.invert_yaxis()
    figure.legend(loc="outside lower center", ncols=5)
    return figure


def differences(report: EvaluationReport) -> "Figure":
    """Draw each configuration's mean and interval for the metrics that matter most."""
    wanted = (
        "nDCG@10",
        "Evidence@5",
        "AllEvidence@1000t",
        "SpanRecall@5",
        "SpanRecall@1000t",
        "Contained",
        "CitationRecall",
    )
    shown = [name for name in wanted if name in report.metric_names]
    figure, (axes,) = _figure(1, height=1.2 + 0.55 * len(shown))
    names = list(report.configurations)
    step = 0.7 / max(1, len(names))
    for number, (configuration, style) in enumerate(_styled(report)):
        found = report.intervals[configuration.name]
        rows = [(row, found[name]) for row, name in enumerate(shown) if name in found]
        axes.errorbar(
            [value.mean for _, value in rows],
            [row + (number - (len(names) - 1) / 2) * step for row, _ in rows],
            xerr=[
                [max(0.0, value.mean - value.low) for _, value in rows],
                [max(0.0, value.high - value.mean) for _, value in rows],
            ],
            fmt=style["marker"],
            color=style["color"],
            markersize=5,
            linewidth=1.6,
            label=configuration.name,
        )
    axes.set_yticks(range(len(shown)), shown)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set(title="Means with their 95 % intervals")
    axes.set_xlim(max(0.0, axes.get_xlim()[0]), 1.01)
    figure.legend(loc="outside lower center", ncols=min(5, len(names)))
    return figure


def _ink() -> str:
    import matplotlib

    return str(matplotlib.rcParams["text.color"])


def _figure(columns: int, *, height: float = 3.6) -> tuple["Figure", Sequence["Axes"]]:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(9.6, height), layout="constrained")
        axes = figure.subplots(1, columns, squeeze=False)[0]
    return figure, list(axes)


def _styled(report: EvaluationReport) -> list[tuple[Configuration, dict[str, Any]]]:
    found = list(report.configurations.values())
    styles = [
        {"color": _COLOURS[number % len(_COLOURS)], "marker": _MARKERS[number % len(_MARKERS)], "linestyle": "--"}
        for number in range(len(found) - 1)
    ]
    return list(zip(found, [*styles, {"color": _MAIN, "marker": "D", "linestyle": "-"}], strict=True))


def _curve(
    axes: "Axes",
    ks: Sequence[int],
    values: Sequence[Mapping[str, float]],
    configuration: Configuration,
    report: EvaluationReport,
    style: Mapping[str, Any],
) -> None:
    axes.plot(ks, [mean(by_question) for by_question in values], label=configuration.name, markersize=3.5, **style)
    if configuration is report.main:
        found = [interval(by_question, seed=report.seed) for by_question in values]
        low, high = [value.low for value in found], [value.high for value in found]
        axes.fill_between(ks, low, high, color=style["color"], alpha=0.15, linewidth=0)


def _total(elapsed_ms: Mapping[str, float]) -> float:
    return elapsed_ms.get("retrieve", 0.0) + elapsed_ms.get("answer", 0.0)
