"""A written answer's text as HTML: footnotes and verdicts where they belong in every block of Markdown."""

import re
import time
from dataclasses import replace

import pytest
from test_render import ANSWER, CHUNK, CITATION, Reader

from qa.types import Citation, Statement
from ui.chat import render
from ui.chat.answer_text import text_html

DOUBTED = Statement("Pumps were built in 1987.", (1,), "no cited passage holds 1987", support="not found")
SIGN = (
    '<a class="fn-sign fn-lost" href="#doubt-1-0" title="not supported: no cited passage holds 1987" '
    'aria-label="not supported: no cited passage holds 1987">?</a>'
)


def drawn(text: str, *statements: Statement) -> str:
    written = replace(ANSWER, text=text, statements=statements, model="small-model")
    return text_html(written, text, 1, is_markdown=True)


def bare(html: str) -> str:
    """Without what marks and footnotes add to the tags of Markdown."""
    html = re.sub(r'<a class="fn-ref".*?>(\d+)</a>', r"[\1]", html.replace(SIGN, "?"))
    return re.sub(r' (dir|scope|class|aria-describedby|role|tabindex|aria-label)="[^"]*"', "", html)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Pumps *were built* in 1987 [1].", "<p>{Pumps }<em>{were built}</em>{ in 1987}[1]{.}?</p>"),
        ("**Pumps were built in 1987.** [1]", "<p><strong>{Pumps were built in 1987.}?</strong>[1]</p>"),
        ("- Pumps were built in 1987. [1]\n- b", "<ul><li>{Pumps were built in 1987.}?[1]</li><li>b</li></ul>"),
        ("> Pumps were built\n> in 1987 [1].", "<blockquote><p>{Pumps were built in 1987}[1]{.}?</p></blockquote>"),
        ("# Pumps were built in 1987 [1].", "<h3>{Pumps were built in 1987}[1]{.}?</h3>"),
        (
            "`x[1]` Pumps were built in `1987` [1].",
            "<p><code>x[1]</code> {Pumps were built in }<code>{1987}</code>[1]{.}?</p>",
        ),
    ],
)
def test_doubt_is_exact_in_every_block(text: str, html: str) -> None:
    expected = re.sub(r"\{(.*?)\}", r"<span>\1</span>", html)
    # As the check cuts it: with the signs of its block, without markers.
    said = re.sub(r" \[1\]|^`x\[1\]` |\n- b$", "", text)
    statement = replace(DOUBTED, text=said)
    assert bare(drawn(text, statement)) == expected


def test_cell_has_its_verdict_and_footnote_and_the_label_none() -> None:
    text = "| Vessel | Limit | Crew |\n|---|--:|---|\n| Teal | 1.75 m [1] | 12 [1] |"
    shown = drawn(text, replace(DOUBTED, text="- Teal; limit: 1.75 m"), Statement("- Teal; crew: 12", (1,)))
    row = "<tr><td>Teal</td><td><span>1.75 m</span>?[1]</td><td>12[1]</td></tr>"
    assert row in bare(shown)
    assert '<th scope="col" dir="auto" class="fn-right">Limit</th>' in shown


def test_address_that_a_source_has_is_a_link_and_no_other() -> None:
    chunk = replace(CHUNK, source="https://a.example/guide")
    written = replace(ANSWER, citations=(Citation(1, chunk),), model="m")
    text = "[guide](https://a.example/guide) and [evil](https://evil.example/) ![x](https://a.example/guide)"
    shown = text_html(written, text, 1, is_markdown=True)
    assert re.findall('href="(.*?)"', shown) == ["https://a.example/guide"]
    assert "evil (https://evil.example/)" in Reader(shown).text
    assert "<img" not in shown


def test_quotation_is_no_markdown() -> None:
    quoted = replace(ANSWER, text="# Not *a* heading | a | b |", statements=())
    assert "# Not *a* heading | a | b |" in Reader(render.answer(quoted, 1)).text


def test_headings_go_down_by_one_level_below_the_question() -> None:
    shown = drawn("### a\n\n##### b\n\n# c")
    assert re.findall(r"<(h\d)", shown) == ["h3", "h4", "h3"]


def test_long_answer_is_drawn_quickly() -> None:
    text = "\n\n".join(f"Pumps *run* at 50 Hz, number {number} [1].\n\n- one\n- two" for number in range(60))
    written = replace(ANSWER, text=text, model="m", statements=(DOUBTED,), citations=(CITATION,))
    began = time.process_time()
    render.answer(written, 1)
    assert time.process_time() - began < 1
