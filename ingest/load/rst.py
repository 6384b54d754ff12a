"""reStructuredText files. The text stays the source, so that quotes are exact; only the section titles are found.

Not by docutils: its roles and directives are global, so one file's definitions would reach into the next.
"""

from ingest.load import text
from ingest.load.build import MAX_HEADING_CHARS, one_line
from ingest.load.file import File
from qa.lazy_regex import lazy_regex
from qa.types import Document, Heading

_RULE = lazy_regex(r"([!-/:-@\[-`{-~])\1*[ \t]*$")
_MARKUP = lazy_regex(
    r":[\w:+.-]+:`([^`<]*?)(?:\s*<[^`]*>)?`|`{1,2}([^`<]+?)(?:\s*<[^`]*>)?`{1,2}_{0,2}|\*{1,2}([^*]+)\*{1,2}"
)


def load(file: File, media_type: str) -> Document:
    """Load a reStructuredText file."""
    body = text.read(file).strip("\n")
    found = headings(body)
    return Document(
        source=file.source,
        title=found[0].title if found else file.stem,
        text=body,
        media_type=media_type,
        headings=tuple(found),
    )


def headings(body: str) -> list[Heading]:
    """Find the titles; each starts at its line, and its level is the order in which its underline first appears."""
    lines = body.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    styles: list[str] = []
    found = []
    at = 0
    while at < len(lines) - 1:
        title, rule = lines[at], lines[at + 1]
        above = lines[at - 1] if at else ""
        over = bool(_RULE.match(above)) and above[:1] == rule[:1]
        if (
            title.strip()
            and not _RULE.match(title)
            and _RULE.match(rule)
            and len(rule.rstrip()) >= min(len(title.rstrip()), 4)
            and (over or not title[0].isspace())
            and (over or not above.strip())
            and len(title) <= MAX_HEADING_CHARS
        ):
            style = rule[0] * (2 if over else 1)
            if style not in styles:
                styles.append(style)
            name = one_line(_MARKUP.sub(lambda match: next(filter(None, match.groups()), ""), title))
            found.append(Heading(styles.index(style) + 1, name or title.strip(), starts[at]))
            at += 1
        at += 1
    return found
