"""What came of a click, or why it failed: said once, on the page that is drawn next. One for all pages of a visitor."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import streamlit as st

from qa.errors import QAError
from ui.web.escape import escape_markdown
from ui.web.reasons import worded

P = ParamSpec("P")

_KEY = "notice"


def note(said: str, *, good: bool = False) -> None:
    """Say something on the page that is drawn next; it takes the place of what waits to be said."""
    st.session_state[_KEY] = (good, said)


def draw() -> None:
    """Draw what waits to be said; it waits on until `forget`, since this run may be ended by another one."""
    if notice := st.session_state.get(_KEY):
        good, said = notice
        (st.success if good else st.error)(escape_markdown(said))


def forget() -> None:
    """Say it no more."""
    st.session_state.pop(_KEY, None)


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
        st.error(escape_markdown(worded(error)))
