"""A table that a model wrote in Markdown, as lines that each say one row. Pure functions.

A sentence is what the check reads. A row is one; the line of column names and the rule below it are none.
"""

import re
from dataclasses import dataclass

from qa.lazy_regex import lazy_regex

_ROW = lazy_regex(r"^\s*\|?(.+?)\|?\s*$")
_RULE = lazy_regex(r"^\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?\s*$")
_CELL = lazy_regex(r"(?<!\\)\|")
_MARKERS = lazy_regex(r"(?:[ ,;]*\[\d{1,3}(?:[ ]*[,;][ ]*\d{1,3})*\])+")
_MARKER = lazy_regex(r"\[[\d ,;]+\]")
_MOST_COLUMNS = 12
_FEW = 2


@dataclass(frozen=True, slots=True)
class Written:
    """A table in a text: where it stands, and where the words of its columns' names and of its cells do."""

    start: int
    end: int
    names: tuple[tuple[int, int], ...]
    rows: tuple[tuple[tuple[int, int], ...], ...]


def written_tables(text: str) -> list[Written]:
    """Find the Markdown tables of a text, in order; `end` is behind the last row, before its line's end."""
    found: list[Written] = []
    lines: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    number = 0
    while number + 1 < len(lines):
        start, line = lines[number]
        rule = lines[number + 1][1]
        names = _spans(start, line) if "|" in line else ()
        if not names or "-" not in rule or not _RULE.match(rule) or len(_cells(rule)) != len(names):
            number += 1
            continue
        number += 2
        rows = []
        while number < len(lines) and "|" in lines[number][1]:
            rows.append(_spans(*lines[number]) or ((lines[number][0], lines[number][0] + len(lines[number][1])),))
            number += 1
        last, words = lines[number - 1]
        found.append(Written(start, last + len(words), names, tuple(rows)))
    return found


def _spans(start: int, line: str) -> tuple[tuple[int, int], ...]:
    """Return where the cells of a line stand without the white space around them, none where it has no cells."""
    if not _cells(line):
        return ()
    match = _ROW.match(line)
    assert match is not None
    spans, at = [], match.start(1)
    for cell in _CELL.split(match[1]):
        left = len(cell) - len(cell.lstrip())
        spans.append((start + at + left, start + at + max(left, len(cell.rstrip()))))
        at += len(cell) + 1
    return tuple(spans)


def tables_as_lines(text: str) -> str:
    """Return a text whose Markdown tables are lists: "- first cell: second cell", with the columns' names where needed.

    Markers stand at the end of their row, also those that had a column of their own.
    """
    lines = text.split("\n")
    found: list[str] = []
    at = 0
    while at < len(lines):
        columns = _cells(lines[at]) if at + 1 < len(lines) and "|" in lines[at] else []
        rule = lines[at + 1] if columns else ""
        if not columns or "-" not in rule or not _RULE.match(rule) or len(_cells(rule)) != len(columns):
            found.append(lines[at])
            at += 1
            continue
        at += 2
        rows = []
        while at < len(lines) and "|" in lines[at]:
            rows.append(_cells(lines[at]) or [lines[at].strip()])
            at += 1
        # Where a row says one thing, the name of its column adds nothing; one of markers alone is none.
        worded = [place for place in range(len(columns)) if any(_words(row[place : place + 1]) for row in rows)]
        names = columns if len(worded) > _FEW else [""] * len(columns)
        # A list is a paragraph of its own.
        found += ["", *filter(None, (_line(names, row) for row in rows)), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(found)).strip("\n")


def _cells(line: str) -> list[str]:
    match = _ROW.match(line)
    cells = [cell.replace("\\|", "|").strip() for cell in _CELL.split(match[1])] if match else []
    return cells if 1 < len(cells) <= _MOST_COLUMNS else []


def _words(cells: list[str]) -> str:
    """Return what cells say besides markers."""
    return " ".join(_MARKERS.sub(" ", " ".join(cells)).split())


def _line(columns: list[str], cells: list[str]) -> str:
    """Return a row as a line; "" for one without words."""
    said: list[tuple[str, str]] = []
    markers: list[str] = []
    for place, cell in enumerate(cells):
        for match in _MARKERS.finditer(cell):
            markers += _MARKER.findall(match[0])
        if words := _words([cell]):
            said.append((columns[place] if place < len(columns) else "", words))
    if not said:
        return ""
    (_, first), *others = said
    rest = [f"{name}: {value}" if name else value for name, value in others]
    marks = "".join(dict.fromkeys(markers))
    joint = "; " if any(name for name, _ in others) else ": "
    return f"- {first}{joint if rest else ''}{'; '.join(rest)}{f' {marks}' if marks else ''}"
