"""Tables of texts whose cells are merged: what stands in a merged cell holds for each of its rows and columns."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.load.build import TextBuilder
from qa.tables.values import read_number


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with its first column, counted from 0, the columns it spans, and whether it goes on from the row above."""

    text: str
    column: int
    span: int = 1
    goes_on: bool = False


def _captions(rows: list[list[Placed]]) -> Iterator[str]:
    """Take rows that are one cell over all columns off the top of a table; as headers they would stand in every cell.

    Blank cells at both sides are borders of the table.
    """
    while len(rows) > 1 and _is_caption(rows[0]) and (len(rows) > 2 or len(rows[1]) > 1):
        yield " ".join(cell.text for cell in rows.pop(0) if cell.text)


def _is_caption(row: Sequence[Placed]) -> bool:
    said = [cell for cell in row if cell.text]
    return len(said) == 1 and said[0].span > 1 and (len(row) == 1 or not (row[0].text or row[-1].text))


def _is_form(rows: Sequence[Sequence[Placed]]) -> bool:
    """Tell whether a table is a form: most of its rows have columns of their own, so that none names them."""
    spanning = sum(any(cell.span > 1 and cell.text for cell in row) for row in rows[1:])
    return len(rows) > 3 and any(cell.span > 1 and cell.text for cell in rows[0]) and 2 * spanning >= len(rows) - 1


def add_table(built: TextBuilder, rows: list[list[Placed]]) -> None:
    """Add a table with its captions above it; a form becomes a line for each of its rows."""
    for caption in _captions(rows):
        built.paragraph(caption)
    if _is_form(rows):
        built.lines("; ".join(cell.text for cell in row if cell.text) for row in rows)
    else:
        built.table(_laid_out(rows))


def _laid_out(rows: Sequence[Sequence[Placed]]) -> list[list[str]]:
    """Return the texts of a table without captions, row by row, each at the place of its column."""
    texts: list[list[str]] = []
    for index, row in enumerate(rows):
        cells: list[str] = []
        for cell in row:
            cells += [""] * (cell.column - len(cells))
            above = texts[-1][cell.column] if cell.goes_on and texts and cell.column < len(texts[-1]) else ""
            text = above if cell.goes_on else cell.text
            # A header stands over all the columns that it spans.
            cells += [text] * cell.span if index == 0 else [text] + [""] * (cell.span - 1)
        texts.append(cells)
    return _headed(rows, texts)


def _headed(rows: Sequence[Sequence[Placed]], texts: list[list[str]]) -> list[list[str]]:
    """Join two rows of headers: the first spans columns that the second divides, and only numbers follow below it."""
    spans = any(cell.span > 1 for cell in rows[0]) if rows else False
    if not spans or len(rows) < 3 or any(read_number(text) for text in texts[1] if text):
        return texts
    below = [text for row in texts[2:5] for text in row if text]
    if not any(read_number(text) for text in below):
        return texts
    pairs = itertools.zip_longest(texts[0], texts[1], fillvalue="")
    joined = [f"{upper} › {lower}" if upper and lower and upper != lower else upper or lower for upper, lower in pairs]
    return [joined, *texts[2:]]
