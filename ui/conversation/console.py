"""What `footnote chat` prints: lines of plain text, coloured if the terminal shows colours.

Every line goes through `qa.command.printing` first, so that no colour codes but ours are printed.
"""

import sys
from functools import cache
from typing import TYPE_CHECKING

from qa.command.printing import say, say_styled
from qa.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from rich.console import Console

Span = tuple[int, int]

# A line's style by how it begins: our own lines begin like this.
_BEGINNINGS = (
    (lazy_regex(r"^\[\d+\] "), "cyan"),
    (lazy_regex(r"^! "), "yellow"),
    (lazy_regex(r"^error: "), "red"),
    (lazy_regex(r"^\((?:searched for|limited to): "), "dim"),
    (lazy_regex(r"^ {4}"), "dim"),
)
_MARKER = lazy_regex(r"\[\d+\]")


def show(*lines: str) -> None:
    """Print lines, each in the colour of its kind."""
    for line in lines:
        style = next((style for pattern, style in _BEGINNINGS if pattern.match(line)), "")
        marks = [] if style else [match.span() for match in _MARKER.finditer(line)]
        show_marked(line, marks, style=style, mark="cyan")


def show_marked(line: str, marks: list[Span], *, style: str = "", mark: str = "bold reverse") -> None:
    """Print one line with styled marks; without colours they are put between `»` and `«`.

    Args:
        line: Without line breaks.
        marks: Offsets into it, in order.
        style: Style of the whole line.
        mark: Style of the marks.
    """
    if not is_coloured():
        say(_pointed(line, marks) if mark != "cyan" else line)
        return
    pieces, at = [], 0
    for start, end in marks:
        pieces += [(line[at:start], ""), (line[start:end], mark)]
        at = end
    say_styled(_console(), [*pieces, (line[at:], "")], style=style)


def is_coloured() -> bool:
    """Tell whether colours are shown: on a terminal that has them, unless NO_COLOR forbids them."""
    return sys.stdout.isatty() and _console().color_system is not None


@cache
def _console() -> "Console":
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def _pointed(line: str, marks: list[Span]) -> str:
    for start, end in reversed(marks):
        line = f"{line[:start]}»{line[start:end]}«{line[end:]}"
    return line
