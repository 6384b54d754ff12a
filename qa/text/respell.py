"""A question in the spelling of the documents: slips of the pen, codes in groups, months as numbers. Pure functions.

An index knows its words by their ids alone and cannot list them. So what may have been meant is made up and looked for:
all spellings at one slip's distance, and all ways to cut a code into parts.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from qa.text.calendar_words import MONTH_SPELLINGS
from qa.text.values import days, number_keys

# How many chunks hold a word; None for one that is too common to be kept.
Frequency = Callable[[str], int | None]

_TOKEN = re.compile(r"[^\W_]+")
_MEASURE = re.compile(r"(\d+)([^\W\d_]{1,4})")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_UMLAUTS = "äöüß"
# Shorter words are at one slip's distance from too many others.
_SHORTEST = 4
# Documents hardly ask, so they lack these words. "Wann" may be searched as "wenn", but nobody need be told.
_ASKING = re.compile(
    r"wann|warum|wieso|weshalb|wessen|wem|wen|wieviele?|welche[mnrs]?|wo(?:r?[aiu]n|rum|her|hin|mit|für|durch|bei|nach|von|zu)|"
    r"what|when|where|which|whose|whom|why|how"
)
# The commonest words of questions. An index knows stems alone: "hoch" would be taken for "hoh", the stem of "hohe".
_COMMON_WORDS = """
dürfen darfst durfte dürfte können könnte konnte müssen müsste musste sollen sollte wollen wollte möchte
mögen werden wird wurde würde haben hätte hatte sein seien gewesen brauchen braucht gelten gilt bekommen
bekommt kosten kostet dauert heißt bedeutet gehört steht liegt hoch höchstens niedrig tief lang lange kurz
weit breit schwer leicht groß klein alle alles andere anderen etwas jemand niemand immer nie noch schon sehr
viel viele wenig gibt geben gab geht gehen ging kommt kommen kam macht machen machte nimmt nehmen nahm hält halten
lässt lassen bleibt bleiben findet finden sagt sagen zeigt zeigen stellt stellen bringt bringen läuft laufen
weiß wissen wohnt wohnen arbeitet arbeiten nennt nennen fährt fahren trägt tragen hilft helfen denn dann damit
could would should might must shall have been being does done long high deep wide tall much
many often soon mean means cost costs need needs allowed allow apply applies everybody somebody nobody
anything something give gives given take takes taken make makes made goes come comes keep keeps says tell tells
find finds show shows work works know knows live lives there their them they then than
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_SHORTEST_CODE, _SHORTEST_NUMBER, _LONGEST_CODE, _MOST_PARTS = 5, 7, 34, 9
_THOUSANDS = re.compile(r"(?<![\w.,])(\d{1,3})[,.](\d{3})(?![\w]|[.,]\d)|(?<![\w.,])(\d{1,3})(\d{3})(?![\w]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Respelled:
    """A question as it is searched.

    Attributes:
        text: In the documents' spelling.
        taken: What was typed and what it was taken for, where that is another word.
    """

    text: str
    taken: tuple[tuple[str, str], ...] = ()


def respelled(text: str, *, frequency: Frequency, is_word: Callable[[str], bool]) -> Respelled:
    """Return a question in which each word that no chunk holds is replaced by one that some chunk holds, one slip away.

    Args:
        text: The question as it was typed.
        frequency: Tells how many chunks hold a word in lower case.
        is_word: Tells whether a word is surely no slip, though the documents lack it.
    """
    taken: list[tuple[str, str]] = []

    def other(match: re.Match[str]) -> str:
        word = match[0]
        folded = word.casefold()
        if frequency(folded) != 0:
            return word
        if any(character.isdigit() for character in folded):
            return " ".join(parts) if (parts := _parts(folded, frequency)) else word
        # A word all in capitals is an abbreviation.
        if len(word) < _SHORTEST or word.isupper() or folded in _COMMON or is_word(folded):
            return word
        meant = _meant(folded, frequency)
        if not meant:
            return word
        meant = meant.capitalize() if word[0].isupper() else meant
        if not _ASKING.fullmatch(folded):
            taken.append((word, meant))
        return meant

    return Respelled(_TOKEN.sub(other, text), tuple(taken))


def alike(text: str) -> dict[str, tuple[str, ...]]:
    """Return other spellings of the words of a question's days and numbers, all in lower case.

    "september" of "15 September 2015" is "09" in an ISO date, "450" of "2,450" is "2450" without a comma.
    """
    found: dict[str, list[str]] = {}
    for (start, end), day in days(text):
        tokens, names = _TOKEN.findall(text[start:end].casefold()), _names(day.month)
        written = not names or any(token in names for token in tokens)
        for token in tokens:
            if token in names or (not written and token.isdigit() and int(token) == day.month):
                found.setdefault(token, []).extend([*names, f"{day.month:02}"])
            elif token.isdigit() and day.day and int(token) == day.day:
                found.setdefault(token, []).extend([f"{day.day:02}", str(day.day)])
            elif token.isdigit() and len(token) == len("25"):
                found.setdefault(token, []).append(str(day.year))
    for match in _THOUSANDS.finditer(text):
        first, last = (match[1], match[2]) if match[1] else (match[3], match[4])
        if match[1]:
            found.setdefault(last, []).append(first + last)
        elif f"n{first}{last}" in number_keys(match[0]) and not re.fullmatch(r"(?:1[89]|20)\d\d", match[0]):
            found.setdefault(first + last, []).append(last)
    return {token: tuple(dict.fromkeys(word for word in words if word != token)) for token, words in found.items()}


@cache
def _names(month: int) -> tuple[str, ...]:
    return MONTH_SPELLINGS[month - 1] if month else ()


def _parts(code: str, frequency: Frequency) -> list[str]:
    """Return a code in the fewest parts that chunks hold; no parts where there are no such."""
    measure = _MEASURE.fullmatch(code)
    if measure and (frequency(measure[2]) or 0) > 0:
        return [measure[1], measure[2]]
    shortest = _SHORTEST_NUMBER if code.isdigit() else _SHORTEST_CODE
    if not shortest <= len(code) <= _LONGEST_CODE:
        return []
    best: list[list[str] | None] = [[]] + [None] * len(code)
    for end in range(1, len(code) + 1):
        for start in range(max(0, end - 12), end):
            before = best[start]
            shorter = before is not None and (best[end] is None or len(before) + 1 < len(best[end] or ()))
            if before is not None and shorter and end - start > 1 and (frequency(code[start:end]) or 0) > 0:
                best[end] = [*before, code[start:end]]
    found = best[-1] or []
    return found if len(found) <= _MOST_PARTS else []


def _meant(word: str, frequency: Frequency) -> str:
    """Return the commonest word at one slip's distance that begins alike; "" for none."""
    best, most = "", 0
    for candidate in dict.fromkeys(_slips(word)):
        count = frequency(candidate)
        if count is None:
            # A word so small that it is not kept: searching for it finds nothing, and neither does the slip.
            return candidate
        if count > most:
            best, most = candidate, count
    return best


def _slips(word: str) -> Iterator[str]:
    """Yield all words with one letter added, left out, swapped or mistyped; the first letter is seldom wrong."""
    letters = _LETTERS + (_UMLAUTS if any(letter in word for letter in _UMLAUTS) else "")
    for place in range(1, len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (before + letter + after for letter in letters)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
