"""What a sentence includes and a passage excepts: "Sundays included" for "except on Sundays". Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.answering.checking.exceptions import EXCEPT, listed_behind
from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import CONTENT, Token
from qa.text.casing import word_set

_BEFORE = word_set("including even inclusive einschließlich inklusive auch sogar selbst")
_BEHIND = word_set("included eingeschlossen inbegriffen")
_NOT = word_set("not no nicht kein keine")
_NEAR, _NOT_NEAR = 4, 4
_FEWEST = 2


def included(said: Text, passages: Sequence[Text]) -> Iterator[tuple[Token, int, Token]]:
    """Yield (what a sentence includes, index of a passage, what excepts it there)."""
    own = list(_included(said))
    if not own or any(token.text in EXCEPT or token.kind == "negation" for token in said.tokens):
        return
    keys = {token.key for token in said.tokens if token.kind in CONTENT} - {token.key for token in own}
    for number, held in enumerate(passages):
        for place, token in enumerate(held.tokens):
            found = next((each for each in own if each.key in _excepted(held, place)), None)
            if found is None:
                continue
            there = {held.tokens[at].key for at in held.sentences[token.sentence]}
            if len(keys & there) >= min(_FEWEST, len(keys)):
                end = next((other.end for other in held.tokens[place:] if other.key == found.key), token.end)
                yield found, number, replace(token, end=end)
                return


def _included(said: Text) -> Iterator[Token]:
    for place, token in enumerate(said.tokens):
        if token.text in _BEFORE:
            # "Even if" and "also applies" include nothing.
            near = said.tokens[place + 1 : place + 1 + _NEAR]
            yield from (other for other in near if other.kind in CONTENT and other.sentence == token.sentence)
        elif token.text in _BEHIND:
            near = said.tokens[max(0, place - _NEAR) : place]
            yield from (other for other in near if other.kind in CONTENT and other.clause == token.clause)


def _excepted(held: Text, place: int) -> frozenset[str]:
    """Return the keys of what is taken out at a place of a passage."""
    token = held.tokens[place]
    if token.text in EXCEPT:
        return frozenset(listed_behind(held, place))
    if token.text in _NOT:
        near = held.tokens[place + 1 : place + 1 + _NOT_NEAR]
        words = [other for other in near if other.kind in CONTENT and other.clause == token.clause]
        return frozenset(other.key for other in words[:1] if other.text not in _NOT)
    return frozenset()
