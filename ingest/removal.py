"""Documents that a person names to be removed, by path, address or condition; and those whose files are gone."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.config import Settings
from qa.paths import expanded
from qa.store import Holder, Index
from qa.store.records import RegisterRow
from qa.store.where import Filter, beneath, no_match


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of what was named.

    Attributes:
        documents: Their rows in the register, by source.
        failures: Records of sources that could not be read.
    """

    documents: tuple[RegisterRow, ...]
    failures: tuple[RegisterRow, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Full paths or addresses of the files that they came from, each once, where they are known."""
        rows = (*self.documents, *self.failures)
        return tuple(dict.fromkeys(filter(None, (full_path(row) for row in rows))))


def full_path(row: RegisterRow) -> str:
    """Return the full path or the address of the file that a document lies in; "" where it is not known."""
    source = row.metadata.get("inside", "") or row.source
    if "://" in source:
        return source
    root, (_, separator, rest) = row.metadata.get("root", ""), source.partition("/")
    return f"{root}/{rest}" if root and separator else ""


async def stored_of(index: Index, paths: Sequence[str], where: Filter | None = None) -> Stored:
    """Return what is stored of these files, folders and addresses, and passes a condition.

    A path means what it means on the command line: a file or folder of this machine, whether it is still there or not,
    or else a source as citations show it. It is never a pattern.

    Args:
        index: Open.
        paths: What was named; with none, all that passes `where`.
        where: A further condition.
    """

    def is_meant(row: RegisterRow) -> bool:
        return (not paths or any(_is(row, path) for path in paths)) and (where is None or where.matches(row))

    documents = [row async for row in index.documents() if is_meant(row)]
    failures = [row async for row in index.failures() if is_meant(row)]
    by_source = {row.document_id: row for row in sorted(documents, key=lambda row: row.source)}
    return Stored(tuple(by_source.values()), tuple(sorted(failures, key=lambda row: row.source)))


def _is(row: RegisterRow, path: str) -> bool:
    if "://" in path:
        return beneath(row.source, path.rstrip("/"))
    full = os.path.abspath(expanded(path))  # noqa: PTH100 - links keep the names that the user gave
    return beneath(full_path(row), full) or beneath(row.source, path.removeprefix("./").rstrip("/"))


async def look_up(settings: Settings, paths: Sequence[str], where: Filter | None = None) -> Stored | None:
    """Open the settings' collection and return what `stored_of` does; None where there is no such collection.

    Raises:
        FilterError: No document passes the condition; it says which names and values there are.
    """
    from qa.wiring import open_settings_index

    if settings.is_embedded and not settings.index_file.exists():
        return None
    async with open_settings_index(settings) as index:
        if not await index.exists():
            return None
        await index.open()
        found = await stored_of(index, paths, where)
        if where is not None and not (paths or found.documents or found.failures):
            raise no_match(where, [row async for row in index.documents()], settings.collection)
        return found


async def remove(
    settings: Settings, paths: Sequence[str], where: Filter | None = None, *, on_wait: Callable[[Holder | None], None]
) -> Stored:
    """Remove documents and the records of failures, and return which.

    They are looked up again once it is this process's turn to write: somebody may have written meanwhile.

    Args:
        settings: Name the collection, which exists.
        paths: As for `stored_of`.
        where: A further condition.
        on_wait: Called with who writes, while this waits.

    Raises:
        StoreError: The index failed; the next call goes on.
    """
    from qa.wiring import open_settings_index, writing

    async with writing(settings, on_wait=on_wait), open_settings_index(settings) as index:
        await index.open()
        found = await stored_of(index, paths, where)
        await index.remove(*(row.document_id for row in (*found.documents, *found.failures)))
        await index.flush()
        return found
