"""The numbers that an OpenDocument text counts by itself: of its outline and of its lists.

A list is continued by name (`continue-list`), by its style (`continue-numbering`), or begins anew.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ingest.load.markup import name
from ingest.load.whole import whole
from ingest.load.word.numbers import Level, Numbers

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_LEVELS = {
    "list-level-style-number", "list-level-style-bullet", "list-level-style-image", "outline-level-style",
}  # fmt: skip
_OUTLINE = "outline"
_FORMS = {"1": "decimal", "a": "lowerAlphabet", "A": "upperAlphabet", "i": "lowerRoman", "I": "upperRoman"}
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Within:
    """A place in a list: what its numbers are kept under, its level from 0, and the style that it goes by."""

    key: str
    level: int
    style: str

    def at(self, item: Any) -> "Within":
        """Return the place of an item, which may go by a style of its own."""
        return replace(self, style=item.get(f"{_TEXT}style-override") or self.style)


class OdfNumbers:
    """Counts the headings and list items of one document in their order."""

    def __init__(self, roots: Iterable[Any]) -> None:
        self._styles: dict[str, dict[int, Level]] = {}
        self._parents: dict[str, tuple[str | None, str | None]] = {}
        outline: dict[int, Level] = {}
        for root in roots:
            for style in root.iter(f"{_TEXT}list-style"):
                self._styles.setdefault(style.get(f"{_STYLE}name") or "", dict(_levels(style)))
            for style in root.iter(f"{_TEXT}outline-style"):
                outline = outline or dict(_levels(style))
            for style in root.iter(f"{_STYLE}style"):
                if style.get(f"{_STYLE}family") == "paragraph":
                    said = style.get(f"{_STYLE}list-style-name"), style.get(f"{_STYLE}parent-style-name")
                    self._parents.setdefault(style.get(f"{_STYLE}name") or "", said)
        self._numbers = Numbers({_OUTLINE: outline}, {_OUTLINE: (_OUTLINE, {})})
        self._named: dict[str, str] = {}
        self._latest: dict[str, str] = {}

    def is_title(self, paragraph: Any) -> bool:
        """Tell whether a paragraph is the document's title."""
        return "Title" in self._chain(paragraph)

    def begin(self, element: Any) -> Within:
        """Return the place at the beginning of an outermost list."""
        style = element.get(f"{_TEXT}style-name") or ""
        key = self._named.get(element.get(f"{_TEXT}continue-list") or "", "")
        if not key and element.get(f"{_TEXT}continue-numbering") == "true":
            key = self._latest.get(style, "")
        key = key or f"list {len(self._numbers.instances)}"
        self._numbers.instances[key] = (key, {})
        self._latest[style] = key
        if identifier := element.get(_ID):
            self._named[identifier] = key
        return Within(key, 0, style)

    def deeper(self, element: Any, within: Within) -> Within:
        """Return the place at the beginning of a list inside an item; a second one in an item begins anew."""
        below = Within(within.key, within.level + 1, element.get(f"{_TEXT}style-name") or within.style)
        before = element.getprevious()
        while before is not None and name(before) != "list":
            before = before.getprevious()
        if before is not None and element.get(f"{_TEXT}continue-numbering") != "true":
            self._numbers.restart(below.key, below.level)
        return below

    def of_item(self, item: Any, paragraph: Any, within: Within) -> str:
        """Count one more item; return its number, "" for a bullet."""
        # A list without a style has that of its paragraphs.
        style = within.style or self._list_style(paragraph) or ""
        self._numbers.lists[within.key] = self._styles.get(style, {})
        written = _written(item) or _written(paragraph)
        return self._next(within.key, within.level, item.get(f"{_TEXT}start-value")) or written

    def of_heading(self, heading: Any, level: int) -> str:
        """Count one more heading outside a list, of a level from 1; return its number, "" for none."""
        style = self._list_style(heading)
        if heading.get(f"{_TEXT}is-list-header") == "true" or style == "":
            return _written(heading)
        key = style if style and style in self._styles else _OUTLINE
        if key != _OUTLINE:
            self._numbers.lists[key] = self._styles[key]
            self._numbers.instances[key] = (key, {})
        start = heading.get(f"{_TEXT}start-value") or "1"
        begun = start if heading.get(f"{_TEXT}restart-numbering") == "true" else None
        return self._next(key, level - 1, begun) or _written(heading)

    def _next(self, key: str, level: int, start: str | None) -> str:
        begun = whole(start) if start is not None and start.isdecimal() and len(start) < 7 else None
        return self._numbers.next(key, level, begun)

    def _list_style(self, paragraph: Any) -> str | None:
        """Return the list style that a paragraph's style names: "" where it wants none, None where it says nothing."""
        found = (self._parents[style][0] for style in self._chain(paragraph) if style in self._parents)
        return next((style for style in found if style is not None), None)

    def _chain(self, paragraph: Any) -> Iterator[str]:
        style = paragraph.get(f"{_TEXT}style-name")
        for _ in range(_MAX_DEPTH):
            if not style:
                return
            yield style
            style = self._parents.get(style, (None, None))[1]


def _written(element: Any) -> str:
    """Return the number that a program wrote beside a paragraph for readers that do not count."""
    number = element.find(f"{_TEXT}number")
    return "".join(number.itertext()).strip() if number is not None else ""


def _levels(style: Any) -> Iterator[tuple[int, Level]]:
    found = {}
    for one in style:
        place = one.get(f"{_TEXT}level") or ""
        if name(one) in _LEVELS and 1 <= whole(place) <= 10:
            found[whole(place) - 1] = one
    for place, one in found.items():
        start = one.get(f"{_TEXT}start-value") or "1"
        number = whole(start, 1) if len(start) < 7 else 1
        yield place, Level(number, _form(one), _pattern(place, one, found))


def _form(level: Any) -> str:
    if name(level) in ("list-level-style-bullet", "list-level-style-image"):
        return "bullet"
    code = level.get(f"{_STYLE}num-format") or ""
    form = _FORMS.get(code, "decimal" if code else "none")
    # With this, aa is followed by bb, not by ab.
    in_step = level.get(f"{_STYLE}num-letter-sync") == "true"
    return form.replace("Alphabet", "Letter") if in_step else form


def _pattern(place: int, level: Any, levels: dict[int, Any]) -> str:
    """Return how a level writes its number, as "%1.%2)"."""
    for key, value in level.attrib.items():
        if key.endswith("}num-list-format"):
            text = str(value)
            for other in range(10, 0, -1):
                text = text.replace(f"%{other}%", f"%{other}")
            return text
    shown = level.get(f"{_TEXT}display-levels") or "1"
    many = whole(shown, 1) if len(shown) < 3 else 1
    parts = [
        f"%{above + 1}"
        for above in range(max(0, place + 1 - many), place + 1)
        if above in levels and _form(levels[above]) not in ("bullet", "none")
    ]
    return f"{level.get(f'{_STYLE}num-prefix') or ''}{'.'.join(parts)}{level.get(f'{_STYLE}num-suffix') or ''}"
