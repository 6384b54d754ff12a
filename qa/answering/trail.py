"""How an answer came to be, gathered from the events on the way to it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.answering.events import Event, PassagesFound, Routed, Searching, Thought
from qa.tracing import Attribute, Recorder
from qa.types import Answer, Hit, Search, Trace


class Trail:
    """The events of one question so far."""

    def __init__(self) -> None:
        self._reason = ""
        self._searches: list[Search] = []
        self._thoughts: list[str] = []

    def see(self, event: Event) -> None:
        """Take in the next event."""
        match event:
            case Routed(_, reason):
                self._reason = reason
            case Thought(text):
                self._thoughts.append(text)
            case Searching(query, where, asked_by):
                self._searches.append(Search(query, where, found=0, asked_by=asked_by))
            case PassagesFound(hits) if self._searches:
                self._searches[-1] = replace(self._searches[-1], found=len(hits), best=best_score(hits))

    def trace(self, answer: Answer, recorder: Recorder) -> Trace:
        """Return an answer's trace with what the events tell besides; a route's own searches say more than they do."""
        told = answer.trace
        searches = told.searches or tuple(self._searches)
        return replace(
            told,
            reason=told.reason or self._reason,
            searches=searches,
            seconds=recorder.seconds,
            sent=told.sent or recorder.sent,
            calls=recorder.calls,
            prompt_tokens=recorder.prompt_tokens,
            completion_tokens=recorder.completion_tokens,
            estimated=recorder.estimated,
            thoughts=told.thoughts or "".join(self._thoughts).strip(),
            tried=told.tried or tuple(recorder.tried),
        )


def outcome(answer: Answer) -> Iterator[tuple[str, Attribute]]:
    """Yield what a span says of an answer: names and counts, no word of it."""
    yield "footnote.route", answer.route
    yield "footnote.found", answer.found
    yield "footnote.citations", len(answer.citations)
    yield "footnote.statements", len(answer.statements)
    yield "footnote.statements.doubted", sum(bool(statement.problem) for statement in answer.statements)
    trace = answer.trace
    yield "footnote.searches", len(trace.searches)
    yield "footnote.passages", len(answer.hits)
    yield "footnote.passages.sent", len(trace.sent)
    yield "footnote.calls", trace.calls
    yield "gen_ai.usage.input_tokens", trace.prompt_tokens
    yield "gen_ai.usage.output_tokens", trace.completion_tokens
    best = best_score(answer.hits)
    if best is not None:
        yield "footnote.passages.best_score", best
    for support, count in Counter(statement.support for statement in answer.statements).items():
        yield f"footnote.statements.{support.replace(' ', '_')}", count
    for name, seconds in trace.seconds:
        yield f"footnote.seconds.{name.replace(' ', '_')}", seconds


def best_score(hits: Sequence[Hit]) -> float | None:
    """Return the best absolute score; ranks and plain rankings give none."""
    return max((hit.score for hit in hits if hit.retriever == "scores" and hit.cosine is not None), default=None)
