"""Where a passage stands within its document, in words for the reader. Pure functions."""

from typing import Protocol

from qa.types import Chunk


class Say(Protocol):
    """Words a message with named places."""

    def __call__(self, message: str, /, **values: object) -> str:
        """Return the message with its places filled, in some language."""


def in_english(message: str, /, **values: object) -> str:
    """Fill the places of a message."""
    return message.format(**values)


def places(chunk: Chunk, t: Say = in_english) -> list[str]:
    """Return the page, or the sheet and rows, as far as the format has them: ["p. 7"], ["sheet Faults, rows 2–9"].

    A page whose printed number differs from that in the file is given by both; a sheet named in the heading is not
    named again. `t` puts it into the reader's language.
    """
    found = []
    if chunk.page > 0:
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


def headings(chunk: Chunk) -> str:
    """Return the path of headings without the title, which is shown before it; "" if nothing else is left."""
    if chunk.heading == chunk.title:
        return ""
    return chunk.heading.removeprefix(f"{chunk.title} › ")
