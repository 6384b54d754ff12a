"""One wrong byte costs no more than itself, and what was guessed or left out is said with its place."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.decoding import decode, is_binary
from ingest.load.unseen import noting
from qa.types import Document

_UTF8 = "Der Müller zahlt die Gebühr.\n"


def loaded(path: Path, content: bytes) -> Document:
    path.write_bytes(content)
    return load(path).documents[0]


@pytest.mark.parametrize(
    ("content", "end", "gaps"),
    [
        (
            _UTF8.encode() * 3 + "Jäger".encode("cp1252"),
            "Jäger",
            "1 byte that is not UTF-8 (line 4) read as Windows-1252",
        ),
        (
            _UTF8.encode() + "Größe für J".encode() + b"\xe4ger",
            "Größe für Jäger",
            "1 byte that is not UTF-8 (line 2) read as Windows-1252",
        ),
        (_UTF8.encode() + "Öl".encode()[:1], _UTF8.strip(), "without the half character at its end"),
        ("ü".encode()[1:] + b"ller\n" + _UTF8.encode(), _UTF8.strip(), "without the half character at its beginning"),
        (b"\0\0\0" + _UTF8.encode(), _UTF8.strip(), "without 3 NUL bytes (line 1)"),
        (_UTF8.encode("utf-16")[:-1], _UTF8.strip(), "without the half character at its end"),
        (
            ("Größe der Überfahrt\n" * 9).encode("cp1252") + "Müller".encode(),
            "Müller",
            "27 bytes that are not UTF-8 (lines 1–5 and further on) read as Windows-1252",
        ),
        (
            ("Шлюз открыт утром.\n" * 9).encode("cp1251") + "Лодка".encode(),
            "Лодка",
            "135 bytes that are not UTF-8 (lines 1–5 and further on) read as Windows-1251",
        ),
        ("caf\u00e9".encode("latin-1"), "café", ""),
        ("“Hello”, he said".encode("cp1252"), "“Hello”, he said", ""),
        ("日本語の文章です。水門は朝開きます。\n".encode("cp932") * 9, "日本語の文章です。水門は朝開きます。", ""),
    ],
)
def test_a_wrong_byte_costs_no_more_than_itself(tmp_path: Path, content: bytes, end: str, gaps: str) -> None:
    document = loaded(tmp_path / "a.txt", content)
    assert document.text.endswith(end)
    if gaps:
        assert document.gaps == (gaps,)


def test_nothing_is_said_of_a_text_wholly_in_another_encoding(tmp_path: Path) -> None:
    assert loaded(tmp_path / "a.txt", ("Größe der Überfahrt\n" * 9).encode("cp1252")).gaps == ()


@pytest.mark.parametrize(
    ("declared", "content", "text"),
    [
        ("iso-8859-1", "Müller … „Jäger“".encode("cp1252"), "Müller … „Jäger“"),
        ("iso-8859-1", "Müller".encode(), "Müller"),
        ("utf-8", "Müller kam".encode("cp1252"), "Müller kam"),
        ("windows-1251", "Шлюз".encode("cp1251"), "Шлюз"),
        ("windows-1251", "Шлюз\n".encode("cp1251") + "Утро".encode(), "Шлюз\nУтро"),
        ("gb2312", "联通".encode("gbk"), "联通"),
        ("no-such-name", "Müller".encode(), "Müller"),
    ],
)
def test_a_declared_encoding_need_not_be_right(declared: str, content: bytes, text: str) -> None:
    assert decode(content, declared=declared) == text


def test_a_page_that_declares_one_encoding_and_holds_two(tmp_path: Path) -> None:
    page = b"<meta charset=utf-8><p>" + "Müller".encode() + b"</p>\n<p>" + "Jäger".encode("latin-1") + b"</p>"
    document = loaded(tmp_path / "a.html", page)
    assert document.text == "Müller\n\nJäger"
    assert document.gaps == ("1 byte that is not UTF-8 (line 2) read as Windows-1252",)


def test_xml_with_a_wrong_byte_is_read_to_its_end(tmp_path: Path) -> None:
    body = b'<?xml version="1.0" encoding="UTF-8"?><a><b>' + "Müller".encode() + b"\n</b><b>J\xe4ger</b><b>Ende</b></a>"
    document = loaded(tmp_path / "a.xml", body)
    assert document.text == "b: Müller\nb: Jäger\nb: Ende"


def test_separated_values_of_mixed_encoding(tmp_path: Path) -> None:
    document = loaded(tmp_path / "a.csv", "Name;Ort\nMüller;Köln\n".encode() + "Jäger;Düren\n".encode("latin-1"))
    assert document.text == "Name: Müller; Ort: Köln\nName: Jäger; Ort: Düren"


@pytest.mark.parametrize("data", [bytes(range(256)) * 9, b"\x02\x00\x07\x00\xff\xfe" * 99, b"ab\0cd\0\0ef"])
def test_what_is_no_text_stays_refused(data: bytes) -> None:
    with noting():
        text = decode(data)
    assert text is None or is_binary(text) or not text.isascii()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "The light\u00advessel."),
        ("a.txt", "The light\u00ad\nvessel."),
        ("a.md", "The light&shy;vessel."),
        ("a.html", "<p>The light&shy;vessel.</p>"),
        ("a.srt", "00:00:01,000 --> 00:00:02,000\nThe light\u00advessel."),
        ("a.ics", "BEGIN:VEVENT\nSUMMARY:The light\u00advessel.\nEND:VEVENT"),
    ],
)
def test_soft_hyphens_split_no_word(tmp_path: Path, name: str, content: str) -> None:
    assert "The lightvessel." in loaded(tmp_path / name, content.encode()).text
