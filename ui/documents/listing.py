"""What the list of documents shows: entries made from the register, searched, filtered, sorted and cut into pages.

Pure functions; a collection may have tens of thousands of documents.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

from ingest.removal import full_path
from qa.store.records import RegisterRow, read_by_this_release
from qa.store.where import day_of, ending_of, said_day

# "stale" was read by an earlier release, which may have found less in it.
State = Literal["ready", "incomplete", "stale", "failed"]
STATES: tuple[State, ...] = ("ready", "incomplete", "stale", "failed")
Order = Literal["title", "kind", "size", "pages", "passages", "date", "ingested", "state", "place"]
ORDERS: tuple[Order, ...] = ("title", "place", "date", "ingested", "kind", "size", "pages", "passages", "state")
# What most people want to see first of these is the largest or newest.
DESCENDING: frozenset[Order] = frozenset({"date", "ingested", "size", "pages", "passages"})
PAGE = 25

_INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a document, a source that could not be read, or both where only an older version was read.

    Attributes:
        document: Its id.
        source: Path within its folder, or address.
        title: What it is called; the file's name where it has no title.
        kind: Ending of its file name, else its media type; "" if neither is known.
        size: Bytes of its file.
        passages: Chunks that are stored of it.
        day: That it states, else that of its file's last change.
        is_day_said: Whether it states one.
        ingested: When it was stored, or could not be read.
        state: Whether all of it is there.
        reason: Why not, in words.
        language: ISO 639-1 code, "" if none was recognised.
        row: The stored version, None if nothing is stored.
        failure: The record of what could not be read, None if nothing failed.
    """

    document: str
    source: str
    title: str
    kind: str
    size: int
    passages: int
    day: date
    ingested: datetime
    state: State
    reason: str
    language: str
    is_day_said: bool = True
    row: RegisterRow | None = field(default=None, repr=False)
    failure: RegisterRow | None = field(default=None, repr=False)

    @property
    def folder(self) -> str:
        """The folder that it lies in, or that of the file around it; "" for one without."""
        return self.source.partition("!/")[0].rpartition("/")[0]

    @property
    def inside(self) -> str:
        """The source that it is a part of, such as a mail; "" for a file of its own."""
        row = self.row or self.failure
        return row.metadata.get(_INSIDE, "") if row else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of the list; an empty value leaves nothing out."""

    words: str = ""
    kinds: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    order: Order = "title"
    descending: bool = False

    @property
    def is_limited(self) -> bool:
        """Whether anything may be left out."""
        return bool(self.words.strip() or self.kinds or self.folders or self.languages or self.states)


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from, with the number of entries of each; folders are those at the top."""

    kinds: Mapping[str, int]
    folders: Mapping[str, int]
    languages: Mapping[str, int]
    states: Mapping[str, int]


def entries(documents: Iterable[RegisterRow], failures: Iterable[RegisterRow]) -> list[Entry]:
    """Return what the list is made of, in no order; of a source that failed since, the stored version stays."""
    failed = {row.document_id: row for row in failures}
    found = [_entry(row, failed.pop(row.document_id, None)) for row in documents]
    return [*found, *(_entry(None, row) for row in failed.values())]


def chosen(found: Iterable[Entry], wanted: Wanted, pages: Mapping[str, int] | None = None) -> list[Entry]:
    """Return the entries that somebody wants to see, in order.

    Args:
        found: All entries.
        wanted: Every word must stand in the title, the source or the reason, whatever its case.
        pages: How many pages the documents have, by id; only needed to sort by them.
    """
    words = wanted.words.casefold().split()
    tests: list[Callable[[Entry], bool]] = []
    if words:
        tests.append(lambda entry: _holds(entry, words))
    if wanted.kinds:
        tests.append(lambda entry: entry.kind in wanted.kinds)
    if wanted.folders:
        tests.append(lambda entry: top_folder(entry) in wanted.folders)
    if wanted.languages:
        tests.append(lambda entry: entry.language in wanted.languages)
    if wanted.states:
        tests.append(lambda entry: entry.state in wanted.states)
    passing = [entry for entry in found if all(test(entry) for test in tests)]
    # Of equal ones, those whose name comes first.
    passing.sort(key=lambda entry: (_natural(entry.title), entry.source))
    if wanted.order != "title" or wanted.descending:
        passing.sort(key=_key(wanted.order, pages or {}), reverse=wanted.descending)
    return passing


def choices(found: Iterable[Entry]) -> Choices:
    """Count what there is to choose from, the most frequent first."""
    kinds, folders, languages, states = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for entry in found:
        kinds[entry.kind] += 1
        folders[top_folder(entry)] += 1
        languages[entry.language] += 1
        states[entry.state] += 1
    for counts in (kinds, folders, languages):
        counts.pop("", None)
    return Choices(*(dict(counts.most_common()) for counts in (kinds, folders, languages, states)))


def page_count(entries: int) -> int:
    """Return how many pages a list has, at least one."""
    return max(1, -(-entries // PAGE))


def page_of(found: Sequence[Entry], number: int) -> Sequence[Entry]:
    """Return one page of a list, the nearest there is; they are counted from 1."""
    number = min(max(1, number), page_count(len(found)))
    return found[(number - 1) * PAGE : number * PAGE]


def with_parts(picked: Iterable[Entry], found: Iterable[Entry]) -> list[Entry]:
    """Return these entries and all that lies inside them: a mail goes with its attachments."""
    own = {entry.document: entry for entry in picked}
    sources = {entry.source for entry in own.values()}
    parts = {entry.document: entry for entry in found if entry.inside in sources}
    return list((own | parts).values())


def top_folder(entry: Entry) -> str:
    """Return the first folder of a source, the host of a web address, or "" where it has none."""
    scheme, separator, rest = entry.source.partition("://")
    if separator:
        return f"{scheme}://{rest.partition('/')[0]}"
    folder, separator, _ = entry.source.partition("/")
    return folder if separator else ""


def file_of(entry: Entry) -> str:
    """Return the full path or the address of the file that an entry comes from; "" where none is known."""
    row = entry.row or entry.failure
    return full_path(row) if row else ""


def _entry(row: RegisterRow | None, failure: RegisterRow | None) -> Entry:
    known = row or failure
    if known is None:
        raise ValueError("an entry is a document or a failure")
    gaps = row.metadata.get("gaps", "") if row else ""
    state: State = "ready"
    if failure:
        state = "failed"
    elif gaps:
        state = "incomplete"
    elif not read_by_this_release(known.version):
        state = "stale"
    newest = failure or known
    return Entry(
        document=known.document_id,
        source=known.source,
        title=known.title.strip() or known.source.rpartition("/")[2] or known.source,
        kind=ending_of(known) or known.media_type,
        size=newest.size,
        passages=row.chunk_count if row else 0,
        day=day_of(known),
        ingested=_moment(newest.ingested_at),
        state=state,
        reason=failure.error if failure else gaps,
        language=known.metadata.get("language", ""),
        is_day_said=said_day(known) is not None,
        row=row,
        failure=failure,
    )


def _moment(microseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(microseconds / 1_000_000)
    except (ValueError, OverflowError, OSError):
        return datetime.min


def _holds(entry: Entry, words: Sequence[str]) -> bool:
    text = f"{entry.title}\n{entry.source}\n{entry.reason}".casefold()
    return all(word in text for word in words)


@lru_cache(maxsize=200_000)
def _natural(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Return a key by which "page 9" comes before "page 10", whatever the case."""
    parts = re.split(r"(\d{1,18})", text.casefold())
    return tuple(
        (True, 0, part) if number % 2 == 0 else (False, int(part), "") for number, part in enumerate(parts) if part
    )


def _key(order: Order, pages: Mapping[str, int]) -> Callable[[Entry], Any]:
    keys: dict[Order, Callable[[Entry], Any]] = {
        "title": lambda entry: _natural(entry.title),
        "place": lambda entry: _natural(entry.source),
        "kind": lambda entry: entry.kind,
        "size": lambda entry: entry.size,
        "pages": lambda entry: pages.get(entry.document, 0),
        "passages": lambda entry: entry.passages,
        "date": lambda entry: entry.day,
        "ingested": lambda entry: entry.ingested,
        "state": lambda entry: -STATES.index(entry.state),
    }
    return keys[order]


def without(found: Iterable[Entry], documents: Iterable[str]) -> list[Entry]:
    """Return all entries but those of these documents."""
    gone = set(documents)
    return [entry for entry in found if entry.document not in gone]


def flipped(wanted: Wanted, order: Order) -> Wanted:
    """Return what is wanted when somebody chooses an order: the other way round where it is the one already."""
    if order == wanted.order:
        return replace(wanted, descending=not wanted.descending)
    return replace(wanted, order=order, descending=order in DESCENDING)
