"""What the cells of a column say: numbers with units, dates, or text. Pure functions.

A cell stays as it is displayed; what it is read as stands beside it. "1,250" and "1.250" mean different numbers in
different countries: the other cells of the column tell which, then the language of the document.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.text import money, numerals, scales
from qa.text.dates import NUMERIC_DAY, read_day, read_month

Kind = Literal["number", "date", "text"]

# A column is of a kind where at least this share of its filled cells is.
_SHARE = 0.6
_CURRENCIES = frozenset([*money.CODES, *money.SIGNS])
_MOST_DIGITS = 28
# Of "Tsd" and "Mio".
_LETTERS = 3
_LOOKED_AT = 1_000

# One way alone to read each character: a cell of 40 letters must not take minutes. "²" is a letter here.
_UNIT = rf"[^\W\d_](?:[^\W\d_]|[/·*^⁻-])*|(?:[%‰°]|{money.SIGN})(?:\s?[CF]\b)?"
_NUMBER = lazy_regex(
    rf"(?P<before>{_UNIT})?\s*(?P<sign>[-−–+])?\s*(?P<before2>{money.SIGN})?\s*"
    rf"(?P<digits>\d[\d{numerals.MARKS}]*)\s*"
    rf"(?P<after>(?:{_UNIT})(?:\s?/\s?[^\W\d_]+)?)?"
)
_DIGITS = lazy_regex(rf"\d+(?:[{numerals.MARKS}]\d+)*")
# "TEUR 500", "2,5 Mio. EUR", "EUR 5k", "5k"
_SCALED = lazy_regex(
    rf"(?P<before>{money.CURRENCY})?\s?(?P<sign>[-−–+])?(?P<digits>\d[\d{numerals.MARKS}]*?)"
    rf"(?P<scale>(?(before){scales.OF_MONEY}|{scales.BEHIND}))?\s?(?P<after>{money.CURRENCY})?",
    re.IGNORECASE,
)
_GLUED = lazy_regex(money.GLUED, re.IGNORECASE)


NOTHING = frozenset(
    ("-", "–", "—", "--", "---", "n/a", "n. a.", "n.a.", "k.a.", "k. a.", "k/a", "./.", "nan", "null", "entfällt")
)
"""Marks in cells for that there is no value, folded."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is read; `texts`, `numbers` and `dates` have one entry a row.

    `unread` are the places of filled cells that cannot be read as what their column holds. `unit` is the one that most
    numbers carry. `comma` tells whether a comma separates decimals; `doubtful` whether that is only a guess.
    """

    kind: Kind
    texts: tuple[str, ...]
    numbers: tuple[Decimal | None, ...] = ()
    dates: tuple[date | None, ...] = ()
    unit: str = ""
    unread: tuple[int, ...] = ()
    comma: bool = False
    doubtful: bool = False


def read_column(texts: Sequence[str], language: str = "", header: str = "") -> Column:
    """Return a column as its cells are read.

    Args:
        texts: The cells as they are displayed.
        language: Code of the document's language.
        header: The column's name, which may say the unit: "Rent (€ per year)", "water_depth_m".
    """
    # A dash or "n/a" is no value, and so does not make texts of a column of numbers.
    filled = [text for text in texts if not says_nothing(text)]
    if not filled:
        return Column("text", tuple(texts))
    comma, doubtful = _decimal_comma(filled, language)
    day_first = _day_first(filled)
    # The same cells stand in many rows.
    distinct = dict.fromkeys(filled)
    if _says_since(header) and all(_YEAR.fullmatch(text) for text in distinct):
        return Column("date", tuple(texts), dates=tuple(date(int(text), 1, 1) if text else None for text in texts))
    days = {text: read_day(text, day_first=day_first) for text in distinct} if _is_likely(distinct) else {}
    if days and not any(days.values()) and all(months := {text: read_month(text) for text in distinct}.values()):
        # A month stands for its days: what is asked of March finds its row.
        days = dict(zip(distinct, months, strict=True))
    dates = [days.get(text) for text in texts]
    if sum(day is not None for day in dates) >= _SHARE * len(filled):
        unread = tuple(place for place, text in enumerate(texts) if text and dates[place] is None)
        return Column("date", tuple(texts), dates=tuple(dates), unread=unread)
    parsed = {text: read_number(text, comma=comma) for text in distinct} if _is_likely(distinct) else {}
    units = Counter(item[1] for text in filled if (item := parsed.get(text)))
    unit = (units.most_common(1)[0][0] if units else "") or unit_of(header)
    # What carries another unit cannot be added to the others.
    read = {text: item[0] for text, item in parsed.items() if item and item[1] in (unit, "")}
    numbers = [read.get(text) for text in texts]
    if sum(number is not None for number in numbers) >= _SHARE * len(filled):
        unread = tuple(place for place, text in enumerate(texts) if text and numbers[place] is None)
        return Column(
            "number", tuple(texts), numbers=tuple(numbers), unit=unit, unread=unread, comma=comma, doubtful=doubtful
        )
    return Column("text", tuple(texts))


def says_nothing(text: str) -> bool:
    """Tell whether a cell is blank, or filled with a mark for that there is no value: a dash, "n/a"."""
    return not text or folded(text) in NOTHING


def read_number(text: str, *, comma: bool = False) -> tuple[Decimal, str] | None:
    """Return a number and its unit ("" for none); None for anything but a number.

    Args:
        text: Such as "1,250.50", "−3 °C", "€ 12", "95 %", "(400)".
        comma: Whether a comma separates decimals.
    """
    plain = " ".join(text.split())
    negative = len(plain) > 2 and plain[0] == "(" and plain[-1] == ")"
    bare = plain[1:-1].strip() if negative else plain
    if found := _scaled(bare, comma=comma):
        return (-found[0], found[1]) if negative else found
    match = _NUMBER.fullmatch(bare)
    if not match:
        return None
    digits = match["digits"].strip()
    if digits.endswith((".", ",", "'", "’")) or not _DIGITS.fullmatch(digits):
        return None
    before = match["before"] or match["before2"] or ""
    # "OV-1" and "Level 2" are names.
    if before and (match["after"] or before.upper() not in _CURRENCIES):
        return None
    value = numerals.read(digits, comma=comma)
    if value is None or len(value.as_tuple().digits) > _MOST_DIGITS:
        return None
    signed = -value if negative or match["sign"] in ("-", "−", "–") else value
    return signed, read_unit(match["after"] or before)


def _scaled(text: str, *, comma: bool) -> tuple[Decimal, str] | None:
    """Return a number that something multiplies, and the code of its currency, "" for none; None for another one."""
    match = _SCALED.fullmatch(text)
    coin = (match["before"] or match["after"] or "") if match else ""
    if not match or (match["before"] and match["after"]) or not (match["scale"] or _GLUED.fullmatch(coin)):
        return None
    value = numerals.read(match["digits"], comma=comma)
    # "£51 million" stays a text: as numbers, such columns took "Compare the sum insured for A3 and A5" for a sum.
    if (
        value is None
        or len(value.as_tuple().digits) > _MOST_DIGITS
        or len((match["scale"] or "").strip(" .")) > _LETTERS
    ):
        return None
    value = money.times(scales.times(value, match["scale"]), coin)
    return -value if match["sign"] in ("-", "−", "–") else value, money.code_of(coin)


def _says_since(header: str) -> bool:
    """Tell whether years in a column say since when: they are older or newer, and add up to nothing."""
    return not _SINCE.isdisjoint(re.findall(r"[^\W\d_]+", header.casefold()))


def folded(text: str) -> str:
    """Return a text for comparison, the same for any case, any form of accents and any blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _decimal_comma(texts: Sequence[str], language: str) -> tuple[bool, bool]:
    """Tell whether a comma separates the decimals of a column, and whether that is only a guess from its language."""
    doubtful = False
    for text in texts:
        for digits in _DIGITS.findall(text):
            if "," in digits and "." in digits:
                return digits.rfind(",") > digits.rfind("."), False
            for mark in (",", "."):
                parts = digits.split(mark)
                if len(parts) == 2 and (len(parts[1]) != 3 or len(parts[0]) > 3 or parts[0] == "0"):
                    # A day is not a number.
                    if read_day(text) is None:
                        return mark == ",", False
                elif len(parts) > 2 and all(len(part) == 3 for part in parts[1:]):
                    return mark == ".", False
                elif len(parts) == 2:
                    doubtful = True
    return language == "de", doubtful


def _is_likely(distinct: Iterable[str]) -> bool:
    """Tell whether cells may be numbers or dates at all: some of the first ones hold a digit."""
    some = list(itertools.islice(distinct, _LOOKED_AT))
    return 4 * sum(any(mark.isdecimal() for mark in text) for text in some) >= len(some)


def _day_first(texts: Sequence[str]) -> bool:
    """Tell whether 03/04/2024 is in April, by the column's own cells where one is beyond 12."""
    for text in texts:
        if match := NUMERIC_DAY.fullmatch(text.strip()):
            if int(match["one"]) > 12:
                return True
            if int(match["two"]) > 12:
                return False
    return True


# Pounds may be weights, and francs of several countries.
_UNITS = {
    **money.SIGNS,
    **{name: money.NAMES[name] for name in ("euro", "euros", "dollar", "dollars")},
    **dict.fromkeys(("percent", "prozent"), "%"),
}


_IN_BRACKETS = lazy_regex(r"[(\[]\s*([^()\[\]]{1,20}?)\s*[)\]]\s*$")
_SAID = (
    "€ $ £ ¥ eur usd gbp chf k€ t€ % percent prozent kg mg g t m cm mm km m² m2 ha l ml kw mw gw kwh mwh gwh h bar v "
    "kv °c hours days months minutes seconds years stunden tage monate minuten"
)
_SAID_UNITS = frozenset(_SAID.split())
_YEAR = lazy_regex(r"(?:18|19|20)\d{2}")
_SINCE = frozenset(
    ["since", "seit", "built", "gebaut", "baujahr", "founded", "gegründet", "joined", "eintritt", "hired", "born"]
)
_WRITTEN = {"kw": "kW", "mw": "MW", "gw": "GW", "kwh": "kWh", "mwh": "MWh", "gwh": "GWh"}


def unit_of(header: str) -> str:
    """Return the unit that a column's name says, "" for none: "Rent (€ per year)", "Unit price GBP", "net_kwh"."""
    plain = unicodedata.normalize("NFKC", header.replace("m²", "m2"))
    if match := _IN_BRACKETS.search(plain):
        first = match[1].split()[0].casefold()
        said = match[1].removeprefix("in ")
        if _GLUED.fullmatch(said):
            return said
        return read_unit(match[1]) if first in _SAID_UNITS or first[0] in "€$£" else ""
    last = re.split(r"[\s_,]+", plain.strip())[-1]
    is_name = last == plain.strip()
    if _GLUED.fullmatch(last) and not is_name:
        return last
    return _WRITTEN.get(last, read_unit(last)) if last.casefold() in _SAID_UNITS and not is_name else ""


def read_unit(text: str) -> str:
    """Return a unit in its plain form: "€" as "EUR"."""
    plain = " ".join(text.split())
    return _UNITS.get(plain.casefold(), plain)


def is_currency(unit: str) -> bool:
    """Tell whether a unit is one of money: "EUR", "GBP/month", "k€"."""
    first = unit.split("/")[0].split()[0] if unit.split("/")[0].split() else ""
    return first.upper() in _CURRENCIES or _GLUED.fullmatch(first) is not None
