"""Numbers and ordinals in words, in English and German, and the words that scale them: the one home of these words."""

import re

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
    return found


CARDINALS = {language: _cardinals(language) for language in ("en", "de")}
"""The numbers from 0 to 99 by code of a language and word in lower case: "twenty-one", "einundzwanzig"."""

ORDINALS = {
    language: {word: value for value, word in enumerate(listed.split(), 2)} for language, listed in _ORDINALS.items()
}
"""The ordinals from 2 to 20 by code of a language and word in lower case; German ones end in "e"."""

SCALES = {
    "en": {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0, "m": 1e6,
           "bn": 1e9, "k": 1e3, "millions": 1e6, "billions": 1e9, "mn": 1e6, "lakh": 1e5, "crore": 1e7},
    "de": {"hundert": 1e2, "tausend": 1e3, "million": 1e6, "millionen": 1e6, "mio": 1e6, "milliarde": 1e9,
           "milliarden": 1e9, "mrd": 1e9, "billion": 1e12, "billionen": 1e12, "dutzend": 12.0, "tsd": 1e3},
}  # fmt: skip
"""What multiplies a number, by code of a language and word in lower case; a German "Billion" is an English trillion."""

_EN = f"(?:{'|'.join(_TENS['en'].split())})(?:-(?:{'|'.join(_ONES['en'].split()[1:10])}))?"
_DE = f"(?:(?:ein|{'|'.join(_ONES['de'].split()[2:10])})und)?(?:{'|'.join(_TENS['de'].split())})"
CARDINAL = "|".join([*reversed(_ONES["en"].split()[1:]), *reversed(_ONES["de"].split()[2:]), _EN, _DE])
"""A pattern of the numbers from 1 to 99 in words, in lower case; not "eins" and "ein", which are more than numbers."""


def ordinal_word(word: str, language: str) -> int | None:
    """Return 3 for "third" or "dritten", None for anything but an ordinal from 2 to 20."""
    return ORDINALS[language].get(_ORDINAL_ENDS.sub("e", word) if language == "de" else word)
