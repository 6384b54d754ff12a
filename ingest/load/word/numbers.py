"""The numbers that a program counts by itself: of clauses, headings and list items. They stand nowhere in the text.

The counting, and the reading of Word's lists; `odf_numbers` reads those of OpenDocument, `rtf_numbers` those of RTF.
"""

from dataclasses import dataclass, field
from typing import Any

from ingest.load.whole import whole

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_LEVELS = 9
# Beyond this a letter or a Roman numeral is written as a number.
_MOST_COUNTED = 780
_ROMAN = (
    (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(slots=True)
class Level:
    """One level of a list: the first number, how it is written, and the text around it ("%1.%2")."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False
    style: str = ""
    restart: int | None = None


@dataclass(slots=True)
class Numbers:
    """Counts the paragraphs of one document in their order.

    `lists` holds the levels by the name of a list, and `instances` the list of each number and where that begins anew.
    `shared` says whose count a list goes on with that has other levels.
    """

    lists: dict[str, dict[int, Level]]
    instances: dict[str, tuple[str, dict[int, int]]]
    shared: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def level_of(self, number_id: str, style: str) -> int:
        """Return the level of a list that a style stands for, 0 for none."""
        levels = self.lists.get(self.instances.get(number_id, ("", {}))[0], {})
        return next((place for place, level in levels.items() if style and level.style == style), 0)

    def next(self, number_id: str, level: int, start: int | None = None) -> str:
        """Count one more paragraph; return its number as written, "" for a bullet or where nothing is written.

        Args:
            number_id: Of the list.
            level: Of the paragraph, from 0.
            start: The number it begins anew with, None to count on.
        """
        name, overrides = self.instances.get(number_id, ("", {}))
        levels = self.lists.get(name)
        if levels is None or level not in levels:
            return ""
        counts = self._counts.setdefault(self.shared.get(name, name), {})
        if start is not None:
            counts[level] = start
        elif level in overrides and (number_id, level) not in self._begun:
            counts[level] = overrides[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for skipped in range(level):
            # A level that no paragraph had counts from its first number on: behind 2.a.I comes 2.b.
            if skipped in levels:
                counts.setdefault(skipped, levels[skipped].start)
        self._begun.add((number_id, level))
        for deeper in [place for place in counts if place > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart and level < restart):
                del counts[deeper]
        return self._written(levels, counts, level)

    def restart(self, number_id: str, level: int) -> None:
        """Let a level and those below it begin anew."""
        name = self.instances.get(number_id, ("", {}))[0]
        counts = self._counts.get(self.shared.get(name, name), {})
        for deeper in [place for place in counts if place >= level]:
            del counts[deeper]

    def _written(self, levels: dict[int, Level], counts: dict[int, int], level: int) -> str:
        own = levels[level]
        if own.form == "bullet":
            return ""
        text = own.text
        for place in range(_MOST_LEVELS):
            mark = f"%{place + 1}"
            if mark in text:
                one = levels.get(place, Level())
                form = "decimal" if own.legal else one.form
                text = text.replace(mark, written(counts.get(place, one.start), form))
        return text.strip() if own.form != "none" or any(map(str.isalnum, text)) else ""


def numbers(part: Any) -> Numbers:
    """Read the lists of a document; a document without any counts nothing.

    Args:
        part: The root of its part of numberings, or None.
    """
    lists: dict[str, dict[int, Level]] = {}
    linked: dict[str, str] = {}
    styles: dict[str, str] = {}
    instances: dict[str, tuple[str, dict[int, int]]] = {}
    if part is None:
        return Numbers(lists, instances)
    for one in part.iterchildren(f"{_W}abstractNum"):
        name = one.get(f"{_W}abstractNumId") or ""
        lists[name] = dict(map(_level, one.iterchildren(f"{_W}lvl")))
        if link := _value(one, "numStyleLink"):
            linked[name] = link
        if link := _value(one, "styleLink"):
            styles[link] = name
    for name, link in linked.items():
        lists[name] = lists[name] or lists.get(styles.get(link, ""), {})
    shared: dict[str, str] = {}
    for one in part.iterchildren(f"{_W}num"):
        number, name = one.get(f"{_W}numId") or "", _value(one, "abstractNumId") or ""
        overrides: dict[int, int] = {}
        own: dict[int, Level] = {}
        for override in one.iterchildren(f"{_W}lvlOverride"):
            start = _value(override, "startOverride")
            if start is not None:
                overrides[_integer(override.get(f"{_W}ilvl"), 0)] = _integer(start, 1)
            own |= dict(map(_level, override.iterchildren(f"{_W}lvl")))
        if own:
            shared[f"{name} {number}"] = name
            lists[f"{name} {number}"] = lists.get(name, {}) | own
        instances[number] = (f"{name} {number}" if own else name, overrides)
    return Numbers(lists, instances, shared)


def _level(element: Any) -> tuple[int, Level]:
    legal = element.find(f"{_W}isLgl")
    restart = _value(element, "lvlRestart")
    return _integer(element.get(f"{_W}ilvl"), 0), Level(
        _integer(_value(element, "start"), 0),
        _value(element, "numFmt") or "decimal",
        (_value(element, "lvlText") or "")[:100],
        legal is not None and legal.get(f"{_W}val") not in ("0", "false"),
        _value(element, "pStyle") or "",
        None if restart is None else _integer(restart, 0),
    )


def _value(parent: Any, name: str) -> str | None:
    child = parent.find(f"{_W}{name}")
    return child.get(f"{_W}val") if child is not None else None


def _integer(text: str | None, otherwise: int) -> int:
    return whole(text, otherwise) if text is not None and len(text) < 7 else otherwise


def written(value: int, form: str) -> str:
    """Return a number in the form that a list has for it, such as "lowerRoman"."""
    if form.endswith("Letter") and 0 < value <= _MOST_COUNTED:
        # After z comes aa, then bb.
        text = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
    elif form.endswith("Roman") and 0 < value <= _MOST_COUNTED:
        text, rest = "", value
        for worth, sign in ((500, "d"), (400, "cd"), *_ROMAN):
            text += sign * (rest // worth)
            rest %= worth
    elif form.endswith("Alphabet") and 0 < value <= _MOST_COUNTED:
        # After z comes aa, then ab.
        text, rest = "", value
        while rest:
            rest, place = divmod(rest - 1, 26)
            text = chr(ord("a") + place) + text
    elif form == "decimalZero":
        text = f"{value:02d}"
    elif form in ("none", "bullet"):
        text = ""
    else:
        text = str(value)
    return text.upper() if form.startswith("upper") else text
