"""One document in a drawer of the page: what is known of it, and what can be done with it."""

from collections.abc import Callable, Sequence

import streamlit as st

from ui.documents import render
from ui.documents.listing import Entry
from ui.documents.table import Actions
from ui.web import examples
from ui.web.escape import escape_markdown
from ui.web.language import t

SHOWN = "doc-shown"
_DONE = "doc-done"


def draw(entry: Entry, pages: int | None, actions: Actions) -> None:
    """Draw the drawer; it stays until it is closed, however often the page is drawn.

    Args:
        entry: What is shown.
        pages: How many it has, None for none.
        actions: What the buttons do.
    """

    @st.dialog(escape_markdown(entry.title), width="medium", position="right", on_dismiss=close)
    def drawer() -> None:
        # A click in the drawer draws the drawer alone, but what it did shows on the page.
        if st.session_state.pop(_DONE, False):
            st.rerun()
        with st.container(horizontal=True, gap="small"):
            if entry.row:
                st.button(t("Ask only this one"), key="doc-one-ask", type="primary", on_click=did, args=(actions.ask,))
            if entry.row and examples.can_be_told(entry.row):
                st.button(t("What is it about?"), key="doc-one-tell", on_click=did, args=(actions.tell,))
            if actions.may_change:
                st.button(t("Ingest again"), key="doc-one-again", on_click=did, args=(actions.again,))
                st.button(t("Remove"), key="doc-one-remove", on_click=did, args=(actions.remove,))
        st.html(render.details(entry, pages, entry.language, may_change=actions.may_change))

    def did(action: Callable[[Sequence[Entry]], None]) -> None:
        close()
        action([entry])
        st.session_state[_DONE] = True

    drawer()


def close() -> None:
    """Show no document any more."""
    st.session_state.pop(SHOWN, None)
