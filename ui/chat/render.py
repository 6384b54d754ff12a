"""Answers as HTML: pure functions, called by `ui/chat/page.py`.

Document and model text is data: all of it passes through `escape` (or `escape_markdown`, for the few Streamlit elements
that read Markdown), so that nothing in it becomes a tag, a link or a formula.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from qa.answering import events
from qa.types import Answer, Citation, Hit, Statement, Table
from ui.chat.behind import behind
from ui.chat.footnotes import Spans, footnote, target
from ui.tables import introduction
from ui.web.escape import escape

_MARKER = re.compile(r"\[(\d{1,3})\]")
_OPEN_MARKER = re.compile(r"\[\d{0,3}$")
# A line break inside a paragraph comes from the layout of the quoted page. Before a blank line or a list it stays.
_SOFT_BREAK = re.compile(r"(?<!\n)\n(?!\s*\n|\s*[-*•]\s|\s*\d{1,3}[.)]\s)")
# Other verdicts are "fn-doubt" and "fn-note".
_DOUBTS = {"contradicted": "fn-doubt fn-wrong"}
_NOTES = {"contradicted": "fn-note fn-wrong"}
_VERDICTS = {
    "contradicted": "is contradicted",
    "partly supported": "is only partly supported",
    "without citation": "has no footnote",
}
_NEAREST = 5
_QUOTE_CHARS = 90


def question(text: str) -> str:
    """Show what the user asked, as typed."""
    return f'<div class="fn-question" dir="auto">{escape(text)}</div>'


def doing(event: events.Event) -> str:
    """Say what happens while an answer is made; "" if there is nothing new to say."""
    match event:
        case events.Searching(query, where):
            return f"Searching {where or 'your documents'} for “{query}”" if query else ""
        case events.PassagesFound(hits) if hits:
            return f"Reading {_count(len(hits), 'passage')}"
        case events.Progress(text, done, total):
            return f"{text} ({done} of {total})" if total else text
        case events.Thought():
            return "Thinking"
    return ""


def draft(text: str, *, doing: str = "") -> str:
    """Show an answer that is still being written, "" if not begun; its markers lead nowhere yet.

    `doing` says in words what takes a while; "" while passages are searched, or if the text shows enough.
    """
    waiting = f'<div class="fn-answer fn-wait" role="status">{escape(doing or "Searching your documents")} …</div>'
    if not text:
        return waiting
    pieces = _MARKER.split(_OPEN_MARKER.sub("", _soften(text)))
    words = [
        f'{escape(a.rstrip())}<span class="fn-ref">{n}</span>' for a, n in zip(pieces[::2], pieces[1::2], strict=False)
    ]
    body = "".join(words) + escape(pieces[-1])
    return f'<div class="fn-answer" dir="auto">{body}</div>{waiting if doing else ""}'


def stopped(text: str) -> str:
    """Show how far an interrupted answer had come, and say that it is incomplete."""
    return (draft(text) if text else "") + '<p class="fn-note">Stopped before the answer was complete.</p>'


def broken(text: str) -> str:
    """Show what an answer had reached when its server ended."""
    return (draft(text) if text else "") + (
        '<p class="fn-note">Footnote ended before this answer was complete. The question is kept: ask it again.</p>'
    )


def answer(answer: Answer, turn: int) -> str:
    """Show an answer with its notes and footnotes, or with the nearest passages when nothing was found.

    `turn` is the number of the exchange; it keeps the ids of one page apart.
    """
    said = replace(answer, text=introduction(answer))
    parts = [_direct(answer, turn), f'<div class="fn-answer" dir="auto">{_linked(said, turn)}</div>']
    if answer.table:
        parts.append(_table(answer.table, answer.citations, turn))
    parts += _notes(answer, turn)
    if answer.query != answer.question:
        parts.append(f'<p class="fn-small">searched for: <bdi>{escape(answer.query)}</bdi></p>')
    # A route's reason may name the document that it looks in.
    if answer.where and answer.where not in answer.trace.reason:
        parts.append(f'<p class="fn-small">limited to: <bdi>{escape(answer.where)}</bdi></p>')
    if answer.trace.reason:
        parts.append(f'<p class="fn-small"><bdi>{escape(answer.trace.reason)}</bdi></p>')
    if not answer.found:
        parts.append(_nearest(answer.hits[:_NEAREST], turn))
    elif answer.citations:
        hits, against = {hit.chunk.id: hit for hit in answer.hits}, _against(answer)
        notes = (
            footnote("fn", turn, citation, hits.get(citation.chunk.id), against.get(citation.number, ()))
            for citation in answer.citations
        )
        parts.append(f'<section class="fn-list" aria-label="Footnotes">{"".join(notes)}</section>')
    return f'<div class="fn-turn">{"".join(parts)}{behind(answer)}</div>'


def facts(collection: str, model: str, *, counts: tuple[int, int] | None = None, problem: str = "") -> str:
    """Show what is asked, and how; `model` is "" for quotations, `counts` (documents, passages) are given if known."""
    if problem:
        size = escape(problem)
    elif counts is None:
        size = "opening …"
    else:
        size = f"{_count(counts[0], 'document')}, {_count(counts[1], 'passage')}"
    how = f"written by {escape(model)} and checked sentence by sentence" if model else "quoted word for word"
    return (
        f'<div class="fn-facts"><p>Collection <b>{escape(collection)}</b><br>{size}</p><p>Answers are {how}.</p></div>'
    )


def _direct(answer: Answer, turn: int) -> str:
    if not answer.direct:
        return ""
    return f'<p class="fn-direct" dir="auto"><a href="#direct-{turn}">{escape(answer.direct.text)}</a></p>'


def _table(table: Table, citations: Sequence[Citation], turn: int) -> str:
    """Show a table; every cell has its markers, and an empty one says so."""
    known = {citation.number: citation for citation in citations}
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = []
    for row in table.rows:
        cells = []
        for cell in row:
            marks = (_marker(known[number], cell.text, turn) for number in cell.citations if number in known)
            shown = escape(cell.text) or '<span class="fn-none">–</span>'
            cells.append(f'<td dir="auto">{shown}{"".join(marks)}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="fn-table"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _linked(answer: Answer, turn: int) -> str:
    text = _soften(answer.text)
    places = _places(text, answer.statements)
    markers = _markers(text, answer, places)
    direct = _direct_place(answer, text, places)
    cuts = {0, len(text), *(end for m in markers.values() for end in m.span()), *(at for p in places for at in p[:2])}
    cuts |= set(direct)
    pieces, seen = [], set[int]()
    for low, high in pairwise(sorted(cuts)):
        before = [index for start, _, index in places if start <= low]
        inside = next((index for start, end, index in places if start <= low < end), None)
        words = escape(text[low:high].rstrip() if high in markers else text[low:high])
        if direct and direct[0] <= low < direct[1]:
            words = f'<strong class="fn-target" id="direct-{turn}">{words}</strong>'
        if low in markers:
            number = int(markers[low][1])
            citation = next(citation for citation in answer.citations if citation.number == number)
            sentence = answer.statements[before[-1]].text if before else ""
            pieces.append(_marker(citation, sentence, turn, first=number not in seen))
            seen.add(number)
        elif inside is not None and answer.statements[inside].problem:
            kind = _DOUBTS.get(answer.statements[inside].support, "fn-doubt")
            pieces.append(f'<span class="{kind}" aria-describedby="doubt-{turn}-{inside}">{words}</span>')
        else:
            pieces.append(words)
    return "".join(pieces)


def _marker(citation: Citation, sentence: str, turn: int, *, first: bool = False) -> str:
    number = citation.number
    back = f' id="ref-{turn}-{number}"' if first else ""
    return (
        f'<a class="fn-ref"{back} href="#{target(turn, citation, sentence)}" role="doc-noteref" '
        f'aria-label="footnote {number}">{number}</a>'
    )


def _direct_place(answer: Answer, text: str, places: Sequence[tuple[int, int, int]]) -> tuple[int, ...]:
    """Return where the direct answer's words begin and end in the text; empty if they are not found there."""
    if not answer.direct:
        return ()
    sentence = next(((low, high) for low, high, index in places if index == answer.direct.statement), None)
    if not sentence:
        return ()
    low = text.find(answer.direct.text, *sentence)
    return (low, low + len(answer.direct.text)) if low >= 0 else ()


def _against(answer: Answer) -> Mapping[int, Spans]:
    """Return the words that speak against the answer, by the number of their citation."""
    found: dict[int, list[tuple[int, int]]] = {}
    for statement in answer.statements:
        for place in statement.against:
            found.setdefault(place.number, []).append((place.start, place.end))
    return found


def _places(text: str, statements: Sequence[Statement]) -> list[tuple[int, int, int]]:
    """Find the statements in the text, in order: (start, end, index of the statement).

    White space and markers do not count in the comparison: statements have no markers, and line breaks in a quoted
    sentence may have been mended.
    """
    hidden = {at for marker in _MARKER.finditer(text) for at in range(*marker.span())}
    shown = [at for at, character in enumerate(text) if at not in hidden and not character.isspace()]
    dense = "".join(text[at] for at in shown)
    found, cursor = [], 0
    for index, statement in enumerate(statements):
        wanted = "".join(_MARKER.sub("", statement.text).split())
        at = dense.find(wanted, cursor) if wanted else -1
        if at >= 0:
            cursor = at + len(wanted)
            found.append((shown[at], shown[cursor - 1] + 1, index))
    return found


def _markers(text: str, answer: Answer, places: Sequence[tuple[int, int, int]]) -> dict[int, re.Match[str]]:
    """Find the markers that stand for a citation. A quoted sentence may hold an "[1]" of its own, which stays text."""
    known = {citation.number for citation in answer.citations}
    own = [(start, end) for start, end, index in places if _MARKER.search(answer.statements[index].text)]
    return {
        marker.start(): marker
        for marker in _MARKER.finditer(text)
        if int(marker[1]) in known and not any(start <= marker.start() < end for start, end in own)
    }


def _notes(answer: Answer, turn: int) -> Iterator[str]:
    if answer.note or not answer.complete:
        note = answer.note or "the answer broke off here."
        yield f'<p class="fn-note">{"" if answer.complete else "Incomplete: "}{escape(note)}</p>'
    for index, statement in enumerate(answer.statements):
        quote = statement.text[: _QUOTE_CHARS - 1] + "…" if len(statement.text) > _QUOTE_CHARS else statement.text
        if statement.problem:
            yield (
                f'<p class="{_NOTES.get(statement.support, "fn-note")}" id="doubt-{turn}-{index}">'
                f"“<bdi>{escape(quote)}</bdi>” {_VERDICTS.get(statement.support, 'is not supported')}: "
                f"{escape(statement.problem)}.{_where_against(statement, turn)}</p>"
            )
        if statement.opinion:
            yield f'<p class="fn-note">“<bdi>{escape(quote)}</bdi>”, a second opinion: {escape(statement.opinion)}.</p>'
    if answer.dropped_markers:
        yield f'<p class="fn-note">{_count(answer.dropped_markers, "footnote")} removed that led to no passage.</p>'
    # That no document holds what was asked for rests on all of them.
    if answer.found and not answer.citations and answer.route not in ("collection", "across", "table"):
        yield '<p class="fn-note">This answer has no footnotes: nothing in your documents is cited for it.</p>'


def _where_against(statement: Statement, turn: int) -> str:
    """Link to the words of a passage that speak against a sentence."""
    numbers = dict.fromkeys(place.number for place in statement.against)
    links = (f'<a class="fn-ref" href="#fn-{turn}-{number}-against">{number}</a>' for number in numbers)
    return " ".join(("", *links)) if numbers else ""


def _nearest(hits: Sequence[Hit], turn: int) -> str:
    if not hits:
        return ""
    notes = "".join(footnote("near", turn, Citation(hit.rank, hit.chunk), hit) for hit in hits)
    return f'<section class="fn-list" aria-label="Nearest passages"><h4>Nearest passages</h4>{notes}</section>'


def _soften(text: str) -> str:
    return _SOFT_BREAK.sub(" ", text.strip())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
