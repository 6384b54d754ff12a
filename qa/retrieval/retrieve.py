"""From a query to hits: embed, search, order, and order again where there is a reranker."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from qa.models.dense import QueryEmbedder
from qa.models.learned_sparse import LearnedSparseEmbedder
from qa.retrieval import rank, recency
from qa.retrieval.rerank import Reranker
from qa.retrieval.word_match import Wording
from qa.store import Found, Index
from qa.store.where import EVERYTHING, Filter
from qa.text.embedded import prefix
from qa.text.terms import QueryTerms, TermStatistics, highest_score, query_terms
from qa.text.words import SparseEmbedder
from qa.types import Chunk, Hit, Ranking

# Candidates that RRF hands to the second stage, and that each of its legs finds.
POOL = 50


class Retriever:
    """Finds chunks in one open index."""

    def __init__(
        self,
        index: Index,
        dense: QueryEmbedder,
        sparse: SparseEmbedder,
        *,
        language: str = "english",
        reads: str = "",
        learned: LearnedSparseEmbedder | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            index: Open.
            dense: Embeds questions as the index's chunks were.
            sparse: Knows a text's words; without a `learned` model the stored sparse vectors are its own.
            language: Language of the documents.
            reads: Code of the only language that the dense model reads, "" where it reads several or nothing is known.
            learned: The model that made the stored sparse vectors instead.
            reranker: Orders what was found anew; loaded.
        """
        self.index = index
        self.dense = dense
        self.sparse = sparse
        self.language = language
        self.reads = reads
        self.learned = learned
        self.reranker = reranker

    async def retrieve(
        self, query: str, *, top_k: int = 10, ranking: Ranking = "scores", where: Filter = EVERYTHING
    ) -> list[Hit]:
        """Return at most `top_k` chunks, best first; fewer where the index holds fewer, none where nothing matches.

        Args:
            query: A standalone question.
            top_k: Upper bound on the number of hits, at least 1.
            ranking: "scores" orders the RRF pool by absolute scores, and newer documents first where the question asks
                for the latest; "rrf", "dense" and "sparse" are plain. A reranker then reorders whichever was asked for.
            where: Which documents to look in.

        Raises:
            FilterError: No document passes the filter.
            StoreError: The index failed: that is never an empty list.
            ModelError: A model failed.
        """
        if self.reranker is None:
            return await self._retrieve(query, top_k=top_k, ranking=ranking, where=where)
        hits = await self._retrieve(query, top_k=max(POOL, top_k), ranking=ranking, where=where)
        # A passage that is there twice before is not worth the model's time, and stays last.
        again = rank.repeated([hit.chunk.text for hit in hits])
        first = [hit for hit, folded in zip(hits, again, strict=True) if not folded]
        rest = [hit for hit, folded in zip(hits, again, strict=True) if folded]
        ordered = [*await self.reranker.rerank(query, first), *rest]
        return [replace(hit, rank=number) for number, hit in enumerate(ordered[:top_k], 1)]

    async def _retrieve(self, query: str, *, top_k: int, ranking: Ranking, where: Filter) -> list[Hit]:
        vector, words = await asyncio.gather(self.query_vector(query), self.query_terms(query))
        learned = await self._learned_vector(query, self.learned) if self.learned else None
        terms = words.vector() if learned is None else learned
        if ranking == "dense":
            found = await self.index.search_dense(vector, limit=top_k, where=where)
            return [_hit(item, number, "dense", cosine=item.score) for number, item in enumerate(found, 1)]
        if ranking == "sparse":
            found = await self.index.search_sparse(terms, limit=top_k, where=where)
            if learned is not None:
                return [_hit(item, number, "sparse") for number, item in enumerate(found, 1)]
            highest = highest_score(words.weights)
            # Above 1 where a chunk holds two forms of a word, as words of its own.
            return [
                _hit(item, number, "sparse", bm25=min(item.score / highest, 1.0))
                for number, item in enumerate(found, 1)
            ]
        pool = await self.index.search_hybrid(vector, terms, limit=max(POOL, top_k), where=where)
        score = partial(_scored, pool, vector, words, learned)
        if ranking == "rrf":
            return score()[:top_k]
        days = await self.days(query, [item.chunk for item in pool])
        return (await asyncio.to_thread(lambda: self._ranked(query, score(), pool, words, days)))[:top_k]

    async def days(self, query: str, chunks: Sequence[Chunk]) -> dict[str, date]:
        """Return the days that the documents of these passages state, by id; none where the query does not ask."""
        if not recency.asks_for_latest(query):
            return {}
        return await self.index.days(chunk.document_id for chunk in chunks)

    async def query_vector(self, query: str) -> NDArray[np.float32]:
        """Return the question's vector, of unit length: that between its own and its gloss's where it has one."""
        gloss = await self.gloss(query)
        texts = [query, gloss] if gloss else [query]
        return rank.mean_direction(await asyncio.gather(*map(self.dense.embed_query, texts)))

    async def gloss(self, query: str) -> str:
        """Return the question word by word in the language that the dense model reads, "" where that helps nothing."""
        if not self.reads:
            return ""
        known = await self.index.term_statistics()
        return await asyncio.to_thread(self.sparse.gloss, query, known.languages, self.reads)

    async def query_terms(self, query: str) -> QueryTerms:
        """Return the query's words and their IDFs in this index; all weigh 1 where its words are not counted."""
        known = await self.index.term_statistics()
        words = await asyncio.to_thread(self.sparse.words, query, known.languages)
        return query_terms(words, None if self.learned else known)

    async def wording(self, query: str) -> Wording:
        """Return what tells how texts hold the query's words."""
        return Wording(query, await self.query_terms(query), self.sparse)

    def names_of(self, word: str) -> list[int]:
        """Return the distinct terms under which the documents may know a word, those of its translations among them."""
        return self.sparse.query_terms(word, self.index.languages, translated=True)

    def capitals_name(self, query: str) -> bool:
        """Tell whether a capital within a question begins a name that the documents would spell alike."""
        return self.sparse.capitals_name(query, self.index.languages)

    async def word_statistics(self) -> TermStatistics | None:
        """Return how many chunks hold each word; None where a learned model's terms are counted instead."""
        return None if self.learned else await self.index.term_statistics()

    async def _learned_vector(self, query: str, learned: LearnedSparseEmbedder) -> dict[int, float]:
        """Return what a learned model searches for in the sparse vectors that it made."""
        weights = await learned.embed_query(query)
        if not learned.needs_idf:
            return weights
        known = await self.index.term_statistics()
        return {term: weight * known.idf(term) for term, weight in weights.items()}

    def _ranked(
        self,
        query: str,
        hits: Sequence[Hit],
        pool: Sequence[Found],
        words: QueryTerms,
        days: Mapping[str, date],
    ) -> list[Hit]:
        """Order scored hits by all that is known of them."""
        weights = words.weights
        balance = rank.LEARNED_COSINE if self.learned else rank.cosine_weight([hit.bm25 or 0.0 for hit in hits])
        wording = Wording(query, words, self.sparse)
        own = []
        for hit, item in zip(hits, pool, strict=True):
            line, language = prefix(hit.chunk.title, hit.chunk.heading), hit.chunk.metadata.get("language", "")
            text, above = f"{line}{hit.chunk.text}", wording.above(line, language)
            own_terms = wording.terms(text, language) if self.learned else words.words(item.sparse or {})
            held = own_terms & weights.keys()
            signals = rank.Signals(
                cosine=hit.cosine or 0.0,
                bm25=hit.bm25 or hit.learned or 0.0,
                cover=rank.held_share(weights, held | above, power=2),
                # It takes two of the query's terms to hold a pair of them.
                pairs=wording.pairs(text, language) if len(held) > 1 else 0.0,
                above=rank.held_share(weights, above),
                inside=wording.inside(text, language, held),
            )
            own.append(rank.combined(signals, balance))
        return _reordered(hits, own, days)


def _scored(
    pool: Sequence[Found],
    vector: NDArray[np.float32],
    words: QueryTerms,
    learned: Mapping[int, float] | None = None,
) -> list[Hit]:
    """Compute the pool's cosines, and its BM25 or what a learned model's query gives instead."""
    longest = 0.0 if learned is None else max((rank.length(item.sparse or {}) for item in pool), default=0.0)
    hits = []
    for number, item in enumerate(pool, 1):
        if item.dense is None or item.sparse is None:
            raise ValueError("a pool to be scored must come with its vectors")
        cosine = rank.cosine(vector, item.dense)
        if learned is None:
            share = rank.bm25_share(words.weights, words.counted(item.sparse))
            hits.append(_hit(item, number, "rrf", cosine=cosine, bm25=share))
        else:
            share = rank.learned_share(learned, item.sparse, longest)
            hits.append(replace(_hit(item, number, "rrf", cosine=cosine), learned=share))
    return hits


def _reordered(hits: Sequence[Hit], own: Sequence[float], days: Mapping[str, date]) -> list[Hit]:
    """Order by score, the neighbours' lift included; equal scores keep RRF's order, repeated passages come last.

    Of a passage that several reports repeat, the newest are shown where `days` of documents are given.
    """
    scores = {_place(hit.chunk): score for hit, score in zip(hits, own, strict=True)}
    scored = [replace(hit, score=_lifted(_place(hit.chunk), scores), retriever="scores") for hit in hits]
    scored = recency.newest_first(scored, days)
    again = rank.repeated([hit.chunk.text for hit in scored])
    first = [hit for hit, folded in zip(scored, again, strict=True) if not folded]
    rest = [
        replace(hit, score=min(hit.score, first[-1].score)) for hit, folded in zip(scored, again, strict=True) if folded
    ]
    return [replace(hit, rank=number) for number, hit in enumerate([*first, *rest], 1)]


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
