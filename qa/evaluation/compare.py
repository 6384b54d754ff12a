"""Configurations against each other, and a run against an earlier one. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from qa.errors import ConfigError
from qa.evaluation.answers import LESS_IS_BETTER
from qa.evaluation.measure import Metrics
from qa.evaluation.statistics import SEED, PairedTest, paired_tests

ALPHA = 0.05

# Metrics of refused questions alone: two configurations refuse different ones, so there is nothing to pair.
UNPAIRED = frozenset({"RefusalPrecision"})


def comparisons(metrics: Mapping[str, Metrics], *, seed: int = SEED) -> dict[str, list[PairedTest]]:
    """Return, for each metric, the paired test of every two configurations; corrected for all pairs of the metric.

    Args:
        metrics: By configuration.
        seed: Seed of the random exchanges.
    """
    names = dict.fromkeys(name for values in metrics.values() for name in values if name not in UNPAIRED)
    return {
        name: paired_tests(
            [
                (first, metrics[first].get(name, {}), second, metrics[second].get(name, {}))
                for first, second in combinations(metrics, 2)
            ],
            seed=seed,
        )
        for name in names
    }


def worse_than(
    baseline: Mapping[str, Any], run: Mapping[str, Any], *, seed: int = SEED
) -> list[tuple[str, PairedTest]]:
    """Return where a run is significantly worse than a baseline, as (metric, test); both are read from `run.json`.

    Every metric of every configuration that both have is tested on the questions that both asked with the same words;
    the correction is for all of these tests together. Speed is left out: it depends on the machine.

    Raises:
        ConfigError: The baseline is not a run, or the two have no configuration or no question in common.
    """
    try:
        before, after = (_values(document) for document in (baseline, run))
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            "the baseline is not a run.json of footnote eval; name the file that --output wrote"
        ) from error
    same = {name for name, text in _texts(baseline).items() if text == _texts(run).get(name)}
    keys = [key for key in before if key in after and key[1] not in UNPAIRED]
    pairs = [
        (
            f"{configuration}\0{metric}",
            {name: value for name, value in before[configuration, metric].items() if name in same},
            "",
            {name: value for name, value in after[configuration, metric].items() if name in same},
        )
        for configuration, metric in keys
    ]
    tests = paired_tests(pairs, seed=seed)
    if not tests:
        raise ConfigError("the baseline shares no configuration and question with this run; make one of the same set")
    found = []
    for test in tests:
        configuration, metric = test.first.split("\0")
        direction = -1.0 if metric in LESS_IS_BETTER else 1.0
        if test.corrected < ALPHA and test.difference * direction < 0:
            found.append((metric, replace(test, first="baseline", second=configuration)))
    return found


def most_apart(
    first: Mapping[str, float], second: Mapping[str, float], *, count: int = 5
) -> tuple[list[str], list[str]]:
    """Return the questions that `second` wins and loses by most; equal differences are ordered by question id."""
    differences = {name: second[name] - first[name] for name in sorted(first.keys() & second.keys())}
    ordered = sorted(differences, key=lambda name: -differences[name])
    wins = [name for name in ordered if differences[name] > 0]
    losses = [name for name in reversed(ordered) if differences[name] < 0]
    return wins[:count], losses[:count]


def _values(document: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, float]]:
    return {
        (configuration, metric): values
        for configuration, result in document["configurations"].items()
        for metric, values in result["questions"].items()
    }


def _texts(document: Mapping[str, Any]) -> dict[str, str]:
    return {question["id"]: question["text"] for question in document["questions"]}


def significant(tests: Sequence[PairedTest], first: str, second: str) -> bool:
    """Tell whether two configurations differ, after the correction."""
    return any({test.first, test.second} == {first, second} and test.corrected < ALPHA for test in tests)
