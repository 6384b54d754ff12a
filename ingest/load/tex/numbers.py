"""The numbers that LaTeX counts: of sections, figures, tables, formulas, theorems and list items."""

import re
from dataclasses import dataclass, field

from ingest.load.whole import whole
from ingest.load.word.numbers import written
from qa.lazy_regex import lazy_regex

_LABEL = lazy_regex(r"\\(arabic|alph|Alph|roman|Roman)\s*\*")
_FORMS = {
    "arabic": "decimal",
    "alph": "lowerLetter",
    "Alph": "upperLetter",
    "roman": "lowerRoman",
    "Roman": "upperRoman",
}
_LEVELS = ("decimal", "lowerLetter", "lowerRoman", "upperLetter")
_SHOWN = ("{}.", "({})", "{}.", "{}.")
_SHORT = lazy_regex(r"^([^1aAiI]*)([1aAiI])([^\w]*)$")
_SHORT_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_INSIDE = ("chapter", "section", "subsection", "subsubsection")
_MOST = 1_000_000


@dataclass(slots=True)
class TexNumbers:
    """Counts one document in its order.

    Attributes:
        is_book: Whether chapters stand above sections.
        counts: Whether numbers are known at all: not in a part of a document whose rest lies elsewhere.
        depth: The deepest level that has numbers: 0 chapters, 1 sections.
        lost: Whether figures, formulas and theorems were counted elsewhere.
    """

    is_book: bool
    counts: bool
    depth: int
    shared: dict[str, str] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    in_appendix: bool = False
    lost: bool = False
    _values: dict[str, int] = field(default_factory=dict)

    def section(self, kind: str, level: int) -> str:
        """Count a section on; return its number, "" where it has none."""
        if level > self.depth or not self.counts:
            return ""
        self.step(kind)
        if kind == "chapter" and self.is_book:
            self.lost = False
        if kind == "part":
            return written(self._values["part"], "upperRoman")
        return self.of(kind)

    def step(self, counter: str) -> None:
        """Count one on; what is counted within it begins anew."""
        self._values[counter] = self._values.get(counter, 0) + 1
        if counter in _INSIDE:
            for deeper in _INSIDE[_INSIDE.index(counter) + 1 :]:
                self._values.pop(deeper, None)
        for other, outer in self._outer().items():
            if outer == counter:
                self._values.pop(other, None)

    def _outer(self) -> dict[str, str]:
        """Return by counter the one that it begins anew with."""
        return {**(dict.fromkeys(("figure", "table", "equation"), "chapter") if self.is_book else {}), **self.within}

    def of(self, counter: str) -> str:
        """Return a counter as it is written, with the sections above it."""
        value = self._values.get(counter, 0)
        if counter in _INSIDE:
            places = _INSIDE[0 if self.is_book else 1 : _INSIDE.index(counter) + 1]
            numbers = [str(self._values.get(place, 0)) for place in places]
            if self.in_appendix and numbers:
                numbers[0] = written(self._values.get(places[0], 0), "upperLetter")
            return ".".join(numbers)
        outer = self.within.get(counter) or (
            "chapter" if self.is_book and counter in ("figure", "table", "equation") else ""
        )
        above = f"{self.of(outer)}." if outer in _INSIDE and self._values.get(outer) else ""
        return f"{above}{value}"

    def counted(self, counter: str) -> str:
        """Count one figure, table, formula or theorem on; return its number, "" where numbers are not known."""
        if not self.counts or self.lost:
            return ""
        counter = self.shared.get(counter, counter)
        self.step(counter)
        return self.of(counter)

    def set(self, counter: str, value: str, *, add: bool = False) -> None:
        """Set a counter as the document says."""
        if re.fullmatch(r"-?\d{1,6}", value.strip()):
            number = whole(value) + (self._values.get(counter, 0) if add else 0)
            if counter == "secnumdepth":
                self.depth = number
            else:
                self._values[counter] = max(0, min(number, _MOST))

    def begin_appendix(self) -> None:
        """Let the outermost sections be letters from A."""
        self.in_appendix = True
        for counter in ("chapter", "section") if self.is_book else ("section",):
            self._values.pop(counter, None)


def item_label(options: str, depth: int, value: int) -> str:
    r"""Return the number of a list item.

    Args:
        options: Those of the list: `label=(\alph*)`, or `(a)` alone.
        depth: Of the list in others, from 0.
        value: From 1.
    """
    label = re.search(r"label\s*=\s*(\{(?:[^{}]|\{[^{}]*\})*\}|[^,\]]+)", options)
    if label:
        made = _LABEL.sub(lambda match: written(value, _FORMS[match[1]]), label[1])
        made = re.sub(r"\\[A-Za-z]+\*?", "", made).replace("{", "").replace("}", "").replace("$", "")
        return made.strip()
    short = _SHORT.match(re.sub(r"\\[a-z]+\s*|[{}]", "", options)) if "=" not in options else None
    if short:
        return f"{short[1]}{written(value, _SHORT_FORMS[short[2]])}{short[3]}".strip()
    depth = min(depth, len(_LEVELS) - 1)
    return _SHOWN[depth].format(written(value, _LEVELS[depth]))
