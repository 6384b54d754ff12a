"""Numbers, dates and units: how they are written in English and German, and when two of them say the same."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

_UNITS_OF: dict[str, str] = {
    # dimension: factor name name name, …
    "length": "1000 km kilometre kilometer kilometres kilometers|1609.344 mile miles mi meile meilen"
    "|1 m metre meter metres meters metern|0.01 cm centimetre centimeter centimetres centimeters zentimeter zentimetern"
    "|0.001 mm millimetre millimeter millimetres millimeters millimetern|0.3048 ft foot feet fuß"
    "|0.0254 inch inches zoll"
    "|0.9144 yard yards yd|1852 nmi",
    "mass": "1 kg kilo kilogram kilograms kilogramm|0.001 g gram grams gramm|1000 t ton tons tonne tonnes tonnen"
    "|0.45359 lb lbs pound-mass|0.02835 oz ounce ounces|0.000001 mg milligram milligrams milligramm",
    "time": "1 second seconds sec s sekunde sekunden|60 minute minutes min minuten|3600 hour hours h hr hrs stunde "
    "stunden|86400 day days tag tage tagen|604800 week weeks woche wochen|2629800 month months monat monate monaten"
    "|31557600 year years jahr jahre jahren|315576000 decade decades jahrzehnt jahrzehnte jahrzehnten"
    "|3155760000 century centuries jahrhundert jahrhunderte jahrhunderten|0.001 ms millisecond milliseconds",
    "share": "0.01 % percent pct prozent|0.001 ‰ promille permille",
    "temperature": "1 °c celsius|2 °f fahrenheit",
    "euro": "1 € euro euros eur|0.01 cent cents",
    "dollar": "1 $ dollar dollars usd",
    "sterling": "1 £ pound pounds gbp pfund",
    "volume": "1 l litre liter litres liters litern|0.001 ml millilitre milliliter millilitres milliliters"
    "|3.78541 gallon gallons gallonen|1000 m³",
    "speed": "1 km/h kmh kph|1.609344 mph|3.6 m/s",
    "power": "1 w watt watts|1000 kw kilowatt kilowatts|1000000 mw megawatt megawatts",
    "storage": "1 kb kilobyte kilobytes|1000 mb megabyte megabytes|1000000 gb gigabyte gigabytes"
    "|1000000000 tb terabyte terabytes",
    "area": "1 m² sqm|10000 hectare hectares ha hektar|4046.86 acre acres",
}
_ENTRIES = [
    (dimension, float(factor), names)
    for dimension, listed in _UNITS_OF.items()
    for factor, *names in (entry.split() for entry in listed.split("|"))
]
# Dimension and factor of a unit, by the first of its names; and the first name by any.
UNITS = {names[0]: (dimension, factor) for dimension, factor, names in _ENTRIES}
UNIT_NAMES = {name: names[0] for _, _, names in _ENTRIES for name in names}
CURRENCIES = frozenset("€$£")
SCALES = {
    "en": {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0, "m": 1e6,
           "bn": 1e9, "k": 1e3, "millions": 1e6, "billions": 1e9, "mn": 1e6, "lakh": 1e5, "crore": 1e7},
    "de": {"hundert": 1e2, "tausend": 1e3, "million": 1e6, "millionen": 1e6, "mio": 1e6, "milliarde": 1e9,
           "milliarden": 1e9, "mrd": 1e9, "billion": 1e12, "billionen": 1e12, "dutzend": 12.0, "tsd": 1e3},
}  # fmt: skip
# Not without a space: "5m" is five metres.
GLUED_SCALES = frozenset({"m", "k"})
_ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
    " siebzehn achtzehn neunzehn",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
}
_ORDINALS = {
    "en": "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth",
    "de": "zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte dreizehnte vierzehnte"
    " fünfzehnte sechzehnte siebzehnte achtzehnte neunzehnte zwanzigste",
}
_ORDINAL_ENDS = re.compile(r"(?<=t)e[nrsm]$")
# How far a rounded number may be off, and below which two are the same.
_ROUNDED, _EQUAL = 0.05, 1e-9
_MOST_OVER, _FEW_DIGITS = 1.35, 2


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is said: `unit` as in `UNITS` or "", `bound` "", "least", "most", "about", "nearly" or "exactly".

    `scale` is a million of "3 million", `digits` how many digits of it count: one of 3,000, two of 3.0.
    """

    number: float
    unit: str = ""
    bound: str = ""
    scale: float = 1.0
    digits: int = 1


def _number_words(language: str) -> dict[str, float]:
    ones = _ONES[language].split()
    found: dict[str, float] = {word: float(value) for value, word in enumerate(ones)}
    for ten, word in enumerate(_TENS[language].split(), 2):
        found[word] = 10.0 * ten
        for one, name in enumerate(ones[1:10], 1):
            together = f"{word}-{name}" if language == "en" else f"{'ein' if one == 1 else name}und{word}"
            found[together] = 10.0 * ten + one
    return found


NUMBER_WORDS = {language: _number_words(language) for language in ("en", "de")}
NUMBER_WORDS["en"] |= {"twice": 2.0, "thrice": 3.0}
NUMBER_WORDS["de"] |= {"zweimal": 2.0, "dreimal": 3.0, "viermal": 4.0}
# "One" is a pronoun more often than a number, "ein" an article.
DOUBTFUL_WORDS = frozenset({"one", "eins", "null", "acht", "zero"})
ORDINAL_WORDS = {
    language: {word: value for value, word in enumerate(_ORDINALS[language].split(), 2)} for language in ("en", "de")
}
# Words of their own besides.
DOUBTFUL_MONTHS = frozenset({"may", "march", "mar", "sun", "sat", "dec", "jan", "nov"})


def ordinal_word(word: str, language: str) -> int | None:
    """Return 3 for "third" or "dritten"."""
    return ORDINAL_WORDS[language].get(_ORDINAL_ENDS.sub("e", word) if language == "de" else word)


def parsed(digits: str, language: str) -> float | None:
    """Return the number that digits with separators say, None for a version, a score or a time."""
    thousands, point = (".", ",") if language == "de" else (",", ".")
    for group, mark in ((thousands, point), (point, thousands)):
        if re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{mark}\d+)?", digits):
            return float(digits.replace(group, "").replace(mark, "."))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", digits):
        return float(digits.replace(",", "."))
    return None


def agree(said: Amount, held: Amount) -> bool:
    """Tell whether a sentence may say one amount where its passage holds the other."""
    number, other = _converted(said, held)
    if other is None:
        return False
    if math.isclose(number, other, rel_tol=_EQUAL):
        return True
    if said.unit and held.unit and said.unit != held.unit:
        return abs(number - other) <= _ROUNDED * abs(other)
    if said.bound and said.bound == held.bound:
        return False
    if said.bound == "least" and number <= other <= _MOST_OVER * number:
        return said.digits <= _FEW_DIGITS
    if said.bound == "most" and number / _MOST_OVER <= other <= number:
        return said.digits <= _FEW_DIGITS
    if said.digits >= held.digits:
        return False
    if said.bound in ("about", "nearly") and said.digits <= _FEW_DIGITS:
        return abs(number - other) <= _ROUNDED * abs(other)
    # "3 million" for 2,998,300, and 27.6 as 28.
    loose = said.bound in ("about", "nearly") or said.scale > 1 or not float(other).is_integer()
    return loose and number == _shortened(other, said.digits)


def digits_of(written: str) -> int:
    """Return how many digits of a written number count."""
    plain = re.sub(r"\D", "", written).lstrip("0")
    decimal = re.search(r"[.,]\d{1,2}$", written)
    return len(plain if decimal else plain.rstrip("0")) or 1


def follows(said: Amount, numbers: Sequence[float]) -> bool:
    """Tell whether a number is the difference of two that stand together, or what their change comes to."""
    near = _ROUNDED if said.bound in ("about", "nearly") or said.scale > 1 else _EQUAL
    return any(
        math.isclose(said.number, abs(one - other), rel_tol=near)
        for one, other in combinations(numbers, 2)
        if one != other
    )


def _converted(said: Amount, held: Amount) -> tuple[float, float | None]:
    """Return both numbers in one unit; None where their units measure different things."""
    if not said.unit or not held.unit or said.unit == held.unit:
        return said.number, held.number
    (dimension, factor), (other_dimension, other_factor) = UNITS[said.unit], UNITS[held.unit]
    if dimension != other_dimension:
        return said.number, None
    if dimension == "temperature" and factor != other_factor:
        celsius = (held.number - 32) / 1.8
        return said.number, celsius if held.unit == "°f" else held.number * 1.8 + 32
    return said.number * factor, held.number * other_factor


def _shortened(number: float, digits: int) -> float:
    """Round a number to so many digits."""
    return round(number, digits - 1 - math.floor(math.log10(abs(number)))) if number else 0.0
