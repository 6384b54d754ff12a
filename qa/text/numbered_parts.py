"""Where a part of a text that is named by its number begins and ends, such as "Article 4". Pure functions."""

from qa.lazy_regex import lazy_regex
from qa.text.names import Name
from qa.text.numerals import part_heading

_MARKS = "#*_ \t"
_LINE = lazy_regex(r"[^\n]+")


def spans(name: Name, text: str, heading: str = "") -> list[tuple[int, int]]:
    """Return where a text is that of a part: from the line that begins with it up to the next part or heading.

    Args:
        name: That `is_part`.
        text: A passage.
        heading: That it stands under; it opens the part where its own number is that.
    """
    found: list[tuple[int, int]] = []
    start = 0 if heading and name.opens_in(heading.rpartition(" › ")[2]) else None
    level = 0
    for line in _LINE.finditer(text):
        plain = line[0].lstrip(_MARKS)
        own = len(line[0]) - len(line[0].lstrip("#"))
        is_next = part_heading(plain) or (0 < own <= (level or own))
        if start is not None and line.start() > 0 and is_next:
            found.append((start, line.start()))
            start = None
        if start is None and name.opens_in(plain):
            start, level = line.start(), own
    if start is not None:
        found.append((start, len(text)))
    return found
