"""A table of a PDF page, and what its cells may be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.load.pdf.words import Word
from qa.lazy_regex import lazy_regex
from qa.tables.values import read_number

_BLANKS = {"-", "–", "—", "n/a", "n.a.", "..", "…", ":", "na", "*", "nil", "x", "s", "c"}
_LEADER = lazy_regex(r"[.·…_=-]{4,}|…+")

Grid = list[list[str]]


@dataclass(slots=True)
class Table:
    """A table: its rows from the top, how many of them name the columns, its words, and where its columns lie.

    `names` are the columns' names, empty where no row names them. `fields` tells that its rows surely are a label and
    its value each.
    """

    rows: Grid
    head: int
    words: list[Word]
    edges: tuple[float, ...]
    ruled: bool = False
    names: tuple[str, ...] = ()
    spans: dict[tuple[int, int], int] = field(default_factory=dict)
    fields: bool = False

    @property
    def top(self) -> float:
        """Where it begins."""
        return max(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return min(word.bottom for word in self.words)

    @property
    def body(self) -> Grid:
        """The rows below those that name the columns."""
        return self.rows[self.head :]


def is_value(text: str) -> bool:
    """Tell whether a cell is a number, a share, a day, or a sign that there is none."""
    plain = text.strip().rstrip("*†‡")
    if plain.casefold() in _BLANKS:
        return True
    if read_number(plain):
        return True
    bare = re.sub(r"[\s$€£¥%()+\-–—−.,:/<>~≈±'’*]", "", plain)
    digits = sum(mark.isdecimal() for mark in bare)
    return bool(digits) and 2 * digits >= len(bare) and len(bare) <= 14


def is_label(cells: Sequence[str]) -> bool:
    """Tell whether a row is a text alone, which stands over the rows below it."""
    filled = [cell for cell in cells if cell]
    return len(filled) == 1 and (bool(cells[0]) or not is_value(filled[0]))


def is_leader(word: Word) -> bool:
    """Tell whether a word is dots or dashes that lead the eye."""
    return word.text == "." or bool(_LEADER.fullmatch(word.text))
