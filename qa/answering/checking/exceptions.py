"""What a passage excepts: "all branches except Lyon made a profit" says that Lyon made none. Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import CONTENT, Token
from qa.text.casing import word_set

EXCEPT = word_set("except excepting excluding außer ausgenommen")
"""What takes out what follows it."""

# "Everyone but the manager", where "but" alone is mostly another word.
_BUT_OF = frozenset(
    {"all", "everyone", "everybody", "everything", "anyone", "anybody", "nobody", "none", "every", "each"}
)
# A sentence with one of these speaks of the rest, or sets somebody apart itself: "everyone but the apprentices".
_OF_ALL = frozenset({"only", "nur", "everyone", "everybody", "everything", "jeder", "jede", "jedes", "but"})
_TURNING = frozenset({"negation", "denial"})
_MOST_SHARED = 2 / 3
_NEAR = 4
_LEAST_STEM, _ENDING = 5, 2
_GOES_ON = frozenset(
    {"the", "on", "at", "in", "for", "and", "or", "am", "an", "der", "die", "das", "den", "im", "und", "oder"}
)


def excepted(said: Text, passages: Sequence[Text]) -> Iterator[tuple[Token, int, Token]]:
    """Yield (what a sentence speaks of, index of a passage, "except" and it there) where the sentence does not."""
    if any(token.text in EXCEPT | _OF_ALL or token.value == "all" for token in said.tokens):
        return
    for number, held in enumerate(passages):
        for place, token in enumerate(held.tokens):
            if not _is_except(held, place) or _is_told(held, place):
                continue
            if (found := _speaks_of(said, held, place)) is not None:
                yield found, number, replace(token, end=next(each.end for each in _behind(held, place)))


def excepts(held: Text, place: int, said: Text) -> bool:
    """Tell whether a passage excepts what a sentence speaks of from what stands at a place.

    Of "every day except Monday", "no tour on Mondays" is true.
    """
    keys = {token.key for token in said.tokens if token.kind in CONTENT}
    return any(
        _is_except(held, at) and any(_alike(key, other) for key in keys for other in listed_behind(held, at))
        for at, token in enumerate(held.tokens)
        if token.sentence == held.tokens[place].sentence
    )


def _is_told(held: Text, place: int) -> bool:
    """Tell whether a colon behind an exception says what holds of it: "except for capital crimes: 11 votes"."""
    token = held.tokens[place]
    end = held.tokens[held.sentences[token.sentence][-1]].end
    return ":" in held.source[token.end : end]


def _is_except(held: Text, place: int) -> bool:
    text = held.tokens[place].text
    return text in EXCEPT or (text == "but" and place > 0 and held.tokens[place - 1].text in _BUT_OF)


def _alike(one: str, other: str) -> bool:
    """Tell whether two keys are one word's: "arbeitet" keeps its ending, and "arbeiten" does not."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _LEAST_STEM and len(long) - len(short) <= _ENDING and long.startswith(short))


def listed_behind(held: Text, place: int) -> Iterator[str]:
    """Yield what is listed behind a word: of "except the Monday and Tuesday of Easter" the two days."""
    for token in held.tokens[place + 1 : place + 1 + 2 * _NEAR]:
        if token.kind in CONTENT:
            yield token.key
        elif token.text not in _GOES_ON:
            return


def _speaks_of(said: Text, held: Text, place: int) -> Token | None:
    """Return what a passage excepts, where the sentence says of it what the passage says of the rest."""
    sentence = [token for token in held.tokens if token.sentence == held.tokens[place].sentence]
    own = next(_behind(held, place), None)
    if own is None:
        return None
    mine = [token for token in said.tokens if token.kind in CONTENT]
    spoken = next((token for token in mine if token.key == own.key), None)
    rest = {token.key for token in mine if token.key != own.key}
    there = {token.key for token in sentence if token.kind in CONTENT}
    shared = [key for key in rest if any(_alike(key, other) for other in there)]
    if spoken is None or not rest or len(shared) < _MOST_SHARED * len(rest):
        return None
    turned = sum(token.kind in _TURNING and token.text not in EXCEPT for token in sentence)
    own_turned = sum(token.kind in _TURNING for token in said.tokens)
    return spoken if turned % 2 == own_turned % 2 else None


def _behind(held: Text, place: int) -> Iterator[Token]:
    return (token for token in held.tokens[place + 1 : place + 1 + _NEAR] if token.kind in CONTENT)
