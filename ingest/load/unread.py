"""Kinds of files that people keep and that are not read, and what to do with them instead."""

from typing import Final

_AS_PDF = "export it as a PDF"

UNREAD: Final = {
    ".pages": ("a Pages document", f"{_AS_PDF} or a Word document"),
    ".numbers": ("a Numbers spreadsheet", "export it as an Excel workbook"),
    ".key": ("a Keynote presentation", f"{_AS_PDF} or a PowerPoint presentation"),
    ".vsdx": ("a Visio drawing", _AS_PDF),
    ".vsd": ("a Visio drawing", _AS_PDF),
    ".odg": ("an OpenDocument drawing", _AS_PDF),
    ".xps": ("an XPS document", "print it as a PDF"),
    ".oxps": ("an XPS document", "print it as a PDF"),
    ".idml": ("an InDesign document", _AS_PDF),
    ".indd": ("an InDesign document", _AS_PDF),
    ".sxw": ("an OpenOffice 1 text", "open it in LibreOffice and save it as .odt"),
    ".sxc": ("an OpenOffice 1 spreadsheet", "open it in LibreOffice and save it as .ods"),
    ".sxi": ("an OpenOffice 1 presentation", "open it in LibreOffice and save it as .odp"),
    ".fodt": ("a flat OpenDocument text", "open it in LibreOffice and save it as .odt"),
    ".fods": ("a flat OpenDocument spreadsheet", "open it in LibreOffice and save it as .ods"),
    ".fodp": ("a flat OpenDocument presentation", "open it in LibreOffice and save it as .odp"),
    ".wpd": ("a WordPerfect document", "open it in LibreOffice and save it as .docx"),
    ".wps": ("a Works document", "open it in LibreOffice and save it as .docx"),
    ".wri": ("a Write document", "open it in LibreOffice and save it as .docx"),
    ".hwp": ("a Hangul document", f"{_AS_PDF} or save it as .docx"),
    ".djvu": ("a DjVu scan", "turn it into a PDF"),
    ".chm": ("a compiled help file", "unpack it and ingest its pages"),
    ".mobi": ("a Mobipocket book", "turn it into an EPUB with Calibre"),
    ".azw3": ("a Kindle book", "turn it into an EPUB with Calibre"),
    ".one": ("a OneNote section", _AS_PDF),
    ".pst": ("an Outlook mailbox", "export its mails as .eml or .mbox"),
    ".mdb": ("an Access database", "export its tables as CSV"),
    ".accdb": ("an Access database", "export its tables as CSV"),
    ".sqlite": ("an SQLite database", "export its tables as CSV"),
    ".db": ("a database", "export its tables as CSV"),
    ".dbf": ("a dBASE table", "export it as CSV"),
    ".parquet": ("a Parquet table", "export it as CSV"),
    ".sas7bdat": ("a SAS table", "export it as CSV"),
    ".webarchive": ("a Safari web archive", "save the page as HTML or PDF"),
    ".warc": ("a web archive", "unpack it and ingest its pages"),
    ".dwg": ("an AutoCAD drawing", _AS_PDF),
    ".dxf": ("an AutoCAD drawing", _AS_PDF),
    ".ps": ("a PostScript file", "turn it into a PDF"),
    ".eps": ("a PostScript picture", "turn it into a PDF"),
}
"""By suffix: what such a file is, and what to do."""

WHATEVER: Final = frozenset({".dxf", ".fodt", ".fods", ".fodp", ".ps", ".eps"})
"""Those of which the bytes could be taken for text."""


def advice(suffix: str) -> str:
    """Return why a file of this suffix is not read, in words for an error; "" for kinds that nothing is known of."""
    if suffix not in UNREAD:
        return ""
    what, instead = UNREAD[suffix]
    return f"is {what}, which is not read; {instead}"
