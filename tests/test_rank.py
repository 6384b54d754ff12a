import numpy as np
import pytest
from hypothesis import given, strategies

from qa.rank import bm25_share, combined, cosine, lifted, window_share


def test_cosine_of_unit_vectors() -> None:
    # (0.6, 0.8) · (0.8, 0.6) = 0.48 + 0.48
    assert cosine(np.float32([0.6, 0.8]), np.float32([0.8, 0.6])) == pytest.approx(0.96)
    assert cosine(np.float32([1, 0]), np.float32([0, 1])) == 0


def test_cosine_is_clipped_where_rounding_passes_one() -> None:
    long = np.float32([1.0001, 0])
    assert cosine(long, long) == 1.0
    assert cosine(long, -long) == -1.0


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


def test_window_holds_two_sentences_in_a_row() -> None:
    # Terms 1, 2, 3 of weights 1, 2, 5: the second and third sentence hold 2 and 3, that is 7 of 8.
    assert window_share({1: 1.0, 2: 2.0, 3: 5.0}, [{1}, {2}, {3}]) == pytest.approx(7 / 8)
    # A term counts once, and terms that are not asked for do not.
    assert window_share({1: 1.0, 3: 3.0}, [{1, 9}, {1}]) == pytest.approx(0.25)


def test_window_prefers_words_that_stand_together() -> None:
    weights = {1: 1.0, 2: 1.0}
    assert window_share(weights, [{1}, {2}, set(), set()]) == 1.0
    assert window_share(weights, [{1}, set(), set(), {2}]) == 0.5


def test_window_is_zero_without_terms_or_sentences() -> None:
    assert window_share({}, [{1}]) == 0.0
    assert window_share({1: 1.0}, []) == 0.0


def test_combined_weighs_words_above_meaning() -> None:
    # 0.4 · 0.4 + 0.5 · 0.2 + 0.1 · 0.6 = 0.32
    assert combined(0.4, 0.2, 0.6) == pytest.approx(0.32)
    assert combined(1.0, 1.0, 1.0) == pytest.approx(1.0)
    assert combined(-1.0, 0.0, 0.0) == pytest.approx(-0.4)
    assert combined(0.0, 0.5, 0.0) > combined(0.5, 0.0, 0.0)


def test_better_neighbour_lifts_and_a_worse_one_never_lowers() -> None:
    # 0.3 + 0.2 · (0.8 - 0.3)
    assert lifted(0.3, [0.1, 0.8]) == pytest.approx(0.4)
    assert lifted(0.3, [0.1, 0.2]) == 0.3
    assert lifted(0.3, []) == 0.3
