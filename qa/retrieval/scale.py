"""The cosines of one model in the terms of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Cosines = TypeVar("Cosines", float, NDArray[np.float32])

# Mean and standard deviation of the packaged model's cosines of unrelated questions, as `qa.calibration.cosines`
# measures them. Every weight and threshold was learned from its cosines.
MEAN, SPREAD = 0.136, 0.085


@dataclass(frozen=True, slots=True)
class Scale:
    """How a model's cosines compare with the packaged model's.

    Those of multilingual-e5-small lie between 0.7 and 0.95. Taken as they are, they would tell passages apart by a
    fifth of what words do.

    Attributes:
        mean: Mean of the model's cosines of unrelated texts.
        spread: Their standard deviation, above 0.
        means: The mean where both texts are in one language, by its code, as far as it is another one. Unrelated texts
            in Chinese lie nearer to each other than those in English, by more than two spreads.
    """

    mean: float = MEAN
    spread: float = SPREAD
    means: Mapping[str, float] = field(default_factory=dict, hash=False)

    def between(self, language: str, others: Sequence[str]) -> "Scale":
        """Return the scale for a question in a language about documents in some."""
        return replace(self, mean=self.means[language]) if language in self.means and language in others else self

    def of(self, cosines: Cosines) -> Cosines:
        """Return what the packaged model's cosines would be, at most about 1."""
        if self == PLAIN:
            return cosines
        return (cosines - self.mean) * (SPREAD / self.spread) + MEAN


# Of the packaged model itself.
PLAIN = Scale()
