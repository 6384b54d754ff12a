"""What the next question of a conversation is limited to: the fields of the sidebar, and what they mean."""

from datetime import date

import streamlit as st

from qa.database.conversations import Conversation, Conversations
from qa.errors import QuestionError
from qa.store.where import EVERYTHING, Facets, Filter

_FIELDS = ("source", "types", "languages", "since", "until")


def draw(conversation: Conversation | None, conversations: Conversations) -> None:
    """Draw the fields with what the conversation is limited to; a change is kept at once."""
    id, now = (conversation.id, conversation.limits) if conversation else ("", EVERYTHING)  # noqa: A001
    held: Facets | None = st.session_state.get("facets")
    for field, value in _values(now).items():
        st.session_state.setdefault(_key(id, field), value)

    def keep() -> None:
        if conversation is None:
            return
        try:
            conversations.limit(conversation.id, chosen(conversation.id))
        except QuestionError as error:
            st.session_state.notice = str(error)

    with st.expander("Limit to", icon=":material/filter_alt:"):
        st.text_input(
            "Folder, file or pattern", key=_key(id, "source"), placeholder="reports/2024 or *minutes*", on_change=keep
        )
        types = _offered(held.types if held else (), now.types)
        st.multiselect("Types", types, key=_key(id, "types"), on_change=keep)
        languages = _offered(held.languages if held else (), now.languages)
        st.multiselect("Languages", languages, key=_key(id, "languages"), on_change=keep)
        st.date_input("From", value=None, key=_key(id, "since"), format="YYYY-MM-DD", on_change=keep)
        st.date_input("Until", value=None, key=_key(id, "until"), format="YYYY-MM-DD", on_change=keep)


def chosen(conversation: str) -> Filter:
    """Return what the fields limit questions to.

    Args:
        conversation: Its id, "" for one that has not begun.

    Raises:
        QuestionError: They let no document through, whatever it is.
    """
    given = {field: st.session_state.get(_key(conversation, field)) for field in _FIELDS}
    source = (given["source"] or "").strip()
    since, until = _day(given["since"]), _day(given["until"])
    if since and until and since > until:
        raise QuestionError(f"no document is from {since} or later and from {until} or earlier; change one of them")
    return Filter(
        sources=(source,) if source else (),
        types=tuple(given["types"] or ()),
        languages=tuple(given["languages"] or ()),
        since=since,
        until=until,
    )


def carry_over(conversation: str) -> None:
    """Give a conversation that begins what was chosen before it."""
    for field in _FIELDS:
        if (value := st.session_state.get(_key("", field))) is not None:
            st.session_state[_key(conversation, field)] = value


def _values(now: Filter) -> dict[str, object]:
    return {
        "source": now.sources[0] if now.sources else "",
        "types": list(now.types),
        "languages": list(now.languages),
        "since": now.since,
        "until": now.until,
    }


def _offered(held: object, now: tuple[str, ...]) -> list[str]:
    """Return what there is to choose from: what the collection holds, and what was chosen when it held more."""
    return list(dict.fromkeys((*held, *now)))  # type: ignore[misc]


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _key(conversation: str, field: str) -> str:
    return f"limit-{field}-{conversation}" if conversation else f"limit-{field}"
