"""Which of several values holds at a time: "EUR 850 from 1 January 2024, and EUR 900 from 1 January 2025". Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.checking.dated import Dated, dates
from qa.answering.checking.derived import same_value
from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import Token
from qa.answering.checking.values import measure_alike
from qa.text.casing import word_set

_SINCE = word_set("from since starting ab seit of effective beginning")
_INSTEAD = word_set("statt anstatt instead")
_LATEST = 10**7
# "Two rooms" change with no time.
_FEW = 12
_NEAR, _BEFORE = 5, 3


@dataclass(frozen=True, slots=True)
class Valid:
    """A value of a passage and the days, as ordinals, on which it holds."""

    token: Token
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class AtTime:
    """What a passage says of a value that a sentence gives for a time.

    Attributes:
        value: The token of the sentence.
        agrees: Whether the passage has it then.
        passage: Index of the passage.
        there: The value that it has then.
    """

    value: Token
    agrees: bool
    passage: int
    there: Token


def at_time(said: Text, passages: Sequence[Text]) -> AtTime | None:
    """Return whether the one value of a sentence with one date holds then, None where no passage tells."""
    values = [token for token in said.tokens if token.amount and token.amount.number > _FEW]
    own = dates(said)
    if len(values) != 1 or len(own) != 1:
        return None
    value, day = values[0], own[0]
    for number, held in enumerate(passages):
        known = [each for each in _valid(held) if _alike(value, each.token)]
        if len(known) < 2:
            continue
        then = [each for each in known if each.first <= day.last and day.first <= each.last]
        if any(same_value(value, each.token) for each in then):
            return AtTime(value, True, number, then[0].token)
        if then and any(same_value(value, each.token) for each in known):
            return AtTime(value, False, number, then[0].token)
    return None


def _alike(value: Token, other: Token) -> bool:
    if not value.amount or not other.amount:
        return False
    units = value.amount.unit, other.amount.unit
    return measure_alike(value.amount, other.amount) if any(units) else True


def _valid(held: Text) -> list[Valid]:
    """Return the values of a passage that have a date beside them, each until the next one of its kind begins."""
    found: list[Valid] = []
    amounts = [token for token in held.tokens if token.amount and token.amount.number > _FEW]
    for token, day in _paired(held, amounts):
        since = _since(held, day)
        found.append(Valid(token, day.first, _LATEST if since else day.last))
        if since and (former := _former(held, token, amounts)):
            found.append(Valid(former, 0, day.first - 1))
    starts = sorted(each.first for each in found if each.last == _LATEST)
    return [
        Valid(each.token, each.first, min(each.last, *(start - 1 for start in starts if start > each.first), _LATEST))
        if each.last == _LATEST
        else each
        for each in found
    ]


def _paired(held: Text, amounts: Sequence[Token]) -> Iterator[tuple[Token, Dated]]:
    """Yield the values of a sentence with their dates, where these take turns: "45m in 2023 from 36m in 2022"."""
    days = dates(held)
    for number in sorted({day.token.sentence for day in days}):
        own = [day for day in days if day.token.sentence == number]
        # What is replaced has no date of its own.
        values = [token for token in amounts if token.sentence == number and not _is_former(held, token)]
        starts = sorted([(day.token.start, True) for day in own] + [(token.start, False) for token in values])
        kinds = [is_day for _, is_day in starts]
        if len(own) == len(values) and all(one != other for one, other in pairwise(kinds)):
            yield from zip(values, own, strict=True)


def _is_former(held: Text, token: Token) -> bool:
    at = _place(held, token)
    return any(other.text in _INSTEAD for other in held.tokens[max(0, at - _BEFORE) : at])


def _place(held: Text, token: Token) -> int:
    return next(at for at, other in enumerate(held.tokens) if other is token)


def _since(held: Text, day: Dated) -> bool:
    at = _place(held, day.token)
    return any(token.text in _SINCE for token in held.tokens[max(0, at - _BEFORE) : at])


def _former(held: Text, token: Token, amounts: Sequence[Token]) -> Token | None:
    """Return the value that another one is said to replace: "780 instead of 740"."""
    at = _place(held, token)
    for other in amounts:
        place = _place(held, other)
        if at < place <= at + _NEAR + 2 and any(each.text in _INSTEAD for each in held.tokens[at:place]):
            return other
    return None
