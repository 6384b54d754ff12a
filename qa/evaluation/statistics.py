"""How far a figure can be trusted: bootstrap intervals over questions and paired tests. Pure functions.

All random draws have a seed: the same values and seed give the same figures.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.answers import auroc

SEED = 20240610
RESAMPLES = 2_000
PERMUTATIONS = 10_000
LEVEL = 0.95

# Sums of the same numbers in another order differ in their last digits.
_EQUAL = 1e-9
_BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and the bounds between which the bootstrap finds it in 95 of 100 resamples. NaN without questions."""

    mean: float
    low: float
    high: float
    questions: int


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Two configurations on the questions that both were asked.

    `difference` is the mean of `second` minus `first`; `p` the share of random exchanges between the two that differ
    as much, in both directions; `corrected` the same after Holm, for all tests of the family.
    """

    first: str
    second: str
    difference: float
    p: float
    corrected: float
    questions: int
    wins: int
    losses: int


def interval(
    values: Mapping[str, float], *, seed: int = SEED, resamples: int = RESAMPLES, level: float = LEVEL
) -> Interval:
    """Return the mean over the questions and its percentile bootstrap interval.

    Questions are drawn with replacement, as many as there are; two metrics of the same questions get the same draws.

    Args:
        values: By question id; the order does not matter.
        seed: Seed of the draws.
        resamples: Number of resamples.
        level: Share of the resamples between the bounds.

    Source:
        Efron, Annals of Statistics 1979; for retrieval Sakai, SIGIR 2006, https://doi.org/10.1145/1148170.1148261.
    """
    if not values:
        return Interval(math.nan, math.nan, math.nan, 0)
    ordered = np.array([values[name] for name in sorted(values)], dtype=np.float64)
    means = _draws(seed, len(ordered), resamples) @ ordered / len(ordered)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(math.fsum(ordered) / len(ordered), float(low), float(high), len(ordered))


@lru_cache(maxsize=2)
def _draws(seed: int, questions: int, resamples: int) -> NDArray[np.float64]:
    """Return how often each question is drawn in each resample; most metrics of a set share them."""
    share = np.full(questions, 1.0 / questions)
    return np.random.default_rng([seed, questions]).multinomial(questions, share, size=resamples).astype(np.float64)


def auroc_interval(
    positive: Sequence[float], negative: Sequence[float], *, seed: int = SEED, resamples: int = RESAMPLES
) -> Interval:
    """Return the AUROC and its bootstrap interval; the two kinds of questions are resampled separately."""
    value = auroc(positive, negative)
    if math.isnan(value):
        return Interval(math.nan, math.nan, math.nan, 0)
    random = np.random.default_rng([seed, len(positive), len(negative)])
    first, second = np.asarray(positive), np.asarray(negative)
    drawn = [
        auroc(random.choice(first, len(first)).tolist(), random.choice(second, len(second)).tolist())
        for _ in range(resamples)
    ]
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high), len(first) + len(second))


def permutation_p(differences: Sequence[float], *, seed: int = SEED, permutations: int = PERMUTATIONS) -> float:
    """Return how often chance alone differs as much: the two-sided p of a paired randomisation test, in (0, 1].

    Under the null hypothesis a question's two values could be exchanged, so each difference has a sign by chance. All
    signs are tried where that is no more work than drawing them, and p is exact; else the observed ones count as one
    more draw, so that p is never 0. Questions without a difference change nothing and are left out.

    Source:
        Fisher 1935; for retrieval Smucker, Allan and Carterette, CIKM 2007, https://doi.org/10.1145/1321440.1321528.
    """
    values = np.array([value for value in differences if abs(value) > _EQUAL], dtype=np.float64)
    if not len(values):
        return 1.0
    observed = abs(values.sum()) - _EQUAL
    if 2 ** len(values) <= permutations:
        numbers = np.arange(2 ** len(values))[:, None]
        signs = np.where((numbers >> np.arange(len(values))) & 1, 1.0, -1.0)
        return float(np.mean(np.abs(signs @ values) >= observed))
    random = np.random.default_rng([seed, len(values)])
    extreme = 1
    for done in range(0, permutations, _BLOCK):
        signs = random.integers(0, 2, size=(min(_BLOCK, permutations - done), len(values))) * 2.0 - 1.0
        extreme += int(np.count_nonzero(np.abs(signs @ values) >= observed))
    return extreme / (permutations + 1)


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, in the order given: one is significant where it stays below 0.05.

    Source:
        Holm, Scandinavian Journal of Statistics 1979.
    """
    corrected = [0.0] * len(values)
    highest = 0.0
    for place, number in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - place) * values[number]))
        corrected[number] = highest
    return corrected


def paired_tests(
    pairs: Sequence[tuple[str, Mapping[str, float], str, Mapping[str, float]]], *, seed: int = SEED
) -> list[PairedTest]:
    """Test each pair of (name, values, name, values) on its shared questions, corrected as one family.

    Pairs that share no question are left out.
    """
    tests = []
    for first, before, second, after in pairs:
        differences = [after[name] - before[name] for name in sorted(before.keys() & after.keys())]
        if differences:
            tests.append(
                PairedTest(
                    first=first,
                    second=second,
                    difference=math.fsum(differences) / len(differences),
                    p=permutation_p(differences, seed=seed),
                    corrected=1.0,
                    questions=len(differences),
                    wins=sum(value > _EQUAL for value in differences),
                    losses=sum(value < -_EQUAL for value in differences),
                )
            )
    corrected = holm([test.p for test in tests])
    return [replace(test, corrected=value) for test, value in zip(tests, corrected, strict=True)]
