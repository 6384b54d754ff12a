import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from conftest import SMALL, OpenIndex, run
from fakes import FakeDense, asked, chunk, hit
from numpy.typing import NDArray
from small_index import commit

from qa.errors import StoreError
from qa.retrieval import rank
from qa.retrieval.balance import COSINE
from qa.retrieval.retrieve import Retriever, _reordered, _scored
from qa.store import Found
from qa.text.words import SparseEmbedder
from qa.types import Hit, Ranking

TEXTS = [
    "red fox red barn",
    "blue fox barn lamp moon",
    "green lamp",
    "red red red lamp moon salt",
    "salt moon",
    "fox",
]
RANKINGS: list[Ranking] = ["scores", "rrf", "dense", "sparse"]


@pytest.fixture
def sparse() -> SparseEmbedder:
    return SparseEmbedder(SMALL.sparse_model, language=SMALL.language, average_terms=20 / 6)


def texts(hits: Sequence[Hit]) -> list[str]:
    return [hit.chunk.text for hit in hits]


class Pointing(FakeDense):
    """Looks where it is told, whatever the query."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    async def embed_query(self, text: str) -> NDArray[np.float32]:  # noqa: ARG002
        return (await self.embed_sentences([self.text]))[0]


def test_ranks_count_from_one_scores_fall_and_top_k_holds(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            retriever = Retriever(index, FakeDense(), sparse)
            for ranking in RANKINGS:
                whole = await retriever.retrieve("red fox lamp", ranking=ranking)
                assert len(whole) == (5 if ranking == "sparse" else 6)
                for top_k in (1, 3, 100):
                    hits = await retriever.retrieve("red fox lamp", top_k=top_k, ranking=ranking)
                    assert [hit.rank for hit in hits] == list(range(1, min(top_k, len(whole)) + 1)), ranking
                    scores = [hit.score for hit in hits]
                    assert scores == sorted(scores, reverse=True), ranking
                    assert scores == [hit.score for hit in whole[:top_k]], ranking
                    assert {hit.retriever for hit in hits} == {ranking}

    run(main)


def test_each_ranking_gives_the_scores_it_promises(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            dense = FakeDense()
            retriever = Retriever(index, dense, sparse, reads="en")
            question = "red fox lamp"
            by_text = {}
            for ranking in RANKINGS:
                hits = await retriever.retrieve(question, ranking=ranking)
                by_text[ranking] = {hit.chunk.text: hit for hit in hits}
            vectors = await dense.embed_sentences([question, *TEXTS])
            weights = (await retriever.read(question)).words.weights
            highest = 2.2 * sum(weights.values())
            for text, cosine in zip(TEXTS, (vectors[1:] @ vectors[0]).tolist(), strict=True):
                scored, plain = by_text["scores"][text], by_text["dense"][text]
                assert (plain.score, plain.cosine, plain.bm25) == (
                    pytest.approx(cosine, abs=1e-5),
                    pytest.approx(cosine, abs=1e-5),
                    None,
                )
                assert scored.cosine == pytest.approx(cosine, abs=1e-5)
                bm25 = 0.0
                if text in by_text["sparse"]:
                    found = by_text["sparse"][text]
                    assert found.bm25 == pytest.approx(found.score / highest)
                    assert found.cosine is None
                    bm25 = found.bm25 or 0.0
                assert scored.bm25 == pytest.approx(bm25, abs=1e-5)
                # No titles, no neighbours, no words within words.
                held = set(sparse.query_terms(text))
                squares = {term: weight**2 for term, weight in weights.items()}
                cover = sum(square for term, square in squares.items() if term in held) / sum(squares.values())
                pairs = rank.pair_share(weights, sparse.terms(question), sparse.terms(text))
                expected = rank.combined(rank.Signals(cosine, bm25, cover, pairs), COSINE)
                assert scored.score == pytest.approx(expected, abs=1e-5)
                assert (by_text["rrf"][text].cosine, by_text["rrf"][text].bm25) == (scored.cosine, scored.bm25)

    run(main)


def test_rrf_scores_are_sums_of_reciprocal_ranks_of_both_legs(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            retriever = Retriever(index, FakeDense(), sparse)
            legs = [await retriever.retrieve("salt lamp red", ranking=ranking) for ranking in ("dense", "sparse")]
            for hit in await retriever.retrieve("salt lamp red", ranking="rrf"):
                ranks = [other.rank for leg in legs for other in leg if other.chunk.id == hit.chunk.id]
                assert hit.score == pytest.approx(sum(1 / (60 + rank) for rank in ranks), abs=1e-6)

    run(main)


def test_scores_order_the_pool_differently_from_rrf(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            # The dense leg prefers "green lamp" by far, the terms speak for "fox" alone.
            retriever = Retriever(index, Pointing("green lamp"), sparse)
            rrf = await retriever.retrieve("fox", ranking="rrf")
            scored = await retriever.retrieve("fox")
            assert {hit.chunk.id for hit in rrf} == {hit.chunk.id for hit in scored}
            assert texts(rrf) != texts(scored)
            assert scored[0].chunk.text == max(rrf, key=lambda hit: hit.bm25 or 0.0).chunk.text

    run(main)


def test_equal_scores_keep_the_order_of_rrf(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            pool = await Retriever(index, FakeDense(), sparse).retrieve("red", ranking="rrf")
            assert texts(_reordered(pool, [*[0.5] * (len(pool) - 1), 0.6], {})) == [
                pool[-1].chunk.text,
                *texts(pool[:-1]),
            ]

    run(main)


def test_better_chunk_beside_it_lifts_a_chunk_in_its_own_document_only() -> None:
    """The passage that answers often stands beside the one that names what is asked for."""
    best, beside, apart, other = (
        replace(hit(text), chunk=replace(chunk(text, key="a"), ordinal=ordinal, id=text), cosine=cosine, bm25=0.0)
        for text, ordinal, cosine in (("best", 4, 0.8), ("beside", 5, 0.2), ("apart", 7, 0.3), ("other", 9, 0.1))
    )
    stranger = replace(other, chunk=replace(other.chunk, document_id="b", ordinal=3))
    scores = {
        hit.chunk.text: hit.score for hit in _reordered([best, apart, beside, stranger], [0.32, 0.12, 0.08, 0.04], {})
    }
    # 0.08 is lifted by 0.2 · (0.32 - 0.08)
    assert scores == {
        "best": pytest.approx(0.32),
        "beside": pytest.approx(0.128),
        "apart": pytest.approx(0.12),
        "other": pytest.approx(0.04),
    }


def test_versions_of_a_passage_do_not_fill_the_top() -> None:
    hits = [hit("the crane lifts two tons", key=key) for key in "abcd"] + [hit("the crane stands", key="e")]
    ordered = _reordered(hits, [0.9, 0.8, 0.7, 0.6, 0.3], {})
    assert [found.chunk.id for found in ordered] == ["a", "b", "e", "c", "d"]
    assert [found.score for found in ordered] == [0.9, 0.8, 0.3, 0.3, 0.3]
    assert [found.rank for found in ordered] == [1, 2, 3, 4, 5]


def test_name_in_a_joined_title_is_found(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    """Agreements that read alike are told apart by their files' names: "NorthHarbour_NDA2016"."""

    async def main() -> None:
        async with new_index() as index:
            titles = ["SouthQuay_NDA2017", "NorthHarbour_NDA2016", "EastPier_NDA2018"]
            await commit(index, sparse, [f"green lamp {name}" for name in ("one", "two", "three")], titles=titles)
            retriever = Retriever(index, Pointing("moon"), sparse)
            assert (await retriever.retrieve("lamp of North Harbour"))[0].chunk.title == "NorthHarbour_NDA2016"

    run(main)


def test_query_of_stop_words_is_found_by_meaning(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            retriever = Retriever(index, Pointing("green lamp"), sparse)
            assert (await retriever.read("what is it, and who was the")).words.weights == {}
            for ranking in ("scores", "rrf", "dense"):
                hits = await retriever.retrieve("what is it, and who was the", ranking=ranking)
                assert hits[0].chunk.text == "green lamp"
                assert (hits[0].bm25 or 0.0) == 0.0
            assert hits[0].cosine == pytest.approx(1.0, abs=1e-5)
            assert await retriever.retrieve("what is it", ranking="sparse") == []

    run(main)


def test_term_that_no_chunk_holds_finds_nothing_by_terms(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            retriever = Retriever(index, FakeDense(), sparse)
            assert await retriever.retrieve("unicorn", ranking="sparse") == []
            assert list((await retriever.read("unicorn")).words.weights.values()) == pytest.approx([math.log(14)])
            assert all(hit.bm25 == 0 for hit in await retriever.retrieve("unicorn"))

    run(main)


def test_empty_index_gives_no_hits(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            retriever = Retriever(index, FakeDense(), sparse)
            assert [await retriever.retrieve("red fox", ranking=ranking) for ranking in RANKINGS] == [[]] * 4

    run(main)


def test_search_that_fails_is_an_error_and_never_an_empty_list(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            retriever = Retriever(index, FakeDense(), sparse)
            assert await retriever.retrieve("red fox")
            await index.chunks.drop()
            for ranking in RANKINGS:
                with pytest.raises(StoreError):
                    await retriever.retrieve("red fox", ranking=ranking)

    run(main)


def test_index_that_was_never_made_is_an_error(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index(create=False) as index:
            with pytest.raises(StoreError):
                await Retriever(index, FakeDense(), sparse).retrieve("red fox")

    run(main)


def test_pool_without_vectors_is_a_programming_mistake() -> None:
    with pytest.raises(ValueError, match="with its vectors"):
        _scored(asked("fox"), [Found(chunk("fox"), 0.1, None, None)], learned=False)


def test_more_hits_than_the_pool_can_be_asked_for(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, [f"lamp number {number}" for number in range(60)])
            retriever = Retriever(index, FakeDense(), sparse)
            for ranking in RANKINGS:
                assert len(await retriever.retrieve("lamp", top_k=60, ranking=ranking)) == 60, ranking
            assert len({hit.chunk.id for hit in await retriever.retrieve("lamp", top_k=60)}) == 60

    run(main)
