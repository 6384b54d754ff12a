"""The index on Milvus: the only folder that knows pymilvus."""

from qa.store.engine import sole_writer
from qa.store.index import Index, open_index
from qa.store.records import (
    TITLE_CHARACTERS,
    EmbeddedDocument,
    Found,
    IndexSettings,
    RegisterRow,
    Status,
    new_row,
    version_id,
)

__all__ = [
    "TITLE_CHARACTERS",
    "EmbeddedDocument",
    "Found",
    "Index",
    "IndexSettings",
    "RegisterRow",
    "Status",
    "new_row",
    "open_index",
    "sole_writer",
    "version_id",
]
