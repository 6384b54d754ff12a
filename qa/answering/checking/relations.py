"""What stands on which side of a word that relates two things: before, after, because, than, from, to. Pure functions.

There is no parser here. The words behind a relating word, up to the end of the clause, are its one side, the rest of
the sentence is its other. Two texts whose sides agree must have the same relation; where the sides changed places, the
converse.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import CONTENT, Token
from qa.text.casing import word_set

_BEFORE = word_set("before bevor ehe vor until till bis by")
_AFTER = word_set("after nachdem nach once upon since seit seitdem")
# These are about time only in front of one.
_TIMED = word_set("by bis seit since")
_TIMES = frozenset({"month", "day", "year", "weekday", "time"})
# Behind these a thing stands alone, and the sentence may go on.
_PREPOSITIONS = word_set("vor nach bis seit until till by since upon")
# "Not until" and "erst wenn" say what comes first.
_TURNING = word_set("not n't erst frühestens")
_THEN = word_set("then afterwards afterward thereafter subsequently danach dann daraufhin anschließend")
_CAUSE = word_set("because weil")
_THAN = word_set("than als")
# What a text goes on with behind the thing that a fronted "after" names.
_NEXT_THING = word_set(
    "a an the der die das ein eine einen he she it they we you er sie es wir ich man ist sind war waren wird werden"
    " wurde wurden muss müssen darf dürfen kann können hat haben hatte hatten soll sollen"
)
# What is counted behind these ends in "er" by chance: "less water than".
_MORE = word_set("more less fewer mehr weniger")
_MOST_BEHIND, _NEAREST, _BEFORE_THAN = 5, 8, 6
_SOURCE, _GOAL = word_set("from von aus vom"), word_set("to into nach auf zu zum zur in")


@dataclass(frozen=True, slots=True)
class Relation:
    """A relating word of a text.

    Attributes:
        kind: "order", "cause", "than" or "move".
        sign: Of converse relations one is 1 and the other -1.
        place: Index of its token.
        one: Content words of the side in front of it, without those that stand on both.
        other: Of the side behind it.
        about: Index of the word that is compared, `place` where there is none.
    """

    kind: str
    sign: int
    place: int
    one: frozenset[str]
    other: frozenset[str]
    about: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A relation of a sentence with the one of a passage that relates the same things, and whether they agree."""

    said: Relation
    held: Relation
    agrees: bool


def compared(said: Text, held: Text) -> Iterator[Verdict]:
    """Yield each relation of a sentence that a passage has between the same things."""
    mine = relations(said)
    if not mine:
        return
    theirs = relations(held)
    for one in mine:
        for other in theirs:
            if one.kind == other.kind and (same := _arranged(one, other)) is not None:
                sign = _sign(said, one, held, other)
                if sign:
                    yield Verdict(one, other, same * sign > 0)


def differing(verdict: Verdict, said: Text, held: Text) -> tuple[Token, Token]:
    """Return the words that show a difference: those that relate, or what stands behind them."""
    one, other = said.tokens[verdict.said.about], held.tokens[verdict.held.about]
    if one.key != other.key:
        return one, other
    return _behind_of(said, verdict.said) or one, _behind_of(held, verdict.held) or other


def _behind_of(text: Text, relation: Relation) -> Token | None:
    return next((token for token in text.tokens[relation.place :] if token.key in relation.other), None)


def relations(text: Text) -> list[Relation]:
    """Return the relations of a text in order."""
    found: list[Relation] = []
    for place, token in enumerate(text.tokens):
        if token.text in _BEFORE | _AFTER and (token.text not in _TIMED or _timed(text, place)):
            late = token.text in _AFTER or any(
                other.text in _TURNING for other in text.tokens[max(0, place - 1) : place]
            )
            found += _related(text, place, "order", 1 if late else -1)
        elif token.text in ("wenn", "when") and _first_then(text, place):
            found += _related(text, place, "order", 1)
        elif token.text in _THEN:
            found += _sequence(text, place)
        elif token.text in _CAUSE:
            found += _related(text, place, "cause", 1)
        elif token.text in _THAN:
            found += _than(text, place)
    return found


def _sequence(text: Text, place: int) -> Iterator[Relation]:
    """Yield the order of what stands before "then" and behind it; of two sentences, where it begins the second."""
    own = text.tokens[place]
    before = {token.key for token in text.tokens[:place] if token.sentence == own.sentence and _tells(token)}
    rest = {token.key for token in text.tokens[place + 1 :] if token.sentence == own.sentence and _tells(token)}
    if len(before) <= 1:
        rest |= before
        before = {token.key for token in text.tokens[:place] if token.sentence == own.sentence - 1 and _tells(token)}
    if before - rest and rest - before:
        yield Relation("order", -1, place, frozenset(before - rest), frozenset(rest - before), place)


def _timed(text: Text, place: int) -> bool:
    return any(token.kind in _TIMES for token in text.tokens[place + 1 : place + 4])


def _first_then(text: Text, place: int) -> bool:
    """Tell whether "only … when" or "erst … wenn" stands there: what follows comes first."""
    own = text.tokens[place]
    before = text.tokens[max(0, place - _NEAREST) : place]
    return any(token.text in ("erst", "only") and token.sentence == own.sentence for token in before)


def _related(text: Text, place: int, kind: str, sign: int, about: int | None = None) -> Iterator[Relation]:
    behind = list(_behind(text, place))
    sentence = text.tokens[place].sentence
    rest = [
        at
        for at in range(max(0, place - 2 * _NEAREST), min(len(text.tokens), place + 2 * _NEAREST))
        if at not in behind
        and at != about
        and _tells(text.tokens[at])
        and text.tokens[at].sentence == sentence
        and at != place
    ]
    rest.sort(key=lambda at: abs(at - place))
    one, other = ({text.tokens[at].key for at in side} for side in (rest[:_NEAREST], behind))
    both = one & other
    if one - both and other - both:
        yield Relation(
            kind, sign, place, frozenset(one - both), frozenset(other - both), place if about is None else about
        )


def _tells(token: Token) -> bool:
    return token.kind in CONTENT or bool(token.opposites)


def _behind(text: Text, place: int) -> Iterator[int]:
    """Yield the content words that a relating word stands before, to the end of its clause."""
    own = text.tokens[place]
    fronted = (
        place == 0 or text.tokens[place - 1].clause != own.clause or text.tokens[place - 1].sentence != own.sentence
    )
    # "Immediately after" stands in front as well.
    fronted = fronted or sum(_tells(token) for token in text.tokens[:place] if token.sentence == own.sentence) <= 1
    taken = 0
    for at in range(place + 1, len(text.tokens)):
        token = text.tokens[at]
        if token.sentence != own.sentence or token.clause != own.clause or taken == _MOST_BEHIND:
            return
        if (fronted or own.text in _PREPOSITIONS) and taken and token.text in _NEXT_THING:
            return
        if _tells(token):
            taken += 1
            yield at


def _than(text: Text, place: int) -> Iterator[Relation]:
    """Yield a comparison for each word before "than" that compares: "quieter and cheaper than"."""
    own = text.tokens[place]
    if any(token.amount for token in text.tokens[place + 1 : place + 3]):
        return
    near = [at for at in range(max(0, place - _BEFORE_THAN), place) if text.tokens[at].sentence == own.sentence]
    counted = any(text.tokens[at].text in _MORE for at in near)
    for at in near:
        token = text.tokens[at]
        if not token.converse and (counted or token.kind != "word" or not token.text.endswith("er")):
            continue
        yield from _related(text, place, "than", 1, about=at)


def _arranged(one: Relation, other: Relation) -> int | None:
    """Return 1 where the sides of two relations agree, -1 where they changed places, None for neither."""
    straight = len(one.one & other.one), len(one.other & other.other)
    crossed = len(one.one & other.other), len(one.other & other.one)
    if min(straight) and max(crossed) == 0:
        return 1
    # What both sides are one kind of stays where it is: "the old barn … than the new one".
    return -1 if min(crossed) and (straight[1] == 0 or sum(crossed) >= sum(straight)) else None


def _sign(said: Text, one: Relation, held: Text, other: Relation) -> int:
    """Return 1 where two relations are the same, -1 where they are converse, 0 where they are not alike."""
    if one.kind != "than":
        return one.sign * other.sign
    mine, theirs = said.tokens[one.about], held.tokens[other.about]
    return 1 if mine.key == theirs.key else -1 if theirs.key in mine.opposites else 0


def moved(said: Text, held: Text) -> Iterator[tuple[Token, Token]]:
    """Yield (one of the sentence, what stands there in the passage) where "from A to B" is "from B to A" there."""
    theirs = list(_moves(held))
    straight = {(source.key, goal.key) for source, goal in theirs}
    for source, goal in _moves(said):
        for from_there, to_there in theirs:
            if source.key == to_there.key and goal.key == from_there.key and (source.key, goal.key) not in straight:
                yield source, from_there


def _moves(text: Text) -> Iterator[tuple[Token, Token]]:
    """Yield what stands right behind "from" and right behind the "to" that follows it."""
    for at, token in enumerate(text.tokens):
        if token.text in _SOURCE and (source := _thing(text, at + 1)) is not None:
            for place in range(at + 2, min(at + 7, len(text.tokens))):
                if text.tokens[place].sentence != token.sentence:
                    break
                if text.tokens[place].text in _GOAL and (goal := _thing(text, place + 1)) is not None:
                    yield source, goal
                    break


def _thing(text: Text, at: int) -> Token | None:
    for token in text.tokens[at : at + 3]:
        if _tells(token):
            return token
    return None
