"""Files made to hurt: each ends in text or in one line, quickly and without the memory that it asks for."""

import ast
import zipfile
from pathlib import Path

import files
import pytest
from test_load import loaded
from test_load_formats import write_epub, write_odf

import ingest.load as load_module
from ingest.load import load
from qa.errors import LoadError

# Nine levels of ten: a billion times the innermost text.
ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * 10}">' for n in range(10))
BOMB = f"<!DOCTYPE x [{ENTITIES}]>"
FILE = '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>'


def rewritten(path: Path, member: str, old: str, new: str, *, prolog: str) -> Path:
    """Put a DTD before one part of an Office file, and a reference to its entity into the part."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[member].decode()
    head, _, rest = text.partition("?>")
    if not rest:
        head, rest = '<?xml version="1.0"', text
    assert old in rest
    parts[member] = f"{head}?>{prolog}{rest.replace(old, new, 1)}".encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def outcome(path: Path) -> str:
    """Load, and return the text, or the reason in its one line."""
    try:
        return load(path).documents[0].text
    except LoadError as error:
        reason = error.reason
    assert "\n" not in reason
    return reason


def short(path: Path) -> str:
    result = outcome(path)
    assert len(result) < 2_000
    return result


@pytest.mark.timeout(30)
@pytest.mark.parametrize("prolog", [BOMB, FILE], ids=["billion laughs", "a file of the machine"])
@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt", "epub", "xml"])
def test_entities_are_never_unfolded(tmp_path: Path, kind: str, prolog: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "docx":
        files.write_docx(path, [("Normal", "before"), ("Normal", "HERE")])
        rewritten(path, "word/document.xml", "HERE", "&l9;", prolog=prolog)
    elif kind == "xlsx":
        files.write_xlsx(path, {"S": [["before"], ["HERE"]]})
        rewritten(path, "xl/worksheets/sheet1.xml", "HERE", "&l9;", prolog=prolog)
    elif kind == "pptx":
        files.write_pptx(path, [{"title": "before", "texts": [(1, 1, "HERE")]}])
        rewritten(path, "ppt/slides/slide1.xml", "HERE", "&l9;", prolog=prolog)
    elif kind == "odt":
        write_odf(path, "text", "<text:p>before</text:p><text:p>&l9;</text:p>", prolog=prolog)
    elif kind == "epub":
        write_epub(path, {"a.xhtml": f"<p>before</p>{prolog}<p>&l9;</p>"})
    else:
        path.write_text(f'<?xml version="1.0"?>{prolog}<x><a>before</a><b>&l9;</b></x>')
    result = short(path)
    hostname = Path("/etc/hostname")
    if hostname.exists() and hostname.read_text().strip():
        assert hostname.read_text().strip() not in result


@pytest.mark.timeout(60)
def test_huge_field_of_a_csv_is_read(tmp_path: Path) -> None:
    text = loaded(tmp_path / "a.csv", 'a,b\n1,"' + "x" * 20_000_000 + '"\n').text
    assert len(text) == 20_000_009


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", "[" * 200_000 + "]" * 200_000),
        ("a.json", '{"a":' * 100_000 + "1" + "}" * 100_000),
        ("a.jsonl", '{"a": 1}\n' + "[" * 200_000 + "]" * 200_000),
        ("a.ipynb", "[" * 200_000 + "]" * 200_000),
    ],
)
def test_deep_json_is_one_line(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(LoadError, match=r"is JSON nested too deep|is not a notebook"):
        load(tmp_path / name)


@pytest.mark.parametrize("name", ["a.html", "a.xml", "a.eml", "a.md"])
@pytest.mark.timeout(60)
def test_deep_markup_ends(tmp_path: Path, name: str) -> None:
    content = "<div>" * 20_000 + "text" + "</div>" * 20_000
    if name == "a.eml":
        content = f"From: a@b.c\nContent-Type: text/html\n\n{content}"
    if name == "a.md":
        content = ">" * 20_000 + " text"
    (tmp_path / name).write_text(content)
    assert outcome(tmp_path / name)


@pytest.mark.timeout(60)
def test_cell_at_the_far_end_of_a_sheet_costs_nothing(tmp_path: Path) -> None:
    path = files.write_xlsx(tmp_path / "a.xlsx", {"S": [["near"], ["HERE"]]})
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    row = sheet[sheet.index('<row r="2"') : sheet.index("</sheetData>")]
    far = row.replace('r="2"', 'r="2000000000"').replace('r="A2"', 'r="XFD2000000000"')
    rewritten(path, "xl/worksheets/sheet1.xml", row, far, prolog="")
    assert "near" in short(path)


@pytest.mark.timeout(30)
def test_boxes_in_boxes_stand_once(tmp_path: Path) -> None:
    """Each level seen by all the levels above it would be two to the power of the depth."""
    depth = 60
    body = "<text:p><draw:text-box>" * depth + "<text:p>inside</text:p>" + "</draw:text-box></text:p>" * depth
    assert short(write_odf(tmp_path / "a.odt", "text", body)) == "inside"


@pytest.mark.timeout(30)
def test_chapter_named_often_stands_once(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "a.epub", {"a.xhtml": "<p>once</p>"}, spine=("a.xhtml",) * 50_000)
    assert short(path) == "once"


@pytest.mark.timeout(30)
def test_blocks_of_org_that_never_end_cost_no_time(tmp_path: Path) -> None:
    (tmp_path / "a.org").write_text("#+begin_a\n* x\n" * 100_000)
    assert len(load(tmp_path / "a.org").documents[0].headings) == 100_000


def test_pictures_of_an_office_file_count_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.signature._MAX_BYTES", 1 << 20)
    path = files.write_docx(tmp_path / "a.docx", [("Normal", "x")])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", b"0" * (2 << 20))
    assert short(path) == "unpacks to more than 1 MiB; split it into smaller files"


def test_text_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.text._MAX_BYTES", 1 << 20)
    (tmp_path / "a.log").write_text("x" * (2 << 20))
    assert short(tmp_path / "a.log") == "is larger than 1 MiB of text; split it into smaller files"


def test_xml_of_an_office_file_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.signature._MAX_TREE_BYTES", 1 << 20)
    path = write_odf(tmp_path / "a.odt", "text", "<text:p>" + " " * (2 << 20) + "</text:p>")
    assert short(path) == "unpacks to more than 1 MiB of XML; split it into smaller files"


@pytest.mark.parametrize(
    "kind", ["docx", "pptx", "xlsx", "odt", "epub", "pdf", "doc", "msg", "ppt", "xls", "zip", "rtf"]
)
def test_bytes_cut_or_spoilt_anywhere_end_in_one_line(tmp_path: Path, kind: str) -> None:
    import ole

    whole = tmp_path / f"whole.{kind}"
    if kind == "docx":
        files.write_docx(whole, [("Normal", "text")])
    elif kind == "pptx":
        files.write_pptx(whole, [{"title": "text"}])
    elif kind == "xlsx":
        files.write_xlsx(whole, {"S": [["text"]]})
    elif kind == "odt":
        write_odf(whole, "text", "<text:p>text</text:p>")
    elif kind == "epub":
        write_epub(whole, {"a.xhtml": "<p>text</p>"})
    elif kind == "pdf":
        files.write_pdf(whole, ["text"])
    elif kind == "doc":
        ole.write_doc(whole, "text\r" * 50)
    elif kind == "msg":
        ole.write_msg(whole, subject="s", body="text", attachments={"a.txt": b"x"})
    elif kind == "ppt":
        ole.write_ppt(whole, [("text", "more")])
    elif kind == "xls":
        ole.write_ole(whole, {"Workbook": b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(range(200))})
    elif kind == "zip":
        files.write_zip(whole, ["a.txt"])
    else:
        whole.write_text(r"{\rtf1 text {\b more}\par}")
    data = whole.read_bytes()
    for step in range(24):
        at = len(data) * step // 24
        spoilt = bytearray(data)
        spoilt[at : at + 8] = b"\xff\x00\xfe\x7f\x80\x01\xff\xff"
        for content in (data[:at], bytes(spoilt)):
            path = tmp_path / f"a.{kind}"
            path.write_bytes(content)
            outcome(path)


DIGITS = 5_000 * "9"
WORD_2003 = '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p>'
EXCEL_2003 = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row>'
PARAGRAPH = "<w:r><w:t>Pear</w:t></w:r></w:p></w:body></w:wordDocument>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", f'<table><tr><td colspan="{DIGITS}">Pear</td><td>2</td></tr></table>'),
        ("a.html", f'<ol start="{DIGITS}"><li value="{DIGITS}">Pear</li></ol>'),
        ("a.xml", f'{WORD_2003}<w:pPr><w:pStyle w:val="Heading{DIGITS}"/></w:pPr>{PARAGRAPH}'),
        ("a.xml", f'{EXCEL_2003}<Cell><Data xmlns:s="urn:schemas-microsoft-com:office:spreadsheet" s:Type="Number">'
                  f"{DIGITS}</Data></Cell><Cell><Data>Pear</Data></Cell></Row></Table></Worksheet></Workbook>"),
        ("a.csv", f"Kind,Number\nPear,{DIGITS}\n"),
        ("a.ics", f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Pear\nRRULE:FREQ=DAILY;INTERVAL={DIGITS}\nEND:VEVENT\n"
                  "END:VCALENDAR\n"),
    ],
)  # fmt: skip
def test_numbers_of_more_digits_than_python_reads_refuse_no_file(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    assert "Pear" in outcome(tmp_path / name)


@pytest.mark.parametrize("span", [DIGITS, "2.0", "-1", ""])
def test_a_cell_of_word_spans_no_more_columns_than_there_are(tmp_path: Path, span: str) -> None:
    path = tmp_path / "a.docx"
    files.write_docx(path, [("Normal", "before"), ("Normal", "HERE")])
    table = (
        f'<w:tbl><w:tr><w:trPr><w:gridBefore w:val="{span}"/></w:trPr><w:tc><w:tcPr>'
        f'<w:gridSpan w:val="{span}"/></w:tcPr>'
        "<w:p><w:r><w:t>Pear</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    rewritten(path, "word/document.xml", "<w:body>", f"<w:body>{table}", prolog="")
    assert "Pear" in outcome(path)


def test_digits_of_documents_are_read_in_one_place() -> None:
    """`int()` of a text refuses what is too long, and what is no number; of a computed number it may stand."""
    computed = {
        "markdown", "pdf/blanks", "pdf/figures", "pdf/pieces", "pdf/ticks", "pdf/twice", "pdf/unseen", "picture/file",
        "picture/ocr_work",
        "sheet/excel_xml", "sheet/old", "sheet/old_drawn", "sheet/workbook", "subtitles", "unseen", "whole",
    }  # fmt: skip
    loaders = Path(load_module.__file__ or "").parent
    for path in loaders.rglob("*.py"):
        called = [
            node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "int"
        ]  # fmt: skip
        name = path.relative_to(loaders).with_suffix("").as_posix()
        assert not called or name in computed, f"{name}: use ingest.load.whole"
