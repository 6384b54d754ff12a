"""What a passage says in the same place as a sentence, where that is something else. Pure functions.

The candidates of a kind in the passage (numbers, months, units, …) compete by how well the content words around them
fit those around the one that the sentence says. A negation has no value: there, the places compete.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qa.answering.checking.fit import Text, fit, gap_fit, neighbours, words
from qa.answering.checking.lexicon import BOUNDS_AT_ODDS, QUANTIFIERS_AT_ODDS
from qa.answering.checking.tokens import Token
from qa.answering.checking.values import Amount, agree

# Least fit of what the passage says instead, and by how much it must be better than what agrees.
_VALUE = (0.5, 0.13)
_OPPOSITE = (0.5, 0.13)
_QUANTIFIER = (0.5, 0.1)
_NAME = (0.7, 0.3)
_MODAL = (0.75, 0.1)
# A negation's place: above the first the words near it tell, below it all of its sentence.
_POLARITY, _POLARITY_ROUGH = 0.5, 0.3
# What the passage negates and the sentence does not must be just that.
_UNSAID = 0.7
_NEAR, _BESIDE = 5, 2

_COUNTS = frozenset({"number", "year"})
_VALUES = frozenset({"number", "year", "day", "month", "weekday", "ordinal"})


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
class _Candidate:
    fit: float
    passage: int
    place: int
    token: Token


def clashes(said: Text, passages: Sequence[Text]) -> list[Clash]:
    """Return what the passages say otherwise, each thing once, in the order of the sentence."""
    found: list[tuple[int, Clash]] = []
    for index, token in enumerate(said.tokens):
        for check in (_value, _unit, _quantifier, _opposite, _modal, _negated, _name):
            if clash := check(said, index, token, passages):
                found.append((index, clash))
                break
    found += [(len(said.tokens), clash) for clash in _unsaid_negations(said, passages)]
    return [clash for _, clash in found]


def _compete(
    said: Text, index: int, passages: Sequence[Text], wanted: Callable[[Token], bool], *, skipped: frozenset[str]
) -> Iterator[_Candidate]:
    around = neighbours(said, index, skipped=skipped)
    for number, held in enumerate(passages):
        for place, token in enumerate(held.tokens):
            if wanted(token):
                yield _Candidate(fit(around, said, index, held, place), number, place, token)


def _best(candidates: Sequence[_Candidate]) -> _Candidate | None:
    return max(candidates, key=lambda candidate: candidate.fit, default=None)


def _decided(
    kind: str,
    said: str,
    passages: Sequence[Text],
    candidates: Sequence[_Candidate],
    agrees: Callable[[Token], bool],
    limits: tuple[float, float],
) -> Clash | None:
    """Return a clash where what disagrees fits well, and better than what agrees."""
    least, margin = limits
    same = _best([candidate for candidate in candidates if agrees(candidate.token)])
    other = _best([candidate for candidate in candidates if not agrees(candidate.token)])
    if not other or other.fit < least or (same and other.fit < same.fit + margin):
        return None
    token = other.token
    held = words(passages[other.passage], token)
    return Clash(kind, said, held, other.passage, token.start, token.end, other.fit)


def _value(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    if token.kind not in _VALUES:
        return None
    # A year may stand where a number belongs, and the other way round.
    kinds = _COUNTS if token.kind in _COUNTS else frozenset({token.kind})
    candidates = list(_compete(said, index, passages, lambda other: other.kind in kinds, skipped=kinds))

    def agrees(other: Token) -> bool:
        if token.amount and other.amount:
            return agree(token.amount, other.amount) or token.amount.number == other.amount.number
        return token.key == other.key

    return _decided(token.kind, words(said, token), passages, candidates, agrees, _VALUE)


def _unit(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Compare the units and bounds of equal numbers."""
    amount = token.amount
    if not amount or not (amount.unit or amount.bound):
        return None

    def alike(other: Token) -> bool:
        return bool(other.amount and other.amount.number == amount.number)

    kinds = frozenset({token.kind})
    candidates = list(_compete(said, index, passages, alike, skipped=kinds))
    clash = _decided(
        "unit", words(said, token), passages, candidates, lambda other: _same_unit(amount, other), (0.3, 0.0)
    )
    return clash or _decided(
        "bound", words(said, token), passages, candidates, lambda other: _same_bound(amount, other), (0.3, 0.0)
    )


def _same_unit(amount: Amount, other: Token) -> bool:
    return other.amount is None or agree(amount, other.amount)


def _same_bound(amount: Amount, other: Token) -> bool:
    return other.amount is None or frozenset((amount.bound, other.amount.bound)) not in BOUNDS_AT_ODDS


def _quantifier(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    if token.kind != "quantifier" and not (token.kind == "negation" and token.value):
        return None

    def wanted(other: Token) -> bool:
        return other.kind == "quantifier" or (other.kind == "negation" and bool(other.value))

    candidates = list(_compete(said, index, passages, wanted, skipped=frozenset()))
    return _decided(
        "quantifier",
        words(said, token),
        passages,
        candidates,
        lambda other: frozenset((token.value, other.value)) not in QUANTIFIERS_AT_ODDS,
        _QUANTIFIER,
    )


def _opposite(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    if not token.opposites:
        return None

    def wanted(other: Token) -> bool:
        return other.key == token.key or other.key in token.opposites

    candidates = list(_compete(said, index, passages, wanted, skipped=frozenset()))
    return _decided(
        "opposite", words(said, token), passages, candidates, lambda other: other.key == token.key, _OPPOSITE
    )


def _modal(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    if token.kind != "modal":
        return None
    candidates = list(_compete(said, index, passages, lambda other: other.kind == "modal", skipped=frozenset()))
    return _decided("modal", words(said, token), passages, candidates, lambda other: other.value == token.value, _MODAL)


def _name(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    if token.kind != "name":
        return None
    beside = {other.key for other in said.tokens[max(0, index - 3) : index + 4]}

    def wanted(other: Token) -> bool:
        if other.kind != "name" or other.aside:
            return False
        # Parts of one name, and forms of it, are no other names.
        return other.key == token.key or not (other.key in beside or _alike(other.key, token.key))

    candidates = list(_compete(said, index, passages, wanted, skipped=frozenset()))
    return _decided("name", words(said, token), passages, candidates, lambda other: other.key == token.key, _NAME)


def _alike(one: str, other: str) -> bool:
    return one[:4] == other[:4] or one in other or other in one


def _negated(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Compare a negation of the sentence with what stands around its place in the passages."""
    if token.kind != "negation":
        return None
    best = _negation_place(said, index, passages)
    if not best or best.fit < _POLARITY_ROUGH:
        return None
    held = passages[best.passage]
    if _turning(held, best.place, whole=best.fit < _POLARITY) - _turning(
        said, index, whole=best.fit < _POLARITY, but=index
    ):
        return None
    there = held.tokens[best.place]
    return Clash("polarity", words(said, token), "", best.passage, there.start, there.end, best.fit)


def _unsaid_negations(said: Text, passages: Sequence[Text]) -> Iterator[Clash]:
    """Look for negations of the passages whose place the sentence has, without one."""
    for number, held in enumerate(passages):
        for place, token in enumerate(held.tokens):
            if token.kind != "negation":
                continue
            best = _negation_place(held, place, [said])
            if not best or best.fit < _UNSAID:
                continue
            if not _turning(said, best.place, whole=False) - _turning(held, place, whole=False, but=place):
                yield Clash("polarity", "", words(held, token), number, token.start, token.end, best.fit)


def _negation_place(said: Text, index: int, passages: Sequence[Text]) -> _Candidate | None:
    """Return the place that fits a negation best: right before a word that stands near it."""
    around = neighbours(said, index)
    keys = {said.tokens[said.content[at]].key for at, distance, _ in around if abs(distance) <= _BESIDE}
    found = []
    for number, held in enumerate(passages):
        for rank in {rank for key in keys for rank in held.where.get(key, ())}:
            place = held.content[rank]
            found.append(_Candidate(gap_fit(around, said, held, rank), number, place, held.tokens[place]))
    return _best(found)


def _turning(text: Text, place: int, *, whole: bool, but: int = -1) -> Counter[str]:
    """Count the words that turn or weaken what a place says: those near it, or all of its sentence."""
    sentence = text.tokens[place].sentence
    low, high = (0, len(text.tokens)) if whole else (max(0, place - _NEAR), place + _NEAR + 1)
    return Counter(
        other.text
        for at, other in enumerate(text.tokens[low:high], low)
        if at != but and other.sentence == sentence and other.kind in ("negation", "denial")
    )
