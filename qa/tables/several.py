"""Tables of the same columns as one, such as two price lists. Pure functions."""

from collections.abc import Sequence
from dataclasses import replace

from qa.tables.plan import ReadTable, read_table
from qa.tables.values import folded

# More are a series, of which each is about another time or place.
_MOST = 6
_MOST_ROWS = 20_000


def joined(tables: Sequence[ReadTable]) -> ReadTable | None:
    """Return one table with the rows of several; None where their columns differ, or where they are too many.

    Columns must be called the same in the same order, so that no price in euros stands among prices in pounds.
    """
    first = tables[0].stored
    columns = [folded(column) for column in first.columns]
    alike = all([folded(column) for column in table.stored.columns] == columns for table in tables)
    kinds = {tuple(column.kind for column in table.columns) for table in tables}
    rows = tuple(row for table in tables for row in table.stored.rows)
    if not alike or len(kinds) > 1 or len(tables) > _MOST or len(rows) > _MOST_ROWS:
        return None
    named = ", ".join(dict.fromkeys(table.stored.name for table in tables))
    titles = " ".join(dict.fromkeys(table.stored.title for table in tables))
    return read_table(replace(first, source=named, title=titles, sheet="", rows=rows, in_text=False))
