"""Whether an exact answer is right: the route it took, the number it states, the documents it lists, its cells.

Pure functions; a question set says what is right under `expected`, see `dataset.Expected`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from qa.evaluation.dataset import Expected, Question
from qa.evaluation.evidence import answer_contained
from qa.lazy_regex import lazy_regex
from qa.types import Answer, Cell

# "1,248" is one number.
_NUMBER = lazy_regex(r"\d{1,3}(?:,\d{3})+|\d+")
_WRITTEN = lazy_regex(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,])|(?<![\w.,])\d+(?:\.\d+)?(?![\w,])")
_NONE = lazy_regex(r"\b(?:no|none|kein\w*)\b", re.IGNORECASE)


def exact_metrics(
    questions: Sequence[Question], answers: Mapping[str, Answer], document_id: Callable[[str], str]
) -> dict[str, dict[str, float]]:
    """Return how exact the answers are, per metric and question id: 1 or 0; for "Cells" the share that is right.

    "Routed": the answer came from where it was expected to. "Count": the first number of its text is the one expected.
    "Documents": it cites the expected documents and no other. "Cells": each expected cell is in its row, and there are
    no more rows than expected. "Exact": all that is expected of the question holds, and one of its `answers`, if it has
    any, occurs in the text or the table.

    Args:
        questions: Those without `expected` are left out.
        answers: By question id.
        document_id: Turns a chunk's source into the id that the questions use.
    """
    values: dict[str, dict[str, float]] = {name: {} for name in ("Routed", "Count", "Documents", "Cells", "Exact")}
    for question in questions:
        expected, answer = question.expected, answers[question.id]
        if expected is None:
            continue
        found: dict[str, float] = {}
        if expected.route:
            found["Routed"] = float(answer.route == expected.route)
        if expected.count is not None:
            found["Count"] = float(counted(answer.text) == expected.count)
        if expected.documents is not None:
            cited = {document_id(citation.chunk.source) for citation in answer.citations}
            found["Documents"] = float(cited == set(expected.documents))
        if expected.cells:
            found["Cells"] = right_cells(expected, answer)
        for name, value in found.items():
            values[name][question.id] = value
        holds = all(value == 1.0 for value in found.values()) and (
            not question.answers or answer_contained(question.answers, whole_text(answer))
        )
        values["Exact"][question.id] = float(holds)
    return values


def counted(text: str) -> int | None:
    """Return the first number in a text, 0 for "no document"; None if it has none."""
    number, none = _NUMBER.search(text), _NONE.search(text)
    if none and (not number or none.start() < number.start()):
        return 0
    return int(number[0].replace(",", "")) if number else None


def right_cells(expected: Expected, answer: Answer) -> float:
    """Return the share of expected cells that are in their rows, in [0, 1]; an unexpected row counts as a wrong cell.

    A row is known by its label, which one of its cells holds as whole words. The value must be in another cell, or for
    "" all the others must be empty.
    """
    rows = answer.table.rows if answer.table else ()
    right = sum(any(_holds(row, label, value) for row in rows) for label, value in expected.cells)
    labels = {label for label, _ in expected.cells}
    extra = max(0, len(rows) - len(labels)) if expected.only else 0
    return right / (len(expected.cells) + extra)


def whole_text(answer: Answer) -> str:
    """Return an answer's text together with that of its table."""
    cells = (cell.text for row in answer.table.rows for cell in row) if answer.table else ()
    return "\n".join([answer.text, *cells])


def _holds(row: Sequence[Cell], label: str, value: str) -> bool:
    for place, cell in enumerate(row):
        if not answer_contained([label], cell.text):
            continue
        others = [other.text for number, other in enumerate(row) if number != place]
        if any(_says(other, value) for other in others) if value else not any(others):
            return True
    return False


def _says(text: str, value: str) -> bool:
    """Tell whether a cell says a value, of which a number may be written otherwise: "3263.0" for "3263"."""
    if answer_contained([value], text):
        return True
    wanted = _number(value)
    return wanted is not None and any(_number(word) == wanted for word in _WRITTEN.findall(text))


def _number(text: str) -> Decimal | None:
    return Decimal(text.replace(",", "")) if _WRITTEN.fullmatch(text) else None
