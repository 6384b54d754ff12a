"""Small stand-ins where a real model adds nothing."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.types import Chunk, Hit

DIM = 8


class FakeDense:
    """Gives each word a direction of its own: texts that share words are near each other. Counts what it embeds."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return await self.embed_sentences(texts)

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        return (await self.embed_sentences([text]))[0]

    async def embed_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.full((len(texts), DIM), 1e-3, dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                vector[zlib.crc32(word.strip(".,?").encode()) % DIM] += 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def chunk(
    text: str, *, title: str = "Manual", heading: str = "", page: int = 0, start: int = 0, key: str = ""
) -> Chunk:
    """A chunk that stands alone in a document of its own."""
    identity = key or f"{zlib.crc32((title + text).encode()):08x}"
    return Chunk(identity, identity, "v", 0, f"/docs/{title}.txt", title, heading, page, start, start + len(text), text)


def hit(text: str, *, score: float = 0.5, rank: int = 1, **where: object) -> Hit:
    return Hit(chunk(text, **where), score, rank, "scores", cosine=score, bm25=score)  # type: ignore[arg-type]
