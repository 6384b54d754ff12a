"""Markdown files. The text stays the source, so that quotes are exact; only the headings are parsed."""

import itertools
import re

from ingest.load import text
from ingest.load.about import about
from ingest.load.build import one_line
from ingest.load.file import File
from ingest.load.markdown_unseen import without_unseen
from qa.types import Document, Heading

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^(title|author|date|updated|lastmod|last_modified):[ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)


def load(file: File, media_type: str) -> Document:
    """Load a Markdown file; YAML front matter is left out of the text and may name title, author and date."""
    source = text.read(file)
    front = _FRONT_MATTER.match(source)
    body = without_unseen(source[front.end() :] if front else source).strip("\n")
    said = {name.lower(): _unquote(value) for name, value in _FIELD.findall(front[1])} if front else {}
    found = headings(body)
    title = said.get("title") or next((h.title for h in found if h.level == 1), "")
    return Document(
        source=file.source,
        title=title or file.stem,
        text=body,
        media_type=media_type,
        headings=tuple(found),
        metadata=about(
            said.get("author"), *(said.get(name) for name in ("lastmod", "last_modified", "updated", "date"))
        ),
    )


def headings(body: str) -> list[Heading]:
    """Find the headings outside lists and quotes; each starts at the start of its line."""
    from markdown_it import MarkdownIt

    line_starts = [0] + [match.end() for match in re.finditer("\n", body)]
    tokens = MarkdownIt("commonmark").parse(body)
    found = []
    for opening, inline in itertools.pairwise(tokens):
        if opening.type != "heading_open" or opening.level or not opening.map:
            continue
        title = one_line("".join(child.content or " " for child in inline.children or () if not child.nesting))
        if title:
            found.append(Heading(int(opening.tag[1:]), title, line_starts[opening.map[0]]))
    return found


def _unquote(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return one_line(value[1:-1] if quoted else value)
