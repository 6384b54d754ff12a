"""Intervals and tests: by hand where that is possible, and against SciPy."""

import math
from itertools import product

import numpy as np
import pytest

from qa.evaluation.compare import comparisons, most_apart, significant
from qa.evaluation.statistics import auroc_interval, holm, interval, paired_tests, permutation_p


def by_question(values: list[float]) -> dict[str, float]:
    return {f"q{number:03}": value for number, value in enumerate(values)}


def test_interval_of_one_value_is_that_value() -> None:
    found = interval(by_question([0.25] * 12))
    assert (found.mean, found.low, found.high, found.questions) == (0.25, 0.25, 0.25, 12)
    assert math.isnan(interval({}).mean)


def test_interval_of_zeros_and_ones_is_that_of_the_binomial() -> None:
    """The bootstrap of a share draws from a binomial: with n = 100 and p = 0.3 it lies between .21 and .39."""
    found = interval(by_question([1.0] * 30 + [0.0] * 70), resamples=20_000)
    assert found.mean == pytest.approx(0.3)
    assert found.low == pytest.approx(0.21, abs=0.01)
    assert found.high == pytest.approx(0.39, abs=0.01)


def test_interval_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(3).beta(4, 2, size=80)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
    ours = interval(by_question(values.tolist()), resamples=20_000)
    assert ours.low == pytest.approx(theirs.low, abs=0.003)
    assert ours.high == pytest.approx(theirs.high, abs=0.003)


def test_same_seed_same_figures_whatever_the_order() -> None:
    values = by_question(np.random.default_rng(5).random(40).tolist())
    turned = dict(reversed(values.items()))
    assert interval(values, seed=7) == interval(turned, seed=7)
    assert interval(values, seed=7) != interval(values, seed=8)
    differences = [value - 0.45 for value in values.values()]
    assert permutation_p(differences, seed=7) == permutation_p(differences, seed=7)
    assert auroc_interval([0.5, 0.6, 0.9], [0.1, 0.55], seed=7) == auroc_interval([0.5, 0.6, 0.9], [0.1, 0.55], seed=7)


def test_few_differences_are_tested_exactly() -> None:
    """Of the 16 signs of (1, 2, 3, 4) only all plus and all minus reach a sum of 10."""
    assert permutation_p([1.0, 2.0, 3.0, 4.0]) == 2 / 16
    assert permutation_p([1.0, 2.0, 3.0, 4.0, 0.0]) == 2 / 16
    assert permutation_p([0.5, 0.5, 0.5, -0.5]) == pytest.approx(
        np.mean([abs(sum(signs)) >= 2 for signs in product((1, -1), repeat=4)])
    )


def test_no_difference_is_no_evidence() -> None:
    assert permutation_p([]) == 1.0
    assert permutation_p([0.0, 0.0]) == 1.0
    assert permutation_p([1.0, -1.0]) == 1.0


def test_p_is_never_zero() -> None:
    assert permutation_p([1.0] * 200, permutations=1_000) == pytest.approx(1 / 1_001)


def test_permutation_test_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(11)
    before, after = random.random(60), random.random(60) + 0.08

    def statistic(one: object, other: object, axis: int) -> object:
        return np.mean(np.asarray(one) - np.asarray(other), axis=axis)

    theirs = stats.permutation_test(
        (after, before), statistic, permutation_type="samples", vectorized=True, n_resamples=20_000, rng=1
    ).pvalue
    ours = permutation_p((after - before).tolist(), permutations=20_000)
    assert ours == pytest.approx(theirs, abs=0.012)


def test_holm_matches_the_steps_done_by_hand() -> None:
    """Sorted .01 .02 .03 .2: times 4, 3, 2, 1 and never falling."""
    assert holm([0.03, 0.01, 0.2, 0.02]) == pytest.approx([0.06, 0.04, 0.2, 0.06])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_pairs_are_tested_on_shared_questions_and_corrected_together() -> None:
    low, high = by_question([0.0] * 10), by_question([1.0] * 10)
    tests = paired_tests([("a", low, "b", {**high, "only here": 0.0}), ("a", low, "c", low), ("a", low, "d", {})])
    assert [(test.second, test.questions, test.wins, test.losses) for test in tests] == [
        ("b", 10, 10, 0),
        ("c", 10, 0, 0),
    ]
    assert tests[0].difference == 1.0
    assert tests[0].p == 2 / 1024
    assert tests[0].corrected == 4 / 1024
    assert tests[1].corrected == 1.0


def test_every_pair_of_configurations_is_compared() -> None:
    low, high = by_question([0.0] * 10), by_question([1.0] * 10)
    found = comparisons({"a": {"R@5": low}, "b": {"R@5": low}, "c": {"R@5": high, "RefusalPrecision": high}})
    assert list(found) == ["R@5"]
    assert [(test.first, test.second) for test in found["R@5"]] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert significant(found["R@5"], "c", "a")
    assert not significant(found["R@5"], "a", "b")


def test_questions_are_named_that_part_most() -> None:
    first, second = {"a": 0.0, "b": 0.5, "c": 1.0, "d": 1.0}, {"a": 1.0, "b": 0.9, "c": 0.2, "d": 1.0, "e": 0.0}
    assert most_apart(first, second) == (["a", "b"], ["c"])
    assert most_apart(first, second, count=1) == (["a"], ["c"])
