"""Numbers, dates, units and bounds of a sentence that a passage has otherwise in the same place. Pure functions."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.checking.competing import VALUES, Candidate, Clash, compete, decided, words_beside
from qa.answering.checking.derived import APART, TOTAL, beside, derived, same_value
from qa.answering.checking.fit import Text, fit, neighbours, words
from qa.answering.checking.lexicon import BOUNDS_AT_ODDS
from qa.answering.checking.owners import is_owner, other_owner
from qa.answering.checking.timeline import lasts_so
from qa.answering.checking.tokens import CONTENT, Token
from qa.answering.checking.valid import at_time
from qa.answering.checking.values import MONEY, UNITS, Amount, agree, measure_alike
from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

# Least fit of what the passage says instead, and by how much it must be better than what agrees.
_VALUE = (0.5, 0.13)
_OTHER_UNIT = (0.2, 0.0)
_COUNTS = frozenset({"number", "year"})
# What tells that two sentences are about the same thing; how much of the other words they must share, of how many.
_IDENTITY = frozenset({"name", "year", "month", "number", "ordinal", "negation"})
# Of "half pay" the share is not read.
_DATED = frozenset({"month", "year", "weekday", "time"})
_DEFINITE = word_set("the these those all of its their der die den diese alle allen beiden ihre seine")
# What lies beyond a bound, and how it is spoken of.
_COMPLEMENTS = frozenset({frozenset({"most", "over"}), frozenset({"least", "under"})})
_BEYOND = word_set(
    "larger bigger higher longer smaller lower shorter surplus excess rest remainder others else otherwise größere"
    " höhere längere kleinere darüber darunter rest übrige sonst andere"
)
_BEYOND_NEAR = 16
_PARTS = word_set("half halves halved third thirds quarter quarters halb halbe halben hälfte")
# What stands before a number that is a name; how far it may reach.
_NUMBERED = lazy_regex(
    r"(?:\b(?:no|nos|nr|number|amendment|clause|section|article|page|part|item|level|step|rev|revision|version|chapter"
    r"|annex|appendix|schedule|table|figure|fig|nummer|ziffer|absatz|abs|artikel|art|seite|abschnitt|kapitel|anlage"
    r"|tabelle|abbildung|stufe|phase)\b\.?|[#§№])\s*$",
    re.IGNORECASE,
)
_BEFORE = 16
_SAME_SHARE, _FEWEST_WORDS, _SURE_FIT = 0.6, 2, 0.6


def other_value(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Return what stands where the sentence has a number, a date or a time, where that is another one."""
    if token.kind not in VALUES:
        return None
    # A year may stand where a number belongs, and the other way round.
    kinds = _COUNTS if token.kind in _COUNTS else frozenset({token.kind})
    candidates = list(compete(said, index, passages, lambda other: other.kind in kinds, skipped=kinds))

    if derived(said, token, passages) or beside(said, token, passages) or lasts_so(said, token, passages):
        return None
    if then := at_time(said, passages):
        if then.agrees and (token is then.value or token.kind in _DATED):
            return None
        if not then.agrees and token is then.value:
            held, there_stands = words(passages[then.passage], then.there), then.there
            return Clash(token.kind, words(said, token), held, then.passage, there_stands.start, there_stands.end, 1.0)
    if not any(same_value(token, candidate.token) for candidate in candidates):
        # What the sentence says elsewhere is not what it should say here.
        others = [other for other in said.tokens if other is not token and other.kind in kinds]
        candidates = [each for each in candidates if not any(same_value(other, each.token) for other in others)]

    def agrees(other: Token) -> bool:
        return same_value(token, other)

    if owner := other_owner(said, index, passages):
        number, there_stands = owner
        held = words(passages[number], there_stands)
        return Clash(token.kind, words(said, token), held, number, there_stands.start, there_stands.end, 1.0)
    if is_owner(said, index, passages):
        return None
    limits = _OTHER_UNIT if any(_other_unit(token, each.token) for each in candidates) else _VALUE
    clash = decided(
        token.kind, words(said, token), passages, candidates, agrees, limits, beside=words_beside(said, index)
    )
    there = next((each for each in candidates if clash and each.token.start == clash.start), None)
    # The same number in another unit is no chance.
    return replace(clash, fit=1.0) if clash and there and _other_unit(token, there.token) else clash


def _other_unit(token: Token, other: Token) -> bool:
    """Tell whether two numbers are alike but for their units, which measure the same."""
    return bool(
        token.amount
        and other.amount
        and token.amount.number == other.amount.number
        and measure_alike(token.amount, other.amount)
        and not agree(token.amount, other.amount)
    )


def holds(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a passage holds a number of a sentence in any way of writing it, or what it follows from."""
    alike = (other for held in passages for other in held.tokens if other.kind in _COUNTS or other.kind == token.kind)
    return (
        any(same_value(token, other) for other in alike)
        or derived(said, token, passages)
        or lasts_so(said, token, passages)
    )


def unheld(said: Text, passages: Sequence[Text]) -> list[str]:
    """Return the numbers in words, with their units, that no passage holds in any way."""
    compares = any(token.opposites or token.text in APART | TOTAL for token in said.tokens)
    return [
        words(said, token)
        for token in said.tokens
        if token.amount
        and not token.text[0].isdecimal()
        and (_counts_otherwise(said, token, passages) if not token.amount.unit else token.amount.share or not compares)
        and (not token.amount.unit or _could_hold(token.amount, passages))
        and not holds(said, token, passages)
    ]


def unscaled(said: Text, passages: Sequence[Text]) -> list[str]:
    """Return the numbers of a sentence that passages hold in thousands or millions alone: "300" for "300k"."""
    held = [other.amount for text in passages for other in text.tokens if other.amount]
    return [
        words(said, token)
        for token in said.tokens
        if token.amount
        and token.text[0].isdecimal()
        and any(
            other.scale > 1 and other.number / other.scale * token.amount.scale == token.amount.number for other in held
        )
        and not holds(said, token, passages)
    ]


def unheld_money(said: Text, passages: Sequence[Text]) -> list[str]:
    """Return the amounts of money whose number passages hold in names alone: "£2" for "Amendment No. 2"."""
    return [
        words(said, token)
        for token in said.tokens
        if token.amount
        and token.amount.unit
        and UNITS[token.amount.unit][0] in MONEY
        and (same := [(held, other) for held in passages for other in held.tokens if _is_same_number(token, other)])
        and all(_NUMBERED.search(held.source[max(0, other.start - _BEFORE) : other.start]) for held, other in same)
    ]


def _is_same_number(token: Token, other: Token) -> bool:
    return bool(token.amount and other.amount and token.amount.number == other.amount.number)


def _counts_otherwise(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a passage counts what stands behind a number otherwise: "two types" for "three types"."""
    place = said.tokens.index(token)
    if not place or said.tokens[place - 1].text not in _DEFINITE:
        return False
    counted = _counted(said, place)
    return (
        token.amount is not None
        and token.amount.number > 1
        and counted is not None
        and any(
            other.amount is not None and not other.amount.unit and counted == _counted(held, place)
            for held in passages
            for place, other in enumerate(held.tokens)
        )
    )


def _counted(text: Text, place: int) -> str | None:
    behind = text.tokens[place + 1 : place + 2]
    return behind[0].key if behind and behind[0].kind == "word" else None


def _could_hold(amount: Amount, passages: Sequence[Text]) -> bool:
    """Tell whether passages would hold an amount as such: how long from May to September is, they need not say."""
    tokens = [token for held in passages for token in held.tokens]
    if amount.share:
        return not any(token.text in _PARTS for token in tokens)
    alike = any(token.amount and measure_alike(amount, token.amount) for token in tokens)
    return alike and not (UNITS[amount.unit][0] == "time" and any(_is_span(held) for held in passages))


def _is_span(held: Text) -> bool:
    """Tell whether a sentence of a passage has two dates of a kind, from one to the other of which something lasts."""
    dates = Counter((token.sentence, token.kind) for token in held.tokens if token.kind in _DATED)
    return any(count > 1 for count in dates.values())


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
    if not amount:
        return None

    def alike(other: Token) -> bool:
        return bool(other.amount and other.amount.number == amount.number)

    kinds = frozenset({token.kind})
    candidates = list(compete(said, index, passages, alike, skipped=kinds))
    candidates = [each for each in candidates if not _says_beyond(amount, each, passages)]
    clash = decided(
        "unit", words(said, token), passages, candidates, lambda other: _same_unit(amount, other), (0.3, 0.0)
    )
    return clash or decided(
        "bound", words(said, token), passages, candidates, lambda other: _same_bound(amount, other), (0.3, 0.0)
    )


def _says_beyond(amount: Amount, candidate: Candidate, passages: Sequence[Text]) -> bool:
    """Tell whether a passage goes on with what lies on the other side: "up to 100 euros …, larger ones"."""
    there, tokens = candidate.token, passages[candidate.passage].tokens
    if there.amount is None or frozenset((amount.bound, there.amount.bound)) not in _COMPLEMENTS:
        return False
    behind = tokens[candidate.place + 1 : candidate.place + 1 + _BEYOND_NEAR]
    return any(token.text in _BEYOND and token.sentence == there.sentence for token in behind)


def _same_unit(amount: Amount, other: Token) -> bool:
    return other.amount is None or agree(amount, other.amount)


def _same_bound(amount: Amount, other: Token) -> bool:
    if other.amount is None:
        return True
    bounds = frozenset(each.bound or "plain" for each in (amount, other.amount))
    return bounds not in BOUNDS_AT_ODDS
