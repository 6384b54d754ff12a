"""Which documents state a value that a question sets a limit to: due in June, ending before 2027, over 500 euros."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from qa.answering.routes.holdings.days import Dated, days_of
from qa.answering.routes.holdings.listing import names
from qa.answering.routes.route import Parts
from qa.answering.routes.rows.shelf import words_of
from qa.answering.routes.stated.limits import Limit
from qa.answering.routes.stated.named_values import ValueName, value_name, value_named
from qa.answering.routes.stated.stated import Facet, Stated, stated_in
from qa.answering.saying.phrases import Phrases
from qa.store.records import RegisterRow
from qa.text.measured import scaled
from qa.types import Chunk

# To read so many takes ten seconds.
_MOST_PASSAGES = 20_000


def within_reach(rows: Sequence[RegisterRow]) -> tuple[list[RegisterRow], list[RegisterRow]]:
    """Return the documents that are read for what they state, and those that are too many to be, in order.

    Where they are told, those that are not read must be too.
    """
    read: list[RegisterRow] = []
    left: list[RegisterRow] = []
    passages = 0
    for row in rows:
        passages += row.chunk_count
        (left if read and passages > _MOST_PASSAGES else read).append(row)
    return read, left


def said_unread(left: Sequence[RegisterRow], say: Phrases) -> str:
    """Return which documents were not read, "" where all were."""
    if not left:
        return ""
    return say.many(
        "{n} more was not read, since reading them all would take too long: {names}.",
        "{n} more were not read, since reading them all would take too long: {names}.",
        len(left), names=names([row.title or row.source for row in left]),
    )  # fmt: skip


async def stated_by(facet: Facet, rows: Sequence[RegisterRow], parts: Parts) -> dict[str, Stated]:
    """Return what each of some documents states, by id; those that state nothing of the kind are missing."""
    days: Mapping[str, Dated] = await days_of(rows, parts.retriever) if facet in ("due", "day") else {}
    own = {key: dated.day for key, dated in days.items() if dated.is_own}
    held: dict[str, list[Chunk]] = {}
    async for chunk in parts.retriever.index.chunks_of_all(rows):
        held.setdefault(chunk.document_id, []).append(chunk)
    found = {}
    for key, chunks in held.items():
        chunks.sort(key=lambda chunk: chunk.ordinal)
        if stated := stated_in(facet, chunks, language=parts.language, day=own.get(key)):
            found[key] = stated
    return found


async def named_by(said: str, rows: Sequence[RegisterRow], parts: Parts) -> dict[str, Stated]:
    """Return what each of some documents states under a name ("rent"), by id; those that state none are missing."""
    known: dict[str, ValueName | None] = {}
    held: dict[str, list[Chunk]] = {}
    async for chunk in parts.retriever.index.chunks_of_all(rows):
        held.setdefault(chunk.document_id, []).append(chunk)
    found = {}
    for row in rows:
        language = row.metadata.get("language", "") or "en"
        if language not in known:
            known[language] = value_name(said, words_of(said, parts.retriever.sparse, language))
        name = known[language]
        chunks = sorted(held.get(row.document_id, []), key=lambda chunk: chunk.ordinal)
        if name and (stated := value_named(name, chunks, language=parts.language)):
            found[row.document_id] = stated
    return found


async def stated_of(limit: Limit, rows: Sequence[RegisterRow], parts: Parts) -> dict[str, Stated]:
    """Return what each of some documents states of what a limit is put to, by id."""
    return await (named_by(limit.what, rows, parts) if limit.what else stated_by(limit.facet, rows, parts))


def timed(limit: Limit, stated: Mapping[str, Stated]) -> Limit:
    """Return a limit to a sum that is paid again and again with the time it is for: what most documents state it for.

    Only where they differ, or the question says it: a rent of 12,000 a year is no more than one of 1,000 a month.
    """
    if not limit.what or not limit.currency or " " in limit.currency or not limit.currency.isupper():
        return limit
    times = Counter(time for found in stated.values() if (time := _time(found.unit)))
    if len(times) <= 1:
        return limit
    return replace(limit, currency=f"{limit.currency} {times.most_common(1)[0][0]}")


def paid_for(time: str, say: Phrases) -> str:
    """Return a time that something is paid for in words, "" for none: "a month"."""
    times = {
        "month": say("a month"),
        "year": say("a year"),
        "week": say("a week"),
        "day": say("a day"),
        "hour": say("an hour"),
    }
    return times.get(time, "")


def _time(unit: str) -> str:
    return unit.partition(" ")[2]


def within(limit: Limit, stated: Mapping[str, Stated], rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """Return the documents whose stated value a limit admits, in the order of these values."""
    if limit.lacks:
        return [row for row in rows if row.document_id not in stated]
    fits = [row for row in rows if (found := stated.get(row.document_id)) and _passes(limit, found)]
    # A contract without an end comes last.
    return sorted(fits, key=lambda row: _key(stated[row.document_id]))


def _key(stated: Stated) -> tuple[bool, float]:
    if isinstance(stated.value, date):
        return False, float(stated.value.toordinal())
    return stated.value is None, -float(scaled(stated.value or Decimal(0), stated.unit)[0])


def _passes(limit: Limit, stated: Stated) -> bool:
    if stated.value is None:
        return limit.open_ended
    if _is_of_another_currency(limit, stated):
        return False
    if limit.what and isinstance(stated.value, Decimal) and not stated.unit.split(" ")[0].isupper():
        # Weeks are compared with months.
        return limit.admits(scaled(stated.value, stated.unit)[0])
    if isinstance(stated.value, Decimal) and _time(limit.currency) and _time(stated.unit):
        one = Decimal(1)
        return limit.admits(stated.value * scaled(one, stated.unit)[0] / scaled(one, limit.currency)[0])
    return limit.admits(stated.value)


def _is_of_another_currency(limit: Limit, stated: Stated) -> bool:
    code = stated.unit.split(" ")[0]
    if not isinstance(stated.value, Decimal) or not limit.currency or not code:
        return False
    one = Decimal(1)
    if scaled(one, code)[1] != scaled(one, limit.currency.split(" ")[0])[1]:
        return True
    # What an hour costs tells nothing of a month.
    has_times = _time(limit.currency) and _time(stated.unit)
    return bool(has_times) and scaled(one, stated.unit)[1] != scaled(one, limit.currency)[1]


def how(limit: Limit, say: Phrases) -> str:
    """Return a limit in words, to be put behind the number of documents: "(due date: 20 June 2025 or later)"."""
    if limit.facet == "paid":
        return say("(not said to be paid)") if limit.lacks else say("(said to be paid)")
    return say("({what}: {bounds})", what=_what(limit, say), bounds=_bounds(limit, say))


def _what(limit: Limit, say: Phrases) -> str:
    named = {"due": say("due date"), "end": say("end"), "start": say("start"), "sum": say("sum"), "day": say("day")}
    return limit.what or named[limit.facet]


def _bounds(limit: Limit, say: Phrases) -> str:
    if limit.facet in ("sum", "named"):
        low, high = (
            (f"{limit.written} {paid_for(_time(limit.currency), say)}".strip(),) * 2
            if limit.written
            else (f"{bound} {limit.currency}".strip() for bound in (limit.at_least, limit.at_most))
        )
        if limit.at_least is not None and limit.at_most is not None:
            return say("{first} to {last}", first=low, last=high)
        if limit.at_least is not None:
            return say("more than {amount}", amount=low) if limit.strict else say("at least {amount}", amount=low)
        return say("less than {amount}", amount=high) if limit.strict else say("at most {amount}", amount=high)
    if limit.recurring != (0, 0):
        return say("{month} of any year", month=say.month(*limit.recurring))
    if limit.since and limit.until:
        if limit.since == limit.until:
            return say.day(limit.since)
        return say("{first} to {last}", first=say.day(limit.since), last=say.day(limit.until))
    if limit.since:
        return say("{day} or later", day=say.day(limit.since))
    return say("{day} or earlier", day=say.day(limit.until or date.max))


def undecided(
    limit: Limit, stated: Mapping[str, Stated], rows: Sequence[RegisterRow], fits: Sequence[RegisterRow], say: Phrases
) -> list[str]:
    """Return what the reader should know of the documents that the limit could not be put to, and of the years."""
    if limit.facet == "paid":
        return _paid_elsewhere(limit, stated, rows, say)
    said = []
    chosen = {row.document_id for row in fits}
    left = [row for row in rows if row.document_id not in chosen]
    unclear = [row for row in left if (found := stated.get(row.document_id)) and found.is_unclear]
    silent = [
        row
        for row in left
        if ((found := stated.get(row.document_id)) is None or found.value is None) and row not in unclear
    ]
    others = [row for row in left if (found := stated.get(row.document_id)) and _is_of_another_currency(limit, found)]
    if limit.recurring != (0, 0):
        days = [stated[row.document_id].value for row in fits]
        years = Counter(day.year for day in days if isinstance(day, date))
        if years:
            listed = ", ".join(f"{year}: {count}" for year, count in sorted(years.items(), reverse=True))
            said.append(say("The question names no year, so every year counts ({years}).", years=listed))
    if silent:
        said.append(
            say.many(
                "{n} more cannot be decided, since it states nothing of the kind ({what}): {names}.",
                "{n} more cannot be decided, since they state nothing of the kind ({what}): {names}.",
                len(silent), what=_what(limit, say), names=names([row.title or row.source for row in silent]),
            )
        )  # fmt: skip
    if unclear:
        said.append(
            say.many(
                "{n} more cannot be decided, since it states several values, a range or a bound ({what}): {names}.",
                "{n} more cannot be decided, since they state several values, a range or a bound ({what}): {names}.",
                len(unclear), what=_what(limit, say), names=names([row.title or row.source for row in unclear]),
            )
        )  # fmt: skip
    if others:
        said.append(
            say.many(
                "{n} more is in another currency or unit: {names}.",
                "{n} more are in another currency or unit: {names}.",
                len(others), names=names([row.title or row.source for row in others]),
            )
        )  # fmt: skip
    return said


def said_paid(paid: Sequence[RegisterRow], say: Phrases) -> str:
    """Return which documents say that they are paid, where the others are listed; "" where none does."""
    if not paid:
        return ""
    return say.many(
        "{n} more says that it is paid: {names}.", "{n} more say that they are paid: {names}.",
        len(paid), names=names([row.title or row.source for row in paid]),
    )  # fmt: skip


def _paid_elsewhere(limit: Limit, stated: Mapping[str, Stated], rows: Sequence[RegisterRow], say: Phrases) -> list[str]:
    """Return which documents say that they are paid, where the others are listed; and that more may be."""
    paid = said_paid([row for row in rows if row.document_id in stated], say) if limit.lacks else ""
    said = [paid] if paid else []
    said.append(say("What was paid and is not noted in the document itself is not known."))
    return said
