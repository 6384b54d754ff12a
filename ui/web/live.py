"""What makes a page follow the collection it shows: counts at once, and the rest once nobody writes to it any more.

An ingest stores documents all the time. A page that was drawn again with each of them would move under the reader's
hands, so that only what it says of the whole is kept up to date meanwhile.
"""

from collections.abc import Callable

import streamlit as st

from qa.config import Settings
from qa.database.engine import Database
from qa.database.ingests import Ingests
from ui.web import news, notices
from ui.web.library import Holding, Library

KEY = "live"
"""Of the fragment that follows: who asks for some fragments of a page to be drawn asks for this one as well."""


def follow(
    library: Library,
    settings: Settings,
    database: Database,
    seen: Holding,
    draw: Callable[[Holding, bool], object],
    *,
    beside: Callable[[], object] = lambda: None,
    watched: Callable[[], object] = lambda: None,
) -> None:
    """Draw something about a collection, and again when that changes, in any process; the page too where that is calm.

    Args:
        library: Where changes are looked for; to ask costs nothing here.
        settings: Name the collection.
        database: Of the ingests.
        seen: What the page shows.
        draw: Draws what the collection holds now; its second argument tells whether the page shows less than that.
            Where it returns something true, it is drawn again soon, whatever there is to see.
        beside: Returns what else the page shows; where that becomes another, the whole page is drawn again.
        watched: Returns what `draw` looks at beside the collection; where that becomes another, it draws again. Like
            `beside` it is called outside of a run as well, where there is no state of a session.
    """
    names, others = library.peek_names(), beside()
    look = news.current_look()

    def sees() -> object:
        holding = library.peek(settings.collection)
        return holding.change if holding else None, library.peek_names(), beside(), watched()

    @st.fragment(key=KEY)
    def watch() -> None:
        look.sees = sees
        # Before anything is looked at: what comes meanwhile is news.
        mark, is_open = look.marked()
        with notices.in_place():
            holding = library.peek(settings.collection) or seen
            is_behind = holding.change != seen.change
            # What was empty, or could not be read, has nothing that could move.
            can_wait = bool(seen.documents) and not holding.problem
            is_held = is_behind and can_wait and is_written(settings, database)
            if library.peek_names() != names or beside() != others or (is_behind and not is_held):
                notices.redraw()
            # Not reached where drawing fails: what was to see and could not be drawn is drawn again soon.
            is_open = bool(draw(holding, is_behind)) or is_held
        news.draw(look, "" if is_open else mark)

    watch()


def is_written(settings: Settings, database: Database) -> bool:
    """Tell whether somebody ingests into the collection of some settings at this moment, as far as that is known."""
    from qa.store import current_writer

    if settings.is_embedded:
        return current_writer(settings.index_file, settings.collection) is not None
    return bool(Ingests(database).unfinished(settings.collection))
