"""A cell whose column is called otherwise than a question asks for it, as a model reads both.

"How many days could the boats not go out in January 2023?" names a row by its month and year, and no column: that
"days_without_sailing" is meant no word tells. The model that selects sentences reads each cell of the row as one. Who
did something it does not tell: a skipper reads like an owner.
"""

import re
from collections.abc import Sequence

import numpy as np

from qa.answering.routes.rows.row_names import plain
from qa.lazy_regex import lazy_regex
from qa.models.answer_selection import Candidate, Select
from qa.models.token_vectors import READS
from qa.tables.plan import Condition, Plan, ReadTable
from qa.text.language import by_small_words

# Log-odds that the cell answers, and by how much more than the next one: with less another column may be meant.
_LEAST, _APART = 0.0, 1.5
_MOST_CELLS = 24
_FEWEST_ROWS = 2
_WHO = lazy_regex(r"\b(?:who|whom|whose)\b", re.IGNORECASE)

Row = tuple[ReadTable, tuple[Condition, ...]]


async def cell_by_meaning(question: str, named: Sequence[Row], select: Select) -> tuple[ReadTable, Plan] | None:
    """Return which cell answers, as a table and what to list of it; None where none surely does.

    Args:
        question: A standalone one.
        named: Tables, each with the cells that the question names.
        select: Reads sentences with a question.
    """
    if by_small_words(question) not in (READS, "") or _WHO.search(question):
        return None
    cells = [
        (table, where, place, row)
        for table, where in named
        if table.stored.language in (READS, "") and (row := _only_row(table, where)) is not None
        for place in _asked(table, where, row)
    ]
    if not 0 < len(cells) <= _MOST_CELLS:
        return None
    candidates = [Candidate(_said(*cell)) for cell in cells]
    odds = await select(question, candidates)
    if odds is None:
        return None
    best, *others = np.argsort(-odds)
    if odds[best] < _LEAST or (others and odds[best] - odds[others[0]] < _APART):
        return None
    table, where, place, _ = cells[best]
    return table, Plan("list", where=where, select=(place,))


def _only_row(table: ReadTable, where: Sequence[Condition]) -> int | None:
    """Return the row that cells name, None for none, or where these columns do not tell all rows apart.

    The only movement of a part to "C05" is not what C05 is.
    """
    keys = list(zip(*(table.columns[item.column].texts for item in where), strict=True))
    wanted = tuple(item.value for item in where)
    is_key = len(set(keys)) == len(keys) >= _FEWEST_ROWS
    return keys.index(wanted) if is_key and wanted in keys else None


def _asked(table: ReadTable, where: Sequence[Condition], row: int) -> list[int]:
    """Return the columns of a row that may be asked for."""
    held = {item.column for item in where}
    return [place for place, cell in enumerate(table.stored.rows[row].cells) if cell and place not in held]


def _said(table: ReadTable, where: Sequence[Condition], place: int, row: int) -> str:
    """Return a cell as a sentence might say it: "January 2023: days without sailing: 14"."""
    cells = table.stored.rows[row].cells
    names = " ".join(plain(cells[item.column]) for item in where)
    return f"{names}: {table.labels[place].replace('_', ' ')}: {plain(cells[place])}"
