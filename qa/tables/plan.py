"""What is asked of one table, by rule or by a model: a value that is checked and said in words. Pure functions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args

from qa.lazy_regex import lazy_regex
from qa.tables.stored import Row, StoredTable
from qa.tables.values import Column, folded, read_column, read_number
from qa.text.dates import span

Operation = Literal["list", "count", "distinct", "sum", "mean", "highest", "lowest", "share"]
Sign = Literal["=", "!=", "<", "<=", ">", ">=", "contains", "month", "quarter", "blank", "filled"]

Span = Literal["", "day", "week", "month", "quarter", "year"]
"""What the days of a column are grouped by, "" for their texts as they stand."""

_HALF = lazy_regex("[\ud800-\udfff]")
_PERIOD = lazy_regex(r"\d{4}(?:-\d{2}(?:-\d{2})?|-[QH]\d)?")
_MONTHS = {"Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12), "H1": (1, 6), "H2": (7, 12)}
_TOTAL = lazy_regex(
    r"(?:grand |sub-?\s?|net |gross )?(?:totals?|sum)(?: (?:19|20)\d\d| amount)?\s*:?"
    r"|(?:gesamt|zwischen|end)?-?summen?(?: (?:19|20)\d\d)?\s*:?|(?:ins)?gesamt\s*:?"
    r"|averages?|mean|mittelwert|durchschnitt",
    re.IGNORECASE,
)
_COMPARES = ("=", "!=", "<", "<=", ">", ">=", "contains")
MOST_CONDITIONS = 8
MOST_TOP = 100


class PlanError(ValueError):
    """A plan asks for what a table does not have; the message says what."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for a row: `value` is a number or a text, or for a date column a day, month or year ("2015-09").

    Of "month" and "quarter" it is the number of one; "blank" and "filled" have none. `other` is a column whose cell of
    the same row is compared with, in place of a value.
    """

    column: int
    sign: Sign
    value: str = ""
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compute over the rows of a table that meet all conditions.

    Attributes:
        operation: "list" shows rows; "distinct" counts the different values of `column`; "highest" and "lowest" show
            the rows where `column` is so; "share" is the part, in percent, of the rows that meet `base`, or of the sum
            of `column` over them, that meets `where` too.
        column: What is counted, added or compared; None for "list" and "count".
        where: Conditions, all of which must hold; several values that one column must equal are alternatives.
        group: A column; the operation is computed for each of its values. With "highest" and "lowest", the sums of the
            groups are compared, with `mean` their means, or their counts where `column` is None. With "sum" and
            "count", `mean` asks for the mean of what the groups come to as well.
        span: Of a group of days: the days of one such span are one group.
        select: The columns to show; all if there are none.
        times: What the one value that is listed is multiplied with: the price of one by how many are asked for.
        of: As the question writes that, with its unit: "2 m2".
        top: How many rows "highest" and "lowest" show; ties with the last are shown too.
    """

    operation: Operation
    column: int | None = None
    where: tuple[Condition, ...] = ()
    group: int | None = None
    span: Span = ""
    select: tuple[int, ...] = ()
    top: int = 1
    base: tuple[Condition, ...] = ()
    mean: bool = False
    times: Decimal | None = None
    of: str = ""


@dataclass(frozen=True, eq=False)
class ReadTable:
    """A stored table with its columns as they are read; `totals` are the rows left out, which add up the others."""

    stored: StoredTable
    columns: tuple[Column, ...]
    totals: tuple[Row, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """What its columns are called."""
        return self.stored.labels


def read_table(stored: StoredTable) -> ReadTable:
    """Read the columns of a stored table, without the rows that add up the others."""
    totals = tuple(row for row in stored.rows if _is_total(row)) if len(stored.rows) > 1 else ()
    if len(totals) == len(stored.rows):
        totals = ()
    if totals:
        stored = replace(stored, rows=tuple(row for row in stored.rows if not _is_total(row)))
    cells = zip(*(row.cells for row in stored.rows), strict=True)
    columns = zip(cells, stored.columns, strict=True)
    return ReadTable(stored, tuple(read_column(column, stored.language, header) for column, header in columns), totals)


def _is_total(row: Row) -> bool:
    """Tell whether a row adds the others up: its first cell says so, and another one is a number."""
    filled = [cell for cell in row.cells if cell]
    return bool(filled) and bool(_TOTAL.fullmatch(filled[0])) and any(read_number(cell) for cell in filled[1:])


def check(plan: Plan, table: ReadTable) -> Plan:
    """Return a plan that this table can answer.

    Raises:
        PlanError: It cannot.
    """
    conditions = (*plan.where, *plan.base)
    used = [
        plan.column,
        plan.group,
        *plan.select,
        *(place for item in conditions for place in (item.column, item.other)),
    ]
    if any(column is not None and not 0 <= column < len(table.columns) for column in used):
        raise PlanError("there is no such column")
    if len(conditions) > MOST_CONDITIONS or not 1 <= plan.top <= MOST_TOP:
        raise PlanError("these are too many conditions or rows")
    kind = table.columns[plan.column].kind if plan.column is not None else None
    if plan.operation in ("sum", "mean") and kind != "number":
        raise PlanError("only numbers can be added")
    counts_groups = plan.group is not None and plan.column is None
    if plan.operation in ("highest", "lowest") and kind not in ("number", "date") and not counts_groups:
        raise PlanError("only numbers and dates can be compared")
    if plan.operation in ("highest", "lowest") and plan.group is not None and kind == "date":
        raise PlanError("dates cannot be added")
    if plan.span and (plan.group is None or table.columns[plan.group].kind != "date"):
        raise PlanError("only days make up months")
    if plan.operation == "distinct" and plan.column is None:
        raise PlanError("a column must be counted")
    if plan.operation == "share" and (not plan.where or plan.group is not None or kind not in ("number", None)):
        raise PlanError("a share needs conditions, and rows or numbers to be a share of")
    for condition in conditions:
        _check_condition(condition, table)
    return plan


def _check_condition(condition: Condition, table: ReadTable) -> None:
    kind = table.columns[condition.column].kind
    if condition.sign not in get_args(Sign):
        raise PlanError(f"there is no comparison {condition.sign}")
    if condition.sign in ("blank", "filled"):
        return
    if condition.other is not None:
        if kind == "text" or kind != table.columns[condition.other].kind or condition.sign not in _COMPARES:
            raise PlanError("only numbers and dates can be compared")
        return
    if not condition.value:
        raise PlanError("a comparison needs a value")
    if not condition.value.isprintable() and _HALF.search(condition.value):
        raise PlanError("a comparison holds half of a character, which no cell can hold")
    if condition.sign == "quarter":
        if kind != "date" or condition.value not in ("1", "2", "3", "4"):
            raise PlanError("only dates have quarters")
    elif condition.sign == "month":
        if kind != "date" or condition.value not in map(str, range(1, 13)):
            raise PlanError("only dates have months")
    elif condition.sign in ("<", "<=", ">", ">="):
        if kind == "text":
            raise PlanError("texts cannot be compared")
        if kind == "date":
            period(condition.value)
        else:
            amount(condition.value)
    elif condition.sign in ("=", "!=") and kind == "date":
        period(condition.value)
    elif condition.sign in ("=", "!=") and kind == "number":
        amount(condition.value)


def amount(value: str) -> Decimal:
    """Return a condition's number.

    Raises:
        PlanError: It is not a number.
    """
    read = read_number(value)
    if read is None:
        raise PlanError(f'"{value[:40]}" is not a number')
    return read[0]


def period(value: str) -> tuple[date, date]:
    """Return the first and the last day of a day, a month or a year.

    Raises:
        PlanError: It is none of them.
    """
    if not _PERIOD.fullmatch(value):
        raise PlanError(f'"{value[:40]}" is not a day, month or year')
    if value[5:] in _MONTHS:
        months = _MONTHS[value[5:]]
        return period(f"{value[:4]}-{months[0]:02d}")[0], period(f"{value[:4]}-{months[1]:02d}")[1]
    if value[5:6] in ("Q", "H"):
        raise PlanError(f'"{value}" is not a quarter or half of a year')
    year, month, day = (int(part) for part in (*value.split("-"), "0", "0")[:3])
    try:
        return span(year, month, day)
    except ValueError as error:
        raise PlanError(f'"{value}" is not a day, month or year') from error


def within(day: date | None, condition: Condition) -> bool:
    """Tell whether a day meets a condition of a column of dates."""
    if day is None or condition.sign in ("blank", "filled", "contains") or condition.other is not None:
        return condition.sign != "blank" if day else condition.sign == "blank"
    if condition.sign == "month":
        return day.month == int(condition.value)
    if condition.sign == "quarter":
        return (day.month + 2) // 3 == int(condition.value)
    first, last = period(condition.value)
    return {
        "=": first <= day <= last,
        "!=": not first <= day <= last,
        "<": day < first,
        "<=": day <= last,
        ">": day > last,
        ">=": day >= first,
    }[condition.sign]


# What a model may propose, as JSON.
_KEYS = {"table", "operation", "column", "where", "group", "span", "select", "top"}
_CONDITION_KEYS = {"column", "sign", "value"}


def proposed(values: Any, tables: Sequence[ReadTable]) -> tuple[ReadTable, Plan]:
    """Return the plan that a model proposed, as JSON values, and the table it is for.

    Columns are given by the names that they have in the tables. Nothing in the values is ever run.

    Raises:
        PlanError: It is not a plan that a table can answer.
    """
    if not isinstance(values, Mapping) or not set(values) <= _KEYS:
        raise PlanError("this is not a plan")
    number = values.get("table", 1)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(tables):
        raise PlanError("there is no such table")
    table = tables[number - 1]
    operation: Any = values.get("operation")
    top = values.get("top", 1)
    where = values.get("where") or []
    select = values.get("select") or []
    if operation not in get_args(Operation) or not isinstance(top, int) or isinstance(top, bool):
        raise PlanError("there is no such operation")
    if not isinstance(where, list) or not isinstance(select, list):
        raise PlanError("this is not a plan")
    each: Any = values.get("span") or ""
    if each not in get_args(Span):
        raise PlanError("there is no such span of time")
    plan = Plan(
        operation,
        _column(values.get("column"), table),
        tuple(_condition(item, table) for item in where),
        _column(values.get("group"), table),
        each,
        tuple(place for name in select if (place := _column(name, table)) is not None),
        top,
    )
    return table, check(plan, table)


def _condition(item: Any, table: ReadTable) -> Condition:
    if not isinstance(item, Mapping) or not set(item) <= _CONDITION_KEYS:
        raise PlanError("this is not a condition")
    sign: Any = item.get("sign")
    column, value = _column(item.get("column"), table), item.get("value", "")
    if column is None or sign not in get_args(Sign) or not isinstance(value, str | int | float):
        raise PlanError("this is not a condition")
    return Condition(column, sign, str(value)[:200])


def _column(name: Any, table: ReadTable) -> int | None:
    if name is None or name == "":
        return None
    wanted = folded(str(name))
    for place, label in enumerate(table.labels):
        if folded(label) == wanted:
            return place
    raise PlanError(f'there is no column "{str(name)[:40]}"')


def day_after(day: date) -> date:
    """Return the next day, and the same day for the last that there is."""
    return day if day == date.max else day + timedelta(1)
