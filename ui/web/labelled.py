"""Choices whose words may change while they stand on a page: with the language, or with a number among the words.

A browser keeps what is chosen by its words, and sends these back. Words that no option has any more would be the
value then: a filter for "PDF (3)" let nothing through once there was a fourth, and "Sort by" kept its language.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

import streamlit as st

T = TypeVar("T")
_WORDS = "labelled-words"  # of each choice on the page, by its key


def labelled(key: str, options: Iterable[T], said: Callable[[T], str]) -> str:
    """Return the key of a choice that is drawn next; where its words are others, the browser is told its value anew.

    Args:
        key: Of the widget. What it chose last is still known under it, by the words that it had then.
        options: To choose from.
        said: Returns the words of an option.
    """
    words = tuple(map(said, options))
    # Streamlit forgets a choice that a page no longer draws, such as that of another conversation; so are its words.
    known = {name: then for name, then in st.session_state.get(_WORDS, {}).items() if name in st.session_state}
    if known.get(key) not in (None, words):
        st.session_state[key] = st.session_state[key]
    st.session_state[_WORDS] = {**known, key: words}
    return key
