"""Files inside a Word, PowerPoint or Excel file, and those attached to a PDF: parts of it, as those of a mail are.

An object that a program embedded in its own format is unpacked: a package with its name, or an old Office file.
`odf_parts` takes out those of OpenDocument files.
"""

import io
import posixpath
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import BinaryIO, cast

from ingest.load import markup
from ingest.load.file import File
from ingest.load.formats import taken
from ingest.load.parts import Budget, Namer, Parts
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex

# Those of the pages themselves; a chart's own workbook is what the chart is drawn from.
_OF_PAGES = lazy_regex(r"((?:word|ppt/slides|xl/worksheets)/)_rels/[^/]+\.rels")
_KINDS = ("/oleObject", "/package")
# What a reader sees on the paper of an electronic invoice is in these files once more: its sums would count twice.
_INVOICES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"})
_OLE = b"\xd0\xcf\x11\xe0"
# Streams of old Office files, and how those are called.
_OLD = {"WordDocument": ".doc", "Workbook": ".xls", "Book": ".xls", "PowerPoint Document": ".ppt"}
_LONGEST_HEADER = 4_096
_MOST_LOOKED = 64 << 20


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files inside an Office file that are of kinds that are read."""
    namer = Namer(file)
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        for member in dict.fromkeys(_members(file, archive)):
            budget.count(file.source)
            entry = archive.getinfo(member)
            with archive.open(entry) as packed:
                data = budget.read(
                    cast("BinaryIO", packed), f"{file.source}!/{posixpath.basename(member)}", packed=entry.compress_size
                )
            name, data = unpacked(posixpath.basename(member), data)
            if is_read(name):
                yield File(namer.source(name), name, data)


def unread(file: File) -> Iterator[str]:
    """Yield the names of what is inside an Office file and is not read."""
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        for member in dict.fromkeys(_members(file, archive)):
            name = posixpath.basename(member)
            if not is_read(name):
                with archive.open(member) as packed:
                    name, _ = unpacked(name, packed.read(_MOST_LOOKED))
            if not is_read(name):
                yield name


def is_read(name: str) -> bool:
    """Tell whether a file of this name is taken up as a document of its own."""
    return taken(PurePath(name)) and name.casefold() not in _INVOICES


def holds_read(name: str, data: bytes) -> bool:
    """Tell whether an embedded object is taken up as a document of its own, by its name and content."""
    return is_read(name) or is_read(unpacked(name, data)[0])


def is_copy(name: str) -> bool:
    """Tell whether a file says once more what the document that it is attached to says."""
    return name.casefold() in _INVOICES


def of_pdf(file: File, budget: Budget, found: Iterable[tuple[str, Callable[[], bytes | None]]]) -> Parts:
    """Yield the files attached to a PDF that are of kinds that are read.

    Args:
        file: The PDF.
        budget: What may still be unpacked.
        found: Their names, and what takes each of them out: None where that cannot be done.
    """
    namer = Namer(file)
    for name, take in found:
        name = name.replace("\\", "/").rpartition("/")[2]
        if not is_read(name):
            continue
        budget.count(file.source)
        source = namer.source(name)
        if (data := take()) is None:
            yield LoadError(source, "cannot be taken out of the PDF; save it by itself")
        else:
            yield File(source, name, budget.read(io.BytesIO(data), source))


def _members(file: File, archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the members of an Office file that are files of their own."""
    held = set(archive.namelist())
    for member in archive.namelist():
        if not (match := _OF_PAGES.fullmatch(member)):
            continue
        root = markup.parse(markup.member(archive, member, file), file.source, recover=True)
        for one in root.iterchildren("{*}Relationship"):
            if not (one.get("Type") or "").endswith(_KINDS) or one.get("TargetMode") == "External":
                continue
            name = posixpath.normpath(posixpath.join("/", match[1], one.get("Target") or "")).lstrip("/")
            if name in held:
                yield name


def unpacked(name: str, data: bytes) -> tuple[str, bytes]:
    """Return what an embedded object holds, and how it is called; as it is where that is nothing known."""
    if not data.startswith(_OLE):
        return name, data
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if ole.exists("\x01Ole10Native"):
                return native(ole.openstream("\x01Ole10Native").read()) or (name, data)
            if ole.exists("Package"):
                return f"{PurePath(name).stem}.zip", ole.openstream("Package").read()
            # So Acrobat embeds a PDF.
            if ole.exists("CONTENTS") and (content := ole.openstream("CONTENTS").read()).startswith(b"%PDF"):
                return f"{PurePath(name).stem}.pdf", content
            ending = next((ending for stream, ending in _OLD.items() if ole.exists(stream)), "")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - olefile raises anything on a broken file
        return name, data
    return f"{PurePath(name).stem}{ending}" if ending else name, data


def native(data: bytes) -> tuple[str, bytes] | None:
    """Return the name and the content of a packaged file; None where it is not whole.

    Source:
        The stream is described nowhere; this is how oletools' `oleobj` (BSD) reads it.
    """
    head = data[:_LONGEST_HEADER]
    if len(head) < struct.calcsize("<IH"):
        return None
    label, _, rest = head[6:].partition(b"\0")
    at = len(head) - len(rest)
    at = head.find(b"\0", at) + 1
    # Two numbers, then the length of another path, and that.
    at += 8 if at else len(data)
    if at > len(head):
        return None
    at += struct.unpack_from("<I", data, at - 4)[0]
    if at + 4 > len(data):
        return None
    size = struct.unpack_from("<I", data, at)[0]
    content = data[at + 4 : at + 4 + size]
    name = label.decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
    return (name, content) if len(content) == size and name else None
