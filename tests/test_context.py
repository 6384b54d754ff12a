"""Passages from hits: neighbours of the same section, within the budget, merged, in reading order."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from conftest import OpenIndex, run
from hypothesis import given
from hypothesis import strategies as st
from test_store import document

from qa.retrieval.context import assembled, compares, spread, tokens, wanted
from qa.store.records import ChunkSpan
from qa.text.outline import heading_at
from qa.types import Chunk, Hit

WORDS = "one two three four five six seven eight nine ten "


def chunks(count: int, *, document_id: str = "d", headings: str = "", gap: int = 1, page: int = 0) -> list[Chunk]:
    """Chunks of 12 tokens each that follow one another; `headings` has a letter for each."""
    made, at = [], 0
    for number in range(count):
        text = f"{number}{WORDS}"[:48]
        heading = headings[number] if headings else ""
        made.append(
            Chunk(
                f"{document_id}{number}",
                document_id,
                "v",
                number,
                document_id,
                "",
                heading,
                page,
                at,
                at + 48,
                text,
                {},
            )
        )
        at += 48 + gap
    return made


def hits(*found: Chunk) -> list[Hit]:
    return [Hit(chunk, 1.0 / rank, rank, "scores") for rank, chunk in enumerate(found, 1)]


def shown(passages: Iterable[Hit]) -> list[tuple[str, int, int]]:
    """Document, and the numbers of the first and the last chunk, of each passage."""
    return [(hit.chunk.document_id, hit.chunk.start // 49, (hit.chunk.end - 1) // 49) for hit in passages]


def test_neighbours_join_after_before_and_then_further() -> None:
    a = chunks(9)
    for budget, expected in ((12, (4, 4)), (24, (4, 5)), (36, (3, 5)), (48, (3, 6)), (60, (2, 6)), (999, (2, 6))):
        [passage] = assembled(hits(a[4]), a, budget=budget)
        assert shown([passage]) == [("d", *expected)]


def test_neighbours_end_with_their_section() -> None:
    a = chunks(5, headings="xyyyz")
    assert shown(assembled(hits(a[1]), a, budget=999)) == [("d", 1, 3)]
    b = chunks(5, headings="yxyxy")
    assert shown(assembled(hits(b[2]), b, budget=999)) == [("d", 2, 2)]


def test_better_hits_get_neighbours_first() -> None:
    a, b = chunks(9), chunks(9, document_id="e")
    assert shown(assembled(hits(b[4], a[4]), [*a, *b], budget=48)) == [("e", 3, 5), ("d", 4, 4)]


def test_hits_are_worth_more_than_neighbours_and_the_best_always_fits() -> None:
    a, b = chunks(9), chunks(9, document_id="e")
    assert shown(assembled(hits(a[4], b[4]), [*a, *b], budget=24)) == [("d", 4, 4), ("e", 4, 4)]
    assert shown(assembled(hits(a[4], b[4]), [*a, *b], budget=5)) == [("d", 4, 4)]
    assert assembled([], [], budget=99) == []


def test_room_that_is_left_goes_to_further_hits() -> None:
    a, b = chunks(3), chunks(9, document_id="e")
    found = hits(a[1], b[2], b[7])
    for budget, expected in (
        (36, [("d", 0, 2)]),
        (48, [("d", 0, 2), ("e", 2, 2)]),
        (999, [("d", 0, 2), ("e", 2, 2), ("e", 7, 7)]),
    ):
        assert shown(assembled(found[:1], [*a, *b], found[1:], budget=budget)) == expected


def test_documents_stay_together_and_passages_stand_in_reading_order() -> None:
    a, b = chunks(9), chunks(9, document_id="e")
    passages = assembled(hits(a[8], b[3], a[0]), [], budget=99)
    assert shown(passages) == [("d", 0, 0), ("d", 8, 8), ("e", 3, 3)]
    assert [hit.rank for hit in passages] == [3, 1, 2]


def test_hits_that_touch_become_one_under_the_better() -> None:
    a = chunks(9)
    [passage] = assembled(hits(a[5], a[4]), [], budget=99)
    assert (passage.rank, passage.score, passage.chunk.id) == (1, 1.0, "d5")
    assert (passage.chunk.start, passage.chunk.end) == (a[4].start, a[5].end)


def test_sections_that_touch_stay_apart() -> None:
    a = chunks(2, headings="xy")
    assert shown(assembled(hits(*a), [], budget=99)) == [("d", 0, 0), ("d", 1, 1)]


@given(st.lists(st.integers(0, 11), min_size=1, max_size=6, unique=True), st.integers(0, 4), st.integers(1, 400))
def test_offsets_stay_exact(numbers: list[int], gap: int, budget: int) -> None:
    a = chunks(12, gap=gap)
    text = "".join(chunk.text + "~" * gap for chunk in a)
    passages = assembled(hits(*(a[number] for number in numbers)), a, budget=budget)
    for hit in passages:
        chunk = hit.chunk
        original = text[chunk.start : chunk.end]
        assert len(chunk.text) == len(original)
        assert all(
            one == other or (other == "~" and one.isspace()) for one, other in zip(chunk.text, original, strict=True)
        )
    held = {
        number for hit in passages for number in range(len(a)) if hit.chunk.start <= a[number].start < hit.chunk.end
    }
    assert numbers[0] in held
    assert len(held) <= max(1, budget // 12)
    assert sum(hit.chunk.end > other.chunk.start for hit, other in pairwise(passages)) == 0


def test_joined_passage_names_all_its_pages_and_rows() -> None:
    one, other = chunks(2)
    one = replace(one, page=3, metadata={"rows": "2–9", "sheet": "Faults"})
    other = replace(other, page=4, metadata={"rows": "10–12", "sheet": "Faults"})
    [passage] = assembled(hits(other, one), [], budget=99)
    assert passage.chunk.page == 3
    assert passage.chunk.metadata == {"rows": "2–12", "sheet": "Faults", "last_page": "4"}


def test_joined_passage_knows_its_sections() -> None:
    one, other = chunks(2, headings="AA")
    one = replace(one, metadata={"sections": '[[20,"B"]]'})
    [passage] = assembled(hits(one, other), [], budget=99)
    assert [heading_at(passage.chunk, at) for at in (0, 19, 20, 48, other.start)] == ["A", "A", "B", "B", "A"]


def test_versions_do_not_mix() -> None:
    a = chunks(3)
    older = [replace(chunk, version="u", id=f"u{chunk.ordinal}") for chunk in a]
    assert shown(assembled(hits(a[1]), older, budget=99)) == [("d", 1, 1)]


def test_wanted_stretches() -> None:
    a = chunks(9)
    assert wanted(hits(a[0], a[5])) == [ChunkSpan("d", "v", 0, 2), ChunkSpan("d", "v", 3, 7)]


@pytest.mark.parametrize(
    ("question", "does"),
    [
        ("How does the 2023 report differ from the 2024 one?", True),
        ("Which is longer, cable A or cable B, and are both insured?", True),
        ("Is the fee higher than last year?", True),
        ("Was unterscheidet die beiden Verträge?", True),
        ("When was the cable repaired?", False),
        ("Who is the harbour master?", False),
    ],
)
def test_comparison_is_told_by_its_words(question: str, does: bool) -> None:
    assert compares(question) is does


def test_spread_takes_half_from_one_document_while_there_are_others() -> None:
    a, b = chunks(9), chunks(2, document_id="e")
    found = hits(*a[:6], *b, *a[6:])
    assert [hit.chunk.id for hit in spread(found, 4)] == ["d0", "d1", "e0", "e1"]
    assert [hit.chunk.id for hit in spread(found, 6)] == ["d0", "d1", "d2", "d3", "e0", "e1"]
    assert [hit.chunk.id for hit in spread(hits(*a), 4)] == ["d0", "d1", "d2", "d3"]


def test_tokens_are_about_those_of_a_model() -> None:
    assert tokens("") == 0
    assert tokens("word" * 10) == 10
    assert tokens("測試") == 2
    assert tokens("\ud800") == 1


def test_neighbours_come_from_the_index_in_their_version(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            papers = [document(f"{name}.txt", ["alpha", "beta", "gamma", "delta"]) for name in ("a", "b")]
            await index.commit(papers)
            row = papers[0].row
            found = await index.around([ChunkSpan(row.document_id, row.version, 1, 2)])
            assert sorted((chunk.ordinal, chunk.text) for chunk in found) == [(1, "beta"), (2, "gamma")]
            assert await index.around([ChunkSpan(row.document_id, "other", 1, 2)]) == []
            assert await index.around([]) == []
            every = [
                ChunkSpan(paper.row.document_id, paper.row.version, n, n) for paper in papers for n in range(4)
            ] * 20
            assert {chunk.id for chunk in await index.around(every)} == {c.id for p in papers for c in p.chunks}

    run(main)
