"""From a query to hits: embed, search, order, and order again where there is a reranker."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from functools import partial

from qa.models.dense import QueryEmbedder
from qa.models.learned_sparse import LearnedSparseEmbedder
from qa.models.onnx_copy import is_packaged
from qa.retrieval import rank, recency
from qa.retrieval.about import Sorted, opening_of, sorted_by_entities
from qa.retrieval.balance import cosine_weight
from qa.retrieval.context import wanted
from qa.retrieval.editions import of_the_year
from qa.retrieval.query import Query, QueryReader
from qa.retrieval.rerank import Reranker
from qa.retrieval.scale import PLAIN, Scale
from qa.retrieval.titled import by_word, named_by
from qa.store import Found
from qa.store.reading import IndexReader
from qa.store.records import ChunkSpan, RegisterRow
from qa.store.where import EVERYTHING, Filter
from qa.store.within import Alternatives, within
from qa.text.embedded import prefix
from qa.text.terms import highest_score
from qa.text.words import SparseEmbedder
from qa.tracing import stage
from qa.types import Chunk, Hit, Ranking

# Candidates that RRF hands to the second stage, and that each of its legs finds.
POOL = 50
# Documents of which it is remembered how they begin: some 2 MB.
_OPENINGS = 5_000
# Of the documents that a question names by their titles, a pool holds so many passages, or so many are searched there.
# With more, passages that such a word is not the name of pushed out better ones.
_ENOUGH, _SOUGHT = 3, 8


class Retriever:
    """Finds chunks in one open index."""

    def __init__(
        self,
        index: IndexReader,
        dense: QueryEmbedder,
        sparse: SparseEmbedder,
        *,
        language: str = "english",
        reads: str = "",
        learned: LearnedSparseEmbedder | None = None,
        reranker: Reranker | None = None,
        scale: Scale = PLAIN,
    ) -> None:
        """Put the parts together.

        Args:
            index: Open.
            dense: Embeds questions as the index's chunks were.
            sparse: Knows a text's words; without a `learned` model the stored sparse vectors are its own.
            language: Language of the documents.
            reads: Code of the only language that the dense model reads, "" where it reads several or nothing is known.
            learned: The model that made the stored sparse vectors instead.
            reranker: Orders what was found anew; already loaded.
            scale: What the cosines of the dense model are worth.
        """
        self.index = index
        self.dense = dense
        self.sparse = sparse
        self.language = language
        self.reads = reads
        self.learned = learned
        self.reranker = reranker
        self.scale = scale
        self._openings: dict[tuple[str, str], str] = {}
        self._titles: tuple[Sequence[RegisterRow], Mapping[str, Set[str]]] = ((), {})

    def within(self, only: Alternatives) -> "Retriever":
        """Return one that finds only what passes one of some filters, with the same models on the same connection."""
        return Retriever(
            within(self.index, only),
            self.dense,
            self.sparse,
            language=self.language,
            reads=self.reads,
            learned=self.learned,
            reranker=self.reranker,
            scale=self.scale,
        )

    @property
    def is_packaged(self) -> bool:
        """Whether the packaged model made the dense vectors: what was learned from cosines was learned from its own."""
        generation = self.index.generation
        return generation is not None and is_packaged(generation.settings.dense_model)

    def is_word(self, word: str) -> bool:
        """Tell whether the dense model knows a word in lower case: what documents lack of it is no slip."""
        knows = getattr(self.dense, "knows_word", None)
        return bool(knows and knows(word))

    async def read(self, text: str, *, question: str = "", where: Filter = EVERYTHING) -> Query:
        """Return a question as this index reads it, see `QueryReader.read`."""
        reader = QueryReader(self.index, self.dense, self.sparse, self.learned, self.reads, self.scale)
        model = self.index.generation.settings.dense_model if self.index.generation else ""
        with stage("read", "embeddings", model, gen_ai__request__model=model):
            return await reader.read(text, question=question, where=where)

    async def retrieve(
        self, query: str | Query, *, top_k: int = 10, ranking: Ranking = "scores", where: Filter = EVERYTHING
    ) -> list[Hit]:
        """Return at most `top_k` chunks, best first; fewer where the index holds fewer, none where nothing matches.

        Args:
            query: A standalone question, or what `read` returned for it.
            top_k: Upper bound on the number of hits, at least 1.
            ranking: "scores" orders the RRF pool by absolute scores, and newer documents first where the question asks
                for the latest; "rrf", "dense" and "sparse" are plain. A reranker then reorders whichever was asked for.
            where: Which documents to look in, where `query` is text; what `read` returned knows this itself.

        Raises:
            FilterError: No document passes the filter.
            StoreError: The index failed, which is never shown as an empty list.
            ModelError: A model failed.
        """
        if isinstance(query, str):
            query = await self.read(query, where=where)
        if self.reranker is None:
            return await self._searched(query, top_k=top_k, ranking=ranking)
        hits = await self._searched(query, top_k=max(POOL, top_k), ranking=ranking)
        # A passage that two hits before it repeat is not worth the model's time, and stays last.
        again = rank.repeated([hit.chunk.text for hit in hits])
        first = [hit for hit, folded in zip(hits, again, strict=True) if not folded]
        rest = [hit for hit, folded in zip(hits, again, strict=True) if folded]
        with stage("rerank"):
            ordered = [*await self.reranker.rerank(query.text, first), *rest]
        return [replace(hit, rank=number) for number, hit in enumerate(ordered[:top_k], 1)]

    async def best(self, text: str, *, where: Filter = EVERYTHING) -> float:
        """Return the absolute score of the best passage for a text, in about [0, 1]; 0 where nothing is near it.

        Raises:
            StoreError: The index failed.
        """
        hits = await self._searched(await self.read(text, where=where), top_k=1, ranking="scores")
        return max((hit.score for hit in hits), default=0.0)

    async def days(self, query: Query, chunks: Sequence[Chunk]) -> dict[str, date]:
        """Return the days that the documents of these passages state, by id; none where the query does not ask."""
        if not query.asks_for_latest:
            return {}
        return await self.index.days(chunk.document_id for chunk in chunks)

    async def around(self, hits: Sequence[Hit]) -> list[Chunk]:
        """Return the chunks that stand beside the hits in their documents, see `context.assembled`."""
        return await self.index.around(wanted(hits))

    async def of_named(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """Return hits with further ones of the documents that the question names by their titles, best first.

        Where the pool holds too few passages of these, they are searched alone.

        Raises:
            StoreError: The index failed.
        """
        rows = await self.index.rows()
        if self._titles[0] is not rows:
            self._titles = rows, await asyncio.to_thread(by_word, rows)
        codes = {query.language, *query.languages}
        ids = named_by(
            query.text,
            self._titles[1],
            len(rows),
            lambda word: any(self.sparse.is_small(word, code) for code in codes),
        )
        meant = [row for row in rows if row.document_id in ids and query.where.matches(row)]
        there = sum(hit.chunk.document_id in ids for hit in hits)
        if not meant or len(meant) == len(rows) or there >= min(_ENOUGH, sum(row.chunk_count for row in meant)):
            return list(hits)
        where = replace(query.where, documents=tuple(row.document_id for row in meant))
        own = await self._searched(replace(query, where=where), top_k=_SOUGHT, ranking="scores")
        known = {hit.chunk.id for hit in hits}
        more = [hit for hit in own if hit.chunk.id not in known]
        ordered = sorted([*hits, *more], key=lambda hit: -hit.score)
        return [replace(hit, rank=number) for number, hit in enumerate(ordered, 1)]

    async def named(self, query: Query, hits: Sequence[Hit]) -> Sorted:
        """Return hits with those about what the question names first, and without those of another thing."""
        openings = await self._openings_of({hit.chunk.document_id: hit.chunk for hit in hits}.values())
        codes = {query.language, *query.languages}

        def is_small(word: str) -> bool:
            return any(self.sparse.is_small(word, code) for code in codes)

        def is_unknown(word: str) -> bool:
            return self.learned is None and self.sparse.frequency(word, known) == 0

        known = await self.index.term_statistics()
        found = await asyncio.to_thread(
            sorted_by_entities, query, hits, openings, is_small=is_small, is_unknown=is_unknown
        )
        return found if query.compares else of_the_year(query.asked, found)

    async def _openings_of(self, chunks: Iterable[Chunk]) -> dict[str, str]:
        """Return how the documents of these chunks begin, by id; those asked for last are remembered."""
        wanted_chunks = {(chunk.document_id, chunk.version): chunk for chunk in chunks}
        missing = [key for key in wanted_chunks if key not in self._openings]
        if missing:
            if len(self._openings) + len(missing) > _OPENINGS:
                self._openings.clear()
            self._openings.update(dict.fromkeys(missing, ""))
            for chunk in await self.index.around([ChunkSpan(*key, 0, 0) for key in missing]):
                self._openings[chunk.document_id, chunk.version] = opening_of(chunk)
        return {key[0]: self._openings.get(key, "") for key in wanted_chunks}

    async def _searched(self, query: Query, *, top_k: int, ranking: Ranking) -> list[Hit]:
        with stage(
            "search", "retrieval", gen_ai__data_source__id=self.index.name, gen_ai__request__top_k=top_k
        ) as search:
            hits = await self._retrieve(query, top_k=top_k, ranking=ranking)
            search.note("footnote.retrieval.hits", len(hits))
            return hits

    async def _retrieve(self, query: Query, *, top_k: int, ranking: Ranking) -> list[Hit]:
        if ranking == "dense":
            found = await self.index.search_dense(query.vector, limit=top_k, where=query.where)
            return [
                _hit(item, number, "dense", cosine=query.scale.of(item.score)) for number, item in enumerate(found, 1)
            ]
        if ranking == "sparse":
            found = await self.index.search_sparse(query.sparse, limit=top_k, where=query.where)
            if self.learned:
                return [_hit(item, number, "sparse") for number, item in enumerate(found, 1)]
            highest = highest_score(query.words.weights)
            # The share exceeds 1 where a chunk holds two forms of one word.
            return [
                _hit(item, number, "sparse", bm25=min(item.score / highest, 1.0))
                for number, item in enumerate(found, 1)
            ]
        limit = max(POOL, top_k)
        pool = await self.index.search_hybrid(query.vector, query.sparse, limit=limit, where=query.where)
        score = partial(_scored, query, pool, learned=self.learned is not None)
        if ranking == "rrf":
            return score()[:top_k]
        days = await self.days(query, [item.chunk for item in pool])
        return (await asyncio.to_thread(lambda: self._ranked(query, score(), pool, days)))[:top_k]

    def _ranked(self, query: Query, hits: Sequence[Hit], pool: Sequence[Found], days: Mapping[str, date]) -> list[Hit]:
        """Order scored hits by all that is known of them."""
        weight = cosine_weight(query, reads=self.reads, learned=self.learned is not None)
        known = signals(query, hits, pool, learned=self.learned is not None)
        return _reordered(hits, [rank.combined(one, weight) for one in known], days)


def signals(query: Query, hits: Sequence[Hit], pool: Sequence[Found], *, learned: bool) -> list[rank.Signals]:
    """Return what is known of each hit under a question.

    Args:
        query: As the index reads it.
        hits: A pool's, with their cosines and BM25 shares.
        pool: The same in the same order, with their stored sparse vectors.
        learned: Whether a learned model made the sparse vectors.
    """
    words, match = query.words, query.match
    found = []
    for hit, item in zip(hits, pool, strict=True):
        line, language = prefix(hit.chunk.title, hit.chunk.heading), hit.chunk.metadata.get("language", "")
        text, above = f"{line}{hit.chunk.text}", match.above(line, language)
        own_terms = match.terms(text, language) if learned else words.words(item.sparse or {})
        held = own_terms & words.weights.keys()
        found.append(
            rank.Signals(
                cosine=hit.cosine or 0.0,
                bm25=hit.bm25 or hit.learned or 0.0,
                cover=rank.held_share(words.weights, held | above, power=2),
                # It takes two of the query's terms to hold a pair of them.
                pairs=match.pairs(text, language) if len(held) > 1 else 0.0,
                above=rank.held_share(words.weights, above),
                named=rank.named_share(words.weights, above),
                inside=match.inside(text, language, held),
            )
        )
    return found


def _scored(query: Query, pool: Sequence[Found], *, learned: bool) -> list[Hit]:
    """Compute the pool's cosines, and its BM25 or what a learned model's query gives instead."""
    longest = max((rank.length(item.sparse or {}) for item in pool), default=0.0) if learned else 0.0
    hits = []
    for number, item in enumerate(pool, 1):
        if item.dense is None or item.sparse is None:
            raise ValueError("a pool to be scored must come with its vectors")
        cosine = query.scale.of(rank.cosine(query.vector, item.dense))
        if learned:
            share = rank.learned_share(query.sparse, item.sparse, longest)
            hits.append(replace(_hit(item, number, "rrf", cosine=cosine), learned=share))
        else:
            share = rank.bm25_share(query.words.weights, query.words.counted(item.sparse))
            hits.append(_hit(item, number, "rrf", cosine=cosine, bm25=share))
    return _with_ranks(hits)


def _with_ranks(hits: Sequence[Hit]) -> list[Hit]:
    """Return a pool with each hit's ranks in it: by meaning, by words, and by both searches together."""
    by_cosine, by_words = (
        {id(hit): place for place, hit in enumerate(sorted(hits, key=key, reverse=True), 1)}
        for key in (lambda hit: hit.cosine or 0.0, lambda hit: hit.bm25 or hit.learned or 0.0)
    )
    return [
        replace(hit, cosine_rank=by_cosine[id(hit)], words_rank=by_words[id(hit)], found_rank=hit.rank) for hit in hits
    ]


def _reordered(hits: Sequence[Hit], own: Sequence[float], days: Mapping[str, date]) -> list[Hit]:
    """Order by score, the neighbours' lift included; equal scores keep RRF's order, repeated passages come last.

    If several reports repeat a passage, those of the newest are shown where the `days` of documents are given.
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
