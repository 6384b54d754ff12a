"""Units by their symbol and by their names in seven languages: "kW" is "kilowatt" and "kilovatio". Pure functions.

`qa.text.amounts` and `qa.text.quantities` tell where an amount stands, `qa.answering.checking.values` what a unit
measures.
"""

import re
from collections.abc import Iterator
from functools import cache

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import any_of
from qa.text.casing import lowered, small, small_words

# Symbol, then its names as patterns. English "second" is an ordinal, "pound" money, and "newton" a name.
_NAMES = {
    "kWh": r"kilowatt[-\s]?hours?|kilowattstunden?",
    "MWh": r"megawatt[-\s]?hours?|megawattstunden?",
    "GWh": r"gigawatt[-\s]?hours?|gigawattstunden?",
    "W": r"watts?",
    "kW": r"kilowatts?",
    "MW": r"megawatts?",
    "GW": r"gigawatts?",
    "V": r"volts?",
    "kV": r"kilovolts?",
    "A": r"amperes?|amps?",
    "Hz": r"hertz",
    "kHz": r"kilohertz",
    "MHz": r"megahertz",
    "GHz": r"gigahertz",
    "km/h": r"kilomet(?:re|er)s?\s+(?:per|an)\s+hour|stundenkilometern?|kilometern?\s+pro\s+stunde",
    "m/s": r"met(?:re|er)s?\s+(?:per|a)\s+second|metern?\s+pro\s+sekunde",
    "mph": r"miles?\s+(?:per|an)\s+hour",
    "m²": r"square\s+met(?:re|er)s?|quadratmetern?|sqm",
    "m³": r"cubic\s+met(?:re|er)s?|kubikmetern?",
    "km²": r"square\s+kilomet(?:re|er)s?|quadratkilometern?",
    "km": r"kilomet(?:re|er)s?|kilometern",
    "m": r"met(?:re|er)s?|metern",
    "cm": r"centimet(?:re|er)s?|zentimetern?",
    "mm": r"millimet(?:re|er)s?|millimetern",
    "kg": r"kilogram(?:me)?s?|kilogramm|kilos?",
    "g": r"gram(?:me)?s?|gramm",
    "mg": r"milligram(?:me)?s?|milligramm",
    "t": r"tonnes?|tonnen",
    "l": r"lit(?:re|er)s?|litern",
    "ml": r"millilit(?:re|er)s?|millilitern",
    "h": r"hours?|stunden?|hrs?|std",
    "min": r"minutes?|minuten",
    "s": r"seconds|sekunden?",
    "ms": r"milliseconds?|millisekunden?",
    "kn": r"knots?|knoten",
    "Nm": r"newton[-\s]?met(?:re|er)s?|newtonmetern?",
    "kN": r"kilonewtons?",
    "kPa": r"kilopascals?",
    "hPa": r"hectopascals?|hektopascal",
    "kB": r"kilobytes?",
    "MB": r"megabytes?",
    "GB": r"gigabytes?",
    "TB": r"terabytes?",
    "dB": r"decibels?|dezibel",
    "ha": r"hectares?|hektar",
    "rpm": r"revolutions?\s+(?:per|a)\s+minute|umdrehungen\s+pro\s+minute",
    "°C": r"degrees?\s+(?:celsius|centigrade)|grad\s+celsius",
    "°F": r"degrees?\s+fahrenheit|grad\s+fahrenheit",
    "%": r"per\s?cent|prozent|pct",
}
# In Spanish, French, Italian, Dutch and Portuguese, where they are called otherwise.
_MORE_NAMES = {
    "kWh": r"kilovatios?[-\s]horas?|kilowatt-?heures?|chilowattor[ae]|kilowattuur|quilowatts?[-\s]horas?",
    "MWh": r"megavatios?[-\s]horas?|mégawatt-?heures?|megawattor[ae]|megawattuur|megawatts?[-\s]horas?",
    "GWh": r"gigavatios?[-\s]horas?|gigawatt-?heures?|gigawattor[ae]|gigawattuur|gigawatts?[-\s]horas?",
    "W": r"vatios?",
    "kW": r"kilovatios?|chilowatt|quilowatts?",
    "MW": r"megavatios?|mégawatts?",
    "GW": r"gigavatios?",
    "V": r"voltios?",
    "kV": r"kilovoltios?|chilovolt|quilovolts?",
    "A": r"amperios?|ampères?|amperes?",
    "Hz": r"hercios?",
    "km/h": r"kil[óo]metros?\s+por\s+hora|quil[ôó]metros?\s+por\s+hora|kilomètres?[-\s]+(?:par\s+|à\s+l['’])?heure|"
    r"chilometri\s+(?:all['’]\s?ora|orari)|kilometers?\s+per\s+uur",
    "m/s": r"metros?\s+por\s+segundo|mètres?\s+(?:par|à\s+la)\s+seconde|metri\s+al\s+secondo|meters?\s+per\s+seconde",
    "m²": r"metros?\s+[cq]uadrados?|mètres?\s+carrés?|metr[io]\s+quadr(?:at[io]|[io])|vierkante\s+meters?",
    "m³": r"metros?\s+cúbicos?|mètres?\s+cubes?|metr[io]\s+cub[io]|kubieke\s+meters?",
    "km²": r"(?:kil[óo]metros?|quil[ôó]metros?)\s+[cq]uadrados?|kilomètres?\s+carrés?|chilometr[io]\s+quadrat[io]|"
    r"vierkante\s+kilometers?",
    "km": r"kil[óo]metros?|quil[ôó]metros?|kilomètres?|chilometr[io]",
    "m": r"metros|mètres?|metri|{n}metro",
    "cm": r"cent[íi]metros?|centimètres?|centimetr[io]",
    "mm": r"mil[íi]metros?|millimètres?|millimetr[io]",
    "kg": r"kil[óo]gramos?|chilogramm[io]|quilogramas?|kilogrammen|quilos?|{n}chil[io]",
    "g": r"gramos?|gramas?|gramm[io]|grammen",
    "mg": r"miligram[oa]s?|milligramm[io]",
    "t": r"toneladas?|tonnellat[ae]|{n}ton",
    "l": r"litros?|litri",
    "ml": r"mililitros?|millilitr[io]",
    "h": r"horas|heures|uren|{n}(?:hora|heure|or[ae]|uur)",
    "min": r"minutos?|minut[io]|minuut",
    "s": r"secondes|secondi|seconden|{n}(?:segundos?|secondo|seconde)",
    "ms": r"milisegundos?|millisecondes?|millisecond[io]|milliseconden",
    "kn": r"nudos|n(?:œ|oe)uds|knopen|{n}(?:nodi|nós)",
    "kB": r"kilo-?octets?",
    "MB": r"méga-?octets?",
    "GB": r"giga-?octets?",
    "TB": r"téra-?octets?",
    "dB": r"decibelios?|décibels?|decib[eé]is",
    "ha": r"hectáreas?|ettar[io]|hectaren?",
    "rpm": r"revoluciones\s+por\s+minuto|tours\s+(?:par|à\s+la)\s+minute|giri\s+al\s+minuto|toeren\s+per\s+minuut|"
    r"rotações\s+por\s+minuto",
    "°C": r"grados?\s+(?:celsius|centígrados?)|degrés?\s+celsius|grad[io]\s+(?:celsius|centigrad[io])|graden\s+celsius|"
    r"graus?\s+(?:celsius|centígrados?)",
    "%": r"por\s?cien(?:to)?|por\s?cento|pour\s?cent|per\s?cento|procent",
}
# What is another word too, "ora" now and "chili" a fruit, counts behind a number alone.
_BEHIND_NUMBER = "(?<=[0-9][ \u00a0\u202f])"
_TERMS = {symbol: f"=u{symbol.casefold()}" for symbol in _NAMES}
# As they are typed on keys, and as loaders write what stands raised.
_TYPED = {"m2": "m²", "m^2": "m²", "qm": "m²", "m3": "m³", "m^3": "m³", "cbm": "m³", "km2": "km²", "km^2": "km²"}
_BY_FOLDED = {symbol.casefold(): symbol for symbol in _NAMES} | _TYPED
_OWN = [f"(?P<u{number}>{pattern})" for number, pattern in enumerate(_NAMES.values())]
_OTHERS = [
    f"(?P<m{number}>{_MORE_NAMES[symbol].replace('{n}', _BEHIND_NUMBER)})" if symbol in _MORE_NAMES else ""
    for number, symbol in enumerate(_NAMES)
]
# The first four letters of all that a name begins with: only there a name is looked for.
_BEGINNING = 4
_FIRST = lazy_regex(r"(?<!\w)[^\W\d_]{2,}")
_OWN_LISTED = """
watt kilo mega giga volt ampe amp amps hert stun metr mete mile squa quad sqm cubi kubi cent zent mill gram tonn litr
lite hour hr hrs std minu seco seku knot newt hect hekt tera deci dezi revo umdr degr grad per perc proz pct
"""
_LISTED = """
kiló kilo chil quil mega méga giga vati volt ampe ampè herc metr mètr vier kubi cent cént mill mili milí gram tone tonn
ton litr hora heur ora ore uren uur minu segu seco nudo nœud noeu knop nodi nós téra deci déci hect etta revo tour giri
toer rota grad degr grau por porc pour per perc proc
"""
_OWN_BEGINNINGS, _BEGINNINGS = frozenset(_OWN_LISTED.split()), frozenset(_LISTED.split())
_ALL_BEGINNINGS = _OWN_BEGINNINGS | _BEGINNINGS
_BY_GROUP = {f"{kind}{number}": symbol for number, symbol in enumerate(_NAMES) for kind in "um"}
# "A", "V" and "t" alone are more than units: they count right behind a number, of two letters also by themselves.
_ALONE = any_of(symbol for symbol in _NAMES if len(symbol) > 1 and symbol not in ("min", "kn", "ha", "ms", "°C", "°F"))
_BEHIND = lazy_regex(
    rf"(?P<number>\d)[ \u00a0\u202f]?(?P<symbol>{any_of(map(re.escape, _TYPED))}|"
    rf"{any_of(map(re.escape, _NAMES))}|KW|KWH|KM|KG|Km|Kg)(?![A-Za-z0-9_²³])"
    # In the name of a column: "depth (m)", "Zeit [h]", "water_depth_m".
    rf"|[_\s][(\[]\s?(?P<column>[mhlt]|{_ALONE}|min|°C)\s?[)\]]|_(?P<joined>[mh]|{_ALONE}|min)\b"
    rf"|(?<![A-Za-z0-9_.])(?P<alone>{_ALONE})(?![A-Za-z0-9_²³])"
)
Span = tuple[int, int]


def begins_unit(text: str, position: int) -> bool:
    """Tell whether a unit that is written out follows a place of a text: "two| metres"."""
    return not text[position : position + 1].isalnum() and bool(_whole_names(others=True).match(text, position + 1))


def units(text: str) -> Iterator[tuple[Span, str, str]]:
    """Yield where a text has units, the term of each, and the kind of its name.

    That is "" for a symbol, "u" for a name in English or German and "m" for one in another language.
    """
    begun = {word[:_BEGINNING] for word in small_words(text)}
    others = not _BEGINNINGS.isdisjoint(begun)
    if others or not _OWN_BEGINNINGS.isdisjoint(begun):
        yield from _named(text, others=others)
    for match in _BEHIND.finditer(text):
        group = str(match.lastgroup)
        # "The 1990s"
        if match[0][-1] != "s" or not match[0][-2].isdecimal():
            yield match.span(group), _TERMS[_BY_FOLDED[lowered(match[group])]], ""


def _named(text: str, *, others: bool) -> Iterator[tuple[Span, str, str]]:
    pattern, beginnings = _whole_names(others=others), _ALL_BEGINNINGS if others else _OWN_BEGINNINGS
    end = 0
    for word in _FIRST.finditer(text):
        # The pattern is tried where a word may be one of its names, and not at each letter.
        if word.start() < end or small(word[0])[:_BEGINNING] not in beginnings:
            continue
        if match := pattern.match(text, word.start()):
            end = match.end()
            group = str(match.lastgroup)
            yield match.span(), _TERMS[_BY_GROUP[group]], group[0]


@cache
def _whole_names(*, others: bool) -> re.Pattern[str]:
    """Return the pattern of the names in English and German, and with `others` of those in other languages."""
    pairs = zip(_OWN, _OTHERS, strict=True)
    names = [name for pair in pairs for name in (pair if others else pair[:1]) if name]
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)
