"""Markdown as a tree: what it holds, where each character stood, and what hostile text makes of it."""

import time

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.export.docx_text import add_blocks, set_directions
from ui.rich_text import Code, Grid, Heading, Items, Paragraph, Quote, Rule, plain, read, runs_of

EVERYTHING = """# Speeds *now*

Pumps **run at 50 Hz.** [1] See [a page](http://a.example/x "T")
and ![a picture](http://a.example/i.png). A &amp; B<br>C goes on.

1. one [2]
   - nested `code [1]`
2. two

| Name | Speed |
|------|------:|
| x **y** [1] | 1 \\| 2 |

```py
x = a[1]
```

> quoted [1](see there)

***

#### Deep
"""


def said(text: str) -> str:
    return "".join(run.text for run in runs_of(read(text)))


def test_every_kind_of_block_is_read() -> None:
    blocks = read(EVERYTHING)
    assert [type(block) for block in blocks] == [Heading, Paragraph, Items, Grid, Code, Quote, Rule, Heading]
    heading, paragraph, items, grid, code, _, _, deep = blocks
    assert isinstance(heading, Heading)
    assert [(run.text, set(run.styles)) for run in heading.runs] == [("Speeds ", set()), ("now", {"em"})]
    assert isinstance(paragraph, Paragraph)
    assert ("run at 50 Hz.", {"strong"}) in [(run.text, set(run.styles)) for run in paragraph.runs]
    assert isinstance(items, Items)
    assert items.start == 1
    assert isinstance(items.items[0][1], Items)
    assert isinstance(grid, Grid)
    assert grid.aligned == ("", "right")
    assert ["".join(run.text for run in cell) for cell in grid.rows[1]] == ["x y [1]", "1 | 2"]
    assert code == Code(code.run, "py")  # type: ignore[union-attr]
    assert code.run.text == "x = a[1]"  # type: ignore[union-attr]
    # A level that is left out on the way down is none.
    assert isinstance(deep, Heading)
    assert deep.level == 2


def test_characters_know_where_they_stood() -> None:
    for run in runs_of(read(EVERYTHING)):
        assert len(run.text) == len(run.places)
        if not run.is_address:
            wrong = [
                (character, EVERYTHING[at])
                for character, at in zip(run.text, run.places, strict=True)
                if character.isalnum() and EVERYTHING[at] != character
            ]
            assert wrong == []


def test_addresses_are_words_and_tags_are_text() -> None:
    text = said(EVERYTHING)
    assert "a page (http://a.example/x “T”) and a picture (http://a.example/i.png)." in text
    assert "A & B\nC goes on." in text
    assert said("<b>bold</b> <script>x</script>") == "<b>bold</b> <script>x</script>"
    assert said("[1](see there) and [a]: http://b.example") == "[1](see there) and [a]: http://b.example"


@pytest.mark.parametrize(
    "text", ["Title\n---", "    four spaces", "http://a.example", "<http://a.example>", "[ref]: http://a.example", ""]
)
def test_what_a_model_seldom_means_is_text(text: str) -> None:
    blocks = read(text)
    assert all(isinstance(block, Paragraph | Rule) for block in blocks)
    assert all(not run.href for run in runs_of(blocks))


signs = st.text(alphabet=st.sampled_from(list("ab1 \n\n*_`#>-+.)[](!)|~<&;:\\\t\"'")), max_size=60)


@settings(deadline=None)
@given(st.one_of(signs, st.text(max_size=60)))
def test_nothing_is_lost_and_no_character_moves_back(text: str) -> None:
    """Every letter and digit is in the tree, but for what names a character or breaks a line."""
    runs = list(runs_of(read(text)))
    places = [at for run in runs if not run.is_address for at in run.places]
    assert all(0 <= at < len(text) for at in places)
    words = "".join(run.text for run in runs)
    if not set(text) & set("&<`~") and not any(character.isdecimal() for character in text):
        assert sorted(filter(str.isalnum, words)) == sorted(filter(str.isalnum, text))


def test_lists_nested_beyond_reading_stay_as_they_are() -> None:
    text = "".join(f"{'  ' * depth}- item {depth}\n" for depth in range(60))
    assert read(text) == plain(text)


@pytest.mark.parametrize(
    "text", ["*a **a " * 3_000, "[" * 20_000, "`" * 9_999 + "a", "- " * 5_000 + "x", "|a" * 3_000 + "\n" + "|-" * 3_000]
)
def test_hostile_text_is_read_in_little_time(text: str) -> None:
    began = time.process_time()
    assert read(text)
    assert time.process_time() - began < 3


def test_arabic_and_hebrew_run_from_right_to_left_in_word() -> None:
    document = docx.Document()
    grid = "| שם | ערך |\n|---|---|\n| משאבה | 4 |"
    blocks = read(f"تبدأ الصيانة في مارس [1].\n\nThe pump [2] is תקין.\n\n# כותרת\n\n{grid}")
    add_blocks(document, blocks, {"[1]", "[2]"})
    set_directions(document)
    turned = [
        "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
        for paragraph in document.element.body.iter(qn("w:p"))
        if paragraph.pPr is not None and paragraph.pPr.find(qn("w:bidi")) is not None
    ]
    assert turned == ["تبدأ الصيانة في مارس 1.", "כותרת", "שם", "ערך", "משאבה"]
    assert [run.text for run in document.paragraphs[0].runs if run.font.rtl] == ["تبدأ الصيانة في مارس "]
