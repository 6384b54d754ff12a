"""Fields and indexes of the two collections behind one named index: `<name>` and `<name>_documents`."""

from typing import TYPE_CHECKING, Any, Final, Literal

from qa.index_types import read_index_type

if TYPE_CHECKING:
    from pymilvus import CollectionSchema

# Version of the stored schema, compared with the other settings of an index.
FORMAT_VERSION: Final = 1
# Part of every document's version. A release that reads files differently raises it, and then every file counts as
# changed.
READ_VERSION: Final = 12

# Most UTF-8 bytes per text field. A server counts bytes, some embedded versions characters, 2.5.1 nothing at all.
CHUNK_BYTES: Final = {
    "id": 32,
    "document_id": 32,
    "version": 32,
    "source": 4096,
    "title": 1024,
    "heading": 2048,
    "text": 65_535,
    "text_hash": 32,
}
REGISTER_BYTES: Final = {
    "id": 32,
    "document_id": 32,
    "source": 4096,
    "title": 1024,
    "media_type": 128,
    "sha256": 64,
    "version": 32,
    "status": 16,
    "error": 2048,
}

# Most dimensions of a vector that Milvus takes.
MAX_DIM: Final = 32_768

# Given to a chunk or document without any term: 3.2.2 refuses an empty sparse vector. fastembed's term ids are
# abs(32-bit hash), at most 2**31, so no query holds this one.
RESERVED_TERM: Final = 2**32 - 2

# The field of a shared collection that tells whose a row is.
TENANT: Final = "tenant"

# Whether a collection belongs to one index or is shared. A server divides a shared one by a partition key, which
# embedded engines lack.
Tenancy = Literal["alone", "field", "partition key"]

CHUNK_FIELDS: Final = (
    "id",
    "document_id",
    "version",
    "ordinal",
    "source",
    "title",
    "heading",
    "page",
    "start",
    "end",
    "text",
    "metadata",
)


def chunk_schema(dim: int, tenancy: Tenancy = "alone") -> "CollectionSchema":
    """Return the schema of the chunks; `dense` has `dim` dimensions."""
    from pymilvus import AsyncMilvusClient, DataType

    schema = AsyncMilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    _add_texts(schema, CHUNK_BYTES)
    _add_tenant(schema, tenancy)
    for name in ("ordinal", "page", "start", "end"):
        schema.add_field(name, DataType.INT64)
    schema.add_field("metadata", DataType.JSON)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dim)
    schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
    return schema


def register_schema(tenancy: Tenancy = "alone") -> "CollectionSchema":
    """Return the schema of the register: one row per version of a document, and one row of settings."""
    from pymilvus import AsyncMilvusClient, DataType

    schema = AsyncMilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    _add_texts(schema, REGISTER_BYTES)
    _add_tenant(schema, tenancy)
    for name in ("size", "modified", "chunk_count", "ingested_at"):
        schema.add_field(name, DataType.INT64)
    schema.add_field("metadata", DataType.JSON)
    schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
    return schema


def chunk_indexes(*, embedded: bool, dense: str = "", sparse: str = "") -> dict[str, dict[str, Any]]:
    """Return the index of each vector field of the chunks, the engine's best one where none is asked for.

    The embedded engine gets exact search: its IVF_FLAT loses recall (0.11 to 0.17 against 0.99), and it refuses
    AUTOINDEX for sparse vectors. A server gets AUTOINDEX, because it chooses better than we would.
    """
    best = {"dense": {"index_type": "FLAT" if embedded else "AUTOINDEX", "metric_type": "COSINE"}}
    best["sparse"] = _sparse_index(embedded=embedded)
    asked = {"dense": dense, "sparse": sparse}
    return {name: read_index_type(text, name).request(name) if (text := asked[name]) else best[name] for name in best}


def register_indexes(*, embedded: bool) -> dict[str, dict[str, Any]]:
    """Return the index of the register's one vector field, which Milvus needs before it loads a collection."""
    return {"terms": _sparse_index(embedded=embedded)}


def _sparse_index(*, embedded: bool) -> dict[str, Any]:
    return {"index_type": "SPARSE_INVERTED_INDEX" if embedded else "AUTOINDEX", "metric_type": "IP"}


def _add_tenant(schema: "CollectionSchema", tenancy: Tenancy) -> None:
    from pymilvus import DataType

    if tenancy != "alone":
        schema.add_field(TENANT, DataType.VARCHAR, max_length=128, is_partition_key=tenancy == "partition key")


def _add_texts(schema: "CollectionSchema", lengths: dict[str, int]) -> None:
    from pymilvus import DataType

    for name, max_bytes in lengths.items():
        schema.add_field(name, DataType.VARCHAR, max_length=max_bytes, is_primary=name == "id")
