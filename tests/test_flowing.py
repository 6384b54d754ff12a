"""Passages without the line breaks of the page they were printed on."""

import pytest
from fakes import chunk
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.reading import typed
from ui.reading.blocks import Items, Paragraph, blocks
from ui.reading.drawn import Ink, drawn, numbered
from ui.reading.flowing import flowing
from ui.reading.stored import stretches


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
    assert all(one == other or (one == "\n" and other in " \u200b") for one, other in zip(text, flows, strict=True))


LETTER = (
    "Dear Jürgen,\n\nwe accept your proposal. The availability for 2024 is agreed at\n95.3 %, and Nordgriff pays "
    "damages of 434,000 pounds instead of the\nsum that we claimed on 17 January.\n\nBest regards\nIngrid Halloran\n"
    "Harcourt Engineering and Consultancy Ltd\n12 Long Street"
)
QUOTED = (
    "> after our call I have spoken with my management. We are prepared\n> to pay for seven steps, if the third is one."
)
VERSE = (
    "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\nRough winds do shake the buds"
)
LOG = "\n".join(f"2024-05-0{day} 10:00:00 INFO pump {day} started after a long pause of nine" for day in range(1, 6))
CONFIG = "location = the cellar below the eastern stairs of the old house\npressure = 2.5 bar at the outlet of the pump"
INDENTED = (
    "   The sender shall wait until the receiver has confirmed what it\n   was sent. A receiver that says nothing is "
    "asked again.  After\n   three times it counts as gone, and nobody asks it any more."
)
JAPANESE = "このファイルには、アプリケーションを構成する各ファイルの内容の概略が記述さ\nれています。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LETTER, LETTER.replace("at\n95", "at 95").replace("the\nsum", "the sum")),
        (INDENTED, INDENTED.replace("\n   ", " \u200b\u200b\u200b")),
        (JAPANESE, JAPANESE.replace("\n", "\u200b")),
        ("- first have the pump stopped by whoever is on duty\n  and locked\n- then open it", None),
        ("Give the well-known name of the pump and its well-\nknown number.", None),
        ("Die Pumpe hat am Gehäuse der Vorderseite je einen Ein-\nund Ausgang.", None),
        ("The pump is stopped by whoever has the watch in the engine room.\nThe valve stays open until then.", None),
        *((kept, kept) for kept in (QUOTED, VERSE, LOG, CONFIG, TABLE, CODE, f"```\n{PROSE}\n```")),
        ("Yours\n\n--\nIngrid Halloran, who manages what the wind brings to the\nshore of the sea", None),
    ],
)
def test_typed_lines_flow_where_the_margin_broke_them(text: str, expected: str | None) -> None:
    flows = typed.flowing(text)
    if expected is None:
        expected = {
            "Th": text.replace("\n", " "),
            "- ": text.replace("\n  and", " \u200b\u200band"),
            "Gi": text.replace("-\n", "-\u200b"),
            "Di": text.replace("-\n", "- "),
            "Yo": text,
        }[text[:2]]
    assert flows == expected
    assert len(flows) == len(text)


@settings(deadline=None)
@given(st.text(alphabet="ab-. \n>漢", max_size=300))
def test_typed_text_loses_nothing(text: str) -> None:
    flows = typed.flowing(text)
    assert len(flows) == len(text)
    assert all(one == other or (one in " \n" and other in " \u200b") for one, other in zip(text, flows, strict=True))


def test_marks_stay_on_their_words_where_lines_flow() -> None:
    item = "- have the pump stopped by whoever is on duty, and have it\n  locked"
    text = f"{LETTER}\n\n{item}"
    start = text.index("434,000")
    span = (start, text.index("17 January") + 10)
    stretch = stretches([chunk(text)])[0]
    found = list(blocks(stretch, "message/rfc822"))
    assert [type(block) for block in found] == [Paragraph, Paragraph, Paragraph, Items]
    html = drawn(found, Ink((span,), (), span))
    assert ">434,000 pounds instead of the sum that we claimed on 17 January</mark>" in html
    lines = numbered(text, 0, 7, Ink((span,), (), span), typed.flowing(text))
    assert ">434,000 pounds instead of the sum that we claimed on 17 January</mark>" in lines
    # Behind a paragraph of three lines the numbers are those of the file.
    assert '<span class="fnr-number">13</span><span>Best regards</span>' in lines
