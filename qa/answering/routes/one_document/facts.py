"""What the register and the stored text tell of one document: its length, size, author, days and language."""

import re
from collections.abc import Sequence

from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.holdings.days import days_of, ingested_on
from qa.answering.routes.holdings.listing import traced
from qa.answering.routes.holdings.measures import how_measured, measured, said_measure
from qa.answering.routes.holdings.mentions import first_chunks
from qa.answering.routes.one_document.fact_words import Fact
from qa.answering.routes.route import Asked, Parts
from qa.answering.saying.phrases import Phrases
from qa.lazy_regex import lazy_regex
from qa.store.records import RegisterRow
from qa.store.where import changed_on
from qa.types import Answer, Statement

_SEVERAL = 50
_HEAD = 700
# "Author: Marguerite Osei, HSE Manager." above a text.
_BY = lazy_regex(
    r"(?:^|[.\n] *)(?:authors?|autor(?:in)?|verfasser(?:in)?|written by|compiled by|prepared by|from|von|minutes|"
    r"protokoll)"
    r"(?:: ?| (?<=by ))(?P<name>[^\W\d_][^\n;:]{2,80}?)(?=[.\n]|$)",
    re.IGNORECASE | re.MULTILINE,
)


async def told(fact: Fact, rows: Sequence[RegisterRow], asked: Asked, parts: Parts, say: Phrases) -> Answer | None:
    """Return what is known of each of some documents; None where nothing is known of any."""
    rows = rows[:_SEVERAL]
    said, how = await _said(fact, rows, parts, say)
    if not any(said.values()):
        return None
    chunks = {chunk.document_id: chunk async for chunk in first_chunks(rows, parts.retriever)}
    notes, lines, statements = Footnotes(), [], []
    for row in rows:
        numbers = (notes.number(chunks[row.document_id]),) if row.document_id in chunks else ()
        known = said.get(row.document_id, "") or say("not stated")
        text = f"{one_line(row.title) or one_line(row.source)} ({one_line(row.source.rpartition('/')[2])}): {known}"
        lines.append(f"{'- ' if len(rows) > 1 else ''}{text}{marked(numbers)}")
        statements.append(Statement(text, numbers))
    body = "\n".join(lines)
    answer = put_together(asked.question, asked.text, "\n\n".join(filter(None, (body, how))), statements, notes)
    return traced(answer, asked, len(rows))


async def _said(fact: Fact, rows: Sequence[RegisterRow], parts: Parts, say: Phrases) -> tuple[dict[str, str], str]:
    """Return the fact of each document by id, "" where it is not known, and how it was taken."""
    if fact in ("pages", "words", "passages", "bytes"):
        sizes = await measured(fact, rows, parts.retriever)
        said = {key: said_measure(fact, size, say) for key, size in sizes.items()}
        return said | _inside(fact, rows, say), how_measured(fact, say)
    if fact == "length":
        pages = await measured("pages", rows, parts.retriever)
        words = await measured("words", rows, parts.retriever)
        measures = {
            row.document_id: [
                *([said_measure("pages", pages[row.document_id], say)] if row.document_id in pages else []),
                said_measure("words", words[row.document_id], say),
            ]
            for row in rows
        }
        how = " ".join(filter(None, [how_measured("pages", say) if pages else "", how_measured("words", say)]))
        return {key: ", ".join(parts) for key, parts in measures.items()}, how
    if fact == "author":
        return await _authors(rows, parts, say), ""
    if fact == "language":
        return {row.document_id: row.metadata.get("language", "") for row in rows}, say(
            "The language is the one that was recognised."
        )
    if fact == "ingested":
        return {row.document_id: _time(row, say) for row in rows}, ""
    if fact == "changed":
        days = {row.document_id: changed_on(row.modified) for row in rows}
        return {key: say("the file was last changed on {day}", day=say.day(day)) for key, day in days.items()}, ""
    return await _days(rows, parts, say), ""


def _inside(fact: Fact, rows: Sequence[RegisterRow], say: Phrases) -> dict[str, str]:
    """Return what is said of the size of a part of a file: the register knows that of files alone."""
    if fact != "bytes":
        return {}
    return {row.document_id: say("a part of a file, whose size alone is known") for row in rows if "!/" in row.source}


async def _authors(rows: Sequence[RegisterRow], parts: Parts, say: Phrases) -> dict[str, str]:
    """Return who wrote or sent each, by what it states, else by the head of its text."""
    said = {row.document_id: row.metadata.get("author", "") or row.metadata.get("from", "") for row in rows}
    async for chunk in first_chunks([row for row in rows if not said[row.document_id]], parts.retriever):
        if match := _BY.search(chunk.text[:_HEAD]):
            said[chunk.document_id] = match["name"]
    return {key: one_line(name) if name else say("it states no author") for key, name in said.items()}


def _time(row: RegisterRow, say: Phrases) -> str:
    when = ingested_on(row)
    return say("ingested on {day} at {time}", day=say.day(when.date()), time=f"{when:%H:%M}")


async def _days(rows: Sequence[RegisterRow], parts: Parts, say: Phrases) -> dict[str, str]:
    said = {}
    for key, dated in (await days_of(rows, parts.retriever)).items():
        if not dated.is_known:
            said[key] = ""
        elif dated.is_own:
            said[key] = say.day(dated.day)
        else:
            said[key] = say("it states no day; its file was last changed on {day}", day=say.day(dated.day))
    return said
