"""What an exported conversation says, in each format: every question once, with its limits and its direct answer."""

import html
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pytest

from qa.database.exchanges import Exchange, State
from qa.store.where import Filter
from qa.types import Answer, Cell, Chunk, Citation, Direct, Hit, Place, Statement, Table
from ui.conversation.save import as_markdown, escaped
from ui.export import FORMATS, exported
from ui.export.docx import as_docx
from ui.export.html import as_html
from ui.terminal import answer_lines
from ui.web.language import speaking

QUESTION = "What does the crane lift?"
TEXT = "The crane lifts 12 tonnes by day."
OTHER = "And at night?"


def exchanged(question: str = QUESTION) -> Exchange:
    cited = (Citation(1, Chunk("c", "d", "v", 0, "a.txt", "A", "", 0, 0, len(TEXT), TEXT), ((0, len(TEXT)),)),)
    direct = Direct("12 tonnes", 0, TEXT.index("12"), TEXT.index("12") + 9)
    statements = (Statement(f"{TEXT} [1]", (1,)),)
    answer = Answer(
        question, question, f"{TEXT} [1]", statements, cited, (), found=True, model="extractive", direct=direct,
        where="source a.txt",
    )  # fmt: skip
    return Exchange("e" * 32, "c" * 32, "", question, answer=answer, created=datetime.now(UTC))


def answers(exchanges: list[Exchange]) -> list[Answer]:
    return [exchange.answer for exchange in exchanges if exchange.answer]


def lines(file: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(file)).paragraphs]


def test_one_question_is_said_once_where_it_is_the_title() -> None:
    one = [exchanged()]
    assert as_markdown(answers(one), title=QUESTION).count(QUESTION) == 1
    assert as_html(QUESTION, one).decode().split("<body>")[1].count(f">{QUESTION}</h") == 1
    assert lines(as_docx(QUESTION, one)).count(QUESTION) == 1


@pytest.mark.parametrize("ending", FORMATS)
def test_question_that_failed_says_what_it_was_limited_to(ending: str) -> None:
    failed = replace(exchanged(), answer=None, error="gone", state="failed", limits=Filter(sources=("some mail",)))
    file = exported(ending, "Cranes", [failed])
    assert "some mail" in ("\n".join(lines(file)) if ending == "docx" else file.decode())


@pytest.mark.parametrize("model", ["extractive", "a-model"])
def test_numbers_of_two_footnotes_are_never_read_as_one(model: str) -> None:
    """Above a line "1" and "2" side by side are twelve, and so they are where the words are copied."""
    one = exchanged()
    assert one.answer
    (first,) = one.answer.citations
    text = f"{TEXT} [1][2]"
    answer = replace(
        one.answer,
        text=text,
        model=model,
        statements=(Statement(TEXT, (1, 2)),),
        citations=(first, replace(first, number=2)),
        table=Table(("Load",), ((Cell("12", (1, 2)),),)),
    )
    one = replace(one, answer=answer)
    written = docx.Document(io.BytesIO(as_docx("Cranes", [one])))
    runs = next(paragraph.runs for paragraph in written.paragraphs if paragraph.text.endswith(f"{TEXT} 1,2"))
    assert [run.text for run in runs if run.font.superscript] == ["1", ",2"]
    assert written.tables[0].rows[1].cells[0].text == "12 [1] [2]"
    page = re.sub(r"<[^>]+>", "", as_html("Cranes", [one]).decode().split("<body>")[1])
    assert page.count("1\u202f2") == 2
    assert "day.12" not in page
    assert as_markdown([answer], title="Cranes").count("[^1-1]\u202f[^1-2]") == 2
    assert "12 [1][2]" in "\n".join(answer_lines(answer))


def test_each_of_several_questions_has_a_heading() -> None:
    two = [exchanged(), exchanged(OTHER)]
    assert as_markdown(answers(two), title=QUESTION).count(f"## {QUESTION}") == 1
    assert as_html(QUESTION, two).decode().count("<h2 ") == 2
    assert [line for line in lines(as_docx(QUESTION, two)) if line in (QUESTION, OTHER)] == [QUESTION, QUESTION, OTHER]


def test_word_document_has_the_direct_answer_and_the_limits() -> None:
    said = lines(as_docx("Cranes", [exchanged()]))
    assert "12 tonnes" in said
    assert "Limited to: source a.txt" in said


def test_words_of_ours_in_an_export_are_those_of_the_page() -> None:
    one = exchanged()
    assert one.answer
    doubtful = Statement(TEXT, (1,), "the passage says “no ink” here, not “ink”", "contradicted")
    (cited,) = one.answer.citations
    paged = replace(cited, chunk=replace(cited.chunk, page=4, metadata={"rows": "3"}))
    note = "Most of what m wrote is not in the passages; the passages are quoted instead."
    one = replace(one, answer=replace(one.answer, statements=(doubtful,), citations=(paged,), note=note))
    with speaking("de"):
        for said in (as_markdown(answers([one]), title="Kräne"), "\n".join(lines(as_docx("Kräne", [one])))):
            assert "Begrenzt auf: source a.txt" in said.replace("\\", "").replace("&#46;", ".")
            assert "Die Stelle sagt hier „no ink“, nicht „ink“." in said
            assert "S. 4, Zeile 3" in said.replace("\\", "")
            assert f"„{TEXT}“" in said.replace("\\", "")
            assert (
                "Die Passagen werden stattdessen zitiert" in said or "stattdessen werden die Passagen zitiert" in said
            )
            assert "Limited" not in said
            assert "Not supported" not in said


def test_words_that_readers_put_into_texts_are_those_of_the_page() -> None:
    one = exchanged()
    assert one.answer
    (cited,) = one.answer.citations
    text = "Notes: The crane lifts 12 tonnes [Comment by Ada: by day]."
    chunk = replace(cited.chunk, source="a.pptx", text=text, end=len(text))
    slide = replace(one.answer, citations=(Citation(1, chunk, ((0, len(text)),)),), direct=None)
    with speaking("de"):
        for kind in ("md", "docx", "html"):
            file = exported(kind, "Kräne", [replace(one, answer=slide)])
            said = "\n".join(lines(file)) if kind == "docx" else file.decode()
            assert "Notizen: The crane" in said
            assert "[Kommentar von Ada:" in said.replace("\\", "")
            assert "Notes:" not in said


def test_stopped_and_refused_answers_say_so_in_every_export() -> None:
    one = exchanged()
    assert one.answer
    (cited,) = one.answer.citations
    stopped = replace(one, state="stopped", answer=replace(one.answer, complete=False))
    near = (Hit(cited.chunk, 1.0, 1, "rrf"),)
    refused = replace(one, answer=replace(one.answer, citations=(), statements=(), found=False, hits=near))
    both = [stopped, refused]
    saved = exported("md", "Cranes", both).decode()
    for said in (saved, "\n".join(lines(as_docx("Cranes", both))), as_html("Cranes", both).decode()):
        assert said.count("Stopped before the answer was complete.") == 1
        assert "Incomplete" not in said
        assert "Nearest passages" in said


def test_list_of_a_quoted_answer_is_one_in_markdown_and_word() -> None:
    one = exchanged()
    assert one.answer
    both = [replace(one, answer=replace(one.answer, text="Two.\n\n- A [1]\n- - B", statements=(), direct=None))]
    assert "\n- A [^1-1]\n- \\- B\n" in exported("md", "Cranes", both).decode()
    paragraphs = docx.Document(io.BytesIO(as_docx("Cranes", both))).paragraphs
    listed = [each for each in paragraphs if each.style and each.style.name == "List Bullet"]
    assert [each.text for each in listed] == ["A 1", "- B"]


_HOSTILE = "a\x00\x07\x1b[31m\x85\u2028\ufffe\uffffb"


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("model", ["extractive", "gpt-x"])
@pytest.mark.parametrize("source", ["a.py", "a.txt"])
def test_characters_that_a_format_has_no_place_for_stop_no_export(kind: str, model: str, source: str) -> None:
    """A model's code with an escape sign, and a quotation with U+FFFF, had no Word document."""
    text = (
        f"So {_HOSTILE} [1]\n\n```\n{_HOSTILE}\n```\n\n`{_HOSTILE}`\n\n# {_HOSTILE}\n\n> {_HOSTILE}\n\n- {_HOSTILE}\n"
    )
    chunk = Chunk("c", "d", "v", 0, source, _HOSTILE, _HOSTILE, 0, 0, len(_HOSTILE), _HOSTILE)
    answer = Answer(
        _HOSTILE, _HOSTILE, text, (Statement(_HOSTILE, (1,), _HOSTILE, evidence=(Place(1, 0, len(_HOSTILE)),)),),
        (Citation(1, chunk, ((0, len(_HOSTILE)),)),), (), found=True, model=model, where=_HOSTILE, note=_HOSTILE,
        table=Table((_HOSTILE,), ((Cell(_HOSTILE, (1,)),),)),
    )  # fmt: skip
    whole = replace(exchanged(_HOSTILE), answer=answer)
    begun = replace(whole, answer=None, state="failed", error=_HOSTILE, text=text)
    said = exported(kind, _HOSTILE, [whole, begun])
    if kind == "docx":
        said = "\n".join(lines(said)).encode()
    assert b"\x1b" not in said


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("state", "error", "why"),
    [
        ("stopped", "", "Stopped before the answer was complete."),
        ("failed", "the endpoint is away", "The endpoint is away."),
        ("broken", "", "Footnote ended before this answer was complete."),
        ("running", "", "Incomplete"),
    ],
)
def test_question_without_an_answer_is_exported_with_its_reason(kind: str, state: State, error: str, why: str) -> None:
    """Markdown left it out, and others said of a broken or failed one that it was stopped."""
    begun = replace(exchanged(OTHER), answer=None, state=state, error=error, text="At night it lifts")
    file = exported(kind, "Cranes", [exchanged(), begun])
    said = "\n".join(lines(file)) if kind == "docx" else html.unescape(file.decode())
    assert OTHER in said
    assert "At night it lifts" in said
    if kind != "json":
        assert why.removesuffix(".") in said
        assert ("Stopped" in said) == (state == "stopped")


def test_web_page_names_the_language_that_it_is_in() -> None:
    with speaking("de"):
        file = exported("html", "Cranes", [exchanged()]).decode()
    assert '<html lang="de">' in file


CODE = """# How many litres a minute
most = __limit__[1]

def start(pump):
    if pump.litres > most:
        raise ValueError("too fast")"""
READ = 'How many litres a minute most = limit[1] def start(pump): if pump.litres > most: raise ValueError("too fast")'


def coded(source: str = "pump.py", before: str = "", after: str = "") -> Exchange:
    """A quotation of code, which the answer holds in one line."""
    text = f"{before}{CODE}{after}"
    span = (len(before), len(before) + len(CODE))
    cited = (Citation(1, Chunk("c", "d", "v", 0, source, "A", "", 0, 0, len(text), text), (span,)),)
    said = (Statement(READ, (1,), evidence=(Place(1, *span),)),)
    answer = Answer(
        QUESTION, QUESTION, f"{READ} [1]", said, cited, (), found=True, model="extractive",
        direct=Direct("limit[1]", 0, READ.index("limit"), READ.index("limit") + 8),
    )  # fmt: skip
    return replace(exchanged(), answer=answer)


WRITTEN = replace(
    exchanged(),
    answer=replace(answers([exchanged()])[0], model="m", text=f"So:\n\n```py\n{CODE}\n```", direct=None),
)
KINDS = [
    pytest.param(coded(), id="file of code"),
    pytest.param(coded("notes.md", "As follows:\n\n```py\n", "\n```\n"), id="fence in a text"),
    pytest.param(WRITTEN, id="written by a model"),
]


@pytest.mark.parametrize("exchange", KINDS)
def test_code_keeps_its_lines_in_every_export(exchange: Exchange) -> None:
    """They ran together in one, without the signs that are Markdown's elsewhere."""
    assert f"```\n{CODE}\n```" in exported("md", "Pumps", [exchange]).decode()
    page = html.unescape(exported("html", "Pumps", [exchange]).decode()).replace("</strong>", "")
    assert f"<code>{CODE}<" in re.sub('<strong class="fn-target" id="[^"]*">', "", page)
    document = docx.Document(io.BytesIO(exported("docx", "Pumps", [exchange])))
    [words] = [run for part in document.paragraphs for run in part.runs if run.text == CODE][:1]
    assert words.font.name == "Courier New"


def test_number_of_its_footnote_stands_behind_code() -> None:
    file = exported("md", "Pumps", [coded()]).decode()
    assert "```\n\n[^1-1]" in file
    # In the footnote too, as part of it.
    assert "\n    ```\n    # How many litres" in file
    page = exported("html", "Pumps", [coded()]).decode()
    assert page.count('class="fn-ref"') == 1
    assert page.count('id="direct-1"') == 1
    assert CODE.split("\n")[4] in list(answer_lines(answers([coded()])[0]))


def test_text_that_only_looks_like_code_is_quoted_as_it_is_read() -> None:
    """Where the fence is closed again, and where the quotation is not what stands there."""
    assert "```" not in exported("md", "Pumps", [coded("notes.md", "```\na\n```\n\n")]).decode()
    [other] = answers([coded()])
    said = (replace(other.statements[0], text="Something else"),)
    changed = replace(other, statements=said, text="Something else [1]")
    assert "```\n\n[^1-1]" not in as_markdown([changed], title="Pumps")


def test_signs_that_mean_nothing_where_they_stand_are_left_as_they_are() -> None:
    """An answer that was copied into a mail had a stroke before each "+", "!" and bracket."""
    assert escaped("It costs 4 + 5 (about 9)! Or less.") == "It costs 4 + 5 (about 9)! Or less."
    # Beside a footnote or a link they would make another of it.
    assert escaped("(http)") == r"\(http)"
    assert escaped("Look!") == r"Look\!"
    assert escaped("+ one") == r"\+ one"
    assert escaped("![a](b)") == r"!\[a\](b)"
