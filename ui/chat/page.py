"""The chat page: what is shown, in what order. Streamlit runs it for `footnote ui`, at each visit and each click."""

import logging
import os
import time
from collections.abc import Generator, Sequence
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qa.answering import events
from qa.answering.answer import check_question
from qa.command.entry import quieten
from qa.config import Settings, read_environment
from qa.errors import QAError, QuestionError
from qa.evaluation.feedback import Feedback, save_feedback
from qa.store.where import EVERYTHING, Facets, Filter
from qa.types import Answer, Turn
from ui.chat import render
from ui.chat.escape import escape_markdown
from ui.chat.guard import Guard
from ui.chat.session import Answerer, Session, shared

logger = logging.getLogger(__name__)

_APOLOGY = "Sorry, something went wrong here. The details are in the log of the terminal that runs Footnote."
# Most answers are complete before a button to stop them could be read.
_PATIENCE_S = 1.0
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d4ed8"/>'
    '<path d="M7 9h11M7 16h18M7 23h18" stroke="#fff" stroke-width="2.6"/>'
    '<circle cx="24" cy="8.5" r="3" fill="#facc15"/>'
    "</svg>"
)
_STYLE = """<style>
.stMainBlockContainer { padding-top: 3.5rem; }
.stMainBlockContainer h1 { font-size: 2rem; padding: 0; }
.fn-question, .fn-answer { white-space: pre-line; overflow-wrap: anywhere; line-height: 1.6; }
.fn-small { font-size: .875rem; opacity: .75; margin: .5rem 0 0; overflow-wrap: anywhere; }
.fn-wait { opacity: .6; }
.fn-ref { text-decoration: none; padding: 0 .18em; font-size: .72em; font-weight: 600; vertical-align: super;
  line-height: 0; border-radius: .25em; color: #2563eb; color: light-dark(#1d4ed8, #93c5fd); }
.fn-ref:hover, .fn-ref:focus-visible { background: color-mix(in srgb, currentColor 16%, transparent); }
.fn-doubt { text-decoration: underline wavy; text-decoration-color: #d97706; text-decoration-thickness: 1px;
  text-underline-offset: .2em; }
.fn-direct { font-size: 1.35rem; font-weight: 600; margin: 0 0 .5rem; overflow-wrap: anywhere; line-height: 1.35; }
.fn-direct a { color: inherit; text-decoration: none; }
.fn-direct a:hover, .fn-direct a:focus-visible { text-decoration: underline; }
.fn-wrong { text-decoration-color: #dc2626; border-color: #dc2626 !important; }
.fn-table { overflow-x: auto; margin: .6rem 0; }
.fn-table table { border-collapse: collapse; font-size: .9375rem; }
.fn-table th, .fn-table td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.fn-table th { font-weight: 600; }
.fn-none { opacity: .55; }
.fn-behind { margin-top: .8rem; }
.fn-behind ul { margin: .4rem 0; padding-left: 1.2rem; line-height: 1.6; }
.fn-passage .fn-against { background: color-mix(in srgb, #dc2626 22%, transparent); }
.fn-note { font-size: .875rem; margin: .6rem 0 0; padding-left: .7rem; border-left: 3px solid #d97706;
  overflow-wrap: anywhere; }
.fn-list { margin-top: 1rem; border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.fn-list h4 { font-size: .875rem; font-weight: 600; margin: 0; padding: .7rem 0 .2rem; }
.fn { border-bottom: 1px solid color-mix(in srgb, currentColor 10%, transparent);
  font-size: .9375rem; }
.fn > summary { cursor: pointer; padding: .5rem 0; display: flex; gap: .6rem; align-items: baseline; list-style: none; }
.fn > summary::-webkit-details-marker { display: none; }
.fn > summary::after { content: "›"; margin-left: auto; opacity: .7; flex: 0 0 1.2em; height: 1.2em; line-height: 1.2;
  text-align: center; }
.fn[open] > summary::after { transform: rotate(90deg); }
.fn-number { font-weight: 600; min-width: 1.1em; text-align: right; font-variant-numeric: tabular-nums; }
.fn-title { font-weight: 600; overflow-wrap: anywhere; }
.fn-where { opacity: .75; font-size: .875em; overflow-wrap: anywhere; }
.fn-body { padding: 0 0 .8rem 1.7rem; }
.fn-target { scroll-margin-top: 12rem; }
.fn-passage { margin: 0; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.55;
  border-radius: .4rem; background: color-mix(in srgb, currentColor 5%, transparent); }
.fn-passage mark:target { text-decoration: underline; text-underline-offset: .2em; }
.fn-passage mark { color: inherit; border-radius: .15em; padding: .05em 0;
  background: color-mix(in srgb, #facc15 36%, transparent); }
.fn:has(:target) .fn-passage { outline: 2px solid color-mix(in srgb, #2563eb 50%, transparent); }
.fn-meta { font-size: .8125rem; opacity: .75; margin: .5rem 0 0; overflow-wrap: anywhere; }
.fn-meta summary { cursor: pointer; }
.fn-meta a { color: inherit; }
.fn-facts p { font-size: .875rem; line-height: 1.6; margin: 0 0 .6rem; overflow-wrap: anywhere; }
</style>"""


@dataclass(slots=True)
class Exchange:
    """One question and what came of it; `text` is as much of the answer as has been streamed.

    `where` is what it is limited to; `key` distinguishes it from all others, including other visitors'.
    """

    question: str
    where: Filter = EVERYTHING
    text: str = ""
    answer: Answer | None = None
    error: str = ""
    key: str = field(default_factory=lambda: uuid4().hex)


def read_settings() -> Settings:
    """Read the settings of this process, with `.env` of the working directory under its environment."""
    return Settings.from_env(read_environment(os.environ, Path.cwd()))


def open_answerer() -> AbstractAsyncContextManager[Answerer]:
    """Make the answerer that the page asks; the session opens it in its own loop."""
    from qa.wiring import open_answerer

    return open_answerer(read_settings())


def open_session() -> Session:
    """Return the session that all visitors of this process share."""
    return shared(open_answerer)


def main() -> None:
    """Draw the page once, as Streamlit does after every click; a new question is answered meanwhile."""
    quieten()
    st.set_page_config(page_title="Footnote", page_icon=_ICON)
    st.html(_STYLE)
    exchanges: list[Exchange] = st.session_state.setdefault("exchanges", [])
    try:
        settings = read_settings()
    except QAError as error:
        st.error(escape_markdown(str(error)))
        return
    question = _take_question()
    if question:
        exchanges.append(Exchange(question, _limits()))
    facts = _draw_sidebar(settings)
    st.title("Footnote", anchor=False)
    st.caption("Answers from your own documents. Every sentence carries a footnote that opens the passage it rests on.")
    notice = st.session_state.pop("notice", "")
    # Emptied now, not at the end of the run, so that no old button shows under a new answer.
    examples = st.empty()
    if not exchanges:
        with examples.container():
            _draw_examples()
    for number in range(1, len(exchanges) + 1):
        _draw(exchanges[:number], settings, last=number == len(exchanges), ask=bool(question))
    if notice:
        st.error(escape_markdown(notice))
    _count(facts, settings)


def _take_question() -> str:
    """Return the question to answer now, "" for none; one that is too long goes back into the input box."""
    if "draft" in st.session_state:
        _put_in_box(st.session_state.pop("draft"))
    typed = st.chat_input("Ask your documents", key="question")
    question: str = st.session_state.pop("example", "") or typed or ""
    if not question.strip():
        return ""
    try:
        check_question(question)
    except QuestionError as error:
        st.session_state.draft = question
        st.session_state.notice = str(error)
        st.rerun()
    return question


def _put_in_box(text: str) -> None:
    st.session_state.question = text


def _draw(exchanges: Sequence[Exchange], settings: Settings, *, last: bool, ask: bool) -> None:
    """Draw the last of the exchanges given; if it is the last of all and new, answer it here."""
    exchange, number = exchanges[-1], len(exchanges)
    broken = exchange.answer if last and st.session_state.pop(f"go-on-{exchange.key}", False) else None
    with st.chat_message("user", avatar=":material/person:"):
        st.html(render.question(exchange.question))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        # The same elements in the same places in every run: otherwise the browser rebuilds them and open footnotes
        # close.
        slot = st.html(render.draft("") if last and ask else _outcome(exchange, number))
        button = st.empty()
        if last and ask:
            _ask(exchange, exchanges[:-1], slot, button)
            slot.html(_outcome(exchange, number))
            button.empty()
        if broken:
            exchange.error = exchange.text = ""
            _follow(exchange, open_session().go_on(broken), slot, button, number)
            slot.html(_outcome(exchange, number))
            button.empty()
        if exchange.error:
            st.error(escape_markdown(exchange.error))
        if last and exchange.answer and not exchange.answer.complete:
            choose = st.session_state.__setitem__
            button.button("Go on", type="tertiary", on_click=choose, args=(f"go-on-{exchange.key}", True))
        elif last and exchange.answer and exchange.answer.query != exchange.question:
            button.button("Edit the search", type="tertiary", on_click=_put_in_box, args=(exchange.answer.query,))
        if exchange.answer:
            _draw_feedback(exchange, settings)


def _draw_feedback(exchange: Exchange, settings: Settings) -> None:
    """Take the user's judgement of the answer, and then a note; both are stored as they are given."""
    rating, note = f"rating-{exchange.key}", f"note-{exchange.key}"
    keep = partial(_keep_feedback, exchange, settings, rating=rating, note=note)
    st.feedback("thumbs", key=rating, on_change=keep)
    if st.session_state.get(rating) is not None:
        st.text_input(
            "Note on this answer",
            key=note,
            max_chars=1_000,
            placeholder="What is right or wrong about it? (optional)",
            label_visibility="collapsed",
            on_change=keep,
        )


def _keep_feedback(exchange: Exchange, settings: Settings, *, rating: str, note: str) -> None:
    value = st.session_state.get(rating)
    if exchange.answer is None:
        return
    feedback = Feedback(
        id=exchange.key,
        liked=None if value is None else bool(value),
        answer=exchange.answer,
        collection=settings.collection,
        note=(st.session_state.get(note) or "").strip(),
    )
    try:
        save_feedback(settings.home, feedback)
    except QAError as error:
        st.session_state.notice = str(error)


def _outcome(exchange: Exchange, number: int) -> str:
    if exchange.answer:
        return render.answer(exchange.answer, number)
    return render.stopped(exchange.text) if exchange.text or not exchange.error else "<div></div>"


def _ask(exchange: Exchange, earlier: Sequence[Exchange], slot: DeltaGenerator, button: DeltaGenerator) -> None:
    """Stream the answer into the slot. Streamlit ends this run at any drawing call when the user moves on."""
    turns: list[Turn] = []
    for past in earlier:
        # A question counts for follow-ups even if its answer failed.
        turns.append(Turn("user", past.question))
        if past.answer:
            cited = dict.fromkeys(citation.chunk.document_id for citation in past.answer.citations)
            turns.append(Turn("assistant", past.answer.text, tuple(cited)))
    _follow(
        exchange, open_session().ask(exchange.question, turns, where=exchange.where), slot, button, len(earlier) + 1
    )


def _follow(
    exchange: Exchange,
    happening: Generator[events.Event | None, None, None],
    slot: DeltaGenerator,
    button: DeltaGenerator,
    number: int,
) -> None:
    """Show what happens in the slot, and keep what comes of it; an answer that is there stays until another is."""
    started, stoppable, doing = time.monotonic(), False, ""
    try:
        with closing(happening) as happened:
            for event in happened:
                match event:
                    case events.Searching() | events.PassagesFound() | events.Progress() | events.Thought():
                        doing = render.doing(event)
                    case events.TextPiece(text):
                        exchange.text += text
                        doing = ""
                    case events.Withdrawn():
                        exchange.text = ""
                    case events.Finished(answer):
                        exchange.answer = answer
                        break
                slot.html(render.draft(exchange.text, doing=doing))
                if not stoppable and time.monotonic() - started > _PATIENCE_S:
                    # Its click is a rerun, and the rerun ends this one.
                    stoppable = True
                    button.button("Stop", type="tertiary", key=f"stop-{number}")
    except QAError as error:
        exchange.error = str(error)
    except Exception:
        logger.exception("the question could not be answered")
        exchange.error = _APOLOGY


def _draw_sidebar(settings: Settings) -> DeltaGenerator:
    with st.sidebar:
        facts = _draw_facts(st.sidebar, settings)
        _draw_limits()
        empty = not st.session_state.exchanges
        st.button("New conversation", on_click=st.session_state.exchanges.clear, disabled=empty, width="stretch")
    return facts


def _draw_limits() -> None:
    """Draw what the next question may be limited to."""
    held: Facets | None = st.session_state.get("facets")
    with st.expander("Limit to", icon=":material/filter_alt:"):
        st.text_input("Folder, file or pattern", key="limit-source", placeholder="reports/2024 or *minutes*")
        st.multiselect("Types", list(held.types) if held else [], key="limit-types")
        st.multiselect("Languages", list(held.languages) if held else [], key="limit-languages")
        st.date_input("From", value=None, key="limit-since", format="YYYY-MM-DD")
        st.date_input("Until", value=None, key="limit-until", format="YYYY-MM-DD")


def _limits() -> Filter:
    """Return what the sidebar limits questions to."""
    chosen = st.session_state.get
    source = (chosen("limit-source") or "").strip()
    return Filter(
        sources=(source,) if source else (),
        types=tuple(chosen("limit-types") or ()),
        languages=tuple(chosen("limit-languages") or ()),
        since=chosen("limit-since"),
        until=chosen("limit-until"),
    )


def _draw_examples() -> None:
    questions = [text.strip() for text in os.environ.get("FOOTNOTE_EXAMPLES", "").split("|") if text.strip()]
    for number, text in enumerate(questions[:3]):
        choose = st.session_state.__setitem__
        st.button(escape_markdown(text), key=f"example-{number}", on_click=choose, args=("example", text))


def _count(facts: DeltaGenerator, settings: Settings) -> None:
    """Bring the sidebar up to date, last of all: the page is visible while the index opens."""
    problem = ""
    try:
        with closing(open_session().status()) as answers:
            for status in answers:
                if status:
                    _keep_counts(status.documents, status.chunks)
                _draw_facts(facts, settings)
    except QAError as error:
        problem = str(error)
    except Exception:
        logger.exception("the collection could not be counted")
        problem = _APOLOGY
    if problem:
        _draw_facts(facts, settings, problem)
    if problem and not st.session_state.exchanges:
        st.error(escape_markdown(problem))
    elif st.session_state.get("counts") == (0, 0):
        st.info("The collection is empty. Add documents with `footnote ingest PATH`.")


def _keep_counts(documents: int, chunks: int) -> None:
    """Remember how much the collection holds and, if that changed, what there is to choose from."""
    if st.session_state.get("counts") == (documents, chunks):
        return
    st.session_state.counts = (documents, chunks)
    with closing(open_session().facets()) as answers:
        st.session_state.facets = next(held for held in answers if held)
    # The sidebar was drawn already, without the choices.
    st.rerun()


def _draw_facts(facts: DeltaGenerator, settings: Settings, problem: str = "") -> DeltaGenerator:
    counts = st.session_state.get("counts")
    return facts.html(render.facts(settings.collection, settings.llm_model, counts=counts, problem=problem))


def visit() -> None:
    """Draw the page only behind the guard: under `streamlit run` there is none, and any web page could read along."""
    if Guard.stands:
        main()
    else:
        st.error("Start the chat with `footnote ui`. Started by Streamlit itself, it is open to other web pages.")


if __name__ == "__main__":
    # The module that others import, not the copy of this file that Streamlit makes at each run.
    from ui.chat import page

    page.visit()
