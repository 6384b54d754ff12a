"""From a query to hits: embed, search, order."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qa import rank
from qa.embed import QueryEmbedder, SparseEmbedder
from qa.sentences import sentence_spans
from qa.store import Found, Index
from qa.terms import highest_score, query_weights
from qa.types import Chunk, Hit, Ranking

# Candidates that RRF hands to the second stage, and that each of its legs finds.
POOL = 50


class Retriever:
    """Finds chunks in one open index."""

    def __init__(
        self, index: Index, dense: QueryEmbedder, sparse: SparseEmbedder, *, language: str = "english"
    ) -> None:
        self.index = index
        self.dense = dense
        self.sparse = sparse
        self.language = language

    async def retrieve(self, query: str, *, top_k: int = 10, ranking: Ranking = "scores") -> list[Hit]:
        """Return at most `top_k` chunks, best first; fewer where the index holds fewer, none where nothing matches.

        Args:
            query: A standalone question.
            top_k: Upper bound on the number of hits, at least 1.
            ranking: "scores" orders the RRF pool by absolute scores; "rrf", "dense" and "sparse" are plain.

        Raises:
            StoreError: The index failed: that is never an empty list.
        """
        vector, weights = await asyncio.gather(self.dense.embed_query(query), self.query_weights(query))
        if ranking == "dense":
            found = await self.index.search_dense(vector, limit=top_k)
            return [_hit(item, number, "dense", cosine=item.score) for number, item in enumerate(found, 1)]
        if ranking == "sparse":
            found = await self.index.search_sparse(weights, limit=top_k)
            highest = highest_score(weights)
            return [_hit(item, number, "sparse", bm25=item.score / highest) for number, item in enumerate(found, 1)]
        pool = await self.index.search_hybrid(vector, weights, limit=max(POOL, top_k))
        hits = _scored(pool, vector, weights)
        if ranking == "rrf":
            return hits[:top_k]
        windows = await asyncio.to_thread(self._window_shares, hits, weights)
        return _reordered(hits, windows)[:top_k]

    async def query_weights(self, query: str) -> dict[int, float]:
        """Return the query's sparse vector: its terms and their IDFs in this index."""
        terms = await asyncio.to_thread(self.sparse.query_terms, query)
        return query_weights(terms, await self.index.term_statistics())

    def _window_shares(self, hits: Sequence[Hit], weights: Mapping[int, float]) -> list[float]:
        """Return each hit's `rank.window_share`: 5 ms for a pool of 50, which BM25 spares chunks without a term."""
        return [rank.window_share(weights, self._sentence_terms(hit.chunk)) if hit.bm25 else 0.0 for hit in hits]

    def _sentence_terms(self, chunk: Chunk) -> list[set[int]]:
        spans = sentence_spans(chunk.text, language=self.language)
        return [set(self.sparse.query_terms(chunk.text[start:end])) for start, end in spans]


def _scored(pool: Sequence[Found], vector: NDArray[np.float32], weights: Mapping[int, float]) -> list[Hit]:
    hits = []
    for number, item in enumerate(pool, 1):
        if item.dense is None or item.sparse is None:
            raise ValueError("a pool to be scored must come with its vectors")
        hits.append(
            _hit(
                item,
                number,
                "rrf",
                cosine=rank.cosine(vector, item.dense),
                bm25=rank.bm25_share(weights, item.sparse),
            )
        )
    return hits


def _reordered(hits: Sequence[Hit], windows: Sequence[float]) -> list[Hit]:
    """Order by score, the neighbours' lift included; equal scores keep RRF's order."""
    own = {
        _place(hit.chunk): rank.combined(hit.cosine or 0.0, hit.bm25 or 0.0, window)
        for hit, window in zip(hits, windows, strict=True)
    }
    scored = [replace(hit, score=_lifted(_place(hit.chunk), own), retriever="scores") for hit in hits]
    scored.sort(key=lambda hit: -hit.score)
    return [replace(hit, rank=number) for number, hit in enumerate(scored, 1)]


def _place(chunk: Chunk) -> tuple[str, str, int]:
    return chunk.document_id, chunk.version, chunk.ordinal


def _lifted(place: tuple[str, str, int], own: Mapping[tuple[str, str, int], float]) -> float:
    document_id, version, ordinal = place
    beside = [(document_id, version, ordinal + step) for step in (-1, 1)]
    return rank.lifted(own[place], [own[other] for other in beside if other in own])


def _hit(
    item: Found, number: int, retriever: Ranking, *, cosine: float | None = None, bm25: float | None = None
) -> Hit:
    return Hit(item.chunk, item.score, number, retriever, cosine, bm25)
