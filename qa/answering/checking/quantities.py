"""Numbers, dates, units and bounds of a sentence that a passage has otherwise in the same place. Pure functions."""

from collections.abc import Sequence

from qa.answering.checking.competing import VALUES, Clash, compete, decided, words_beside
from qa.answering.checking.derived import beside_month, derived, same_value
from qa.answering.checking.fit import Text, fit, neighbours, words
from qa.answering.checking.lexicon import BOUNDS_AT_ODDS
from qa.answering.checking.tokens import CONTENT, Token
from qa.answering.checking.values import Amount, agree

# Least fit of what the passage says instead, and by how much it must be better than what agrees.
_VALUE = (0.5, 0.13)
_COUNTS = frozenset({"number", "year"})
# What tells that two sentences are about the same thing; how much of the other words they must share, of how many.
_IDENTITY = frozenset({"name", "year", "month", "number", "ordinal", "negation"})
_SAME_SHARE, _FEWEST_WORDS, _SURE_FIT = 0.6, 2, 0.6


def other_value(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Return what stands where the sentence has a number, a date or a time, where that is another one."""
    if token.kind not in VALUES:
        return None
    # A year may stand where a number belongs, and the other way round.
    kinds = _COUNTS if token.kind in _COUNTS else frozenset({token.kind})
    candidates = list(compete(said, index, passages, lambda other: other.kind in kinds, skipped=kinds))

    if derived(said, token, passages) or beside_month(said, token, passages):
        return None
    if not any(same_value(token, candidate.token) for candidate in candidates):
        # What the sentence says elsewhere is not what it should say here.
        others = [other for other in said.tokens if other is not token and other.kind in kinds]
        candidates = [each for each in candidates if not any(same_value(other, each.token) for other in others)]

    def agrees(other: Token) -> bool:
        return same_value(token, other)

    return decided(
        token.kind, words(said, token), passages, candidates, agrees, _VALUE, beside=words_beside(said, index)
    )


def holds(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a passage holds a number of a sentence in any way of writing it, or what it follows from."""
    alike = (other for held in passages for other in held.tokens if other.kind in _COUNTS or other.kind == token.kind)
    return any(same_value(token, other) for other in alike) or derived(said, token, passages)


def counterpart(said: Text, index: int, held: Text) -> tuple[Token, bool] | None:
    """Return what stands in a value's place where a passage has almost the same sentence, and whether it agrees."""
    token = said.tokens[index]
    kinds = _COUNTS if token.kind in _COUNTS else frozenset({token.kind})
    places = [
        place
        for place, other in enumerate(held.tokens)
        if other.kind in kinds and _same_sentence(said, index, held, place)
    ]
    around = neighbours(said, index, skipped=kinds)
    best = max(places, key=lambda place: fit(around, said, index, held, place), default=None)
    if best is None or fit(around, said, index, held, best) < _SURE_FIT:
        return None
    other = held.tokens[best]
    units = {each.amount.unit for each in (token, other) if each.amount}
    return (other, same_value(token, other)) if len(units) <= 1 or same_value(token, other) else None


def _same_sentence(said: Text, index: int, held: Text, place: int) -> bool:
    """Tell whether two sentences say the same of the same, but for one word of each."""
    sentence = held.tokens[place].sentence
    mine = [token for at, token in enumerate(said.tokens) if at != index]
    other = [token for at, token in enumerate(held.tokens) if at != place and token.sentence == sentence]
    if _keys(mine, _IDENTITY) != _keys(other, _IDENTITY):
        return False
    one, two = _keys(mine, CONTENT), _keys(other, CONTENT)
    return len(one) >= _FEWEST_WORDS and len(one & two) >= _SAME_SHARE * len(one | two)


def _keys(tokens: Sequence[Token], kinds: frozenset[str]) -> set[str]:
    return {token.key for token in tokens if token.kind in kinds}


def other_unit(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Compare the units and bounds of equal numbers."""
    amount = token.amount
    if not amount or not (amount.unit or amount.bound):
        return None

    def alike(other: Token) -> bool:
        return bool(other.amount and other.amount.number == amount.number)

    kinds = frozenset({token.kind})
    candidates = list(compete(said, index, passages, alike, skipped=kinds))
    clash = decided(
        "unit", words(said, token), passages, candidates, lambda other: _same_unit(amount, other), (0.3, 0.0)
    )
    return clash or decided(
        "bound", words(said, token), passages, candidates, lambda other: _same_bound(amount, other), (0.3, 0.0)
    )


def _same_unit(amount: Amount, other: Token) -> bool:
    return other.amount is None or agree(amount, other.amount)


def _same_bound(amount: Amount, other: Token) -> bool:
    return other.amount is None or frozenset((amount.bound, other.amount.bound)) not in BOUNDS_AT_ODDS
