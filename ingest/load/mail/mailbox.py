"""Mailboxes (.mbox): many mails in one file, each a part of it.

Not through the standard library's `mailbox`, which cuts at any line that begins with "From " and needs a file on disk.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from ingest.load.file import File
from ingest.load.parts import MAX_PART_BYTES, Budget, Namer, Parts
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

# "From ada@b.example Mon Jan  6 10:00:00 2025", by programs that write other dates or none as well.
_FROM = lazy_regex(rb"From (?:\S+ .*\d\d:\d\d|\S+@\S+|-[ \t]*$|MAILER[-_]DAEMON|\?\?\?)")
_FIELD = lazy_regex(rb"[!-9;-~]+:[ \t\r\n]|>?From ")
_QUOTED = lazy_regex(rb"^>(>*From )", re.MULTILINE)
_LINE_BYTES = 1 << 20


def load(file: File, media_type: str) -> Document:
    """Return the mailbox itself, which has no text of its own."""
    return Document(source=file.source, title=file.stem, text="", media_type=media_type)


def parts(file: File, budget: Budget) -> Parts:
    """Yield the mails, named by their subjects."""
    from ingest.load.mail import message as mail  # which needs libraries; this module is asked what a text file is

    namer = Namer(file)
    with file.open() as stream:
        for data in _mails(stream):
            budget.count(file.source)
            name = f"{mail.subject(data) or 'message'}.eml"
            source = namer.source(name)
            if data is None:
                yield LoadError(source, f"is larger than {MAX_PART_BYTES >> 20} MiB; save it as a file of its own")
            else:
                yield File(source, name.replace("\\", "/").rpartition("/")[2], data)


def holds_several(file: File) -> bool:
    """Tell whether a file that begins like a mailbox holds a second mail."""
    with file.open() as stream:
        mails = _starts(stream)
        return next(mails, False) and next(mails, False)


def _mails(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the mails without the lines between them; None stands for one that is too large."""
    held: list[bytes] = []
    size = 0
    for starts, line in _lines(stream):
        if starts:
            if held:
                yield _whole(held, size)
            held, size = [], 0
        else:
            size += len(line)
            if size <= MAX_PART_BYTES:
                held.append(line)
    if held:
        yield _whole(held, size)


def _whole(lines: list[bytes], size: int) -> bytes | None:
    return _QUOTED.sub(rb"\1", b"".join(lines)) if size <= MAX_PART_BYTES else None


def _starts(stream: BinaryIO) -> Iterator[bool]:
    for starts, _ in _lines(stream):
        if starts:
            yield True


def _lines(stream: BinaryIO) -> Iterator[tuple[bool, bytes]]:
    """Yield the lines, each told whether it parts two mails.

    Such a line begins the file or follows a blank one, and the first field of a mail's head follows it.
    """
    blank = True
    pending: bytes | None = None
    for line in chain(iter(lambda: stream.readline(_LINE_BYTES), b""), (b"",)):
        if pending is not None:
            yield bool(_FIELD.match(line)), pending
            blank = False
            pending = None
        if blank and _FROM.match(line):
            pending = line
            continue
        if line:
            yield False, line
        blank = not line.strip()
