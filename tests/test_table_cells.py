"""Tables of written answers, cell by cell: what is said for the check, and the markers that go back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.writing.table_cells import NOWHERE, marked_again, said
from qa.answering.writing.written_table import written_tables

TABLE = """So:

| Vessel | Limit | Crew |
|---|--:|---|
| Teal | 1.75 m [1] | 12 |
| Knot | – | 8 [2] |

That is all [1]."""


def test_each_cell_that_says_something_is_a_line() -> None:
    spoken = said(TABLE)
    assert [line for line in spoken.text.split("\n") if line] == [
        "So:",
        "- Teal; limit: 1.75 m [1]",
        "- Teal; crew: 12 [1]",
        "- Knot; crew: 8 [2]",
        "That is all [1].",
    ]
    for character, place in zip(spoken.text, spoken.places, strict=True):
        assert place == NOWHERE or TABLE[place] == character
    assert sorted(TABLE[start:end] for start, end in spoken.cells.values()) == ["1.75 m [1]", "12", "8 [2]"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("| A | B |\n|---|---|\n| x | 1 [1] |\n| y | 2 [2][3] |", ["- x: 1 [1]", "- y: 2 [2][3]"]),
        ("A | B\n--- | ---\nx | 1", ["- x: 1"]),
        ("| A | B | Source |\n|---|---|---|\n| x | 1 | [1][2] |", ["- x: 1 [1][2]"]),
        ("| A | B |\n|---|---|\n| x | |\n| | |", ["- x"]),
        ("no | table", ["no | table"]),
    ],
)
def test_kinds_of_rows(text: str, lines: list[str]) -> None:
    assert [line for line in said(text).text.split("\n") if line] == lines


def test_markers_that_the_check_found_stand_in_their_cells() -> None:
    spoken = said(TABLE)
    checked = spoken.text.replace("crew: 12 [1]", "crew: 12 [3]").replace("all [1].", "all [2].")
    again = marked_again(spoken, checked)
    assert again == TABLE.replace("| 12 |", "| 12 [3] |").replace("all [1].", "all [2].")
    assert marked_again(spoken, spoken.text) == TABLE
    assert marked_again(said("No table."), "No table [1].") == "No table [1]."


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab1|-: []\n")), max_size=80))
def test_any_text_is_said_and_comes_back(text: str) -> None:
    spoken = said(text)
    assert len(spoken.text) == len(spoken.places)
    assert marked_again(spoken, spoken.text) == text
    assert all(place == NOWHERE or text[place] == one for one, place in zip(spoken.text, spoken.places, strict=True))
    for table in written_tables(text):
        assert all(
            text[start:end].strip() == text[start:end] for row in table.rows for start, end in row if end > start
        )
