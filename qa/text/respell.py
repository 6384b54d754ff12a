"""A question in the spelling of the documents: slips of the pen, codes in groups, months as numbers. Pure functions.

What may have been meant is sought among the collection's words. Where they are not at hand (on a server, or while they
are read) it is made up and looked for: all spellings at one slip's distance. So are all ways to cut a code into parts.
"""

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from functools import cache, partial

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH_SPELLINGS
from qa.text.values import days, number_keys
from qa.text.vocabulary import Vocabulary

# How many chunks hold a word; None for one that is too common to be kept.
Frequency = Callable[[str], int | None]

_TOKEN = lazy_regex(r"[^\W_]+")
_MEASURE = lazy_regex(r"(\d+)([^\W\d_]{1,4})")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_UMLAUTS = "äöüß"
_SPELT_OUT = (
    (("ss", "ß"),),
    (("ae", "ä"), ("oe", "ö"), ("ue", "ü")),
    (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("ss", "ß")),
)
# Shorter words are at one slip's distance from too many others.
_SHORTEST = 4
# Documents hardly ask, so they lack these words. "Wann" may be searched as "wenn", but nobody need be told.
_ASKING = lazy_regex(
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
# How much commoner a word is than one that may be a slip of it: "speed" is 36 times as common as "sped".
_FAR_COMMONER, _RARE = 25, 2_000
_SHORTEST_CODE, _SHORTEST_NUMBER, _LONGEST_CODE, _MOST_PARTS = 5, 7, 34, 9
_THOUSANDS = lazy_regex(r"(?<![\w.,])(\d{1,3})[,.](\d{3})(?![\w]|[.,]\d)|(?<![\w.,])(\d{1,3})(\d{3})(?![\w]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Respelled:
    """A question as it is searched.

    Attributes:
        text: In the documents' spelling.
        taken: What was typed and what it was taken for, where that is another word.
        lacks: Whether no chunk holds a word of it that may be a slip.
    """

    text: str
    taken: tuple[tuple[str, str], ...] = ()
    lacks: bool = False


def respelled(
    text: str,
    *,
    frequency: Frequency,
    is_word: Callable[[str], bool],
    own: Frequency | None = None,
    likely: Frequency | None = None,
    words: Vocabulary | None = None,
    commonness: Callable[[str], int] = lambda _word: 0,
    small: Set[str] | None = None,
) -> Respelled:
    """Return a question in which each word that no chunk holds is replaced by the nearest one that some chunk holds.

    Args:
        text: The question as it was typed.
        frequency: Tells how many chunks hold a word in lower case.
        is_word: Tells whether a word is surely no slip, though the documents lack it.
        own: As `frequency`, by the forms that a word has in the question's language alone: as German, "runer" is a form
            of "run". It counts where the words of the collection are at hand.
        likely: As `frequency`, of what may have been meant; None for the same.
        words: Those of the collection; None where they are not at hand.
        commonness: Tells how common a word is in its language, 0 for one that is not known. Beside a slip, a rare word
            is one too where a far commoner word is one letter away: "sped" for "speed".
        small: The words of which `frequency` gives None, where they are at hand: to look slips up among them is
            far quicker than to count each.
    """
    taken: list[tuple[str, str]] = []
    lacks = False

    def slip(folded: str) -> str:
        nonlocal lacks
        if is_word(folded):
            return ""
        lacks = True
        little = (
            _meant(folded, frequency, small=True)
            if small is None
            else next((word for word in _slips(folded) if word in small), "")
        )
        if little:
            return little
        if words is None:
            return _meant(folded, likely or frequency)
        if folded in words:
            return ""
        # The documents may hold another form of what is meant: "sericing" where they say "serviced".
        listed = partial(_counted_if, known=commonness, frequency=frequency)
        return words.nearest(folded, frequency=likely or frequency) or _meant(folded, listed)

    def rarer(folded: str) -> str:
        own = commonness(folded)
        if not 0 < own <= _RARE:
            return ""
        meant = _meant(folded, partial(_counted_if, known=commonness, frequency=frequency))
        # "freed" and "free" are forms of one word; of "trait" and "train" both may be meant.
        differs_in_one = len(meant) == len(folded) and sorted(meant) != sorted(folded)
        if meant.startswith(folded) or folded.startswith(meant) or differs_in_one:
            return ""
        return meant if commonness(meant) > _FAR_COMMONER * own else ""

    def other(match: re.Match[str]) -> str:
        nonlocal lacks
        word = match[0]
        # As terms are made: `casefold` would write "ß" as "ss".
        folded = word.lower()
        is_held = frequency(folded) != 0
        if is_held and (own is None or own(folded) != 0):
            return word
        if is_held and (words is None or folded in words):
            lacks = lacks or not is_word(folded)
            return word
        if any(character.isdecimal() for character in folded):
            return " ".join(parts) if (parts := _parts(folded, frequency)) else word
        # A word all in capitals is an abbreviation, and a short one with capitals inside an identifier: "RXRs".
        shortest = _SHORTEST if word[1:] == folded[1:] else _SHORTEST + 1
        if len(word) < shortest or word.isupper() or folded in _COMMON:
            return word
        if sharp := _with_umlauts(folded, frequency):
            # "heisst", "fuer": spelt otherwise, and no slip.
            return sharp.capitalize() if word[0].isupper() else sharp
        meant = slip(folded) or (rarer(folded) if taken else "")
        if not meant:
            return word
        meant = meant.capitalize() if word[0].isupper() else meant
        if not _ASKING.fullmatch(folded):
            taken.append((word, meant))
        return meant

    found = _TOKEN.sub(other, text)
    if taken:
        # A rare word before the first slip may be one as well.
        found = _TOKEN.sub(other, found)
    order = {word: place for place, word in enumerate(_TOKEN.findall(text))}
    told = sorted((pair for pair in taken if pair[0] in order), key=lambda pair: order[pair[0]])
    return Respelled(found, tuple(told), lacks)


def alike(text: str) -> dict[str, tuple[str, ...]]:
    """Return other spellings of the words of a question's days and numbers, all in lower case.

    "september" of "15 September 2015" is "09" in an ISO date, "450" of "2,450" is "2450" without a comma.
    """
    found: dict[str, list[str]] = {}
    for (start, end), day in days(text):
        tokens, names = _TOKEN.findall(text[start:end].casefold()), _names(day.month)
        written = not names or any(token in names for token in tokens)
        for token in tokens:
            if token in names or (not written and token.isdecimal() and int(token) == day.month):
                found.setdefault(token, []).extend([*names, f"{day.month:02}"])
            elif token.isdecimal() and day.day and int(token) == day.day:
                found.setdefault(token, []).extend([f"{day.day:02}", str(day.day)])
            elif token.isdecimal() and len(token) == len("25"):
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


def _with_umlauts(word: str, frequency: Frequency) -> str:
    """Return the German word that is spelt without umlauts or "ß", "" for none that chunks hold or everybody asks."""
    for spellings in _SPELT_OUT:
        other = word
        for plain, letter in spellings:
            other = other.replace(plain, letter)
        if other != word and (other in _COMMON or frequency(other) != 0):
            return other
    return ""


def _parts(code: str, frequency: Frequency) -> list[str]:
    """Return a code in the fewest parts that chunks hold; no parts where there are no such."""
    measure = _MEASURE.fullmatch(code)
    if measure and (frequency(measure[2]) or 0) > 0:
        return [measure[1], measure[2]]
    shortest = _SHORTEST_NUMBER if code.isdecimal() else _SHORTEST_CODE
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


def _meant(word: str, frequency: Frequency, *, small: bool = False) -> str:
    """Return the commonest word at one slip's distance that begins alike, with `small` a small one; "" for none."""
    best, most = "", 0
    for candidate in dict.fromkeys(_slips(word)):
        count = frequency(candidate)
        if count is None:
            # A word so small that it is not kept: searching for it finds nothing, and neither does the slip.
            return candidate
        if count > most and not small:
            best, most = candidate, count
    return best


def _counted_if(word: str, *, known: Callable[[str], int], frequency: Frequency) -> int | None:
    """Return how many chunks hold a word that a language knows."""
    return frequency(word) if known(word) else 0


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
