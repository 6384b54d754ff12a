"""The part of the documents' page that brings documents in: dropped files, a folder of this machine, an address."""

import math
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from qa import sample
from qa.config import Settings
from qa.database.ingests import Kind
from qa.errors import QAError
from ui.documents import changes, uploads
from ui.documents.jobs import IngestJobs
from ui.documents.routes import SCRIPT
from ui.documents.typed import machine_path, web_address
from ui.documents.uploads import Clash, Refused, Sorted, Upload, Uploads
from ui.web import presses
from ui.web.access import current_access
from ui.web.current import choose
from ui.web.language import number, t, t_many
from ui.web.notices import draw_problem
from ui.web.place import at
from ui.web.reasons import worded

_SHOWN = 10
# Of the session's state.
_NUMBER, _PROBLEM, _NOTICE = "add-number", "add-problem", "add-notice"


def draw(jobs: IngestJobs, settings: Settings, collection: str, *, inviting: bool = False) -> None:
    """Draw the ways to add documents to a collection. What is added is an ingest job, which `progress` draws.

    Args:
        jobs: The ingests of this server, of `ui.web.opening.open_ingests`.
        settings: Those of the page.
        collection: Into which documents go; made by the first that comes.
        inviting: Whether nothing is there yet: the drop zone then comes with a word of invitation, and the sample.
    """
    # Under another key what was opened closes once something was added.
    number = st.session_state.setdefault(_NUMBER, 0)
    if inviting:
        st.markdown(t("There are no documents here yet. Drop some below, or add a folder or a web address."))
    with st.container(gap="small"):
        _draw_drop(jobs, settings, collection)
        with st.container(horizontal=True, gap="small"):
            with st.popover(t("Add a folder"), icon=":material/folder:", key=f"add-folder-menu-{number}"):
                _draw_folder(jobs, settings, collection)
            with st.popover(t("Add a web address"), icon=":material/language:", key=f"add-address-menu-{number}"):
                _draw_address(jobs, collection)
            if inviting and current_access().configures:
                st.button(t("Try the sample"), key="add-sample", on_click=_try_sample, args=(jobs,))


def draw_notice() -> None:
    """Say what was not added until the next thing is: where it is neither folded away nor covered."""
    if problem := st.session_state.get(_PROBLEM, ""):
        draw_problem(problem)
    if notice := st.session_state.get(_NOTICE, ""):
        draw_problem(notice, is_doubt=True)


# Dropped files


def _draw_drop(jobs: IngestJobs, settings: Settings, collection: str) -> None:
    with st.container(key="scripts-of-adding"):
        st.html(f'<script src="{at(SCRIPT)}"></script>', unsafe_allow_javascript=True)
    files = st.file_uploader(
        t("Drop files, folders or archives here"),
        accept_multiple_files=True,
        # What was taken is no longer held in memory once the widget has another key.
        key=f"add-files-{st.session_state[_NUMBER]}",
        max_upload_size=uploads.MOST_MB,
    )
    _took(jobs, settings, collection, files)


def _took(jobs: IngestJobs, settings: Settings, collection: str, files: Sequence[Upload]) -> None:
    """Take uploads; where others have their names, ask first."""
    if not files:
        return
    kept = Uploads(settings.home, jobs.hurried)
    try:
        found = kept.sort(collection, files)
        if found.clashing:
            _ask(jobs, kept, collection, found)
            return
        _take(jobs, kept, collection, found, "both")
    except QAError as error:
        draw_problem(worded(error))
        return
    st.rerun()


def _ask(jobs: IngestJobs, kept: Uploads, collection: str, found: Sorted) -> None:
    """Ask what becomes of files whose names others have."""
    names = [str(place.path) for place in found.clashing]
    said = t_many(
        "A file of this name is here already, with other content: {names}",
        "{n} files of these names are here already, with other content: {names}",
        len(names),
        names=_listed(names),
    )
    draw_problem(said, is_doubt=True)
    answers: tuple[tuple[Clash, str], ...] = (
        ("replace", t("Replace")),
        ("both", t("Keep both")),
        ("skip", t("Leave out")),
    )
    with st.container(horizontal=True, gap="small"):
        for clash, label in answers:
            take = _take_told
            st.button(label, key=f"add-{clash}", on_click=take, args=(jobs, kept, collection, found, clash))


def _take_told(jobs: IngestJobs, kept: Uploads, collection: str, found: Sorted, clash: Clash) -> None:
    try:
        _take(jobs, kept, collection, found, clash)
    except QAError as error:
        st.session_state[_PROBLEM] = worded(error)


def _take(jobs: IngestJobs, kept: Uploads, collection: str, found: Sorted, clash: Clash) -> None:
    """Keep uploads, and have them ingested."""
    # Another click may end this run before it notes that the files are taken, and the next one is given them again.
    these = tuple(getattr(place.upload, "file_id", place.upload.name) for place in found.places)
    bring = partial(changes.bring, jobs, kept, collection, found.places, clash)
    problem = presses.once(("add", collection, these), partial(_brought, bring), within_s=math.inf)
    st.session_state[_NUMBER] += 1
    st.session_state[_PROBLEM] = problem
    st.session_state[_NOTICE] = _refusals(found.refused)


def _brought(bring: Callable[[], object]) -> str:
    """Bring uploads in; return why they are ingested later, "" where that has begun."""
    try:
        bring()
    except changes.KeptError as error:
        return worded(error)
    return ""


def _refusals(refused: Sequence[Refused]) -> str:
    """Return in a line what was not taken, and why."""
    why = {
        "hidden": t("hidden files are passed over"),
        "trace": t("a program keeps it for itself"),
        "kind": t("of a kind that Footnote does not read"),
        "size": t("larger than {most} MB", most=uploads.MOST_MB),
        "name": t("without a usable name"),
        "empty": t("empty"),
    }
    told = []
    for reason, words in why.items():
        if names := [item.name for item in refused if item.reason == reason]:
            told.append(f"{_listed(names)} ({words})")
    return t("Not added: {what}", what="; ".join(told)) if told else ""


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown + (f", … +{number(len(names) - _SHOWN)}" if len(names) > _SHOWN else "")


# Folders and addresses


def _draw_folder(jobs: IngestJobs, settings: Settings, collection: str) -> None:
    st.markdown(f"**{t('From this device')}**")
    files = st.file_uploader(
        t("Choose a folder; a copy of its files is kept"),
        accept_multiple_files="directory",
        key=f"add-directory-{st.session_state[_NUMBER]}",
        max_upload_size=uploads.MOST_MB,
    )
    _took(jobs, settings, collection, files)
    if settings.machine_folders == "off" or not current_access().configures:
        return
    st.markdown(f"**{t('From the machine that runs Footnote')}**")
    with st.form("add-folder-form", border=False, clear_on_submit=False):
        folder = st.text_input(t("Path of a folder or file"), key="add-folder")
        watched = st.checkbox(t("Keep watching it for changes"), key="add-folder-watch")
        if st.form_submit_button(t("Add")):
            _add_folder(jobs, settings, collection, folder.strip(), watched=watched)


def _add_folder(jobs: IngestJobs, settings: Settings, collection: str, folder: str, *, watched: bool) -> None:
    try:
        path = machine_path(folder, settings.home)
        _begin(jobs, collection, "folder", str(path), watched=watched and path.is_dir())
    except QAError as error:
        # Beside what was typed: the menu lies over the page.
        draw_problem(worded(error))
    else:
        st.rerun()


def _draw_address(jobs: IngestJobs, collection: str) -> None:
    with st.form("add-address-form", border=False, clear_on_submit=False):
        address = st.text_input(
            t("Address of a page, a sitemap or a list of pages"), key="add-address", placeholder="https://"
        )
        watched = st.checkbox(t("Fetch it again every few hours"), key="add-address-watch")
        if st.form_submit_button(t("Add")):
            try:
                _begin(jobs, collection, "address", web_address(address), watched=watched)
            except QAError as error:
                draw_problem(worded(error))
            else:
                st.rerun()


def _begin(jobs: IngestJobs, collection: str, kind: Kind, wanted: str, *, watched: bool) -> None:
    """Have it ingested, by its watch where it is to be watched."""
    st.session_state[_PROBLEM] = st.session_state[_NOTICE] = ""

    def begin() -> None:
        if watched:
            jobs.watch(collection, wanted)
        else:
            jobs.start(collection, kind, [wanted])

    presses.once(("begin", collection, kind, wanted, watched), begin)
    st.session_state[_NUMBER] += 1


def _try_sample(jobs: IngestJobs) -> None:
    """Bring the sample into a collection of its own, apart from anybody's own papers, and show that."""
    try:
        presses.once("sample", lambda: jobs.start(sample.COLLECTION, "folder", [str(sample.folder())]))
        choose(sample.COLLECTION, jobs.hurried)
    except QAError as error:
        st.session_state[_PROBLEM] = worded(error)
