"""The tables of a written answer, cell by cell, as sentences that can be checked, and the marks that go back into them.

A text keeps its tables. For the check each cell that says something is a line, "- first cell; column: value", with the
markers of the cell, or of its row if it has none. Pure functions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.answering.writing.prompt import markers, without_markers
from qa.answering.writing.written_table import Written, written_tables

# No part of the text that it is said of.
NOWHERE = -1
_FEW = 2


@dataclass(frozen=True, slots=True)
class Said:
    """A text with its tables said in lines.

    Attributes:
        text: What is said.
        places: For each character of it, where it stands in the text that it was made of; `NOWHERE` for what was added.
        cells: The cells, by the number of their line: where their words stand in that text.
        source: The text that it was made of.
    """

    text: str
    places: Sequence[int]
    cells: dict[int, tuple[int, int]] = field(default_factory=dict)
    source: str = ""


def said(text: str) -> Said:
    """Say the tables of a text in lines; all else stays."""
    tables = written_tables(text)
    if not tables:
        return Said(text, range(len(text)), source=text)
    pieces: list[str] = []
    places: list[int] = []
    cells: dict[int, tuple[int, int]] = {}

    def add(words: str, start: int = NOWHERE) -> None:
        pieces.append(words)
        places.extend(range(start, start + len(words)) if start != NOWHERE else [NOWHERE] * len(words))

    at = lines = 0
    for table in tables:
        # A list is a paragraph of its own.
        before = text[at : table.start]
        add(before, at)
        add("\n")
        lines += before.count("\n") + 1
        for parts, span in _lines(text, table):
            cells[lines] = span
            for words, start in parts:
                add(words, start)
            add("\n")
            lines += 1
        at = table.end
    if not cells:
        return Said(text, range(len(text)), source=text)
    add("\n")
    add(text[at:], at)
    return Said("".join(pieces), places, cells, text)


def marked_again(was: Said, checked: str) -> str:
    """Return the text of which `was` was said with the markers that a check has set or taken away.

    Args:
        was: What was checked.
        checked: The same in the same lines, with other markers.
    """
    if not was.cells:
        return checked
    before, after = was.text.split("\n"), checked.split("\n")
    changes = [
        (
            start,
            end,
            f"{without_markers(was.source[start:end])} {''.join(f'[{n}]' for n in markers(after[line]))}".rstrip(),
        )
        for line, (start, end) in was.cells.items()
        if markers(before[line]) != markers(after[line])
    ]
    rest = [
        (start, start + len(old), new)
        for line, (old, new) in enumerate(zip(before, after, strict=True))
        if line not in was.cells and old != new
        for start in [was.places[sum(len(other) + 1 for other in before[:line])]]
    ]
    text = was.source
    for start, end, new in sorted([*changes, *rest], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _lines(text: str, table: Written) -> Iterator[tuple[list[tuple[str, int]], tuple[int, int]]]:
    """Yield a table's cells as lines in pieces, each with its place in the text, and where the cell stands."""
    # Where a row says one thing, the name of its column adds nothing; a column of markers alone is none.
    worded = {place for row in table.rows for place, cell in enumerate(row) if _words(text[slice(*cell)])}
    is_named = len(worded) > _FEW
    for row in table.rows:
        spoken = [(start, end) for start, end in row if _words(text[start:end])]
        if not spoken:
            continue
        label, *values = spoken
        of_row = tuple(dict.fromkeys(number for start, end in row for number in markers(text[start:end])))
        if not values:
            yield _line([("- ", NOWHERE), _piece(text, label)], of_row), label
            continue
        single = not is_named or len(values) == 1
        for start, end in values:
            column = row.index((start, end))
            name = _name(text[slice(*table.names[column])]) if is_named and column < len(table.names) else ""
            words, place = _piece(text, label)
            # A label that stands before several values is no part of any.
            parts = [("- ", NOWHERE), (words, place if single else NOWHERE)]
            parts.append((f"; {name}: " if name else ": ", NOWHERE))
            parts.append(_piece(text, (start, end)))
            own = markers(text[start:end])
            yield _line(parts, own or of_row), (start, end)


def _line(parts: list[tuple[str, int]], numbers: Sequence[int]) -> list[tuple[str, int]]:
    marks = "".join(f"[{number}]" for number in numbers)
    return [*parts, (f" {marks}" if marks else "", NOWHERE)]


def _piece(text: str, cell: tuple[int, int]) -> tuple[str, int]:
    """Return a cell's words without its markers, which stand at its end, and their place."""
    start, end = cell
    content = text[start:end]
    words = without_markers(content)
    # Markers in the middle would move what follows them: such words have no place but the cell's beginning.
    return (words, start) if content.startswith(words) else (words, NOWHERE)


def _name(column: str) -> str:
    """Return a column's name as it stands within a sentence: its capital alone makes no name of it."""
    return column[:1].lower() + column[1:] if column[1:2].islower() or len(column) == 1 else column


def _words(content: str) -> bool:
    return any(character.isalnum() for character in without_markers(content))
