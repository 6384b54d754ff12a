"""Which collection a visitor's page is about, and how addresses say what a page is about.

The address may name one (`?collection=papers`). Else it is the one that the visitor chose; else that of the
environment, `.env` or the command line, where one of them names it; else the one that was used last; else the default.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from qa.accounts.person import LOCAL, Person
from qa.config import NAME, Settings, read_environment
from qa.database.choices import LAST_COLLECTION, Choices
from qa.database.engine import Database
from ui.web.access import current_access

ADDRESS = "collection"
"""The name of a collection in the page's address."""
CONVERSATION = "c"
"""The name of a conversation's id in the address of the chat."""
_CHOSEN = "collection-chosen"


def current(settings: Settings, database: Database) -> str:
    """Return the collection that the page is about.

    Raises:
        ConfigError: `.env` cannot be read.
        StoreError: The database failed.
    """
    named = st.query_params.get(ADDRESS, "")
    if NAME.fullmatch(named):
        # The next page that is visited is about it too.
        st.session_state[_CHOSEN] = named
    return _picked(st.session_state.get(_CHOSEN, ""), settings, database)


def picked(chosen: str, first: str, last: Callable[[], str], default: str) -> str:
    """Return the first of these that is the name of a collection; `last` is only asked if it matters."""
    for name in (chosen, first):
        if NAME.fullmatch(name):
            return name
    used = last()
    return used if NAME.fullmatch(used) else default


def choose(collection: str, database: Database) -> None:
    """Make the visitor's pages be about a collection, and new visitors' too.

    Raises:
        StoreError: The database failed.
    """
    st.session_state[_CHOSEN] = collection
    if ADDRESS in st.query_params:
        st.query_params[ADDRESS] = collection
    Choices(database).keep(_last_of(current_access().person), collection)


def last_used(settings: Settings, database: Database) -> str:
    """Return what a new visitor's page is about, for who opens it ahead of them."""
    return _picked("", settings, database)


def _picked(chosen: str, settings: Settings, database: Database) -> str:
    is_named = read_environment(os.environ, Path.cwd()).get("FOOTNOTE_COLLECTION", "").strip()
    first = settings.collection if is_named else ""
    access = current_access()
    found = picked(chosen, first, lambda: Choices(database).get(_last_of(access.person)), settings.collection)
    if access.sees_all or access.sees(found):
        return found
    # Rather the first that was given to them than one of which they may read nothing.
    given = sorted(grant.collection for grant in access.grants if NAME.fullmatch(grant.collection))
    return found if chosen or not given else given[0]


def _last_of(person: Person) -> str:
    """Return under which name it is kept what somebody used last: to others, that would tell a name."""
    if person == LOCAL:
        return LAST_COLLECTION
    return f"{LAST_COLLECTION}:{hashlib.sha256(person.name.encode()).hexdigest()[:40]}"
