"""What a question is limited to, in words: as chips, and as what is typed into fields. Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from qa.errors import QuestionError
from qa.lazy_regex import lazy_regex
from qa.store.where import Facets, Filter, meant_source
from qa.text.dates import read_day, span
from qa.types import Answer
from ui.web.language import language_name, t

if TYPE_CHECKING:
    from qa.store.records import RegisterRow

_PARTS = lazy_regex(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2}))?|(?P<month_first>\d{1,2})[./](?P<year_last>\d{4})")
_MOST_SHOWN = 48


@dataclass(frozen=True, slots=True)
class Chip:
    """One limit: what it says, and the filter that is left without it."""

    key: str
    label: str
    without: Filter


def chips(limits: Filter) -> list[Chip]:
    """Return what a filter holds, each limit by itself."""
    return list(_chips(limits))


def said(limits: Filter) -> str:
    """Return a filter in a line, "" for one that lets everything through."""
    return " · ".join(chip.label for chip in _chips(limits))


def in_words(answer: Answer, limits: Filter) -> Answer:
    """Return an answer that says what it was limited to as the pages do, where that is what its question was."""
    return replace(answer, where=said(limits)) if answer.where and answer.where == str(limits) else answer


def _chips(limits: Filter) -> Iterator[Chip]:
    for name, label in (
        ("sources", t("in {value}", value="\0")),
        ("titles", t("title: {value}", value="\0")),
        ("documents", t("document: {value}", value="\0")),
        ("types", t("type: {value}", value="\0")),
        ("languages", t("language: {value}", value="\0")),
    ):
        values: tuple[str, ...] = getattr(limits, name)
        for number, value in enumerate(values):
            rest = values[:number] + values[number + 1 :]
            without = replace(limits, **{name: rest})  # type: ignore[arg-type]
            shown = language_name(value) if name == "languages" else value
            yield Chip(f"{name}-{number}", label.replace("\0", shortened(shown)), without)
    for number, (name, held) in enumerate(limits.metadata):
        without = replace(limits, metadata=limits.metadata[:number] + limits.metadata[number + 1 :])
        yield Chip(f"metadata-{number}", f"{name}: {shortened(_either(held))}", without)
    if limits.since:
        yield Chip("since", t("from {day}", day=limits.since), replace(limits, since=None))
    if limits.until:
        yield Chip("until", t("until {day}", day=limits.until), replace(limits, until=None))
    for number, other in enumerate(limits.without):
        without = replace(limits, without=limits.without[:number] + limits.without[number + 1 :])
        yield Chip(f"without-{number}", t("not {value}", value=shortened(str(other))), without)


def day_of(text: str, *, is_last: bool) -> date | None:
    """Return the day that a field states, None for an empty one. Of a month or a year it is the first or the last.

    Args:
        text: Such as "2024-03-31", "31.3.2024", "March 31, 2024", "2024-03", "3/2024", "2024".
        is_last: Whether the last day of a month or a year is meant.

    Raises:
        QuestionError: It states none, or one that no calendar has.
    """
    typed = " ".join(text.split())
    if not typed:
        return None
    if day := read_day(typed):
        return day
    match = _PARTS.fullmatch(typed)
    try:
        if match:
            month = match["month"] or match["month_first"]
            if month and not int(month):
                raise ValueError("a month is at least 1")  # "2024-0" is not typed to its end, and is no year
            first, last = span(int(match["year"] or match["year_last"]), int(month or 0))
            return last if is_last else first
    except ValueError:
        pass
    raise QuestionError(t("“{text}” is not a date; write 2024-03-31, 2024-03 or 2024", text=shortened(typed)))


def check_days(limits: Filter, held: Facets | None) -> None:
    """Refuse days between which there can be no document.

    Args:
        limits: What is asked for.
        held: What the collection has, None where nobody knows yet.

    Raises:
        QuestionError: No document passes, whatever it is.
    """
    since, until = limits.since, limits.until
    if since and until and since > until:
        raise QuestionError(
            t(
                "no document is from {since} or later and from {until} or earlier; change one of them",
                since=since,
                until=until,
            )
        )
    if held is None or held.first is None or held.last is None:
        return
    if (since and since > held.last) or (until and until < held.first):
        wanted = (
            t("from {day} or later", day=since)
            if since and since > held.last
            else t("from {day} or earlier", day=until)
        )
        raise QuestionError(
            t(
                "no document is {wanted}: they are from {first} to {last}; change the date",
                wanted=wanted,
                first=held.first,
                last=held.last,
            )
        )


def check_sources(limits: Filter, rows: "Sequence[RegisterRow]") -> None:
    """Refuse a folder, a file or a pattern that no document lies in, is called or fits.

    Args:
        limits: What is asked for.
        rows: What the collection holds; where it holds nothing yet, nothing is refused.

    Raises:
        QuestionError: There is one; its message names what may be meant.
    """
    for value in limits.sources if rows else ():
        if any(Filter(sources=(value,)).matches(row) for row in rows):
            continue
        text = shortened(value)
        if meant := meant_source(value, rows):
            raise QuestionError(t("no document here is in “{text}”; did you mean “{meant}”?", text=text, meant=meant))
        folders = (row.source.partition("/")[0] for row in rows if "://" not in row.source)
        folder = min(filter(None, folders), default="*.pdf")
        raise QuestionError(
            t(
                "no document here is in “{text}”; write a folder, a file or a pattern, such as “{folder}”",
                text=text,
                folder=folder,
            )
        )


def sources_of(text: str) -> tuple[str, ...]:
    """Return the folders, files and patterns of a field, which a semicolon parts."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def offered(held: Sequence[str], now: Sequence[str]) -> list[str]:
    """Return what there is to choose from: what the collection holds, and what was chosen when it held more."""
    return list(dict.fromkeys((*held, *now)))


def _either(values: Sequence[str]) -> str:
    return t(" or ").join(values)


def shortened(text: str) -> str:
    """Return a text as one line that is not too long for a chip."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_SHOWN else f"{line[: _MOST_SHOWN // 2]}…{line[-_MOST_SHOWN // 2 + 1 :]}"
