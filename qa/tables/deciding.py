"""Make a plan over the table from what was found in a question."""

from collections.abc import Sequence
from dataclasses import replace

from qa.tables import phrases
from qa.tables.column_kinds import (
    adds_up,
    counts_up,
    is_code,
    is_name,
    is_of_other_money,
    measure_of,
    money_column,
    names_rows,
    naming,
    numbers_rows,
    repeats,
    rows_within,
    spends,
)
from qa.tables.conditions import compared, filled, negated
from qa.tables.counting import counted
from qa.tables.extremes import end_of, extreme, means_another
from qa.tables.listing import listed
from qa.tables.nouns import group_of, is_asked_blank, is_per_row, noun_of
from qa.tables.plan import Condition, Plan
from qa.tables.reading import Reading, Word, is_about
from qa.tables.spans import days_of
from qa.tables.vocabulary import is_ledger
from qa.text.casing import word_set

_FOR_A_SPAN = word_set(
    "rent salary wage wages pay fee fees premium rate price tariff subscription interest limit miete gehalt lohn "
    "gebühr beitrag prämie preis tarif zins grenzwert"
)


def decided(reading: Reading) -> Plan | None:
    """Return the plan that follows from what was found; None where it does not fit together."""
    plan = _decided(reading)
    if plan is None or not reading.asked.span:
        return plan
    if reading.asked.mean and plan.operation in ("mean", "count"):
        plan = _mean_of_spans(reading, plan)
    is_clear = plan.group == days_of(reading) and not (plan.mean and plan.operation in ("highest", "lowest"))
    # "The rent per month" is what each costs, whenever its row began.
    is_rate = plan.column is not None and any(
        name.text in _FOR_A_SPAN for name in reading.vocabulary.headers[plan.column]
    )
    return replace(plan, span=reading.asked.span) if is_clear and not is_rate else None


def _mean_of_spans(reading: Reading, plan: Plan) -> Plan:
    """Return the plan for a mean per month: of what the months come to, where the rows of a month make a sum."""
    if plan.operation == "count":
        return replace(plan, mean=True)
    if plan.column is None or not (adds_up(reading, plan.column) or counts_up(reading, plan.column)):
        return plan
    return replace(plan, operation="sum", mean=True)


def _decided(reading: Reading) -> Plan | None:
    if not compared(reading) or not negated(reading):
        return None
    filled(reading)
    if reading.asked.share is not None:
        return _share(reading)
    if _opens_with_rows(reading):
        # "Members who joined after 2022" leaves "list" out.
        reading.asked.lists = 0
    where = tuple(dict.fromkeys(reading.conditions))
    rivals = reading.asked.rivals
    group = rivals if rivals is not None and repeats(reading, rivals) else group_of(reading)
    noun = noun_of(reading)
    if noun is not None and "" in reading.vocabulary.table.columns[noun].texts and not is_asked_blank(reading, noun):
        # "Which tenants": a plot without a tenant does not count.
        where = (*where, Condition(noun, "filled"))
    held = {condition.column for condition in where}
    heads = [word.column for word in reading.words if word.role == "column" and word.column is not None]
    heads = [place for place in dict.fromkeys(heads) if place != group]
    open_heads = [place for place in heads if place not in held]
    plan = Plan("list", where=where, group=None)
    asked, columns = reading.asked, reading.vocabulary.table.columns
    if means_another(reading):
        return None
    if asked.per is not None and (group is None or names_rows(reading, group)) and asked.mean and is_per_row(reading):
        # "The average fee per member": each row is one.
        group, asked.per = None, None
    if group is not None and columns[group].kind == "number" and not is_code(reading, group):
        return None
    if asked.per is not None and group is None and not asked.may_be_by:
        return None
    if asked.adjective and not asked.money and not is_about(reading, asked.adjective):
        return None
    if asked.often:
        of = noun if noun is not None else next(iter(open_heads), None)
        return None if of is None else replace(plan, operation=end_of(asked.often), group=of, top=asked.top)
    if asked.extreme:
        return extreme(reading, plan, noun, group, open_heads)
    is_sum = asked.total and (asked.count is None or measure_of(reading, open_heads, noun))
    is_sum = is_sum or _is_chart(reading, group, open_heads) or _is_part_of_all(reading, group, open_heads)
    is_sum = is_sum or bool(asked.span and asked.money and asked.count is None and not asked.extreme)
    is_sum = is_sum or _asks_amount_due(reading) or _asks_over_time(reading, where, open_heads)
    if (
        asked.mean
        and asked.span
        and asked.count is not None
        and not any(columns[place].kind == "number" for place in open_heads)
    ):
        # "The average number of faults per month".
        return counted(reading, plan, noun, group, open_heads)
    if asked.mean or is_sum or (asked.count is None and _asks_how_much(reading, where, open_heads)):
        measure = measure_of(reading, open_heads, None)
        is_named = measure is not None
        if measure is None and not any(columns[place].kind == "number" for place in open_heads):
            measure = money_column(reading)
        over = {word.column for word in reading.words[asked.over : asked.over + 2]} if asked.over is not None else set()
        # Where a column of texts is asked to be added up, "Q1 revenue", no other column is meant.
        aside = [place for place in open_heads if names_rows(reading, place) and (is_named or _tells(reading, place))]
        beside = [place for place in open_heads if place not in {*over, measure, *aside}]
        if measure is None or beside or is_code(reading, measure):
            return None
        if not is_named and is_of_other_money(reading, measure):
            return None
        return replace(plan, operation="mean" if asked.mean else "sum", column=measure, group=group)
    if asked.count is not None:
        return counted(reading, plan, noun, group, open_heads)
    if _is_chart_of_rows(reading, open_heads):
        return counted(reading, plan, open_heads[0] if open_heads else None, group, open_heads)
    return listed(reading, plan, noun, group, open_heads)


def _opens_with_rows(reading: Reading) -> bool:
    """Tell whether a question is what the rows are, and which of them: "incidents not on Monday".

    What is asked to be counted, added or compared, and a cell that a condition leads to, are other questions.
    """
    asked, first = reading.asked, reading.words[0]
    more = asked.count is not None or asked.lists is not None or asked.extreme or asked.mean or asked.total
    more = more or asked.distinct or asked.per is not None or bool(asked.span) or asked.often
    if more or not reading.conditions or not any(item.sign != "=" for item in reading.conditions):
        return False
    if first.role == "column" and first.column is not None:
        return numbers_rows(reading, first.column) or is_name(reading, first.column) or _names_each(reading, first)
    is_spent = first.low in phrases.SPENDING and is_ledger(reading.vocabulary)
    return first.role == "name" or is_spent


def _names_each(reading: Reading, word: Word) -> bool:
    """Tell whether a word in the plural names the column that tells the rows apart: "milestones without a date"."""
    return word.column == naming(reading) and word.low.endswith(("s", "en", "er"))


def _is_part_of_all(reading: Reading, group: int | None, heads: Sequence[int]) -> bool:
    """Tell whether a question names what was spent and what to group it by, and no more: "expenses per category"."""
    asked = reading.asked
    more = asked.mean or asked.extreme or asked.often or asked.distinct or asked.count is not None
    is_spent = asked.money and is_ledger(reading.vocabulary)
    return group is not None and not more and not heads and is_spent and money_column(reading) is not None


def _tells(reading: Reading, place: int) -> bool:
    """Tell whether a column says what the rows are, rather than something of them."""
    return place in (noun_of(reading), naming(reading))


def _is_chart(reading: Reading, group: int | None, heads: Sequence[int]) -> bool:
    """Tell whether a question is worded as a chart's title is, "hours stopped by cause", of amounts that add up."""
    asked, columns = reading.asked, reading.vocabulary.table.columns
    more = asked.mean or asked.extreme or asked.often or asked.distinct or asked.share is not None
    if reading.asked.span:
        # "Repair costs per year" names the rows as well.
        heads = [place for place in heads if columns[place].kind == "number"]
    if group is None or more or asked.count is not None or len(heads) != 1 or columns[heads[0]].kind != "number":
        return False
    return adds_up(reading, heads[0]) or counts_up(reading, heads[0])


def _is_chart_of_rows(reading: Reading, heads: Sequence[int]) -> bool:
    """Tell whether a question is worded as a chart's title is, "faults per month", of what the rows are."""
    asked = reading.asked
    more = asked.extreme or asked.often or asked.distinct or asked.lists is not None or asked.money or asked.uses
    named = reading.words[0].role == "name" and asked.per is not None and group_of(reading) is not None
    return (
        bool(asked.span or (named and not heads))
        and not more
        and not any(reading.vocabulary.table.columns[place].kind == "number" for place in heads)
    )


def _asks_amount_due(reading: Reading) -> bool:
    """Tell whether the amount is asked for that somebody owes or has paid, and not who or how many."""
    asked, lows = reading.asked, [word.low for word in reading.words]
    asks = not {"much", "viel", "wieviel"}.isdisjoint(lows) or lows[:1] in (["what"], ["was"])
    return (asked.owed or asked.settled) and asks and asked.count is None and asked.lists is None


def _asks_over_time(reading: Reading, where: Sequence[Condition], heads: Sequence[int]) -> bool:
    """Tell whether money or a consumption in some time is asked for, which several rows have: "Einnahmen im März"."""
    asked, columns = reading.asked, reading.vocabulary.table.columns
    lists = asked.lists is not None or asked.everything or asked.distinct or asked.often
    if lists or asked.count is not None or asked.extreme or asked.per is not None or len(heads) != 1:
        return False
    measure = heads[0]
    if columns[measure].kind != "number" or not (adds_up(reading, measure) or asked.uses):
        return False
    times = [condition for condition in where if columns[condition.column].kind == "date"]
    named = any(
        condition.sign == "=" and not repeats(reading, condition.column)
        for condition in where
        if condition not in times
    )
    # One row that is named by its time is a cell.
    least = 1 if all(condition.sign == "=" for condition in times) else 0
    return bool(times) and not named and rows_within(reading, times, measure) > least


def _share(reading: Reading) -> Plan | None:
    """Return a plan for the share of the rows, or of a sum, that is asked for; before "is" the whole is named."""
    asked, words = reading.asked, reading.words
    start = asked.share or 0
    if asked.extreme or asked.mean or asked.per is not None or asked.count is not None:
        return None
    verb = next((at for at in range(start, len(words)) if words[at].low in phrases.IS and not words[at].role), start)
    both = list(zip(reading.said_at, reading.conditions, strict=True))
    part = tuple(dict.fromkeys(condition for at, condition in both if at > verb))
    base = tuple(dict.fromkeys(condition for at, condition in both if at <= verb))
    if verb == start and len({condition.column for condition in part}) > 1:
        return None
    if not part:
        return None
    held = {condition.column for condition in (*part, *base)}
    heads = [word.column for word in words if word.role == "column" and word.column is not None]
    heads = [place for place in dict.fromkeys(heads) if place not in held]
    measure = measure_of(reading, heads, None)
    if measure is None and asked.money:
        measure = money_column(reading)
    if any(place != measure and not names_rows(reading, place) for place in heads):
        return None
    if measure is not None and is_code(reading, measure):
        return None
    return Plan("share", measure, part, base=base)


def _asks_how_much(reading: Reading, where: Sequence[Condition], heads: Sequence[int]) -> bool:
    """Tell whether "how much" asks about more than one row: about all, or about money in rows that meet conditions."""
    lows = [word.low for word in reading.words]
    asked = reading.asked
    much = any(tuple(lows[at : at + 2]) in (("how", "much"), ("wie", "viel")) for at in range(len(lows)))
    # "What did we spend on fuel?"
    much = much or (lows[:1] in (["what"], ["was"]) and not phrases.SPENT.isdisjoint(lows))
    if not (much or "wieviel" in lows) or asked.extreme or asked.lists is not None or asked.distinct:
        return False
    if asked.everything and (heads or asked.money):
        return True
    if not where and not phrases.SPENT.isdisjoint(lows) and len(heads) == 1:
        return spends(reading, heads[0])
    # For one row that is named, only its cell is asked for.
    named = any(
        condition.sign == "=" and not repeats(reading, condition.column) and not _is_span(reading, condition)
        for condition in where
    )
    # "How much on groceries in March?" leaves the verb out.
    is_spent = asked.money or (is_ledger(reading.vocabulary) and _leaves_verb_out(lows))
    return is_spent and not named and bool(where or asked.span)


def _is_span(reading: Reading, condition: Condition) -> bool:
    """Tell whether a condition is a year or a month, in which a row's day may be, and no day."""
    is_date = reading.vocabulary.table.columns[condition.column].kind == "date"
    return is_date and len(condition.value) < len("2024-05-31")


def _leaves_verb_out(lows: Sequence[str]) -> bool:
    """Tell whether "how much" is followed by what the money went to, and no verb: "how much on groceries"."""
    return any(
        lows[at] in ("much", "viel", "wieviel") and lows[at + 1] in ("on", "for", "at", "für", "an", "bei")
        for at in range(len(lows) - 1)
    )
