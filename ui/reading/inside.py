"""Pictures inside documents that a passage was read from, such as a screenshot in a report, to be shown beside it.

A process of its own opens the document and reads its picture again, since both may hang or grow whoever does it.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.load.picture.inside import MARK
from qa.lazy_regex import lazy_regex
from qa.text.drawn import UNITS
from ui.reading.lookup import Spans
from ui.reading.originals import Original
from ui.reading.pdf.drawing import Drawn, stamp_of
from ui.reading.stored import Span, Stretch

# A picture takes one to three seconds. Somebody waits, and the text is there without it.
TIMEOUT_S = 20.0
_MEMORY_BYTES = 2 << 30
_MOST_KEPT = 40
# Characters of the text around a block that are handed on.
_AROUND = 2_000
_LONGEST_BLOCK = 20_000
_BLOCK = lazy_regex(rf"^{MARK}.*(?:\n(?!{MARK}).+)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Inside:
    """A picture of a document.

    Attributes:
        address: Its content as a data: URI.
        width: In pixels.
        height: Likewise.
        words: Of its block, each with its box as shares of the picture.
    """

    address: str
    width: int
    height: int
    words: tuple[Drawn, ...]


class BusyError(Exception):
    """Another picture is being looked for."""


def block_of(stretch: Stretch, spans: Spans) -> Span | None:
    """Return where the first block of a picture's words stands in a stretch that spans of its document touch."""
    blocks = [(match.start(), match.end()) for match in _BLOCK.finditer(stretch.text)]
    for low, high in spans:
        for start, end in blocks:
            if low < stretch.start + end and stretch.start + start < high and end - start <= _LONGEST_BLOCK:
                return start, end
    return None


class Insides:
    """Finds pictures, each once. Any thread may ask; one is looked for at a time."""

    def __init__(self) -> None:
        """Remember none yet."""
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], Inside | None] = OrderedDict()

    def of(self, original: Original, source: str, stretch: Stretch, block: Span) -> Inside | None:
        """Return the picture that a block was read from; None where it cannot be told.

        Args:
            original: The document's file, unchanged.
            source: Of the document.
            stretch: Text of the document.
            block: Where the block stands in the stretch.

        Raises:
            BusyError: Nobody waits here: all that the server does shares a few threads.
        """
        key = (original.path, original.stamp, source, stretch.start + block[0], stretch.text[slice(*block)])
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        if not self._looking.acquire(blocking=False):
            raise BusyError
        try:
            # Somebody else may have looked for it meanwhile.
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            found = _looked_for(original, source, stretch.text, block)
            with self._lock:
                self._kept[key] = found
                if len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
            return found
        finally:
            self._looking.release()


def _looked_for(original: Original, source: str, text: str, block: Span) -> Inside | None:
    try:
        if stamp_of(Path(original.path).stat()) != original.stamp:
            return None
    except OSError:
        return None
    start, end = block
    said = _asked(
        {
            "path": original.path,
            "source": source,
            "name": original.name,
            "block": text[start:end],
            "before": text[max(0, start - _AROUND) : start],
            "after": text[end : end + _AROUND],
        }
    )
    if not said:
        return None
    words = tuple(
        (low, high, left / UNITS, top / UNITS, width / UNITS, height / UNITS)
        for low, high, left, top, width, height in said["words"]
    )
    return Inside(f"data:{said['media_type']};base64,{said['content']}", said["width"], said["height"], words)


def _asked(request: dict[str, str]) -> dict[str, Any]:
    """Ask a process, and return what it says; nothing where it fails or takes too long."""
    root = str(Path(__file__).parents[2])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    # A group of its own: what reads the picture is a process of that process, and has to end with it.
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.reading.inside_process", str(_MEMORY_BYTES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(json.dumps(request).encode(), timeout=TIMEOUT_S)
        said = json.loads(out) if process.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError, OSError):
        said = {}
    finally:
        _end(process)
    return said if isinstance(said, dict) else {}


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate()
