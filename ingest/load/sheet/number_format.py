"""A number as a sheet shows it, by the format of its cell. Pure functions.

Percent, decimals, scale and what stands before and after a number are shown. Thousands are grouped only beside
decimals: "1,599.50" says which mark is which, "1,600" means 1.6 where the comma is the decimal mark, and the format
does not tell the reader's country. Fractions and powers of ten are left as they are kept.
"""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from qa.lazy_regex import lazy_regex

# One way alone to read each piece: a quoted text, a character taken as it is, a bracket, a place for a digit.
_PIECE = lazy_regex(r'"([^"]*)"?|\\(.)|[_*].|\[([^\]]*)\]?|([0#?.,]+)|(.)', re.DOTALL)
_MOST_CHARS = 200
_MOST_DECIMALS = 15
_AS_KEPT = frozenset("EeGgyYmMdDhHsS@/")


class _Shown(NamedTuple):
    """What a format says: texts around the number, its decimals, whether they are grouped, and its scale."""

    before: str
    after: str
    decimals: int
    needed: int
    grouped: bool
    power: int
    has_digits: bool


def shown(value: float, code: str) -> tuple[str, str]:
    """Return a number as its cell shows it, and with all its digits where the cell rounds it, else "".

    Both are "" where the format says nothing that this knows, and the number is best written as it is kept.
    """
    sections = _sections(code)
    if not sections:
        return "", ""
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    if value == 0 and len(sections) > 2:
        section = sections[2]
    look = _look(section)
    if look is None or not look.has_digits:
        return "", ""
    try:
        exact = Decimal(f"{value:.15g}").scaleb(look.power)
        rounded = exact.quantize(Decimal(1).scaleb(-look.decimals), rounding=ROUND_HALF_UP)
    except (InvalidOperation, ValueError):
        return "", ""
    if abs(exact) >= Decimal(10) ** _MOST_DECIMALS:
        return "", ""
    # A second section says by itself how it shows what is below zero.
    own_sign = value < 0 and len(sections) > 1
    text = _written(abs(rounded), look)
    if rounded == exact:
        return _signed(text, rounded, look, own_sign=own_sign), ""
    return (
        _signed(text, rounded, look, own_sign=own_sign),
        _signed(f"{abs(exact).normalize():f}", exact, look, own_sign=own_sign),
    )


def duration(value: datetime.timedelta) -> str:
    """Return a length of time as a sheet shows it: hours beyond 24, minutes, and seconds where there are any."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{sign}{hours}:{minutes:02d}" + (f":{rest:02d}" if rest else "")


def is_duration(code: str) -> bool:
    """Tell whether a format counts hours beyond a day: "[h]:mm"."""
    return bool(re.search(r"\[h+\]", code[:_MOST_CHARS], re.IGNORECASE))


def _written(value: Decimal, look: _Shown) -> str:
    text = f"{value:,f}" if look.grouped and look.needed else f"{value:f}"
    whole, _, decimals = text.partition(".")
    spare = len(decimals) - look.needed
    while spare > 0 and decimals.endswith("0"):
        decimals, spare = decimals[:-1], spare - 1
    return f"{whole}.{decimals}" if decimals else whole


def _signed(text: str, value: Decimal, look: _Shown, *, own_sign: bool) -> str:
    before, after = look.before, look.after
    brackets = before.endswith("(") and after.startswith(")")
    if value < 0 and (not own_sign or not (brackets or "-" in before or "-" in after or "−" in before)):
        before = f"-{before}"
    return f"{before}{text}{after}".strip()


@lru_cache(maxsize=1_000)
def _sections(code: str) -> tuple[str, ...]:
    """Split a format into what it says of numbers above zero, below and of zero."""
    if not code or len(code) > _MOST_CHARS or code.strip().casefold() == "general":
        return ()
    parts, start, quoted, at = [], 0, False, 0
    while at < len(code):
        if code[at] == '"':
            quoted = not quoted
        elif code[at] == "\\":
            at += 1
        elif code[at] == ";" and not quoted:
            parts.append(code[start:at])
            start = at + 1
        at += 1
    return (*parts, code[start:])


@lru_cache(maxsize=1_000)
def _look(section: str) -> _Shown | None:
    before, after, digits = "", "", ""
    percent = False
    for match in _PIECE.finditer(section):
        quoted, escaped, bracket, places, other = match.groups()
        literal = quoted or escaped or ""
        if bracket is not None:
            if bracket.startswith("$"):
                literal = bracket[1:].split("-")[0]
            elif re.match(r"[<>=]|[hms]+$", bracket, re.IGNORECASE):
                return None
        elif places:
            if digits and after.strip():
                # Such as "000-00": digits of one number apart.
                return None
            digits += places
        elif other:
            if other in _AS_KEPT:
                return None
            percent = percent or other == "%"
            literal = other
        if digits:
            after += literal
        else:
            before += literal
    whole, _, decimals = digits.partition(".")
    scale = len(digits) - len(digits.rstrip(","))
    decimals = decimals.replace(",", "")
    has_digits = any(mark in "0#?" for mark in digits)
    if whole.replace(",", "").count("0") > 1 or len(decimals) > _MOST_DECIMALS:
        # Leading zeros make a code of it.
        return None
    needed = decimals.count("0")
    power = (2 if percent else 0) - 3 * scale
    # Three decimals would read as thousands where a point groups them.
    needed = 0 if needed == 3 else needed
    return _Shown(before, after, len(decimals), needed, "," in whole.rstrip(","), power, has_digits)
