"""Where a passage stands within its document, in words for the reader. Pure functions."""

import re
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from qa.lazy_regex import lazy_regex
from qa.text.outline import heading_at
from qa.types import Chunk, Citation

_WEB = lazy_regex(r"https?://", re.IGNORECASE)
_SLIDES = (".pptx", ".pptm", ".ppsx", ".ppt", ".pps", ".odp")


class Say(Protocol):
    """Words a message with named places."""

    def __call__(self, message: str, /, **values: object) -> str:
        """Return the message with its places filled, in some language."""


def in_english(message: str, /, **values: object) -> str:
    """Fill the places of a message."""
    return message.format(**values)


def places(chunk: Chunk, t: Say = in_english) -> list[str]:
    """Return the page, slide, or sheet and rows, as far as the format has them: ["p. 7"], ["sheet Faults, rows 2–9"].

    A page whose printed number differs from that in the file is given by both; a sheet named in the heading is not
    named again. `t` puts it into the reader's language.
    """
    found = []
    if chunk.page > 0 and is_slide(chunk):
        last = chunk.metadata.get("last_page", "")
        slide = f"{chunk.page}–{last}" if last else str(chunk.page)
        found.append(t("slides {slide}", slide=slide) if last else t("slide {slide}", slide=slide))
    elif chunk.page > 0:
        label, last = chunk.metadata.get("page_label", ""), chunk.metadata.get("last_page", "")
        if last:
            pages = f"{chunk.page}–{last}"
            found.append(t("p. {pages} of the file", pages=pages) if label else t("p. {page}", page=pages))
        elif label:
            found.append(t("p. {label} (page {page} of the file)", label=label, page=str(chunk.page)))
        else:
            found.append(t("p. {page}", page=str(chunk.page)))
    if rows := chunk.metadata.get("rows", ""):
        sheet = chunk.metadata.get("sheet", "")
        if sheet == chunk.heading.rpartition(" › ")[2]:
            sheet = ""
        numbered = t("row {row}", row=rows) if rows.isdecimal() else t("rows {rows}", rows=rows)
        if sheet:
            named = t("sheets {names}", names=sheet) if ", " in sheet else t("sheet {name}", name=sheet)
            numbered = f"{named}, {numbered}"
        found.append(numbered)
    return found


def is_slide(chunk: Chunk) -> bool:
    """Tell whether the page of a passage is a slide, as the name of its file tells."""
    path = urlsplit(chunk.source).path if _WEB.match(chunk.source) else chunk.source
    return path.lower().endswith(_SLIDES)


def headings(chunk: Chunk, position: int | None = None) -> str:
    """Return the path of headings without the title, which is shown before it; "" if nothing else is left.

    Args:
        chunk: A passage.
        position: Of the document's text, in the passage, whose section is meant; None for that of its beginning.
    """
    path = chunk.heading if position is None else heading_at(chunk, position)
    return "" if path == chunk.title else path.removeprefix(f"{chunk.title} › ")


def cited(citation: Citation) -> Chunk:
    """Return the passage of a citation under the headings of what is cited in it: it may hold several sections."""
    chunk = citation.chunk
    first = min((start for start, _ in citation.spans), default=chunk.start)
    return replace(chunk, heading=heading_at(chunk, first))
