"""Times that a question names: a year, a month, a day, a quarter, with or without its year. English and German.

"May" and "march" are verbs as well; what stands around them tells.
"""

import re
from dataclasses import dataclass

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH, MONTHS
from qa.text.casing import lowered
from qa.text.dates import read_day

# Of the parts of a year.
ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "first 1st ersten erste 1.",
            "second 2nd zweiten zweite 2.",
            "third 3rd dritten dritte 3.",
            "fourth 4th vierten vierte 4.",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_NTH = "|".join(map(re.escape, sorted(ORDINALS, key=len, reverse=True)))
_PERIODS = lazy_regex(
    r"(?P<iso>\b\d{4}-\d{2}(?:-\d{2})?\b)"
    r"|(?P<numeric>\b\d{1,2}([./])\d{1,2}\3\d{4}\b)"
    rf"|(?P<day>\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?:{MONTH})\.?,?\s+\d{{4}}\b)"
    rf"|(?P<first>\b(?:{MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b)"
    rf"|(?P<month>\b(?P<name>{MONTH})\.?\s+(?P<year>\d{{4}})\b)"
    rf"|(?P<part>\b(?:(?:Q(?P<short>[1-4])|H(?P<half>[12])|(?P<nth>{_NTH})\s+(?P<of>quarter|quartal|half|halbjahr))"
    r"(?:(?:\s+of|\s+in|\s+des\s+jahres)?\s+(?P<year2>(?:19|20)\d{2}))?)\b)"
    rf"|(?P<dayof>\b(?P<dom>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<monthof>{MONTH})\b)"
    rf"|(?P<ofday>\b(?P<ofmonth>{MONTH})\s+(?P<dom2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.,-]?\d))"
    r"|(?P<alone>\b(?:19|20)\d{2}\b(?![.,-]?\d))"
    rf"|(?P<only>\b(?:{MONTH})\b)",
    re.IGNORECASE,
)
# As months they are written with a capital, or stand behind such a word; "may" and "march" are verbs.
_MOST_DAYS = 31
_VERBS = frozenset({"may", "march", "mar", "sep", "dec", "jan"})
_BEFORE_MONTH = lazy_regex(
    r"\b(?:in|during|of|for|since|until|till|from|to|before|after|by|between|this|last|next|late|early|and|"
    r"im|seit|bis|vom?|ab|für) $",
    re.IGNORECASE,
)
# "Of may" begins no question, "and may I" does.
_NEVER_MONTH = lazy_regex(r"\s+(?:i|we|you|he|she|they|it|be|not|the|a|an|have)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """A time that a question names: "2015", "2015-09", "2015-09-15", "2015-Q3", or of any year "9", "09-15" or "Q3"."""

    start: int
    end: int
    value: str

    @property
    def is_of_any_year(self) -> bool:
        """Whether it is a month, a day or a quarter of any year."""
        return not self.value[:4].isdecimal() or len(self.value) <= 2


def periods(text: str) -> list[Period]:
    """Return the times that a text names, in order."""
    found = []
    for match in _PERIODS.finditer(text):
        if (value := _period(match)) is not None:
            found.append(Period(match.start(), match.end(), value))
    return found


def _period(match: re.Match[str]) -> str | None:
    if match["iso"] or match["alone"]:
        return match[0]
    if match["part"]:
        return _part_of_year(match)
    if match["dayof"] or match["ofday"]:
        return _day_of_any_year(match["monthof"] or match["ofmonth"], int(match["dom"] or match["dom2"]))
    if match["month"]:
        return f"{match['year']}-{MONTHS[lowered(match['name'])]:02d}"
    if match["only"]:
        word = match["only"]
        if word.casefold() in _VERBS and not word[0].isupper() and not _is_month(match):
            return None
        return str(MONTHS[lowered(word)])
    day = read_day(match[0])
    return day.isoformat() if day else None


def _is_month(match: re.Match[str]) -> bool:
    """Tell whether a month that is typed in small letters is one by what stands around it: "in march"."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return bool(_BEFORE_MONTH.search(before)) and not _NEVER_MONTH.match(after)


def _day_of_any_year(month: str, day: int) -> str | None:
    """Return "03-09" for 9 March; None for a verb ("5 may") or a day that no month has."""
    if (month.casefold() in _VERBS and not month[0].isupper()) or not 1 <= day <= _MOST_DAYS:
        return None
    return f"{MONTHS[lowered(month)]:02d}-{day:02d}"


def _part_of_year(match: re.Match[str]) -> str | None:
    """Return a quarter or a half year: "2024-Q3", "Q3", "2024-H1"; None for a half without a year."""
    number = int(match["short"] or match["half"] or ORDINALS[lowered(match["nth"])])
    is_half = bool(match["half"]) or (match["of"] or "").casefold() in ("half", "halbjahr")
    if is_half and (number > 2 or not match["year2"]):
        return None
    part = f"{'H' if is_half else 'Q'}{number}"
    return f"{match['year2']}-{part}" if match["year2"] else part
