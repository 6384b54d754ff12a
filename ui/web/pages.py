"""The pages by name, for what leads from one to another: they know nothing of each other."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st
from streamlit.navigation.page import Page

Name = Literal["chat", "documents", "settings"]

_KNOWN = "pages"


def know(pages: Mapping[Name, Page]) -> None:
    """Take note of the pages of this visit; for who puts them together."""
    st.session_state[_KNOWN] = dict(pages)


def page(name: Name) -> Page | None:
    """Return a page; None where it is drawn alone, without the others."""
    known: Mapping[Name, Page] = st.session_state.get(_KNOWN, {})
    return known.get(name)
