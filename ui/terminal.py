"""An answer as lines of plain text."""

import os
import textwrap
from collections.abc import Iterator
from pathlib import Path

from qa.types import Answer, Chunk, Citation

_WIDTH = 100
_NEAREST = 3


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield the answer, then its footnotes: where each stands, and the words it rests on."""
    if answer.query != answer.question:
        yield from (f"(searched for: {answer.query})", "")
    for paragraph in answer.text.split("\n\n"):
        yield textwrap.fill(paragraph, _WIDTH)
        yield ""
    if not answer.complete:
        yield from ("This answer broke off before its end.", "")
    for statement in answer.statements:
        if statement.problem:
            yield f"! Not supported ({statement.problem}): {textwrap.shorten(statement.text, 70)}"
    if answer.found and not answer.citations:
        yield "This answer cites no passage: do not rely on it."
    for citation in answer.citations:
        yield from _footnote(citation)
    if not answer.found:
        for hit in answer.hits[:_NEAREST]:
            yield f"  {place(hit.chunk)}"
            yield textwrap.indent(textwrap.shorten(hit.chunk.text, 160), "      ")


def place(chunk: Chunk) -> str:
    """Return where a chunk stands: title, heading, page, and the path as seen from the working folder."""
    parts = [
        chunk.title,
        chunk.heading if chunk.heading != chunk.title else "",
        f"p. {chunk.page}" if chunk.page else "",
    ]
    return f"{', '.join(part for part in parts if part)} — {_short_path(chunk.source)}"


def _footnote(citation: Citation) -> Iterator[str]:
    chunk = citation.chunk
    yield f"[{citation.number}] {place(chunk)}, characters {chunk.start}–{chunk.end}"
    for start, end in citation.spans:
        quoted = " ".join(chunk.text[start - chunk.start : end - chunk.start].split())
        yield textwrap.fill(f"“{quoted}”", _WIDTH, initial_indent="    ", subsequent_indent="    ")


def _short_path(source: str) -> str:
    path = Path(source)
    return os.path.relpath(path) if path.is_absolute() and path.is_relative_to(Path.cwd()) else source
