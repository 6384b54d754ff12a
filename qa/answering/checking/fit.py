"""How well a place of one text fits a place of another, by the content words around both. Pure functions."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qa.answering.checking.tokens import CONTENT, Token

# What the nearest, the next, … content word on either side weighs.
_WEIGHTS = (1.0, 0.8, 0.65, 0.5)
# How far from a place its neighbours are looked for in the other text, in content words.
_REACH = 7
_PER_STEP = 0.08
_LEAST_SHARE = 0.3
_OTHER_SIDE, _MIRRORED = 0.5, 0.9
# A negation stands before what it turns.
_TURNED_SIDE = 0.2
_OTHER_SENTENCE = 0.4
_OTHER_CLAUSE = 0.85
# The words right beside, however small.
_ADJACENT = 0.12
# With fewer neighbours than this weight a fit says little.
_LEAST_WEIGHT = 1.8


@dataclass(frozen=True, slots=True)
class Text:
    """The tokens of a text, and where its content words stand among them.

    Attributes:
        source: The text itself.
        tokens: In order.
        ranks: For each token, how many content words stand before it.
        content: Indices of the content words.
        where: By key, the ranks at which it stands.
        sentences: By the number of a sentence, where its tokens stand.
    """

    source: str
    tokens: Sequence[Token]
    ranks: Sequence[int]
    content: Sequence[int]
    where: dict[str, list[int]]
    sentences: dict[int, range]


def text_of(source: str, tokens: Sequence[Token]) -> Text:
    """Index the content words of a text that was read."""
    ranks: list[int] = []
    content: list[int] = []
    where: dict[str, list[int]] = {}
    sentences: dict[int, range] = {}
    for index, token in enumerate(tokens):
        sentences[token.sentence] = range(sentences.get(token.sentence, range(index, index)).start, index + 1)
        ranks.append(len(content))
        if token.kind in CONTENT or token.opposites:
            where.setdefault(token.key, []).append(len(content))
            content.append(index)
    return Text(source, tokens, ranks, content, where, sentences)


def before_in_clause(text: Text, place: int, *, stops: Collection[str], farthest: int) -> Sequence[Token]:
    """Return the tokens that stand before one in its clause, behind the last of `stops` and no farther than that."""
    own, start = text.tokens[place], place
    while start and place - start < farthest:
        before = text.tokens[start - 1]
        if before.sentence != own.sentence or before.clause != own.clause or before.text in stops:
            break
        start -= 1
    return text.tokens[start:place]


def neighbours(text: Text, index: int, *, skipped: Collection[str] = ()) -> list[tuple[int, int, float]]:
    """Return the content words around a token as (rank, signed distance, weight); kinds in `skipped` are left out."""
    rank = text.ranks[index]
    own = rank < len(text.content) and text.content[rank] == index
    sentence = text.tokens[index].sentence
    found = []
    for side, start in ((-1, rank - 1), (1, rank + own)):
        at, taken = start, 0
        while 0 <= at < len(text.content) and taken < len(_WEIGHTS):
            other = text.tokens[text.content[at]]
            if other.sentence != sentence:
                break
            if other.kind not in skipped:
                found.append((at, at - rank if side < 0 else at - rank + 1 - own, _WEIGHTS[taken]))
                taken += 1
            at += side
    return found


def fit(
    around: Sequence[tuple[int, int, float]], said: Text, index: int, held: Text, place: int, *, mirrored: bool = False
) -> float:
    """Return how well token `place` of `held` stands where token `index` of `said` does, in about [0, 1].

    Args:
        around: What `neighbours` gives for `index`.
        said: The text that is checked.
        index: Of its token.
        held: The text that it is checked against.
        place: Of its token.
        mirrored: Whether what stands on one side may as well stand on the other.
    """
    rank = held.ranks[place]
    own = rank < len(held.content) and held.content[rank] == place
    value = _shared(around, said, held, rank, own=own, other_side=_MIRRORED if mirrored else _OTHER_SIDE)
    return value + _ADJACENT * (_same(said, index - 1, held, place - 1) + _same(said, index + 1, held, place + 1))


def gap_fit(around: Sequence[tuple[int, int, float]], said: Text, held: Text, rank: int) -> float:
    """Return how well the gap right before a content word of `held` fits, see `fit`."""
    return _shared(around, said, held, rank, own=False, other_side=_TURNED_SIDE)


def _shared(
    around: Sequence[tuple[int, int, float]], said: Text, held: Text, rank: int, *, own: bool, other_side: float
) -> float:
    here = held.tokens[held.content[min(rank, len(held.content) - 1)]] if held.content else None
    total = found = 0.0
    for at, distance, weight in around:
        total += weight
        best = 0.0
        for other in _within_reach(held.where.get(said.tokens[said.content[at]].key, []), rank, own=own):
            if other == rank and own:
                continue
            step = other - rank if other < rank else other - rank + 1 - own
            same_side = (step < 0) == (distance < 0)
            value = max(_LEAST_SHARE, 1 - _PER_STEP * abs(step - distance)) if same_side else other_side
            there = held.tokens[held.content[other]]
            if here and there.sentence != here.sentence:
                value *= _OTHER_SENTENCE
            elif here and there.clause != here.clause:
                value *= _OTHER_CLAUSE
            best = max(best, value)
        found += weight * best
    return found / max(total, _LEAST_WEIGHT)


def _same(said: Text, index: int, held: Text, place: int) -> bool:
    if not (0 <= index < len(said.tokens) and 0 <= place < len(held.tokens)):
        return False
    return said.tokens[index].text == held.tokens[place].text


def turned_around(said: Text, index: int, held: Text, place: int) -> bool:
    """Tell whether what stands before a word in one text stands behind it in the other."""
    rank = held.ranks[place]
    sentence = held.tokens[place].sentence
    same = other = 0.0
    for at, distance, weight in neighbours(said, index):
        sides = {
            there < rank
            for there in held.where.get(said.tokens[said.content[at]].key, ())
            if there != rank and abs(there - rank) <= _REACH and held.tokens[held.content[there]].sentence == sentence
        }
        if len(sides) == 1:
            if (distance < 0) in sides:
                same += weight
            else:
                other += weight
    return other > same


def words(text: Text, token: Token) -> str:
    """Return a token as it is written."""
    return " ".join(text.source[token.start : token.end].split())


def _within_reach(ranks: list[int], rank: int, *, own: bool) -> list[int]:
    """Return those of some ranks, in order, that are near enough to another: a long passage has a word many times."""
    return ranks[bisect_left(ranks, rank - _REACH) : bisect_right(ranks, rank + _REACH - 1 + own)]
