"""The page of documents: what is shown, in what order."""

import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, TypeVar

import streamlit as st

from qa.config import Settings
from qa.errors import QAError
from qa.store.removal import BroughtBack
from qa.store.where import Filter
from ui.documents import add, changes, collections, details, listing, progress, removing, render, table
from ui.documents.changes import Shelves
from ui.documents.jobs import IngestJobs
from ui.documents.listing import Entry
from ui.documents.style import STYLE
from ui.documents.table import Actions
from ui.reading import links
from ui.web import choice, examples, live, notices, opening, pages, presses, suggestion
from ui.web.access import current_access
from ui.web.current import CONVERSATION, current
from ui.web.escape import escape_markdown
from ui.web.language import t, t_many
from ui.web.library import Holding
from ui.web.notices import told
from ui.web.reasons import worded

logger = logging.getLogger(__name__)
T = TypeVar("T")

# The conversation that was begun about some documents.
_ASKED = "doc-asked"
_UNDONE_SHOWN = 3


def main() -> None:
    """Draw the page once, as Streamlit does after every click."""
    if (conversation := st.session_state.pop(_ASKED, "")) and (chat := pages.page("chat")):
        st.switch_page(chat, query_params={CONVERSATION: conversation})
    notices.begin()
    st.set_page_config(layout="wide")
    pages.entitle(t("Documents"))
    st.html(STYLE)
    st.title(t("Documents"), anchor=False)
    try:
        settings = opening.read_settings()
        shelves = changes.open_shelves(settings)
        jobs = opening.open_ingests(settings)
        collection = current(settings, shelves.kept.database)
        _draw(shelves, jobs, replace(settings, collection=collection))
        notices.end()
    except QAError as error:
        notices.draw_problem(worded(error))
        st.button(t("Try again"), key="doc-retry")


def _draw(shelves: Shelves, jobs: IngestJobs, settings: Settings) -> None:
    collection = settings.collection
    with st.sidebar:
        choice.draw(shelves.library, shelves.kept, collection, on_change=_begin_anew)
    # What is there in one run alone has a place in all of them: what stands below it would be shown twice meanwhile.
    with st.container():
        holding = shelves.library.peek(collection) or _waited(shelves, shelves.library.look(collection))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        beside = progress.idle(jobs, collection)
        live.follow(shelves.library, settings, shelves.kept.database, holding, _draw_counts, beside=beside)
        collections.draw_menu(shelves, holding)
    with st.container():
        notices.draw()
    entries, choices = _made(holding)
    with st.container():
        # Else above the list: who removed something has scrolled there.
        if not entries or holding.problem:
            _draw_removals(shelves, settings)
    if holding.problem:
        notices.draw_problem(worded(holding.problem))
        st.button(t("Try again"), key="doc-retry", on_click=shelves.library.forget, args=(collection,))
        return
    with st.container():
        _draw_warnings(settings, holding)
        if not jobs.current(collection):
            suggestion.draw(settings, holding, shelves.kept.database)
            suggestion.draw_terms(settings, holding, shelves.kept.database)
        _draw_stale(jobs, settings, entries)
    may_add = current_access().may("add", collection)
    notice = st.container()
    inviting = not entries and not jobs.current(collection)
    if may_add:
        with st.container(key="add-inviting") if inviting else st.expander(t("Add documents"), icon=":material/add:"):
            add.draw(jobs, settings, collection, inviting=inviting)
    elif inviting:
        st.info(t("There are no documents here that you may read. Ask who looks after this server for a role."))
    with notice:
        add.draw_notice()
    progress.draw(jobs, collection, partial(_look_again, shelves, collection))
    if inviting:
        return
    if not entries:
        st.caption(t("Documents stand here as soon as they are stored, and can be asked from then on."))
        return
    actions = _actions(shelves, jobs, settings)
    wanted, pages = table.wanted(choices), partial(_pages, shelves, collection)
    # Their pages are asked of the engine; all else is known.
    found = listing.chosen(entries, wanted, pages(None)) if wanted.order == "pages" else _chosen(holding, wanted)
    with st.container():
        _draw_removals(shelves, settings)
    table.draw(entries, found, wanted, pages, actions)
    _draw_details(shelves, holding, entries, actions)


def _draw_counts(holding: Holding, is_behind: bool) -> None:
    """Say what a collection holds; where the list below shows less, while documents come in, offer the rest."""
    counts = "" if holding.problem else render.counted(len(holding.documents), holding.passages)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{escape_markdown(holding.collection)}**" + (f" · {escape_markdown(counts)}" if counts else ""),
            width="content",
        )
        if is_behind and st.button(t("Show them in the list"), key="doc-show-new", type="tertiary"):
            st.rerun()


@lru_cache(maxsize=8)
def _made(holding: Holding) -> tuple[list[Entry], listing.Choices]:
    """Return what the list shows and offers, made once for each state of a collection, for all visitors."""
    found = listing.entries(holding.documents, holding.failures)
    return found, listing.choices(found)


@lru_cache(maxsize=16)
def _chosen(holding: Holding, wanted: listing.Wanted) -> list[Entry]:
    return listing.chosen(_made(holding)[0], wanted)


def _pages(shelves: Shelves, collection: str, entries: Sequence[Entry] | None) -> Mapping[str, int]:
    documents = None if entries is None else [entry.document for entry in entries if entry.row]
    return _waited(shelves, shelves.library.pages(collection, documents))


def _look_again(shelves: Shelves, collection: str) -> None:
    """Have what came of an ingest known before the page is drawn anew."""
    shelves.session.submit(shelves.library.look(collection, at_once=True)).result()


def _waited(shelves: Shelves, coroutine: Coroutine[Any, Any, T]) -> T:
    """Wait for what runs in the session's loop; another click can end the wait."""
    place = st.empty()
    waiting = shelves.session.wait(coroutine)
    while True:
        try:
            next(waiting)
        except StopIteration as ended:
            found: T = ended.value
            place.empty()
            return found
        place.caption(t("Looking into the collection …"))


def _draw_warnings(settings: Settings, holding: Holding) -> None:
    from qa.wiring import check_models

    if holding.generation is not None:
        try:
            check_models(settings, holding.generation.settings)
        except QAError as error:
            notices.draw_problem(worded(error), is_doubt=True)
    if not _is_writable(settings):
        said = t(
            "The home {home} can only be read, so documents cannot be added or removed; "
            "check its permissions, or set FOOTNOTE_HOME to another folder.",
            home=settings.home,
        )
        notices.draw_problem(said, is_doubt=True)


def _draw_stale(jobs: IngestJobs, settings: Settings, entries: Sequence[Entry]) -> None:
    """Say how many documents an earlier release read, and offer to read them again; nothing to who may not do that."""
    stale = [entry for entry in entries if entry.state == "stale"]
    may = current_access().may("change", settings.collection)
    if not may or not stale or jobs.current(settings.collection):
        return
    with st.container(key="doc-stale", horizontal=True, vertical_alignment="center", gap="small"):
        said = t_many(
            "1 document was read by an earlier release of Footnote, which may have found less in it.",
            "{n} documents were read by an earlier release of Footnote, which may have found less in them.",
            len(stale),
        )
        st.caption(said, width="stretch")
        again = partial(told(_ingest_again), jobs, settings)
        st.button(t("Ingest again"), key="doc-stale-again", on_click=again, args=(stale,))


def _is_writable(settings: Settings) -> bool:
    from qa.store import can_write

    # A home that is not there yet is made.
    return not settings.is_embedded or not settings.index_file.parent.exists() or can_write(settings.index_file)


def _draw_removals(shelves: Shelves, settings: Settings) -> None:
    removals = shelves.removals.of(settings.collection)
    if not removals:
        return
    with st.container(key="doc-removed"):
        for removal in removals[:_UNDONE_SHOWN]:
            _draw_undo(shelves, settings, removal)
        if len(removals) > _UNDONE_SHOWN:
            with st.expander(t("Removed earlier ({n})", n=len(removals) - _UNDONE_SHOWN)):
                for removal in removals[_UNDONE_SHOWN:]:
                    _draw_undo(shelves, settings, removal)


def _draw_undo(shelves: Shelves, settings: Settings, removal: removing.Removal) -> None:
    many = len(removal.titles)
    said = t_many("Removed: {title}", "Removed: {title} and {more} more", many, title=removal.titles[0], more=many - 1)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(escape_markdown(said), width="content")
        undo = partial(told(_undo), shelves, settings)
        st.button(t("Undo"), key=f"undo-{removal.id}", on_click=undo, args=(removal.id,), type="tertiary")


def _actions(shelves: Shelves, jobs: IngestJobs, settings: Settings) -> Actions:
    return Actions(
        address=partial(_address, settings.collection),
        open_=_open,
        ask=partial(told(_ask), shelves, settings),
        tell=partial(told(_tell), shelves, settings),
        again=partial(told(_ingest_again), jobs, settings),
        remove=partial(told(_remove), shelves, settings),
        may_change=current_access().may("change", settings.collection),
    )


def _open(entry: Entry) -> None:
    st.session_state[details.SHOWN] = entry.document


def _ask(shelves: Shelves, settings: Settings, entries: Sequence[Entry]) -> None:
    """Begin a conversation that is limited to these documents, and lead to it."""
    where = Filter(sources=tuple(entry.source for entry in entries))
    begin = partial(shelves.kept.conversations.begin, settings.collection, where)
    st.session_state[_ASKED] = presses.once(("ask", settings.collection, where), begin).id


def _tell(shelves: Shelves, settings: Settings, entries: Sequence[Entry]) -> None:
    """Ask what a document is about, in a conversation that is limited to it, and lead to that."""
    kept, where = shelves.kept, Filter(sources=(entries[0].source,))
    question = examples.about_it(entries[0].title)

    def ask() -> str:
        conversation = kept.conversations.begin(settings.collection, where)
        kept.jobs.start(kept.conversations.ask(conversation.id, question, where, worker=kept.jobs.worker))
        return conversation.id

    st.session_state[_ASKED] = presses.once(("tell", settings.collection, where), ask)


def _ingest_again(jobs: IngestJobs, settings: Settings, entries: Sequence[Entry]) -> None:
    what = ("again", settings.collection, *(entry.document for entry in entries))
    begun, lost = presses.once(what, partial(changes.again, jobs, settings.collection, entries))
    if begun:
        table.pick_none()
    if lost:
        titles = ", ".join(entry.title for entry in lost[:10])
        notices.note(t("Not known where the file is: {titles}. Add it again.", titles=titles))


def _remove(shelves: Shelves, settings: Settings, entries: Sequence[Entry]) -> None:
    collection = settings.collection
    holding = shelves.library.peek(collection)
    everything = _made(holding)[0] if holding else []

    def remove() -> None:
        shelves.session.submit(changes.remove(shelves, collection, entries, everything)).result()

    presses.once(("remove", collection, *(entry.document for entry in entries)), remove)
    table.pick_none()


def _undo(shelves: Shelves, settings: Settings, removal: str) -> None:
    def undo() -> BroughtBack:
        return shelves.session.submit(changes.undo(shelves, settings.collection, removal)).result()

    back = presses.once(("undo", removal), undo)
    said = t_many("{n} document is back.", "{n} documents are back.", back.documents)
    if back.there:
        said += " " + t_many("{n} was ingested again meanwhile.", "{n} were ingested again meanwhile.", back.there)
    notices.note(said, good=True)


def _begin_anew() -> None:
    """Forget what was chosen and searched in another collection."""
    table.pick_none()
    table.show_all()
    details.close()


def _draw_details(shelves: Shelves, holding: Holding, entries: Sequence[Entry], actions: Actions) -> None:
    shown = st.session_state.get(details.SHOWN, "")
    entry = next((entry for entry in entries if entry.document == shown), None)
    if entry is None:
        details.close()
        return

    details.draw(entry, _pages(shelves, holding.collection, [entry]).get(entry.document), actions)


def _address(collection: str, entry: Entry) -> str:
    return links.document(entry.document, collection) if entry.row else ""
