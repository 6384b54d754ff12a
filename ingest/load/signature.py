"""What a file holds by its first bytes, so that a wrong name or an encrypted file is told before a parser trips."""

import zipfile
from pathlib import Path

from qa.errors import LoadError

HEAD_BYTES = 1024

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = {".docx": "word/", ".pptx": "ppt/", ".xlsx": "xl/"}
_HOLDS = {
    ".docx": "a Word document",
    ".pptx": "a PowerPoint presentation",
    ".xlsx": "an Excel workbook",
    ".pdf": "a PDF",
    "zip": "a ZIP archive",
}
_BINARY = {
    b"\x89PNG\r\n\x1a\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"\x7fELF": "a program",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"SQLite format 3\x00": "a SQLite database",
    b"{\\rtf": "an RTF document",
}
# Office files hold XML parts that parsers keep in memory at many times their size; media do not count.
_MAX_XML_BYTES = 1 << 30


def check(path: Path, suffix: str) -> None:
    """Raise a LoadError when the file's content is not what its suffix promises."""
    source = str(path)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(_OLE2):
        raise LoadError(source, "is an encrypted or legacy Office file; save it as .docx/.xlsx/.pptx without password")
    found = _kind(path, head, suffix)
    if suffix in _OFFICE or suffix == ".pdf":
        if found != suffix:
            holds = _HOLDS.get(found, found) or f"something else than {_HOLDS[suffix]}"
            raise LoadError(source, f"is named {suffix} but holds {holds}; {_remedy(found)}")
    elif found:
        raise LoadError(source, f"is named {suffix} but holds {_HOLDS.get(found, found)}; {_remedy(found)}")


def _remedy(found: str) -> str:
    return f"rename it to {found}" if found in _OFFICE or found == ".pdf" else "rename it or export it again"


def _kind(path: Path, head: bytes, suffix: str) -> str:
    """Name the content: a key of `_HOLDS`, words for another binary format, or "" for anything else."""
    # Readers accept junk before a PDF's first line; in a text file the same bytes further on are just prose.
    if head.lstrip().startswith(b"%PDF") or (suffix == ".pdf" and b"%PDF" in head):
        return ".pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path)
    return next((name for start, name in _BINARY.items() if head.startswith(start)), "")


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise LoadError(
            str(path), "is damaged or cut short (its ZIP directory cannot be read); get a new copy"
        ) from error
    if sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels"))) > _MAX_XML_BYTES:
        raise LoadError(str(path), "unpacks to more than 1 GiB of XML; split it into smaller files")
    for suffix, folder in _OFFICE.items():
        if any(entry.filename.startswith(folder) for entry in entries):
            return suffix
    return "zip"
