"""Quoted words on the picture of a PDF page: found in the page's text, boxed line by line, turned and cropped."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF

from ingest.load import load
from qa.tables.lines import names_in
from ui.reading.pdf.boxes import dense, lines, located
from ui.reading.pdf.drawing import Drawer, Sheet, UnreadableError, on_picture, stamp_of
from ui.reading.pdf.painter import Limits, Painter

WORDS = "The coupling of the second pump is checked for wear after every four thousand hours of operation."


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    drawer = Drawer()
    yield drawer
    drawer.close()


def found(page: str, text: str, quote: str) -> str:
    """The characters of the page that are found for a quote of the text."""
    start = text.index(quote)
    place = located(page, text, [(start, start + len(quote))])[0]
    return "".join(page[glyph] for glyph in place.glyphs)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("It was re\ufffe\nplaced at once.", "It was replaced at once."),
        ("It was re-\nplaced at once.", "It was replaced at once."),
        ("It was  replaced\r\nat once.", "It was replaced at once."),
        ("It was replacedat once.", "It was replaced at once."),
        ("IT WAS REPLACED AT ONCE.", "It was replaced at once."),
    ],
)
def test_quote_is_found_whatever_a_line_end_did_to_it(page: str, text: str) -> None:
    assert dense(found(page, text, "replaced at once"))[0] == "replacedatonce"


def test_ligatures_and_accents_are_spelt_alike() -> None:
    assert (
        found("The \ufb01rst o\ufb03ce, Zu\u0308rich", "The first office, Zürich", "first office")
        == "\ufb01rsto\ufb03ce"
    )
    assert dense("Zu\u0308rich")[0] == dense("Zürich")[0] == "zurich"


def test_quote_that_stands_twice_is_found_in_its_own_surroundings() -> None:
    page = "Pump one: the seal is changed yearly. Pump two: the seal is changed yearly. End."
    text = "Pump two: the seal is changed yearly. End."
    start = text.index("the seal")
    place = located(page, text, [(start, start + 28)])[0]
    assert place.glyphs[0] == page.rindex("the seal")


def test_words_that_the_loader_left_out_do_not_hide_the_others() -> None:
    """A running line between two columns, or text that nobody sees, is on the page and not in the stored text."""
    page = "The limit for transfers by day is HIDDEN WORDS HERE raised to 1.60 m significant wave height."
    text = "The limit for transfers by day is raised to 1.60 m significant wave height."
    place = located(page, text, [(0, len(text))])[0]
    assert place.share == 1
    assert "HIDDEN" not in "".join(page[glyph] for glyph in place.glyphs)


def test_quote_that_is_not_there_is_not_found() -> None:
    place = located("Something else altogether stands on this page.", "Nothing of this kind was written.", [(0, 33)])[0]
    assert place.share == 0
    assert place.glyphs == ()


def test_long_text_is_aligned_in_time() -> None:
    """Repetition is the worst case: every stretch stands in very many places."""
    page = "the same words again and again " * 400
    started = time.process_time()
    located(page, "x" + page[:6000] + "y" + page[6000:], [(0, 5000)])
    assert time.process_time() - started < 5


def test_letters_join_to_lines() -> None:
    first = [(x, 100.0, x + 5, 108.0) for x in (10.0, 16.0, 22.0)]
    stop = (28.0, 100.0, 29.0, 101.0)
    second = [(x, 86.0, x + 5, 94.0) for x in (10.0, 16.0)]
    assert lines([*first, stop, *second]) == [(10, 100, 29, 108), (10, 86, 21, 94)]


def test_cells_of_a_row_are_apart_and_leaders_together() -> None:
    assert len(lines([(10, 100, 15, 108), (90, 100, 95, 108)])) == 2
    assert len(lines([(x, 100, x + 1, 101) for x in range(10, 60, 5)])) == 1


def test_line_may_run_up_the_page() -> None:
    assert lines([(50, y, 58, y + 5) for y in (10, 16, 22)]) == [(50, 10, 58, 27)]


def write(path: Path, *, columns: int = 1, angle: int = 0, crop: bool = False, text: str = WORDS) -> Path:
    """Write a PDF of one page whose words go over several lines."""
    pdf = FPDF(unit="pt", format=(400, 600))
    pdf.set_font("Helvetica", size=12)
    pdf.add_page()
    for column in range(columns):
        pdf.set_xy(40 + 180 * column, 60)
        pdf.multi_cell(150 if columns > 1 else 300, 16, text if column == 0 else f"Column {column + 1}. {text}")
    plain = path.with_suffix(".plain.pdf")
    pdf.output(str(plain))
    document = pypdfium2.PdfDocument(plain)
    page = document[0]
    page.set_rotation(angle)
    if crop:
        page.set_cropbox(20, 200, 380, 580)
    document.save(path)
    document.close()
    return path


def under(path: Path, sheet: Sheet, span: int = 0) -> str:
    """What PDFium says stands under the boxes of a page, without the spaces. Turned pages are drawn to be compared."""
    document = pypdfium2.PdfDocument(path)
    page = document[sheet.number - 1]
    textpage = page.get_textpage()
    width, height = page.get_size()
    left, bottom, right, top = page.get_bbox()
    pieces = []
    for x, y, w, h in sheet.boxes[span]:
        corners = [(x * width, y * height), ((x + w) * width, (y + h) * height)]
        turn = page.get_rotation()
        back = {
            0: lambda a, b: (left + a, top - b),
            90: lambda a, b: (left + b, bottom + a),
            180: lambda a, b: (right - a, bottom + b),
            270: lambda a, b: (right - b, top - a),
        }[turn]
        (x0, y0), (x1, y1) = (back(a, b) for a, b in corners)
        x0, x1, y0, y1 = min(x0, x1) + 0.2, max(x0, x1) - 0.2, min(y0, y1) + 0.2, max(y0, y1) - 0.2
        pieces.append(textpage.get_text_bounded(left=x0, bottom=y0, right=x1, top=y1))
    document.close()
    return dense("\n".join(pieces))[0]


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [False, True])
@pytest.mark.parametrize("columns", [1, 2])
def test_text_under_the_boxes_is_the_quote(
    drawer: Drawer, tmp_path: Path, angle: int, crop: bool, columns: int
) -> None:
    """Over line ends, in columns, on turned and on cropped pages; the shares are computed here anew."""
    path = write(tmp_path / "page.pdf", columns=columns, angle=angle, crop=crop)
    text = load(path, str(path)).documents[0].text
    # Of a turned page, PDFium gives the lines in an order of its own.
    start, end = 8, len(text) - 8
    sheet = drawer.sheet(str(path), stamp_of(path.stat()), 1, text, [(start, end)])
    assert sheet.shares == (1.0,)
    assert under(path, sheet) == dense(text[start:end])[0]
    assert len(sheet.boxes[0]) >= 2
    assert all(min(x, y) >= 0 and max(x + w, y + h) <= 1 for x, y, w, h in sheet.boxes[0])


def test_page_labels_and_counts(drawer: Drawer, tmp_path: Path) -> None:
    from ui.reading.drawn import page_name

    path = write(tmp_path / "page.pdf")
    sheet = drawer.sheet(str(path), stamp_of(path.stat()), 99, "", [])
    assert (sheet.number, sheet.count, sheet.label) == (1, 1, "")
    assert page_name(4, "iv", 12) == "p. 4 (iv) of 12"
    assert page_name(4, "4", 12) == "p. 4 of 12"
    assert page_name(4) == "p. 4"


def test_file_that_was_exchanged_is_not_read(drawer: Drawer, tmp_path: Path) -> None:
    path = write(tmp_path / "page.pdf")
    stamp = stamp_of(path.stat())
    other = write(tmp_path / "other.pdf", text="A secret.")
    other.replace(path)
    with pytest.raises(UnreadableError, match="changed"):
        drawer.picture(str(path), stamp, 1, 800)


@pytest.fixture
def painter() -> Iterator[Painter]:
    painter = Painter(Limits(processes=1, seconds=20))
    yield painter
    painter.close()


def test_pictures_are_kept_and_made_ahead(painter: Painter, tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    for number in range(3):
        pdf.add_page()
        pdf.cell(text=f"Page {number + 1}")
    path = tmp_path / "pages.pdf"
    pdf.output(str(path))
    key = str(path), stamp_of(path.stat())
    first = painter.picture(*key, 1, 800)
    assert first.startswith(b"\x89PNG")
    assert painter.picture(*key, 1, 800) is first
    painter.ahead(*key, [2, 0, 4], 800)
    deadline = time.monotonic() + 30
    while not painter.keeps(*key, 2, 800):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_reader_that_hangs_or_dies_costs_only_its_page(tmp_path: Path) -> None:
    """A named pipe never brings a byte; and a process that was killed is replaced."""
    path = write(tmp_path / "page.pdf")
    painter = Painter(Limits(processes=1, seconds=1))
    try:
        painter.picture(str(path), stamp_of(path.stat()), 1, 800)
        for process in painter.processes():
            process.kill()
            process.wait()
        with pytest.raises(UnreadableError):
            painter.picture(str(path), stamp_of(path.stat()), 1, 1200)
        assert painter.picture(str(path), stamp_of(path.stat()), 1, 1200)
        pipe = tmp_path / "pipe.pdf"
        os.mkfifo(pipe)
        with pytest.raises(UnreadableError):
            painter.picture(str(pipe), stamp_of(pipe.stat()), 1, 800)
    finally:
        painter.close()


def test_end_in_the_middle_of_a_page_is_no_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A page that was drawn ahead when Footnote was stopped was called unreadable on the terminal."""
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    painter = Painter(Limits(processes=1, seconds=60))
    painter.ahead(str(pipe), stamp_of(pipe.stat()), [1], 800)
    deadline = time.monotonic() + 30
    while not painter.processes():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    painter.close()
    painter._ahead.shutdown(wait=True)
    assert caplog.messages == []


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n garbage", b"\0" * 5000, b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj"]
)
def test_damaged_file_says_so(painter: Painter, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "damaged.pdf"
    path.write_bytes(data)
    with pytest.raises(UnreadableError):
        painter.picture(str(path), stamp_of(path.stat()), 1, 800)


def test_huge_page_makes_no_huge_picture(painter: Painter, tmp_path: Path) -> None:
    import io

    from PIL import Image

    document = pypdfium2.PdfDocument.new()
    document.new_page(30, 14_000)
    path = tmp_path / "strip.pdf"
    document.save(path)
    with Image.open(io.BytesIO(painter.picture(str(path), stamp_of(path.stat()), 1, 2700))) as picture:
        assert max(picture.size) <= 8_000


def test_only_known_widths_are_drawn(painter: Painter, tmp_path: Path) -> None:
    path = write(tmp_path / "page.pdf")
    with pytest.raises(ValueError, match="pixels wide"):
        painter.picture(str(path), stamp_of(path.stat()), 1, 1_000_000)


def test_names_put_into_a_row_do_not_hide_its_cells() -> None:
    """A row is stored with the names of its columns, which stand once on the page."""
    page = list("PortMorningEveningSedge2.13.7Rushmere1.92.8")
    text = "Port: Sedge; Morning: 2.1; Evening: 3.7\nPort: Rushmere; Morning: 1.9; Evening: 2.8"
    columns = ("Port", "Morning", "Evening")
    second = text.index("\n") + 1
    absent = [*names_in(text[: second - 1], columns)]
    absent += [(second + low, second + high) for low, high in names_in(text[second:], columns)]
    (found,) = located(page, text, [(second, len(text))], absent)
    assert "".join(page[at] for at in found.glyphs) == "Rushmere1.92.8"
    assert found.share == 1


def test_words_read_from_a_picture_are_boxed_where_they_were_read() -> None:
    drawn = [(0, 4, 0.1, 0.2, 0.1, 0.02), (5, 9, 0.21, 0.2, 0.1, 0.02), (10, 14, 0.1, 0.25, 0.1, 0.02)]
    boxes, shares = on_picture(drawn, "Rope and sail", [(5, 14), (10, 12)], 600, 800)
    assert shares == (1, 1)
    assert [[round(edge, 3) for edge in box] for box in boxes[0]] == [[0.21, 0.2, 0.1, 0.02], [0.1, 0.25, 0.1, 0.02]]
    assert [[round(edge, 3) for edge in box] for box in boxes[1]] == [[0.1, 0.25, 0.05, 0.02]]


def test_line_of_a_page_laid_aslant_is_boxed_in_steps() -> None:
    words = [(10 + 40 * n, 100.0 + 4 * n, 45 + 40 * n, 110.0 + 4 * n) for n in range(4)]
    assert lines(words, 1.5) == [(10, 100, 85, 114), (90, 108, 165, 122)]
    assert lines(words) == [(10, 100, 165, 122)]
    capitals = [(10.0, 100.0, 15.0, 105.0), (16.0, 100.0, 21.0, 110.0), (22.0, 98.0, 27.0, 105.0)]
    assert lines(capitals, 1.5) == [(10, 98, 27, 110)]
