"""What stands in a Word document for no text of its own: boxes and choices of forms, signs of fonts, formulas."""

from collections.abc import Callable
from typing import Any

from ingest.load import formulas
from ingest.load.boxes import BLANK, TICKED
from ingest.load.whole import whole

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Boxes of forms in fonts of symbols, by the last two digits of their code.
_SYMBOLS = {
    "wingdings": dict.fromkeys(("fe", "fd", "fc", "78"), TICKED) | dict.fromkeys(("a8", "6f", "71"), BLANK),
    "wingdings 2": dict.fromkeys(("52", "53", "54", "50"), TICKED) | dict.fromkeys(("a3", "2a", "30"), BLANK),
    "symbol": {
        "b7": "•", "b0": "°", "b1": "±", "b4": "×", "a3": "≤", "b3": "≥", "b9": "≠", "61": "α", "62": "β", "67": "γ",
        "6d": "µ", "6c": "λ", "70": "π", "73": "σ", "77": "ω", "44": "Δ", "53": "Σ", "57": "Ω", "ae": "→",
    },
}  # fmt: skip


def value_of(parent: Any, name: str) -> str | None:
    """Return the `w:val` of a child element, None without one."""
    child = parent.find(f"{_W}{name}") if parent is not None else None
    return child.get(f"{_W}val") if child is not None else None


def _checkbox(element: Any) -> str:
    state = element.find(f"{_W}checked")
    value = state.get(f"{_W}val", "1") if state is not None else value_of(element, "default")
    return BLANK if value in (None, "0", "false", "off") else TICKED


def _choice(element: Any) -> str:
    """Return what is chosen from a list of a form."""
    chosen = value_of(element, "result") or value_of(element, "default") or "0"
    entries = [entry.get(f"{_W}val") or "" for entry in element.iterchildren(f"{_W}listEntry")]
    return entries[whole(chosen)] if chosen.isdecimal() and whole(chosen) < len(entries) else ""


def _symbol(element: Any) -> str:
    font = (element.get(f"{_W}font") or "").casefold()
    return _SYMBOLS.get(font, {}).get((element.get(f"{_W}char") or "")[-2:].casefold(), "")


FORMS: dict[str, Callable[[Any], str]] = {
    f"{_W}checkBox": _checkbox,
    f"{_W}ddList": _choice,
    f"{_W}sym": _symbol,
    formulas.FORMULA: formulas.line,
}
