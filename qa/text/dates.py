"""Days as people write them alone, in English and German, and the day that a document states. Pure functions.

`qa.text.values` finds days within a text.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTHS

NUMERIC_DAY = lazy_regex(r"(?P<one>\d{1,2})(?P<mark>[./-])\s?(?P<two>\d{1,2})(?P=mark)\s?(?P<year>\d{4})")
# With fewer digits it may be the number of a chapter or a release.
_SHORT_DAY = lazy_regex(r"(?P<one>\d\d)(?P<mark>[./])\s?(?P<two>\d\d)(?P=mark)\s?(?P<year>\d\d)")
_ISO = lazy_regex(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_WORDED = (
    lazy_regex(
        r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?\s*(?:of\s+)?(?P<month>[^\W\d_]+)\.?,?\s+(?P<year>\d{4})",
        re.IGNORECASE,
    ),
    lazy_regex(r"(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
)
_MONTH_ALONE = lazy_regex(
    r"(?P<year>(?:19|20)\d\d)[-/](?P<month>0[1-9]|1[0-2])|(?P<name>[^\W\d_]{3,9})\.? (?P<after>(?:19|20)\d\d)"
)
DATED = "dated"
"""Key of the metadata of a register row: the day at the head of the document's text, as ISO 8601."""
SENT = "sent"
"""Likewise: when the mail or other document that holds this one, such as an attachment, says that it was written."""
_DAY_IN_NAME = lazy_regex(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2([0-2]\d|3[01])(?!\d)")
# As POSIX has it: 68 is 2068, and 69 is 1969.
_LAST_OF_THIS_CENTURY = 68


def read_day(text: str, *, day_first: bool = True) -> date | None:
    """Return the day that a text states and nothing else, None if it states none.

    Args:
        text: Such as "2024-05-03", "3.5.2024", "03/05/24", "May 3rd, 2024", "3. Mai 2024".
        day_first: Whether 03/05/2024 is in May; with points the day always comes first.
    """
    plain = text.strip()
    for pattern in (_ISO, *_WORDED):
        if match := pattern.fullmatch(plain):
            month = match["month"]
            return _day(match["year"], month if month.isdecimal() else MONTHS.get(month.casefold(), 0), match["day"])
    if match := NUMERIC_DAY.fullmatch(plain) or _SHORT_DAY.fullmatch(plain):
        year = match["year"]
        if len(year) == len("24"):
            year = f"{'20' if int(year) <= _LAST_OF_THIS_CENTURY else '19'}{year}"
        day, month = (match["one"], match["two"]) if day_first or match["mark"] == "." else (match["two"], match["one"])
        return _day(year, month, day)
    return None


def read_month(text: str) -> date | None:
    """Return the first day of the month that a text states and nothing else: "2025-01", "March 2024"."""
    match = _MONTH_ALONE.fullmatch(text.strip())
    if not match:
        return None
    name = match["name"]
    return _day(match["year"] or match["after"], MONTHS.get(name.casefold(), 0) if name else match["month"], "1")


def span(year: int, month: int = 0, day: int = 0) -> tuple[date, date]:
    """Return the first and the last day of a year, of a month where it is not 0, or of a day.

    Raises:
        ValueError: There is no such day.
    """
    if day:
        return date(year, month, day), date(year, month, day)
    first = date(year, month or 1, 1)
    return first, date(year, month or 12, calendar.monthrange(year, month or 12)[1])


def stated_day(source: str, metadata: Mapping[str, str]) -> date | None:
    """Return the day that a document states, else one in the name of its file ("minutes-2024-11-14.txt"), else None."""
    try:
        return datetime.fromisoformat(metadata.get("date", "")).date()
    except ValueError:
        pass
    for match in _DAY_IN_NAME.finditer(source.rpartition("/")[2]):
        if day := _day(match[1], match[3], match[4]):
            return day
    return None


def written_day(metadata: Mapping[str, str]) -> date | None:
    """Return the day at the head of a document's text, as the ingest has kept it; None where it found none."""
    try:
        return date.fromisoformat(metadata.get(DATED, ""))
    except ValueError:
        return None


def sent_day(metadata: Mapping[str, str]) -> date | None:
    """Return the day of the mail or other document that holds this one, as the ingest has kept it; None for none."""
    try:
        return datetime.fromisoformat(metadata.get(SENT, "")).date()
    except ValueError:
        return None


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None  # 30 February, or a word that is not a month
