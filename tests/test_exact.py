"""How exact answers are measured."""

import dataclasses
import json
from pathlib import Path

import pytest
from fakes import chunk

from qa.errors import LoadError
from qa.evaluation.dataset import Expected, Question, read_dataset
from qa.evaluation.exact import counted, exact_metrics
from qa.types import Answer, Cell, Citation, Table


def answered(text: str, *titles: str, table: Table | None = None) -> Answer:
    cited = tuple(Citation(number, chunk("x", title=title)) for number, title in enumerate(titles, 1))
    return Answer("Q?", "Q?", text, (), cited, (), True, "extractive", route="collection", table=table)


def scores(expected: Expected, answer: Answer, *answers: str) -> dict[str, float]:
    question = Question("q", "Q?", answers=answers, expected=expected)
    values = exact_metrics([question], {"q": answer}, lambda source: source.removeprefix("/docs/"))
    return {name: found["q"] for name, found in values.items() if found}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("27 documents in 26 files.", 27),
        ("1,248 documents.", 1248),
        ("No document mentions “3 whales”.", 0),
        ("Every file could be read.", None),
        ("The newest of the 3 documents.", 3),
    ],
)
def test_first_number_is_the_count(text: str, count: int | None) -> None:
    assert counted(text) == count


def test_list_is_right_if_no_document_is_missing_and_none_is_too_many() -> None:
    wanted = Expected(documents=("A.txt", "B.txt"), count=2)
    assert scores(wanted, answered("2 documents.", "A", "B")) == {"Count": 1.0, "Documents": 1.0, "Exact": 1.0}
    assert scores(wanted, answered("2 documents.", "A"))["Documents"] == 0.0
    assert scores(wanted, answered("3 documents.", "A", "B", "C")) == {"Count": 0.0, "Documents": 0.0, "Exact": 0.0}


def test_cells_are_looked_for_in_their_rows() -> None:
    table = Table(("", "Limit"), ((Cell("Teal Runner"), Cell("up to 1.75 m")), (Cell("Knot Dancer"), Cell(""))))
    right = Expected(cells=(("Teal Runner", "1.75 m"), ("Knot Dancer", "")))
    assert scores(right, answered("Two.", table=table))["Cells"] == 1.0
    swapped = Expected(cells=(("Knot Dancer", "1.75 m"), ("Teal Runner", "")))
    assert scores(swapped, answered("Two.", table=table))["Cells"] == 0.0
    fewer = Expected(cells=(("Teal Runner", "1.75 m"),))
    assert scores(fewer, answered("Two.", table=table))["Cells"] == 0.5
    assert scores(dataclasses.replace(fewer, only=False), answered("Two.", table=table))["Cells"] == 1.0


@pytest.mark.parametrize(
    ("cell", "wanted", "right"),
    [
        ("3263.0", "3263", 1.0),
        ("1,248.50 GBP", "1248.5", 1.0),
        ("32630", "3263", 0.0),
        ("3263.5", "3263", 0.0),
        ("3.263", "3263", 0.0),
        ("v3263.0.1", "3263", 0.0),
    ],
)
def test_number_of_a_cell_may_be_written_otherwise(cell: str, wanted: str, right: float) -> None:
    """A sum has the decimals of its column."""
    table = Table(("", "Hours"), ((Cell("visit"), Cell(cell)),))
    assert scores(Expected(cells=(("visit", wanted),)), answered("One.", table=table))["Cells"] == right


def test_route_and_answer_count_too() -> None:
    assert scores(Expected(route="across"), answered("2 documents."))["Exact"] == 0.0
    assert scores(Expected(route="collection"), answered("It is 5 m."), "5 m")["Exact"] == 1.0
    assert scores(Expected(route="collection"), answered("It is 5 m."), "6 m")["Exact"] == 0.0


@pytest.mark.parametrize(
    "expected",
    [3, {"count": "3"}, {"documents": "a.txt"}, {"cells": [["a"]]}, {"route": "nowhere"}, {"counts": 3}, {"only": 1}],
)
def test_what_is_expected_is_checked_when_it_is_read(expected: object, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "questions.jsonl").write_text(json.dumps({"text": "Q?", "expected": expected}))
    with pytest.raises(LoadError, match='"expected" is not'):
        read_dataset(tmp_path)


def test_expected_document_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "questions.jsonl").write_text(json.dumps({"text": "Q?", "expected": {"documents": ["b.txt"]}}))
    with pytest.raises(LoadError, match=r"b\.txt"):
        read_dataset(tmp_path)
