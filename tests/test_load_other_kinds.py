"""Kinds of files that few people keep: those that are read, and those of which is said what to do."""

import zipfile
from pathlib import Path

import pytest
from test_load import first

from ingest.load import load, taken
from qa.errors import LoadError


def test_outline_keeps_its_texts_and_levels(tmp_path: Path) -> None:
    text = (
        '<opml version="2.0"><head><title>Harbour</title></head><body><outline text="North"><outline text="Sedge"'
        ' htmlUrl="https://sedge.example"/><outline text="Rushmere"/></outline></body></opml>'
    )
    (tmp_path / "a.opml").write_text(text)
    document = first(tmp_path / "a.opml")
    assert document.text == "Harbour\n\nNorth\n\n- Sedge https://sedge.example\n- Rushmere"
    assert [heading.title for heading in document.headings] == ["Harbour", "North"]


def test_book_of_fiction_is_read_without_its_pictures(tmp_path: Path) -> None:
    text = (
        "<FictionBook><stylesheet>.p{margin:0}</stylesheet><body><section><title><p>Fog</p></title>"
        "<p>The pier was wet.</p></section></body><binary id='a'>iVBORw0KGgo</binary></FictionBook>"
    )
    (tmp_path / "a.fb2").write_text(text)
    assert first(tmp_path / "a.fb2").text == "Fog\n\nThe pier was wet."


def test_mail_of_apple_mail_is_a_mail(tmp_path: Path) -> None:
    mail = b"From: Rhea <rhea@example.org>\nSubject: Lock\n\nIt opens at 05:45.\n"
    (tmp_path / "1.emlx").write_bytes(b"%d   \n%b<?xml version='1.0'?><plist/>" % (len(mail), mail))
    document = first(tmp_path / "1.emlx")
    assert document.title == "Lock"
    assert document.text.endswith("It opens at 05:45.")


@pytest.mark.parametrize("name", ["a.textile", "a.texi", "a.po", "a.typ", "a.qmd", "a.kml", "a.gpx", "a.xliff"])
def test_texts_under_other_names_are_taken_up(name: str) -> None:
    assert taken(Path(name))


def test_what_is_not_read_says_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pages", "w") as archive:
        archive.writestr("Index/Document.iwa", b"\0\1\2")
    (tmp_path / "a.djvu").write_bytes(b"AT&TFORM\0\0\1\2DJVM\0\xff\xfe\0" * 9)
    (tmp_path / "a.dxf").write_text("  0\nSECTION\n  2\nHEADER\n")
    with zipfile.ZipFile(tmp_path / "a.odb", "w") as archive:
        archive.writestr("content.xml", "<a>b</a>")
    (tmp_path / "a.tgz").write_bytes(b"\x1f\x8b\x08\0" * 9)
    (tmp_path / "a.log").write_bytes(b"\x1f\x8b\x08\0" * 9)
    (tmp_path / "a.tar").write_text("a.txt 0000644 ustar The rent is due.")
    (tmp_path / "a.mp3").write_bytes(b"ID3\x03\0\xff\xfb\x90" * 9)
    for name, reason in (
        ("a.pages", "is a Pages document, which is not read; export it as a PDF or a Word document"),
        ("a.djvu", "is a DjVu scan, which is not read; turn it into a PDF"),
        ("a.dxf", "is an AutoCAD drawing, which is not read; export it as a PDF"),
        ("a.odb", "is an OpenDocument database, which is not read; export its tables as CSV"),
        ("a.tgz", "is a packed file, which is not read; unpack it, then ingest its files"),
        ("a.log", "is named .log but holds a gzip archive; unpack it and ingest its files"),
        ("a.tar", "is a packed file, which is not read; unpack it, then ingest its files"),
        ("a.mp3", "is a recording, which is not read; write down what is said, as text or subtitles, and ingest that"),
    ):
        assert taken(Path(name)) is (name == "a.log")
        with pytest.raises(LoadError) as caught:
            load(tmp_path / name)
        assert caught.value.reason == reason


def test_json_values_one_behind_the_other_are_rows(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"berth": 1,\n "rent": 2.50}\n\n{"berth": 2, "rent": 3}\n')
    assert load(tmp_path / "a.json").documents[0].text == "berth: 1; rent: 2.50\nberth: 2; rent: 3"
    (tmp_path / "a.json").write_text('{"berth": 1}\n{"berth": 2')
    with pytest.raises(LoadError, match="is not valid JSON"):
        load(tmp_path / "a.json")


def test_subtitles_of_youtube_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.sbv").write_text(
        "0:00:00.378,0:00:01.378\nThe berth is\n\n0:00:01.400,0:00:02.305\nfree from May.\n"
    )
    assert load(tmp_path / "a.sbv").documents[0].text == "00:00:00\n\nThe berth is free from May."
