"""How invoices and receipts are drawn: minus signs as soft hyphens, words printed twice, labels apart from values."""

from pathlib import Path

import matplotlib
import pytest
from files import write_pdf
from fpdf import FPDF
from test_load import check_offsets, first

from ingest.load.pdf.document import _headings
from ingest.load.pdf.twice import again
from ingest.load.pdf.words import Word
from qa.types import Page

Text = tuple[float, float, str]


def drawn(path: Path, texts: list[Text]) -> Path:
    """Write texts at (x, y) in millimetres from the top, in the order in which they are given."""
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    for x, y, text in texts:
        made.text(x, y, text)
    made.output(str(path))
    return path


def test_a_soft_hyphen_with_ink_is_a_minus(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.add_font("sans", fname=Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))
    made.set_font("sans", size=11)
    made.cell(text="Credit \u00ad5,15 EUR from the co\u00adop")
    made.output(str(tmp_path / "a.pdf"))
    assert first(tmp_path / "a.pdf").text == "Credit -5,15 EUR from the co-op"


def test_words_printed_twice_in_one_place_are_read_once(tmp_path: Path) -> None:
    line = [(20.0, 40.0, "Account 4711"), (20.0, 60.0, "Rent"), (60.0, 60.0, "Rent")]
    path = drawn(tmp_path / "a.pdf", [*line, (20.1, 40.1, "Account 4711")])
    assert first(path).text == "Account 4711\nRent Rent"
    assert first(path).gaps == ()


def test_what_is_seen_stays_where_hidden_words_lie_below_it(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    made.set_text_color(255, 255, 255)
    made.text(20, 40, "Pay 90 EUR")
    made.set_text_color(0, 0, 0)
    # PDFium itself leaves out what is printed twice in a row.
    for number in range(40):
        made.text(20, 60 + 5 * number, f"Rent of month {number}")
    made.text(20.3, 40, "Pay 90 EUR")
    made.output(str(tmp_path / "a.pdf"))
    assert "Pay 90 EUR" in first(tmp_path / "a.pdf").text


def test_thousands_of_words_in_one_place_cost_no_square() -> None:
    words = [Word(10.0, 10.0, 20.0, 18.0, "x", at, at + 1) for at in range(50_000)]
    assert again(words) == dict.fromkeys(range(1, 50_000), 0)


def test_names_of_columns_in_white_on_grey_are_read(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    made.set_fill_color(230, 230, 230)
    for row, cells in enumerate([("Item", "Price"), ("Boat", "120.50"), ("Oar", "12.00"), ("Sail", "80.00")]):
        made.set_text_color(*((255, 255, 255) if not row else (0, 0, 0)))
        for cell in cells:
            made.cell(40, 8, cell, fill=not row, border="B")
        made.ln()
    made.output(str(tmp_path / "a.pdf"))
    document = first(tmp_path / "a.pdf")
    assert document.text == "Item: Boat; Price: 120.50\nItem: Oar; Price: 12.00\nItem: Sail; Price: 80.00"
    assert document.gaps == ()


def test_labels_that_are_drawn_before_all_values_get_theirs(tmp_path: Path) -> None:
    left = [(20.0, 30.0, "Rowing Club"), (20.0, 36.0, "Lake Road 4")]
    labels = [(110.0, 30.0, "Date:"), (110.0, 36.0, "Due:"), (110.0, 42.0, "Terms:")]
    values = [(150.0, 30.0, "17.04.2026"), (150.0, 36.0, "24.04.2026"), (150.0, 42.0, "by transfer,")]
    path = drawn(tmp_path / "a.pdf", [*left, *labels, *values, (150.0, 47.0, "no discount"), (20.0, 60.0, "Thanks.")])
    document = first(path)
    assert [line for line in document.text.split("\n") if line] == [
        "Rowing Club",
        "Lake Road 4",
        "Date: 17.04.2026",
        "Due: 24.04.2026",
        "Terms: by transfer, no discount",
        "Thanks.",
    ]
    check_offsets(document)


@pytest.mark.parametrize("name", ["Kunde", "Steg"])
def test_words_beside_each_other_that_name_nothing_stay_as_they_are_drawn(name: str, tmp_path: Path) -> None:
    labels = [(20.0, 30.0, name), (20.0, 36.0, "Ruder")]
    path = drawn(tmp_path / "a.pdf", [*labels, (150.0, 30.0, "blau"), (150.0, 36.0, "rot")])
    assert first(path).text == f"{name}\nRuder\nblau\nrot"


def test_a_receipt_of_labels_above_their_values_is_no_table(tmp_path: Path) -> None:
    texts = [
        (20.0, 30.0, "Check In"), (20.0, 35.0, "31/12/2017"), (80.0, 30.0, "Check Out"), (80.0, 35.0, "01/01/2018"),
        (140.0, 30.0, "Rooms"), (140.0, 35.0, "2 doubles"),
        (20.0, 42.0, "Booking ID"), (20.0, 47.0, "2087"), (80.0, 42.0, "Paid"), (80.0, 47.0, "120.00"),
    ]  # fmt: skip
    path = drawn(tmp_path / "a.pdf", texts)
    said = [text for *_, text in texts]
    assert first(path).text.split("\n") == [
        f"{label}: {value}" for label, value in zip(said[::2], said[1::2], strict=True)
    ]


def in_cells(rows: list[list[tuple[str, str]]]) -> list[Text]:
    """Draw cells of two lines, one cell after another."""
    return [
        (20.0 + 60 * column, 20.0 + 12 * row + 5 * line, text)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        for line, text in enumerate(cell)
    ]


def test_a_table_whose_cells_have_two_lines_stays_a_table(tmp_path: Path) -> None:
    rows = [
        [("Item", "number"), ("Price", "EUR"), ("Date", "due")],
        [("Boat", "hull"), ("12.50", "net"), ("3 May", "2026")],
        [("Oar", "long"), ("7.00", "net"), ("4 May", "2026")],
    ]
    text = first(drawn(tmp_path / "a.pdf", in_cells(rows))).text
    assert text.startswith("Item number: Boat; Price EUR: 12.50; Date due: 3 May\n")


def test_values_of_a_receipt_may_begin_with_small_letters(tmp_path: Path) -> None:
    rows = [
        [("Name", "Ada Kral"), ("Email", "ada@example.org"), ("Site", "boats.example.org")],
        [("Booking ID", "2087"), ("Status", "paid"), ("Guests", "2")],
    ]
    text = first(drawn(tmp_path / "a.pdf", in_cells(rows))).text
    assert text.split("\n") == [f"{label}: {value}" for row in rows for label, value in row]


def test_a_sum_below_a_table_is_said_by_its_own_name(tmp_path: Path) -> None:
    rows = [("Item", "Unit", "Price"), ("Boat", "hour", "12.50"), ("Oar", "day", "2.00"), ("", "Total:", "14.50")]
    texts = [(20.0 + 50 * at, 30.0 + 6 * row, cell) for row, cells in enumerate(rows) for at, cell in enumerate(cells)]
    document = first(drawn(tmp_path / "a.pdf", [text for text in texts if text[2]]))
    assert document.text.split("\n")[-1] == "Total: 14.50"
    assert document.text.startswith("Item: Boat; Unit: hour; Price: 12.50")


def test_entries_of_an_outline_end_where_words_do_and_say_more_than_the_page(tmp_path: Path) -> None:
    outline = [("Page 1", 0, 1), ("Rooms", 0, 1), ("Page 3", 0, 2)]
    path = write_pdf(
        tmp_path / "a.pdf", ["Write to us at oyorooms.com.\nRooms cost 40 EUR.", "Notes."], outline=outline
    )
    document = first(path)
    assert [(one.title, document.text[one.start :].split("\n")[0]) for one in document.headings] == [
        ("Rooms", "Rooms cost 40 EUR."),
        ("Page 3", "Notes."),
    ]


@pytest.mark.parametrize(
    ("title", "text", "is_found"),
    [
        ("บทนำ", "สารบัญบทนำเรื่อง", True),
        ("ບົດນຳ", "ສາລະບານບົດນຳເລື່ອງ", True),
        ("កថា", "មាតិកាកថាដើម", True),
        ("概要", "会社概要は次", True),
        ("ABC", "会社ABCは次", True),
        ("개요", "회사개요는", False),
        ("개요", "회사 개요 2", True),
        ("Rooms", "oyorooms", False),
        ("Цены", "расценыки", False),
        ("Rooms", "2rooms", True),
    ],
)
def test_titles_end_where_words_of_their_script_do(title: str, text: str, is_found: bool) -> None:
    [heading] = _headings(text, (Page(1, 0, len(text)),), [(1, title, 0)])
    assert (heading.start > 0) is is_found
