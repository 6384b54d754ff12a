"""The part of the documents' page that shows ingests: those that run and wait, what came of the last ones, watches."""

from collections.abc import Callable

import streamlit as st

from qa.database.ingests import Ingest
from ui.documents import telling
from ui.documents.jobs import IngestJobs
from ui.web.escape import escape_markdown
from ui.web.language import t

# While something runs, and otherwise: an ingest may begin in another tab.
_RUNNING_S = 1.0
_IDLE_S = 5.0
_PAST = 3


def draw(jobs: IngestJobs, collection: str) -> None:
    """Draw the ingests into a collection, in a fragment that draws itself again while something runs.

    The whole page is drawn again only when an ingest begins or ends: what is listed has then changed.
    """
    current = jobs.current(collection)
    known = tuple(ingest.id for ingest in current)
    fragment: Callable[[], None] = st.fragment(run_every=_RUNNING_S if current else _IDLE_S)(
        lambda: _draw(jobs, collection, known)
    )
    fragment()


def _draw(jobs: IngestJobs, collection: str, known: tuple[str, ...]) -> None:
    current = jobs.current(collection)
    _draw_watches(jobs, collection)
    if tuple(ingest.id for ingest in current) != known:
        st.rerun()
    for ingest in current:
        _draw_running(jobs, ingest)
    for ingest in jobs.ingests.listed(collection, limit=_PAST):
        if ingest.is_finished:
            _draw_past(jobs, ingest)


def _draw_watches(jobs: IngestJobs, collection: str) -> None:
    for watch in jobs.watches.listed(collection):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(escape_markdown(telling.watch(watch)), width="stretch")
            st.button(
                t("Stop watching"),
                key=f"stop-watch-{watch.id}",
                type="tertiary",
                on_click=jobs.watches.stop,
                args=(watch.id,),
            )


def _draw_running(jobs: IngestJobs, ingest: Ingest) -> None:
    with st.container(border=True):
        st.markdown(f"**{escape_markdown(telling.title(ingest))}**")
        st.progress(telling.share(ingest), text=escape_markdown(telling.doing(ingest)))
        st.caption(escape_markdown(telling.counts(ingest.progress)))
        st.button(
            t("Cancel"), key=f"cancel-{ingest.id}", on_click=jobs.cancel, args=(ingest.id,), disabled=ingest.cancelled
        )


def _draw_past(jobs: IngestJobs, ingest: Ingest) -> None:
    with st.container(border=True):
        st.markdown(f"**{escape_markdown(telling.title(ingest))}**")
        st.markdown(escape_markdown(telling.outcome(ingest)))
        if ingest.progress.failed or ingest.error:
            with st.expander(t("What could not be read")):
                for failure in jobs.ingests.failures(ingest.id):
                    st.markdown(escape_markdown(f"{failure.source}: {failure.reason}"))
        if ingest.state in ("broken", "stopped", "failed"):
            st.button(t("Run it again"), key=f"again-{ingest.id}", on_click=_again, args=(jobs, ingest))


def _again(jobs: IngestJobs, ingest: Ingest) -> None:
    jobs.again(ingest)
