"""The tables of LaTeX: their rows, the cells of a row, and what is merged."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ingest.load.merged import Placed
from ingest.load.tex.nodes import arguments_of, macros_in, raw
from ingest.load.whole import whole

_Said = Callable[[Sequence[Any]], str]


def rows_of(nodes: Sequence[Any], caption: Callable[[Any], None]) -> Iterator[list[list[Any]]]:
    """Yield rows of cells; the header that a long table repeats stands once, and its feet are left out.

    Args:
        nodes: What the table holds.
        caption: Is given the caption that stands among the rows.
    """
    rows: list[list[list[Any]]] = [[[]]]
    segment_start = 0
    has_header = False
    for one in nodes:
        kind, macro = type(one).__name__, getattr(one, "macroname", "")
        if kind == "LatexMacroNode" and macro in ("\\", "tabularnewline", "cr"):
            rows.append([[]])
        elif kind == "LatexMacroNode" and macro in ("endfirsthead", "endhead", "endfoot", "endlastfoot"):
            if has_header or macro in ("endfoot", "endlastfoot"):
                del rows[segment_start:]
            has_header = True
            rows.append([[]])
            segment_start = len(rows) - 1
        elif kind == "LatexMacroNode" and macro == "caption":
            caption(one)
        elif kind == "LatexSpecialsNode" and one.specials_chars == "&":
            rows[-1].append([])
        else:
            rows[-1][-1].append(one)
    yield from rows


def _row(cells: list[list[Any]], said: _Said) -> list[tuple[str, int, int]]:
    """Return a row's cells as (text, columns, rows) that each spans."""
    made = []
    for cell in cells:
        wide = down = 1
        for macro in macros_in(cell):
            arguments = arguments_of(macro)
            if macro.macroname == "multicolumn":
                wide = _small(raw(arguments[:1]))
            elif macro.macroname == "multirow":
                numbers = [raw([one]) for one in arguments]
                down = _small(next((one for one in numbers if one.lstrip("-").isdecimal()), "1"))
        made.append((said(cell), wide, down))
    return made


def laid_out(cells: list[list[list[Any]]], said: _Said) -> list[list[Placed]]:
    """Return the rows of a table with what is merged; blank ones are left out."""
    rows = [row for row in (_row(one, said) for one in cells) if any(text for text, *_ in row)]
    placed: list[list[Placed]] = []
    open_below: dict[int, tuple[int, int]] = {}
    for row in rows:
        made, column = [], 0
        for text, wide, down in row:
            left, span = open_below.get(column, (0, 1))
            goes_on = left > 0 and not text
            made.append(Placed("" if goes_on else text, column, span if goes_on else wide, goes_on))
            open_below[column] = (left - 1, span) if goes_on else (down - 1, wide)
            column += wide
        placed.append(made)
    return placed


def _small(text: str) -> int:
    number = text.strip().lstrip("-")
    return min(max(whole(number), 1), 500)
