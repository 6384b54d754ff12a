"""Powers in RTF source: what stands raised behind a ten or a unit is written as one. Pure functions."""

from ingest.load import raised
from ingest.load.rtf.unseen import TOKEN
from qa.lazy_regex import lazy_regex

_UP = lazy_regex(r"\\super(?![a-z])|\\up[1-9]")
# What stands behind one of these is not raised behind what stands before it.
_PARTS = ("par", "line", "tab", "cell", "nestcell", "row", "sect", "page", "column")
# Longer than any power, and than what tells one.
_BEFORE = 12


def with_powers(source: str) -> str:
    """Return RTF source whose raised figures are "^6" behind "10", and "²" behind "m"; the numbers of notes stay."""
    if not _UP.search(source):
        return source
    up, stack, kept, before = False, list[bool](), [], ""
    for match in TOKEN.finditer(source):
        token, word = match[0], match[1]
        if token == "{":
            stack.append(up)
        elif token == "}":
            up = stack.pop() if stack else False
        elif word in ("super", "up", "nosupersub", "dn", "sub", "plain", "pard"):
            up = word in ("super", "up") and match[2] != "0"
        elif word in _PARTS:
            before = ""
        elif not token.startswith("\\"):
            said = raised.behind(before, token) if up else token
            # Beyond ASCII RTF writes a number, and how many signs stand for it in older programs.
            token = "".join(sign if sign.isascii() or ord(sign) < 256 else f"\\u{ord(sign)}?" for sign in said)
            before = (before + said)[-_BEFORE:]
        kept.append(token)
    return "".join(kept)
