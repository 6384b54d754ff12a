"""Shares in words: "a third of", "two thirds", "one in ten", "jeder zweite", "half an hour". Pure functions."""

from collections.abc import Sequence
from fractions import Fraction

from qa.text.casing import word_set
from qa.text.number_words import CARDINALS, ORDINALS, ordinal_word

_HALF = {"en": frozenset({"half"}), "de": frozenset({"hälfte"})}
_HALVED = {"en": frozenset({"half"}), "de": frozenset({"halbe", "halben", "halber", "halbes"})}
_WHOLE = frozenset({"of", "the", "all", "its", "their", "his", "her", "our", "these", "those", "a", "an"})
# Of "a quarter" the third word must say that it is one of something: it may be of a year or a town as well.
_PARTS = {
    "en": {"quarter": 4, "quarters": 4, **{word: value for word, value in ORDINALS["en"].items() if value > 2}},
    "de": {"drittel": 3, "dritteln": 3, "viertel": 4, "vierteln": 4, "fünftel": 5, "fünfteln": 5, "sechstel": 6}
    | {"achtel": 8, "zehntel": 10, "zehnteln": 10},
}
_ONE = frozenset({"a", "an", "one", "1", "ein", "eine", "einem", "einen", "eines"})
_EVERY = frozenset({"jeder", "jede", "jedes", "jeden", "jedem"})
_IN = frozenset({"in", "von", "out"})
_TIMES = word_set("day days week weeks month months year years tag woche monat jahr stunde minute hour")
# "By a quarter", "a fifth dearer".
_MORE = word_set("more less fewer higher lower dearer cheaper larger smaller longer shorter")
_MOST = 100


def share_at(words: Sequence[str], at: int, language: str) -> tuple[Fraction, int] | None:
    """Return a share in words and how many words it is, None where none begins.

    Args:
        words: Of a text, in small letters.
        at: Where it may begin.
        language: "en" or "de".
    """
    word, behind = words[at], [*words[at + 1 : at + 5], "", "", ""]
    before = words[at - 1] if at else ""
    if word in _HALF[language]:
        found = language == "de" or (behind[0] in _WHOLE and behind[1] not in _TIMES)
        return (Fraction(1, 2), 1) if found else None
    if word in _EVERY and language == "de":
        part = 2 if behind[0].startswith("zweite") else ordinal_word(behind[0], "de")
        return (Fraction(1, part), 2) if part and behind[1] not in _TIMES else None
    count = 1 if word in _ONE else _counted(word, language)
    if count is None or before == "the":
        return None
    part = _PARTS[language].get(behind[0].removesuffix("s")) or _PARTS[language].get(behind[0])
    compares = before == "by" or behind[1] in _MORE
    if part and count < part and (count > 1 or language == "de" or behind[1] == "of" or compares):
        return Fraction(count, part), 2
    used = 2 if behind[:2] == ["out", "of"] else 1
    total = _counted(behind[used], language) if behind[0] in _IN else None
    if total and word not in ("a", "an") and count < total and behind[used + 1] not in _TIMES:
        return Fraction(count, total), used + 2
    return None


def is_halved(words: Sequence[str], at: int, language: str) -> bool:
    """Tell whether half of one unit stands there: "half an hour", "eine halbe Stunde"."""
    if words[at] not in _HALVED[language]:
        return False
    return language == "de" or words[at + 1 : at + 2] in (["a"], ["an"])


def _counted(word: str, language: str) -> int | None:
    if word.isdecimal():
        return int(word) if int(word) <= _MOST else None
    return CARDINALS[language].get(word)
