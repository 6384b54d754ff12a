"""The day of each document, and what tells it: what it states, the head of its text, or its file's last change."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from qa.answering.routes.mentions import first_chunks
from qa.retrieval.retrieve import Retriever
from qa.store.records import RegisterRow
from qa.store.where import day_of
from qa.text.dates import stated_day
from qa.text.periods import DATE, period

# What a document has that states no day and whose source keeps none.
_NO_DAY = date(1970, 1, 2)
# A letter's day stands above its text; a day further down is one that it speaks of.
_HEAD_CHARACTERS, _HEAD_LINES = 700, 12
_LONGEST_LINE_WORDS = 9
_FULL_DAY = re.compile(rf"(?<![\w.])(?=[^\n]{{0,24}}(?:19|20)\d\d)(?P<day>{DATE})(?![\w])", re.IGNORECASE)
_HAS_DAY = re.compile(r"\d{1,2}\D+(?:19|20)\d\d|[^\W\d]+\.? \d{1,2}\D|(?:19|20)\d\d-\d{1,2}-\d{1,2}")
_LABEL = re.compile(
    r"\b(?:date|dated|datum|stand|status|as of|valid from|gültig (?:ab|seit)|version|revision|updated|published|issued|"
    r"document|reference|author|autor|minutes|protokoll|from|von|vom|closed|concluded|agreement|geschlossen|made on|"
    r"entered into)\b",
    re.IGNORECASE,
)
# "Thursday 14 November 2024, 10:00 to 12:20, Quay House": a line that begins with its day.
_WEEKDAY = re.compile(
    r"\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)?\W*",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"\b(?:born|birth|geboren|geb|died|gestorben|until|deadline|due|expires?|ends?|payable|zahlbar|bis|fällig|frist|"
    r"endet|next)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A document's day.

    Attributes:
        day: The day.
        by: Whether it is stated by the document or its file's name, stands in its text, is that of the file's last
            change, or that of its ingest.
    """

    day: date
    by: Literal["stated", "text", "file", "ingest"]

    @property
    def is_own(self) -> bool:
        """Whether the document itself tells it."""
        return self.by in ("stated", "text")

    @property
    def is_known(self) -> bool:
        """Whether there is one at all: some sources keep none."""
        return self.day > _NO_DAY


async def days_of(rows: Sequence[RegisterRow], retriever: Retriever, *, stored: bool = False) -> Mapping[str, Dated]:
    """Return the day of each document by id; `stored` for those on which they were ingested.

    Where neither the document nor its file's name states one, the head of its text is read.
    """
    if stored:
        return {row.document_id: Dated(ingested_on(row).date(), "ingest") for row in rows}
    found: dict[str, Dated] = {}
    silent = []
    for row in rows:
        if day := stated_day(row.source, row.metadata):
            found[row.document_id] = Dated(day, "stated")
        else:
            silent.append(row)
            found[row.document_id] = Dated(day_of(row), "file")
    async for chunk in first_chunks(silent, retriever):
        # The first row of a table has a day of its own.
        if not chunk.metadata.get("rows") and (head := day_in_head(chunk.text)):
            found[chunk.document_id] = Dated(head, "text")
    return found


def ingested_on(row: RegisterRow) -> datetime:
    """Return when a document was ingested, by local time."""
    return datetime.fromtimestamp(row.ingested_at / 1_000_000, UTC).astimezone()


def day_in_head(text: str) -> date | None:
    """Return the day that the head of a text gives it, None where it gives none: a line of little else, or a label."""
    for line in text[:_HEAD_CHARACTERS].splitlines()[:_HEAD_LINES]:
        for match in _FULL_DAY.finditer(line):
            said = match["day"]
            around = line[max(0, match.start() - 40) : match.start()]
            if not _HAS_DAY.search(said) or _OTHER_DAY.search(around):
                continue
            begins = _WEEKDAY.fullmatch(line[: match.start()]) or line.startswith("#")
            if len(line.split()) > _LONGEST_LINE_WORDS and not begins and not _LABEL.search(line):
                continue
            if found := period(said):
                return found.last if found.first == found.last else None
    return None
