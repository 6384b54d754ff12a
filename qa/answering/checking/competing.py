"""What stands in a passage where a sentence says something: places compete by how well they fit. Pure functions.

The candidates of a kind in the passages (numbers, months, units, …) compete by how well the content words around them
fit those around the one that the sentence says.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from qa.answering.checking.fit import Text, fit, neighbours, words
from qa.answering.checking.roles import is_agent
from qa.answering.checking.tokens import Token

# From here on the least margin will do.
_SURE = 0.9
VALUES = frozenset({"number", "year", "day", "month", "weekday", "ordinal", "time"})


@dataclass(frozen=True, slots=True)
class Clash:
    """What a sentence says and what a passage says instead.

    Attributes:
        kind: Of the token that differs, or "polarity", "unit", "bound".
        said: Words of the sentence.
        held: Words of the passage, "" where it lacks what the sentence has.
        passage: Index of the passage.
        start: Offset of the words in its text; where it lacks them, of those around.
        end: Of their last character, exclusive.
        fit: How well the places fit, in about [0, 1].
    """

    kind: str
    said: str
    held: str
    passage: int
    start: int
    end: int
    fit: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A token of a passage that may stand in the place of one of the sentence, with how well it fits."""

    fit: float
    passage: int
    place: int
    token: Token


def compete(
    said: Text,
    index: int,
    passages: Sequence[Text],
    wanted: Callable[[Token], bool],
    *,
    skipped: frozenset[str],
    mirrored: bool = False,
) -> Iterator[Candidate]:
    """Yield what may stand in a token's place, with how well; `mirrored` heeds that a passive turns sides around."""
    own = said.tokens[index].key
    around = neighbours(said, index, skipped=skipped)
    for number, held in enumerate(passages):
        for place, token in enumerate(held.tokens):
            if wanted(token):
                turned = mirrored and token.key == own and is_agent(said, index) != is_agent(held, place)
                yield Candidate(fit(around, said, index, held, place, mirrored=turned), number, place, token)


def best_of(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the candidate that fits best, the first of equals, None of none."""
    return max(candidates, key=lambda candidate: candidate.fit, default=None)


def decided(
    kind: str,
    said: str,
    passages: Sequence[Text],
    candidates: Sequence[Candidate],
    agrees: Callable[[Token], bool],
    limits: tuple[float, float],
    beside: Set[str] = frozenset(),
) -> Clash | None:
    """Return a clash where what disagrees fits well, and better than what agrees.

    Of `beside`, the words right beside the place of the sentence, what agrees must have none that what disagrees lacks:
    in "sold 120 in France and 85 in Spain" the words in front of the first number belong to both.
    """
    least, margin = limits
    # What fits badly must be the better by more: a paraphrase keeps few of the words around.
    same = best_of([candidate for candidate in candidates if agrees(candidate.token)])
    other = best_of([candidate for candidate in candidates if not agrees(candidate.token)])
    if not other or other.fit < least or (same and other.fit < same.fit + margin + max(0.0, _SURE - other.fit) / 2):
        return None
    if same and beside and _closer(same, other, beside, passages):
        return None
    token = other.token
    held = words(passages[other.passage], token)
    return Clash(kind, said, held, other.passage, token.start, token.end, other.fit)


def _closer(same: Candidate, other: Candidate, beside: Set[str], passages: Sequence[Text]) -> bool:
    mine, theirs = (beside & words_beside(passages[each.passage], each.place) for each in (same, other))
    return bool(mine - theirs) and len(mine) >= len(theirs)


def words_beside(text: Text, place: int) -> set[str]:
    """Return the content words right before and behind a place."""
    near = (text.tokens[text.content[at]] for at, distance, _ in neighbours(text, place) if abs(distance) == 1)
    return {token.key for token in near if token.kind not in VALUES}
