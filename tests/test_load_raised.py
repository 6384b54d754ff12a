"""Powers and readings beside characters, in each format that has them, and pages within frames."""

import io
import re
import struct
import zipfile
from pathlib import Path

import docx
import ole
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from test_load_drawn import _biff, _xls
from test_load_formats import first, write_odf

from ingest.load.sheet import raised as sheet_raised

STYLES = (
    '<office:automatic-styles xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">'
    '<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style style:name="T2"><style:text-properties style:text-position="0% 100%"/></style:style>'
    "</office:automatic-styles>"
)
READ = (("rt", "やまみち"), ("rubyBase", "山路"))


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return first(path).text


def styled_odt(tmp_path: Path, body: str) -> Path:
    path = write_odf(tmp_path / "a.odt", "text", body)
    styled = tmp_path / "b.odt"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(styled, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "content.xml":
                data = data.replace(b"<office:body", STYLES.encode() + b"<office:body", 1)
            new.writestr(entry, data)
    return styled


def test_powers_of_rtf_are_told_from_the_numbers_of_notes(tmp_path: Path) -> None:
    rtf = r"{\rtf1 It holds 10{\super 6} litres on 40 m\super 2\nosupersub  and 10\up6 -3\up0  g.{\super 7}\par 106 m2}"
    assert written(tmp_path / "a.rtf", rtf) == "It holds 10^6 litres on 40 m² and 10^-3 g.7\n\n106 m2"


def test_powers_of_open_document_are_told_by_their_style(tmp_path: Path) -> None:
    body = (
        '<text:p>It holds 10<text:span text:style-name="T1">6</text:span> litres on 40 m'
        '<text:span text:style-name="T1">2</text:span>, 10<text:span text:style-name="T2">6</text:span> a month'
        '<text:span text:style-name="T1">3</text:span>.</text:p>'
    )
    assert first(styled_odt(tmp_path, body)).text == "It holds 10^6 litres on 40 m², 106 a month3."


def test_powers_of_a_pdf_are_told_by_where_they_stand(tmp_path: Path) -> None:
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=12)
    for text, where in (
        ("It holds 10", "LINE"),
        ("6", "SUP"),
        (" litres on 40 m", "LINE"),
        ("2", "SUP"),
        (", 1.6 x 10", "LINE"),
        ("-19", "SUP"),
        (" C, 106 m2 a month", "LINE"),
        ("3", "SUP"),
    ):
        page.char_vpos = where
        page.write(8, text)
    page.output(str(tmp_path / "a.pdf"))
    said = " ".join(first(tmp_path / "a.pdf").text.split())
    assert said == "It holds 10⁶ litres on 40 m² , 1.6 x 10⁻¹⁹ C, 106 m2 a month3"


@pytest.mark.parametrize(
    ("line", "up", "said"),
    [
        ("It has 102", "3", "1023"),
        ("It has 101", "5", "1015"),
        ("The driver's", "2", "driver's2"),
        ("It weighs 3 kg", "2", "kg2"),
        ("It weighs 5 m", "25", "m25"),
        ("It falls at 9.81 m/s", "2", "m/s²"),
    ],
)
def test_number_of_a_footnote_is_no_power(tmp_path: Path, line: str, up: str, said: str) -> None:
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=12)
    for text, where in ((line, "LINE"), (up, "SUP")):
        page.char_vpos = where
        page.write(8, text)
    page.output(str(tmp_path / "a.pdf"))
    assert first(tmp_path / "a.pdf").text.split()[-1] == said
    rtf = rf"{{\rtf1 {line}{{\super {up}}}}}"
    # Where a page need not keep the places of its letters, the number in front stays what it is.
    apart = {"1023": "³", "1015": "⁵"}
    assert written(tmp_path / "a.rtf", rtf).rpartition(" ")[2] == apart.get(said, said)


def test_number_of_a_note_of_the_same_document_is_no_power(tmp_path: Path) -> None:
    page = (
        "<p>It costs 10{0} for 40 m{0}, 10<sup>6</sup> times.</p><p>{0} With VAT.</p><p><sup>6</sup>Li is light.</p>"
        '<p>10<sup><a href="#n">3</a></sup> 10<a href="#n"><sup>4</sup></a> 9<sup>99</sup></p>'
    ).format("<sup>2</sup>")
    said = "It costs 10 ² for 40 m², 10^6 times."
    shown = f"{said}\n\n2 With VAT.\n\n6Li is light.\n\n10 ³ 10 ⁴ 9 ⁹⁹"
    assert written(tmp_path / "a.html", page) == shown
    word = docx.Document()
    for parts in (("It costs 10", "2", " for 40 m", "2", ", 10", "6", " times."), ("", "2", " With VAT.")):
        paragraph = word.add_paragraph()
        for part in parts:
            paragraph.add_run(part).font.superscript = part.isdecimal() or None
    word.save(str(tmp_path / "a.docx"))
    assert first(tmp_path / "a.docx").text == f"{said}\n\n2 With VAT."
    span = '<text:span text:style-name="T1">{}</text:span>'
    body = (
        f"<text:p>It costs 10{span.format(2)} for 40 m{span.format(2)}, 10{span.format(6)} times.</text:p>"
        f"<text:p>{span.format(2)} With VAT.</text:p>"
    )
    assert first(styled_odt(tmp_path, body)).text == f"{said}\n\n2 With VAT."


def test_powers_in_cells_of_workbooks_are_no_digits(tmp_path: Path) -> None:
    up = InlineFont(vertAlign="superscript")
    book = openpyxl.Workbook()
    book.active.append(["Area", "Count", "Note"])
    cells = (("40 m", "2"), ("It is 10", "6", " mm"), ("Of 12", "3"))
    for row in (cells, [("plain",)] * 3):
        book.active.append([CellRichText(*(TextBlock(up, p) if p.isdecimal() else p for p in parts)) for parts in row])
    book.save(tmp_path / "a.xlsx")
    said = "Area: 40 m²; Count: It is 10^6 mm; Note: Of 12 ³"
    assert first(tmp_path / "a.xlsx").text.split("\n")[2] == said
    # Excel keeps every text once, in a table of its own.
    run = "<r><t>10</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>6</t></r>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst xmlns='urn:x'><si><t>a</t></si><si>{run}</si></sst>")
    with zipfile.ZipFile(sheet_raised.as_shown(packed)) as archive:
        assert re.findall(rb">([^<]+)<", archive.read("xl/sharedStrings.xml")) == [b"a", b"10", b"^6"]
    look = struct.pack("<HHHHHBBBx", 200, 0, 0, 400, 0, 0, 0, 0) + b"\x01\x00A"
    raised = look[:8] + struct.pack("<H", 1) + look[10:]
    text = b"40 m2"
    rich = struct.pack("<HHHHB", 0, 0, 0, len(text), 0) + text + struct.pack("<HHH", 1, 4, 1)
    workbook = _xls(_biff((0xD6, rich)), fonts=[(0x31, look), (0x31, raised)])
    ole.write_ole(tmp_path / "a.xls", {"Workbook": workbook})
    assert first(tmp_path / "a.xls").text.split("\n")[-1] == "40 m²"


def test_what_is_raised_in_the_next_cell_or_line_is_no_power(tmp_path: Path) -> None:
    rtf = r"{\rtf1 40 m\tab{\super 2}B\line 10\line{\super 2}C 10\super 3\super0 x}"
    assert written(tmp_path / "a.rtf", rtf).split() == ["40", "m", "2B", "10", "2C", "10^3x"]


def test_readings_beside_characters_part_no_word(tmp_path: Path) -> None:
    ruby = "<ruby>山路<rp>(</rp><rt>やまみち</rt><rp>)</rp></ruby>を<ruby>登<rt>のぼ</rt></ruby>りながら"
    assert written(tmp_path / "a.html", f"<p>{ruby}</p>") == "山路を登りながら"
    # A page need not say where a reading ends.
    old = "<ruby><rb>東<rt>とう<rb>京<rt>きょう</ruby>に行く。<ruby>東<rt>とう<rp>x</rp>京<rt>きょう</ruby>"
    assert written(tmp_path / "b.html", f"<p>{old}</p>") == "東京に行く。東京"
    body = (
        "<text:p><text:ruby><text:ruby-base>山路</text:ruby-base><text:ruby-text>やまみち</text:ruby-text></text:ruby>"
        "を登る</text:p>"
    )
    assert first(write_odf(tmp_path / "a.odt", "text", body)).text == "山路を登る"
    word = docx.Document()
    reading, base = (f"<w:{tag}><w:r><w:t>{said}</w:t></w:r></w:{tag}>" for tag, said in READ)
    run = f"<w:r><w:ruby>{reading}{base}</w:ruby></w:r>"
    word.add_paragraph("を登る")._p.insert(0, parse_xml(run.replace("<w:r>", f"<w:r {nsdecls('w')}>", 1)))
    word.save(str(tmp_path / "a.docx"))
    assert first(tmp_path / "a.docx").text == "山路を登る"


def test_page_within_a_frame_stands_in_its_place(tmp_path: Path) -> None:
    inner = "&lt;p&gt;The lift is out of order.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;"
    page = f'<p>Notice:</p><iframe srcdoc="{inner}"></iframe><iframe src="other.html">old</iframe><p>Thanks.</p>'
    assert written(tmp_path / "a.html", page) == "Notice:\n\nThe lift is out of order.\n\nThanks."
    # What nobody sees is no more seen for being in a frame, whose own styles hold there and no others.
    hidden = "<style>.x { display: none }</style><p>a</p>"
    inside = "&lt;style&gt;.y { display: none }&lt;/style&gt;&lt;p class=y&gt;SECRET&lt;p class=x&gt;shown"
    for how in ("hidden", "style='display:none'", "width=0 height=0", "class=x"):
        hidden += f'<iframe {how} srcdoc="&lt;p&gt;SECRET"></iframe>'
    assert written(tmp_path / "c.html", f'{hidden}<iframe srcdoc="{inside}"></iframe>') == "a\n\nshown"
    # It is told, though, also where the frame lies in something hidden.
    (tmp_path / "d.html").write_text(f'{hidden}<div hidden><iframe srcdoc="&lt;p&gt;THREE WORDS MORE"></iframe></div>')
    assert first(tmp_path / "d.html").gaps == ("without 7 hidden words (display:none, size 0 or 1)",)
    # A frame that holds itself again and again comes to an end.
    nested = "x"
    for _ in range(6):
        nested = f'<iframe srcdoc="{nested.replace("&", "&amp;").replace(chr(34), "&quot;")}"></iframe>'
    assert written(tmp_path / "b.html", f"<p>a</p>{nested}") == "a\n\nx"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        # Boxes of a list of tasks, and those of exports, which are elements without text.
        (
            "<ul><li><input type=checkbox checked disabled> Rope</li><li><input type=checkbox> Buoy</li></ul>",
            "- [x] Rope\n- [ ] Buoy",
        ),
        ("<form><p>Agree <input type=checkbox checked></p><p>b</p></form>", "Agree\n\nb"),
        (
            '<table><tr><th>Paid</th><td><div class="checkbox checkbox-on"></div></td></tr>'
            '<tr><th>Kind</th><td><span class="selected-value a">oak</span>'
            '<span class="selected-value b">elm</span></td></tr></table>',
            "Paid: [x]\nKind: oak, elm",
        ),
        ('<p><span role="checkbox" aria-checked="true"></span>Rope</p>', "[x] Rope"),
        # A formula stands once, also where it is drawn beside what says it.
        (
            "<p>By <span><span><math><msqrt><mi>x</mi></msqrt></math></span>"
            '<span aria-hidden="true"><span>x</span></span></span> <b aria-hidden="true">!</b></p>',
            "By √x !",
        ),
        # Items have the numbers that a browser counts.
        (
            "<ol><li>Rope<ol type=a><li>Hemp<li>Nylon</ol><li value=5>Buoy</ol>"
            "<ol start=7 reversed><li>Oar<li>Sail</ol><ol style='list-style:none'><li>Mast</ol>",
            "1. Rope\na. Hemp\nb. Nylon\n5. Buoy\n7. Oar\n6. Sail\n- Mast",
        ),
        # Of bookmarks the address is what one keeps them for.
        (
            "<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><p><DT><H3>Travel</H3><DL><p>"
            '<DT><A HREF="https://a.example/b">Trains</A><DT><A HREF="javascript:x()">Run</A></DL></DL>',
            "Travel\n\nTrains https://a.example/b\n\nRun",
        ),
        ('<p><a href="https://a.example/b">Trains</a></p>', "Trains"),
    ],
)
def test_what_a_page_shows_without_text_is_said(tmp_path: Path, page: str, text: str) -> None:
    assert written(tmp_path / "a.html", page) == text
