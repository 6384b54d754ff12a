"""Groups of documents, each in a partition of its own, so that a search of some folders reads their partitions alone.

A group is named by the first folders of a path, as many as the collection was made with. It follows from a document's
source and nothing else: a chunk is stored where every later search looks for it. Pure functions.
"""

import hashlib
import re
from collections.abc import Iterable

Groups = frozenset[str] | None
"""Names of groups; None for all of them."""

PREFIX = "g_"
# Of the group's name in that of its partition, to be told apart by people.
_SHOWN = 60


def group_of(source: str, folders: int) -> str:
    """Return the group of a document: its first folders, fewer where it lies higher, "" where it lies in none.

    Args:
        source: Its path or address; what is inside a file belongs to the file.
        folders: How many name a group, at least 1.
    """
    parts = _parts(source)
    return "/".join(parts[: min(folders, max(len(parts) - 1, 1 if "://" in source else 0))])


def groups_of_path(path: str, folders: int) -> Groups:
    """Return the groups of the documents at a path: the document itself, what is inside it, and what is beneath it."""
    below = groups_below(path, folders)
    return None if below is None else below | {group_of(path, folders)}


def groups_below(folder: str, folders: int) -> Groups:
    """Return the groups of the documents beneath a folder."""
    parts = _parts(folder)
    if "!/" in folder:
        return frozenset({group_of(folder, folders)})
    return frozenset({"/".join(parts[:folders])}) if len(parts) >= folders else None


def union(several: Iterable[Groups]) -> Groups:
    """Return all of these groups; none of none."""
    found: set[str] = set()
    for groups in several:
        if groups is None:
            return None
        found |= groups
    return frozenset(found)


def both(one: Groups, other: Groups) -> Groups:
    """Return the groups that are among both."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def partition_of(group: str) -> str:
    """Return the name of a group's partition: Milvus takes letters, digits and underscores."""
    shown = re.sub(r"[^A-Za-z0-9]+", "_", group)[:_SHOWN].strip("_")
    return f"{PREFIX}{shown}_{hashlib.sha256(group.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _parts(source: str) -> list[str]:
    scheme, sign, rest = source.partition("!/")[0].rpartition("://")
    parts = rest.split("/")
    return [f"{scheme}{sign}{parts[0]}", *parts[1:]]
