"""Whose value it is: whether a passage gives a number or date of a sentence to something else. Pure functions.

"Oregon requires 11 votes and Louisiana 12" holds all words of "Louisiana requires 11 votes". What tells is which words
each value has to itself: those up to the next value of its kind, or up to "and" between the two. What stands before
the first value of a sentence, and behind the last one, is said of the others too, but less surely; and so is what an
earlier sentence is about, where its own names nobody.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise

from qa.answering.checking.derived import same_value
from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import CONTENT, Token
from qa.answering.checking.values import measure_alike
from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

_COUNTS = frozenset({"number", "year"})
_LINKS = word_set("and or but while whereas und oder aber während sowie nor")
_STEPS = _LINKS | word_set("to from auf von")
_STEP = 2
# How surely a word belongs to a value: in its own stretch, or said of all values there.
_OWN, _SHARED = 1.0, 0.5
# What tells one thing from another.
_NAMING = frozenset({"name", "year", "month", "weekday", "ordinal"})
_LABEL = lazy_regex(r"(?:^|; )([^:;\n]{1,40}): ", re.MULTILINE)
_FEWEST_LABELS = 3
_GLUE = frozenset("-–./:")
_TOPIC = 8
_LEAST_HELD = 0.7
_MOST_LOST = 1


@dataclass(frozen=True, slots=True)
class Owned:
    """A value of a text with the words that belong to it, and how surely each does."""

    token: Token
    words: dict[str, float]


def other_owner(said: Text, index: int, passages: Sequence[Text]) -> tuple[int, Token] | None:
    """Return (index of a passage, its value) where a value of a sentence is something else's there.

    All that the sentence says of its value must belong to the other one as well, and what names it more surely.
    """
    return _preferred(said, index, passages, mine=False)


def is_owner(said: Text, index: int, passages: Sequence[Text]) -> bool:
    """Tell whether a passage has the value of a sentence with what names it, more surely than any other value."""
    return _preferred(said, index, passages, mine=True) is not None


def _preferred(said: Text, index: int, passages: Sequence[Text], *, mine: bool) -> tuple[int, Token] | None:
    token = said.tokens[index]
    alike = [other for held in passages for other in held.tokens if _alike(token, other)]
    if not 0 < sum(same_value(token, other) for other in alike) < len(alike):
        return None
    # Where it begins a sentence, a capital shows no name; elsewhere it does.
    names = {other.key for text in (said, *passages) for other in text.tokens if other.capital}
    names |= {other.key for other in said.tokens if other.kind in _NAMING}
    names |= {key for held in passages for key in _labels(held)}
    wanted = next((each.words for each in _owned(said, token, names) if each.token is token), {})
    if not wanted:
        return None
    naming = names & {key for key, surely in wanted.items() if surely == _OWN}
    if not naming:
        return None
    elsewhere = [other for other in said.tokens if other is not token and _alike(token, other)]
    same: list[tuple[int, Owned]] = []
    others: list[tuple[int, Owned]] = []
    for number, held in enumerate(passages):
        for each in _owned(held, token, names):
            if same_value(token, each.token):
                same.append((number, each))
            elif mine or not any(same_value(other, each.token) for other in elsewhere):
                others.append((number, each))
    if not same or not others:
        return None
    better, worse = (same, others) if mine else (others, same)
    for number, one in better:
        if all(_dominates(one, other, wanted, naming) for _, other in worse):
            return number, one.token
    return None


def _dominates(one: Owned, other: Owned, wanted: dict[str, float], naming: set[str]) -> bool:
    held = [key for key in wanted if key in one.words]
    if len(held) < _LEAST_HELD * len(wanted):
        return False
    lost = sum(key in other.words and key not in one.words for key in wanted)
    gains = [one.words.get(key, 0.0) - other.words.get(key, 0.0) for key in naming]
    if min(gains) < 0 or max(gains) <= 0:
        return False
    return lost == 0 or (lost <= _MOST_LOST and max(gains) == _OWN)


def _labels(text: Text) -> set[str]:
    """Return the words that name the columns of rows: "turbine: F07; water_depth_m: 37.5"."""
    spans = [match.span(1) for match in _LABEL.finditer(text.source)]
    if len(spans) < _FEWEST_LABELS:
        return set()
    return {token.key for token in text.tokens if any(start <= token.start < end for start, end in spans)}


def _owned(text: Text, token: Token, names: Set[str]) -> Iterator[Owned]:
    """Yield the values of a text that measure what a token does, each with its words."""
    places = [place for place, other in enumerate(text.tokens) if _alike(token, other) and not _is_part(text, place)]
    for place, words in zip(places, words_of(text, places, names), strict=True):
        yield Owned(text.tokens[place], words)


def words_of(text: Text, places: Sequence[int], names: Set[str] = frozenset()) -> list[dict[str, float]]:
    """Return for each of some places of a text the words that belong to it, with how surely each does, in (0, 1].

    Args:
        text: Of any number of sentences.
        places: Of values of one kind, in order.
        names: Those that a sentence is about until another one begins with some.
    """
    found: list[dict[str, float]] = []
    for sentence, group in groupby(places, key=lambda place: text.tokens[place].sentence):
        own = list(group)
        stretches = list(_stretches(text, sentence, own))
        topic = _topic(text, sentence, names)
        for stretch in stretches:
            words = dict.fromkeys(topic, _SHARED)
            words |= dict.fromkeys(_keys(text, stretches[0], own), _SHARED)
            words |= dict.fromkeys(_keys(text, range(own[-1], stretches[-1].stop), own), _SHARED)
            words |= dict.fromkeys(_keys(text, stretch, own), _OWN)
            found.append(words)
    return found


def _is_part(text: Text, place: int) -> bool:
    """Tell whether a number is part of something longer, as of "10-2" or "1.5", or stands in parentheses."""
    token = text.tokens[place]
    around = text.source[max(0, token.start - 2) : token.start], text.source[token.end : token.end + 2]
    return token.aside or any(side.strip("0123456789") in _GLUE and any(map(str.isdecimal, side)) for side in around)


def _alike(token: Token, other: Token) -> bool:
    if token.kind not in _COUNTS or other.kind not in _COUNTS:
        return token.kind == other.kind
    if token.kind != other.kind or not token.amount or not other.amount:
        return token.kind == other.kind
    units = token.amount.unit, other.amount.unit
    return measure_alike(token.amount, other.amount) if all(units) else not any(units)


def _stretches(text: Text, sentence: int, places: Sequence[int]) -> Iterator[range]:
    """Yield the places that belong to each value of a sentence."""
    inside = text.sentences[sentence]
    start = inside.start
    together = 1
    for one, other in pairwise(places):
        # "From 2005 to 2009" and "in 2010 and 2011" are said of one thing.
        if not _keys(text, range(one + 1, other), places):
            together += 1
            continue
        cut = _cut(text, one, other)
        yield from [range(start, cut)] * together
        start, together = cut, 1
    yield from [range(start, inside.stop)] * together


def _cut(text: Text, one: int, other: int) -> int:
    """Return where the words of the second of two values begin."""
    between = range(one + 1, other)
    # "From 1,200 in 2022 to 1,500 in 2023": right before the second value, and not anywhere.
    links = [at for at in between if text.tokens[at].text in (_STEPS if at >= other - _STEP else _LINKS)]
    if links:
        return links[-1]
    clauses = [at for at in between if text.tokens[at].clause != text.tokens[one].clause]
    return clauses[0] if clauses else one + 1


def _keys(text: Text, places: range, values: Sequence[int]) -> set[str]:
    return {
        text.tokens[at].key
        for at in places
        if at not in values and (text.tokens[at].kind in CONTENT or text.tokens[at].opposites)
    }


def _topic(text: Text, sentence: int, names: Set[str]) -> set[str]:
    """Return the names that begin the nearest sentence before, which has some, where a sentence itself has none."""
    for number in range(sentence, -1, -1):
        own = text.sentences.get(number, range(0))[:_TOPIC]
        found = {text.tokens[at].key for at in own} & names
        if found:
            return found if number != sentence else set()
    return set()
