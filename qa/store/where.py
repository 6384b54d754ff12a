"""Which documents a question is put to: a filter as a value, made from words, and what passes it. Pure functions."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from qa.errors import FilterError
from qa.lazy_regex import lazy_regex
from qa.text.dates import sent_day, stated_day, written_day
from qa.text.nearest import did_you_mean, nearest

if TYPE_CHECKING:
    from qa.store.records import RegisterRow

_CONDITION = lazy_regex(r"\s*([A-Za-z_][\w-]*)\s*(!=|>=|<=|=|>|<)\s*(.*?)\s*", re.DOTALL)
# What the register keeps about where a file lay; nobody has to know these words.
_OF_THE_MACHINE = frozenset({"root", "single"})
# A pattern, or what no expression may hold: control characters and halves of surrogate pairs.
_PATTERN = lazy_regex(r"[*?\[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DAY = lazy_regex(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_NAMES = {"source": "sources", "title": "titles", "document": "documents", "type": "types", "language": "languages"}
_SHOWN_VALUES = 8
# They are compared one by one: 30 ms for so many.
_MOST_COMPARED = 2_000
# More than anybody types. What is made of them is matched with every document.
_MOST_CONDITIONS, _MOST_CHARACTERS = 1_000, 2_000


@dataclass(frozen=True, slots=True)
class Filter:
    """What a document must be. Of several values under one name any will do; every name must hold.

    Values match whatever their case, except those of `sources` and `documents`. In all but `documents`, `*` stands for
    any characters, `?` for one, `[ab]` for one of these.

    Attributes:
        sources: Paths or addresses as citations show them, of a document, a folder above it or a file that contains it;
            names of files; full paths on this machine; or patterns of these.
        titles: Titles.
        documents: Ids.
        types: Media types ("application/pdf", "text/*") or endings of file names ("pdf").
        languages: ISO 639-1 codes ("de") of what an ingest recognised.
        since: First day, by the date that a document states (as a mail does), else the date in its file name, else the
            day when the file was modified.
        until: Last day, included.
        metadata: Names and values of what a document states about itself ("from" of a mail).
        without: Filters of which none may match.
    """

    sources: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    metadata: tuple[tuple[str, tuple[str, ...]], ...] = ()
    without: tuple["Filter", ...] = ()

    def __bool__(self) -> bool:
        """Tell whether it leaves out anything."""
        return any(getattr(self, field.name) for field in fields(self))

    def matches(self, row: "RegisterRow") -> bool:
        """Tell whether a document passes."""
        return (
            _any(self.sources, lambda value: _is_source(value, row))
            and _any(self.titles, lambda value: _alike(row.title, value))
            and (not self.documents or row.document_id in self.documents)
            and _any(self.types, lambda value: _is_type(value, row))
            and _any(self.languages, lambda value: _alike(row.metadata.get("language", ""), value))
            and (self.since is None or day_of(row) >= self.since)
            and (self.until is None or day_of(row) <= self.until)
            and all(
                _any(values, lambda value, name=name: _alike(row.metadata.get(name, ""), value))  # type: ignore[misc]
                for name, values in self.metadata
            )
            and not any(other.matches(row) for other in self.without)
        )

    def __str__(self) -> str:
        """Return it in the words of `parse_filter`, for the reader."""
        parts = [f"{name} {_either(getattr(self, field))}" for name, field in _NAMES.items() if getattr(self, field)]
        parts += [f"{name} {_either(values)}" for name, values in self.metadata]
        parts += [f"since {self.since}"] if self.since else []
        parts += [f"until {self.until}"] if self.until else []
        parts += [f"not {other}" for other in self.without]
        return ", ".join(parts)


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to choose from: documents by type (the file ending) and language, most frequent first, and days."""

    documents: int
    chunks: int
    types: Mapping[str, int]
    languages: Mapping[str, int]
    first: date | None = None
    last: date | None = None


def facets(rows: Sequence["RegisterRow"]) -> Facets:
    """Count what documents there are."""
    types = Counter(ending_of(row) or row.media_type for row in rows)
    languages = Counter(language for row in rows if (language := row.metadata.get("language", "")))
    days = [day_of(row) for row in rows]
    return Facets(
        documents=len(rows),
        chunks=sum(row.chunk_count for row in rows),
        types=_most_first(types),
        languages=_most_first(languages),
        first=min(days, default=None),
        last=max(days, default=None),
    )


def parse_filter(conditions: Iterable[str]) -> Filter:
    """Make a filter from conditions such as "type=pdf", "source!=drafts/*", "date>=2024-03".

    The names are source, title, document, type, language and date, and any other is one of a document's own metadata.
    Conditions with "=" under one name are alternatives; all else must hold. A date is a day, a month or a year.

    Raises:
        FilterError: A condition cannot be read; the message says why.
    """
    wanted: dict[str, tuple[str, ...]] = {}
    without: list[Filter] = []
    since, until = date.min, date.max
    for number, condition in enumerate(conditions, 1):
        if number > _MOST_CONDITIONS or len(condition) > _MOST_CHARACTERS:
            raise FilterError(
                f"too much is asked of the documents: at most {_MOST_CONDITIONS:,} conditions of {_MOST_CHARACTERS:,} "
                "characters; name a folder or a pattern such as source=mail/* instead"
            )
        match = _CONDITION.fullmatch(condition)
        if not match or not match[3]:
            raise FilterError(f'"{condition}" is not a condition; write NAME=VALUE, such as type=pdf or date>=2024-03')
        name, sign, value = match[1].lower(), match[2], match[3]
        if name == "date":
            first, last = _days(value)
            if sign == "!=":
                without.append(Filter(since=first, until=last))
                continue
            after = {"=": first, ">=": first, ">": last + timedelta(1)}.get(sign, date.min)
            before = {"=": last, "<=": last, "<": first - timedelta(1)}.get(sign, date.max)
            since, until = max(since, after), min(until, before)
        elif sign == "=":
            wanted[name] = (*wanted.get(name, ()), value)
        elif sign == "!=":
            without.append(_named({name: (value,)}))
        else:
            meant = did_you_mean(name, ["date"]) or f"; write {name}={value} or {name}!={value}"
            raise FilterError(f'"{condition}": {sign} works only with date{meant}')
    if since > until:
        raise FilterError(f"no day is both from {since} and until {until}; change one of the dates")
    return replace(
        _named(wanted),
        since=None if since == date.min else since,
        until=None if until == date.max else until,
        without=tuple(without),
    )


def day_of(row: "RegisterRow") -> date:
    """Return a document's day: what it or its file's name states, else what its head does, else its file's last change.

    An attachment has no change of its own: before that comes the day of its mail. The last change is by local time.
    """
    return said_day(row) or changed_on(row.modified)


def said_day(row: "RegisterRow") -> date | None:
    """Return the day that a document, its file's name, its head or its mail states; None where none of them does."""
    return stated_day(row.source, row.metadata) or written_day(row.metadata) or sent_day(row.metadata)


def changed_on(modified: int) -> date:
    """Return the day of a time in microseconds since 1970; file systems hold years that calendars don't."""
    try:
        return datetime.fromtimestamp(modified / 1_000_000).date()
    except (ValueError, OverflowError, OSError):
        return date.max if modified > 0 else date.min


def ending_of(row: "RegisterRow") -> str:
    """Return the ending of a document's file name in lower case; "" if it has none."""
    return PurePosixPath(row.source).suffix.removeprefix(".").lower()


def no_match(where: Filter, rows: Sequence["RegisterRow"], collection: str) -> FilterError:
    """Return the error for a filter that lets no document through, with the values there are instead."""
    there, strange = [], []
    if where.types:
        there.append(_listed("types", (ending_of(row) or row.media_type for row in rows)))
    if where.languages:
        there.append(_listed("languages", (row.metadata.get("language", "") for row in rows)))
    if where.sources:
        there.append(_listed("folders", (row.source.partition("/")[0] for row in rows)))
        for value in where.sources:
            name = meant_source(value, rows)
            is_other = name and name != value.strip().strip("/")
            strange += [f'; did you mean "{name}"?'] if is_other else []
    for name, _ in where.metadata:
        if not any(name in row.metadata for row in rows):
            known = {key for row in rows for key in row.metadata} - _OF_THE_MACHINE
            meant = did_you_mean(name, {*_NAMES, "date", *known})
            strange.append(f'; none has "{name}"{meant or _listed("; there are", known)}')
    if (where.since or where.until) and rows:
        there.append(f"days from {min(map(day_of, rows))} to {max(map(day_of, rows))}")
    hint = "; ".join(filter(None, there))
    found = f"; there are {hint}" if hint else ""
    return FilterError(f'no document of "{collection}" matches {where}{found}{"".join(strange)}')


def meant_source(value: str, rows: Iterable["RegisterRow"]) -> str:
    """Return the folder or file that a value of `sources` may have meant, with all above it; "" where none is like it.

    A folder's name alone means one at the top: "mail" may have meant "data/mail".
    """
    paths = {path for row in rows for path in _paths(row.source)}
    wanted = value.strip().strip("/")
    ends = [path for path in paths if wanted and f"/{path.casefold()}".endswith(f"/{wanted.casefold()}")]
    if ends:
        return min(ends, key=lambda path: (path.count("/"), path))
    if _PATTERN.search(value) or len(paths) > _MOST_COMPARED:
        return ""
    if path := nearest(wanted, paths):
        return path
    name = nearest(_name(wanted), map(_name, paths))
    return min((path for path in paths if name and _name(path) == name), default="")


def _paths(source: str) -> Iterator[str]:
    """Yield a document's source, and each folder above it."""
    while source:
        yield source
        source = source.rpartition("/")[0]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _named(values: Mapping[str, tuple[str, ...]]) -> Filter:
    own: dict[str, Any] = {_NAMES[name]: given for name, given in values.items() if name in _NAMES}
    return Filter(**own, metadata=tuple((name, given) for name, given in values.items() if name not in _NAMES))


def _days(value: str) -> tuple[date, date]:
    """Return the first and the last day of a day, a month or a year."""
    match = _DAY.fullmatch(value)
    try:
        if match:
            year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
            first = date(year, month or 1, day or 1)
            if day:
                return first, first
            following = date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
            return first, following - timedelta(1)
    except (ValueError, OverflowError):
        pass
    raise FilterError(f'"{value}" is not a date; write 2024-03-31, 2024-03 or 2024')


def _any(values: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return not values or any(holds(value) for value in values)


def _alike(text: str, pattern: str) -> bool:
    return bool(text) and fnmatchcase(text.casefold(), pattern.casefold())


def _is_source(value: str, row: "RegisterRow") -> bool:
    source, path = row.source, plain_path(value)
    if path is not None:
        return beneath(source, path)
    if beneath(source, value) or source.rpartition("/")[2] == value:
        return True
    folder = row.metadata.get("root", "")
    full = f"{folder}/{source.partition('/')[2]}" if folder else source
    return any(fnmatchcase(text, value) for text in (source, full, source.rpartition("/")[2])) or beneath(
        full, value.rstrip("/")
    )


def plain_path(value: str) -> str | None:
    """Return a path with a folder as sources have it; None for a bare name, a pattern, or a full path of a machine."""
    path = value.removeprefix("./").rstrip("/")
    is_address = re.match(r"\w+://", path)
    if _PATTERN.search(path) or "/" not in path or (path.startswith("/") and not is_address):
        return None
    return path


def folder_of(value: str) -> str | None:
    """Return the folder of a pattern that any path below it matches, such as "mail/*"; None for any other value."""
    folder = value.removesuffix("/*")
    if folder == value or not folder or folder.startswith(("/", "./")) or _PATTERN.search(folder):
        return None
    return folder


def beneath(source: str, path: str) -> bool:
    """Tell whether a source is this path, or lies in this folder or inside this file."""
    return source == path or source.startswith((f"{path}/", f"{path}!/"))


def _is_type(value: str, row: "RegisterRow") -> bool:
    if "/" in value:
        return _alike(row.media_type, value)
    value = value.removeprefix(".")
    return _alike(ending_of(row), value) or _alike(row.media_type.rpartition("/")[2], value)


def _either(values: Sequence[str]) -> str:
    return " or ".join(values)


def _listed(what: str, values: Iterable[str]) -> str:
    found = sorted(set(filter(None, values)))
    if not found:
        return ""
    shown = ", ".join(found[:_SHOWN_VALUES]) + (", …" if len(found) > _SHOWN_VALUES else "")
    return f"{what} {shown}"
