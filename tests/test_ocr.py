"""Pictures of text through RapidOCR, which needs no program of the system: real pictures, the real models."""

import io
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib
import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.discover.files import discover
from ingest.load import load
from ingest.load.picture import ocr, ocr_work, rapid
from qa.errors import ConfigError, LoadError
from qa.text import drawn
from qa.text.drawn import UNITS
from qa.types import Chunk
from ui.reading.pdf import pictures
from ui.reading.pdf.drawing import Drawer, UnreadableError, stamp_of
from ui.reading.stored import Stretch
from ui.reading.stored import drawn as drawn_of

ENGLISH = ("The tenant pays the rent of 1,250.00 EUR", "on the first working day of each month.")
GERMAN = ("Größere Übungen für die Straße", "müssen täglich geprüft werden.")


@pytest.fixture(autouse=True)
def by_rapidocr(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have RapidOCR read, without a network."""
    pytest.importorskip("rapidocr")

    def refuse(*_: object) -> None:
        raise AssertionError("asks the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("FOOTNOTE_OCR", "rapidocr")
    ocr.reader.cache_clear()
    yield
    ocr.reader.cache_clear()


def page(lines: Sequence[str], size: tuple[int, int] = (900, 260)) -> Image.Image:
    """Draw a small page."""
    picture = Image.new("L", size, 255)
    font = ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"), 34)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 40 + 70 * number), line, fill=0, font=font)
    return picture


@pytest.mark.parametrize("lines", [ENGLISH, GERMAN])
def test_words_of_a_picture_are_read(lines: Sequence[str], tmp_path: Path) -> None:
    page(lines).save(tmp_path / "lease.png")
    (document,) = load(tmp_path / "lease.png").documents
    assert document.text == "\n".join(lines)
    assert (document.media_type, document.pages, document.title) == ("image/png", (), "lease")


@pytest.mark.parametrize("angle", [90, 180])
def test_page_on_its_side_is_turned(angle: int) -> None:
    assert ocr.text(page(ENGLISH).rotate(angle, expand=True)) == "\n".join(ENGLISH)


def test_columns_of_prose_follow_each_other_and_cells_stay_in_their_row() -> None:
    def line(text: str, left: int, right: int, top: int) -> rapid.Line:
        return rapid.Line(text, left, top, right, top + 30, 0.99)

    prose = [
        line(f"{side} column, line number {row} of it", left, left + 400, 40 * row)
        for row in range(3)
        for side, left in (("left", 0), ("right", 500))
    ]
    assert [row[0].text.split()[0] for row in rapid.ordered(prose)] == ["left"] * 3 + ["right"] * 3
    cells = [line(text, left, left + 80, 40 * row) for row in range(4) for text, left in ((f"a{row}", 0), ("b", 500))]
    assert [[line.text for line in row] for row in rapid.ordered(cells)] == [[f"a{row}", "b"] for row in range(4)]


def test_tiff_is_read_page_by_page_and_blank_pages_are_said(tmp_path: Path) -> None:
    first, *others = [page(ENGLISH), page(()), page(GERMAN)]
    first.save(tmp_path / "a.tiff", save_all=True, append_images=others)
    (document,) = load(tmp_path / "a.tiff").documents
    assert [document.text[part.start : part.end] for part in document.pages] == [
        "\n".join(ENGLISH),
        "",
        "\n".join(GERMAN),
    ]
    assert document.gaps == ("without page 2: no words were recognised",)
    assert document.metadata["recognised_pages"] == "1, 3"


@pytest.mark.parametrize("suffix", [".webp"])
def test_other_kinds_of_pictures_are_read(suffix: str, tmp_path: Path) -> None:
    page(ENGLISH).convert("RGB").save(tmp_path / f"a{suffix}", lossless=True)
    assert load(tmp_path / f"a{suffix}").documents[0].text == "\n".join(ENGLISH)


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ((1, 1), "is a picture of 1 by 1 pixels, too few to hold words"),
        ((50_000, 2_000), "is a picture of 50,000 by 2,000 pixels, too many to read; scale it down"),
        ((50_000, 5_000), "is a picture of too many pixels to read; scale it down"),
        ((600, 100), "is a picture, and no words were recognised on it"),
    ],
)
def test_hostile_and_empty_pictures_are_one_line(size: tuple[int, int], reason: str, tmp_path: Path) -> None:
    Image.new("1", size, 1).save(tmp_path / "a.png")
    with pytest.raises(LoadError) as caught:
        load(tmp_path / "a.png")
    assert caught.value.reason == reason


def test_cut_off_picture_is_damaged(tmp_path: Path) -> None:
    page(ENGLISH).convert("RGB").save(tmp_path / "a.jpg")
    os.truncate(tmp_path / "a.jpg", 3_000)
    with pytest.raises(LoadError, match=r"cannot be read as a JPEG image .*; is it damaged\?"):
        load(tmp_path / "a.jpg")


def test_without_a_reader_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_OCR", "off")
    ocr.reader.cache_clear()
    page(ENGLISH).save(tmp_path / "a.png")
    with pytest.raises(LoadError) as caught:
        load(tmp_path / "a.png")
    assert caught.value.reason == "is a PNG image; install footnote[ocr] to read the words of pictures"


@pytest.mark.parametrize("chosen", ["tesserakt", "rapid ocr"])
def test_reader_that_does_not_exist_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    (tmp_path / "a.txt").write_text("The lamp is red.")
    monkeypatch.setenv("FOOTNOTE_OCR", chosen)
    ocr.reader.cache_clear()
    try:
        with pytest.raises(ConfigError, match=f'^FOOTNOTE_OCR is "{chosen}", which is unknown; use tesseract'):
            discover([tmp_path])
    finally:
        ocr.reader.cache_clear()


def test_words_of_a_picture_stand_where_they_were_read(tmp_path: Path) -> None:
    """On a page that was laid on its side as well: the boxes are those of the page as it is shown."""
    for angle in (0, 90):
        picture = page(ENGLISH).rotate(angle, expand=True)
        picture.save(tmp_path / "a.pdf", resolution=100)
        (document,) = load(tmp_path / "a.pdf").documents
        assert [document.text[word.start : word.end] for word in document.drawn] == document.text.split()
        for word in document.drawn:
            left, right = (word.left * picture.width / UNITS, (word.left + word.width) * picture.width / UNITS)
            top, bottom = (word.top * picture.height / UNITS, (word.top + word.height) * picture.height / UNITS)
            inside = picture.crop((round(left), round(top), round(right), round(bottom)))
            assert inside.getextrema()[0] < 100  # type: ignore[operator]


def test_words_of_a_scan_are_boxed_on_its_page(tmp_path: Path) -> None:
    page(ENGLISH).save(tmp_path / "a.pdf", resolution=100)
    (document,) = load(tmp_path / "a.pdf").documents
    start = document.text.index("first working day")
    words = [word for word in document.drawn if start <= word.start < start + len("first working day")]
    metadata = {drawn.KEY: drawn.written(document.drawn, 0)}
    chunk = Chunk("c", "d", "v", 0, "a.pdf", "a", "", 1, 0, len(document.text), document.text, metadata)
    stretch = Stretch(0, document.text, (chunk,))
    drawer = Drawer()
    path = tmp_path / "a.pdf"
    span = (start, start + len("first working day"))
    sheet = drawer.sheet(str(path), stamp_of(path.stat()), 1, document.text, [span], (), drawn_of(stretch))
    drawer.close()
    ((box,),) = sheet.boxes
    assert sheet.shares == (1,)
    assert box[0] == pytest.approx(words[0].left / UNITS, abs=0.002)
    assert box[0] + box[2] == pytest.approx((words[-1].left + words[-1].width) / UNITS, abs=0.002)


def test_killed_reading_goes_on_with_the_next_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_OCR_WORK", str(tmp_path / "work"))
    pages = [page([f"Berth {number} costs {number}50 EUR"]) for number in range(1, 4)]
    pages[0].save(tmp_path / "a.pdf", save_all=True, append_images=pages[1:], resolution=100)
    read: list[int] = []
    reading = ocr.reading

    def until_killed(picture: Image.Image, *, upright: bool = False) -> ocr.Reading:
        read.append(1)
        if len(read) == 3:
            raise MemoryError
        return reading(picture, upright=upright)

    monkeypatch.setattr(ocr, "reading", until_killed)
    with pytest.raises(MemoryError):
        load(tmp_path / "a.pdf")
    ocr_work.clear()
    (document,) = load(tmp_path / "a.pdf").documents
    assert len(read) == 4
    assert document.text.split("\n\n") == [f"Berth {number} costs {number}50 EUR" for number in range(1, 4)]
    assert len(document.drawn) == 15
    ocr_work.clear()
    assert not list((tmp_path / "work").iterdir())


@pytest.mark.parametrize("name", ["upright.png", "turned.jpg", "second.tiff", "clear.webp"])
def test_words_of_a_picture_file_are_boxed_on_its_page(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    drawn_page = page(ENGLISH)
    match path.stem:
        case "turned":
            exif = Image.Exif()
            exif[0x0112] = 6  # how a phone held upright stores it
            drawn_page.rotate(90, expand=True).save(path, exif=exif, quality=95)
        case "second":
            page(GERMAN).save(path, save_all=True, append_images=[drawn_page])
        case "clear":
            clear = Image.new("RGBA", drawn_page.size, (255, 255, 255, 0))
            clear.paste((0, 0, 0, 255), mask=drawn_page.point(lambda value: 255 - value))
            clear.save(path, lossless=True)
        case _:
            drawn_page.save(path)
    (document,) = load(path).documents
    number = 2 if path.stem == "second" else 1
    start = document.text.index(ENGLISH[0])
    span = (start, start + len("\n".join(ENGLISH)))
    placed = [(w.start, w.end, *(part / UNITS for part in w[2:])) for w in document.drawn if w.start >= start]
    stamp = stamp_of(path.stat())
    assert pictures.is_picture(str(path), stamp)
    sheet = pictures.sheet(str(path), stamp, number, document.text, [span], placed)  # type: ignore[arg-type]
    assert (sheet.number, sheet.count, sheet.pixels, sheet.shares) == (number, number, 900, (1,))
    shown = Image.open(io.BytesIO(pictures.picture(str(path), stamp, number, 800))).convert("L")
    assert shown.size[0] == 800
    assert sheet.width / sheet.height == pytest.approx(shown.width / shown.height, rel=0.01)
    left_over = shown.copy()
    for left, top, width, height in sheet.boxes[0]:
        x, y = left * shown.width, top * shown.height
        edges = (int(x) - 3, int(y) - 3, int(x + width * shown.width) + 4, int(y + height * shown.height) + 4)
        low, _ = shown.crop(edges).getextrema()
        assert low < 100, "there is writing under each box"
        left_over.paste(255, edges)
    assert len(sheet.boxes[0]) == len(ENGLISH)
    assert left_over.getextrema()[0] > 150, "and none beside them"


def test_damaged_and_missing_pages_of_pictures_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    page(ENGLISH).save(path)
    with pytest.raises(UnreadableError, match="no page 2"):
        pictures.picture(str(path), stamp_of(path.stat()), 2, 800)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(UnreadableError):
        pictures.picture(str(path), stamp_of(path.stat()), 1, 800)


def test_words_that_the_text_lacks_lead_no_other_astray() -> None:
    """A running line with a dash was left out; its dash is not the one of a list, and all behind it is found."""
    text = "HEADACHE:\n- Start Sumatriptan as needed\n- Refer to Neurology. The function\nends"
    words = ["MEDRPT", "-", "Page", *text.replace("function", "func- tion").split()]
    found = ocr.Reading("", tuple((word, 10 * n, 0, 9, 5) for n, word in enumerate(words)))
    places = [(text[word.start : word.end], word.left) for word in ocr.placed(found, text, 0, len(text))]
    expected = [(word.rstrip("-") if word == "func-" else word, 10 * n) for n, word in enumerate(words) if n >= 3]
    assert places == expected


@pytest.mark.parametrize(("said", "words"), [("(>", False), ("A", False), ("7a", True), ("駅", True), ("Exit", True)])
def test_signs_that_are_no_word_are_no_text_of_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, words: bool
) -> None:
    Image.new("L", (600, 100), 255).save(tmp_path / "a.png")
    monkeypatch.setattr(ocr, "installed", lambda: True)
    monkeypatch.setattr(ocr, "readings", lambda *_given: iter([ocr.Reading(said)]))
    if words:
        assert load(tmp_path / "a.png").documents[0].text == said
    else:
        with pytest.raises(LoadError, match="no words were recognised"):
            load(tmp_path / "a.png")
