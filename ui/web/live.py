"""What makes a page follow the collection it shows: it is drawn again when something changed, in any process."""

import streamlit as st

from ui.web.library import Library

_LOOK_S = 5.0


def follow(library: Library, collection: str, seen: int, *, every_s: float = _LOOK_S) -> None:
    """Draw the page again once a collection has changed, or the collections that there are.

    Args:
        library: Where changes are looked for; to ask costs nothing here.
        collection: Its name.
        seen: The number of the change that the page shows.
        every_s: How often the page looks.
    """
    names = library.peek_names()

    @st.fragment(run_every=every_s)
    def look() -> None:
        holding = library.peek(collection)
        if (holding and holding.change != seen) or library.peek_names() != names:
            st.rerun()

    look()
