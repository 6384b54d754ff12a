"""What Office files hold beside their text: drawings of lines, SmartArt, newer charts, and files inside them."""

import io
import struct
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import ole
import olefile
import openpyxl
import pptx
import pytest
from lxml import etree

from ingest.discover.files import discover
from ingest.load import Loaded, load
from ingest.load.file import File
from ingest.load.office import old_objects as doc_objects
from ingest.load.office import smart_art
from ingest.load.parts import Budget
from ingest.load.picture import metafile
from ingest.load.sheet import old_drawn as xls_drawn
from qa.errors import LoadError

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_CX = "http://schemas.microsoft.com/office/drawing/2014/chartex"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_HIDDEN = 'hidden="1"'
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"><title>Pump room</title><defs><text>never shown</text></defs>'
    '<text x="10" y="20">Inlet</text><text x="48" y="20">valve</text><text x="10" y="60">Drain <tspan>closed</tspan>'
    '</text><text x="9" y="90" display="none">secret order</text></svg>'
)


def _point(number: int, said: str, kind: str = "node") -> str:
    return f'<dgm:pt modelId="{number}" type="{kind}"><dgm:t><a:p><a:r><a:t>{said}</a:t></a:r></a:p></dgm:t></dgm:pt>'


_BOXES = (
    f'<dgm:dataModel xmlns:dgm="{_DGM}" xmlns:a="{_A}"><dgm:ptLst>{_point(0, "", "doc")}{_point(1, "Ann Lee")}'
    f"{_point(2, 'Finance')}{_point(3, 'Sales')}{_point(4, 'not a box', 'pres')}</dgm:ptLst><dgm:cxnLst>"
    '<dgm:cxn modelId="9" srcId="0" destId="1" srcOrd="0"/><dgm:cxn modelId="8" srcId="1" destId="3" srcOrd="1"/>'
    '<dgm:cxn modelId="7" srcId="1" destId="2" srcOrd="0"/></dgm:cxnLst></dgm:dataModel>'
)
_WATERFALL = (
    f'<cx:chartSpace xmlns:cx="{_CX}" xmlns:a="{_A}"><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:lvl>'
    '<cx:pt idx="0">Start</cx:pt><cx:pt idx="1">Repairs</cx:pt></cx:lvl></cx:strDim><cx:numDim type="val">'
    '<cx:lvl formatCode="General"><cx:pt idx="0">1200</cx:pt><cx:pt idx="1">-310.5</cx:pt></cx:lvl></cx:numDim>'
    "</cx:data></cx:chartData><cx:chart><cx:title><cx:tx><cx:rich><a:p><a:r><a:t>Reserve fund</a:t></a:r></a:p>"
    '</cx:rich></cx:tx></cx:title><cx:plotArea><cx:plotAreaRegion><cx:series layoutId="waterfall"><cx:tx><cx:txData>'
    '<cx:v>EUR</cx:v></cx:txData></cx:tx><cx:dataId val="0"/></cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart>'
    "</cx:chartSpace>"
)


def _with(path: Path, changes: dict[str, tuple[str, str]], added: dict[str, str]) -> Path:
    """Put text before a mark in members of an archive, and add others."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(path, "w") as copy:
        for name in archive.namelist():
            data = archive.read(name).decode("utf-8", "surrogateescape")
            if name in changes:
                mark, text = changes[name]
                assert mark in data, name
                data = data.replace(mark, text + mark, 1)
            copy.writestr(name, data.encode("utf-8", "surrogateescape"))
        for name, text in added.items():
            copy.writestr(name, text)
    return path


def _relation(number: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{number}" Type="{_R}/{kind}" Target="{target}"/>'


def _links(relations: str) -> str:
    return f'<Relationships xmlns="{_LINKS}">{relations}</Relationships>'


def _frames(*, first: str = "rIdD", second: str = "rIdC") -> tuple[str, str]:
    return (
        f'<dgm:relIds xmlns:dgm="{_DGM}" xmlns:r="{_R}" r:dm="{first}"/>',
        f'<cx:chart xmlns:cx="{_CX}" xmlns:r="{_R}" r:id="{second}"/>',
    )


def _text(loaded: Loaded) -> str:
    return loaded.documents[0].text


def test_word_tells_smart_art_and_newer_charts(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("Our house.")
    made.save(str(tmp_path / "a.docx"))
    boxes, chart = _frames()
    body = (
        f"<w:p><w:r><w:drawing>{boxes}</w:drawing></w:r></w:p>"
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="cx1"><w:drawing>{chart}</w:drawing>'
        "</mc:Choice><mc:Fallback><w:t>for old ones</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    relations = _relation("rIdD", "diagramData", "d.xml") + _relation("rIdC", "chartEx", "c.xml")
    path = _with(
        tmp_path / "a.docx",
        {"word/document.xml": ("<w:sectPr", body), "word/_rels/document.xml.rels": ("</Relationships>", relations)},
        {"word/d.xml": _BOXES, "word/c.xml": _WATERFALL},
    )
    assert _text(load(path)) == (
        "Our house.\n\n- Ann Lee\n- Ann Lee > Finance\n- Ann Lee > Sales\n\nReserve fund\n\n"
        "Start; EUR: 1200\nRepairs; EUR: -310.5"
    )


def test_slide_tells_smart_art_and_what_it_shows_newer_programs(tmp_path: Path) -> None:
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[6])
    made.save(str(tmp_path / "a.pptx"))
    boxes, chart = _frames()

    def frame(number: int, inner: str) -> str:
        return (
            f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name="x"/><p:cNvGraphicFramePr/><p:nvPr/>'
            f'</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="{number}"/><a:ext cx="900000" cy="900000"/></p:xfrm>'
            f'<a:graphic><a:graphicData uri="u">{inner}</a:graphicData></a:graphic></p:graphicFrame>'
        )

    shapes = frame(11, boxes) + (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="cx1">{frame(12, chart)}</mc:Choice><mc:Fallback>'
        "</mc:Fallback></mc:AlternateContent>"
    )
    relations = _relation("rIdD", "diagramData", "../d.xml") + _relation("rIdC", "chartEx", "../c.xml")
    path = _with(
        tmp_path / "a.pptx",
        {
            "ppt/slides/slide1.xml": ("</p:spTree>", shapes),
            "ppt/slides/_rels/slide1.xml.rels": ("</Relationships>", relations),
        },
        {"ppt/d.xml": _BOXES, "ppt/c.xml": _WATERFALL},
    )
    text = _text(load(path))
    assert "- Ann Lee > Finance\n- Ann Lee > Sales" in text
    assert text.endswith("Reserve fund\n\nStart; EUR: 1200\nRepairs; EUR: -310.5")


def test_sheet_tells_what_lies_over_its_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Item", "Euro"])
    book.active.append(["Roof", 310])
    book.save(tmp_path / "a.xlsx")
    boxes, chart = _frames()

    def anchor(row: int, inner: str) -> str:
        start = f"<xdr:from><xdr:col>3</xdr:col><xdr:row>{row}</xdr:row></xdr:from>"
        return f"<xdr:twoCellAnchor>{start}{inner}</xdr:twoCellAnchor>"

    def box(said: str, looks: str = "") -> str:
        words = f"<xdr:txBody><a:p><a:r><a:t>{said}</a:t></a:r></a:p></xdr:txBody>"
        return f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="b" {looks}/></xdr:nvSpPr>{words}</xdr:sp>'

    frames = [f"<xdr:graphicFrame>{one}</xdr:graphicFrame>" for one in (boxes, chart)]
    drawing = (
        f'<xdr:wsDr xmlns:xdr="{_XDR}" xmlns:a="{_A}">{anchor(1, box("Paid by the owners"))}'
        f"{anchor(4, box('secret words', _HIDDEN))}{anchor(7, frames[0])}{anchor(9, frames[1])}</xdr:wsDr>"
    )
    path = _with(
        tmp_path / "a.xlsx",
        {},
        {
            "xl/worksheets/_rels/sheet1.xml.rels": _links(_relation("r1", "drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": drawing,
            "xl/drawings/_rels/drawing1.xml.rels": _links(
                _relation("rIdD", "diagramData", "../d.xml") + _relation("rIdC", "chartEx", "../c.xml")
            ),
            "xl/d.xml": _BOXES,
            "xl/c.xml": _WATERFALL,
        },
    )
    loaded = load(path)
    assert _text(loaded).endswith(
        "[Text box at D2: Paid by the owners]\n[SmartArt at D8: Ann Lee; Ann Lee > Finance; Ann Lee > Sales]\n"
        "[Chart at D10: Reserve fund]"
    )
    assert loaded.documents[0].gaps == ("without 2 hidden words (hidden shapes)",)


def test_open_document_sheet_tells_what_lies_over_its_cells(tmp_path: Path) -> None:
    chart = 'xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("META-INF/manifest.xml", "<manifest/>")
        made.writestr(
            "content.xml",
            _odf(
                "spreadsheet",
                '<table:table table:name="Rents"><table:shapes><draw:frame><draw:text-box><text:p>Paid</text:p>'
                "<text:p>until May</text:p></draw:text-box></draw:frame></table:shapes>"
                "<table:table-row><table:table-cell><text:p>Flat</text:p></table:table-cell><table:table-cell>"
                "<text:p>Rent</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell>"
                "<draw:custom-shape><text:p>New tenant</text:p></draw:custom-shape><text:p>Attic</text:p>"
                "</table:table-cell><table:table-cell><text:p>870</text:p>"
                '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="./ObjectReplacements/1"/>'
                '</draw:frame><draw:frame><draw:object xlink:href="./Object 2"/></draw:frame>'
                "</table:table-cell></table:table-row></table:table>",
            ),
        )
        made.writestr(
            "Object 1/content.xml",
            _odf(
                "chart", "<chart:chart><chart:title><text:p>Rent by flat</text:p></chart:title></chart:chart>"
            ).replace("<office:document-content", f"<office:document-content {chart}"),
        )
        made.writestr(
            "Object 2/content.xml", "<math><semantics><annotation>a = {b} over c</annotation></semantics></math>"
        )
    loaded = load(tmp_path / "a.ods", "a.ods")
    assert _text(loaded).splitlines()[2:] == [
        "Flat: Attic; Rent: 870",
        "",
        "[Text box: Paid until May]",
        "[Text box at A2: New tenant]",
        "[Chart at B2: Rent by flat]",
        "[Formula at B2: a = {b} over c]",
    ]
    assert not loaded.documents[0].gaps


def test_slide_tells_its_formulas(tmp_path: Path) -> None:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    slide.shapes.add_textbox(0, 0, 999_999, 999_999).text_frame.text = "Area: "
    slide.shapes.add_table(1, 2, 0, 999_999, 999_999, 999_999).table.cell(0, 0).text = "Speed: "
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    formulas = ["A=πr", "v=s/t"]
    newer = "http://schemas.microsoft.com/office/drawing/2010/main"
    for paragraph, text in zip(
        (p for p in slide.shapes._spTree.iter("{*}p") if "".join(p.itertext()).strip()), formulas, strict=True
    ):
        paragraph.append(
            etree.fromstring(
                f'<a:m xmlns:a="{newer}" xmlns:m="{math}"><m:oMath><m:r><m:t>{text}</m:t></m:r></m:oMath></a:m>'
            )
        )
    made.save(str(tmp_path / "a.pptx"))
    assert _text(load(tmp_path / "a.pptx", "a.pptx")) == "Area: A=πr\n\nSpeed: v=s/t"


def _biff(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


def _xls(sheet: bytes, chart: bytes = b"", fonts: Sequence[tuple[int, bytes]] = ()) -> bytes:
    """Return the stream of a workbook of a sheet "S", and a sheet "C" that is a chart."""
    bof, eof = (0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), (0x0A, b"")
    ends = len(_biff(bof, (0x42, b"\xe4\x04"), *fonts, eof)) + 2 * (4 + 9)
    start = struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)
    page = _biff((0x809, start)) + sheet + _biff(eof)
    named = [
        (0x85, struct.pack("<IBBBB", at, 0, kind, 1, 0) + name)
        for at, kind, name in ((ends, 0, b"S"), (ends + len(page), 2, b"C"))
    ]
    return _biff(bof, (0x42, b"\xe4\x04"), *fonts, *named, eof) + page + chart


def _over_cells() -> bytes:
    anchor = struct.pack("<HHI", 0, 0xF010, 18) + struct.pack("<9H", 0, 2, 0, 4, 0, 3, 0, 6, 0)
    drawing = struct.pack("<HHI", 0xF, 0xF004, len(anchor)) + anchor

    def shape(kind: int) -> bytes:
        return struct.pack("<HHHHH", 0x15, 0x12, kind, 1, 0) + bytes(12)

    def text(length: int) -> bytes:
        return bytes(10) + struct.pack("<HHI", length, 16, 0)

    return _biff(
        (0x204, struct.pack("<HHHHB", 0, 0, 0, 4, 0) + b"Rope"),
        (0xEC, drawing),
        (0x5D, shape(6)),
        (0x1B6, text(12)),
        (0x3C, b"\x00Paid "),
        (0x3C, b"\x01" + "bis Mai".encode("utf-16-le")),
        (0x3C, bytes(16)),
        (0x5D, shape(0x19)),
        (0x1B6, text(4)),
        (0x3C, b"\x00note"),
        (0x3C, bytes(16)),
        (0x5D, shape(5)),
        *_CHART_OF_RENTS,
    )


_CHART_OF_RENTS = (
    (0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0)),
    (0x1025, bytes(32)), (0x100D, b"\0\0\x05\0Rents"), (0x1027, struct.pack("<HHH", 1, 0, 0)),
    (0x1025, bytes(32)), (0x100D, b"\0\0\x05\0label"), (0x1027, struct.pack("<HHH", 4, 0, 0)),
    (0x0A, b""),
)  # fmt: skip


def test_old_workbook_tells_what_lies_over_its_cells_and_files_in_it(tmp_path: Path) -> None:
    packed = b"\x02\0plan.txt\0plan.txt\0" + struct.pack("<II", 0x30000, 9) + b"plan.txt\0"
    packed += struct.pack("<I", 9) + b"Slip at 9"
    tree = {
        "Workbook": _xls(_over_cells(), _biff(*_CHART_OF_RENTS)) + bytes(4096),
        "MBD0001": {"\x01Ole10Native": struct.pack("<I", len(packed)) + packed},
        "MBD0002": {"WordDocument": b"x" * 9},
    }
    loaded = load(ole.write_ole(tmp_path / "a.xls", tree), "a.xls")
    assert [(one.source, one.text) for one in loaded.documents] == [
        ("a.xls", "S\n\nRope\n\n[Text box at C5: Paid bis Mai]\n[Chart at C5: Rents]\n\nC\n\n[Chart: Rents]"),
        ("a.xls!/plan.txt", "Slip at 9"),
    ]
    assert [gap for gap in loaded.documents[0].gaps if "embedded" in gap] == [
        "without what is embedded in it (a Word document); save that by itself and ingest it"
    ]


@pytest.mark.parametrize("place", range(24))
def test_damaged_drawings_of_an_old_workbook_raise_nothing(place: int) -> None:
    stream = _xls(_over_cells(), _biff(*_CHART_OF_RENTS))
    at = len(stream) * place // 24
    for damaged in (stream[:at], stream[:at] + b"\xff" * 8 + stream[at + 8 :], stream[:at] + stream[at + 3 :]):
        over = xls_drawn.over(damaged)
        assert all(len(line) < 40_000 for lines in (*over.sheets, *over.charts.values()) for line in lines)


def test_records_of_an_old_workbook_are_read_in_the_time_of_their_length() -> None:
    start = time.process_time()
    xls_drawn.over(_xls(_biff((0x1B6, bytes(10) + b"\xff\xff" + bytes(4)), *[(0x3C, b"\x00ab")] * 200_000)))
    xls_drawn.over(_xls(_biff(*[(0x5D, bytes(18)), (0x1B6, bytes(10) + b"\1\0" + bytes(4)), (0x3C, b"\0a")] * 50_000)))
    assert time.process_time() - start < 5


def _slide(path: Path, boxes: str, chart: str, more: str = "") -> Path:
    """Write a slide with a SmartArt and a newer chart of these parts, and with more shapes."""
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[6])
    made.save(str(path))
    shapes = "".join(
        f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name="x"/><p:cNvGraphicFramePr/><p:nvPr/>'
        f'</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="{number}"/><a:ext cx="900000" cy="900000"/></p:xfrm>'
        f'<a:graphic><a:graphicData uri="u">{inner}</a:graphicData></a:graphic></p:graphicFrame>'
        for number, inner in enumerate(_frames(), 11)
    )
    relations = _relation("rIdD", "diagramData", "../d.xml") + _relation("rIdC", "chartEx", "../c.xml")
    changes = {
        "ppt/slides/slide1.xml": ("</p:spTree>", shapes + more),
        "ppt/slides/_rels/slide1.xml.rels": ("</Relationships>", relations),
    }
    return _with(path, changes, {"ppt/d.xml": boxes, "ppt/c.xml": chart})


def test_damaged_diagrams_of_a_slide_end_in_text_or_a_line(tmp_path: Path) -> None:
    """Cut, with bytes of no XML, and with numbers and depths that no program writes."""
    deep = "<x>" * 3_000 + "</x>" * 3_000
    for number, (boxes, chart, said) in enumerate(
        [
            (_BOXES[: len(_BOXES) // 2], _WATERFALL, "Reserve fund"),
            (_BOXES, _WATERFALL[: len(_WATERFALL) // 3], "Ann Lee"),
            ("", "\x00\x01", ""),
            (_BOXES.replace('destId="', 'destId="9'), _WATERFALL.replace('idx="', 'idx="99999999999999'), "Ann Lee"),
            (_BOXES, _WATERFALL.replace("1200", "9" * 9_000), "Ann Lee"),
            (_BOXES, _WATERFALL.replace('idx="0"', f'idx="0" formatCode="{"#," * 20_000}"'), "Ann Lee"),
            (deep, deep, ""),
            (_WATERFALL, _BOXES, ""),
        ]
    ):
        start = time.process_time()
        path = _slide(tmp_path / f"{number}.pptx", boxes, chart)
        if said:
            assert said in _text(load(path))
        else:
            with pytest.raises(LoadError, match="holds no text"):
                load(path)
        assert time.process_time() - start < 5


def test_choices_within_choices_on_a_slide_are_read_in_the_time_of_their_number(tmp_path: Path) -> None:
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="9" name="x"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>'
        "<a:p><a:r><a:t>Lock</a:t></a:r></a:p></p:txBody></p:sp>"
    )

    def choice(inner: str) -> str:
        return (
            f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="a">{inner}</mc:Choice></mc:AlternateContent>'
        )

    group = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="8" name="x"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{}</p:grpSp>'
    )
    nested = shape
    for _ in range(40):
        nested = choice(group.format(nested))
    start = time.process_time()
    text = _text(load(_slide(tmp_path / "a.pptx", _BOXES, _WATERFALL, nested + choice(shape) * 300)))
    assert text.count("Lock") == 301
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "streams",
    [
        {"\x01Ole10Native": b""},
        {"\x01Ole10Native": b"\xff" * 40},
        {"\x01Ole10Native": struct.pack("<IH", 9, 2) + b"a.txt\0a.txt\0" + struct.pack("<III", 0, 0xFFFFFFFF, 9)},
        {"\x01Ole10Native": struct.pack("<IH", 9, 2) + b"a.txt\0a\0" + struct.pack("<III", 0, 0, 0xFFFFFFFF) + b"x"},
        {"\x01Ole10Native": b"a" * 5_000},
        {"Package": b"PK\x03\x04" + bytes(40)},
        {"CONTENTS": b"%PDF-1.4 cut"},
        {"Package": b"", "Workbook": b""},
        {},
    ],
)
@pytest.mark.parametrize("pool", ["ObjectPool", "MBD0001"])
def test_damaged_objects_of_old_documents_are_named_or_passed_over(
    tmp_path: Path, pool: str, streams: dict[str, bytes]
) -> None:
    path = ole.write_ole(tmp_path / "a.doc", {pool: {"_1": streams} if pool == "ObjectPool" else streams, "x": b"y"})
    with olefile.OleFileIO(path) as opened:
        named = list(doc_objects.unread(opened))
    found = list(doc_objects.parts(File("a.doc", "a.doc", path), Budget()))
    assert len(named) + len(found) <= 1
    data = path.read_bytes()
    for at in range(512, len(data), 64):
        for damaged in (data[:at], data[:at] + b"\xff\x00\x80\x01" * 4 + data[at + 16 :]):
            try:
                list(doc_objects.parts(File("a.doc", "a.doc", damaged), Budget()))
            except (LoadError, OSError) as error:
                assert str(error)  # noqa: PT017


def test_svg_tells_its_labels(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(_SVG)
    document = load(tmp_path / "a.svg").documents[0]
    assert (document.title, document.text) == ("Pump room", "Inlet valve\n\nDrain closed")
    assert document.gaps == ("without 2 hidden words (hidden shapes)",)


def test_icons_are_passed_over_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "plan.svg").write_text(_SVG)
    (tmp_path / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>')
    assert [source.path.name for source in discover([tmp_path]).sources] == ["plan.svg"]
    with pytest.raises(LoadError, match="a drawing without words"):
        load(tmp_path / "icon.svg")


def _emf(*labels: tuple[int, int, str]) -> bytes:
    records = []
    for x, y, text in labels:
        data = text.encode("utf-16-le")
        data += b"\0" * (-len(data) % 4)
        size = 76 + len(data)
        fixed = struct.pack("<II16xIff iiIII16xI", 84, size, 1, 1.0, 1.0, x, y, len(text), 76, 0, 0)
        records.append(fixed + data)
    head = struct.pack("<II32s4s", 1, 88, b"", b" EMF").ljust(88, b"\0")
    return head + b"".join(records) + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def test_windows_drawing_tells_its_lines(tmp_path: Path) -> None:
    (tmp_path / "a.emf").write_bytes(_emf((0, 0, "Boiler"), (42, 0, "room"), (0, 80, "Second floor")))
    assert _text(load(tmp_path / "a.emf")) == "Boiler room\nSecond floor"


@pytest.mark.parametrize("kind", [37, 40, 82, 83, 84, 108])
@pytest.mark.parametrize("size", [8, 12, 20, 32])
def test_record_of_a_windows_drawing_that_is_cut_short_takes_no_others_away(kind: int, size: int) -> None:
    made = _emf((0, 0, "Boiler"))
    cut = struct.pack("<II", kind, size).ljust(size, b"\0")
    assert metafile.words(made[:88] + cut + made[88:]) == "Boiler"


def _wmf(*records: tuple[int, bytes]) -> bytes:
    written = b"".join(struct.pack("<IH", 3 + len(data) // 2, kind) + data for kind, data in records)
    return b"\x01\x00\x09\x00".ljust(18, b"\0") + written


def test_fonts_of_a_windows_drawing_take_the_numbers_that_are_free() -> None:
    """A font of signs is chosen by the number of a pen that was dropped; many pens were counted through each time."""
    signs, letters = (struct.pack("<h11xB", -12, characters) for characters in (2, 0))
    made = _wmf(
        (0x02FA, b""),
        (0x02FB, letters),
        (0x01F0, struct.pack("<H", 0)),
        (0x02FB, signs),
        (0x012D, struct.pack("<H", 0)),
        (0x0521, struct.pack("<h", 4) + b"abcd" + struct.pack("<hh", 0, 0)),
        (0x012D, struct.pack("<H", 1)),
        (0x0521, struct.pack("<h", 4) + b"Pump" + struct.pack("<hh", 0, 0)),
    )
    assert metafile.words(made) == "Pump"
    started = time.process_time()
    assert metafile.words(_wmf(*[(0x02FA, b"")] * 20_000)) == ""
    assert time.process_time() - started < 2


def test_smart_art_of_a_damaged_file_loses_no_box() -> None:
    """Neither by an order of more digits than a number may have, nor by boxes that hang below each other in a ring."""
    links = f'<dgm:cxn srcId="1" destId="2" srcOrd="{"9" * 5_000}"/><dgm:cxn srcId="2" destId="1"/>'
    data = f'<dgm:dataModel xmlns:dgm="{_DGM}" xmlns:a="{_A}"><dgm:ptLst>{_point(1, "Ann")}{_point(2, "Finance")}'
    root = etree.fromstring(f"{data}</dgm:ptLst><dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>")
    assert smart_art.lines(root) == ["Ann", "Ann > Finance"]


def test_drawing_in_a_document_is_told_where_it_stands(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr(
            "META-INF/manifest.xml",
            _manifest("Object 1/", "spreadsheet"),
        )
        made.writestr(
            "content.xml",
            _odf(
                "text",
                '<text:p>Before.<draw:frame><draw:image xlink:href="Pictures/a.svg"/></draw:frame></text:p>'
                '<text:p>After.<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>',
            ),
        )
        made.writestr("Pictures/a.svg", _SVG)
        made.writestr(
            "Object 1/content.xml",
            _odf(
                "spreadsheet",
                '<table:table table:name="Rents"><table:table-row><table:table-cell><text:p>Flat</text:p>'
                "</table:table-cell><table:table-cell><text:p>Rent</text:p></table:table-cell></table:table-row>"
                "<table:table-row><table:table-cell><text:p>Attic</text:p></table:table-cell><table:table-cell>"
                "<text:p>870</text:p></table:table-cell></table:table-row></table:table>",
            ),
        )
    loaded = load(tmp_path / "a.odt", "a.odt")
    assert [(one.source, one.text) for one in loaded.documents] == [
        ("a.odt", "Before.\n\nPicture: Inlet valve\nDrain closed\n\nAfter."),
        ("a.odt!/Object 1.ods", "Rents\n\nFlat: Attic; Rent: 870"),
    ]
    assert "embedded" not in " ".join(loaded.documents[0].gaps)


def _manifest(path: str, kind: str) -> str:
    entry = f'<m:file-entry m:full-path="{path}" m:media-type="application/vnd.oasis.opendocument.{kind}"/>'
    return f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{entry}</m:manifest>'


def _odf(kind: str, body: str) -> str:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{place}:1.0"'
        for name, place in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("table", "table"))
    )
    return (
        f'<office:document-content{spaces} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:{kind}>{body}'
        f"</office:{kind}></office:body></office:document-content>"
    )
