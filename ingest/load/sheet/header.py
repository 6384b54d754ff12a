"""Which rows of a sheet name its columns, and what they say of each."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ingest.load.sheet.parts import Merged
from qa.lazy_regex import lazy_regex

_MAX_ROWS_ABOVE = 20
_MOST_COLUMNS = 16_384  # of Excel
MOST_HEADER_ROWS = 4
_DAY = lazy_regex(r"\d{4}-\d\d-\d\d")


class Cell(NamedTuple):
    """A cell's text, whether it can name a column, and the number with all its digits where the text rounds it."""

    text: str
    is_name: bool
    exact: str = ""


def header(
    pairs: Sequence[tuple[int, Sequence[Cell]]], spans: Mapping[int, Sequence[Merged]]
) -> tuple[int, int, list[str]] | None:
    """Find the rows that name the columns: two cells or more, all of them names, above most cells that follow.

    A name that spans several columns stands over each of them, and the names of several rows are joined: "Q1 › Sales".

    Returns:
        The first such row's place, how many there are, and the names; None where nothing names the columns.
    """
    rows = [row for _, row in pairs]
    for at, row in enumerate(rows[:-1][:_MAX_ROWS_ABOVE]):
        number = pairs[at][0]
        names = _spread(row, spans.get(number, ()))
        if not are_names(row) or not labels(names, [[c.text for c in one] for one in rows[at + 1 :]]):
            continue
        tall = {one.column for one in spans.get(number, ()) if one.last_row > one.row}
        if _is_data(row, rows[at + 1 :], tall):
            return None
        depth = 1
        while at + depth < len(rows) - 1 and depth < MOST_HEADER_ROWS and _goes_on(rows, pairs, at + depth, spans):
            is_merged = any(one.last_column > one.column for one in spans.get(number, ()))
            above = names if is_merged else _forward(rows[at + depth - 1], rows[at + depth], names)
            names = _joined(above, _spread(rows[at + depth], spans.get(pairs[at + depth][0], ())))
            depth += 1
        return at, depth, names
    return None


def _goes_on(
    rows: Sequence[Sequence[Cell]],
    pairs: Sequence[tuple[int, Sequence[Cell]]],
    at: int,
    spans: Mapping[int, Sequence[Merged]],
) -> bool:
    """Tell whether a row names columns further: it divides names that span several, or stands over numbers alone."""
    row, above = rows[at], rows[at - 1]
    if not are_names(row):
        return False
    below = rows[at + 1 : at + 1 + _MAX_ROWS_ABOVE]
    over_numbers = [
        any(column < len(one) and one[column].text and not one[column].is_name for one in below)
        for column, cell in enumerate(row)
        if cell.text and not (column < len(above) and above[column].text == cell.text)
    ]
    wide = [one for one in spans.get(pairs[at - 1][0], ()) if one.last_column > one.column]
    if wide:
        divides = any(one.column <= c <= one.last_column for one in wide for c, cell in enumerate(row, 1) if cell.text)
        only_texts = all(cell.is_name for one in below for cell in one if cell.text)
        return divides and (any(over_numbers) or only_texts)
    divides = any(
        cell.text and not (column < len(above) and above[column].text) and any(c.text for c in above[:column])
        for column, cell in enumerate(row)
    )
    return divides and bool(over_numbers) and 2 * sum(over_numbers) >= len(over_numbers)


def _spread(row: Sequence[Cell], spans: Sequence[Merged]) -> list[str]:
    """Return a row's texts, each over all the columns that it spans."""
    texts = [cell.text for cell in row]
    for one in spans:
        if one.column <= len(texts) and (text := texts[one.column - 1]):
            last = min(one.last_column, _MOST_COLUMNS)
            texts += [""] * (last - len(texts))
            texts[one.column - 1 : last] = [text] * (last - one.column + 1)
    return texts


def _forward(above: Sequence[Cell], below: Sequence[Cell], names: Sequence[str]) -> list[str]:
    """Return names, each also over the blank cells right of it under which a row names something."""
    spread = list(names) + [""] * (len(below) - len(names))
    for column in range(1, len(below)):
        if below[column].text and not (column < len(above) and above[column].text):
            spread[column] = spread[column] or spread[column - 1]
    return spread


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    names = []
    for upper, lower in itertools.zip_longest(above, below, fillvalue=""):
        last = upper.rpartition(" › ")[2]
        names.append(f"{upper} › {lower}" if upper and lower and lower != last else upper or lower)
    return names


def _is_data(row: Sequence[Cell], below: Sequence[Sequence[Cell]], tall: Collection[int] = ()) -> bool:
    """Tell whether a row of texts is no header but one of the rows: it has a day where all have one, or repeats.

    Args:
        row: The row.
        below: The rows that follow.
        tall: Its cells, by column from 1, that go on into the next rows.
    """
    recurring = 0
    for column, cell in enumerate(row):
        if not cell.text or column + 1 in tall:
            continue
        others = [one[column].text for one in below if column < len(one) and one[column].text]
        if others and _DAY.match(cell.text) and all(map(_DAY.match, others)):
            return True
        recurring += others.count(cell.text) > (2 if column else 1)
    texts = [cell.text for cell in row]
    repeats = any([cell.text for cell in one][: len(texts)] == texts for one in below)
    return recurring > 0 and not repeats


def are_names(row: Sequence[Cell]) -> bool:
    """Tell whether a row has two cells or more, and each of them can name a column."""
    names = [cell.is_name for cell in row if cell.text]
    return len(names) > 1 and all(names)


def labels(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the headers stand over more than half of the filled cells of the rows."""
    filled = [column for row in rows for column, cell in enumerate(row) if cell]
    labelled = [column < len(headers) and bool(headers[column]) for column in filled]
    return sum(labelled) * 2 > len(labelled)
