"""Files that a program sends as `multipart/form-data`: kept on disk while they come, never in memory."""

import mmap
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect

from ui.api.problems import ProblemError

MOST_FILES = 1_000
_MOST_FIELDS, _MOST_FIELD_BYTES = 20, 10_000


# What the reader of forms says, by its first words, and what we say.
_WHY = {
    "Too many files": f"it has more than {MOST_FILES:,} files; send them in several",
    "Too many fields": f"it has more than {_MOST_FIELDS} fields; send the files, and what is asked with them",
    "Part exceeded": f"a field has more than {_MOST_FIELD_BYTES:,} bytes; a file needs a name of its own",
    "Missing boundary": "its header Content-Type says no boundary; let your client write that header",
    "The Content-Disposition": "a part of it has no name; put each file into a field `files`",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as `ui.documents.uploads.Upload` wants it."""

    name: str
    size: int
    file: Any

    def getbuffer(self) -> memoryview:
        """Return the content; the system reads it from the disk as it is needed."""
        # A small file is still in memory until it is asked for its number.
        handle = self.file.fileno()
        self.file.flush()
        if not os.fstat(handle).st_size:
            return memoryview(b"")
        return memoryview(mmap.mmap(handle, 0, access=mmap.ACCESS_READ))


@dataclass(frozen=True, slots=True)
class Form:
    """What came: the files, and the texts by the names of their fields."""

    files: tuple[Sent, ...]
    texts: dict[str, str]


@asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[Form]:
    """Read a request's files; they are gone once this is left.

    Raises:
        ProblemError: It is no multipart/form-data, holds no file, or too much.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise ProblemError(415, "send the files as multipart/form-data, each in a field `files`")
    form: FormData | None = None
    try:
        try:
            form = await request.form(max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_MOST_FIELD_BYTES)
        except (MultiPartException, HTTPException, ValueError) as error:
            said = str(getattr(error, "message", "") or getattr(error, "detail", "") or error)
            raise ProblemError(400, f"the form cannot be read: {_why(said)}") from error
        except OSError as error:
            raise ProblemError(507, f"there is no room to take the files in ({error.strerror or error})") from error
        except ClientDisconnect as error:
            raise ProblemError(400, "the form broke off") from error
        yield _read(form)
    finally:
        if form is not None:
            await form.close()


def _why(said: str) -> str:
    known = (ours for start, ours in _WHY.items() if said.startswith(start))
    return next(known, "it is no multipart/form-data, or broke off; send it again")


def _read(form: FormData) -> Form:
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    if not files:
        raise ProblemError(422, "no file was sent; put each into a field `files`", param="files")
    return Form(tuple(Sent(file.filename or "", file.size or 0, file.file) for file in files), texts)
