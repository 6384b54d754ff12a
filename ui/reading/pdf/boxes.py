"""Where the words of a stored text stand on a page. Pure functions.

A page gives its characters in reading order, each with a box. The stored text differs from them: the loader joined
words over line ends, mended white space, and left out running lines and what nobody sees. So both are compared without
white space, hyphens and accents, and what is left out between two stretches that agree does not matter.
"""

import unicodedata
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

Span = tuple[int, int]
Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points of the page."""

# Shorter stretches agree by chance.
_ANCHOR = 12
# A phrase that a page repeats more often than that tells no place.
_MOST_PLACES = 50
# A letter of a line shares this much of its height with it, and no gap is wider than this many times the height of the
# line, which may be one of full stops. Wider gaps lie between columns of a table.
_OVERLAP = 0.3
_GAP = 1.6
_LEAST_PT = 4.0


@dataclass(frozen=True, slots=True)
class Located:
    """Where a span of a text stands on a page.

    Attributes:
        glyphs: Indices of the page's characters, in order; empty where it is not found.
        share: How much of the span is found, in [0, 1]; 1 for a span that holds nothing to look for.
    """

    glyphs: tuple[int, ...]
    share: float


def located(page: Sequence[str], text: str, spans: Sequence[Span], absent: Sequence[Span] = ()) -> list[Located]:
    """Find spans of a text on a page.

    Args:
        page: The characters of the page, one for each box.
        text: A text that stands on the page, at least in part: the more of it, the surer the place.
        spans: Offsets into the text.
        absent: Stretches of the text that were put into it and stand nowhere on the page, in order.

    Returns:
        One for each span.
    """
    letters, at = dense(page)
    wanted, places = _without(*dense(text), absent)
    aligned = _aligned(wanted, letters)
    found = []
    for low, high in spans:
        own = [index for index, place in enumerate(places) if low <= place < high]
        hits = [aligned[index] for index in own if aligned[index] >= 0]
        glyphs = tuple(dict.fromkeys(at[hit] for hit in hits))
        found.append(Located(glyphs, len(hits) / len(own) if own else 1.0))
    return found


def _without(letters: str, places: list[int], absent: Sequence[Span]) -> tuple[str, list[int]]:
    """Leave out what stands in some stretches of the text."""
    if not absent:
        return letters, places
    starts = [start for start, _ in absent]
    kept = [
        index
        for index, place in enumerate(places)
        if not ((before := bisect(starts, place)) and place < absent[before - 1][1])
    ]
    return "".join(letters[index] for index in kept), [places[index] for index in kept]


def dense(text: Sequence[str]) -> tuple[str, list[int]]:
    """Return a text's letters, digits and signs in one spelling, and where each comes from.

    Ligatures are taken apart; case, accents, hyphens, white space and what is invisible do not count.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _spelt(character):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


@lru_cache(4096)
def _spelt(character: str) -> str:
    # Case first and last: a capital ligature has small parts, and some signs are capitals when taken apart.
    taken = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(letter for letter in taken if _counts(letter))


def _counts(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind[0] not in "CZ" and kind not in ("Mn", "Me", "Pd") and letter not in "\ufffd\xad"


def _aligned(wanted: str, page: str) -> list[int]:
    """Return for each letter of a text where it stands on a page, -1 where it does not."""
    if wanted and (whole := page.find(wanted)) >= 0:
        return list(range(whole, whole + len(wanted)))
    aligned = [-1] * len(wanted)
    at = after = 0
    while at < len(wanted):
        place, length = _longest(wanted, at, page, after)
        if not length:
            at += 1
            continue
        aligned[at : at + length] = range(place, place + length)
        at += length
        after = place + length
    return aligned


def _longest(wanted: str, at: int, page: str, after: int) -> tuple[int, int]:
    """Return where the longest stretch from `at` stands, the nearest after `after` of equals, and its length or 0."""
    anchor = wanted[at : at + _ANCHOR]
    if len(anchor) < _ANCHOR:
        # The end of the text: it counts where it goes on at once.
        return (after, len(anchor)) if after and page.startswith(anchor, after) else (0, 0)
    best, length = 0, 0
    for place in _places(page, anchor, after):
        reach = _ANCHOR
        while at + reach < len(wanted) and place + reach < len(page) and wanted[at + reach] == page[place + reach]:
            reach += 1
        if reach > length:
            best, length = place, reach
    return best, length


def _places(page: str, anchor: str, after: int) -> Iterator[int]:
    """Yield where a stretch stands, first what comes after a place."""
    found: list[int] = []
    place = page.find(anchor)
    while place >= 0 and len(found) < _MOST_PLACES:
        found.append(place)
        place = page.find(anchor, place + 1)
    yield from sorted(found, key=lambda place: (place < after, place))


def lines(boxes: Sequence[Box], most_height: float = inf) -> list[Box]:
    """Join the boxes of letters that follow one another into one box for each line, or for each cell of one.

    Lines may run in any direction along the edges of the page. Boxes without an area are left out.

    Args:
        boxes: Of letters or words, in the order of reading.
        most_height: How many times as high as its highest part a line may be. One of a page that was laid aslant gets
            several boxes then, each of which holds less of the lines beside it.
    """
    joined: list[Box] = []
    upright: bool | None = None
    last: Box | None = None
    highest = 0.0
    for box in boxes:
        if box[2] <= box[0] or box[3] <= box[1]:
            continue
        # A line that runs one way goes on that way: letters below one another are no line of writing.
        ways = (False, True) if upright is None else (upright,)
        way = next((way for way in ways if last and _goes_on(joined[-1], last, box, upright=way)), None)
        if way is not None:
            across = 0 if way else 1
            own, both = box[across + 2] - box[across], around(joined[-1], box)
            highest = max(highest or joined[-1][across + 2] - joined[-1][across], own)
            if both[across + 2] - both[across] > most_height * highest:
                way = None
            else:
                joined[-1] = both
        if way is None:
            joined.append(box)
            highest = 0.0
        upright, last = way, box
    return joined


def around(one: Box, other: Box) -> Box:
    """Return the box around two."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _goes_on(line: Box, last: Box, box: Box, *, upright: bool) -> bool:
    """Tell whether a letter goes on with a line behind its last one. The line tells how high its letters may be."""
    along, across = (1, 0) if upright else (0, 1)
    height = line[across + 2] - line[across]
    shared = min(line[across + 2], box[across + 2]) - max(line[across], box[across])
    gap = max(last[along], box[along]) - min(last[along + 2], box[along + 2])
    size = max(height, box[across + 2] - box[across], _LEAST_PT)
    return shared >= _OVERLAP * min(height, box[across + 2] - box[across]) and -size <= gap <= _GAP * size
