"""Which words of a question are names, told by how the documents use them. Pure functions."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.lazy_regex import lazy_regex

# Of a pool, so much is looked at.
_LONGEST = 4_000
_NEXT_WORD = lazy_regex(r" (\w+)")
# What stands before a word, and behind it.
SIGN = r"(?:n[or]\.?|numer|№|номер|رقم|מספר|αρ\.|αριθμός)"
_BEFORE, _AFTER = lazy_regex(r"(\w+) $"), lazy_regex(rf" (?:{SIGN} |№)?(\w+)", re.IGNORECASE)
NUMBER = lazy_regex(r"\d{1,4}[a-z]?", re.IGNORECASE)
# What stands before a word that begins a sentence, a cell or a line: a capital there tells nothing.
_BEGINS = frozenset('.?!:;¿¡\n|•*#>"“„(»«[-–—\t')
_BESIDE_CHARACTERS = 30
# Of the places where a word stands, so many may show no name.
_OTHERWISE, _BESIDE = 0.1, 0.5
# A text, where in it a word stands, and the code of its language.
_Place = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Use:
    """How texts use words.

    Attributes:
        names: Those that are names.
        pairs: Those that stand side by side with capitals, though each may be a common word: "Mill Lane".
    """

    names: frozenset[str]
    pairs: frozenset[tuple[str, str]]


def names_by_use(words: Iterable[str], texts: Iterable[tuple[str, str]], is_small: Callable[[str], bool]) -> Use:
    """Return which of some words in small letters texts use as names.

    Args:
        words: In lower case.
        texts: With the codes of their languages.
        is_small: Tells stop words.
    """
    stands: dict[str, list[_Place]] = {word: [] for word in words}
    for text, language in texts:
        text = text[:_LONGEST]
        lowered = text.lower()
        if len(lowered) != len(text):
            continue
        for word, places in stands.items():
            # Most texts hold few of them, and asking costs a third of looking for the places.
            if word in lowered:
                places += [(text, start, language) for start in _places(word, lowered)]
    names = (word for word, places in stands.items() if _is_used_as_name(word, places, is_small))
    return Use(frozenset(names), _pairs_by_use(stands))


def _is_used_as_name(word: str, places: Sequence[_Place], is_small: Callable[[str], bool]) -> bool:
    lower = sum(text[start].islower() for text, start, _ in places)
    # Of a common word there are many places, and what stands beside them need not be looked at.
    if not places or lower > _OTHERWISE * len(places):
        return False
    if is_cased(word) and any(
        language != "de" and not text[start].islower() and not begins(text, start) for text, start, language in places
    ):
        return True
    beside = sum(_is_beside(text, start, start + len(word), is_small) for text, start, _ in places)
    return beside >= _BESIDE * len(places)


def _pairs_by_use(stands: Mapping[str, Sequence[_Place]]) -> frozenset[tuple[str, str]]:
    pairs: Counter[tuple[str, str]] = Counter()
    for word, places in stands.items():
        for text, start, _ in places:
            if (after := _NEXT_WORD.match(text, start + len(word))) and (other := after[1].lower()) in stands:
                pairs[word, other] += 1 if text[start].isupper() and after[1][0].isupper() else -1
    return frozenset(pair for pair, more in pairs.items() if more > 0)


def is_cased(word: str) -> bool:
    """Tell whether a word is of a script with capitals."""
    return word.lower() != word.upper()


def _places(word: str, lowered: str) -> Iterator[int]:
    start = lowered.find(word)
    while start >= 0:
        end = start + len(word)
        before = lowered[start - 1] if start else " "
        after = lowered[end] if end < len(lowered) else " "
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            yield start
        start = lowered.find(word, end)


def begins(text: str, start: int) -> bool:
    """Tell whether a sentence, a cell or a line begins at a place."""
    before = text[max(0, start - 3) : start].rstrip(" ")
    return not before or before[-1] in _BEGINS


def _is_beside(text: str, start: int, end: int, is_small: Callable[[str], bool]) -> bool:
    """Tell whether a word stands beside another one with a capital that is no stop word, or before a number."""
    after = _AFTER.match(text, end, end + _BESIDE_CHARACTERS)
    if after and (NUMBER.fullmatch(after[1]) or is_capital(after[1], is_small)):
        return True
    before = _BEFORE.search(text[max(0, start - 25) : start])
    return bool(before) and is_capital(before[1], is_small) and not begins(text, start)  # type: ignore[index]


def is_capital(word: str, is_small: Callable[[str], bool]) -> bool:
    """Tell whether a word is written as names are: with a capital, and neither all of it nor a stop word."""
    return word[0].isupper() and not word.isupper() and not is_small(word.lower())
