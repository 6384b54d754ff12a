"""The one place where Footnote writes to a terminal: nothing printed can do more there than be read.

Names of files, texts, titles, what a model writes and what a server answers are hostile: a terminal obeys escape codes
in them, shows a line as a different one (right-to-left overrides), and takes a line break in a file's name for the end
of our line. `say` and `warn` print one line each, whatever it holds.
"""

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from qa.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from rich.console import Console

# What ends a line for a terminal, an editor or str.splitlines.
_BREAKS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
# Invisible characters that change how their neighbours look: overrides, embeddings and isolates of the writing
# direction; those without width; tags. The joiners that Persian, Indic scripts and emoji need are allowed, and so are
# the three marks of direction, which do no more than a Hebrew letter in their place would.
_UNSEEN = (
    "\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_CONTROL = "\x00-\x1f\x7f-\x9f\ud800-\udfff"
_UNPRINTABLE = lazy_regex(f"[{_CONTROL}{_BREAKS}{_UNSEEN}]")
_NO_TEXT = lazy_regex(f"[{_UNSEEN}]")
_LINE_END = lazy_regex(f"\r\n|[{_BREAKS}]")
# The bytes of a file's name that are not UTF-8, as Python hands them on.
_LONE_BYTES = range(0xDC80, 0xDD00)


def printable(line: object) -> str:
    r"""Return one line without anything that a terminal obeys: such characters are made visible, as in "\x1b[31m".

    A line break is made visible too, so that a file called "a\nerror: b" is one line. Each character is judged by
    itself: codes that come in two pieces are harmless too.
    """
    return _UNPRINTABLE.sub(_seen, str(line))


def readable(text: str) -> str:
    r"""Return a text of a document or a model as it is meant to be read; `printable` still has to see each line.

    Every kind of line break becomes "\n" and a tab spaces; invisible characters that reorder others are left out.
    """
    return _NO_TEXT.sub("", _LINE_END.sub("\n", text)).replace("\t", "    ")


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 document", "2,000 documents"."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def say(*lines: object, end: str = "\n") -> None:
    """Print lines of a result on stdout."""
    _write(sys.stdout, "\n".join(map(printable, lines)) + end)


def say_piece(text: str) -> None:
    """Print a piece of a text that is still being written; its lines are its own."""
    _write(sys.stdout, "\n".join(map(printable, readable(text).split("\n"))))


def say_styled(console: "Console", pieces: Sequence[tuple[str, str]], *, style: str = "") -> None:
    """Print a line of pieces, each with its style; "" is that of the line."""
    from rich.text import Text

    console.print(Text.assemble(*((printable(text), own) for text, own in pieces), style=style), soft_wrap=True)


def say_json(value: object) -> None:
    """Print a value as one JSON document on one line, for programs; what a terminal would obey is escaped."""
    _write(sys.stdout, f"{as_json(value)}\n")


def as_json(value: object) -> str:
    """Return JSON with letters of any script as they are and everything unprintable escaped; it reads back the same."""
    return _UNPRINTABLE.sub(_escaped, json.dumps(value, ensure_ascii=False, default=str))


def warn(*lines: object) -> None:
    """Print progress, warnings and errors on stderr, a line each."""
    _write(sys.stderr, "".join(f"{printable(line)}\n" for line in lines))


def last_line(text: str) -> None:
    """Print a line on stderr at once, whatever holds the stream: the process ends next."""
    with suppress(OSError):
        shown = "\x1b[?25h" if os.isatty(2) else ""  # shows the cursor, which a progress bar hides
        os.write(2, f"{shown}{printable(text)}\n".encode())


def let_reader_go() -> None:
    """Write to nobody from now on: the pipe's reader has gone, and Python would complain about that at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_safely_always() -> None:
    """Let log lines and tracebacks be printed the same way as everything else."""
    handler = logging.StreamHandler()
    handler.setFormatter(_LogFormatter("%(levelname)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    sys.excepthook = _show
    threading.excepthook = _show_of_thread


class _LogFormatter(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return "\n".join(map(printable, super().formatException(ei).split("\n")))


def _show(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    warn(*"".join(traceback.format_exception(kind, error, trace)).rstrip("\n").split("\n"))


def _show_of_thread(gone: threading.ExceptHookArgs) -> None:
    if gone.exc_type is not SystemExit:
        _show(gone.exc_type, gone.exc_value, gone.exc_traceback)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # as under pythonw
        return
    try:
        stream.write(text)
    except UnicodeEncodeError:
        # A terminal that is not UTF-8 shows as much as it can.
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _seen(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in _LONE_BYTES:
        return f"\\x{code - 0xDC00:02x}"
    return match[0].encode("unicode_escape", "surrogatepass").decode()


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
