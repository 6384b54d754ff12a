"""Whether an index is what its register says, and how to mend it; `footnote doctor` is the only user.

One pass over all chunks, with their vectors. Nobody may write meanwhile: a document whose chunks are stored, but not
yet its row, would look broken.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from qa.models.dense import ChunkEmbedder, SparseChunkEmbedder
from qa.store import Index, RegisterRow, schema
from qa.store.collection import Row
from qa.store.filters import batches, equals
from qa.store.ids import row_id, text_hash
from qa.store.rows import register_row
from qa.text.embedded import embedded_text
from qa.types import Chunk

# float32 vectors of unit length are off by about 1e-7; a vector that was cut or never normalised, by far more.
_LENGTH_TOLERANCE = 1e-3
# Counts of terms are stored as floats.
_COUNT_TOLERANCE = 1e-3
_EMBED_AT_ONCE = 256

OnProgress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Checkup:
    """What is wrong with an index; every list is empty if nothing is.

    Attributes:
        documents: How many documents are registered.
        chunks: How many chunks they have together, by the register.
        incomplete: Documents that lack chunks, by key; the number is how many.
        outdated: Keys of register rows of older versions.
        orphans: Keys of chunks that no registered version owns.
        doubled: Keys of chunks that are stored more than once.
        vectors: Keys of chunks whose dense vector is not of unit length, or whose sparse weights are not all positive.
        texts: Keys of chunks whose text is not the one that was embedded.
        terms: Keys of documents whose counted terms are not those of their chunks.
        filters: Legs of a search that return what their filter excludes.
    """

    documents: int = 0
    chunks: int = 0
    incomplete: dict[str, int] = field(default_factory=dict)
    outdated: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    vectors: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    """Path or URL of each document named in `incomplete` or `terms`."""

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return not any(getattr(self, name) for name in PROBLEMS)


# The words for each list of a `Checkup`, for one and for many, and what `mend` does about it.
PROBLEMS: Mapping[str, tuple[str, str, str]] = {
    "incomplete": ("document lacks", "documents lack", "forgets them, so that the next ingest takes them as new"),
    "outdated": ("older version is", "older versions are", "deletes them"),
    "orphans": ("chunk belongs", "chunks belong", "deletes them"),
    "doubled": ("chunk is", "chunks are", "stores them once"),
    "vectors": ("chunk has a vector", "chunks have vectors", "embeds their stored text again"),
    "texts": ("chunk holds", "chunks hold", "forgets their documents, to be ingested again"),
    "terms": ("document has", "documents have", "counts them again"),
    "filters": ("search returns", "searches return", ""),
}
_ENDS = {
    "incomplete": "chunks",
    "outdated": "still registered",
    "orphans": "to no registered document",
    "doubled": "stored more than once",
    "vectors": "that cannot be right",
    "texts": "another text than was embedded",
    "terms": "counted other terms than the chunks hold",
    "filters": "what the filter excludes",
}


def in_words(problem: str, count: int) -> str:
    """Return a problem as a person says it: "1 document lacks chunks", "2,000 documents lack chunks"."""
    one, many, _ = PROBLEMS[problem]
    return f"{count:,} {one if count == 1 else many} {_ENDS[problem]}"


async def examine(index: Index, *, on_progress: OnProgress = lambda _stage, _done, _total: None) -> Checkup:
    """Compare the chunks of an open index with its register, and try the filter of every leg.

    Raises:
        StoreError: The index cannot be read.
    """
    found = Checkup()
    current = {row.document_id: row async for row in index.documents()}
    found.documents = len(current)
    found.chunks = sum(row.chunk_count for row in current.values())
    seen: list[str] = []
    held: Counter[str] = Counter()
    terms: dict[str, Counter[int]] = {}
    fields = (*schema.CHUNK_FIELDS, "text_hash", "dense", "sparse")
    async for rows in index.chunks.scan("", fields):
        for row in rows:
            owner = current.get(row["document_id"])
            seen.append(row["id"])
            if owner is None or owner.version != row["version"]:
                found.orphans.append(row["id"])
                continue
            held[owner.document_id] += 1
            terms.setdefault(owner.document_id, Counter()).update(_terms(row))
            if not (_is_unit(row["dense"]) and _is_weighting(row["sparse"])):
                found.vectors.append(row["id"])
            if text_hash(embedded_text(_chunk(row))) != row["text_hash"]:
                found.texts.append(row["id"])
        on_progress("chunks", len(seen), found.chunks)
    found.doubled = await _doubled(index, sorted(seen))
    found.incomplete = {
        key: row.chunk_count - held[key] for key, row in current.items() if held[key] != row.chunk_count
    }
    async for rows in index.register.scan(equals("status", "ready"), ["id", "document_id", "terms"]):
        for row in rows:
            if row["id"] != current[row["document_id"]].id:
                found.outdated.append(row["id"])
            elif row["document_id"] not in found.incomplete and not _equal(
                row["terms"], terms.get(row["document_id"], Counter())
            ):
                found.terms.append(row["document_id"])
    found.sources = {key: current[key].source for key in (*found.incomplete, *found.terms)}
    found.filters = await _leaking_legs(index, list(current.values()))
    return found


async def mend(index: Index, found: Checkup, *, dense: ChunkEmbedder, sparse: SparseChunkEmbedder) -> list[str]:
    """Mend what `examine` found, as far as the index itself tells how; return a line for each thing done.

    If it is interrupted, the next `examine` finds what is left.

    Args:
        index: Open; nobody else may write.
        found: What is wrong with it.
        dense: The dense model that the index was made with.
        sparse: The sparse model that it was made with.

    Raises:
        StoreError: The index failed.
        ModelError: Vectors have to be made again, and the model cannot be loaded.
    """
    done = []
    for problem, action in (
        ("outdated", _delete_outdated),
        ("orphans", _delete_orphans),
        ("doubled", _store_once),
        ("vectors", partial(_embed_again, dense=dense, sparse=sparse)),
        ("texts", _forget_documents),
        ("terms", _count_again),
        ("incomplete", _forget_incomplete),
    ):
        if getattr(found, problem):
            await action(index, found)
            done.append(f"{in_words(problem, len(getattr(found, problem)))}: {PROBLEMS[problem][2]}")
    if done:
        await index.flush()
    return done


async def _delete_outdated(index: Index, found: Checkup) -> None:
    for batch in batches(found.outdated):
        await index.register.delete(index.register.keyed(batch))


async def _delete_orphans(index: Index, found: Checkup) -> None:
    for batch in batches(found.orphans):
        await index.chunks.delete(index.chunks.keyed(batch))


async def _store_once(index: Index, found: Checkup) -> None:
    for batch in batches(set(found.doubled) - set(found.orphans)):
        rows = {row["id"]: row for row in await _whole_rows(index, batch)}
        await _replace(index, list(rows.values()))


async def _embed_again(index: Index, found: Checkup, *, dense: ChunkEmbedder, sparse: SparseChunkEmbedder) -> None:
    for start in range(0, len(found.vectors), _EMBED_AT_ONCE):
        rows = await _whole_rows(index, found.vectors[start : start + _EMBED_AT_ONCE])
        texts = [embedded_text(_chunk(row)) for row in rows]
        languages = [row["metadata"].get("language", "") for row in rows]
        vectors, terms = await dense.embed_chunks(texts), await sparse.embed_chunks(texts, languages)
        await _replace(
            index,
            [
                {**row, "dense": vector, "sparse": dict(weights) or {schema.RESERVED_TERM: 1.0}}
                for row, vector, weights in zip(rows, vectors, terms, strict=True)
            ],
        )


async def _forget_documents(index: Index, found: Checkup) -> None:
    documents = {row["document_id"] for row in await index.chunks.get(found.texts, ["document_id"])}
    await index.remove(*documents)


async def _forget_incomplete(index: Index, found: Checkup) -> None:
    await index.remove(*found.incomplete)


async def _count_again(index: Index, found: Checkup) -> None:
    current = {row.document_id: row async for row in index.documents()}
    for document in found.terms:
        if document not in current:
            continue
        counts: Counter[int] = Counter()
        async for rows in index.chunks.scan(equals("document_id", document), ["sparse"]):
            for row in rows:
                counts.update(_terms(row))
        await _register_anew(index, current[document], counts)


async def _register_anew(index: Index, row: RegisterRow, terms: Mapping[int, int]) -> None:
    """Put a row of another key in place of a register row, which stays until the new one is there."""
    now = row.ingested_at + 1
    key = row_id(row.document_id, f"{row.version} {now}")
    await index.register.insert([register_row(replace(row, id=key), terms, now)])
    await index.register.delete(equals("id", row.id))


async def _whole_rows(index: Index, ids: list[str]) -> list[Row]:
    rows: list[Row] = []
    for batch in batches(ids):
        fields = (*schema.CHUNK_FIELDS, "text_hash", "dense", "sparse")
        rows += await index.chunks.query(index.chunks.keyed(batch), fields)
    return rows


async def _replace(index: Index, rows: list[Row]) -> None:
    # Between the two requests the chunks are missing, which the next examination would find.
    for batch in batches(row["id"] for row in rows):
        await index.chunks.delete(index.chunks.keyed(batch))
    await index.chunks.insert_in_groups(
        [{**row, "dense": np.asarray(row["dense"], dtype=np.float32), "sparse": dict(row["sparse"])} for row in rows]
    )


async def _doubled(index: Index, ids: Sequence[str]) -> list[str]:
    """Return which of these keys, in order, are stored more than once: only a count shows that."""
    if not ids or await index.chunks.count(f'id >= "{ids[0]}" and id <= "{ids[-1]}"') <= len(ids):
        return []
    if len(ids) == 1:
        return list(ids)
    middle = len(ids) // 2
    return await _doubled(index, ids[:middle]) + await _doubled(index, ids[middle:])


async def _leaking_legs(index: Index, documents: list[RegisterRow]) -> list[str]:
    """Return the legs that find a chunk of another document than the filter allows; needs two documents."""
    if len(documents) < 2:
        return []
    only = equals("document_id", documents[0].document_id)
    others = await index.chunks.query(equals("document_id", documents[1].document_id), ["dense", "sparse"], limit=1)
    if not others:
        return []
    vector = np.asarray(others[0]["dense"], dtype=np.float32)
    # Wrong weights are reported elsewhere; an engine refuses to search for a negative one.
    weights = {term: weight for term, weight in others[0]["sparse"].items() if weight > 0}
    searches: dict[str, dict[str, Any]] = {
        "dense": {"dense": vector},
        "sparse": {"sparse": weights},
        "hybrid": {"dense": vector, "sparse": weights},
    }
    leaking = []
    for leg, vectors in searches.items():
        rows = await index.chunks.hybrid_search(vectors, limit=20, expression=only, fields=["document_id"])
        if any(row["document_id"] != documents[0].document_id for row in rows):
            leaking.append(leg)
    return leaking


def _is_unit(vector: Any) -> bool:
    length = float(np.linalg.norm(np.asarray(vector, dtype=np.float32)))
    return math.isfinite(length) and abs(length - 1.0) < _LENGTH_TOLERANCE


def _is_weighting(weights: Mapping[int, float]) -> bool:
    return bool(weights) and all(math.isfinite(weight) and weight > 0 for weight in weights.values())


def _terms(row: Row) -> list[int]:
    """Return the terms of a chunk; the one that stands for no term is left out."""
    return [term for term in row["sparse"] if term != schema.RESERVED_TERM]


def _equal(stored: Mapping[int, float], counted: Mapping[int, int]) -> bool:
    stored = {term: count for term, count in stored.items() if term != schema.RESERVED_TERM}
    return stored.keys() == counted.keys() and all(
        abs(stored[term] - count) < _COUNT_TOLERANCE for term, count in counted.items()
    )


def _chunk(row: Row) -> Chunk:
    return Chunk(**{name: row[name] for name in schema.CHUNK_FIELDS})
