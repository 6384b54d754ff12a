"""Files inside an OpenDocument file: sheets, texts and slides that are objects in it, and those of other programs."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from ingest.load import signature
from ingest.load.file import File
from ingest.load.formats import FORMATS, format_of
from ingest.load.markup import member, parse
from ingest.load.office import embedded
from ingest.load.parts import Budget, Namer, Parts
from qa.errors import LoadError

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_MANIFEST = "META-INF/manifest.xml"
_OPEN = "application/vnd.oasis.opendocument."
# Charts and formulas are read where they stand.
_KINDS = {"text": ".odt", "presentation": ".odp", "spreadsheet": ".ods"}
_MOST_BYTES = 64 << 20


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files inside an OpenDocument file that are of kinds that are read."""
    namer = Namer(file)
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        for address, kind in objects(archive, file):
            budget.count(file.source)
            name, data = _taken_out(archive, address, kind, file.source, budget)
            if embedded.is_read(name):
                yield File(namer.source(name), name, data)


def read_ones(archive: zipfile.ZipFile, file: File) -> frozenset[str]:
    """Return the addresses of the objects that are documents of their own; none where the file does not tell."""
    found = set()
    try:
        for address, kind in objects(archive, file):
            if kind or embedded.is_read(_named(address, _start(archive, address))[0]):
                found.add(address)
    except (LoadError, KeyError, zipfile.BadZipFile, OSError):
        return frozenset(found)
    return frozenset(found)


def objects(archive: zipfile.ZipFile, file: File) -> Iterator[tuple[str, str]]:
    """Yield the address of each object that a document shows, and the ending of its kind; "" for another program's."""
    kinds = _kinds(archive, file)
    root = parse(member(archive, "content.xml", file), file.source)
    shown = (element.get(_LINK) or "" for element in root.iter(f"{_DRAW}object", f"{_DRAW}object-ole"))
    for address in dict.fromkeys(one.removeprefix("./").rstrip("/") for one in shown):
        if address in kinds and f"{address}/content.xml" in archive.NameToInfo:
            yield address, kinds[address]
        elif address in archive.NameToInfo:
            yield address, ""


def _kinds(archive: zipfile.ZipFile, file: File) -> dict[str, str]:
    root: Any = parse(member(archive, _MANIFEST, file), file.source, recover=True)
    found = {}
    for entry in root.iter("{*}file-entry"):
        said = {key.rpartition("}")[2]: value for key, value in entry.attrib.items()}
        kind = (said.get("media-type") or "").removeprefix(_OPEN).split("-")[0]
        if kind in _KINDS and (path := (said.get("full-path") or "").rstrip("/")):
            found[path] = _KINDS[kind]
    return found


def _taken_out(archive: zipfile.ZipFile, address: str, kind: str, source: str, budget: Budget) -> tuple[str, bytes]:
    if not kind:
        return _named(address, _unpacked(archive, address, source, budget))
    packed = io.BytesIO()
    media = next(media for media, ending in _KINDS.items() if ending == kind)
    with zipfile.ZipFile(packed, "w") as copy:
        copy.writestr("mimetype", _OPEN + media)
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        inside = [name for name in archive.namelist() if name.startswith(f"{address}/") and not name.endswith("/")]
        if f"{address}/{_MANIFEST}" not in inside:
            copy.writestr(_MANIFEST, manifest)
        for name in inside:
            copy.writestr(name.removeprefix(f"{address}/"), _unpacked(archive, name, source, budget))
    return f"{posixpath.basename(address)}{kind}", packed.getvalue()


def _unpacked(archive: zipfile.ZipFile, name: str, source: str, budget: Budget) -> bytes:
    entry = archive.getinfo(name)
    with archive.open(entry) as packed:
        return budget.read(cast("BinaryIO", packed), f"{source}!/{name}", packed=entry.compress_size)


def _start(archive: zipfile.ZipFile, address: str) -> bytes:
    with archive.open(address) as packed:
        return packed.read(_MOST_BYTES)


def _named(address: str, data: bytes) -> tuple[str, bytes]:
    """Return what an object of another program holds under a name with the ending of its kind."""
    name, data = embedded.unpacked(posixpath.basename(address), data)
    if format_of(name):
        return name, data
    try:
        return f"{posixpath.basename(address)}{FORMATS[signature.detect(File('', name, data))].suffixes[0]}", data
    except LoadError:
        return name, data
