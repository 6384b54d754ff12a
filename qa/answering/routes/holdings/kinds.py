"""What kinds of documents there are, counted, and an overview of a collection."""

from collections import Counter
from collections.abc import Sequence

from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.holdings.about import AboutCollection, By
from qa.answering.routes.holdings.choosing import KINDS
from qa.answering.routes.holdings.days import days_of
from qa.answering.routes.holdings.listing import LISTED, Found, by_place, counted, in_all, traced
from qa.answering.routes.holdings.mentions import first_chunks
from qa.answering.routes.route import Asked, Parts
from qa.answering.saying.phrases import Phrases
from qa.store.records import RegisterRow
from qa.types import Answer, Statement

_EACH = 5
_KNOWN_NAMES = 8


async def by_kind(
    about: AboutCollection, asked: Asked, parts: Parts, rows: Sequence[RegisterRow], say: Phrases
) -> Answer:
    """Return how many documents there are of each type, language, folder, author or year."""
    named = await _named(about.by, rows, parts, say)
    kinds: dict[str, list[RegisterRow]] = {}
    for row in by_place(rows):
        kinds.setdefault(named[row.document_id], []).append(row)
    ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    if about.by == "year":
        ordered.sort()
    shown_rows = [row for _, held in ordered[:LISTED] for row in held[:_EACH]]
    chunks = {chunk.document_id: chunk async for chunk in first_chunks(shown_rows, parts.retriever)}
    notes = Footnotes()
    said = say("{documents} of {kinds}.", documents=counted(rows, say), kinds=_counted(about.by, len(kinds), say))
    lines, statements = [], []
    for name, held in ordered[:LISTED]:
        numbers = [notes.number(chunks[row.document_id]) for row in held[:_EACH] if row.document_id in chunks]
        text = f"{one_line(name)}: {say.number(len(held))}"
        lines.append(f"- {text}{marked(numbers)}")
        statements.append(Statement(text, tuple(numbers)))
    if len(kinds) > LISTED:
        lines.append(say("… and {left} more kinds that are not listed here.", left=len(kinds) - LISTED))
    text = "\n".join([said, "", *lines])
    every = tuple(range(1, len(notes.chunks) + 1))
    answer = put_together(asked.question, asked.text, text, [Statement(said, every), *statements], notes)
    return traced(answer, asked, len(rows))


async def _named(by: By, rows: Sequence[RegisterRow], parts: Parts, say: Phrases) -> dict[str, str]:
    if by == "year":
        return {key: str(dated.day.year) for key, dated in (await days_of(rows, parts.retriever)).items()}
    unsaid = {
        "type": "",
        "language": say("not recognised"),
        "folder": say("no folder"),
        "author": say("not stated"),
    }
    return {row.document_id: KINDS[by](row) or unsaid[by] for row in rows}


def _counted(by: By, count: int, say: Phrases) -> str:
    if by == "type":
        return say.many("{n} type", "{n} types", count)
    if by == "language":
        return say.many("{n} language", "{n} languages", count)
    if by == "folder":
        return say.many("{n} folder", "{n} folders", count)
    return say.many("{n} author", "{n} authors", count) if by == "author" else say.many("{n} year", "{n} years", count)


async def overview(rows: Sequence[RegisterRow], parts: Parts, say: Phrases) -> Found:
    """Return what there is: types, folders, days."""
    types = Counter(map(KINDS["type"], rows))
    folders = Counter(map(KINDS["folder"], rows))
    days = await days_of(rows, parts.retriever)
    own = [dated.day for dated in days.values() if dated.is_own]
    more = [
        say("Types: {names}.", names=", ".join(f"{name} {count}" for name, count in types.most_common())),
        say(
            "Folders: {names}.",
            names=", ".join(f"{name} {count}" for name, count in folders.most_common(_KNOWN_NAMES)),
        ),
        say("Days: {first} to {last}.", first=say.day(min(own)), last=say.day(max(own))) if own else "",
    ]
    return Found(by_place(rows), in_all(rows, say), more, days=days)
