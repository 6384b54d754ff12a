"""Separated values (.csv, .tsv): what parts their cells, and which row names the columns, if one does.

What banks export often has no such row, or has lines about the account above it; a booking is no name of a column.
"""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.load.build import TableRow, one_line
from ingest.load.fields import are_fields, field_of
from ingest.load.sheet.data_rows import is_data, is_shaped_alike
from ingest.load.sheet.header import labels
from qa.lazy_regex import lazy_regex

_DELIMITERS = ",;\t|"
_SNIFFED_CHARS = 20_000
_SNIFFED_ROWS = 50
# How far down the row of names is looked for, and how many rows below it say what the columns hold.
_MAX_ROWS_ABOVE = 20
_LOOKED_AT = 200
# The csv module stops at 131,072 characters a cell by default; the limit must fit a C long on every platform.
_MAX_CELL_CHARS = 2**31 - 1

_DAY = lazy_regex(r"\d{1,4}[./-]\d{1,2}[./-](?:\d{1,4})?(?:[ T]\d\d?:\d\d(?::\d\d)?)?")
_AMOUNT = lazy_regex(r"[-+]?\s?(?:[€$£]\s?)?[-+]?\d{1,3}(?:[.,' ]?\d{3})*[.,]\d\d(?:\s?(?:[€$£]|[A-Z]{3}))?-?")
_DAY_OR_AMOUNT = lazy_regex(f"{_DAY.pattern}|{_AMOUNT.pattern}")
# What Excel reads, and does not show.
_TOLD = lazy_regex(r"\A\ufeff?sep=([^\r\n\"])[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
_DECIMALS_ALONE = lazy_regex(r"(?<!\d),|,(?!\d)")


def rows(content: str, *, tabs: bool) -> list[TableRow]:
    """Return the rows of a file, with the names of the columns where a row gives them."""
    told = _TOLD.match(content)
    # The line stays one, so that rows keep the sheet's numbers.
    content = content[told.end() :] if told else content
    read = _cells(content, delimiter=told[1] if told else _delimiter(content, tabs=tabs))
    cleaned = ((number, [one_line(cell) for cell in row]) for number, row in enumerate(read, 2 if told else 1))
    filled = [(number, row) for number, row in cleaned if any(row)]
    if are_fields([row for _, row in filled]):
        return [TableRow(number, field_of(row)) for number, row in filled]
    at = _header(filled)
    if at is None:
        return [TableRow(number, _said(row)) for number, row in filled]
    above = [TableRow(number, _said(row)) for number, row in filled[:at]]
    columns = tuple(filled[at][1])
    return above + [TableRow(number, row, columns) for number, row in _continued(filled[at + 1 :])]


def _continued(rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Join rows that only go on with the one above: a bank's export puts what a payment is for on several.

    Such a table has a column of days and one of amounts. A row that has neither, and words alone in columns that are
    filled above, is no row of its own; in a table with a single column of words it may name what follows.
    """
    width = max((len(row) for _, row in rows), default=0)
    kinds = [_kind_of([row[column] for _, row in rows if column < len(row)]) for column in range(width)]
    if not {"day", "amount"} <= set(kinds):
        return list(rows)
    joined: list[tuple[int, list[str]]] = []
    last = -1
    for number, row in rows:
        said = [column for column, cell in enumerate(row) if cell]
        above = joined[-1][1] if joined else []
        words = [column for column, cell in enumerate(above) if cell and not kinds[column]]
        goes_on = (
            number == last + 1
            and len(said) < len(words)
            and all(column in words and not _DAY_OR_AMOUNT.fullmatch(row[column]) for column in said)
        )
        if goes_on:
            for column in said:
                above[column] += f" {row[column]}"
        else:
            joined.append((number, list(row)))
        last = number
    return joined


def _kind_of(cells: Sequence[str]) -> str:
    """Return whether most of a column's cells are days or amounts; "" for neither."""
    filled = list(filter(None, cells))
    for kind, pattern in (("day", _DAY), ("amount", _AMOUNT)):
        if 4 * sum(pattern.fullmatch(cell) is not None for cell in filled) >= 3 * len(filled) > 0:
            return kind
    return ""


def _said(row: Sequence[str]) -> Sequence[str]:
    """Return a row that says one thing by its name ("Account:", "DE12…") as one cell."""
    said = [cell for cell in row if cell]
    return [" ".join(said)] if len(said) > 1 and _names_itself(said) else row


def _names_itself(row: Sequence[str]) -> bool:
    return row[0].endswith(":") and not any(cell.endswith(":") for cell in row[1:])


def _header(filled: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    """Return which row names the columns: two names or more, none of them data, over most of what stands below.

    Lines about an account are parted from the table by a blank one, so a row that others follow at once goes first.
    """
    found = []
    for at, (number, row) in enumerate(filled[:-1][:_MAX_ROWS_ABOVE]):
        below = [one for _, one in filled[at + 1 : at + 1 + _LOOKED_AT]]
        if sum(map(bool, row)) < 2 or _names_itself(row) or not labels(row, below):
            continue
        follows = filled[at + 1][0] == number + 1
        if not is_data(row, below):
            if follows:
                return at
            found.append(at)
        elif follows and not found and _is_as_wide(row, below) and is_shaped_alike(row, below[0]):
            # The table begins here, without names: what is below says no more of them.
            return None
    return found[0] if found else None


def _is_as_wide(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row has as many filled cells as most of those below it."""
    width = sum(map(bool, row))
    return 2 * sum(sum(map(bool, one)) <= width for one in below) > len(below)


def _cells(content: str, *, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_MAX_CELL_CHARS)
    return csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)


def _delimiter(content: str, *, tabs: bool) -> str:
    """Return the delimiter: a tab if the file's name says so, else the one that gives rows of equal length.

    If several do, the sniffer's choice counts, then the most frequent one.
    """
    sample = content[:_SNIFFED_CHARS]
    lines = [line for line in sample.split("\n") if line.strip()][: _MAX_ROWS_ABOVE + 1]
    first = lines[0] if lines else ""
    if tabs and "\t" in content:
        return "\t"
    # The sniffer guesses from quotes alone, and can take a delimiter that the first line lacks, or one within cells.
    try:
        sniffed = csv.Sniffer().sniff(sample, delimiters=_DELIMITERS).delimiter
    except csv.Error:
        sniffed = ""
    # Above the table there may be a line with none.
    found = [mark for mark in _DELIMITERS if mark in first] or [
        m for m in _DELIMITERS if any(m in one for one in lines)
    ]
    if len(found) > 1 and "," in found and not _DECIMALS_ALONE.search(sample):
        # Every comma stands between digits, so it parts decimals.
        found.remove(",")
    return max(found, key=lambda mark: (_parts_alike(sample, mark), mark == sniffed, first.count(mark)), default=",")


def _parts_alike(sample: str, mark: str) -> bool:
    """Tell whether a delimiter splits nine in ten of the first rows into the same number of cells, at least two."""
    try:
        parted = list(itertools.islice(csv.reader(io.StringIO(sample, newline=""), delimiter=mark), _SNIFFED_ROWS))
    except csv.Error:
        return False
    # The last one may be cut in the middle.
    widths = Counter(len(row) for row in (parted[:-1] or parted) if row)
    if not widths:
        return False
    width, often = widths.most_common(1)[0]
    return width > 1 and 10 * often >= 9 * widths.total()
