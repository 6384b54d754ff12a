"""Pages of scans that were read, kept in the home until their file is stored: a killed ingest goes on with the next.

A page of a scan takes seconds, and a scan may have hundreds. Each page is a file of its own, written whole or not at
all, under the hash of the scan's content. What nobody came back for goes after two weeks, and the oldest when there is
much.
"""

import hashlib
import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from ingest.load.file import File
from qa.private import make_folder, write_file

# Tells the processes that read files where; set by `use`.
_VARIABLE = "FOOTNOTE_OCR_WORK"
_FOLDER = ("work", "ocr")
_DONE = "done"
_BLOCK = 2**20
_MOST_BYTES = 256 * 2**20
_KEPT_S = 14 * 86_400.0

Words = tuple[tuple[str, int, int, int, int], ...]


def use(home: Path | None) -> None:
    """Keep pages in a home from now on, also in processes that are started; None keeps none."""
    if home is None:
        os.environ.pop(_VARIABLE, None)
    else:
        os.environ[_VARIABLE] = str(home.absolute().joinpath(*_FOLDER))


def is_used() -> bool:
    """Tell whether anything is kept."""
    return bool(os.environ.get(_VARIABLE))


def key(file: File) -> str:
    """Return the hash of a file's content; "" where nothing is kept."""
    if not is_used():
        return ""
    digest = hashlib.sha256()
    with file.open() as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def get(scan: str, how: str, page: int) -> tuple[str, Words] | None:
    """Return what a page of a scan says and its words, if it was read in the same way."""
    try:
        values = json.loads(_file(scan, how, page).read_text(encoding="utf-8"))
        words = tuple((str(word), int(a), int(b), int(c), int(d)) for word, a, b, c, d in values["words"])
        return str(values["text"]), words
    except (OSError, ValueError, KeyError, TypeError):
        return None


def put(scan: str, how: str, page: int, text: str, words: Words) -> None:
    """Keep what a page says; that it cannot be kept is no reason to fail."""
    file = _file(scan, how, page)
    with suppress(OSError):
        make_folder(file.parent)
        new = file.with_suffix(f".{os.getpid()}.new")
        write_file(new, json.dumps({"text": text, "words": words}, ensure_ascii=False))
        new.replace(file)


def done(scan: str) -> None:
    """Remember that all pages of a scan are read: they may go once it is stored."""
    with suppress(OSError):
        write_file(_folder() / scan / _DONE, "")


def clear() -> None:
    """Remove what is kept of scans that were read through, of old ones, and of the oldest beyond a limit."""
    folder = _folder()
    with suppress(OSError):
        scans = sorted(folder.iterdir(), key=lambda scan: scan.stat().st_mtime, reverse=True)
        size = 0
        for scan in scans:
            size += sum(page.stat().st_size for page in scan.iterdir())
            is_old = time.time() - scan.stat().st_mtime > _KEPT_S
            if (scan / _DONE).exists() or is_old or size > _MOST_BYTES:
                shutil.rmtree(scan, ignore_errors=True)


def _folder() -> Path:
    return Path(os.environ.get(_VARIABLE, os.devnull))


def _file(scan: str, how: str, page: int) -> Path:
    way = hashlib.sha256(how.encode()).hexdigest()[:12]
    return _folder() / scan / f"{way}-{page}.json"
