"""What a PDF page holds beside its lines of text: fields of forms, notes, columns, blank cells, wrong letters."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from test_load import check_offsets, first

from ingest.load.no_language import is_no_language

Text = tuple[float, float, str]


def write(path: Path, texts: Sequence[Text], annotations: Sequence[str] = ()) -> Path:
    """Write one page of texts at (x, y), with annotations in PDF's own words."""
    content = "\n".join(f"BT /F1 11 Tf {x} {y} Td ({text}) Tj ET" for x, y, text in texts)
    numbers = [f"{6 + at} 0 R" for at in range(len(annotations))]
    fields = [number for number, one in zip(numbers, annotations, strict=True) if "/Widget" in one]
    form = f"/AcroForm<</Fields[{' '.join(fields)}]/DA(/F1 11 Tf 0 g)>>" if fields else ""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{form}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>"
        f"/Annots[{' '.join(numbers)}]>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *annotations,
    ]
    data, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    data += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF"
    ).encode()
    path.write_bytes(data)
    return path


def field(kind: str, value: str, rect: str, name: str = "f", more: str = "") -> str:
    return f"<</Type/Annot/Subtype/Widget/FT/{kind}/T({name})/V{value}/Rect[{rect}]/F 4/P 3 0 R{more}>>"


def test_values_of_fields_stand_behind_their_labels(tmp_path: Path) -> None:
    texts = [(60, 780, "Application"), (60, 750, "Name of the boat:"), (60, 720, "Power"), (60, 690, "Water")]
    fields = [
        field("Tx", "(Marigold)", "200 745 400 765"),
        field("Btn", "/Yes", "200 715 215 730", name="p", more="/AS/Yes"),
        field("Btn", "/Off", "200 685 215 700", name="w", more="/AS/Off"),
        field("Tx", "(13.4)", "200 600 400 620", name="Length"),
    ]
    document = first(write(tmp_path / "a.pdf", texts, fields))
    assert document.text == "Application\nName of the boat: Marigold\n[x] Power\n[ ] Water\n\nLength: 13.4"
    check_offsets(document)


def test_notes_are_read_and_hidden_ones_are_not(tmp_path: Path) -> None:
    notes = [
        "<</Type/Annot/Subtype/FreeText/Contents(Dredge to 4.2 m)/DA(/F1 11 Tf 0 g)/Rect[60 600 300 620]/F 4>>",
        "<</Type/Annot/Subtype/Text/Contents(Ask Rhea)/Rect[60 500 80 520]/F 4>>",
        "<</Type/Annot/Subtype/Text/Contents(Say yes)/Rect[60 400 80 420]/F 2>>",
    ]
    document = first(write(tmp_path / "a.pdf", [(60, 780, "Plan")], notes))
    assert document.text == "Plan\n\nDredge to 4.2 m\n\n[Note: Ask Rhea]"
    assert "hidden notes" in document.gaps[0]


def test_a_page_of_nothing_but_a_note_is_read(tmp_path: Path) -> None:
    note = "<</Type/Annot/Subtype/Text/Contents(Ask Rhea)/Rect[60 500 80 520]/F 4>>"
    assert first(write(tmp_path / "a.pdf", [], [note])).text == "[Note: Ask Rhea]"


LEFT = ("The cutter left the", "harbour at dawn and", "reached the bank at", "nine in the morning.")
RIGHT = ("The museum of the town", "opens on Sundays from", "ten to four and shows", "six lamps of old.")


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    texts: list[Text] = [(60, 800, "News of the harbour")]
    for at, pair in enumerate(zip(LEFT, RIGHT, strict=True)):
        texts += [(60, 780 - 14 * at, pair[0]), (320, 780 - 14 * at, pair[1])]
    assert first(write(tmp_path / "a.pdf", texts)).text == "\n".join(["News of the harbour", *LEFT, *RIGHT])


def test_a_table_of_words_is_not_two_columns(tmp_path: Path) -> None:
    rows = [("Port", "Harbour master"), ("Sedge", "Rhea Quill"), ("Rushmere", "Tom Alder"), ("Tansy", "Ida Birch")]
    texts = [(x, 780 - 14 * at, text) for at, row in enumerate(rows) for x, text in zip((60, 320), row, strict=True)]
    assert first(write(tmp_path / "a.pdf", texts)).text.split("\n") == [" ".join(row) for row in rows]


def test_blank_cells_of_a_table_without_lines_are_kept(tmp_path: Path) -> None:
    rows = ["Port,Morning,Noon,Evening", "Sedge,2.1,,3.7", "Rushmere,,1.9,2.8"]
    texts = [
        (60 + 100 * column, 780 - 20 * at, cell)
        for at, row in enumerate(rows)
        for column, cell in enumerate(row.split(","))
        if cell
    ]
    assert first(write(tmp_path / "a.pdf", texts)).text.split("\n") == [
        "Port: Sedge; Morning: 2.1; Evening: 3.7",
        "Port: Rushmere; Noon: 1.9; Evening: 2.8",
    ]


@pytest.mark.parametrize(
    ("text", "is_none"),
    [
        ("The quay was closed for repairs. " * 20, False),
        ("Ein Kraftfahrzeug wird am Kai gewaschen. " * 20, False),
        ("2019 41.5 17.2 1,250 95 % 3.4 12.0\n" * 20, False),
        ("港の灯台は午後四時に開きます。" * 30, False),
        ("Причал закрыт на ремонт. " * 20, False),
        ("Wkh txdb zdv forvhg iru uhsdluv dqg zloo. " * 20, True),
        ("\ue012\ue034\ue001 \ue045\ue02a " * 80, True),
        ("a!b#c$d%e " * 40, False),
        ("short \ufffd", False),
    ],
)
def test_a_text_of_no_language_is_noticed(text: str, *, is_none: bool) -> None:
    assert is_no_language(text) is is_none


def test_a_page_of_no_language_makes_a_document_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.picture.ocr.installed", lambda: False)
    texts = [(60, 780 - 14 * at, "Wkh txdb zdv forvhg iru uhsdluv dqg zloo eh.") for at in range(10)]
    assert "of page 1 is of no language" in first(write(tmp_path / "a.pdf", texts)).gaps[0]


def table_page(rows: Sequence[str], left: int = 60, top: int = 780, step: int = 20, wide: int = 100) -> list[Text]:
    """Return the texts of a table whose cells stand below one another, a row for each line with commas."""
    return [
        (left + wide * column, top - step * at, cell)
        for at, row in enumerate(rows)
        for column, cell in enumerate(row.split(","))
        if cell
    ]


def test_rows_without_lines_get_the_names_of_their_columns(tmp_path: Path) -> None:
    rows = [",Three months,,Nine months,", ",2022,2021,2022,2021", "Products,63,64,245,232", "Services,19,17,58,"]
    texts = [(60, 800, "Net sales of the yard in thousands of crowns, as the auditors have them."), *table_page(rows)]
    # A name over two columns is drawn over the middle of both.
    texts = [(x + 25 if "months" in text else x, y, text) for x, y, text in texts]
    document = first(write(tmp_path / "a.pdf", texts))
    assert document.text.split("\n")[-2:] == [
        "Products; Three months › 2022: 63; Three months › 2021: 64; Nine months › 2022: 245; Nine months › 2021: 232",
        "Services; Three months › 2022: 19; Three months › 2021: 17; Nine months › 2022: 58",
    ]
    assert not any(mark.is_sure for mark in document.marks)


def test_labels_and_names_in_two_lines_stay_with_their_rows(tmp_path: Path) -> None:
    rows = ["Item,2022,2021", "Current assets:,,", "Cash,27,34", "Receivables from,,", "trade and others,21,26"]
    assert first(write(tmp_path / "a.pdf", table_page(rows))).text.split("\n") == [
        "Current assets:",
        "Item: Cash; 2022: 27; 2021: 34",
        "Item: Receivables from trade and others; 2022: 21; 2021: 26",
    ]


def test_table_goes_on_with_its_names_on_the_next_page(tmp_path: Path) -> None:
    first_page = table_page(["Port,Morning,Noon", *[f"Port{at},{at}.1,{at}.7" for at in range(8)]], top=250)
    second_page = table_page([f"Quay{at},{at}.2,{at}.8" for at in range(4)])
    parts = [write(tmp_path / "1.pdf", first_page), write(tmp_path / "2.pdf", second_page)]
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    whole.save(tmp_path / "a.pdf")
    pages = first(tmp_path / "a.pdf").pages
    text = first(tmp_path / "a.pdf").text
    assert text[pages[1].start : pages[1].end].split("\n")[3] == "Port: Quay3; Morning: 3.2; Noon: 3.8"


@pytest.mark.parametrize(
    "rows",
    [
        ["Mr Novak,Rose Lane 4,Sorrel", "Ms Quill,Mill Lane 14,Sedge", "Mr Reed,Harbour Row 7,Rushmere"],
        ["1,Introduction,3", "2,Boats and berths,17", "3,Fees,29"],
    ],
)
def test_what_no_row_names_stays_lines(rows: list[str], tmp_path: Path) -> None:
    document = first(write(tmp_path / "a.pdf", table_page(rows)))
    assert ":" not in document.text
    assert document.marks == ()
