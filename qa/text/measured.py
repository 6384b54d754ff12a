"""Numbers with what they measure: sums of money, durations, lengths, weights, each in its unit. Pure functions.

English and German. Two of them can be compared where they are of one kind, and added where they are of one unit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qa.lazy_regex import lazy_regex
from qa.text import money, scales
from qa.text.amounts import UNITS
from qa.text.casing import lowered
from qa.text.number_words import CARDINAL, CARDINALS
from qa.text.numerals import is_negative, larger

_DIGITS = r"\d{1,3}(?:[.,'’ \u00a0]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?(?![\d.,]*\d)"
_WORDS = CARDINALS["en"] | CARDINALS["de"]
_WORKDAYS = r"(?:working|business) days?|arbeitstagen?|arbeitstage?|werktagen?|werktage?"
_QUANTITY = lazy_regex(
    rf"(?P<sign>{money.CURRENCY})\s?(?P<minus>[-−–](?=\d))?(?P<after>{_DIGITS})(?P<times>{scales.OF_MONEY})?|"
    rf"(?<![\w.,/])(?<![^\s:;|(=][-−–])(?:(?P<number>{_DIGITS})(?P<scale>{scales.BEHIND})?|(?P<word>{CARDINAL})(?=[\s-]))"
    rf"(?:[\s-]?(?P<money>{money.CURRENCY})|[\s-]?(?P<unit>%|‰|{_WORKDAYS}|{UNITS}|prozent|per ?cent)(?![\w/²³]))?",
    re.IGNORECASE,
)
# What the units of one kind are of the first of them; months and years are of different lengths.
# A week has five working days.
_KINDS = {
    "duration": {"day": "1 day days tag tage tagen", "workday": "1.4",
                 "hour": "0.041666667 h hour hours stunde stunden",
                 "minute": "0.00069444 min minute minutes minuten", "week": "7 week weeks woche wochen",
                 "month": "30.4375 month months monat monate monaten", "year": "365.25 year years jahr jahre jahren"},
    "length": {"m": "1 m metre metres meter meters metern", "km": "1000 km kilometre kilometres kilometer kilometern",
               "cm": "0.01 cm zentimeter", "mm": "0.001 mm", "mile": "1609.344 mile miles",
               "ft": "0.3048 ft feet foot"},
    "weight": {"kg": "1 kg kilogram kilograms kilogramm kilo", "t": "1000 t tonne tonnes tonnen ton tons",
               "g": "0.001 g"},
    "speed": {"km/h": "1 km/h", "m/s": "3.6 m/s", "knots": "1.852 knots knot knoten kn", "mph": "1.609344 mph"},
    "power": {"kw": "1 kw", "w": "0.001 w", "mw": "1000 mw"},
    "energy": {"kwh": "1 kwh", "mwh": "1000 mwh", "gwh": "1000000 gwh"},
    "share": {"%": "1 % percent per_cent prozent"},
}  # fmt: skip
_UNITS = {
    word: (kind, unit, Decimal(line.split()[0]))
    for kind, units in _KINDS.items()
    for unit, line in units.items()
    for word in (line.split()[1:] or [unit])
}
_PER = tuple(
    (name, lazy_regex(pattern, re.IGNORECASE))
    for name, pattern in (
        ("month", r"\b(?:month(?:ly)?|monat(?:lich\w*)?|monats)\b|/ ?(?:month|monat)"),
        ("year", r"\b(?:year(?:ly)?|annual(?:ly)?|jahr|jährlich\w*|jahres\w+|p\. ?a)\b|/ ?(?:year|jahr)"),
        ("week", r"\b(?:week(?:ly)?|woche|wöchentlich\w*)\b"),
        ("day", r"\b(?:a|per|each|every|pro|am|je) (?:day|night|tag|nacht)\b|\b(?:daily|täglich)\b"),
        ("hour", r"\b(?:hour(?:ly)?|stunde)\b"),
    )
)
_OF_A_YEAR = {"month": Decimal(12), "year": Decimal(1), "week": Decimal("52.1775"), "day": Decimal("365.25")}


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with its unit at a place of a text.

    Attributes:
        value: The number.
        unit: A currency's code, the unit's name in lower case, or "" for a bare number.
        kind: "money", "duration", "length" and so on; "" for a bare number or an unknown unit.
        written: As the text writes it.
        start: Offset.
        end: Behind its last character.
    """

    value: Decimal
    unit: str
    kind: str
    written: str
    start: int
    end: int


def measured(text: str) -> Iterator[Measured]:
    """Yield the numbers of a text with their units, in order; "three months" counts as "3 months" does."""
    for match in _QUANTITY.finditer(text):
        digits = match["after"] or match["number"]
        value = larger(digits) if digits else Decimal(_WORDS[lowered(match["word"])])
        coin = match["sign"] or match["money"]
        value = money.times(scales.times(value, match["times"] or match["scale"]), coin or "")
        written, place = match[0].strip(), (match.start(), match.end())
        if match["minus"] or is_negative(text, *place):
            value, written = -value, written if match["minus"] else f"-{written}"
        if coin:
            yield Measured(value, money.code_of(coin), "money", written, *place)
            continue
        said = " ".join((match["unit"] or "").casefold().split()).replace("per cent", "percent")
        said = "workday" if re.fullmatch(_WORKDAYS, said) else said
        kind, unit, _ = _UNITS.get(said, ("", said, Decimal(1)))
        if digits or said:
            yield Measured(value, unit, kind, written, *place)


def per(text: str) -> str:
    """Return for which time a sentence says that something is paid: "month", "year", …; "" for none."""
    return next((name for name, pattern in _PER if pattern.search(text)), "")


def scaled(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return a value for comparison with those of another unit, and what they are comparable by.

    Args:
        value: The number.
        unit: As `Measured` has it, of money with the time that it is paid for behind: "EUR month".
    """
    base, _, time = unit.partition(" ")
    if time in _OF_A_YEAR:
        return value * _OF_A_YEAR[time], f"{base} year"
    if base in _UNITS:
        kind, _, factor = _UNITS[base]
        return value * factor, kind
    return value, unit
