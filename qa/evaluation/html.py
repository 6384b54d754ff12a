"""The report as one HTML file that needs nothing else. Pure functions.

Text of documents, questions and models is data: all of it passes through `_escape`.
"""

import html
import math
from collections.abc import Iterator, Mapping, Sequence

from qa.evaluation import plots
from qa.evaluation.answers import LESS_IS_BETTER
from qa.evaluation.compare import ALPHA, most_apart, significant
from qa.evaluation.dataset import Question
from qa.evaluation.evidence import evidence_rank
from qa.evaluation.report import AUROC, Configuration, EvaluationReport, versions
from qa.evaluation.statistics import Interval
from qa.evaluation.style import STYLE
from qa.types import Hit

# The metric by which wins and losses are counted: the first of these that the set has.
_DECIDING = ("SpanRecall@5", "Evidence@5", "nDCG@10", "Answer@5")
_SHOWN_PASSAGES = 3
_SHOWN_FAILURES = 20
_SHOWN_QUESTIONS = 3
_PASSAGE_CHARACTERS = 600

_WORDS = {
    "nDCG@10": "relevant documents high up, a lower rank counting less (0–1)",
    "R@": "share of the relevant documents among the first k",
    "RR@10": "1 / rank of the first relevant document; its mean is the MRR",
    "Success@": "whether any relevant document is among the first k",
    "Evidence@": "whether one proving quote is in the first k passages",
    "AllEvidence@": "whether all facts are in the first k passages, or in 1,000 tokens of them",
    "Answer@": "whether the answer’s words are in the first k passages",
    "SpanRecall@": "share of the evidence’s characters in the first k passages, or in 1,000 tokens of them",
    "SpanPrecision@": "share of these passages’ characters that are evidence",
    "SpanIoU@": "characters in both / characters in either",
    "ExactMatch": "the answer is a gold answer (SQuAD’s normalisation)",
    "F1": "words shared with the gold answer (SQuAD’s normalisation)",
    "Contained": "a gold answer is in the answer",
    "GoldSentence": "a gold answer is in a sentence cited from a relevant document",
    "CitationPrecision": "share of the cited sentences that overlap the evidence",
    "CitationRecall": "share of the facts that a cited sentence overlaps",
    "RefusalPrecision": "share of the refused questions that are unanswerable",
    "RefusalRecall": "share of the unanswerable questions that are refused",
    "WronglyRefused": "share of the answerable questions that are refused; less is better",
    AUROC: "how often the best passage of an answerable question scores above that of an unanswerable one",
}


def page(report: EvaluationReport) -> str:
    """Return the whole page."""
    title = f"Evaluation: {report.dataset.name}"
    parts = [
        _heading(report, title),
        _figures(report),
        "".join(_picture(report)),
        _tests(report),
        _judged(report),
        "".join(_duels(report)),
        _failures(report),
        _settings(report),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _escape(text: str) -> str:
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)


def _heading(report: EvaluationReport, title: str) -> str:
    questions = report.dataset.questions
    main = report.main
    facts = [
        f"{main.documents:,} documents",
        f"{main.chunks:,} passages",
        f"{len(questions):,} questions",
        f"{sum(question.unanswerable for question in questions):,} unanswerable",
    ]
    synthetic = sum(question.synthetic for question in questions)
    if synthetic:
        facts.append(f"{synthetic:,} synthetic: made from the documents, not asked by a person")
    notes = [f"{report.unlocated:,} quotes were not found in their documents."] if report.unlocated else []
    notes += [f"Feedback: {report.feedback}."] if report.feedback else []
    notes += [f"Not ingested: {source} ({reason})" for source, reason in report.failed]
    return (
        f"<h1>{_escape(title)}</h1><p class=lead>{_escape(' · '.join(facts))}</p>"
        f"<p>Compared with <b>{_escape(main.name)}</b>, the last column. Seed {report.seed}.</p>"
        + "".join(f"<p class=note>{_escape(note)}</p>" for note in notes)
    )


def _figures(report: EvaluationReport) -> str:
    names = list(report.configurations)
    head = "".join(f"<th scope=col>{_escape(name)}</th>" for name in names)
    rows = []
    for metric in report.metric_names:
        found = {name: report.intervals[name].get(metric) for name in names}
        best = _best(metric, [value.mean for value in found.values() if value])
        cells = "".join(_cell(report, metric, name, value, best) for name, value in found.items())
        rows.append(
            f"<tr><th scope=row title='{_escape(_words(metric))}'>{_escape(metric)}"
            f"<small>{_escape(_words(metric))}</small></th>{cells}</tr>"
        )
    return (
        "<h2>Figures</h2><p>Means over the questions, 95 % bootstrap intervals below them. * differs from the last "
        f"column: paired randomisation test, p &lt; {ALPHA} after Holm. The best of a row is bold.</p>"
        f"<div class=wide><table class=figures><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(report: EvaluationReport, metric: str, name: str, value: Interval | None, best: float) -> str:
    if value is None or math.isnan(value.mean):
        return "<td>–</td>"
    main = report.main.name
    star = "*" if name != main and significant(report.tests.get(metric, ()), name, main) else ""
    shown = f"{value.mean:.3f}{star}"
    shown = f"<b>{shown}</b>" if value.mean == best else shown
    return f"<td>{shown}<small>{value.low:.3f}–{value.high:.3f}</small></td>"


def _best(metric: str, means: Sequence[float]) -> float:
    known = [value for value in means if not math.isnan(value)]
    if len(set(known)) < 2:
        return math.nan
    return min(known) if metric in LESS_IS_BETTER else max(known)


def _words(metric: str) -> str:
    stem = metric.split("@")[0] + "@"
    return _WORDS.get(metric) or _WORDS.get(stem, "")


def _picture(report: EvaluationReport) -> Iterator[str]:
    yield "<h2>Pictures</h2>"
    drawn = [("Means and intervals", plots.differences), ("Found within the first k", plots.recall)]
    if any(question.unanswerable for question in report.dataset.questions):
        drawn.append(("Scores of answerable and unanswerable questions", plots.scores))
    drawn.append(("Time by stage", plots.latency))
    for label, plot in drawn:
        yield f'<figure aria-label="{_escape(label)}">{plots.as_svg(plot, report)}</figure>'


def _tests(report: EvaluationReport) -> str:
    if len(report.configurations) < 2:
        return ""
    main = report.main.name
    rows = [
        f"<tr><th scope=row>{_escape(metric)}</th><td>{_escape(test.first)}</td><td>{test.difference:+.3f}</td>"
        f"<td>{test.wins}</td><td>{test.losses}</td><td>{test.questions}</td><td>{test.p:.4f}</td>"
        f"<td>{'<b>' if test.corrected < ALPHA else ''}{test.corrected:.4f}{'</b>' if test.corrected < ALPHA else ''}"
        "</td></tr>"
        for metric, tests in report.tests.items()
        for test in tests
        if test.second == main
    ]
    heads = ("metric", "against", "difference", "won", "lost", "of", "p", "p after Holm")
    head = "".join(f"<th scope=col>{label}</th>" for label in heads)
    return (
        f"<h2>{_escape(main)} against the others</h2><details><summary>All paired tests ({len(rows)})</summary>"
        f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _judged(report: EvaluationReport) -> str:
    if not report.judge:
        return ""
    rows = "".join(
        f"<tr><td>{_escape(test.first)}</td><td>{_escape(test.second)}</td><td>{test.losses}</td><td>{test.wins}</td>"
        f"<td>{test.questions - test.wins - test.losses}</td><td>{test.p:.4f}</td><td>{agreement:.0%}</td></tr>"
        for test, agreement in report.judged
    )
    heads = ("first", "second", "first won", "second won", "ties", "p", "verdicts that survive the exchange")
    head = "".join(f"<th scope=col>{label}</th>" for label in heads)
    asked = next((verdict for verdict in report.verdicts if verdict.replies), None)
    example = (
        f"<details><summary>One of the prompts, and the replies</summary><pre>{_escape(asked.prompt)}</pre>"
        f"<p>{' · '.join(map(_escape, asked.replies))}</p></details>"
        if asked
        else ""
    )
    return (
        f"<h2>Judged by {_escape(report.judge)}</h2><p>Each pair was shown in both orders; a verdict that changed with "
        f"the order is a tie.</p><div class=wide><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        "</div>"
        f"{example}"
    )


def _duels(report: EvaluationReport) -> Iterator[str]:
    deciding = next((name for name in _DECIDING if name in report.main.metrics), "")
    questions = {question.id: question for question in report.dataset.questions}
    if not deciding or len(report.configurations) < 2:
        return
    yield f"<h2>Where they differ most</h2><p>By {_escape(deciding)}; the first passages of both, evidence marked.</p>"
    main = report.main
    for name, other in report.configurations.items():
        if other is main:
            continue
        before, after = other.metrics.get(deciding, {}), main.metrics[deciding]
        for label, found in zip(("wins", "loses"), most_apart(before, after, count=_SHOWN_QUESTIONS), strict=True):
            for question in found:
                yield (
                    f"<details class=duel><summary><b>{_escape(main.name)} {label}</b> against {_escape(name)}, "
                    f"{after[question]:.2f} : {before[question]:.2f} — {_escape(questions[question].text)}</summary>"
                    f"{_wanted(questions[question])}<div class=sides>{_side(report, main, question)}"
                    f"{_side(report, other, question)}</div></details>"
                )


def _side(report: EvaluationReport, configuration: Configuration, question: str) -> str:
    hits = configuration.outcomes[question].hits[:_SHOWN_PASSAGES]
    passages = "".join(_passage(report, hit, question) for hit in hits) or "<p>nothing found</p>"
    return f"<div><h4>{_escape(configuration.name)}</h4>{passages}</div>"


def _passage(report: EvaluationReport, hit: Hit, question: str) -> str:
    document = report.dataset.document_id(hit.chunk.source)
    marks = [
        (max(place.start, hit.chunk.start) - hit.chunk.start, min(place.end, hit.chunk.end) - hit.chunk.start)
        for fact in report.facts.get(question, ())
        for place in fact
        if place.document == document and place.start < hit.chunk.end and hit.chunk.start < place.end
    ]
    heading = f" › {hit.chunk.heading}" if hit.chunk.heading else ""
    return (
        f"<div class=passage><p class=where>{hit.rank}. {_escape(document)}{_escape(heading)}{_scores(hit)}</p>"
        f"<p>{_marked(hit.chunk.text, marks)}</p></div>"
    )


def _scores(hit: Hit) -> str:
    shown = [f"score {hit.score:.3f}"]
    shown += [f"cosine {hit.cosine:.2f}"] if hit.cosine is not None else []
    shown += [f"BM25 {hit.bm25:.2f}"] if hit.bm25 is not None else []
    shown += [f"learned terms {hit.learned:.2f}"] if hit.learned is not None else []
    shown += [f"reranker {hit.rerank:.2f}"] if hit.rerank is not None else []
    return f" <span>{' · '.join(shown)}</span>"


def _marked(text: str, marks: Sequence[tuple[int, int]]) -> str:
    """Return the text with its marks; a long one is cut around the first of them."""
    begin = 0
    if len(text) > _PASSAGE_CHARACTERS and marks:
        begin = text.rfind(" ", 0, max(0, min(marks)[0] - _PASSAGE_CHARACTERS // 4)) + 1
    end = min(len(text), begin + _PASSAGE_CHARACTERS)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + 1)
    pieces, at = ["… " if begin else ""], begin
    for start, stop in sorted(marks):
        start, stop = max(start, at), min(stop, end)
        if start < stop:
            pieces += [_escape(text[at:start]), f"<mark>{_escape(text[start:stop])}</mark>"]
            at = stop
    return "".join(pieces) + _escape(text[at:end]) + (" …" if end < len(text) else "")


def _wanted(question: Question) -> str:
    quotes = [quotes[0] for quotes in question.evidence]
    answers = f"<p class=wanted>Right answer: {_escape(' / '.join(question.answers))}</p>" if question.answers else ""
    return answers + "".join(f"<p class=wanted>Evidence: “{_escape(quote)}”</p>" for quote in quotes)


def _failures(report: EvaluationReport) -> str:
    main = report.main
    missed = main.metrics.get("Evidence@5") or main.metrics.get("Success@5") or {}
    questions = {question.id: question for question in report.dataset.questions}
    failed = [questions[name] for name, value in missed.items() if not value]
    if not failed:
        return ""
    parts = [
        f"<details class=duel><summary>{_escape(question.text)} <small>{_rank(report, question)}</small></summary>"
        f"{_wanted(question)}{_answer(main, question)}{_side(report, main, question.id)}</details>"
        for question in failed[:_SHOWN_FAILURES]
    ]
    more = f"<p>and {len(failed) - _SHOWN_FAILURES:,} more, in run.json</p>" if len(failed) > _SHOWN_FAILURES else ""
    return f"<h2>Missed by {_escape(main.name)} in the first 5 ({len(failed):,})</h2>{''.join(parts)}{more}"


def _rank(report: EvaluationReport, question: Question) -> str:
    if not question.evidence:
        return ""
    rank = evidence_rank(question, report.main.outcomes[question.id].hits, report.dataset.document_id)
    return f"evidence at rank {rank}" if rank else "evidence not found"


def _answer(configuration: Configuration, question: Question) -> str:
    answer = configuration.outcomes[question.id].answer
    return f"<p class=wanted>Answered: {_escape(answer.text)}</p>" if answer else ""


def _settings(report: EvaluationReport) -> str:
    names = dict.fromkeys(key for found in report.configurations.values() for key in found.settings)
    head = "".join(f"<th scope=col>{_escape(name)}</th>" for name in report.configurations)
    rows = "".join(
        f"<tr><th scope=row>{_escape(key)}</th>"
        + "".join(f"<td>{_escape(str(found.settings.get(key, '')))}</td>" for found in report.configurations.values())
        + "</tr>"
        for key in names
    )
    return (
        "<h2>Settings and versions</h2><div class=wide><table><thead><tr><td></td>"
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div><p class=where>{_list(versions())}</p>"
    )


def _list(values: Mapping[str, str]) -> str:
    return _escape(" · ".join(f"{name} {value}" for name, value in values.items()))
