"""Whether a sentence lists one thing too many: "France, Spain and Italy" for "France and Spain". Pure functions.

A passage's list is closed: where a sentence repeats all of it and goes on, what it adds is its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.checking.fit import Text
from qa.answering.checking.tokens import CONTENT, Token
from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

# Not within blanks: each of many would be looked behind as far as they reach.
_LINK = lazy_regex(
    r"(?<!\s)(?:\s*,\s*(?:and|or|und|oder)\s+|\s*[,;]\s+|\s+(?:and|or|nor|as well as|und|oder|sowie)\s+)", re.IGNORECASE
)
_LAST = lazy_regex(r"(?:and|or|nor|well as|und|oder|sowie)\s*$", re.IGNORECASE)
_BREAK = lazy_regex(r"[:.!?()–—]\s|[\n|]")
# Where a list begins behind a verb only the word nearest to its first link is sure to belong to it.
_MOST_WORDS, _LAST_WORDS, _FEWEST = 5, 2, 2
_LEAST_AROUND = 0.5
_NO_ITEM = word_set(
    "of in at for to from with by into about over after before during as is are was were which who that then it he she"
    " where they altogether together overall total insgesamt zusammen gesamt"
    " von vom zum zur mit nach aus bei seit im auf für durch über ist sind war wird welche dann es er sie wo"
)


@dataclass(frozen=True, slots=True)
class _List:
    """The items of a list, each with its tokens; what stands around them, and whether "and" or "or" ends it."""

    items: tuple[tuple[Token, ...], ...]
    around: frozenset[str]
    is_linked: bool


def one_too_many(said: Text, passages: Sequence[Text]) -> Iterator[tuple[Token, int, Token]]:
    """Yield (what a sentence adds, index of a passage, where its list begins) where a passage lists less."""
    mine = [each for each in _lists(said) if len(each.items) > _FEWEST and each.is_linked]
    if not mine:
        return
    theirs = [(number, each) for number, held in enumerate(passages) for each in _lists(held)]
    known = {key for held in passages for key in held.where}
    for own in mine:
        for number, other in theirs:
            extra = _added(own, other)
            # What a passage says elsewhere may be joined with its list, unless all is said of the one thing.
            if not _keys(extra) & known and len(extra) > 1:
                continue
            if extra and _keys(extra) & known and not _is_around(own, other):
                continue
            if extra and extra[0].kind in ("word", "name") and (_is_around(own, other) or not own.around):
                yield extra[0], number, other.items[0][0]
                return


def unheld_items(said: Text, passages: Sequence[Text]) -> list[Token]:
    """Return the items of a sentence's list that no passage holds in any form, where the passages hold all others."""
    known = {key for held in passages for key in held.where}
    found = []
    # Only of plain words: "the enemy's resistance" may be said in others.
    for own in (each for each in _lists(said) if each.is_linked and all(len(item) == 1 for item in each.items)):
        lacking = [item for item in own.items if not any(_held(token.key, known) for token in item)]
        others = [item for item in own.items if any(token.key in known for token in item)]
        if len(lacking) == 1 and len(others) == len(own.items) - 1 > _FEWEST:
            found.append(lacking[0][0])
    return found


def _held(key: str, known: set[str]) -> bool:
    return any(other.startswith(key[:4]) or key in other or other in key for other in known if len(other) > 2)


def _is_around(own: _List, other: _List) -> bool:
    return bool(own.around) and len(own.around & other.around) >= _LEAST_AROUND * len(own.around)


def _added(own: _List, other: _List) -> tuple[Token, ...]:
    """Return the one item that a list has beyond all of another one, () where it is otherwise."""
    if len(own.items) != len(other.items) + 1:
        return ()
    left = list(own.items)
    for item in other.items:
        match = next((each for each in left if _keys(each) & _keys(item)), None)
        if match is None:
            return ()
        left.remove(match)
    return left[0]


def _keys(item: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.key for token in item)


def _lists(text: Text) -> Iterator[_List]:
    for places in text.sentences.values():
        tokens = [text.tokens[at] for at in places]
        content = [token for token in tokens if token.kind in CONTENT]
        if not content:
            continue
        start, end = tokens[0].start, tokens[-1].end
        links = [match.span() for match in _LINK.finditer(text.source, start, end)]
        group: list[tuple[int, int]] = []
        for link in links:
            if group and not _is_item(text.source[group[-1][1] : link[0]]):
                yield from _made(text.source, group, content, start, end)
                group = []
            group.append(link)
        yield from _made(text.source, group, content, start, end)


def _is_item(words: str) -> bool:
    """Tell whether something between two links is a thing: "in Aliquippa" and "foot -" are none."""
    said = words.split()
    few = 0 < len(said) <= _MOST_WORDS and not _BREAK.search(f"{words} ")
    return few and "-" not in said and not _NO_ITEM.intersection(map(str.lower, said))


def _made(
    source: str, links: Sequence[tuple[int, int]], content: Sequence[Token], start: int, end: int
) -> Iterator[_List]:
    if not links:
        return
    breaks = [match.end() for match in _BREAK.finditer(source, start, links[0][0])]
    first = [token for token in content if (breaks or [start])[-1] <= token.start and token.end <= links[0][0]]
    stop = next((match.start() for match in _BREAK.finditer(source, links[-1][1], end)), end)
    last = [token for token in content if links[-1][1] <= token.start < stop]
    # A list of commas alone is one where it ends its sentence; else the last one begins something new.
    is_linked = bool(_LAST.search(source[slice(*links[-1])].rstrip(", ")))
    if not is_linked and len(last) > _LAST_WORDS:
        return
    middle = [
        [token for token in content if one[1] <= token.start and token.end <= other[0]]
        for one, other in pairwise(links)
    ]
    beside = source[start : links[0][0]].split()[-1:] + source[links[-1][1] : stop].split()[:1]
    if not all(map(_is_item, beside)):
        return
    items = [first[-1:], *middle, last[:_LAST_WORDS]]
    if all(items):
        inside = {token.start for item in items for token in item}
        around = frozenset(token.key for token in content if token.start not in inside and token.kind != "name")
        yield _List(tuple(tuple(item) for item in items), around, is_linked)
