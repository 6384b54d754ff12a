"""Turn one file into the chunks of its documents: the work of a worker process, and the part that may go wrong.

Everything here can be pickled; `ingest.read.workers` sends it to and fro.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from ingest.discover.sources import FileSource, Fingerprint
from ingest.load import load
from ingest.plan.roots import INSIDE
from ingest.split.splitter import Splitter, SplitterOptions
from qa.errors import LoadError
from qa.store import RegisterRow, failed_row, new_row
from qa.tables.stored import KEY, TABLES
from qa.text.dates import DATED
from qa.text.head_day import day_in_head
from qa.text.language import detect
from qa.types import Chunk, Document

# Key of the metadata of a register row: the parts of its document that could not be read.
GAPS = "gaps"
# A longer fact, such as a list of names, is cut off here.
FACT_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read.

    Attributes:
        file: Where it is.
        name: The name that it is registered under.
        identity: The index's identity, which is part of every key.
        options: How to split it.
        metadata: Further facts for its register row.
    """

    file: FileSource
    name: str
    identity: str
    options: SplitterOptions
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document that was loaded and split; its row says how many chunks it has."""

    row: RegisterRow
    chunks: list[Chunk]

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory: the texts, and what each chunk costs besides."""
        return sum(2 * len(chunk.text) + 1_000 for chunk in self.chunks)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one file holds: its documents, those inside it first and its own last, and the parts that failed.

    `sources` are the names of all its documents; `documents` may lack those that are stored already.
    """

    documents: list[PreparedDocument]
    sources: tuple[str, ...]
    failed: list[RegisterRow] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory."""
        return sum(document.size for document in self.documents)


def prepare(job: Job) -> Prepared:
    """Load and split one file.

    Raises:
        LoadError: It cannot be read, and so nothing inside it was.
    """
    before = job.file.fingerprint()
    loaded = load(job.file.path, job.name)
    if job.file.status() != (before.size, before.modified):
        raise LoadError(job.file.name, "changed while it was read; ingest again when it is finished", passing=True)
    splitter = _splitter(job.options)
    documents = [
        prepared(document, before, identity=job.identity, splitter=splitter, metadata=_metadata(job, document.source))
        for document in loaded.documents
    ]
    failed = [
        failed_row(
            job.identity,
            source,
            reason,
            sha256=before.sha256,
            size=before.size,
            modified=before.modified,
            metadata=_metadata(job, source),
        )
        for source, reason in loaded.failed
    ]
    sources = tuple(document.source for document in loaded.documents)
    return Prepared([*documents[1:], documents[0]], sources, failed, list(loaded.ignored))


def prepared(
    document: Document, file: Fingerprint, *, identity: str, splitter: Splitter, metadata: Mapping[str, str]
) -> PreparedDocument:
    """Split a document and make its register row, which holds `metadata` and what the document says about itself."""
    facts = {name: value[:FACT_CHARACTERS] for name, value in document.metadata.items()}
    language = {"language": code} if (code := detect(document.text)) else {}
    if document.gaps:
        facts[GAPS] = "; ".join(document.gaps)[:FACT_CHARACTERS]
    row = new_row(
        identity,
        document,
        sha256=file.sha256,
        size=file.size,
        modified=file.modified,
        chunk_count=0,
        metadata={**facts, **metadata, **language},
        version=file.version,
    )
    chunks = splitter.split(document, document_id=row.document_id, version=row.version)
    if day := _written_day(row, chunks):
        row = replace(row, metadata={**row.metadata, DATED: day})
    if any(KEY in chunk.metadata and "rows" not in chunk.metadata for chunk in chunks):
        # So the register tells which documents to search for tables.
        row = replace(row, metadata={**row.metadata, TABLES: "yes"})
    if language:
        chunks = [replace(chunk, metadata={**chunk.metadata, **language}) for chunk in chunks]
    return PreparedDocument(row.holding(len(chunks)), chunks)


def _written_day(row: RegisterRow, chunks: Sequence[Chunk]) -> str:
    """Return the day at the head of a text that states none elsewhere, as ISO 8601; "" for none."""
    # The first row of a table has a day of its own.
    if row.metadata.get("date") or not chunks or chunks[0].metadata.get("rows"):
        return ""
    day = day_in_head(chunks[0].text, until=date.today())
    return day.isoformat() if day else ""


def _metadata(job: Job, source: str) -> Mapping[str, str]:
    return job.metadata if source == job.name else {**job.metadata, INSIDE: job.name}


@cache
def _splitter(options: SplitterOptions) -> Splitter:
    return Splitter(options.tokenizer_file, chunk_tokens=options.chunk_tokens, max_tokens=options.max_tokens)
