"""The processes that draw PDF pages, seen from the server: each request within limits of time and memory.

Any thread may ask. Pictures are kept for a while, and those of the pages beside the one in hand are made ahead.
"""

import json
import logging
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ui.reading.pdf.boxes import Span
from ui.reading.pdf.drawing import Drawn, Sheet, Stamp, UnreadableError
from ui.reading.pdf.worker import read, write

logger = logging.getLogger(__name__)

WIDTHS = (800, 1200, 1800, 2700)
"""Pixels across that a picture may have; other sizes would fill the memory with pictures of one page."""

_MB = 2**20
_START = "import sys; sys.path.insert(0, {root!r}); from ui.reading.pdf.worker import main; main({memory})"
# PDFium keeps what it has seen of a file; a process that starts again has none of it.
_REQUESTS_OF_A_LIFE = 2_000
_LOST = "its reader ended"

Key = tuple[str, Stamp, int, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """What drawing may take.

    Attributes:
        processes: At most so many draw at a time.
        seconds: After this time, a page counts as one that cannot be drawn.
        memory_mb: Of each process; macOS and Windows enforce none.
        kept_mb: Pictures that are kept.
    """

    processes: int = 2
    seconds: float = 15.0
    memory_mb: int = 1024
    kept_mb: int = 96


@dataclass(slots=True, eq=False)
class _Process:
    """A process and its pipes."""

    process: "subprocess.Popen[bytes]"
    into: IO[bytes]
    out: IO[bytes]
    requests: int = 0


class Painter:
    """Draws pages in up to `limits.processes` processes, started when they are first needed."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._free = threading.Semaphore(self._limits.processes)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._all: set[_Process] = set()
        self._closed = False
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._making: dict[Key, threading.Lock] = {}
        # One thread: pages ahead never take all processes from the page that somebody waits for.
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="footnote-pages-ahead")
        self._wanted: list[Key] = []

    def picture(self, path: str, stamp: Stamp, page: int, width: int) -> bytes:
        """Return a page as PNG; see `Drawer.picture`.

        Raises:
            UnreadableError: It cannot be drawn within the limits.
            ValueError: No picture has this width.
        """
        if width not in WIDTHS:
            raise ValueError(f"a picture is {WIDTHS} pixels wide, not {width}")
        key = (path, stamp, page, width)
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        # Two who ask for one page wait for one picture.
        with making:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            try:
                _, picture = self._ask({"do": "picture", "path": path, "stamp": stamp, "page": page, "width": width})
                self._keep(key, picture)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return picture

    def sheet(
        self,
        path: str,
        stamp: Stamp,
        page: int,
        text: str = "",
        spans: Sequence[Span] = (),
        absent: Sequence[Span] = (),
        drawn: Sequence[Drawn] = (),
    ) -> Sheet:
        """Describe a page and find words on it; see `Drawer.sheet`.

        Raises:
            UnreadableError: It cannot be read within the limits.
        """
        request = {"do": "sheet", "path": path, "stamp": stamp, "page": page, "text": text, "spans": list(spans)}
        request |= {"absent": list(absent), "drawn": list(drawn)}
        said, _ = self._ask(request)
        said["boxes"] = tuple(tuple(tuple(box) for box in boxes) for boxes in said["boxes"])
        said["shares"] = tuple(said["shares"])
        return Sheet(**said)

    def ahead(self, path: str, stamp: Stamp, pages: Sequence[int], width: int) -> None:
        """Draw pages that somebody may want next, in the background; only the last call counts."""
        with self._lock:
            self._wanted = [(path, stamp, page, width) for page in pages if page > 0]
            if self._closed:
                return
        self._ahead.submit(self._draw_ahead)

    def keeps(self, path: str, stamp: Stamp, page: int, width: int) -> bool:
        """Tell whether a picture is there already."""
        with self._lock:
            return (path, stamp, page, width) in self._kept

    def processes(self) -> "list[subprocess.Popen[bytes]]":
        """Return the processes that run."""
        with self._lock:
            return [process.process for process in self._all]

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            self._wanted = []
            processes = list(self._all)
        for process in processes:
            self._end(process)
        self._ahead.shutdown(wait=False, cancel_futures=True)

    def _draw_ahead(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    return
                key = self._wanted.pop(0)
            with suppress(UnreadableError):
                self.picture(*key)

    def _keep(self, key: Key, picture: bytes) -> None:
        with self._lock:
            self._kept[key] = picture
            self._kept_bytes += len(picture)
            while self._kept_bytes > self._limits.kept_mb * _MB and self._kept:
                _, old = self._kept.popitem(last=False)
                self._kept_bytes -= len(old)

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        with self._free:
            process = self._take()
            # Whatever hangs, the pipes end with the process.
            timer = threading.Timer(self._limits.seconds, process.process.kill)
            timer.daemon = True
            timer.start()
            try:
                write(process.into, json.dumps(request).encode())
                said, picture = read(process.out), read(process.out)
            except (OSError, ValueError):
                said = picture = None
            finally:
                timer.cancel()
            if said is None or picture is None:
                self._end(process)
                # What Footnote ended itself is no fault of the page's.
                if not self._closed:
                    logger.warning("%s, page %s: %s", request["path"], request["page"], _LOST)
                raise UnreadableError(_LOST)
            self._give_back(process)
        answer = json.loads(said)
        if error := answer.get("error"):
            # The page behind the last one is asked for ahead.
            level = logging.DEBUG if error.startswith("there is no page") else logging.WARNING
            logger.log(level, "%s, page %s: %s", request["path"], request["page"], error)
            raise UnreadableError(error)
        return answer, picture

    def _take(self) -> _Process:
        with self._lock:
            if self._closed:
                raise UnreadableError("Footnote ends")
            if self._idle:
                return self._idle.pop()
        code = _START.format(root=str(Path(__file__).parents[3]), memory=self._limits.memory_mb * _MB)
        # Isolated: nothing of the environment or the working folder, which may be the documents', is imported.
        started = subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C would end one that just starts, and the server would call its page unreadable.
            start_new_session=True,
        )
        if started.stdin is None or started.stdout is None:
            raise RuntimeError("a process has no pipes")
        process = _Process(started, started.stdin, started.stdout)
        with self._lock:
            self._all.add(process)
        return process

    def _give_back(self, process: _Process) -> None:
        process.requests += 1
        with self._lock:
            if not self._closed and process.requests < _REQUESTS_OF_A_LIFE:
                self._idle.append(process)
                return
        self._end(process)

    def _end(self, process: _Process) -> None:
        with self._lock:
            self._all.discard(process)
            if process in self._idle:
                self._idle.remove(process)
        with suppress(ProcessLookupError):
            process.process.kill()
        process.process.wait()
        for pipe in (process.into, process.out):
            with suppress(OSError):
                pipe.close()
