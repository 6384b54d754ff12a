"""What the next question of a conversation is limited to: fields in the sidebar, and chips above the box."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from qa.database.conversations import Conversations
from qa.database.exchanges import Conversation
from qa.errors import QuestionError
from qa.store.where import EVERYTHING, Facets, Filter
from ui.chat.limiting import Chip, check_days, check_sources, chips, day_of, offered, shortened, sources_of
from ui.web.escape import escape_markdown
from ui.web.labelled import labelled
from ui.web.language import language_name, t
from ui.web.notices import draw_problem, told
from ui.web.unpathed import for_who_asks

if TYPE_CHECKING:
    from qa.store.records import RegisterRow

# Fields that take any text; what is wrong in them is said, and no question goes past it.
_DAYS = ("since", "until")
# What a conversation that has not begun is limited to.
_NEXT = "limits-next"
# Of the session's state: the documents there are to limit a question to.
_HELD = "held"


@dataclass(frozen=True, slots=True)
class _Held:
    """Documents, which a print of the session's state must not show: they know paths of the machine."""

    documents: "Sequence[RegisterRow]" = dataclasses.field(repr=False, default=())


def note_held(documents: "Sequence[RegisterRow]") -> None:
    """Note the documents that there are to limit a question to."""
    st.session_state[_HELD] = _Held(documents)


def draw(conversation: Conversation | None, conversations: Conversations) -> None:
    """Draw the fields with what the conversation is limited to; a change is kept at once."""
    id, now = _of(conversation)  # noqa: A001
    held: Facets | None = st.session_state.get("facets")
    _bring_up_to_date(id, now)

    def kept(field: str) -> Callable[[], None]:
        return partial(told(_take), conversation, conversations, field)

    with st.expander(t("Limit to"), icon=":material/filter_alt:"):
        st.text_input(
            t("Folder, file or pattern"),
            key=_key(id, "sources"),
            placeholder="reports/2024; *minutes*",
            on_change=kept("sources"),
        )
        with st.container(key="problem-sources"):
            if problem := _missing(now):
                draw_problem(problem)
        types = offered(list(held.types) if held else (), now.types)
        st.multiselect(t("Types"), types, key=_key(id, "types"), on_change=kept("types"), placeholder=t("Choose"))
        languages = offered(list(held.languages) if held else (), now.languages)
        st.multiselect(
            t("Languages"),
            languages,
            key=labelled(_key(id, "languages"), languages, language_name),
            on_change=kept("languages"),
            placeholder=t("Choose"),
            format_func=language_name,
        )
        for field in _DAYS:
            # A date picker drops what is no date without a word, and the question would run without it.
            st.text_input(_label(field), key=_key(id, field), placeholder=t("2024-03-31"), on_change=kept(field))
            # Also where there is none: a browser builds a field anew that changes its place, and drops what was typed.
            with st.container(key=f"problem-{field}"):
                if problem := _problem(id, field, held):
                    draw_problem(problem)


def draw_chips(conversation: Conversation | None, conversations: Conversations) -> None:
    """Draw what the next question is limited to above the box; a click on a chip takes it away."""
    id, now = _of(conversation)  # noqa: A001
    wrong = [(field, text) for field in _DAYS if (text := _wrong(id, field))]
    found = chips(now)
    # Also where there are none: a browser builds a box anew that changes its place, and drops what was typed.
    place = st.bottom.container(key="limits-place")
    if not found and not wrong:
        return
    with place, st.container(horizontal=True, gap="small", key="limits", vertical_alignment="center"):
        # Nothing is limited to these.
        for field, text in wrong:
            label = t("{field}: “{text}” is not a date", field=_label(field), text=shortened(text))
            _draw_chip(label, f"chip-{id}-wrong-{field}", partial(_clear, id, field))
        if found:
            st.caption(t("Limited to"), width="content")
        for chip in found:
            take = partial(told(_set), conversation, conversations, chip)
            _draw_chip(chip.label, f"chip-{id}-{chip.key}", take)


def chosen(conversation: Conversation | None) -> Filter:
    """Return what the next question is limited to.

    Raises:
        QuestionError: A date cannot be read, or no document can pass.
    """
    id, now = _of(conversation)  # noqa: A001
    for field in _DAYS:
        if text := _wrong(id, field):
            day_of(text, is_last=field == "until")
    check_days(now, st.session_state.get("facets"))
    return now


def carry_over() -> None:
    """Forget what was chosen for a conversation that has begun by now; the next one begins without limits."""
    for name in [_NEXT, *(_key("", field) for field in ("sources", "types", "languages", *_DAYS))]:
        st.session_state.pop(name, None)


def _draw_chip(label: str, key: str, take: Callable[[], None]) -> None:
    st.button(
        escape_markdown(label),
        key=key,
        icon=":material/close:",
        icon_position="right",
        help=t("Take this limit away"),
        on_click=take,
    )


def _of(conversation: Conversation | None) -> tuple[str, Filter]:
    """Return the id of a conversation and its limits; "" and what was chosen so far for one that has not begun."""
    if conversation is None:
        return "", st.session_state.get(_NEXT, EVERYTHING)
    return conversation.id, conversation.limits


def _as_it_is(conversation: Conversation | None, conversations: Conversations) -> tuple[str, Filter]:
    """Return the same as it is in the database: several fields may change at once, or in another tab."""
    return _of(conversation and (conversations.get(conversation.id) or conversation))


def _take(conversation: Conversation | None, conversations: Conversations, field: str) -> None:
    """Keep what a field says now."""
    id, now = _as_it_is(conversation, conversations)  # noqa: A001
    value = st.session_state.get(_key(id, field))
    try:
        _keep(conversation, conversations, replace(now, **{field: _read(field, value)}))  # type: ignore[arg-type]
    except QuestionError:
        # The field says why. What it said before no longer holds.
        _keep(conversation, conversations, replace(now, **{field: None}))  # type: ignore[arg-type]


def _set(conversation: Conversation | None, conversations: Conversations, chip: Chip) -> None:
    """Take a limit away."""
    id, now = _as_it_is(conversation, conversations)  # noqa: A001
    left = next((other.without for other in chips(now) if other.label == chip.label), now)
    _keep(conversation, conversations, left)
    for field, value in _values(left).items():
        # What cannot be read stays to be mended.
        if not _wrong(id, field):
            st.session_state[_key(id, field)] = value


def _clear(id: str, field: str) -> None:  # noqa: A002
    st.session_state[_key(id, field)] = ""


def _keep(conversation: Conversation | None, conversations: Conversations, limits: Filter) -> None:
    if conversation is None:
        st.session_state[_NEXT] = limits
    else:
        conversations.limit(conversation.id, limits)


def _bring_up_to_date(id: str, now: Filter) -> None:  # noqa: A002
    """Let the fields say what the conversation is limited to, which another tab may have changed."""
    for field, value in _values(now).items():
        key = _key(id, field)
        is_new = key not in st.session_state
        if is_new or (not _wrong(id, field) and _read(field, st.session_state[key]) != getattr(now, field)):
            st.session_state[key] = value


def _values(now: Filter) -> dict[str, object]:
    """Return what the fields say of a filter."""
    return {
        "sources": "; ".join(now.sources),
        "types": list(now.types),
        "languages": list(now.languages),
        "since": str(now.since or ""),
        "until": str(now.until or ""),
    }


def _read(field: str, value: object) -> object:
    """Return what a field means.

    Raises:
        QuestionError: It is no date.
    """
    if field in _DAYS:
        return day_of(str(value or ""), is_last=field == "until")
    if field == "sources":
        return sources_of(str(value or ""))
    return tuple(value) if isinstance(value, list | tuple) else ()


def _wrong(id: str, field: str) -> str:  # noqa: A002
    """Return what stands in a field for a date and is none, "" where it is one or empty."""
    text = str(st.session_state.get(_key(id, field)) or "") if field in _DAYS else ""
    try:
        _read(field, text)
    except QuestionError:
        return text.strip()
    return ""


def _problem(id: str, field: str, held: Facets | None) -> str:  # noqa: A002
    """Return what is wrong with a date, in words; "" for nothing."""
    try:
        day = day_of(str(st.session_state.get(_key(id, field)) or ""), is_last=field == "until")
        check_days(Filter(since=day) if field == "since" else Filter(until=day), held)
        if field == "until" and not _wrong(id, "since"):
            since = day_of(str(st.session_state.get(_key(id, "since")) or ""), is_last=False)
            check_days(Filter(since=since, until=day), None)
    except QuestionError as error:
        return str(error)
    return ""


def _label(field: str) -> str:
    return t("From") if field == "since" else t("Until")


def _missing(now: Filter) -> str:
    """Return what is wrong with the folders, files and patterns, in words; "" for nothing."""
    try:
        check_sources(now, st.session_state.get(_HELD, _Held()).documents)
    except QuestionError as error:
        return for_who_asks(str(error))
    return ""


def _key(conversation: str, field: str) -> str:
    return f"limit-{field}-{conversation}" if conversation else f"limit-{field}"
