"""The pages by name, for what leads from one to another: they know nothing of each other."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st
from streamlit.navigation.page import Page

from ui.web.escape import in_a_line

Name = Literal["chat", "documents", "settings"]

# Of the session's state.
_KNOWN, _TITLE = "pages", "page-title"
_TITLE_CHARACTERS = 80


def know(pages: Mapping[Name, Page]) -> None:
    """Take note of the pages of this visit; for who puts them together."""
    st.session_state[_KNOWN] = dict(pages)


def page(name: Name) -> Page | None:
    """Return a page; None where it is drawn alone, without the others."""
    known: Mapping[Name, Page] = st.session_state.get(_KNOWN, {})
    return known.get(name)


def title() -> str:
    """Return what the browser calls this visit's page at this moment."""
    return str(st.session_state.get(_TITLE, "Footnote"))


def entitle(what: str) -> None:
    """Have the browser's tab tell what is shown: one of several is found again by that.

    Args:
        what: The page or the conversation, in words of any origin; "" for neither.
    """
    what = in_a_line(what)
    short = what if len(what) <= _TITLE_CHARACTERS else f"{what[: _TITLE_CHARACTERS - 1]}…"
    said = f"{short} · Footnote" if what else "Footnote"
    if said != title():
        st.session_state[_TITLE] = said
        st.set_page_config(page_title=said)
