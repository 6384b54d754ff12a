"""Tables of a PDF page with no lines drawn between their columns: wide blanks below one another part them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from ingest.load.build import one_line
from ingest.load.pdf.names import named
from ingest.load.pdf.pieces import Piece, blank, is_upright, segments
from ingest.load.pdf.rules import Rules
from ingest.load.pdf.table import Grid, Table, is_value
from ingest.load.pdf.words import Line, Word, text_of
from qa.lazy_regex import lazy_regex

# Of the height of a word: a wider blank lies between two cells.
_CELL_GAP = 0.85
_WIDEST_GAP = 1.8
_TIMES_A_BLANK = 1.5
_LEAST_RIVER_PT = 2.0
# Of the height of a line: rows further apart are of two tables.
_ROW_GAP = 3.2
_MOST_LINES_BETWEEN = 2
_PROSE_WORDS = 10
_MOST_COLUMNS = 40
_MOST_CELL_WORDS = 9
_LEAST_NUMBERS = 0.4
_LEAST_FILLED = 0.3
_LEAST_BANDS = 2
_LONGEST_LABEL, _LONGEST_VALUE = 40, 120
# Of the values below labels.
_MOST_SMALL = 0.25
_ADDRESS = lazy_regex(r"^\S+@\S+$|^(?:https?://|www\.)|^[\w.-]+\.[a-z]{2,}(?:/\S*)?$")
_LEADERS = lazy_regex(r"(?:[.·…_]\s?){4,}")


def between_blanks(made: Sequence[Line], drawn: Rules) -> Iterator[Table]:
    """Yield the tables among the lines of a page, from the top."""
    wide = max(_CELL_GAP, min(_WIDEST_GAP, _TIMES_A_BLANK * blank(made)))
    cut = [segments(line, wide) for line in made]
    width = max((line.right for line in made), default=0.0) - min((line.left for line in made), default=0.0)
    for start, stop in _runs(made, cut, width):
        yield from _tables_of(made[start:stop], cut[start:stop], drawn)


def _runs(made: Sequence[Line], cut: Sequence[list[Piece]], width: float) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of lines that may be a table: most of them have several pieces."""
    start: int | None = None
    last = 0
    for at, line in enumerate(made):
        several = len(cut[at]) > 1
        if start is not None:
            height = max(median(word.height for word in line.words), 5.0)
            apart = made[at - 1].bottom - line.top
            prose = not several and len(line.words) >= _PROSE_WORDS and line.right - line.left > 0.6 * width
            if apart > _ROW_GAP * height or prose or (not several and at - last > _MOST_LINES_BETWEEN):
                if last > start:
                    yield start, last + 1
                start = None
        if several:
            start = at if start is None else start
            last = at
    if start is not None and last > start:
        yield start, last + 1


def _tables_of(made: Sequence[Line], cut: Sequence[list[Piece]], drawn: Rules) -> Iterator[Table]:
    columns = _columns(cut)
    if not 2 <= len(columns) <= _MOST_COLUMNS or is_upright([word for line in made for word in line.words]):
        return
    grid, spans = _grid(cut, columns)
    if (labels := _labelled(grid)) and _are_labelled(labels):
        words = [word for row in grid for cell in row for word in cell]
        left, right = min(word.left for word in words), max(word.right for word in words)
        yield Table(labels, 0, words, (left, columns[0][1], right), names=("", ""), fields=True)
        return
    table = _joined(made, grid, spans, columns)
    table = named(table)
    if _is_table(table, drawn, made):
        yield table


def _columns(cut: Sequence[list[Piece]]) -> list[tuple[float, float]]:
    """Return where columns begin and end: the stretches that pieces cover, but for a few that go over several."""
    rows = [pieces for pieces in cut if len(pieces) > 1]
    several = sorted(len(pieces) for pieces in rows)
    most = several[int(0.75 * (len(several) - 1))]
    # Rows with most of the cells tell the columns; a title goes over several.
    telling = [pieces for pieces in rows if len(pieces) > most / 2]
    allowed = 0 if len(telling) < 4 else max(1, int(0.1 * len(telling)))
    events: list[tuple[float, int]] = []
    for pieces in telling:
        for piece in pieces:
            events += [(piece.left, 1), (piece.right, -1)]
    events.sort()
    columns: list[tuple[float, float]] = []
    depth, begun = 0, 0.0
    for x, step in events:
        before, depth = depth, depth + step
        if before <= allowed < depth:
            begun = x
        elif depth <= allowed < before:
            if columns and begun - columns[-1][1] < _LEAST_RIVER_PT:
                columns[-1] = (columns[-1][0], x)
            else:
                columns.append((begun, x))
    # A column that few rows fill.
    for pieces in telling:
        for piece in pieces:
            if all(piece.right < left or piece.left > right for left, right in columns):
                columns.append((piece.left, piece.right))
    columns.sort()
    apart: list[tuple[float, float]] = []
    for left, right in columns:
        if apart and left < apart[-1][1] + _LEAST_RIVER_PT:
            apart[-1] = (apart[-1][0], max(apart[-1][1], right))
        else:
            apart.append((left, right))
    return apart


def _grid(
    cut: Sequence[list[Piece]], columns: Sequence[tuple[float, float]]
) -> tuple[list[list[list[Word]]], dict[tuple[int, int], int]]:
    """Put the words of each line into columns, and tell which pieces go over several."""
    edges = [(before[1] + after[0]) / 2 for before, after in pairwise(columns)]
    grid: list[list[list[Word]]] = []
    spans: dict[tuple[int, int], int] = {}
    for row, pieces in enumerate(cut):
        cells: list[list[Word]] = [[] for _ in columns]
        for piece in pieces:
            over = [
                at
                for at, (left, right) in enumerate(columns)
                if min(piece.right, right) - max(piece.left, left) > 0.5 or left <= piece.left <= right
            ]
            if not over and row < len(cut) - 1 and (between := _over_gap(piece, columns)) is not None:
                # A title over the middle of two narrow columns touches neither.
                over = [between, between + 1]
            if len(over) > 1 and not _falls_apart(piece, edges[over[0] : over[-1]]):
                cells[over[0]] += piece.words
                spans[row, over[0]] = over[-1] - over[0] + 1
                continue
            for word in piece.words:
                at = (
                    sum(edge < word.centre for edge in edges)
                    if len(over) > 1
                    else (over or [_nearest(piece, columns)])[0]
                )
                cells[at].append(word)
        grid.append(cells)
    return grid, spans


def _labelled(grid: Sequence[list[list[Word]]]) -> Grid:
    """Return labels and values where cells are labels with their values below them, row after row of both; else none.

    A receipt is drawn so: each label with its value, then the one beside it. Of a table a whole row is drawn first, or
    a whole column.
    """
    firsts = [[cell[0].first if cell else None for cell in row] for row in grid]
    ends = [max((at for at in row if at is not None), default=-1) for row in firsts]

    def is_band(row: int) -> bool:
        both = [(label, value) for label, value in zip(firsts[row], firsts[row + 1], strict=True)]
        pairs = [(label, value) for label, value in both if label is not None and value is not None]
        order = [at for pair in pairs for at in pair]
        return len(pairs) > 1 and order == sorted(order)

    made: Grid = []
    at_column: dict[int, list[str]] = {}
    bands, row, drawn = 0, 0, -1
    while row < len(grid):
        begun = min((at for at in firsts[row] if at is not None), default=-1)
        if row + 1 < len(grid) and begun > drawn and is_band(row):
            at_column = {
                column: [text_of(label), text_of(value)]
                for column, (label, value) in enumerate(zip(grid[row], grid[row + 1], strict=True))
                if label or value
            }
            made += at_column.values()
            bands, row = bands + 1, row + 1
            drawn = max(ends[row - 1], ends[row])
        elif sum(at is not None for at in firsts[row]) > 1:
            # Names of columns in two lines are drawn so as well: rows of values follow them.
            return []
        else:
            for column, cell in enumerate(grid[row]):
                if cell:
                    # A value goes on, or a label by itself.
                    said = at_column.get(column)
                    if said is None:
                        return []
                    said[1] = f"{said[1]} {text_of(cell)}".strip()
        drawn = max(drawn, ends[row])
        row += 1
    return [[one_line(label), one_line(value)] for label, value in made] if bands >= _LEAST_BANDS else []


def _are_labelled(rows: Grid) -> bool:
    """Tell whether texts can be labels, and what stands below them their values, rather than their second lines.

    A second line begins with a small letter as a rule, a value seldom ("paid").
    """
    small = sum(value[:1].islower() and not _ADDRESS.search(value) for _, value in rows)
    return all(map(_is_labelled, rows)) and small <= _MOST_SMALL * len(rows)


def _is_labelled(row: Sequence[str]) -> bool:
    label, value = row
    return (
        label[:1].isalpha()
        and len(label) <= _LONGEST_LABEL
        and len(value) <= _LONGEST_VALUE
        and (not value or value[:1].isalnum() or value[:1] in "+-#($€£¥")
    )


def _over_gap(piece: Piece, columns: Sequence[tuple[float, float]]) -> int | None:
    """Return the first of two columns between which a text stands that is wider than either."""
    centre = (piece.left + piece.right) / 2
    for at, (one, other) in enumerate(pairwise(columns)):
        widest = max(one[1] - one[0], other[1] - other[0])
        if one[1] < centre < other[0] and piece.right - piece.left > widest and not is_value(piece.text):
            return at
    return None


def _nearest(piece: Piece, columns: Sequence[tuple[float, float]]) -> int:
    return min(
        range(len(columns)),
        key=lambda at: max(columns[at][0] - piece.right, piece.left - columns[at][1], 0.0),
    )


def _falls_apart(piece: Piece, edges: Sequence[float]) -> bool:
    """Tell whether a piece is several cells with narrow blanks between them, and no title over several columns."""
    if any(word.left < edge < word.right for word in piece.words for edge in edges):
        return False
    gaps = [after.left - before.right for before, after in zip(piece.words, piece.words[1:], strict=False)]
    crossing = [
        gap
        for gap, before, after in zip(gaps, piece.words, piece.words[1:], strict=False)
        if any(before.right <= edge <= after.left for edge in edges)
    ]
    others = [gap for gap in gaps if gap not in crossing]
    if len(crossing) < len(edges):
        return False
    numbers = all(is_value(word.text) for word in piece.words[1:])
    return numbers or not others or min(crossing) > 1.4 * max(others)


def _joined(
    made: Sequence[Line],
    grid: Sequence[list[list[Word]]],
    spans: dict[tuple[int, int], int],
    columns: Sequence[tuple[float, float]],
) -> Table:
    """Join lines that are one row: a cell that goes on below itself."""
    rows: list[list[list[Word]]] = []
    own: dict[tuple[int, int], int] = {}
    pending: list[Word] = []
    around = _around(made, grid)
    for at, cells in enumerate(grid):
        if at in around:
            if around[at] != at:
                continue
            cells = [grid[at - 1][0] + grid[at + 1][0], *cells[1:]]
        texts = [text_of(cell) for cell in cells]
        filled = [column for column, text in enumerate(texts) if text]
        wide = [column for column in filled if (at, column) in spans]
        if filled == [0] and not wide and rows and _goes_on(texts[0], rows[-1]):
            rows[-1][0] = rows[-1][0] + cells[0]
            continue
        if filled == [0] and not wide and at + 1 < len(grid) and _is_begun(grid, at):
            pending += cells[0]
            continue
        if pending:
            cells = [pending + cells[0], *cells[1:]]
            pending = []
        if (
            rows
            and filled
            and 0 not in filled
            and not wide
            and not any(is_value(texts[column]) for column in filled)
            and any(rows[-1][column] and not is_value(text_of(rows[-1][column])) for column in filled)
            and any(is_value(text_of(cell)) for cell in rows[-1])
        ):
            rows[-1] = [before + more for before, more in zip(rows[-1], cells, strict=True)]
            continue
        for column in wide:
            own[len(rows), column] = spans[at, column]
        rows.append(cells)
    words = [word for cells in grid for cell in cells for word in cell]
    plain = [[_plain(cell) for cell in row] for row in rows]
    edges = (columns[0][0], *[(a[1] + b[0]) / 2 for a, b in pairwise(columns)], columns[-1][1])
    return Table(plain, 0, words, edges, spans=own)


def _around(made: Sequence[Line], grid: Sequence[list[list[Word]]]) -> dict[int, int]:
    """Return the rows whose first cell takes two lines, half above and half below the others, by each of the lines."""
    found: dict[int, int] = {}
    for at in range(1, len(grid) - 1):
        above, own, below = grid[at - 1], grid[at], grid[at + 1]
        alone = above[0] and below[0] and not own[0] and not any(above[1:]) and not any(below[1:])
        if (
            alone
            and any(own[1:])
            and made[at - 1].middle - made[at + 1].middle < 3.2 * (made[at].top - made[at].bottom)
        ):
            found |= {at - 1: at, at: at, at + 1: at}
    return found


def _plain(cell: Sequence[Word]) -> str:
    return one_line(_LEADERS.sub("", text_of(cell)))


def _goes_on(text: str, above: list[list[Word]]) -> bool:
    """Tell whether a text under a row goes on with that row's first cell."""
    if not above[0] or not any(above[1:]):
        return False
    return text[:1].islower() or text[:1] in "(&"


def _is_begun(grid: Sequence[list[list[Word]]], at: int) -> bool:
    """Tell whether a text alone is the beginning of the next row's first cell."""
    below = grid[at + 1]
    said = text_of(below[0])
    return bool(said) and said[:1].islower() and any(below[1:]) and not text_of(grid[at][0]).endswith(":")


def _is_table(table: Table, drawn: Rules, made: Sequence[Line]) -> bool:
    body = table.body
    columns = len(table.edges) - 1
    filled = [cell for row in body for cell in row[1:] if cell]
    if len(body) < 2 or not filled or (columns == 2 and len(body) < 3):
        return False
    numbers = sum(map(is_value, filled)) / len(filled)
    words = [len(cell.split()) for row in body for cell in row if cell]
    several = [row for row in body if sum(map(bool, row)) > 1]
    share = len(filled) / (len(body) * max(1, columns - 1))
    between = _ruled_off(drawn, made)
    return (
        numbers >= (_LEAST_NUMBERS if not between else 0.1)
        and sum(words) / len(words) <= _MOST_CELL_WORDS
        and len(several) >= 0.5 * len(body)
        and share >= _LEAST_FILLED
    )


def _ruled_off(drawn: Rules, made: Sequence[Line]) -> bool:
    """Tell whether level lines stand over and below lines of text, or between them, and go over most of their width."""
    left, right = min(line.left for line in made), max(line.right for line in made)
    top, bottom = made[0].top, made[-1].bottom
    near = [
        rule
        for rule in drawn.level
        if bottom - 12 <= rule.at <= top + 12 and min(rule.last, right) - max(rule.first, left) > 0.6 * (right - left)
    ]
    return len({round(rule.at) for rule in near}) >= 2
