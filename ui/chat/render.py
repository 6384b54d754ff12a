"""Answers as HTML: pure functions, called by `ui/chat/page.py`.

Document and model text is data: all of it passes through `escape` (or `escape_markdown`, for the few Streamlit elements
that read Markdown), so that nothing in it becomes a tag, a link or a formula.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from qa.answering import events
from qa.lazy_regex import lazy_regex
from qa.store.absence import is_absent
from qa.store.where import EVERYTHING, Filter
from qa.types import Answer, Citation, Hit, Table
from ui.chat.answer_text import draft_html, quoted_html, table_html, text_html
from ui.chat.behind import behind
from ui.chat.drafts import begun
from ui.chat.footnotes import Spans, apart, footnote, marker
from ui.chat.limiting import said
from ui.chat.verdicts import is_written, summary
from ui.quoted_code import with_code
from ui.tables import introduction
from ui.web.escape import escape
from ui.web.language import t, t_many
from ui.web.reasons import in_sentences, noted, worded
from ui.web.session import APOLOGY

# A line break inside a paragraph comes from the layout of the quoted page. Before a blank line or a list it stays.
_SOFT_BREAK = lazy_regex(r"(?<!\n)\n(?!\s*\n|\s*[-*•]\s|\s*\d{1,3}[.)]\s)")
_NEAREST = 5


def question(text: str, limits: Filter, number: int) -> str:
    """Show what the user asked, as typed, what it was limited to, and as which question of the conversation."""
    told = said(limits)
    where = f'<p class="fn-limits">{escape(t("limited to"))} <bdi>{escape(told)}</bdi></p>' if told else ""
    return f'<h2 class="fn-question" id="question-{number}" dir="auto">{escape(text)}</h2>{where}'


def doing(event: events.Event) -> str:
    """Say what happens while an answer is made; "" if there is nothing new to say."""
    match event:
        case events.Searching(query, where):
            if not query:
                return ""
            if where:
                return t("Searching {where} for “{query}”", where=where, query=query)
            return t("Searching your documents for “{query}”", query=query)
        case events.PassagesFound(hits) if hits:
            return t_many("Reading {n} passage", "Reading {n} passages", len(hits))
        case events.Progress(text, done, total):
            return t("{what} ({n} of {all})", what=text, n=done, all=total) if total else text
        case events.Thought():
            return t("Thinking")
    return ""


def problem(error: str, collection: str) -> str:
    """Return why a question to a collection failed; what has another remedy on a page than in a terminal names that."""
    if is_absent(error, collection):
        return t(
            "“{name}” held no documents when you asked. Add some on the page “Documents”, then try again.",
            name=collection,
        )
    if error == APOLOGY:
        return t("Sorry, something went wrong here. The details are in the log of the terminal that runs Footnote.")
    return worded(error)


def draft(text: str, *, doing: str = "") -> str:
    """Show an answer that is still being written, "" if not begun; its markers lead nowhere yet.

    `doing` says in words what takes a while; "" while passages are searched, or if the text shows enough.
    """
    doing_now = escape(doing or t("Searching your documents"))
    waiting = f'<div class="fn-answer fn-wait">{doing_now} …</div>'
    if not text.strip():
        return waiting
    body = draft_html(begun(text.strip()))
    return f'<div class="fn-answer fn-written" dir="auto">{body}</div>{waiting if doing else ""}'


def unanswered(text: str, why: str) -> str:
    """Show what there is of an answer, and why there is no more: a turn of the conversation like all others."""
    return _begun(text, _note(why))


def stopped(text: str) -> str:
    """Show how far an interrupted answer had come, and say that it is incomplete."""
    return unanswered(text, t("Stopped before the answer was complete."))


def failed(text: str, error: str, collection: str) -> str:
    """Show what there is of the answer to a question that failed, and why."""
    why = in_sentences(problem(error, collection))
    return _begun(text, f'<p class="fn-note fn-failed">{escape(why)}</p>')


def broken(text: str) -> str:
    """Show what an answer had reached when its server ended."""
    return unanswered(text, t("Footnote ended before this answer was complete. The question is kept: ask it again."))


def answer(
    answer: Answer, turn: int, exchange: str = "", *, asked_in: Filter = EVERYTHING, is_stopped: bool = False
) -> str:
    """Show an answer with its notes and footnotes, or with the nearest passages when nothing was found.

    `turn` is the number of the exchange; it keeps the ids of one page apart. `exchange` is its id, under which the
    footnotes' sources can be read; "" where nobody serves them, as in a file of its own. `asked_in` is what the
    question was limited to, which stands beside it. `is_stopped` tells that the user stopped it.
    """
    parts = [_direct(answer, turn), _text(answer, turn, exchange)]
    if answer.table:
        parts.append(_table(answer.table, answer.citations, turn, exchange))
    if is_stopped:
        parts.append(_note(t("Stopped before the answer was complete.")))
    parts.append(summary(answer, turn, exchange, is_stopped=is_stopped))
    if answer.note:
        parts.append(f'<p class="fn-note">{escape(noted(answer.note))}</p>')
    if answer.query != answer.question:
        parts.append(_small(t("searched for: {query}", query="\0"), answer.query))
    # The reason of its route, behind "Why these passages", may name the document that it looks in.
    if answer.where not in ("", str(asked_in)) and answer.where not in answer.trace.reason:
        parts.append(limited(answer.where))
    if not answer.found:
        parts.append(_nearest(answer.hits[:_NEAREST], turn, exchange))
    elif answer.citations:
        hits, against = {hit.chunk.id: hit for hit in answer.hits}, _against(answer)
        notes = (
            footnote(
                "fn",
                turn,
                citation,
                hits.get(citation.chunk.id),
                against.get(citation.number, ()),
                exchange=exchange,
            )
            for citation in answer.citations
        )
        parts.append(f'<div class="fn-list" role="group" aria-label="{escape(t("Footnotes"))}">{"".join(notes)}</div>')
    return f'<div class="fn-turn">{"".join(parts)}{behind(answer)}</div>'


def limited(where: str) -> str:
    """Show what a question was limited to, "" for nothing, where that does not stand beside it."""
    return _small(t("limited to: {where}", where="\0"), where) if where else ""


def facts(model: str, *, counts: tuple[int, int] | None = None, problem: str = "") -> str:
    """Show how much is asked, and how; `model` is "" for quotations, `counts` (documents, passages) if known."""
    if problem:
        size = escape(in_sentences(worded(problem)))
    elif counts is None:
        size = escape(t("opening …"))
    else:
        size = escape(
            t_many("{n} document", "{n} documents", counts[0]) + ", " + t_many("{n} passage", "{n} passages", counts[1])
        )
    how = t("Answers are written by {model} and checked sentence by sentence.", model=model)
    how = escape(how if model else t("Answers are quoted word for word."))
    return f'<div class="fn-facts"><p>{size}</p><p>{how}</p></div>'


def _direct(answer: Answer, turn: int) -> str:
    if not answer.direct:
        return ""
    return f'<p class="fn-direct" dir="auto"><a href="#direct-{turn}">{escape(answer.direct.text)}</a></p>'


def _table(table: Table, citations: Sequence[Citation], turn: int, exchange: str) -> str:
    """Show a table; every cell has its markers, and an empty one says so."""
    known = {citation.number: citation for citation in citations}
    head = "".join(f'<th scope="col" dir="auto">{escape(column)}</th>' for column in table.columns)
    rows = []
    for row in table.rows:
        cells = []
        for cell in row:
            marks = (
                marker(turn, known[number], cell.text, exchange=exchange)
                for number in cell.citations
                if number in known
            )
            shown = escape(cell.text) or '<span class="fn-none">–</span>'
            cells.append(f'<td dir="auto">{shown}{apart("".join(marks))}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return table_html(f"<tr>{head}</tr>", "".join(rows))


def _text(answer: Answer, turn: int, exchange: str) -> str:
    said = introduction(answer)
    html = partial(text_html, answer, turn=turn, exchange=exchange)
    if is_written(answer):
        return f'<div class="fn-answer fn-written" dir="auto">{html(said, is_markdown=True)}</div>'
    if blocks := with_code(answer):
        quoted = quoted_html(answer, blocks, turn, exchange=exchange)
        return f'<div class="fn-answer fn-written" dir="auto">{quoted}</div>'
    return f'<div class="fn-answer" dir="auto">{html(_soften(said), is_markdown=False)}</div>'


def _small(told: str, words: str) -> str:
    """Show in small letters what is told of words that stand where `told` has its place."""
    before, _, after = told.partition("\0")
    return f'<p class="fn-small">{escape(before)}<bdi>{escape(words)}</bdi>{escape(after)}</p>'


def _against(answer: Answer) -> Mapping[int, Spans]:
    """Return the words that speak against the answer, by the number of their citation."""
    found: dict[int, list[tuple[int, int]]] = {}
    for statement in answer.statements:
        for place in statement.against:
            found.setdefault(place.number, []).append((place.start, place.end))
    return found


def _nearest(hits: Sequence[Hit], turn: int, exchange: str) -> str:
    if not hits:
        return ""
    notes = "".join(footnote("near", turn, Citation(hit.rank, hit.chunk), hit, exchange=exchange) for hit in hits)
    told = escape(t("Nearest passages"))
    return f'<div class="fn-list" role="group" aria-label="{told}"><h3>{told}</h3>{notes}</div>'


def _soften(text: str) -> str:
    return _SOFT_BREAK.sub(" ", text.strip())


def _begun(text: str, note: str) -> str:
    return f'<div class="fn-turn fn-unanswered">{draft(text) if text else ""}{note}</div>'


def _note(text: str) -> str:
    return f'<p class="fn-note">{escape(text)}</p>'
