"""Whether a passage says of something alone what a sentence says of "only" that. Pure functions."""

from collections.abc import Iterator, Sequence

from qa.answering.checking.fit import Text
from qa.answering.checking.lexicon import word_set
from qa.answering.checking.tokens import CONTENT, Token

_ONLY = word_set("only solely exclusively nur ausschließlich lediglich allein")
# A sentence with one of these may say so in its own way.
_ALONE = _ONLY | word_set("alone sole just single one exclusive unless until except but einzig einzige einziger bloß")
_TURNING = frozenset({"negation", "denial", "quantifier", "bound"})
_ARTICLES = word_set("the a an der die das den ein eine einen his her its their our")
_LEAST_SHARED, _FEWEST, _LATEST = 0.7, 2, 2


def other_only(said: Text, passages: Sequence[Text]) -> Iterator[tuple[Token, int, Token, bool]]:
    """Yield (of whom a sentence says "only", index of a passage, of whom it says that, whether it says "only" too).

    A passage that says it of the same without "only" says it of others as well, or does not tell.
    """
    for place, token in enumerate(said.tokens[:_LATEST]):
        own = _thing(said, place + 1) if token.text in _ONLY else None
        if own is None:
            continue
        keys = {other.key for other in said.tokens if other.kind in CONTENT} - {own.key, token.key}
        for number, held in enumerate(passages):
            yield from ((own, number, there, alone) for there, alone in _spoken_of(own, keys, held))


def _spoken_of(own: Token, keys: set[str], held: Text) -> Iterator[tuple[Token, bool]]:
    sentences: dict[int, list[int]] = {}
    for place, token in enumerate(held.tokens):
        sentences.setdefault(token.sentence, []).append(place)
    shared = {number: keys & {held.tokens[at].key for at in places} for number, places in sentences.items()}
    best = max(shared, key=lambda number: len(shared[number]), default=None)
    if best is None or len(keys) < _FEWEST or len(shared[best]) < _LEAST_SHARED * len(keys):
        return
    tokens = [held.tokens[at] for at in sentences[best]]
    there = next((token for token in tokens if token.key == own.key), None)
    if there is None and any(token.key == own.key for token in held.tokens):
        only = next((at for at in sentences[best] if held.tokens[at].text in _ONLY), None)
        other = _thing(held, only + 1) if only is not None else None
        if other is not None and other.key not in keys:
            yield other, True
    elif there is not None and not any(token.text in _ALONE or token.kind in _TURNING for token in tokens):
        yield there, False


def _thing(text: Text, place: int) -> Token | None:
    """Return the word that "only" stands before, behind an article; None for "only after" and "only 3"."""
    for token in text.tokens[place : place + 2]:
        if token.kind in ("word", "name") and not token.opposites:
            return token
        if token.text not in _ARTICLES:
            return None
    return None
