"""A process that draws pages of PDFs and pictures: a file that hangs, crashes or grows it takes nothing else down.

`ui.reading.pdf.painter` starts it, writes requests to its standard input and reads answers from its standard output:
JSON behind its length, an answer's picture behind its own length. It ends when its input does, or with the process that
started it.
"""

import json
import os
import signal
import struct
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any

from ui.reading.pdf import pictures
from ui.reading.pdf.drawing import Drawer, UnreadableError

LENGTH = struct.Struct("<Q")


def main(memory_bytes: int) -> None:
    """Answer requests until there are none, within a limit on memory (where the system enforces one)."""
    die_with_parent()
    for name in ("SIGINT", "SIGHUP"):  # they reach the whole process group; the server decides what comes of them
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    limit(memory_bytes)
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    drawer = Drawer()
    while (request := read(requests)) is not None:
        said, picture = _answer(drawer, json.loads(request))
        write(answers, json.dumps(said).encode(), picture)


def _answer(drawer: Drawer, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        path, stamp, number = request["path"], tuple(request["stamp"]), request["page"]
        is_picture = pictures.is_picture(path, stamp)
        if request["do"] == "picture":
            if is_picture:
                return {}, pictures.picture(path, stamp, number, request["width"])
            return {}, drawer.picture(path, stamp, number, request["width"])
        spans = [tuple(span) for span in request["spans"]]
        absent = [tuple(span) for span in request["absent"]]
        drawn = [tuple(word) for word in request["drawn"]]
        if is_picture:
            return asdict(pictures.sheet(path, stamp, number, request["text"], spans, drawn)), b""
        return asdict(drawer.sheet(path, stamp, number, request["text"], spans, absent, drawn)), b""
    except UnreadableError as error:
        return {"error": str(error)}, b""
    except (MemoryError, ValueError, OSError) as error:
        return {"error": f"{type(error).__name__}: {error}"}, b""


def read(stream: IO[bytes]) -> bytes | None:
    """Return the next message, None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    data = stream.read(size)
    return data if len(data) == size else None


def write(stream: IO[bytes], *messages: bytes) -> None:
    """Write messages, each behind its length."""
    for message in messages:
        stream.write(LENGTH.pack(len(message)))
        stream.write(message)
    stream.flush()


def limit(memory_bytes: int, *, written: int = 0) -> None:
    """Limit the memory of this process, and how many bytes of files it may write."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_parent() -> None:
    """Ask Linux to kill this process with its parent; elsewhere it ends after the request in hand."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


if __name__ == "__main__":
    main(int(sys.argv[1]))
