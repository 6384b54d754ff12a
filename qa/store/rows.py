"""Rows as they are stored, from documents with their vectors and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from qa.errors import StoreError
from qa.store import schema
from qa.store.collection import Row
from qa.store.records import EmbeddedChunks, EmbeddedDocument, Found, RegisterRow
from qa.types import Chunk


def chunk_rows(document: EmbeddedDocument | EmbeddedChunks) -> list[Row]:
    """Return the rows that are stored for chunks."""
    rows = []
    for chunk, dense, sparse, digest in zip(
        document.chunks, document.dense, document.sparse, document.text_hashes, strict=True
    ):
        row: dict[str, Any] = {name: getattr(chunk, name) for name in schema.CHUNK_FIELDS}
        row["metadata"] = dict(chunk.metadata)
        row["text_hash"] = digest
        row["dense"] = dense
        row["sparse"] = dict(sparse) or {schema.RESERVED_TERM: 1.0}
        rows.append(row)
    return rows


def register_row(row: RegisterRow, terms: Mapping[int, int], now: int) -> Row:
    """Return the row that the register stores for a document.

    Args:
        row: The document's record.
        terms: How many of its chunks hold each term.
        now: Microseconds since 1970.
    """
    counts = {term: float(count) for term, count in terms.items()} or {schema.RESERVED_TERM: 1.0}
    return {**asdict(row), "metadata": dict(row.metadata), "ingested_at": now, "terms": counts}


def found_chunk(row: Row) -> Found:
    """Return the chunk of a row that a search returned, with the vectors that it holds."""
    values = {name: row[name] for name in schema.CHUNK_FIELDS}
    dense = np.asarray(row["dense"], dtype=np.float32) if "dense" in row else None
    return Found(Chunk(**values), row["score"], dense, row.get("sparse"))


def lacking(row: RegisterRow, chunks: Sequence[Any]) -> str:
    """Return what is wrong, without the source, if there are not as many chunks as the row says; else ""."""
    if len(chunks) == row.chunk_count:
        return ""
    return f"has {len(chunks)} of {row.chunk_count} chunks; mend it with: footnote doctor --repair"


def embedded_document(row: RegisterRow, chunks: Sequence[Row]) -> EmbeddedDocument:
    """Put a document together again from its register row and the stored rows of its chunks.

    Raises:
        StoreError: There are more or fewer chunks than the row says.
    """
    if lack := lacking(row, chunks):
        raise StoreError(f"{row.source} {lack}")
    ordered = sorted(chunks, key=lambda chunk: int(chunk["ordinal"]))
    return EmbeddedDocument(
        row=row,
        chunks=tuple(Chunk(**{name: chunk[name] for name in schema.CHUNK_FIELDS}) for chunk in ordered),
        dense=np.array([chunk["dense"] for chunk in ordered], dtype=np.float32),
        sparse=tuple(
            {int(term): float(weight) for term, weight in chunk["sparse"].items() if term != schema.RESERVED_TERM}
            for chunk in ordered
        ),
        text_hashes=tuple(chunk["text_hash"] for chunk in ordered),
    )
