"""A cited passage on the terminal, with the answer's words marked; or its file, opened in its own program."""

import itertools
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from qa.command.printing import readable
from qa.errors import QAError
from qa.types import Citation
from ui.conversation.console import Span
from ui.places import cited
from ui.terminal import place, width

Marked = tuple[str, list[Span]]


def passage_lines(citation: Citation) -> Iterator[Marked]:
    """Yield the passage's lines, as wide as the terminal shows them, each with the offsets of the marked words."""
    chunk = citation.chunk
    yield f"[{citation.number}] {place(cited(citation))}", []
    yield "", []
    text, marked = _readable(chunk.text, [(start - chunk.start, end - chunk.start) for start, end in citation.spans])
    at = 0
    for paragraph in text.split("\n"):
        for start, end in _wrapped(paragraph):
            marks = [(max(a, at + start), min(b, at + end)) for a, b in marked]
            yield paragraph[start:end], [(a - at - start, b - at - start) for a, b in marks if a < b]
        at += len(paragraph) + 1


def open_file(citation: Citation) -> str:
    """Open the cited document in the system's program for it, and return its path or address.

    Raises:
        QAError: It is not on this machine, or this system has no program to open files.
    """
    source = citation.chunk.source.partition("!/")[0]
    if not source.startswith(("http://", "https://")):
        file = Path(source)
        if not file.is_absolute() or not file.is_file():
            raise QAError(f"{source} is not on this machine")
        source = str(file)
    program = {"darwin": "open"}.get(sys.platform, "xdg-open")
    if sys.platform == "win32":
        os.startfile(source)
    elif path := shutil.which(program):
        quiet = subprocess.DEVNULL
        subprocess.Popen([path, source], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    else:
        raise QAError(f"nothing here opens files ({program} is missing); the file is {source}")
    return source


def _readable(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Return a text as it is meant to be read, and the spans' places in it."""
    edges = sorted({0, len(text), *(edge for span in spans for edge in span)})
    pieces = [readable(text[start:end]) for start, end in itertools.pairwise(edges)]
    place_of = {0: 0}
    for edge, piece in zip(edges[1:], pieces, strict=True):
        place_of[edge] = place_of[edges[edges.index(edge) - 1]] + len(piece)
    return "".join(pieces), [(place_of[start], place_of[end]) for start, end in spans]


def _wrapped(paragraph: str) -> Iterator[Span]:
    """Yield where a paragraph's lines begin and end; a blank paragraph is one line."""
    at = 0
    for line in textwrap.wrap(paragraph, width()) or [""]:
        # Wrapping drops only blanks at the ends of lines.
        start = paragraph.find(line, at) if line else at
        yield start, start + len(line)
        at = start + len(line)
