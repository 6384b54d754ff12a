"""What a visitor says of an answer: a thumb, and a note."""

import streamlit as st

from qa.config import Settings
from qa.database.exchanges import Exchange
from qa.database.feedback import Feedback, given_to, save_feedback
from ui.web.language import t
from ui.web.notices import draw_problem, telling
from ui.web.records import Records

_NOTE_CHARACTERS = 1_000


def draw(kept: Records, settings: Settings, exchange: Exchange) -> None:
    """Take the user's word on the answer, and a note once there is one; both are stored as they are given."""
    rating, note = f"rating-{exchange.id}", f"note-{exchange.id}"
    wrong = f"{note}-wrong"
    if rating not in st.session_state:
        liked, said = given_to(kept.database, exchange.id)
        st.session_state[rating] = None if liked is None else int(liked)
        st.session_state[note] = said

    def keep() -> None:
        value = st.session_state.get(rating)
        if exchange.answer is None:
            return
        said = (st.session_state.get(note) or "").strip()
        if len(said) > _NOTE_CHARACTERS:
            st.session_state[wrong] = t(
                "The note has {n} characters; at most {most} are kept. It is not kept yet.",
                n=len(said),
                most=_NOTE_CHARACTERS,
            )
            return
        word = Feedback(
            id=exchange.id,
            liked=None if value is None else bool(value),
            answer=exchange.answer,
            collection=settings.collection,
            note=said,
        )
        with telling():
            save_feedback(kept.hurried, word)

    st.feedback("thumbs", key=rating, on_change=keep)
    if st.session_state.get(rating) is not None:
        st.text_input(
            t("Note on this answer"),
            key=note,
            placeholder=t("What is right or wrong about it? (optional)"),
            label_visibility="collapsed",
            on_change=keep,
        )
        if reason := st.session_state.pop(wrong, ""):
            draw_problem(reason)
