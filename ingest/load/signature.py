"""Tell what a file holds by its bytes; the name decides only between formats that are all plain text."""

import re
import zipfile

from ingest.load.decoding import decode, is_binary
from ingest.load.file import File
from ingest.load.formats import FORMATS, KINDS, PICTURES, TNEF, format_of
from ingest.load.mail import mailbox
from ingest.load.picture import metafile, ocr
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex

HEAD_BYTES = 4096
# Where readers look for a PDF's first line when junk stands before it.
_PDF_BYTES = 1024

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_FORMATS = {
    "WordDocument": "doc",
    "PowerPoint Document": "ppt",
    "Workbook": "xls",
    "Book": "xls",
    "__properties_version1.0": "msg",
}
_OFFICE = {"docx": "word/", "pptx": "ppt/", "xlsx": "xl/"}
_ODF = {"text": "odt", "presentation": "odp", "spreadsheet": "ods"}
_PICTURE = lazy_regex(
    rb"(?P<png>\x89PNG\r\n\x1a\n)|(?P<jpeg>\xff\xd8\xff)|(?P<tiff>II\*\x00|MM\x00\*)|(?P<webp>RIFF....WEBP)"
    rb"|(?P<heic>....ftyp(?:hei[cmsx]|hev[cx]|mif1|msf1))",
    re.DOTALL,
)
_BINARY = {
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"\x7fELF": "a program",
    b"MZ\x90\x00": "a program",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"SQLite format 3\x00": "a SQLite database",
    b"%!PS": "a PostScript file",
}
_HTML = lazy_regex(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_XML = lazy_regex(r"\s*<\?xml\s")
# The head of a mail: fields from the first line on, with at least three of those that every mail has.
_FIELDS = lazy_regex(r"(?:From [^\n]*\n)?(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}")
_MAIL_FIELD = lazy_regex(
    # Of what the servers on the way put in front there may be more than is looked at.
    r"^(from|to|date|subject|message-id|mime-version|received|return-path|delivered-to|x-received|dkim-signature|"
    r"arc-seal|arc-message-signature|authentication-results):",
    re.IGNORECASE | re.MULTILINE,
)
# Office files hold XML that parsers keep in memory at many times its size; media do not count. Workbooks are read row
# by row, so they may hold more.
_MAX_XML_BYTES = {"xlsx": 1 << 30}
_MAX_TREE_BYTES = 256 << 20
# The limit for all members together: pictures and films are kept in memory as well.
_MAX_BYTES = 1 << 30


def detect(file: File) -> str:
    """Return the key of the format that a file is to be read as.

    Raises:
        LoadError: It holds nothing that can be read; the reason says what it is as far as can be told.
    """
    head = file.read(HEAD_BYTES)
    named = format_of(file.name)
    if head.startswith(_OLE2):
        return _ole_format(file)
    # In a text file the same bytes further on are just prose.
    if head[:_PDF_BYTES].lstrip().startswith(b"%PDF") or (named == "pdf" and b"%PDF" in head[:_PDF_BYTES]):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(file, named)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if (picture := _PICTURE.match(head)) and picture.lastgroup:
        if not ocr.installed():
            holds = FORMATS[picture.lastgroup].holds
            what = holds if named in PICTURES else _said(file, holds)
            raise LoadError(file.source, f"is {what}; {ocr.INSTALL} the words of pictures")
        return picture.lastgroup
    if head.startswith(TNEF):
        return "tnef"
    if metafile.is_metafile(head):
        return "emf"
    for start, holds in _BINARY.items():
        if head.startswith(start):
            if "archive" in holds:
                raise LoadError(file.source, f"is {_said(file, holds)}; unpack it and ingest its files")
            raise LoadError(file.source, f"is {_said(file, holds)}; these can be read: {KINDS}")
    return _text_format(file, head, named)


def _said(file: File, holds: str) -> str:
    return f"named {file.suffix} but holds {holds}" if format_of(file.name) else holds


def _text_format(file: File, head: bytes, named: str | None) -> str:
    if head.lstrip().startswith(b"From ") and named in ("eml", "text", None) and _is_mailbox(file, head):
        return "mbox"
    if named and FORMATS[named].is_text and named not in ("text", "xml"):
        return named
    text = decode(head, cut=file.size > len(head))
    if text is None or is_binary(text):
        if named and not FORMATS[named].is_text:
            raise LoadError(
                file.source,
                f"is named {file.suffix} but holds something other than {FORMATS[named].holds}; export it again",
            )
        raise LoadError(file.source, "looks like a binary file, not text")
    sniffed = _sniffed(text)
    if named == "xls":
        # What programs export under that name is often a table of an HTML page, or values between tabs.
        return sniffed or "tsv"
    if named and not FORMATS[named].is_text and not sniffed:
        raise LoadError(
            file.source,
            f"is named {file.suffix} but holds something other than {FORMATS[named].holds}; export it again",
        )
    if file.suffix == ".mm" and not sniffed and not text.lstrip().startswith("<"):
        # A mind map of FreeMind, or Objective-C++.
        return "code"
    return sniffed or named or "text"


def _is_mailbox(file: File, head: bytes) -> bool:
    """Tell whether what begins like a mail in a mailbox is one of several."""
    return _sniffed(head.decode("latin-1").lstrip()) == "eml" and mailbox.holds_several(file)


def _sniffed(text: str) -> str | None:
    """Return what a text without a telling name is by its first lines."""
    if _HTML.match(text):
        return "html"
    if _XML.match(text):
        return "xml"
    text = text.replace("\r\n", "\n")
    fields = _FIELDS.match(text)
    if fields and len({name.lower() for name in _MAIL_FIELD.findall(fields[0])}) >= 3:
        return "eml"
    return None


def _ole_format(file: File) -> str:
    import olefile

    try:
        with file.open() as stream, olefile.OleFileIO(stream) as ole:
            names = {entry[0] for entry in ole.listdir(streams=True, storages=True)}
    except MemoryError:
        raise
    except Exception as error:
        raise LoadError(file.source, "is a damaged Office file; get a new copy") from error
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise LoadError(file.source, "is encrypted; save a copy without password and ingest that")
    if "\tDRMContent" in names or "\x09DRMContent" in names:
        raise LoadError(file.source, "is encrypted (rights management); save a copy without protection")
    for name, key in _OLE_FORMATS.items():
        if name in names:
            return key
    raise LoadError(file.source, "is an OLE file, but not a Word, Excel, PowerPoint or Outlook document")


def _zip_format(file: File, named: str | None) -> str:
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            # Some programs for Windows name parts with backslashes.
            names = {entry.filename.replace("\\", "/") for entry in entries}
            key = _member_format(archive, names, named)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise LoadError(file.source, "is damaged or cut short; get a new copy") from error
    if key == "xlsx" and "xl/workbook.bin" in names:
        raise LoadError(
            file.source, "is a binary workbook (.xlsb); open it in Excel or LibreOffice and save it as .xlsx"
        )
    if key != "zip":
        xml = sum(one.file_size for one in entries if one.filename.endswith((".xml", ".rels", ".xhtml", ".html")))
        if sum(entry.file_size for entry in entries) > _MAX_BYTES:
            raise LoadError(file.source, f"unpacks to more than {_MAX_BYTES >> 20} MiB; split it into smaller files")
        limit = _MAX_XML_BYTES.get(key, _MAX_TREE_BYTES)
        if xml > limit:
            raise LoadError(file.source, f"unpacks to more than {limit >> 20} MiB of XML; split it into smaller files")
    return key


def _member_format(archive: zipfile.ZipFile, names: set[str], named: str | None) -> str:
    for key, folder in _OFFICE.items():
        # A folder of that name alone may lie in any archive.
        if any(name.startswith(folder) for name in names) and ("[Content_Types].xml" in names or named == key):
            return key
    if "mimetype" in names:
        with archive.open("mimetype") as entry:
            mimetype = entry.read(200).decode("ascii", errors="replace").strip()
        if mimetype == "application/epub+zip":
            return "epub"
        family, _, kind = mimetype.rpartition(".opendocument.")
        if family and (key := _ODF.get(kind.split("-")[0], "")):
            return key
    if "META-INF/container.xml" in names:
        return "epub"
    if {"content.xml", "META-INF/manifest.xml"} <= names and named in _ODF.values():
        return str(named)
    return "zip"
