"""Which of several cells holds more, where each holds one number of the unit that is asked about. Pure functions.

A cell with two such numbers ("19.8 m, in waves of 1.60 m") decides nothing, and no verdict is given.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.saying.phrases import Phrases
from qa.lazy_regex import lazy_regex
from qa.text import scales
from qa.text.casing import lowered
from qa.text.money import SIGN, SIGNS, spellings
from qa.text.number_words import CARDINAL, CARDINALS
from qa.text.numerals import larger

_ARTICLES = dict.fromkeys(("ein", "eine", "einen", "einem"), 1)
_SPOKEN = CARDINALS["en"] | CARDINALS["de"] | _ARTICLES
# One name for each unit, and what it measures.
_UNITS = {
    name: (unit, kind)
    for unit, kind, names in (
        ("m", "length", "m metre metres meter meters"), ("km", "length", "km kilometre kilometres kilometer"),
        ("cm", "length", "cm"), ("mm", "length", "mm"), ("ft", "length", "ft feet"),
        ("m/s", "speed", "m/s"), ("km/h", "speed", "km/h mph"), ("knots", "speed", "knots knoten kn"),
        ("m²", "area", "m² qm quadratmeter quadratmetern sqm"), ("t", "weight", "t tonnes tons tonnen"),
        ("kg", "weight", "kg kilograms kilogramm"), ("kW", "power", "kw"), ("MW", "power", "mw"),
        ("GWh", "energy", "gwh"), ("%", "share", "% percent prozent"), ("°C", "temperature", "°c"),
        ("minutes", "duration", "minutes minute minuten"), ("hours", "duration", "hours hour stunden stunde"),
        ("days", "duration", "days day tage tagen tag"), ("weeks", "duration", "weeks week wochen woche"),
        ("months", "duration", "months month monate monaten monat"),
        ("years", "duration", "years year jahre jahren jahr"),
        *((sign, "money", " ".join(spellings(code))) for sign, code in SIGNS.items()),
        ("people", "people", "technicians people persons berths techniker personen"),
        ("rooms", "rooms", "rooms zimmer zimmern"),
    )
    for name in names.split()
}  # fmt: skip
_KINDS = (
    ("speed", r"speed|fast|slow|geschwindigkeit|schnell|langsam"),
    (
        "money",
        r"hire|rent|price|cost|fee|charge|deposit|amount|salary|cheap|expensive|miete|preis|kosten|kaution|betrag|"
        r"gebühr",
    ),
    ("weight", r"weigh|heav|load|gewicht|schwer|last"),
    ("duration", r"notice|period|duration|how long|term|frist|dauer|laufzeit"),
    ("people", r"technicians|people|berths|techniker|personen|plätze"),
    ("length", r"length|long|short|height|wave|depth|deep|width|läng|länge|kurz|höhe|tief|breit|wellen"),
    ("area", r"area|floor|fläche"),
    ("share", r"percent|share|rate|availability|anteil|quote|verfügbarkeit"),
    ("power", r"power|leistung"),
)  # fmt: skip
_NAMED = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_QUANTITY = lazy_regex(
    rf"(?P<sign>{SIGN})\s?(?P<money>{_NUMBER})(?P<times>{scales.OF_MONEY})?|"
    rf"(?<![\w.,/-])(?:(?P<number>{_NUMBER})(?P<scale>{scales.BEHIND})?|(?P<word>{CARDINAL}|{'|'.join(_ARTICLES)}))\s?(?P<unit>{_NAMED})(?![\w/²])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as it is written and as a value."""

    written: str
    value: float
    unit: str
    kind: str


def quantities(text: str) -> list[Quantity]:
    """Return the numbers of a text that have a unit, in order."""
    found = []
    for match in _QUANTITY.finditer(text):
        if match["sign"]:
            value = float(scales.times(larger(match["money"]), match["times"]))
            found.append(Quantity(match[0], value, *_UNITS[match["sign"]]))
        else:
            value = (
                float(_SPOKEN[lowered(match["word"])])
                if match["word"]
                else float(scales.times(larger(match["number"]), match["scale"]))
            )
            found.append(Quantity(match[0], value, *_UNITS[lowered(match["unit"])]))
    return found


def asked_unit(subject: str, texts: Sequence[str]) -> str:
    """Return the unit of which each of some texts holds numbers and that a subject asks for, "" for none or several."""
    held = [{found.unit for found in quantities(text)} for text in texts]
    shared = set.intersection(*held) if held else set()
    kinds = dict(_UNITS.values())
    wanted = {kind for kind, pattern in _KINDS if re.search(pattern, subject, re.IGNORECASE)}
    fitting = {unit for unit in shared if not wanted or kinds[unit] in wanted}
    return fitting.pop() if len(fitting) == 1 else ""


def in_order(subject: str, texts: Sequence[str]) -> list[tuple[int, Quantity]]:
    """Return the places of some texts by what they hold of the unit that is asked, most first, each with its quantity.

    Nothing where that cannot be told.
    """
    unit = asked_unit(subject, texts)
    if len(texts) < 2 or not unit:
        return []
    held = [[found for found in quantities(text) if found.unit == unit] for text in texts]
    if any(len({found.value for found in each}) != 1 for each in held):
        return []
    return sorted(((place, each[0]) for place, each in enumerate(held)), key=lambda item: -item[1].value)


def verdict(subject: str, cells: Sequence[tuple[str, str]], say: Phrases, *, least: bool = False) -> str:
    """Return a sentence that says which cell holds the most, "" where that cannot be told.

    Args:
        subject: What is compared.
        cells: Each thing's name and what is said of it.
        say: The language of the answer.
        least: Whether the one with the least is asked for, and named first.
    """
    ranked = in_order(subject, [text for _, text in cells])
    if not ranked:
        return ""
    (first, high), (last, low) = ranked[0], ranked[-1]
    most, lowest = cells[first][0], cells[last][0]
    if high.value == low.value:
        return say("All of them say the same: {value}.", value=high.written)
    if least and len(cells) == 2:
        return say(
            "{least} has less: {low} against {high} of {most}.",
            most=most, high=high.written, low=low.written, least=lowest,
        )  # fmt: skip
    if least:
        return say(
            "The least has {least} with {low}, the most {most} with {high}.",
            most=most, high=high.written, low=low.written, least=lowest,
        )  # fmt: skip
    if len(cells) == 2:
        return say(
            "{most} has more: {high} against {low} of {least}.",
            most=most, high=high.written, low=low.written, least=lowest,
        )  # fmt: skip
    return say(
        "The most has {most} with {high}, the least {least} with {low}.",
        most=most, high=high.written, low=low.written, least=lowest,
    )  # fmt: skip
