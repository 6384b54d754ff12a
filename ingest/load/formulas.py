"""Formulas on one line: Office's (OMML) and MathML, as OpenDocument has it: "(a+b)/2", "x^2", "√(1−x)". Pure functions.

What `ingest.load.tex.math` does for LaTeX.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULA = f"{_MATH}oMath"
"""What a formula of Office is."""

# What an outer formula holds that is no sign of it.
_SILENT = frozenset(
    "rPr ctrlPr fPr radPr naryPr dPr sSupPr sSubPr sSubSupPr accPr barPr funcPr limLowPr limUppPr mPr oMathParaPr del "  # noqa: SIM905
    "moveFrom annotation annotation-xml mspace mphantom".split()
)
_DEEPEST = 64


def line(formula: Any) -> str:
    """Return a formula on one line.

    Args:
        formula: An element of OMML or MathML.
    """
    return " ".join(_said(formula, 0).split())


def grouped(text: str) -> str:
    """Return a part of a formula in parentheses where it has more than a number or a name."""
    bare = text.strip()
    plain = bare.replace(".", "").replace(",", "")
    return bare if plain.isalnum() or len(bare) < 2 or _is_in_parentheses(bare) else f"({bare})"


def _is_in_parentheses(text: str) -> bool:
    """Tell whether the first parenthesis of a text closes at its end: not in "(a)(b)"."""
    if text[0] != "(" or text[-1] != ")":
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def _said(element: Any, depth: int) -> str:
    kind = _kind(element)
    if depth > _DEEPEST:
        return " ".join("".join(element.itertext()).split())
    if kind in _SILENT:
        return ""
    if write := _WRITTEN.get(kind):
        return write(element, depth + 1)
    if kind in ("t", "mi", "mn", "mo", "mtext", "ms"):
        return _signs(element, kind)
    return "".join(_said(child, depth + 1) for child in _elements(element))


def _kind(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _elements(element: Any) -> Iterator[Any]:
    return (child for child in element if isinstance(child.tag, str))


def _signs(element: Any, kind: str) -> str:
    text = "".join(element.itertext())
    # What multiplies or applies without a sign.
    text = text.translate(dict.fromkeys(range(0x2061, 0x2065)))
    if kind == "t":
        return text
    return f" {text.strip()} " if kind == "mtext" or (kind == "mi" and len(text.strip()) > 1) else text.strip()


def _part(element: Any, name: str, depth: int) -> str:
    """Return what a part of a formula of Office says: its numerator, base, degree."""
    return "".join(_said(child, depth) for child in _elements(element) if _kind(child) == name).strip()


def _parts(element: Any, depth: int) -> list[str]:
    """Return what the children of an element of MathML say."""
    return [_said(child, depth).strip() for child in _elements(element) if _kind(child) not in _SILENT]


def _over(upper: str, lower: str) -> str:
    return f"{grouped(upper)}/{grouped(lower)}" if upper and lower else f"{upper}{lower}"


def _raised(mark: str, text: str) -> str:
    return f"{mark}{grouped(text)}" if text else ""


def _value(element: Any, *path: str) -> str | None:
    """Return the value of a property of Office's formula, None where it is not set."""
    for name in path:
        element = next((child for child in _elements(element) if _kind(child) == name), None)
        if element is None:
            return None
    value: str | None = element.get(f"{_MATH}val")
    return value


def _fraction(element: Any, depth: int) -> str:
    upper, lower = _part(element, "num", depth), _part(element, "den", depth)
    # Without a bar it is what stands over another, as of a binomial.
    return f"{upper} over {lower}" if _value(element, "fPr", "type") == "noBar" else _over(upper, lower)


def _root(element: Any, depth: int) -> str:
    degree = "" if _value(element, "radPr", "degHide") in ("1", "on", "true") else _part(element, "deg", depth)
    return f"{_raised('', degree)}√{grouped(_part(element, 'e', depth))}"


def _scripts(element: Any, depth: int) -> str:
    base, lower, upper = (_part(element, name, depth) for name in ("e", "sub", "sup"))
    return f"{base}{_raised('_', lower)}{_raised('^', upper)}"


def _sum(element: Any, depth: int) -> str:
    sign = _value(element, "naryPr", "chr") or "∫"
    lower, upper = _part(element, "sub", depth), _part(element, "sup", depth)
    return f"{sign}{_raised('_', lower)}{_raised('^', upper)} {_part(element, 'e', depth)}"


def _fenced(element: Any, depth: int) -> str:
    begin, end, between = (_value(element, "dPr", name) for name in ("begChr", "endChr", "sepChr"))
    inside = [_said(child, depth).strip() for child in _elements(element) if _kind(child) == "e"]
    joined = ("|" if between is None else between).join(inside)
    return f"{'(' if begin is None else begin}{joined}{')' if end is None else end}"


def _function(element: Any, depth: int) -> str:
    return f"{_part(element, 'fName', depth)} {_part(element, 'e', depth)}"


def _limit(element: Any, depth: int) -> str:
    mark = "_" if _kind(element) == "limLow" else "^"
    return f"{_part(element, 'e', depth)}{_raised(mark, _part(element, 'lim', depth))} "


def _matrix(element: Any, depth: int) -> str:
    rows = [child for child in _elements(element) if _kind(child) in ("mr", "mtr", "mlabeledtr")]
    return "; ".join(" ".join(_parts(row, depth)) for row in rows)


def _two(write: Callable[[str, str], str]) -> Callable[[Any, int], str]:
    """Return what writes an element of MathML of two parts; of another number they stand behind one another."""

    def written(element: Any, depth: int) -> str:
        parts = _parts(element, depth)
        return write(*parts) if len(parts) == 2 else "".join(parts)

    return written


def _both(element: Any, depth: int) -> str:
    parts = _parts(element, depth)
    return f"{parts[0]}{_raised('_', parts[1])}{_raised('^', parts[2])}" if len(parts) == 3 else "".join(parts)


def _joined(parts: Iterable[str]) -> str:
    return "".join(parts)


_WRITTEN: dict[str, Callable[[Any, int], str]] = {
    "f": _fraction,
    "rad": _root,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "nary": _sum,
    "d": _fenced,
    "func": _function,
    "limLow": _limit,
    "limUpp": _limit,
    "m": _matrix,
    "mtable": _matrix,
    "mfrac": _two(_over),
    "mroot": _two(lambda base, degree: f"{_raised('', degree)}√{grouped(base)}"),
    "msqrt": lambda element, depth: f"√{grouped(_joined(_parts(element, depth)))}",
    "msup": _two(lambda base, upper: f"{base}{_raised('^', upper)}"),
    "msub": _two(lambda base, lower: f"{base}{_raised('_', lower)}"),
    "mover": _two(lambda base, upper: f"{base}{_raised('^', upper)}"),
    "munder": _two(lambda base, lower: f"{base}{_raised('_', lower)}"),
    "msubsup": _both,
    "munderover": _both,
}
