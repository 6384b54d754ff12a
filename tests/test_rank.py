import numpy as np
import pytest
from hypothesis import given, strategies

from qa.retrieval.rank import (
    Signals,
    bm25_share,
    combined,
    cosine,
    held_share,
    inside_share,
    learned_share,
    length,
    lifted,
    mean_direction,
    name_parts,
    named_share,
    pair_share,
    repeated,
)


def test_cosine_of_unit_vectors() -> None:
    # (0.6, 0.8) · (0.8, 0.6) = 0.48 + 0.48
    assert cosine(np.float32([0.6, 0.8]), np.float32([0.8, 0.6])) == pytest.approx(0.96)
    assert cosine(np.float32([1, 0]), np.float32([0, 1])) == 0


def test_cosine_is_clipped_where_rounding_passes_one() -> None:
    long = np.float32([1.0001, 0])
    assert cosine(long, long) == 1.0
    assert cosine(long, -long) == -1.0


def test_mean_direction_lies_between_and_has_unit_length() -> None:
    one, other = np.float32([1, 0]), np.float32([0, 1])
    assert mean_direction([one, other]) == pytest.approx([0.5**0.5, 0.5**0.5])
    assert mean_direction([one]) is one
    assert mean_direction([one, -one]) == pytest.approx([0, 0]), "opposite vectors have no direction between them"


def test_share_by_hand() -> None:
    # 2 · 1.1 of at most 2.2 · (2 + 3) = 11; the chunk's term 9 is not asked for.
    assert bm25_share({1: 2.0, 2: 3.0}, {1: 1.1, 9: 2.0}) == pytest.approx(0.2)
    # (2 · 1.1 + 3 · 1.1) / 11
    assert bm25_share({1: 2.0, 2: 3.0}, {1: 1.1, 2: 1.1}) == pytest.approx(0.5)


def test_share_is_zero_without_terms_in_the_query_or_in_common() -> None:
    assert bm25_share({}, {1: 2.0}) == 0.0
    assert bm25_share({1: 2.0}, {}) == 0.0
    assert bm25_share({1: 2.0}, {2: 2.0}) == 0.0


@given(
    strategies.dictionaries(strategies.integers(0, 20), strategies.floats(1e-3, 20.0)),
    strategies.dictionaries(strategies.integers(0, 20), strategies.integers(1, 1000)),
    strategies.floats(1.0, 1000.0),
)
def test_share_lies_between_zero_and_one(weights: dict[int, float], counts: dict[int, int], average: float) -> None:
    length = sum(counts.values())
    chunk = {term: n * 2.2 / (n + 1.2 * (0.25 + 0.75 * length / average)) for term, n in counts.items()}
    assert 0.0 <= bm25_share(weights, chunk) <= 1.0


def test_learned_share_by_hand() -> None:
    # Lengths 5 and 13: 3 · 5 + 4 · 12 = 63 of at most 65; beside a longer chunk, of at most 5 · 20.
    assert (length({1: 3.0, 2: 4.0}), length({1: 5.0, 2: 12.0})) == (5.0, 13.0)
    assert learned_share({1: 3.0, 2: 4.0}, {1: 5.0, 2: 12.0}, 13.0) == pytest.approx(63 / 65)
    assert learned_share({1: 3.0, 2: 4.0}, {1: 5.0, 2: 12.0}, 20.0) == pytest.approx(0.63)
    assert learned_share({1: 3.0}, {1: 5.0}, 5.0) == 1.0
    assert learned_share({1: 3.0}, {2: 5.0}, 5.0) == 0.0


def test_learned_share_is_zero_without_terms() -> None:
    assert (length({}), learned_share({}, {1: 5.0}, 5.0), learned_share({1: 5.0}, {}, 0.0)) == (0.0, 0.0, 0.0)


@given(
    strategies.dictionaries(strategies.integers(0, 9), strategies.floats(1e-3, 20.0)),
    strategies.lists(
        strategies.dictionaries(strategies.integers(0, 9), strategies.floats(1e-3, 20.0)), min_size=1, max_size=5
    ),
)
def test_learned_share_lies_between_zero_and_one_in_its_pool(
    weights: dict[int, float], pool: list[dict[int, float]]
) -> None:
    longest = max(map(length, pool))
    assert all(0.0 <= learned_share(weights, chunk, longest) <= 1.0 + 1e-9 for chunk in pool)


def test_held_share_by_hand() -> None:
    # 1 + 2 of 1 + 2 + 5; squared 1 + 4 of 1 + 4 + 25.
    weights = {1: 1.0, 2: 2.0, 3: 5.0}
    assert held_share(weights, {1, 2, 9}) == pytest.approx(3 / 8)
    assert held_share(weights, {1, 2, 9}, power=2) == pytest.approx(5 / 30)
    assert held_share(weights, set()) == held_share({}, {1}) == 0.0


def test_pairs_stand_in_order_with_one_word_between_them_at_most() -> None:
    # Pairs (1, 2) of weight 3 and (2, 3) of weight 7.
    weights = {1: 1.0, 2: 2.0, 3: 5.0}
    assert pair_share(weights, [1, 2, 3], [1, 2, 9, 3]) == 1.0
    assert pair_share(weights, [1, 2, 3], [3, 1, 9, 2]) == pytest.approx(0.3)
    assert pair_share(weights, [1, 2, 3], [2, 9, 9, 3, 2, 1]) == 0.0


def test_no_pairs_share_nothing() -> None:
    assert pair_share({1: 1.0}, [1], [1, 1]) == 0.0
    assert pair_share({1: 1.0}, [1, 1], [1, 1]) == 0.0
    assert pair_share({}, [1, 2], [1, 2]) == 0.0


def test_words_within_longer_ones_are_found_where_the_chunk_lacks_them() -> None:
    weights, stems = {1: 1.0, 2: 3.0}, {1: "parser", 2: "tag"}
    # "tag" is too short to mean anything within another word.
    assert inside_share(weights, stems, set(), "def html_parser(stage):") == pytest.approx(0.25)
    assert inside_share(weights, stems, {1}, "def html_parser(parser):") == 0.0
    assert inside_share(weights, {}, set(), "html_parser") == inside_share({}, stems, set(), "html_parser") == 0.0


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("NorthHarbour_NDA2016", "North Harbour NDA 2016"),
        ("HTTPServer", "HTTP Server"),
        ("Manual › 2 Fees", "Manual › 2 Fees"),
    ],
)
def test_joined_names_are_taken_apart(title: str, parts: str) -> None:
    assert name_parts(title) == parts


def test_what_stands_above_is_named_where_the_question_holds_all_of_it() -> None:
    # Words 1 and 2 weigh 3 of 8, and both of the line's two words are asked for, or two of its eight.
    weights = {1: 1.0, 2: 2.0, 3: 5.0}
    assert named_share(weights, {1, 2}) == pytest.approx(3 / 8)
    assert named_share(weights, {1, 2, 11, 12, 13, 14, 15, 16}) == pytest.approx(3 / 8 / 4)
    assert named_share(weights, set()) == named_share({}, {1}) == named_share(weights, {9}) == 0.0


@pytest.mark.parametrize("signal", ["cosine", "bm25", "cover", "pairs", "above", "named", "inside"])
def test_each_signal_raises_the_score(signal: str) -> None:
    low, high = Signals(**{signal: 0.2}), Signals(**{signal: 0.6})
    assert combined(low, 0.5) < combined(high, 0.5)


def test_weight_moves_score_between_meaning_and_words() -> None:
    meant, worded = Signals(cosine=0.8, bm25=0.2), Signals(cosine=0.2, bm25=0.8)
    assert combined(meant, 0.7) > combined(worded, 0.7)
    assert combined(meant, 0.3) < combined(worded, 0.3)
    assert combined(meant, 0.5) == pytest.approx(combined(worded, 0.5))


def test_better_neighbour_lifts_and_a_worse_one_never_lowers() -> None:
    # 0.3 + 0.2 · (0.8 - 0.3)
    assert lifted(0.3, [0.1, 0.8]) == pytest.approx(0.4)
    assert lifted(0.3, [0.1, 0.2]) == 0.3
    assert lifted(0.3, []) == 0.3


def test_third_passage_of_the_same_words_is_folded() -> None:
    text = "The crane lifts two tons."
    assert repeated([text, text.upper(), "other", "the  crane lifts two tons", text]) == [False] * 3 + [True] * 2


def test_passages_of_other_words_or_numbers_are_told_apart() -> None:
    assert repeated([f"the fee of {year} was 10" for year in (2022, 2023, 2024, 2025)]) == [False] * 4
