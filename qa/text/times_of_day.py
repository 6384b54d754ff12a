"""Times of day by what they mean: "14:30", "14.30 Uhr", "2:30 pm" and "14h30" are one. Pure functions."""

import re
from collections.abc import Iterator, Sequence

from qa.lazy_regex import lazy_regex

Span = tuple[int, int]

_HALF = r"(?P<half>[ap])(?:m\b|\.m\b\.?)"
_TIME = lazy_regex(
    r"(?<![\w.,:/-])(?P<hour>[01]?\d|2[0-4])"
    rf"(?:(?P<colon>:)(?P<minutes>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?: ?(?:uhr|{_HALF}))?"
    rf"|\.(?P<point>[0-5]\d) ?(?:uhr|{_HALF.replace('half', 'pointed')})"
    rf"| ?(?:uhr|{_HALF.replace('half', 'plain')})(?: (?P<german>[0-5]\d)(?![\w.,:%]))?"
    r"|h(?P<french>[0-5]\d))(?!\w)",
    re.IGNORECASE,
)
# A text without one of these has none; "1:50" is a scale, too, and has the form of a time then.
_SIGNS = lazy_regex(r"\d(?::\d\d|h\d\d| ?uhr| ?[ap]\.?m\b|\.\d\d ?(?:uhr|[ap]\.?m\b))", re.IGNORECASE)
_NOON, _MIDNIGHT = 12, 24


def times_of_day(text: str, lengths: Sequence[Span] = ()) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Yield where a text says a time of day, and all that it may mean, as "14:30": "2:30" is one of two.

    Args:
        text: Any text.
        lengths: Where it says how long something is, which is no time.
    """
    if not _SIGNS.search(text):
        return
    for match in _TIME.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in lengths):
            continue
        minutes = match["minutes"] or match["point"] or match["german"] or match["french"] or "00"
        half = (match["half"] or match["pointed"] or match["plain"] or "").lower()
        hour = int(match["hour"])
        if half and not 1 <= hour <= _NOON:
            continue
        hours = [hour % _MIDNIGHT]
        if half:
            hours = [hour % _NOON + (_NOON if half == "p" else 0)]
        elif match["colon"] and 1 <= hour <= _NOON and len(match["hour"]) == 1:
            hours.append(hour % _NOON + _NOON)
        yield match.span(), tuple(f"{each:02}:{minutes}" for each in hours)
