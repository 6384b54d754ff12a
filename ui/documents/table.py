"""The list of documents on the page: search, filters, order, one page of rows, and what can be done with several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from ui.documents import render
from ui.documents.listing import (
    DESCENDING,
    ORDERS,
    Choices,
    Entry,
    Order,
    Wanted,
    page_count,
    page_of,
)
from ui.web.escape import escape_markdown, spoken
from ui.web.labelled import labelled
from ui.web.language import language_name, number, t, t_many

_PICKED = "doc-picked"
_PAGE = "doc-page"


@dataclass(frozen=True, slots=True)
class Actions:
    """What can be done with documents: where one can be read, and what is called with one or several.

    `tell` asks what one is about. The last two change them, which `may_change` tells whether the visitor may.
    """

    address: Callable[[Entry], str]
    open_: Callable[[Entry], None]
    ask: Callable[[Sequence[Entry]], None]
    tell: Callable[[Sequence[Entry]], None]
    again: Callable[[Sequence[Entry]], None]
    remove: Callable[[Sequence[Entry]], None]
    may_change: bool = True


def wanted(choices: Choices) -> Wanted:
    """Draw the search, the filters and the order, and return what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            t("Search documents"),
            key="doc-words",
            placeholder=t("Search titles, places and problems"),
            label_visibility="collapsed",
            icon=":material/search:",
            on_change=first_page,
        )
        order = _draw_order()
        kinds, folders, languages, states = _draw_filters(choices)
    descending = st.session_state.get("doc-descending", order in DESCENDING)
    return Wanted(words or "", kinds, folders, languages, states, order, descending)


def _draw_filters(choices: Choices) -> tuple[tuple[str, ...], ...]:
    keys = ("doc-kinds", "doc-folders", "doc-languages", "doc-states")
    count = sum(len(st.session_state.get(key, ())) for key in keys)
    label = t("Filter ({n})", n=count) if count else t("Filter")
    with st.popover(label, icon=":material/filter_alt:", key="doc-filter"):
        offered: Sequence[tuple[str, str, Mapping[str, int], Callable[[str], str]]] = (
            (keys[0], t("Kind"), choices.kinds, lambda value: value if "/" in value else value.upper()),
            (keys[1], t("Folder"), choices.folders, str),
            (keys[2], t("Language"), choices.languages, lambda value: language_name(value)),
            (keys[3], t("State"), choices.states, lambda value: render.state_name(value)),  # type: ignore[arg-type]
        )
        found = []
        for key, name, counts, shown in offered:
            # What was chosen stays, even where the collection holds none of it any more.
            options = list(dict.fromkeys((*counts, *st.session_state.get(key, ()))))

            def said(value: str, counts: Mapping[str, int] = counts, shown: Callable[[str], str] = shown) -> str:
                return f"{shown(value)} ({number(counts.get(value, 0))})"

            chosen = st.multiselect(
                name,
                options,
                key=labelled(key, options, said),
                format_func=said,
                on_change=first_page,
                placeholder=t("Choose"),
            )
            found.append(tuple(chosen))
        st.button(t("Show all"), key="doc-unfilter", on_click=show_all, disabled=not count)
    return tuple(found)


def _draw_order() -> Order:
    names: Mapping[Order, str] = {
        "title": t("Title"),
        "place": t("Place"),
        "date": t("Date"),
        "ingested": t("Time stored"),
        "kind": t("Kind"),
        "size": t("Size"),
        "pages": t("Pages"),
        "passages": t("Passages"),
        "state": t("State"),
    }

    def changed() -> None:
        st.session_state["doc-ordered"] = st.session_state["doc-order"]
        st.session_state["doc-descending"] = st.session_state["doc-order"] in DESCENDING
        first_page()

    def turn() -> None:
        st.session_state["doc-descending"] = not st.session_state.get("doc-descending", False)
        first_page()

    def said(order: Order) -> str:
        return t("Sort by {what}", what=names[order])

    # Where the list was not drawn, as on another page, Streamlit forgets what was chosen, but not which way it runs.
    if "doc-order" not in st.session_state and "doc-ordered" in st.session_state:
        st.session_state["doc-order"] = st.session_state["doc-ordered"]
    order: Order = st.selectbox(
        t("Sort by"),
        ORDERS,
        key=labelled("doc-order", ORDERS, said),
        format_func=said,
        label_visibility="collapsed",
        on_change=changed,
        width=220,
    )
    descending = st.session_state.get("doc-descending", False)
    st.button(
        t("Descending") if descending else t("Ascending"),
        icon=":material/arrow_downward:" if descending else ":material/arrow_upward:",
        key="doc-turn",
        help=t("Turn the order round"),
        on_click=turn,
    )
    return order


def draw(
    entries: Sequence[Entry],
    found: Sequence[Entry],
    wish: Wanted,
    pages: Callable[[Sequence[Entry]], Mapping[str, int]],
    actions: Actions,
) -> None:
    """Draw one page of the list.

    Args:
        entries: All that there are.
        found: Those that are wanted, in order; only one page is drawn.
        wish: From `wanted`.
        pages: Counts the pages of documents by id.
        actions: What the buttons do.
    """
    number = min(st.session_state.get(_PAGE, 1), page_count(len(found)))
    rows = page_of(found, number)
    _draw_picked(entries, found, wish, actions)
    if not found:
        st.info(t("No document matches this."))
        st.button(t("Show all"), key="doc-show-all", on_click=show_all)
        return
    counts = pages(rows)
    with st.container(key="doc-head", horizontal=True, vertical_alignment="center", gap="small"):
        _draw_pick_page(rows)
        st.html(render.heading())
    for entry in rows:
        _draw_row(entry, counts.get(entry.document), actions)
    _draw_paging(number, len(found), len(rows))


def _draw_row(entry: Entry, pages: int | None, actions: Actions) -> None:
    key = entry.document
    with st.container(key=f"doc-row-{key}", horizontal=True, vertical_alignment="center", gap="small"):
        st.session_state[f"doc-pick-{key}"] = key in picked()
        st.checkbox(
            t("Choose {title}", title=spoken(entry.title)),
            key=f"doc-pick-{key}",
            label_visibility="collapsed",
            on_change=_pick,
            args=(key,),
        )
        st.html(render.line(entry, pages, actions.address(entry)))
        st.button(
            t("More about {title}", title=escape_markdown(entry.title)),
            icon=":material/more_vert:",
            key=f"doc-more-{key}",
            type="tertiary",
            on_click=actions.open_,
            args=(entry,),
        )


def _draw_pick_page(rows: Sequence[Entry]) -> None:
    keys = [entry.document for entry in rows]
    everything = set(keys) <= picked()
    st.session_state["doc-pick-page"] = everything

    def pick() -> None:
        if st.session_state.get("doc-pick-page", everything) != everything:
            st.session_state[_PICKED] = picked() - set(keys) if everything else picked() | set(keys)

    st.checkbox(t("Choose all on this page"), key="doc-pick-page", label_visibility="collapsed", on_change=pick)


def _draw_picked(entries: Sequence[Entry], found: Sequence[Entry], wish: Wanted, actions: Actions) -> None:
    """Draw what can be done with those that are chosen, also those on other pages."""
    chosen_ones = [entry for entry in entries if entry.document in picked()]
    if not chosen_ones:
        return
    with st.container(key="doc-picked", border=True, horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(t_many("{n} document chosen", "{n} documents chosen", len(chosen_ones)), width="content")
        if len(chosen_ones) < len(found):

            def everything() -> None:
                st.session_state[_PICKED] = {entry.document for entry in found}

            label = t("Choose all {n} found", n=len(found)) if wish.is_limited else t("Choose all {n}", n=len(found))
            st.button(label, key="doc-pick-all", type="tertiary", on_click=everything)
        stored = [entry for entry in chosen_ones if entry.row]
        st.button(t("Ask only these"), key="doc-ask", on_click=actions.ask, args=(stored,), disabled=not stored)
        if actions.may_change:
            st.button(t("Ingest again"), key="doc-again", on_click=actions.again, args=(chosen_ones,))
            st.button(t("Remove"), key="doc-remove", on_click=actions.remove, args=(chosen_ones,))
        st.button(t("Choose none"), key="doc-pick-none", type="tertiary", on_click=pick_none)


def _draw_paging(number: int, found: int, shown: int) -> None:
    pages = page_count(found)
    first = (number - 1) * (shown if number < pages else 0)
    first = found - shown if number == pages else first

    def turn(to: int) -> None:
        st.session_state[_PAGE] = to

    with st.container(key="doc-paging", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            t("{first}–{last} of {all}", first=first + 1, last=first + shown, all=found),
            width="content",
        )
        if pages == 1:
            return
        back, on = ":material/chevron_left:", ":material/chevron_right:"
        st.button(t("Page before"), icon=back, key="doc-back", on_click=turn, args=(number - 1,), disabled=number == 1)
        st.button(t("Next page"), icon=on, key="doc-on", on_click=turn, args=(number + 1,), disabled=number == pages)
        st.session_state["doc-page-number"] = number
        st.number_input(
            t("Page, of {n}", n=pages),
            min_value=1,
            max_value=pages,
            key="doc-page-number",
            on_change=lambda: turn(st.session_state["doc-page-number"]),
            width=150,
        )


def picked() -> set[str]:
    """Return the ids of the documents that are chosen, on this page and others."""
    found: set[str] = st.session_state.setdefault(_PICKED, set())
    return found


def pick_none() -> None:
    """Choose no document."""
    st.session_state[_PICKED] = set()


def first_page() -> None:
    """Lead to the first page: after another search or order, a later one means nothing."""
    st.session_state[_PAGE] = 1


def show_all() -> None:
    """Leave out nothing."""
    st.session_state["doc-words"] = ""
    for key in ("doc-kinds", "doc-folders", "doc-languages", "doc-states"):
        st.session_state[key] = []
    first_page()


def _pick(document: str) -> None:
    """Keep what a box says: a browser also sends the boxes of rows that a search has just taken away."""
    ticked = st.session_state.get(f"doc-pick-{document}", document in picked())
    st.session_state[_PICKED] = picked() | {document} if ticked else picked() - {document}
