"""A handful of chunks stored as an ingest stores them, without loading and splitting."""

import zlib
from collections.abc import Sequence

from fakes import FakeDense

from qa.models.dense import SparseChunkEmbedder
from qa.store import EmbeddedDocument, Index, new_row
from qa.store.ids import chunk_id, document_id, text_hash
from qa.text.embedded import embedded_text
from qa.types import Chunk, Document


async def commit(
    index: Index, sparse: SparseChunkEmbedder, texts: Sequence[str], *, titles: Sequence[str] = ()
) -> None:
    """Store one document of one chunk per text; the n-th is "<n>.txt"."""
    documents = []
    for number, text in enumerate(texts):
        title = titles[number] if titles else ""
        document = Document(f"{number}.txt", title, text, "text/plain")
        sha256 = f"{zlib.crc32(text.encode()):064x}"
        row = new_row(index.name, document, sha256=sha256, size=1, modified=1, chunk_count=1)
        key = document_id(index.name, document.source)
        chunk = Chunk(
            chunk_id(key, row.version, 0), key, row.version, 0, document.source, title, "", 0, 0, len(text), text
        )
        embedded = [embedded_text(chunk)]
        vectors = await FakeDense().embed_chunks(embedded)
        terms = await sparse.embed_chunks(embedded)
        documents.append(EmbeddedDocument(row, (chunk,), vectors, tuple(terms), (text_hash(embedded[0]),)))
    await index.commit(documents)
