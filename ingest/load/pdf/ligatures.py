"""Ligatures of scripts from right to left: PDFium turns a line's letters round, and so those of one sign wrongly.

The letters that one sign stands for are in their order already, as in "لا", and come out as "ال". They have one place.
Those of signs that Unicode has as such (U+FEFB) come out right: so only what cannot be one sign is turned.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ingest.load.pdf.unseen import Seen
from ingest.load.pdf.words import Word
from qa.lazy_regex import lazy_regex

_LETTERS = lazy_regex("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LATIN_BEFORE = lazy_regex("(?<=[A-Za-z]{2})(?=[\u0620-\u064a\u0671-\u06d3\u05d0-\u05ea])")
# Alef before lam, and "الله" with its letters from the end, with or without its alef.
_TURNED = lazy_regex("[\u0622\u0623\u0625\u0627\u0671]\u0644|\u0647\u0644\u0644\u0627?")


def put_right(seen: Seen, words: Sequence[Word], textpage: Any) -> None:
    """Put the letters of ligatures in their order, in a page's text and in its words.

    Args:
        seen: The page's text.
        words: Its words.
        textpage: The page's text, open in pypdfium2.
    """
    signs: dict[int, str] = {}
    for word in words:
        if not _LETTERS.search(word.text):
            continue
        said = ""
        letters = list(zip(range(word.first, word.last), word.text, strict=False))
        for _, run in groupby(letters, key=lambda letter: textpage.get_charbox(letter[0])):
            same = list(run)
            text = "".join(sign for _, sign in same)
            if _TURNED.fullmatch(text):
                for (index, _), sign in zip(same, reversed(text), strict=True):
                    where = seen.place(index)
                    if where is not None:
                        signs[where] = sign
                text = text[::-1]
            said += text
        word.text = said + word.text[len(letters) :]
    if signs:
        seen.text = "".join(signs.get(at, sign) for at, sign in enumerate(seen.text))


def apart(text: str) -> str:
    """Return a text with a blank behind each Latin word that a letter of such a script follows: PDFium loses it."""
    return _LATIN_BEFORE.sub(" ", text)
