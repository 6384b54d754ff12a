"""Org files. The text stays the source; the lines with stars are its headings."""

import re

from ingest.load import text
from ingest.load.build import one_line
from ingest.load.file import File
from qa.types import Document, Heading

_BLOCK = re.compile(r"^[ \t]*#\+begin_(\w+).*?^[ \t]*#\+end_\1", re.IGNORECASE | re.DOTALL | re.MULTILINE)
_HEADING = re.compile(
    r"^(?P<stars>\*+)[ \t]+(?:(?:TODO|DONE)[ \t]+)?(?:\[#[A-Z]\][ \t]+)?(?P<title>\S.*?)(?:[ \t]+:[\w@#%:]+:)?[ \t]*$",
    re.MULTILINE,
)
_TITLE = re.compile(r"^#\+title:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)


def load(file: File, media_type: str) -> Document:
    """Load an Org file."""
    body = text.read(file).strip("\n")
    blocks = [match.span() for match in _BLOCK.finditer(body)]
    headings = tuple(
        Heading(len(match["stars"]), one_line(match["title"]), match.start())
        for match in _HEADING.finditer(body)
        if not any(start <= match.start() < end for start, end in blocks)
    )
    named = _TITLE.search(body)
    first = next((heading.title for heading in headings if heading.level == 1), "")
    title = one_line(named[1]) if named else first
    return Document(source=file.source, title=title or file.stem, text=body, media_type=media_type, headings=headings)
