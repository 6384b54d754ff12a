"""Passages without the line breaks of the page they were printed on."""

import pytest
from fakes import chunk
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.chat.flowing import flowing


def shown(text: str, source: str = "/docs/a.pdf") -> str:
    from dataclasses import replace

    return flowing(replace(chunk(text), source=source))


PROSE = (
    "The circulation pump runs at 50 Hz and draws\n1.2 kW at full load. Its bearings are greased every\n4,000 hours."
)
TABLE = "Service      Hours   Cost\nFirst        4,000   120\nSecond       8,000   240"
CODE = "def run(pump):\n    start = pump.start\n    return start"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PROSE, PROSE.replace("\n", " ")),
        ("One paragraph ends here.\n\nAnother begins.", "One paragraph ends here.\n\nAnother begins."),
        ("These are needed:\n- lithium grease\n- a cloth", "These are needed:\n- lithium grease\n- a cloth"),
        (TABLE, TABLE),
        ("| A | B |\n| 1 | 2 |", "| A | B |\n| 1 | 2 |"),
        (f"```\n{PROSE}\n```", f"```\n{PROSE}\n```"),
        ("", ""),
    ],
)
def test_sentences_flow_and_what_stands_in_lines_keeps_them(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_source_code_keeps_its_lines() -> None:
    assert shown(CODE, "/src/pump.py") == CODE
    assert shown(PROSE, "/src/notes.toml") == PROSE


@settings(deadline=None)
@given(st.text(max_size=200))
def test_every_character_keeps_its_place(text: str) -> None:
    flows = shown(text)
    assert len(flows) == len(text)
    assert all(one == other or (one, other) == ("\n", " ") for one, other in zip(text, flows, strict=True))
