"""Loaders: exact texts for small files, offsets that hold, one clear error for each kind of bad file."""

import datetime
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import files
import pytest

from ingest.load import load, taken
from ingest.load.build import row_line, table_lines
from ingest.load.pdf import hyphens as pdf_hyphens
from ingest.load.pdf import running
from qa.errors import LoadError
from qa.types import Document

SHARED = Path(os.environ.get("FOOTNOTE_SHARED", Path(__file__).parents[2] / "shared"))


def first(path: Path) -> Document:
    return load(path).documents[0]


def loaded(path: Path, content: str | bytes) -> Document:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return first(path)


def check_offsets(document: Document) -> None:
    text = document.text
    assert text.strip()
    assert "\0" not in text
    assert "\r" not in text
    text.encode()
    assert document.title.strip()
    starts = [heading.start for heading in document.headings]
    assert starts == sorted(starts)
    assert all(0 <= start <= len(text) for start in starts)
    if document.pages:
        assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
        assert "\n\n".join(text[page.start : page.end] for page in document.pages) == text
        assert document.pages[0].start == 0
        assert all(after.start == page.end + 2 for page, after in zip(document.pages, document.pages[1:], strict=False))
    if Path(document.source).suffix.lower() in (".docx", ".pptx", ".xlsx", ".html", ".htm"):
        assert all(text[heading.start :].startswith(heading.title) for heading in document.headings)


def outline(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in document.headings]


def test_importing_the_loaders_imports_no_format_library() -> None:
    code = "import sys, ingest.load; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pypdfium2", "docx", "pptx", "openpyxl", "bs4", "markdown_it"} & set(done.stdout.split())


def test_source_is_the_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "~notes.TXT").write_text("hello")
    monkeypatch.chdir(tmp_path)
    document = first(Path("~notes.TXT"))
    assert (document.source, document.title, document.media_type) == ("~notes.TXT", "~notes", "text/plain")


# PDF


def test_pdf_pages_are_tiled_and_empty_pages_keep_their_number(tmp_path: Path) -> None:
    document = first(files.write_pdf(tmp_path / "a.pdf", ["First line\nsecond line", "", "Third page"]))
    assert document.text == "First line\nsecond line\n\n\n\nThird page"
    assert [(page.number, page.start, page.end) for page in document.pages] == [(1, 0, 22), (2, 24, 24), (3, 26, 36)]
    assert document.title == "a"
    check_offsets(document)


def test_pdf_outline_becomes_headings_at_their_titles_or_page_starts(tmp_path: Path) -> None:
    entries = [("Scope  of WORK", 0, 1), ("Detail", 1, 1), ("Not printed", 0, 2)]
    path = files.write_pdf(tmp_path / "a.pdf", ["Preface\nScope of work\nDetail", "More"], outline=entries)
    document = first(path)
    assert outline(document) == [(1, "Scope of WORK"), (2, "Detail"), (1, "Not printed")]
    assert [document.text[heading.start :].split("\n")[0] for heading in document.headings] == [
        "Scope of work",
        "Detail",
        "More",
    ]


@pytest.mark.parametrize(
    ("named", "title"),
    [
        ("Annual report", "Annual report"),
        ("untitled", "a"),
        ("Microsoft Word - x.doc", "a"),
        ("0000320193-22-000070", "a"),
        (" ", "a"),
    ],
)
def test_pdf_title_is_the_metadata_title_if_it_says_something(tmp_path: Path, named: str, title: str) -> None:
    assert first(files.write_pdf(tmp_path / "a.pdf", ["text"], title=named)).title == title


def test_pdf_running_headers_and_footers_are_removed(tmp_path: Path) -> None:
    pages = [f"ACME report\nBody {'abc'[i]}\nACME | Form 10-Q | Page {i + 1} of 3" for i in range(3)]
    assert first(files.write_pdf(tmp_path / "a.pdf", pages)).text == "Body a\n\nBody b\n\nBody c"


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param(["Head\na", "Head\nb"], id="two pages"),
        pytest.param(["Invoice 4711\na", "Invoice 9\nb", "Invoice 23\nc"], id="numbers that do not count pages"),
        pytest.param(["Total\n12", "Total x\n77", "Totals\n13"], id="numbers alone"),
        pytest.param(["Odd\na", "Even\nb", "Odd\nc", "Even\nd"], id="half of the pages"),
        pytest.param(["x" * 121 + "\na", "x" * 121 + "\nb", "x" * 121 + "\nc"], id="long lines"),
        pytest.param(["Same", "Same", "Same"], id="nothing would be left"),
    ],
)
def test_lines_that_are_no_running_header_stay(pages: list[str]) -> None:
    assert running.without(pages) == pages


def test_no_more_than_two_running_lines_go_at_each_end() -> None:
    assert running.without([f"A\nB\nC\n{body}" for body in "xyz"]) == ["C\nx", "C\ny", "C\nz"]


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("track", "ing", "tracking"),
        ("higher", "order", "higher-order"),
        ("credit", "financing", "credit-financing"),
        ("Year", "over", "Year-over"),
        ("SARS", "Related", "SARS-Related"),
        ("FED", "ERAL", "FEDERAL"),
        ("RELEASE", "3", "RELEASE-3"),
    ],
)
def test_words_broken_at_a_line_end_are_joined_as_the_document_spells_them(left: str, right: str, joined: str) -> None:
    words = pdf_hyphens.words_of(["A higher-order track. credit for financing, year by year and over"])
    assert pdf_hyphens.join(left, right, words | {"sars-related"}) == joined


def test_pdfium_marks_a_hyphen_at_a_line_end(tmp_path: Path) -> None:
    """The mark is PDFium's own; this tells when a new version uses another."""
    text = first(files.write_pdf(tmp_path / "a.pdf", ["The engine was de-\nsigned in London"])).text
    assert text == "The engine was designed in London"


# Office


def test_docx_keeps_document_order_headings_lists_and_rows(tmp_path: Path) -> None:
    rows = [["Name", "Born", "Died"], ["Ada", "1815", "1852"], ["Grace", "1906", ""]]
    blocks = [
        ("Title", "The report"),
        ("Heading 1", "People"),
        ("Normal", "Two of them:"),
        ("List Bullet", "Ada"),
        ("List Number", "Grace"),
        ("table", rows),
        ("Heading 3", "End"),
        ("table", [["boxed"], ["text"]]),
    ]
    document = first(files.write_docx(tmp_path / "a.docx", blocks))
    assert document.text == (
        "The report\n\nPeople\n\nTwo of them:\n\n- Ada\n1. Grace\n\n"
        "Name: Ada; Born: 1815; Died: 1852\nName: Grace; Born: 1906\n\nEnd\n\nboxed\n\ntext"
    )
    assert outline(document) == [(1, "The report"), (1, "People"), (3, "End")]
    assert document.title == "The report"
    check_offsets(document)


def test_docx_title_property_wins_over_headings(tmp_path: Path) -> None:
    assert first(files.write_docx(tmp_path / "a.docx", [("Heading 1", "One")], title="Named")).title == "Named"
    assert first(files.write_docx(tmp_path / "a.docx", [("Heading 1", "One")])).title == "One"
    assert first(files.write_docx(tmp_path / "a.docx", [("Normal", "One")])).title == "a"


def test_docx_merged_cells_stand_in_each_row_and_merged_headers_over_all_columns(tmp_path: Path) -> None:
    import docx

    file = docx.Document()
    table = file.add_table(rows=3, cols=3)
    for row, texts in zip(table.rows, (["Year", "", "Sum"], ["a", "b", "c"], ["", "d", "e"]), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Year"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "a"
    file.save(str(tmp_path / "a.docx"))
    assert first(tmp_path / "a.docx").text == "Year: a; Year: b; Sum: c\nYear: a; Year: d; Sum: e"


def test_docx_inserted_text_counts_and_deleted_text_does_not(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    file = docx.Document()
    paragraph = file.add_paragraph("Pay ")._p
    runs = "<w:ins><w:r><w:t>100</w:t></w:r></w:ins><w:del><w:r><w:delText>200</w:delText></w:r></w:del>"
    for child in list(parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>")):
        paragraph.append(child)
    file.save(str(tmp_path / "a.docx"))
    assert first(tmp_path / "a.docx").text == "Pay 100"


def test_pptx_has_a_page_per_slide_with_title_shapes_in_reading_order_table_and_notes(tmp_path: Path) -> None:
    slides = [
        {"title": "Plan", "texts": [(4, 1, "below"), (3, 5, "right"), (3, 1, "left")], "notes": "Say this."},
        {},
        {"texts": [(1, 1, "No title")], "table": [["Item", "Price"], ["Tea", "2"]]},
    ]
    document = first(files.write_pptx(tmp_path / "a.pptx", slides))
    one, third = "Plan\n\nleft\n\nright\n\nbelow\n\nNotes: Say this.", "No title\n\nItem: Tea; Price: 2"
    assert document.text == f"{one}\n\n\n\n{third}"
    # The third slide has no title: it is not under that of the first.
    assert outline(document) == [(1, "Plan"), (1, "")]
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.title == "Plan"
    check_offsets(document)


def test_pptx_groups_are_opened(tmp_path: Path) -> None:
    import pptx
    from pptx.util import Inches

    file = pptx.Presentation()
    group = file.slides.add_slide(file.slide_layouts[6]).shapes.add_group_shape()
    group.shapes.add_group_shape().shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "deep inside"
    file.save(str(tmp_path / "a.pptx"))
    assert first(tmp_path / "a.pptx").text == "deep inside"


def test_xlsx_rows_carry_their_headers_and_values_read_naturally(tmp_path: Path) -> None:
    rows = [
        ["Prices"],
        ["Item", "Price", "Since", "Checked", "In stock"],
        ["Tea", 2.0, datetime.datetime(2024, 3, 1), datetime.datetime(2024, 3, 1, 9, 5), True],
        ["Milk", 0.1 + 0.2, None, "#DIV/0!", False],
        ["Jam", "=1+1"],
    ]
    document = first(files.write_xlsx(tmp_path / "a.xlsx", {"Shop": rows, "Empty": [], "Other": [["one"]]}))
    assert document.text == (
        "Shop\n\nPrices\nItem: Tea; Price: 2; Since: 2024-03-01; Checked: 2024-03-01 09:05; In stock: yes\n"
        "Item: Milk; Price: 0.3; In stock: no\nItem: Jam; Price: =1+1\n\nOther\n\none"
    )
    assert outline(document) == [(1, "Shop"), (1, "Other")]
    check_offsets(document)


def test_xlsx_tables_apart_by_a_blank_row_have_headers_of_their_own(tmp_path: Path) -> None:
    rows = [["Item", "Price"], ["Tea", 2], [], ["Milk", 3], [], ["City", 2023], [], ["Rome", 7], [], ["Tax", 0.3, 9, 8]]
    text = first(files.write_xlsx(tmp_path / "a.xlsx", {"S": rows})).text
    assert text == (
        "S\n\nItem: Tea; Price: 2\nItem: Milk; Price: 3\nItem: City; Price: 2023\nCity: Rome; 2023: 7\nTax; 0.3; 9; 8"
    )


# Text


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.csv", "a,b\n1,2\n3,4\n", "a: 1; b: 2\na: 3; b: 4"),
        ("a.csv", "a;b\n1;2,5\n3;4,5\n", "a: 1; b: 2,5\na: 3; b: 4,5"),
        ("a.tsv", "a\tb\n1,2\t3\n", "a: 1,2; b: 3"),
        ("a.csv", 'a,b\n"x, ""y""\nz",2\n', 'a: x, "y" z; b: 2'),
        ("a.csv", "a,b\n1\n1,2,3\n", "a: 1\na: 1; b: 2; 3"),
        ("a.csv", "title\na,b\n1,2\n", "title\na: 1; b: 2"),
        ("a.csv", "one\ntwo\nthree\n", "one\ntwo\nthree"),
        # No booking names the columns, whatever its days and amounts are written like.
        ("a.csv", "18.09.2017;Oak;-33,87\n19.09.2017;Elm;7,00\n", "18.09.2017; Oak; -33,87\n19.09.2017; Elm; 7,00"),
        ("a.csv", "10-Nov-09,Oak,($85.00)\n09-Nov-10,Elm,$7.00\n", "10-Nov-09; Oak; ($85.00)\n09-Nov-10; Elm; $7.00"),
        ("a.csv", "20091224,Oak\n20091225,Elm\n", "20091224; Oak\n20091225; Elm"),
        # Every comma parts decimals here, also those that give rows of equal length.
        ("a.csv", "1;Oak;-10,00;\n2;Elm;-5,76\n", "1; Oak; -10,00\n2; Elm; -5,76"),
        # Above the table stands what the account is.
        (
            "a.csv",
            '"Account:";"DE12 / Current"\n"From:";"01.01.2025"\n"Balance";"5.001,06 EUR"\n\n'
            '"Day";"Payee";"Amount"\n"02.01.2025";"Oak";"-3,50"\n"03.01.2025";"Elm";"4,00"\n',
            "Account: DE12 / Current\nFrom: 01.01.2025\nBalance; 5.001,06 EUR\n"
            "Day: 02.01.2025; Payee: Oak; Amount: -3,50\nDay: 03.01.2025; Payee: Elm; Amount: 4,00",
        ),
        (
            "a.csv",
            "-\n12;1/2/2025;1/2/2025\nDay;To;Sum\n2/2/2025;Oak;3\n",
            "-\n12; 1/2/2025; 1/2/2025\nDay: 2/2/2025; To: Oak; Sum: 3",
        ),
        # Years, days and numbers may well be names.
        ("a.csv", "Land,2023,2024\nOak,5,6\nElm,7,8\n", "Land: Oak; 2023: 5; 2024: 6\nLand: Elm; 2023: 7; 2024: 8"),
        ("a.csv", "Land,1/22/20,1/23/20\nOak,5,6\n", "Land: Oak; 1/22/20: 5; 1/23/20: 6"),
        ("a.csv", "Name,1,2,3\nOak,5,6,7\n", "Name: Oak; 1: 5; 2: 6; 3: 7"),
        ("a.csv", "Depth,10,20,50\nOak,7,6,5\n", "Depth: Oak; 10: 7; 20: 6; 50: 5"),
        ("a.csv", "a,b\n", "a; b"),
        ("a.csv", "käse,b\n1,2\n".encode("utf-16"), "käse: 1; b: 2"),
        ("a.csv", "a,b\n1," + "x" * 200_000, "a: 1; b: " + "x" * 200_000),
    ],
)
def test_separated_values(tmp_path: Path, name: str, content: str | bytes, text: str) -> None:
    assert loaded(tmp_path / name, content).text == text


def test_row_rule() -> None:
    assert row_line(["Name:", "", "c"], ["Ada", "x", "", "extra"]) == "Name: Ada; x; extra"
    assert table_lines([["a", "b"]]) == ["a; b"]
    assert table_lines([["a"], ["b"]]) == ["a", "b"]
    assert table_lines([]) == []


@pytest.mark.parametrize(
    "content",
    [
        "Größe\r\nund Maß".encode(),
        "Größe\nund Maß".encode("utf-8-sig"),
        "Größe\rund Maß".encode("utf-16"),
        "Größe\nund Maß".encode("utf-32"),
        "Größe\nund Maß".encode("utf-16-le"),
    ],
)
def test_text_encodings_and_line_breaks(tmp_path: Path, content: bytes) -> None:
    assert loaded(tmp_path / "a.txt", content).text == "Größe\nund Maß"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "В гимназии он не был в числе первых учеников, исключение составляли математика и латынь. " * 3),
        ("iso2022_jp", "コンソール アプリケーション"),
    ],
)
def test_text_in_older_encodings(tmp_path: Path, encoding: str, text: str) -> None:
    assert loaded(tmp_path / "a.txt", text.encode(encoding)).text == text


def test_markdown_text_is_the_source_without_front_matter(tmp_path: Path) -> None:
    body = "# One *two*\n\n```\n# no heading\n```\n\nSub\n---\n\n- # in a list\n\n### `c` d"
    document = loaded(tmp_path / "a.md", f'---\ntitle: "The: title"\n---\n\n{body}\n')
    assert document.text == body
    assert document.title == "The: title"
    assert outline(document) == [(1, "One two"), (2, "Sub"), (3, "c d")]
    lines = [body[heading.start :].split("\n")[0] for heading in document.headings]
    assert lines == ["# One *two*", "Sub", "### `c` d"]
    check_offsets(document)


def test_markdown_has_front_matter_in_toml_as_well(tmp_path: Path) -> None:
    front = '+++\ntitle = "Budget Committee"\ndate = 2024-10-28\n[params]\n  author = "Ann Hill"\n+++\n'
    document = loaded(tmp_path / "a.md", f"{front}\n# Meeting\n\nAll agreed.\n")
    assert (document.title, document.text) == ("Budget Committee", "# Meeting\n\nAll agreed.")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("- [2023]({% link _experience/2023/tomato.md %})", "- 2023"),
        ("## What are your rates? {.mt-4}\n\nCall us.", "## What are your rates?\n\nCall us."),
        ("{: .no_toc}\nText", "\nText"),
        ("Before {% include note.html %} after", "Before  after"),
        ('![x](/a.jpg){: width="300" }', "![x](/a.jpg)"),
        ("see {{ site.url }}", "see "),
        # A writer's own braces.
        ("the set {1, 2} and {a.b}", "the set {1, 2} and {a.b}"),
        ("Dear {{ name }}, `{% raw %}` is code", "Dear {{ name }}, `{% raw %}` is code"),
    ],
)
def test_markdown_shows_no_tags_of_templates(tmp_path: Path, written: str, shown: str) -> None:
    assert loaded(tmp_path / "a.md", f"x\n\n{written}").text == f"x\n\n{shown}".strip("\n")


def test_markdown_title_falls_back_to_the_first_heading_then_the_name(tmp_path: Path) -> None:
    assert loaded(tmp_path / "a.md", "## x\n\n# y").title == "y"
    assert loaded(tmp_path / "a.md", "## x").title == "a"


def test_html_keeps_content_and_drops_what_surrounds_it(tmp_path: Path) -> None:
    page = """<html><head><title> My
      page </title><style>p {}</style></head><body><header>Site</header><nav>Menu</nav>
      <h1>Head <em>line</em></h1><p>One  two<br>three <b>four</b>five<!-- no --></p>text<div>in div</div>
      <ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul><pre>x  y
  z</pre><p hidden>no</p><p style="display: none">no</p><script>no()</script>
      <table><tr><th>k</th><th>v</th></tr><tr><td>1</td><td>2</td></tr></table>
      <table><tr><th>Born</th><td>1815</td></tr><tr><th>Died</th><td>1852</td></tr></table>
      <form><input><label>Search</label></form><footer>Imprint</footer></body></html>"""
    document = loaded(tmp_path / "a.html", page)
    assert document.text == (
        "Head line\n\nOne two\nthree fourfive\n\ntext\n\nin div\n\n- a\n- b\n- c\n\nx  y\n  z\n\nk: 1; v: 2\n\n"
        "Born: 1815\nDied: 1852"
    )
    assert outline(document) == [(1, "Head line")]
    assert document.title == "My page"
    check_offsets(document)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<div>out</div><main><header>in</header><p>main</p></main><article>out</article>", "in\n\nmain"),
        ("<div>out</div><article>one</article>", "one"),
        ("<article>one</article><article>two</article>", "one\n\ntwo"),
        ("<form><h1>Page in a form</h1><p>text</p></form>", "Page in a form\n\ntext"),
        ("<table><tr><td><h2>Layout</h2>a</td><td><p>b</p></td></tr></table>", "Layout\n\na\n\nb"),
    ],
)
def test_html_main_content(tmp_path: Path, body: str, text: str) -> None:
    assert loaded(tmp_path / "a.htm", f"<body>{body}</body>").text == text


def test_html_encoding_is_the_declared_one_or_guessed_where_that_fails(tmp_path: Path) -> None:
    declared = '<meta charset="windows-1251"><p>Привет</p>'.encode("cp1251")
    assert loaded(tmp_path / "a.html", declared).text == "Привет"
    words = "В гимназии он не был в числе первых учеников, исключение составляли математика и латынь. " * 3
    wrong = f'<meta charset="utf-8"><p>{words}</p>'.encode("cp1251")
    assert loaded(tmp_path / "a.html", wrong).text == words.strip()


MAIL = b"""From: =?utf-8?q?J=C3=B6rg?= <j@example.com>
To: a@example.com
Date: Fri, 01 Mar 2024 09:05:00 +0100
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: %s

%s
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="plan.pdf"

--x--
"""


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (b"text/plain; charset=iso-8859-1", "Schöne Tage".encode("latin-1")),
        (b"text/plain; charset=no-such", "Schöne Tage".encode()),
        (b"text/html; charset=utf-8", "<p>Schöne   Tage</p>".encode()),
    ],
)
def test_mail_headers_body_and_attachment_names(tmp_path: Path, media_type: bytes, body: bytes) -> None:
    document = loaded(tmp_path / "a.eml", MAIL % (media_type, body))
    assert document.text == (
        "From: Jörg <j@example.com>\nTo: a@example.com\nDate: Fri, 01 Mar 2024 09:05:00 +0100\nSubject: Grüße\n\n"
        "Schöne Tage\n\nAttachments: plan.pdf"
    )
    assert document.title == "Grüße"
    assert document.metadata == {"date": "2024-03-01T09:05:00+01:00", "from": "Jörg <j@example.com>"}


def test_surrogates_and_control_characters_never_reach_the_text(tmp_path: Path) -> None:
    assert loaded(tmp_path / "a.html", "<p>a&#xD800;b&#1;c</p>").text.replace("\ufffd", "") == "abc"
    assert loaded(tmp_path / "a.txt", "some text with a bell\x07 and a form\x0cfeed").text == (
        "some text with a bell and a form\nfeed"
    )


# Errors


def _encrypted(path: Path) -> None:
    files.write_pdf(path, ["secret"], password="p")


def _bytes(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def _cut_docx(path: Path) -> None:
    files.write_docx(path, [("Normal", "text")])
    path.write_bytes(path.read_bytes()[:700])


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.txt", lambda _: None, "does not exist"),
        ("a.txt", lambda path: path.mkdir(), "is a folder"),
        ("a.txt", _bytes(b""), "is empty"),
        ("a.md", _bytes(b" \r\n\t"), "is empty"),
        ("a.pdf", _bytes(b""), "is empty"),
        ("a.md", _bytes(b"---\ntitle: x\n---\n"), "holds no text"),
        ("a.html", _bytes(b"<nav>menu</nav>"), "holds no text"),
        ("a.pdf", _encrypted, "is encrypted; save a copy without password and ingest that"),
        ("a.pdf", lambda path: files.write_pdf(path, ["", ""]), "holds no text: its pages are blank or drawings"),
        ("a.pdf", _bytes(b"%PDF-1.7\nbroken"), "is damaged"),
        ("a.pdf", _bytes(b"plain"), "is named .pdf but holds something other than a PDF"),
        ("a.docx", _bytes(b"plain"), "is named .docx but holds something other than a Word document"),
        ("a.docx", _bytes(files.OLE2 + b"x" * 600), "is a damaged Office file; get a new copy"),
        ("a.docx", _cut_docx, "is damaged or cut short"),
        (
            "a.docx",
            lambda path: files.write_zip(path, ["word/document.xml"]),
            r"cannot be read as a Word document \(KeyError: ",
        ),
        (
            "a.xlsx",
            lambda path: files.write_zip(path, ["xl/workbook.xml"]),
            r"cannot be read as an Excel workbook \(KeyError: ",
        ),
        (
            "a.pptx",
            lambda path: files.write_zip(path, ["ppt/presentation.xml"]),
            r"cannot be read as a PowerPoint presentation \(KeyError: ",
        ),
        ("a.xlsx", lambda path: files.write_xlsx(path, {"Sheet": []}), "holds no text"),
        ("a.txt", _bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 50), "cannot be read as a PNG image"),
        ("a.csv", _bytes(b"\x7fELF\x02\x01" + b"\0" * 50), "is named .csv but holds a program"),
        ("a.txt", _bytes(b"ab\0cd\0\0ef"), "looks like a binary file, not text"),
        ("a.txt", _bytes(bytes(range(1, 32)) * 3), "looks like a binary file, not text"),
    ],
)
def test_a_bad_file_is_one_clear_error(tmp_path: Path, name: str, make: Callable[[Path], None], reason: str) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(LoadError, match=reason) as caught:
        first(path)
    assert caught.value.source == str(path)
    assert "\n" not in caught.value.reason


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_file_without_permission_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(LoadError, match="permission denied"):
        first(path)


def test_memory_errors_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("ingest.load.text.read", fail)
    with pytest.raises(MemoryError):
        loaded(tmp_path / "a.txt", "x")


def test_pdfs_load_in_parallel_threads(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    paths = [files.write_pdf(tmp_path / f"{i}.pdf", [f"Text {i}"] * 2) for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        texts = [document.text for document in pool.map(first, paths * 4)]
    assert texts == [f"Text {i}\n\nText {i}" for i in range(8)] * 4


def test_real_files_load_or_say_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = SHARED / "realfiles" / "pile"
    if not folder.is_dir():
        pytest.skip("no folder of real files; name its parent in FOOTNOTE_SHARED")
    monkeypatch.setattr("ingest.load.picture.ocr.installed", lambda: False)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    assert paths
    reasons = []
    read = 0
    for path in paths:
        assert taken(path)
        try:
            loaded = load(path)
        except LoadError as error:
            reasons.append(error.reason)
            continue
        read += 1
        reasons += [reason for _, reason in loaded.failed]
        for document in loaded.documents:
            check_offsets(document)
    assert read > 160
    assert all(reason and "\n" not in reason for reason in reasons)
