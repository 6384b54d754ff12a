"""ZIP archives: folders whose members are documents of their own."""

import zipfile
import zlib
from pathlib import PurePosixPath

from ingest.load import archive_names
from ingest.load.file import File
from ingest.load.formats import is_trace
from ingest.load.parts import Budget, Namer, Parts
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_ENCRYPTED = 0x1
# Of a TextBundle: what it says beside the text is for its program alone.
_BUNDLE_INFO = lazy_regex(r"\.textbundle/info\.json$")


def load(file: File, media_type: str) -> Document:
    """Return the archive itself, which has no text of its own."""
    return Document(source=file.source, title=file.stem, text="", media_type=media_type)


def parts(file: File, budget: Budget) -> Parts:
    """Yield the members, unpacked one at a time. Hidden ones and traces of programs are passed over, as in a folder."""
    namer = Namer(file)
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        named = archive_names.names(archive.infolist())
        for entry in archive.infolist():
            name = named(entry)
            inner = PurePosixPath(name)
            if (
                entry.is_dir()
                or _BUNDLE_INFO.search(name)
                or is_trace(inner.name)
                or any(part.startswith((".", "__MACOSX")) for part in inner.parts if part != "..")
            ):
                continue
            budget.count(file.source)
            source = namer.source(name)
            try:
                yield File(source, inner.name, _read(archive, entry, source, budget))
            except LoadError as error:
                yield error


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: str, budget: Budget) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise LoadError(source, "is encrypted; unpack it with its password and ingest that")
    try:
        with archive.open(entry) as member:
            return budget.read(member, source, packed=max(entry.compress_size, 1))  # type: ignore[arg-type]
    except NotImplementedError as error:
        raise LoadError(source, "is packed by a method that is not known here; unpack it and ingest that") from error
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
        raise LoadError(source, "is damaged inside its archive; get a new copy") from error
