"""The answer that counts documents and lists them, each with its footnote and its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.holdings.days import Dated, days_of
from qa.answering.routes.holdings.mentions import first_chunks, shown
from qa.answering.routes.route import Asked, Parts
from qa.answering.routes.stated.stated import Stated
from qa.answering.saying.phrases import Phrases
from qa.store.records import RegisterRow
from qa.types import Answer, Chunk, Search, Statement, Trace

LISTED = 50
"""Documents that an answer lists; that there are more it says."""
_KNOWN_NAMES = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a question about the collection.

    Attributes:
        rows: In the order in which they are listed.
        said: One sentence that says what they are.
        more: What the reader should know besides.
        phrases: What their footnotes should show.
        beside: What is said of a document behind its title, by id.
        days: The day of each by id, where it is known already.
        stated: What each states of what was asked, by id: its sentence is shown.
        is_all: Whether nothing is missing: False where something cannot be counted.
    """

    rows: Sequence[RegisterRow]
    said: str
    more: Sequence[str] = ()
    phrases: tuple[str, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, Dated] = field(default_factory=dict)
    stated: Mapping[str, Stated] = field(default_factory=dict)
    is_all: bool = True


async def listing(asked: Asked, parts: Parts, found: Found, say: Phrases) -> Answer:
    """Return the answer that says how many there are and lists them, each with its footnote."""
    rows = list(found.rows)
    listed = rows[:LISTED]
    days = found.days or ({} if found.stated else await days_of(listed, parts.retriever))
    notes = Footnotes()
    places: Mapping[str, tuple[Chunk, tuple[tuple[int, int], ...]]]
    if found.stated:
        held = [found.stated[row.document_id] for row in listed]
        places = {one.chunk.document_id: (one.chunk, ((one.start, one.end),)) for one in held}
    elif found.phrases:
        places = await shown(found.phrases, listed, parts.retriever, language=parts.language)
    else:
        chunks: dict[str, Chunk] = {chunk.document_id: chunk async for chunk in first_chunks(listed, parts.retriever)}
        places = {document: (chunk, ()) for document, chunk in chunks.items()}
    lines, statements = [], []
    for row in listed:
        chunk, spans = places.get(row.document_id, (None, ()))
        numbers = (notes.number(chunk, *spans),) if chunk else ()
        if (said := found.stated.get(row.document_id)) is not None:
            shown_value = _valued(said, say)
            lines.append(f"- {_titled(row)}: {shown_value}{marked(numbers)}")
            statements.append(Statement(f"{_titled(row)}: {shown_value}", numbers))
            continue
        text = ", ".join(
            filter(
                None, (_titled(row), found.beside.get(row.document_id, ""), _day(row, days.get(row.document_id), say))
            )
        )
        lines.append(f"- {text}{marked(numbers)}")
        statements.append(Statement(text, numbers))
    every = tuple(range(1, len(notes.chunks) + 1))
    text = "\n".join([found.said, *([""] if lines else []), *lines, *cut(len(rows), say)])
    more = " ".join(filter(None, found.more))
    if more:
        text = f"{text}\n\n{more}"
    answer = put_together(
        asked.question, asked.text, text, [Statement(found.said, every), *statements], notes, found=found.is_all
    )
    return traced(answer, asked, len(rows))


def _valued(stated: Stated, say: Phrases) -> str:
    """Return the sentence in which a document states a value; a day that was reckoned stands behind it."""
    text = one_line(stated.sentence)
    if stated.reckoned and isinstance(stated.value, date):
        return say("{sentence} (reckoned from its own day: {day})", sentence=text, day=say.day(stated.value))
    return text


def traced(answer: Answer, asked: Asked, found: int) -> Answer:
    """Return an answer with what was looked through for it."""
    return replace(answer, trace=Trace(searches=(Search(asked.text, str(asked.where), found, asked_by="rule"),)))


def cut(count: int, say: Phrases) -> list[str]:
    """Return the line that says how many are not listed, none where all are."""
    if count <= LISTED:
        return []
    left = count - LISTED
    return [
        say("… and {left} more documents that are not listed here; --where or “in the folder …” narrows it.", left=left)
    ]


def counted(rows: Sequence[RegisterRow], say: Phrases) -> str:
    """Return how many documents there are: "No document", "1 document", "2 documents"."""
    return say.many("{n} document", "{n} documents", len(rows)) if rows else say("No document")


def counted_of(rows: Sequence[RegisterRow], say: Phrases) -> str:
    """Return the same behind a noun: "of the 2 documents"."""
    return say.many("of the {n} document", "of the {n} documents", len(rows))


def passages(rows: Sequence[RegisterRow], say: Phrases) -> str:
    """Return how many passages they have."""
    return say.many("{n} passage", "{n} passages", sum(row.chunk_count for row in rows))


def in_all(rows: Sequence[RegisterRow], say: Phrases) -> str:
    """Return how many documents and passages there are, and in how many files, where some are parts of files."""
    files = {row.source.partition("!/")[0] for row in rows}
    if not rows:
        return say("No document") + "."
    if len(files) != len(rows):
        return say(
            "{documents} in {files}, {passages} in all.",
            documents=counted(rows, say),
            files=say.many("{n} file", "{n} files", len(files)),
            passages=passages(rows, say),
        )
    return say("{documents}, {passages} in all.", documents=counted(rows, say), passages=passages(rows, say))


def names(found: Sequence[str]) -> str:
    """Return some of these names on one line."""
    listed = ", ".join(one_line(name) for name in sorted(found)[:_KNOWN_NAMES])
    return f"{listed}, …" if len(found) > _KNOWN_NAMES else listed


def by_place(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """Return documents in the order of their sources."""
    return sorted(rows, key=lambda row: row.source)


def _titled(row: RegisterRow) -> str:
    return one_line(row.title) or one_line(row.source)


def _day(row: RegisterRow, dated: Dated | None, say: Phrases) -> str:
    """Return a document's day for its line, "" where its title has it."""
    if dated is None or not dated.is_known or say.day(dated.day) in row.title:
        return ""
    if dated.by == "file":
        return say("file of {day}", day=say.day(dated.day))
    return say("ingested on {day}", day=say.day(dated.day)) if dated.by == "ingest" else say.day(dated.day)
