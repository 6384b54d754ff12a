"""How probable it is that the documents answer a question: two logistic models of a dozen signals, and a threshold.

It is the product of two: that the documents are about what the question is about, and that one sentence of theirs holds
what is asked for. What was learned from people's questions is packaged (`PACKAGED`); a collection's own text corrects
the first, the less the fewer questions could be drawn from it. Pure functions of numpy.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.calibration.packaged import BIAS, HOLDS, LACKING, LEARNED, THRESHOLD
from qa.calibration.signals import LACKS, SIGNALS

# The version of what is stored; a model that was learned from other signals is not read.
# The threshold of the first one was of a probability that did not know what a sentence lacks.
VERSION, _FIRST = 2, 1
# Of how it is learned from what a collection says. Until the second one the steps of a fit could lead nowhere; what it
# gave is still read, and learned anew by the next ingest.
FIT = 2
# How firmly the packaged weights hold against a collection's own questions.
_HOLDS = 30.0
_STEPS, _CLOSE = 50, 1e-8
_LARGEST = 30.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A collection's model.

    Attributes:
        bias: The log-odds of an answer where all signals are at their mean.
        weights: The log-odds that each of `SIGNALS` adds per spread above its mean.
        threshold: The least probability at which an answer is tried.
        chunks: How many the collection held when this was learned; 0 for the packaged one.
        questions: How many it was learned from.
        fit: How it was learned, see `FIT`.
    """

    bias: float
    weights: tuple[float, ...]
    threshold: float
    chunks: int = 0
    questions: int = 0
    fit: int = FIT

    def probability(self, signals: NDArray[np.float64]) -> float:
        """Return how probable an answer is, in [0, 1].

        Args:
            signals: float64 of shape (len(SIGNALS) + len(LACKS),).
        """
        about = _probable(self.bias + _scaled(signals[None, :]) @ np.array(self.weights))
        return float((about * holding(signals[None, :]))[0])

    @property
    def unmeasured(self) -> float:
        """How probable an answer is where no signal can be measured: all are taken to be at their mean."""
        return float(_probable(np.array([self.bias]))[0])

    def values(self) -> dict[str, Any]:
        """Return what is stored of it."""
        return {
            "version": VERSION,
            "signals": list(SIGNALS),
            "bias": self.bias,
            "weights": list(self.weights),
            "threshold": self.threshold,
            "chunks": self.chunks,
            "questions": self.questions,
            "fit": self.fit,
        }


def read(values: Mapping[str, Any]) -> Calibration | None:
    """Return what was stored; None where there is nothing, or nothing that this release understands."""
    if values.get("version") not in (_FIRST, VERSION) or values.get("signals") != list(SIGNALS):
        return None
    try:
        weights = tuple(float(weight) for weight in values["weights"])
        numbers = [float(values[name]) for name in ("bias", "threshold")]
        counts = [*(int(values[name]) for name in ("chunks", "questions")), int(values.get("fit", 1))]
    except (KeyError, TypeError, ValueError):
        return None
    if values["version"] == _FIRST:
        numbers[1] = THRESHOLD
    sound = len(weights) == len(SIGNALS) and all(map(math.isfinite, (*weights, *numbers)))
    return Calibration(numbers[0], weights, numbers[1], *counts) if sound else None


def learned(
    answered: NDArray[np.float64], unanswered: Sequence[NDArray[np.float64]], *, chunks: int, before: "Calibration"
) -> "Calibration":
    """Return a model that a collection's own questions have corrected.

    Args:
        answered: Signals of questions that it answers, float64 of shape (n, len(SIGNALS) + len(LACKS)).
        unanswered: Signals of questions that it does not answer, by kind, of the same shape. Each kind counts alike,
            and all together count as much as the answered ones.
        chunks: How many the collection holds.
        before: The model that is corrected.
    """
    kinds = [_scaled(kind) for kind in unanswered if len(kind)]
    if not len(answered) or not kinds:
        return before
    found = correction(_scaled(answered), *kinds, prior=np.array([before.bias, *before.weights]))
    return replace(
        before,
        bias=float(found[0]),
        weights=tuple(map(float, found[1:])),
        chunks=chunks,
        questions=len(answered) + sum(map(len, kinds)),
    )


def correction(
    answered: NDArray[np.float64], *unanswered: NDArray[np.float64], prior: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return weights, the bias first, corrected by questions whose signals are scaled; see `learned`."""
    kinds = [kind for kind in unanswered if len(kind)]
    rows = np.vstack([answered, *kinds])
    truth = np.array([1.0] * len(answered) + [0.0] * sum(map(len, kinds)))
    counts = np.concatenate(
        [np.ones(len(answered)), *(np.full(len(kind), len(answered) / (len(kinds) * len(kind))) for kind in kinds)]
    )
    holds = np.full(len(prior), _HOLDS)
    return fitted(np.column_stack([np.ones(len(rows)), rows]), truth, counts, prior=prior, holds=holds)


def fitted(
    rows: NDArray[np.float64],
    truth: NDArray[np.float64],
    counts: NDArray[np.float64],
    *,
    prior: NDArray[np.float64],
    holds: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the weights of a logistic regression with a Gaussian prior, by Newton's method.

    A step that leads uphill is halved: from where all is sure, a whole one goes so far that it never comes back.

    Args:
        rows: float64 of shape (n, k).
        truth: 1.0 or 0.0 for each row.
        counts: What each row weighs.
        prior: The mean of the prior, float64 of shape (k,).
        holds: The precision of the prior for each weight, float64 of shape (k,).
    """
    weights = prior.copy()
    for _ in range(_STEPS):
        probable = _probable(rows @ weights)
        slope = rows.T @ (counts * (probable - truth)) + holds * (weights - prior)
        curve = (rows * (counts * probable * (1 - probable))[:, None]).T @ rows + np.diag(holds)
        step = np.linalg.solve(curve, slope)
        before = _loss(weights, rows, truth, counts, prior=prior, holds=holds)
        while (
            np.abs(step).max() >= _CLOSE
            and _loss(weights - step, rows, truth, counts, prior=prior, holds=holds) > before
        ):
            step = step / 2
        weights = weights - step
        if np.abs(step).max() < _CLOSE:
            break
    return weights


def _loss(
    weights: NDArray[np.float64],
    rows: NDArray[np.float64],
    truth: NDArray[np.float64],
    counts: NDArray[np.float64],
    *,
    prior: NDArray[np.float64],
    holds: NDArray[np.float64],
) -> float:
    """Return what `fitted` makes small: how improbable the truth is, and how far the weights are from their prior."""
    logits = rows @ weights
    unlikely = counts * (np.logaddexp(0.0, logits) - truth * logits)
    return float(unlikely.sum() + (holds * (weights - prior) ** 2).sum() / 2)


def _scaled(signals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return signals in spreads from their mean, clipped to what was seen when the packaged model was learned."""
    own = signals[:, : len(SIGNALS)]
    return np.asarray(np.clip((own - _MEANS) / _SPREADS, -_FAR, _FAR), dtype=np.float64)


def holding(signals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how probable it is that a sentence holds what is asked for, float64 of shape (n,); 1 where nothing lacks.

    A collection's own questions do not correct this: they are drawn from its sentences, and lack nothing.

    Args:
        signals: float64 of shape (n, len(SIGNALS) + len(LACKS)).
    """
    lacks = signals[:, len(SIGNALS) :] @ np.array([LACKING[lack] for lack in LACKS])
    return np.asarray(_probable(HOLDS + lacks) / _probable(np.array([HOLDS])))


def _probable(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -_LARGEST, _LARGEST)))


# No signal was seen beyond four spreads.
_FAR = 4.0
_MEANS, _SPREADS, _WEIGHTS = (np.array(row) for row in zip(*(LEARNED[signal] for signal in SIGNALS), strict=True))
PACKAGED = Calibration(BIAS, tuple(map(float, _WEIGHTS)), THRESHOLD)
