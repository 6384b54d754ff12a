"""Files in every format with text that is seen, and with the words of `SECRET` hidden in every way there is."""

from collections.abc import Callable
from pathlib import Path

SEEN = "Quorl lifts twelve tonnes"
SECRET = "zebrafish"


def html(file: Path) -> None:
    style = ".no{display:none} .w{color:#fff} .dark{background:#111;color:white} @media print{.p{display:none}}"
    file.write_text(
        f"<html><head><meta charset=utf-8><title>T</title><style>{style}</style></head><body><p class=p>{SEEN}.</p>"
        f"<p class=no>{SECRET}</p><p class=w>{SECRET}</p><p style='color:white'>{SECRET}</p><p hidden>{SECRET}</p>"
        f"<p style='font-size:0'>{SECRET}</p><p style='font-size:1px'>{SECRET}</p><p style='opacity:0'>{SECRET}</p>"
        f"<p style='visibility:hidden'>{SECRET}</p><p style='position:absolute;left:-9999px'>{SECRET}</p>"
        f"<p style='text-indent:-9999px'>{SECRET}</p><p style='color:transparent'>{SECRET}</p><!-- {SECRET} -->"
        f"<div style='clip:rect(0,0,0,0)'>{SECRET}</div><font color=#fefefe>{SECRET}</font>"
        "<div class=dark><p>Seen in the dark.</p></div><table bgcolor=black><tr><td><font color=white>Seen on "
        "black.</font></td></tr></table></body></html>"
    )


def docx(file: Path) -> None:
    import docx
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    document = docx.Document()
    paragraph = document.add_paragraph(f"{SEEN}. ")
    vanished, white, tiny = (paragraph.add_run(f"{SECRET} ") for _ in range(3))
    vanished.font.hidden = True
    white.font.color.rgb = RGBColor(255, 255, 255)
    tiny.font.size = Pt(1)
    style = document.styles.add_style("Ghost", 1)
    style.font.hidden = True
    document.add_paragraph(SECRET, style="Ghost")
    table = document.add_table(2, 2)
    for cell in (*table.rows[0].cells, *table.rows[1].cells):
        cell.text = SECRET if cell in table.rows[1].cells else "Head"
    table.rows[1]._tr.get_or_add_trPr().append(OxmlElement("w:hidden"))
    dark = document.add_paragraph()
    dark.add_run("Seen in the dark.").font.color.rgb = RGBColor(255, 255, 255)
    shading = OxmlElement("w:shd")
    shading.set(qn("w:fill"), "111111")
    dark._p.get_or_add_pPr().append(shading)
    document.save(str(file))


def xlsx(file: Path) -> None:
    import openpyxl
    from openpyxl.styles import Font, PatternFill

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["What", "Note", "Code"], [SEEN, "a", SECRET], [SECRET, "b", SECRET], [SECRET, "c", SECRET],
                ["Seen in the dark", "d", SECRET]):  # fmt: skip
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet["A4"].font = Font(color="FFFFFFFF")
    sheet["A5"].font = Font(color="FFFFFFFF")
    sheet["A5"].fill = PatternFill("solid", fgColor="FF111111")
    sheet["B6"] = SECRET
    sheet["B6"].number_format = ";;;"
    hidden = book.create_sheet("Hidden")
    hidden.append([SECRET])
    hidden.sheet_state = "veryHidden"
    book.save(file)


def pptx(file: Path) -> None:
    from pptx import Presentation
    from pptx.dml.color import RGBColor
    from pptx.util import Inches, Pt

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = SEEN

    def box(x: float, y: float, text: str, colour: str = "000000", size: int = 18, fill: str = "") -> object:
        shape = slide.shapes.add_textbox(Inches(x), Inches(y), Inches(2), Inches(0.5))
        run = shape.text_frame.paragraphs[0].add_run()
        run.text = text
        run.font.color.rgb, run.font.size = RGBColor.from_string(colour), Pt(size)
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = RGBColor.from_string(fill)
        return shape

    box(1, 3, SECRET, "FFFFFF")
    box(4, 3, SECRET, size=1)
    box(20, 3, SECRET)
    box(1, 5, "Seen in the dark", "FFFFFF", fill="111111")
    box(4, 5, SECRET)._element.nvSpPr.cNvPr.set("hidden", "1")  # type: ignore[attr-defined]
    backup = deck.slides.add_slide(deck.slide_layouts[5])
    backup.shapes.title.text = SECRET
    backup._element.set("show", "0")
    deck.save(str(file))


def pdf(file: Path) -> None:
    from fpdf import FPDF

    made = FPDF()
    made.set_font("helvetica", size=12)
    made.add_page()

    def line(text: str, ink: int = 0, ground: int | None = None, size: float = 12) -> None:
        made.set_text_color(ink)
        made.set_font_size(size)
        if ground is not None:
            made.set_fill_color(ground)
        made.cell(text=text, fill=ground is not None, new_x="LMARGIN", new_y="NEXT")

    line(f"{SEEN}.")
    line(SECRET, ink=255)
    line(SECRET, ink=20, ground=20)
    line("Seen in the dark.", ink=255, ground=20)
    line(SECRET, size=0.8)
    made.ln(5)
    with made.local_context(text_mode=3):
        line(SECRET)
    made.text(-300, 100, SECRET)
    line("Seen at the end.")
    made.output(str(file))


def rtf(file: Path) -> None:
    colours = r"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}"
    hidden = rf"{{\v {SECRET}}} {{\cf1 {SECRET}}} {{\fs2 {SECRET}}}"
    file.write_text(rf"{{\rtf1\ansi{colours}\fs24 {SEEN}. {hidden} {{\cf1\highlight2 Seen in the dark.}}\par}}")


def md(file: Path) -> None:
    file.write_text(
        f"# {SEEN}\n\n<!-- {SECRET} -->\nText <span style='display:none'>{SECRET}</span>.\n\n[//]: # ({SECRET})\n\n"
        "```html\n<!-- seen in code -->\n```\n"
    )


def txt(file: Path) -> None:
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in f"say {SECRET}")
    bits = "".join("\u200b" if bit == "0" else "\u2060" for bit in f"{int.from_bytes(SECRET.encode()):b}")
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    file.write_text(f"{SEEN}{tags}. Wide\u200bopen.{bits} {persian} \U0001f469\u200d\U0001f680. Seen in the dark.")


def eml(file: Path) -> None:
    head = "From: a@example.org\nSubject: Cranes\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    file.write_text(f"{head}<p>{SEEN}.</p><p style='display:none'>{SECRET}</p><p style='color:#fff'>{SECRET}</p>")


def odt(file: Path) -> None:
    _odf(
        file,
        "text",
        f"<text:p>{SEEN}. <text:span text:style-name='V'>{SECRET}</text:span><text:span text:style-name='W'>{SECRET}"
        f"</text:span> And more.</text:p><text:p text:style-name='P'>{SECRET}</text:p>"
        f"<text:section text:name='s' text:display='none'><text:p>{SECRET}</text:p></text:section>"
        "<text:p text:style-name='D'><text:span text:style-name='W'>Seen in the dark.</text:span></text:p>",
    )


def ods(file: Path) -> None:
    def row(first: str, extra: str = "") -> str:
        cells = (f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in (first, "b", SECRET))
        return f"<table:table-row{extra}>{''.join(cells)}</table:table-row>"

    folded = " table:visibility='collapse'"
    columns = "<table:table-column table:number-columns-repeated='2'/><table:table-column table:visibility='collapse'/>"
    _odf(
        file,
        "spreadsheet",
        f"<table:table table:name='Main'>{columns}{row(SEEN)}{row(SECRET, folded)}</table:table>"
        f"<table:table table:name='No' table:style-name='H'>{row(SECRET)}</table:table>",
    )


def _odf(file: Path, kind: str, body: str) -> None:
    import zipfile

    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
                            ("fo", "xsl-fo-compatible"))
    )  # fmt: skip

    def style(name: str, family: str, properties: str) -> str:
        return f"<style:style style:name='{name}' style:family='{family}'>{properties}</style:style>"

    styles = (
        style("V", "text", "<style:text-properties text:display='none'/>")
        + style("W", "text", "<style:text-properties fo:color='#ffffff'/>")
        + style("P", "paragraph", "<style:text-properties fo:font-size='1pt'/>")
        + style("D", "paragraph", "<style:paragraph-properties fo:background-color='#111111'/>")
        + style("H", "table", "<style:table-properties table:display='false'/>")
    )
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)


FILES: dict[str, Callable[[Path], None]] = {
    "html": html, "docx": docx, "xlsx": xlsx, "pptx": pptx, "pdf": pdf, "rtf": rtf, "md": md, "txt": txt, "eml": eml,
    "odt": odt, "ods": ods,
}  # fmt: skip
