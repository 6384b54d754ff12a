"""The day of each document, and what tells it: what it states, the head of its text, or its file's last change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from qa.answering.routes.holdings.mentions import first_chunks
from qa.retrieval.retrieve import Retriever
from qa.store.records import RegisterRow
from qa.store.where import day_of
from qa.text.dates import sent_day, stated_day, written_day
from qa.text.head_day import day_in_head

# What a document has that states no day and whose source keeps none.
_NO_DAY = date(1970, 1, 2)


@dataclass(frozen=True, slots=True)
class Dated:
    """A document's day.

    Attributes:
        day: The day.
        by: Whether it is stated by the document, its file's name or the mail that holds it, stands in its text, is that
            of the file's last change, or that of its ingest.
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

    Where neither the document nor its file's name states one, it is that at the head of its text. That is read
    here only if an earlier release ingested the document, or if there is none.
    """
    if stored:
        return {row.document_id: Dated(ingested_on(row).date(), "ingest") for row in rows}
    found: dict[str, Dated] = {}
    silent = []
    for row in rows:
        if day := stated_day(row.source, row.metadata):
            found[row.document_id] = Dated(day, "stated")
        elif (day := written_day(row.metadata)) and day <= ingested_on(row).date() + timedelta(days=1):
            found[row.document_id] = Dated(day, "text")
        elif day := sent_day(row.metadata):
            found[row.document_id] = Dated(day, "stated")
        else:
            silent.append(row)
            found[row.document_id] = Dated(day_of(row), "file")
    read_on = {row.document_id: ingested_on(row).date() for row in silent}
    async for chunk in first_chunks(silent, retriever):
        # The first row of a table has a day of its own.
        if not chunk.metadata.get("rows") and (head := day_in_head(chunk.text, until=read_on[chunk.document_id])):
            found[chunk.document_id] = Dated(head, "text")
    return found


def ingested_on(row: RegisterRow) -> datetime:
    """Return when a document was ingested, by local time."""
    return datetime.fromtimestamp(row.ingested_at / 1_000_000, UTC).astimezone()
