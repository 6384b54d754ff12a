"""The file that a stored document was read from: whether it is still what it was, and its bytes if so.

Only the register says where a file is, and only a file whose bytes are those that were ingested is ever opened for
somebody: whatever a path leads to by now, nothing is shown that the collection does not hold already.
"""

import hashlib
import os
import stat
import threading
from collections import OrderedDict
from contextlib import closing
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Literal

from ingest.load import formats
from ingest.plan.roots import INSIDE, ROOT, place_of
from qa.store import RegisterRow
from ui.reading.parts import PartFiles
from ui.reading.pdf.drawing import Stamp, stamp_of

# "removed" from the collection, "changed" since it was ingested, "gone" from its folder, whose whole folder is
# "elsewhere", of "no file": a page of the web, or a document that was never one.
State = Literal["same", "removed", "changed", "gone", "elsewhere", "no file", "unreadable"]

PICTURES = frozenset(formats.FORMATS[key].media_type for key in formats.PICTURES)
"""Media types of picture files."""
DRAWN = frozenset({"application/pdf"}) | PICTURES
"""Media types whose pages can be drawn."""

# Of a version, the characters that tell how it was read; the rest is the beginning of its content's hash.
_READ_BY = 2
# Bytes of the largest file that is read through for an older version's sake; few are ingested that are larger.
_LARGEST = 1 << 30
_KNOWN = 512


@dataclass(frozen=True, slots=True)
class Original:
    """A document's file.

    Attributes:
        state: Whether it can be shown.
        path: Where it is; "" where no file can be shown.
        stamp: In what state it was checked.
        name: What it is called, without its folders.
        inside: Whether the document is only a part of it, such as an attachment.
        media_type: Of the document.
        folder: Where it was ingested from, as far as is known.
    """

    state: State
    path: str = ""
    stamp: Stamp = (0, 0, 0, 0)
    name: str = ""
    inside: bool = False
    media_type: str = ""
    folder: str = ""

    @property
    def is_there(self) -> bool:
        """Whether its bytes are those that were ingested."""
        return self.state == "same"

    @property
    def is_drawn(self) -> bool:
        """Whether its pages can be drawn."""
        return self.is_there and not self.inside and self.media_type in DRAWN


class Originals:
    """Looks files up, and remembers which of them it has read through. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hashes: OrderedDict[tuple[str, Stamp, int], str] = OrderedDict()
        self._parts = PartFiles()

    def of(self, row: RegisterRow | None, version: str) -> Original:
        """Return the file of a document.

        Args:
            row: The register's newest row of it, None where the collection no longer holds it.
            version: That is to be shown, as the cited chunk has it.
        """
        if row is None:
            return Original("removed")
        place = place_of(row)
        if place is None:
            return Original("no file", media_type=row.media_type)
        inside, folder = INSIDE in row.metadata, row.metadata.get(ROOT, "")
        # An older version had another size, which nothing tells.
        size = row.size if version == row.version else None
        seen = self._seen(place, version[_READ_BY:], size)
        state: State = seen if isinstance(seen, str) else "same"
        if state == "gone" and folder and not Path(folder).exists():
            state = "elsewhere"
        return Original(
            state,
            str(place) if state == "same" else "",
            (0, 0, 0, 0) if isinstance(seen, str) else seen,
            place.name,
            inside,
            row.media_type,
            folder,
        )

    def part(self, original: Original, row: RegisterRow | None) -> Original:
        """Return the part of a file that a document is, as a file of its own; the file itself where that is not so.

        Args:
            original: As `of` found it.
            row: The document's.
        """
        if row is None or not original.inside or not original.is_there:
            return original
        part = self._parts.of(original.path, original.stamp, row.metadata[INSIDE], row.source)
        if part is None:
            return original
        return replace(original, path=part.path, stamp=part.stamp, name=part.name, inside=False)

    def open(self, original: Original) -> BinaryIO | None:
        """Open a file that `of` found to be what it was; None where it has changed meanwhile."""
        if not original.is_there:
            return None
        try:
            file = _opened(Path(original.path))
        except OSError:
            return None
        if stamp_of(os.fstat(file.fileno())) != original.stamp:
            file.close()
            return None
        return file

    def _seen(self, place: Path, digest: str, size: int | None) -> Stamp | State:
        """Return the state of a file of this size whose hash begins as given, or why there is none."""
        try:
            with closing(_opened(place)) as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    return "changed"
                # What has another size is not read through: it may be the picture of a disk by now.
                if status.st_size > _LARGEST if size is None else status.st_size != size:
                    return "changed"
                return stamp_of(status) if self._hash(str(place), file, status).startswith(digest) else "changed"
        except (FileNotFoundError, NotADirectoryError):
            return "gone"
        except (OSError, ValueError):
            return "unreadable"

    def _hash(self, place: str, file: BufferedReader, status: os.stat_result) -> str:
        # The time of change of the entry too: that of the content can be set back.
        key = (place, stamp_of(status), status.st_ctime_ns)
        with self._lock:
            if key in self._hashes:
                self._hashes.move_to_end(key)
                return self._hashes[key]
        found = hashlib.file_digest(file, "sha256").hexdigest()
        with self._lock:
            self._hashes[key] = found
            while len(self._hashes) > _KNOWN:
                self._hashes.popitem(last=False)
        return found


def _opened(place: Path) -> BufferedReader:
    """Open a file without waiting for what a pipe may bring."""
    handle = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    return os.fdopen(handle, "rb")
