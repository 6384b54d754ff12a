"""Files that lie inside others, taken out to be shown: the attachment of a mail, a member of an archive.

A process of its own takes one out, since what a mail or an archive holds may hang or grow whoever unpacks it. What was
taken out stays in a folder of this process, as far as that has room, and goes with it.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ui.reading.pdf.drawing import Stamp, stamp_of

_TIMEOUT_S = 60.0
_MEMORY_BYTES = 2 << 30
_MOST_BYTES = 1 << 30
_MOST_FILES = 200

_Key = tuple[str, Stamp, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A part as a file of its own: where it is, in what state, and what it is called in the file that holds it."""

    path: str
    stamp: Stamp
    name: str


class PartFiles:
    """Takes parts out, each once. Any thread may ask; one part is taken out at a time."""

    def __init__(self) -> None:
        """Make nothing yet."""
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._kept: OrderedDict[_Key, Path | None] = OrderedDict()
        self._number = 0

    def of(self, path: str, stamp: Stamp, container: str, source: str) -> Part | None:
        """Return a part as a file of its own; None where it cannot be taken out.

        Args:
            path: Of the file that holds it.
            stamp: The state of that file, in which it was checked.
            container: Its source.
            source: The source of the part.
        """
        key = (path, stamp, source)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._taken_out(path, container, source)
                self._make_room(key)
            self._kept.move_to_end(key)
            file = self._kept[key]
            if file is None:
                return None
            try:
                now = stamp_of(file.stat())
            except OSError:
                # Cleared away by whoever looks after the folder of temporary files.
                del self._kept[key]
                return None
        return Part(str(file), now, PurePosixPath(source.rpartition("!/")[2]).name)

    def _taken_out(self, path: str, container: str, source: str) -> Path | None:
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="footnote-parts-")
        self._number += 1
        file = Path(self._folder.name, str(self._number))
        command = [sys.executable, "-m", "ui.reading.part_process", str(_MEMORY_BYTES), path, container, source]
        root = str(Path(__file__).parents[2])
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
        try:
            with file.open("wb") as stream:
                ended = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=subprocess.DEVNULL,
                    timeout=_TIMEOUT_S,
                    check=False,
                    env=environ,
                )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            file.unlink(missing_ok=True)
            return None
        if ended.returncode:
            file.unlink(missing_ok=True)
            return None
        return file

    def _make_room(self, wanted: _Key) -> None:
        """Remove those that were not asked for the longest time, but for the one that is wanted now."""
        sizes = {key: file.stat().st_size if file and file.exists() else 0 for key, file in self._kept.items()}
        for key in list(self._kept):
            if key != wanted and (sum(sizes.values()) > _MOST_BYTES or len(sizes) > _MOST_FILES):
                del sizes[key]
                if file := self._kept.pop(key):
                    file.unlink(missing_ok=True)
