"""The formats that can be read, the file names that stand for them, and the module of each."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from ingest.load.picture import ocr


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `holds` completes "is named .x but holds …"; formats that are text are told apart by their names."""

    holds: str
    media_type: str
    module: str
    suffixes: tuple[str, ...]
    is_text: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

_CODE: Final = (
    ".bash", ".bat", ".c", ".cc", ".cfg", ".clj", ".cmake", ".conf", ".cpp", ".cs", ".css", ".cxx", ".dart", ".el",
    ".erl", ".ex", ".exs", ".f90", ".fs", ".go", ".gradle", ".graphql", ".groovy", ".h", ".hpp", ".hs", ".ini",
    ".java", ".jl", ".js", ".jsx", ".kt", ".lisp", ".lua", ".m", ".mjs", ".ml", ".nim", ".pas", ".php", ".pl",
    ".pm", ".proto", ".ps1", ".py", ".pyi", ".r", ".rb", ".rs", ".scala", ".scss", ".sh", ".sol", ".sql", ".swift",
    ".tcl", ".tf", ".toml", ".ts", ".tsx", ".v", ".vb", ".vhd", ".vue", ".yaml", ".yml", ".zig", ".zsh",
)  # fmt: skip

FORMATS: Final = {
    "pdf": Format("a PDF", "application/pdf", "pdf.document", (".pdf",)),
    "docx": Format(
        "a Word document", f"{_OFFICE}.wordprocessingml.document", "word.document", (".docx", ".docm", ".dotx", ".dotm")
    ),
    "pptx": Format(
        "a PowerPoint presentation",
        f"{_OFFICE}.presentationml.presentation",
        "slides.presentation",
        (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
    ),
    "xlsx": Format(
        "an Excel workbook",
        f"{_OFFICE}.spreadsheetml.sheet",
        "sheet.workbook",
        (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb"),
    ),
    "doc": Format("an old Word document", "application/msword", "word.old", (".doc", ".wps", ".wpt")),
    "ppt": Format(
        "an old PowerPoint presentation",
        "application/vnd.ms-powerpoint",
        "slides.old",
        (".ppt", ".pps", ".dps", ".dpt"),
    ),
    "xls": Format(
        "an old Excel workbook", "application/vnd.ms-excel", "sheet.old", (".xls", ".xlt", ".xlr", ".et", ".ett")
    ),
    "odt": Format("an OpenDocument text", f"{_ODF}.text", "odf.document", (".odt", ".ott")),
    "odp": Format("an OpenDocument presentation", f"{_ODF}.presentation", "odf.document", (".odp",)),
    "ods": Format("an OpenDocument spreadsheet", f"{_ODF}.spreadsheet", "odf.document", (".ods",)),
    "epub": Format("an EPUB book", "application/epub+zip", "html.epub", (".epub",)),
    "rtf": Format("an RTF document", "application/rtf", "rtf.document", (".rtf",)),
    "msg": Format("an Outlook message", "application/vnd.ms-outlook", "mail.outlook", (".msg",)),
    "png": Format("a PNG image", "image/png", "picture.file", (".png",)),
    "jpeg": Format("a JPEG image", "image/jpeg", "picture.file", (".jpg", ".jpeg")),
    "tiff": Format("a TIFF image", "image/tiff", "picture.file", (".tif", ".tiff")),
    "webp": Format("a WebP image", "image/webp", "picture.file", (".webp",)),
    "heic": Format("an HEIC image", "image/heic", "picture.file", (".heic", ".heif")),
    "svg": Format("an SVG drawing", "image/svg+xml", "picture.svg", (".svg",), is_text=True),
    "emf": Format("a Windows drawing", "image/emf", "picture.metafile", (".emf", ".wmf")),
    "zip": Format("a ZIP archive", "application/zip", "archive", (".zip", ".textpack", ".bear2bk")),
    "eml": Format("a mail", "message/rfc822", "mail.message", (".eml", ".emlx"), is_text=True),
    "tnef": Format("a winmail.dat", "application/ms-tnef", "mail.winmail", (".tnef",)),
    "mbox": Format("a mailbox", "application/mbox", "mail.mailbox", (".mbox", ".mbx"), is_text=True),
    "enex": Format("an export of Evernote", "application/enex+xml", "export.evernote", (".enex",), is_text=True),
    "gedcom": Format("a family tree", "text/vnd.familysearch.gedcom", "export.family", (".ged",), is_text=True),
    "mt940": Format("statements of an account", "text/x-mt940", "export.statements", (".sta", ".mt940"), is_text=True),
    "mhtml": Format("a saved web page", "multipart/related", "html.mhtml", (".mhtml", ".mht"), is_text=True),
    "ics": Format("a calendar", "text/calendar", "calendar", (".ics", ".ical", ".vcs"), is_text=True),
    "vcf": Format("address cards", "text/vcard", "cards", (".vcf", ".vcard"), is_text=True),
    "vtt": Format("subtitles", "text/vtt", "subtitles", (".vtt",), is_text=True),
    "srt": Format("subtitles", "application/x-subrip", "subtitles", (".srt", ".sbv"), is_text=True),
    "ass": Format(
        "subtitles", "text/x-ssa", "subtitles", (".ass", ".ssa", ".smi", ".sami", ".lrc", ".sub"), is_text=True
    ),
    "bib": Format("a bibliography", "application/x-bibtex", "bibliography", (".bib",), is_text=True),
    "adoc": Format("AsciiDoc", "text/asciidoc", "asciidoc", (".adoc", ".asciidoc", ".asc"), is_text=True),
    "html": Format("an HTML page", "text/html", "html.page", (".html", ".htm", ".xhtml"), is_text=True),
    "xml": Format(
        "an XML file",
        "application/xml",
        "xml",
        (
            ".xml",
            ".rss",
            ".atom",
            ".fb2",
            ".opml",
            ".mm",
            ".kml",
            ".gpx",
            ".tcx",
            ".xlf",
            ".xliff",
            ".tmx",
            ".ttml",
            ".docbook",
            ".dbk",
            ".jats",
            ".dita",
            ".tei",
        ),
        is_text=True,
    ),
    "csv": Format("separated values", "text/csv", "sheet.workbook", (".csv",), is_text=True),
    "tsv": Format("separated values", "text/tab-separated-values", "sheet.workbook", (".tsv", ".tab"), is_text=True),
    "ipynb": Format("a notebook", "application/x-ipynb+json", "notebook", (".ipynb",), is_text=True),
    "json": Format("JSON", "application/json", "records", (".json", ".geojson"), is_text=True),
    "jsonl": Format("lines of JSON", "application/jsonl", "records", (".jsonl", ".ndjson"), is_text=True),
    "md": Format("Markdown", "text/markdown", "markdown", (".md", ".markdown", ".qmd", ".rmd", ".djot"), is_text=True),
    "rst": Format("reStructuredText", "text/x-rst", "rst", (".rst",), is_text=True),
    "org": Format("an Org file", "text/org", "org", (".org",), is_text=True),
    "tex": Format("LaTeX", "text/x-tex", "tex.document", (".tex", ".latex", ".ltx"), is_text=True),
    "text": Format(
        "text",
        "text/plain",
        "text",
        (
            ".txt",
            ".text",
            ".log",
            ".textile",
            ".mediawiki",
            ".wiki",
            ".dokuwiki",
            ".t2t",
            ".muse",
            ".pod",
            ".texi",
            ".texinfo",
            ".typ",
            ".man",
            ".enw",
            ".ris",
            ".po",
            ".pot",
            ".properties",
            ".fountain",
            ".beancount",
            ".bean",
            ".ledger",
            ".hledger",
        ),
        is_text=True,
    ),
    "code": Format(
        "source code",
        "text/x-source-code",
        "code",
        _CODE,
        is_text=True,
    ),
}

PICTURES: Final = frozenset(key for key, kind in FORMATS.items() if kind.module == "picture.file")
"""The keys of pictures, which are taken up only where something can read them."""

TNEF: Final = b"\x78\x9f\x3e\x22"
"""How a winmail.dat begins."""

_BY_SUFFIX: Final = {suffix: key for key, kind in FORMATS.items() for suffix in kind.suffixes}
_BY_NAME: Final = {
    **dict.fromkeys(
        ("readme", "license", "licence", "copying", "notice", "authors", "changelog", "changes", "contributing",
         "install", "news", "todo"),
        "text",
    ),
    "winmail.dat": "tnef",
    "mbox": "mbox",  # what Apple Mail calls the file in a folder of its own
    **dict.fromkeys(("makefile", "dockerfile", "containerfile", "jenkinsfile", "vagrantfile", "gemfile", "rakefile",
                     "justfile"), "code"),
}  # fmt: skip
# The questions of an evaluation folder, with their answers: they would be found before the documents.
_PASSED_OVER: Final = {"questions.jsonl"}
# How a folder looks, as Windows and macOS write it down.
_TRACES: Final = {"desktop.ini", "thumbs.db", ".ds_store"}

SUFFIXES: Final = {suffix: FORMATS[key].media_type for suffix, key in sorted(_BY_SUFFIX.items())}
"""The suffixes of the files that are taken up in a folder, in lower case, with the media types that they promise."""

NAMES: Final = frozenset(_BY_NAME)
"""Names without a suffix that are taken up as well, in lower case."""

KINDS: Final = (
    "PDF, Word, PowerPoint, Excel, OpenDocument, RTF, EPUB, mail (.eml, .msg, .mbox), calendars (.ics), address cards "
    "(.vcf), Evernote (.enex), HTML, MHTML, XML, Markdown, reStructuredText, Org, AsciiDoc, LaTeX, BibTeX, "
    "subtitles (.vtt, .srt), notebooks, JSON, CSV, text, source code, and ZIP archives of these"
)
"""What can be read, in words for an error."""

CONTAINERS: Final = frozenset(
    {"eml", "tnef", "mbox", "enex", "msg", "zip", "doc", "docx", "pptx", "xls", "xlsx", "odt", "odp", "ods", "pdf"}
)
"""Formats whose files hold other files, which are documents of their own."""


def taken(path: PurePath) -> bool:
    """Tell by its name whether a file of a folder or an archive is taken up."""
    if is_trace(path.name):
        return False
    key = format_of(path.name)
    if key in PICTURES and not ocr.installed():
        return False
    return key is not None and path.name.lower() not in _PASSED_OVER


def is_trace(name: str) -> bool:
    """Tell whether a program made this file for itself: while another one is open, or for how a folder looks.

    Word keeps "~$rent.docx" beside an open "rent.docx": it bears a document's name, and holds who opened it.
    """
    return name.startswith(("~$", ".~lock.")) or name.casefold() in _TRACES


def format_of(name: str) -> str | None:
    """Return the key of the format that a file name promises."""
    path = PurePath(name)
    return _BY_SUFFIX.get(path.suffix.lower()) or _BY_NAME.get(path.name.lower())
