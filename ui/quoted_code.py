"""Quotations of code as the lines that they are: all else is quoted in one line, as it is read. Pure functions."""

import re
import textwrap
from collections.abc import Iterator, Sequence

from qa.answering.quoting.quote import EXTRACTIVE
from qa.command.printing import printable
from qa.lazy_regex import lazy_regex
from qa.types import Answer, Chunk, Citation, Statement
from ui.reading.flowing import is_code
from ui.rich_text import Block, Code, Paragraph, Run
from ui.tables import introduction

_FENCE = lazy_regex(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
# What a quotation in one line leaves out: blanks, and the signs that are Markdown's elsewhere.
_LEFT_OUT = lazy_regex(r"[\s#*_>]+")


def lines_of(chunk: Chunk, start: int, end: int) -> str:
    """Return a stretch of a passage as it stands if it is code, without what all its lines are indented by; else "".

    Args:
        chunk: The passage; of a text, what stands in a fence is code.
        start: Offset into the document's text.
        end: Likewise.
    """
    low, high = start - chunk.start, end - chunk.start
    if not is_code(chunk.source) and len(_FENCE.findall(chunk.text, 0, low)) % 2 == 0:
        return ""
    begin = chunk.text.rfind("\n", 0, low) + 1
    low = low if chunk.text[begin:low].strip() else begin
    lines = textwrap.dedent(chunk.text[low:high].rstrip()).split("\n")
    return "\n".join(line for line in map(printable, lines) if not _FENCE.match(line)).strip("\n")


def quotations(citation: Citation) -> list[str]:
    """Return what is quoted of a passage where all of it is code, each as its lines; none where anything is not."""
    found = [lines_of(citation.chunk, start, end) for start, end in citation.spans]
    return found if all(found) else []


def with_code(answer: Answer) -> tuple[Block, ...]:
    """Return the blocks of a quoted answer, in which code has its lines; none where it quotes no code."""
    if answer.model != EXTRACTIVE:
        return ()
    cited = {citation.number: citation.chunk for citation in answer.citations}
    codes = {f"{item.text} [{item.citations[0]}]": item for item in answer.statements if _code_of(item, cited)}
    if not codes:
        return ()
    return tuple(_blocks(introduction(answer), codes, cited))


def _blocks(text: str, codes: dict[str, Statement], cited: dict[int, Chunk]) -> Iterator[Block]:
    at = 0
    for paragraph in text.split("\n\n"):
        if statement := codes.get(paragraph):
            code = _code_of(statement, cited)
            places = _places(code, statement.text, at)
            yield Code(Run(code, places, frozenset({"code"})), cited=statement.citations)
        elif paragraph.strip():
            yield Paragraph((Run(paragraph, range(at, at + len(paragraph))),))
        at += len(paragraph) + 2


def _code_of(statement: Statement, cited: dict[int, Chunk]) -> str:
    """Return the lines of a statement that quotes one stretch of code; "" for all others."""
    [place, *others] = statement.evidence or (None,)
    if place is None or others or len(statement.citations) != 1 or place.number not in cited:
        return ""
    code = lines_of(cited[place.number], place.start, place.end)
    return code if _LEFT_OUT.sub("", code) == _LEFT_OUT.sub("", statement.text) else ""


def _places(code: str, text: str, start: int) -> Sequence[int]:
    """Return where the characters of code stand in an answer, in which its text begins at `start`.

    What the answer leaves out has the place of what stands before it.
    """
    places, at = [], 0
    for character in code:
        if not character.isspace():
            while at < len(text) and text[at].isspace():
                at += 1
        if at < len(text) and (character == text[at] or (character.isspace() and text[at].isspace())):
            places.append(start + at)
            at += 1
        else:
            places.append(start + max(0, at - 1))
    return places
