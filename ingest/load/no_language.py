"""Tell text of no language, as fonts with a wrong table of letters and misread pictures give it."""

import re
import unicodedata
from collections import Counter

# When a text is none of any language.
_LEAST_SIGNS = 200
_MOST_ODD = 0.2
# Private, unassigned and control characters.
_ODD = frozenset(["Co", "Cn", "Cc"])
_FEW_VOWELS = 0.25
_FEW_COMMON = 0.02
_COMMON = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "for",
        "on",
        "with",
        "der",
        "die",
        "das",
        "und",
        "den",
        "von",
        "zu",
        "mit",
        "ist",
        "de",
        "la",
        "le",
        "les",
        "et",
        "des",
        "el",
        "los",
        "en",
        "que",
        "il",
        "di",
        "che",
        "da",
        "do",
        "os",
        "het",
        "een",
        "van",
        "og",
        "det",
        "att",
        "och",
        "som",
        "na",
        "se",
        "je",
        "w",
        "nie",
        "do",
        "ve",
        "bir",
        "ja",
        "on",
        "ei",
        "egy",
        "az",
    ]
)


def is_no_language(text: str) -> bool:
    """Tell whether a page's text is no text of any language, as a font with a wrong table of letters gives it.

    Signs of no script tell, and words of Latin letters with few vowels among which no small word of a language is.
    """
    # A page has thousands of signs and few different ones: each of these is looked at once.
    signs = {mark: count for mark, count in Counter(text).items() if not mark.isspace()}
    total = sum(signs.values())
    if total < _LEAST_SIGNS:
        return False
    odd = sum(count for mark, count in signs.items() if mark == "\ufffd" or unicodedata.category(mark) in _ODD)
    if odd > _MOST_ODD * total:
        return True
    letters = {mark: count for mark, count in signs.items() if mark.isascii() and mark.isalpha()}
    latin = sum(letters.values())
    if 2 * latin < total:
        # Columns of numbers, and scripts of other letters.
        return False
    vowels = sum(count for mark, count in letters.items() if mark in "aeiouyAEIOUY")
    lower = sum(count for mark, count in letters.items() if mark.islower())
    # Codes and short forms are of capitals.
    if vowels >= _FEW_VOWELS * latin or lower <= latin / 2:
        return False
    words = re.findall(r"[^\W\d_]+", text.casefold())
    # A page of any language has some of its small words.
    return sum(word in _COMMON for word in words) < _FEW_COMMON * len(words)
