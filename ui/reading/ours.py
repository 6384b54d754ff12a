"""Words of Footnote's own that its readers put into texts: "Notes:", "[Comment by Ada: …]". Pure functions.

They are stored in English, in documents of any language, and are searched as they stand. The pane says them in its own
language, where the reader of that kind of file puts them, and keeps what stands in the text beside them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.load.formats import FORMATS, format_of
from qa.lazy_regex import lazy_regex
from ui.web.language import t

_SLIDES = ("pptx", "ppt", "odp")
_SHEETS = ("xlsx", "xls", "ods")
_TEXTS = ("docx", "doc", "odt", "pdf", "tex")
_Words = tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]
# The words, and the kinds of files in which they are ours. At the beginning of a paragraph:
_BEGINNINGS: _Words = (
    (lazy_regex(r"(Notes)(?=: )"), _SLIDES),
    (lazy_regex(r"(Output)(?=: )"), ("ipynb",)),
    (lazy_regex(r"(Picture)(?=: )"), (*_SLIDES, *_SHEETS, *_TEXTS, "epub", "ipynb")),
)
# In brackets, with the name or the cell that they are about:
_BRACKETS: _Words = (
    (lazy_regex(r"(?<=\[)(Comment by) ([^\[\]:\n]{1,80})(?=: )"), (*_SLIDES, *_TEXTS)),
    (lazy_regex(r"(?<=\[)(Comment)(?=: )"), (*_SLIDES, *_TEXTS)),
    (lazy_regex(r"(?<=\[)(Comment on)(?= [A-Z]{1,3}\d{1,7}[,:])"), _SHEETS),
    (lazy_regex(r"(?<=\[)(Note)(?=: )"), _TEXTS),
    (lazy_regex(r"(?<=\[)(Note on)(?= “)"), ("pdf",)),
    (lazy_regex(r"(?<=\[)(Text box|Chart|Formula)(?=: )"), _SHEETS),
    (lazy_regex(r"(?<=\[)(Text box at|Chart at|Formula at|SmartArt at) ([A-Z]{1,3}\d{1,7})(?=: )"), _SHEETS),
)


@dataclass(frozen=True, slots=True)
class Label:
    """Words of ours: where they stand in a piece of text, end exclusive, and what is said in their place."""

    start: int
    end: int
    said: str


def labels(text: str, media_type: str) -> list[Label]:
    """Return the words of ours in a piece of text that the language of the page says otherwise, in order.

    Args:
        text: A paragraph, a heading or an item of a list, from its beginning.
        media_type: Of the document.
    """
    found = (
        Label(match.start(), match.end(), said)
        for match in _found(text, media_type)
        if (said := _said(match[1], match[match.lastindex or 1])) != match[0]
    )
    return sorted(found, key=lambda label: label.start)


def reworded(text: str, source: str, *, begins: bool = True) -> str:
    """Return a stretch of a document's text in which words of ours are said in the language of the page.

    Args:
        text: Some lines of it.
        source: The document's path or address, which tells its kind.
        begins: Whether a line begins where the text does; "Output:" within a line is the document's own word.
    """
    kind = format_of(PurePosixPath(source).name)
    if kind is None:
        return text
    first, *others = text.split("\n")
    media_type = FORMATS[kind].media_type
    return "\n".join([_line(first, media_type) if begins else first, *(_line(line, media_type) for line in others)])


def _line(text: str, media_type: str) -> str:
    for label in reversed(labels(text, media_type)):
        text = text[: label.start] + label.said + text[label.end :]
    return text


def _found(text: str, media_type: str) -> Iterator[re.Match[str]]:
    for pattern, keys in _BEGINNINGS:
        if _is_one_of(media_type, keys) and (match := pattern.match(text)):
            yield match
    for pattern, keys in _BRACKETS:
        if _is_one_of(media_type, keys):
            yield from pattern.finditer(text)


def _is_one_of(media_type: str, keys: tuple[str, ...]) -> bool:
    return any(FORMATS[key].media_type == media_type for key in keys)


def _said(words: str, about: str) -> str:
    # The colons tell the catalogue that these are no words of the pages' own.
    return {
        "Notes": t("Notes:"),
        "Output": t("Output:"),
        "Picture": t("Picture:"),
        "Comment by": t("Comment by {author}:", author=about),
        "Comment": t("Comment:"),
        "Comment on": t("Comment on:"),
        "Note": t("Note:"),
        "Note on": t("Note on:"),
        "Text box": t("Text box:"),
        "Chart": t("Chart:"),
        "Formula": t("Formula:"),
        "Formula at": t("Formula at {cell}:", cell=about),
        "Text box at": t("Text box at {cell}:", cell=about),
        "Chart at": t("Chart at {cell}:", cell=about),
        "SmartArt at": t("SmartArt at {cell}:", cell=about),
    }[words].removesuffix(":")
