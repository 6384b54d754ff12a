"""Numbers, days and codes by what they mean, however they are written: "2,450" is 2450, "21.01.25" 21 January 2025.

Pure functions, for English and German; days in Spanish, French, Italian, Dutch and Portuguese too. A text is read once
(`Values`) and then asked for what a question names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH, MONTHS, MORE_MONTHS, any_of
from qa.text.casing import lowered, small_words
from qa.text.duration_ranges import lower_end
from qa.text.durations import durations
from qa.text.number_words import MORE_SCALES, SCALES, in_words
from qa.text.numerals import MARKS, plain_digits, readings

_YEAR = r"(?:1[5-9]|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MORE = [name for name in MORE_MONTHS if name not in MONTHS]
# Words of English too: "3 Mars bars", "Mars 2020", "two mayo". So beside a small word or a day and a year alone.
_DOUBTFUL = ("mars", "mayo")
_SURE = any_of(name for name in _MORE if name not in _DOUBTFUL)
_OF_A_MONTH = "|".join(rf"(?<=\b{word}[\s-])" for word in "en de du di depuis dès fin début mi van".split())  # noqa: SIM905
# Each gives named groups of the day, the month and the year, as far as they are said.
_DATES = (
    lazy_regex(rf"(?<![\d.])(?P<y>{_YEAR})-(?P<m>0[1-9]|1[0-2])(?:-(?P<d>0[1-9]|[12]\d|3[01]))?(?![\d-])"),
    lazy_regex(rf"(?<![\d.-])(?P<y>{_YEAR})-(?P<m>0?[1-9]|1[0-2])-(?P<d>{_DAY})(?![\d-])"),
    lazy_regex(rf"(?<![\d.-])(?P<d>{_DAY})-(?P<m>0?[1-9]|1[0-2])-(?P<y>{_YEAR})(?![\d-])"),
    lazy_regex(
        rf"(?<![\d.])(?P<d>{_DAY})(?:st|nd|rd|th|er|[.º°])?\s*(?:of\s+)?(?P<m>{MONTH})\b\.?,?(?:\s*(?P<y>{_YEAR}))?"
    ),
    lazy_regex(rf"\b(?P<m>{MONTH})\.?\s+(?P<d>{_DAY})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<y>{_YEAR}))?"),
    lazy_regex(rf"\b(?P<m>{MONTH})\b\.?,?\s+(?P<y>{_YEAR})"),
    lazy_regex(rf"(?<![\d.])(?P<d>{_DAY})(?P<s>[./])\s?(?P<m>0?[1-9]|1[0-2])(?P=s)\s?(?P<y>{_YEAR}|\d\d)(?![\d.]\d)"),
    lazy_regex(rf"(?<![\d.])(?P<m>0?[1-9]|1[0-2])/(?P<d>{_DAY})/(?P<y>{_YEAR})(?!\d)"),
)
# The months' names in other languages; most texts hold none, and these patterns cost as much as all others.
_MORE_DATES = (
    # "15 de septiembre de 2015", "1er mars 2020", "1º de março", "3 maart 2021"
    lazy_regex(
        rf"(?<![\d.])(?P<d>{_DAY})(?:er|[.º°])?\s+(?:(?:de\s+)?(?P<m>{_SURE})\b\.?"
        rf"(?:,?\s+(?:del?\s+)?(?P<y>{_YEAR}))?)"
    ),
    lazy_regex(
        rf"(?<![\d.])(?P<d>{_DAY})(?:er|[.º°])?\s+(?:de\s+)?(?P<m>{any_of(MORE_MONTHS)})\b,?\s+(?:del?\s+)?(?P<y>{_YEAR})"
    ),
    lazy_regex(rf"(?<![\d.])(?P<d>{_DAY})(?:er|[.º°])?\s+de\s+(?P<m>{any_of(MORE_MONTHS)})\b"),
    lazy_regex(rf"\b(?P<m>{_SURE})\b,?\s+(?:del?\s+)?(?P<y>{_YEAR})"),
    lazy_regex(rf"(?:{_OF_A_MONTH})(?P<m>{any_of(MORE_MONTHS)})\s+(?:del?\s+)?(?P<y>{_YEAR})"),
    lazy_regex(rf"\b(?P<m>{any_of(MORE_MONTHS)})\s+del?\s+(?P<y>{_YEAR})"),
)
_FIRST_DATES, _NAMED_DATES, _LAST_DATES, _AMERICAN = _DATES[:3], _DATES[3:6], _DATES[6:7], _DATES[7:]
_FIGURES = lazy_regex(r"\d[-./]\s?\d")
_MONTH_ALONE = lazy_regex(rf"\b(?:{any_of([*MONTHS, *_MORE])})\b")
# "may" and "mar" are words too, so a month that stands alone counts only if it is written out.
_LONELY = frozenset(name for name in (*MONTHS, *_MORE) if len(name) > len("mar")) - {"sept", *_DOUBTFUL}
_NUMBER = lazy_regex(rf"(?<![\w.,])[-–−]?\d+(?:[{MARKS}]\d{{3}})*(?:[.,]\d+)*(?!\d)|\d+(?:[.,]\d+)*")
_SCALES = MORE_SCALES | {word: scale for names in SCALES.values() for word, scale in names.items() if scale >= 1e3}
# A German "Billion" is an English trillion: which one is meant is not known here. "5 m" are metres.
_SCALE = any_of(word for word in _SCALES if len(word) > 1 and not word.startswith(("billion", "trillion")))
_SCALED = lazy_regex(rf"(?<![\w.,])(\d+(?:[.,]\d+)?)\s*({_SCALE})\b", re.IGNORECASE)
_UNGROUPED = lazy_regex(r"\d{4,}[.,]000")
_QUARTERS = ("first|1st|erste", "second|2nd|zweite", "third|3rd|dritte", "fourth|4th|vierte")
_DIGITS = lazy_regex(r"\d(?:[\d\s().:/–-]{0,3}\d)+")
_NO_DIGITS = lazy_regex(r"\D+")
# The last digits of a telephone number, dialled alike from everywhere; a country's code or a "0" may stand before them.
_DIALLED = 7
# A code of this length is found even in groups; a shorter one only as it is, or with a hyphen or blank.
_LONG_CODE = 6

# A letter or figure that a code may go on with: not one of a script without spaces, or with particles.
LETTER = r"[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]"


@dataclass(frozen=True)
class Values:
    """What a text says in figures; read when it is first asked for."""

    text: str

    @cached_property
    def folded(self) -> str:
        """The text in lower case."""
        return plain_digits(self.text).casefold()

    @cached_property
    def keys(self) -> frozenset[str]:
        """The meanings of each number and day: both, where "2.450" may be two numbers."""
        written = {f"n{number}" for _, number in in_words(self.folded)}
        scaled = {f"n{value}" for _, _, values in scaled_numbers(self.folded) for value in values}
        return frozenset(number_keys(self.folded) | written | scaled) | frozenset(
            key for _, day in days(self.folded) for key in day.implied()
        )

    @cached_property
    def digits(self) -> tuple[str, ...]:
        """Runs of digits, without the blanks and punctuation between them."""
        return tuple(_NO_DIGITS.sub("", match[0]) for match in _DIGITS.finditer(self.text))

    @cached_property
    def lengths(self) -> frozenset[str]:
        """The meanings of what says how long something is, see `qa.text.durations`."""
        numbers = list(in_words(self.text))
        found = list(durations(self.text, numbers))
        lower = (lower_end(self.text, span, keys, numbers) for span, keys in found)
        return frozenset(key for _, keys in found for key in keys) | {end[1] for end in lower if end}

    def holds_number(self, number: str) -> bool:
        """Tell whether one of the text's numbers is this one."""
        return not self.keys.isdisjoint(Values(number).keys)

    def holds_day(self, day: "Day") -> bool:
        """Tell whether the text states the day, the month or the year that is meant, if need be in two places."""
        apart = {Day(0, day.month, day.day).key, f"n{day.year}"}
        return day.key in self.keys or bool(day.year and apart <= self.keys)

    def holds_like(self, code: str) -> bool:
        """Tell whether the text holds another code of the same form: "B06" where "G03" is asked for."""
        form = "".join(
            "[0-9]" if c.isdecimal() else "[A-Z]" if c.isupper() else "[a-z]" if c.islower() else re.escape(c)
            for c in code
        )
        return any(match[0] != code for match in re.finditer(rf"(?<![^\W_]){form}(?![^\W_])", self.text))

    def holds_code(self, code: str) -> bool:
        """Tell whether the text holds a code: "NV80102" in "NV8-0102", an IBAN in groups, a number as it is dialled."""
        folded = code.casefold()
        quarter = re.fullmatch(r"q([1-4])", folded)
        if quarter and _says_quarter(self.folded, int(quarter[1])):
            return True
        parts = re.findall(r"[^\W_]", folded)
        if not parts:
            return False
        if re.search(_spelled(parts), self.folded):
            return True
        number = re.fullmatch(r"([\d.,]*\d)([^\W\d_]{1,4})", folded)
        if number and len(number[1]) > 0 and _holds_measure(self, number[1], number[2]):
            return True
        # Few codes are durations, and only for these is the text looked through.
        if (own := Values(code).lengths) and own & self.lengths:
            return True
        digits = "".join(part for part in parts if part.isdecimal())
        if len(digits) >= _DIALLED and len(digits) == len(parts):
            # "0049 (0)170": the nought is dialled at home alone.
            digits = _NO_DIGITS.sub("", code.replace("(0)", ""))
            end = digits[-max(_DIALLED, len(digits) - 4) :] if len(digits) > _DIALLED else digits
            return any(run.endswith(end) for run in self.digits)
        return False


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year as it is written; 0 is what is not said."""

    year: int = 0
    month: int = 0
    day: int = 0

    @property
    def key(self) -> str:
        """What it means, as text: the same for every spelling."""
        return f"d{self.year:04}-{self.month:02}-{self.day:02}"

    def implied(self) -> frozenset[str]:
        """Return the keys of all that is said with this: a day says its month and its year too."""
        parts = {Day(self.year, self.month, self.day), Day(self.year, self.month), Day(0, self.month, self.day)}
        keys = {part.key for part in (*parts, Day(0, self.month)) if part.month}
        return frozenset(keys | ({f"n{self.year}"} if self.year else set()))


def days(text: str) -> Iterator[tuple[tuple[int, int], Day]]:
    """Yield the days and months of a text, with where they stand; one that can be read two ways comes twice."""
    # Each character keeps its place, which "ß" does not by `casefold`.
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    taken: list[tuple[int, int]] = []
    words = small_words(text)
    # Most texts name no month, and many hold no figures beside each other: each pattern would go through them.
    named = _NAMED_DATES if not MONTHS.keys().isdisjoint(words) else ()
    more = _MORE_DATES if not MORE_MONTHS.keys().isdisjoint(words) else ()
    first, last, american = (_FIRST_DATES, _LAST_DATES, _AMERICAN) if _FIGURES.search(folded) else ((), (), ())
    for pattern in (*first, *named, *last, *more, *american):
        for match in pattern.finditer(folded):
            span = match.span()
            # "03/04/2025" is read both ways; no other pattern reads what one has read.
            if any(start < span[1] and span[0] < end for start, end in taken) and pattern not in _AMERICAN:
                continue
            groups = match.groupdict()
            for year in _years(groups.get("y") or ""):
                yield span, Day(year, _month(groups["m"]), int(groups.get("d") or 0))
            taken.append(span)
    for match in _MONTH_ALONE.finditer(folded) if not _LONELY.isdisjoint(words) else ():
        inside = any(start <= match.start() < end for start, end in taken)
        if not inside and match[0] in _LONELY:
            yield match.span(), Day(0, _month(match[0]))


def number_keys(text: str) -> set[str]:
    """Return what the numbers of a text may mean: "2.450" is 2450 or 2.45, "1,248.0" is 1248."""
    # Blanks separate columns of figures as well as thousands: both readings count.
    numbers = {part for match in _NUMBER.finditer(text) for part in (match[0], *re.split("[ \u00a0\u202f]", match[0]))}
    return {f"n{value}" for number in numbers for value in _readings(number)}


def scaled_numbers(text: str) -> Iterator[tuple[tuple[int, int], str, tuple[str, ...]]]:
    """Yield where a text has numbers such as "2.5 million", what scales each, in small letters, and what it may mean.

    The meanings are plain digits: "2500000".
    """
    for match in _SCALED.finditer(text):
        scale = lowered(match[2])
        values = (float(key.removeprefix("n")) * _SCALES[scale] for key in sorted(number_keys(match[1])))
        yield match.span(), scale, tuple(f"{value:.6f}".rstrip("0").rstrip(".") for value in values)


def _readings(number: str) -> set[str]:
    number = number.lstrip("-–−")
    # "1204,000" groups nothing, and nobody writes three decimals that say nothing.
    if _UNGROUPED.fullmatch(number):
        return set()
    found = {_canonical(value) for value in readings(number)}
    if not found and sum(not character.isdecimal() for character in number) > 1:
        # "3.5.2" is not a number but a place in an order; "1 January 2024" never comes here.
        found.add(number.lstrip("0"))
    return found


def _canonical(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).lstrip("0") or "0"


def _years(year: str) -> tuple[int, ...]:
    if len(year) == len("25"):
        return 2000 + int(year), 1900 + int(year)
    return (int(year or 0),)


def _month(name: str) -> int:
    return int(name) if name.isdecimal() else MONTHS.get(name) or MORE_MONTHS[name]


def _spelled(parts: list[str]) -> str:
    """Return a pattern for a code: a long one may be written in groups, a short one where letters meet digits."""
    if len(parts) >= _LONG_CODE:
        body = r"[\s./()–-]{0,2}".join(map(re.escape, parts))
    else:
        body = re.escape(parts[0])
        for one, other in pairwise(parts):
            body += (r"[\s.()–-]{0,2}" if one.isdecimal() != other.isdecimal() else "") + re.escape(other)
    # A particle of Korean or Japanese stands at a code without a space.
    return rf"(?<!{LETTER})(?<!\d[.,]){body}(?!{LETTER}|[.,]\d)"


def _holds_measure(values: Values, number: str, unit: str) -> bool:
    """Tell whether a text holds "2.2kW" as "2.2 kW"."""
    pattern = re.compile(rf"(?<![\w])(\d[\d.,]*)[\s-]*{re.escape(unit)}(?![^\W_])")
    wanted = number_keys(number)
    return any(not wanted.isdisjoint(number_keys(match[1])) for match in pattern.finditer(values.folded))


def _says_quarter(folded: str, number: int) -> bool:
    named = rf"\b(?:{_QUARTERS[number - 1]})[rsnm]?\s+(?:quarter|quartal)"
    return bool(re.search(rf"{named}|\b{number}\.\s*quartal|quarter\s+{number}\b", folded))
