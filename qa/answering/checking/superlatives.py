"""Whether the most of something is another one's: "the largest ship is Aurora" where Borealis has more. Pure functions.

The values that a passage has of one kind are compared, each with the words that belong to it alone. Where one way to
read the passage bears the sentence out, nothing is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.checking.fit import Text
from qa.answering.checking.owners import words_of
from qa.answering.checking.tokens import CONTENT, Token
from qa.answering.checking.values import UNITS, based
from qa.text.casing import word_set

_MOST = word_set(
    "largest biggest highest longest tallest heaviest dearest costliest fastest deepest widest thickest strongest"
    " greatest most größte größten größter größtes höchste höchsten höchster längste längsten längster teuerste"
    " teuersten teuerster schwerste schwersten schnellste schnellsten tiefste tiefsten breiteste stärkste stärksten"
    " meiste meisten"
)
_LEAST = word_set(
    "smallest lowest shortest cheapest lightest slowest shallowest narrowest weakest least fewest kleinste kleinsten"
    " kleinster kleinstes niedrigste niedrigsten kürzeste kürzesten kürzester billigste billigsten günstigste"
    " günstigsten leichteste leichtesten langsamste schwächste schwächsten wenigste wenigsten geringste geringsten"
)
_NEWEST = word_set("newest latest youngest neueste neuesten neuester jüngste jüngsten jüngster")
_OLDEST = word_set("oldest earliest älteste ältesten ältester älteste früheste frühesten")
# What of them measures what.
_OF_MONEY = word_set(
    "dearest costliest cheapest expensive costs cost teuerste teuersten teuerster billigste billigsten günstigste"
    " günstigsten kostet kosten bid offer price angebot preis"
)
_MONEY = frozenset({"euro", "dollar", "sterling", "franc"})
_OF_TIME = word_set("longest shortest längste längsten längster kürzeste kürzesten kürzester time dauert zeit")
_OF_LENGTH = word_set("tallest deepest widest thickest tiefste tiefsten breiteste")
_TOTALS = word_set("total net gross sum vat altogether summe gesamt netto brutto mehrwertsteuer insgesamt")
_LEFT_OUT = word_set(
    "second third after two three zweite zweiten dritte nach zwei drei one among unter ever"
    " teil part share majority proportion mehrheit"
)
_FEWEST, _MOST_VALUES, _TOTAL_NEAR = 3, 24, 3


@dataclass(frozen=True, slots=True)
class _Owned:
    number: float
    token: Token
    words: frozenset[str]


def other_superlative(said: Text, passages: Sequence[Text]) -> Iterator[tuple[Token, int, Token]]:
    """Yield (what a sentence says is most so, index of a passage, the value there that is) where it is another one."""
    texts = {token.text for token in said.tokens}
    # A sentence with figures tells of the thing, and may call it the largest in passing.
    if any(token.amount for token in said.tokens):
        return
    turns = [(at, turn) for at in range(len(said.tokens)) if (turn := _turn(said, at))]
    if not turns or texts & _LEFT_OUT or any(token.kind in ("negation", "denial") for token in said.tokens):
        return
    place, (sign, dated) = turns[0]
    keys = {token.key: token for token in said.tokens if token.kind in CONTENT and not _is_turn(token)}
    # A name tells which one is meant; "places" tells only what is counted.
    names = {key: token for key, token in keys.items() if token.capital and not _is_counted(said, token, place)}
    for number, held in enumerate(passages):
        if _is_said(said, place, held, set(names)):
            return
        groups = list(_groups(held, texts, dated=dated))
        # Of what is only counted a name alone tells surely which one is meant.
        sure = dated or bool(texts & (_OF_MONEY | _OF_LENGTH | _OF_TIME))
        verdicts = [_verdict(group, sign, names) or (_verdict(group, sign, keys) if sure else None) for group in groups]
        known = [each for each in verdicts if each]
        if known and all(best is not own for own, best in known):
            own, best = known[0]
            token = next(keys[key] for key in keys if key in own.words)
            yield token, number, best.token
            return


def _turn(text: Text, place: int) -> tuple[int, bool] | None:
    """Return 1 for a word that means the most and -1 for the least, and whether of days; None for another word."""
    token = text.tokens[place]
    if token.text in _NEWEST or token.text in _OLDEST:
        return (1 if token.text in _NEWEST else -1), True
    before = text.tokens[place - 1].text if place else ""
    behind = text.tokens[place + 1].text if place + 1 < len(text.tokens) else ""
    if token.text == "most" and (before == "at" or behind == "of"):
        return None
    if token.text == "least" and before == "at":
        return None
    return (1, False) if token.text in _MOST else (-1, False) if token.text in _LEAST else None


def _is_counted(said: Text, token: Token, place: int) -> bool:
    """Tell whether a word stands right behind the superlative: of "die meisten Gäste" it is what is counted."""
    return said.tokens[place + 1 : place + 2] == [token]


def _is_turn(token: Token) -> bool:
    return token.text in _MOST | _LEAST | _NEWEST | _OLDEST


def _is_said(said: Text, place: int, held: Text, keys: set[str]) -> bool:
    """Tell whether a passage says of one of its things in so many words that it is the most."""
    own = said.tokens[place].key
    for at, token in enumerate(held.tokens):
        if token.key == own and _is_turn(token):
            near = {other.key for other in held.tokens[max(0, at - 8) : at + 9] if other.clause == token.clause}
            names = {other.key for other in held.tokens if other.capital or other.kind == "name"}
            if near & keys & names:
                return True
    return False


def _groups(held: Text, texts: set[str], *, dated: bool) -> Iterator[list[_Owned]]:
    """Yield the values of a passage that can be compared and that a sentence may mean."""
    kinds: dict[str, list[int]] = {}
    for at, token in enumerate(held.tokens):
        if dated and token.kind == "year":
            kinds.setdefault("year", []).append(at)
        elif not dated and token.amount and token.text[0].isdecimal() and not token.aside:
            dimension = UNITS[token.amount.unit][0] if token.amount.unit else ""
            if _fits(dimension, texts):
                kinds.setdefault(dimension, []).append(at)
    for places in kinds.values():
        if not _FEWEST <= len(places) <= _MOST_VALUES:
            continue
        found = []
        for at, words in zip(places, words_of(held, places), strict=True):
            token = held.tokens[at]
            value = float(token.key) if token.kind == "year" else based(token.amount)[1] if token.amount else 0.0
            own = frozenset(key for key, surely in words.items() if surely == 1.0)
            if not any(other.text in _TOTALS for other in held.tokens[max(0, at - _TOTAL_NEAR) : at]):
                found.append(_Owned(value, token, own))
        yield found


def _fits(dimension: str, texts: set[str]) -> bool:
    if texts & _OF_MONEY:
        return dimension in _MONEY
    if texts & _OF_LENGTH:
        return dimension == "length"
    if texts & _OF_TIME:
        return dimension in ("time", "length")
    return dimension not in ("time", "share", "temperature", *_MONEY)


def _verdict(group: Sequence[_Owned], sign: int, keys: dict[str, Token]) -> tuple[_Owned, _Owned] | None:
    """Return the value of what a sentence names and the one that is most, None where a passage does not tell."""
    counts: dict[str, int] = {}
    for each in group:
        for key in each.words:
            counts[key] = counts.get(key, 0) + 1
    named = [each for each in group if any(counts[key] == 1 and key in keys for key in each.words)]
    if len(named) != 1 or len(group) < _FEWEST:
        return None
    best = max(group, key=lambda each: sign * each.number)
    if sum(each.number == best.number for each in group) > 1:
        return None
    return named[0], best
