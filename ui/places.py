"""Where a passage stands within its document, in words for the reader. Pure functions."""

from qa.types import Chunk


def places(chunk: Chunk) -> list[str]:
    """Return the page, or the sheet and rows, as far as the format has them: ["p. 7"], ["sheet Faults, rows 2–9"].

    A page whose printed number differs from that in the file is given by both; a sheet named in the heading is not
    named again.
    """
    found = []
    if chunk.page > 0:
        label, last = chunk.metadata.get("page_label", ""), chunk.metadata.get("last_page", "")
        if last:
            found.append(f"p. {chunk.page}–{last}{' of the file' if label else ''}")
        else:
            found.append(f"p. {label} (page {chunk.page} of the file)" if label else f"p. {chunk.page}")
    if rows := chunk.metadata.get("rows", ""):
        sheet = chunk.metadata.get("sheet", "")
        if sheet == chunk.heading.rpartition(" › ")[2]:
            sheet = ""
        named = f"{'sheets' if ', ' in sheet else 'sheet'} {sheet}, " if sheet else ""
        found.append(f"{named}{'row' if rows.isdecimal() else 'rows'} {rows}")
    return found


def headings(chunk: Chunk) -> str:
    """Return the path of headings without the title, which is shown before it; "" if nothing else is left."""
    if chunk.heading == chunk.title:
        return ""
    return chunk.heading.removeprefix(f"{chunk.title} › ")
