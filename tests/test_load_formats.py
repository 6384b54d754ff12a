"""The further formats: exact texts of small files, checked by hand, and that the bytes decide what a file is."""

import json
import zipfile
from pathlib import Path

import files
import ole
import pytest
from test_load import check_offsets, first, loaded, outline

from ingest.load import load, rst, taken
from ingest.load.build import ranges
from ingest.split.splitter import heading_path
from qa.errors import LoadError
from ui.reading.pdf.drawing import Drawer, stamp_of

ODF = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0">'
    "<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
)


def write_odf(path: Path, kind: str, body: str, *, manifest: str = "<manifest/>", prolog: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", prolog + ODF.format(kind=kind, body=body))
    return path


def write_epub(
    path: Path, chapters: dict[str, str], *, spine: tuple[str, ...] = (), names: str = "", lost: tuple[str, ...] = ()
) -> Path:
    """Write a book; chapters that are `lost` are named in it, but not there."""
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters)
    order = "".join(f'<itemref idref="{name}"/>' for name in spine or chapters)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml", '<container><rootfiles><rootfile full-path="OPS/b.opf"/></rootfiles></container>'
        )
        archive.writestr(
            "OPS/b.opf",
            '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The book</dc:title></metadata>'
            f'<manifest>{items}<item id="t" href="t.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
            f"<spine>{order}</spine></package>",
        )
        archive.writestr("OPS/t.ncx", f"<ncx><navMap>{names}</navMap></ncx>")
        for name, content in chapters.items():
            if name in lost:
                continue
            archive.writestr(f"OPS/{name}", f'<?xml version="1.0"?><html><body>{content}</body></html>')
    return path


# OpenDocument


def test_odt_keeps_order_headings_lists_rows_and_notes(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">One</text:h>'
        '<text:p>Two<text:s text:c="2"/>three<text:note><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>aside</text:p></text:note-body></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item>"
        "</text:list></text:list-item></text:list><table:table>"
        "<table:table-row><table:table-cell><text:p>k</text:p></table:table-cell><table:table-cell><text:p>v</text:p>"
        "</table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell>"
        "<table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = first(write_odf(tmp_path / "a.odt", "text", body))
    assert document.text == "One\n\nTwo  three.\n\n[Note: aside]\n\n- a\n- b\n\nk: 1; v: 2"
    assert outline(document) == [(1, "One")]
    check_offsets(document)


def test_odp_slides_are_pages_with_titles_and_notes(tmp_path: Path) -> None:
    page = (
        "<draw:page><draw:frame><draw:text-box><text:p>below</text:p></draw:text-box></draw:frame>"
        '<draw:frame presentation:class="title"><draw:text-box><text:p>Plan</text:p></draw:text-box></draw:frame>'
        "<presentation:notes><draw:frame><draw:text-box><text:p>Say this.</text:p></draw:text-box></draw:frame>"
        "</presentation:notes></draw:page>"
    )
    document = first(write_odf(tmp_path / "a.odp", "presentation", page + "<draw:page/>"))
    assert document.text == "Plan\n\nbelow\n\nNotes: Say this.\n\n"
    assert [(one.number, one.start, one.end) for one in document.pages] == [(1, 0, 29), (2, 31, 31)]
    assert document.title == "Plan"


def test_ods_rows_keep_their_numbers_over_blank_repeats(tmp_path: Path) -> None:
    def row(*cells: str, more: str = "") -> str:
        inner = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>' for one in cells
        )
        return f"<table:table-row {more}>{inner}</table:table-row>"

    blank = row(more='table:number-rows-repeated="3"')
    edge = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = row("Item", "Price") + row("Tea", "2") + blank + row("Milk", "3") + edge
    table = f'<table:table table:name="Shop">{rows}</table:table>'
    document = first(write_odf(tmp_path / "a.ods", "spreadsheet", table))
    assert document.text == "Shop\n\nItem: Tea; Price: 2\nItem: Milk; Price: 3"
    assert [(mark.number, mark.sheet, document.text[mark.start :][:9]) for mark in document.marks] == [
        (2, "Shop", "Item: Tea"),
        (6, "Shop", "Item: Mil"),
    ]


def test_encrypted_odt_is_named(tmp_path: Path) -> None:
    path = write_odf(tmp_path / "a.odt", "text", "", manifest="<m><encryption-data/></m>")
    with pytest.raises(LoadError, match="is encrypted; save a copy without password"):
        load(path)


# Office files in other dress


def redressed(path: Path, name: str, *changes: tuple[str, str]) -> Path:
    """Copy an Office file with words of its parts changed."""
    target = path.with_name(name)
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as copy:
        for one in archive.namelist():
            data = archive.read(one)
            for old, new in changes:
                data = data.replace(old.encode(), new.encode())
            copy.writestr(one, data)
    return target


WORD = "openxmlformats-officedocument.wordprocessingml.document.main"


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("a.docm", "ms-word.document.macroEnabled.main"),
        ("a.dotx", "openxmlformats-officedocument.wordprocessingml.template.main"),
    ],
)
def test_word_files_with_macros_and_templates_are_read(tmp_path: Path, name: str, variant: str) -> None:
    plain = files.write_docx(tmp_path / "x.docx", [("Heading 1", "One"), ("Normal", "two")])
    document = first(redressed(plain, name, (WORD, variant)))
    assert (document.text, outline(document)) == ("One\n\ntwo", [(1, "One")])


def test_powerpoint_shows_are_read(tmp_path: Path) -> None:
    plain = files.write_pptx(tmp_path / "x.pptx", [{"title": "Plan"}])
    kind = "openxmlformats-officedocument.presentationml."
    path = redressed(plain, "a.ppsx", (f"{kind}presentation.main", f"{kind}slideshow.main"))
    assert first(path).text == "Plan"


def test_slide_without_a_title_is_not_under_that_of_the_one_before(tmp_path: Path) -> None:
    slides = [{"title": "Plan"}, {"texts": [(1, 1, "It hums.")]}, {"texts": [(1, 1, "It runs.")]}, {"title": "End"}]
    document = first(files.write_pptx(tmp_path / "x.pptx", slides))
    words = ("Plan", "It hums", "It runs", "End")
    paths = [heading_path(document.headings, document.text.index(one)) for one in words]
    assert (paths, document.title) == (["Plan", "", "", "End"], "Plan")
    titled = '<draw:frame presentation:class="title"><draw:text-box><text:p>Plan</text:p></draw:text-box></draw:frame>'
    bare = "<draw:frame><draw:text-box><text:p>It hums.</text:p></draw:text-box></draw:frame>"
    pages = "".join(f"<draw:page>{one}</draw:page>" for one in (titled, bare))
    other = first(write_odf(tmp_path / "x.odp", "presentation", pages))
    assert [heading_path(other.headings, other.text.index(one)) for one in words[:2]] == ["Plan", ""]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
def test_strict_open_xml_is_read(tmp_path: Path, kind: str) -> None:
    plain = tmp_path / f"x.{kind}"
    if kind == "docx":
        files.write_docx(plain, [("Normal", "text")])
    elif kind == "xlsx":
        files.write_xlsx(plain, {"S": [["text"]]})
    else:
        files.write_pptx(plain, [{"title": "text"}])
    old, new = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
    changes = [
        (f"{old}{family}/2006/{name}", f"{new}{family}/{name}")
        for family, name in (
            ("officeDocument", "relationships"),
            ("wordprocessingml", "main"),
            ("spreadsheetml", "main"),
            ("presentationml", "main"),
            ("drawingml", "main"),
        )
    ]
    assert first(redressed(plain, f"a.{kind}", *changes)).text.endswith("text")


# Books, notebooks, records


def test_epub_follows_the_spine_and_names_chapters_without_headings(tmp_path: Path) -> None:
    names = '<navPoint><navLabel><text>Preface</text></navLabel><content src="b.xhtml#x"/></navPoint>'
    chapters = {"a.xhtml": "<h1>One</h1><p>first</p>", "b.xhtml": "<p>before</p>"}
    document = first(write_epub(tmp_path / "a.epub", chapters, spine=("b.xhtml", "a.xhtml"), names=names))
    assert document.text == "Preface\n\nbefore\n\nOne\n\nfirst"
    assert outline(document) == [(1, "Preface"), (1, "One")]
    assert [document.text[one.start :][: len(one.title)] for one in document.headings] == ["Preface", "One"]
    assert document.title == "The book"


def test_book_is_read_whose_archive_does_not_say_that_its_names_are_utf8(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "a.epub", {"一章.xhtml": "<p>first</p>"})
    data = path.read_bytes()
    assert data.count("一章".encode()) >= 2
    # The mark of it, in the head of each member and in the archive's directory.
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            flags = int.from_bytes(data[start + at : start + at + 2], "little") & ~0x800
            data = data[: start + at] + flags.to_bytes(2, "little") + data[start + at + 2 :]
            start = data.find(mark, start + 4)
    path.write_bytes(data)
    assert first(path).text == "first"


def test_notebook_is_prose_code_and_printed_output(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Study\n", "\n", "Why."]},
        {
            "cell_type": "code",
            "source": "print(6 * 7)",
            "outputs": [
                {"output_type": "stream", "text": ["42\n"]},
                {"output_type": "display_data", "data": {"image/png": "iVBOR", "text/plain": "<Figure 1>"}},
                {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["x"]},
            ],
        },
    ]
    document = loaded(tmp_path / "a.ipynb", json.dumps({"cells": cells, "metadata": {}}))
    assert document.text == "# Study\n\nWhy.\n\nprint(6 * 7)\n\nOutput: 42\n\nOutput: ValueError: no"
    assert outline(document) == [(1, "Study")]
    assert document.title == "Study"


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.json", '{"a": {"b": 1.50, "c": [1, 2]}, "d": true, "e": null}', "a.b: 1.50\na.c: 1, 2\nd: yes"),
        ("a.json", '[{"n": "x", "v": 1}, {"n": "y"}]', "n: x; v: 1\nn: y"),
        ("a.json", '{"list": [{"a": 1}, {"a": [2, {"b": 3}]}]}', "list[1].a: 1\nlist[2].a[1]: 2\nlist[2].a[2].b: 3"),
        ("a.jsonl", '{"a": {"b": 1}}\n\n{"a": "x"}\n', "a.b: 1\na: x"),
        ("a.json", '"alone"', "alone"),
    ],
)
def test_json_is_lines_of_key_and_value(tmp_path: Path, name: str, content: str, text: str) -> None:
    assert loaded(tmp_path / name, content).text == text


def test_jsonl_records_keep_the_numbers_of_their_lines(tmp_path: Path) -> None:
    document = loaded(tmp_path / "a.jsonl", '{"a": 1}\n\n{"a": 2}')
    assert [(mark.number, mark.start) for mark in document.marks] == [(1, 0), (3, 5)]


# Texts that stay their source


def test_rst_titles_rank_by_first_appearance() -> None:
    body = (
        "=====\nTitle\n=====\n\nOne\n---\n\ntext\n\n::\n\n   code\n   ----\n\nDeep ``x``\n~~~~~~~~~~\n\nTwo\n---\n\n"
        "not\nthis\n----"
    )
    found = rst.headings(body)
    assert [(one.level, one.title) for one in found] == [(1, "Title"), (2, "One"), (3, "Deep x"), (2, "Two")]
    assert [body[one.start :].split("\n")[0] for one in found] == ["Title", "One", "Deep ``x``", "Two"]


def test_org_headings_are_stars_outside_blocks(tmp_path: Path) -> None:
    body = "#+TITLE: Notes\n* TODO [#A] One :tag:\ntext\n#+BEGIN_SRC\n* no\n#+END_SRC\n** Two"
    document = loaded(tmp_path / "a.org", body)
    assert (document.title, document.text) == ("Notes", body)
    assert outline(document) == [(1, "One"), (2, "Two")]


@pytest.mark.parametrize(
    ("name", "body", "found"),
    [
        (
            "a.py",
            "import os\n\n\nclass A:\n    def b(self):\n        pass\n\n\nasync def c():\n    pass",
            [(1, "class A"), (2, "def b"), (1, "def c")],
        ),
        ("a.go", "func main() {}\nfunc (r *T) Run() {}", [(1, "func main"), (1, "func Run")]),
        ("a.rs", "pub(crate) fn go() {}\nimpl T {\n    fn x() {}\n}", [(1, "fn go"), (1, "impl T"), (2, "fn x")]),
        ("a.ts", "export default class A {\n}\nexport async function b() {}", [(1, "class A"), (1, "function b")]),
        ("a.sql", "CREATE TABLE people (id int);", [(1, "create table people")]),
        ("a.toml", "[tool.ruff]\nx = 1\n[[tool.more]]", [(1, "tool.ruff"), (1, "tool.more")]),
        ("Makefile", "all:\n\techo", []),
    ],
)
def test_code_stays_as_it_is_with_definitions_as_headings(
    tmp_path: Path, name: str, body: str, found: list[tuple[int, str]]
) -> None:
    document = loaded(tmp_path / name, body)
    assert (document.text, document.title) == (body, name)
    assert outline(document) == found


# XML, RTF, old Office files


def test_xml_names_short_values_and_leaves_prose(tmp_path: Path) -> None:
    feed = (
        "<rss><channel><title>News</title><item><title>One</title><day>Monday</day>"
        "<description><![CDATA[<p>A <b>bold</b> word.</p>]]></description></item>"
        "<p>Some <i>mixed</i> text</p></channel></rss>"
    )
    document = loaded(tmp_path / "a.xml", '<?xml version="1.0"?>' + feed)
    assert document.text == "News\n\nOne\n\nday: Monday\n\nA bold word.\n\nSome mixed text"
    assert outline(document) == [(2, "News"), (3, "One")]


def test_rtf_paragraphs_and_rows(tmp_path: Path) -> None:
    body = r"{\rtf1\ansi\ansicpg1252{\info{\title The plan}}One caf\'e9\par Two \u8364?\par\trowd a\cell b\cell\row}"
    document = loaded(tmp_path / "a.rtf", body)
    assert document.text == "One café\n\nTwo €\n\na; b"
    assert document.title == "The plan"


def test_rtf_lists_have_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(
        r"{\rtf1{\listtext 2.1.\tab}Fees\par{\listtext (a)\tab}late\par{\pntext 3)\tab}Notice\par"
        r"{\listtext \bullet\tab}point\par 1999\tab not a list\par}",
        "latin-1",
    )
    assert first(path).text == "2.1. Fees\n(a) late\n3) Notice\n- point\n\n1999\tnot a list"


def test_doc_paragraphs_fields_and_rows(tmp_path: Path) -> None:
    text = "Größe\rSee \x13 HYPERLINK x \x14the page\x15.\rk\x07v\x07\x071\x072\x07\x07End\r"
    document = first(ole.write_doc(tmp_path / "a.doc", text))
    assert document.text == "Größe\n\nSee the page.\n\nk; v\n1; 2\n\nEnd"
    assert document.media_type == "application/msword"


def test_doc_headings_lists_and_deletions(tmp_path: Path) -> None:
    text = "Terms\rThe rent is not due.\rFees\rlate\rvery late\rNotice\ra\x07b\x07\x07End\r"
    looks = ("1", "", "a", "b", "c", "a", "a", "", "", "2")
    path = ole.write_doc(tmp_path / "a.doc", text, looks=looks, gone="not ")
    document = first(path)
    assert document.text == (
        "Terms\n\nThe rent is due.\n\n1. Fees\n1.1. late\n1.1.1. very late\n2. Notice\n\n3. a; b\n\nEnd"
    )
    assert outline(document) == [(1, "Terms"), (2, "End")]
    assert document.title == "Terms"
    # The list of lists claims more than there are.
    path.write_bytes(path.read_bytes().replace(b"\1\0\7\0\0\0", b"\xff\x7f\7\0\0\0", 1))
    assert first(path).gaps == ("without the numbers of its lists, which are damaged; save it as .docx",)
    assert "\n\n- Fees\n" in first(path).text


def test_doc_tells_notes_and_comments_where_they_hang_and_boxes_at_the_end(tmp_path: Path) -> None:
    text = "The rent is due\2 monthly.\rPaid by the owners\5.\rFlat\x07870\2\x07\x07End\r"
    first_at, comment_at, second_at = text.index("\2"), text.index("\5"), text.rindex("\2")
    beside = [
        ("note", first_at, "\2 On the first day.\r"),
        ("note", second_at, "\2 With heating.\r"),
        ("comment", comment_at, "\5Which ones?\r"),
        ("box", 0, "Draft of May\r"),
    ]
    path = ole.write_doc(tmp_path / "a.doc", text, beside=beside)
    document = first(path)
    assert document.text == (
        "The rent is due monthly.\n\n[Note: On the first day.]\n\nPaid by the owners.\n\n"
        "[Comment by AL: Which ones?]\n\nFlat; 870 [Note: With heating.]\n\nEnd\n\nDraft of May"
    )
    assert document.gaps == ()


def test_encrypted_doc_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is encrypted; save a copy"):
        load(ole.write_doc(tmp_path / "a.doc", "x", flags=0x100))


def test_ppt_slides_are_pages(tmp_path: Path) -> None:
    document = first(ole.write_ppt(tmp_path / "a.ppt", [("Plan", "one\rtwo"), ("End", "bye")]))
    assert document.text == "Plan\n\none\ntwo\n\nEnd\n\nbye"
    assert [(page.number, page.start) for page in document.pages] == [(1, 0), (2, 15)]
    assert outline(document) == [(1, "Plan"), (1, "End")]


# What a file is


def test_bytes_decide_over_the_name(tmp_path: Path) -> None:
    pdf = files.write_pdf(tmp_path / "x.pdf", ["On paper"]).read_bytes()
    docx = files.write_docx(tmp_path / "x.docx", [("Normal", "In Word")]).read_bytes()
    doc = ole.write_doc(tmp_path / "x.doc", "In old Word\r").read_bytes()
    for name, content, text, kind in [
        ("a.txt", pdf, "On paper", "pdf"),
        ("b.pdf", docx, "In Word", "wordprocessingml"),
        ("c.docx", doc, "In old Word", "msword"),
        ("d.doc", rb"{\rtf1 In RTF}", "In RTF", "rtf"),
        ("e.doc", b"<html><p>In HTML</p></html>", "In HTML", "html"),
        ("f.txt", b"From: a@b.c\nTo: d@e.f\nSubject: Hi\n\nText", "From: a@b.c\nTo: d@e.f\nSubject: Hi\n\nText", "822"),
        ("g.xls", b"a\tb\n1\t2", "a: 1; b: 2", "tab-separated"),
        ("README", b"Read me", "Read me", "text/plain"),
        ("h.unknown", b"Any text", "Any text", "text/plain"),
        ("i", pdf, "On paper", "pdf"),
    ]:
        document = loaded(tmp_path / name, content)
        assert (document.text, kind in document.media_type) == (text, True), name


def test_prose_that_looks_like_markup_stays_text(tmp_path: Path) -> None:
    assert loaded(tmp_path / "a.txt", "Subject: x\nHello").text == "Subject: x\nHello"
    assert loaded(tmp_path / "a.md", "<html> is a tag").text == "<html> is a tag"


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [("a.PDF", True), ("README", True), ("Makefile", True), ("dockerfile", True), ("a.rs", True), ("a.gif", False),
     ("core", False), ("questions.jsonl", False), ("a.jsonl", True)],
)  # fmt: skip
def test_what_a_folder_gives(name: str, is_taken: bool) -> None:
    assert taken(Path("some", name)) is is_taken


# PDF


def test_pdf_page_labels_that_differ_from_the_number_are_kept(tmp_path: Path) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("helvetica", size=11)
    for number in range(4):
        pdf.add_page(
            **({"label_style": "r"} if number == 0 else {"label_style": "D", "label_start": 3} if number == 2 else {})
        )
        pdf.cell(text=f"Text {number}")
    pdf.output(str(tmp_path / "a.pdf"))
    assert [page.label for page in first(tmp_path / "a.pdf").pages] == ["i", "ii", "", ""]


@pytest.mark.parametrize("illegible", ["label", "title", "mark"])
def test_pdf_is_read_without_what_is_no_text_in_it(tmp_path: Path, illegible: str) -> None:
    """A number of a page, a title or a bookmark with half a character cost the whole document."""
    from bombs import pdf, stream

    says = dict.fromkeys(("label", "title", "mark"), b"(good)") | {illegible: b"<FEFFD800003C>"}
    path = pdf(
        tmp_path / "a.pdf",
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R /PageLabels << /Nums [0 << /P %(label)b >>] >> >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 400] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>",
            4: stream(b"BT /F1 12 Tf 10 200 Td (The ferry carries forty cranes.) Tj ET"),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            6: b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>",
            7: b"<< /Title %(mark)b /Parent 6 0 R /Dest [3 0 R /Fit] >>",
            8: b"<< /Title %(title)b >>",
        },
    )
    filled = path.read_bytes().replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 8 0 R")
    for name, value in says.items():
        filled = filled.replace(b"%%(%s)b" % name.encode(), value)
    path.write_bytes(filled)
    read = first(path)
    assert "The ferry carries forty cranes." in read.text
    assert read.title == ("a" if illegible == "title" else "good")
    assert [page.label for page in read.pages] == ["" if illegible == "label" else "good"]

    drawer = Drawer()
    assert drawer.sheet(str(path), stamp_of(path.stat()), 1, "", []).label == read.pages[0].label
    drawer.close()


def scanned(path: Path, *, also_text: bool) -> Path:
    """Write a PDF whose first page is a picture of words."""
    from fpdf import FPDF
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (1200, 400), 255)
    ImageDraw.Draw(picture).text((60, 120), "Harbour master", fill=0, font=ImageFont.load_default(size=90))
    pdf = FPDF()
    pdf.set_font("helvetica", size=11)
    pdf.add_page()
    pdf.image(picture, x=10, y=10, w=180)
    if also_text:
        pdf.add_page()
        pdf.cell(text="Plain text")
    pdf.output(str(path))
    return path


def test_scan_is_told_from_a_blank_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.picture.ocr.installed", lambda: False)
    with pytest.raises(LoadError) as caught:
        load(scanned(tmp_path / "a.pdf", also_text=False))
    assert caught.value.reason == (
        "is scanned: 1 of 1 pages are pictures without text; install footnote[ocr] to read it"
    )
    document = first(scanned(tmp_path / "b.pdf", also_text=True))
    assert document.text == "\n\nPlain text"
    assert document.gaps == ("without page 1: pictures without text; install footnote[ocr] to read them",)


def test_ranges_join_what_follows_one_another() -> None:
    assert ranges([1]) == "1"
    assert ranges([2, 3, 4, 9, 11, 12]) == "2–4, 9, 11–12"
    assert ranges([]) == ""


def test_epub_says_which_chapters_are_missing(tmp_path: Path) -> None:
    chapters = {"a.xhtml": "<p>here</p>", "b.xhtml": "<p>gone</p>"}
    assert first(write_epub(tmp_path / "a.epub", chapters)).gaps == ()
    document = first(write_epub(tmp_path / "b.epub", chapters, lost=("b.xhtml",)))
    assert document.text == "here"
    assert document.gaps == ("without b.xhtml: missing in the file or damaged; get a new copy",)


def test_scan_is_read(tmp_path: Path) -> None:
    from ingest.load.picture import ocr

    if not ocr.installed():
        pytest.skip("needs footnote[ocr]")
    document = first(scanned(tmp_path / "a.pdf", also_text=True))
    assert document.text == "Harbour master\n\nPlain text"
    assert document.metadata["recognised_pages"] == "1"
