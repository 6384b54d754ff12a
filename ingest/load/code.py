"""Source code and settings. The text stays the source; functions and classes are recognised by their keywords."""

import re
from collections.abc import Iterator

from ingest.load import text
from ingest.load.file import File
from qa.lazy_regex import lazy_regex
from qa.types import Document, Heading

_MODIFIERS = (
    r"(?:(?:export|default|public|private|protected|internal|static|final|abstract|sealed|async|unsafe"
    r"|pub(?:\([^)\n]*\))?|override|open|data|virtual|extern(?:[ \t]+\"C\")?|partial|inline|const|local)[ \t]+)*"
)
# `def name`, `func (r *T) name`, `CREATE TABLE name` and their like in many languages.
_DEFINITION = lazy_regex(
    rf"^(?P<indent>[ \t]*){_MODIFIERS}"
    r"(?P<kind>def|class|func|function\*?|fn|fun|struct|enum|trait|impl|interface"
    r"|module|namespace|object|record"
    r"|protocol|defmodule|defp?|sub|procedure|type"
    r"|create[ \t]+(?:or[ \t]+replace[ \t]+)?(?:table|view|function|procedure))[ \t]+"
    r"(?:\([^)\n]*\)[ \t]*)?(?P<name>[\w$.:<>\"`]*[\w$>\"`])",
    re.MULTILINE | re.IGNORECASE,
)
_SECTION = lazy_regex(r"^\[{1,2}(?P<name>[\w .:\"'/-]{1,100})\]{1,2}[ \t]*$", re.MULTILINE)
_SETTINGS = (".toml", ".ini", ".cfg", ".conf")
_TAB = 4


def load(file: File, media_type: str) -> Document:
    """Load a file of source code; its name with its suffix is the title."""
    body = text.read(file).strip("\n")
    return Document(
        source=file.source,
        title=file.name,
        text=body,
        media_type=media_type,
        headings=tuple(_headings(body, file.suffix)),
    )


def _headings(body: str, suffix: str) -> Iterator[Heading]:
    if suffix in _SETTINGS:
        for match in _SECTION.finditer(body):
            yield Heading(1, match["name"], match.start())
    elif suffix not in (".yaml", ".yml", ".css", ".scss", ".bat"):
        yield from _definitions(body)


def _definitions(body: str) -> Iterator[Heading]:
    """Yield definitions; one that is indented further is nested in the one above it."""
    open_indents: list[int] = []
    for match in _DEFINITION.finditer(body):
        indent = len(match["indent"].expandtabs(_TAB))
        while open_indents and open_indents[-1] >= indent:
            open_indents.pop()
        open_indents.append(indent)
        kind = " ".join(match["kind"].split()).lower()
        yield Heading(len(open_indents), f"{kind} {match['name']}", match.start() + len(match["indent"]))
