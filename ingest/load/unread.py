"""Kinds of files that people keep and that are not read, and what to do with them instead."""

from typing import Final

_AS_PDF = "export it as a PDF"
_AS_CSV = "export it as CSV"
_TABLES_AS_CSV = "export its tables as CSV"
_AS_ODT = "open it in LibreOffice and save it as .odt"
_AS_ODS = "open it in LibreOffice and save it as .ods"
_AS_ODP = "open it in LibreOffice and save it as .odp"
_AS_DOCX = "open it in LibreOffice and save it as .docx"
_AS_XLSX = "open it in LibreOffice and save it as .xlsx"
_AS_PPTX = "open it in LibreOffice and save it as .pptx"
_UNPACK = "unpack it, then ingest its files"
_AS_PNG = "save it as a PNG"
_WRITE_DOWN = "write down what is said, as text or subtitles, and ingest that"
_NO_DOCUMENT = "it is no document"

_FAMILIES: Final = {
    ("a Pages document", f"{_AS_PDF} or a Word document"): (".pages",),
    ("a Numbers spreadsheet", "export it as an Excel workbook"): (".numbers",),
    ("a Keynote presentation", f"{_AS_PDF} or a PowerPoint presentation"): (".key",),
    ("a Visio drawing", _AS_PDF): (".vsdx", ".vsd", ".vsdm", ".vstx", ".vstm", ".vssx", ".vssm"),
    ("an OpenDocument drawing", _AS_PDF): (".odg", ".otg", ".fodg"),
    ("an OpenDocument formula", "put it into a text and ingest that"): (".odf",),
    ("an XPS document", "print it as a PDF"): (".xps", ".oxps"),
    ("an InDesign document", _AS_PDF): (".idml", ".indd"),
    ("an OpenOffice 1 text", _AS_ODT): (".sxw", ".stw"),
    ("an OpenOffice 1 spreadsheet", _AS_ODS): (".sxc", ".stc"),
    ("an OpenOffice 1 presentation", _AS_ODP): (".sxi", ".sti"),
    ("an OpenOffice 1 drawing", _AS_PDF): (".sxd", ".std"),
    ("a StarOffice text", _AS_ODT): (".sdw", ".vor"),
    ("a StarOffice spreadsheet", _AS_ODS): (".sdc",),
    ("a StarOffice presentation", _AS_ODP): (".sdd",),
    ("a StarOffice drawing", _AS_PDF): (".sda",),
    ("a flat OpenDocument text", _AS_ODT): (".fodt",),
    ("a flat OpenDocument spreadsheet", _AS_ODS): (".fods",),
    ("a flat OpenDocument presentation", _AS_ODP): (".fodp",),
    ("a WordPerfect document", _AS_DOCX): (".wpd", ".wp", ".wp5", ".wp6"),
    ("a Works document", _AS_DOCX): (".wps",),
    ("a Write document", _AS_DOCX): (".wri",),
    ("an AbiWord document", _AS_DOCX): (".abw", ".zabw"),
    ("a Lotus 1-2-3 spreadsheet", _AS_XLSX): (".123", ".wk1", ".wk3", ".wk4", ".wks"),
    ("a Quattro Pro spreadsheet", _AS_XLSX): (".wb1", ".wb2", ".wb3", ".wq1", ".wq2", ".qpw"),
    ("a Corel presentation", _AS_PPTX): (".shw",),
    ("a SYLK spreadsheet", _AS_XLSX): (".slk", ".sylk"),
    ("a DIF spreadsheet", _AS_XLSX): (".dif",),
    ("a Gnumeric spreadsheet", "open it in Gnumeric and save it as .xlsx"): (".gnumeric",),
    ("a Publisher document", _AS_PDF): (".pub",),
    ("a Project plan", f"{_AS_PDF} or an Excel workbook"): (".mpp", ".mpt"),
    ("a FrameMaker document", _AS_PDF): (".mif", ".fm"),
    ("an Office theme", _NO_DOCUMENT): (".thmx",),
    ("an Excel add-in", _NO_DOCUMENT): (".xlam", ".xla"),
    ("a program", _NO_DOCUMENT): (".jar", ".war", ".ear", ".apk", ".ipa", ".oxt", ".class", ".exe", ".dll"),
    ("a Hangul document", f"{_AS_PDF} or save it as .docx"): (".hwp", ".hwpx"),
    ("a DjVu scan", "turn it into a PDF"): (".djvu", ".djv"),
    ("a compiled help file", "unpack it and ingest its pages"): (".chm",),
    ("a Mobipocket book", "turn it into an EPUB with Calibre"): (".mobi", ".prc"),
    ("a Kindle book", "turn it into an EPUB with Calibre"): (".azw3", ".azw", ".kfx"),
    ("a book of an old reader", "turn it into an EPUB with Calibre"): (".lit", ".lrf", ".pdb"),
    ("a OneNote section", _AS_PDF): (".one", ".onepkg", ".onetoc2"),
    ("a link to a Google document", "download it from Google Drive as an Office document"): (
        ".gdoc", ".gsheet", ".gslides", ".gdraw",
    ),
    ("a shortcut", "ingest what it leads to"): (".lnk", ".url", ".webloc", ".desktop"),
    ("a mind map", "export it as OPML or PDF"): (".xmind", ".mmap", ".mindnode"),
    ("a diagram", _AS_PDF): (".drawio", ".dio", ".excalidraw", ".canvas"),
    ("a bank's export for programs", _AS_CSV): (".ofx", ".qfx", ".qif"),
    ("a handwritten notebook", _AS_PDF): (".goodnotes", ".sdocx", ".notability"),
    ("an Outlook mailbox", "export its mails as .eml or .mbox"): (".pst", ".ost"),
    ("a signed or encrypted mail", "open it in a mail program and save it as .eml"): (".p7m",),
    ("a signature", _NO_DOCUMENT): (".p7s", ".sig"),
    ("an encrypted file", "decrypt it and ingest that"): (".gpg", ".pgp", ".axx"),
    ("an Access database", _TABLES_AS_CSV): (".mdb", ".accdb"),
    ("an OpenDocument database", _TABLES_AS_CSV): (".odb",),
    ("an SQLite database", _TABLES_AS_CSV): (".sqlite", ".sqlite3"),
    ("a database", _TABLES_AS_CSV): (".db", ".frm", ".myd", ".myi"),
    ("a dBASE table", _AS_CSV): (".dbf",),
    ("a Parquet table", _AS_CSV): (".parquet",),
    ("an Arrow table", _AS_CSV): (".feather", ".arrow"),
    ("a SAS table", _AS_CSV): (".sas7bdat", ".xpt", ".sd2"),
    ("a Stata table", _AS_CSV): (".dta",),
    ("an SPSS table", _AS_CSV): (".sav",),
    ("a Safari web archive", "save the page as HTML or PDF"): (".webarchive",),
    ("a web archive", "unpack it and ingest its pages"): (".warc", ".wacz", ".arc"),
    ("an AutoCAD drawing", _AS_PDF): (".dwg", ".dxf", ".dwf"),
    ("a PostScript file", "turn it into a PDF"): (".ps",),
    ("a PostScript picture", "turn it into a PDF"): (".eps",),
    ("a packed drawing", _AS_PDF): (".svgz",),
    ("a packed Windows drawing", _AS_PDF): (".emz", ".wmz"),
    ("a GIF picture", _AS_PNG): (".gif",),
    ("a bitmap", _AS_PNG): (".bmp", ".dib"),
    ("an AVIF picture", _AS_PNG): (".avif",),
    ("a JPEG 2000 picture", _AS_PNG): (".jp2", ".j2k"),
    ("a JPEG XL picture", _AS_PNG): (".jxl",),
    ("a Photoshop picture", f"{_AS_PNG} or {_AS_PDF}"): (".psd",),
    ("a recording", _WRITE_DOWN): (".mp3", ".m4a", ".wav", ".ogg", ".opus", ".flac", ".wma", ".aac", ".amr", ".aiff"),
    ("a film", _WRITE_DOWN): (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".wmv", ".flv"),
    ("a packed file", _UNPACK): (
        ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".7z", ".rar", ".tar", ".z", ".lz4", ".br", ".cab",
        ".cpio", ".ar",
    ),
}  # fmt: skip

UNREAD: Final = {suffix: said for said, suffixes in _FAMILIES.items() for suffix in suffixes}
"""By suffix: what such a file is, and what to do."""

_NEVER_TEXT = {
    "a recording",
    "a film",
    "a packed file",
    "a bitmap",
    "a FrameMaker document",
    "a SYLK spreadsheet",
    "a DIF spreadsheet",
}
WHATEVER: Final = frozenset(
    suffix
    for (what, _), suffixes in _FAMILIES.items()
    for suffix in suffixes
    if what in _NEVER_TEXT
    or what in ("a shortcut", "a diagram", "a bank's export for programs", "a link to a Google document")
    or what.startswith(("a flat ", "a PostScript "))
    or suffix in (".dxf", ".arc", ".fodg")
)
"""Those of which the bytes could be taken for text."""


def advice(suffix: str) -> str:
    """Return why a file of this suffix is not read, in words for an error; "" for kinds that nothing is known of."""
    if suffix not in UNREAD:
        return ""
    what, instead = UNREAD[suffix]
    return f"is {what}, which is not read; {instead}"
