"""Numbers, dates and units: how they are written in English and German, and when two of them say the same."""

import math
import re
from dataclasses import dataclass

from qa.answering.checking.lexicon import BOUND_SIZES
from qa.text.money import spellings
from qa.text.number_words import CARDINALS
from qa.text.numerals import read

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
    "share": "0.01 % percent pct prozent|0.001 ‰ promille permille|1 times",
    "temperature": "1 °c celsius|2 °f fahrenheit",
    "euro": f"1 {' '.join(spellings('EUR'))}|0.01 cent cents",
    "dollar": f"1 {' '.join(spellings('USD'))}",
    "sterling": f"1 {' '.join(spellings('GBP'))}",
    "franc": f"1 {' '.join(spellings('CHF'))}",
    "volume": "1 l litre liter litres liters litern|0.001 ml millilitre milliliter millilitres milliliters"
    "|3.78541 gallon gallons gallonen|1000 m³ kubikmeter kubikmetern|28.3168 ft³|0.001 cm³ kubikzentimeter",
    "speed": "1 km/h kmh kph|1.609344 mph|3.6 m/s|1.852 knots knot knoten",
    "power": "1 w watt watts|1000 kw kilowatt kilowatts|1000000 mw megawatt megawatts",
    "energy": "1 kwh kilowattstunde kilowattstunden|1000 mwh megawattstunde megawattstunden|1000000 gwh",
    "pressure": "1 bar|0.001 mbar",
    "storage": "1 kb kilobyte kilobytes|1000 mb megabyte megabytes|1000000 gb gigabyte gigabytes"
    "|1000000000 tb terabyte terabytes",
    "area": "1 m² sqm quadratmeter quadratmetern|10000 hectare hectares ha hektar|4046.86 acre acres|0.0929 ft² sqft"
    "|1000000 km² quadratkilometer quadratkilometern|2589988 mile² quadratmeile quadratmeilen|0.0001 cm²|0.8361 yard²",
}
_ENTRIES = [
    (dimension, float(factor), names)
    for dimension, listed in _UNITS_OF.items()
    for factor, *names in (entry.split() for entry in listed.split("|"))
]
# Dimension and factor of a unit, by the first of its names; and the first name by any.
UNITS = {names[0]: (dimension, factor) for dimension, factor, names in _ENTRIES}
UNIT_NAMES = {name: names[0] for _, _, names in _ENTRIES for name in names}
CURRENCIES = frozenset({*"€$£", "eur", "usd", "gbp", "chf"})
# "TEUR" and "k€": what multiplies the number beside them, and the currency.
GLUED_COINS = {
    f"{letter}{coin}": (scale, coin) for letter, scale in (("t", 1e3), ("k", 1e3), ("m", 1e6)) for coin in CURRENCIES
}
MONEY = frozenset({"euro", "dollar", "sterling", "franc"})
# Not without a space: "5m" is five metres.
GLUED_SCALES = frozenset({"m", "k"})
# How far a rounded number may be off, and below which two are the same.
_ROUNDED, _SHORTENED, _EQUAL = 0.05, 0.1, 1e-12
_MOST_OVER, _FEW_DIGITS = 1.35, 2
_SAME_SHARE, _NEARLY_SHARE = 0.98, 0.88


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is said: `unit` as in `UNITS` or "", `bound` as in the lexicon or "".

    `scale` is a million of "3 million", `digits` how many digits of it count: one of 3,000, two of 3.0. `share` tells
    that it is a share in words, "a third", in percent.
    """

    number: float
    unit: str = ""
    bound: str = ""
    scale: float = 1.0
    digits: int = 1
    share: bool = False

    @property
    def size_bound(self) -> str:
        """The bound where only the size of numbers counts: that of "over 5" is "least"."""
        return BOUND_SIZES.get(self.bound, self.bound)


# With the words for how often, which say a number as well.
NUMBER_WORDS: dict[str, dict[str, float]] = {
    "en": {**CARDINALS["en"], "twice": 2.0, "thrice": 3.0},
    "de": {
        **CARDINALS["de"],
        **{f"{word}einhalb": number + 0.5 for word, number in CARDINALS["de"].items() if 1 < number < 13},
        "anderthalb": 1.5,
        "eineinhalb": 1.5,
        "zweimal": 2.0,
        "dreimal": 3.0,
        "viermal": 4.0,
    },
}
# Words of their own besides.
DOUBTFUL_MONTHS = frozenset({"may", "march", "mar", "sun", "sat", "dec", "jan", "nov"})


def parsed(digits: str, language: str, *, money: bool = False) -> float | None:
    """Return the number that digits with separators say, None for a version, a score or a time.

    Where "1.234" may be a decimal or thousands, the language decides, but sums of money have no three decimals.

    Args:
        digits: Without sign and unit.
        language: "en" or "de".
        money: Whether it is a sum of money.
    """
    comma = language == "de"
    found = [value for by in (comma, not comma) if (value := read(digits, comma=by)) is not None]
    return float(max(found) if money else found[0]) if found else None


def agree(said: Amount, held: Amount) -> bool:
    """Tell whether a sentence may say one amount where its passage holds the other."""
    number, other = _converted(said, held)
    if other is None:
        return False
    if math.isclose(number, other, rel_tol=_EQUAL):
        return True
    if said.unit and held.unit and said.unit != held.unit:
        return abs(number - other) <= _ROUNDED * abs(other) or _beyond(said, number, other)
    bound = said.size_bound
    if bound and bound == held.size_bound:
        return False
    if bound in ("least", "most"):
        return _beyond(said, number, other)
    if said.share or held.share:
        return _same_share(bound, number, other)
    if said.digits >= held.digits:
        return False
    if said.bound in ("about", "nearly") and said.digits <= _FEW_DIGITS:
        # "Nearly 400" for 374.
        shortened = number == _shortened(other, said.digits)
        return abs(number - other) <= (_SHORTENED if shortened else _ROUNDED) * abs(other)
    # "3 million" for 2,998,300, and 27.6 as 28.
    loose = said.bound in ("about", "nearly") or said.scale > 1 or not float(other).is_integer()
    return loose and number == _shortened(other, said.digits)


def _beyond(said: Amount, number: float, other: float) -> bool:
    """Tell whether a number is not far beyond the bound that was said: 52 days are "more than seven weeks"."""
    if said.digits > _FEW_DIGITS:
        return False
    low, high = (number, _MOST_OVER * number) if said.size_bound == "least" else (number / _MOST_OVER, number)
    return bool(said.size_bound in ("least", "most") and low <= other <= high)


def _same_share(bound: str, number: float, other: float) -> bool:
    """Compare shares in percent of which one is in words: "a third" is 33 %, "almost a third" 30 %."""
    least = _NEARLY_SHARE if bound in ("nearly", "about") else _SAME_SHARE
    return least * number <= other <= number * (2 - (_SAME_SHARE if bound == "nearly" else least))


def digits_of(written: str) -> int:
    """Return how many digits of a written number count."""
    plain = re.sub(r"\D", "", written).lstrip("0")
    decimal = re.search(r"[.,]\d{1,2}$", written)
    return len(plain if decimal else plain.rstrip("0")) or 1


def based(amount: Amount) -> tuple[str, float]:
    """Return what an amount measures, "" for a bare number, and how much of it in one unit for all."""
    if not amount.unit:
        return "", amount.number
    dimension, factor = UNITS[amount.unit]
    return (amount.unit, amount.number) if dimension == "temperature" else (dimension, amount.number * factor)


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


def measure_alike(said: Amount, held: Amount) -> bool:
    """Tell whether two amounts have units of one dimension, or are sums of money, so that they can be compared."""
    if not said.unit or not held.unit:
        return False
    one, other = UNITS[said.unit][0], UNITS[held.unit][0]
    return one == other or {one, other} <= MONEY


def _shortened(number: float, digits: int) -> float:
    """Round a number to so many digits."""
    return round(number, digits - 1 - math.floor(math.log10(abs(number)))) if number else 0.0
