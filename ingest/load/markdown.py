"""Markdown files. The text stays the source, so that quotes are exact; only the headings are parsed."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.load import text
from ingest.load.about import about
from ingest.load.build import has_columns, one_line
from ingest.load.file import File
from ingest.load.markdown_unseen import without_unseen
from qa.lazy_regex import lazy_regex
from qa.types import Document, Heading, Mark

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = lazy_regex(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# As Hugo and Zola have it, in TOML.
_TOML = lazy_regex(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# As HTML writes it; as a character it is gone by now.
_SOFT_HYPHEN = lazy_regex(r"&(?:shy|#173|#x0*ad);", re.IGNORECASE)
# What Joplin keeps below each note that it exports raw, and what of it a reader would see.
_JOPLIN = lazy_regex(r"\n\nid: [0-9a-f]{32}\n(?:\w+: ?[^\n]*\n)+type_: \d+\s*\Z")
_JOPLIN_FIELD = lazy_regex(r"^(author|source_url|user_updated_time|is_todo|todo_completed): (\S.*)$", re.MULTILINE)
_FIELD = lazy_regex(
    r"^[ \t]*(title|author|date|updated|lastmod|last_modified)[ \t]*[:=][ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE
)


def load(file: File, media_type: str) -> Document:
    """Load a Markdown file; front matter is left out of the text and may name title, author and date."""
    source, kept = _without_kept(_SOFT_HYPHEN.sub("", text.read(file)))
    front = _FRONT_MATTER.match(source) or _TOML.match(source)
    body = without_unseen(source[front.end() :] if front else source).strip("\n")
    said = {name.lower(): _unquote(value) for name, value in _FIELD.findall(front[1])} if front else {}
    found = headings(body)
    title = said.get("title") or kept.get("title") or next((h.title for h in found if h.level == 1), "")
    return Document(
        source=file.source,
        title=title or file.stem,
        text=body,
        media_type=media_type,
        headings=tuple(found),
        marks=tuple(tables(body, found)),
        metadata=about(
            said.get("author") or kept.get("author"),
            *(said.get(name) for name in ("lastmod", "last_modified", "updated", "date")),
            kept.get("user_updated_time"),
        ),
    )


def _without_kept(source: str) -> tuple[str, dict[str, str]]:
    """Return a note of Joplin without what the program keeps below it, and what that says; any other text as it is."""
    below = _JOPLIN.search(source)
    if not below:
        return source, {}
    kept = dict(_JOPLIN_FIELD.findall(below[0]))
    title, _, body = source[: below.start()].partition("\n")
    if kept.get("is_todo") == "1":
        title = f"[{'x' if kept.get('todo_completed', '0') != '0' else ' '}] {title}"
    link = f"\n\nSource: {kept['source_url']}" if "source_url" in kept else ""
    return f"{title}\n{body}{link}", {**kept, "title": one_line(title)}


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


def tables(body: str, headings: Sequence[Heading]) -> list[Mark]:
    """Find the rows of the tables outside lists and quotes; each starts at the start of its line."""
    from markdown_it import MarkdownIt

    if "|" not in body:
        return []
    line_starts = [0] + [match.end() for match in re.finditer("\n", body)]
    found: list[Mark] = []
    for table in _tables(MarkdownIt("commonmark").enable("table").parse(body)):
        (_, header), *rows = table
        columns = tuple(header)
        if has_columns(header, [cells for _, cells in rows]):
            starts = [line_starts[line] for line, _ in rows]
            above = [heading.title for heading in headings if heading.start <= starts[0]]
            for number, (start, (_, cells)) in enumerate(zip(starts, rows, strict=True), start=2):
                found.append(Mark(start, number, above[-1] if above else "", columns, tuple(cells), in_text=True))
    return found


def _tables(tokens: "Sequence[Token]") -> Iterator[list[tuple[int, list[str]]]]:
    """Yield the tables, as the line and the cells of each of their rows."""
    rows: list[tuple[int, list[str]]] = []
    inside = False
    for token in tokens:
        if token.type == "table_open":
            rows, inside = [], not token.level
        elif token.type == "table_close" and rows and inside:
            yield rows
            rows = []
        elif token.type == "tr_open" and token.map:
            rows.append((token.map[0], []))
        elif token.type == "inline" and rows:
            said = (child.content or " " for child in token.children or () if not child.nesting)
            rows[-1][1].append(one_line("".join(said)))


def _unquote(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return one_line(value[1:-1] if quoted else value)
