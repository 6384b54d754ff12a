"""What can be done with an exchange: rated, copied, asked again or in other words, gone on with."""

from collections.abc import Sequence

import streamlit as st

from qa.answering.answer import check_question
from qa.config import Settings
from qa.database.exchanges import Exchange
from qa.errors import QAError
from ui.chat import drawn, feedback, render
from ui.conversation.save import as_markdown
from ui.export.unanswered import told
from ui.web import presses
from ui.web.escape import escape
from ui.web.language import t
from ui.web.notices import draw_problem, telling
from ui.web.reasons import worded
from ui.web.records import Records


def draw_branches(kept: Records, exchange: Exchange, family: Sequence[str]) -> None:
    """Lead to the other wordings of a question, each with what followed it."""
    if len(family) < 2:
        return
    at = family.index(exchange.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            t("Earlier version"),
            icon=":material/chevron_left:",
            type="tertiary",
            key=f"before-{exchange.id}",
            disabled=at == 0,
            on_click=_show,
            args=(kept, family[max(0, at - 1)]),
        )
        st.caption(t("{n} of {all}", n=at + 1, all=len(family)), width="content")
        st.button(
            t("Later version"),
            icon=":material/chevron_right:",
            type="tertiary",
            key=f"after-{exchange.id}",
            disabled=at == len(family) - 1,
            on_click=_show,
            args=(kept, family[min(len(family) - 1, at + 1)]),
        )


def draw_below(kept: Records, settings: Settings, exchange: Exchange) -> None:
    """Draw what can be done with an answer."""
    if exchange.error and exchange.answer:
        draw_problem(render.problem(exchange.error, settings.collection))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if exchange.answer:
            feedback.draw(kept, settings, exchange)
            # By its key the script knows what to copy; its note is shown once that is done.
            with st.popover(t("Copy"), type="tertiary", key=f"copy-{exchange.id}"):
                st.html(f'<p class="fn-copied">{escape(t("Copied, with its footnotes, as Markdown."))}</p>')
                st.code(_copied(exchange), language=None, wrap_lines=True)
        st.button(
            t("Try again") if drawn.has_failed(exchange) else t("Ask again"),
            type="tertiary",
            key=f"again-{exchange.id}",
            on_click=_ask_beside,
            args=(kept, exchange, exchange.question),
        )
        # Its key makes it another one for each question: it would stay open over the answer to what was asked in it.
        with st.popover(t("Edit"), type="tertiary", key=f"edit-popover-{exchange.id}"):
            _draw_edit(kept, exchange)
        if exchange.answer and not exchange.answer.complete:
            st.button(t("Go on"), type="tertiary", key=f"go-on-{exchange.id}", on_click=_go_on, args=(kept, exchange))
        elif exchange.answer and exchange.answer.query != exchange.question:
            st.button(
                t("Edit the search"),
                type="tertiary",
                key=f"search-{exchange.id}",
                on_click=_put_in_box,
                args=(exchange.answer.query,),
            )


def _copied(exchange: Exchange) -> str:
    assert exchange.answer is not None
    return as_markdown([told(exchange.answer, exchange)], title=exchange.question)


def _draw_edit(kept: Records, exchange: Exchange) -> None:
    name = f"edit-{exchange.id}"

    def ask() -> None:
        question = st.session_state[name].strip()
        try:
            check_question(question)
        except QAError as error:
            st.session_state[f"{name}-wrong"] = worded(error)
            return
        _ask_beside(kept, exchange, question)

    # Of a form: Ctrl+Enter in the field asks.
    with st.form(f"{name}-form", border=False):
        st.text_area(t("Ask it in other words; what followed is kept beside it"), value=exchange.question, key=name)
        if wrong := st.session_state.pop(f"{name}-wrong", ""):
            draw_problem(wrong)
        st.form_submit_button(t("Ask"), key=f"{name}-ask", on_click=ask)


def _ask_beside(kept: Records, exchange: Exchange, question: str) -> None:
    """Ask in a branch beside an exchange."""

    def ask() -> None:
        asked = kept.conversations.ask(
            exchange.conversation, question, exchange.limits, after=exchange.parent, worker=kept.jobs.worker
        )
        kept.jobs.start(asked)

    with telling():
        presses.once(("beside", exchange.id, question), ask)
    st.rerun()


def _go_on(kept: Records, exchange: Exchange) -> None:
    with telling():
        kept.jobs.go_on(exchange)
    st.rerun()


def _show(kept: Records, exchange: str) -> None:
    with telling():
        kept.conversations.show(exchange)
    st.rerun()


def _put_in_box(text: str) -> None:
    st.session_state.question = text
    st.rerun()
