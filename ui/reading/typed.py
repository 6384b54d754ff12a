"""Text that was typed in lines, such as a mail of 72 columns, as paragraphs that flow. Pure functions.

No sign tells a line that was broken at the margin from one that its writer ended. The margin does: where the next
line's first word would still have fitted, the writer ended the line.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.lazy_regex import lazy_regex
from qa.text.language import UNSPACED
from qa.text.sentences import LIST_ITEM

# Columns. Nobody breaks lines at more, and what is broken at fewer is a verse or an address.
_WIDEST, _NARROWEST = 120, 40
# So long is a line that goes on in lower case.
_LEAST_CARRIED = 30
# Where so many line breaks of a paragraph stand at its margin, all that stand there are the margin's.
_SHARE, _ENOUGH = 0.6, 3
_FENCE = lazy_regex(r"\s*(?:```|~~~)")
# Quoted replies, headings, rows between rules.
_KEPT = lazy_regex(r"\s*(?:[>|#]|\.\. |:\w+:)")
# Columns. Two spaces behind a full stop are a habit of typists.
_COLUMNS = lazy_regex(r"\S\t|\S {3,}\S|[^\s.!?:;] {2,}\S")
_RECORD = lazy_regex(r"\s*(?:[^\W\d_][\w-]*(?: [\w-]+){0,3}:(?: |$)|[\w.-]+ ?= ?|\"[^\"]{1,80}\" ?:)")
_SIGNATURE = lazy_regex(r"(?:--|—) ?")
_ENDS = (".", ":", "!", "?", ";", "{", "}", "…")
_SUSPENDED = frozenset({"und", "oder", "bzw.", "and", "or", "to", "bis"})


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: where it starts, its text, its width, and how far its words are indented behind an item's mark."""

    start: int
    text: str
    width: int
    indent: int
    hanging: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def flowing(text: str, alone: Collection[int] = ()) -> str:
    """Return a text in which line breaks at the margin are spaces; every character keeps its place.

    Lists, quoted replies, signatures, addresses, columns, verses, records and fenced code keep their lines.

    Args:
        text: As it was typed.
        alone: Where lines start that stay by themselves, such as headings.
    """
    characters = list(text)
    runs = list(_runs(text, alone))
    margin = max((line.width for run in runs for line in run[:-1]), default=0)
    for run in runs:
        for line, after in _broken(run, margin):
            characters[line.end] = joint(line.text, after.text.lstrip())
            for at in range(after.start, after.end - len(after.text.lstrip())):
                # Within a paragraph an indent would be a gap.
                characters[at] = "\u200b"
    return "".join(characters)


def _runs(text: str, alone: Collection[int]) -> Iterator[list[_Line]]:
    """Yield lines that follow one another and may be a paragraph's."""
    run: list[_Line] = []
    fenced = signed = False
    at = 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        is_fence = bool(_FENCE.match(line))
        fenced ^= is_fence
        signed = bool(line.strip()) and (signed or bool(_SIGNATURE.fullmatch(line)))
        item = LIST_ITEM.match(line)
        wide = _width(line) > _WIDEST
        stays = fenced or is_fence or wide or signed or start in alone or not line.strip()
        stays = stays or bool(_KEPT.match(line) or _COLUMNS.search(line[item.end() if item else 0 :]))
        if stays or item:
            if run:
                yield run
            run = []
        if not stays:
            indent = len(line) - len(line.lstrip())
            here = _Line(start, line, _width(line), indent, item.end() if item else indent)
            if run and here.indent not in (run[-1].hanging, run[-1].indent):
                yield run
                run = []
            run.append(here)
    if run:
        yield run


def _broken(run: Sequence[_Line], margin: int) -> Iterator[tuple[_Line, _Line]]:
    """Yield the lines of a run that the margin broke, each with the next one."""
    own = max((line.width for line in run), default=0)
    breaks = list(pairwise(run))
    if own < _NARROWEST or _is_verse(breaks):
        return
    full = [line.width + 1 + _first_width(after.text) > own for line, after in breaks]
    is_prose = len(breaks) >= _ENOUGH and sum(full) >= _SHARE * len(breaks)
    for (line, after), is_full in zip(breaks, full, strict=True):
        if " " not in line.text.strip() and not UNSPACED.search(line.text):
            continue
        if _begins_alike(line.text, after.text):
            continue
        begins = after.text.lstrip()[:1]
        carried = begins.islower() and not line.text.endswith(_ENDS) and line.width >= _LEAST_CARRIED
        at_margin = is_full and (is_prose or line.width + 1 + _first_width(after.text) > margin)
        if at_margin or (carried and (is_full or not line.indent)):
            yield line, after


def _is_verse(breaks: Sequence[tuple[_Line, _Line]]) -> bool:
    """Tell whether each line begins with a capital, and most end in a pause: verses, and steps that stand in lines."""
    ended = sum(line.text.endswith((*_ENDS, ",")) for line, _ in breaks)
    return (
        len(breaks) > 1 and 2 * ended >= len(breaks) and all(after.text.lstrip()[:1].isupper() for _, after in breaks)
    )


def _begins_alike(line: str, after: str) -> bool:
    """Tell whether the second of two lines is a record: `Name: value`, or begins as the first, or both with signs."""
    if _RECORD.match(after) and (_RECORD.match(line) or not after.lstrip()[:1].islower()):
        return True
    if line.split(None, 2)[:2] == after.split(None, 2)[:2]:
        return True
    one, other = line.lstrip()[:1], after.lstrip()[:1]
    return not (one.isalpha() or other.isalpha() or LIST_ITEM.match(line))


def _first_width(line: str) -> int:
    """Return how wide the first word of a line is; scripts without spaces break anywhere."""
    words = line.split(None, 1)
    return 0 if not words else 2 if UNSPACED.match(words[0]) else _width(words[0])


def _width(text: str) -> int:
    """Return how many columns a text takes."""
    text = text.strip()
    return len(text) + (sum(map(len, UNSPACED.findall(text))) if not text.isascii() else 0)


def joint(before: str, after: str) -> str:
    """Return what stands in the place of a line break: nothing that is seen where no space belongs."""
    word, _, _ = after.partition(" ")
    if UNSPACED.fullmatch(before[-1:]) and UNSPACED.match(after):
        return "\u200b"
    divided = before.endswith("-") and before[-2:-1].isalpha() and after[:1].islower()
    return "\u200b" if divided and word not in _SUSPENDED else " "
