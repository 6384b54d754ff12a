"""What a reader for one kind of file must leave alone in its neighbours: each lost or changed something once."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from ingest.load import load

MAIL = (
    "From: a@b.example\nSubject: Form\nMIME-Version: 1.0\nContent-Type: {}\nContent-Transfer-Encoding: 8bit\n\n"
    "{}   Vorname = Jürgen Müller\n"
)
PART = "--x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nGrüße\n"
KML = "<kml><Placemark><name>Inn</name>{}</Placemark></kml>"


def text(tmp_path: Path, name: str, content: str | bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(path).documents[0].text


@pytest.mark.parametrize(
    ("kind", "above"), [("text/plain; charset=iso-8859-1", ""), ('multipart/mixed; boundary="x"', PART)]
)
def test_line_of_a_mail_that_says_name_is_no_head(tmp_path: Path, kind: str, above: str) -> None:
    said = text(tmp_path, "a.eml", MAIL.format(kind, above).encode("latin-1"))
    assert "Vorname = Jürgen Müller" in said
    assert above == "" or "Grüße" in said


@pytest.mark.parametrize(
    ("content", "absent"),
    [
        ("".join(f"Name{n},Street {n},Rome,yes\n" for n in range(10)), "Name7: "),
        ("Price,10,10\nA,10,x\nB,10,y\nC,10,z\n", "A: "),
    ],
)
def test_row_of_a_table_without_names_names_nothing(tmp_path: Path, content: str, absent: str) -> None:
    assert absent not in text(tmp_path, "a.csv", content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.html",
            '<form><p>Wants lunch <input type="checkbox" class="checkbox" checked></p></form><p>b</p>',
            "Wants lunch\n\nb",
        ),
        ("a.html", '<ul><li><input type="checkbox" class="checkbox" checked disabled> Rope</li></ul>', "[x] Rope"),
        ("a.xml", '<list><item TEXT="short">The long body.</item></list>', "The long body."),
        ("a.kml", KML.format("<description>Key at <b>inn</b> only</description>"), "Key at inn only"),
        ("a.kml", KML.format("<Snippet>Closed in May</Snippet>"), "Closed in May"),
        ("a.json", '{"cpu_time": 1523456789, "time": 1523456789}', "cpu_time: 1523456789\ntime: 2018-04-11 14:26 UTC"),
    ],
)
def test_what_only_looks_alike_is_read_as_it_is(tmp_path: Path, name: str, content: str, said: str) -> None:
    assert said in text(tmp_path, name, content)


def test_powers_are_read_where_a_picture_is_damaged(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([CellRichText("40 m", TextBlock(InlineFont(vertAlign="superscript"), "2"))])
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for entry in whole.infolist():
            archive.writestr(entry, whole.read(entry))
        archive.writestr("xl/media/image1.png", b"picture")
    path = tmp_path / "a.xlsx"
    path.write_bytes(path.read_bytes().replace(b"picture", b"pictvre"))
    assert load(path).documents[0].text.endswith("40 m²")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '{"a": 1,\n"' + '\\"' * 200_000),
        ("a.html", "<p>Text</p>" + "<br><sup></sup>" * 2_000 + "<p>End</p>"),
        ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Tea\nA;" + "QUOTED-PRINTABLE" * 5_000 + "\nEND:VEVENT\n"),
    ],
)
def test_hostile_repetition_ends(tmp_path: Path, name: str, content: str) -> None:
    assert text(tmp_path, name, content)
