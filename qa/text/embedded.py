"""The text of a chunk that is embedded, counted and compared: its own under the lines above it. Pure functions."""

from dataclasses import replace

from qa.text.outline import heading_at
from qa.types import Chunk, Hit


def embedded_text(chunk: Chunk) -> str:
    """Return the text that is embedded for a chunk: its own under its title and headings, which it may not repeat."""
    return f"{prefix(chunk.title, chunk.heading)}{chunk.text}"


def prefix(title: str, heading: str) -> str:
    """Return the lines put in front of a chunk's text; a title that opens the heading path is not repeated."""
    if heading == title or heading.startswith(f"{title} › "):
        title = ""
    above = " › ".join(part for part in (title, heading) if part)
    return f"{above}\n" if above else ""


def above_of(hit: Hit) -> str:
    """Return the lines above a hit's text, and what of the question its document is about."""
    line = prefix(hit.chunk.title, hit.chunk.heading)
    return f"{line}{hit.about}\n" if hit.about else line


def above_at(hit: Hit, position: int) -> str:
    """Return the lines above a place of a document that lies in a hit: of several sections in it, those of its own."""
    heading = heading_at(hit.chunk, position)
    return above_of(hit if heading == hit.chunk.heading else replace(hit, chunk=replace(hit.chunk, heading=heading)))
