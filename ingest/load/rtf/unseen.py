"""The text of an RTF document that nobody sees: hidden, tiny, white without a background, or struck out."""

import re
from dataclasses import dataclass, replace

from ingest.load.unseen import STRUCK, left_out
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

TOKEN = lazy_regex(r"\\([a-z]+)(-?\d+)? ?|\\'[0-9a-fA-F]{2}|\\[^a-z]|[{}]|[^\\{}]+", re.IGNORECASE)
_COLOURS = lazy_regex(r"\{\\colortbl([^{}]*)\}")
# Stands for one that is escaped: which one it is does not matter where words are counted.
_LETTER = "x"
_SMALLEST = 2  # half points
_WHITE = 240
_GROUNDS = {"highlight", "cb", "chcbpat", "cbpat", "clcbpat"}


@dataclass(frozen=True, slots=True)
class _Look:
    hidden: bool = False
    struck: bool = False
    size: int = 24
    colour: int = 0
    ground: bool = False
    within: str = ""


def without_unseen(source: str) -> str:
    """Return RTF source without the text that nobody sees, which is noted."""
    if not re.search(r"\\v\b|\\strike|\\fs[012]\b|\\cf\d", source):
        return source
    white = _white(source)
    look, stack, kept = _Look(), list[_Look](), []
    # A word with an accent comes in pieces.
    gone: dict[str, str] = {}
    for match in TOKEN.finditer(source):
        token, word = match[0], match[1]
        how = _how(look, white)
        if how and (word == "u" or not token.startswith(("\\", "{", "}")) or token.startswith("\\'")):
            gone[how] = gone.get(how, "") + (_LETTER if token.startswith("\\") else token)
            continue
        if token == "{":
            stack.append(look)
        elif token == "}":
            look = stack.pop() if stack else _Look()
        elif word:
            look = _after(look, word, whole(match[2]) if match[2] else None)
        if gone and _how(look, white) != how:
            gone = {which: f"{text} " for which, text in gone.items()}
        kept.append(token)
    for how, text in gone.items():
        left_out(text, how)
    return "".join(kept)


def _after(look: _Look, word: str, number: int | None) -> _Look:
    if word == "v":
        return replace(look, hidden=number != 0)
    if word in ("strike", "striked"):
        return replace(look, struck=number != 0)
    if word == "fs":
        return replace(look, size=24 if number is None else number)
    if word == "cf":
        return replace(look, colour=number or 0)
    if word in _GROUNDS:
        return replace(look, ground=bool(number))
    if word in ("plain", "pard"):
        return replace(look, hidden=False, struck=False, size=24, colour=0, ground=False) if word == "plain" else look
    if word in ("fonttbl", "colortbl", "stylesheet", "info", "pict"):
        return replace(look, within=word)
    return look


def _how(look: _Look, white: set[int]) -> str:
    if look.within:
        return ""
    if look.hidden:
        return "hidden font"
    if look.struck:
        return STRUCK
    if look.size <= _SMALLEST:
        return "size 0 or 1"
    return "the colour of its background" if look.colour in white and not look.ground else ""


def _white(source: str) -> set[int]:
    """Return the numbers of the colours that nobody sees on paper."""
    table = _COLOURS.search(source)
    found = set()
    for number, entry in enumerate(table[1].split(";") if table else ()):
        parts = [whole(value) for value in re.findall(r"\\(?:red|green|blue)(\d{1,3})", entry)]
        if len(parts) == 3 and min(parts) >= _WHITE:
            found.add(number)
    return found
