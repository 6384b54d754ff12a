"""Texts made safe to show: as HTML, and inside Streamlit's Markdown."""

import html
import re

from qa.lazy_regex import lazy_regex

_PUNCTUATION = lazy_regex(r"([!-/:-@\[-`{-~])")
# All of it but what stands in names and means nothing in Markdown within a line.
_MARKING = lazy_regex(r"[!-$(-+:-?\[-`{-~]")
# Streamlit turns these into typography even when escaped, such as "--recreate" into a dash; not in a code span.
_TYPOGRAPHY = lazy_regex(r"--|->|<-|>=|<=|~=")


# Control characters except tab and newline, marks of writing direction, and invisible characters.
_UNSHOWN = lazy_regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)


def escape(text: str) -> str:
    """Make text safe inside HTML content and double-quoted attributes; lone surrogates become question marks.

    Characters that are invisible, or change how their neighbours look, are left out.
    """
    text = _UNSHOWN.sub("", text)
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)


def escape_markdown(text: str) -> str:
    """Make text one line that Streamlit's Markdown shows as it is; what `escape` leaves out is left out here too."""
    words = _UNSHOWN.sub("", " ".join(text.split())).encode("utf-8", "replace").decode("utf-8").split()
    return " ".join(_code(word) if _TYPOGRAPHY.search(word) else _PUNCTUATION.sub(r"\\\1", word) for word in words)


def in_a_line(text: str) -> str:
    """Make text one line for what shows characters alone, as the title of a tab; without what `escape` leaves out.

    There a mark of direction would turn what stands beside the text as well.
    """
    return " ".join(_UNSHOWN.sub("", text).encode("utf-8", "replace").decode("utf-8").split())


def spoken(text: str) -> str:
    """Make text one line for a label that is only read aloud: Streamlit's Markdown has nothing to mark in it.

    What `escape_markdown` writes before a sign would be read aloud too.
    """
    return " ".join(_MARKING.sub(" ", _UNSHOWN.sub("", text)).encode("utf-8", "replace").decode("utf-8").split())


def _code(word: str) -> str:
    fence = "`" * (max((len(run) for run in re.findall("`+", word)), default=0) + 1)
    return f"{fence} {word} {fence}" if "`" in word else f"{fence}{word}{fence}"
