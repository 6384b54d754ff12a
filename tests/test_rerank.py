"""The rule of reranking: what is scored, in which order it comes out, and that the time limit holds."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from conftest import SMALL, OpenIndex, run
from fakes import FakeDense, hit
from small_index import commit

from qa.errors import ModelError
from qa.retrieval.rerank import Reranker, reordered
from qa.retrieval.retrieve import Retriever
from qa.text.words import SparseEmbedder
from qa.types import Hit

HITS = [hit(text, score=0.9 - rank / 10, rank=rank) for rank, text in enumerate(["a1", "b3", "c2", "d5", "e4"], 1)]


class Digits:
    """Scores a passage by the digit at its end, and takes as long as it is told for each."""

    name = "digits"

    def __init__(self, *, each_s: float = 0.0, wait: Callable[[float], None] = time.sleep) -> None:
        self.each_s = each_s
        self.wait = wait
        self.batches: list[list[str]] = []

    def load(self) -> None:
        pass

    def score(self, query: str, texts: Sequence[str]) -> list[float]:  # noqa: ARG002
        self.batches.append([text[-2:] for text in texts])
        self.wait(self.each_s * len(texts))
        return [float(text[-1]) if text[-1].isdigit() else 0.0 for text in texts]


class Clock:
    """Goes on only when it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def passages(hits: Sequence[Hit]) -> list[str]:
    return [hit.chunk.text for hit in hits]


def ask(reranker: Reranker, hits: Sequence[Hit] = HITS) -> list[Hit]:
    async def main() -> list[Hit]:
        await reranker.load()
        return await reranker.rerank("which?", hits)

    try:
        return asyncio.run(main())
    finally:
        reranker.close()


def test_scored_hits_come_first_by_score_and_the_others_keep_their_order() -> None:
    ordered = reordered(HITS, [1.0, 3.0, 2.0])
    assert passages(ordered) == ["b3", "c2", "a1", "d5", "e4"]
    assert [hit.rerank for hit in ordered] == [3.0, 2.0, 1.0, None, None]
    assert [hit.rank for hit in ordered] == [1, 2, 3, 4, 5]


def test_equal_scores_keep_their_order_and_nothing_scored_changes_nothing() -> None:
    assert passages(reordered(HITS, [0.5] * 5)) == passages(HITS)
    assert reordered(HITS, []) == HITS
    assert reordered([], []) == []


def test_absolute_score_and_ranking_stay_what_they_were() -> None:
    ordered = ask(Reranker(Digits(), limit_ms=10_000))
    assert passages(ordered) == ["d5", "e4", "b3", "c2", "a1"]
    assert [replace(hit, rerank=None, rank=0) for hit in ordered] == [
        replace(HITS[at], rank=0) for at in (3, 4, 1, 2, 0)
    ]


def test_hits_are_scored_best_first_in_batches() -> None:
    scorer = Digits()
    hits = [hit(f"passage {number:02}", key=str(number)) for number in range(20)]
    assert len(ask(Reranker(scorer, limit_ms=10_000), hits)) == 20
    # The first three are the measuring at the start.
    assert [len(batch) for batch in scorer.batches] == [1, 1, 1, 1, 2, 4, 8, 5]
    assert [end for batch in scorer.batches[3:] for end in batch] == [f"{number:02}" for number in range(20)]


def test_batch_is_as_large_as_the_time_allows_by_the_estimate() -> None:
    """Long passages of the sample's length take 1 s each here: of 5 s four are used, with a quarter to spare."""
    clock = Clock()
    scorer = Digits(each_s=1.0, wait=clock.wait)
    text = "The tenant may end the lease at the end of any month with a notice of three months. " * 10
    hits = [hit(f"{text}{number}", key=str(number), title="") for number in range(6)]
    reranker = Reranker(scorer, limit_ms=5_000, clock=clock)
    ordered = ask(reranker, hits)
    assert [len(batch) for batch in scorer.batches[3:]] == [1, 2, 1]
    assert clock.now == 3.0 + 4.0
    assert [hit.rerank is not None for hit in ordered] == [True] * 4 + [False] * 2


def test_nothing_is_begun_that_would_not_end_in_time(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    scorer = Digits(each_s=1.0, wait=clock.wait)
    hits = [hit("word " * 200, key=str(number), rank=number) for number in (1, 2, 3)]
    with caplog.at_level(logging.WARNING):
        assert ask(Reranker(scorer, limit_ms=900, clock=clock), hits) == hits
    assert clock.now == 3.0
    assert len(scorer.batches) == 3
    [record] = caplog.records
    assert record.getMessage().startswith('reranker "digits" takes about 1000 ms a passage, of 900 ms for all: ')


def test_machine_that_was_busy_once_is_tried_again() -> None:
    clock = Clock()
    scorer = Digits(each_s=5.0, wait=clock.wait)
    reranker = Reranker(scorer, limit_ms=1_000, clock=clock)
    hits = [hit("word " * 200)]

    async def main() -> int:
        await reranker.load()
        scorer.each_s = 0.1
        for asked in range(1, 30):
            if (await reranker.rerank("which?", hits))[0].rerank is not None:
                return asked
        return 0

    assert 1 < asyncio.run(main()) < 15
    reranker.close()


def test_limit_holds_for_a_model_that_is_slower_than_it_was() -> None:
    """The estimate is wrong by far, in the first batch: the question is answered in time all the same."""
    scorer = Digits()
    reranker = Reranker(scorer, limit_ms=150)
    running, go_on = threading.Event(), threading.Event()

    async def main() -> list[list[Hit]]:
        await reranker.load()
        scorer.each_s, scorer.wait = 1.5, lambda _seconds: (running.set(), go_on.wait())[0]
        return [await reranker.rerank("which?", HITS) for _ in range(2)]

    try:
        # The first passage is never scored. The next question waits behind it, and not longer than it may.
        assert asyncio.run(main()) == [HITS, HITS]
        assert running.wait(60)
    finally:
        go_on.set()
        reranker.close()


def test_model_that_fails_is_an_error_of_one_line() -> None:
    class Broken(Digits):
        def score(self, query: str, texts: Sequence[str]) -> list[float]:
            if query == "which?":
                raise RuntimeError("no memory\nat all")
            return super().score(query, texts)

    with pytest.raises(ModelError, match=r'^reranker "digits" failed \(RuntimeError: no memory\); use another one'):
        ask(Reranker(Broken(), limit_ms=10_000))


@pytest.mark.parametrize("made", [[float("nan")], [1.0, 2.0], []])
def test_scores_that_are_none_are_refused(made: list[float]) -> None:
    class Wrong(Digits):
        def score(self, query: str, texts: Sequence[str]) -> list[float]:  # noqa: ARG002
            return made

    with pytest.raises(ModelError, match=r'^reranker "digits" does not give each passage a number'):
        ask(Reranker(Wrong(), limit_ms=10_000), HITS[:1])


# In the retriever


def test_whole_pool_is_reranked_before_it_is_cut_and_copies_stay_last(new_index: OpenIndex) -> None:
    sparse = SparseEmbedder(SMALL.sparse_model, language=SMALL.language, average_terms=4.0)
    texts = [f"lamp number 0{number}" for number in range(9)] + ["lamp lamp 09"] * 3

    async def main() -> None:
        reranker = Reranker(Digits(), limit_ms=10_000)
        await reranker.load()
        async with new_index() as index:
            await commit(index, sparse, texts)
            plain = await Retriever(index, FakeDense(), sparse).retrieve("lamp", top_k=12)
            retriever = Retriever(index, FakeDense(), sparse, reranker=reranker)
            for ranking in ("scores", "rrf", "dense", "sparse"):
                hits = await retriever.retrieve("lamp", top_k=12, ranking=ranking)  # type: ignore[arg-type]
                assert passages(hits)[:4] == ["lamp lamp 09", "lamp lamp 09", "lamp number 08", "lamp number 07"]
                assert hits[-1].chunk.text == "lamp lamp 09"
                assert hits[-1].rerank is None
                assert [hit.rank for hit in hits] == list(range(1, 13))
                assert {hit.retriever for hit in hits} == {ranking}
                cut = await retriever.retrieve("lamp", top_k=3, ranking=ranking)  # type: ignore[arg-type]
                assert cut == hits[:3]
            scored = await retriever.retrieve("lamp", top_k=12)
            assert {hit.chunk.id: hit.score for hit in scored} == {hit.chunk.id: hit.score for hit in plain}
        reranker.close()

    run(main)
