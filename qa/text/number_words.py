"""Numbers and ordinals in words, in English and German, and the words that scale them: the one home of these words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from qa.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from text_to_num import Occurence

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
_ORDINAL_ENDS = lazy_regex(r"(?<=t)e[nrsm]$")

UP_TO_TEN = tuple(_ONES["en"].split()[1:11])
"""The English words from one to ten."""


def _cardinals(language: str) -> dict[str, int]:
    ones = _ONES[language].split()
    found = {word: value for value, word in enumerate(ones)}
    for ten, word in enumerate(_TENS[language].split(), 2):
        found[word] = 10 * ten
        for one, name in enumerate(ones[1:10], 1):
            together = f"{word}-{name}" if language == "en" else f"{'ein' if one == 1 else name}und{word}"
            found[together] = 10 * ten + one
    # Patterns that look away from capitals find "Dreißig", which is "dreissig" by `casefold`, and the Swiss spelling.
    return found | {word.casefold(): value for word, value in found.items()}


CARDINALS = {language: _cardinals(language) for language in ("en", "de")}
"""The numbers from 0 to 99 by code of a language and word in lower case, also with ss for ß: "twenty-one"."""

ORDINALS = {
    language: {word: value for value, word in enumerate(listed.split(), 2)} for language, listed in _ORDINALS.items()
}
"""The ordinals from 2 to 20 by code of a language and word in lower case; German ones end in "e"."""

SCALES = {
    "en": {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0, "m": 1e6,
           "bn": 1e9, "k": 1e3, "millions": 1e6, "billions": 1e9, "mn": 1e6, "lakh": 1e5, "crore": 1e7},
    "de": {"hundert": 1e2, "tausend": 1e3, "million": 1e6, "millionen": 1e6, "mio": 1e6, "milliarde": 1e9,
           "milliarden": 1e9, "mrd": 1e9, "billion": 1e12, "billionen": 1e12, "dutzend": 12.0, "tsd": 1e3,
           "k": 1e3, "m": 1e6},
}  # fmt: skip
"""What multiplies a number, by code of a language and word in lower case; a German "Billion" is an English trillion."""

MORE_SCALES = {
    "mil": 1e3, "mila": 1e3, "duizend": 1e3, "millón": 1e6, "millones": 1e6, "milioni": 1e6, "milione": 1e6,
    "miljoen": 1e6, "milhão": 1e6, "milhões": 1e6, "mil millones": 1e9, "mil milhões": 1e9, "milliard": 1e9,
    "milliards": 1e9, "miliardo": 1e9, "miliardi": 1e9, "miljard": 1e9, "bilhão": 1e9, "bilhões": 1e9,
}  # fmt: skip
"""The same in Spanish, French, Italian, Dutch and Portuguese, by word alone."""

_EN = f"(?:{'|'.join(_TENS['en'].split())})(?:-(?:{'|'.join(_ONES['en'].split()[1:10])}))?"
_DE = f"(?:(?:ein|{'|'.join(_ONES['de'].split()[2:10])})und)?(?:{'|'.join(_TENS['de'].split())}|dreissig)"
CARDINAL = "|".join([*reversed(_ONES["en"].split()[1:]), *reversed(_ONES["de"].split()[2:]), _EN, _DE])
"""A pattern of the numbers from 1 to 99 in words, in lower case; not "eins" and "ein", which are more than numbers."""


def ordinal_word(word: str, language: str) -> int | None:
    """Return 3 for "third" or "dritten", None for anything but an ordinal from 2 to 20."""
    return ORDINALS[language].get(_ORDINAL_ENDS.sub("e", word) if language == "de" else word)


_SCALE_EN = "hundred|thousand|million|billion"
_ONE_EN = "|".join([*reversed(_ONES["en"].split()[1:]), *_TENS["en"].split()])
_ATOMS_DE = [*_ONES["de"].split()[1:], *_TENS["de"].split(), "ein", "zwo", "hundert", "tausend"]
# The longer first; without umlauts too.
_ONE_DE = "|".join(["dreissig", "fünfzig", "fuenf(?:zehn|zig)?", "zwoelf", *sorted(_ATOMS_DE, key=len)[::-1]])
_WORD_DE = rf"(?:(?:{_ONE_DE})(?:und)?){{1,12}}+(?!\w)"
# What follows would make an ordinal of it: "twenty-first". So no part of a run is read where the whole is none.
_NO_ORDINAL = r"(?![-\s](?:first|second|third|(?:four|fif|six|seven|eigh|nin|ten|\w+teen|\w+tie)th)\b)"
_RUNS = {
    "en": lazy_regex(
        rf"(?>(?:an?\s+(?:{_SCALE_EN})|{_ONE_EN})\b"
        rf"(?:(?:-|\s+(?:and\s+|point\s+)?)(?:{_ONE_EN}|{_SCALE_EN})\b){{0,16}}+){_NO_ORDINAL}",
        re.IGNORECASE,
    ),
    "de": lazy_regex(
        rf"(?>{_WORD_DE}(?:\s+komma\s+{_WORD_DE})?|eine(?=\s+mi))"
        rf"(?>\s+(?:million(?:en)?|milliarden?)\b(?:\s+(?:und\s+)?{_WORD_DE})?)?(?!\w)",
        re.IGNORECASE,
    ),
}
# The beginnings of words that begin a run; each letter of a text is looked at once, by its word.
_BEGINNINGS = {
    "en": frozenset([*_ONES["en"].split()[1:], *_TENS["en"].split(), "a", "an"]),
    "de": frozenset(word[:3] for word in [*_ONES["de"].split()[1:], *_TENS["de"].split(), "ein", "fue", "hun", "tau"]),
}
_ASCII = (("fuenf", "fünf"), ("zwoelf", "zwölf"))
_WORD = lazy_regex(r"[^\W_]+")
# "Nineteen eighty-four" is a year, "one" and "ein" are more than numbers, and an English elf is no number.
_CENTURIES, _TWO_DIGITS, _LEAST = range(13, 21), range(10, 100), 2
_SCALED = (1e6, 1e9)
_NO_NUMBERS = frozenset({"elf"})
_GOES_ON = frozenset(".,-_")  # "mid-twenty", "v.ten"


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as text2num takes one."""

    lower: str

    def text(self) -> str:
        return self.lower

    def nt_separated(self, _previous: object) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


def in_words(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield where a text has numbers in words, in English or German, and each in plain digits: "25000" or "3.5".

    Those below two, ordinals and shares are none.
    """
    end = 0
    for word in _WORD.finditer(text):
        if word.start() < end:
            continue
        lower = word[0].lower()
        if lower in _BEGINNINGS["en"]:
            run, language = _RUNS["en"].match(text, word.start()), "en"
        elif lower[:3] in _BEGINNINGS["de"] and lower not in _NO_NUMBERS:
            run, language = _RUNS["de"].match(text, word.start()), "de"
        else:
            continue
        if run and text[word.start() - 1 : word.start()] not in _GOES_ON:
            end = run.end()
            yield from _read(run, language)


def _read(run: re.Match[str], language: str) -> Iterator[tuple[tuple[int, int], str]]:
    from text_to_num import find_numbers

    words = list(_WORD.finditer(run[0]))
    tokens = [_Word(_umlauts(word[0].lower())) for word in words]
    found = [each for each in find_numbers(tokens, language, 0.0) if not each.is_ordinal]
    joined = {number: value for number, pair in enumerate(pairwise(found)) if (value := _together(*pair))}
    for number, each in enumerate(found):
        last = found[number + (number in joined)]
        value = joined.get(number, each.value)
        if number - 1 not in joined and value >= _LEAST:
            yield (run.start() + words[each.start].start(), run.start() + words[last.end - 1].end()), _digits(value)


def _digits(value: float) -> str:
    """Return a number in plain digits, with no exponent however large it is."""
    return f"{value:.0f}" if value.is_integer() else f"{value:.10g}"


def _together(one: "Occurence", other: "Occurence") -> float:
    """Return what two numbers say that stand together: a year, or "three point five million"; 0 for nothing."""
    if one.end != other.start:
        return 0
    if one.value in _CENTURIES and other.value in _TWO_DIGITS:
        return float(100 * one.value + other.value)
    return float(one.value * other.value) if other.value in _SCALED else 0


def _umlauts(word: str) -> str:
    for plain, letters in _ASCII:
        word = word.replace(plain, letters)
    return "ein" if word == "eine" else word
