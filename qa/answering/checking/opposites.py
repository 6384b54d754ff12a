"""Quantifiers, opposites, modal verbs and names that a passage has otherwise in the same place. Pure functions."""

from collections.abc import Sequence

from qa.answering.checking.competing import Candidate, Clash, compete, decided, words_beside
from qa.answering.checking.converses import from_the_other_side
from qa.answering.checking.derived import derived
from qa.answering.checking.exceptions import excepts
from qa.answering.checking.fit import Text, turned_around, words
from qa.answering.checking.lexicon import QUANTIFIERS_AT_ODDS
from qa.answering.checking.rates import rate_alone, rate_at
from qa.answering.checking.tokens import Token

# Least fit of what the passage says instead, and by how much it must be better than what agrees.
_OPPOSITE = (0.5, 0.13)
_QUANTIFIER = (0.5, 0.1)
_NAME = (0.7, 0.3)
_MODAL = (0.75, 0.1)
_BOTH = 0.3
_NEAR, _AMOUNT_NEAR = 5, 2


def other_quantifier(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Compare how much of something is meant: all, many, none."""
    if token.kind != "quantifier" and not (token.kind == "negation" and token.value):
        return None

    def wanted(other: Token) -> bool:
        return other.kind == "quantifier" or bool(other.kind in ("negation", "number") and other.value)

    candidates = [
        candidate
        for candidate in compete(said, index, passages, wanted, skipped=frozenset())
        if not (token.value == "none" and excepts(passages[candidate.passage], candidate.place, said))
    ]
    return decided(
        "quantifier",
        words(said, token),
        passages,
        candidates,
        lambda other: frozenset((token.value, other.value)) not in QUANTIFIERS_AT_ODDS,
        _QUANTIFIER,
    )


def opposite(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Compare a word with its opposite in the same place: "higher" and "lower"."""
    # "700,000 more": what is worked out has a comparison of its own.
    before = said.tokens[max(0, index - _AMOUNT_NEAR) : index]
    rate = rate_at(said.tokens, index) if token.kind == "number" or _is_once(token) else ""
    if rate:
        return _other_rate(said, index, token, passages, rate)
    if not token.opposites or any(other.amount and derived(said, other, passages) for other in before):
        return None

    def wanted(other: Token) -> bool:
        return other.key == token.key or other.key in token.opposites

    candidates = [
        candidate
        for candidate in compete(said, index, passages, wanted, skipped=frozenset())
        if not (token.converse and _converse(said, index, passages[candidate.passage], candidate.place))
        and not _evened(said, index, passages[candidate.passage], candidate.place)
    ]
    # Where the sentence says both, each may stand where the passage has the other.
    both = any(other.key in token.opposites for other in said.tokens)
    if both and any(other.text in ("than", "als") for other in said.tokens):
        return None
    limits = (_OPPOSITE[0], _BOTH) if both else _OPPOSITE
    return _decided(said, index, token, passages, candidates, limits)


def _other_rate(said: Text, index: int, token: Token, passages: Sequence[Text], rate: str) -> Clash | None:
    """Compare how often something happens in one span of time: "once a day" and "twice a day", not "twice a year".

    Where a passage says "daily" too, that may be what is said. Other numbers are compared as numbers.
    """
    once = _is_once(token)
    if once and any(rate_alone(other) == rate for held in passages for other in held.tokens):
        return None

    def wanted(other: Token) -> bool:
        return other.key == token.key or (other.kind == "number" if once else _is_once(other))

    candidates = [
        candidate
        for candidate in compete(said, index, passages, wanted, skipped=frozenset())
        if rate_at(passages[candidate.passage].tokens, candidate.place) == rate
    ]
    return _decided(said, index, token, passages, candidates, _OPPOSITE)


def _decided(
    said: Text,
    index: int,
    token: Token,
    passages: Sequence[Text],
    candidates: Sequence[Candidate],
    limits: tuple[float, float],
) -> Clash | None:
    """Return what stands where the sentence has a word, where that is another one."""
    return decided(
        "opposite",
        words(said, token),
        passages,
        candidates,
        lambda other: other.key == token.key,
        limits,
        beside=words_beside(said, index),
    )


def _is_once(token: Token) -> bool:
    return token.kind == "small" and token.key == "1"


def _converse(said: Text, index: int, held: Text, place: int) -> bool:
    """Tell whether two things changed places around a word and its opposite, which then say the same."""
    if said.tokens[index].key == held.tokens[place].key:
        return turned_around(said, index, held, place)
    return turned_around(said, index, held, place) or from_the_other_side(
        said, said.tokens[index], held, held.tokens[place].sentence
    )


def _evened(said: Text, index: int, held: Text, place: int) -> bool:
    """Tell whether a word's opposite is negated: "not allowed" is "forbidden"."""
    if said.tokens[index].key == held.tokens[place].key:
        return False
    return _negated_before(said, index) != _negated_before(held, place)


def _negated_before(text: Text, place: int) -> bool:
    clause = text.tokens[place].clause
    before = text.tokens[max(0, place - _NEAR) : place]
    return any(token.kind == "negation" and token.clause == clause for token in before)


def other_modal(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Compare what must be with what may be."""
    if token.kind != "modal":
        return None
    candidates = list(compete(said, index, passages, lambda other: other.kind == "modal", skipped=frozenset()))
    return decided("modal", words(said, token), passages, candidates, lambda other: other.value == token.value, _MODAL)


def other_name(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Compare a name with another one in its place."""
    if token.kind != "name" or token.aside:
        return None
    beside = {other.key for other in said.tokens[max(0, index - 3) : index + 4]}

    def wanted(other: Token) -> bool:
        if other.key == token.key:
            # Where it begins a sentence nothing shows that it is a name.
            return not other.aside
        # Parts of one name, and forms of it, are no other names.
        return other.kind == "name" and not (other.aside or other.key in beside or _alike(other.key, token.key))

    candidates = [
        candidate
        for candidate in compete(said, index, passages, wanted, skipped=frozenset(), mirrored=True)
        if not _renamed(token, passages[candidate.passage], candidate.place)
    ]
    return decided("name", words(said, token), passages, candidates, lambda other: other.key == token.key, _NAME)


def _renamed(token: Token, held: Text, place: int) -> bool:
    """Tell whether a name is given right behind another one, in parentheses."""
    behind = held.tokens[place + 1 : place + 4]
    return held.tokens[place].key != token.key and any(other.aside and other.key == token.key for other in behind)


def _alike(one: str, other: str) -> bool:
    return one[:4] == other[:4] or one in other or other in one
