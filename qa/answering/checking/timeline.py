"""What was first and how long it took, by the dates of passages. Pure functions."""

from collections.abc import Iterator, Sequence, Set
from itertools import combinations

from qa.answering.checking.dated import Dated, dates
from qa.answering.checking.derived import same_value
from qa.answering.checking.fit import Text
from qa.answering.checking.relations import Relation, relations
from qa.answering.checking.tokens import CONTENT, Token
from qa.answering.checking.values import UNITS, Amount
from qa.text.casing import word_set

_EARLIER, _LATER = word_set("earlier früher before sooner eher"), word_set("later später")
_LEAST_OF_SIDE = 0.5
_A_DAY = 86_400
_LASTING = word_set(
    "for lasted lasts lasting took takes runs ran passed over between long duration dauert dauerte dauerten läuft lief"
    " lang über vergingen zwischen während dauer laufzeit within stayed stay spent blieb bleibt lag"
)
_LASTING_NEAR = 4
# "Five years old" and "two days later" are no spans, and "a month" is how often.
_NO_SPAN = word_set("old later ago earlier after before alt später zuvor danach nach vor ahead notice")
_UNITS = frozenset({"year", "month", "week", "day", "decade"})
_NEAR_ENOUGH, _ROUGHLY = 0.02, 0.15


def other_order(said: Text, passages: Sequence[Text]) -> Iterator[tuple[Token, int, Token]]:
    """Yield (a word of the sentence, index of a passage, a date there) where dates have it the other way round."""
    mine = [relation for relation in relations(said) if _is_later(said, relation) is not None]
    if not mine:
        return
    for number, held in enumerate(passages):
        known = dates(held)
        for relation in mine:
            one, other = _date_of(relation.one, known), _date_of(relation.other, known)
            if one is None or other is None:
                continue
            late = _is_later(said, relation)
            if (one.last < other.first and late) or (other.last < one.first and late is False):
                yield said.tokens[relation.about], number, one.token


def _is_later(said: Text, relation: Relation) -> bool | None:
    """Tell whether a relation says that its first side is the later one, None where it does not say."""
    if relation.kind == "order":
        # "Once" may be "one time".
        return None if said.tokens[relation.place].text == "once" else relation.sign > 0
    text = said.tokens[relation.about].text
    return True if text in _LATER else False if text in _EARLIER else None


def _date_of(side: Set[str], known: Sequence[Dated]) -> Dated | None:
    """Return the date to which the words of a side belong, None where none has most of them alone."""
    shares = [sum(each.words.get(key, 0.0) for key in side) / len(side) for each in known]
    best = max(shares, default=0.0)
    if best < _LEAST_OF_SIDE or shares.count(best) > 1:
        return None
    return known[shares.index(best)]


def other_duration(said: Text, passages: Sequence[Text]) -> Iterator[tuple[Token, int, Token, int]]:
    """Yield (how long of the sentence, index of a passage, a date there, end of the other) where they differ."""
    for place, token in enumerate(said.tokens):
        if not _lasts(said, place) or any(same_value(token, other) for held in passages for other in held.tokens):
            continue
        for number, held in enumerate(passages):
            known = dates(held)
            spans = _spans(said, held, known)
            near = [pair for pair in spans if abs(pair[0].token.sentence - pair[1].token.sentence) <= 1]
            # Two dates that are sentences apart say nothing of how long something took.
            if near and not any(_fits(token.amount, *pair) for pair in spans):
                one, other = near[0]
                yield token, number, one.token, other.end
                return


def lasts_so(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether something lasts as long as a sentence says, by two dates of a passage."""
    place = said.tokens.index(token)
    return _lasts(said, place) and any(
        _fits(token.amount, *pair) for held in passages for pair in _spans(said, held, dates(held))
    )


def _lasts(said: Text, place: int) -> bool:
    token = said.tokens[place]
    if token.amount is None or token.amount.unit not in _UNITS or token.amount.share:
        return False
    near = said.tokens[max(0, place - _LASTING_NEAR) : place + _LASTING_NEAR + 1]
    behind = [other for other in said.tokens[place + 1 : place + 3] if other.start >= token.end]
    return any(other.text in _LASTING for other in near) and not any(other.text in _NO_SPAN for other in behind)


def _spans(said: Text, held: Text, known: Sequence[Dated]) -> list[tuple[Dated, Dated]]:
    """Return the pairs of dates in the sentence that a sentence is about; all, where that is not sure."""
    amounts = [token for token in said.tokens if token.amount]
    keys = {
        token.key
        for token in said.tokens
        if token.kind in CONTENT and not any(each.start <= token.start < each.end for each in amounts)
    }
    own = {
        number: len(keys & {token.key for token in held.tokens if token.sentence == number})
        for number in {each.token.sentence for each in known}
    }
    best = max(own.values(), default=0)
    near = [each for each in known if best and own[each.token.sentence] == best]
    pairs = [pair for pair in combinations(near, 2) if pair[0].token.sentence == pair[1].token.sentence]
    return pairs if best >= _LEAST_OF_SIDE * len(keys) or not pairs else list(combinations(known, 2))


def _fits(amount: Amount | None, one: Dated, other: Dated) -> bool:
    if amount is None:
        return True
    one, other = sorted((one, other), key=lambda each: each.first)
    days = amount.number * UNITS[amount.unit][1] / _A_DAY
    low, high = other.first - one.last, other.last - one.first + 1
    if amount.size_bound == "least":
        return days <= high
    if amount.size_bound == "most":
        return days >= low
    loose = _ROUGHLY if amount.bound in ("about", "nearly") else _NEAR_ENOUGH
    slack = max(loose * days, 1.0)
    return low - slack <= days <= high + slack
