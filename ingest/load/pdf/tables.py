"""Tables of a PDF page: cells between drawn lines are found by these, others by the blanks between their words.

What is not surely a table stays lines of text.
"""

import unicodedata
from bisect import bisect
from collections.abc import Sequence

from ingest.load.build import one_line
from ingest.load.pdf.beside import labelled
from ingest.load.pdf.blanks import between_blanks
from ingest.load.pdf.names import named
from ingest.load.pdf.pieces import is_upright, regions, segments
from ingest.load.pdf.rules import Frame, Rules, cell_at, frames
from ingest.load.pdf.table import Grid, Table, is_leader, is_value
from ingest.load.pdf.words import Line, Word, in_reading_order, lines, text_of

_MOST_WORDS = 6_000
_MOST_CELL_CHARS = 1_500
_MOST_COPIES = 2.5
_LEAST_DOTS = 12
_FEW_ROWS = 4
_HEAP_LINES = 6


def tables(found: Sequence[Word], drawn: Rules) -> list[Table]:
    """Return the tables of a page from the top, also those whose columns nothing names."""
    if not found or len(found) > _MOST_WORDS or _is_from_the_right(found):
        return []
    made: list[Table] = []
    dots = sum(word.text == "." for word in found) >= _LEAST_DOTS
    rest = [word for word in found if not (is_leader(word) and (dots or word.text != "."))]
    for frame in sorted(frames(drawn), key=lambda one: -one.ys[0]):
        left, bottom, right, top = frame.box
        inside = [word for word in rest if left <= word.centre <= right and bottom <= _middle(word) <= top]
        table = _enclosed(frame, inside) if inside else None
        if table:
            made.append(table)
            taken = {id(word) for word in inside}
            rest = [word for word in rest if id(word) not in taken]
    for part in regions(rest):
        made += between_blanks(part, drawn)
    taken = {id(word) for table in made if table.names for word in table.words}
    made += labelled(lines([word for word in rest if id(word) not in taken]))
    return sorted(made, key=lambda one: -one.top)


def _is_from_the_right(found: Sequence[Word]) -> bool:
    """Tell whether many words are of scripts that are read from the right; their tables stay lines of text."""
    return sum(unicodedata.bidirectional(word.text[0]) in ("R", "AL") for word in found) > 0.2 * len(found)


def _middle(word: Word) -> float:
    return (word.bottom + word.top) / 2


def _enclosed(frame: Frame, found: Sequence[Word]) -> Table | None:
    held: dict[tuple[int, int], list[Word]] = {}
    for word in found:
        if at := cell_at(frame, word.centre, _middle(word)):
            held.setdefault(at, []).append(word)
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    used = {column for _, column in held}
    if len(used) < 2 or len(held) < 4 or _is_finer(lines(found), len(used)) or is_upright(found):
        return None
    if _are_heaps(held, rows):
        return None
    said = {at: one_line(text_of(in_reading_order(inside))) for at, inside in held.items()}
    if max(map(len, said.values())) > _MOST_CELL_CHARS:
        return None
    grid: Grid = []
    spans: dict[tuple[int, int], int] = {}
    for row in range(rows):
        split = _under(frame, held, row) or _split(frame, held, row)
        if split:
            grid += split
            continue
        owners = [frame.merged.get((row, column), (row, column)) for column in range(columns)]
        cells = [said.get(owner, "") for owner in owners]
        # What stands in a cell over all columns is a title, said once.
        if len({owner for owner, cell in zip(owners, cells, strict=True) if cell}) == 1 and len(set(owners)) == 1:
            if owners[0][0] == row:
                grid.append([cells[0], *[""] * (columns - 1)])
                spans[len(grid) - 1, 0] = columns
            continue
        for column, owner in enumerate(owners):
            if owner[0] == row and owner[1] == column:
                wide = sum(one == owner for one in owners)
                if wide > 1:
                    spans[len(grid), column] = wide
        grid.append(cells)
    kept = [column for column in range(columns) if any(row[column] for row in grid)]
    grid = [[row[column] for column in kept] for row in grid if any(row)]
    filled = sum(bool(cell) for row in grid for cell in row)
    # The lines of a chart enclose a few words over and over.
    if len(grid) < 2 or len(kept) < 2 or filled > _MOST_COPIES * len(held):
        return None
    return named(Table(grid, 0, list(found), frame.xs, ruled=True, spans=spans))


def _are_heaps(held: dict[tuple[int, int], list[Word]], rows: int) -> bool:
    """Tell whether the few rows between lines are many of a table: several cells of a row hold many lines."""
    if rows > _FEW_ROWS:
        return False
    high = {
        row
        for row, _ in held
        if sum(len(lines(found)) >= _HEAP_LINES for at, found in held.items() if at[0] == row) > 1
    }
    return bool(high)


def _is_finer(made: Sequence[Line], columns: int) -> bool:
    """Tell whether lines have more cells than lie between the drawn lines: these part groups of columns."""
    pieces = [len(segments(line)) for line in made]
    return sum(count > columns for count in pieces) > 0.5 * len(pieces)


def _under(frame: Frame, held: dict[tuple[int, int], list[Word]], row: int) -> Grid:
    """Return the lines of a row without upright lines whose cells stand under those of a header; else none."""
    columns = len(frame.xs) - 1
    if any(frame.merged.get((row, column)) != (row, 0) for column in range(1, columns)):
        return []
    cells = []
    for line in lines(held.get((row, 0), [])):
        one: list[list[Word]] = [[] for _ in range(columns)]
        for piece in segments(line):
            at = max(0, min(columns - 1, bisect(frame.xs, (piece.left + piece.right) / 2) - 1))
            one[at] += piece.words
        cells.append([one_line(text_of(each)) for each in one])
    return cells if any(sum(map(bool, one)) > 1 for one in cells) else []


def _split(frame: Frame, held: dict[tuple[int, int], list[Word]], row: int) -> Grid:
    """Return the lines of a row that holds several rows of a table with no lines drawn between them; else none."""
    columns = range(len(frame.xs) - 1)
    if any((row, column) in frame.merged for column in columns):
        return []
    parts = [[text_of(line.words) for line in lines(held.get((row, column), []))] for column in columns]
    counts = [len(part) for part in parts if part]
    if len(counts) < 2 or max(counts) < 3:
        return []
    made = lines([word for column in columns for word in held.get((row, column), [])])
    cells = []
    for line in made:
        one = [[] for _ in columns]  # type: list[list[Word]]
        for word in line.words:
            if at := cell_at(frame, word.centre, _middle(word)):
                one[at[1]].append(word)
        cells.append([one_line(text_of(each)) for each in one])
    if len(set(counts)) == 1 and len(made) == counts[0]:
        return cells
    values = [cell for one in cells for cell in one[1:] if cell]
    together = sum(sum(map(bool, one)) > 1 for one in cells)
    numbers = sum(map(is_value, values))
    return cells if together >= 0.5 * len(cells) and 2 * numbers >= len(values) else []
