"""What readers passed over in silence: notes of RTF, objects of .ppt, values of charts, mails in base64."""

import base64
import io
import struct
import textwrap
import zipfile
from pathlib import Path

import ole
import openpyxl
import pytest
from PIL import Image
from test_load_drawn import _biff, _xls

from ingest.load import load
from ingest.load.formats import taken
from ingest.load.picture import inside as pictures_inside
from ingest.load.rtf import pictures as rtf_pictures


def _rtf(tmp_path: Path, inside: str) -> str:
    path = tmp_path / "a.rtf"
    path.write_text(rf"{{\rtf1\ansi {inside}}}")
    return load(path, "a.rtf").documents[0].text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (r"Rent{\footnote\pard\plain \chftn  No heat.\par } is 8.\par Next", "Rent [Note: No heat.] is 8.\n\nNext"),
        (r"7{\*\atnauthor Ada}\chatn{\*\annotation{\*\atnref 1}\pard Ask {\b Ben}.}.", "7 [Comment by Ada: Ask Ben.]."),
        (r"Berth{\*\annotation Why?} 8", "Berth [Comment: Why?] 8"),
        (r"Not closed{\footnote to the end", "Not closed [Note: to the end]"),
    ],
)  # fmt: skip
def test_notes_and_comments_of_rtf_stand_where_they_hang(tmp_path: Path, inside: str, text: str) -> None:
    assert _rtf(tmp_path, inside) == text


def test_what_is_embedded_in_rtf_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    sheet, formula = (
        rf"{{\object{{\*\objclass {name}}}{{\*\objdata 01}}}}" for name in ("Excel.Sheet.8", "Equation.3")
    )
    path.write_text(rf"{{\rtf1 See{sheet}{formula}.}}")
    document = load(path, "a.rtf").documents[0]
    assert document.text == "See."
    assert document.gaps == ("without what is embedded in it (an Excel workbook); save that by itself and ingest it",)


def _record(kind: int, data: bytes, *, container: bool = False, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4 | (0xF if container else 0), kind, len(data)) + data


def _string(text: str, instance: int) -> bytes:
    return _record(4026, text.encode("utf-16-le"), instance=instance)


def test_comments_and_objects_of_old_slides_are_told(tmp_path: Path) -> None:
    comment = _record(12000, _string("Ada", 0) + _string("Check the depth", 1), container=True)
    added = _record(
        5000, _record(5002, _string("___PPT10", 0) + _record(5003, comment), container=True), container=True
    )
    text = _record(3999, struct.pack("<I", 1)) + _record(4008, b"Berth 7")
    slide = _record(1006, added, container=True)
    objects = b"".join(
        _record(4044, _string(name, 2), container=True) for name in ("MSGraph.Chart.8", "Equation.3", "Paint.Picture")
    )
    listed = _record(4080, _record(1011, bytes(20)) + text, container=True)
    document = _record(1000, listed + _record(1033, objects, container=True), container=True)
    found = load(ole.write_ole(tmp_path / "a.ppt", {"PowerPoint Document": document + slide}), "a.ppt").documents[0]
    assert found.text == "Berth 7\n\n[Comment by Ada: Check the depth]"
    assert found.gaps == ("without what is embedded in it (MSGraph.Chart.8); save that by itself and ingest it",)


@pytest.mark.parametrize(("value", "is_told"), [(870.0, True), (5.0, False)])
def test_values_of_a_chart_that_no_cell_holds_are_told(tmp_path: Path, value: float, is_told: bool) -> None:
    chart = _biff(
        (0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0)),
        (0x1065, struct.pack("<H", 1)),
        (0x203, struct.pack("<HHHd", 0, 0, 0, value)),
        (0x1065, struct.pack("<H", 2)),
        (0x203, struct.pack("<HHHd", 0, 0, 0, 1999.0)),
        (0x0A, b""),
    )
    cells = _biff((0x203, struct.pack("<HHHd", 0, 0, 0, 5.0)))
    loaded = load(ole.write_ole(tmp_path / "a.xls", {"Workbook": _xls(cells, chart) + bytes(4096)}), "a.xls")
    told = "without the values of a chart on sheet C, which stand in no cell of this workbook"
    assert (told in loaded.documents[0].gaps) == is_told


def test_mail_that_is_attached_in_base64_is_a_mail(tmp_path: Path) -> None:
    inner = base64.b64encode(b"From: ben@quay.example\r\nSubject: Slip\r\n\r\nThe slip is free.\r\n").decode()
    (tmp_path / "a.eml").write_text(
        "From: ada@quay.example\nSubject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nSee below.\n"
        '--b\nContent-Type: message/rfc822\nContent-Disposition: attachment; filename="slip.eml"\n'
        f"Content-Transfer-Encoding: base64\n\n{inner}\n--b--\n"
    )
    texts = {one.source: one.text for one in load(tmp_path / "a.eml", "a.eml").documents}
    assert texts["a.eml!/slip.eml"] == "From: ben@quay.example\nSubject: Slip\n\nThe slip is free."


def test_mail_without_ending_is_known_by_what_servers_put_in_front(tmp_path: Path) -> None:
    seals = "".join(f"ARC-Seal: i={number}; {'b=' + 'x' * 900}\n" for number in range(12))
    head = f"Delivered-To: ben@quay.example\nX-Received: by quay.example\n{seals}"
    (tmp_path / "mail").write_text(f"{head}From: ada@quay.example\nSubject: Slip\n\nIt is free.\n")
    assert load(tmp_path / "mail", "mail").documents[0].media_type == "message/rfc822"


def test_workbook_whose_link_to_another_has_lost_a_part_is_read(tmp_path: Path) -> None:
    from openpyxl.packaging.relationship import Relationship
    from openpyxl.workbook.external_link import ExternalLink
    from openpyxl.workbook.external_link.external import ExternalBook

    made = openpyxl.Workbook()
    made.active["A1"] = "Berth 7"
    link = ExternalLink(externalBook=ExternalBook(id="rId1"))
    link.file_link = Relationship(type="externalLinkPath", Target="other.xlsx", TargetMode="External")
    made._external_links.append(link)
    made.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as lost:
        names = [name for name in whole.namelist() if "externalLinks/_rels" not in name]
        assert len(names) == len(whole.namelist()) - 1
        for name in names:
            lost.writestr(name, whole.read(name))
    assert "Berth 7" in load(tmp_path / "a.xlsx", "a.xlsx").documents[0].text


def test_winmail_that_was_saved_by_itself_is_read(tmp_path: Path) -> None:
    def item(name: int, data: bytes) -> bytes:
        return b"\x01" + struct.pack("<HHI", name, 1, len(data)) + data + b"\0\0"

    (tmp_path / "winmail.dat").write_bytes(
        b"\x78\x9f\x3e\x22\x01\x00"
        + item(0x800C, b"Dear Cem\0")
        + item(0x9002, b"")
        + item(0x8010, b"plan.txt\0")
        + item(0x800F, b"The quay is 40 m long.")
    )
    assert taken(tmp_path / "winmail.dat")
    assert [(one.source, one.text) for one in load(tmp_path / "winmail.dat", "winmail.dat").documents] == [
        ("winmail.dat", "Dear Cem\n\nAttachments: plan.txt"),
        ("winmail.dat!/plan.txt", "The quay is 40 m long."),
    ]


def test_word_that_star_writer_marks_as_ignored_is_read(tmp_path: Path) -> None:
    assert _rtf(tmp_path, r"{\loch\f2\b0\*\cs7\cf0 The quick fox}{\*\generator Writer}") == "The quick fox"


@pytest.mark.parametrize("within", [r"\pngblip\picw9", r"\picw9\pngblip{\*\blipuid 52f7}"])
def test_pictures_of_rtf_are_met(within: str) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(drawn, "PNG")
    hexadecimal = "\n".join(textwrap.wrap(drawn.getvalue().hex(), 78))
    met = pictures_inside.Pictures()
    with pictures_inside.within(met):
        assert not list(rtf_pictures.said(rf"{{\rtf1 {{\pict{within}\n{hexadecimal}}}}}".replace(r"\n", "\n").encode()))
    assert list(met.content.values()) == [drawn.getvalue()]
