"""What came of a click, or why it failed: it stands on the page until the visitor does something else.

A page also draws itself again when it learns something. Nobody asked for that: it takes nothing away that was said.
There is one notice for all pages of a visitor.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import NoReturn, ParamSpec

import streamlit as st

from qa.errors import QAError
from ui.web.escape import escape_markdown
from ui.web.reasons import in_sentences, worded

P = ParamSpec("P")

# Of the session's state: what is said and whether it is good news, and whether a whole page showed it already.
_KEY, _SHOWN = "notice", "notice-shown"
UNASKED = "redrawn-by-itself"
"""Likewise: the next run was asked for by nobody."""


def note(said: str, *, good: bool = False) -> None:
    """Say something on the page that is drawn next; it takes the place of what was said before."""
    st.session_state[_KEY] = (good, said)
    st.session_state[_SHOWN] = False


def redraw() -> NoReturn:
    """Draw the whole page again by itself: what it says stays. Ends this run, as `st.rerun` does."""
    st.session_state[UNASKED] = True
    st.rerun()


def begin() -> bool:
    """Begin a run of the whole page: what was said is over, unless the page draws itself again.

    Returns:
        Whether it does.
    """
    unasked = bool(st.session_state.pop(UNASKED, False))
    if st.session_state.get(_SHOWN) and not unasked:
        st.session_state.pop(_KEY, None)
    return unasked


def draw() -> None:
    """Draw what there is to say; it counts as said only at `end`, since this run may be ended by another one."""
    if notice := st.session_state.get(_KEY):
        good, said = notice
        if good:
            st.success(escape_markdown(said))
        else:
            draw_problem(said)


def draw_problem(said: str, *, is_doubt: bool = False) -> None:
    """Draw what went wrong, or what may: the one place where pages do, so that all of it reads alike."""
    (st.warning if is_doubt else st.error)(escape_markdown(in_sentences(said)))


def end() -> None:
    """End a run of the whole page: it was drawn."""
    st.session_state[_SHOWN] = True


def told(work: Callable[P, None]) -> Callable[P, None]:
    """Return a callback that says why it failed: Streamlit itself tells an exception without its words."""

    @wraps(work)
    def careful(*args: P.args, **named: P.kwargs) -> None:
        with telling():
            work(*args, **named)

    return careful


@contextmanager
def telling() -> Iterator[None]:
    """Say why what is done inside failed, on the whole page, which shows what is stored."""
    try:
        yield
    except QAError as error:
        note(worded(error))
        # In a fragment that alone would be drawn, and the notice stands on the page.
        st.rerun()


@contextmanager
def in_place() -> Iterator[None]:
    """Draw why what is drawn inside cannot be, where it would stand."""
    try:
        yield
    except QAError as error:
        draw_problem(worded(error))
