"""Days, months and years in questions, as a first and a last day. Pure functions, English and German."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from qa.text.calendar_words import MONTH, MONTHS
from qa.text.dates import read_day, span

_MONTH = rf"(?:{MONTH})"
_YEAR = r"(?:19|20)\d\d"
_DATES = (
    rf"{_YEAR}-\d{{1,2}}(?:-\d{{1,2}})?|\d{{1,2}}\.\s?\d{{1,2}}\.\s?{_YEAR}"
    rf"|(?:the )?\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)? {_MONTH}\b\.?,?(?: {_YEAR})?"
    rf"|{_MONTH}\b\.? \d{{1,2}}(?:st|nd|rd|th)?,?(?: {_YEAR})?(?!\d)"
    rf"|{_MONTH}\b\.?,?(?: (?:of )?{_YEAR})?|(?:the year |dem jahr )?{_YEAR}"
)
DATE = rf"(?:{_DATES})"
"""What a day, a month or a year of the calendar may look like, as the source of a regular expression."""

DAY = (
    rf"(?:{_DATES}|today|yesterday|heute|gestern"
    r"|(?:this|last|the last|the past|diese[rsmn]?|der letzten|letzte[rsmn]?) (?:week|month|year|woche|monat|jahr)s?"
    r"|(?:the )?(?:last|past|den letzten|der letzten) \d{1,3} (?:days|weeks|months|tagen?|wochen|monaten?))"
)
"""What a date may look like in a question: `DATE`, or words such as "last week"."""


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date


def period(text: str, *, today: date | None = None) -> Period | None:
    """Return the days that words such as "May 2024" or "last week" mean; None where they mean none.

    A month without a year is the last one that has begun; so is a day.
    """
    now = today or date.today()
    words = re.sub(r"[,]|^(?:the year|dem jahr|the) | of\b", " ", text.casefold())
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", " ".join(words.split()))
    try:
        return _relative(words, now) or _calendar(words, now)
    except ValueError:
        return None


def recurring(text: str) -> tuple[int, int]:
    """Return the month and the day, 0 for any, of words that name no year: "October", "3 June"; (0, 0) for others."""
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text.casefold()).replace(",", " ").split()
    month = next((MONTHS[word.strip(".")] for word in words if word.strip(".") in MONTHS), 0)
    numbers = [int(number) for number in re.findall(r"\d+", " ".join(words))]
    if not month or any(number > 31 for number in numbers):
        return 0, 0
    return month, next(iter(numbers), 0)


def _relative(words: str, now: date) -> Period | None:
    if words in ("today", "heute"):
        return Period(now, now)
    if words in ("yesterday", "gestern"):
        return Period(now - timedelta(1), now - timedelta(1))
    if match := re.search(r"(\d+) (day|week|month|tag|woche|monat)", words):
        days = {"d": 1, "t": 1, "w": 7, "m": 30}[match[2][0]]
        return Period(now - timedelta(int(match[1]) * days), now)
    this = bool(re.match(r"(?:this|diese)", words))
    monday = now - timedelta(now.weekday())
    if re.search(r"week|woche", words):
        return Period(monday, now) if this else Period(monday - timedelta(7), monday - timedelta(1))
    if re.search(r"month|monat", words):
        first = now.replace(day=1)
        return Period(first, now) if this else Period(*span((first - timedelta(1)).year, (first - timedelta(1)).month))
    if re.search(r"year|jahr", words) and not re.search(r"\d", words):
        year = now.year if this else now.year - 1
        return Period(date(year, 1, 1), now if this else span(year)[1])
    return None


def _calendar(words: str, now: date) -> Period | None:
    if stated := read_day(words):
        return _day(stated)
    if match := re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?", words):
        return Period(*span(int(match[1]), int(match[2] or 0)))
    month = next((MONTHS[word.strip(".")] for word in words.split() if word.strip(".") in MONTHS), 0)
    if not month:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    year = next((number for number in numbers if number > 31), 0)
    day = next((number for number in numbers if number <= 31), 0)
    if day:
        found = date(year or now.year, month, day)
        return _day(found if year or found <= now else found.replace(year=now.year - 1))
    return Period(*span(year or (now.year if month <= now.month else now.year - 1), month))


def _day(day: date) -> Period:
    return Period(day, day)
