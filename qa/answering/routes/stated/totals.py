"""What several documents state, one value each, added up or averaged: exactly, with a footnote for each of them.

What is of another currency or unit is added by itself. What states no such value is named.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qa.answering.events import Event, Finished, PassagesFound, TextPiece
from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.holdings.choosing import Chosen, chosen
from qa.answering.routes.holdings.listing import LISTED, names, traced
from qa.answering.routes.labels import labels
from qa.answering.routes.route import Asked, Parts, documents
from qa.answering.routes.stated.changed import said_changes, with_changes
from qa.answering.routes.stated.same_paper import said_again, sorted_out
from qa.answering.routes.stated.stated import Stated
from qa.answering.routes.stated.stating import named_by, paid_for, said_unread, stated_by, within_reach
from qa.answering.routes.stated.total_words import Total, totals
from qa.answering.saying.phrases import Phrases, phrases
from qa.store.records import RegisterRow
from qa.types import Answer, Cell, Place, RouteName, Statement, Table

_LEAST_STATED = 2
# Documents that are read for a value where the question does not say which they are.
_MOST_READ = 400
_CENT = Decimal("0.01")
# No paper comes to so much; what is further no sum of `Decimal` holds to the cent.
_MOST = Decimal(10) ** 18


@dataclass(frozen=True, slots=True)
class _Added:
    """A total to be told, the documents that it is of, and what each states; `silent` state nothing of the kind."""

    total: Total
    chosen: Chosen
    stated: tuple[tuple[RegisterRow, Stated, Decimal], ...]
    silent: tuple[RegisterRow, ...]
    unclear: tuple[RegisterRow, ...] = ()
    again: tuple[RegisterRow, ...] = ()
    no_debt: tuple[RegisterRow, ...] = ()
    unread: tuple[RegisterRow, ...] = ()


class TotalsRoute:
    """Adds up what documents state."""

    name: RouteName = "across"

    def __init__(self) -> None:
        """Begin without a question."""
        self._last: tuple[Asked, _Added | None] | None = None

    async def recognise(self, asked: Asked, parts: Parts) -> str:
        """Return why values are added up; see `Route`."""
        added = await self._read(asked, parts)
        if added is None:
            return ""
        say = phrases(asked.question)
        return say("it adds up what {n} documents state, so each of them is read", n=len(added.stated))

    async def answer(self, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
        """Add up, and cite each value."""
        added = await self._read(asked, parts)
        if added is None:
            return
        answer = _answer(added, asked, phrases(asked.question))
        yield PassagesFound(answer.hits)
        yield TextPiece(answer.text)
        yield Finished(traced(answer, asked, len(added.stated) + len(added.silent)))

    async def _read(self, asked: Asked, parts: Parts) -> _Added | None:
        """Read a question once, for `recognise` and `answer`."""
        if self._last is None or self._last[0] is not asked:
            self._last = asked, await _added(asked, parts)
        return self._last[1]


async def _added(asked: Asked, parts: Parts) -> _Added | None:
    """Return what is added up, by the first reading of the question for which documents state values."""
    read = [total for wording in asked.wordings for total in totals(wording)]
    if not read:
        return None
    rows = await documents(asked, parts)
    for total in read:
        if (added := await _of_total(total, rows, asked, parts)) is not None:
            return added
    return None


async def _of_total(total: Total, rows: Sequence[RegisterRow], asked: Asked, parts: Parts) -> _Added | None:
    found = await chosen(total.about, parts, rows, phrases(asked.question))
    is_named = bool(total.about.genre or total.about.words)
    found.rows, unread = within_reach(found.rows)
    if not is_named and len(found.rows) > _MOST_READ:
        return None
    stated = await (
        named_by(total.what, found.rows, parts)
        if total.what
        else stated_by("owed" if total.is_owed else "sum", found.rows, parts)
    )
    if not total.is_owed:
        stated = await with_changes(stated, found.rows, rows, parts)
    held = tuple(
        (row, one)
        for row in found.rows
        if (one := stated.get(row.document_id)) and isinstance(one.value, Decimal) and abs(one.value) < _MOST
    )
    papers = sorted_out(held, asked.text, are_debts=not total.what)
    valued = tuple((row, one, one.value) for row, one in papers.kept if isinstance(one.value, Decimal))
    if len(valued) < (1 if total.is_owed else _LEAST_STATED):
        return None
    there = {row.document_id for row, _ in held}
    left = [row for row in found.rows if row.document_id not in there]
    unclear = tuple(row for row in left if (one := stated.get(row.document_id)) and one.is_unclear)
    silent = tuple(row for row in left if row not in unclear) if is_named else ()
    return _Added(total, found, valued, silent, unclear, papers.again, papers.no_debt, tuple(unread))


def _answer(added: _Added, asked: Asked, say: Phrases) -> Answer:
    notes, lines, cells, statements = Footnotes(), [], [], []
    rows = [row for row, _, _ in added.stated]
    called = labels([*rows, *added.silent, *added.unclear])
    for label, (_, one, _) in zip(called, added.stated, strict=False):
        number = (notes.number(one.chunk, (one.start, one.end)),)
        sentence = one_line(one.sentence)
        cells.append((Cell(label, number), Cell(one_line(one.written), number), Cell(sentence, number)))
        lines.append(f"- {label}: {sentence}{marked(number)}")
        statements.append(Statement(sentence, number, evidence=(Place(number[0], one.start, one.end),)))
    if len(lines) > LISTED:
        left = len(lines) - LISTED
        lines = [*lines[:LISTED], say("… and {left} more that are not listed here, but counted.", left=left)]
    # A sum of some of them must say so where it stands.
    said = " ".join(filter(None, (_said(added, say), said_unread(added.unread, say))))
    every = tuple(dict.fromkeys(number for statement in statements for number in statement.citations))
    evidence = tuple(place for statement in statements for place in statement.evidence)
    first = Statement(said, every, evidence=evidence)
    text = f"{said}{marked(every)}\n\n" + "\n".join(lines)
    table = Table((say("Document"), say("Amount"), say("Where it is said")), tuple(cells))
    note = _note(added, called[len(rows) :], say)
    return put_together(asked.question, asked.text, text, [first, *statements], notes, table=table, note=note)


def _said(added: _Added, say: Phrases) -> str:
    """Return the sums, one for each unit, in one sentence; the greatest part of the documents first."""
    units: dict[str, list[Decimal]] = {}
    for _, one, value in added.stated:
        units.setdefault(one.unit, []).append(value)
    ordered = sorted(units.items(), key=lambda item: -len(item[1]))
    if added.total.mean:
        sums = [(unit, sum(values, Decimal(0)) / len(values), len(values)) for unit, values in ordered]
    else:
        sums = [(unit, sum(values, Decimal(0)), len(values)) for unit, values in ordered]
    written = [
        say.many("{amount} of {n} document", "{amount} of {n} documents", count, amount=_written(value, unit, say))
        for unit, value, count in sums
    ]
    if added.total.mean:
        return say("On average: {amounts}.", amounts="; ".join(written))
    if added.total.is_owed:
        return say("Open, as far as the documents say: {amounts}.", amounts="; ".join(written))
    return say("Together: {amounts}.", amounts="; ".join(written))


def _written(value: Decimal, unit: str, say: Phrases) -> str:
    """Return an amount as the language of the answer writes it: "1,234.50 EUR a month"."""
    base, _, time = unit.partition(" ")
    is_money = base.isupper()
    rounded = value.quantize(_CENT, ROUND_HALF_UP) if is_money or value != value.to_integral() else value
    text = f"{rounded:,.2f}" if is_money else f"{rounded.normalize():,f}"
    if say.language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return " ".join(filter(None, (text, base, paid_for(time, say))))


def _note(added: _Added, left: Sequence[str], say: Phrases) -> str:
    """Return what is not in a sum, and why there may be several."""
    said = []
    bases = {one.unit.split(" ")[0] for _, one, _ in added.stated}
    if len(bases) > 1:
        said.append(say("Different currencies or units are not added up."))
    elif len({one.unit for _, one, _ in added.stated}) > 1:
        said.append(say("What is paid for different times is not added up."))
    silent, unclear = left[: len(added.silent)], left[len(added.silent) :]
    if unclear:
        said.append(
            say.many(
                "{n} more states several values, a range or a bound: {names}.",
                "{n} more state several values, a range or a bound: {names}.",
                len(unclear),
                names=names(list(unclear)),
            )
        )
    if silent:
        said.append(
            say.many(
                "{n} more states no such value: {names}.",
                "{n} more state no such value: {names}.",
                len(silent),
                names=names(list(silent)),
            )
        )
    stated = {row.document_id: one for row, one, _ in added.stated}
    if changed := said_changes([row for row, _, _ in added.stated], stated, say):
        said.append(changed)
    return " ".join([*said, *_left_out(added, say), *added.chosen.more])


def _left_out(added: _Added, say: Phrases) -> list[str]:
    """Return which papers are left out of a sum although they state one."""
    said = []
    if again := said_again(added.again, say):
        said.append(again)
    if added.no_debt:
        said.append(
            say.many(
                "{n} more is not counted, since its name calls it a draft or a credit: {names}.",
                "{n} more are not counted, since their names call them drafts or credits: {names}.",
                len(added.no_debt),
                names=names(labels(added.no_debt)),
            )
        )
    return said
