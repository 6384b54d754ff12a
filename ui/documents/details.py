"""One document in a drawer of the page: what is known of it, its stored text, and what can be done with it."""

from collections.abc import Callable

import streamlit as st

from qa.types import Chunk
from ui.documents import render
from ui.documents.listing import Entry
from ui.documents.table import Actions
from ui.web.escape import escape, escape_markdown
from ui.web.language import t

SHOWN = "doc-shown"


def draw(
    entry: Entry, pages: int | None, read: Callable[[Entry], list[Chunk]], actions: Actions, *, address: str
) -> None:
    """Draw the drawer; it stays until it is closed, however often the page is drawn.

    Args:
        entry: What is shown.
        pages: How many it has, None for none.
        read: Returns the stored passages.
        actions: What the buttons do.
        address: Where its source can be read.
    """

    @st.dialog(escape_markdown(entry.title), width="medium", position="right", on_dismiss=close)
    def drawer() -> None:
        with st.container(horizontal=True, gap="small"):
            if entry.row:
                ask = st.button(t("Ask only this one"), key="doc-one-ask", type="primary")
                if ask:
                    close()
                    actions.ask([entry])
            if st.button(t("Ingest again"), key="doc-one-again"):
                close()
                actions.again([entry])
                st.rerun()
            if st.button(t("Remove"), key="doc-one-remove"):
                close()
                actions.remove([entry])
                st.rerun()
        if entry.row:
            opens = f'<a href="{escape(address)}" target="_blank">{escape(t("Open the source"))}</a>'
            st.html(f'<p class="fn-doc-open">{opens}</p>')
        st.html(render.details(entry, pages, entry.language))
        if entry.row:
            st.subheader(t("Stored text"), anchor=False)
            st.html(render.text(read(entry)))

    drawer()


def close() -> None:
    """Show no document any more."""
    st.session_state.pop(SHOWN, None)
