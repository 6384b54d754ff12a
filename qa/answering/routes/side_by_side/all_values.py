"""All values of a sort in every passage, counted, each with its sentence: deadlines, amounts, addresses."""

import re

from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.route import Asked, Parts
from qa.answering.routes.side_by_side.across_words import Listed
from qa.answering.routes.side_by_side.sides import Plan
from qa.answering.routes.side_by_side.values import Value, values_in
from qa.answering.saying.phrases import Phrases, phrases
from qa.text.periods import DAY, period
from qa.types import Answer, Cell, Place, Statement, Table

LISTED = 50
"""Rows of a table; that there are more it says."""

# Values that name one thing: each counts once.
_NAMES = ("e-mail addresses", "telephone numbers", "links", "IBANs")


async def all_values(plan: Plan, asked: Asked, parts: Parts) -> Answer:
    """Return every value of a sort in every passage, counted, each with its sentence."""
    sort = plan.reading.listed
    found: list[Value] = []
    async for chunk in parts.retriever.index.chunks_of_all(plan.rows):
        found += values_in(chunk, sort, language=parts.language)
    found.sort(key=lambda value: (value.chunk.source, value.start))
    documents = {value.chunk.document_id for value in found}
    if sort in _NAMES:
        # An address is one, however often it stands there.
        found = list({value.text.casefold(): value for value in reversed(found)}.values())
    found.sort(key=lambda value: (_day_of(value) if sort == "deadlines" else "", value.chunk.source, value.start))
    notes, lines, rows, statements = Footnotes(), [], [], []
    for value in found[:LISTED]:
        number = (notes.number(value.chunk, (value.start, value.end)),)
        sentence = one_line(value.sentence)
        title = one_line(value.chunk.title or value.chunk.source)
        rows.append((Cell(one_line(value.text), number), Cell(sentence, number), Cell(title, number)))
        lines.append(f"- {one_line(value.text)}: {sentence}{marked(number)}")
        statements.append(Statement(sentence, number, evidence=(Place(number[0], value.start, value.end),)))
    say = phrases(asked.question)
    said = say(
        "{values} in {held} of {n} documents, all of which were read.",
        values=f"{say.number(len(found))} {sort_called(sort, len(found), say)}",
        held=len(documents),
        n=len(plan.rows),
    )
    more = ""
    if len(found) > LISTED:
        left = len(found) - LISTED
        more = say("{left} more are not listed here; ask of one document, or limit with --where.", left=left)
    note = " ".join(filter(None, (_how_found(sort, say), more)))
    title = sort_called(sort, 2, say)
    heads = (title[:1].upper() + title[1:], say("Where it is said"), say("Document"))
    table = Table(heads, tuple(rows)) if rows else None
    text = "\n\n".join(filter(None, [said, "\n".join(lines)]))
    every = tuple(range(1, len(notes.chunks) + 1))
    every_statement = [Statement(said, every), *statements]
    return put_together(asked.question, asked.text, text, every_statement, notes, table=table, note=note)


def sort_called(sort: Listed, count: int, say: Phrases) -> str:
    """Return the name of a sort of values."""
    return {
        "deadlines": lambda: say.many("deadline", "deadlines", count),
        "dates": lambda: say.many("date", "dates", count),
        "amounts": lambda: say.many("amount", "amounts", count),
        "e-mail addresses": lambda: say.many("e-mail address", "e-mail addresses", count),
        "telephone numbers": lambda: say.many("telephone number", "telephone numbers", count),
        "links": lambda: say.many("link", "links", count),
        "IBANs": lambda: say.many("IBAN", "IBANs", count),
    }[sort]()


def _how_found(sort: Listed, say: Phrases) -> str:
    """Return what a list of values may miss."""
    if sort == "deadlines":
        return say(
            "They are found by their wording, such as “by”, “until” or “within” with a day or a time; what is worded "
            "otherwise may be missing."
        )
    return say("They are found by how they are written; what is written otherwise may be missing.")


def _day_of(value: Value) -> str:
    """Return the day that a value names, to sort by; values without one come last."""
    match = re.search(DAY, value.text, re.IGNORECASE)
    days = period(match[0]) if match else None
    return days.last.isoformat() if days else "9999"
