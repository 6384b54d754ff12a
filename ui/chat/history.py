"""The list of conversations in the sidebar, and what can be done with the one that is shown."""

import streamlit as st

from qa.database.conversations import Conversation
from ui.export import FORMATS, exported
from ui.web.escape import escape_markdown
from ui.web.language import t
from ui.web.records import Records

# The name of a conversation's id in the page's address.
ADDRESS = "c"
# Of the list's fragment.
KEY = "conversations"
_SHOWN = 20


def is_first(conversation: Conversation) -> bool:
    """Tell whether a visitor's list shows a conversation at its top already."""
    return st.session_state.get("first") == conversation.id


@st.fragment(key=KEY)
def draw(kept: Records) -> None:
    """Draw the list, newest first."""
    id = st.query_params.get(ADDRESS, "")  # noqa: A001
    conversation = kept.conversations.get(id) if id else None
    st.button(t("New conversation"), on_click=open_, args=("",), disabled=conversation is None, width="stretch")
    if conversation is not None:
        _draw_actions(kept, conversation)
    _draw_undo(kept)
    search = st.text_input(
        t("Search conversations"),
        key="search",
        placeholder=t("Search questions and answers"),
        label_visibility="collapsed",
    )
    shown = st.session_state.setdefault("listed", _SHOWN)
    found = kept.conversations.listed(search or "", limit=shown + 1)
    st.session_state.first = found[0].id if found and not search else ""
    if search and not found:
        st.caption(t("No conversation holds this."))
    for other in found[:shown]:
        current = conversation is not None and other.id == conversation.id
        st.button(
            escape_markdown(other.title),
            key=f"open-{other.id}",
            type="secondary" if current else "tertiary",
            on_click=open_,
            args=(other.id,),
            width="stretch",
        )
    if len(found) > shown:
        st.button(t("Show more"), on_click=_show_more, type="tertiary")


def open_(conversation: str) -> None:
    """Lead the page to a conversation, "" for a new one. For callbacks of buttons."""
    if conversation:
        st.query_params[ADDRESS] = conversation
    else:
        st.query_params.pop(ADDRESS, None)
    st.rerun()


def _draw_actions(kept: Records, conversation: Conversation) -> None:
    with st.popover(t("This conversation"), width="stretch"):
        name = f"title-{conversation.id}"

        def rename() -> None:
            kept.conversations.rename(conversation.id, st.session_state[name])

        st.text_input(t("Title"), value=conversation.title, key=name, max_chars=200, on_change=rename)
        for kind in FORMATS:

            def make(kind: str = kind) -> bytes:
                return exported(kind, conversation.title, kept.branch(conversation.id))

            st.download_button(
                t("Export as {kind}", kind=FORMATS[kind].label),
                data=make,
                file_name=f"{_file_name(conversation.title)}.{kind}",
                mime=FORMATS[kind].media_type,
                key=f"export-{kind}",
                on_click="ignore",
                width="stretch",
            )
        st.button(t("Delete"), key="delete", on_click=_delete, args=(kept, conversation), width="stretch")


def _draw_undo(kept: Records) -> None:
    deleted: Conversation | None = st.session_state.get("deleted")
    if deleted is None:
        return
    st.caption(escape_markdown(t("Deleted: {title}", title=deleted.title)))
    st.button(t("Undo"), on_click=_restore, args=(kept, deleted))


def _delete(kept: Records, conversation: Conversation) -> None:
    kept.conversations.delete(conversation.id)
    st.session_state.deleted = conversation
    open_("")


def _restore(kept: Records, conversation: Conversation) -> None:
    kept.conversations.restore(conversation.id)
    del st.session_state.deleted
    open_(conversation.id)


def _show_more() -> None:
    st.session_state.listed += _SHOWN


def _file_name(title: str) -> str:
    """Return a title as the name of a file on any system."""
    words = "".join(character if character.isalnum() else " " for character in title).split()
    return "-".join(words)[:60].rstrip("-") or "conversation"
