"""Tables that a model writes in Markdown, as lines that the check can read."""

import pytest

from qa.answering.writing.written_table import tables_as_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("| A | B |\n|---|---|\n| x | 1 [1] |\n| y | 2 [2][3] |", "- x: 1 [1]\n- y: 2 [2][3]"),
        ("A | B\n--- | ---\nx | 1", "- x: 1"),
        ("| A | B | C |\n|---|:-:|--:|\n| x | 1 | 2 [1] |", "- x; B: 1; C: 2 [1]"),
        ("| A | B | Source |\n|---|---|---|\n| x | 1 | [1], [2] |", "- x: 1 [1][2]"),
        ("| A | B |\n|---|---|\n| x | |\n| | |", "- x"),
        ("So:\n\n| A | B |\n|---|---|\n| x | 1 |\n\nThat is all.", "So:\n\n- x: 1\n\nThat is all."),
        ("no | table", "no | table"),
        ("a\n---\nb", "a\n---\nb"),
        ("| A | B |\n| x | 1 |", "| A | B |\n| x | 1 |"),
        ("| A |\n|---|\n| x |", "| A |\n|---|\n| x |"),
        ("", ""),
    ],
)
def test_rows_are_lines(text: str, lines: str) -> None:
    assert tables_as_lines(text) == lines


def test_long_lines_are_read_in_no_time() -> None:
    text = "| A | B |\n|---|---|\n" + "| " + "x " * 50_000 + "|\n" + "|-" * 50_000
    assert tables_as_lines(text)
