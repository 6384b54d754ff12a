"""The questions and answers of a conversation on the page, those in the making among them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qa.config import Settings
from qa.database.conversations import Exchange
from qa.database.feedback import Feedback, given_to, save_feedback
from qa.errors import QAError
from ui.chat import drawn, render
from ui.conversation.save import as_markdown
from ui.web.escape import escape_markdown
from ui.web.language import t
from ui.web.records import Records

# Older ones are drawn when somebody asks for them: a long conversation is as quick as a short one.
_DRAWN = 20
# Most answers are whole before a button to stop them could be read.
_PATIENCE_S = 1.0
# Streamlit can end this run only where it draws: another click waits no longer than this.
_TICK_S = 0.25
# An answer that another process makes is looked for in the database this often.
_LOOK_S = 1.0


@dataclass(slots=True)
class _Place:
    """Where an exchange that is not finished stands on the page."""

    exchange: Exchange
    number: int
    slot: DeltaGenerator
    below: DeltaGenerator
    shown: object = None
    stoppable: bool = False


def draw(kept: Records, settings: Settings, branch: Sequence[Exchange]) -> None:
    """Draw a conversation, and follow the answers in the making to their end."""
    drawn: int = st.session_state.setdefault("drawn", _DRAWN)
    hidden = max(0, len(branch) - drawn)
    if hidden:
        st.button(f"Show {min(hidden, _DRAWN)} earlier questions", on_click=_draw_more, type="tertiary")
    beside = kept.conversations.beside(branch[0].conversation) if branch else {}
    places = []
    for number, exchange in enumerate(branch[hidden:], hidden + 1):
        with st.chat_message("user", avatar=":material/person:"):
            st.html(render.question(exchange.question, exchange.limits))
            _draw_branches(kept, exchange, beside.get(exchange.id, ()))
        with st.chat_message("assistant", avatar=":material/menu_book:"):
            # The same elements in the same places in every run: else the browser rebuilds them, and open footnotes
            # close.
            slot = st.html(_outcome(exchange, number))
            below = st.container()
            if exchange.is_finished:
                with below:
                    _draw_below(kept, settings, exchange, last=number == len(branch))
            else:
                places.append(_Place(exchange, number, slot, below.empty()))
    if places:
        _follow(kept, places)
        # What stands below a finished answer belongs to another run.
        st.rerun()


def _follow(kept: Records, places: Sequence[_Place]) -> None:
    """Draw what comes of the answers until all have ended."""
    seen, looked = 0, time.monotonic()
    open_ = list(places)
    while open_:
        seen = kept.jobs.wait(seen, _TICK_S)
        look = time.monotonic() - looked > _LOOK_S
        for place in list(open_):
            live = kept.jobs.live(place.exchange.id)
            if live is None and (look or place.shown is not None):
                now = kept.conversations.exchange(place.exchange.id)
                if now is None or now.is_finished:
                    open_.remove(place)
                    if now is not None:
                        place.slot.html(_outcome(now, place.number))
                    continue
                live_text, doing = now.text, ""
            elif live is None:
                live_text, doing = place.exchange.text, ""
            else:
                live_text, doing = live.text, render.doing(live.doing) if live.doing else ""
                _offer_stop(kept, place, live.started)
            place.shown = live_text
            place.slot.html(render.draft(live_text, doing=doing))
        if look:
            looked = time.monotonic()


def _offer_stop(kept: Records, place: _Place, started: float) -> None:
    if started and not place.stoppable and time.monotonic() - started > _PATIENCE_S:
        place.stoppable = True
        place.below.button(
            "Stop",
            type="tertiary",
            key=f"stop-{place.exchange.id}",
            on_click=kept.jobs.stop,
            args=(place.exchange.id,),
        )


def _draw_branches(kept: Records, exchange: Exchange, family: Sequence[str]) -> None:
    """Lead to the other wordings of a question, each with what followed it."""
    if len(family) < 2:
        return
    at = family.index(exchange.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show = kept.conversations.show
        st.button(
            "Earlier version",
            icon=":material/chevron_left:",
            type="tertiary",
            key=f"before-{exchange.id}",
            disabled=at == 0,
            on_click=show,
            args=(family[max(0, at - 1)],),
        )
        st.caption(f"{at + 1} of {len(family)}")
        st.button(
            "Later version",
            icon=":material/chevron_right:",
            type="tertiary",
            key=f"after-{exchange.id}",
            disabled=at == len(family) - 1,
            on_click=show,
            args=(family[min(len(family) - 1, at + 1)],),
        )


def _draw_below(kept: Records, settings: Settings, exchange: Exchange, *, last: bool) -> None:
    """Draw what can be done with an answer."""
    if exchange.error:
        st.error(escape_markdown(exchange.error))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if exchange.answer:
            _draw_feedback(kept, settings, exchange)
            with st.popover("Copy", type="tertiary"):
                st.code(as_markdown([exchange.answer], title=exchange.question), language=None, wrap_lines=True)
        st.button(
            t("Try again") if drawn.has_failed(exchange) else t("Ask again"),
            type="tertiary",
            key=f"again-{exchange.id}",
            on_click=_ask_beside,
            args=(kept, exchange, exchange.question),
        )
        with st.popover("Edit", type="tertiary"):
            _draw_edit(kept, exchange)
        if last and exchange.answer and not exchange.answer.complete:
            go_on = kept.jobs.go_on
            st.button("Go on", type="tertiary", key=f"go-on-{exchange.id}", on_click=go_on, args=(exchange,))
        elif last and exchange.answer and exchange.answer.query != exchange.question:
            st.button(
                "Edit the search",
                type="tertiary",
                key=f"search-{exchange.id}",
                on_click=_put_in_box,
                args=(exchange.answer.query,),
            )


def _draw_edit(kept: Records, exchange: Exchange) -> None:
    name = f"edit-{exchange.id}"

    def ask() -> None:
        if question := st.session_state[name].strip():
            _ask_beside(kept, exchange, question)

    st.text_area("Ask it in other words; what followed is kept beside it", value=exchange.question, key=name)
    st.button("Ask", key=f"{name}-ask", on_click=ask)


def _ask_beside(kept: Records, exchange: Exchange, question: str) -> None:
    """Ask in a branch beside an exchange."""
    try:
        asked = kept.conversations.ask(
            exchange.conversation, question, exchange.limits, after=exchange.parent, worker=kept.jobs.worker
        )
    except QAError as error:
        st.session_state.notice = str(error)
    else:
        kept.jobs.start(asked)


def _draw_feedback(kept: Records, settings: Settings, exchange: Exchange) -> None:
    """Take the user's word on the answer, and a note once there is one; both are stored as they are given."""
    rating, note = f"rating-{exchange.id}", f"note-{exchange.id}"
    if rating not in st.session_state:
        liked, said = given_to(kept.database, exchange.id)
        st.session_state[rating] = None if liked is None else int(liked)
        st.session_state[note] = said

    def keep() -> None:
        value = st.session_state.get(rating)
        if exchange.answer is None:
            return
        word = Feedback(
            id=exchange.id,
            liked=None if value is None else bool(value),
            answer=exchange.answer,
            collection=settings.collection,
            note=(st.session_state.get(note) or "").strip(),
        )
        try:
            save_feedback(kept.database, word)
        except QAError as error:
            st.session_state.notice = str(error)

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


def _outcome(exchange: Exchange, number: int) -> str:
    if exchange.answer:
        return drawn.answer(exchange, number)
    if exchange.state in ("waiting", "running"):
        return render.draft(exchange.text)
    if exchange.state == "broken":
        return render.broken(exchange.text)
    return render.stopped(exchange.text) if exchange.text or not exchange.error else "<div></div>"


def _put_in_box(text: str) -> None:
    st.session_state.question = text


def _draw_more() -> None:
    st.session_state.drawn += _DRAWN
