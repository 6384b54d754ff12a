"""Questions about the rows of a table, computed on what is stored of it, never by a model."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from weakref import WeakKeyDictionary

from qa.answering.events import Event, Finished, PassagesFound, Progress, TextPiece
from qa.answering.routes.footnotes import one_line
from qa.answering.routes.route import Asked, Parts
from qa.answering.routes.rows.also_said import may_be_said, with_what_texts_say
from qa.answering.routes.rows.cell_by_meaning import cell_by_meaning
from qa.answering.routes.rows.shelf import Shelf, words_of
from qa.answering.routes.rows.table_answer import table_answer
from qa.answering.routes.rows.table_model import propose
from qa.answering.routes.rows.table_words import label_of
from qa.answering.saying.corrections import corrected
from qa.answering.saying.phrases import phrases
from qa.store.reading import IndexReader
from qa.tables.compute import Line, Result, compute
from qa.tables.flags import yes_of
from qa.tables.plan import Condition, Plan, ReadTable
from qa.tables.several import joined
from qa.tables.understand import Understood, understood
from qa.tables.values import folded
from qa.tables.vocabulary import Vocabulary, Words, vocabulary
from qa.tracing import stage
from qa.types import Answer, RouteName

# Of a question that no rule reads, a model is asked where this share of its words at most is not the table's.
_MOST_UNKNOWN = 0.5
_LEAST_OWN = 2
_SHOWN_TABLES = 3
# Over as many rows it takes a moment.
_SAID_FROM = 50_000


@dataclass(frozen=True, slots=True)
class _Read:
    """What was made of a question: a plan over a table, or tables that a model may make one for."""

    table: Vocabulary | None = None
    plan: Plan | None = None
    candidates: tuple[Vocabulary, ...] = ()
    mistyped: tuple[tuple[str, str], ...] = ()


class TableRoute:
    """Looks cells up, filters, counts and adds."""

    name: RouteName = "table"

    def __init__(self) -> None:
        self._shelves: WeakKeyDictionary[IndexReader, Shelf] = WeakKeyDictionary()
        self._last: tuple[Asked, _Read] | None = None

    async def recognise(self, asked: Asked, parts: Parts) -> str:
        """Return which table answers; see `Route`."""
        read = await self._read(asked, parts)
        if read.plan is not None and read.table is not None:
            say = phrases(asked.text)
            return say("every word of it is about the table {table}", table=read.table.table.stored.name)
        if read.candidates and parts.llm is not None:
            named = " or ".join(table.table.stored.name for table in read.candidates)
            return f"it asks to compute over {named}, which {parts.llm.name} may put as a plan"
        return ""

    async def answer(self, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
        """Compute, and cite the rows."""
        read = await self._read(asked, parts)
        table, plan, said_by = read.table, read.plan, ""
        if plan is None or table is None:
            if parts.llm is None or not read.candidates:
                return
            with stage("plan"):
                proposed = await propose(parts.llm, asked.text, [item.table for item in read.candidates])
            if proposed is None:
                return
            found, plan = proposed
            table = next(item for item in read.candidates if item.table is found)
            said_by = parts.llm.name
        rows = len(table.table.stored.rows)
        if rows >= _SAID_FROM:
            yield Progress(f"Computing over {rows:,} rows of {one_line(table.table.stored.name)}")
        with stage("compute"):
            result = await asyncio.to_thread(compute, plan, table.table)
        beside: tuple[int, ...] = ()
        if not result.met and (wider := _without_denied(plan, table.table)) is not None:
            with stage("compute"):
                beside = (await asyncio.to_thread(compute, wider, table.table)).lines[0].rows
        if not _answers(plan, result) and not beside:
            return
        if plan.operation == "sum" and beside:
            # Of somebody's rows none is open: nothing is owed.
            result = replace(result, lines=(Line("", Decimal(0), ()),))
        with stage("cite"):
            answer = table_answer(asked, table.table, plan, result, said_by=said_by, looked_at=beside)
            # The words of a plan that a model made were not read here.
            answer = corrected(answer, () if said_by else read.mistyped)
        if may_be_said(asked, plan, table.table):
            with stage("compare"):
                answer = await with_what_texts_say(answer, result.met, asked, parts)
        yield PassagesFound(answer.hits)
        yield TextPiece(answer.text)
        yield Finished(answer)

    async def nearest_cell(self, asked: Asked, parts: Parts) -> tuple[Answer, str] | None:
        """Answer with a cell whose column is called otherwise than in the question, and say why; None for none.

        For what neither rows nor passages answered: it is less sure than both.
        """
        if parts.select is None or parts.llm is not None or parts.threshold is not None:
            return None
        with stage("read cells"):
            tables = await self._tables(asked, parts)
            named = await asyncio.to_thread(_named, asked.text, tables, parts)
            found = await cell_by_meaning(asked.text, named, parts.select)
        if found is None:
            return None
        table, plan = found
        result = await asyncio.to_thread(compute, plan, table)
        say = phrases(asked.text)
        reason = say("a row of the table {table} is named, and one of its cells fits", table=table.stored.name)
        answer = table_answer(asked, table, plan, result)
        note = say(
            "The question names no column of it; {column} is the nearest.", column=label_of(table, plan.select[0])
        )
        # What stands in front would hide how the column is called.
        return replace(answer, direct=None, note=" ".join(filter(None, (note, answer.note)))), reason

    async def _read(self, asked: Asked, parts: Parts) -> _Read:
        """Read a question once, for `recognise` and `answer`."""
        if self._last is not None and self._last[0] is asked:
            return self._last[1]
        with stage("find tables"):
            tables = await self._tables(asked, parts)
        with stage("understand"):
            read = await asyncio.to_thread(_chosen, asked.text, tables, parts) if tables else _Read()
        self._last = asked, read
        return read

    async def _tables(self, asked: Asked, parts: Parts) -> list[Vocabulary]:
        shelf = self._shelves.setdefault(parts.retriever.index, Shelf())
        return await shelf.find(asked.text, asked.where, parts.retriever)


def _each_read(
    question: str, tables: Sequence[Vocabulary], parts: Parts, known: dict[str, Words], *, thorough: bool
) -> list[tuple[Vocabulary, Understood]]:
    """Read a question about each of several tables; `known` gets what is known of words in the language of each."""
    read = []
    for table in tables:
        language = table.table.stored.language
        if language not in known:
            known[language] = words_of(question, parts.retriever.sparse, language, parts.retriever.index.holds)
        read.append((table, understood(question, table, known[language], thorough=thorough)))
    return read


def _named(question: str, tables: Sequence[Vocabulary], parts: Parts) -> list[tuple[ReadTable, tuple[Condition, ...]]]:
    """Return the tables of which a question names a row, each with the cells that name it."""
    read = _each_read(question, tables, parts, {}, thorough=True)
    return [(table.table, found.row) for table, found in read if found.row]


def _chosen(question: str, tables: list[Vocabulary], parts: Parts) -> _Read:
    """Return the one table that a question is about."""
    known: dict[str, Words] = {}
    read = _each_read(question, tables, parts, known, thorough=parts.llm is not None)
    planned = [(table, found) for table, found in read if found.plan is not None]
    if planned:
        most = max(found.own for _, found in planned)
        best = [(table, found) for table, found in planned if found.own == most]
        if len(best) > 1:
            # Who asks in English whether somebody has paid means the English list, if just one is in English.
            asked = phrases(question).language
            best = [item for item in best if item[0].table.stored.language == asked] or best
        # What two tables could answer alike is nobody's, unless they say the same.
        if len(best) == 1 or _agree(best):
            return _Read(best[0][0], best[0][1].plan, mistyped=best[0][1].mistyped)
        if all(_looks_for_an_end(found.plan) for _, found in best) and (
            whole := joined([item.table for item, _ in best])
        ):
            # The cheapest of two price lists is that of both.
            language = whole.stored.language
            table = vocabulary(whole, words_of("", parts.retriever.sparse, language))
            again = understood(question, table, known[language])
            if _looks_for_an_end(again.plan):
                return _Read(table, again.plan, mistyped=again.mistyped)
    near = [
        (table, found)
        for table, found in read
        if found.computes and found.own >= _LEAST_OWN and len(found.unexplained) <= _MOST_UNKNOWN * found.words
    ]
    near.sort(key=lambda item: (len(item[1].unexplained), -item[1].own))
    return _Read(candidates=tuple(table for table, _ in near[:_SHOWN_TABLES]))


def _looks_for_an_end(plan: Plan | None) -> bool:
    """Tell whether the rows at one end of a column are asked for."""
    return plan is not None and plan.operation in ("highest", "lowest") and plan.group is None


def _agree(read: Sequence[tuple[Vocabulary, Understood]]) -> bool:
    """Tell whether the plans over several tables give one and the same number."""
    said = set()
    if not _are_copies([table.table for table, _ in read]):
        return False
    for table, found in read[:_SHOWN_TABLES]:
        if found.plan is None or found.plan.operation not in ("count", "sum", "mean", "share") or found.plan.group:
            return False
        said.add(compute(found.plan, table.table).lines[0].value)
    return len(said) == 1 and len(read) <= _SHOWN_TABLES


def _are_copies(tables: Sequence[ReadTable]) -> bool:
    """Tell whether tables may be one table again: two price lists of the same columns with other rows are not.

    Where the columns are called otherwise, one may be a translation of the other.
    """
    held: dict[tuple[str, ...], set[frozenset[tuple[str, ...]]]] = {}
    for table in tables:
        rows = frozenset(tuple(map(folded, row.cells)) for row in table.stored.rows)
        held.setdefault(tuple(map(folded, table.stored.columns)), set()).add(rows)
    return all(len(rows) == 1 for rows in held.values())


def _without_denied(plan: Plan, table: ReadTable) -> Plan | None:
    """Return the plan that lists the rows of what is named, whatever else is asked of them; None where nothing is.

    That Ann owes nothing is told by her rows, all of which are paid, and that she paid nothing in May by those of other
    months. The name of nobody has no rows.
    """
    if plan.operation not in ("count", "sum", "list") or plan.group is not None:
        return None
    flags = tuple(
        item
        for item in plan.where
        if item.sign == "!=" or yes_of(table.columns[item.column]) or table.columns[item.column].kind == "date"
    )
    named = tuple(item for item in plan.where if item not in flags)
    told = all(item.sign == "=" and table.columns[item.column].kind == "text" for item in named)
    return Plan("list", where=named) if named and flags and told else None


def _answers(plan: Plan, result: Result) -> bool:
    """Tell whether there is anything to say: that no row is so is an answer to "how many" alone.

    Where single words were looked for in cells, that none holds them all tells nothing: they may mean another thing.
    """
    if plan.operation in ("count", "distinct"):
        return bool(result.met) or all(condition.sign != "contains" for condition in plan.where)
    return any(line.rows for line in result.lines)


TABLES = TableRoute()
"""The route of all collections; it keeps what it read of each."""
