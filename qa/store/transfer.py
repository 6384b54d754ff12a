"""Collections copied with their vectors: from one engine to another, and to and from a portable folder.

Documents travel whole and are committed as an ingest commits them, so that an interrupted copy goes on where it
stopped. Memory is bounded by `BATCH_CHUNKS`, however large the collection.
"""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby

import numpy as np

from qa.errors import StoreError
from qa.store import schema
from qa.store.collection import Row
from qa.store.filters import one_of
from qa.store.index import Index
from qa.store.records import EmbeddedDocument, Generation, RegisterRow
from qa.store.rows import embedded_document

BATCH_CHUNKS = 1_000
_BATCH_DOCUMENTS = 400
SAMPLE_DOCUMENTS = 50
SEED = 0

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did.

    Attributes:
        documents: Number of documents written now.
        chunks: Number of their chunks.
        present: Documents that the target had already in the same version.
        others: Documents of the target that are not in the source; they stay.
        compared: Documents that were read from both sides and are the same, field by field.
    """

    documents: int
    chunks: int
    present: int
    others: int
    compared: int = 0


async def copy(
    source: Index, target: Index, *, name: str = "", on_progress: OnProgress = lambda _stage, _done, _total: None
) -> Copied:
    """Copy all documents of an open index into another one, which is made if there is none; see `store`.

    Records of sources that could not be read go along, so that the next ingest does not try them again.

    Args:
        source: Open.
        target: Of the same settings, or not made yet.
        name: What the target is called; "" keeps its own name.
        on_progress: Called with "documents", how many are done and how many there are.

    Raises:
        StoreError: An engine failed, the target was made with other settings, or the copy differs from the source.
    """
    generation = _made(source)
    await prepare(target, replace(generation, name=name or target.name))
    rows = [row async for row in source.documents()]
    copied = await store(read(source, rows), target, expected=rows, on_progress=on_progress)
    await target.record_failures([row async for row in source.failures()])
    return replace(copied, compared=await verify(read(source, sample(rows)), target))


async def prepare(target: Index, like: Generation) -> None:
    """Make the target as `like` was made, under its own name, unless it exists.

    Raises:
        StoreError: The target was made with other settings, or is not a copy of the same index.
    """
    if await target.exists():
        made = await target.open()
        differing = [name for name, value in asdict(like.settings).items() if getattr(made, name) != value]
        if differing or target.identity != like.identity:
            why = f"was made with another {differing[0]}" if differing else "is not a copy of this one"
            raise StoreError(f'collection "{target.name}" already exists and {why}; drop it, or rename one of them')
    await target.open_or_create(like.settings, identity=like.identity, calibration=like.calibration)


async def store(
    batches_of_documents: AsyncIterator[list[EmbeddedDocument]],
    target: Index,
    *,
    expected: Sequence[RegisterRow],
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> Copied:
    """Commit documents to an open index, except those it has in the same version, and check what it then holds.

    Raises:
        StoreError: The engine failed, or a document is missing or incomplete at the end.
    """
    have = {row.document_id: row.version async for row in target.documents()}
    documents = chunks = present = 0
    async for batch in batches_of_documents:
        new = [document for document in batch if have.get(document.row.document_id) != document.row.version]
        if new:
            await target.commit(new, replacing=any(document.row.document_id in have for document in new))
        documents += len(new)
        chunks += sum(len(document.chunks) for document in new)
        present += len(batch) - len(new)
        on_progress("documents", documents + present, len(expected))
    await target.flush()
    stored = {row.document_id: row async for row in target.documents()}
    for row in expected:
        other = stored.get(row.document_id)
        if other is None or (other.version, other.chunk_count) != (row.version, row.chunk_count):
            raise StoreError(f"{row.source} did not arrive whole in {target.name}; run the same command again")
    return Copied(documents, chunks, present, others=len(stored) - len(expected))


async def read(index: Index, rows: Sequence[RegisterRow]) -> AsyncIterator[list[EmbeddedDocument]]:
    """Yield these documents of an open index with their vectors, in batches of about `BATCH_CHUNKS` chunks.

    Raises:
        StoreError: The engine failed, or a document lacks chunks.
    """
    for group in _grouped(rows):
        wanted = {row.document_id: row for row in group}
        found: dict[str, list[Row]] = {key: [] for key in wanted}
        fields = (*schema.CHUNK_FIELDS, "text_hash", "dense", "sparse")
        async for page in index.chunks.scan(one_of("document_id", wanted), fields):
            for chunk in page:
                if chunk["version"] == wanted[chunk["document_id"]].version:
                    found[chunk["document_id"]].append(chunk)
        yield [embedded_document(row, found[row.document_id]) for row in group]


def sample(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """Return at most `SAMPLE_DOCUMENTS` of these, the same ones at every call."""
    return random.Random(SEED).sample(list(rows), min(SAMPLE_DOCUMENTS, len(rows)))


async def verify(batches_of_documents: AsyncIterator[list[EmbeddedDocument]], target: Index) -> int:
    """Compare documents with those that an open index holds, field by field, and return how many there were.

    Raises:
        StoreError: One of them differs; the message names it.
    """
    compared = 0
    async for batch in batches_of_documents:
        stored = {item.row.document_id: item async for items in read(target, [d.row for d in batch]) for item in items}
        for document in batch:
            if not _same(document, stored[document.row.document_id]):
                raise StoreError(
                    f'{document.row.source} is not the same in "{target.name}"; drop that collection and copy again'
                )
        compared += len(batch)
    return compared


def _same(one: EmbeddedDocument, other: EmbeddedDocument) -> bool:
    return (
        (one.chunks, one.sparse, one.text_hashes) == (other.chunks, other.sparse, other.text_hashes)
        # Stored as float32 on every engine, so equal to the last bit.
        and np.array_equal(one.dense, other.dense)
    )


def _grouped(rows: Sequence[RegisterRow]) -> list[list[RegisterRow]]:
    """Cut documents into groups of at most about `BATCH_CHUNKS` chunks, and few enough for one expression."""
    places = []
    group = chunks = documents = 0
    for row in rows:
        if documents and (chunks + row.chunk_count > BATCH_CHUNKS or documents == _BATCH_DOCUMENTS):
            group, chunks, documents = group + 1, 0, 0
        chunks, documents = chunks + row.chunk_count, documents + 1
        places.append(group)
    pairs = groupby(zip(places, rows, strict=True), key=lambda pair: pair[0])
    return [[row for _, row in members] for _, members in pairs]


def _made(index: Index) -> Generation:
    if index.generation is None:
        raise ValueError("the source must be open")
    return index.generation
