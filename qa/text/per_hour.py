"""What is asked for by the hour, the kilometre or the piece: a sum for all of a year does not say it. Pure functions.

Months and years are left out: a rent is one of a month though nobody says so. English and German.
"""

import re

from qa.lazy_regex import lazy_regex

_UNITS = (
    (r"hours?|h", r"hourly", r"stunden?|std", r"stündlich\w*|stundensatz|stundenlohn"),
    (r"nights?", r"nightly", r"nacht|nächte", r"übernachtung\w*"),
    (r"kilomet(?:re|er)s?|km|miles?", r"mileage", r"kilometer|km", r"kilometergeld|kilometerpauschale"),
    (r"kwh|kilowatt[ -]?hours?|units?", r"unit price", r"kwh|kilowattstunden?", r"arbeitspreis"),
    (r"pieces?|items?|each", r"unit price", r"stück|stk", r"einzelpreis|stückpreis"),
)
_PER = r"(?:(?<!\w)(?:per|an?|each|every|pro|je|die|in der)|/)"
_PATTERNS = tuple(
    # "Two nights, £96 each."
    lazy_regex(rf"{_PER} ?(?:\w+ and )?(?:{unit}|{german})\b|\b(?:{adjective}|{noun}|each|jeweils)\b", re.IGNORECASE)
    for unit, adjective, german, noun in _UNITS
)
_ASKS = tuple(
    lazy_regex(rf"\b(?:per|an|pro|je) (?:{unit}|{german})\b|\b(?:{adjective}|{noun})\b", re.IGNORECASE)
    for unit, adjective, german, noun in _UNITS
)
# "Within an hour" and "the hourly bus" ask for no rate, and "half an hour" is a length of time.
_RATE = lazy_regex(
    r"\b(?:how (?:much|many|high|fast)|costs?|prices?|rates?|charge[sd]?|fees?|pay|paid|earns?|wages?|tariff|"
    r"wie ?(?:viele?|hoch|teuer|schnell)|kost\w*|\w*preis\w*|\w*satz|\w*lohn|\w*gebühr\w*|verdien\w*|zahl\w*|\w*geld|"
    r"\w*tarif|\w*pauschale)\b",
    re.IGNORECASE,
)
_OTHER = lazy_regex(
    r"\W*(?:when|who\w*|where|why|must|may|can|do|does|did|is|are|wann|we[rnm]|wo\w*|warum|muss|müssen|darf|dürfen|kann|"
    r"können|ist|sind)\b",
    re.IGNORECASE,
)
_LENGTH = lazy_regex(r"\b(?:half|quarter of|within|in|than|for|after|about|of|every|by) an? \w+", re.IGNORECASE)


def says_per(question: str, text: str) -> bool:
    """Tell whether a text says what it says by the unit that a question asks it by; True where it asks by none."""
    question = _LENGTH.sub(" ", question)
    if _OTHER.match(question) and not _RATE.search(question):
        return True
    return all(said.search(text) for asks, said in zip(_ASKS, _PATTERNS, strict=True) if asks.search(question))
