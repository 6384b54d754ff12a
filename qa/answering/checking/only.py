"""Whether a passage says of something alone what a sentence says of "only" that. Pure functions."""

from collections.abc import Iterator, Sequence

from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import CONTENT, Token
from qa.text.casing import word_set

_ONLY = word_set("only solely exclusively nur ausschließlich lediglich allein")
# A sentence with one of these may say so in its own way.
_ALONE = (
    _ONLY
    | frozenset({"nobody but", "no one but", "none but"})
    | word_set("alone sole just single one exclusive unless until except but einzig einzige einziger bloß")
)
_TURNING = frozenset({"negation", "denial", "quantifier", "bound"})
_ARTICLES = word_set("the a an der die das den ein eine einen his her its their our")
_LEAST_SHARED, _FEWEST, _LATEST = 0.7, 2, 2
# "Landlord and tenant may each", "both parties may".
_AND = word_set("and or und oder sowie")
_BOTH = word_set("both each either beide beiden jede jeder")
_PARTIES = word_set("parties party sides side parteien partei seiten seite vertragsparteien vertragspartner of")


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
    if (both := _both(own, keys, held)) is not None:
        yield both, False
        return
    sentences: dict[int, list[int]] = {}
    for place, token in enumerate(held.tokens):
        sentences.setdefault(token.sentence, []).append(place)
    shared = {number: keys & {held.tokens[at].key for at in places} for number, places in sentences.items()}
    best = max(shared, key=lambda number: len(shared[number]), default=None)
    if best is None or len(keys) < _FEWEST or len(shared[best]) < _LEAST_SHARED * len(keys):
        return
    tokens = [held.tokens[at] for at in sentences[best]]
    there = next((token for token in tokens if token.key == own.key), None)
    # What the passage never names may be another word for the same, unless nothing else differs.
    if there is None and (any(token.key == own.key for token in held.tokens) or keys <= shared[best]):
        only = next((at for at in sentences[best] if held.tokens[at].text in _ONLY), None)
        other = _thing(held, only + 1) if only is not None else None
        if other is not None and other.key not in keys:
            yield other, True
    elif there is not None and not any(token.text in _ALONE or token.kind in _TURNING for token in tokens):
        yield there, False


def _both(own: Token, keys: set[str], held: Text) -> Token | None:
    """Return the word by which a passage says of another one too what a sentence says of one alone."""
    for places in held.sentences.values():
        tokens = [held.tokens[at] for at in places]
        if len(keys & {token.key for token in tokens}) < max(1, _LEAST_SHARED * len(keys)):
            continue
        if any(token.text in _ALONE or token.kind in ("negation", "denial") for token in tokens):
            continue
        for at, token in enumerate(tokens):
            behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
            if token.text in _BOTH and behind in _PARTIES:
                return token
            if token.key == own.key and len(keys) >= 1 and _is_joined(tokens, at):
                return token
    return None


def _is_joined(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a thing stands beside another one with "and" between, before what is said of both."""
    plain = [token for token in tokens if token.text not in _ARTICLES]
    place = next(number for number, token in enumerate(plain) if token.start == tokens[at].start)
    for link, other in ((place - 1, place - 2), (place + 1, place + 2)):
        if 0 <= link < len(plain) and 0 <= other < len(plain) and plain[link].text in _AND:
            return plain[other].kind in ("word", "name") and plain[other].clause == plain[place].clause
    return False


def _thing(text: Text, place: int) -> Token | None:
    """Return the word that "only" stands before, behind an article; None for "only after" and "only 3"."""
    for at, token in enumerate(text.tokens[place : place + 2], place):
        # "Only before noon" speaks of nobody, "only the tenant" does.
        if token.kind in ("word", "name") and (not token.opposites or text.tokens[at - 1].text in _ARTICLES):
            return token
        if token.text not in _ARTICLES:
            return None
    return None
