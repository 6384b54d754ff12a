"""How long something is, in any spelling: "90 minutes" is "1.5 h" and "1 h 30 min". Pure functions.

A month is not thirty days, nor a year 365: months and years are counted in months, and what is of one length in
seconds. Working days are counted apart. Behind digits the units of about twenty languages are read; numbers in words
in English and German, small ones in Spanish, French, Italian, Dutch and Portuguese too.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from qa.lazy_regex import lazy_regex
from qa.text.casing import small, small_words, word_set
from qa.text.duration_words import (
    ADJECTIVE,
    ADJECTIVES,
    AND,
    DAY,
    DE,
    HALVES,
    HOUR,
    JOINED,
    MINUTE,
    MONTHS,
    ONE,
    ONE_AND_A_HALF,
    SECONDS,
    SIGNS,
    SPELLED,
    STEMS,
    UNITS,
    WHOLE,
    WORKDAYS,
    YEAR,
    Amount,
)
from qa.text.durations_unspaced import unspaced
from qa.text.no_durations import counts_seconds, is_time_of_day, standing
from qa.text.number_words import in_words
from qa.text.numerals import readings

Span = tuple[int, int]
# "A year" mostly says how often; behind these words, how long.
_LONG = word_set("for within after lasts last takes take took about than least lasting over under almost")
_TOKEN = lazy_regex(r"\d+(?:[.,]\d+)*(?::\d\d)?|[½¼¾]|[^\W\d_]+")
_BLANKS = frozenset(" \u00a0\u202f")
_JOINTS = frozenset({"", "-", "\u2010", "\u2011", "–", "'", "’", *_BLANKS})
_OF_DAYS = frozenset({"working", "business", "calendar"})
# "2024 год" is a year of the calendar, and "5 second-hand cars" are five.
_CALENDAR = range(1500, 2100)
_LONGEST = 12
# How many letters around a unit are read: its number stands before it, smaller units behind it.
_AROUND = 64
# Words and letters that are mostly something else; they count behind digits.
_MORE_THAN_UNITS = frozenset({"s", "h", "an", "ms", "mo", "ay", "second"})
_BEHIND_DIGIT = lazy_regex(rf"\d[ \u00a0\u202f-]?(?:{'|'.join(sorted(_MORE_THAN_UNITS))})(?![^\W\d_])")
_ALL_WORDS = (frozenset(UNITS) | frozenset(JOINED) | frozenset(WHOLE)) - _MORE_THAN_UNITS


def durations(text: str, numbers: Sequence[tuple[Span, str]] | None = None) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Yield where a text says how long something is, and the key of each meaning: "5400s", "18mo", "10w".

    Args:
        text: Any text.
        numbers: What `in_words` gives for it, if that is known.
    """
    if not text.isascii():
        yield from ((span, (_key({kind: amount}),)) for span, kind, amount in unspaced(text))
    folded = small(text)
    found = _ALL_WORDS & small_words(text)
    found |= {stem for stem in STEMS if stem in folded}
    found |= {"un an"} if "un an" in folded else set()
    places = [place for word in found for place in _places(folded, word)]
    places += [match.start() for match in _BEHIND_DIGIT.finditer(folded)]
    if places:
        yield from _read(text, folded, places, in_words(text) if numbers is None else numbers)


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _read(
    written: str, text: str, places: list[int], numbers: "Iterator[tuple[Span, str]] | Sequence[tuple[Span, str]]"
) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Read what stands around the units of a text, and not all of it."""
    # By where a number in words ends: where it begins, and what it says.
    known = {span[1]: (span[0], Decimal(number)) for span, number in numbers if len(number) <= _LONGEST}
    starts: list[int] = []
    ends: list[int] = []
    for place in sorted(places):
        start, end = max(0, place - _AROUND), min(len(text), place + _AROUND)
        if ends and start <= ends[-1]:
            ends[-1] = end
        else:
            starts.append(start)
            ends.append(end)
    for start, end in zip(starts, ends, strict=True):
        # From a word's beginning to a word's end.
        start -= next((back for back in range(_AROUND) if not text[start - back - 1 : start - back].isalnum()), 0)
        end += next((on for on in range(_AROUND) if not text[end + on : end + on + 1].isalnum()), 0)
        yield from _Reader((written, text), list(_TOKEN.finditer(text, start, end)), known).read()


class _Reader:
    """A stretch of a text, word by word."""

    def __init__(
        self, texts: tuple[str, str], tokens: list[re.Match[str]], numbers: dict[int, tuple[int, Decimal]]
    ) -> None:
        self._written, self._text = texts
        self._tokens = tokens
        self._words = [match[0] for match in tokens]
        self._numbers = numbers

    def read(self) -> Iterator[tuple[Span, tuple[str, ...]]]:
        """Yield where each duration stands, with its keys; "1 h 30 min" is one."""
        number, last = 0, -1
        while number < len(self._words):
            if found := self._at(number, last):
                first, last, meanings = found
                span = self._tokens[first].start(), self._tokens[last].end()
                yield span, tuple(dict.fromkeys(map(_key, meanings)))
                number = last
            number += 1

    def _at(self, number: int, last: int) -> tuple[int, int, list[dict[str, Decimal]]] | None:
        """Return the first and last token of a duration whose unit stands at a token, and all that it may mean."""
        word = self._words[number]
        if alone := JOINED.get(word) or WHOLE.get(word) or _adjective(word):
            first, counts = number, [Decimal(1)]
            if word in JOINED and self._adjacent(number - 1) and (times := DE.get(self._words[number - 1], 0)) > 1:
                first, counts = number - 1, [Decimal(times)]
            elif word not in JOINED and word not in WHOLE and word.startswith(tuple(ADJECTIVES)):
                first, counts = self._count(number, alone)
            unit = alone
        elif (named := UNITS.get(word)) and self._is_unit(number):
            counted, unit = number, named
            if named == (SECONDS, DAY) and self._adjacent(number - 1) and self._words[number - 1] in _OF_DAYS:
                # "Working days", and "calendar days", which are days.
                counted, unit = number - 1, named if self._words[number - 1] == "calendar" else (WORKDAYS, Decimal(1))
            first, counts = self._count(counted, unit)
        else:
            return None
        span = (self._tokens[first].start(), *self._tokens[number].span())
        if first <= last or not (counts := standing(self._written, self._text, span, counts)):
            return None
        counts, end = self._half_behind(number, counts)
        meanings = [{unit[0]: count * unit[1]} for count in counts if count]
        if len(meanings) == 1:
            end = self._more(end, unit, meanings[0])
        if not meanings or is_time_of_day(self._text, self._tokens[first].start(), self._tokens[end].end()):
            return None
        return first, end, meanings

    def _is_unit(self, number: int) -> bool:
        word = self._words[number]
        if word in ("s", "second") and number:
            # "The 1990s", "5 second-hand cars".
            joint = self._between(number - 1)
            if word == "s":
                return joint != ""
            start, end = self._tokens[number - 1].start(), self._tokens[number].end()
            alone = self._words[number - 1] in ("1", "one")
            return joint == "-" or alone or (joint == " " and counts_seconds(self._text, start, end))
        return True

    def _between(self, number: int) -> str:
        """Return what stands between a token and the next one."""
        return self._text[self._tokens[number].end() : self._tokens[number + 1].start()]

    def _adjacent(self, number: int) -> bool:
        """Tell whether a token stands right before the next one, but for a blank or a hyphen."""
        return 0 <= number < len(self._words) - 1 and self._between(number) in _JOINTS

    def _count(self, number: int, unit: Amount) -> tuple[int, list[Decimal]]:
        """Return the token with which the number before a unit begins, and all that it may say."""
        at = number - 1
        if not self._adjacent(at):
            return number, []
        word = self._words[at]
        if word in ("a", "an"):
            return self._of_article(at, number)
        if word in HALVES:
            return self._of_half(at)
        if word in ("quarter", "viertel", "dreiviertel"):
            return at, [Decimal(".75" if word == "dreiviertel" else ".25")]
        if word in SIGNS:
            whole = self._whole(at - 1) if self._adjacent(at - 1) else None
            return (at - 1, [whole + SIGNS[word]]) if whole is not None else (at, [SIGNS[word]])
        if word[0].isdecimal():
            return self._of_digits(at, unit)
        return self._of_words(at)

    def _of_article(self, at: int, number: int) -> tuple[int, list[Decimal]]:
        """Read "half a year", "a quarter of an hour", and "for a week"."""
        before = self._words[max(0, at - 3) : at]
        if before[-1:] == ["half"]:
            return at - 1, [Decimal(".5")]
        if before[-2:] in (["quarter", "of"], ["quarters", "of"]):
            threefold = before[0] in ("three", "3")
            return (at - 3, [Decimal(".75")]) if threefold else (at - 2, [Decimal(".25")])
        if self._words[number].startswith("fortnight") or (before[-1:] and before[-1] in _LONG):
            return at, [Decimal(1)]
        # "An hour and a half" is no rate either.
        return (at, [Decimal(1)]) if self._half_behind(number, [Decimal(1)])[1] > number else (at, [])

    def _of_half(self, at: int) -> tuple[int, list[Decimal]]:
        """Read "half", and "two and a half" before the unit."""
        joint = at - 1 - (at > 0 and self._words[at - 1] in ("a", "ein", "eine"))
        if joint > 0 and self._words[joint] in ("and", "und") and self._adjacent(joint - 1):
            first, counts = self._of_plain(joint - 1)
            if counts:
                return first, [count + Decimal(".5") for count in counts]
        first = at - 1 if at and self._words[at - 1] in ONE and self._adjacent(at - 1) else at
        return first, [Decimal(".5")]

    def _of_plain(self, at: int) -> tuple[int, list[Decimal]]:
        whole = self._whole(at)
        return (at, [whole]) if whole is not None else self._of_words(at)

    def _whole(self, at: int) -> Decimal | None:
        word = self._words[at]
        return Decimal(word) if word.isdecimal() and len(word) <= _LONGEST and self._opens(at) else None

    def _opens(self, at: int) -> bool:
        """Tell whether a number begins at a token: it's no part of a code, of a day or of a longer number."""
        start = self._tokens[at].start()
        before = self._text[max(0, start - 2) : start]
        if before[-1:] in ("-", "–"):
            return before[:1].isdecimal()
        return not before or not (before[-1].isalnum() or before[-1] in "_.,/:+")

    def _of_digits(self, at: int, unit: Amount) -> tuple[int, list[Decimal]]:
        word = self._words[at]
        if len(word) > _LONGEST:
            return at, []
        if ":" in word:
            # "1:30 h", and "1:30 min" of minutes and seconds.
            hours, _, minutes = word.partition(":")
            clock = unit in ((SECONDS, HOUR), (SECONDS, MINUTE)) and hours.isdecimal() and self._opens(at)
            return at, [Decimal(hours) + Decimal(minutes) / 60] if clock else []
        before = self._text[self._tokens[at].start() - 1 :][:1] if self._tokens[at].start() else ""
        if before == "/" and at and (parts := self._parts(at)) is not None:
            first = at - 1
            whole = self._whole(first - 1) if first and self._between(first - 1) == " " else None
            return (first - 1, [whole + parts]) if whole is not None else (first, [parts])
        if not self._opens(at):
            return at, []
        # Three digits behind a mark are mostly thousands.
        values = sorted(readings(word), reverse=True)
        if unit[0] == MONTHS and unit[1] == YEAR and word.isdecimal() and int(word) in _CALENDAR:
            return at, []
        return at, values

    def _parts(self, at: int) -> Decimal | None:
        """Return 0.5 of "1/2": no date, and no pair of other numbers."""
        above, below = self._words[at - 1], self._words[at]
        known = {("1", "2"): ".5", ("1", "4"): ".25", ("3", "4"): ".75"}.get((above, below))
        return Decimal(known) if known and self._opens(at - 1) else None

    def _of_words(self, at: int) -> tuple[int, list[Decimal]]:
        word = self._words[at]
        if found := self._numbers.get(self._tokens[at].end()):
            first = at
            while first and self._tokens[first].start() > found[0]:
                first -= 1
            return first, [found[1]]
        if word in ONE_AND_A_HALF:
            return at, [Decimal("1.5")]
        if word.endswith("einhalb") and (whole := DE.get(word.removesuffix("einhalb"))):
            return at, [whole + Decimal(".5")]
        if word in ONE:
            return at, [Decimal(1)]
        return (at, [Decimal(SPELLED[word])]) if word in SPELLED else (at, [])

    def _half_behind(self, number: int, counts: list[Decimal]) -> tuple[list[Decimal], int]:
        """Add the half of "an hour and a half" and "un an et demi"."""
        behind = self._words[number + 1 : number + 4]
        if behind[:1] and behind[0] in AND:
            used = 3 if behind[1:2] and behind[1] in ("a", "een") else 2
            if behind[used - 1 : used] and behind[used - 1] in HALVES and self._ends(number + used):
                return [count + Decimal(".5") for count in counts], number + used
        return counts, number

    def _ends(self, number: int) -> bool:
        """Tell whether nothing that is halved follows: "a year and half a month" is more than a year."""
        return number + 1 >= len(self._words) or (
            self._words[number + 1] not in UNITS and self._words[number + 1] not in ("a", "an")
        )

    def _more(self, end: int, unit: Amount, total: dict[str, Decimal]) -> int:
        """Add what goes on in a smaller unit: "1 h 30 min", "2 Jahre und 3 Monate", "1h30"; return the last token."""
        size = _size(unit)
        while end + 1 < len(self._words):
            at = end + 1
            joint = self._between(end).strip(" \u00a0\u202f")
            if self._words[at] in AND and joint == "" and at + 1 < len(self._words):
                at += 1
            elif joint not in ("", ",", "&"):
                return end
            if unit == (SECONDS, HOUR) and at == end + 1 and self._is_minutes(at):
                total[SECONDS] += Decimal(self._words[at]) * 60
                return at + self._is_glued_minute(at)
            # The number takes a token or two, and its unit one.
            for place in range(at + 1, min(at + 4, len(self._words))):
                smaller = UNITS.get(self._words[place])
                if smaller and self._is_unit(place):
                    break
            else:
                return end
            first, counts = self._count(place, smaller)
            if first != at or len(counts) != 1 or WORKDAYS in (smaller[0], unit[0]):
                return end
            if _size(smaller) * counts[0] >= size or not counts[0]:
                return end
            total[smaller[0]] = total.get(smaller[0], Decimal(0)) + counts[0] * smaller[1]
            end, unit, size = place, smaller, _size(smaller)
        return end

    def _is_glued_minute(self, at: int) -> bool:
        """Tell whether what follows a token is the unit of "1h30m" or "1h 30min"."""
        return (
            at + 1 < len(self._words) and self._between(at) == "" and self._words[at + 1] in ("m", "min", "mins", "mn")
        )

    def _is_minutes(self, at: int) -> bool:
        """Tell whether a token is the "30" of "1h30" or "1h30min"."""
        word = self._words[at]
        start, end = self._tokens[at].span()
        behind = "" if self._is_glued_minute(at) else self._text[end : end + 1]
        glued = start and self._text[start - 1].isalpha()
        # "1 h 30", but not "1 h 30 people".
        stands = behind not in ("%", ":") and not behind.isalnum() if glued else behind in ("", ".", ",", ";", ")")
        return bool(stands and len(word) == len("30") and word.isdecimal() and int(word) < 60)


def _adjective(word: str) -> Amount | None:
    """Return what "sechsmonatige" says; of "monatige", as behind "6-", what one of the unit is."""
    if not word.endswith(("ig", "ige", "igem", "igen", "iger", "iges")) or not (match := ADJECTIVE.fullmatch(word)):
        return None
    unit = ADJECTIVES[match[2]]
    if not match[1]:
        return unit
    if match[1] == "halb":
        return unit[0], unit[1] / 2
    if match[1] in ONE_AND_A_HALF:
        return unit[0], unit[1] * Decimal("1.5")
    return (unit[0], unit[1] * DE[match[1]]) if match[1] in DE else None


def _size(unit: Amount) -> Decimal:
    """Return about how many seconds a unit has, for which of two is the smaller."""
    return unit[1] * {SECONDS: Decimal(1), MONTHS: 30 * DAY, WORKDAYS: DAY}[unit[0]]


def _key(amounts: dict[str, Decimal]) -> str:
    return "".join(f"{_plain(amounts[kind])}{kind}" for kind in (MONTHS, SECONDS, WORKDAYS) if amounts.get(kind))


def _plain(value: Decimal) -> str:
    text = f"{value:.3f}"
    return text.rstrip("0").rstrip(".")
