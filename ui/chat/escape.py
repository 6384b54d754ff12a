"""Texts made safe to show: as HTML, and inside Streamlit's Markdown."""

import html
import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Streamlit sets these as typography even when escaped, "--recreate" as a dash; inside a code span it lets them be.
_TYPOGRAPHY = re.compile(r"--|->|<-|>=|<=|~=")


def escape(text: str) -> str:
    """Make text safe inside HTML content and double-quoted attributes; lone surrogates become question marks."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)


def escape_markdown(text: str) -> str:
    """Make text one line that Streamlit's Markdown shows as it is."""
    words = text.encode("utf-8", "replace").decode("utf-8").split()
    return " ".join(_code(word) if _TYPOGRAPHY.search(word) else _PUNCTUATION.sub(r"\\\1", word) for word in words)


def _code(word: str) -> str:
    fence = "`" * (max((len(run) for run in re.findall("`+", word)), default=0) + 1)
    return f"{fence} {word} {fence}" if "`" in word else f"{fence}{word}{fence}"
