"""The bounds of the numbers of a text: "at least 5", "5 or more", "above a mean wind of 22 m/s". Pure functions."""

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.checking.lexicon import BOUNDS_BEHIND
from qa.answering.checking.tokens import Token
from qa.answering.checking.values import Amount
from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

_RANGE, _FARTHEST_RANGE = frozenset({"to", "and", "or", "bis", "auf", "und", "oder"}), 100
_HYPHEN = lazy_regex(r"\s?[-\u2010\u2011–—]\s?")
_DATED = frozenset({"day", "month", "year", "weekday", "time"})
_OF, _BOUND_NEAR = frozenset({"of", "von"}), 7
# Before "the limit of 5" they bound, but not the number itself.
_OVER_UNDER = word_set(
    "above below over under exceed exceeds exceeded exceeding within beyond more less higher lower total"
    " maximum minimum limit budget über unter oberhalb unterhalb höher niedriger mehr weniger"
)


def before_number(tokens: Sequence[Token], at: int, *, long: bool) -> bool:
    """Tell whether a number follows; "no later than" and its like bound a date as well."""
    return any(token.kind == "number" or (long and token.kind in _DATED) for token in tokens[at : at + 2])


def _bounds_what(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a bound stands before what a number is of: "above a mean wind of 22 m/s"."""
    if not at or tokens[at - 1].text not in _OF:
        return False
    near = tokens[max(0, at - _BOUND_NEAR) : at]
    return any(token.text in _OVER_UNDER and token.clause == tokens[at].clause for token in near)


def bounded(tokens: Sequence[Token], text: str) -> list[Token]:
    """Give each number the bound that stands before it, and the first of "5 to 40 °C" the unit of the other one."""
    found: list[Token] = []
    for at, token in enumerate(tokens):
        if token.kind == "number" and token.amount:
            bound = next((other for other in reversed(tokens[max(0, at - 2) : at]) if other.kind == "bound"), None)
            amount = _shared_unit(token, token.amount, tokens[at + 1 : at + 3], text)
            if bound:
                token = replace(token, start=bound.start, amount=replace(amount, bound=bound.value))
            else:
                behind = [other for other in tokens[at + 1 : at + 5] if other.start >= token.end][:2]
                said = BOUNDS_BEHIND.get(tuple(other.text for other in behind), "")
                than = at and tokens[at - 1].text in ("than", "als")
                said = said or ("loose" if than or _bounds_what(tokens, at) else "")
                token = replace(token, amount=replace(amount, bound=said), key=f"{amount.number:.10g}")
        found.append(token)
    return found


def _shared_unit(token: Token, amount: Amount, behind: Sequence[Token], text: str) -> Amount:
    if amount.unit or amount.scale > 1 or not behind:
        return amount
    if behind[0].amount and _HYPHEN.fullmatch(text, token.end, behind[0].start):
        other = behind[0].amount if amount.number < behind[0].amount.number else None
    else:
        other = behind[-1].amount if behind[0].text in _RANGE else None
    if not other or other.number / other.scale > _FARTHEST_RANGE * max(amount.number, 1.0):
        return amount
    return replace(amount, number=amount.number * other.scale, unit=other.unit, scale=other.scale)
