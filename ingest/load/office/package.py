"""Word, PowerPoint and Excel files in the form that their libraries know.

Templates, shows and files with macros differ from plain ones in one content type, for which the libraries refuse them.
Files saved as Strict Open XML have other namespaces, in which the libraries find nothing.
"""

import io
import re
import zipfile
from typing import Any, BinaryIO

from ingest.load import markup
from ingest.load.about import dublin_core, title_of
from ingest.load.file import File
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex

_TYPES = "[Content_Types].xml"
_PROPERTIES = "docProps/core.xml"
_MAIN = {
    "wordprocessingml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "presentationml": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    "spreadsheetml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_VARIANT = lazy_regex(
    rb"application/vnd\.(?:ms-(?:word|powerpoint|excel)\.(?:document|template|presentation|slideshow|sheet)"
    rb"\.macroEnabled(?:Template)?(?:\.12)?|openxmlformats-officedocument\.\w+ml\.(?:template|slideshow))\.main\+xml"
)
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAMES = lazy_regex(rb"http://purl\.oclc\.org/ooxml/(officeDocument|\w+)/(\w+)")
_STYLE_ATTRIBUTES = {
    "numFmtId", "fontId", "fillId", "borderId", "xfId", "quotePrefix", "pivotButton", "applyNumberFormat", "applyFont",
    "applyFill", "applyBorder", "applyAlignment", "applyProtection",
}  # fmt: skip
_KINDS = {b"word/": "wordprocessingml", b"ppt/": "presentationml", b"xl/": "spreadsheetml"}


def opened(file: File) -> BinaryIO:
    """Open an office file; one in another form is repacked in memory."""
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        names = archive.namelist()
        types = archive.read(_TYPES) if _TYPES in names else b""
        relations = archive.read("_rels/.rels") if "_rels/.rels" in names else b""
        if not _VARIANT.search(types) and _STRICT not in relations:
            return file.open()
        kind = next(kind for folder, kind in _KINDS.items() if any(name.encode().startswith(folder) for name in names))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as copy:
            for entry in archive.infolist():
                data = archive.read(entry)
                if entry.filename == _TYPES:
                    data = _VARIANT.sub(_MAIN[kind].encode(), data)
                if entry.filename.endswith((".xml", ".rels")):
                    data = _STRICT_NAMES.sub(_transitional, data)
                copy.writestr(entry.filename, data)
    packed.seek(0)
    return packed


def with_slashes(file: File) -> File:
    """Return a file whose parts are named with slashes; some programs for Windows write backslashes."""
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        if not any("\\" in entry.filename for entry in archive.infolist()):
            return file
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as copy:
            for entry in archive.infolist():
                copy.writestr(entry.filename.replace("\\", "/"), archive.read(entry))
    return File(file.source, file.name, packed.getvalue())


def properties(file: File) -> tuple[str, dict[str, str]]:
    """Return a file's own title, "" without one, and what else it says about itself.

    Where a file says nothing, the libraries would make something up, such as the time of reading. Damage here is passed
    over; the loader of the text reports damage there.
    """
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as archive:
            root = markup.parse(markup.member(archive, _PROPERTIES, file), file.source, recover=True)
    except (LoadError, zipfile.BadZipFile):
        return "", {}
    return title_of(root), dublin_core(root)


def with_known_styles(stream: BinaryIO, *, formats_only: bool = False) -> BinaryIO:
    """Repack a workbook without unknown attributes of its cells' styles, or with the formats of numbers alone.

    One such attribute stops the library, while Excel passes over it.
    """
    from lxml import etree

    stream.seek(0)
    packed = io.BytesIO()
    with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(packed, "w") as copy:
        for entry in archive.infolist():
            data = archive.read(entry)
            if entry.filename == "xl/styles.xml":
                root = markup.parse(data, entry.filename, recover=True)
                (_only_formats if formats_only else _only_known)(root)
                data = etree.tostring(root)
            copy.writestr(entry.filename, data)
    packed.seek(0)
    return packed


def _only_known(root: Any) -> None:
    for style in root.iter("{*}xf"):
        for name in set(style.attrib) - _STYLE_ATTRIBUTES:
            del style.attrib[name]


def _only_formats(root: Any) -> None:
    """Leave of styles what tells how numbers are shown; the rest becomes what a new workbook has."""
    kept = {"numFmts", "cellXfs"}
    for child in list(root):
        if markup.name(child) not in kept:
            root.remove(child)
    for style in root.iter("{*}xf"):
        number = style.get("numFmtId") or "0"
        style.attrib.clear()
        style.set("numFmtId", number)
        for child in list(style):
            style.remove(child)


def _transitional(match: re.Match[bytes]) -> bytes:
    """Return the name that a strict namespace or relationship has in ordinary files."""
    family, name = match[1], match[2]
    if family == b"officeDocument" and name == b"relationships":
        return b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    year = b"2006"
    if family == b"officeDocument":
        renamed = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
        return b"http://schemas.openxmlformats.org/officeDocument/" + year + b"/" + renamed.get(name, name)
    return b"http://schemas.openxmlformats.org/" + family + b"/" + year + b"/" + name
