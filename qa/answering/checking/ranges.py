"""Spans of two numbers: of "takes 6-8 weeks" neither "takes 6 weeks" nor "at least 8 weeks" is what is said. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.answering.checking.competing import Clash, best_of, compete
from qa.answering.checking.fit import Text, words
from qa.answering.checking.tokens import Token
from qa.answering.checking.values import Amount, agree, measure_alike
from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set
from qa.text.changed_values import says_change

_TO = lazy_regex(r"\s?[-\u2010\u2011–—]\s?|-?\s(?:to|bis|or|oder)\s", re.IGNORECASE)
_AND = lazy_regex(r"\s(?:and|und)\s", re.IGNORECASE)
_BETWEEN = lazy_regex(r"\b(?:between|zwischen)\s(?:\S\s?)?$", re.IGNORECASE)
_AROUND = 24
# A sentence with one of these speaks of an end of a span.
_OF_ENDS = word_set(
    "minimum maximum minimal maximal min max least lower upper limit limits bound range ranges longest shortest"
    " fastest slowest earliest latest best worst extreme end ends"
    " about around roughly approximately nearly almost circa ca etwa ungefähr rund knapp fast"
    " some many few most sometimes often usually manchmal einige manche viele oft meist"
    " untere oberes obere grenze mindestens höchstens längstens frühestens spätestens spanne kürzeste längste"
    " if when where wenn falls"
)
# These do where they stand right beside the number: "a path to the lighthouse" is none.
_JOINING = word_set("between zwischen from von ab to bis or oder")
_LEAST_FIT = 0.5


@dataclass(frozen=True, slots=True)
class Range:
    """Two numbers of a text that stand for all between them: their places among the tokens, and their offsets."""

    lower: int
    upper: int
    start: int
    end: int


def ranges(text: Text) -> Iterator[Range]:
    """Yield the spans of a text's numbers, whose ends rise and measure the same: "6-8 weeks", "between 6 and 8"."""
    numbers = [place for place, token in enumerate(text.tokens) if token.kind == "number" and token.amount]
    for lower, upper in pairwise(numbers):
        one, other = text.tokens[lower], text.tokens[upper]
        if one.amount is None or other.amount is None or not _rise(one.amount, other.amount):
            continue
        joint = text.source[one.end : other.start]
        before = _BETWEEN.search(text.source, max(0, one.start - _AROUND), one.start)
        if _TO.fullmatch(joint) or (_AND.fullmatch(joint) and before):
            yield Range(lower, upper, before.start() if before else one.start, other.end)


def _rise(one: Amount, other: Amount) -> bool:
    return one.number < other.number and (measure_alike(one, other) or not (one.unit or other.unit))


def narrowed(said: Text, passages: Sequence[Text]) -> Iterator[Clash]:
    """Yield where a sentence has one number of a span as if it were all, or bounds it from the wrong side."""
    own = {place for each in ranges(said) for place in (each.lower, each.upper)}
    for index, token in enumerate(said.tokens):
        if token.kind != "number" or not token.amount or index in own:
            continue
        if not token.amount.unit and not _noun(said, index):
            continue
        if clash := _narrowed(said, index, token, passages):
            yield clash


def _narrowed(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    candidates = list(
        compete(said, index, passages, lambda other: other.kind == "number", skipped=frozenset({"number"}))
    )
    alike = [each for each in candidates if _is(token, each.token)]
    best = best_of(alike)
    if best is None or best.fit < _LEAST_FIT:
        return None
    held = passages[best.passage]
    span = next((each for each in ranges(held) if best.place in (each.lower, each.upper)), None)
    stands_alone = span is None or any(not _in_range(passages[each.passage], each.place) for each in alike)
    if span and not (token.amount and token.amount.unit) and _noun(said, index) != _noun(held, span.upper):
        return None
    if span is None or stands_alone or _is_end(said, token, is_lower=best.place == span.lower):
        return None
    if says_change(held.source[max(0, span.start - 3 * _AROUND) : span.end]):
        return None
    stated = " ".join(held.source[span.start : span.end].split())
    return Clash("range", words(said, token), stated, best.passage, span.start, span.end, 1.0)


def _is(token: Token, other: Token) -> bool:
    """Tell whether two numbers are one, whatever bounds them."""
    if token.amount is None or other.amount is None:
        return False
    plain = replace(token.amount, bound=""), replace(other.amount, bound="")
    if not (plain[0].unit or plain[1].unit):
        return plain[0].number == plain[1].number
    return measure_alike(*plain) and agree(*plain)


def _in_range(text: Text, place: int) -> bool:
    return any(place in (each.lower, each.upper) for each in ranges(text))


def _is_end(said: Text, token: Token, *, is_lower: bool) -> bool:
    """Tell whether a sentence says of a number that it is that end of a span: "at least 6 weeks", "up to 8 weeks"."""
    bound = token.amount.size_bound if token.amount else ""
    if bound in ("least", "most"):
        return (bound == "least") == is_lower
    near = [each.text for each in said.tokens if each.sentence == token.sentence]
    at = said.tokens.index(token)
    beside = [each.text for each in said.tokens[max(0, at - 2) : at + 3]]
    return bound not in ("", "exactly") or not _OF_ENDS.isdisjoint(near) or not _JOINING.isdisjoint(beside)


def _noun(text: Text, place: int) -> str:
    """Return the word behind a number, which it counts: "8 people"; "" where none follows."""
    behind = text.tokens[place + 1 : place + 2]
    return behind[0].text if behind and behind[0].kind != "number" and behind[0].text.isalpha() else ""


def holds_end(token: Token, clash: Clash, passages: Sequence[Text]) -> bool:
    """Tell whether a bound is the end of a span that it seems to clash with: "at least 14 days" of "14 to 21 days"."""
    bound = token.amount.size_bound if token.amount else ""
    held = passages[clash.passage]
    for each in ranges(held) if bound in ("least", "most") else ():
        if each.start <= clash.start < clash.end <= each.end:
            return _is(token, held.tokens[each.lower if bound == "least" else each.upper])
    return False


def widened(clash: Clash, passages: Sequence[Text]) -> Clash:
    """Return a clash with both numbers of a span where its passage has one of them in this place."""
    held = passages[clash.passage]
    for each in ranges(held):
        if clash.kind in ("number", "unit") and each.start <= clash.start < clash.end <= each.end:
            stated = " ".join(held.source[each.start : each.end].split())
            return replace(clash, held=stated, start=each.start, end=each.end)
    return clash
