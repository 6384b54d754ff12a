"""How an answer came to be, as HTML that is closed until somebody opens it. Pure functions."""

from collections.abc import Iterator

from qa.types import Answer, Search
from ui.web.escape import escape


def behind(answer: Answer) -> str:
    """Show an answer's searches, calls, times and a model's thoughts; "" if none are known."""
    lines = "".join(f"<li>{line}</li>" for line in _lines(answer))
    if not lines:
        return ""
    thoughts = ""
    if answer.trace.thoughts:
        thoughts = (
            f'<details class="fn-meta"><summary>What the model thought</summary>'
            f'<blockquote class="fn-passage" dir="auto">{escape(answer.trace.thoughts)}</blockquote></details>'
        )
    return (
        f'<details class="fn-meta fn-behind"><summary>How this answer came to be</summary><ul>{lines}</ul>'
        f"{thoughts}</details>"
    )


def _lines(answer: Answer) -> Iterator[str]:
    trace = answer.trace
    if answer.probability is not None:
        yield f"The documents answer this with a probability of {answer.probability:.2f}."
    yield from map(_search, trace.searches)
    yield from (escape(fault) for fault in trace.tried)
    if trace.calls:
        about = "about " if trace.estimated else ""
        yield (
            f"{escape(answer.model)}: {trace.calls} call{'' if trace.calls == 1 else 's'}, "
            f"{about}{trace.prompt_tokens:,} tokens read, {about}{trace.completion_tokens:,} written."
        )
    if trace.seconds:
        yield escape(", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in trace.seconds)) + "."


def _search(search: Search) -> str:
    asked = {"question": "Searched", "rule": "Searched by rule", "model": "The model asked to search"}[search.asked_by]
    where = f" in <bdi>{escape(search.where)}</bdi>" if search.where else ""
    best = "" if search.best is None else f", best score {search.best:.2f}"
    found = f"{search.found:,} passage{'' if search.found == 1 else 's'}"
    return f"{asked} for “<bdi>{escape(search.query)}</bdi>”{where}: {found}{best}."
