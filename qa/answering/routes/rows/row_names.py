"""What the rows of a table are called where an answer speaks of them. Pure functions."""

import re
from collections.abc import Sequence

from qa.answering.routes.footnotes import one_line
from qa.lazy_regex import lazy_regex
from qa.tables.column_kinds import names_people
from qa.tables.plan import Plan, ReadTable
from qa.tables.values import Column

# Of a longer cell the beginning is shown; its footnote opens the rest.
_CELL_CHARACTERS = 1_000
# Of fewer rows all columns tell them apart.
_FEW = 5
_LOOKED_AT = 50
_TIME_OF_DAY = lazy_regex(r"\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?(?:[ap]m|Uhr))?", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a cell, or the name of a column, on one line; a cell may be as long as a book."""
    line = one_line(text[: 2 * _CELL_CHARACTERS])
    return line if len(line) <= _CELL_CHARACTERS else f"{line[:_CELL_CHARACTERS].rstrip()}…"


def row_names(table: ReadTable, plan: Plan, rows: Sequence[int], *, people: bool = False) -> list[str]:
    """Return what rows are called, in their order; a person of several rows once.

    Where they would all be called the same, as the rows "where Category is Car" are, another column tells them apart:
    the first of texts, else the first of days, and one of a few states for all rows after these.
    Where none does, none is named.
    """
    each = [row_name(table, plan, row, people=people) for row in rows]
    if people:
        return list(dict.fromkeys(each))
    if len(each) < 2 or len(set(each)) > 1:
        return each
    found: list[tuple[bool, bool, list[str]]] = []
    for column in table.columns:
        cells = [plain(column.texts[row]) for row in rows]
        if column.kind in ("text", "date") and len(set(cells)) > 1 and all(cells):
            is_state = 2 * len(set(column.texts)) < len(column.texts)
            found.append((is_state, column.kind == "date", cells))
    return min(found, key=lambda one: one[:2])[2] if found else []


def row_name(table: ReadTable, plan: Plan, row: int, *, people: bool = False) -> str:
    """Return what a row is called: its cell in the column asked for, else in its first column that tells rows apart."""
    cells = table.stored.rows[row].cells
    if people and (person := _people_column(table)) is not None:
        return plain(cells[person])
    chosen = next((place for place in plan.select if place != plan.column), None)
    if chosen is not None and chosen != name_column(table):
        return plain(cells[chosen])
    return " ".join(plain(cells[place]) for place in name_columns(table))


def _people_column(table: ReadTable) -> int | None:
    """Return the first column that is called after people."""
    texts = [place for place, column in enumerate(table.columns) if column.kind == "text"]
    return next((place for place in texts if names_people(table.labels[place])), None)


def name_column(table: ReadTable) -> int | None:
    """Return the column that names the rows: the first of texts that differ, else the first of texts."""
    texts = [
        place for place, column in enumerate(table.columns) if column.kind == "text" and not _says_time_of_day(column)
    ]
    # Rows of months or days have nothing else that tells them apart.
    texts = texts or [place for place, column in enumerate(table.columns) if column.kind == "date"]
    for place in texts:
        filled = [text for text in table.columns[place].texts if text]
        if filled and len(set(filled)) == len(filled) == len(table.stored.rows):
            return place
    return texts[0] if texts else None


def _says_time_of_day(column: Column) -> bool:
    filled = [text for text in column.texts[:_LOOKED_AT] if text]
    return bool(filled) and all(_TIME_OF_DAY.fullmatch(text) for text in filled)


def name_columns(table: ReadTable) -> tuple[int, ...]:
    """Return the columns that name the rows for a reader: beside a code ("NV-45-0302") the one that says what it is."""
    first = name_column(table)
    if first is None:
        return ()
    beside = first + 1
    texts = table.columns[beside].texts if beside < len(table.columns) else ()
    is_said = len(texts) >= _FEW and len(set(texts)) == len(texts) and table.columns[beside].kind == "text"
    return (first, beside) if is_said and _is_code(table, first) and not _is_code(table, beside) else (first,)


def _is_code(table: ReadTable, place: int) -> bool:
    """Tell a column of codes from one of words: most of its cells hold a digit."""
    texts = table.columns[place].texts
    return 2 * sum(any(mark.isdecimal() for mark in text) for text in texts) > len(texts)
