"""What DuckDB computes over the rows of one table. The only file that knows duckdb.

SQL is made here alone, from names such as c0 and n0; what documents, people and models write enters as values. Each
computation has a database of its own in memory, without access to files, network or extensions.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qa.errors import QuestionError
from qa.lazy_regex import lazy_regex
from qa.tables.plan import Condition, Plan, ReadTable, amount, check, period
from qa.tables.values import NOTHING, Column, folded

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LIMITS = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "512MB",
    "threads": "1",
}
SECONDS = 10.0
_MOST_SCALE = 10
# After so many cells a look at the clock.
_CELLS = 10_000
# An interrupt acts on a statement that runs; one that began a moment later is interrupted by the next.
_AGAIN_S = 0.05
_HALVES = lazy_regex("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One result: the value of its group ("" for all rows), what was computed, and the places of the rows behind it.

    `value` is None where rows are listed, or where no row has a number.
    """

    group: str
    value: Decimal | float | date | int | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a plan gives. `met` counts the rows that meet its conditions; `unread` are those left out, by place."""

    lines: tuple[Line, ...]
    met: int
    unread: tuple[int, ...] = ()


def compute(plan: Plan, table: ReadTable, *, seconds: float = SECONDS) -> Result:
    """Compute a plan.

    Raises:
        PlanError: The table cannot answer it.
        QuestionError: It takes too long or too much memory, or a sum has more than 38 digits.
    """
    check(plan, table)
    with _database(seconds) as database:
        conditions = (*plan.where, *plan.base)
        of_conditions = (place for item in conditions for place in (item.column, item.other))
        used = {plan.column, plan.group, *of_conditions} - {None}
        _fill(database, table, sorted(place for place in used if place is not None))
        where, values = _where(plan.base if plan.operation == "share" else plan.where, table)
        met = [row for (row,) in database.rows(f"select row from t where {where} order by row", values)]
        column = table.columns[plan.column] if plan.column is not None else None
        unread = tuple(sorted(set(column.unread).intersection(met))) if column and column.kind != "text" else ()
        return Result(tuple(_lines(database, plan, table, where, values, met)), len(met), unread)


def _lines(
    database: "_Timed", plan: Plan, table: ReadTable, where: str, values: list[Any], met: list[int]
) -> Iterator[Line]:
    value = _value_name(plan.column, table)
    if plan.operation == "list":
        yield Line("", None, tuple(met))
    elif plan.operation == "share":
        yield _share(database, plan, table, value, where, values)
    elif plan.operation in ("highest", "lowest"):
        yield from _extremes(database, plan, value, where, values)
    else:
        what = {
            "count": "count(*)",
            "distinct": f"count(distinct f{plan.column})",
            "sum": f"sum({value})",
            "mean": f"avg({value})",
        }[plan.operation]
        # A blank cell is not a value, and what is not a number is not added.
        filled = f" and {value} is not null" if plan.operation in ("sum", "mean") else ""
        filled = f" and f{plan.column} <> ''" if plan.operation == "distinct" else filled
        group, shown, is_grouped = _grouped(plan)
        query = (
            f"select {shown}, {what}, list(row order by row), min(row) from t where {where}{filled} and {is_grouped} "
            f"group by {group} order by {group if plan.span else 'min(row)'}"
        )
        found = database.rows(query, values)
        for name, number, rows, _ in found:
            yield Line(name, number, tuple(rows))
        if not found and plan.group is None:
            yield Line("", 0 if plan.operation in ("count", "distinct") else None, ())


def _share(database: "_Timed", plan: Plan, table: ReadTable, value: str, where: str, values: list[Any]) -> Line:
    """Compute a part in percent; its rows are those of the part."""
    part, own = _where(plan.where, table)
    filled = f" and {value} is not null" if plan.column is not None else ""
    measured = f"sum({value})" if plan.column is not None else "count(*)"
    (whole,) = database.rows(f"select {measured} from t where {where}{filled}", values)[0]
    inside = f"select {measured}, list(row order by row) from t where {where}{filled} and {part}"
    found, rows = database.rows(inside, [*values, *own])[0]
    if not whole:
        return Line("", None, tuple(rows or ()))
    return Line("", 100 * Decimal(found or 0) / Decimal(whole), tuple(rows or ()))


def _grouped(plan: Plan) -> tuple[str, str, str]:
    """Return what rows are grouped by, how a group is called, and which rows have one."""
    if plan.group is None:
        return "''", "''", "true"
    if not plan.span:
        return f"f{plan.group}", f"any_value(c{plan.group})", "true"
    day = f"d{plan.group}"
    span = {
        "day": f"strftime({day}, '%Y-%m-%d')",
        "week": f"strftime({day}, '%G-W%V')",
        "month": f"strftime({day}, '%Y-%m')",
        "quarter": f"concat(strftime({day}, '%Y'), '-Q', quarter({day}))",
        "year": f"strftime({day}, '%Y')",
    }[plan.span]
    return span, f"any_value({span})", f"{day} is not null"


def _extremes(database: "_Timed", plan: Plan, value: str, where: str, values: list[Any]) -> Iterator[Line]:
    order = "desc" if plan.operation == "highest" else "asc"
    if plan.group is None:
        query = (
            f"select '', v, [row] from (select row, {value} as v, rank() over (order by {value} {order}) as place "
            f"from t where {where} and {value} is not null) where place <= {plan.top} order by place, row"
        )
    else:
        what = f"{'avg' if plan.mean else 'sum'}({value})" if plan.column is not None else "count(*)"
        filled = f" and {value} is not null" if plan.column is not None else ""
        group, shown, is_grouped = _grouped(plan)
        is_grouped = is_grouped if plan.span else f"{group} <> ''"
        query = (
            "select name, v, rows from (select name, v, rows, rank() over (order by v "
            f"{order}) as place from (select {shown} as name, {what} as v, list(row order by row) as "
            f"rows from t where {where}{filled} and {is_grouped} group by {group})) "
            f"where place <= {plan.top} order by place, rows[1]"
        )
    for name, found, rows in database.rows(query, values):
        yield Line(name, found, tuple(rows))


class _Over(Exception):  # noqa: N818
    """The time of a computation is over."""


class _Timed:
    """A database whose statements, and what is done between them, must end before a time."""

    def __init__(self, database: "DuckDBPyConnection", until: float) -> None:
        self._database = database
        self._until = until

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run a statement and return all of its rows."""
        self.look()
        found = self._database.execute(query, values).fetchall()
        self.look()
        return found

    def look(self) -> None:
        """Look at the clock.

        Raises:
            _Over: The time is over.
        """
        if time.monotonic() >= self._until:
            raise _Over


@contextmanager
def _database(seconds: float) -> "Iterator[_Timed]":
    """Open a database that can reach nothing, for a time that counts all that is done with it."""
    until = time.monotonic() + seconds
    import duckdb

    database = duckdb.connect(":memory:", config=dict(_LIMITS))
    database.execute("set lock_configuration = true")
    ended = threading.Event()
    watch = threading.Thread(target=_interrupt, args=(database, until, ended), daemon=True)
    watch.start()
    try:
        yield _Timed(database, until)
    except (_Over, duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
        raise QuestionError(
            "the table is too large to compute this in the time and memory it may take; ask about fewer rows"
        ) from error
    except duckdb.DataError as error:
        raise QuestionError("the numbers of this column are too large to be added up") from error
    finally:
        ended.set()
        watch.join()
        database.close()


def _interrupt(database: "DuckDBPyConnection", until: float, ended: threading.Event) -> None:
    """Interrupt whatever statement runs after a time, until the computation has ended."""
    if ended.wait(max(0.0, until - time.monotonic())):
        return
    while not ended.wait(_AGAIN_S):
        database.interrupt()


def _fill(database: "_Timed", table: ReadTable, used: Sequence[int]) -> None:
    """Make the table t: for column 3, its cells as c3, folded as f3, and read as n3 (numbers) or d3 (dates)."""
    names, types = ["row"], ["INTEGER"]
    lists: list[list[Any]] = [list(range(len(table.stored.rows)))]
    for place in used:
        column = table.columns[place]
        names += [f"c{place}", f"f{place}"]
        types += ["VARCHAR", "VARCHAR"]
        shown, plain = [], []
        for at, text in enumerate(column.texts):
            if at % _CELLS == 0:
                database.look()
            shown.append(_whole(text))
            plain.append(folded(shown[-1]))
        lists += [shown, plain]
        if column.kind == "number":
            names.append(f"n{place}")
            types.append(f"DECIMAL(38,{_scale(column)})")
            lists.append(list(column.numbers))
        elif column.kind == "date":
            names.append(f"d{place}")
            types.append("DATE")
            lists.append(list(column.dates))
    definition = ", ".join(f"{name} {kind}" for name, kind in zip(names, types, strict=True))
    database.rows(f"create table t ({definition})")
    unnested = ", ".join(f"unnest(?::{kind}[])" for kind in types)
    database.rows(f"insert into t select {unnested}", lists)


def _whole(text: str) -> str:
    """Return a text without halves of characters, which no database takes."""
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


def _scale(column: Column) -> int:
    """Return how many decimals the numbers of a column have."""
    exponents = (number.as_tuple().exponent for number in column.numbers if number is not None)
    return min(_MOST_SCALE, max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0))


def _value_name(place: int | None, table: ReadTable) -> str:
    if place is None:
        return "null"
    return f"{ {'number': 'n', 'date': 'd', 'text': 'f'}[table.columns[place].kind] }{place}"


def _where(conditions: Sequence[Condition], table: ReadTable) -> tuple[str, list[Any]]:
    parts: dict[tuple[int, str], list[str]] = {}
    needed: dict[tuple[int, str], list[Any]] = {}
    for place, condition in enumerate(conditions):
        # Several values that one column must equal are alternatives.
        own = (condition.column, "=") if condition.sign == "=" else (place, condition.sign)
        part, values = _condition(condition, table.columns[condition.column].kind)
        parts.setdefault(own, []).append(part)
        needed.setdefault(own, []).extend(values)
    where = " and ".join(f"({' or '.join(any_of)})" for any_of in parts.values())
    return where or "true", [value for values in needed.values() for value in values]


def _condition(condition: Condition, kind: str) -> tuple[str, list[Any]]:
    place, sign = condition.column, condition.sign
    if sign in ("blank", "filled"):
        marks = ", ".join(["''", *(f"'{mark}'" for mark in sorted(NOTHING))])
        return f"f{place} {'in' if sign == 'blank' else 'not in'} ({marks})", []
    if sign == "contains":
        return f"contains(f{place}, ?)", [folded(condition.value)]
    if condition.other is not None:
        kept = "d" if kind == "date" else "n"
        return f"{kept}{place} {'<>' if sign == '!=' else sign} {kept}{condition.other}", []
    if sign in ("month", "quarter"):
        return f"{sign}(d{place}) = ?", [int(condition.value)]
    if kind == "date":
        first, last = period(condition.value)
        parts = {
            "=": (f"d{place} between ? and ?", [first, last]),
            "!=": (f"(d{place} is null or d{place} not between ? and ?)", [first, last]),
            "<": (f"d{place} < ?", [first]),
            "<=": (f"d{place} <= ?", [last]),
            ">": (f"d{place} > ?", [last]),
            ">=": (f"d{place} >= ?", [first]),
        }
        return parts[sign]
    if kind == "number":
        own = f"n{place}"
        return (f"({own} is null or {own} <> ?)" if sign == "!=" else f"{own} {sign} ?"), [amount(condition.value)]
    return f"f{place} {'=' if sign == '=' else '<>'} ?", [folded(condition.value)]
