"""Whether passages speak of what a sentence says, by the words that they share. Pure functions.

The more words a sentence has, the surer a small share tells that it comes from elsewhere; a short one in other words
shares few with its own passage. So the share and the number of words that are missing are weighed together, with
numbers that `bench/learn_check.py` learned. Where these leave it in doubt, how near the sentences stand is weighed too.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from qa.answering.checking.fit import Text
from qa.answering.checking.nearness import Near

# "Subletting" and "sublet" begin alike; "Kinderarbeit" holds "Arbeit".
_ALIKE, _PART, _FIRST_LETTERS = 6, 5, 4
_IN_PART, _BEGINS = 0.8, 0.4
# Of the log odds that the passages speak of it, and below which they do not. A lower threshold marks less.
_SHARE, _MISSING, _BIAS = 6.43, -0.476, -0.668
_LEAST = -0.45
# The same with the nearness, for what lies between the two: surely elsewhere below, surely there above.
_NEAR_SHARE, _NEAR_MISSING, _NEAR, _ALIKE_WORDS, _NEAR_BIAS = -0.28, -0.17, 10.17, 9.24, -8.02
_NEAR_LEAST = -1.8
_SURELY_NOT, _SURELY = -3.0, 2.5
# One noun in common says nothing of a sentence of three words or more; half a word more is one that looks alike.
_MANY, _ONE = 3, 1.5


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of a sentence's words its passages hold.

    Attributes:
        words: How many content words the sentence has.
        share: What share of them the passages hold, in any form.
    """

    words: int
    share: float

    @property
    def missing(self) -> float:
        """How many of the words the passages lack."""
        return self.words * (1 - self.share)

    @property
    def enough(self) -> bool:
        """Whether the passages speak of what the sentence says."""
        return not self._one_of_many and self._odds >= _LEAST

    @property
    def in_doubt(self) -> bool:
        """Whether words alone do not tell, and `enough_near` tells better."""
        return self._odds >= _SURELY_NOT and (self._odds <= _SURELY or self._one_of_many)

    def enough_near(self, near: Near) -> bool:
        """Tell whether the passages speak of it, by how near it stands to them too."""
        odds = _NEAR_SHARE * self.share + _NEAR_MISSING * self.missing + _NEAR_BIAS
        return odds + _NEAR * near.cosine + _ALIKE_WORDS * near.alike >= _NEAR_LEAST

    @property
    def _odds(self) -> float:
        return _SHARE * self.share + _MISSING * self.missing + _BIAS

    @property
    def _one_of_many(self) -> bool:
        return self.words >= _MANY and self.words * self.share < _ONE


def cover_of(said: Text, passages: Sequence[Text]) -> Cover:
    """Return how much of a sentence's words its passages hold; all of them where it has none."""
    held = {key for passage in passages for key in passage.where}
    keys = [said.tokens[at].key for at in said.content]
    return Cover(len(keys), sum(_held(key, held) for key in keys) / len(keys) if keys else 1.0)


def lacking_spans(said: Text, passages: Sequence[Text]) -> list[tuple[int, int]]:
    """Return where the words of a sentence stand that no passage holds, or not for sure."""
    held = {key for passage in passages for key in passage.where}
    tokens = [said.tokens[at] for at in said.content]
    return [(token.start, token.end) for token in tokens if _held(token.key, held) < 1.0]


def _held(key: str, held: Collection[str]) -> float:
    """Return how surely a word stands among others, in [0, 1]."""
    if key in held:
        return 1.0
    if len(key) >= _ALIKE and _any_begins(held, key[:_ALIKE]):
        return 1.0
    if len(key) >= _PART and any(len(other) >= _PART and (key in other or other in key) for other in held):
        return _IN_PART
    return _BEGINS if len(key) >= _FIRST_LETTERS and _any_begins(held, key[:_FIRST_LETTERS]) else 0.0


def _any_begins(held: Iterable[str], letters: str) -> bool:
    return any(other.startswith(letters) for other in held)
