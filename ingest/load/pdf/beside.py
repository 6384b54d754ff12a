"""Labels of a PDF page with their values beside them, where the file holds all labels first and the values elsewhere.

Heads of invoices and letters are made so: "Date:", "Due:", then "3 May", "17 May". Read on as the file holds them, no
value would stand with its name.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.load.build import one_line
from ingest.load.fields import are_fields, is_name
from ingest.load.pdf.pieces import Piece, segments
from ingest.load.pdf.table import Table
from ingest.load.pdf.words import Line, Word

_NEAR_PT = 3.0
# Of the height of a line: labels further apart belong to different groups.
_APART = 3.2
# Of the height of a word: a wider blank lies between a label and its value.
_GAP = 0.85
_LEAST_PAIRS = 2
_LEAST_SHARE = 0.5
# Characters that PDFium puts between two words of a line, or of two lines.
_BETWEEN = 2
_MOST_PAIRS = 400

Pair = tuple[Line, Piece, Piece]


def labelled(made: Sequence[Line]) -> Iterator[Table]:
    """Yield groups of labels and values as tables without names of columns.

    Args:
        made: The lines of a page that stand in no table, from the top.
    """
    cut = [(line, [*_pieces(line)]) for line in made if _is_drawn_apart(line)]
    pairs = [
        (line, label, value)
        for line, pieces in cut
        for label, value, after in zip(pieces, pieces[1:], [*pieces[2:], None], strict=False)
        if _are_apart(label.words[-1], value.words[0])
        and not value.text.endswith(":")
        # Of several values in a row none would stay with the others.
        and (after is None or is_name(after.text))
    ]
    if not _LEAST_PAIRS <= len(pairs) <= _MOST_PAIRS:
        return
    used: set[int] = set()
    # What ends in a colon is surely a label, and no value of what stands left of it.
    for group in sorted(_groups(pairs), key=lambda one: not all(label.text.endswith(":") for _, label, _ in one)):
        words = [id(word) for _, label, value in group for word in (*label.words, *value.words)]
        rows = [[one_line(label.text), one_line(value.text)] for _, label, value in group]
        if used.isdisjoint(words) and _are_together(group, pairs) and are_fields(rows) and _are_values(rows):
            used.update(words)
            yield _table(group, rows, made)


def _are_together(group: Sequence[Pair], pairs: Sequence[Pair]) -> bool:
    """Tell whether a group's words follow one another in the file, the ones before the others, with other pairs' words.

    What stands beside a label in another column of prose is drawn long after it.
    """
    words = [word for _, label, value in group for word in (*label.words, *value.words)]
    start, end = min(word.first for word in words), max(word.last for word in words)
    near = {id(word): word for _, label, value in pairs for word in (*label.words, *value.words)}
    own = sum(word.last - word.first for word in near.values() if start <= word.first < end)
    return own >= _LEAST_SHARE * (end - start)


def _are_values(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether what stands behind labels is such; behind labels without colons, whether most hold numbers."""
    values = [value for _, value in rows]
    numbers = sum(any(map(str.isdecimal, value)) for value in values)
    colons = all(label.endswith(":") for label, _ in rows)
    return all(any(map(str.isalnum, value)) for value in values) and (colons or 2 * numbers > len(values))


def _is_drawn_apart(line: Line) -> bool:
    """Tell whether two neighbours of a line do not follow one another in the file."""
    return any(_are_apart(before, after) for before, after in pairwise(line.words))


def _pieces(line: Line) -> Iterator[Piece]:
    """Yield the pieces of a line between wide blanks; a value may stand close behind its label."""
    for piece in segments(line, _GAP):
        start = 0
        for at, (word, after) in enumerate(pairwise(piece.words), start=1):
            if word.text.endswith(":") and _are_apart(word, after):
                yield Piece(piece.words[start:at])
                start = at
        yield Piece(piece.words[start:])


def _are_apart(before: Word, after: Word) -> bool:
    return not 0 <= after.first - before.last <= _BETWEEN


def _groups(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Yield pairs one below another whose labels begin or end at one place, and whose values do."""
    for column in _aligned(pairs, 1):
        for group in _aligned(column, 2):
            run = [group[0]]
            for pair in group[1:]:
                line, before = pair[0], run[-1][0]
                if before.bottom - line.top > _APART * (line.top - line.bottom):
                    if len(run) >= _LEAST_PAIRS:
                        yield run
                    run = []
                run.append(pair)
            if len(run) >= _LEAST_PAIRS:
                yield run


def _aligned(pairs: Sequence[Pair], part: int) -> list[list[Pair]]:
    """Put pairs together whose labels, or values, begin or end at about the same place."""
    columns: list[tuple[float, float, list[Pair]]] = []
    for pair in pairs:
        piece: Piece = pair[part]  # type: ignore[assignment]
        for left, right, column in columns:
            if abs(piece.left - left) <= _NEAR_PT or abs(piece.right - right) <= _NEAR_PT:
                column.append(pair)
                break
        else:
            columns.append((piece.left, piece.right, [pair]))
    return [column for *_, column in columns]


def _table(group: Sequence[Pair], rows: list[list[str]], made: Sequence[Line]) -> Table:
    """Return a group as a table; a value that goes on in the next line without a label is one."""
    words = [word for _, label, value in group for word in (*label.words, *value.words)]
    below = {id(line): at for at, line in enumerate(made)}
    taken = {id(line) for line, *_ in group}
    for row, (line, label, value) in zip(rows, group, strict=True):
        at = below[id(line)] + 1
        while at < len(made) and id(made[at]) not in taken and line.bottom - made[at].top < line.top - line.bottom:
            line = made[at]
            more = next((piece for piece in _pieces(line) if abs(piece.left - value.left) <= _NEAR_PT), None)
            if more is None or any(label.left < word.right and word.left < label.right for word in line.words):
                break
            row[1] = one_line(f"{row[1]} {more.text}")
            words += more.words
            taken.add(id(line))
            at += 1
    left, right = min(word.left for word in words), max(word.right for word in words)
    return Table(rows, 0, words, (left, group[0][2].left, right), names=("", ""))
