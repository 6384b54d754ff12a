"""What the index takes and gives: its settings, register rows, documents ready to be stored, chunks that were found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.store import schema
from qa.store.ids import document_id, row_id
from qa.text.terms import BM25, TERMS_VERSION
from qa.types import Chunk, Document

# The rest of a longer title says little, and costs tokens in every chunk.
TITLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What shaped the stored vectors; a collection answers only to the settings that it was made with.

    Attributes:
        dense_model: Name of the dense model.
        dim: Length of its vectors.
        sparse_model: Name of the sparse model.
        language: Language of stemming and stop words.
        chunk_tokens: Most tokens of a chunk's own text.
        average_terms: The average length of a chunk in terms that BM25 assumes; part of every stored weight.
        format_version: Version of the stored schema.
        terms_version: Version of the stored terms, where no learned model makes them; see `qa.text.terms`.
    """

    dense_model: str
    dim: int
    sparse_model: str
    language: str
    chunk_tokens: int
    average_terms: float
    format_version: int = schema.FORMAT_VERSION
    terms_version: int = TERMS_VERSION

    @property
    def is_stale(self) -> bool:
        """Whether an earlier release made the terms: `footnote reindex` makes them anew, without embedding."""
        return self.sparse_model == BM25 and self.terms_version < TERMS_VERSION


@dataclass(frozen=True, slots=True)
class Generation:
    """One index as it is stored, under the name that people know it by.

    Attributes:
        physical: Name of its collection of chunks in Milvus.
        name: What it is called.
        number: Which generation of that name, from 1.
        ready: Whether it answers; an unfinished one is being built.
        identity: What its documents' keys are computed from; unchanged when it is renamed, copied or rebuilt.
        settings: What it was made with.
        calibration: What was learned about its documents, see `qa.calibration`; empty if nothing was.
        partition_folders: How many folders of a source name its group, each in a partition of its own; 0 for no groups.
    """

    physical: str
    name: str
    number: int
    ready: bool
    identity: str
    settings: IndexSettings
    calibration: Mapping[str, Any] = field(default_factory=dict, hash=False)
    partition_folders: int = 0


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One version of one document, as registered. Times are microseconds since 1970, UTC; `size` is bytes.

    `status` is "ready", or "failed" for a version that could not be read, with the reason in `error`.
    """

    id: str
    document_id: str
    source: str
    title: str
    media_type: str
    sha256: str
    size: int
    modified: int
    version: str
    chunk_count: int
    ingested_at: int = 0
    status: str = "ready"
    error: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    def holding(self, chunk_count: int) -> "RegisterRow":
        """Return the same row for a document of this many chunks."""
        return replace(self, chunk_count=chunk_count)


ROW_FIELDS = tuple(RegisterRow.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class EmbeddedChunks:
    """Chunks with their vectors, all or some of a document's; see `EmbeddedDocument`."""

    chunks: tuple[Chunk, ...]
    dense: NDArray[np.float32]
    sparse: tuple[Mapping[int, float], ...]
    text_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document ready to be stored: its register row and its chunks with their vectors.

    `dense` is float32 of shape (len(chunks), dim), rows of unit length; `sparse` maps term ids to weights,
    one mapping per chunk; `text_hashes` are the hashes of the texts that were embedded.
    """

    row: RegisterRow
    chunks: tuple[Chunk, ...]
    dense: NDArray[np.float32]
    sparse: tuple[Mapping[int, float], ...]
    text_hashes: tuple[str, ...]

    def __post_init__(self) -> None:
        lengths = {len(self.chunks), len(self.dense), len(self.sparse), len(self.text_hashes), self.row.chunk_count}
        if len(lengths) != 1:
            raise ValueError(f"chunks, vectors, hashes and chunk_count must agree in number, got {sorted(lengths)}")


@dataclass(frozen=True, slots=True)
class ChunkSpan:
    """Chunks `first` to `last` of one version of a document, by ordinal, both included."""

    document_id: str
    version: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk that a search returned, its score there, and its stored vectors where they were asked for."""

    chunk: Chunk
    score: float
    dense: NDArray[np.float32] | None = None
    sparse: Mapping[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What the index holds, counting registered documents only."""

    documents: int
    chunks: int
    settings: IndexSettings


def new_row(
    identity: str,
    document: Document,
    *,
    sha256: str,
    size: int,
    modified: int,
    chunk_count: int,
    metadata: Mapping[str, str] | None = None,
    version: str = "",
) -> RegisterRow:
    """Make the register row of a document; its keys and its version follow from its source and `sha256`.

    `identity` is the index's own; `metadata` is kept as it is; `version` is that of an earlier reading, if it was one.
    """
    key = document_id(identity, document.source)
    version = version or version_id(sha256)
    return RegisterRow(
        id=row_id(key, version),
        document_id=key,
        source=document.source,
        title=document.title[:TITLE_CHARACTERS],
        media_type=document.media_type,
        sha256=sha256,
        size=size,
        modified=modified,
        version=version,
        chunk_count=chunk_count,
        metadata=metadata or {},
    )


def failed_row(
    identity: str,
    source: str,
    reason: str,
    *,
    sha256: str,
    size: int,
    modified: int,
    metadata: Mapping[str, str] | None = None,
) -> RegisterRow:
    """Make the row that says why this version of a source could not be read; no answer comes from it."""
    key = document_id(identity, source)
    version = version_id(sha256)
    return RegisterRow(
        id=row_id(key, f"{version} failed"),
        document_id=key,
        source=source,
        title="",
        media_type="",
        sha256=sha256,
        size=size,
        modified=modified,
        version=version,
        chunk_count=0,
        status="failed",
        error=reason.encode()[: schema.REGISTER_BYTES["error"]].decode(errors="ignore"),
        metadata=metadata or {},
    )


def version_id(sha256: str) -> str:
    """Return the version of a document whose content has this hash, as this release of Footnote reads it."""
    return f"{schema.READ_VERSION:02d}{sha256[:30]}"


def read_by_this_release(version: str) -> bool:
    """Tell whether a version was read as this release of Footnote reads files."""
    return version.startswith(f"{schema.READ_VERSION:02d}")
