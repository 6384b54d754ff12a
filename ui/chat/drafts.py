"""The beginning of a text in Markdown, as it is best shown while the rest is still being written. Pure functions.

What the next words may yet turn into something else waits, and what was opened is closed, so that nothing jumps.
"""

import re

from qa.lazy_regex import lazy_regex

_OPEN_MARKER = lazy_regex(r"[ \t]*\[\d{0,3}$")
# The beginning of what makes a block: a rule, a heading, an item, a fence, a quotation.
_OPEN_BLOCK = lazy_regex(r"^[ \t]*(?:[-*+_=>]+|#{1,6}|\d{1,3}[.)]?|`{1,3}\w*|~{1,3}\w*)[ \t]*\Z")
_FENCE = lazy_regex(r"^[ \t]*(```+|~~~+)")
_HALF_FENCE = lazy_regex(r"[ \t]*(?:`{1,2}|~{1,2})")
_ITEM = lazy_regex(r"^[ \t]*(?:[-*+]|\d{1,9}[.)]|>|#{1,6})[ \t]+")
# A link whose address is not whole, or an image.
_OPEN_LINK = lazy_regex(r"(!?)\[([^\[\]\n]*)\]\([^()\s]*\Z|!?\[(?!\d)([^\[\]\n]*)\Z")
_RULE = lazy_regex(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\Z")
_DELIMITERS = lazy_regex(r"\*{1,3}|~~|(?<!\w)_{1,2}|_{1,2}(?!\w)")
_CODE = lazy_regex(r"(`+)(?:.*?[^`])??\1(?!`)")


def begun(text: str) -> str:
    """Return what to show of a text as far as it was written."""
    *whole, last = text.split("\n")
    if _is_in_fence(whole):
        return "\n".join(whole) if _HALF_FENCE.fullmatch(last) else text
    if _OPEN_BLOCK.match(last):
        return "\n".join(whole)
    above = _table_above(whole)
    if "|" in last and (last.lstrip().startswith("|") or above):
        # A row comes as a whole. The first two lines tell that it is a table.
        rows = above if above and len(above) > 1 and _RULE.match(above[1]) else []
        return "\n".join(whole if rows else whole[: len(whole) - len(above)])
    if above and len(above) == 1 and above[0].lstrip().startswith("|"):
        return "\n".join(whole[:-1])
    return "\n".join([*whole, _closed(_OPEN_MARKER.sub("", last), _before(whole))])


def _is_in_fence(lines: list[str]) -> bool:
    fence = ""
    for line in lines:
        if match := _FENCE.match(line):
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence):
                fence = ""
    return bool(fence)


def _table_above(lines: list[str]) -> list[str]:
    """Return the last lines that may be a table's."""
    count = 0
    while count < len(lines) and "|" in lines[-1 - count]:
        count += 1
    return lines[len(lines) - count :]


def _before(lines: list[str]) -> str:
    """Return the lines of the paragraph that the last line goes on with."""
    count = 0
    while count < len(lines) and lines[-1 - count].strip() and not _ITEM.match(lines[-1 - count]):
        count += 1
    if count < len(lines) and lines[-1 - count].strip():
        count += 1
    return "\n".join(lines[len(lines) - count :])


def _closed(line: str, before: str) -> str:
    """Return a line with what it leaves open closed."""
    line = _OPEN_LINK.sub(lambda match: match[2] or match[3] or "", line)
    item = _ITEM.match(line)
    start = "" if item else f"{before}\n" if before else ""
    paragraph = start + (line[item.end() :] if item else line)
    plain = _CODE.sub("", paragraph)
    if "`" in plain:
        run = re.search("`+", plain)
        assert run is not None
        return line.rstrip("`") if line.endswith(run[0]) and plain.count("`") == len(run[0]) else line + run[0]
    open_: list[str] = []
    for match in _DELIMITERS.finditer(plain):
        mark, left, right = match[0], plain[match.start() - 1 : match.start()], plain[match.end() : match.end() + 1]
        if mark in open_ and left.strip():
            del open_[open_.index(mark) :]
        elif right.strip():
            open_.append(mark)
        elif not right:
            # Nothing follows yet: it may open something, or be the half of what closes.
            line = line[: len(line) - len(mark)]
    return line.rstrip() + "".join(reversed(open_)) if open_ else line
