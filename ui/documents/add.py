"""The part of the documents' page that brings documents in: dropped files, a folder of this machine, an address."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from qa.config import Settings
from qa.errors import QAError
from ui.documents import uploads
from ui.documents.jobs import IngestJobs
from ui.documents.uploads import Clash, Refused, Sorted, Uploads
from ui.web.escape import escape_markdown
from ui.web.language import t, t_many

# A checkout has it.
SAMPLE = Path(__file__).parents[2] / "data"
_SHOWN = 10


def draw(jobs: IngestJobs, settings: Settings, collection: str, *, inviting: bool = False) -> None:
    """Draw the ways to add documents to a collection. What is added is an ingest job, which `progress` draws.

    Args:
        jobs: The ingests of this server, of `ui.web.opening.open_ingests`.
        settings: Those of the page.
        collection: Into which documents go; made by the first that comes.
        inviting: Whether nothing is there yet: the drop zone then comes with a word of invitation, and the sample.
    """
    if inviting:
        st.markdown(t("There are no documents here yet. Drop some below, or add a folder of this machine."))
    _draw_drop(jobs, settings, collection)
    with st.container(horizontal=True, gap="small"):
        with st.popover(t("Add a folder"), icon=":material/folder:"):
            _draw_folder(jobs, collection)
        with st.popover(t("Add a web address"), icon=":material/language:"):
            _draw_address(jobs, collection)
        if inviting and SAMPLE.is_dir():
            st.button(
                t("Try the sample"),
                key="add-sample",
                on_click=_start,
                args=(jobs, collection, "folder", [str(SAMPLE)]),
            )
    if notice := st.session_state.pop("add-notice", ""):
        st.error(escape_markdown(notice))


# Dropped files


def _draw_drop(jobs: IngestJobs, settings: Settings, collection: str) -> None:
    kept = Uploads(settings.home, jobs.database)
    # What was taken is no longer held in memory once the widget has another key.
    number: int = st.session_state.setdefault("add-number", 0)
    files = st.file_uploader(
        t("Drop files, folders or archives here"),
        accept_multiple_files=True,
        key=f"add-files-{number}",
        max_upload_size=uploads.MOST_MB,
    )
    if not files:
        return
    try:
        found = kept.sort(collection, files)
        if found.clashing:
            _ask(jobs, kept, collection, found)
            return
        _take(jobs, kept, collection, found, "both")
    except QAError as error:
        st.error(escape_markdown(str(error)))
        return
    st.rerun()


def _ask(jobs: IngestJobs, kept: Uploads, collection: str, found: Sorted) -> None:
    """Ask what becomes of files whose names others have."""
    names = [str(place.path) for place in found.clashing]
    st.warning(
        t_many(
            "A file of this name is here already, with other content: {names}",
            "{n} files of these names are here already, with other content: {names}",
            len(names),
            names=escape_markdown(_listed(names)),
        )
    )
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
        st.session_state["add-notice"] = str(error)


def _take(jobs: IngestJobs, kept: Uploads, collection: str, found: Sorted, clash: Clash) -> None:
    """Keep uploads, and have them ingested."""
    if found.places:
        files = kept.keep(collection, found.places, clash=clash)
        if files:
            folder = kept.folder(collection)
            touched = [file.relative_to(folder).as_posix() for file in files]
            jobs.start(collection, "upload", [str(folder)], options={"touched": touched})
    st.session_state["add-number"] += 1
    st.session_state["add-notice"] = _refusals(found.refused)


def _refusals(refused: Sequence[Refused]) -> str:
    """Return in a line what was not taken, and why."""
    why = {
        "hidden": t("hidden files are passed over"),
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
    return shown + (f", … +{len(names) - _SHOWN:,}" if len(names) > _SHOWN else "")


# Folders and addresses


def _draw_folder(jobs: IngestJobs, collection: str) -> None:
    folder = st.text_input(t("Path of a folder or file on the machine that runs Footnote"), key="add-folder")
    if st.button(t("Add"), key="add-folder-go") and folder.strip():
        path = Path(folder.strip()).expanduser()
        if path.exists():
            _start(jobs, collection, "folder", [str(path.absolute())])
            st.rerun()
        st.error(escape_markdown(t("{path}: no such file or folder; check the path", path=path)))


def _draw_address(jobs: IngestJobs, collection: str) -> None:
    address = st.text_input(t("Address of a page, a sitemap or a feed"), key="add-address", placeholder="https://")
    if st.button(t("Add"), key="add-address-go") and address.strip():
        _start(jobs, collection, "address", [address.strip()])
        st.rerun()


def _start(jobs: IngestJobs, collection: str, kind: str, wanted: list[str]) -> None:
    try:
        jobs.start(collection, kind, wanted)  # type: ignore[arg-type]
    except QAError as error:
        st.session_state["add-notice"] = str(error)
