"""Footnotes and comments of RTF, which the library passes over, put where they hang; and what is embedded."""

import re
from collections.abc import Iterator

from qa.lazy_regex import lazy_regex

_TOKEN = lazy_regex(r"\\[a-z]+-?\d* ?|\\'[0-9a-fA-F]{2}|\\[^a-z]|[{}]|[^\\{}]+", re.IGNORECASE | re.DOTALL)
_OPENS = lazy_regex(r"\{(?:\\\*)?\\(footnote|annotation|atnauthor)(?![a-z]) ?")
# The sign that stands for a note's number, and what ends its last paragraph.
_SIGN, _LAST = lazy_regex(r"\\ch(?:ftn|atn)(?![a-z])\s*"), lazy_regex(r"\s*(?:\\par(?![a-z])\s*)*$")
_PARAGRAPH = lazy_regex(r"\\(?:par|line|tab)(?![a-z])")
_CLASS = lazy_regex(r"\{\\\*\\objclass\s+([\w.]{1,60})\}")
_OBJECT = lazy_regex(r"\\objdata(?![a-z])")
# What formulas, pictures and files of these classes are called.
_NAMES = {"excel": "an Excel workbook", "word": "a Word document", "powerpoint": "a PowerPoint presentation"}
_SILENT = ("equation", "msphotoed", "staticmetafile", "staticdib")


def with_notes(source: str) -> str:
    """Return RTF source whose footnotes and comments are text in brackets: "[Note: …]", "[Comment by …: …]"."""
    if not _OPENS.search(source):
        return source
    parts: list[str] = []
    at, author = 0, ""
    for match in _OPENS.finditer(source):
        if match.start() < at:
            continue
        end = _end(source, match.start())
        inside = _PARAGRAPH.sub(" ", _LAST.sub("", _SIGN.sub("", source[match.end() : end - 1])))
        parts.append(source[at : match.start()])
        if match[1] == "atnauthor":
            author = inside.strip()
        elif match[1] == "annotation":
            parts.append(f"{{ [Comment by {author}: {inside}]}}" if author else f"{{ [Comment: {inside}]}}")
            author = ""
        else:
            parts.append(f"{{ [Note: {inside}]}}")
        at = end
    return "".join(parts) + source[at:]


def embedded(source: str) -> Iterator[str]:
    """Yield the names of what is embedded in RTF source."""
    classes = [match[1].casefold() for match in _CLASS.finditer(source)]
    for each in classes:
        if not each.startswith(_SILENT):
            yield next((said for begin, said in _NAMES.items() if each.startswith(begin)), f"an object of {each}")
    yield from ["one without a name"] * (len(_OBJECT.findall(source)) > len(classes))


def _end(source: str, start: int) -> int:
    """Return where the group ends that a brace opens; the end of the source where none closes it."""
    depth = 0
    for match in _TOKEN.finditer(source, start):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0:
            return match.end()
    return len(source)
