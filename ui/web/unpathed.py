"""Texts without full paths of the server, for who does not look after it: names tell them as much, and no more.

Whoever looks after the server sees the paths, on the page and by the interfaces for programs and agents.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from ingest.plan.roots import ROOT
from qa.lazy_regex import lazy_regex
from ui.web.access import current_access

# A full path of any system, as far as it has no blanks; no part of an address of the web.
_PATH = lazy_regex(r"(?<![\w/:\\])(?:/|[A-Za-z]:[\\/])(?:[^\s\"'/\\]+[\\/])+([^\s\"'/\\]*)")


def for_who_asks(text: str) -> str:
    """Return a text as who asks may read it."""
    return text if current_access().configures else without_paths(text)


def metadata_for_who_asks(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return what is known of a document as who asks may read it: the name of the folder that it came from alone."""
    if current_access().configures or ROOT not in metadata:
        return dict(metadata)
    return {**metadata, ROOT: name(metadata[ROOT])}


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
