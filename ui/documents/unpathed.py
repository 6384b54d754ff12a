"""Ingests as they are told to who may not know where on the server the files lie: names in place of full paths.

Whoever looks after the server sees the paths, on the page and by the interface for programs.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from qa.database.ingests import Failed, Ingest
from ui.web.access import current_access

# A full path of any system, as far as it has no blanks; no part of an address of the web.
_PATH = re.compile(r"(?<![\w/:\\])(?:/|[A-Za-z]:[\\/])(?:[^\s\"'/\\]+[\\/])+([^\s\"'/\\]*)")


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


def name(path: str) -> str:
    """Return the name at the end of a full path; an address of the web, and any other text, as it is."""
    is_path = path.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:[\\/]", path)
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1] or PurePath(path).name if is_path else path


def without_paths(text: str, known: Sequence[str] = ()) -> str:
    """Return a text with names in place of full paths; those that are `known` may hold blanks."""
    for path in sorted(known, key=len, reverse=True):
        if (short := name(path)) != path:
            text = text.replace(path.rstrip("\\/"), short)
    return _PATH.sub(lambda found: found[1] or name(found[0]), text)
