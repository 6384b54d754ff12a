"""Answers as HTML: exact strings for the ordinary, properties for the hostile."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.events import PassagesFound, Progress, Searching, Thought
from qa.store.absence import absent
from qa.store.where import EVERYTHING
from qa.types import Answer, Cell, Chunk, Citation, Direct, Hit, Place, Search, Statement, Support, Table, Trace
from ui import terminal
from ui.api.citations import written_out
from ui.chat import render, verdicts
from ui.chat.footnotes import footnote, passage
from ui.conversation.save import as_markdown
from ui.places import headings, places
from ui.web import escape

CHUNK = Chunk("c1", "d1", "v", 0, "/docs/a.pdf", "Guide", "Part › Use", 4, 100, 119, "Pumps run at 50 Hz.")
CITATION = Citation(1, CHUNK, ((100, 105),))
ANSWER = Answer(
    question="How fast?",
    query="How fast?",
    text="Pumps run at 50 Hz. [1]",
    statements=(Statement("Pumps run at 50 Hz.", (1,)),),
    citations=(CITATION,),
    hits=(Hit(CHUNK, 0.6, 1, "scores", cosine=0.714, bm25=0.4),),
    found=True,
    model="extractive",
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "[click](javascript:alert(1))",
    "</blockquote></details><style>*{}</style>",
    "&lt;b&gt; $x^2$ :smile: [1] [2]\n\n# head",
    "<!--",
    "]]>",
    "\x00",
    "\ud800",
)
anything = st.one_of(st.text(), st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE)).map("".join))


class Reader(HTMLParser):
    """Collects the tags, the attributes and the visible text of what a browser would read."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def marked(*spans: tuple[int, int]) -> str:
    shown = passage(Citation(1, CHUNK, spans), "t")
    return re.sub(r' class="fn-target" id="t(-\d+)?"|</?blockquote[^>]*>', "", shown)


def test_marker_is_a_labelled_link_to_the_marked_words() -> None:
    shown = render.answer(ANSWER, 3)
    assert (
        '<div class="fn-answer" dir="auto">Pumps run at 50 Hz.<a class="fn-ref" id="ref-3-1" href="#fn-3-1" '
        'role="doc-noteref" aria-label="footnote 1">1</a></div>'
    ) in shown
    assert '<mark class="fn-target" id="fn-3-1">Pumps</mark> run at 50 Hz.</blockquote>' in shown


def test_footnote_names_title_page_heading_source_and_scores() -> None:
    text = Reader(render.answer(ANSWER, 1)).text
    assert "1 Guide · p. 4 · Part › Use" in text
    assert "back to the answer · /docs/a.pdf" in text
    assert "rank 1 · meaning 0.71 (cosine, at most 1) · words 0.40 (BM25, as a share of the most" in text


def test_what_a_reranker_and_a_learned_sparse_model_gave_is_shown() -> None:
    hits = tuple(replace(hit, bm25=None, learned=0.25, rerank=-3.456) for hit in ANSWER.hits)
    text = Reader(render.answer(replace(ANSWER, hits=hits), 1)).text
    assert "words 0" not in text
    assert "terms 0.25 (the learned sparse model's, at most 1) · reranker -3.46 (in that model's own range)" in text


def test_page_and_heading_are_left_out_where_there_are_none() -> None:
    chunk = replace(CHUNK, page=0, heading="")
    shown = render.answer(replace(ANSWER, citations=(Citation(1, chunk),), hits=()), 1)
    assert "p. 4" not in Reader(shown).text
    assert "fn-where" not in shown


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"page": 4}, ["p. 4"]),
        ({"page": 4, "source": "https://example.org/Board.PPTX?download=1"}, ["slide 4"]),
        ({"page": 4, "source": "a.zip!/b.odp", "metadata": {"last_page": "5"}}, ["slides 4–5"]),
        ({"page": 4, "metadata": {"page_label": "iv"}}, ["p. iv (page 4 of the file)"]),
        ({"page": 0, "metadata": {"rows": "12–30"}}, ["rows 12–30"]),
        ({"page": 0, "metadata": {"rows": "12", "sheet": "Faults"}}, ["sheet Faults, row 12"]),
        ({"page": 0, "heading": "Log › Faults", "metadata": {"rows": "2–9", "sheet": "Faults"}}, ["rows 2–9"]),
        ({"page": 0, "metadata": {"rows": "2–9, 2–4", "sheet": "A, B"}}, ["sheets A, B, rows 2–9, 2–4"]),
        ({"page": 0}, []),
    ],
)
def test_footnote_names_page_or_rows(change: dict[str, Any], shown: list[str]) -> None:
    chunk = replace(CHUNK, **change)
    assert places(chunk) == shown
    text = Reader(render.answer(replace(ANSWER, citations=(Citation(1, chunk),)), 1)).text
    assert all(part in text and part in terminal.place(chunk) for part in shown)


def test_footnote_names_the_section_of_its_words() -> None:
    chunk = replace(CHUNK, metadata={"sections": '[[106,"Part › Care"]]'})
    for span, heading in (((100, 105), "Part › Use"), ((106, 119), "Part › Care")):
        answer = replace(ANSWER, citations=(Citation(1, chunk, (span,)),))
        assert f"Guide · p. 4 · {heading}" in Reader(render.answer(answer, 1)).text
        assert f"Guide, p. 4, {heading}" in written_out(answer)
        assert heading in as_markdown([answer], title="")
        assert heading in " ".join(" ".join(terminal.answer_lines(answer)).split())


@pytest.mark.parametrize("stored", ["", "[", "{}", "[1]", '[["a","b"]]', "[[1,2,3]]", "null"])
def test_sections_that_cannot_be_read_are_those_of_the_beginning(stored: str) -> None:
    assert headings(replace(CHUNK, metadata={"sections": stored}), 110) == "Part › Use"


def test_heading_path_does_not_repeat_the_title() -> None:
    for heading, shown in (("Guide", "Guide · p. 4"), ("Guide › Use", "Guide · p. 4 · Use")):
        citation = Citation(1, replace(CHUNK, heading=heading))
        assert f"1 {shown}Pumps" in Reader(render.answer(replace(ANSWER, citations=(citation,)), 1)).text


def test_marker_repeated_gets_its_id_once() -> None:
    shown = render.answer(replace(ANSWER, text="A. [1] B. [1]"), 1)
    assert shown.count('id="ref-1-1"') == 1
    assert shown.count('href="#fn-1-1"') == 2


def test_marker_leads_to_the_mark_of_its_sentence() -> None:
    chunk = replace(CHUNK, text="Pumps run at 50 Hz. They are blue. Oil them.", end=144)
    spans = ((100, 119), (135, 144))
    statements = (Statement("Oil them.", (1,)), Statement("Pumps run at 50 Hz.", (1,)))
    text = "Oil them. [1] Pumps run at 50 Hz. [1]"
    shown = render.answer(replace(ANSWER, text=text, statements=statements, citations=(Citation(1, chunk, spans),)), 1)
    assert re.findall('href="#(fn[^"]*)"', shown) == ["fn-1-1-1", "fn-1-1"]
    assert '<mark class="fn-target" id="fn-1-1-1">Oil them.</mark>' in shown


def test_marker_without_citation_stays_text() -> None:
    """A quoted sentence may hold a reference of its own."""
    shown = render.answer(replace(ANSWER, text="As shown in [12]. [1]"), 1)
    assert "As shown in [12].<a" in shown


def test_marker_inside_a_quoted_sentence_stays_text() -> None:
    quote = "Pumps run at 50 Hz, see [1]."
    shown = render.answer(replace(ANSWER, text=f"{quote} [1]", statements=(Statement(quote, (1,)),)), 1)
    assert "Pumps run at 50 Hz, see [1].<a" in shown
    assert shown.count("doc-noteref") == 1


def test_line_breaks_of_a_quoted_page_are_mended_and_lists_kept() -> None:
    text = "A sentence\nover two lines.\n\n- one\n- two\n1. three"
    shown = render.answer(replace(ANSWER, text=text, citations=(), hits=(), statements=()), 1)
    assert '<div class="fn-answer" dir="auto">A sentence over two lines.\n\n- one\n- two\n1. three</div>' in shown


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], "<span>Pumps run at 50 Hz.</span>"),
        ([(100, 105)], "<mark>Pumps</mark> run at 50 Hz."),
        ([(100, 105), (106, 109)], "<mark>Pumps</mark> <mark>run</mark> at 50 Hz."),
        ([(100, 104), (104, 105)], "<mark>Pumps</mark> run at 50 Hz."),
        ([(100, 104), (102, 109)], "<mark>Pumps run</mark> at 50 Hz."),
        ([(100, 109), (102, 104)], "<mark>Pumps run</mark> at 50 Hz."),
        ([(106, 109), (100, 105)], "<mark>Pumps</mark> <mark>run</mark> at 50 Hz."),
        ([(0, 105)], "<mark>Pumps</mark> run at 50 Hz."),
        ([(113, 999)], "Pumps run at <mark>50 Hz.</mark>"),
        ([(0, 50), (200, 300), (105, 105)], "<span>Pumps run at 50 Hz.</span>"),
    ],
)
def test_spans_are_merged_and_clipped(spans: list[tuple[int, int]], expected: str) -> None:
    assert marked(*spans) == expected


@settings(deadline=None)
@given(spans=st.lists(st.tuples(st.integers(80, 140), st.integers(80, 140))))
def test_marks_cover_exactly_the_spans(spans: list[tuple[int, int]]) -> None:
    shown = marked(*spans)
    assert re.sub("<[^>]*>", "", shown) == CHUNK.text
    covered = "".join(c for at, c in enumerate(CHUNK.text, 100) if any(low <= at < high for low, high in spans))
    assert "".join(re.findall("<mark>(.*?)</mark>", shown)) == covered
    assert "</mark><mark>" not in shown


def test_unsupported_sentence_is_underlined_and_explained() -> None:
    statements = (
        Statement("Pumps run at 50 Hz.", (1,)),
        Statement("Built in 1987.", (1,), "no cited passage holds 1987"),
    )
    shown = render.answer(replace(ANSWER, text="Pumps run at\n50 Hz [1]. Built in 1987 [1].", statements=statements), 2)
    assert '<span class="fn-doubt fn-lost" aria-describedby="doubt-2-1">Built in 1987</span><a class="fn-ref"' in shown
    assert '</a><span class="fn-doubt fn-lost" aria-describedby="doubt-2-1">.</span><a class="fn-sign fn-lost"' in shown
    assert shown.count('class="fn-doubt ') == 2
    assert 'aria-label="not supported: no cited passage holds 1987">?</a></div>' in shown
    assert "<summary>1 of 2 sentences supported</summary>" in shown
    assert "“Built in 1987.”: not supported. No cited passage holds 1987." in Reader(shown).text


def test_problem_is_told_even_where_its_sentence_is_not_in_the_text() -> None:
    shown = render.answer(replace(ANSWER, statements=(Statement("Other words.", (1,), "no such words"),)), 1)
    assert "No such words." in Reader(shown).text
    assert 'class="fn-doubt ' not in shown


def test_answer_not_found_shows_the_nearest_passages() -> None:
    shown = render.answer(replace(ANSWER, text="Not in your documents.", citations=(), found=False), 1)
    assert 'aria-label="Nearest passages"' in shown
    assert "Pumps run at 50 Hz." in shown
    assert "Footnotes" not in shown
    assert "no footnotes" not in shown


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"complete": False}, "Incomplete: the answer broke off here."),
        ({"note": "No <dictionary> leads there."}, "No <dictionary> leads there."),
        ({"dropped_markers": 2}, "2 footnotes were removed: they led to no passage."),
        ({"citations": ()}, "This answer has no footnotes"),
        ({"query": "How fast do pumps run?"}, "searched for: How fast do pumps run?"),
    ],
)
def test_what_a_reader_must_know_is_said(changes: dict[str, object], note: str) -> None:
    assert note in Reader(render.answer(replace(ANSWER, **changes), 1)).text  # type: ignore[arg-type]
    assert note not in Reader(render.answer(ANSWER, 1)).text


def test_only_web_addresses_become_links() -> None:
    for source, linked in (("https://a.org/?a=1&b=2", True), ("javascript:alert(1)", False), ("file:///etc", False)):
        shown = render.answer(replace(ANSWER, citations=(Citation(1, replace(CHUNK, source=source)),)), 1)
        assert (("href", source) in Reader(shown).attributes) is linked


@settings(deadline=None)
@given(text=anything)
def test_no_tag_of_a_document_or_model_survives(text: str) -> None:
    """Hostile text in every field yields the very tags that harmless text yields, and ids and links of ours alone."""

    def shown(word: str) -> Reader:
        chunk = replace(CHUNK, text=word, title=word, heading=word, source=word, start=0, end=len(word))
        found = replace(
            ANSWER,
            query=word + "?",
            text=word + "\n\nPlain. [1]",
            statements=(Statement("Plain.", (1,), word), Statement(word + "!", (1,), "why")),
            citations=(Citation(1, chunk, ((0, len(word) - 1),)),),
        )
        lost = replace(found, citations=(), found=False, hits=(Hit(chunk, 0.1, 1, "scores"),))
        parts = [
            render.answer(found, 1),
            render.answer(lost, 2),
            render.question(word, EVERYTHING, 3),
            render.stopped(word + "x"),
        ]
        return Reader("".join([*parts, render.facts(word + "m"), render.facts("", problem=word)]))

    hostile = shown(text)
    # The tags of Markdown are drawn by Footnote, and have no attribute that leads anywhere.
    markdown = "em strong s code pre ul ol li h3 h4 h5 h6 hr table thead tbody tr th td blockquote"
    assert set(hostile.tags) <= {
        *markdown.split(),
        "div",
        "p",
        "a",
        "span",
        "bdi",
        "b",
        "br",
        "section",
        "h2",
        "h3",
        "ul",
        "li",
        "details",
        "summary",
        "mark",
        "blockquote",
    }
    assert {name for name, _ in hostile.attributes} <= {
        *("class", "id", "dir", "href", "role", "target", "rel"),
        *("aria-label", "aria-describedby", "aria-hidden", "title", "start", "scope", "tabindex", "style"),
    }
    assert all(
        re.match(r"#(fn|ref|doubt)-\d+-\d+(-\d+)?$|https?://", value or "")
        for name, value in hostile.attributes
        if name == "href"
    )
    assert all(
        re.match(r"(fn|ref|near|doubt)-\d+-\d+(-\d+)?$|question-\d+$", value or "")
        for name, value in hostile.attributes
        if name == "id"
    )


@settings(deadline=None)
@given(
    text=st.text(
        alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cn", "Cs", "Zl", "Zp"], include_characters="\n\t")
    )
)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert html.unescape(escape.escape(text)) == text
    assert not set(escape.escape(text)) & set("<>\"'")


def test_escaped_markdown_shows_flags_as_they_are_typed() -> None:
    assert escape.escape_markdown("run *it*\nwith --recreate [now](x)") == r"run \*it\* with `--recreate` \[now\]\(x\)"
    assert escape.escape_markdown("a`--b") == "`` a`--b ``"


def test_escaped_markdown_leaves_out_what_is_not_seen() -> None:
    assert escape.escape_markdown("gpj.\u202etxt\u200b \x1b[1m\U000e0041") == r"gpj\.txt \[1m"


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_markdown_is_one_line_without_bare_punctuation(text: str) -> None:
    escaped = escape.escape_markdown(text)
    assert "\n" not in escaped
    shown = escape._UNSHOWN.sub("", " ".join(text.split()))
    outside = re.sub(r"(`+) ?.*? ?\1(?!`)", "", escaped) if "--" in shown else escaped
    if not escape._TYPOGRAPHY.search(shown):
        assert not re.search(r"(?<!\\)[*_\[<$:`#]", outside.replace("\\\\", ""))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"model": ""}, "opening …Answers are quoted word for word."),
        ({"model": "m", "counts": (1, 1204)}, "1 document, 1,204 passagesAnswers are written by m and checked"),
        ({"model": "", "counts": (2, 1)}, "2 documents, 1 passage"),
        ({"model": "", "counts": (2, 1), "problem": "no index"}, "No index.Answers"),
    ],
)
def test_facts_say_what_is_asked_and_how(arguments: dict[str, object], expected: str) -> None:
    assert expected in Reader(render.facts(**arguments)).text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Safety", "Safety › Aims", "Aims"),
        ("Safety", "Safety", ""),
        ("Safety", "Safety Boats › Aims", "Safety Boats › Aims"),
        ("", "Aims", "Aims"),
    ],
)
def test_headings_do_not_repeat_the_title(title: str, heading: str, expected: str) -> None:
    assert headings(replace(CHUNK, title=title, heading=heading)) == expected


RICH = replace(
    ANSWER,
    text="Pumps run at 60 Hz. [1]",
    statements=(
        Statement(
            "Pumps run at 60 Hz.",
            (1,),
            "the passage says 50 here",
            support="contradicted",
            evidence=(Place(1, 100, 109),),
            against=(Place(1, 113, 118),),
        ),
    ),
    direct=Direct("60 Hz", 0, 13, 18),
    table=Table(("", "Speed"), ((Cell("Pumps"), Cell("50 Hz", (1,))), (Cell("Fans"), Cell("")))),
    probability=0.875,
    trace=Trace(
        reason="it asks about two things",
        searches=(Search("pumps", "type=pdf", 1, 0.5, "model"),),
        seconds=(("read", 0.5), ("search", 1.25)),
        calls=1,
        prompt_tokens=1200,
        completion_tokens=30,
        estimated=True,
        thoughts="Are they pumps?",
        tried=("the endpoint takes no temperature",),
    ),
)


def test_direct_answer_stands_in_front_and_leads_to_its_words() -> None:
    shown = render.answer(RICH, 2)
    assert shown.index('<a href="#direct-2">60 Hz</a>') < shown.index("Pumps run at")
    assert '<strong class="fn-target" id="direct-2">60 Hz</strong>' in shown
    elsewhere = replace(RICH, direct=Direct("75 Hz", 0, 0, 5))
    assert "<strong" not in render.answer(elsewhere, 2)


def test_code_keeps_its_lines_and_indents_in_the_answer_and_in_the_footnote() -> None:
    code = "def run(pump):\n    start = pump.start\n    return start"
    chunk = replace(CHUNK, source="/src/pump.py", text=code, start=0, end=len(code))
    citation = Citation(1, chunk, ((0, len(code)),))
    read = " ".join(code.split())
    statement = Statement(read, (1,), evidence=(Place(1, 0, len(code)),))
    said = replace(ANSWER, text=f"{read} [1]", statements=(statement,), citations=(citation,), hits=())
    shown = render.answer(said, 1)
    assert Reader(shown).text.count(code) == 2
    assert shown.count("<pre") == shown.count("fn-code") == 1
    assert "fn-code" not in render.answer(ANSWER, 1)


STOPPED = replace(ANSWER, text="Pumps run", statements=(), citations=(), hits=(), model="m", complete=False)


def test_answer_that_is_stopped_inside_its_first_sentence_says_so_once() -> None:
    """A footnote stands at a sentence's end: that there is none says nothing."""
    shown = Reader(render.answer(STOPPED, 1, is_stopped=True)).text
    assert "Stopped before the answer was complete." in shown
    assert "footnote" not in shown.casefold()
    assert "Incomplete" not in shown
    assert "Incomplete" in render.answer(STOPPED, 1)
    assert "No footnotes" in render.answer(replace(STOPPED, statements=ANSWER.statements), 1)


def test_words_against_open_in_the_source_where_it_can_be_read() -> None:
    """The second mark: the first is what the footnote cites."""
    shown = verdicts.summary(RICH, 2, "e" * 32)
    assert f'href="/read/{"e" * 32}/1?mark=' in shown
    assert "-against" not in shown


def test_contradiction_is_told_from_other_doubts_and_leads_to_the_words_against() -> None:
    shown = render.answer(RICH, 2)
    assert '<span class="fn-doubt fn-wrong" aria-describedby="doubt-2-0">' in shown
    assert "0 of 1 sentence supported · 1 contradicted" in Reader(shown).text
    assert "the passage says otherwise. The passage says 50 here." in Reader(shown).text
    assert 'href="#fn-2-1-against"' in shown
    assert '<mark class="fn-target fn-against" id="fn-2-1-against">50 Hz</mark>' in shown


@pytest.mark.parametrize(
    ("support", "words"),
    [
        ("partly supported", "only partly supported"),
        ("without citation", "no footnote"),
        ("not found", "not supported"),
    ],
)
def test_each_verdict_has_its_words(support: Support, words: str) -> None:
    statement = replace(RICH.statements[0], support=support, against=())
    shown = render.answer(replace(RICH, statements=(statement,)), 1)
    assert words in Reader(shown).text
    assert "fn-wrong" not in shown


def test_second_opinion_is_told_beside_the_sentence() -> None:
    statement = Statement("Pumps run at 50 Hz.", (1,), opinion="judge finds no support")
    shown = render.answer(replace(ANSWER, statements=(statement,)), 1)
    assert "“Pumps run at 50 Hz.”: a second opinion. Judge finds no support." in Reader(shown).text


def test_every_cell_of_a_table_has_its_footnote_and_an_empty_one_says_so() -> None:
    shown = render.answer(RICH, 2)
    assert '<th scope="col" dir="auto">Speed</th>' in shown
    assert re.search(r'<td dir="auto">50 Hz<a class="fn-ref" href="#fn-2-1"[^>]*>1</a></td>', shown)
    assert '<td dir="auto"><span class="fn-none">–</span></td>' in shown


def test_how_an_answer_came_to_be_is_told_in_words() -> None:
    text = Reader(render.answer(RICH, 1)).text
    for words in (
        "it asks about two things",
        "a probability of 0.88",
        "The model asked to search for “pumps” in type=pdf: 1 passage, best score 0.50.",
        "the endpoint takes no temperature",
        "about 1,200 tokens read, about 30 written",
        "read0.50 ssearch1.25 stogether1.75 s",
        "Are they pumps?",
    ):
        assert words in text
    assert "Why these passages" not in Reader(render.answer(replace(ANSWER, hits=()), 1)).text


def test_passages_are_told_with_scores_ranks_and_the_threshold() -> None:
    second = replace(CHUNK, id="c2", title="<b>Fans</b>")
    hits = (
        Hit(CHUNK, 0.6, 1, "scores", cosine=0.7, bm25=0.4, cosine_rank=1, words_rank=7, found_rank=12),
        Hit(second, 0.1, 2, "scores", cosine=0.2, bm25=0.0, rerank=-1.5, cosine_rank=9, words_rank=30, found_rank=2),
    )
    shown = render.answer(replace(ANSWER, hits=hits, trace=Trace(threshold=0.2, sent=("c2",))), 1)
    text = Reader(shown).text
    assert "1Guide · p. 40.600.7010.40712–footnote 1" in text
    assert "2<b>Fans</b> · p. 40.100.2090.00302-1.50given to the model" in text
    assert "The best passage scores 0.60; at least 0.20 was asked." in text
    assert "A reranker put the passages in their order." in text
    assert (
        'role="img" aria-label="Scores of 2 passages, from 0.60 down to 0.10. 1 reaches the threshold of 0.20."'
    ) in shown
    assert '<span class="fn-fill" style="width:100.0%">' in shown
    assert '<span class="fn-fill fn-low" style="width:16.7%">' in shown
    assert shown.count('<span class="fn-least" style="left:33.3%">') == 2


@settings(deadline=None)
@given(anything)
def test_nothing_hostile_gets_out_of_what_stands_around_an_answer(word: str) -> None:
    def shown(word: str) -> Reader:
        word = f"<{word}>"  # never blank
        trace = Trace(word, (Search(word, word, 1),), thoughts=word, tried=(word,), calls=1)
        answer = replace(
            RICH,
            direct=Direct(word, 0, 0, 5),
            table=Table((word, word), ((Cell(word, (1,)), Cell(word)),)),
            trace=trace,
            model=word,
        )
        doing = [Searching(word, word), Progress(word, 1, 2)]
        return Reader(
            render.answer(answer, 1) + "".join(render.draft("", doing=render.doing(event)) for event in doing)
        )

    plain = shown("word")
    hostile = shown(word)
    assert hostile.tags == plain.tags
    assert [name for name, _ in hostile.attributes] == [name for name, _ in plain.attributes]


def test_what_goes_on_is_said() -> None:
    assert render.doing(Searching("wave limit", "")) == "Searching your documents for “wave limit”"
    assert render.doing(PassagesFound((ANSWER.hits[0],))) == "Reading 1 passage"
    assert render.doing(PassagesFound(())) == ""
    assert render.doing(Progress("waiting 50 s")) == "waiting 50 s"
    assert render.doing(Progress("section", 3, 10)) == "section (3 of 10)"
    assert "Thinking …" in Reader(render.draft("So far", doing=render.doing(Thought("hm")))).text


@pytest.mark.parametrize("said", [absent("papers"), absent("papers", ["letters"])])
def test_a_question_to_nothing_is_led_to_the_page_that_adds_documents(said: str) -> None:
    told = render.problem(said, "papers")
    assert told == "“papers” held no documents when you asked. Add some on the page “Documents”, then try again."
    assert render.problem("the model is out of reach", "papers") == "the model is out of reach"


def test_a_footnote_says_why_it_is_there_in_the_visitors_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.chat.footnotes.t", lambda text, **_: f"<{text}>")
    assert "&lt;Why this passage&gt;" in footnote("fn", 1, CITATION, ANSWER.hits[0])
