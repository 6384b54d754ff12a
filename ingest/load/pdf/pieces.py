"""Words of a PDF page that stand together: the pieces of a line between wide blanks, and the columns of a page."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.load.pdf.words import Line, Word, lines, text_of

# Of the height of a word: a wider blank lies between two cells.
_CELL_GAP = 0.85
_LEAST_GAPS = 20
# Of the lines of a page set in two columns: at most so many go across both.
_FEW_CROSSING = 0.2
_BEFORE = {"$", "€", "£", "¥", "US$", "(", "($", "-", "–", "+"}
_AFTER = {"%", ")", ")%", "%)", "€", "pp"}


def regions(found: Sequence[Word]) -> Iterator[list[Line]]:
    """Yield the lines of each column of a page that is set in two, else those of the whole page."""
    made = lines(found)
    if len(made) < 12:
        yield made
        return
    best, least = _least_crossed(made)
    if least > _FEW_CROSSING * len(made):
        yield made
        return
    halves = [[word for word in found if (word.centre < best) is side] for side in (True, False)]
    set_in_two = [lines(half) for half in halves]
    if all(map(_is_prose, set_in_two)) or (least <= 0.05 * len(made) and any(map(_is_column, set_in_two))):
        across = [line for line in made if any(word.left < best < word.right for word in line.words)]
        crossing_words = {id(word) for line in across for word in line.words}
        for half in halves:
            yield lines([word for word in half if id(word) not in crossing_words])
        yield lines([word for line in across for word in line.words])
    else:
        yield made


def _least_crossed(made: Sequence[Line]) -> tuple[float, int]:
    """Return the place near the middle of a page that the fewest lines cross, and how many do.

    No place matters that more than a few cross: then 0.0 and the number of all lines.
    """
    left, right = min(line.left for line in made), max(line.right for line in made)
    best, least = 0.0, len(made)
    most = int(_FEW_CROSSING * len(made)) + 1
    starts = [[word.left for word in line.words] for line in made]
    for step in range(35, 66):
        x = left + (right - left) * step / 100
        count = 0
        for line, edges in zip(made, starts, strict=True):
            count += _crosses(line, bisect_left(edges, x), x)
            if count >= most:
                break
        if count < most:
            best, least, most = x, count, count
    return best, least


def _crosses(line: Line, after: int, x: float) -> int:
    """Tell whether a word of a line lies over a place, and whether the place lies in an ordinary blank of the line.

    Args:
        line: The line.
        after: The first word that begins at the place or behind it.
        x: The place.
    """
    words = line.words
    over = any(word.right > x for word in words[:after])
    if after == len(words):
        return over
    before = next((word.right for word in reversed(words[:after]) if word.right <= x), None)
    return over + (before is not None and words[after].left - before < _CELL_GAP * (line.top - line.bottom))


def _is_prose(made: Sequence[Line]) -> bool:
    """Tell whether most lines are of running text."""
    if len(made) < 6:
        return False
    texts = [line for line in made if len(line.words) >= 4 and not _wide_gaps(line)]
    return 2 * len(texts) >= len(made)


def _is_column(made: Sequence[Line]) -> bool:
    """Tell whether lines are a whole column of running text, nearly all of them as long as it is wide."""
    if len(made) < 15:
        return False
    right = sorted(line.right for line in made)[int(0.9 * len(made))]
    left = min(line.left for line in made)
    full = [
        line
        for line in made
        if len(line.words) >= 5 and not _wide_gaps(line) and right - line.right < 0.15 * (right - left)
    ]
    return len(full) >= 0.6 * len(made)


def _wide_gaps(line: Line) -> bool:
    return len(segments(line)) > 1


@dataclass(slots=True)
class Piece:
    """Words with no wide blank between them."""

    words: list[Word]

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(word.right for word in self.words)

    @property
    def text(self) -> str:
        """What it says."""
        return text_of(self.words)


def segments(line: Line, wide: float = _CELL_GAP) -> list[Piece]:
    """Cut a line at its wide blanks; signs of money and per cent stay with their numbers.

    Args:
        line: The line.
        wide: How wide they are, as multiples of the height of its words.
    """
    height = max(median(word.height for word in line.words), 4.0)
    pieces: list[Piece] = []
    for word in line.words:
        if pieces:
            last = pieces[-1].words[-1]
            gap = word.left - last.right
            joined = last.text in _BEFORE and _starts_number(word.text) and gap < 12 * height
            closes = word.text in _AFTER and gap < 3 * height
            if gap < wide * height or joined or closes:
                pieces[-1].words.append(word)
                continue
        pieces.append(Piece([word]))
    return pieces


def _starts_number(text: str) -> bool:
    return text[:1].isdecimal() or text[:1] in "(-–—−" or text[:2].lstrip(".")[:1].isdecimal()


def blank(made: Sequence[Line]) -> float:
    """Return how wide an ordinary blank between two words is, as a multiple of their height; a typewriter's is wide."""
    gaps = [
        (after.left - before.right) / max(before.height, 4.0)
        for line in made
        for before, after in zip(line.words, line.words[1:], strict=False)
        if before.text.isalpha() and after.text.isalpha()
    ]
    return median(gaps) if len(gaps) >= _LEAST_GAPS else 0.0


def is_upright(found: Sequence[Word]) -> bool:
    """Tell whether words are written from below: each letter is then one by itself."""
    letters = sum(len(word.text) == 1 and word.text.isalpha() for word in found)
    return letters > 0.4 * len(found)
