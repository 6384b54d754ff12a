"""What an ingest is called, what it does and what came of it, in words. Nothing is drawn here."""

from dataclasses import replace
from pathlib import PurePath

from qa.database.ingests import Ingest, Progress
from qa.database.watches import Watch
from ui.documents.unpathed import as_seen
from ui.web.access import current_access
from ui.web.language import t, t_many
from ui.web.reasons import worded
from ui.web.unpathed import name, without_paths

# Of what a file costs, the share that is reading it; the rest is embedding its passages.
_READING = 0.2


def title(ingest: Ingest) -> str:
    """Return what an ingest is called."""
    ingest = as_seen(ingest)
    first = ingest.wanted[0] if ingest.wanted else ""
    match ingest.kind:
        case "upload":
            touched = ingest.options.get("touched", ())
            if len(touched) == 1:
                return t("Upload of {name}", name=touched[0])
            return t_many("Upload of 1 file", "Upload of {n} files", len(touched))
        case "address":
            return t("Web address {address}", address=first)
        case "watch":
            return t("Watched: {folder}", folder=first)
        case "again":
            if len(ingest.wanted) == 1:
                return t("{name} once more", name=PurePath(first).name or first)
            return t_many("1 document once more", "{n} documents once more", len(ingest.wanted))
        case "reindex" if ingest.options.get("terms"):
            return t("Making the words anew")
        case "reindex":
            return t("Reading with another model")
        case _:
            return t("Folder {folder}", folder=first)


def watch(watch: Watch) -> str:
    """Return what is watched, and what that waits for."""
    if not current_access().configures:
        watch = replace(watch, folder=name(watch.folder), trouble=without_paths(watch.trouble, [watch.folder]))
    if watch.trouble.startswith(watch.folder):
        return worded(watch.trouble)
    if watch.trouble:
        return t("Watching {folder}: {trouble}", folder=watch.folder, trouble=worded(watch.trouble))
    return t("Watching {folder}", folder=watch.folder)


def short(path: str, ingest: Ingest) -> str:
    """Return a file's path below what is ingested, any other path as it is."""
    for wanted in ingest.wanted:
        prefix = f"{wanted.rstrip('/')}/"
        # Of an address that is ingested itself nothing would be left.
        if path.startswith(prefix) and path != prefix:
            return path.removeprefix(prefix)
    return path


def share(ingest: Ingest) -> float:
    """Return how much of an ingest is done, in [0, 1], as far as it is known."""
    progress = ingest.progress
    if not progress.found:
        return 0.0
    settled = progress.unchanged + progress.failed
    pages = progress.pages / progress.of_pages if progress.of_pages else 0.0
    embedded = progress.read * progress.embedded / progress.passages if progress.passages else 0.0
    in_hand = _READING * (progress.read + pages) + (1 - _READING) * embedded
    # A large file that was read last would take back what the others have gained.
    files = max(progress.stored + settled, settled + min(in_hand, progress.found - settled))
    return min(1.0, max(0.0, files / progress.found))


def doing(ingest: Ingest) -> str:
    """Return what an ingest does at this moment."""
    ingest = as_seen(ingest)
    if ingest.cancelled:
        return t("Finishing what is in hand …")
    if ingest.state == "waiting":
        return t("Waits until the one before it has ended")
    match ingest.stage:
        case "waiting":
            who = worded(ingest.error) or t("another process")
            return t("Waits for {who}, which writes to this collection", who=who)
        case "fetching":
            return t("Fetched {address}", address=ingest.progress.file)
        case "reading":
            file = short(ingest.progress.file, ingest)
            return t("At {file}", file=file) if file else t("Looking what is new")
        case "finishing":
            return t("Finishing")
        case _:
            return t("Opening the collection and the model")


def counts(progress: Progress) -> str:
    """Return the counts by stage: found, read, embedded, stored."""
    parts = [t_many("1 found", "{n} found", progress.found), t_many("1 read", "{n} read", progress.read)]
    if progress.of_pages:
        parts.append(t("{n} of {all} pages read", n=progress.pages, all=progress.of_pages))
    if progress.passages:
        parts.append(t("{n} of {all} passages embedded", n=progress.embedded, all=progress.passages))
    return " · ".join([*parts, *_outcomes(progress)])


def _outcomes(progress: Progress) -> list[str]:
    parts = [t_many("1 stored", "{n} stored", progress.stored)]
    parts += [t_many("1 unchanged", "{n} unchanged", progress.unchanged)] if progress.unchanged else []
    parts += [t_many("1 removed", "{n} removed", progress.removed)] if progress.removed else []
    parts += [t_many("1 failed", "{n} failed", progress.failed)] if progress.failed else []
    if passed := progress.passed_over:
        parts += [t_many("1 file of another kind passed over", "{n} files of other kinds passed over", passed)]
    return parts


def outcome(ingest: Ingest) -> str:
    """Return what came of an ingest that has ended."""
    ingest = as_seen(ingest)
    stored = " · ".join(_outcomes(ingest.progress))
    match ingest.state:
        case "done":
            return f"{stored} ({_took(ingest)})" if ingest.started else stored
        case "stopped":
            return t("Cancelled. What is counted here is kept: {counts}", counts=stored)
        case "broken":
            return t(
                "Footnote ended before this was done. What was stored is kept: {counts}. Run it again to go on.",
                counts=stored,
            )
        case _:
            return t("Failed: {reason}", reason=worded(ingest.error))


def _took(ingest: Ingest) -> str:
    if not ingest.started or not ingest.finished:
        return ""
    seconds = (ingest.finished - ingest.started).total_seconds()
    if seconds < 90:
        return t("{n} s", n=f"{seconds:.0f}")
    minutes = round(seconds / 60)
    if minutes < 90:
        return t("{n} min", n=minutes)
    return t("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
