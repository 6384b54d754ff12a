"""The forms of dates, sums of money, measures and shares in English and German, as patterns."""

import re

from qa.lazy_regex import lazy_regex
from qa.text import money, scales
from qa.text.calendar_words import MONTH
from qa.text.number_words import CARDINAL

_MONTH = rf"(?:{MONTH})\b\.?"
_YEAR = r"(?:1\d|20)\d\d"
_TIME = r"(?:,?(?: at| um)? \d{1,2}:\d\d(?: Uhr)?)?"
_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)? {_MONTH}(?:,? {_YEAR})?|"
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? {_YEAR})?|"
    rf"{_YEAR}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./](?:{_YEAR}|\d\d))\b{_TIME}"
)
_CENTURY = r"(?:\d{1,2}(?:st|nd|rd|th)(?: and \d{1,2}(?:st|nd|rd|th))? centur(?:y|ies)|\d{1,2}\. Jahrhunderts?)\b"
# Four digits before a unit are not a year: "1600 kW", but "in 1977 the law".
_NO_YEAR = (
    r"(?! ?(?:%|(?-i:[kmcdµ]?[mglVWsA]|t|kn|km/h|m/s|[kMG]Wh?|[kM]?Hz|rpm|ppm|bar|Nm|hPa|m²|m³|km²)(?!\w)))(?![.,]\d)"
)
_DATE = rf"(?:{_DAY}|\b{_MONTH} {_YEAR}\b|{_CENTURY}|\b{_YEAR}s?\b{_NO_YEAR})"
_BEFORE = r"(?<![\w.,/£$€-])"
_DATES = rf"{_BEFORE}{_DATE}(?:(?: to | until | and | bis | und |–| – | - ){_DATE})?"

_WORDS = rf"{CARDINAL}|hundred|ein|eine|einen"
_FIGURE = r"(?<![\w.,/-])[-−]?\d+(?:[.,]\d+)*"
_SCALE = rf"(?:{scales.BEHIND}| ?(?:trillion|m)\b)?"
_IN_WORDS = rf"\b(?:{_WORDS})\b(?:[- ](?:{_WORDS}|thousand|million|billion|Millionen)\b)*"
NUMBER = rf"(?:{_FIGURE}{_SCALE}|{_IN_WORDS})"
# The second number of "6-8": a hyphen in front makes it no part of a code.
UPPER = rf"(?:\d+(?:[.,]\d+)*{_SCALE}|{_IN_WORDS})"
TO = r"(?: ?[-–—] ?| (?:to|bis) )"
RANGE = rf"(?:\b(?:between|zwischen) {NUMBER} (?:and|und) {UPPER}|{NUMBER}(?:(?:{TO}| (?:and|und|or|oder) ){UPPER})?)"
"""One number, or both of "6-8", "six to eight", "between 6 and 8"."""
COIN = rf"(?:{money.GLUED}|{money.NAME}|{money.CODE}|{money.SIGN})"
PER = r"(?: (?:per|a|an|each|pro|je) (?!total\b)[a-zäöü]+\b)?"
_PRICED = rf"(?<![\w.,])(?:US\$|{money.GLUED}|{money.SIGN}|{money.CODE} ) ?\d+(?:[.,]\d+)*{scales.OF_MONEY}?"
TIMES = (
    r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centuries|"
    r"Sekunden?|Minuten?|Stunden?|Tagen?|Tag|Tage|Wochen?|Monaten?|Monate?|Jahren?|Jahre?|Jahrzehnten?"
)
LENGTHS = (
    r"mm|cm|dm|m|km|nm|µm|inch(?:es)?|feet|foot|ft|yards?|miles?|metres?|meters?|kilometres?|kilometers?|"
    r"millimetres?|Metern?|Kilometern?|Zentimetern?|Meilen?|Fuß"
)
SPEEDS = (
    r"m/s|km/h|mph|knots?|kn|Knoten|rpm|(?:miles?|kilomet(?:re|er)s?|km) (?:per|an) hour|Stundenkilometern?|"
    r"[kMG]bit/s|[kMG]bps|(?:mega|giga|kilo)bits? (?:per|a) second"
)
WEIGHTS = r"mg|g|kg|t|tonnes?|tons?|kilograms?|kilogrammes?|lbs?|Tonnen?|Kilogramm|Kilo"
TEMPERATURES = r"°C|°F|°|K|degrees?(?: (?:Celsius|Fahrenheit|C|F))?|Grad(?: Celsius)?"
_OTHERS = (
    r"l|ml|litres?|liters?|Litern?|gallons?|cubic metres?|square (?:metres?|meters?|miles?|kilometres?|feet)|"
    r"hectares?|acres?|km²|m²|m³|V|kV|A|kA|W|kW|MW|GW|kWh|MWh|GWh|TWh|Nm|N|kN|bar|Pa|kPa|MPa|hPa|Hz|kHz|MHz|ppm|dB|"
    r"bits?|bytes?|[KMGT]B"
)
LOUDNESS = r"dB(?:\(A\))?|decibels?|Dezibel"
STRENGTHS = rf"{SPEEDS}|{WEIGHTS}|{_OTHERS}|watts?|kilowatts?|hp|PS"
_CLOCK = r"(?:[01]?\d|2[0-4])"
TIME_OF_DAY = lazy_regex(
    rf"(?<![\d.:,]){_CLOCK}(?::[0-5]\d(?: ?(?:Uhr|[ap]\.?m\b\.?))?|"
    r"(?:\.[0-5]\d)? ?(?:Uhr|[ap]\.?m\b\.?|o['’]clock))(?!\d)",
    re.IGNORECASE,
)
SIZES = rf"{LENGTHS}|{SPEEDS}|{WEIGHTS}|{TEMPERATURES}|{_OTHERS}"
UNITS = rf"{TIMES}|{SIZES}"
# "EUR 10-12" is both; of "EUR 480 to 14 people" the second is no sum.
_UP_TO = (
    rf"(?:(?:[-–]| (?:to|bis) )\d+(?:[.,]\d+)*{scales.OF_MONEY}?"
    r"(?![\w-]|[.,]\d| (?!(?:per|a|an|each|pro|je|and|und|or|oder|in|for|für)\b)[a-zäöü]))?"
)
_LOWER = rf"(?:\b(?:between|zwischen) {_FIGURE}{_SCALE} (?:and|und) |{_FIGURE}{_SCALE}{TO})"
_MONEY = rf"(?:{_PRICED}{_UP_TO}|(?:{_LOWER}\d+(?:[.,]\d+)*|{_FIGURE}){_SCALE} ?{COIN}(?!\w)){PER}"
_SHARE = rf"{NUMBER} ?(?:%|‰|per ?cent\b|percentage points?\b|Prozent\b)"
_OFTEN = (
    rf"\b(?:every (?:other |second |third )?(?:(?:{_WORDS}|\d+) )?(?:{TIMES})|"
    rf"(?:once|twice|(?:{_WORDS}|\d+) times) (?:a|an|per|each|every)(?: (?:{_WORDS}|\d+))? (?:{TIMES})|"
    rf"daily|weekly|monthly|quarterly|yearly|annually|alle (?:{_WORDS}|\d+) (?:{TIMES})|jede[nrs]? (?:{TIMES})|"
    rf"(?:einmal|zweimal|dreimal|\d+-?mal) (?:im|in der|pro|am|je) (?:{TIMES})|"
    r"täglich|wöchentlich|monatlich|jährlich|vierteljährlich)\b"
)

# Patterns of whole words, by the kind of thing that is asked for.
FORMS: dict[str, re.Pattern[str]] = {
    "date": lazy_regex(_DATES, re.IGNORECASE),
    "year": lazy_regex(rf"{_BEFORE}{_YEAR}\b(?![.,]\d)"),
    # "From 250 to 300 pounds": one of the two alone would mislead.
    "money": lazy_regex(rf"{_MONEY}(?:(?: to | bis | auf |–| – | - ){_MONEY})?", re.IGNORECASE),
    "share": lazy_regex(_SHARE, re.IGNORECASE),
    "often": lazy_regex(_OFTEN, re.IGNORECASE),
}

# A sentence without one of these states no amount, or no time, in any words.
SOME_NUMBER = lazy_regex(
    rf"\d|\b(?:{_WORDS}|once|twice|half|third|quarter|dozens?|no|none|several|many|few|nobody|second|both|"
    r"einmal|zweimal|hälfte|drittel|viertel|dutzend|kein\w*|mehrere|viele|wenige|beide)\b|[½¼¾]",
    re.IGNORECASE,
)
SOME_TIME = lazy_regex(
    rf"\b(?:{_MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|spring|summer|autumn|winter|century|centuries|"
    r"morning|evening|night|noon|midnight|midsummer\w*|christmas|easter|today|yesterday|tomorrow|every|daily|weekly|monthly|"
    r"when|until|before|after|during|end|beginning|early|late|first|last|each|months?|weeks?|quarters?|"
    r"\w*ersten|\w*letzten|monat\w*|woche\w*|quartal\w*|werktag\w*|"
    r"(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|frühling|frühjahr|sommer|herbst|jahrhundert\w*|jahr\w*|"
    r"morgen|abend|nacht|mittag|ostern|weihnachten|jede\w*|täglich|wenn|bis|vor|nach|während|ende|anfang|seit)\b",
    re.IGNORECASE,
)

_IN_NAMES = lazy_regex(
    r"(?:^|[_\W])(GBP|EUR|USD|£|€|\$|%|percent|GWh|MWh|kWh|MW|kW|m/s|km|kg|mm|cm|m|hours|days|months|years|minutes|"
    r"tonnes|litres)(?=$|[_\W])",
    re.IGNORECASE,
)


def unit_of(name: str) -> str:
    """Return the unit that a column's name states ("water_depth_m", "Price GBP"), "" where it states none."""
    found = _IN_NAMES.findall(name)
    if not found:
        return ""
    unit: str = found[-1]
    # Words are written in lower case, abbreviations as they stand.
    return {"percent": "%"}.get(unit.casefold(), unit.lower() if len(unit) > len("GWh") else unit)
