"""Documents taken out of a collection in such a way that they can be brought back: with all that was stored of them."""

import asyncio
import shutil
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from qa.errors import StoreError
from qa.private import close_all, make_folder
from qa.store.index import Index
from qa.store.portable import read_export, store_export, write_export


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """How many documents are back, and how many were not needed: what was ingested again meanwhile stays as it is."""

    documents: int
    there: int


async def set_aside(index: Index, documents: Collection[str], folder: Path) -> int:
    """Remove documents and the records of their failures; all that was stored of them goes to a folder first.

    A crash leaves them in the collection, or in the folder, or both.

    Args:
        index: Open for writing.
        documents: Their ids.
        folder: A new one, this user's alone.

    Returns:
        How many documents and failures were removed.

    Raises:
        LoadError: The folder cannot be written; nothing was removed.
        StoreError: The index failed.
    """
    await asyncio.to_thread(make_folder, folder.parent)
    exported = await write_export(index, folder, documents=documents)
    await asyncio.to_thread(_keep_private, folder)
    await index.remove(*documents)
    await index.flush()
    return len({row.document_id for row in (*exported.rows, *exported.failures)})


async def bring_back(index: Index, folder: Path) -> BroughtBack:
    """Store what `set_aside` removed, and delete its folder.

    Raises:
        LoadError: The folder is gone or damaged.
        StoreError: The index failed; the next call goes on.
    """
    exported = await asyncio.to_thread(read_export, folder)
    if await index.open() != exported.generation.settings:
        raise StoreError(f'"{index.name}" was rebuilt with other settings meanwhile; ingest these documents again')
    there = {row.document_id async for row in index.documents()}
    missing = tuple(row for row in exported.rows if row.document_id not in there)
    failures = tuple(row for row in exported.failures if row.document_id not in there)
    await store_export(replace(exported, rows=missing, failures=failures), index)
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return BroughtBack(len({row.document_id for row in (*missing, *failures)}), len(exported.rows) - len(missing))


def _keep_private(folder: Path) -> None:
    folder.chmod(0o700)
    close_all(folder)
