"""Which rows of a PDF's table name its columns, and what they say of each."""

from collections.abc import Iterator, Sequence

from ingest.load.build import one_line
from ingest.load.pdf.table import Grid, Table, is_label, is_value
from qa.lazy_regex import lazy_regex

_MOST_HEADER_ROWS = 5
_LEAST_NAMED = 0.75
_MOST_LABEL_CHARS = 45
_YEAR = lazy_regex(r"(?:(?:FY|Q[1-4]|H[12])\s?)?(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?[a-z*]?")


def named(table: Table) -> Table:
    """Tell which rows name the columns, and their names."""
    rows = table.rows
    columns = len(rows[0])
    head = _head(table)
    if 0 < head < len(rows):
        table.head = _without_labels(rows, head)
    elif table.ruled and _are_labels(rows[0]) and len(rows) > 2:
        # Where all cells are words, lines tell that the first row is apart.
        table.head = 1
    if table.head:
        table.names = tuple(_names(table, columns))
        if not _name_columns(table):
            table.head, table.names = 0, ()
    return table


def _head(table: Table) -> int:
    """Return how many rows stand above the first that holds values; 0 where that is the first, or none does."""
    rows = table.rows
    for at, row in enumerate(rows[: _MOST_HEADER_ROWS + 1]):
        values = [cell for cell in row[1:] if cell]
        numbers = [cell for cell in values if is_value(cell)]
        if numbers and not all(_YEAR.fullmatch(cell) for cell in numbers):
            return at
        if numbers and len(numbers) == len(values) and row[0] and at and any(rows[at - 1][1:]):
            # Years under names are values.
            return at
        if at and any(row[1:]) and any(rows[at - 1][1:]) and not _goes_over(table, at) and _is_apart(table, at):
            return at
    return 0


def _is_apart(table: Table, row: int) -> bool:
    """Tell whether a row of words is no further row of names: a line parts it from them, or both are whole rows."""
    above, own = table.rows[row - 1], table.rows[row]
    if table.ruled:
        return True
    goes_on = sum(cell[:1].islower() or cell[:1] in "(&%/" for cell in own if cell)
    return all(above) and all(own) and 2 * goes_on < len(own)


def _goes_over(table: Table, row: int) -> bool:
    """Tell whether a name in a row above goes over several columns, or down into the row itself."""
    wide = any(above < row for above, _ in table.spans)
    return wide or any(
        cell and cell == before for cell, before in zip(table.rows[row], table.rows[row - 1], strict=True)
    )


def _are_short(row: Sequence[str]) -> bool:
    return all(len(cell) <= 2 * _MOST_LABEL_CHARS for cell in row)


def _are_labels(row: Sequence[str]) -> bool:
    """Tell whether a row of words can name columns: short ones, no two alike, none with a colon behind it."""
    return (
        len(row) > 1
        and all(row)
        and len(set(row)) == len(row)
        and all(len(cell) <= _MOST_LABEL_CHARS and not cell.endswith((":", ".")) for cell in row)
        and not any(is_value(cell) and not _YEAR.fullmatch(cell) for cell in row)
    )


def _name_columns(table: Table) -> bool:
    """Tell whether names are such: most columns have one, and none is a sentence."""
    names = table.names
    body = table.body
    named = [name for name in names[1:] if name]
    fragments = [row[0] for row in body if row[0]]
    return (
        len(named) >= _LEAST_NAMED * (len(names) - 1)
        and len(body) > 1
        and not any(is_value(name) and not _YEAR.fullmatch(name) for name in names if name and len(names) == 2)
        and not any(cell.endswith(":") for row in table.rows[: table.head] for cell in row[:1])
        and not any(sum(len(part) == 1 and part.isalpha() for part in name.split()) > 2 for name in named)
        # A name that goes down into the rows is none.
        and not (
            table.ruled
            and any(cell and cell == above for cell, above in zip(body[0], table.rows[table.head - 1], strict=True))
        )
        and not (table.ruled and table.head == 1 and not _are_short(table.rows[0]))
        and not any(name.endswith(".") and len(name) > _MOST_LABEL_CHARS for name in names)
        and sum(len(name) > 1 for name in named) >= 0.5 * len(named)
        and sum(len(one.replace(" ", "")) == 1 and one.isalpha() for one in fragments) <= 0.2 * len(fragments)
    )


def _without_labels(rows: Grid, head: int) -> int:
    """Return how many rows name columns: a text alone below the names stands over the rows that follow."""
    named = max((at for at in range(head) if any(rows[at][1:])), default=-1)
    while named > 0 and is_label(rows[named]) and max(rows[named], key=len).endswith(":"):
        named -= 1
    return named + 1


def _names(table: Table, columns: int) -> Iterator[str]:
    """Yield the name of each column: what stands over it, one row below another, titles over several first."""
    above: list[list[str]] = [[] for _ in range(columns)]
    for row in range(table.head):
        cells = table.rows[row]
        filled = [column for column, cell in enumerate(cells) if cell]
        if filled == [0] and (table.spans.get((row, 0), 1) > 1 or row == 0) and table.head > 1:
            # A title over the whole table is none of a column's.
            continue
        for column, cell in enumerate(cells):
            wide = table.spans.get((row, column), 1)
            for over in range(column, min(columns, column + wide)):
                text = cell
                if text and (not above[over] or above[over][-1] != text):
                    above[over].append(text if wide == 1 else text + " ›")
    for parts in above:
        yield one_line(" ".join(parts)).removesuffix(" ›")
