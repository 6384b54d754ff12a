"""Files inside old Word and Excel files (.doc, .xls), as far as they are whole; others are told by their kind."""

import io
import posixpath
import re
from collections.abc import Iterator

import olefile

from ingest.load import signature
from ingest.load.file import File
from ingest.load.formats import FORMATS, format_of
from ingest.load.office import embedded
from ingest.load.parts import Budget, Namer, Parts
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex

# Word keeps its objects in a storage of their own, Excel beside the workbook.
_POOL, _OF_EXCEL = "ObjectPool", "MBD"
_PACKAGED, _WHOLE = "\x01Ole10Native", ("Package", "CONTENTS", "Contents")
_KINDS = {"Workbook": "an Excel workbook", "Book": "an Excel workbook", "WordDocument": "a Word document"}
# Formulas, which stand in the text as pictures, charts, and drawings of Office itself.
_DRAWN = lazy_regex(r"Equation Native|MSDraw", re.IGNORECASE)


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files inside an old document that are of kinds that are read."""
    namer = Namer(file)
    with file.open() as stream, olefile.OleFileIO(stream) as ole:
        for number, (_, streams) in enumerate(_objects(ole), 1):
            budget.count(file.source)
            if (found := _file(ole, streams, number)) and embedded.is_read(found[0]):
                name, data = found
                source = namer.source(name)
                yield File(source, name, budget.read(io.BytesIO(data), source))


def unread(ole: olefile.OleFileIO) -> Iterator[str]:
    """Yield the names or kinds of what is inside an old document and is not read."""
    for number, (_, streams) in enumerate(_objects(ole), 1):
        found = _file(ole, streams, number)
        if found and not embedded.is_read(found[0]):
            yield found[0]
        elif not found and not any(map(_DRAWN.match, streams)):
            yield next((kind for stream, kind in _KINDS.items() if stream in streams), f"object {number}")


def _objects(ole: olefile.OleFileIO) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the storages of objects, and the paths of the streams in them by their names."""
    objects: dict[str, dict[str, str]] = {}
    for path in ole.listdir(streams=True, storages=False):
        inside = path[1:] if path[0] == _POOL else path if path[0].startswith(_OF_EXCEL) else []
        if len(inside) == len(("storage", "stream")):
            objects.setdefault(inside[0], {})[inside[1]] = "/".join(path)
    yield from objects.items()


def _file(ole: olefile.OleFileIO, streams: dict[str, str], number: int) -> tuple[str, bytes] | None:
    """Return the name and content of a file that is an object; None for what cannot be taken out."""
    try:
        if _PACKAGED in streams:
            return embedded.native(ole.openstream(streams[_PACKAGED]).read())
        for stream in _WHOLE:
            if stream in streams:
                data = ole.openstream(streams[stream]).read()
                key = signature.detect(File("", posixpath.basename(stream), data))
                if not FORMATS[key].is_text and format_of(f"x{FORMATS[key].suffixes[0]}"):
                    return f"object {number}{FORMATS[key].suffixes[0]}", data
    except (LoadError, OSError):
        return None
    return None
