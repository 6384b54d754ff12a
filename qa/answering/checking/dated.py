"""The dates of a text as days on a line, each with the words that it belongs to. Pure functions."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qa.answering.checking.fit import Text
from qa.answering.checking.owners import words_of
from qa.answering.checking.tokens import Token

_PARTS = ("day", "month", "year")
_FIRST_MONTH, _LAST_MONTH, _LAST_DAY = 1, 12, 31


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a text.

    Attributes:
        first: The first day that it may be, as an ordinal.
        last: The last one.
        year: Its own, or of the date before it.
        token: Its first token.
        end: Offset behind its last one.
        words: Keys of what it belongs to, with how surely each does.
    """

    first: int
    last: int
    year: int
    token: Token
    end: int
    words: dict[str, float]


def dates(text: Text) -> list[Dated]:
    """Return the dates of a text in order; one without a year has that of the date before it, or else the next."""
    groups = list(_groups(text))
    years = [next((int(token.key) for token in group if token.kind == "year"), 0) for _, group in groups]
    known = next((year for year in years if year), 0)
    found = []
    owned = words_of(text, [place for place, _ in groups])
    for (_, group), year, words in zip(groups, years, owned, strict=True):
        known = year or known
        if known and (days := _days(group, known)):
            found.append(Dated(*days, known, group[0], group[-1].end, words))
    return found


def _groups(text: Text) -> Iterator[tuple[int, list[Token]]]:
    """Yield the place and the tokens of each date: "June 8, 2018" has three."""
    place, group = 0, list[Token]()
    for at, token in enumerate(text.tokens):
        if token.kind not in _PARTS or token.aside:
            continue
        joins = group and token.kind not in {each.kind for each in group} and token.sentence == group[0].sentence
        if joins and at - place <= len(group):
            group.append(token)
            continue
        if group:
            yield place, group
        place, group = at, [token]
    if group:
        yield place, group


def _days(group: Sequence[Token], year: int) -> tuple[int, int] | None:
    """Return the first and the last day that a date may be, None where it names no month and no year."""
    parts = {token.kind: int(token.value or token.key) for token in group}
    if "month" not in parts and "year" not in parts:
        return None
    months = [parts["month"]] * 2 if "month" in parts else [_FIRST_MONTH, _LAST_MONTH]
    last = calendar.monthrange(year, months[1])[1]
    one, other = (parts["day"], parts["day"]) if "day" in parts and "month" in parts else (1, _LAST_DAY)
    return date(year, months[0], min(one, last)).toordinal(), date(year, months[1], min(other, last)).toordinal()
