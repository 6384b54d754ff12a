"""Plain text files, and the reading that CSV and Markdown share with them."""

from collections.abc import Iterator

from ingest.load.build import clean
from ingest.load.decoding import decode, is_binary
from ingest.load.file import File
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document, Heading

# A line that begins with a number such as "4" or "4.2", or is in capitals, and does not end like a sentence.
_HEADING = lazy_regex(
    r"(?:(?<=\n\n)|\A)(?P<title>(?:(?P<number>\d{1,2}(?:\.\d{1,2})*)[.)]?[ \t]+(?=\S)[^\n]{1,78}"
    r"|(?=[^\n]*[A-Z]{3})[^a-z\n]{3,80})(?<![.,;:]))(?=\n[ \t]*\n)"
)
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
    """Read and decode a text file: by byte order mark, line by line as UTF-8, else by the statistics of its bytes.

    Raises:
        LoadError: the bytes are in no known encoding, or are not text.
    """
    if file.size > _MAX_BYTES:
        raise LoadError(file.source, f"is larger than {_MAX_BYTES >> 20} MiB of text; split it into smaller files")
    text = decode(file.read())
    if text is None or is_binary(text):
        raise LoadError(file.source, "looks like a binary file, not text")
    return clean(text)
