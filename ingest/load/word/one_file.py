"""Word documents in one file of XML: that of Word 2003, and today's with all its parts in it ("flat")."""

import base64
import binascii
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.load.build import TextBuilder
from ingest.load.markup import name
from ingest.load.whole import whole

_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"


def packed(root: Any) -> bytes:
    """Return a flat document as the archive that it stands for; b"" for another file."""
    names = [part.get(f"{_PACKAGE}name") for part in root.iterfind(f"{_PACKAGE}part")]
    if root.tag != f"{_PACKAGE}package" or "/word/document.xml" not in names:
        return b""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for part in root.iterfind(f"{_PACKAGE}part"):
            held = next(iter(part), None)
            archive.writestr((part.get(f"{_PACKAGE}name") or "").lstrip("/"), _held(held) if held is not None else b"")
        archive.writestr("[Content_Types].xml", _types(root))
    return data.getvalue()


def _held(held: Any) -> bytes:
    if name(held) == "binaryData":
        try:
            return base64.b64decode("".join((held.text or "").split()))
        except binascii.Error:
            return b""
    return etree.tostring(held[0], encoding="utf-8", xml_declaration=True) if len(held) else b""


def _types(root: Any) -> bytes:
    types = etree.Element("Types", xmlns="http://schemas.openxmlformats.org/package/2006/content-types")
    etree.SubElement(
        types, "Default", Extension="rels", ContentType="application/vnd.openxmlformats-package.relationships+xml"
    )
    etree.SubElement(types, "Default", Extension="xml", ContentType="application/xml")
    for part in root.iterfind(f"{_PACKAGE}part"):
        if kind := part.get(f"{_PACKAGE}contentType"):
            etree.SubElement(types, "Override", PartName=part.get(f"{_PACKAGE}name") or "", ContentType=kind)
    return bytes(etree.tostring(types, encoding="utf-8", xml_declaration=True))


def is_document(root: Any) -> bool:
    """Tell whether a file is a document of Word 2003."""
    return bool(root.tag == f"{_OLD}wordDocument")


def add(built: TextBuilder, root: Any) -> None:
    """Add what a document of Word 2003 says: paragraphs, headings and tables; its looks and headers are left out."""
    for body in root.iter(f"{_OLD}body"):
        _blocks(built, body)


def _blocks(built: TextBuilder, parent: Any) -> None:
    for child in parent:
        kind = name(child)
        if kind == "p":
            style = next((str(one.get(f"{_OLD}val") or "") for one in child.iter(f"{_OLD}pStyle")), "")
            if style[:7].lower() == "heading" and style[7:].isdecimal():
                built.heading(min(whole(style[7:]), 6), _said(child))
            else:
                built.paragraph(_said(child))
        elif kind == "tbl":
            rows = [[" ".join(map(_said, cell.iter(f"{_OLD}p"))) for cell in _cells(row)] for row in _rows(child)]
            built.table(rows)
        elif kind not in ("sectPr", "hdr", "ftr"):
            _blocks(built, child)


def _rows(table: Any) -> Iterator[Any]:
    yield from table.iterfind(f"{_OLD}tr")


def _cells(row: Any) -> Iterator[Any]:
    yield from row.iterfind(f"{_OLD}tc")


def _said(paragraph: Any) -> str:
    said = []
    for one in paragraph.iter(f"{_OLD}t", f"{_OLD}tab", f"{_OLD}br"):
        said.append((one.text or "") if name(one) == "t" else "\t" if name(one) == "tab" else "\n")
    return "".join(said)
