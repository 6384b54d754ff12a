"""What makes a page follow the collection it shows: counts at once, and the rest once nobody writes to it any more.

An ingest stores documents all the time. A page that was drawn again with each of them would move under the reader's
hands, so that only what it says of the whole is kept up to date meanwhile.
"""

from collections.abc import Callable

import streamlit as st

from qa.config import Settings
from qa.database.engine import Database
from qa.database.ingests import Ingests
from ui.web import notices
from ui.web.library import Holding, Library

KEY = "live"
"""Of the fragment that follows: who asks for some fragments of a page to be drawn asks for this one as well."""

_LOOK_S = 2.0


def follow(
    library: Library,
    settings: Settings,
    database: Database,
    seen: Holding,
    draw: Callable[[Holding, bool], object],
    *,
    beside: Callable[[], object] = lambda: None,
) -> None:
    """Draw something about a collection, and again when that changes, in any process; the page too where that is calm.

    Args:
        library: Where changes are looked for; to ask costs nothing here.
        settings: Name the collection.
        database: Of the ingests.
        seen: What the page shows.
        draw: Draws what the collection holds now; its second argument tells whether the page shows less than that.
        beside: Returns what else the page shows; where that becomes another, the whole page is drawn again. One look
            for all of it: a look costs a browser 65 to 95 ms of the processor's time, whatever it finds.
    """
    names, others = library.peek_names(), beside()

    # A browser ends all its timers where a run of the whole page begins, also where that goes on as one of some
    # fragments. Drawing the outer fragment starts the timer of the inner one anew.
    @st.fragment(key=KEY)
    def watch() -> None:
        look()

    @st.fragment(run_every=_LOOK_S)
    def look() -> None:
        with notices.in_place():
            holding = library.peek(settings.collection) or seen
            is_behind = holding.change != seen.change
            # What was empty, or could not be read, has nothing that could move.
            can_wait = bool(seen.documents) and not holding.problem
            is_held = is_behind and can_wait and is_written(settings, database)
            if library.peek_names() != names or beside() != others or (is_behind and not is_held):
                notices.redraw()
            draw(holding, is_behind)

    watch()


def is_written(settings: Settings, database: Database) -> bool:
    """Tell whether somebody ingests into the collection of some settings at this moment, as far as that is known."""
    from qa.store import current_writer

    if settings.is_embedded:
        return current_writer(settings.index_file, settings.collection) is not None
    return bool(Ingests(database).unfinished(settings.collection))
