"""Files that old mail programs wrote into the text itself, in letters: "begin 644 note.txt" to "end" (uuencode)."""

import binascii
import re
from collections.abc import Callable

from qa.lazy_regex import lazy_regex

_BLOCK = lazy_regex(
    r"^begin [0-7]{3,4} (?P<name>[^\n]{1,200})\n(?P<lines>(?:[!-`][ -`]{0,84}+\n)++)(?:[ `]?\n)?end[ \t]*$",
    re.MULTILINE,
)


def taken_out(body: str, keep: Callable[[str, bytes], None]) -> str:
    """Return a text without the files in it, each of which is given to `keep` by its name; a damaged one stays."""
    if "\nend" not in body or not re.search(r"^begin [0-7]", body, re.MULTILINE):
        return body

    def file(match: re.Match[str]) -> str:
        try:
            data = b"".join(map(_line, match["lines"].splitlines()))
        except (binascii.Error, ValueError):
            return match[0]
        keep(match["name"].strip(), data)
        return ""

    return _BLOCK.sub(file, body.replace("\r\n", "\n"))


def _line(line: str) -> bytes:
    # Blanks at its end, which are zeros, are often cut off on the way; others are too many.
    length = (ord(line[0]) - 32) & 63
    letters = -(-length // 3) * 4
    return binascii.a2b_uu(line[0] + line[1 : letters + 1].ljust(letters))
