"""Files that are small on disk and ask for much memory or time when they are read; each a few megabytes at most."""

import base64
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import files
from test_load_formats import write_epub, write_odf

MIB = 1 << 20
_BLOCK = b"a " * (MIB // 2)


def zipped(path: Path, member: str, mebibytes: int, *, head: bytes = b"", tail: bytes = b"") -> Path:
    """Replace one member of an Office file by `mebibytes` of text between a head and a tail, or add it."""
    parts: dict[str, bytes] = {}
    if path.exists():
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist() if name != member}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open(member, "w", force_zip64=True) as stream:
            stream.write(head)
            for _ in range(mebibytes):
                stream.write(_BLOCK)
            stream.write(tail)
    return path


def around(path: Path, member: str, mark: str) -> tuple[bytes, bytes]:
    """Return the parts of a member before and after a mark in it."""
    with zipfile.ZipFile(path) as archive:
        before, found, after = archive.read(member).partition(mark.encode())
    assert found
    return before, after


def docx(path: Path, mebibytes: int = 300) -> Path:
    files.write_docx(path, [("Normal", "HERE")])
    head, tail = around(path, "word/document.xml", "HERE")
    return zipped(path, "word/document.xml", mebibytes, head=head, tail=tail)


def docx_of_many(path: Path, paragraphs: int = 3_000_000) -> Path:
    """A tree of paragraphs, each of which costs a parser a thousand times what it takes packed."""
    files.write_docx(path, [("Normal", "HERE")])
    head, tail = around(path, "word/document.xml", "HERE")
    head += b"</w:t></w:r></w:p>"
    tail = b"<w:p><w:r><w:t>" + tail
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            if name != "word/document.xml":
                archive.writestr(name, content)
        with archive.open("word/document.xml", "w", force_zip64=True) as stream:
            stream.write(head)
            block = b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 10_000
            for _ in range(paragraphs // 10_000):
                stream.write(block)
            stream.write(tail)
    return path


def xlsx(path: Path, mebibytes: int = 300) -> Path:
    files.write_xlsx(path, {"S": [["near"], ["HERE"]]})
    head, tail = around(path, "xl/worksheets/sheet1.xml", "HERE")
    return zipped(path, "xl/worksheets/sheet1.xml", mebibytes, head=head, tail=tail)


def xlsx_of_strings(path: Path, mebibytes: int = 300) -> Path:
    files.write_xlsx(path, {"S": [["near"], ["HERE"]]})
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = b'<?xml version="1.0"?><sst xmlns="' + space + b'"><si><t>'
    return zipped(path, "xl/sharedStrings.xml", mebibytes, head=head, tail=b"</t></si></sst>")


def xlsx_wide(path: Path, rows: int = 200_000) -> Path:
    """Each row has one cell, in the last column that there is."""
    files.write_xlsx(path, {"S": [["near"], ["HERE"]]})
    head, _ = around(path, "xl/worksheets/sheet1.xml", '<row r="2"')
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    lines = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(2, rows))
    parts["xl/worksheets/sheet1.xml"] = head + lines + b"</sheetData></worksheet>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def pptx(path: Path, mebibytes: int = 300) -> Path:
    files.write_pptx(path, [{"title": "before", "texts": [(1, 1, "HERE")]}])
    head, tail = around(path, "ppt/slides/slide1.xml", "HERE")
    return zipped(path, "ppt/slides/slide1.xml", mebibytes, head=head, tail=tail)


def odf(path: Path, kind: str, mebibytes: int = 300) -> Path:
    write_odf(path, kind, "<text:p>HERE</text:p>")
    head, tail = around(path, "content.xml", "HERE")
    return zipped(path, "content.xml", mebibytes, head=head, tail=tail)


def ods_repeats(path: Path) -> Path:
    """A cell that stands for all the cells of its row, in a row that stands for a million."""
    cell = (
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="string">'
        f"<text:p>{'x' * 1_000}</text:p></table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    return write_odf(path, "spreadsheet", f'<table:table table:name="S">{row * 50}</table:table>')


def epub(path: Path, mebibytes: int = 300) -> Path:
    write_epub(path, {"a.xhtml": "<p>HERE</p>"})
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith("a.xhtml"))
    head, tail = around(path, name, "HERE")
    return zipped(path, name, mebibytes, head=head, tail=tail)


def epub_contents(path: Path, mebibytes: int = 240) -> Path:
    """The table of contents of a book, which no chapter is."""
    names = '<navPoint><navLabel><text>HERE</text></navLabel><content src="a.xhtml"/></navPoint>'
    write_epub(path, {"a.xhtml": "<p>text</p>"}, names=names)
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".ncx"))
    head, tail = around(path, name, "HERE")
    return zipped(path, name, mebibytes, head=head, tail=tail)


def zip_of_one(path: Path, mebibytes: int = 300) -> Path:
    zipped(path, "bomb.txt", mebibytes)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("good.txt", "The good member.")
    return path


def zip_of_itself(path: Path, depth: int = 30) -> Path:
    inner = b"The innermost text."
    name = "deep.txt"
    for level in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, inner)
            if level == depth - 1:
                archive.writestr("good.txt", "The good member.")
        inner, name = packed.getvalue(), f"level{level}.zip"
    path.write_bytes(inner)
    return path


def zip_overlapping(path: Path, members: int = 10_000, mebibytes: int = 15) -> Path:
    """Many members that are all the same packed bytes: `members` times what is inside."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("a.txt", _BLOCK * mebibytes)
    data = packed.getvalue()
    at = data.rindex(b"PK\x05\x06")
    start = data.index(b"PK\x01\x02")
    entry = data[start:at]
    count = min(members, 65_535)
    directory = entry * count
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    path.write_bytes(data[:start] + directory + end)
    return path


def deep(path: Path, opening: str, closing: str, depth: int, middle: str = "text") -> Path:
    path.write_text(opening * depth + middle + closing * depth)
    return path


def rtf(path: Path, depth: int = 500_000) -> Path:
    path.write_text("{\\rtf1 " + "{\\b " * depth + "text" + "}" * depth + "}")
    return path


def rtf_picture(path: Path, mebibytes: int = 60) -> Path:
    path.write_text("{\\rtf1 before {\\pict " + "ab" * (mebibytes * MIB // 2) + "} after}")
    return path


def mail_nested(path: Path, depth: int = 3_000) -> Path:
    lines = ["From: a@b.c\nTo: d@e.f\nSubject: Deep\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nMIME-Version: 1.0\n"]
    for level in range(depth):
        lines.append(f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n')
    lines.append("Content-Type: text/plain\n\nThe innermost text.\n")
    lines += [f"--b{level}--\n" for level in reversed(range(depth))]
    path.write_text("".join(lines))
    return path


def mail_in_mail(path: Path, depth: int = 300) -> Path:
    head = "From: a@b.c\nTo: d@e.f\nSubject: {}\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nMIME-Version: 1.0\n"
    path.write_text(
        "".join(head.format(level) + "Content-Type: message/rfc822\n\n" for level in range(depth))
        + head.format("last")
        + "Content-Type: text/plain\n\nThe innermost text.\n"
    )
    return path


def mail_of_parts(path: Path, count: int = 200_000) -> Path:
    part = '--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="a.txt"\n\nx\n'
    path.write_text(
        "From: a@b.c\nTo: d@e.f\nSubject: Many\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n' + part * count + "--b--\n"
    )
    return path


def mail_with_zip(path: Path, mebibytes: int = 300) -> Path:
    packed = zip_of_one(path.with_suffix(".zip"), mebibytes).read_bytes()
    path.with_suffix(".zip").unlink()
    text = base64.encodebytes(packed).decode()
    path.write_text(
        "From: a@b.c\nTo: d@e.f\nSubject: Bomb\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nThe body.\n'
        '--b\nContent-Type: application/zip\nContent-Disposition: attachment; filename="a.zip"\n'
        f"Content-Transfer-Encoding: base64\n\n{text}\n--b--\n"
    )
    return path


def pdf(path: Path, objects: dict[int, bytes]) -> Path:
    """Write a PDF of these objects; the first one is the catalogue."""
    data = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1)
    for number in range(1, max(objects) + 1):
        data += b"%010d 00000 n \n" % places.get(number, 0)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, start)
    path.write_bytes(data)
    return path


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def flate(mebibytes: int, block: bytes = b" " * MIB, rounds: int = 1) -> bytes:
    compressor = zlib.compressobj(9)
    data = b"".join(compressor.compress(block) for _ in range(mebibytes)) + compressor.flush()
    for _ in range(rounds - 1):
        data = zlib.compress(data, 9)
    return data


def pdf_of_page(path: Path, content: bytes, resources: bytes = b"", **more: bytes) -> Path:
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << %s >> >>" % resources,
        4: content,
    }
    return pdf(path, objects | {int(number[1:]): value for number, value in more.items()})


def pdf_flate(path: Path, mebibytes: int = 3_000) -> Path:
    packed = flate(mebibytes, rounds=2)
    return pdf_of_page(path, stream(packed, b"/Filter [/FlateDecode /FlateDecode]"))


def pdf_operators(path: Path, mebibytes: int = 500) -> Path:
    packed = flate(mebibytes, b"BT /F1 9 Tf 9 9 Td (a) Tj ET\n" * (MIB // 29), rounds=2)
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    return pdf_of_page(path, stream(packed, b"/Filter [/FlateDecode /FlateDecode]"), font)


def pdf_picture(path: Path, side: int = 30_000) -> Path:
    """A page that is one black picture, which is what Tesseract is asked to read."""
    row = b"\0" * (side // 8)
    packed = zlib.compress(row * side, 9)
    entries = (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1 "
        b"/Filter /FlateDecode" % (side, side)
    )
    return pdf_of_page(
        path, stream(b"q 612 0 0 792 0 0 cm /I Do Q"), b"/XObject << /I 5 0 R >>", o5=stream(packed, entries)
    )


def pdf_of_pages(path: Path, count: int = 5_000_000) -> Path:
    """A tree of pages that claims to hold millions, and leads back to itself."""
    return pdf(
        path,
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count %d >>" % count,
            3: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count %d >>" % count,
        },
    )


def pdf_forms(path: Path, levels: int = 12) -> Path:
    """Forms that each draw the next one ten times."""
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    more = {}
    for level in range(levels):
        last = level == levels - 1
        content = b"BT /F1 9 Tf 9 9 Td (a) Tj ET" if last else b"/X Do " * 10
        resources = font if last else b"/XObject << /X %d 0 R >>" % (6 + level)
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << %s >>" % resources
        more[f"o{5 + level}"] = stream(content, entries)
    return pdf_of_page(path, stream(b"/X Do"), b"/XObject << /X 5 0 R >>", **more)


def pdf_outline(path: Path) -> Path:
    """An outline whose entries follow each other round and round."""
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    item = b"<< /Title (x) /Parent 5 0 R /Next %d 0 R /First %d 0 R /Last 7 0 R /Dest [3 0 R /Fit] >>"
    return pdf(
        path,
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << %s >> >>" % font,
            4: stream(b"BT /F1 12 Tf 72 700 Td (The text of the page.) Tj ET"),
            5: b"<< /Type /Outlines /First 6 0 R /Last 7 0 R /Count 2 >>",
            6: item % (7, 5),
            7: item % (6, 6),
        },
    )


def csv_line(path: Path, mebibytes: int = 500) -> Path:
    with path.open("wb") as file:
        file.write(b"name,value\n")
        block = b"abcdefg," * (MIB // 8)
        for _ in range(mebibytes):
            file.write(block)
    return path


def html_attributes(path: Path) -> Path:
    path.write_text("<p " + " ".join(f'a{n}="x"' for n in range(500_000)) + ">text</p>")
    return path


def xml_quadratic(path: Path) -> Path:
    """One entity of a million letters, named a hundred thousand times: no entity within another."""
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"x" * MIB}">]><x>{"&a;" * 100_000}</x>')
    return path


def gz(path: Path, mebibytes: int = 300) -> Path:
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(mebibytes):
            file.write(_BLOCK)
    return path


def json_wide(path: Path, count: int = 8_000_000) -> Path:
    path.write_text("[" + "[]," * count + "[]]")
    return path


BOMB = "unpacks to more than (200 times|256 MiB)"
REFUSED = "unpacks to more than 256 MiB of XML"
NO_MEMORY = "needs more memory than a file may take"
GAVE_UP = "its reader gave up"
DEEP = "nested too deep"
SLOW = "took longer than"

Bomb = tuple[Callable[[Path], Path], str]
"""What makes a file in a folder, and what is said of it; "" where it is read."""

QUICK: dict[str, Bomb] = {
    "docx": (lambda folder: docx(folder / "a.docx"), REFUSED),
    "docx of paragraphs": (lambda folder: docx_of_many(folder / "b.docx", 900_000), NO_MEMORY),
    "xlsx of strings": (lambda folder: xlsx_of_strings(folder / "b.xlsx"), ""),
    "pptx": (lambda folder: pptx(folder / "a.pptx"), REFUSED),
    "odt": (lambda folder: odf(folder / "a.odt", "text"), REFUSED),
    "ods": (lambda folder: odf(folder / "a.ods", "spreadsheet"), REFUSED),
    "odp": (lambda folder: odf(folder / "a.odp", "presentation"), REFUSED),
    "epub": (lambda folder: epub(folder / "a.epub"), REFUSED),
    "zip": (lambda folder: zip_of_one(folder / "a.zip", 200), BOMB),
    "zip of itself": (lambda folder: zip_of_itself(folder / "b.zip"), "lies more than 5 files deep"),
    "xml deep": (lambda folder: deep(folder / "a.xml", "<a>", "</a>", 100_000), "holds no text between its tags"),
    "xml of one entity": (lambda folder: xml_quadratic(folder / "b.xml"), ""),
    "json deep": (lambda folder: deep(folder / "a.json", "[", "]", 1_000_000, "1"), DEEP),
    "notebook deep": (lambda folder: deep(folder / "a.ipynb", '{"cells":[', "]}", 50_000, "1"), "is not a notebook"),
    "rtf deep": (lambda folder: rtf(folder / "a.rtf", 50_000), ""),
    "rtf of a picture": (lambda folder: rtf_picture(folder / "b.rtf", 10), ""),
    "mail of multiparts": (lambda folder: mail_nested(folder / "a.eml"), DEEP),
    "mail in mail": (lambda folder: mail_in_mail(folder / "b.eml"), DEEP),
    "mail with a zip": (
        lambda folder: mail_with_zip(folder / "d.eml", 200),
        BOMB,
    ),
    "pdf of operators": (lambda folder: pdf_operators(folder / "b.pdf", 300), GAVE_UP),
    "pdf of pages": (lambda folder: pdf_of_pages(folder / "d.pdf"), "is damaged and cannot be opened"),
    "pdf of an outline": (lambda folder: pdf_outline(folder / "f.pdf"), ""),
    "gzip under another name": (lambda folder: gz(folder / "a.txt", 30), "holds a gzip archive"),
}

SLOWER: dict[str, Bomb] = {
    "xlsx": (lambda folder: xlsx(folder / "a.xlsx", 900), NO_MEMORY),
    "xlsx of far cells": (lambda folder: xlsx_wide(folder / "c.xlsx"), f"{NO_MEMORY}|{SLOW}"),
    "ods of repeats": (lambda folder: ods_repeats(folder / "b.ods"), f"{NO_MEMORY}|{SLOW}"),
    "epub of contents": (lambda folder: epub_contents(folder / "b.epub"), f"^$|{NO_MEMORY}|{SLOW}"),
    "zip overlapping": (lambda folder: zip_overlapping(folder / "c.zip"), f"{NO_MEMORY}|{SLOW}"),
    "html deep": (lambda folder: deep(folder / "a.html", "<div>", "</div>", 500_000), f"{DEEP}|{SLOW}"),
    "html tables": (
        lambda folder: deep(folder / "b.html", "<table><tr><td>", "</td></tr></table>", 50_000),
        f"{DEEP}|{SLOW}",
    ),
    "html lists": (lambda folder: deep(folder / "d.html", "<ul><li>x", "</li></ul>", 50_000), f"{DEEP}|{SLOW}"),
    "html attributes": (lambda folder: html_attributes(folder / "c.html"), f"^$|{SLOW}"),
    "rst": (lambda folder: deep(folder / "a.rst", "*", "*", 2_000_000), f"^$|{SLOW}"),
    "rst of backticks": (lambda folder: deep(folder / "b.rst", "`<", "\n=====\n", 200_000), f"^$|{SLOW}"),
    "markdown of links": (lambda folder: deep(folder / "a.md", "> - [", "](", 100_000), f"^$|{SLOW}"),
    "markdown of emphasis": (lambda folder: deep(folder / "b.md", "*a **b _c ", "", 100_000), f"^$|{SLOW}"),
    "org of blocks": (lambda folder: deep(folder / "a.org", "#+BEGIN_SRC\n", "", 300_000), f"^$|{SLOW}"),
    "json wide": (lambda folder: json_wide(folder / "b.json"), f"holds no text|{NO_MEMORY}|{SLOW}"),
    "mail of parts": (lambda folder: mail_of_parts(folder / "c.eml"), f"holds more than|{SLOW}"),
    "pdf flate": (lambda folder: pdf_flate(folder / "a.pdf"), f"{GAVE_UP}|{SLOW}"),
    "pdf of a picture": (lambda folder: pdf_picture(folder / "c.pdf"), "is scanned"),
    "pdf of forms": (lambda folder: pdf_forms(folder / "e.pdf"), f"{GAVE_UP}|{SLOW}"),
    "csv of one line": (lambda folder: csv_line(folder / "a.csv"), f"{NO_MEMORY}|{SLOW}"),
}
