"""What a Word document holds beside its plain text: numbers that Word counts, boxes, embedded pages, comments."""

import base64
import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import files
import openpyxl
import pptx
import pypdfium2
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from test_load import check_offsets, first, outline
from test_load_formats import write_odf

from ingest.load import load
from ingest.load import part as inner
from ingest.load.file import File
from ingest.load.office.embedded import native
from ingest.load.parts import Budget
from ingest.load.pdf import document as pdf
from ingest.load.pdf import file as pdf_file
from qa.errors import LoadError

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
CHUNK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"


def changed(path: Path, name: str, change: Callable[[str], str], more: dict[str, str] | None = None) -> Path:
    """Copy a document with one part changed and others added."""
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as copy:
        for one in archive.namelist():
            data = archive.read(one)
            copy.writestr(one, change(data.decode()) if one == name else data)
        for one, text in (more or {}).items():
            copy.writestr(one, text)
    return target


def test_numbered_paragraphs_carry_their_number(tmp_path: Path) -> None:
    blocks = [("List Number", "first"), ("List Bullet", "point"), ("List Number", "second")]
    assert first(files.write_docx(tmp_path / "a.docx", blocks)).text == "1. first\n- point\n2. second"


LEVELS = [(0, 4, "decimal", "%1"), (1, 1, "decimal", "%1.%2"), (2, 1, "lowerLetter", "(%3)")]


def clauses(path: Path) -> Path:
    """Write headings and clauses of one list with three levels: 1, 1.1, (a)."""
    document = docx.Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for place, start, form, text in [
            (0, 4, "decimal", "%1"),
            (1, 1, "decimal", "%1.%2"),
            (2, 1, "lowerLetter", "(%3)"),
        ]
    )
    root = document.part.numbering_part.element
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="99">{levels}</w:abstractNum>')
    root.insert(0, abstract)
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
    for style, level, text in [
        ("Heading 1", 0, "Fees"),
        ("Normal", 1, "The fee is due in May."),
        ("Normal", 1, "Late fees cost 5 EUR."),
        ("Normal", 2, "in summer"),
        ("Heading 1", 0, "Notice"),
        ("Normal", 1, "Notice is given in writing."),
        ("Normal", 2, "by letter"),
    ]:
        properties = document.add_paragraph(text, style=style)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="99"/></w:numPr>')
        )
    document.save(str(path))
    return path


def test_clauses_are_numbered_through_their_levels(tmp_path: Path) -> None:
    document = first(clauses(tmp_path / "a.docx"))
    assert document.text == (
        "4 Fees\n\n4.1 The fee is due in May.\n4.2 Late fees cost 5 EUR.\n(a) in summer\n\n"
        "5 Notice\n\n5.1 Notice is given in writing.\n(a) by letter"
    )
    assert outline(document) == [(1, "4 Fees"), (1, "5 Notice")]
    check_offsets(document)


def body(path: Path, inner: str, more: dict[str, str] | None = None) -> Path:
    plain = files.write_docx(path, [("Normal", "HERE")])
    return changed(plain, "word/document.xml", lambda text: text.replace("<w:t>HERE</w:t>", inner), more)


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ('<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData>'
         "</w:fldChar>", "[x]"),
        ('<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/><w:checked w:val="0"/>'
         "</w:checkBox></w:ffData></w:fldChar>", "[ ]"),
        ('<w:sym w:font="Wingdings" w:char="F0FE"/>', "[x]"),
        ('<w:sym w:font="Wingdings" w:char="F0A8"/>', "[ ]"),
        ("<w:t>☒</w:t>", "[x]"),
        ('<w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="red"/>'
         '<w:listEntry w:val="green"/></w:ddList></w:ffData></w:fldChar>', "green"),
    ],
)  # fmt: skip
def test_fields_of_forms_show_their_state(tmp_path: Path, inner: str, text: str) -> None:
    assert first(body(tmp_path / "a.docx", inner + "<w:t> tested</w:t>")).text == f"{text} tested"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.html", "<html><body><h1>Visit</h1><p>The crane was inspected.</p></body></html>"),
        (
            "c.mht",
            "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
            "<html><body><h1>Visit</h1><p>The crane was inspected.</p></body></html>",
        ),
        (
            "c.mht",
            "Subject: Visit\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
            "<html><body><h1>Visit</h1><p>The crane was inspected.</p></body></html>",
        ),
    ],
)
def test_embedded_pages_are_read(tmp_path: Path, name: str, content: str) -> None:
    plain = body(tmp_path / "a.docx", "<w:t>before</w:t>", {f"word/{name}": content})
    relation = f'<Relationship Id="rX" Type="{CHUNK}" Target="{name}"/></Relationships>'
    path = changed(plain, "word/_rels/document.xml.rels", lambda text: text.replace("</Relationships>", relation))
    kind = "text/html" if name.endswith("html") else "message/rfc822"
    suffix = name.rpartition(".")[2]
    typed = f'<Default Extension="{suffix}" ContentType="{kind}"/></Types>'
    path = changed(path, "[Content_Types].xml", lambda text: text.replace("</Types>", typed))
    chunk = (
        '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rX"/><w:sectPr'
    )
    path = changed(path, "word/document.xml", lambda text: text.replace("<w:sectPr", chunk, 1))
    document = first(path)
    assert document.text == "before\n\nVisit\n\nThe crane was inspected."
    assert outline(document) == [(1, "Visit")]


def test_a_caption_over_all_columns_stands_once(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Berths in the basins"
    for row, texts in enumerate([("Year", "Berths"), ("2019", "41")], start=1):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.save(str(tmp_path / "a.docx"))
    assert first(tmp_path / "a.docx").text == "Berths in the basins\n\nYear: 2019; Berths: 41"


def test_a_style_without_a_type_costs_nothing(tmp_path: Path) -> None:
    plain = files.write_docx(tmp_path / "a.docx", [("Normal", "text")])
    path = changed(
        plain, "word/styles.xml", lambda text: text.replace('w:type="paragraph" w:styleId="Title"', 'w:styleId="Title"')
    )
    assert first(path).text == "text"


def test_comments_stand_behind_their_paragraph(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The fee is 5 EUR.")
    document.add_comment(paragraph.runs, text="since May", author="Rhea Quill")
    document.save(str(tmp_path / "a.docx"))
    assert first(tmp_path / "a.docx").text == "The fee is 5 EUR.\n\n[Comment by Rhea Quill: since May]"


def test_odt_comments_stand_behind_their_paragraph(tmp_path: Path) -> None:
    body = (
        '<text:p>The fee is<office:annotation><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Rhea</dc:creator>'
        "<text:p>since May</text:p></office:annotation> 5 EUR.</text:p>"
    )
    document = first(write_odf(tmp_path / "a.odt", "text", body))
    assert document.text == "The fee is 5 EUR.\n\n[Comment by Rhea: since May]"


def test_pptx_merged_cells_stand_in_each_of_their_rows(tmp_path: Path) -> None:
    rows = [["Site", "Crew"], ["North", "four"], ["", "six"]]
    path = files.write_pptx(tmp_path / "a.pptx", [{"table": rows}])
    deck = pptx.Presentation(str(path))
    table = deck.slides[0].shapes[0].table
    table.cell(1, 0).merge(table.cell(2, 0))
    deck.save(str(path))
    assert first(path).text == "Site: North; Crew: four\nSite: North; Crew: six"


@pytest.mark.parametrize("kind", ["barChart", "pie3DChart", "surface3DChart"])
def test_charts_of_slides_are_tables_with_values_as_they_are_shown(kind: str, tmp_path: Path) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    deck = pptx.Presentation()
    data = CategoryChartData(number_format="0%")
    data.categories = [date(2019, 5, 1), date(2020, 5, 1)]
    data.add_series("Berths", (0.1 + 0.2, 0.445))
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(4), Inches(3), data)
    (chart,) = (shape.chart_part._element for shape in slide.shapes)
    plot = chart.find(".//{*}barChart")
    # What python-pptx makes no objects of.
    plot.tag = plot.tag.replace("barChart", kind)
    deck.save(str(tmp_path / "a.pptx"))
    assert first(tmp_path / "a.pptx").text == "2019-05-01; Berths: 30%\n2020-05-01; Berths: 44.5%"


def test_charts_of_a_document_are_tables(tmp_path: Path) -> None:
    spaces = (
        'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    chart = (
        f"<c:chartSpace {spaces}><c:chart><c:title><c:tx><c:v>Berths</c:v></c:tx></c:title>"
        "<c:plotArea><c:barChart><c:ser>"
        "<c:tx><c:strRef><c:v>north</c:v></c:strRef></c:tx><c:cat><c:pt idx='0'><c:v>2019</c:v></c:pt>"
        "<c:pt idx='1'><c:v>2020</c:v></c:pt></c:cat><c:val><c:pt idx='0'><c:v>41</c:v></c:pt>"
        "<c:pt idx='1'><c:v>44</c:v></c:pt></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    drawing = f'<w:t>See:</w:t><w:drawing><c:chart {spaces} r:id="rX"/></w:drawing>'
    path = body(tmp_path / "a.docx", drawing, {"word/chart1.xml": chart})
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
    relation = f'<Relationship Id="rX" Type="{kind}" Target="chart1.xml"/></Relationships>'
    path = changed(path, "word/_rels/document.xml.rels", lambda text: text.replace("</Relationships>", relation))
    assert first(path).text == "See:\n\nBerths\n\n2019; north: 41\n2020; north: 44"


def deck_with(path: Path, name: str, kind: str, text: str) -> Path:
    """Write one slide whose page refers to a part of a kind."""
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Berths"
    part = Part(PackURI(name), "application/xml", slide.part.package, text.encode())
    slide.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships{kind}")
    deck.save(str(path))
    return path


def test_comments_on_slides_are_read(tmp_path: Path) -> None:
    old = "<p:cmLst xmlns:p='p'><p:cm authorId='0'><p:pos x='1'/><p:text>Too dear?</p:text></p:cm></p:cmLst>"
    path = deck_with(tmp_path / "a.pptx", "/ppt/comments/comment1.xml", "/comments", old)
    assert first(path).text == "Berths\n\n[Comment: Too dear?]"
    new = (
        "<c:cmLst xmlns:c='c' xmlns:a='a'><c:cm authorId='{1}'><c:replyLst><c:reply authorId='{2}'><c:txBody><a:p><a:r>"
        "<a:t>No.</a:t></a:r></a:p></c:txBody></c:reply></c:replyLst><c:txBody><a:p><a:r><a:t>Too dear?</a:t></a:r>"
        "</a:p></c:txBody></c:cm></c:cmLst>"
    )
    path = deck_with(tmp_path / "b.pptx", "/ppt/comments/comment1.xml", "/comments", new)
    assert first(path).text == "Berths\n\n[Comment: Too dear?]\n\n[Comment: No.]"


def test_what_is_embedded_or_missing_is_told(tmp_path: Path) -> None:
    path = deck_with(tmp_path / "a.pptx", "/ppt/embeddings/Plan.vsdx", "/package", "x")
    assert first(path).gaps == ("without what is embedded in it (Plan.vsdx); save that by itself and ingest it",)
    path = deck_with(tmp_path / "c.pptx", "/ppt/embeddings/Plan.vsdx", "/package", "x")
    path = changed(path, "ppt/slides/slide1.xml", lambda text: text.replace("Berths", ""))
    with pytest.raises(LoadError, match=r"holds no text; without what is embedded in it \(Plan\.vsdx\); save"):
        first(path)
    opened = docx.Document()
    opened.add_paragraph("The berth is free.")
    opened.add_picture(io.BytesIO(PNG))
    opened.save(str(tmp_path / "a.docx"))
    with zipfile.ZipFile(tmp_path / "a.docx") as archive, zipfile.ZipFile(tmp_path / "b.docx", "w") as copy:
        for one in archive.namelist():
            if "media" not in one:
                copy.writestr(one, archive.read(one))
    document = first(tmp_path / "b.docx")
    assert document.text == "The berth is free."
    assert document.gaps == ("without its part word/media/image1.png, which is missing",)


def ole_package(name: str, content: bytes) -> bytes:
    """Return what stands in the stream of an object that a program has packaged."""
    path = f"C:\\Temp\\{name}".encode() + b"\0"
    inner = name.encode() + b"\0" + path + struct.pack("<II", 0x30000, len(path)) + path
    inner += struct.pack("<I", len(content)) + content
    return struct.pack("<IH", len(inner) + 2, 2) + inner


def book(rent: int) -> bytes:
    opened = openpyxl.Workbook()
    opened.active.append(["Berth", "Rent"])
    opened.active.append(["7", rent])
    held = io.BytesIO()
    opened.save(held)
    return held.getvalue()


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx", "pdf"])
def test_embedded_files_are_documents_of_their_own(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "pdf":
        files.write_pdf(tmp_path / "plain.pdf", ["The berth is free."])
        opened = pypdfium2.PdfDocument(tmp_path / "plain.pdf")
        opened.new_attachment("Rents.xlsx").set_data(book(340))
        opened.new_attachment("factur-x.xml").set_data(b"<Invoice><Total>340</Total></Invoice>")
        opened.save(path)
    else:
        _with_embedded(path, kind, book(340))
    loaded = load(path)
    own, part = loaded.documents
    assert (own.source, part.source) == (str(path), f"{path}!/Rents.xlsx")
    assert "Rent: 340" in part.text
    assert (own.gaps, loaded.failed) == ((), ())
    assert inner(path, str(path), part.source).startswith(b"PK")


def _with_embedded(path: Path, kind: str, data: bytes) -> None:
    """Write a document, slides or a workbook with a workbook inside."""
    if kind == "docx":
        opened = docx.Document()
        opened.add_paragraph("The berth is free.")
        opened.save(str(path))
        page = "word/_rels/document.xml.rels"
    elif kind == "pptx":
        deck = pptx.Presentation()
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Berths"
        deck.save(str(path))
        page = "ppt/slides/_rels/slide1.xml.rels"
    else:
        path.write_bytes(book(1))
        page = "xl/worksheets/_rels/sheet1.xml.rels"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="rId99" Type="{office}/package" Target="../embeddings/Rents.xlsx"/>'
    folder = "word" if kind == "docx" else page.split("/")[0]
    relation = relation.replace("../", "") if kind == "docx" else relation
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    held[page] = held.get(page, empty).replace(b"</Relationships>", f"{relation}</Relationships>".encode())
    types = "[Content_Types].xml"
    held[types] = held[types].replace(b"</Types>", b'<Default Extension="xlsx" ContentType="application/zip"/></Types>')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
        archive.writestr(f"{folder}/embeddings/Rents.xlsx", data)


def test_embedded_file_of_a_document_without_text_is_named(tmp_path: Path) -> None:
    _with_embedded(tmp_path / "a.pptx", "pptx", book(340))
    path = changed(tmp_path / "a.pptx", "ppt/slides/slide1.xml", lambda text: text.replace("Berths", ""))
    with pytest.raises(LoadError, match=r"holds no text; without what is embedded in it \(Rents\.xlsx\); save"):
        first(path)


def test_packaged_object_gives_its_file_and_its_name() -> None:
    assert native(ole_package("Rents.csv", b"berth,rent")) == ("Rents.csv", b"berth,rent")
    whole = ole_package("Rents.csv", b"berth,rent")
    assert all(native(whole[:end]) is None for end in range(len(whole)))


def test_damaged_embedded_file_is_listed_and_costs_nothing_else(tmp_path: Path) -> None:
    _with_embedded(tmp_path / "a.docx", "docx", b"PK no workbook")
    loaded = load(tmp_path / "a.docx")
    assert [document.text for document in loaded.documents] == ["The berth is free."]
    assert [source for source, _ in loaded.failed] == [f"{tmp_path / 'a.docx'}!/Rents.xlsx"]


def test_files_attached_to_a_pdf_are_taken_out_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them at once may be more than the memory holds, and the reader would give up all of the PDF."""
    files.write_pdf(tmp_path / "a.pdf", ["The berth is free."])
    opened = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    for number in range(3):
        opened.new_attachment(f"rents {number}.csv").set_data(f"berth,rent\n{number},340\n".encode())
    opened.save(tmp_path / "b.pdf")
    taken: list[int] = []
    take_out = pdf_file._taken_out
    monkeypatch.setattr(pdf_file, "_taken_out", lambda file, index: taken.append(index) or take_out(file, index))
    parts = pdf.parts(File("b.pdf", "b.pdf", tmp_path / "b.pdf"), Budget())
    first_part = next(parts)
    assert isinstance(first_part, File)
    assert (first_part.read(), taken) == (b"berth,rent\n0,340\n", [0])
    # Nobody else waits for it meanwhile.
    assert len(load(tmp_path / "b.pdf").documents) == 4


def test_files_attached_to_a_pdf_are_told(tmp_path: Path) -> None:
    files.write_pdf(tmp_path / "a.pdf", ["The berth is free."])
    opened = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    opened.new_attachment("plan.dwg").set_data(b"drawing")
    opened.save(tmp_path / "b.pdf")
    assert first(tmp_path / "b.pdf").gaps == (
        "without what is embedded in it (plan.dwg); save that by itself and ingest it",
    )
