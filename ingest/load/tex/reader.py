"""Walks what pylatexenc made of LaTeX source, and builds the text of it."""

from collections.abc import Sequence
from typing import Any

from ingest.load.tex import environments, macros
from ingest.load.tex.paragraphs import TexParagraphs


class TexReader(TexParagraphs):
    """Builds a document's text."""

    def preamble(self, nodes: Sequence[Any]) -> None:
        """Take title, author, date and settings of numbers from what stands before the document."""
        self.captured += 1
        self.walk(nodes)
        self.captured -= 1
        self.buffer, self.notes = [], []

    def read(self, nodes: Sequence[Any]) -> None:
        """Read the document."""
        if self.title:
            self.built.heading(1, self.title)
            self.built.paragraph(self.author)
        self.walk(nodes)
        self.flush()

    def macro(self, node: Any, nodes: Sequence[Any], at: int) -> int:
        """Read a macro; return how many of the nodes behind it belong to it."""
        return macros.macro(self, node, nodes, at)

    def environment(self, node: Any) -> None:
        """Read an environment."""
        environments.environment(self, node)
