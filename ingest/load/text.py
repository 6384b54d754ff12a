"""Plain text files, and the decoding that CSV and Markdown share with them."""

import codecs
import re
from collections.abc import Iterator

from ingest.load.build import clean
from ingest.load.file import File
from qa.errors import LoadError
from qa.types import Document, Heading

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.05
# A line that begins with a number such as "4" or "4.2", or is in capitals, and does not end like a sentence.
_HEADING = re.compile(
    r"(?:(?<=\n\n)|\A)(?P<title>(?:(?P<number>\d{1,2}(?:\.\d{1,2})*)[.)]?[ \t]+(?=\S)[^\n]{1,78}"
    r"|(?=[^\n]*[A-Z]{3})[^a-z\n]{3,80})(?<![.,;:]))(?=\n[ \t]*\n)"
)
# Enough to tell an encoding by; the detector's time grows with what it is given.
_SAMPLE_BYTES = 200_000
# A library of 500 long books; as a string, and again as rows, it takes several times that in memory.
_MAX_BYTES = 512 << 20


def load(file: File, media_type: str) -> Document:
    """Load a text file; its text is the file's, with newlines as line breaks."""
    text = read(file).strip("\n")
    return Document(
        source=file.source, title=file.stem, text=text, media_type=media_type, headings=tuple(_headings(text))
    )


def _headings(text: str) -> Iterator[Heading]:
    """Find lines that stand alone between blank lines, numbered or in capitals."""
    for match in _HEADING.finditer(text):
        title = match["title"].rstrip()
        depth = match["number"].count(".") if match["number"] else 0
        yield Heading(level=depth + 1, title=title, start=match.start("title"))


def read(file: File) -> str:
    """Read and decode a text file: by byte order mark, as UTF-8, else by the statistics of its bytes.

    Raises:
        LoadError: the bytes are in no known encoding, or are not text.
    """
    if file.size > _MAX_BYTES:
        raise LoadError(file.source, f"is larger than {_MAX_BYTES >> 20} MiB of text; split it into smaller files")
    text = decode(file.read())
    if text is None or is_binary(text):
        raise LoadError(file.source, "looks like a binary file, not text")
    return clean(text)


def is_binary(text: str) -> bool:
    """Tell whether decoded bytes are not text after all: a NUL, or many other control characters."""
    return "\0" in text or len(_CONTROLS.findall(text)) > _MAX_CONTROL_SHARE * len(text)


def decode(data: bytes, *, cut: bool = False) -> str | None:
    """Decode bytes of unknown encoding; None when no encoding fits.

    Args:
        data: The bytes.
        cut: Whether more bytes follow, so that the last character may be incomplete.
    """
    for bom, encoding in _BOMS.items():
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    for encoding in _strict_encodings(data):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(data, final=not cut)
        except UnicodeDecodeError:
            continue
    return _guess(data)


def _strict_encodings(data: bytes) -> list[str]:
    even, odd = data[::2].count(0), data[1::2].count(0)
    # UTF-16 without its mark: many zeros, all in every other byte. Elsewhere zeros mean a binary file, which would
    # decode just as well, to random ideographs.
    if max(even, odd) * 10 > len(data) and min(even, odd) == 0:
        return ["utf-16-be" if even > odd else "utf-16-le", "utf-8"]
    # ISO-2022-JP consists of ASCII bytes, so it would pass as UTF-8; its escape sequences give it away.
    return ["iso2022_jp", "utf-8"] if b"\x1b$" in data else ["utf-8"]


def _guess(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:_SAMPLE_BYTES]).best()
    return data.decode(best.encoding, errors="replace") if best else None
