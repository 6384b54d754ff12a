"""What a passage says in the same place as a sentence, where that is something else. Pure functions.

The candidates of a kind in the passage (numbers, months, units, …) compete by how well the content words around them
fit those around the one that the sentence says. A negation has no value: there, the places compete.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from qa.answering.checking.cover import cover_of
from qa.answering.checking.derived import beside_month, derived, same_value
from qa.answering.checking.exceptions import excepted
from qa.answering.checking.fit import Text, fit, gap_fit, neighbours, turned_around, words
from qa.answering.checking.frames import changed_roles
from qa.answering.checking.lexicon import BOUNDS_AT_ODDS, EXCEPTIONS, QUANTIFIERS_AT_ODDS
from qa.answering.checking.periods import other_period
from qa.answering.checking.relations import compared, differing, moved
from qa.answering.checking.roles import is_agent, swapped, turned_passive
from qa.answering.checking.tokens import CONTENT, Token
from qa.answering.checking.values import Amount, agree

# Least fit of what the passage says instead, and by how much it must be better than what agrees.
_VALUE = (0.5, 0.13)
_OPPOSITE = (0.5, 0.13)
_BOUND = (0.65, 0.0)
_QUANTIFIER = (0.5, 0.1)
_NAME = (0.7, 0.3)
_MODAL = (0.75, 0.1)
# A negation's place: above the first the words near it tell, below it all of its sentence.
_POLARITY, _POLARITY_ROUGH = 0.5, 0.4
# What the passage negates and the sentence does not must be just that.
_UNSAID = 0.7
_EXCEPTION_NEAR = 12
_NEAR, _BESIDE, _REACH = 5, 2, 7

_BOTH = 0.3
# From here on the least margin will do.
_SURE = 0.9
# Of the log odds that a clash is one; `bench/learn_check.py` learned them.
_SURE_FIT_WEIGHT, _SHARE_WEIGHT, _BIAS, _LEAST_ODDS = 6.19, 8.34, -9.33, 1.3
_UNFITTED = frozenset({"name", "role", "order", "exception", "period"})
# What turns a sentence into its contrary: twice is not at all.
_TURNS, _TWICE = frozenset({"opposite", "bound", "polarity", "modal"}), 2
_COUNTS = frozenset({"number", "year"})
# What tells that two sentences are about the same thing; how much of the other words they must share, of how many.
_IDENTITY = frozenset({"name", "year", "month", "number", "ordinal", "negation"})
_SAME_SHARE, _FEWEST_WORDS, _SURE_FIT = 0.6, 2, 0.6
_VALUES = frozenset({"number", "year", "day", "month", "weekday", "ordinal", "time"})


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
    share = cover_of(said, passages).share
    found = [clash for clash in candidates(said, passages) if not is_fitted(clash) or is_sure(clash.fit, share)]
    return _turned_once(found, passages) or list(_roles(said, passages))


def candidates(said: Text, passages: Sequence[Text]) -> list[Clash]:
    """Return what the passages may say otherwise, however surely."""
    found: list[tuple[int, Clash]] = []
    related, compared_at = _relations(said, passages)
    for index, token in enumerate(said.tokens):
        if index in compared_at:
            continue
        for check in (_value, _unit, _quantifier, _opposite, _modal, _negated, _name):
            if clash := check(said, index, token, passages):
                found.append((index, clash))
                break
    clashing = related[:1] + [clash for _, clash in found]
    clashing += [*_unsaid_negations(said, passages), *_unsaid_exceptions(said, passages)]
    for kind, yielded in (("period", other_period(said, passages)), ("exception", excepted(said, passages))):
        for one, number, there in yielded:
            held = words(passages[number], there)
            clashing.append(Clash(kind, words(said, one), held, number, there.start, there.end, 1.0))
    return clashing


def is_fitted(clash: Clash) -> bool:
    """Tell whether a clash was found by how well its places fit."""
    return clash.kind not in _UNFITTED


def is_sure(fit: float, share: float) -> bool:
    """Tell whether a clash is one, by how well its places fit and what share of the sentence's words the passages hold.

    Where a sentence has other words than its passage, what stands "in the same place" there is less sure.
    """
    return _SURE_FIT_WEIGHT * fit + _SHARE_WEIGHT * share + _BIAS >= _LEAST_ODDS


def _turned_once(found: Sequence[Clash], passages: Sequence[Text]) -> list[Clash]:
    """Drop what one sentence turns twice: "must not if it exceeds" is "may only if it is at most"."""
    turns: dict[tuple[int, int], list[Clash]] = {}
    for clash in sorted(found, key=lambda clash: clash.start):
        if clash.kind in _TURNS and (clash.kind != "modal" or _negated_behind(clash, passages)):
            turns.setdefault((clash.passage, _sentence_of(clash, passages)), []).append(clash)
    even = [clash for each in turns.values() if _cancel(each) for clash in each]
    return [clash for clash in found if clash not in even]


def _cancel(clashes: Sequence[Clash]) -> bool:
    """Tell whether clashes of one sentence are two turns of it; "neither … nor" is one."""
    one_kind = all(clash.kind == "polarity" for clash in clashes)
    return _apart(clashes) == _TWICE and not one_kind and not _swapped_words(clashes)


def _apart(clashes: Sequence[Clash]) -> int:
    """Count the places of clashes in order; "must" and "not" beside each other are one."""
    ends = [clash.end for clash in clashes]
    return 1 + sum(other.start > end + 1 for end, other in zip(ends, clashes[1:], strict=False))


def _swapped_words(clashes: Sequence[Clash]) -> bool:
    """Tell whether two words only changed places: "opened here, closed there"."""
    return any(
        (one.said.lower(), one.held.lower()) == (other.held.lower(), other.said.lower())
        for one, other in combinations(clashes, 2)
    )


def _sentence_of(clash: Clash, passages: Sequence[Text]) -> int:
    return next((token.sentence for token in passages[clash.passage].tokens if token.end > clash.start), 0)


def _negated_behind(clash: Clash, passages: Sequence[Text]) -> bool:
    """Tell whether a word of a passage is followed by a negation: "must not"."""
    behind = next((token for token in passages[clash.passage].tokens if token.start >= clash.end), None)
    return behind is not None and behind.kind == "negation"


def _compete(
    said: Text,
    index: int,
    passages: Sequence[Text],
    wanted: Callable[[Token], bool],
    *,
    skipped: frozenset[str],
    mirrored: bool = False,
) -> Iterator[_Candidate]:
    """Yield what may stand in a token's place, with how well; `mirrored` heeds that a passive turns sides around."""
    own = said.tokens[index].key
    around = neighbours(said, index, skipped=skipped)
    for number, held in enumerate(passages):
        for place, token in enumerate(held.tokens):
            if wanted(token):
                turned = mirrored and token.key == own and is_agent(said, index) != is_agent(held, place)
                yield _Candidate(fit(around, said, index, held, place, mirrored=turned), number, place, token)


def _best(candidates: Sequence[_Candidate]) -> _Candidate | None:
    return max(candidates, key=lambda candidate: candidate.fit, default=None)


def _decided(
    kind: str,
    said: str,
    passages: Sequence[Text],
    candidates: Sequence[_Candidate],
    agrees: Callable[[Token], bool],
    limits: tuple[float, float],
    beside: Set[str] = frozenset(),
) -> Clash | None:
    """Return a clash where what disagrees fits well, and better than what agrees.

    Of `beside`, the words right beside the place of the sentence, what agrees must have none that what disagrees lacks:
    in "sold 120 in France and 85 in Spain" the words in front of the first number belong to both.
    """
    least, margin = limits
    # What fits badly must be the better by more: a paraphrase keeps few of the words around.
    same = _best([candidate for candidate in candidates if agrees(candidate.token)])
    other = _best([candidate for candidate in candidates if not agrees(candidate.token)])
    if not other or other.fit < least or (same and other.fit < same.fit + margin + max(0.0, _SURE - other.fit) / 2):
        return None
    if same and beside and _closer(same, other, beside, passages):
        return None
    token = other.token
    held = words(passages[other.passage], token)
    return Clash(kind, said, held, other.passage, token.start, token.end, other.fit)


def _closer(same: _Candidate, other: _Candidate, beside: Set[str], passages: Sequence[Text]) -> bool:
    mine, theirs = (beside & _beside(passages[each.passage], each.place) for each in (same, other))
    return bool(mine - theirs) and len(mine) >= len(theirs)


def _beside(text: Text, place: int) -> set[str]:
    """Return the content words right before and behind a place."""
    near = (text.tokens[text.content[at]] for at, distance, _ in neighbours(text, place) if abs(distance) == 1)
    return {token.key for token in near if token.kind not in _VALUES}


def _value(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    if token.kind not in _VALUES:
        return None
    # A year may stand where a number belongs, and the other way round.
    kinds = _COUNTS if token.kind in _COUNTS else frozenset({token.kind})
    candidates = list(_compete(said, index, passages, lambda other: other.kind in kinds, skipped=kinds))

    if derived(said, token, passages) or beside_month(said, token, passages):
        return None
    if not any(same_value(token, candidate.token) for candidate in candidates):
        # What the sentence says elsewhere is not what it should say here.
        others = [other for other in said.tokens if other is not token and other.kind in kinds]
        candidates = [each for each in candidates if not any(same_value(other, each.token) for other in others)]

    def agrees(other: Token) -> bool:
        return same_value(token, other)

    return _decided(token.kind, words(said, token), passages, candidates, agrees, _VALUE, beside=_beside(said, index))


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

    candidates = [
        candidate
        for candidate in _compete(said, index, passages, wanted, skipped=frozenset())
        if not (token.converse and turned_around(said, index, passages[candidate.passage], candidate.place))
        and not _evened(said, index, passages[candidate.passage], candidate.place)
    ]
    # Where the sentence says both, each may stand where the passage has the other.
    both = any(other.key in token.opposites for other in said.tokens)
    if both and any(other.text in ("than", "als") for other in said.tokens):
        return None
    limits = (_OPPOSITE[0], _BOTH) if both else _OPPOSITE
    return _decided(
        "opposite",
        words(said, token),
        passages,
        candidates,
        lambda other: other.key == token.key,
        limits,
        beside=_beside(said, index),
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


def _modal(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    if token.kind != "modal":
        return None
    candidates = list(_compete(said, index, passages, lambda other: other.kind == "modal", skipped=frozenset()))
    return _decided("modal", words(said, token), passages, candidates, lambda other: other.value == token.value, _MODAL)


def _name(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
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
        for candidate in _compete(said, index, passages, wanted, skipped=frozenset(), mirrored=True)
        if not _renamed(token, passages[candidate.passage], candidate.place)
    ]
    return _decided("name", words(said, token), passages, candidates, lambda other: other.key == token.key, _NAME)


def _renamed(token: Token, held: Text, place: int) -> bool:
    """Tell whether a name is given right behind another one, in parentheses."""
    behind = held.tokens[place + 1 : place + 4]
    return held.tokens[place].key != token.key and any(other.aside and other.key == token.key for other in behind)


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
        said, index, whole=best.fit < _POLARITY, but=index, near=2 * _NEAR
    ):
        return None
    if _subject_turned(said, index, held, best.place):
        return None
    there = held.tokens[best.place]
    return Clash("polarity", words(said, token), "", best.passage, there.start, there.end, best.fit)


def _subject_turned(said: Text, index: int, held: Text, place: int) -> bool:
    """Tell whether what stands before a negation has another one there: "heating is included, electricity is not"."""
    keys = {said.tokens[said.content[at]].key for at, distance, _ in neighbours(said, index) if distance == -1}
    sentence, clause = held.tokens[place].sentence, held.tokens[place].clause
    places = [held.content[rank] for key in keys for rank in held.where.get(key, ())]
    return any(
        token.kind == "negation" and token.clause == held.tokens[at].clause != clause
        for at in places
        if held.tokens[at].sentence == sentence
        for token in held.tokens[max(0, at - _NEAR) : at + _NEAR]
    )


def _unsaid_negations(said: Text, passages: Sequence[Text]) -> Iterator[Clash]:
    """Look for negations of the passages whose place the sentence has, without one."""
    for number, held in enumerate(passages):
        for place, token in enumerate(held.tokens):
            if token.kind != "negation":
                continue
            best = _negation_place(held, place, [said])
            first = {key for key, distance in _heads(held, place).items() if abs(distance) == 1}
            if not best or best.token.key not in first or max(best.fit, _covered(said, held, place)) < _UNSAID:
                continue
            if not any(
                _turning(said, best.place, whole=whole) - _turning(held, place, whole=whole, but=place)
                for whole in (False, True)
            ):
                yield Clash("polarity", "", words(held, token), number, token.start, token.end, best.fit)


def _unsaid_exceptions(said: Text, passages: Sequence[Text]) -> Iterator[Clash]:
    """Look for what a passage excepts from what the sentence says of all."""
    if any(token.text in EXCEPTIONS or token.kind in ("negation", "denial") for token in said.tokens):
        return
    for index, token in enumerate(said.tokens):
        if token.kind != "quantifier" or token.value != "all":
            continue
        candidates = list(_compete(said, index, passages, partial(_same_text, token), skipped=frozenset()))
        best = _best(candidates)
        if best and best.fit >= _QUANTIFIER[0]:
            held = passages[best.passage]
            for other in held.tokens[best.place : best.place + _EXCEPTION_NEAR]:
                if other.text in EXCEPTIONS and other.sentence == best.token.sentence:
                    yield Clash("exception", "", words(held, other), best.passage, other.start, other.end, best.fit)


def _same_text(token: Token, other: Token) -> bool:
    return token.text == other.text


def _relations(said: Text, passages: Sequence[Text]) -> tuple[list[Clash], set[int]]:
    """Return the relations that a passage has the other way round, and the tokens whose relations were compared."""
    found: list[Clash] = []
    compared_at: set[int] = set()
    for number, held in enumerate(passages):
        verdicts = list(compared(said, held))
        agreeing = {verdict.said.place for verdict in verdicts if verdict.agrees}
        for verdict in verdicts:
            compared_at |= {verdict.said.place, verdict.said.about}
            if verdict.said.place not in agreeing:
                one, there = differing(verdict, said, held)
                found.append(Clash("order", words(said, one), words(held, there), number, there.start, there.end, 1.0))
        for one, there in moved(said, held):
            found.append(Clash("order", words(said, one), words(held, there), number, there.start, there.end, 1.0))
    return found, compared_at


def _converse(said: Text, held: Text, sentence: int) -> bool:
    """Tell whether a sentence of a passage has the converse of a word: where one buys the other sells."""
    keys = {token.key for token in held.tokens if token.sentence == sentence}
    return any(token.converse and token.opposites & keys and token.key not in keys for token in said.tokens)


def _roles(said: Text, passages: Sequence[Text]) -> Iterator[Clash]:
    for number, held in enumerate(passages):
        for one, there, _ in swapped(said, held):
            if _converse(said, held, there.sentence):
                continue
            yield Clash("role", words(said, one), words(held, there), number, there.start, there.end, 1.0)
            return
        for one, there in changed_roles(said, held):
            yield Clash("role", words(said, one), words(held, there), number, there.start, there.end, 1.0)
            return
        for one, verb in turned_passive(said, held):
            yield Clash("role", words(said, one), words(held, verb), number, verb.start, verb.end, 1.0)
            return


def _negation_place(said: Text, index: int, passages: Sequence[Text]) -> _Candidate | None:
    """Return the place that fits a negation best: at the word that it turns, None where no passage holds that."""
    around = neighbours(said, index)
    heads = _heads(said, index)
    found = []
    for number, held in enumerate(passages):
        for rank in {rank for key in heads for rank in held.where.get(key, ())}:
            place = held.content[rank]
            value = gap_fit(around, said, held, rank + (heads[held.tokens[place].key] < 0))
            found.append(_Candidate(value, number, place, held.tokens[place]))
    return _best(found)


def _heads(text: Text, index: int) -> dict[str, int]:
    """Return the words that a negation turns, with the side of it on which they stand: the next two, else the last."""
    near = [(text.tokens[text.content[at]].key, distance) for at, distance, _ in neighbours(text, index)]
    behind = {key: distance for key, distance in near if 0 < distance <= _BESIDE}
    return behind or {key: distance for key, distance in near if distance == -1}


def _covered(said: Text, held: Text, place: int) -> float:
    """Return the share of a sentence's content words that stand near a negation of the passage, 0 for a single one."""
    rank = held.ranks[place]
    sentence = held.tokens[place].sentence
    around = held.content[max(0, rank - _REACH) : rank + _REACH]
    near = {held.tokens[at].key for at in around if held.tokens[at].sentence == sentence}
    keys = [said.tokens[at].key for at in said.content]
    return sum(key in near for key in keys) / len(keys) if keys else 0.0


def _turning(text: Text, place: int, *, whole: bool, but: int = -1, near: int = _NEAR) -> Counter[str]:
    """Count the words that turn or weaken what a place says: those near it, or all of its sentence."""
    own = text.tokens[place]
    low, high = (0, len(text.tokens)) if whole else (max(0, place - near), place + near + 1)
    return Counter(
        other.text
        for at, other in enumerate(text.tokens[low:high], low)
        if at != but
        and other.sentence == own.sentence
        and other.kind in ("negation", "denial")
        # What turns something stands before it, or in its clause.
        and (whole or at < place or other.clause == own.clause)
        and not (at > place and other.text in EXCEPTIONS)
    )
