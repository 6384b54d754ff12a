"""Who does what to whom: whether two things change places around a word. Pure functions.

There is no parser here. What marks a role is the order around the word that both texts share, the preposition or, in
German, the article in front, and "by" for the one who acts in a passive sentence.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import Token


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ROLES = frozenset({"word", "name"})
_AGENT = frozenset({"by", "von", "vom", "durch"})
_BE = _words(
    """
    is are was were be been being am wird werden wurde wurden worden ist sind war waren
    """
)
_ARTICLES = _words(
    """
    the a an her his its their our my your der die das den dem des ein eine einen einem einer eines this that
    these those mr mrs ms dr herr frau herrn
    """
)
# What marks the same role wherever it stands.
_PREPOSITIONS = _words(
    """
    by of in on at to from with for into onto than against about over under after before during through between
    as via von vom durch im an am auf zu zum zur aus mit für gegen nach bei seit als vor über unter um ohne
    """
)
_CASES = _words(
    """
    den dem des einen einem eines
    """
)
# "A met B" is "B met A".
MUTUAL = _words(
    """
    marri meet met equal resembl similar same differ border collid between sibl cousin brother sister partner
    compet play fight fought merg togeth joint join negoti agre share and or with both each distanc relat link
    connect associ heirat traf treff gleich ähnlich grenz zwischen geschwist partn zusamm gemeinsam verbind mix
    combin known call name also includ like such is equival compar versus
    """
)
_FEWEST_SHARED = 3
_FARTHEST = 9


def swapped(said: Text, held: Text) -> Iterator[tuple[Token, Token, Token]]:
    """Yield (one of the sentence, what stands in its place in the passage, the word around which they changed)."""
    for sentence in _near_sentences(said, held):
        own = _once(said, range(len(said.tokens)))
        there = _once(held, sentence)
        shared = [key for key in own if key in there]
        if len(shared) < _FEWEST_SHARED:
            continue
        for one, other in combinations(shared, 2):
            clash = _changed(said, held, (own[one], own[other]), (there[one], there[other]), own, there)
            if clash is not None:
                yield said.tokens[own[one]], held.tokens[there[other]], said.tokens[clash]
                return


def turned_passive(said: Text, held: Text) -> Iterator[tuple[Token, Token]]:
    """Yield (what suffers in one text and acts in the other, the verb in the passage)."""
    for sentence in _near_sentences(said, held):
        own, there = _once(said, range(len(said.tokens))), _once(held, sentence)
        for one, verb in combinations([key for key in own if key in there], 2):
            mine, other = (own[one], own[verb]), (there[one], there[verb])
            if not (_beside(said, *mine) and _beside(held, *other)):
                continue
            passive = _passive(said, *mine), _passive(held, *other)
            active = _active(said, *mine), _active(held, *other)
            if (passive[0] and active[1]) or (passive[1] and active[0]):
                yield said.tokens[own[one]], held.tokens[there[verb]]
                return


def is_agent(text: Text, place: int) -> bool:
    """Tell whether "by" stands before a name: in a passive sentence it is the one who acts."""
    for at in range(place - 1, max(-1, place - 5), -1):
        token = text.tokens[at]
        if token.text in _AGENT:
            return True
        if token.kind != "name" and token.text not in _ARTICLES:
            return False
    return False


def _near_sentences(said: Text, held: Text) -> Iterator[range]:
    """Yield the tokens of the passage's sentence that shares most words with the text."""
    keys = {token.key for token in said.tokens if token.kind in _ROLES}
    sizes: Counter[int] = Counter()
    for token in held.tokens:
        sizes[token.sentence] += 0
    for key in keys:
        sizes.update({held.tokens[held.content[rank]].sentence for rank in held.where.get(key, ())})
    if sizes:
        best = max(sizes, key=lambda number: sizes[number])
        places = [place for place, token in enumerate(held.tokens) if token.sentence == best]
        yield range(places[0], places[-1] + 1)


def _once(text: Text, places: Sequence[int]) -> dict[str, int]:
    """Return where each word stands that stands once there."""
    found: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for place in places:
        token = text.tokens[place]
        if token.kind in _ROLES and token.text not in _PREPOSITIONS:
            counts[token.key] += 1
            found[token.key] = place
    return {key: place for key, place in found.items() if counts[key] == 1}


def _changed(
    said: Text,
    held: Text,
    mine: tuple[int, int],
    other: tuple[int, int],
    own: dict[str, int],
    there: dict[str, int],
) -> int | None:
    """Return the word around which two others changed places, None where they did not."""
    if mine[0] > mine[1] or other[0] < other[1]:
        return None
    if mine[1] - mine[0] > _FARTHEST or other[0] - other[1] > _FARTHEST:
        return None
    if not all(_is_thing(said, place) for place in mine) or not all(_is_thing(held, place) for place in other):
        return None
    marks = [(_mark(said, place), _mark(held, at)) for place, at in zip(mine, other, strict=True)]
    if any(a == b != "" for a, b in marks) or any((a in _AGENT) != (b in _AGENT) for a, b in marks):
        return None
    # Swapped marks, or none at all.
    if marks[0][0] != marks[1][1] or marks[0][1] != marks[1][0]:
        return None
    for key, place in own.items():
        at = there.get(key)
        if at is None or key in MUTUAL or said.tokens[place].kind == "name":
            continue
        if mine[0] < place < mine[1] and other[1] < at < other[0]:
            between = [token.key for token in said.tokens[mine[0] : mine[1]]]
            if not any(key in MUTUAL for key in between):
                return place
    return None


def _is_thing(text: Text, place: int) -> bool:
    """Tell whether a word is a name or has an article, as far as that shows: it may do or suffer something."""
    token = text.tokens[place]
    before = text.tokens[place - 1] if place else None
    return token.capital or token.kind == "name" or bool(before and before.text in _ARTICLES)


def _mark(text: Text, place: int) -> str:
    """Return the preposition in front of a word and its name, or an article whose case tells its role."""
    at = place - 1
    while at >= 0 and (text.tokens[at].text in _ARTICLES or text.tokens[at].kind == "name") and place - at < 5:
        if text.tokens[at].text in _CASES:
            return text.tokens[at].text
        at -= 1
    return text.tokens[at].text if at >= 0 and text.tokens[at].text in _PREPOSITIONS else ""


def _beside(text: Text, one: int, verb: int) -> bool:
    """Tell whether a verb follows a word with nothing but small words between."""
    return one < verb and all(token.kind in ("small", "modal") for token in text.tokens[one + 1 : verb])


def _passive(text: Text, one: int, verb: int) -> bool:
    """Tell whether a word suffers: "X was chosen by Y"."""
    if not any(token.text in _BE for token in text.tokens[one + 1 : verb]):
        return False
    after = text.tokens[verb + 1 : verb + 6]
    for at, token in enumerate(after[:-1]):
        if token.text in _AGENT:
            return after[at + 1].text in _ARTICLES or after[at + 1].kind == "name"
    return False


def _active(text: Text, one: int, verb: int) -> bool:
    between = {token.text for token in text.tokens[one + 1 : verb]}
    return not between & (_BE | {"by", "have", "has", "had"}) and text.tokens[verb].kind == "word"
