"""Words of pictures inside documents: real files of each format, read by RapidOCR where the extra is installed."""

import base64
import ctypes
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage, MIMEPart
from pathlib import Path
from typing import Any

import docx
import matplotlib
import pptx
import pypdfium2
import pypdfium2.raw as raw
import pytest
from docx.shared import Inches
from PIL import Image, ImageDraw, ImageFont
from pptx.util import Inches as SlideInches

from ingest.load import load
from ingest.load.file import File
from ingest.load.pdf import figures as pdf_figures
from ingest.load.pdf.figures import Figure, Said
from ingest.load.pdf.pictures import with_recognised
from ingest.load.picture import again as picture_again
from ingest.load.picture import ocr
from qa.errors import LoadError
from qa.text.drawn import UNITS
from ui.reading import inside
from ui.reading.inside import Insides, block_of
from ui.reading.originals import Original
from ui.reading.pdf.drawing import stamp_of
from ui.reading.stored import Stretch

LINES = ("Berth seven costs 340 EUR", "and is free from May.")
WORDS = "Picture: " + "\n".join(LINES)


def picture(lines: tuple[str, ...] = LINES, size: tuple[int, int] = (640, 160), kind: str = "PNG") -> bytes:
    """Draw some lines."""
    drawn = Image.new("RGB", size, "white")
    font = ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"), 32)
    for number, line in enumerate(lines):
        ImageDraw.Draw(drawn).text((20, 20 + 60 * number), line, fill="black", font=font)
    out = io.BytesIO()
    drawn.save(out, kind)
    return out.getvalue()


def address(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def word(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("The harbour.")
    document.add_picture(io.BytesIO(picture()))
    document.add_paragraph("The end.")
    document.save(str(path))


def slides(path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "The harbour."
    slide.shapes.add_picture(io.BytesIO(picture()), 0, SlideInches(2))
    slide.shapes.add_textbox(0, SlideInches(5), SlideInches(3), SlideInches(1)).text_frame.text = "The end."
    deck.save(str(path))


_ODF = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><office:body>{}</office:body>
</office:document-content>"""
_IMAGE = '<draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>'


def open_document(path: Path) -> None:
    kind = "text" if path.suffix == ".odt" else "presentation"
    inside = {
        "text": f"<text:p>The harbour.</text:p><text:p>{_IMAGE}</text:p><text:p>The end.</text:p>",
        "presentation": "<draw:page><draw:frame><draw:text-box><text:p>The harbour.</text:p></draw:text-box>"
        f"</draw:frame>{_IMAGE}<draw:frame><draw:text-box><text:p>The end.</text:p></draw:text-box></draw:frame>"
        "</draw:page>",
    }[kind]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", _ODF.format(f"<office:{kind}>{inside}</office:{kind}>"))
        archive.writestr("Pictures/1.png", picture())


def _page(source: str) -> str:
    return f'<html><body><p>The harbour. <img src="{source}"></p><p>The end.</p></body></html>'


def book(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", '<container><rootfile full-path="OPS/a.opf"/></container>')
        archive.writestr(
            "OPS/a.opf",
            '<package><manifest><item id="c" href="text/c.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="c"/></spine></package>',
        )
        archive.writestr("OPS/text/c.xhtml", _page("../img/a%20b.png"))
        archive.writestr("OPS/img/a b.png", picture())


def page(path: Path) -> None:
    path.write_text(_page(address(picture())))


def saved_page(path: Path) -> None:
    message = MIMEPart()
    message.set_content(_page("img/a.png"), subtype="html")
    message["Content-Location"] = "https://harbour.example/berths/"
    message.add_related(
        picture(), "image", "png", headers=["Content-Location: https://harbour.example/berths/img/a.png"]
    )
    path.write_bytes(b"MIME-Version: 1.0\n" + message.as_bytes())


def mail(path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Berths"
    message.set_content(_page("cid:one@b"), subtype="html")
    message.add_related(picture(), "image", "png", cid="<one@b>", filename="image001.png", disposition="inline")
    path.write_bytes(message.as_bytes())


def notebook(path: Path) -> None:
    data = base64.b64encode(picture()).decode()
    cells = [
        {"cell_type": "code", "source": "The harbour.", "outputs": [{"data": {"image/png": data}}]},
        {"cell_type": "markdown", "source": "The end."},
    ]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))


KINDS = {
    ".docx": word, ".pptx": slides, ".odt": open_document, ".odp": open_document, ".epub": book, ".html": page,
    ".mhtml": saved_page, ".eml": mail, ".ipynb": notebook,
}  # fmt: skip


@pytest.fixture
def by_rapidocr(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have RapidOCR read."""
    pytest.importorskip("rapidocr")
    yield from _reader("rapidocr", monkeypatch)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where what was read is kept for the files of one ingest."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture
def without_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have nothing read pictures."""
    yield from _reader("off", monkeypatch)


def _reader(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FOOTNOTE_OCR", name)
    monkeypatch.delenv("FOOTNOTE_OCR_WORK", raising=False)
    ocr.reader.cache_clear()
    yield
    ocr.reader.cache_clear()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Note the sizes of the pictures that are read; each says its size in words."""
    sizes: list[tuple[int, int]] = []

    def reading(drawn: Image.Image, *, upright: bool = False) -> ocr.Reading:
        del upright
        sizes.append(drawn.size)
        return ocr.Reading(f"{drawn.width} pixels across")

    monkeypatch.setattr(ocr, "reading", reading)
    return sizes


@pytest.mark.usefixtures("by_rapidocr")
@pytest.mark.parametrize("suffix", KINDS)
def test_words_stand_where_the_picture_does(
    suffix: str, tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_OCR_WORK", str(work))
    KINDS[suffix](tmp_path / f"a{suffix}")
    (document,) = load(tmp_path / f"a{suffix}").documents
    assert f"The harbour.\n\n{WORDS}\n\nThe end." in document.text
    assert document.gaps == ()
    assert [document.text[one.start :].startswith(one.title) for one in document.headings] == [True] * len(
        document.headings
    )


@pytest.mark.usefixtures("without_reader")
@pytest.mark.parametrize("suffix", KINDS)
def test_without_a_reader_nothing_changes_and_nobody_complains(suffix: str, tmp_path: Path) -> None:
    KINDS[suffix](tmp_path / f"a{suffix}")
    (document,) = load(tmp_path / f"a{suffix}").documents
    assert "The harbour.\n\nThe end." in document.text
    assert document.gaps == ()


def _deck(path: Path, *pictures: bytes) -> None:
    deck = pptx.Presentation()
    for data in pictures:
        deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(io.BytesIO(data), 0, 0)
    deck.save(str(path))


@pytest.mark.usefixtures("by_rapidocr")
def test_icons_logos_and_the_same_picture_are_not_read_again(tmp_path: Path, read: list[tuple[int, int]]) -> None:
    icon, logo, drawing, other = picture(size=(60, 60)), picture(size=(300, 90)), picture(size=(800, 500)), picture()
    _deck(tmp_path / "a.pptx", icon, *[logo] * 3, *[drawing] * 4, other, other)
    (document,) = load(tmp_path / "a.pptx").documents
    assert read == [(800, 500), (640, 160)]
    assert [part for part in document.text.split("\n\n") if part] == [
        "Picture: 800 pixels across",
        "Picture: 640 pixels across",
    ]


@pytest.mark.usefixtures("by_rapidocr")
def test_what_is_cut_off_or_hidden_is_not_read(tmp_path: Path, read: list[tuple[int, int]]) -> None:
    document = docx.Document()
    cut, hidden, tiny = [document.add_paragraph("Text.").add_run() for _ in range(3)]
    cut.add_picture(io.BytesIO(picture(size=(500, 200))))
    blip = next(cut._element.iter("{*}blip"))
    blip.addnext(blip.makeelement(blip.tag.replace("blip", "srcRect"), {"r": "40000"}))
    hidden.font.hidden = True
    hidden.add_picture(io.BytesIO(picture(size=(510, 200))))
    tiny.add_picture(io.BytesIO(picture(size=(520, 200))), height=Inches(0.05))
    document.save(str(tmp_path / "a.docx"))
    load(tmp_path / "a.docx")
    assert read == [(300, 200)]


@pytest.mark.usefixtures("by_rapidocr")
def test_damaged_picture_costs_nothing_else(tmp_path: Path, read: list[tuple[int, int]]) -> None:
    whole = picture()
    sources = [address(data) for data in (b"no picture", whole[:300], whole)]
    images = "".join(f'<p>Text.</p><img src="{source}">' for source in (*sources, "data:image/png;base64,%%=", "x.png"))
    (tmp_path / "a.html").write_text(f"<html><body>{images}</body></html>")
    (document,) = load(tmp_path / "a.html").documents
    assert document.text == "Text.\n\nText.\n\nText.\n\nPicture: 640 pixels across\n\nText.\n\nText."
    assert document.gaps == ("without the words of pictures that are damaged or missing (data:image/png;base64,…)",)
    assert read == [(640, 160)]


LOST = "without the words of pictures that are damaged or missing ({})"
SHUT = "without the words of pictures that cannot be unpacked here ({})"


def _damaged(path: Path, how: str) -> None:
    """Damage the one picture of a document that is a ZIP archive."""
    with zipfile.ZipFile(path) as archive:
        members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    name = next(name for name in members if name.endswith(".png"))
    if how == "missing":
        del members[name]
    if how == "cut":
        members[name] = members[name][:600]
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    raw, entry, place = bytearray(path.read_bytes()), name.encode(), 0
    while how not in ("missing", "cut") and (place := raw.find(entry, place)) >= 0:
        # The name stands behind its header in the archive's directory, and behind another one before its data.
        for head, size, flags in ((b"PK\1\2", 46, 8), (b"PK\3\4", 30, 6)):
            start = place - size
            if raw[start : start + 4] == head:
                raw[start + flags] |= how == "encrypted"
                raw[start + flags + 2] = 97 if how == "packed" else raw[start + flags + 2]
                if how == "crc" and size == 30:
                    raw[place + len(entry) + 100] ^= 255
        place += 1
    path.write_bytes(raw)


@pytest.mark.usefixtures("by_rapidocr")
@pytest.mark.parametrize(
    ("suffix", "how", "gap"),
    [
        (".epub", "missing", LOST.format("OPS/img/a b.png")),
        (".epub", "crc", LOST.format("OPS/img/a b.png")),
        (".epub", "encrypted", SHUT.format("OPS/img/a b.png")),
        (".epub", "packed", SHUT.format("OPS/img/a b.png")),
        (".odt", "cut", LOST.format("Pictures/1.png")),
        (".odp", "encrypted", SHUT.format("Pictures/1.png")),
        (".docx", "cut", LOST.format("word/media/image1.png")),
        (".pptx", "cut", LOST.format("ppt/media/image1.png")),
    ],
)
def test_lost_picture_is_told_with_its_name(
    suffix: str, how: str, gap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    KINDS[suffix](tmp_path / f"a{suffix}")
    _damaged(tmp_path / f"a{suffix}", how)
    (document,) = load(tmp_path / f"a{suffix}").documents
    assert document.gaps == (gap,)
    assert "Picture:" not in document.text
    monkeypatch.setenv("FOOTNOTE_OCR", "off")
    ocr.reader.cache_clear()
    assert load(tmp_path / f"a{suffix}").documents[0].gaps == ()


@pytest.mark.usefixtures("by_rapidocr")
def test_too_many_pictures_are_told(
    tmp_path: Path, read: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.load.picture.inside._MOST", 2)
    _deck(tmp_path / "a.pptx", *(picture(size=(400 + width, 200)) for width in range(5)))
    (document,) = load(tmp_path / "a.pptx").documents
    assert len(read) == 2
    assert document.gaps == ("without the words of pictures after the first 2 (3 more)",)


@pytest.mark.usefixtures("by_rapidocr")
def test_picture_in_a_table_of_values_stands_behind_it(tmp_path: Path, read: list[tuple[int, int]]) -> None:
    rows = [("Berth", "Plan"), ("7", f'x<img src="{address(picture())}">'), ("8", "y")]
    table = "".join(f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in rows)
    (tmp_path / "a.html").write_text(f"<html><body><table>{table}</table><p>The end.</p></body></html>")
    (document,) = load(tmp_path / "a.html").documents
    assert document.text == "Berth: 7; Plan: x\nBerth: 8; Plan: y\n\nPicture: 640 pixels across\n\nThe end."
    assert len(read) == 1


@pytest.mark.usefixtures("without_reader")
@pytest.mark.parametrize(
    ("text", "gap"),
    [
        (
            "Plans.",
            ("without the words of its pictures (2), which are most of it; install footnote[ocr] to read them",),
        ),
        ("Many words. " * 30, ()),
    ],
)
def test_document_of_pictures_says_so_once(text: str, gap: tuple[str, ...], tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(text)
    for width in (800, 900):
        document.add_picture(io.BytesIO(picture(size=(width, 600))), width=Inches(4))
    document.add_picture(io.BytesIO(picture(size=(50, 50))))
    document.save(str(tmp_path / "a.docx"))
    assert load(tmp_path / "a.docx").documents[0].gaps == gap


@pytest.mark.usefixtures("without_reader")
def test_document_of_pictures_alone_says_what_to_install(tmp_path: Path) -> None:
    _deck(tmp_path / "a.pptx", picture(size=(800, 600)))
    with pytest.raises(LoadError) as caught:
        load(tmp_path / "a.pptx")
    assert caught.value.reason == "holds pictures (1) and no text; install footnote[ocr] to read them"


def _stamped(path: Path, *scans: bytes, stamp: str = "Filed 2026-05-04 Case 17", within: float = 1.0) -> None:
    """Write pages that are pictures with a line of text on top, as courts stamp them."""
    document = pypdfium2.PdfDocument.new()
    for data in scans:
        page = document.new_page(600, 800)
        image = pypdfium2.PdfImage.new(document)
        image.set_bitmap(pypdfium2.PdfBitmap.from_pil(Image.open(io.BytesIO(data))))
        image.set_matrix(pypdfium2.PdfMatrix().scale(600 * within, 760 * within))
        page.insert_obj(image)
        text = raw.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", ctypes.c_float(14))
        letters = ctypes.create_string_buffer(f"{stamp}\0".encode("utf-16-le"))
        raw.FPDFText_SetText(text, ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort)))
        raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, 775)
        page.insert_obj(pypdfium2.PdfObject(text, page=None, pdf=document))
        page.gen_content()
    document.save(str(path))


@pytest.mark.usefixtures("by_rapidocr")
def test_stamped_scan_is_read_with_its_stamp_as_it_is_written(tmp_path: Path) -> None:
    _stamped(tmp_path / "a.pdf", picture(size=(640, 800)))
    (document,) = load(tmp_path / "a.pdf").documents
    assert document.text.split("\n") == ["Filed 2026-05-04 Case 17", *LINES]
    assert [document.text[word.start : word.end] for word in document.drawn] == document.text.split()
    assert (document.metadata["recognised_pages"], document.gaps) == ("1", ())


@pytest.mark.usefixtures("by_rapidocr")
def test_background_that_three_slides_share_is_not_looked_at(tmp_path: Path, read: list[tuple[int, int]]) -> None:
    _stamped(tmp_path / "a.pdf", *[picture()] * 3)
    (document,) = load(tmp_path / "a.pdf").documents
    assert (document.drawn, document.gaps) == ((), ())
    assert read == []


TYPED = ["Claim 4471 of May 2026, as it was sent in.", "The letter of the carrier follows.", "It was answered in June."]

Part = tuple[bytes, tuple[float, float, float, float]]
"""A picture, and its left, bottom, width and height on the page in points."""


AROUND = [(TYPED[0], 740), (TYPED[1], 700), (TYPED[2], 300)]


def _with_figures(path: Path, *pages: list[Part], lines: list[tuple[str, int]]) -> None:
    """Write typed pages of 600 by 800 points with pictures on them; each line with its height on the page."""
    document = pypdfium2.PdfDocument.new()
    for parts in pages:
        page = document.new_page(600, 800)
        for data, (left, bottom, wide, high) in parts:
            image = pypdfium2.PdfImage.new(document)
            image.set_bitmap(pypdfium2.PdfBitmap.from_pil(Image.open(io.BytesIO(data)).convert("RGB")))
            image.set_matrix(pypdfium2.PdfMatrix().scale(wide, high).translate(left, bottom))
            page.insert_obj(image)
        for line, height in lines:
            text = raw.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", ctypes.c_float(14))
            letters = ctypes.create_string_buffer(f"{line}\0".encode("utf-16-le"))
            raw.FPDFText_SetText(text, ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort)))
            raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, height)
            page.insert_obj(pypdfium2.PdfObject(text, page=None, pdf=document))
        page.gen_content()
    document.save(str(path))


@pytest.mark.usefixtures("by_rapidocr")
def test_letter_that_takes_a_part_of_a_page_is_read_where_it_stands(tmp_path: Path) -> None:
    _with_figures(tmp_path / "a.pdf", [(picture(), (60, 400, 440, 110))], lines=AROUND)
    (document,) = load(tmp_path / "a.pdf").documents
    expected = [TYPED[0], TYPED[1], "", f"Picture: {LINES[0]}", *LINES[1:], "", TYPED[2]]
    assert [line for line in document.text.split("\n") if line] == [line for line in expected if line]
    assert {document.text[word.start : word.end] for word in document.drawn} == set(" ".join(LINES).split())
    # Its boxes lie where the picture does: between 290 and 400 of 800 points from the top.
    assert all(290 / 800 <= word.top / UNITS <= 400 / 800 for word in document.drawn)
    assert (document.metadata["recognised_pages"], document.gaps) == ("1", ())


@pytest.mark.usefixtures("by_rapidocr")
def test_picture_in_two_strips_is_read_as_one_and_words_of_the_page_over_it_are_not(tmp_path: Path) -> None:
    whole = Image.open(io.BytesIO(picture(size=(640, 240)))).convert("RGB")
    strips = []
    for top in (0, 120):
        strip = io.BytesIO()
        whole.crop((0, top, 640, top + 120)).save(strip, "PNG")
        strips.append(strip.getvalue())
    figure = [(strips[0], (60.0, 485.0, 440.0, 85.0)), (strips[1], (60.0, 400.0, 440.0, 85.0))]
    lines = [(TYPED[0], 740), (TYPED[1], 700), ("Copy", 404)]
    _with_figures(tmp_path / "a.pdf", figure, lines=lines)
    (document,) = load(tmp_path / "a.pdf").documents
    assert (document.text.count("Picture:"), document.text.count("Copy")) == (1, 1)
    assert all(line in document.text for line in LINES)


@pytest.mark.usefixtures("by_rapidocr")
def test_logo_of_three_pages_is_not_read(tmp_path: Path, read: list[tuple[int, int]]) -> None:
    _with_figures(tmp_path / "a.pdf", *[[(picture(), (60.0, 400.0, 440.0, 110.0))]] * 3, lines=AROUND)
    (document,) = load(tmp_path / "a.pdf").documents
    assert (read, document.drawn, document.gaps) == ([], (), ())


@pytest.mark.usefixtures("without_reader")
def test_letter_on_a_page_is_told_where_nothing_reads_it_and_a_photograph_is_not(tmp_path: Path) -> None:
    letter = picture(("The crew boat left Port Emsworth at six", "and came back with the damaged crate", *LINES))
    photograph = io.BytesIO()
    Image.effect_noise((640, 160), 90).convert("RGB").save(photograph, "PNG")
    place = (60.0, 400.0, 440.0, 110.0)
    _with_figures(tmp_path / "a.pdf", [(letter, place)], [(photograph.getvalue(), place)], lines=AROUND)
    (document,) = load(tmp_path / "a.pdf").documents
    assert document.gaps == ("without what pictures on page 1 may say; install footnote[ocr] to read them",)


@pytest.mark.usefixtures("without_reader")
def test_stamped_scan_is_incomplete_without_a_reader(tmp_path: Path) -> None:
    _stamped(tmp_path / "a.pdf", picture(), picture(("Another page",)))
    (document,) = load(tmp_path / "a.pdf").documents
    assert document.gaps == (
        "without what pictures on pages 1–2 say, which cover most of it; install footnote[ocr] to read them",
    )


@pytest.mark.parametrize(
    ("own", "found", "merged"),
    [
        ("Page 7", "Berth seven costs\n340 EUR a month\nPage7", "Berth seven costs\n340 EUR a month\nPage 7"),
        ("Draft\nPage 7", "Berth seven\nPaqe 7", "Draft\nBerth seven\nPage 7"),
        ("A title of its own", "A titie of its own\n~ el", "A title of its own"),
        ("A title", "", "A title"),
    ],
)
def test_recognised_lines_go_between_those_of_the_page(own: str, found: str, merged: str) -> None:
    assert with_recognised(own, found) == merged


@pytest.mark.usefixtures("by_rapidocr")
def test_pictures_of_a_mail_are_read_once(tmp_path: Path, read: list[tuple[int, int]]) -> None:
    """One without a name stands behind the text where the page is not shown; an attached one is a document."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Berths"
    message.set_content("The harbour.")
    message.add_alternative(_page("cid:one@b"), subtype="html")
    message.get_payload()[1].add_related(picture(), "image", "png", cid="<one@b>")  # type: ignore[index, union-attr]
    message.add_attachment(picture(size=(700, 160)), "image", "png", filename="plan.png")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    own, attached = load(tmp_path / "a.eml").documents
    assert own.text.endswith("The harbour.\n\nPicture: 640 pixels across\n\nAttachments: plan.png")
    assert (attached.source, attached.text) == (f"{tmp_path}/a.eml!/plan.png", "700 pixels across")
    assert read == [(640, 160), (700, 160)]


@pytest.mark.usefixtures("without_reader")
def test_one_picture_that_is_shown_often_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book(tmp_path / "a.epub")
    with zipfile.ZipFile(tmp_path / "a.epub") as archive, zipfile.ZipFile(tmp_path / "b.epub", "w") as copy:
        for name in archive.namelist():
            data = archive.read(name)
            copy.writestr(name, data.replace(b"<img", b'<img src="../img/a%20b.png"><img') if "text" in name else data)
    unpacked: list[str] = []
    unpack = zipfile.ZipFile.read

    def read(archive: zipfile.ZipFile, name: str) -> bytes:
        unpacked.append(name)
        return unpack(archive, name)

    monkeypatch.setattr(zipfile.ZipFile, "read", read)
    load(tmp_path / "b.epub")
    assert unpacked.count("OPS/img/a b.png") == 1


# Found again, to be shown.


def _read_as(said: dict[tuple[int, int], tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Have a picture of a size say some lines, each word in a box of its own; return the sizes that are read."""
    sizes: list[tuple[int, int]] = []

    def reading(drawn: Image.Image, *, upright: bool = False) -> ocr.Reading:
        del upright
        sizes.append(drawn.size)
        lines = said[drawn.size]
        words = [
            (word, 50 * at, 100 * row, 40, 80) for row, line in enumerate(lines) for at, word in enumerate(line.split())
        ]
        return ocr.Reading("\n".join(lines), tuple(words))

    monkeypatch.setenv("FOOTNOTE_OCR", "rapidocr")
    monkeypatch.setattr(ocr, "reader", lambda: "rapidocr")
    monkeypatch.setattr(ocr, "reading", reading)
    return sizes


@pytest.mark.parametrize("suffix", KINDS)
def test_picture_of_a_block_is_found_again(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"a{suffix}"
    KINDS[suffix](path)
    _read_as({(640, 160): LINES}, monkeypatch)
    found = picture_again.found(File(str(path), path.name, path), WORDS, "The harbour.", "The end.")
    assert found
    assert (found.media_type, found.width, found.height) == ("image/png", 640, 160)
    assert [WORDS[word.start : word.end] for word in found.words] == " ".join(LINES).split()
    assert found.words[5][2:] == (0, 100, 40, 80)


def test_the_picture_between_its_neighbours_is_read_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [(300 + 20 * number, 100) for number in range(12)]
    said = {size: (f"Notice number {number}", "of the harbour office") for number, size in enumerate(sizes)}
    document = docx.Document()
    # What a document says itself about signs misleads nobody.
    document.add_paragraph("qzxpicture9999xzq")
    for number, size in enumerate(sizes):
        document.add_paragraph(f"Quay {number} has a notice.")
        document.add_picture(io.BytesIO(picture((), size)))
    document.save(str(tmp_path / "a.docx"))
    read = _read_as(said, monkeypatch)
    file = File("a.docx", "a.docx", tmp_path / "a.docx")
    block = "Picture: Notice number 7\nof the harbour office"
    before = "Picture: Notice number 6\nof the harbour office\n\nQuay 7 has a notice.\n\n"
    found = picture_again.found(file, block, before, "\n\nQuay 8 has a notice.")
    assert found
    assert (found.width, read) == (440, [(440, 100)])
    # A passage may hold the beginning of what a picture says.
    part = picture_again.found(file, block.split("\n")[0], before, "")
    assert part
    assert (part.width, len(part.words)) == (440, 3)
    assert picture_again.found(file, "Picture: Nothing of the kind stands there", before, "") is None


def test_block_of_a_picture_is_the_one_that_is_cited() -> None:
    text = "Picture: one\ntwo\n\nThe end.\n\nPicture: three\nPicture: four"
    stretch = Stretch(100, text, ())
    found = [block_of(stretch, ((100 + text.index(word), 101 + text.index(word)),)) for word in ("two", "end", "four")]
    assert [one and text[slice(*one)] for one in found] == ["Picture: one\ntwo", None, "Picture: four"]


@pytest.mark.usefixtures("by_rapidocr")
def test_broken_or_changed_file_shows_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    word(path)
    path.write_bytes(path.read_bytes()[:2_000])
    stretch = Stretch(0, WORDS, ())
    original = Original("same", str(path), stamp_of(path.stat()), path.name)
    assert Insides().of(original, "a.docx", stretch, (0, len(WORDS))) is None
    path.write_bytes(b"another")
    assert Insides().of(original, "a.docx", stretch, (0, len(WORDS))) is None


def test_who_waits_for_the_picture_of_another_holds_no_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a server does beside its loop shares a few threads, signing in among it."""
    insides, begun, go_on = Insides(), threading.Event(), threading.Event()
    original = Original("same", str(tmp_path / "a.docx"), (0, 0, 0, 0), "a.docx")

    def look(*_: object) -> None:
        begun.set()
        assert go_on.wait(60)

    monkeypatch.setattr(inside, "_looked_for", look)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(insides.of, original, "a.docx", Stretch(0, WORDS, ()), (0, 4))
        assert begun.wait(60)
        with pytest.raises(inside.BusyError):
            insides.of(original, "a.docx", Stretch(0, WORDS, ()), (0, 5))
        go_on.set()
        assert first.result() is None
    assert insides.of(original, "a.docx", Stretch(0, WORDS, ()), (0, 5)) is None


def _figure(name: str, top: float, above: str = "") -> Figure:
    return Figure(1, name, (0.1, top, 0.9, top + 0.1), above)


def _said(block: str) -> Said:
    return Said(block, ocr.Reading(""))


def test_pictures_below_one_line_stand_in_their_order() -> None:
    """However the page draws them; what one of them says is no line of the page."""
    page = "The claim.\nThe letters:\nThe end."
    lower, higher = (
        (_figure("b", 0.6, "The letters:"), _said("Picture: two")),
        (
            _figure("a", 0.4, "The letters:"),
            _said("Picture: The letters: one"),
        ),
    )
    below = (_figure("c", 0.9, "not there"), _said("Picture: three"))
    assert pdf_figures.with_blocks(page, [below, lower, higher]) == (
        "The claim.\nThe letters:\n\nPicture: The letters: one\n\nPicture: two\n\nThe end.\n\nPicture: three"
    )
    assert pdf_figures.with_blocks("", [below]) == "Picture: three"


@pytest.mark.usefixtures("without_reader")
def test_page_of_very_many_pictures_has_none_that_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each was held against each: a map in 20,000 tiles would end its reader."""
    monkeypatch.setattr(pdf_figures, "_MOST_ON_PAGE", 2)
    letter = picture(("The crew boat left Port Emsworth at six", "and came back with the damaged crate", *LINES))
    places: list[Part] = [(letter, (60.0, 100.0 + 200.0 * number, 440.0, 110.0)) for number in range(3)]
    _with_figures(tmp_path / "a.pdf", places[:2], lines=AROUND)
    _with_figures(tmp_path / "b.pdf", places, lines=AROUND)
    assert [len(load(tmp_path / f"{name}.pdf").documents[0].gaps) for name in "ab"] == [1, 0]


def test_looking_for_writing_ends_in_time_and_passes_over_what_cannot_be_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letter = Image.open(io.BytesIO(picture(("The crew boat left Port Emsworth at six", *LINES))))
    figures = [Figure(number, f"{number}", (0.0, 0.0, 1.0, 1.0), "") for number in (1, 2, 3)]
    assert pdf_figures.written_on(figures, lambda figure: letter if figure.page > 1 else None) == [2, 3]
    drawn: list[int] = []

    def slow(figure: Figure) -> Any:
        drawn.append(figure.page)
        monkeypatch.setattr(pdf_figures, "_LOOK_SECONDS", 0.0)
        until = time.thread_time() + 0.02
        while time.thread_time() < until:
            pass
        return letter

    monkeypatch.setattr(pdf_figures, "_LOOK_SECONDS", 0.01)
    assert pdf_figures.written_on(figures, slow) == drawn == [1]


@pytest.mark.parametrize("reader", ["off", "rapidocr"])
def test_picture_that_cannot_be_drawn_costs_no_page(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reader != "off":
        pytest.importorskip("rapidocr")
    monkeypatch.setenv("FOOTNOTE_OCR", reader)

    def fail(*_: object, **__: object) -> None:
        raise pypdfium2.PdfiumError("no memory")

    monkeypatch.setattr("ingest.load.pdf.file.picture", fail)
    _with_figures(tmp_path / "a.pdf", [(picture(), (60.0, 400.0, 440.0, 110.0))], lines=AROUND)
    (document,) = load(tmp_path / "a.pdf").documents
    assert [line for line in document.text.split("\n") if line] == TYPED
