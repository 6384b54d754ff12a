"""The choice of a collection in the sidebar, on every page that is about one."""

from collections.abc import Callable

import streamlit as st

from ui.web import current
from ui.web.access import current_access
from ui.web.language import t
from ui.web.library import Library
from ui.web.notices import told
from ui.web.records import Records


def draw(library: Library, kept: Records, collection: str, *, on_change: Callable[[], None]) -> None:
    """Draw which collection is shown, for choosing another one.

    Args:
        library: Knows which there are.
        kept: Keeps which was used last.
        collection: The one that is shown.
        on_change: Called once another one was chosen.
    """
    names = library.peek_names() or ()
    if not names and not current_access().sees(collection):
        return  # the settings' own, of which they may not even know the name
    offered = sorted({*names, collection})
    # Where the collection changed in another way, what the widget remembers is out of date.
    st.session_state["collection-choice"] = collection

    def choose() -> None:
        current.choose(st.session_state["collection-choice"], kept.hurried)
        on_change()

    st.selectbox(t("Collection"), offered, key="collection-choice", on_change=told(choose))
