"""Ingests as they are told to who may not know where on the server the files lie: names in place of full paths.

Whoever looks after the server sees the paths, on the page and by the interface for programs.
"""

from collections.abc import Sequence
from dataclasses import replace

from qa.database.ingests import Failed, Ingest
from ui.web.access import current_access
from ui.web.unpathed import name, without_paths


def as_seen(ingest: Ingest) -> Ingest:
    """Return an ingest as who asks may see it."""
    if current_access().configures:
        return ingest
    wanted = tuple(map(name, ingest.wanted))
    if ingest.kind == "upload":
        # The folder of uploads has a name that says nothing.
        wanted = tuple(ingest.options.get("touched", ())) or wanted
    file = without_paths(ingest.progress.file, ingest.wanted)
    error = without_paths(ingest.error, ingest.wanted)
    return replace(ingest, wanted=wanted, error=error, progress=replace(ingest.progress, file=file))


def failures_as_seen(failures: Sequence[Failed], ingest: Ingest) -> list[Failed]:
    """Return what an ingest could not read, likewise.

    Args:
        failures: What it could not read.
        ingest: As it is stored.
    """
    if current_access().configures:
        return list(failures)
    return [
        replace(
            failure,
            source=without_paths(failure.source, ingest.wanted),
            reason=without_paths(failure.reason, ingest.wanted),
        )
        for failure in failures
    ]
