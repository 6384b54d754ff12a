"""The paragraphs of LaTeX source, as pylatexenc took it apart: characters, groups, formulas, and what ends one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.tex.math import MathText
from ingest.load.tex.nodes import is_white
from ingest.load.tex.numbers import TexNumbers
from ingest.load.tex.source import Source
from ingest.load.unseen import left_out
from qa.lazy_regex import lazy_regex

BREAK = "\u2028"
"""A line's end within a paragraph."""
PARAGRAPHS = lazy_regex(r"\n[ \t]*\n\s*")
_QUOTES = (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"))


@dataclass(slots=True)
class OpenList:
    """A list that is being read: its kind, its options, how deep it lies among numbered ones, and its last number."""

    kind: str
    options: str
    depth: int
    value: int = 0


class TexParagraphs(ABC):
    """Builds paragraphs of characters, groups and formulas; what macros and environments say is added by `TexReader`.

    `labels` are what was found that labels stand for; `buffer` holds the paragraph that is being read, `captured` says
    that it is part of a line, `item` the number of the list item that it begins, `floating` what captions here are of,
    and `latest` what a label here stands for.
    """

    def __init__(
        self,
        source: Source,
        numbers: TexNumbers,
        words: dict[str, str],
        labels: dict[str, tuple[str, str]],
        included: dict[str, str],
    ) -> None:
        """Start an empty text.

        Args:
            source: What was prepared.
            numbers: Those of the document, at their beginning.
            words: What LaTeX writes by itself, in its language.
            labels: By name: the word for the thing, and its number.
            included: The source of files in the same folder by the names that the document calls them.
        """
        self.built = TextBuilder()
        self.title = self.author = self.date = ""
        self.labels: dict[str, tuple[str, str]] = {}
        self.source = source
        self.numbers = numbers
        self.words = words
        self.known = labels
        self.elsewhere = included
        self.ended: dict[int, int] = {}
        self.math = MathText(lambda node: self.said([node]))
        self.buffer: list[str] = []
        self.notes: list[str] = []
        self.captured = 0
        self.lists: list[OpenList] = []
        self.item: str | None = None
        self.floating = "figure"
        self.latest = ("section", "")
        self.base = 0 if numbers.is_book else 1
        self.bibliography = 0
        for name, (_, shared, within) in source.theorems.items():
            if shared:
                numbers.shared[name] = shared
            if within:
                numbers.within[name] = within

    def walk(self, nodes: Sequence[Any]) -> None:
        """Read nodes in their order."""
        skip = 0
        for at, node in enumerate(nodes):
            if skip:
                skip -= 1
                continue
            kind = type(node).__name__
            if kind == "LatexCharsNode":
                self._chars(node.chars)
            elif kind == "LatexGroupNode":
                self._group(node)
            elif kind == "LatexSpecialsNode":
                self._special(node.specials_chars)
            elif kind == "LatexMathNode":
                self._formula(node)
            elif kind == "LatexEnvironmentNode":
                self.environment(node)
            elif kind == "LatexMacroNode":
                skip = self.macro(node, nodes, at)

    def _chars(self, chars: str) -> None:
        first, *others = PARAGRAPHS.split(chars)
        self.buffer.append(_typeset(first))
        for other in others:
            self.flush()
            self.buffer.append(_typeset(other))

    def _group(self, node: Any) -> None:
        first = next((one for one in node.nodelist if type(one).__name__ == "LatexMacroNode"), None)
        if first is not None and first.macroname == "color" and first is node.nodelist[0] and is_white(first):
            left_out(self.said(node.nodelist), "the colour of its background")
            return
        self.walk(node.nodelist)

    def _special(self, chars: str) -> None:
        if chars.count("\n") > 1:
            self.flush()
        else:
            self.buffer.append({"~": " ", "&": " ", "#": "#"}.get(chars) or _typeset(chars))

    def _formula(self, node: Any) -> None:
        said = self.math.text(node.nodelist)
        self.buffer.append(f"{BREAK}{said}{BREAK}" if node.displaytype == "display" else said)

    def said(self, nodes: Sequence[Any] | None) -> str:
        """Return what nodes say, on one line; what is a block there is joined by spaces."""
        outer, self.buffer = self.buffer, []
        self.captured += 1
        self.walk(nodes or [])
        self.captured -= 1
        said, self.buffer = "".join(self.buffer), outer
        return self.source.restored(one_line(said.replace(BREAK, " ")))

    def flush(self) -> None:
        """End a paragraph."""
        if self.captured:
            self.buffer.append(" ")
            return
        text = "".join(self.buffer)
        self.buffer = []
        for piece, is_block in self.source.blocks(text):
            self._paragraph(piece, is_block=is_block)
        for note in self.notes:
            self.built.paragraph(f"[Note: {note}]")
        self.notes = []

    def _paragraph(self, text: str, *, is_block: bool) -> None:
        if is_block:
            self.built.paragraph(text.strip("\n"))
            return
        text = self.source.restored(text)
        lines = (" ".join(line.split()) for line in text.split(BREAK))
        text = "\n".join(filter(None, lines))
        if not text:
            return
        if self.item is None:
            self.built.paragraph(text)
        else:
            self.built.item(text, self.item)
            self.item = None

    @abstractmethod
    def macro(self, node: Any, nodes: Sequence[Any], at: int) -> int:
        """Read a macro; return how many of the nodes behind it belong to it."""

    @abstractmethod
    def environment(self, node: Any) -> None:
        """Read an environment."""


def _typeset(text: str) -> str:
    for written, shown in _QUOTES:
        text = text.replace(written, shown)
    return text
