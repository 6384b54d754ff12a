"""Whole collections, for the command line and the pages alike: listed, made, renamed, copied and dropped.

Each function takes a connection that is open. Who calls those that change something holds the turns of the writers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.removal import full_path
from qa.accounts.access import OF_ALL, Access
from qa.errors import NoCollectionError, StoreError
from qa.store.within import Alternatives, within
from qa.text.nearest import did_you_mean

if TYPE_CHECKING:
    from qa.store import Generation, Index
    from qa.store.connection import Connection
    from qa.store.transfer import Copied, OnProgress

STALE_TERMS = (
    "some days, numbers and units are found in the spelling of the documents only, as an earlier Footnote stored them: "
    "footnote reindex finds them in any, and embeds nothing anew"
)
"""What is said of a collection whose terms are those of an earlier release."""

State = Literal["ready", "being rebuilt", "outdated"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One generation of one collection, as it is listed.

    `megabytes` is the approximate size of its texts and vectors; what an engine keeps on disk may differ. `state` is
    "ready", "being rebuilt" or "outdated", which a newer one that is ready has taken the place of. `stale_terms` tells
    that `footnote reindex` would let it find more spellings.
    """

    name: str
    documents: int
    chunks: int
    dense_model: str
    dim: int
    language: str
    chunk_tokens: int
    megabytes: float
    state: State
    stale_terms: bool = False


async def listed(connection: "Connection", access: Access = OF_ALL) -> list[Listed]:
    """Return all generations of the collections of which somebody may read anything, by name; what is counted is that.

    Args:
        connection: An open one.
        access: Of who asks.
    """
    from qa.store.catalog import generations

    everything = [item for item in await generations(connection) if access.sees(item.name)]
    # They are sorted, so the last of each name stays.
    answering = {item.name: item.physical for item in everything if item.ready}
    return [
        await _listing(connection, item, access.only(item.name), answers=answering.get(item.name) == item.physical)
        for item in everything
    ]


async def _listing(connection: "Connection", generation: "Generation", only: Alternatives, *, answers: bool) -> Listed:
    from qa.store import Index

    made = generation.settings
    status = await within(Index(connection, generation.name, generation), only).status()
    # Measured on the sample: a chunk takes its dense vector, 900 bytes of text and names, and 600 of terms.
    megabytes = status.chunks * (4 * made.dim + 1_500) / 1e6
    return Listed(
        name=generation.name,
        documents=status.documents,
        chunks=status.chunks,
        dense_model=made.dense_model,
        dim=made.dim,
        language=made.language,
        chunk_tokens=made.chunk_tokens,
        megabytes=round(megabytes, 1),
        state="ready" if answers else "outdated" if generation.ready else "being rebuilt",
        stale_terms=answers and made.is_stale,
    )


async def rename(connection: "Connection", old: str, new: str) -> None:
    """Give a collection another name.

    Raises:
        StoreError: There is none of the old name, or one of the new.
    """
    index = await opened(connection, old)
    await check_free(connection, new)
    # Other generations under the old name would answer to it, or count as an unfinished rebuild of its next owner.
    await index.drop_others(unfinished=True)
    if index.generation:
        await index.declare(replace(index.generation, name=new))


async def copy(
    connection: "Connection",
    old: str,
    new: str,
    *,
    on_progress: "OnProgress" = lambda _stage, _done, _total: None,
) -> "Copied":
    """Copy a collection with its vectors to a new name in the same engine.

    Raises:
        StoreError: There is none of the old name, or one of the new, or the copy differs.
    """
    from qa.store import Index, transfer

    index = await opened(connection, old)
    await check_free(connection, new)
    return await transfer.copy(index, Index(connection, new), on_progress=on_progress)


async def held(connection: "Connection", name: str) -> tuple[int, int]:
    """Return how many documents and chunks would be deleted.

    Raises:
        StoreError: There is no collection of this name.
    """
    from qa.store import Index

    mine = await generations_of(connection, name)
    counts = [await Index(connection, item.name, item).status() for item in mine]
    return max((status.documents, status.chunks) for status in counts)


async def drop(connection: "Connection", name: str) -> None:
    """Delete a collection and everything in it, with what is left of its other generations.

    Raises:
        StoreError: There is none of this name.
    """
    from qa.store import Index

    # The one that answers is the last of those that are ready: cut off, none of the others answers in its place.
    for item in await generations_of(connection, name):
        await Index(connection, item.name, item).drop()


async def sharing(connection: "Connection", name: str, folders: Iterable[Path]) -> list[str]:
    """Return the other collections that have documents of files in these folders, such as a copy of one.

    Raises:
        StoreError: The engine failed.
    """
    from qa.store import Index
    from qa.store.catalog import generations

    within_any = tuple(f"{folder.resolve()}/" for folder in folders)
    found: dict[str, None] = {}
    for item in await generations(connection) if within_any else ():
        if item.name != name and item.ready and item.name not in found:
            rows = await Index(connection, item.name, item).rows()
            if any(full_path(row).startswith(within_any) for row in rows):
                found[item.name] = None
    return list(found)


async def check_free(connection: "Connection", name: str) -> None:
    """Make sure that no collection has this name.

    Raises:
        StoreError: One has.
    """
    from qa.store.catalog import generations

    if any(item.name == name for item in await generations(connection)):
        raise StoreError(f'collection "{name}" already exists; drop it or choose another name')


async def generations_of(connection: "Connection", name: str) -> "list[Generation]":
    """Return all generations of a name, older ones first.

    Raises:
        StoreError: There is none; the message says which names there are.
    """
    from qa.store.catalog import generations

    everything = await generations(connection)
    if mine := [item for item in everything if item.name == name]:
        return mine
    raise unknown(name, {item.name for item in everything})


async def opened(connection: "Connection", name: str) -> "Index":
    """Open the collection of this name.

    Raises:
        StoreError: There is none that answers; the message says which names there are.
    """
    from qa.store import Index
    from qa.store.catalog import generations

    index = Index(connection, name)
    if not await index.exists():
        raise unknown(name, {item.name for item in await generations(connection) if item.ready})
    await index.open()
    return index


def unknown(name: str, known: set[str]) -> StoreError:
    """Return the error for a name that no collection has."""
    names = ", ".join(f'"{other}"' for other in sorted(known))
    there = f"there are {names}" if names else "there is none at all"
    return NoCollectionError(f'there is no collection "{name}"' + (did_you_mean(name, known) or f"; {there}"))
