"""The day that the head of a text gives it, as a letter's or an invoice's date. Pure, English and German."""

import re
from datetime import date, timedelta

from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set
from qa.text.periods import DATE, period

# A letter's day stands above its text; a day further down is one that it speaks of.
_HEAD_CHARACTERS, _HEAD_LINES = 700, 12
_LONGEST_LINE_WORDS = 9
# A document is dated on the day that it is read, wherever on earth that is.
_AHEAD = timedelta(days=1)
# "17 to 21 May 2026".
_RANGE = lazy_regex(
    r"(?:(?P<word>[^\W\d_]+\.?) )?(?<![\w.,/-])(?P<first>\d{1,2})(?:st|nd|rd|th|(?P<dot>\.))?"
    r"(?P<to> ?(?:to|and|until|bis|und|–|-) ?)$",
    re.IGNORECASE,
)
# "Meeting 7 - 12 March 2024" names a meeting, "from 7 - 12 March 2024" does not.
_BEFORE_DAYS = word_set("from on between of the vom von am den der dem zwischen and und")
_DAYS = 31
_FULL_DAY = lazy_regex(rf"(?<![\w.])(?=[^\n]{{0,24}}(?:19|20)\d\d)(?P<day>{DATE})(?![\w])", re.IGNORECASE)
_HAS_DAY = lazy_regex(r"\d{1,2}\D+(?:19|20)\d\d|[^\W\d]+\.? \d{1,2}\D|(?:19|20)\d\d-\d{1,2}-\d{1,2}")
_LABEL = lazy_regex(
    r"\b(?:date|dated|datum|stand|status|as of|valid from|gültig (?:ab|seit)|version|revision|updated|published|issued|"
    r"document|reference|author|autor|minutes|protokoll|from|von|vom|closed|concluded|agreement|geschlossen|made on|"
    r"entered into)\b",
    re.IGNORECASE,
)
# "Thursday 14 November 2024, 10:00 to 12:20, Quay House": a line that begins with its day.
_WEEKDAY = lazy_regex(
    r"\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)?\W*",
    re.IGNORECASE,
)
# "| Invoice date | 3 May 2024 |": a row of a form, not of a list.
_DATED_ROW = lazy_regex(
    r"\s*\|?[^|]*(?:\b(?:date|dated|stand|as of|issued|published|updated)|datum)\b[^|]*\|[^|]*\|?\s*", re.IGNORECASE
)
_OTHER_DAY = lazy_regex(
    r"\b(?:born|birth|geboren|geb|died|gestorben|until|deadline|due|expires?|ends?|payable|zahlbar|bis|fällig|frist|"
    r"endet|next|refer(?:s|ring|ence to)?|(?:your|our) (?:letter|e-?mail|message|order|enquiry|inquiry)|"
    r"bezug(?:nehmend)?|(?:ihr|unser)(?:e[mnrs]?)? (?:schreiben|brief|e-?mail|nachricht|bestellung|anfrage)|"
    r"(?:delivery|start|end|event|travel|departure|arrival|order|loss|expiry) date|"
    r"(?:liefer|bestell|reise|start|end|veranstaltungs|leistungs|geburts|ablauf|fälligkeits|zahlungs)(?:datum|termin|tag)|"
    r"date of (?:delivery|loss|travel))\b",
    re.IGNORECASE,
)


def day_in_head(text: str, *, until: date | None = None) -> date | None:
    """Return the day that the head of a text gives it, None where it gives none: a line of little else, or a label.

    Args:
        text: The beginning of a document.
        until: When it was read. A later day is one that it speaks of, such as that of a trip.
    """
    for line in text[:_HEAD_CHARACTERS].splitlines()[:_HEAD_LINES]:
        if line.count("|") > 1 and not _DATED_ROW.fullmatch(line):
            continue  # a row of a table has a day of its own
        for match in _FULL_DAY.finditer(line):
            said = match["day"]
            around = line[max(0, match.start() - 40) : match.start()]
            if not _HAS_DAY.search(said) or _OTHER_DAY.search(around) or _is_range(around, said):
                continue
            begins = _WEEKDAY.fullmatch(line[: match.start()]) or line.startswith("#")
            if len(line.split()) > _LONGEST_LINE_WORDS and not begins and not _LABEL.search(line):
                continue
            if (found := period(said)) and until and found.last - until > _AHEAD:
                continue
            if found:
                return found.last if found.first == found.last else None
    return None


def _is_range(around: str, said: str) -> bool:
    """Tell whether a day is the last of several: an earlier one of its month stands before it, no number of a thing."""
    match, last = _RANGE.search(around), re.match(r"(?:the )?(\d{1,2})(?!\d)", said, re.IGNORECASE)
    if not match or not last or not 0 < int(match["first"]) < int(last[1]) <= _DAYS:
        return False
    is_apart = match["to"].strip() in ("-", "–") and match["to"].startswith(" ") and not match["dot"]
    named = match["word"] and match["word"].casefold() not in _BEFORE_DAYS and not _WEEKDAY.fullmatch(match["word"])
    return not (is_apart and named)
