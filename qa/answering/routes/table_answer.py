"""The answer to a question about a table: what was computed in words, and a footnote for every row. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from qa.answering.quote import EXTRACTIVE
from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.route import Asked
from qa.tables.compute import Line, Result
from qa.tables.plan import Plan, ReadTable, conditions_said, period
from qa.text.money import SIGNS
from qa.types import Answer, Cell, Direct, Place, Search, Statement, Table, Trace

# Rows that an answer shows, and passages that it cites; that there are more it says.
SHOWN = 100
CITED = 50
_NAMED = 12
# Of a longer cell the beginning is shown; its footnote opens the rest. No longer value is put in front.
_CELL_CHARACTERS = 1_000
_SHORT = 200
_WHICH = re.compile(r"\b(?:which|who|whose|what (?:is|was) the \w+st|welche[rsmn]?|wer|wessen)\b", re.IGNORECASE)
_MOST_MARKERS = 12
_MOST_IN_CELL = 4
# Of fewer rows all columns tell them apart.
_FEW = 5
_LOOKED_AT = 50
_SAID = {
    "sum": "Sum",
    "mean": "Mean",
    "highest": "Highest",
    "lowest": "Lowest",
    "distinct": "Number of different values",
    "share": "Share",
}
_SIGNS = {code: sign for sign, code in SIGNS.items()}
_PERCENT_DIGITS = Decimal("0.01")


def table_answer(asked: Asked, table: ReadTable, plan: Plan, result: Result, *, said_by: str = "") -> Answer:
    """Return the answer that a result makes; `said_by` is the model that made the plan, "" for the rules."""
    notes = Footnotes()
    text, value = _sentence(table, plan, result, wants_name=bool(_WHICH.search(asked.text)))
    shown = _shown_rows(plan, result)
    numbers = _cite(table, shown or _rows(result), notes)
    statement = Statement(text, numbers[:_MOST_MARKERS], evidence=_evidence(notes))
    answer = put_together(
        asked.question,
        asked.text,
        text + marked(numbers[:_MOST_MARKERS]),
        [statement],
        notes,
        table=_table(table, plan, result, notes),
        model=EXTRACTIVE,
        note=" ".join(_notes(table, plan, result, numbers, said_by)),
    )
    start = text.rfind(value) if value else -1
    said_nothing = _beyond(table, plan, result)
    direct = (
        Direct(value, 0, start, start + len(value))
        if start >= 0 and len(value) <= _SHORT and not said_nothing
        else None
    )
    trace = Trace(searches=(Search(_query(table, plan), table.stored.source, result.met, asked_by="rule"),))
    return replace(answer, direct=direct, trace=trace)


def plain(text: str) -> str:
    """Return a cell, or the name of a column, on one line; a cell may be as long as a book."""
    line = one_line(text[: 2 * _CELL_CHARACTERS])
    return line if len(line) <= _CELL_CHARACTERS else f"{line[:_CELL_CHARACTERS].rstrip()}…"


# Sentences


def _sentence(table: ReadTable, plan: Plan, result: Result, *, wants_name: bool) -> tuple[str, str]:
    """Return what was computed in words, and in it the value, or the row's name, "" where it is a list."""
    where = _where(table, plan)
    of = f"{result.met:,} {'row' if result.met == 1 else 'rows'} of {plain(table.stored.name)}{where}"
    if plan.operation in ("highest", "lowest"):
        return _extreme(table, plan, result, of, wants_name=wants_name)
    if plan.operation == "list":
        return _listed(table, plan, result, of, where)
    if plan.operation == "share":
        return _share(table, plan, result)
    if plan.group is not None:
        what = "Rows" if plan.operation == "count" else f"{_SAID[plan.operation]} of {_label(table, plan.column)}"
        return f"{what} for each {_label(table, plan.group)}, over {of}: {_groups(table, plan, result)}", ""
    line = result.lines[0]
    if plan.operation == "count":
        return f"{of}.", str(result.met)
    value = said(line.value, table, plan)
    if plan.operation == "distinct":
        return f"{_SAID['distinct']} of {_label(table, plan.column)} over {of}: {value}", value
    counted = len(line.rows)
    of = f"{counted:,} {'row' if counted == 1 else 'rows'} of {plain(table.stored.name)}{where}"
    return f"{_SAID[plan.operation]} of {_label(table, plan.column)} over {of}: {value}", value


def _share(table: ReadTable, plan: Plan, result: Result) -> tuple[str, str]:
    line = result.lines[0]
    what = f" of {_label(table, plan.column)}" if plan.column is not None else ""
    base = conditions_said(plan.base, table)
    whole = f"{result.met:,} {'row' if result.met == 1 else 'rows'} of {plain(table.stored.name)}"
    whole += f" where {plain(base)}" if base else ""
    value = said(line.value, table, plan)
    counted = f" ({len(line.rows):,} of {result.met:,} rows)" if plan.column is None else ""
    return f"Share{what}{_where(table, plan)}, over {whole}: {value}{counted}", value


def _where(table: ReadTable, plan: Plan) -> str:
    conditions = conditions_said(plan.where, table)
    return f" where {plain(conditions)}" if conditions else ""


def _extreme(table: ReadTable, plan: Plan, result: Result, of: str, *, wants_name: bool) -> tuple[str, str]:
    end = _SAID[plan.operation]
    if plan.group is not None:
        kind = "mean" if plan.mean else "sum"
        what = f"{kind} of {_label(table, plan.column)}" if plan.column is not None else "number of rows"
        group = _label(table, plan.group)
        named = _groups(table, plan, result)
        # Of two that share the first place, neither stands in front.
        is_tie = len({line.value for line in result.lines}) < len(result.lines) and plan.top == 1
        return f"{end} {what} for each {group}, over {of}: {named}", "" if is_tie else plain(result.lines[0].group)
    label = _label(table, plan.column)
    lines = result.lines
    value = _shown_value(table, plan, lines[0])
    if len({line.value for line in lines}) == 1:
        names = _joined([_row_name(table, plan, row) for line in lines for row in line.rows])
        named = f" ({names})" if names else ""
        name = names if len(lines) == 1 and names else value
        return f"{end} {label} of {of}: {value}{named}", name if wants_name else value
    each = _joined(
        [
            f"{_row_name(table, plan, line.rows[0])} {_shown_value(table, plan, line)}".strip()
            for line in lines
            if line.rows
        ]
    )
    return f"{end} {label} of {of}: {each}", ""


def _listed(table: ReadTable, plan: Plan, result: Result, of: str, where: str) -> tuple[str, str]:
    rows = result.lines[0].rows
    if len(plan.select) == 1 and len(rows) == 1:
        value = plain(table.stored.rows[rows[0]].cells[plan.select[0]])
        label = _label(table, plan.select[0])
        place = plain(table.stored.name)
        if not value:
            return f"{label} is blank in the row of {place}{where}.", ""
        return f"{label}{where} in {place}: {value}", value
    if len(plan.select) == 1:
        values = [plain(table.stored.rows[row].cells[plan.select[0]]) or "blank" for row in rows]
        return f"{of}, {_label(table, plan.select[0])}: {_joined(values)}", ""
    names = _joined([_row_name(table, plan, row) for row in rows])
    return (f"{of}: {names}" if names else f"{of}."), names if len(rows) == 1 else ""


def _groups(table: ReadTable, plan: Plan, result: Result) -> str:
    return _joined([f"{plain(line.group) or 'blank'} {said(line.value, table, plan)}" for line in result.lines])


def _joined(items: Sequence[str]) -> str:
    named = [item for item in items if item]
    more = len(named) - _NAMED
    return "; ".join(named[:_NAMED]) + (f"; and {more:,} more" if more > 0 else "")


def said(value: Decimal | float | date | int | None, table: ReadTable, plan: Plan) -> str:
    """Return a computed value as a reader would write it, with the unit of its column."""
    if value is None:
        return "no number"
    if plan.operation == "share":
        return f"{_rounded(value, table, plan).normalize():f} %" if isinstance(value, Decimal) else str(value)
    unit = ""
    if plan.operation in ("sum", "mean", "highest", "lowest") and plan.column is not None:
        unit = _unit(table, plan.column)
    if isinstance(value, float | Decimal):
        value = _rounded(value, table, plan)
    text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return f"{text} {unit}".strip()


def _rounded(value: Decimal | float, table: ReadTable, plan: Plan) -> Decimal:
    """Return a mean or a share with as many digits as say something; sums are exact."""
    if plan.operation == "share" and isinstance(value, Decimal):
        return value.quantize(_PERCENT_DIGITS)
    if isinstance(value, float):
        return Decimal(f"{value:.10g}").quantize(_digits(table, plan))
    return value


def _unit(table: ReadTable, place: int) -> str:
    """Return a column's unit, a currency by its sign where the table writes that."""
    unit = table.columns[place].unit
    sign = _SIGNS.get(unit, "")
    shown = (table.labels[place], *table.columns[place].texts[:_LOOKED_AT])
    return sign if sign and any(sign in text for text in shown) else unit


def _digits(table: ReadTable, plan: Plan) -> Decimal:
    """Return two decimals more than the column's numbers have."""
    numbers = table.columns[plan.column].numbers if plan.column is not None else ()
    exponents = [number.as_tuple().exponent for number in numbers if number is not None]
    most = max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    return Decimal(1).scaleb(-(min(most, 8) + 2))


def _shown_value(table: ReadTable, plan: Plan, line: Line) -> str:
    """Return the cell itself, as the table displays it."""
    if plan.column is None or not line.rows:
        return said(line.value, table, plan)
    text = plain(table.stored.rows[line.rows[0]].cells[plan.column])
    unit = _unit(table, plan.column)
    # A unit that the column's name says, the cell does not repeat.
    return text if not unit or any(mark.isalpha() or mark in "€$£%" for mark in text) else f"{text} {unit}"


def _row_name(table: ReadTable, plan: Plan, row: int) -> str:
    """Return what a row is called: its cell in the column asked for, else in its first column that tells rows apart."""
    cells = table.stored.rows[row].cells
    chosen = next((place for place in plan.select if place != plan.column), None)
    if chosen is not None and chosen != name_column(table):
        return plain(cells[chosen])
    return " ".join(plain(cells[place]) for place in name_columns(table))


def name_column(table: ReadTable) -> int | None:
    """Return the column that names the rows: the first of texts that differ, else the first of texts."""
    texts = [place for place, column in enumerate(table.columns) if column.kind == "text"]
    for place in texts:
        filled = [text for text in table.columns[place].texts if text]
        if filled and len(set(filled)) == len(filled) == len(table.stored.rows):
            return place
    return texts[0] if texts else None


def name_columns(table: ReadTable) -> tuple[int, ...]:
    """Return the columns that name the rows for a reader: beside a code ("NV-45-0302") the one that says what it is."""
    first = name_column(table)
    if first is None:
        return ()
    beside = first + 1
    texts = table.columns[beside].texts if beside < len(table.columns) else ()
    is_said = len(texts) >= _FEW and len(set(texts)) == len(texts) and table.columns[beside].kind == "text"
    return (first, beside) if is_said and _is_code(table, first) and not _is_code(table, beside) else (first,)


def _is_code(table: ReadTable, place: int) -> bool:
    """Tell a column of codes from one of words: most of its cells hold a digit."""
    texts = table.columns[place].texts
    return 2 * sum(any(mark.isdigit() for mark in text) for text in texts) > len(texts)


def _label(table: ReadTable, place: int | None) -> str:
    return plain(table.labels[place]) if place is not None else ""


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


def _table(table: ReadTable, plan: Plan, result: Result, notes: Footnotes) -> Table | None:
    """Return the rows or the groups side by side; None where one value is all there is."""
    if plan.group is not None:
        what = "rows" if plan.operation == "count" or plan.column is None else _label(table, plan.column)
        groups = tuple(
            (
                Cell(plain(line.group)),
                Cell(said(line.value, table, plan), _numbers(table, line.rows, notes)),
            )
            for line in result.lines[:SHOWN]
        )
        return Table((_label(table, plan.group), what), groups)
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
    return Table(tuple(_label(table, place) for place in places), rows)


def _numbers(table: ReadTable, rows: Sequence[int], notes: Footnotes) -> tuple[int, ...]:
    """Return the numbers of the footnotes of rows, of which all are cited already or fit."""
    return _cite(table, rows, notes)[:_MOST_IN_CELL]


def _notes(table: ReadTable, plan: Plan, result: Result, numbers: Sequence[int], said_by: str) -> list[str]:
    found = []
    column = table.columns[plan.column] if plan.column is not None else None
    if column and result.unread:
        kind = "number" if column.kind == "number" else "date"
        some = ", ".join(
            f"“{plain(column.texts[row])}” (row {table.stored.rows[row].number})" for row in result.unread[:3]
        )
        more = f" and {len(result.unread) - 3:,} more" if len(result.unread) > 3 else ""
        one = len(result.unread) == 1
        found.append(
            f"{len(result.unread):,} {'cell' if one else 'cells'} of {_label(table, plan.column)} could not be read as "
            f"a {kind} and {'is' if one else 'are'} left out: {some}{more}."
        )
    if column and column.doubtful and plan.operation in ("sum", "mean", "highest", "lowest"):
        mark = "thousands" if column.comma == (any("." in text for text in column.texts)) else "decimals"
        found.append(f"The marks within the numbers of {_label(table, plan.column)} are read as parting {mark}.")
    values = [line.value for line in result.lines if isinstance(line.value, float | Decimal)]
    if plan.operation in ("mean", "share") or plan.mean:
        exact = all(float(_rounded(value, table, plan)) == float(value) for value in values)
        digits = 2 if plan.operation == "share" else -int(_digits(table, plan).as_tuple().exponent)
        found += [] if exact else [f"Rounded to {digits} decimals."]
    if table.totals and plan.operation != "list":
        first = "; ".join(plain(next(filter(None, row.cells), "")) for row in table.totals[:3])
        found.append(f"Left out, since they add up the others: {first}.")
    shown = _shown_rows(plan, result)
    used = len(_rows(result))
    if shown and used > len(shown):
        found.append(f"The first {len(shown)} of {used:,} rows are shown.")
    cited = {place.chunk.id for row in _rows(result) for place in table.stored.rows[row].places}
    if len(cited) > CITED:
        found.append(f"The rows stand in {len(cited):,} passages, of which {CITED} are cited.")
    elif len(numbers) > _MOST_MARKERS:
        found.append(f"It rests on {len(numbers)} passages, of which the sentence names {_MOST_MARKERS}.")
    if beyond := _beyond(table, plan, result):
        found.append(beyond)
    if said_by:
        found.append(f"{said_by} chose what to compute; Footnote computed it.")
    return found


def _beyond(table: ReadTable, plan: Plan, result: Result) -> str:
    """Return what to say of no rows of a time that a table does not reach: "" where it does, or there are rows."""
    for condition in plan.where if not result.met else ():
        known = sorted(day for day in table.columns[condition.column].dates if day)
        if not known or condition.other is not None or condition.sign not in ("=", "<", "<=", ">", ">="):
            continue
        first, last = period(condition.value)
        before, after = last < known[0], first > known[-1]
        if (before and condition.sign in "<=") or (after and condition.sign in ">="):
            label = _label(table, condition.column)
            return f"The days of {label} run from {known[0]} to {known[-1]}; of any other time the rows say nothing."
    return ""


def _query(table: ReadTable, plan: Plan) -> str:
    """Return a plan in short words for the trace."""
    parts = [plan.operation, _label(table, plan.column)]
    if plan.where:
        parts.append(f"where {conditions_said(plan.where, table)}")
    if plan.base:
        parts.append(f"of those where {conditions_said(plan.base, table)}")
    if plan.group is not None:
        parts.append(f"for each {_label(table, plan.group)}")
    return " ".join(filter(None, parts))
