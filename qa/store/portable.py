"""A collection as a portable folder, for backup and for moving.

`documents.parquet` holds the register and `chunks.parquet` the chunks with their vectors. `collection.json`, which is
written last, holds the settings that they were made with. Any program that reads Parquet can read them.
"""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import LoadError
from qa.store import schema, transfer
from qa.store.index import Index
from qa.store.records import ROW_FIELDS, EmbeddedDocument, Generation, IndexSettings, RegisterRow
from qa.store.rows import embedded_document
from qa.store.transfer import Copied, OnProgress

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_DESCRIPTION = "collection.json"
_DOCUMENTS = "documents.parquet"
_CHUNKS = "chunks.parquet"
# The columns that hold keys, which are hashes.
_KEYS = ("id", "document_id", "version", "text_hash")
_KEY = r"^[0-9a-f]{1,32}$"
# Version of these files, not of the stored schema.
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Exported:
    """An export on disk: what was exported, its documents, and the sources that could not be read."""

    folder: Path
    generation: Generation
    rows: tuple[RegisterRow, ...]
    chunks: int
    failures: tuple[RegisterRow, ...] = ()


async def write_export(
    index: Index,
    folder: Path,
    *,
    documents: Collection[str] | None = None,
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> Exported:
    """Write an open index to a folder, which appears whole or not at all.

    Args:
        index: Open.
        folder: Missing, or empty.
        documents: Ids of those to write, with the records of their failures; None for all.
        on_progress: Called with "documents", how many are done and how many there are.

    Raises:
        LoadError: The folder exists and is not empty, or cannot be written.
        StoreError: The index failed, or a document lacks chunks.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if index.generation is None:
        raise ValueError("the index must be open")
    rows = [row async for row in index.documents() if documents is None or row.document_id in documents]
    failures = [row async for row in index.failures() if documents is None or row.document_id in documents]
    try:
        with _draft(folder) as draft:
            table = pa.Table.from_pylist([_plain(row) for row in rows], _document_schema())
            pq.write_table(table, draft / _DOCUMENTS, write_page_checksum=True)
            done = chunks = 0
            form = _chunk_schema(index.generation.settings.dim)
            with pq.ParquetWriter(draft / _CHUNKS, form, write_page_checksum=True) as writer:
                async for batch in transfer.read(index, rows):
                    # A group of rows holds whole documents, so that they can be read back one group at a time.
                    writer.write_table(_table(batch, form))
                    done += len(batch)
                    chunks += sum(len(document.chunks) for document in batch)
                    on_progress("documents", done, len(rows))
            description = {**asdict(index.generation), "version": _VERSION, "documents": len(rows), "chunks": chunks}
            description["failures"] = [_plain(row) for row in failures]
            description["sha256"] = {name: _sha256(draft / name) for name in (_DOCUMENTS, _CHUNKS)}
            _publish(draft, folder, description)
    except OSError as error:
        raise LoadError(
            str(folder), f"cannot be written ({error.strerror or error}); free some space, or name another folder"
        ) from error
    return Exported(folder, index.generation, tuple(rows), chunks, tuple(failures))


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Make a hidden folder beside the final one; only kill -9 leaves it behind."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LoadError(str(folder), "exists and is not empty; name a new folder")
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _publish(draft: Path, folder: Path, description: dict[str, Any]) -> None:
    (draft / _DESCRIPTION).write_text(json.dumps(description, indent=1, ensure_ascii=False), encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)


def read_export(folder: Path) -> Exported:
    """Open a folder that `write_export` wrote. All of it is read once, so that no part of a damaged one is stored.

    Raises:
        LoadError: It is not an export, is damaged, or is of another version.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        described = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        if described["version"] != _VERSION or described["settings"]["format_version"] != schema.FORMAT_VERSION:
            raise LoadError(str(folder), "was exported by another release of Footnote; import it with that one")
        # Exports of earlier releases do not say it.
        settings = IndexSettings(**{"terms_version": 1, **described["settings"]})
        _check_description(described, settings)
        generation = Generation(
            described["physical"],
            described["name"],
            described["number"],
            True,
            described["identity"],
            settings,
            described.get("calibration") or {},
        )
        # The files have hashes because the checksums of Parquet's pages leave out their headers. Exports of earlier
        # releases have none.
        for name, digest in dict(described.get("sha256", {})).items():
            # A name that leads elsewhere could have any file of the machine read, even a device without an end.
            if name not in (_DOCUMENTS, _CHUNKS) or _sha256(folder / name) != digest:
                raise LoadError(str(folder), "is damaged; export the collection again")
        table = pq.read_table(folder / _DOCUMENTS, page_checksum_verification=True)
        _check_table(table, _document_schema(), optional=("metadata",))
        rows = tuple(_row(values) for values in table.to_pylist())
        failures = tuple(_row(values) for values in described.get("failures", ()))
        stored = _chunk_counts(folder, settings.dim, {row.document_id: row.version for row in rows})
    except FileNotFoundError as error:
        # pyarrow gives the path as the whole message.
        missing = Path(error.filename or str(error)).name
        raise LoadError(str(folder), f"is not an exported collection ({missing} is missing)") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        raise LoadError(str(folder), "is damaged; export the collection again") from error
    if len(rows) != described["documents"] or stored != {row.document_id: row.chunk_count for row in rows}:
        raise LoadError(str(folder), "is incomplete; export the collection again")
    return Exported(folder, generation, rows, stored.total(), failures)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check_description(described: dict[str, Any], settings: IndexSettings) -> None:
    """Check what `collection.json` says: somebody else may have written it.

    Raises:
        ValueError: A value is of another type than an export's, or impossible.
    """
    kinds = {"dim": int, "chunk_tokens": int, "average_terms": int | float}
    kinds |= {"format_version": int, "terms_version": int}
    values = asdict(settings)
    if not all(isinstance(value, kinds.get(name, str)) for name, value in values.items()):
        raise ValueError("a setting is of another type")
    if not 1 <= settings.dim <= schema.MAX_DIM or settings.chunk_tokens < 1 or not settings.average_terms > 0:
        raise ValueError("a setting is out of range")
    if not all(isinstance(described[name], str) for name in ("physical", "name", "identity")):
        raise ValueError("a name is not a text")
    if not isinstance(described.get("calibration") or {}, dict):
        raise ValueError("the calibration is not an object")


def _check_table(table: "pa.Table", form: "pa.Schema", *, optional: Sequence[str] = ()) -> None:
    """Check that a table has the columns of an export, whole, and keys and metadata as they are made here.

    Raises:
        ValueError: It does not. A value of another type may end the engine, and a key that is not a hash may be taken
            for an expression.
    """
    import pyarrow.compute as pc

    for field in form:
        if field.name in optional and field.name not in table.column_names:
            continue
        column = table[field.name]
        if column.type != field.type or column.null_count:
            raise ValueError(f"column {field.name} does not belong in an export")
        if field.name in _KEYS and not pc.all(pc.match_substring_regex(column, _KEY)).as_py() and len(column):
            raise ValueError(f"column {field.name} holds something that is not a key")
        if field.name == "metadata":
            for text in pc.unique(column).to_pylist():
                facts = json.loads(text)
                if not isinstance(facts, dict) or not all(isinstance(value, str) for value in facts.values()):
                    raise ValueError("metadata is not an object of texts")


def _chunk_counts(folder: Path, dim: int, versions: Mapping[str, str]) -> Counter[str]:
    """Return how many chunks there are of each document, after reading and checking every page.

    Raises:
        ValueError: A chunk is not one that an export holds.
    """
    counts: Counter[str] = Counter()
    keys: set[str] = set()
    with _chunks_file(folder) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            _check_table(table, _chunk_schema(dim))
            _check_chunks(table, dim, versions)
            keys.update(table["id"].to_pylist())
            counts.update(table["document_id"].to_pylist())
    if len(keys) != counts.total():
        raise ValueError("a chunk occurs twice")
    return counts


def _check_chunks(table: "pa.Table", dim: int, versions: Mapping[str, str]) -> None:
    import pyarrow.compute as pc

    for document, version in zip(table["document_id"].to_pylist(), table["version"].to_pylist(), strict=True):
        if versions.get(document) != version:
            raise ValueError("a chunk belongs to no document")
    places = [pc.less_equal(table[lower], table[upper]) for lower, upper in (("start", "end"),)]
    places += [pc.greater_equal(table[name], 0) for name in ("ordinal", "page", "start")]
    if len(table) and not all(pc.all(place).as_py() for place in places):
        raise ValueError("a chunk has an impossible place")
    lengths = (pc.list_value_length(table[name]) for name in ("terms", "weights"))
    if len(table) and not pc.all(pc.equal(*lengths)).as_py():
        raise ValueError("terms and weights differ in number")
    for name, count in (("dense", len(table) * dim), ("weights", None)):
        numbers = pc.list_flatten(table[name])
        short = count is not None and len(numbers) != count
        if short or numbers.null_count or (len(numbers) and not pc.all(pc.is_finite(numbers)).as_py()):
            raise ValueError(f"{name} holds something that is not a number")


def _chunks_file(folder: Path) -> "pq.ParquetFile":
    import pyarrow.parquet as pq

    return pq.ParquetFile(folder / _CHUNKS, page_checksum_verification=True)


async def store_export(
    exported: Exported, target: Index, *, on_progress: OnProgress = lambda _stage, _done, _total: None
) -> Copied:
    """Store an export as the target, which is made if there is none; a second run stores what the first did not.

    Raises:
        LoadError: The export is damaged.
        StoreError: The target is another collection, or the engine failed.
    """
    await transfer.prepare(target, exported.generation)
    everything = _documents(exported, exported.rows)
    copied = await transfer.store(everything, target, expected=exported.rows, on_progress=on_progress)
    await target.record_failures(exported.failures)
    some = _documents(exported, transfer.sample(exported.rows))
    return replace(copied, compared=await transfer.verify(some, target))


async def _documents(exported: Exported, rows: Sequence[RegisterRow]) -> AsyncIterator[list[EmbeddedDocument]]:
    """Yield these documents in batches, in the order of the file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = {row.document_id: row for row in rows}
    keys = pa.array(list(wanted), pa.string())
    try:
        with _chunks_file(exported.folder) as file:
            for number in range(file.num_row_groups):
                table = file.read_row_group(number)
                chunks = map(_chunk_row, table.filter(pc.is_in(table["document_id"], keys)).to_pylist())
                documents = groupby(chunks, key=lambda chunk: str(chunk["document_id"]))
                yield [embedded_document(wanted[key], list(members)) for key, members in documents]
    except (OSError, KeyError, pa.ArrowException) as error:
        raise LoadError(str(exported.folder), "is damaged; export the collection again") from error


def _table(batch: Sequence[EmbeddedDocument], form: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    for document in batch:
        parts = zip(document.chunks, document.dense, document.sparse, document.text_hashes, strict=True)
        for chunk, dense, sparse, digest in parts:
            values = {name: getattr(chunk, name) for name in schema.CHUNK_FIELDS}
            values |= {"metadata": json.dumps(dict(chunk.metadata), ensure_ascii=False), "text_hash": digest}
            values |= {"dense": dense, "terms": list(sparse), "weights": list(sparse.values())}
            rows.append(values)
    return pa.Table.from_pylist(rows, form)


def _chunk_row(values: dict[str, Any]) -> dict[str, Any]:
    sparse = dict(zip(values.pop("terms"), values.pop("weights"), strict=True))
    return {**values, "metadata": json.loads(values["metadata"]), "sparse": sparse}


def _plain(row: RegisterRow) -> dict[str, Any]:
    return {**asdict(row), "metadata": json.dumps(dict(row.metadata))}


def _row(values: dict[str, Any]) -> RegisterRow:
    # Exports made before files were registered by their folders have no metadata.
    return RegisterRow(**{**values, "metadata": json.loads(values.get("metadata") or "{}")})


def _document_schema() -> "pa.Schema":
    import pyarrow as pa

    numbers = ("size", "modified", "chunk_count", "ingested_at")
    return pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in ROW_FIELDS])


def _chunk_schema(dim: int) -> "pa.Schema":
    import pyarrow as pa

    numbers = ("ordinal", "page", "start", "end")
    fields = [(name, pa.int64() if name in numbers else pa.string()) for name in schema.CHUNK_FIELDS]
    vectors = [("dense", pa.list_(pa.float32(), dim)), ("terms", pa.list_(pa.uint32()))]
    return pa.schema([*fields, ("text_hash", pa.string()), *vectors, ("weights", pa.list_(pa.float32()))])
