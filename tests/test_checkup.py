"""Every kind of damage is found, and mended where the index itself tells how."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from conftest import OpenIndex, run
from fakes import FakeDense
from small_index import commit

from qa.store import Index
from qa.store.checkup import PROBLEMS, Checkup, examine, mend
from qa.store.filters import equals
from qa.text.words import SparseEmbedder

TEXTS = ("the turbine stands still", "the cable was repaired in May", "the harbour is closed")


@pytest.fixture(scope="module")
def sparse() -> SparseEmbedder:
    return SparseEmbedder("Qdrant/bm25", language="english", average_terms=18.0)


async def rows_of(index: Index, text: str) -> list[dict[str, Any]]:
    from qa.store.schema import CHUNK_FIELDS

    fields = (*CHUNK_FIELDS, "text_hash", "dense", "sparse")
    rows = await index.chunks.query(equals("text", text), fields)
    return [{**row, "dense": np.asarray(row["dense"], np.float32), "sparse": dict(row["sparse"])} for row in rows]


async def replace(index: Index, original: str, **change: Any) -> None:
    [row] = await rows_of(index, original)
    await index.chunks.delete(equals("id", row["id"]))
    await index.chunks.insert([{**row, **change}])


async def lose_a_chunk(index: Index) -> None:
    await index.chunks.delete(equals("text", TEXTS[0]))


async def leave_an_orphan(index: Index) -> None:
    [row] = await rows_of(index, TEXTS[0])
    await index.chunks.insert([{**row, "id": "f" * 32, "version": "0" * 32}])


async def double_a_chunk(index: Index) -> None:
    [row] = await rows_of(index, TEXTS[0])
    await index.chunks.insert([row])


async def shorten_a_vector(index: Index) -> None:
    [row] = await rows_of(index, TEXTS[0])
    await replace(index, TEXTS[0], dense=row["dense"] / 2)


async def spoil_a_weighting(index: Index) -> None:
    await replace(index, TEXTS[0], sparse={7: -1.0})


async def change_a_text(index: Index) -> None:
    await replace(index, TEXTS[0], text="something else")


async def miscount_terms(index: Index) -> None:
    [row] = [row async for row in index.documents() if row.source == "0.txt"]
    await index.register.delete(equals("id", row.id))
    await index.register.insert([{**asdict(row), "metadata": {}, "terms": {1: 5.0}}])


async def keep_an_older_row(index: Index) -> None:
    [row] = [row async for row in index.documents() if row.source == "0.txt"]
    older = {**asdict(row), "id": "e" * 32, "version": "0" * 32, "ingested_at": 1}
    await index.register.insert([{**older, "metadata": {}, "terms": {1: 1.0}}])


Damage = Callable[[Index], Awaitable[None]]


@pytest.mark.parametrize(
    ("damage", "problem", "documents_left"),
    [
        (lose_a_chunk, {"incomplete"}, 2),
        (leave_an_orphan, {"orphans"}, 3),
        (double_a_chunk, {"doubled"}, 3),
        (shorten_a_vector, {"vectors"}, 3),
        (spoil_a_weighting, {"vectors", "terms"}, 3),
        (change_a_text, {"texts"}, 2),
        (miscount_terms, {"terms"}, 3),
        (keep_an_older_row, {"outdated"}, 3),
    ],
)
def test_damage_is_found_and_mended(
    new_index: OpenIndex, sparse: SparseEmbedder, damage: Damage, problem: set[str], documents_left: int
) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            [before] = await rows_of(index, TEXTS[0])
            counted = dict((await index.term_statistics()).frequencies)
            assert (await examine(index)).healthy
            await damage(index)
            found = await examine(index)
            assert {name for name in PROBLEMS if getattr(found, name)} == problem
            done = await mend(index, found, dense=FakeDense(), sparse=sparse)
            assert len(done) == len(problem)
            after = await examine(index)
            assert after.healthy
            assert after.documents == documents_left
            if documents_left == 3:
                [row] = await rows_of(index, TEXTS[0])
                assert row["dense"] == pytest.approx(before["dense"])
                assert row["sparse"] == pytest.approx(before["sparse"])
                assert {k: v for k, v in row.items() if k not in ("dense", "sparse")} == {
                    k: v for k, v in before.items() if k not in ("dense", "sparse")
                }
            index._statistics = None
            if documents_left == 3:
                assert dict((await index.term_statistics()).frequencies) == counted

    run(main)


def test_leg_that_ignores_its_filter_is_found(
    new_index: OpenIndex, sparse: SparseEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, TEXTS)
            search = index.chunks.hybrid_search

            async def ignores(vectors: Any, *, expression: str = "", **options: Any) -> Any:
                return await search(vectors, expression=expression if len(vectors) == 1 else "", **options)

            monkeypatch.setattr(index.chunks, "hybrid_search", ignores)
            assert (await examine(index)).filters == ["hybrid"]

    run(main)


def test_document_without_terms_is_healthy(new_index: OpenIndex, sparse: SparseEmbedder) -> None:
    async def main() -> None:
        async with new_index() as index:
            await commit(index, sparse, ["…", *TEXTS])
            assert (await examine(index)).healthy

    run(main)


def test_empty_index_is_healthy(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            assert await examine(index) == Checkup()

    run(main)
