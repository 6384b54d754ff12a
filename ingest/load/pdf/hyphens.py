"""Hyphens of a PDF: words parted at a line's end are joined as the document spells them elsewhere, drawn ones stay."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from ingest.load.pdf.unseen import Seen
from ingest.load.pdf.words import SOFT
from qa.lazy_regex import lazy_regex

# What PDFium puts in place of a hyphen at a line end; the line break itself is gone.
_HYPHEN = lazy_regex("([^\\W_]+)[\ufffe\x02](?:\r?\n)?([^\\W_]+)")


def joiner(pages: Iterable[str]) -> Callable[[str], str]:
    """Return what joins the words of a text, given the texts of all pages of its document."""
    words = words_of(pages)
    return lambda text: _HYPHEN.sub(lambda match: join(match[1], match[2], words), text)


def words_of(pages: Iterable[str]) -> set[str]:
    """Collect the document's words, with and without inner hyphens, but no halves of a word at a line end."""
    text = _HYPHEN.sub(" ", "\n".join(pages)).casefold()
    return set(re.findall(r"[^\W\d_]+-[^\W\d_]+", text)) | set(re.findall(r"[^\W\d_]+", text))


def join(left: str, right: str, words: set[str]) -> str:
    """Join the halves of a word at a line end, keeping a hyphen that belongs there ("higher-order", "Form 10-Q").

    PDFium marks both kinds alike, so the document's other words decide: the spelling it uses elsewhere, else a
    hyphen if both halves are words of their own.
    """
    first, second = left.casefold(), right.casefold()
    if first + second in words:
        return left + right
    hyphen = (
        f"{first}-{second}" in words
        or (min(len(first), len(second)) > 3 and {first, second} <= words)
        or len(first) == 1
        or left[-1].isdecimal()
        or right[0].isdecimal()
        or (right[0].isupper() and not left.isupper())
    )
    return f"{left}-{right}" if hyphen else left + right


def write_drawn(seen: Seen, textpage: Any) -> None:
    """Write the soft hyphens of a page that have ink as hyphens: as such they would be taken for invisible.

    Args:
        seen: The page's text.
        textpage: The same, open in pypdfium2.
    """
    import pypdfium2.raw as pdfium

    if SOFT not in seen.text:
        return
    signs = list(seen.text)
    for index in range(textpage.count_chars()):
        if pdfium.FPDFText_GetUnicode(textpage.raw, index) == ord(SOFT):
            _, bottom, _, top = textpage.get_charbox(index)
            at = seen.place(index)
            if top > bottom and at is not None and signs[at] == SOFT:
                signs[at] = "-"
    seen.text = "".join(signs)
