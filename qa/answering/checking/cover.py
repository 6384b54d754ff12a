"""Whether passages speak of what a sentence says, by the words that they share. Pure functions.

The more words a sentence has, the surer a small share tells that it comes from elsewhere; a short one in other words
shares few with its own passage. So the share and the number of words that are missing are weighed together, with
numbers that `bench/learn_check.py` learned. Where these leave it in doubt, how near the sentences stand is weighed too.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from qa.answering.checking.derived import derived, same_value
from qa.answering.checking.fit import Text
from qa.answering.checking.nearness import Near
from qa.answering.checking.timeline import lasts_so

# "Subletting" and "sublet" begin alike; "Kinderarbeit" holds "Arbeit".
_ALIKE, _PART, _FIRST_LETTERS = 6, 5, 4
_IN_PART, _BEGINS = 0.8, 0.4
# What a sentence gives a passage away by: hardly another one has the same.
_FIGURES = frozenset({"number", "year", "day", "month", "time", "ordinal"})
_LONG_FIGURE, _MOST_FIGURES = 3, 2
_FOLLOWING = frozenset({"number", "year", "time"})
# Of the log odds that the passages speak of it, and below which they do not. A lower threshold marks less.
_SHARE, _MISSING, _FIGURE, _FOLLOWS, _BIAS = 6.43, -0.476, 0.3, 2.6, -0.668
_LEAST = -0.45
# The same with the nearness, for what lies between the two: surely elsewhere below, surely there above.
_NEAR_SHARE, _NEAR_MISSING, _NEAR, _ALIKE_WORDS, _NEAR_BIAS = -0.35, -0.14, 10.44, 4.16, -6.71
_NEAR_FIGURE, _NEAR_FOLLOWS = 0.46, 2.66
_NEAR_LEAST = -1.7
_SURELY_NOT, _SURELY = -3.0, 2.5
# One noun in common says nothing of a sentence of three words or more; half a word more is one that looks alike.
_MANY, _ONE = 3, 1.5


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of a sentence's words its passages hold.

    Attributes:
        words: How many content words the sentence has.
        share: What share of them the passages hold, in any form.
        figures: How many of its numbers and dates of three characters or more they hold, up to two.
        follows: Whether a number of it follows from theirs.
    """

    words: int
    share: float
    figures: int = 0
    follows: bool = False

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
        odds += _NEAR_FIGURE * self.figures + _NEAR_FOLLOWS * self.follows
        return odds + _NEAR * near.cosine + _ALIKE_WORDS * near.alike >= _NEAR_LEAST

    @property
    def _odds(self) -> float:
        odds = _SHARE * self.share + _MISSING * self.missing + _BIAS
        return odds + _FIGURE * self.figures + _FOLLOWS * self.follows

    @property
    def _one_of_many(self) -> bool:
        return self.words >= _MANY and self.words * self.share < _ONE and not self.follows


def cover_of(said: Text, passages: Sequence[Text]) -> Cover:
    """Return how much of a sentence's words its passages hold; all of them where it has none."""
    shares = _shares(said, passages)
    follows = _following(said, passages)
    return Cover(
        len(shares), sum(shares) / len(shares) if shares else 1.0, _figures(said, passages), follows=bool(follows)
    )


def lacking_spans(said: Text, passages: Sequence[Text]) -> list[tuple[int, int]]:
    """Return where the words of a sentence stand that no passage holds, or not for sure."""
    tokens = [said.tokens[at] for at in said.content]
    shares = _shares(said, passages)
    return [(token.start, token.end) for token, share in zip(tokens, shares, strict=True) if share < 1.0]


def _shares(said: Text, passages: Sequence[Text]) -> list[float]:
    """Return how surely passages hold each content word of a sentence, in [0, 1].

    A number that follows from theirs is held, and with it the name of its unit: "four dollars" where one price is 12
    dollars and another 8, "1,152 pounds" for "GBP 1,152".
    """
    held = {key for passage in passages for key in passage.where}
    following = _following(said, passages)
    shares, end = [], 0
    for at in said.content:
        token = said.tokens[at]
        is_said = at in following or (
            token.amount is not None
            and any(same_value(token, other) for passage in passages for other in passage.tokens if other.amount)
        )
        shares.append(1.0 if is_said or token.start < end else _held(token.key, held))
        if is_said and token.amount:
            end = token.end
    return shares


def _following(said: Text, passages: Sequence[Text]) -> set[int]:
    """Return where the numbers of a sentence stand that follow from those of passages."""
    held = {token.key for passage in passages for token in passage.tokens}
    return {
        at
        for at in said.content
        if said.tokens[at].kind in _FOLLOWING
        and said.tokens[at].key not in held
        and (derived(said, said.tokens[at], passages) or lasts_so(said, said.tokens[at], passages))
    }


def _figures(said: Text, passages: Sequence[Text]) -> int:
    held = {token.key for passage in passages for token in passage.tokens}
    found = (token for token in said.tokens if token.kind in _FIGURES and len(token.text) >= _LONG_FIGURE)
    return min(_MOST_FIGURES, sum(token.key in held for token in found))


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
