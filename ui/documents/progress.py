"""The part of the documents' page that shows ingests: those that run and wait, what came of the last ones, watches."""

from collections.abc import Callable

import streamlit as st

from qa.database.ingests import Ingest
from ui.documents import telling
from ui.documents.jobs import IngestJobs
from ui.documents.unpathed import failures_as_seen
from ui.web import pages
from ui.web.escape import escape_markdown
from ui.web.language import t, t_many
from ui.web.notices import in_place, redraw, told
from ui.web.reasons import worded

# While something runs. Otherwise the page's other look finds what begins in another tab: see `idle`.
_RUNNING_S = 1.0
# Ingests that have ended, and failures of one of them, that are shown at most.
_EARLIER = 20
_LISTED = 200
# Of the session's state.
_ALL = "ingests-all-shown"


def draw(jobs: IngestJobs, collection: str, look: Callable[[], None]) -> None:
    """Draw the ingests into a collection, in a fragment that draws itself again while something runs.

    The whole page is drawn again only when an ingest begins or ends: what is listed has then changed.

    Args:
        jobs: The ingests of this server.
        collection: Into which.
        look: Looks what the collection holds now.
    """
    current = jobs.current(collection)
    known = tuple(ingest.id for ingest in current)
    fragment: Callable[[], None] = st.fragment(run_every=_RUNNING_S if current else None)(
        lambda: _draw(jobs, collection, known, look)
    )
    fragment()


def idle(jobs: IngestJobs, collection: str) -> Callable[[], object]:
    """Return what tells what the part shows, to compare later; nothing while an ingest runs, where it looks itself."""

    def shown() -> object:
        return [ingest.id for ingest in jobs.ingests.listed(collection, limit=_EARLIER)], jobs.watched(collection)

    return (lambda: None) if jobs.current(collection) else shown


def _draw(jobs: IngestJobs, collection: str, known: tuple[str, ...], look: Callable[[], None]) -> None:
    with in_place():
        current = jobs.current(collection)
        if tuple(ingest.id for ingest in current) != known:
            look()
            # What is listed has changed as well. This ends the run of the fragment.
            redraw()
        _draw_watches(jobs, collection)
        for ingest in current:
            _draw_running(jobs, ingest)
        past = [ingest for ingest in jobs.ingests.listed(collection, limit=_EARLIER) if ingest.is_finished]
        shown = st.session_state.get(_ALL, False)
        for ingest in past if shown else past[:1]:
            _draw_past(jobs, ingest)
        if len(past) > 1:
            label = (
                t("Hide earlier ingests") if shown else t_many("1 earlier ingest", "{n} earlier ingests", len(past) - 1)
            )
            st.button(label, key="ingests-all", type="tertiary", on_click=_turn)


def _draw_watches(jobs: IngestJobs, collection: str) -> None:
    for watch in jobs.watched(collection):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(escape_markdown(telling.watch(watch)), width="stretch")
            st.button(
                t("Stop watching"),
                key=f"stop-watch-{watch.id}",
                type="tertiary",
                on_click=told(jobs.stop_watching),
                args=(watch,),
            )


def _draw_running(jobs: IngestJobs, ingest: Ingest) -> None:
    with st.container(border=True, gap="small", key=f"ingest-{ingest.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(telling.title(ingest))}**", width="stretch")
            st.button(
                t("Cancel"),
                key=f"cancel-{ingest.id}",
                on_click=told(jobs.cancel),
                args=(ingest.id,),
                disabled=ingest.cancelled,
            )
        st.progress(telling.share(ingest), text=escape_markdown(telling.doing(ingest)))
        st.caption(escape_markdown(telling.counts(ingest.progress)))


def _draw_past(jobs: IngestJobs, ingest: Ingest) -> None:
    with st.container(border=True, gap="small", key=f"ingest-{ingest.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape_markdown(telling.title(ingest))}**", width="stretch")
            if ingest.state != "done":
                st.button(t("Run it again"), key=f"again-{ingest.id}", on_click=told(_again), args=(jobs, ingest))
            st.button(
                t("Dismiss"),
                key=f"forget-{ingest.id}",
                on_click=told(jobs.ingests.forget),
                args=(ingest.id,),
            )
        st.markdown(escape_markdown(telling.outcome(ingest)))
        if ingest.progress.stored and (chat := pages.page("chat")):
            st.page_link(chat, label=t("Ask your documents"), icon=":material/forum:")
        failures = failures_as_seen(jobs.ingests.failures(ingest.id, limit=_LISTED + 1), ingest)
        if failures:
            with st.expander(t("What could not be read, and why"), expanded=not ingest.progress.stored):
                for failure in failures[:_LISTED]:
                    what = f"**{escape_markdown(telling.short(failure.source, ingest))}**"
                    partly = f" ({escape_markdown(t('stored, but for a part'))})" if failure.partly else ""
                    st.markdown(f"{what}{partly}: {escape_markdown(worded(failure.reason))}")
                if len(failures) > _LISTED:
                    st.caption(t("… and more"))


def _again(jobs: IngestJobs, ingest: Ingest) -> None:
    jobs.again(ingest)
    jobs.ingests.forget(ingest.id)


def _turn() -> None:
    st.session_state[_ALL] = not st.session_state.get(_ALL, False)
