"""What is struck out holds no longer: it is left out of what is stored, and told; all else stays."""

import json
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import ole
import openpyxl
import pptx
import pypdfium2
import pytest
from fpdf import FPDF
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from pptx.util import Inches
from test_load import first
from test_load_drawn import _biff, _xls

from ingest.load import load
from ingest.load.pdf import struck as pdf_struck
from ingest.load.pdf.objects import drawn
from ingest.load.pdf.words import words
from ingest.load.unseen import STRUCK, noting

GONE = "120 EUR"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"))
)
_LINE = "<style:text-properties style:text-line-through-style='solid' style:text-line-through-type='single'/>"
_NO_LINE = "<style:text-properties style:text-line-through-style='none' style:text-line-through-type='none'/>"


def text(path: Path) -> None:
    marks = {
        "md": f"The pump costs ~~{GONE}~~ 95 EUR.",
        "html": f"<p>The pump costs <s>{GONE}</s> 95 EUR.</p>",
        "rtf": rf"{{\rtf1 The pump costs {{\strike {GONE}}} 95 \striked1 x\striked0 EUR.}}",
        "org": f"The pump costs +{GONE}+ 95 EUR.",
        "adoc": f"The pump costs [.line-through]#{GONE}# 95 EUR.",
        "tex": rf"\documentclass{{article}}\begin{{document}}The pump costs \sout{{{GONE}}} 95 EUR.\end{{document}}",
        "eml": f"From: a@b.at\nSubject: x\nContent-Type: text/html\n\n<p>The pump costs <del>{GONE}</del> 95 EUR.</p>",
        "ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": f"The pump costs ~~{GONE}~~ 95 EUR."}]}),
    }
    path.write_text(marks[path.suffix[1:]], encoding="utf-8")


def word(path: Path) -> None:
    made = docx.Document()
    made.styles.add_style("Old", 1).font.strike = True
    paragraph = made.add_paragraph("The pump costs ")
    paragraph.add_run("120 ").font.strike = True
    paragraph.add_run("EUR").font.double_strike = True
    paragraph.add_run(" 95 EUR.").font.strike = False
    made.add_paragraph("Gone.", style="Old").add_run(" Kept.").font.strike = False
    made.save(str(path))


def old_word(path: Path) -> None:
    ole.write_doc(path, f"The pump costs {GONE} 95 EUR.\r", struck=GONE)


def slides(path: Path) -> None:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(5), Inches(1)).text_frame.paragraphs[0]
    for said, strike in (("The pump costs ", "noStrike"), (GONE, "sngStrike"), (" 95 EUR.", "noStrike")):
        run = box.add_run()
        run.text = said
        run.font._element.set("strike", strike)
    made.save(str(path))


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Part", "Price"], ["Valve", "x"], ["Hose", 120]):
        book.active.append(row)
    rich = (TextBlock(InlineFont(strike=True), GONE), TextBlock(InlineFont(b=True), "95 EUR"))
    book.active["B2"] = CellRichText("The pump costs ", *rich)
    book.active["B4"] = CellRichText(GONE, TextBlock(InlineFont(b=True), " 96 EUR"))
    book.active["B4"].font = Font(strike=True)
    book.active["A3"].font = book.active["B3"].font = Font(strike=True)
    book.save(path)
    _share_texts(path)


def _share_texts(path: Path) -> None:
    """Move the texts of a workbook's cells into a table, where Excel keeps them; the library writes them into cells."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    page, kind = held["xl/worksheets/sheet1.xml"], "spreadsheetml.sharedStrings+xml"
    texts = re.findall(r"<is>(.*?)</is>", page)
    for number, one in enumerate(texts):
        page = page.replace(f't="inlineStr"><is>{one}</is>', f't="s"><v>{number}</v>', 1)
    space = page[page.index("xmlns=") : page.index(">", page.index("xmlns="))]
    shared = "".join(f"<si>{one}</si>" for one in texts)
    added = {
        "[Content_Types].xml": '<Override PartName="/xl/sharedStrings.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{kind}"/></Types>',
        "xl/_rels/workbook.xml.rels": '<Relationship Id="x" Target="sharedStrings.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    }
    held |= {name: re.sub(r"</\w+>\s*$", lambda _, end=end: end, held[name]) for name, end in added.items()}
    held |= {"xl/worksheets/sheet1.xml": page, "xl/sharedStrings.xml": f"<sst {space}>{shared}</sst>"}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in held.items():
            archive.writestr(name, part)


def old_workbook(path: Path) -> None:
    plain = struct.pack("<HHHHHBBBx", 200, 0, 0, 400, 0, 0, 0, 0) + b"\x01\x00A"
    line = plain[:2] + struct.pack("<H", 8) + plain[4:]
    said = f"The pump costs {GONE} 95 EUR".encode()
    runs = struct.pack("<HHHHH", 2, 15, 1, 15 + len(GONE), 0)
    rich = struct.pack("<HHHHB", 0, 0, 0, len(said), 0) + said + runs
    other = f"{GONE} 96 EUR".encode()
    struck_cell = struct.pack("<HHHHB", 1, 0, 1, len(other), 0) + other + struct.pack("<HHH", 1, len(GONE), 0)
    looks = [(0xE0, struct.pack("<HHH14x", font, 0, kind)) for font, kind in ((0, 0xFFF4), (1, 0))]
    stream = _xls(_biff((0xD6, rich), (0xD6, struck_cell)), fonts=[(0x31, plain), (0x31, line), *looks])
    ole.write_ole(path, {"Workbook": stream})


def workbook_of_2003(path: Path) -> None:
    def row(*cells: str, style: str = "") -> str:
        look = f' ss:StyleID="{style}"' if style else ""
        made = (f'<Cell{look}><Data ss:Type="String">{one}</Data></Cell>' for one in cells)
        return f"<Row>{''.join(made)}</Row>"

    html = '<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">{}</ss:Data>'
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:'
        'office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s1"><Font '
        'ss:StrikeThrough="1"/></Style></Styles><Worksheet ss:Name="S"><Table>'
        f"{row('The pump costs', '95 EUR')}{row('Hose', GONE, style='s1')}"
        f'<Row><Cell ss:StyleID="s1">{html.format(f"{GONE}<Font> 96</Font>")}</Cell>'
        f"<Cell>{html.format(f'97 <B><S>{GONE}</S> EUR</B>')}</Cell></Row></Table></Worksheet></Workbook>"
    )


def open_document(path: Path) -> None:
    def style(name: str, family: str, properties: str) -> str:
        return f"<style:style style:name='{name}' style:family='{family}'>{properties}</style:style>"

    kind = "spreadsheet" if path.suffix == ".ods" else "text"
    cells = (
        (("", "The pump costs"), ("", "95 EUR")),
        ((" table:style-name='C'", "Hose"), (" table:style-name='C'", GONE)),
    )
    made = (
        "".join(f"<table:table-cell{look}><text:p>{one}</text:p></table:table-cell>" for look, one in row)
        for row in cells
    )
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in made)
    body = {
        "spreadsheet": f"<table:table table:name='S'>{rows}</table:table>",
        "text": "<text:p>The pump costs <text:span text:style-name='T'>120<text:s/>EUR</text:span> 95 EUR.</text:p>"
        "<text:p text:style-name='P'>Gone.<text:span text:style-name='N'> Kept.</text:span> Gone.</text:p>",
    }[kind]
    styles = style("T", "text", _LINE) + style("P", "paragraph", _LINE) + style("N", "text", _NO_LINE)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {_NAMES}><office:automatic-styles>{styles}{style('C', 'table-cell', _LINE)}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body>"
            "</office:document-content>",
        )


def pdf(path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.write(text="The pump costs ")
    made.set_font(style="S")
    made.write(text=GONE)
    made.set_font(style="")
    made.write(text=" 95 EUR. The ")
    made.set_font(style="U")
    made.write(text="young gypsum")
    made.set_font(style="")
    made.write(text=" stays.")
    made.output(str(path))


FILES: dict[str, Callable[[Path], None]] = {
    **dict.fromkeys(("md", "html", "rtf", "org", "adoc", "tex", "eml", "ipynb"), text),
    "docx": word, "doc": old_word, "pptx": slides, "xlsx": workbook, "xls": old_workbook, "xml": workbook_of_2003,
    "odt": open_document, "ods": open_document, "pdf": pdf,
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_struck_out_price_is_no_price(kind: str, tmp_path: Path) -> None:
    FILES[kind](tmp_path / f"a.{kind}")
    [document] = load(tmp_path / f"a.{kind}").documents
    said = " ".join(document.text.split())
    assert "The pump costs" in said
    assert "95" in said
    assert "120" not in said
    assert "Gone" not in said
    assert "Hose" not in said
    assert [gap for gap in document.gaps if gap.startswith("without ") and gap.endswith(" struck-out words")]
    assert not any("hidden" in gap for gap in document.gaps)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xml"])
def test_words_with_a_font_of_their_own_stay_in_a_struck_out_cell(kind: str, tmp_path: Path) -> None:
    FILES[kind](tmp_path / f"a.{kind}")
    assert "96" in load(tmp_path / f"a.{kind}").documents[0].text


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_words_that_a_style_strikes_out_and_a_look_does_not_stay(kind: str, tmp_path: Path) -> None:
    FILES[kind](tmp_path / f"a.{kind}")
    assert load(tmp_path / f"a.{kind}").documents[0].text.endswith("Kept.")


def test_underlined_words_of_a_pdf_stay(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf")
    [document] = load(tmp_path / "a.pdf").documents
    assert " ".join(document.text.split()) == "The pump costs 95 EUR. The young gypsum stays."
    assert document.gaps == ("without 2 struck-out words",)


def test_words_of_a_pdf_that_a_note_strikes_out_are_left_out(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.write(text="Never on Mondays. Open daily.")
    made.add_text_markup_annotation("StrikeOut", "Wrong", [30, 814, 136, 814, 30, 801, 136, 801])
    made.output(str(tmp_path / "a.pdf"))
    assert load(tmp_path / "a.pdf").documents[0].text.strip() == "Open daily.\n\n[Note: Wrong]"


def test_part_of_a_word_and_the_lines_of_a_table_in_a_pdf(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.set_font(style="S")
    made.write(text="14 days")
    made.set_font(style="")
    made.write(text="30 days")
    made.ln(10)
    for row in (("Part", "Price"), ("Valve", "44"), ("Hose", "12")):
        for cell in row:
            made.cell(60, 5, cell, border=1)
        made.ln()
    made.line(10, 60, 200, 60)
    made.output(str(tmp_path / "a.pdf"))
    [document] = load(tmp_path / "a.pdf").documents
    assert "14" not in document.text
    assert "30 days" in document.text
    assert "Part: Valve; Price: 44" in document.text


def test_line_through_a_price_parts_no_row_of_a_table(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    for part, old, price in (("Part", "Price", ""), ("Valve", "120 EUR", " 95 EUR"), ("Hose", "12 EUR", "")):
        made.cell(60, 8, part, border=1)
        made.rect(made.x, made.y, 60, 8)
        made.set_font(style="S" if price else "")
        made.cell(made.get_string_width(old) + 2, 8, old)
        made.set_font(style="")
        made.cell(30, 8, price)
        made.ln()
    made.output(str(tmp_path / "a.pdf"))
    text = first(tmp_path / "a.pdf").text
    assert "Part: Valve; Price: 95 EUR\n" in text
    assert text.count("Part:") == 2


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_what_is_left_of_a_word_stands_where_it_did_on_a_turned_page(turn: int, tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    with made.rotation(turn, 105, 148):
        made.set_xy(60, 148)
        made.set_font(style="S")
        made.write(text="14 days")
        made.set_font(style="")
        made.write(text="30 days")
    made.output(str(tmp_path / "a.pdf"))
    page = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0]
    page.set_rotation(turn)
    textpage, rotation, size = page.get_textpage(), page.get_rotation(), page.get_size()
    found = words(textpage, rotation, size)
    gone, _ = pdf_struck.struck(page, textpage, found, list(drawn(page)))
    whole = next(word for word in found if word.text == "days30")
    left = next(word for word in pdf_struck.without(found, gone, textpage, rotation, size) if word.text == "30")
    assert whole.centre < left.left < left.right == pytest.approx(whole.right)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<style>.o{text-decoration:line-through red}</style><p>A <b class=o>B</b> C</p>", "A C"),
        ("<style>.l .o{text-decoration-line:line-through}</style><p class=l>A <b class=o>B</b> C</p>", "A C"),
        ("<p>A <b style='text-decoration:underline line-through'>B</b> C</p>", "A C"),
        ("<p>A <s style='text-decoration:none'>B</s> C</p>", "A B C"),
        ("<ul><li><input type=checkbox checked disabled> <del>Milk</del></li></ul>", "- [x] Milk"),
        ("<ul><li><input type=checkbox disabled> <del>Milk</del> Tea</li></ul>", "- [ ] Tea"),
        ("<p>☑ <s>Milk</s></p>", "☑ Milk"),
        ("<ul><li><input type=checkbox checked><label><s>Tea</s> <s>Bun</s></label></li></ul>", "- [x] Tea Bun"),
        ("<p>✓ Free shipping, <s>9.99</s> 0.00</p>", "✓ Free shipping, 0.00"),
        (
            "<div>Bag <s>120</s> 95 EUR <label><input type=checkbox checked> compare</label></div>",
            "Bag 95 EUR compare",
        ),
        (
            "<table><tr><th>Part<th>Old price<th>Price<tr><td>Pump<td style='text-decoration:line-through'>120<td>95"
            "<tr><td>Hose<td>3<td>2</table>",
            "Part: Pump; Price: 95\nPart: Hose; Old price: 3; Price: 2",
        ),
        (
            "<table><tr><th>Part<th style='text-decoration:line-through'>Was<th>Is<tr><td>Pump<td>120<td>95</table>",
            "Part: Pump; 120; Is: 95",
        ),
        ("<ol><li>A<li style='text-decoration:line-through'>B<li>C</ol>", "1. A\n3. C"),
        ("<p>A</p><s><div>Much more than</div><div>stands before.", "A\n\nMuch more than\n\nstands before."),
    ],
)  # fmt: skip
def test_what_a_page_strikes_out(page: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<html><meta charset=utf-8>{page}</html>")
    assert load(tmp_path / "a.html").documents[0].text == said


@pytest.mark.parametrize(
    ("source", "gap"),
    [
        (r"A {\strike \'e4\'f6 \'84\'fc\'93} B", "without 2 struck-out words"),
        (r"A {\v \u228 \u246 } B", "without 1 hidden word (hidden font)"),
    ],
)
def test_escaped_letters_of_rtf_that_are_left_out_are_told(source: str, gap: str, tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text(rf"{{\rtf1 {source}}}")
    [document] = load(tmp_path / "a.rtf").documents
    assert document.text.split() == ["A", "B"]
    assert document.gaps == (gap,)


def test_transparent_cell_keeps_its_place(tmp_path: Path) -> None:
    rows = "<tr><td>Pump<td style='opacity:0'>120<td>95<tr><td>Hose<td>3<td>2"
    (tmp_path / "a.html").write_text(f"<table><tr><th>Part<th>Old price<th>Price{rows}</table>")
    assert load(tmp_path / "a.html").documents[0].text.startswith("Part: Pump; Price: 95\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.md", "Of ~5 to ~6 kg, a~~b\n\n`~~code~~`\n\n```\n~~fence~~\n```\n\n~~~\n~~other~~\n~~~"),
        ("a.md", "- [x] ~~Milk~~\n- [X] <del>Tea</del>"),
        ("a.md", "~~ not this ~~ and ~~not\n\nthat~~"),
        (
            "a.org",
            "Call +49 30 12 or +49 31 13, C++ and a+b+c\n| a | +b+ |\n|---+---|\n#+begin_src c\nx +y+ z\n#+end_src",
        ),
        ("a.org", "- [X] +Milk+"),
        ("a.txt", "It costs ~~120~~ 95 EUR."),
    ],
)
def test_signs_that_strike_out_nothing_stay(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(said, encoding="utf-8")
    [document] = load(tmp_path / name).documents
    assert document.text == said
    assert document.gaps == ()


def test_chats_and_outlines_strike_out_too(tmp_path: Path) -> None:
    messages = [
        {
            "from": "Ada",
            "date": "2026-01-02T10:00:00",
            "text": ["At ", {"type": "strikethrough", "text": "nine"}, " ten"],
        },
        {"from": "Bob", "date": "2026-01-02T10:01:00", "text": "Or ~at eleven~ at ~12, ~~never~~ noon"},
        {"from": "Cy", "id": "1@g.us", "date": "2026-01-02T10:02:00", "text": "Or ~at one~ two"},
    ]
    (tmp_path / "a.json").write_text(json.dumps({"name": "Trip", "messages": messages}))
    [chat] = load(tmp_path / "a.json").documents
    assert [" ".join(line.split()) for line in chat.text.split("\n") if ": " in line] == [
        "Ada: At ten",
        "Bob: Or ~at eleven~ at ~12, noon",
        "Cy: Or two",
    ]
    (tmp_path / "b.json").write_text(json.dumps([{"title": "Trip", "children": [{"string": "At ~~nine~~ ten"}]}]))
    [outline] = load(tmp_path / "b.json").documents
    assert outline.text.endswith("- At ten")


@pytest.mark.parametrize(
    "said",
    [
        "export PATH=~/bin:~/.local/bin:$PATH",
        "scp ~/a.txt,~/b.txt host",
        "rm `~old~ ~~older~~`",
        "Do: ```\nx ~~a+~~b\n\ny ~z~ ~~c~~\n``` now",
        "```\na ~~b~~\n```",
    ],
)
def test_code_and_folders_in_chats_stay(said: str, tmp_path: Path) -> None:
    told = {"user": "Ada", "ts": "1767348000.0", "text": f"{said}\nIt costs ~120~ 95."}
    (tmp_path / "a.json").write_text(json.dumps([{**told, "type": "message"}]))
    [document] = load(tmp_path / "a.json").documents
    assert " ".join(f"Ada: {said} It costs 95.".split()) in " ".join(document.text.split())
    assert document.gaps == ("without 1 struck-out word",)


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("a.md", "~~`120` EUR~~ 95", "95"),
        ("a.md", "A ~~price `of ~~ 1` EUR~~ 95 ``~~`b`~~`` ~~c~~", "A 95 ``~~`b`~~``"),
        ("a.md", "- ✅ Price ~~120~~ 95", "- ✅ Price 95"),
        ("a.md", "- [x] `milk` ~~Milk~~ `~~c~~`\n- [x] `milk` <s>Milk</s> ~~and tea~~", None),
        (
            "a.org",
            "Keep =a +b+ c= and ~x +y+ z~ and src_c{a +b+}, not +this=+ one",
            "Keep =a +b+ c= and ~x +y+ z~ and src_c{a +b+}, not one",
        ),
        ("a.org", "- [X] Price +120+ 95", "- [X] Price 95"),
        (
            "a.adoc",
            "* [x] [.line-through]#Milk#\n** [*] [.line-through]##Tea## [.line-through]#Bun#",
            "* [x] Milk ** [*] Tea Bun",
        ),
        (
            "a.adoc",
            "* [x] Price [.line-through]#120# 95, `+[.line-through]#a#+`",
            "* [x] Price 95, `+[.line-through]#a#+`",
        ),
    ],
)
def test_struck_out_words_beside_code_and_ticks(name: str, source: str, said: str | None, tmp_path: Path) -> None:
    (tmp_path / name).write_text(source, encoding="utf-8")
    [document] = load(tmp_path / name).documents
    assert " ".join(document.text.split()) == " ".join((said or source).split())


def test_document_of_nothing_but_struck_out_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p><s>Never</s></p>")
    with pytest.raises(Exception, match="holds no text; without 1 struck-out word"):
        load(tmp_path / "a.html")


def test_hidden_and_struck_out_words_are_told_apart() -> None:
    with noting() as notes:
        notes.words = {"hidden rows": 2, STRUCK: 1}
    assert notes.gaps() == ("without 2 hidden words (hidden rows)", "without 1 struck-out word")
