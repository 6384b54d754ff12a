"""The index on Milvus: the only folder that knows pymilvus."""

from qa.store.client import Server
from qa.store.engine_process import can_write
from qa.store.index import Index, open_index
from qa.store.records import (
    TITLE_CHARACTERS,
    EmbeddedChunks,
    EmbeddedDocument,
    Found,
    Generation,
    IndexSettings,
    RegisterRow,
    Status,
    failed_row,
    new_row,
    read_by_this_release,
    version_id,
)
from qa.store.turns import Holder, current_writer, this_command, writer_turn

__all__ = [
    "TITLE_CHARACTERS",
    "EmbeddedChunks",
    "EmbeddedDocument",
    "Found",
    "Generation",
    "Holder",
    "Index",
    "IndexSettings",
    "RegisterRow",
    "Server",
    "Status",
    "can_write",
    "current_writer",
    "failed_row",
    "new_row",
    "open_index",
    "read_by_this_release",
    "this_command",
    "version_id",
    "writer_turn",
]
