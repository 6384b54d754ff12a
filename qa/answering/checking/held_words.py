"""The numbers and names of a sentence that its passages lack, and how many of its words they hold. Pure functions."""

import re
import unicodedata
from collections.abc import Sequence

from qa.answering.checking.supporting import holds, languages_of
from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTHS_EN
from qa.text.dates import read_day
from qa.text.language import foreign, language_of
from qa.text.names import roman_pattern
from qa.text.numerals import roman_names
from qa.text.terms import Word
from qa.text.values import days
from qa.text.words import SparseEmbedder
from qa.types import Hit

_LIST_NUMBER = lazy_regex(r"^\s*\d{1,3}[.)]\s+")
_NUMBER = lazy_regex(r"\d{4}-\d{2}-\d{2}|\d+(?:[.,:/]\d+)*")
_THOUSANDS = lazy_regex(r"\d{1,3}(?:\.\d{3})+")
_DECIMAL = lazy_regex(r"(\d+)\.(\d*?)0*")
_NAME = lazy_regex(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][\w'’-]+")
_POSSESSIVE = lazy_regex(r"['’]+s?$")
# Below this share of its words in the passages, a sentence says something else than they do, where the words can't be
# compared one by one; in another language than theirs a dictionary finds fewer.
_LEAST_COVER = 0.4
_LEAST_TRANSLATED = 0.3
# "Islamic" is "islamisch": names that are adapted begin alike.
_ADAPTED = 4


def lacking(
    sentence: str, hits: Sequence[Hit], reader: SparseEmbedder, *, answered: str, language: str
) -> tuple[list[str], float, float]:
    """Return the numbers and names that no passage holds, the share of words that one does, and the least share."""
    texts = [all_said(hit) for hit in hits]
    codes = [language_of(hit.chunk.metadata, language) for hit in hits]
    together = "\n".join(_with_dates(text) for text in texts)
    numbers = {value for number in _NUMBER.findall(together) for value in _values(number)}
    missing = [
        number for number in _NUMBER.findall(_LIST_NUMBER.sub("", sentence)) if not numbers & set(_values(number))
    ]
    languages = languages_of(codes, answered)
    words = [word for word in reader.words(sentence, languages) if not word.is_form]
    elsewhere = foreign(answered, codes)
    readable = not elsewhere or any(word.translations for word in words)
    held = {term for text, code in zip(texts, codes, strict=True) for term in reader.held(text, code)}
    if readable and reader.capitals_name(sentence, languages):
        folded = _folded(together)
        joined = re.sub(r"[\s-]+", "", folded)
        for name in (_POSSESSIVE.sub("", found) for found in _NAME.findall(sentence)):
            own = [word for word in reader.words(name, languages) if not word.is_form]
            # Small words that begin with a capital are no names, and have no ids.
            known = _stands(_folded(name), folded, joined) or all(holds(held, word) for word in own)
            if not known and not (elsewhere and _adapted(name, own, folded)):
                missing.append(name)
    # "Henry VII" is not "Henry VIII", and "World War I" is not the second.
    for (start, end), word, number in roman_names(sentence):
        if not roman_pattern(word, number).search(together.casefold()):
            missing.append(sentence[start:end])
    least = _LEAST_TRANSLATED if elsewhere else _LEAST_COVER
    cover = sum(holds(held, word) for word in words) / len(words) if readable and words else 1.0
    return missing, cover, least


def all_said(hit: Hit) -> str:
    """Return all that a passage says, with its title and heading."""
    return f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}"


def _folded(text: str) -> str:
    """Return a text in small letters without accents, as names are compared."""
    if text.isascii():
        return text.casefold()
    return "".join(part for part in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(part))


def in_their_numerals(sentence: str, passages: str) -> str:
    """Return a sentence with "World War Two" and "Henry the Eighth" as the passages write them, in Roman numerals."""
    named = {(word, number): passages[slice(*span)] for span, word, number in roman_names(passages)}
    for (word, number), name in named.items():
        for match in reversed(list(roman_pattern(word, number).finditer(sentence.lower()))):
            end = name[name.rindex(word) :] if match[0].startswith(word.lower()) else name
            sentence = f"{sentence[: match.start()]}{end}{sentence[match.end() :]}"
    return sentence


def _stands(name: str, folded: str, joined: str) -> bool:
    """Tell whether a name begins a word of a text, with its endings; glued to others where it has a hyphen or digits.

    "Ann" does not stand in "Anna", nor "Solar" in "Solaris": an ending has two letters at most and no "a", "o" or "i".
    """
    if re.search(rf"(?<![a-z0-9]){re.escape(name)}(?:['’]?(?:e?[snm]|e|er))?(?![a-z0-9])", folded):
        return True
    return bool(re.search(r"[-\d]", name)) and re.sub(r"[\s-]+", "", name) in joined


def _adapted(name: str, words: Sequence[Word], folded: str) -> bool:
    """Tell whether a name may stand in another language: it begins alike there, or is a word that a dictionary has."""
    return _folded(name)[:_ADAPTED] in folded or all(word.translations for word in words)


def _values(number: str) -> tuple[str, ...]:
    """Return a number as it stands and as it may stand elsewhere: 3,000 as 3000, 1.60 as 1.6, and 3.5 for 3,5."""
    plain = number.replace(",", ".")
    if _THOUSANDS.fullmatch(plain):
        return number, plain, plain.replace(".", "")
    if decimal := _DECIMAL.fullmatch(plain):
        return number, plain, f"{decimal[1]}.{decimal[2]}".rstrip(".")
    return number, plain


def _with_dates(text: str) -> str:
    """Return a text with each date such as 2021-05-03 in words too, as an answer will say it; 03/05/2021 is two."""
    places = {place for place, day in days(text) if day.year and day.day}
    stated = {
        day for start, end in places for first in (True, False) if (day := read_day(text[start:end], day_first=first))
    }
    return "\n".join((text, *(f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}" for day in sorted(stated))))
