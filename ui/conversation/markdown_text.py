"""A written answer's Markdown as Markdown of ours: the same blocks, in which nothing else is markup. Pure functions."""

import re
from collections.abc import Callable, Iterator, Sequence, Set

from qa.command.printing import printable
from qa.lazy_regex import lazy_regex
from ui.rich_text import Block, Code, Grid, Heading, Items, Paragraph, Quote, Rule, Run, read

_MARKER = lazy_regex(r"\[(\d{1,3})\]")
# The title of the conversation and the question have the first two.
_HEADINGS_ABOVE = 2
_LOWEST_HEADING = 6
_BESIDE = lazy_regex(r"(\[\^\d+-\d+\])(?=\[\^)")
_SIGNS = {"strong": "**", "em": "*", "s": "~~"}

Escape = Callable[[str], str]


def markdown_of(text: str, *, number: int, known: Set[int], escape: Escape) -> str:
    """Return an answer's text in Markdown; its markers are footnotes.

    Args:
        text: As the model wrote it.
        number: Of its question; footnotes are called by both numbers.
        known: Numbers of the citations.
        escape: Returns a line in which nothing is markup.
    """
    return blocks_markdown(read(text), number=number, known=known, escape=escape)


def blocks_markdown(blocks: Sequence[Block], *, number: int, known: Set[int], escape: Escape) -> str:
    """Return blocks in Markdown, likewise."""
    return _Writer(number, known, escape).blocks(blocks)


def apart(line: str) -> str:
    """Return an escaped line with a narrow space between footnotes side by side, which viewers show as "12"."""
    return _BESIDE.sub("\\1\N{NARROW NO-BREAK SPACE}", line)


def fenced(code: str) -> str:
    """Return lines of code between fences that they do not hold."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", code)), default=0))
    return f"{fence}\n{code}\n{fence}"


class _Writer:
    def __init__(self, number: int, known: Set[int], escape: Escape) -> None:
        self._number = number
        self._known = known
        self._escape = escape

    def blocks(self, blocks: Sequence[Block]) -> str:
        return "\n\n".join(filter(None, map(self._block, blocks)))

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(runs):
                return self._inline(runs)
            case Heading(level, runs):
                sign = "#" * min(level + _HEADINGS_ABOVE, _LOWEST_HEADING)
                return f"{sign} {self._inline(runs, broken=' ')}"
            case Items(items, start):
                return "\n".join(self._items(items, start))
            case Quote(inner):
                return "\n".join(f"> {line}".rstrip() for line in self.blocks(inner).split("\n"))
            case Code(run, cited=cited):
                numbers = apart("".join(f"[^{self._number}-{number}]" for number in cited))
                code = fenced("\n".join(printable(line) for line in run.text.split("\n")))
                return f"{code}\n\n{numbers}" if numbers else code
            case Grid(rows):
                return "\n".join(self._rows(rows))
            case Rule():
                return "---"

    def _items(self, items: Sequence[Sequence[Block]], start: int | None) -> Iterator[str]:
        for place, item in enumerate(items):
            sign = "- " if start is None else f"{start + place}. "
            first, *rest = self.blocks(item).split("\n")
            yield f"{sign}{first}"
            yield from (f"{' ' * len(sign)}{line}" if line else "" for line in rest)

    def _rows(self, rows: Sequence[Sequence[Sequence[Run]]]) -> Iterator[str]:
        for place, row in enumerate(rows):
            yield f"| {' | '.join(self._inline(cell, broken=' ') for cell in row)} |"
            if place == 0:
                yield f"| {' | '.join('---' for _ in row)} |"

    def _inline(self, runs: Sequence[Run], *, broken: str = "  \n") -> str:
        shown = "".join(self._run(run, broken) for run in runs)
        return broken.join(line.strip() for line in shown.split(broken)) if broken != " " else shown.strip()

    def _run(self, run: Run, broken: str) -> str:
        if "code" in run.styles:
            words = printable(" ".join(run.text.split("\n")))
            # Within a table a bar ends a cell even in code.
            return _code(words.replace("|", "\\|") if broken == " " else words)
        shown = broken.join(map(self._words, run.text.split("\n")))
        core = shown.strip()
        if not core:
            return shown
        at = shown.index(core)
        for style, sign in _SIGNS.items():
            if style in run.styles:
                core = f"{sign}{core}{sign}"
        return f"{shown[:at]}{core}{shown[at + len(shown.strip()) :]}"

    def _words(self, text: str) -> str:
        found, at = "", 0
        for match in _MARKER.finditer(text):
            if int(match[1]) in self._known:
                found += f"{self._escape(text[at : match.start()])}[^{self._number}-{match[1]}]"
                at = match.end()
        return apart(found) + self._escape(text[at:])


def _code(text: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text or not text.strip() else f"{fence}{text}{fence}"
