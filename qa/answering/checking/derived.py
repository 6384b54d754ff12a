"""What a number follows from that no passage holds: a sum, a difference, the half of something. Pure functions."""

import math
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import combinations, pairwise, permutations

from qa.answering.checking.fit import Text
from qa.answering.checking.inferred import inferred
from qa.answering.checking.tokens import Token
from qa.answering.checking.values import Amount, agree, based, measure_alike
from qa.text.casing import word_set

_COUNTS = frozenset({"number", "year"})
# Smaller ones are the difference or the sum of something by chance, where no word tells that they are meant so.
_LEAST_BY_CHANCE = 12
_ROUNDED, _EQUAL = 0.05, 1e-9
_FEW_DIGITS = 2
_MOST_SUMMED, _MOST_TOGETHER = 3, 4
_MONTHS_A_YEAR = 12


# How far a change in percent may be rounded.
_ROUND_SHARE, _FINE_SHARE, _MOST_COMPARED = 0.51, 0.06, 10
_RISES = word_set(
    "rise rises rose risen rising increase increases increased grow grows grew grown growth up more higher dearer"
    " larger longer raised raise climbed climb gain gained expensive stieg steigt stiegen gestiegen steigen wuchs"
    " wächst gewachsen wachsen zunahm zugenommen mehr höher teurer größer länger erhöht erhöhte erhöhung anstieg plus"
)
_FALLS = word_set(
    "fall falls fell fallen decrease decreased decreases decline declined drop drops dropped down less fewer lower"
    " cheaper smaller shorter reduced reduce cut shrank sank sinkt sanken gesunken sinken fiel fällt fielen gefallen"
    " weniger niedriger billiger günstiger kleiner kürzer gesenkt senkte senkung rückgang minus verringert verringerte"
)
TOTAL = word_set("altogether total totals together combined overall sum zusammen insgesamt gesamt")
APART = word_set(
    "by difference ahead lead gap another save saves saved cheaper dearer"
    " um unterschied vorsprung abstand weitere spart sparen"
)
_HALF = word_set("half halves halved halb halbe halben halbes hälfte")
_DOUBLE = word_set("twice double doubled doubles doppelt doppelte doppelten zweimal zweifache verdoppelt")
_MONTH = word_set("month months monthly monat monats monatlich monate monaten")
_YEAR = word_set("year years yearly annual annually jahr jahre jahren jahres jährlich jährliche")
_BOUNDS = word_set("before after until till by since from vor nach bis ab seit")
_BEFORE, _UNTIL = word_set("before vor"), word_set("until till to through by bis")
_AFTER, _FROM = word_set("after nach"), word_set("from since ab seit vom")
_OF = word_set("of von der")
_LATER = word_set("later after afterwards on später danach darauf")
_EARLIER = word_set("earlier before ago früher zuvor vorher davor")


def same_value(token: Token, other: Token) -> bool:
    """Tell whether two numbers, dates or times say the same."""
    if token.amount and other.amount:
        if measure_alike(token.amount, other.amount):
            return agree(token.amount, other.amount)
        return agree(token.amount, other.amount) or token.amount.number == other.amount.number
    return token.key == other.key


def beside_month(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a month is only a bound of one that the passages hold: "before November" for 31 October."""
    if token.kind != "month":
        return False
    place = said.tokens.index(token)
    if not any(other.text in _BOUNDS for other in said.tokens[max(0, place - 3) : place]):
        return False
    months = {int(other.value) for held in passages for other in held.tokens if other.kind == "month"}
    return any((int(token.value) - month) % _MONTHS_A_YEAR in (1, _MONTHS_A_YEAR - 1) for month in months)


def beside(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a month or a day is only a bound of one that the passages hold."""
    return beside_month(said, token, passages) or beside_day(said, token, passages)


def beside_day(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a day is only a bound of one that the passages hold: "before 15 May" for "until 14 May"."""
    if token.kind != "day":
        return False
    steps = {
        sign * (int(other.value) - int(token.value))
        for sign, mine, theirs in ((-1, _BEFORE, _UNTIL), (1, _AFTER, _FROM))
        if _behind(said, said.tokens.index(token), mine)
        for held in passages
        for place, other in enumerate(held.tokens)
        if other.kind == "day" and _behind(held, place, theirs)
    }
    return 1 in steps


def _behind(text: Text, place: int, words: frozenset[str]) -> bool:
    return any(token.text in words for token in text.tokens[max(0, place - 3) : place])


def derived(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a number of a sentence that no passage holds follows from numbers that stand together in one.

    Numbers of one sentence, or of two in a row, may be added or taken from each other where they measure the same and
    the sentence compares or counts together, or where that can hardly be chance. What is twice or half of a number
    has a word for that in one of the texts.
    """
    groups = list(_sentences(passages))
    if any(same_value(token, other) and _measures(token, other) for group in groups for other in group):
        return False
    if token.kind == "year":
        return any(_years_on(float(token.key), held) for held in passages)
    if inferred(said, token, passages):
        return True
    if not token.amount:
        return False
    if is_rest(said, token, passages) or is_change(said, token.amount, passages):
        return True
    if token.amount.share:
        return _is_ratio(token.amount, groups)
    years = [float(other.key) for group in groups for other in group if other.kind == "year"]
    if token.amount.unit == "year" and any(_is(token.amount, abs(one - two)) for one, two in combinations(years, 2)):
        return True
    words = {other.text for other in said.tokens}
    compares = bool(words & APART) or any(other.opposites for other in said.tokens)
    counts = bool(words & TOTAL)
    if any(_follows(token.amount, group, compares=compares, counts=counts, chance=False) for group in groups):
        return True
    in_a_row = [one + other for one, other in pairwise(groups)] if counts or token.amount.unit else []
    if any(_follows(token.amount, group, compares=compares, counts=counts, chance=True) for group in in_a_row):
        return True
    return _scaled(said, token.amount, passages)


def is_rest(said: Text, token: Token, passages: Sequence[Text]) -> bool:
    """Tell whether a number is what is left of another one: "seven of the nine" where a passage has nine and two."""
    place = said.tokens.index(token)
    behind = said.tokens[place + 1 : place + 4]
    if not behind or behind[0].text not in _OF or not token.amount:
        return False
    groups = list(_sentences(passages))
    whole = next((other.amount.number for other in behind if other.amount), None)
    for one, other in zip(groups, [*groups[1:], ()], strict=True):
        numbers = {each.amount.number for each in (*one, *other) if each.amount}
        if whole in numbers and whole - token.amount.number in numbers:
            return True
    return False


def is_change(said: Text, amount: Amount, passages: Sequence[Text]) -> bool:
    """Tell whether a share is how much something rose or fell: from 80 to 100 by 25 percent, and back by 20."""
    if amount.unit != "%":
        return False
    words = {token.text for token in said.tokens}
    rises, falls = bool(words & _RISES), bool(words & _FALLS)
    if rises == falls:
        return False
    near = _ROUND_SHARE if amount.share or amount.digits <= _FEW_DIGITS else _FINE_SHARE
    keys = {other.key for other in said.tokens if other.kind in ("word", "name", "year")}
    for near_by in _near_by(passages, keys):
        numbers = [token.amount for token in near_by if token.amount and token.amount.unit != "%"]
        # Among many numbers some two always are so far apart.
        for low, high in permutations(numbers, 2) if len(numbers) <= _MOST_COMPARED else ():
            (measure, less), (measured, more) = based(low), based(high)
            if measure == measured and 0 < less < more:
                change = 100 * (more - less) / (less if rises else more)
                if abs(change - amount.number) <= near:
                    return True
    return False


def _near_by(passages: Sequence[Text], keys: Set[str]) -> Iterator[list[Token]]:
    """Yield the tokens of each sentence that has one of some words, and of each with the next one."""
    for held in passages:
        sentences = [[held.tokens[at] for at in places] for places in held.sentences.values()]
        for one, other in zip(sentences, [*sentences[1:], []], strict=True):
            if any(token.key in keys for token in one):
                yield one
                yield one + other


def _is_ratio(amount: Amount, groups: Sequence[Sequence[Token]]) -> bool:
    """Tell whether a share in words is that of two numbers near each other: 20 of 60 are a third."""
    for one, other in zip(groups, [*groups[1:], ()], strict=True):
        numbers = [token.amount for token in (*one, *other) if token.amount and not token.amount.share]
        for part, whole in permutations(numbers, 2):
            alike = 0 < part.number < whole.number and part.unit in ("", whole.unit)
            if alike and agree(amount, Amount(100 * part.number / whole.number, "%", digits=_FEW_DIGITS)):
                return True
    return False


def _measures(token: Token, other: Token) -> bool:
    """Tell whether two numbers measure the same: 40 cows are no 40 minutes."""
    return not (token.amount and other.amount) or based(token.amount)[0] == based(other.amount)[0]


def _sentences(passages: Sequence[Text]) -> Iterator[list[Token]]:
    """Yield the numbers of each sentence of the passages."""
    for held in passages:
        sentences: dict[int, list[Token]] = {}
        for token in held.tokens:
            sentences.setdefault(token.sentence, []).extend([token] if token.kind in _COUNTS else [])
        yield from sentences.values()


def _follows(amount: Amount, group: Iterable[Token], *, compares: bool, counts: bool, chance: bool) -> bool:
    """Tell whether an amount is a sum or a difference; `chance` asks for a word that says so, however large it is."""
    measure, value = based(amount)
    others = [based(other.amount) for other in group if other.amount]
    # A number without a unit has that of what is counted.
    factor = value / amount.number if amount.number else 1.0
    numbers = [number * (1.0 if what else factor) for what, number in others if what in (measure, "")]
    # Among many numbers some two are always as far apart.
    if len(numbers) > _MOST_TOGETHER and not counts:
        return False
    by_chance = chance or amount.number < _LEAST_BY_CHANCE
    differences = (abs(one - two) for one, two in combinations(numbers, 2) if one != two)
    if (not by_chance or (compares and measure)) and any(_is(amount, number, value) for number in differences):
        return True
    if not (counts or (measure and not by_chance)):
        return False
    sizes = range(2, _MOST_SUMMED + 1)
    return any(_is(amount, sum(part), value) for size in sizes for part in combinations(numbers, size))


def _scaled(said: Text, amount: Amount, passages: Sequence[Text]) -> bool:
    """Tell whether a number is twice, half or, by the month, a twelfth of one that the passages hold."""
    mine = {token.text for token in said.tokens}
    measure, value = based(amount)
    if not measure:
        return False
    for held in passages:
        other = {token.text for token in held.tokens}
        factors = [2.0, 0.5] if (mine | other) & (_HALF | _DOUBLE) else []
        if (mine & _MONTH and other & _YEAR) or (mine & _YEAR and other & _MONTH):
            factors += [_MONTHS_A_YEAR, 1 / _MONTHS_A_YEAR]
        amounts = [based(token.amount) for token in held.tokens if token.amount]
        numbers = [number for what, number in amounts if what == measure]
        if any(_is(amount, factor * number, value) for number in numbers for factor in factors):
            return True
    return False


def _years_on(year: float, held: Text) -> bool:
    """Tell whether a passage counts up to a year: "in 2011 … three years later"."""
    years = [float(token.key) for token in held.tokens if token.kind == "year"]
    for at, token in enumerate(held.tokens):
        if token.amount and token.amount.unit == "year":
            near = {other.text for other in held.tokens[max(0, at - 2) : at + 4]}
            signs = [1] * bool(near & _LATER) + [-1] * bool(near & _EARLIER)
            if any(other + sign * token.amount.number == year for other in years for sign in signs):
                return True
    return False


def _is(amount: Amount, number: float, value: float | None = None) -> bool:
    loose = amount.bound in ("about", "nearly") or amount.scale > 1
    near = _ROUNDED if loose and amount.digits <= _FEW_DIGITS else _EQUAL
    return math.isclose(amount.number if value is None else value, number, rel_tol=near)
