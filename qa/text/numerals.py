"""Numbers in digits, with the separators in which countries differ, and in Roman numerals. Pure functions."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from qa.lazy_regex import lazy_regex

MARKS = ".,'’ \u00a0\u202f"
"""What may stand between the digits of a number, before decimals or between thousands; for a pattern's set."""

# No group of thousands begins with a zero: "0.125" is an eighth.
_GROUPED = lazy_regex(rf"[1-9]\d{{0,2}}(?P<mark>[{MARKS}])\d{{3}}(?:(?P=mark)\d{{3}})*")

_NUMBERED = (
    r"art(?:icle|ikel|\.)|section|sec\.|chapter|chap\.|part|volume|vol\.|book|title|annex|appendix|schedule|exhibit|phase|"
    r"stage|act|kapitel|abschnitt|teil|band|buch|titel|anhang|anlage|stufe"
)
_SAME = (
    ("article", "artikel", "artículo", "articolo"), ("section", "abschnitt", "sección", "sezione"),
    ("chapter", "kapitel", "chapitre", "capítulo", "capitolo"), ("part", "teil"), ("volume", "band"), ("book", "buch"),
    ("title", "titel"), ("annex", "anhang", "anlage", "appendix"), ("stage", "stufe"),
)  # fmt: skip
# Looking for a digit of another script costs a third of translating a text without one.
_OTHER_DIGIT = lazy_regex(r"[^\D0-9]")
_TENS = ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")
_UNITS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ROMAN = {f"{ten}{one}": 10 * tens + ones for tens, ten in enumerate(_TENS) for ones, one in enumerate(_UNITS)}
# "Annex L" and "Part C" are counted by letters.
_LETTERS = frozenset({"", "L", "C", "D", "M"})
_ROMAN_BEHIND = lazy_regex(rf"\b(?i:{_NUMBERED})s?\s+(?P<roman>[IVXL]{{1,7}})\b(?!['’])")


# A sentence goes on behind it: "Article 4 applies to guests." No heading does.
_PART_HEADING = lazy_regex(rf"(?i:{_NUMBERED})s?\s+(?:\d{{1,3}}|[IVXL]{{1,7}})(?:[.\d]*)(?!\s+[a-zäöüß])\b")


def roman_numbers(text: str) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield where a part of a text or a work is counted in Roman numerals, and its number: 4 of "Article IV"."""
    for match in _ROMAN_BEHIND.finditer(text):
        number = _ROMAN.get(match["roman"])
        if number and match["roman"] not in _LETTERS:
            yield match.span("roman"), number


# "World War I" and "Charles V"; a lone "I" is mostly a pronoun, and Malcolm X and Henry C. are none.
_ROMAN_NAME = lazy_regex(
    r"\b(?P<name>(?!(?i:and|or|but|when|if|as|what|that|und|oder)\b)[A-ZÄÖÜ][\w'’-]*[a-zäöüéß])\s+"
    r"(?P<roman>[IVX]{2,6}|V)\b(?!['’])|\b(?:World\s+)?(?P<war>War|WAR|Weltkrieg)\s+(?P<number>I{1,3})\b(?!['’])"
)


def roman_names(text: str) -> Iterator[tuple[tuple[int, int], str, int]]:
    """Yield where names carry a Roman numeral, the word in front and the number: 8 of "Henry VIII"."""
    for match in _ROMAN_NAME.finditer(text):
        word, digits = match["name"] or match["war"], match["roman"] or match["number"]
        if (number := _ROMAN.get(digits)) and not counts_parts(word):
            yield match.span(), word, number


def counts_parts(word: str) -> bool:
    """Tell whether a word names the parts of a text or a work: "article"."""
    return re.fullmatch(rf"(?i:{_NUMBERED})s?", word) is not None


def part_heading(line: str) -> bool:
    """Tell whether a line begins with a part of a text by its number: "Article IV", "Section 4.2 Fees"."""
    return _PART_HEADING.match(line) is not None


def same_parts(word: str) -> tuple[str, ...]:
    """Return what a part of a text is called in other languages too, and the word itself: "article", "artikel"."""
    return next((words for words in _SAME if word in words), (word,))


def roman(number: int) -> str:
    """Return a number from 1 to 99 in Roman numerals, "" for another one."""
    return next((name for name, value in _ROMAN.items() if value == number and name), "")


def plain_digits(text: str) -> str:
    """Return a text with the digits of other scripts as 0 to 9; every character keeps its place."""
    return text.translate(_digits()) if _OTHER_DIGIT.search(text) else text


@cache
def _digits() -> dict[int, str]:
    """Return the digits of other scripts, and wide ones, by their code points."""
    others = filter(str.isdecimal, map(chr, range(0x80, sys.maxunicode + 1)))
    return {ord(digit): str(unicodedata.decimal(digit)) for digit in others}


def read(digits: str, *, comma: bool = False) -> Decimal | None:
    """Return the number that digits with separators say, None where they say none.

    Other marks than that of the decimals may group the thousands, all by the same. "1.234.567" is grouped in any case.

    Args:
        digits: Without sign, unit and blanks around.
        comma: Whether a comma separates decimals, and not a point.
    """
    point = "," if comma else "."
    whole, mark, decimals = digits.partition(point) if digits.count(point) == 1 else (digits, "", "")
    if not (whole.isdecimal() or _GROUPED.fullmatch(whole)) or (mark and not decimals.isdecimal()):
        return None
    plain = re.sub(r"\D", "", whole)
    return Decimal(f"{plain}.{decimals}" if mark else plain)


def readings(digits: str) -> set[Decimal]:
    """Return all that digits with separators may say: "2.450" is 2450 or 2.45."""
    return {value for comma in (False, True) if (value := read(digits, comma=comma)) is not None}


_MINUS_BEFORE = lazy_regex(r"(?:^|[\s:;|(=])[-−–]$|\bminus $", re.IGNORECASE)
_MINUS_BEHIND = lazy_regex(r"-(?=[\s;|)]|$)")
_OPENED, _DECIMALS = lazy_regex(r"(?:^|[:;|=])\s*\($"), lazy_regex(r"[.,]\d\d$")


def is_negative(text: str, start: int, end: int) -> bool:
    """Tell whether a number at a place of a text is below zero: "-200", "(200)" in a field, "200,00-" as in accounts.

    Args:
        text: What holds the number.
        start: Of the number, or of the currency in front of it.
        end: Behind its last character, or that of the currency behind it.
    """
    before, behind = text[max(0, start - 9) : start], text[end : end + 2]
    if _MINUS_BEFORE.search(before):
        return True
    if _OPENED.search(before) and behind.startswith(")"):
        return True
    return bool(_DECIMALS.search(text[start:end]) and _MINUS_BEHIND.match(behind))


def larger(digits: str) -> Decimal:
    """Return the number that digits say; of two that they may say the larger, since thousands are often grouped."""
    return max(readings(digits), default=Decimal(re.sub(r"\D", "", digits)))
