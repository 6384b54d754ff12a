"""Running headers and footers: the lines that recur at the top or bottom of most pages of a PDF."""

import math
from collections import Counter
from collections.abc import Sequence

from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

MIN_PAGES = 3
MIN_REPEATS = 2
# A page number gives a line away on fewer pages: exhibits and title pages have their own.
MIN_NUMBERED_SHARE = 0.2
MIN_NUMBERED_REPEATS = 4
MIN_SHARE = 0.6
MAX_LINES = 2
MAX_LINE_CHARS = 120

_NUMBER = lazy_regex(r"\d+")


def without(pages: Sequence[str]) -> list[str]:
    """Remove from each page up to two running lines at either end.

    A line is a running one if it stands among the two outermost lines on at least 60 % of the pages that hold text, of
    which there must be three; a first page often goes without. One number in it may count along with the pages, and
    then 20 % are enough; any other difference makes it another line.
    """
    pages = list(pages)
    if sum(map(bool, pages)) < MIN_PAGES:
        return pages
    for last in (False, True):
        seen = Counter(key for number, page in enumerate(pages) for key in _outer_keys(page, number, last=last))
        filled = sum(map(bool, pages))
        running = {key for key, count in seen.items() if count >= _needed(key, filled)}
        stripped = [_strip(page, number, running, last=last) for number, page in enumerate(pages)]
        # Pages that all say the same (a form filled in once) would vanish.
        if any(stripped):
            pages = stripped
    return pages


def _needed(key: str, pages: int) -> int:
    """Return on how many pages a line must recur; a NUL in its key marks a number that counts along with the pages."""
    if "\0" in key:
        return max(MIN_NUMBERED_REPEATS, math.ceil(MIN_NUMBERED_SHARE * pages)) if pages > MIN_PAGES else MIN_REPEATS
    return max(MIN_REPEATS, math.ceil(MIN_SHARE * pages))


def _outer_keys(page: str, number: int, *, last: bool) -> set[str]:
    lines = [line for line in page.split("\n") if line.strip()]
    outer = lines[-MAX_LINES:] if last else lines[:MAX_LINES]
    return {key for line in outer for key in _keys(line, number)}


def _keys(line: str, page: int) -> set[str]:
    """Return what the line has in common with its like on other pages.

    Masking all digits would be shorter, and would take "Invoice 4711" or the last row of a table for a footer.
    """
    line = " ".join(line.split())
    if not line or len(line) > MAX_LINE_CHARS:
        return set()
    keys = {line}
    for match in _NUMBER.finditer(line):
        keys.add(f"{line[: match.start()]}\0{whole(match[0]) - page}\0{line[match.end() :]}")
    return keys


def _strip(page: str, number: int, running: set[str], *, last: bool) -> str:
    lines = page.split("\n")
    end = -1 if last else 0
    for _ in range(MAX_LINES):
        while lines and not lines[end].strip():
            lines.pop(end)
        if not lines or not _keys(lines[end], number) & running:
            break
        lines.pop(end)
    return "\n".join(lines).strip("\n")
