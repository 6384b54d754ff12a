"""What would answer a question, and whether a sentence holds such a thing: an amount in a unit, a day, a name.

By rule, in English and German; finer than `qa.text.answer_type`, since it tells metres from kilograms. Pure functions.
"""

import re
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.text import money, scales
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.definitions import defines, term_asked
from qa.text.number_words import CARDINAL

Wanted = Literal[
    "money", "mass", "length", "speed", "temperature", "percent", "time", "phone", "email", "date", "count", "person",
    "named", "place", "amount", "definition", "",
]  # fmt: skip

_NUMBER = (
    rf"(?:\d+(?:[.,\s]\d+)*|{CARDINAL}|hundred|thousand|million|billion|dozen|half|"
    r"ein(?:e[mnrs]?)?|hundert|tausend)"
)
_UNITS = {
    "money": rf"(?:{money.GLUED}|{money.SIGN}|{money.CODE}|{money.NAME}|marks?)",
    "mass": r"(?:k?g|mg|t|tonnes?|tons?|tonnen?|lbs?|pounds?|kilos?|kilograms?|kilogramm|"
    r"grams?|gramm|ounces?|oz|pfund)",
    "length": r"(?:k?m|[cmµn]m|ft|met(?:re|er)s?|metern|(?:kilo|[cz]enti|milli)met\w+|miles?|meilen?|feet|foot|fuß|"
    r"inch(?:es)?|yards?|fathoms?|light[- ]years?)",
    "speed": r"(?:m/s|km/h|mph|kn|knots?|knoten|rpm|[kMG]bit/s|per (?:second|minute|hour)|"
    r"pro (?:sekunde|minute|stunde))",
    "temperature": r"(?:°\s?[CFK]?|degrees?|grad|kelvin|celsius|fahrenheit|K)",
    "percent": r"(?:%|pct|percent|per cent|prozent|percentage)",
    "time": r"(?:s|h|min|ms|seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|quarters?|years?|decades?|"
    r"centur\w+|nights?|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|jahrhundert\w*|nächten?)",
}
_DEAR = (
    r"price|costs?|salary|wages?|rent|fees?|budget|revenue|compensation|deposit|fine|day rate|turnover|profit|income|"
    r"loan|grant|premium|preis|kosten|gehalt|lohn|miete|gebühr|bußgeld|umsatz|gewinn|kaution|strafe"
)
_ASKS: tuple[tuple[Wanted, str], ...] = (
    (
        "money",
        r"\bhow much (?:money|revenue|compensation|rent|salary|profit|tax|was (?:spent|paid)|is paid|"
        r"do(?:es)? .* (?:cost|pay)|did .* (?:cost|earn|pay|spend|receive))|\b(?:what|which|welche[rsn]?|"
        rf"wie hoch (?:ist|sind|war|waren)|how (?:large|high|big)|at what) (?:[\w'’-]+ ){{0,4}}(?:{_DEAR})\b|"
        rf"^(?:{_DEAR}) (?:of|for)\b|"
        r"\bwie ?viel (?:kostet|geld|miete|zahl\w*)",
    ),
    ("mass", r"\bhow heavy|\b(?:weight|mass) of\b|\bwie schwer|\bwiegt\b|\bweighs?\b"),
    (
        "length",
        r"\bhow (?:deep|wide|tall|far|thick)\b|\bwhat (?:is|was|are) the (?:depth|width|height|length|distance|"
        r"diameter|elevation|altitude)|\b(?:which|welche[rmn]?) (?:\w+ )?(?:depth|width|height|distance|diameter|"
        r"altitude|tiefe|breite|höhe|entfernung|wellenhöhe|wassertiefe)\b|\bwie (?:tief|breit|weit|dick)\b|"
        r"\bhow many (?:met(?:re|er)s|kilomet\w+|miles|feet|inches)",
    ),
    ("speed", r"\bhow fast (?:is|was|does|do|can|will)\b|\b(?:speed|velocity) of\b|\bwie schnell\b|service speed"),
    (
        "temperature",
        r"\bhow (?:hot|cold|warm)\b|\btemperature of\b|(?:what|which|welche\w*) temperatur|\bwie (?:warm|heiß)\b",
    ),
    ("percent", r"\b(?:what|which) (?:percentage|percent|share|proportion)|\bwie ?viel prozent|\bhow many percent"),
    (
        "time",
        r"\b(?:for )?how long\b(?! (?:is|was|are) the)|\bhow many (?:seconds|minutes|hours|days|weeks|months|years)|"
        r"\bhow old\b|\bwie (?:lange|alt)\b|\bwie ?viele? (?:sekunden|minuten|stunden|tage|wochen|monate|jahre)",
    ),
    ("phone", r"\b(?:phone|mobile|telephone|cell|fax) number|\btelefon\w*|\bhandy\w*|\bwhat\b.{0,20}\bphone\b"),
    ("email", r"\be-?mail address|\bmailadresse|\be-?mail-adresse"),
    (
        "date",
        r"\bwhen (?:is|was|were|did|does|do|will|has|must)\b|\b(?:what|which|by what|from what|since what) (?:date|day|"
        r"month|year)\b|\bwann\b|\ban welchem tag\b|\bin welche[mr] (?:jahr|monat)",
    ),
    ("count", r"\bhow many\b|\bwie ?viele?\b|\bhow often\b|\bnumber of\b|\banzahl\b|\bwie oft\b"),
    ("person", r"^(?:who|whom|whose)\b|\bby whom\b|^we[rnm]\b|^wessen\b"),
    (
        "named",
        r"\b(?:which|what|welche\w*) (?:company|companies|factory|bank|firm|organi[sz]ation|university|country|city|"
        r"town|state|team|band|river|ship|vessel|boat|magazine|newspaper|king|queen|president|language|firma|stadt|land|"
        r"universität|schiff|person)s?\b|\bname of\b",
    ),
    ("place", r"^(?:where|wo|woher|wohin)\b"),
    ("amount", r"\bhow (?:much|high|large|big|strong|quickly|late|soon)\b|\bwie ?(?:viel|hoch|groß|stark)\b"),
)
# Kinds that have a unit, or one way to be written: a passage without such a thing says something else.
MEASURED = frozenset({"money", "mass", "length", "speed", "temperature", "percent", "phone", "email"})
_PATTERNS = tuple((wanted, lazy_regex(pattern, re.IGNORECASE)) for wanted, pattern in _ASKS)
_DATE = lazy_regex(
    rf"\b(?:1\d|20)\d\d\b|\b(?:{MONTH_NAME}|{WEEKDAY})\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b|"
    r"\bcentur|jahrhundert|\b\d0s\b",
    re.IGNORECASE,
)
_PHONE = lazy_regex(r"(?<!\w)\+?\d(?:[\s()/-]?\d){6,}")
_CAPITAL = lazy_regex(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][\w'’&.-]+")
_MEASURES = {
    # Behind its number, or in the name of a column before it: "25.3 m", "water_depth_m: 25.3", "Power (kW): 31".
    unit: lazy_regex(
        rf"(?<![^\W_]){_NUMBER}(?:{scales.BEHIND}|\s?[mk](?!\w))?[\s-]?{pattern}"
        rf"(?![^\W_])|(?<![^\W_]){pattern}(?:[\s)\]:|=]|per year|a month){{0,4}}\d|"
        # "Days lost to breakdown: 11"
        rf"(?<![^\W_]){pattern}(?: \w+){{1,4}}: \d",
        re.IGNORECASE,
    )
    for unit, pattern in _UNITS.items()
}
_LONGEST = 1_000
_ANY_NUMBER = lazy_regex(rf"\d|(?<!\w){_NUMBER}(?!\w)", re.IGNORECASE)


def wanted(question: str) -> Wanted:
    """Return what kind of thing would answer a question; "" where no rule says."""
    if term_asked(question):
        return "definition"
    return next((kind for kind, pattern in _PATTERNS if pattern.search(question)), "")


def holds_wanted(kind: Wanted, sentence: str, question: str) -> bool:
    """Tell whether a sentence holds such a thing; always for "". A name counts if the question does not say it."""
    # What is longer is a table or a listing; the patterns take quadratic time on numbers without end.
    sentence = sentence[:_LONGEST]
    if kind in _MEASURES:
        return bool(_MEASURES[kind].search(sentence))
    if kind == "definition":
        return defines(term_asked(question), sentence)
    if kind in ("count", "amount"):
        return bool(_ANY_NUMBER.search(sentence))
    if kind == "date":
        return bool(_DATE.search(sentence))
    if kind == "phone":
        return bool(_PHONE.search(sentence))
    if kind == "email":
        return "@" in sentence
    if kind in ("person", "named", "place"):
        asked = question.casefold()
        return any(match[0].casefold() not in asked for match in _CAPITAL.finditer(sentence))
    return True
