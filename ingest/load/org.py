"""Org files. The text stays the source; the lines with stars are its headings."""

import re
from bisect import bisect_left

from ingest.load import text
from ingest.load.build import one_line
from ingest.load.file import File
from ingest.load.unseen import STRUCK, is_done, left_out, task_around
from qa.lazy_regex import lazy_regex
from qa.types import Document, Heading

_EDGE = lazy_regex(r"^[ \t]*#\+(begin|end)_\w", re.IGNORECASE | re.MULTILINE)
# What is longer is not a heading.
_HEADING = lazy_regex(r"^(?P<stars>\*{1,20})[ \t](?P<title>[^\n]{1,250})$", re.MULTILINE)
_STATE = lazy_regex(r"(?:(?:TODO|DONE) )?(?:\[#[A-Z]\] )?")
_TAGS = lazy_regex(r" :[\w@#%:]+:$")
# By Org's rules of what stands around it. The lines of tables and of settings hold signs of plus as well.
# What is verbatim or code stays.
_STRUCK = lazy_regex(
    r"(?P<code>(?<![^\s({'\"-])(?P<sign>[=~])(?=\S)[^\n]{1,1000}?(?<=\S)(?P=sign)(?![^\s.,;:!?'\")}\]\\-])"
    r"|\bsrc_\w+(?:\[[^\]\n]*\])?\{[^}\n]*\})"
    r"|(?<![^\s({'\"])\+(?=[^\s+])(?P<said>[^\n+]{1,1000})(?<=\S)\+(?![^\s.,;:!?'\")}\]])"
)
_NO_PROSE = lazy_regex(r"[ \t]*(?:\||#\+|: |:$)")
_TITLE = lazy_regex(r"^#\+title:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)


def load(file: File, media_type: str) -> Document:
    """Load an Org file; states, priorities and tags are not part of a heading's title."""
    body = _without_struck(text.read(file).strip("\n"))
    edges = [(match.start(), match[1].lower() == "begin") for match in _EDGE.finditer(body)]
    headings = []
    for match in _HEADING.finditer(body):
        title = _TAGS.sub("", one_line(match["title"]))
        title = title[_STATE.match(title).end() :]  # type: ignore[union-attr]
        if title and not _in_block(edges, match.start()):
            headings.append(Heading(len(match["stars"]), title, match.start()))
    named = _TITLE.search(body)
    first = next((heading.title for heading in headings if heading.level == 1), "")
    return Document(
        source=file.source,
        title=(one_line(named[1]) if named else first) or file.stem,
        text=body,
        media_type=media_type,
        headings=tuple(headings),
    )


def _without_struck(body: str) -> str:
    """Return a text without what is struck out in its prose; tasks that are ticked as done stay."""
    edges = [(match.start(), match[1].lower() == "begin") for match in _EDGE.finditer(body)]

    def cleared(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        start = body.rfind("\n", 0, match.start()) + 1
        if _NO_PROSE.match(body, start) or _in_block(edges, match.start()):
            return match[0]
        task = task_around(match)
        if task and is_done(task, " ".join(one["said"] or "" for one in _STRUCK.finditer(task))):
            return match[0]
        left_out(match["said"], STRUCK)
        return ""

    return _STRUCK.sub(cleared, body)


def _in_block(edges: list[tuple[int, bool]], position: int) -> bool:
    """Tell whether the last edge of a block before a position is a beginning, and an end follows it."""
    at = bisect_left(edges, (position, False))
    return 0 < at < len(edges) and edges[at - 1][1] and not edges[at][1]
