"""The list of conversations in the sidebar, and what can be done with the one that is shown."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from zlib import crc32
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from qa.accounts.shares import Shares
from qa.database.exchanges import Conversation
from qa.database.texts import TITLE_CHARACTERS
from ui.chat import sharing
from ui.chat.exchanges import draw_parts
from ui.chat.found import excerpt
from ui.chat.grouping import When, grouped
from ui.export import FORMATS, exported
from ui.web import pages
from ui.web.access import acting_as, current_access
from ui.web.current import CONVERSATION
from ui.web.escape import escape, escape_markdown
from ui.web.identity import is_sign_in_required
from ui.web.language import day, t
from ui.web.notices import draw_problem, in_place, told
from ui.web.records import Records

# Of the list's fragment, and of the one in it with what can be done with the conversation that is shown.
KEY = "conversations"
ACTIONS = "conversation-actions"
_SHOWN = 20
# Of the session's state: why a title that was typed is not taken.
_WRONG = "title-wrong"
# Likewise: how many times the field of a title was given back the title.
_AGAIN = "title-again"

Rows = tuple[tuple[str, str], ...]
"""Ids and titles of conversations, in the order of the list."""


def to_draw(*, is_listed: bool) -> str:
    """Return the key of the fragment to draw in a run that does not draw the whole page.

    One of them is in each such run: Streamlit forgets how the exports are made unless their buttons are drawn again.

    Args:
        is_listed: Whether the list shows what there is already.
    """
    return ACTIONS if is_listed else KEY


def is_first(conversation: Conversation) -> bool:
    """Tell whether a visitor's list shows a conversation at its top already."""
    return st.session_state.get("first") == conversation.id


def limit() -> int:
    """Return how many conversations are looked up for the list: one more than it shows."""
    return int(st.session_state.get("listed", _SHOWN)) + 1


def rows_of(found: Sequence[Conversation]) -> Rows:
    """Return what the list shows of conversations."""
    return tuple((conversation.id, conversation.title) for conversation in found)


def draw_begin() -> None:
    """Draw what leads to a new conversation."""
    st.button(
        t("New conversation"), key="begin", icon=":material/edit_square:", on_click=open_, args=("",), width="stretch"
    )


@st.fragment(key=KEY)
def draw(kept: Records) -> None:
    """Draw the list, newest first, under what can be done with the conversation that is shown."""
    with in_place():
        _draw(kept)


def _draw(kept: Records) -> None:
    id = st.query_params.get(CONVERSATION, "")  # noqa: A001
    conversation = kept.conversations.get(id) if id else None
    # It may have got another title, here or in another tab.
    pages.entitle(conversation.title if conversation else "")
    if conversation is not None:
        _draw_actions(kept, conversation)
    _draw_undo(kept)
    search = st.text_input(
        t("Search conversations"),
        key="search",
        placeholder=t("Search questions and answers"),
        label_visibility="collapsed",
        icon=":material/search:",
    )
    shown = st.session_state.setdefault("listed", _SHOWN)
    found = kept.conversations.listed(search or "", limit=shown + 1)
    # Of all that there are, whatever is searched for: see `elsewhere`.
    st.session_state.rows = rows_of(kept.conversations.listed(limit=limit()) if search else found)
    st.session_state.first = found[0].id if found and not search else ""
    if search and not found:
        st.caption(t("No conversation holds this."))
    places = kept.conversations.found(search, [other.id for other in found]) if search else {}
    titles = Counter(other.title for other in found)
    with st.container(key="conversations-list"):
        for when, some in grouped(found[:shown], datetime.now(UTC), _zone()):
            st.html(f'<p class="fn-when">{escape(_said(when))}</p>')
            for other in some:
                # Those that read alike are told apart by when they were begun; before the title, whose end is cut off.
                begun = f"{_moment(other.created, when)} · " if titles[other.title] > 1 else ""
                st.button(
                    escape_markdown(begun + other.title),
                    key=f"conversation-{other.id}",
                    type="tertiary",
                    on_click=open_,
                    args=(other.id,),
                    width="stretch",
                )
                # Its title alone does not tell why it is among them.
                if place := excerpt(places.get(other.id, ""), search or "", beside=other.title):
                    st.html(f'<p class="fn-found"><bdi>{escape(place)}</bdi></p>')
        if len(found) > shown:
            st.button(t("Show more"), key="more-conversations", on_click=_show_more, type="tertiary")


def _said(when: When) -> str:
    return {"today": t("Today"), "yesterday": t("Yesterday"), "week": t("Last 7 days"), "earlier": t("Earlier")}[when]


def _moment(created: datetime, when: When) -> str:
    """Return when a conversation was begun: the time of a day that the list names, else the day."""
    there = created.astimezone(_zone())
    return f"{there:%H:%M}" if when in ("today", "yesterday") else day(there.date())


def _zone() -> tzinfo:
    """Return the visitor's time zone, that of this machine where the browser does not tell."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.now().astimezone().tzinfo or UTC


def open_(conversation: str) -> None:
    """Lead the page to a conversation, "" for a new one. For callbacks of buttons."""
    if conversation:
        st.query_params[CONVERSATION] = conversation
    else:
        st.query_params.pop(CONVERSATION, None)
    st.rerun()


@st.fragment(key=ACTIONS)
def _draw_actions(kept: Records, conversation: Conversation) -> None:
    with in_place(), st.popover(t("This conversation"), icon=":material/more_horiz:", width="stretch"):
        # Another field for each title, and where one was refused that says nothing: a browser has the field only while
        # the menu is open. It would miss a value that the session's state gives it meanwhile, and show none.
        again = st.session_state.get(_AGAIN, 0)
        name = f"title-{conversation.id}-{again}-{crc32(conversation.title.encode()):08x}"

        def rename() -> None:
            typed = st.session_state[name]
            if not typed.strip():
                st.session_state[_AGAIN] = again + 1
            if wrong := _wrong(typed):
                st.session_state[_WRONG] = wrong
                return
            kept.conversations.rename(conversation.id, typed)
            # With what stands around these actions.
            draw_parts(KEY)

        st.text_input(t("Title"), conversation.title, key=name, on_change=told(rename))
        if wrong := st.session_state.pop(_WRONG, ""):
            draw_problem(wrong)
        access = current_access()
        for kind in FORMATS:

            def make(kind: str = kind) -> bytes:
                # It is made outside of the page's run, where nobody would be asking.
                with acting_as(access):
                    return exported(kind, conversation.title, kept.branch(conversation.id))

            st.download_button(
                _export(kind),
                data=make,
                file_name=f"{_file_name(conversation.title)}.{kind}",
                mime=FORMATS[kind].media_type,
                key=f"export-{kind}",
                on_click="ignore",
                width="stretch",
            )
        _draw_sharing(kept, conversation)
        st.button(
            t("Delete"),
            key="delete",
            icon=":material/delete:",
            on_click=told(_delete),
            args=(kept, conversation),
            width="stretch",
        )


def _export(kind: str) -> str:
    return {
        "md": t("Export as Markdown"),
        "html": t("Export as web page"),
        "json": t("Export as JSON"),
        "docx": t("Export as Word document"),
    }[kind]


def _wrong(title: str) -> str:
    """Return why a conversation cannot have a title, "" where it can."""
    if not title.strip():
        return t("A conversation keeps its title until it has another one. Type one.")
    if (length := len(" ".join(title.split()))) > TITLE_CHARACTERS:
        return t("The title has {n} characters; at most {most} fit.", n=length, most=TITLE_CHARACTERS)
    return ""


def _draw_sharing(kept: Records, conversation: Conversation) -> None:
    """Draw the link of a conversation, for making it and taking it back; nothing where nobody else comes here."""
    if not is_sign_in_required():
        return
    shares, owner = Shares(kept.hurried), current_access().person.name
    share = shares.of(conversation.id, owner=owner)

    def make() -> None:
        shares.add(conversation.id, owner=owner)

    def revoke() -> None:
        shares.revoke(conversation.id, owner=owner)

    if share is None:
        st.button(t("Share by a link"), key="share", icon=":material/link:", on_click=told(make), width="stretch")
        return
    st.caption(t("Who signs in here and has this link can read it, with the words that its footnotes mark:"))
    st.code(sharing.address(st.context.url or "", share), language=None, wrap_lines=True)
    if share.tip != conversation.tip:
        st.button(t("Another link, up to the last answer"), key="share-again", on_click=told(make), width="stretch")
    back = t("Take the link back")
    st.button(back, key="unshare", icon=":material/link_off:", on_click=told(revoke), width="stretch")


def _draw_undo(kept: Records) -> None:
    deleted: Conversation | None = st.session_state.get("deleted")
    if deleted is None:
        return
    st.caption(escape_markdown(t("Deleted: {title}", title=deleted.title)))
    st.button(t("Undo"), key="undo", on_click=told(_restore), args=(kept, deleted))


def _delete(kept: Records, conversation: Conversation) -> None:
    for exchange in kept.conversations.delete(conversation.id):
        kept.jobs.stop(exchange)
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
