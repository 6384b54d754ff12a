"""Where the words of a text stand on the picture of its page, as who read the picture saw them. Pure functions.

Such boxes are kept in the metadata of a chunk: a page without a text layer tells nothing of its words.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

# The key under which a chunk's metadata holds them.
KEY = "words_drawn"
# Parts of the width and of the height of a page: a page of A4 at 200 dots an inch is 1,654 dots wide.
UNITS = 2_000
# A JSON field holds 65,536 bytes.
_MOST_CHARACTERS = 20_000


class DrawnWord(NamedTuple):
    """A word: its characters of a text, and its box in `UNITS` of the page as it is shown, from its upper left."""

    start: int
    end: int
    left: int
    top: int
    width: int
    height: int


def written(words: Iterable[DrawnWord], start: int) -> str:
    """Return words as one text, their places counted from `start`; "" for too many."""
    parts = []
    at = start
    for word in words:
        parts.append(f"{word.start - at} {word.end - word.start} {word.left} {word.top} {word.width} {word.height}")
        at = word.end
    text = ",".join(parts)
    return text if len(text) <= _MOST_CHARACTERS else ""


def drawn_words(metadata: Mapping[str, str], start: int) -> list[DrawnWord]:
    """Return the words that `written` wrote into a chunk's metadata, their places counted with `start`; else none."""
    found: list[DrawnWord] = []
    at = start
    try:
        for part in filter(None, metadata.get(KEY, "").split(",")):
            gap, length, left, top, width, height = map(int, part.split(" "))
            if min(gap, length, width, height) < 0:
                return []
            found.append(DrawnWord(at + gap, at + gap + length, left, top, width, height))
            at += gap + length
    except ValueError:
        return []
    return found
