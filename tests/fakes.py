"""Small stand-ins where a real model adds nothing."""

import re
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.retrieval import recency
from qa.retrieval.context import compares
from qa.retrieval.query import Query
from qa.retrieval.word_match import WordMatch, Words
from qa.store.where import EVERYTHING
from qa.text.answer_type import asked_kind
from qa.text.language import by_small_words
from qa.text.terms import QueryTerms
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


class PlainWords:
    """Each word is a term as it stands, and no word is looked for within another one."""

    def __init__(self, *stop_words: str) -> None:
        self.stop_words = stop_words

    def terms(self, text: str, language: str = "") -> list[int]:
        del language
        words = re.findall(r"\w+", text.lower())
        return [zlib.crc32(word.encode()) for word in words if word not in self.stop_words]

    def held(self, text: str, language: str = "") -> set[int]:
        return set(self.terms(text, language))

    def stems(self, text: str, languages: Sequence[str] = ()) -> dict[int, str]:
        del text, languages
        return {}


def asked(text: str, *, words: Words | None = None, vector: NDArray[np.float32] | None = None, **given: Any) -> Query:
    """A question as an index would read it in which each word weighs 1; `given` is what else is known of it."""
    words = words or PlainWords()
    terms = QueryTerms(dict.fromkeys(words.terms(text), 1.0))
    known: dict[str, Any] = {
        "text": text,
        "question": text,
        "where": EVERYTHING,
        "language": by_small_words(text),
        "languages": (),
        "is_translated": False,
        "kind": asked_kind(given.get("question", text)),
        "asks_for_latest": recency.asks_for_latest(text),
        "compares": compares(text),
        "names": (),
        "words": terms,
        "gloss": "",
        "vector": np.zeros(DIM, dtype=np.float32) if vector is None else vector,
        "sparse": terms.vector(),
        "match": WordMatch(text, terms, words),
    }
    return Query(**{**known, **given})
