"""How an answer came to be, as lines of plain text: for `footnote ask --explain`."""

import textwrap
from collections.abc import Iterator, Sequence

from qa.answering.writing.prompt import without_markers
from qa.types import Answer, Hit, Place, Search, Statement
from ui.terminal import one_line, place

_ROUTES = {
    "passages": "the best passages",
    "collection": "the register of all documents",
    "document": "one document, section by section",
    "across": "several documents side by side",
    "table": "the rows of a table",
    "steps": "several searches",
}
_QUOTE = 110


def explanation(answer: Answer) -> Iterator[str]:
    """Yield the route, the searches, the passages with their scores, the verdicts with their places, and the times."""
    trace = answer.trace
    yield f"Route: {_ROUTES[answer.route]}{f' ({one_line(trace.reason)})' if trace.reason else ''}"
    if answer.probability is not None:
        yield f"Probability that the documents answer: {answer.probability:.2f}"
    for number, search in enumerate(trace.searches, 1):
        yield f"Search {number}: {_search(search)}"
    if answer.hits:
        sent = set(trace.sent)
        yield "Passages:"
        yield f"  {'rank':>4} {'score':>6} {'cosine':>6} {'BM25':>5}"
        yield from (_passage(hit, sent=hit.chunk.id in sent) for hit in answer.hits)
    if answer.statements:
        yield "Sentences:"
        for statement in answer.statements:
            yield from _statement(answer, statement)
    yield from (f"Got around: {one_line(fault)}" for fault in trace.tried)
    if trace.calls:
        about = "about " if trace.estimated else ""
        yield (
            f"Model: {one_line(answer.model)}, {trace.calls} call{'' if trace.calls == 1 else 's'}, "
            f"{about}{trace.prompt_tokens:,} tokens in, {about}{trace.completion_tokens:,} out"
        )
    if trace.seconds:
        yield f"Time: {', '.join(f'{stage} {seconds:.2f} s' for stage, seconds in trace.seconds)}"


def _search(search: Search) -> str:
    best = "" if search.best is None else f", best score {search.best:.2f}"
    where = f", in {one_line(search.where)}" if search.where else ""
    asked = {"question": "", "rule": ", by rule", "model": ", asked for by the model"}[search.asked_by]
    return f"“{one_line(search.query)}”{where}{asked}: {search.found:,} passage{'' if search.found == 1 else 's'}{best}"


def _passage(hit: Hit, *, sent: bool) -> str:
    values = (
        hit.rank,
        # What a register or a table gave was not scored.
        _number(hit.score if hit.score or hit.cosine is not None or hit.bm25 is not None else None),
        _number(hit.cosine),
        _number(hit.bm25 if hit.learned is None else hit.learned),
    )
    rerank = "" if hit.rerank is None else f"  reranker {hit.rerank:.2f}"
    given = "  (given to the model)" if sent else ""
    return f"  {values[0]:>4} {values[1]:>6} {values[2]:>6} {values[3]:>5}  {place(hit.chunk)}{rerank}{given}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _statement(answer: Answer, statement: Statement) -> Iterator[str]:
    added = ", citations found by the check" if statement.added else ""
    yield f"  {statement.support}{added}: {_shortened(without_markers(one_line(statement.text)))}"
    if statement.moved_from:
        yield f"    cited before: {_markers(statement.moved_from)}, which does not support it"
    if statement.problem:
        yield f"    why: {one_line(statement.problem)}"
    if statement.opinion:
        yield f"    second opinion: {one_line(statement.opinion)}"
    yield from (f"    for [{found.number}]: “{_quote(answer, found)}”" for found in statement.evidence)
    yield from (f"    against [{found.number}]: “{_quote(answer, found)}”" for found in statement.against)


def _markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _quote(answer: Answer, found: Place) -> str:
    """Return the words of a place; "" if no citation has its number."""
    for citation in answer.citations:
        if citation.number == found.number:
            chunk = citation.chunk
            words = one_line(chunk.text[max(found.start - chunk.start, 0) : max(found.end - chunk.start, 0)])
            return _shortened(words)
    return ""


def _shortened(line: str) -> str:
    return textwrap.shorten(line, _QUOTE, placeholder=" …")
