"""What a reader works out from a passage: what was before a change that it states, a share of an amount, a part each.

"Tickets cost 3.20 euros, 40 cents more than before" says that they cost 2.80. Pure functions.
"""

import math
from collections.abc import Iterator, Sequence

from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import Token
from qa.answering.checking.values import based
from qa.text.casing import word_set

# Behind a difference: how the first of two amounts lies to the second.
_MORE = word_set("more over above higher later longer dearer older mehr über höher später länger teurer älter")
_LESS = word_set(
    "less fewer under below lower earlier before shorter cheaper younger ago"
    " weniger unter niedriger früher vorher zuvor vor kürzer billiger günstiger jünger"
)
# In front of a difference in German.
_AGO = frozenset({"vor"})
_EACH = word_set("each per apiece head person pro je jeder jede jedes kopf person")
_HALF = word_set("half hälfte halb halbe halben")
_LEAST_HALVED = 12
# Seconds of a minute, minutes of half a day: which half is meant, other words say.
_NEAR, _MINUTE, _HALF_DAY = 2, 60, 720


def inferred(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a number or a time of day follows from two that stand near each other in a passage."""
    if token.kind == "time":
        return any(token.key == key for held in passages for key in _times(held))
    if not token.amount:
        return False
    measure, value = based(token.amount)
    found = [*_changed(passages), *_shared(passages), *_halved(passages)]
    if {other.text for other in said.tokens} & _EACH:
        found += _for_each(passages)
    return any(what in (measure, "") and math.isclose(number, value, rel_tol=1e-9) for what, number in found)


def _changed(passages: Sequence[Text]) -> Iterator[tuple[str, float]]:
    """Yield what an amount was or is beside, where a passage says by how much it differs: (measure, value)."""
    for held in passages:
        for at, token, sign in _differences(held):
            measure, step = based(token.amount) if token.amount else ("", 0.0)
            for place, other in _amounts_of(held, token.sentence):
                if place != at and measure and other.amount and based(other.amount)[0] == measure:
                    # "3.20 euros, 40 cents more than before"; but "40 cents more than the 2.80 of last year".
                    yield measure, based(other.amount)[1] + (sign if place > at else -sign) * step
                    if token.amount and other.amount and token.amount.unit == other.amount.unit:
                        yield "", other.amount.number + (sign if place > at else -sign) * token.amount.number


def _differences(held: Text) -> Iterator[tuple[int, Token, int]]:
    """Yield each amount that is a difference, with its place and 1 for "more", -1 for "less"."""
    for at, token in enumerate(held.tokens):
        if token.amount:
            behind = [other for other in held.tokens[at + 1 : at + 2 + _NEAR] if other.start >= token.end][:_NEAR]
            before = {other.text for other in held.tokens[max(0, at - 1) : at]}
            words = {other.text for other in behind if other.sentence == token.sentence}
            if words & _MORE:
                yield at, token, 1
            elif words & _LESS or before & _AGO:
                # What was "twelve years ago" was so at an age twelve years less.
                yield at, token, 1 if before & _AGO else -1


def _shared(passages: Sequence[Text]) -> Iterator[tuple[str, float]]:
    """Yield a share of each amount of its sentence: "70 million euros, a fifth of them for cars"."""
    for held in passages:
        for token in held.tokens:
            if token.amount and token.amount.unit == "%":
                for _, other in _amounts_of(held, token.sentence):
                    if other.amount and other.amount.unit != "%":
                        measure, value = based(other.amount)
                        yield measure, value * token.amount.number / 100


def _halved(passages: Sequence[Text]) -> Iterator[tuple[str, float]]:
    """Yield half of what is counted in a sentence of which, or behind which, a passage speaks of a half."""
    for held in passages:
        halves = {token.sentence for token in held.tokens if token.text in _HALF}
        for sentence in halves:
            for _, other in (*_amounts_of(held, sentence), *_amounts_of(held, sentence - 1)):
                if other.amount and not other.amount.unit and other.amount.number >= _LEAST_HALVED:
                    yield "", other.amount.number / 2


def _for_each(passages: Sequence[Text]) -> Iterator[tuple[str, float]]:
    """Yield what each of those counted in a sentence has of its amounts: 600 g for four people are 150 g for each."""
    for held in passages:
        for sentence in {token.sentence for token in held.tokens}:
            amounts = [other.amount for _, other in _amounts_of(held, sentence) if other.amount]
            counts = [amount.number for amount in amounts if not amount.unit and amount.number > 1]
            yield from ((based(each)[0], based(each)[1] / count) for each in amounts if each.unit for count in counts)


def _times(held: Text) -> Iterator[str]:
    """Yield the times of day that lie as long before or after another one as a passage says, as keys of tokens."""
    for at, token, sign in _differences(held):
        measure, step = based(token.amount) if token.amount else ("", 0.0)
        for place, other in enumerate(held.tokens):
            if measure == "time" and other.kind == "time" and other.sentence == token.sentence:
                minutes = int(other.key.split()[1]) + (sign if place > at else -sign) * step / _MINUTE
                yield f"time {int(minutes) % _HALF_DAY}"


def _amounts_of(held: Text, sentence: int) -> Iterator[tuple[int, Token]]:
    return ((place, token) for place, token in enumerate(held.tokens) if token.amount and token.sentence == sentence)
