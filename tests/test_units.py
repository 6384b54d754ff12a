"""The names of units: where one is looked for, so that texts without any cost little."""

import re
from collections.abc import Iterator

import pytest

from qa.text.units import _ALL_BEGINNINGS, _BEGINNING, _MORE_NAMES, _NAMES, _OWN_BEGINNINGS, units

_PARSED = re._parser  # type: ignore[attr-defined]  # the only way to see what a pattern begins with


def _beginnings(pattern: str) -> set[str]:
    """Return what the matches of a pattern of names begin with, up to four letters of their first word."""
    parsed = _PARSED.parse(pattern.replace("{n}", ""))
    return {re.match(r"[^\W\d_]*", one)[0][:_BEGINNING] for one in _expanded(list(parsed))}  # type: ignore[index]


def _expanded(items: list[tuple[object, object]]) -> Iterator[str]:
    if not items:
        yield ""
        return
    (kind, what), rest = items[0], items[1:]
    for start in _one(str(kind), what):
        if len(start) >= _BEGINNING or re.search(r"\W", start):
            yield start
        else:
            yield from (start + end for end in _expanded(rest))


def _one(kind: str, what: object) -> Iterator[str]:
    if kind == "LITERAL":
        yield chr(what)  # type: ignore[arg-type]
    elif kind == "IN":
        for inner, value in what:  # type: ignore[attr-defined]
            yield chr(value) if str(inner) == "LITERAL" else " "
    elif kind == "BRANCH":
        for branch in what[1]:  # type: ignore[index]
            yield from _expanded(list(branch))
    elif kind == "SUBPATTERN":
        yield from _expanded(list(what[-1]))  # type: ignore[index]
    elif kind == "MAX_REPEAT":
        least, _, inner = what  # type: ignore[misc]
        if not least:
            yield ""
        yield from _expanded(list(inner))
    else:
        raise AssertionError(kind)


@pytest.mark.parametrize("symbol", _NAMES)
def test_each_name_is_looked_for_where_it_begins(symbol: str) -> None:
    assert _beginnings(_NAMES[symbol]) <= _OWN_BEGINNINGS
    assert _beginnings(_MORE_NAMES.get(symbol, "m")) - {"m"} <= _ALL_BEGINNINGS


def test_unit_is_found_in_any_case_and_only_once() -> None:
    found = [(start, end, term) for (start, end), term, _ in units("Five KILOWATT-HOURS, two mınutes; 3 kilo hours")]
    assert found == [(5, 19, "=ukwh"), (25, 32, "=umin"), (36, 40, "=ukg"), (41, 46, "=uh")]


@pytest.mark.parametrize("text", ["40 m2", "40 m²", "40 m^2", "40m2", "40 qm", "40 square metres"])
def test_square_metre_is_one_however_it_is_typed(text: str) -> None:
    """A page of a PDF says "m²" where it said "m2", and people go on to type that."""
    assert [term for _, term, _ in units(text)] == ["=um²"]
