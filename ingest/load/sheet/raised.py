"""Parts of a cell's text with a look of their own: a raised "2" behind "10", which would read 102; struck-out words."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any, BinaryIO

from lxml import etree

from ingest.load import raised
from ingest.load.unseen import STRUCK, left_out
from qa.lazy_regex import lazy_regex

_LOOKS = (b"superscript", b"strike")
_BLOCK = 1 << 20
_NEEDED = (".xml", ".rels", ".vml")
# A text of several looks: in the table of all texts, or in its cell.
_TEXT = lazy_regex(rb"<((?:\w+:)?(?:si|is))\b[^<>]*>")
_NAMES = lazy_regex(rb"<(?:\w+:)?(?:sst|worksheet)\b([^<>]*)>")


def as_shown(stream: BinaryIO) -> BinaryIO:
    """Return a workbook whose raised figures are powers, and without struck-out words in its cells."""
    with zipfile.ZipFile(stream) as archive:
        wanted = {one.filename for one in archive.infolist() if _holds_texts(one.filename) and _has_looks(archive, one)}
        if not wanted:
            stream.seek(0)
            return stream
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as copy:
            for entry in archive.infolist():
                data = _read(archive, entry)
                copy.writestr(entry.filename, _changed(data) if entry.filename in wanted else data)
    packed.seek(0)
    return packed


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a member; nothing of a picture or the like, which no reader of cells opens: it may be damaged."""
    return archive.read(entry) if entry.filename.lower().endswith(_NEEDED) else b""


def of_runs(text: str, runs: Sequence[tuple[int, bool, bool]]) -> str:
    """Return a text with its powers and without what is struck out.

    Args:
        text: The text.
        runs: In rising order where another look begins, if it is raised, and if it is struck out.
    """
    ends = [at for at, *_ in runs[1:]] + [len(text)]
    said = text[: runs[0][0]] if runs else text
    for (start, is_raised, is_struck), end in zip(runs, ends, strict=True):
        if is_struck:
            left_out(text[start:end], STRUCK)
        else:
            said += raised.behind(said, text[start:end]) if is_raised else text[start:end]
    return said


def _holds_texts(name: str) -> bool:
    return name.endswith(".xml") and ("sharedstrings" in name.lower() or "worksheets/" in name)


def _has_looks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    with archive.open(entry) as member:
        end = b""
        while block := member.read(_BLOCK):
            if _has_any(end + block):
                return True
            end = block[-max(map(len, _LOOKS)) :]
    return False


def _has_any(data: bytes) -> bool:
    return any(look in data for look in _LOOKS)


def _changed(data: bytes) -> bytes:
    names = _NAMES.search(data)
    spaces = names[1].rstrip(b"/") if names else b""
    kept, at = [], 0
    # A pattern for all of a text would go through the rest of a damaged file from each of its beginnings.
    while (start := _TEXT.search(data, at)) and (end := data.find(b"</" + start[1] + b">", start.end())) >= 0:
        end += len(start[1]) + 3
        text = data[start.start() : end]
        kept += [data[at : start.start()], _said(text, spaces) if _has_any(text) else text]
        at = end
    return b"".join([*kept, data[at:]])


def _said(text: bytes, spaces: bytes) -> bytes:
    try:
        root = etree.fromstring(b"<x" + spaces + b">" + text + b"</x>")
    except etree.XMLSyntaxError:
        return text
    for one in root:
        _show(one)
    return b"".join(etree.tostring(one, encoding="utf-8") for one in root)


def _show(held: Any) -> None:
    before = ""
    for run in held.iterchildren("{*}r"):
        look, text = run.find("{*}rPr/{*}vertAlign"), run.find("{*}t")
        if text is None:
            continue
        struck = run.find("{*}rPr/{*}strike")
        if struck is not None and struck.get("val", "1") not in ("0", "false"):
            left_out(text.text or "", STRUCK)
            text.text = ""
        elif look is not None and look.get("val") == "superscript":
            text.text = raised.behind(before, text.text or "")
        before += text.text or ""
