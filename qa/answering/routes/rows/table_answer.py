"""The answer to a question about a table: what was computed in words, and a footnote for every row. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.routes.footnotes import Footnotes, marked, put_together
from qa.answering.routes.route import Asked
from qa.answering.routes.rows.row_names import name_columns, plain
from qa.answering.routes.rows.table_words import (
    conditions_said,
    digits_of,
    group_said,
    label_of,
    rounded,
    rows_said,
    said,
    sentence,
)
from qa.answering.saying.phrases import ENGLISH, Phrases, phrases
from qa.lazy_regex import lazy_regex
from qa.tables.compute import Result
from qa.tables.plan import Plan, ReadTable, period
from qa.types import Answer, Cell, Direct, Place, Search, Statement, Table, Trace

# Rows that an answer shows, and passages that it cites; that there are more it says.
SHOWN = 100
CITED = 50
# No longer value is put in front.
_SHORT = 200
_WHICH = lazy_regex(r"\b(?:which|who|whose|what (?:is|was) the \w+st|welche[rsmn]?|wer|wessen)\b", re.IGNORECASE)
_WHO = lazy_regex(r"\W*(?:who|whose|wer|wessen|wem)\b", re.IGNORECASE)
_MOST_MARKERS = 12
_MOST_IN_CELL = 4


def table_answer(
    asked: Asked, table: ReadTable, plan: Plan, result: Result, *, said_by: str = "", looked_at: Sequence[int] = ()
) -> Answer:
    """Return the answer that a result makes.

    Args:
        asked: The question, which tells the language too.
        table: It was computed over.
        plan: What was computed.
        result: What came out.
        said_by: The model that made the plan, "" for the rules.
        looked_at: Rows that tell that no row is so, where there is none.
    """
    notes, say = Footnotes(), phrases(asked.text)
    who = bool(_WHO.match(asked.text))
    text, value = sentence(table, plan, result, say, wants_name=bool(_WHICH.search(asked.text)), wants_person=who)
    said_nothing = _beyond(table, plan, result, say)
    if said_nothing and plan.operation == "sum":
        # Nothing was added up, which is no sum of nothing.
        text, value = f"{rows_said(table, plan.where, 0, say)}.", ""
    if product := _product(table, plan, result, say):
        text, value = f"{text.rstrip('.')}. {plan.of}: {product}.", product
    shown = _shown_rows(plan, result)
    numbers = _cite(table, shown or _rows(result) or looked_at, notes)
    statement = Statement(text, numbers[:_MOST_MARKERS], evidence=_evidence(notes))
    answer = put_together(
        asked.question,
        asked.text,
        text + marked(numbers[:_MOST_MARKERS]),
        [statement],
        notes,
        table=_table(table, plan, result, notes, say),
        model=EXTRACTIVE,
        note=" ".join(_notes(table, plan, result, numbers, said_by, say)),
    )
    start = text.rfind(value) if value else -1
    direct = (
        Direct(value, 0, start, start + len(value))
        if start >= 0 and len(value) <= _SHORT and not said_nothing
        else None
    )
    trace = Trace(searches=(Search(_query(table, plan), table.stored.source, result.met, asked_by="rule"),))
    return replace(answer, direct=direct, trace=trace)


def _product(table: ReadTable, plan: Plan, result: Result, say: Phrases) -> str:
    """Return what so many cost as a question asks for, by the price of one in the only row; "" where it asks for none.

    With the marks and the unit of the column that states the price.
    """
    rows = _rows(result)
    if plan.times is None or len(rows) != 1 or len(plan.select) != 1:
        return ""
    price = table.columns[plan.select[0]].numbers[rows[0]]
    return said(price * plan.times, table, Plan("sum", plan.select[0]), say) if price is not None else ""


# Footnotes


def _rows(result: Result) -> list[int]:
    return list(dict.fromkeys(row for line in result.lines for row in line.rows))


def _shown_rows(plan: Plan, result: Result) -> list[int]:
    """Return the rows that the answer shows one by one; none where it shows sums."""
    if plan.group is not None or plan.operation in ("sum", "mean", "distinct", "share"):
        return []
    return _rows(result)[:SHOWN]


def _cite(table: ReadTable, rows: Sequence[int], notes: Footnotes) -> tuple[int, ...]:
    """Cite rows, as far as an answer cites, and return the numbers."""
    numbers: dict[int, None] = {}
    for row in rows:
        for place in table.stored.rows[row].places:
            if place.chunk.id in notes.chunks or len(notes.chunks) < CITED:
                numbers[notes.number(place.chunk, (place.start, place.end))] = None
    return tuple(numbers)


def _evidence(notes: Footnotes) -> tuple[Place, ...]:
    return tuple(Place(citation.number, start, end) for citation in notes.citations() for start, end in citation.spans)


def _table(table: ReadTable, plan: Plan, result: Result, notes: Footnotes, say: Phrases) -> Table | None:
    """Return the rows or the groups side by side; None where one value is all there is."""
    if plan.group is not None:
        what = say("rows") if plan.operation == "count" or plan.column is None else label_of(table, plan.column)
        groups = tuple(
            (
                Cell(plain(line.group)),
                Cell(said(line.value, table, plan, say), _numbers(table, line.rows, notes)),
            )
            for line in result.lines[:SHOWN]
        )
        return Table((group_said(table, plan, say), what), groups)
    shown = _shown_rows(plan, result)
    if not shown or (len(shown) == 1 and len(plan.select) == 1):
        return None
    places = plan.select or tuple(range(len(table.labels)))
    if plan.select:
        # A code and what it stands for, in front.
        places = (*name_columns(table), *(place for place in places if place not in name_columns(table)))
    rows = tuple(
        tuple(
            # One footnote says the whole row.
            Cell(plain(table.stored.rows[row].cells[place]), () if at else _numbers(table, (row,), notes))
            for at, place in enumerate(places)
        )
        for row in shown
    )
    return Table(tuple(label_of(table, place) for place in places), rows)


def _numbers(table: ReadTable, rows: Sequence[int], notes: Footnotes) -> tuple[int, ...]:
    """Return the numbers of the footnotes of rows, of which all are cited already or fit."""
    return _cite(table, rows, notes)[:_MOST_IN_CELL]


def _notes(
    table: ReadTable, plan: Plan, result: Result, numbers: Sequence[int], said_by: str, say: Phrases
) -> list[str]:
    found = []
    column = table.columns[plan.column] if plan.column is not None else None
    if column and result.unread:
        found.append(_left_out(table, plan, result, say))
    if column and column.doubtful and plan.operation in ("sum", "mean", "highest", "lowest"):
        name = label_of(table, plan.column)
        if column.comma == (any("." in text for text in column.texts)):
            found.append(say("The marks within the numbers of {column} are read as parting thousands.", column=name))
        else:
            found.append(say("The marks within the numbers of {column} are read as parting decimals.", column=name))
    if column and column.kind == "number" and plan.operation in ("sum", "mean", "highest", "lowest"):
        bracketed = [plain(column.texts[row]) for row in _rows(result) if column.texts[row].strip().startswith("(")]
        # Of a stock "(50)" may be something else than a loss.
        if bracketed:
            name, cells = label_of(table, plan.column), ", ".join(f"“{cell}”" for cell in bracketed[:3])
            found.append(say("{cells} of {column} counts as below zero, as in accounts.", cells=cells, column=name))
    values = [line.value for line in result.lines if isinstance(line.value, float | Decimal)]
    if plan.operation in ("mean", "share") or plan.mean:
        exact = all(float(rounded(value, table, plan)) == float(value) for value in values)
        found += [] if exact else [say("Rounded to {n} decimals.", n=digits_of(table, plan))]
    if table.totals and plan.operation != "list":
        first = ", ".join(f"“{plain(next(filter(None, row.cells), ''))}”" for row in table.totals[:3])
        if len(table.totals) == 1:
            found.append(say("The row {rows} is not counted in, since it sums up the others.", rows=first))
        else:
            found.append(say("The rows {rows} are not counted in, since they sum up the others.", rows=first))
    shown = _shown_rows(plan, result)
    used = len(_rows(result))
    if shown and used > len(shown):
        found.append(say("The first {n} of {all} rows are shown.", n=len(shown), all=used))
    cited = {place.chunk.id for row in _rows(result) for place in table.stored.rows[row].places}
    if len(cited) > CITED:
        found.append(say("The rows stand in {all} passages, of which {n} are cited.", all=len(cited), n=CITED))
    elif len(numbers) > _MOST_MARKERS:
        found.append(
            say("It rests on {all} passages, of which the sentence names {n}.", all=len(numbers), n=_MOST_MARKERS)
        )
    if beyond := _beyond(table, plan, result, say):
        found.append(beyond)
    if said_by:
        found.append(say("{model} chose what to compute; Footnote computed it.", model=said_by))
    return found


def _left_out(table: ReadTable, plan: Plan, result: Result, say: Phrases) -> str:
    """Say which cells could not be read."""
    place = plan.column or 0
    column = table.columns[place]
    some = ", ".join(
        say("“{cell}” (row {n})", cell=plain(column.texts[row]), n=table.stored.rows[row].number)
        for row in result.unread[:3]
    )
    if len(result.unread) > 3:
        some += f" {say('and {n} more', n=len(result.unread) - 3)}"
    if column.kind == "number":
        return say.many(
            "{n} cell of {column} could not be read as a number and is left out: {some}.",
            "{n} cells of {column} could not be read as a number and are left out: {some}.",
            len(result.unread), column=label_of(table, place), some=some,
        )  # fmt: skip
    return say.many(
        "{n} cell of {column} could not be read as a date and is left out: {some}.",
        "{n} cells of {column} could not be read as a date and are left out: {some}.",
        len(result.unread), column=label_of(table, place), some=some,
    )  # fmt: skip


def _beyond(table: ReadTable, plan: Plan, result: Result, say: Phrases) -> str:
    """Return what to say of no rows of a time that a table does not reach: "" where it does, or there are rows."""
    for condition in plan.where if not result.met else ():
        known = sorted(day for day in table.columns[condition.column].dates if day)
        if not known or condition.other is not None:
            continue
        if condition.sign == "month":
            is_beyond = not _reaches_month(int(condition.value), known[0], known[-1])
        elif condition.sign in ("=", "<", "<=", ">", ">="):
            first, last = period(condition.value)
            before, after = last < known[0], first > known[-1]
            is_beyond = (before and condition.sign in "<=") or (after and condition.sign in ">=")
        else:
            continue
        if is_beyond:
            return say(
                "The days of {column} run from {first} to {last}; of any other time the rows say nothing.",
                column=label_of(table, condition.column), first=known[0], last=known[-1],
            )  # fmt: skip
    return ""


def _reaches_month(month: int, first: date, last: date) -> bool:
    """Tell whether a month of any year lies between two days, in part at least."""
    ends = (first.year, first.month), (last.year, last.month)
    return any(ends[0] <= (year, month) <= ends[1] for year in range(first.year, last.year + 1))


def _query(table: ReadTable, plan: Plan) -> str:
    """Return a plan in short words for the trace."""
    parts = [plan.operation, label_of(table, plan.column)]
    if plan.where:
        parts.append(f"where {conditions_said(plan.where, table, ENGLISH)}")
    if plan.base:
        parts.append(f"of those where {conditions_said(plan.base, table, ENGLISH)}")
    if plan.group is not None:
        parts.append(f"for each {group_said(table, plan, ENGLISH)}")
    return " ".join(filter(None, parts))
