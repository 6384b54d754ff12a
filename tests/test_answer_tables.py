"""Tables of answers on a terminal."""

import pytest

from qa.types import Answer, Cell, Table
from ui.tables import introduction, table_lines
from ui.terminal import answer_lines

TABLE = Table(
    ("Vessel", "Limit"),
    ((Cell("Teal Runner", (1,)), Cell("1.75 m by day", (1,))), (Cell("Knot Dancer"), Cell(""))),
)


def answered(table: Table | None) -> Answer:
    return Answer("Q?", "Q?", "Two vessels.\n\n- Teal Runner: 1.75 m [1]", (), (), (), True, "extractive", table=table)


def test_columns_are_as_wide_as_they_need() -> None:
    assert list(table_lines(TABLE, 80)) == [
        "Vessel           Limit",
        "---------------  -----------------",
        "Teal Runner [1]  1.75 m by day [1]",
        "Knot Dancer      –",
    ]


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = Table(("A", "B"), ((Cell("name " * 9, (1,)), Cell("a long sentence of words " * 9, (2,))),))
    lines = list(table_lines(long, width))
    assert max(map(len, lines)) <= width
    assert " ".join(" ".join(lines).split()).count("sentence") == 9


def test_narrow_terminal_shows_cells_one_under_the_other() -> None:
    wide = Table(tuple("ABCD"), (tuple(Cell(f"{column} value of a cell", (1,)) for column in "ABCD"),))
    lines = list(table_lines(wide, 30))
    assert lines[0].startswith("A: A value")
    assert max(map(len, lines)) <= 30


def test_what_a_table_says_is_not_said_twice() -> None:
    assert introduction(answered(TABLE)) == "Two vessels."
    assert introduction(answered(None)).endswith("1.75 m [1]")
    lines = list(answer_lines(answered(TABLE)))
    assert "- Teal Runner: 1.75 m [1]" not in lines
    assert "Teal Runner [1]  1.75 m by day [1]" in lines


def test_escapes_in_a_cell_do_not_reach_the_terminal() -> None:
    evil = Table(("A",), ((Cell("\x1b[31mred\x1b[0m\nline"),),))
    assert "\x1b" not in "".join(table_lines(evil, 80))
