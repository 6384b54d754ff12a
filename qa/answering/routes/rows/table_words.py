"""What was computed over a table, in the words of the question's language. Pure functions.

Cells stay as the table displays them, and computed numbers are written as its cells are: with its decimal mark, money
with two decimals where it has any.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from qa.answering.routes.rows.row_names import plain, row_name, row_names
from qa.answering.saying.phrases import Phrases
from qa.lazy_regex import lazy_regex
from qa.tables.column_kinds import is_of_money
from qa.tables.compute import Line, Result
from qa.tables.plan import Condition, Plan, ReadTable
from qa.tables.values import Column, is_currency
from qa.text.money import SIGNS

_NAMED = 12
_SIGNS = {code: sign for sign, code in SIGNS.items()}
_LOOKED_AT = 50
_PERCENT_DIGITS = 2
_MEAN_DIGITS = 1
_MONEY_DIGITS = 2
_MOST_DIGITS = 8
_GROUPED = {True: lazy_regex(r"\d\.\d{3}(?!\d)"), False: lazy_regex(r"\d,\d{3}(?!\d)")}
_DAY = len("2024-05-31")


def label_of(table: ReadTable, place: int | None) -> str:
    """Return what a column is called, "" for none."""
    return plain(table.labels[place]) if place is not None else ""


def group_said(table: ReadTable, plan: Plan, say: Phrases) -> str:
    """Return what rows are grouped by: a column, or a span of its days."""
    spans = {
        "day": say("day"),
        "week": say("week"),
        "month": say("month"),
        "quarter": say("quarter"),
        "year": say("year"),
    }
    return spans[plan.span] if plan.span else label_of(table, plan.group)


def sentence(
    table: ReadTable, plan: Plan, result: Result, say: Phrases, *, wants_name: bool, wants_person: bool = False
) -> tuple[str, str]:
    """Return what was computed in words, and in it the value, or the row's name, "" where it is a list.

    Args:
        table: It was computed over.
        plan: What was computed.
        result: What came out.
        say: In the language of the question.
        wants_name: Whether the question asks which row it is, and not how much.
        wants_person: Whether it asks who.
    """
    if plan.operation in ("highest", "lowest"):
        return _extreme(table, plan, result, say, wants_name=wants_name, wants_person=wants_person)
    rows = rows_said(table, plan.where, result.met, say)
    if plan.operation == "list":
        return _listed(table, plan, result, rows, say, wants_person=wants_person)
    if plan.operation == "share":
        return _share(table, plan, result, say)
    column = label_of(table, plan.column)
    if plan.group is not None:
        values = _groups(table, plan, result, say)
        kept = {"column": column, "group": group_said(table, plan, say), "rows": rows, "values": values}
        told = {
            "count": say("Rows for each {group}, over {rows}: {values}", **kept),
            "sum": say("Sum of {column} for each {group}, over {rows}: {values}", **kept),
            "mean": say("Mean of {column} for each {group}, over {rows}: {values}", **kept),
            "distinct": say("Number of different values of {column} for each {group}, over {rows}: {values}", **kept),
        }[plan.operation]
        mean = mean_of_groups(table, plan, result, say)
        if not mean:
            return told, ""
        group, count = group_said(table, plan, say), len(result.lines)
        of_all = say("Mean per {group}: {value}, over the {n} with rows", group=group, value=mean, n=count)
        return f"{of_all}. {told}", mean
    line = result.lines[0]
    if plan.operation == "count":
        return f"{rows}.", say.number(result.met)
    value = said(line.value, table, plan, say)
    if plan.operation == "distinct":
        return say(
            "Number of different values of {column} over {rows}: {value}", column=column, rows=rows, value=value
        ), value
    kept = {"column": column, "rows": rows_said(table, plan.where, len(line.rows), say), "value": value}
    if plan.operation == "sum":
        return say("Sum of {column} over {rows}: {value}", **kept), value
    return say("Mean of {column} over {rows}: {value}", **kept), value


def mean_of_groups(table: ReadTable, plan: Plan, result: Result, say: Phrases) -> str:
    """Return the mean of what the groups come to, "" where it is not asked for."""
    values = [Decimal(line.value) for line in result.lines if isinstance(line.value, Decimal | int)]
    if not plan.mean or plan.operation not in ("sum", "count") or not values:
        return ""
    mean = sum(values, Decimal(0)) / len(values)
    if plan.operation == "sum":
        return said(float(mean), table, replace(plan, operation="mean"), say)
    text = f"{mean.quantize(Decimal(1).scaleb(-_MEAN_DIGITS), ROUND_HALF_UP).normalize():f}"
    return text.replace(".", ",") if say.language == "de" else text


def rows_said(table: ReadTable, where: Sequence[Condition], count: int, say: Phrases) -> str:
    """Return how many rows meet some conditions: "2 rows of ovens.csv where Site is Harbour Row"."""
    rows = say.many("{n} row of {table}", "{n} rows of {table}", count, table=plain(table.stored.name))
    conditions = conditions_said(where, table, say)
    return say("{rows} where {conditions}", rows=rows, conditions=plain(conditions)) if conditions else rows


# Conditions


def conditions_said(conditions: Sequence[Condition], table: ReadTable, say: Phrases) -> str:
    """Return conditions in words, "" for none: "Site is Harbour Row and Power kW is above 10"."""
    parts: dict[tuple[int, str], str] = {}
    for place, condition in enumerate(conditions):
        own = (condition.column, "=") if condition.sign == "=" else (place, condition.sign)
        if own in parts:
            parts[own] = say("{one} or {other}", one=parts[own], other=condition.value)
        else:
            parts[own] = _condition_said(condition, table, say)
    return say(" and ").join(parts.values())


def _condition_said(condition: Condition, table: ReadTable, say: Phrases) -> str:
    column, kind = table.labels[condition.column], table.columns[condition.column].kind
    sign, value = condition.sign, condition.value
    if condition.other is not None:
        value = table.labels[condition.other]
    if sign == "blank":
        return say("{column} is blank", column=column)
    if sign == "filled":
        return say("{column} is not blank", column=column)
    if sign == "quarter":
        return say("{column} is in quarter {value}", column=column, value=value)
    if sign == "month":
        return say("{column} is in {month}", column=column, month=say.month(int(value)))
    if kind == "date" and sign != "contains":
        if sign == "=" and len(value) != _DAY and condition.other is None:
            return say("{column} is in {value}", column=column, value=value)
        return {
            "=": say("{column} is {value}", column=column, value=value),
            "!=": say("{column} is not {value}", column=column, value=value),
            "<": say("{column} is before {value}", column=column, value=value),
            "<=": say("{column} is not after {value}", column=column, value=value),
            ">": say("{column} is after {value}", column=column, value=value),
            ">=": say("{column} is not before {value}", column=column, value=value),
        }[sign]
    return {
        "=": say("{column} is {value}", column=column, value=value),
        "!=": say("{column} is not {value}", column=column, value=value),
        "<": say("{column} is below {value}", column=column, value=value),
        "<=": say("{column} is at most {value}", column=column, value=value),
        ">": say("{column} is above {value}", column=column, value=value),
        ">=": say("{column} is at least {value}", column=column, value=value),
        "contains": say("{column} holds {value}", column=column, value=value),
    }[sign]


# Sentences


def _share(table: ReadTable, plan: Plan, result: Result, say: Phrases) -> tuple[str, str]:
    line = result.lines[0]
    value = said(line.value, table, plan, say)
    kept = {
        "column": label_of(table, plan.column),
        "conditions": plain(conditions_said(plan.where, table, say)),
        "rows": rows_said(table, plan.base, result.met, say),
        "value": value,
    }
    if plan.column is not None:
        return say("Share of {column} where {conditions}, over {rows}: {value}", **kept), value
    counted = say("({n} of {all} rows)", n=len(line.rows), all=result.met)
    return f"{say('Share where {conditions}, over {rows}: {value}', **kept)} {counted}", value


def _extreme(
    table: ReadTable, plan: Plan, result: Result, say: Phrases, *, wants_name: bool, wants_person: bool
) -> tuple[str, str]:
    rows = rows_said(table, plan.where, result.met, say)
    column = label_of(table, plan.column)
    if plan.group is not None:
        what = say("number of rows")
        if plan.column is not None:
            what = say("mean of {column}", column=column) if plan.mean else say("sum of {column}", column=column)
        kept = {
            "what": what,
            "group": group_said(table, plan, say),
            "rows": rows,
            "values": _groups(table, plan, result, say),
        }
        # Of two that share the first place, neither stands in front.
        is_tie = len({line.value for line in result.lines}) < len(result.lines) and plan.top == 1
        first = "" if is_tie else plain(result.lines[0].group)
        if plan.operation == "highest":
            return say("Highest {what} for each {group}, over {rows}: {values}", **kept), first
        return say("Lowest {what} for each {group}, over {rows}: {values}", **kept), first
    lines = result.lines
    value = _shown_value(table, plan, lines[0], say)
    same = len({line.value for line in lines}) == 1
    name = ""
    if same:
        shared = [row for line in lines for row in line.rows]
        names = _joined(row_names(table, plan, shared, people=wants_person), say)
        name = names if len(lines) == 1 and names else value
        values = f"{value} ({names})" if names else value
    else:
        each = [
            f"{row_name(table, plan, line.rows[0], people=wants_person)} {_shown_value(table, plan, line, say)}".strip()
            for line in lines
            if line.rows
        ]
        values = _joined(each, say)
    kept = {"column": column, "rows": rows, "values": values}
    front = (name if wants_name else value) if same else ""
    if plan.operation == "highest":
        return say("Highest {column} of {rows}: {values}", **kept), front
    return say("Lowest {column} of {rows}: {values}", **kept), front


def _listed(
    table: ReadTable, plan: Plan, result: Result, rows_met: str, say: Phrases, *, wants_person: bool
) -> tuple[str, str]:
    rows = result.lines[0].rows
    if len(plan.select) == 1 and len(rows) == 1:
        value = plain(table.stored.rows[rows[0]].cells[plan.select[0]])
        kept = {
            "column": label_of(table, plan.select[0]),
            "table": plain(table.stored.name),
            "conditions": plain(conditions_said(plan.where, table, say)),
            "value": value,
        }
        if not value:
            return say("{column} is blank in {rows}.", **kept, rows=rows_met), ""
        if kept["conditions"]:
            return say("{column} where {conditions} in {table}: {value}", **kept), value
        return say("{column} in {table}: {value}", **kept), value
    if len(plan.select) == 1:
        values = [plain(table.stored.rows[row].cells[plan.select[0]]) or say("blank") for row in rows]
        # What all of them say needs no saying for each.
        values = values[:1] if len(set(values)) == 1 else values
        return f"{rows_met}, {label_of(table, plan.select[0])}: {_joined(values, say)}", ""
    if len(plan.select) > 1 and len(rows) == 1 and not wants_person:
        cells = table.stored.rows[rows[0]].cells
        told = (f"{label_of(table, place)}: {plain(cells[place]) or say('blank')}" for place in plan.select)
        return f"{rows_met}: {'; '.join(told)}", ""
    names = _joined(row_names(table, plan, rows, people=wants_person), say)
    return (f"{rows_met}: {names}" if names else f"{rows_met}."), names if len(rows) == 1 else ""


def _groups(table: ReadTable, plan: Plan, result: Result, say: Phrases) -> str:
    return _joined(
        [f"{plain(line.group) or say('blank')} {said(line.value, table, plan, say)}" for line in result.lines], say
    )


def _joined(items: Sequence[str], say: Phrases) -> str:
    named = [item for item in items if item]
    more = len(named) - _NAMED
    return "; ".join(named[:_NAMED]) + (f"; {say('and {n} more', n=more)}" if more > 0 else "")


# Values


def said(value: Decimal | float | date | int | None, table: ReadTable, plan: Plan, say: Phrases) -> str:
    """Return a computed value as the table writes its own, with the unit of its column."""
    if value is None:
        return say("no number")
    if isinstance(value, date):
        return str(value)
    if plan.operation in ("count", "distinct") or (plan.column is None and plan.operation != "share"):
        return say.number(int(value))
    column = table.columns[plan.column] if plan.column is not None else None
    if plan.operation == "share":
        text = f"{rounded(value, table, plan).normalize():f}"
        return f"{text.replace('.', ',') if say.language == 'de' else text} %"
    text = f"{rounded(value, table, plan):f}"
    if column is not None:
        text = _as_written(text, column)
    return f"{text} {_unit(table, plan.column or 0)}".strip()


def rounded(value: Decimal | float | int, table: ReadTable, plan: Plan) -> Decimal:
    """Return a mean or a share with as many digits as say something; sums are exact, money has two decimals or none."""
    number = Decimal(f"{value:.10g}") if isinstance(value, float) else Decimal(value)
    if plan.operation == "share":
        return number.quantize(Decimal(1).scaleb(-_PERCENT_DIGITS))
    digits = digits_of(table, plan)
    if is_of_money(table.labels[plan.column or 0], table.columns[plan.column or 0]):
        whole = number == number.to_integral_value() and not _decimals(table, plan)
        return number.to_integral_value() if whole else number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    shown = number.quantize(Decimal(1).scaleb(-digits)) if isinstance(value, float) else number
    is_sum = plan.operation == "sum" or (plan.group is not None and plan.operation in ("highest", "lowest"))
    if is_sum and not plan.mean and 0 < (written := _decimals(table, plan, fewest=True)) <= _MOST_DIGITS:
        # "180.00" and "45.50" are 225.50; a column that holds "9,140" and "0.5" has no decimals of its own.
        return shown.quantize(Decimal(1).scaleb(-written))
    return shown.normalize()


def digits_of(table: ReadTable, plan: Plan) -> int:
    """Return how many decimals a mean is rounded to: of money two, else two more than the column's numbers have."""
    if plan.operation == "share":
        return _PERCENT_DIGITS
    decimals = _decimals(table, plan)
    if plan.column is not None and is_of_money(table.labels[plan.column], table.columns[plan.column]):
        return max(_MONEY_DIGITS, decimals)
    return min(decimals, _MOST_DIGITS) + _MONEY_DIGITS


def _decimals(table: ReadTable, plan: Plan, *, fewest: bool = False) -> int:
    """Return with how many decimals a column's numbers are written, the most of them or the fewest."""
    numbers = table.columns[plan.column].numbers if plan.column is not None else ()
    exponents = [number.as_tuple().exponent for number in numbers if number is not None]
    found = [-exponent for exponent in exponents if isinstance(exponent, int)]
    return (min if fewest else max)(found, default=0)


def _as_written(text: str, column: Column) -> str:
    """Write a number with the marks of a column's own: "1234.5" as "1.234,50" beside "2.310,00"."""
    whole, point, decimals = text.partition(".")
    if any(_GROUPED[column.comma].search(cell) for cell in column.texts[:_LOOKED_AT]):
        whole = f"{int(whole):,}" if whole.lstrip("-").isdecimal() else whole
        whole = whole.replace(",", ".") if column.comma else whole
    return whole + (("," if column.comma else point) + decimals if decimals else "")


def _unit(table: ReadTable, place: int) -> str:
    """Return a column's unit, a currency by its sign where the table writes that."""
    unit = table.columns[place].unit
    sign = _SIGNS.get(unit, "")
    shown = (table.labels[place], *table.columns[place].texts[:_LOOKED_AT])
    return sign if sign and any(sign in text for text in shown) else unit


def _shown_value(table: ReadTable, plan: Plan, line: Line, say: Phrases) -> str:
    """Return the cell itself, as the table displays it."""
    if plan.column is None or not line.rows:
        return said(line.value, table, plan, say)
    text = plain(table.stored.rows[line.rows[0]].cells[plan.column])
    unit = _unit(table, plan.column)
    if is_currency(unit) and (short := re.fullmatch(r"(\d+)([.,])(\d)", text)):
        # A spreadsheet's export leaves the last nought out.
        text = f"{short[0]}0"
    # A unit that the column's name says, the cell does not repeat.
    return text if not unit or any(mark.isalpha() or mark in "€$£%" for mark in text) else f"{text} {unit}"
