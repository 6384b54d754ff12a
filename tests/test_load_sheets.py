"""What a sheet shows: formats of numbers, merged cells, headers of several rows, formulas, comments."""

import datetime
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from test_load import check_offsets, first
from test_load_formats import write_odf

from ingest.load import load
from ingest.load.sheet import number_format
from qa.errors import LoadError


def write(
    path: Path, rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), formats: dict[str, str] | None = None
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S"
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    book.save(path)
    return path


def change(path: Path, part: str, before: bytes, after: bytes) -> None:
    """Put other bytes into a part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert before in parts[part]
    parts[part] = parts[part].replace(before, after)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def rows_of(path: Path) -> list[str]:
    document = first(path)
    check_offsets(document)
    return document.text.split("\n")[2:]


@pytest.mark.parametrize(
    ("value", "code", "text", "exact"),
    [
        (0.125, "0.0%", "12.5%", ""),
        (0.125, "0.0 %", "12.5 %", ""),
        (0.0712345, "0.0%", "7.1%", "7.12345%"),
        (1599.5, '#,##0.00 "€"', "1,599.50 €", ""),
        (1599.5, "[$€-407] #,##0.00", "€ 1,599.50", ""),
        (1600, "#,##0", "1600", ""),
        (-12.5, "#,##0.00;[Red](#,##0.00)", "(12.50)", ""),
        (-12.5, "0.00", "-12.50", ""),
        (1234.5678, "0.0", "1234.6", "1234.5678"),
        (1_250_000, '0.0,,"M"', "1.3M", "1.25M"),
        (1.25, "0.000", "1.25", ""),
        (7, '0" kg"', "7 kg", ""),
        (3, "General", "", ""),
        (42, "00000", "", ""),
        (0.5, "# ?/?", "", ""),
        (12345.0, "0.00E+00", "", ""),
        (1e300, "0.00", "", ""),
        (2.0, "0" * 5_000, "", ""),
    ],
)
def test_numbers_are_shown_by_their_format(value: float, code: str, text: str, exact: str) -> None:
    assert number_format.shown(value, code) == (text, exact)


def test_percent_money_and_hours_beyond_a_day_are_as_shown(tmp_path: Path) -> None:
    rows = [
        ["Product", "Margin", "Price", "Lead time"],
        ["Alder chair", 0.125, 1599.5, 1.5],
        ["Birch", 0.31, 2480, 0.25],
    ]
    formats = {
        f"{column}{row}": code
        for row in (2, 3)
        for column, code in zip("BCD", ("0.0%", '#,##0.00 "€"', "[h]:mm"), strict=True)
    }
    assert rows_of(write(tmp_path / "a.xlsx", rows, formats=formats)) == [
        "Product: Alder chair; Margin: 12.5%; Price: 1,599.50 €; Lead time: 36:00",
        "Product: Birch; Margin: 31.0%; Price: 2,480.00 €; Lead time: 6:00",
    ]


def test_what_is_rounded_is_computed_with_all_its_digits(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["Name", "Share"], ["a", 0.0712345], ["b", 0.5]], formats={"B2": "0.0%"})
    document = first(path)
    assert document.text.endswith("Name: a; Share: 7.1%\nName: b; Share: 0.5")
    assert [mark.cells for mark in document.marks] == [("a", "7.12345%"), ()]


def test_merged_cells_stand_in_each_row_that_they_go_down(tmp_path: Path) -> None:
    rows = [
        ["Site", "Shift", "Crew"],
        ["North", "early", 4],
        [None, "late", 6],
        ["South", "early", 3],
        [None, "late", 5],
    ]
    assert rows_of(write(tmp_path / "a.xlsx", rows, merged=["A2:A3", "A4:A5"])) == [
        "Site: North; Shift: early; Crew: 4",
        "Site: North; Shift: late; Crew: 6",
        "Site: South; Shift: early; Crew: 3",
        "Site: South; Shift: late; Crew: 5",
    ]


GROUPED = [
    ["Ship", "Length", None, "Fee", None],
    [None, "loaded", "empty", "summer", "winter"],
    ["Larkspur", 41, 39, 310, 205],
    ["Foxglove", 28, 27, 190, 120],
]


@pytest.mark.parametrize("merged", [("A1:A2", "B1:C1", "D1:E1"), ()])
def test_header_rows_are_joined(tmp_path: Path, merged: tuple[str, ...]) -> None:
    assert rows_of(write(tmp_path / "a.xlsx", GROUPED, merged=merged))[1] == (
        "Ship: Foxglove; Length › loaded: 28; Length › empty: 27; Fee › summer: 190; Fee › winter: 120"
    )


def test_rows_of_texts_below_a_header_stay_rows(tmp_path: Path) -> None:
    rows = [["Name", "City", "Tel"], ["Alder", "Leeds", "a"], ["Birch", "York", "b"]]
    assert rows_of(write(tmp_path / "a.xlsx", rows))[0] == "Name: Alder; City: Leeds; Tel: a"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (
            "Date;Payee;Purpose;Amount\n01.03.2024;Miller;Rent March;-500,00\n;;flat 3;\n;;contract 17;\n"
            "02.03.2024;Ada;Salary;2.000,00\n",
            ["Payee: Miller; Purpose: Rent March flat 3 contract 17; Amount: -500,00", "Payee: Ada; Purpose: Salary; "],
        ),
        # What may name the rows below it is joined to none; nor is what has a sum of its own.
        ("Date;Item;Amount\n01.03.2024;Pears;5,00\n;House;\n02.03.2024;Roof;900,00\n", ["\nItem: House\n"]),
        (
            "Date;Payee;Purpose;Amount\n01.03.2024;Miller;Rent;-500,00\n;;Total;-500,00\n02.03.2024;Ada;Pay;2,00\n",
            ["\nPurpose: Total; Amount: -500,00"],
        ),
        # Without days and amounts it is no list of bookings.
        ("Kind;Name;Note\nTree;Oak;tall\n;;short\nBush;Yew;old\n", ["\nNote: short\n"]),
    ],
)
def test_a_booking_over_several_rows_is_one(tmp_path: Path, content: str, lines: list[str]) -> None:
    (tmp_path / "a.csv").write_text(content)
    text = load(tmp_path / "a.csv").documents[0].text
    assert all(line in text for line in lines), text


def test_a_first_row_of_data_names_no_columns(tmp_path: Path) -> None:
    day = datetime.date(2025, 3, 1)
    rows = [[day, "delivered", "Rope"], [day, "delivered", "Paint"], [day, "open", "Tar"]]
    assert rows_of(write(tmp_path / "a.xlsx", rows))[0] == "2025-03-01; delivered; Rope"


def test_formulas_without_a_value_are_shown_and_reported(tmp_path: Path) -> None:
    document = first(write(tmp_path / "a.xlsx", [["Item", "Cost"], ["Rope", 120], ["Total", '=SUM(B2:B2)&"<"']]))
    assert document.text.endswith('Item: Total; Cost: =SUM(B2:B2)&"<"')
    assert document.gaps[0].startswith("1 formula is stored without a value (S!B3)")


def test_comments_that_cannot_be_read_are_missed_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S"
    sheet.append(["a"])
    sheet["A1"].comment = Comment("ask Rhea", "Quill")
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        [part] = [name for name in archive.namelist() if "comment" in name and name.endswith(".xml")]
    change(path, part, b"</comments>", b"</comment")
    assert load(path, "a.xlsx").documents[0].gaps == (
        "without the comments of sheet S, which are damaged or too large",
    )


def test_comments_follow_the_rows_with_their_place(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["Item", "Cost"], ["Rope", 120], ["Paint", 80]])
    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active["B2"].comment = Comment("price of May", "Rhea")
    book.save(path)
    assert rows_of(path)[-1] == "[Comment on B2, Rope, Cost: 120: price of May]"


def test_a_style_that_nobody_knows_costs_no_cells(tmp_path: Path) -> None:
    plain, odd = (
        write(tmp_path / "a.xlsx", [["Item", "Share"], ["Rope", 0.5], ["Tar", 0.25]], formats={"B2": "0%", "B3": "0%"}),
        tmp_path / "b.xlsx",
    )
    with zipfile.ZipFile(plain) as archive, zipfile.ZipFile(odd, "w") as copy:
        for name in archive.namelist():
            data = archive.read(name)
            copy.writestr(name, data.replace(b"<xf ", b'<xf oddity="1" ') if name == "xl/styles.xml" else data)
    assert rows_of(odd) == ["Item: Rope; Share: 50%", "Item: Tar; Share: 25%"]


def test_a_binary_workbook_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", b"\0")
    with pytest.raises(LoadError, match=r"is a binary workbook \(.xlsb\).*save it as .xlsx"):
        load(path)


def test_merges_without_end_are_bounded(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["a", "b"], ["x", 1], [None, 2]], merged=["A2:A3", "B1:C1"])
    # The library that writes would make each cell of a merge; a hostile file only claims them.
    change(path, "xl/worksheets/sheet1.xml", b"A2:A3", b"A2:A1048576")
    change(path, "xl/worksheets/sheet1.xml", b"B1:C1", b"B1:XFD1")
    assert rows_of(path)[-1].startswith("a: x; b: 2")


def test_ods_merged_cells_and_comments(tmp_path: Path) -> None:
    def cell(text: str, more: str = "", inner: str = "") -> str:
        return f'<table:table-cell office:value-type="string" {more}>{inner}<text:p>{text}</text:p></table:table-cell>'

    covered = "<table:covered-table-cell/>"
    note = "<office:annotation><text:p>ask Rhea</text:p></office:annotation>"
    rows = [
        cell("Site") + cell("Crew"),
        cell("North", 'table:number-rows-spanned="2"') + cell("four", inner=note),
        covered + cell("six"),
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    path = write_odf(tmp_path / "a.ods", "spreadsheet", f'<table:table table:name="S">{body}</table:table>')
    assert rows_of(path) == [
        "Site: North; Crew: four",
        "Site: North; Crew: six",
        "",
        "[Comment on B2, North, Crew: four: ask Rhea]",
    ]


def test_workbook_in_the_xml_of_excel_2003(tmp_path: Path) -> None:
    def cell(text: str, kind: str = "String", more: str = "", comment: str = "") -> str:
        return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data>{comment}</Cell>'

    late = "<Comment><ss:Data>late?</ss:Data></Comment>"
    second, third, percent = 'ss:Index="2"', 'ss:Index="3"', 'ss:StyleID="p"'
    rows = (
        f'<Row ss:Index="2">{cell("Berth", more=second)}{cell("Rent")}{cell("Due")}</Row>'
        f"<Row>{cell('North', more=second + ' ss:MergeDown=' + repr('1'))}{cell('0.125', 'Number', percent)}"
        f"{cell('2026-05-01T00:00:00.000', 'DateTime', comment=late)}</Row>"
        f"<Row>{cell('1200', 'Number', third)}</Row>"
    )
    (tmp_path / "a.xls").write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style></Styles>'
        f'<Worksheet ss:Name="Rents"><Table>{rows}</Table></Worksheet></Workbook>'
    )
    assert first(tmp_path / "a.xls").text == (
        "Rents\n\nBerth: North; Rent: 12.50%; Due: 2026-05-01\nBerth: North; Rent: 1200\n\n"
        "[Comment on D3, North, Due: 2026-05-01: late?]"
    )


def test_workbook_whose_parts_are_named_with_backslashes_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["Fee", "Sum"], ["winter", 12]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.filename = name.replace("/", "\\")
            archive.writestr(entry, data)
    loaded = load(path)
    assert [document.text for document in loaded.documents] == ["S\n\nFee: winter; Sum: 12"]
    # One that is damaged is refused in a line, as any other.
    data = path.read_bytes()
    at = data.index(parts["xl/workbook.xml"][:20])
    path.write_bytes(data[:at] + b"?" + data[at + 1 :])
    with pytest.raises(LoadError, match="is it damaged"):
        load(path)


@pytest.mark.parametrize("line", ["sep=;\n", "SEP=;\r\n", "\ufeffsep=;\n"])
def test_line_that_tells_excel_the_separator_is_no_row(line: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{line}Fee;Sum\nwinter, early;12\nsummer;9\n", encoding="utf-8")
    assert first(path).text == "Fee: winter, early; Sum: 12\nFee: summer; Sum: 9"


def test_chart_on_a_sheet_of_its_own_tells_its_title(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Month", "Bears"])
    book.active.append(["Jan", 8])
    chart = openpyxl.chart.BarChart()
    chart.title = "Wildlife"
    chart.add_data(openpyxl.chart.Reference(book.active, 2, 1, max_row=2), titles_from_data=True)
    book.create_chartsheet("Bears by month").add_chart(chart)
    hidden = book.create_chartsheet("Old")
    hidden.add_chart(openpyxl.chart.BarChart())
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert first(tmp_path / "a.xlsx").text.endswith("Bears by month\n\n[Chart: Wildlife]")


def test_boxes_to_tick_over_the_cells_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["Form"]])
    ns = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    drawn = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:a14="x14" xmlns:mc="{}"'.format(
        "http://schemas.openxmlformats.org/markup-compatibility/2006"
    )

    def control(number: int, said: str) -> str:
        return (
            f'<mc:AlternateContent><mc:Choice Requires="a14"><xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col>'
            f"<xdr:row>{number}</xdr:row></xdr:from><xdr:sp><xdr:nvSpPr>"
            f'<xdr:cNvPr id="{number}" hidden="1"><a:extLst><a:ext><a14:compatExt spid="_s{number}"/></a:ext>'
            f"</a:extLst></xdr:cNvPr></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>{said}</a:t></a:r></a:p></xdr:txBody>"
            "</xdr:sp></xdr:twoCellAnchor></mc:Choice><mc:Fallback/></mc:AlternateContent>"
        )

    def shape(number: int, kind: str, ticked: str) -> str:
        client = f'<x:ClientData ObjectType="{kind}">{ticked}</x:ClientData>'
        return f'<v:shape id="_s{number}">{client}</v:shape>'

    ticked = "<x:Checked>1</x:Checked>"
    kinds = f"{shape(1, 'Checkbox', ticked)}{shape(2, 'Radio', '')}{shape(3, 'Button', '')}"
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    said = control(1, "Yes") + control(2, "No") + control(3, "Send") + control(4, "Gone")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/drawings/drawing1.xml", f"<xdr:wsDr {ns} {drawn}>{said}</xdr:wsDr>")
        archive.writestr("xl/drawings/vml1.vml", f'<xml xmlns:v="urn:v" xmlns:x="urn:x">{kinds}</xml>')
        archive.writestr(
            "xl/worksheets/_rels/sheet1.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{types}/drawing" Target="../drawings/drawing1.xml"/>'
            f'<Relationship Id="r2" Type="{types}/vmlDrawing" Target="../drawings/vml1.vml"/></Relationships>',
        )
    assert first(path).text == "S\n\nForm\n\n[Box at B2: [x] Yes]\n[Box at B3: [ ] No]\n[Text box at B4: Send]"
