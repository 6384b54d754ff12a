"""The part of the documents' page that is about whole collections: how they are made, renamed, copied and dropped."""

import re
import unicodedata
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import streamlit as st

from qa.accounts.access import EVERY
from qa.config import NAME
from qa.errors import ConfigError
from ui.documents import changes
from ui.documents.changes import Shelves
from ui.web import current, presses
from ui.web.access import current_access
from ui.web.escape import escape_markdown
from ui.web.language import t, t_many
from ui.web.library import Holding
from ui.web.notices import note, told

# How often a collection was to be changed: a menu under another key is closed. Of the session's state.
_CHANGES = "collection-changes"


def draw_menu(shelves: Shelves, holding: Holding) -> None:
    """Draw what can be done with collections."""
    access = current_access()
    may_make, owns = access.may("own", EVERY), access.may("own", holding.collection)
    if not may_make and not (owns and holding.generation):
        return
    menu = f"collection-menu-{st.session_state.get(_CHANGES, 0)}"
    with st.popover(t("Collections"), icon=":material/folder_copy:", key=menu):
        if may_make:
            _draw_new(shelves)
        if holding.generation is None or not owns:
            return
        if may_make:  # the other name has to be theirs as well
            _draw_rename(shelves, holding.collection)
            _draw_copy(shelves, holding.collection)
        _draw_drop(shelves, holding)


def _draw_new(shelves: Shelves) -> None:
    def make() -> None:
        name = st.session_state["collection-new"].strip()
        _change(
            shelves,
            partial(changes.make, shelves, usable(name)),
            t("“{name}” is made. Add documents to it.", name=name),
        )
        current.choose(name, shelves.kept.hurried)
        st.session_state["collection-new"] = ""

    with st.form("collection-new-form", border=False):
        st.text_input(t("New collection"), key="collection-new", help=_allowed())
        st.form_submit_button(t("Make it"), on_click=_closing(make))


def _draw_rename(shelves: Shelves, collection: str) -> None:
    key = f"collection-rename-{collection}"

    def rename() -> None:
        new = st.session_state[key].strip()
        if new == collection:
            return
        _change(
            shelves,
            partial(changes.rename, shelves, collection, usable(new)),
            t("It is called “{name}” now.", name=new),
        )
        current.choose(new, shelves.kept.hurried)

    with st.form(f"{key}-form", border=False):
        st.text_input(t("Another name for “{name}”", name=collection), collection, key=key, help=_allowed())
        st.form_submit_button(t("Rename"), on_click=_closing(rename))


def _draw_copy(shelves: Shelves, collection: str) -> None:
    key = f"collection-copy-{collection}"

    def copy() -> None:
        new = st.session_state[key].strip()
        said = t("“{name}” is copied to “{new}”.", name=collection, new=new)
        _change(shelves, partial(changes.copy, shelves, collection, usable(new)), said)
        st.session_state[key] = ""

    with st.form(f"{key}-form", border=False):
        st.text_input(t("Copy “{name}” to", name=collection), key=key, help=_allowed())
        st.form_submit_button(t("Copy"), on_click=_closing(copy))


def _draw_drop(shelves: Shelves, holding: Holding) -> None:
    name = holding.collection
    key = f"collection-drop-{name}"

    def drop() -> None:
        if st.session_state[key].strip() != name:
            note(t("“{name}” stays: type its name to drop it.", name=name))
            return
        _change(shelves, partial(changes.drop, shelves, name), t("“{name}” is dropped.", name=name))
        left = [other for other in shelves.library.peek_names() or () if other != name]
        default = shelves.settings.collection
        current.choose(default if default in left or not left else left[0], shelves.kept.hurried)

    with st.form(f"{key}-form", border=False):
        held = t_many("{n} document", "{n} documents", len(holding.documents))
        st.markdown(
            escape_markdown(
                t(
                    "Dropping “{name}” deletes {held} from the index, and what was uploaded into it. "
                    "This cannot be undone. Your own files stay.",
                    name=name,
                    held=held,
                )
            )
        )
        st.text_input(t("Type its name to drop it"), key=key)
        st.form_submit_button(t("Drop it"), on_click=_closing(drop))


def _allowed() -> str:
    return t("Letters, digits and underscores; not a digit first.")


def usable(typed: str) -> str:
    """Return a name that a collection may have, as it was typed.

    Raises:
        ConfigError: It may not; a near one that it may have is said.
    """
    if NAME.fullmatch(typed):
        return typed
    said = t(
        "“{name}” cannot be a name: a name has letters (a to z), digits and underscores, and no digit first.",
        name=typed,
    )
    plain = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode()
    near = re.sub(r"\W+", "_", plain, flags=re.ASCII).strip("_").lstrip("0123456789_")
    raise ConfigError(f"{said} {t('“{name}” would do.', name=near)}" if NAME.fullmatch(near) else said)


def _closing(change: Callable[[], None]) -> Callable[[], None]:
    """Return a callback that closes the menu: what comes of it stands on the page, which the menu would cover."""

    def closing() -> None:
        st.session_state[_CHANGES] = st.session_state.get(_CHANGES, 0) + 1
        told(change)()

    return closing


def _change(shelves: Shelves, change: Callable[[], Coroutine[Any, Any, None]], said: str) -> None:
    """Make a change and wait for it; then it is said. For callbacks, which cannot draw.

    Raises:
        QAError: Nothing was changed.
    """
    presses.once(("change", said), lambda: shelves.session.submit(change()).result())
    note(said, good=True)
