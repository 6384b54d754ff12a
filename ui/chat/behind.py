"""Why these passages: how an answer came to be, as HTML that is closed until somebody opens it. Pure functions."""

from collections.abc import Iterator, Sequence

from qa.types import Answer, Hit, Search, Trace
from ui.chat.bars import Bar, bars
from ui.chat.verdicts import quoted
from ui.places import places
from ui.web.escape import escape
from ui.web.language import number, t, t_many


def behind(answer: Answer) -> str:
    """Show an answer's searches, passages, calls, times and a model's thoughts; "" if none are known."""
    parts = [*_told(answer), _passages(answer), _times(answer.trace), *_thoughts(answer.trace)]
    shown = "".join(parts)
    if not shown:
        return ""
    told = escape(t("Why these passages"))
    return f'<details class="fn-meta fn-behind"><summary>{told}</summary>{shown}</details>'


def _told(answer: Answer) -> Iterator[str]:
    lines = "".join(f"<li>{line}</li>" for line in _lines(answer))
    if lines:
        yield f"<ul>{lines}</ul>"


def _lines(answer: Answer) -> Iterator[str]:
    trace = answer.trace
    if trace.reason:
        told, _, end = t("How the question was read: {reason}.", reason="\0").partition("\0")
        yield f"{escape(told)}<bdi>{escape(trace.reason)}</bdi>{escape(end)}"
    yield from map(_search, trace.searches)
    for correction in answer.corrections:
        yield (f"{quoted(correction.typed)} {escape(t('was read as'))} {quoted(correction.meant)}.")
    if answer.probability is not None:
        said = t("The documents answer this with a probability of {p}", p=number(answer.probability, 2))
        least = trace.threshold
        yield escape(
            f"{said}; {t('at least {least} was asked', least=number(least, 2))}." if least is not None else f"{said}."
        )
    elif trace.threshold is not None and _scored(answer.hits):
        yield escape(
            t(
                "The best passage scores {best}; at least {least} was asked.",
                best=number(max(hit.score for hit in answer.hits), 2),
                least=number(trace.threshold, 2),
            )
        )
    if any(hit.rerank is not None for hit in answer.hits):
        yield escape(t("A reranker put the passages in their order."))
    yield from (escape(fault) for fault in trace.tried)
    if trace.calls:
        about = t("about ") if trace.estimated else ""
        calls = t_many("{n} call", "{n} calls", trace.calls)
        tokens = t(
            "{about}{read} tokens read, {about}{written} written",
            about=about,
            read=number(trace.prompt_tokens),
            written=number(trace.completion_tokens),
        )
        yield f"<bdi>{escape(answer.model)}</bdi>: {escape(calls)}, {escape(tokens)}."


def _search(search: Search) -> str:
    asked = {
        "question": t("Searched for"),
        "rule": t("Searched by rule for"),
        "model": t("The model asked to search for"),
    }[search.asked_by]
    where = f" {escape(t('in'))} <bdi>{escape(search.where)}</bdi>" if search.where else ""
    best = "" if search.best is None else f", {t('best score {best}', best=number(search.best, 2))}"
    found = t_many("{n} passage", "{n} passages", search.found)
    return f"{escape(asked)} {quoted(search.query)}{where}: {escape(found)}{escape(best)}."


def _passages(answer: Answer) -> str:
    """Show the passages with their scores and ranks, and their scores as bars against the threshold."""
    hits = answer.hits
    if not any(hit.cosine is not None or hit.bm25 is not None or hit.learned is not None for hit in hits):
        return ""
    cited = {citation.chunk.id: citation.number for citation in answer.citations}
    sent = set(answer.trace.sent)
    least = answer.trace.threshold if answer.probability is None and _scored(hits) else None
    drawn = (
        bars([Bar(str(hit.rank), hit.score) for hit in hits], least, told=_picture(hits, least))
        if _scored(hits)
        else ""
    )
    reranked = any(hit.rerank is not None for hit in hits)
    head = [
        t("Rank"), t("Passage"), t("Score"), t("Meaning"), t("Its rank"), t("Words"), t("Its rank"), t("Found as"),
        *([t("Reranker")] if reranked else []), t("Used"),
    ]  # fmt: skip
    rows = "".join(_row(hit, cited.get(hit.chunk.id), is_sent=hit.chunk.id in sent, reranked=reranked) for hit in hits)
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    note = escape(
        t(
            "Meaning is the cosine of the question and the passage, words how much of the question's words it holds; "
            "ranks are those among the candidates, of which the search found each at the place under “found as”."
        )
    )
    label = escape(t("Passages with their scores and ranks"))
    return (
        f'{drawn}<div class="fn-table" role="region" tabindex="0" aria-label="{label}"><table class="fn-why">'
        f"<thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table></div><p>{note}</p>"
    )


def _row(hit: Hit, number: int | None, *, is_sent: bool, reranked: bool) -> str:
    chunk = hit.chunk
    place = "".join(f" · {escape(part)}" for part in places(chunk, t))
    used = [t("footnote {n}", n=number)] if number is not None else []
    used += [t("given to the model")] if is_sent else []
    words = hit.bm25 if hit.learned is None else hit.learned
    values = [
        _number(hit.score), _number(hit.cosine), _whole(hit.cosine_rank), _number(words), _whole(hit.words_rank),
        _whole(hit.found_rank), *([_number(hit.rerank)] if reranked else []),
    ]  # fmt: skip
    cells = "".join(f"<td>{value}</td>" for value in values)
    title = f"<bdi>{escape(chunk.title or chunk.source)}</bdi>{place}"
    return (
        f'<tr><td>{hit.rank}</td><td class="fn-what">{title}</td>{cells}<td>{escape(", ".join(used)) or "–"}</td></tr>'
    )


def _picture(hits: Sequence[Hit], least: float | None) -> str:
    """Return in words what the bars show."""
    scores = [hit.score for hit in hits]
    said = t_many(
        "The score of {n} passage: {most}.",
        "Scores of {n} passages, from {most} down to {fewest}.",
        len(hits),
        most=number(max(scores), 2),
        fewest=number(min(scores), 2),
    )
    if least is None:
        return said
    above = sum(score >= least for score in scores)
    reach = t_many(
        "{n} reaches the threshold of {least}.", "{n} reach the threshold of {least}.", above, least=number(least, 2)
    )
    return f"{said} {reach}"


def _times(trace: Trace) -> str:
    if not trace.seconds:
        return ""
    total = sum(seconds for _, seconds in trace.seconds)
    rows = "".join(
        f"<tr><td><bdi>{escape(_stage(stage))}</bdi></td><td>{number(seconds, 2)} s</td></tr>"
        for stage, seconds in trace.seconds
    )
    label, stage, time = escape(t("Time of each stage")), escape(t("Stage")), escape(t("Time"))
    whole = f'<tr><th scope="row">{escape(t("together"))}</th><td>{number(total, 2)} s</td></tr>'
    head = f'<tr><th scope="col">{stage}</th><th scope="col">{time}</th></tr>'
    return (
        f'<div class="fn-table" role="region" tabindex="0" aria-label="{label}"><table class="fn-why">'
        f"<thead>{head}</thead><tbody>{rows}{whole}</tbody></table></div>"
    )


def _stage(name: str) -> str:
    """Return what a stage of an answer is called."""
    names = {
        "ask for more": t("ask for more"),
        "check": t("check"),
        "choose": t("choose"),
        "cite": t("cite"),
        "compare": t("compare"),
        "compute": t("compute"),
        "find tables": t("find tables"),
        "judge": t("judge"),
        "other": t("other"),
        "plan": t("plan"),
        "read": t("read"),
        "read tables": t("read tables"),
        "rerank": t("rerank"),
        "rewrite": t("rewrite"),
        "route": t("route"),
        "score": t("score"),
        "search": t("search"),
        "second opinion": t("second opinion"),
        "understand": t("understand"),
        "write": t("write"),
    }
    return names.get(name, name)


def _thoughts(trace: Trace) -> Iterator[str]:
    if trace.thoughts:
        yield (
            f'<details class="fn-meta"><summary>{escape(t("What the model thought"))}</summary>'
            f'<blockquote class="fn-passage" dir="auto">{escape(trace.thoughts)}</blockquote></details>'
        )


def _scored(hits: Sequence[Hit]) -> bool:
    """Tell whether the hits' scores mean the same on every question."""
    return bool(hits) and all(hit.retriever == "scores" for hit in hits)


def _number(value: float | None) -> str:
    return "–" if value is None else number(value, 2)


def _whole(value: int | None) -> str:
    return "–" if value is None else str(value)
