"""Text that nobody sees is left out of what is stored, and reported; what somebody sees stays."""

from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF
from hidden import FILES, SECRET, SEEN

from ingest.load import load
from ingest.load.build import clean
from ingest.load.pdf.unseen import Seen
from ingest.load.unseen import blends, hex_colour, noting


@pytest.mark.parametrize("kind", FILES)
def test_hidden_text_is_left_out_and_reported(kind: str, tmp_path: Path) -> None:
    FILES[kind](tmp_path / f"a.{kind}")
    [document] = load(tmp_path / f"a.{kind}").documents
    assert SEEN in " ".join(document.text.split())
    assert SECRET not in document.text
    assert len(document.gaps) == 1
    assert "hidden" in document.gaps[0] or "invisible" in document.gaps[0]
    if kind not in ("md", "txt", "eml", "ods"):
        assert "in the dark" in document.text


def test_document_of_nothing_but_hidden_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<p style='display:none'>{SECRET}</p>")
    with pytest.raises(Exception, match=r"holds no text but what is hidden: without 1 hidden word \(display:none\)"):
        load(tmp_path / "a.html")


def test_text_layer_of_a_scan_and_a_dark_page_are_seen(tmp_path: Path) -> None:
    from PIL import Image

    made = FPDF()
    made.set_font("helvetica", size=12)
    made.add_page()
    made.image(Image.new("RGB", (600, 200), "white"), x=10, y=10, w=150)
    with made.local_context(text_mode=3):
        made.text(15, 20, "Read off a picture.")
    made.add_page()
    made.rect(0, 0, 210, 297, style="F")
    made.set_text_color(255)
    made.cell(text="White on black.")
    made.output(str(tmp_path / "a.pdf"))
    [document] = load(tmp_path / "a.pdf").documents
    assert document.text.split("\n\n") == ["Read off a picture.", "White on black."]
    assert document.gaps == ()


@pytest.mark.parametrize(
    "page",
    [
        "<link rel=stylesheet href=x.css><body class=night><p style='color:white'>{}</p>",
        "<style>body{background:#000;color:#fff}</style><p>{}</p>",
        "<body bgcolor=black text=white><p>{}</p>",
        "<div style='background:url(x.png);color:white'><p>{}</p></div>",
        "<div style='background:linear-gradient(red,blue)'><p style='color:white'>{}</p></div>",
        "<style>.dark .card{background:#111} .card{color:white}</style><div class=dark><p class=card>{}</p></div>",
        "<div style='font-size:0'><p style='font-size:16px'>{}</p></div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>",
        "<style>.a{visibility:hidden} .a .b{visibility:visible}</style><div class=a><p class=b>{}</p></div>",
        "<style>.nav ul{font-size:0} .nav li{font-size:14px}</style><div class=nav><ul><li>{}</li></ul></div>",
        "<style>@media (max-width:600px){.s{font-size:0}} @media print{.s{font-size:0}}</style><p class=s>{}</p>",
        "<style>.tabs .pane{display:none}</style><div class=tabs><div class=pane>{}</div></div>",
        "<style>.x .s{font-size:0}</style><p class=s>{}</p>",
        "<style>@keyframes a{from{opacity:0}} p:hover{font-size:0} p:not(</style><p>{}</p>",
        "<style>@media (max-width:600px){p{display:none}}</style><p>{}</p>",
        "<p style='font-size:0.9'>{}</p>",
        "<script>show()</script><div style='opacity:0'><p>{} and all the rest</p></div><p>More</p>",
        "<style>p:hover{display:none} p::before{color:white}</style><p>{}</p>",
        "<p style='position:relative;left:-10px'>{}</p>",
    ],
)
def test_what_somebody_sees_of_a_page_stays(page: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html>" + page.replace("{}", SEEN) + "</html>")
    [document] = load(tmp_path / "a.html").documents
    assert SEEN in document.text
    assert document.gaps == ()


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم",
        "क्‍ष",
        "👩‍🚀",
        "❤️",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "שלום\u200e.",
        "葛\U000e0100",
    ],
)
def test_what_a_script_needs_stays(text: str) -> None:
    with noting() as notes:
        assert clean(text) == text
    assert notes.gaps() == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Kün\u00addi\u00adgung", "Kündigung"), ("wide\u200bopen", "wideopen"), ("\ufeffa", "a"),
        ("a\u202etxt", "atxt"),
        ("ig\u200cno\u200dre", "ignore"), ("a\ufe00\ufe01\ufe02b", "ab"),
        ("🏴" + "\U000e0067" * 40 + "\U000e007f", "🏴"),
    ],
)  # fmt: skip
def test_what_no_script_needs_goes(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_filtered_and_folded_rows_are_seen(tmp_path: Path) -> None:
    """The sheet shows a funnel or a plus; whoever made it did not hide them."""
    import openpyxl

    book = openpyxl.Workbook()
    filtered, folded = book.active, book.create_sheet("Folded")
    assert filtered is not None
    for sheet in (filtered, folded):
        for row in (["What", "Note"], ["Heron", "a"], ["Osprey", "b"]):
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
    filtered.auto_filter.ref = "A1:B3"
    filtered.auto_filter.add_filter_column(0, ["Heron"])
    folded.row_dimensions[3].outlineLevel = 1
    book.save(tmp_path / "a.xlsx")
    [document] = load(tmp_path / "a.xlsx").documents
    assert document.text.count("Osprey") == 2
    assert document.gaps == ()


def test_text_blends_into_a_background_of_nearly_its_colour() -> None:
    white, black = hex_colour("FFFFFF"), hex_colour("#000000")
    assert (white, black, hex_colour("fff"), hex_colour("unknown")) == ((255, 255, 255), (0, 0, 0), None, None)
    assert blends(black, black)
    assert blends(white, hex_colour("efefef"))
    assert not blends(white, hex_colour("eeffff"))
    assert not blends(white, None)
    assert not blends(None, None)


@pytest.mark.parametrize(
    "style",
    [
        "@media screen{.s{font-size:0}}",
        "@layer base{@supports (color:red){.s{font-size:1px}}}",
        ".w .s{font-size:0}",
        "div > p{visibility:hidden}",
        ".w{color:black; .s{font-size:0}}",
        ".w{& .s{font-size:1px}}",
    ],
)
def test_text_hidden_by_a_nested_rule_is_left_out(style: str, tmp_path: Path) -> None:
    page = f"<style>{style}</style><div class=w><p class=s>{SECRET}</p></div><section><p>{SEEN}</p></section>"
    (tmp_path / "a.html").write_text(f"<html>{page}</html>")
    [document] = load(tmp_path / "a.html").documents
    assert document.text == SEEN
    assert "1 hidden word" in document.gaps[0]


def test_style_sheet_of_braces_alone_is_read_in_no_time(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<style>{'a{' * 20_000}</style><style>{'}' * 20_000}</style><p>{SEEN}</p>")
    assert load(tmp_path / "a.html").documents[0].text == SEEN


@pytest.mark.parametrize(("put", "text"), [("", "aef"), ("[x]", "a[x]ef")])
def test_what_is_hidden_behind_a_character_that_goes_stays_hidden(put: str, text: str, tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.write(text="abcdef")
    made.output(str(tmp_path / "a.pdf"))
    textpage = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0].get_textpage()
    seen = Seen("abef", textpage, [(0, 0, True), (2, 2, False), (4, 2, True)])
    seen.insert(1, put, instead=True)
    assert seen.text == text
    assert [seen.place(at) for at in (0, 2, 3, 4, 5)] == [0, None, None, text.index("e"), text.index("f")]
