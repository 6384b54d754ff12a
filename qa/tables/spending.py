"""What a list of money spent is asked in words that none of its cells holds: what was bought, the dearest thing.

Such a list is recognised by its columns, see `qa.tables.vocabulary.is_ledger`. Pure functions.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.lazy_regex import lazy_regex
from qa.tables import phrases
from qa.tables.column_kinds import money_column
from qa.tables.concepts import same_thing
from qa.tables.plan import Condition, Plan, ReadTable
from qa.tables.reading import Reading, take
from qa.tables.vocabulary import is_ledger
from qa.text.casing import word_set

# What is done with money, and what is had for it: each row is one.
_BOUGHT = word_set(
    "bought buy buys buying purchase purchased spending went gone go goes "
    "gekauft kaufen kauften kauft angeschafft ging gingen gegangen geflossen"
)
_GOODS = word_set(
    "thing things item items stuff purchase purchases expense expenses buys "
    "ding dinge sache sachen posten artikel anschaffung anschaffungen kauf käufe ausgabe ausgaben"
)
_FOR_WHAT = word_set("wofür woran worauf")
_SO_FAR = (("so", "far"), ("up", "to", "now"), ("bis", "jetzt"), ("bislang",), ("bisher",))
_WHAT = word_set("what was")
# Not those of `qa.tables.spans`: "on which days" lists rows, and each row has one.
_SPANS = word_set("month months week weeks year years quarter day monat monaten woche wochen jahr jahren quartal tag")
_WHICH = word_set("which what welcher welchem welche welchen welches")
_IS = word_set("is are was were did do does ist sind war waren")
_CAME_IN = word_set("income revenue takings received earned einnahme einnahmen eingenommen verdient eingang eingänge")
_IS_INCOME = lazy_regex(
    r"\b(?:income|revenues?|takings|earnings|salar(?:y|ies)|wages?|payroll|pension|dividends?|"
    r"einnahmen?|einkommen|einkünfte|rente|dividenden?|\w*gehalt\w*|\w*lohn)\b",
    re.IGNORECASE,
)


def find_bought(reading: Reading) -> None:
    """Take the words for buying, and for what is bought, in a list of money spent; what its cells hold comes first."""
    if not is_ledger(reading.vocabulary):
        return
    lows = [word.low for word in reading.words]
    for at, word in enumerate(reading.words):
        for phrase in _SO_FAR:
            if tuple(lows[at : at + len(phrase)]) == phrase and not word.role:
                take(reading, at, at + len(phrase), "arithmetic")
        if word.role:
            continue
        if word.low in _BOUGHT or word.low in _FOR_WHAT or (word.low in _GOODS and _is_asked_for(reading)):
            take(reading, at, at + 1, "arithmetic")
            reading.asked.money = True
            if at and lows[0] in _WHAT and not _is_asked_for_much(reading):
                # "What did we buy in March?" wants the rows.
                reading.asked.lists = 0
        elif lows[at : at + 1] in (["much"], ["viel"]) and lows[at + 1 : at + 2] and lows[at + 1] in _IS:
            # "How much was the desk?"
            reading.asked.money = True


def _is_asked_for_much(reading: Reading) -> bool:
    asked = reading.asked
    return bool(asked.extreme or asked.often) or asked.mean or asked.total or asked.count is not None


def _is_asked_for(reading: Reading) -> bool:
    """Tell whether things are asked for by what they cost, or how many: else "the thing" may be anything."""
    asked = reading.asked
    return bool(asked.extreme) or asked.money or asked.count is not None or asked.total


def asks_in_which_span(reading: Reading) -> bool:
    """Tell whether the month or year of the most is asked for, which no row says: rows have days."""
    lows = [word.low for word in reading.words]
    named = (lows[at + 1] for at in range(len(lows) - 1) if lows[at] in _WHICH and lows[at + 1] in _SPANS)
    called = {name.text for names in reading.vocabulary.headers for name in names}
    return is_ledger(reading.vocabulary) and any(
        not any(name == word or same_thing(name, word) for name in called) or word not in called for word in named
    )


def of_what_went_out(reading: Reading, plan: Plan | None) -> Plan | None:
    """Limit a plan over money that came and went to what is asked for, where what went out is written with a minus.

    What was spent most is then the lowest number. An account's statement is such a list. In one of prices with a few
    minuses these are refunds: a sum holds them, and none is the cheapest thing that was bought.
    """
    if plan is not None and plan.operation == "list":
        return _of_purchases(reading, plan)
    if plan is None or plan.column is None or plan.operation not in ("sum", "mean", "highest", "lowest"):
        return plan
    column = reading.vocabulary.table.columns[plan.column]
    numbers = [number for number in column.numbers if number is not None]
    if column.kind != "number" or not is_ledger(reading.vocabulary) or not any(number < 0 for number in numbers):
        return plan
    came_in = any(word.low in _CAME_IN for word in reading.words)
    if not came_in and not _is_spent(reading):
        return plan
    if not _has_minus_for_spent(reading.vocabulary.table, plan.column):
        is_of_rows = plan.operation in ("highest", "lowest") and plan.group is None
        return replace(plan, where=(*plan.where, Condition(plan.column, ">", "0"))) if is_of_rows else plan
    if any(number > 0 for number in numbers):
        plan = replace(plan, where=(*plan.where, Condition(plan.column, ">" if came_in else "<", "0")))
    if not came_in and plan.operation in ("highest", "lowest"):
        plan = replace(plan, operation="lowest" if plan.operation == "highest" else "highest")
    return plan


def _of_purchases(reading: Reading, plan: Plan) -> Plan:
    """Limit a list of what was bought to what went out: a salary that came in was not."""
    if not is_ledger(reading.vocabulary) or not _BOUGHT.intersection(word.low for word in reading.words):
        return plan
    place, table = money_column(reading), reading.vocabulary.table
    if place is None or not any((number or 0) > 0 for number in table.columns[place].numbers):
        return plan
    if not any((number or 0) < 0 for number in table.columns[place].numbers) or not _has_minus_for_spent(table, place):
        return plan
    return replace(plan, where=(*plan.where, Condition(place, "<", "0")))


def _has_minus_for_spent(table: ReadTable, place: int) -> bool:
    """Tell whether a column writes what was spent with a minus: most rows have one, or most others say income."""
    signed = [
        (number, row) for number, row in zip(table.columns[place].numbers, table.stored.rows, strict=True) if number
    ]
    positive = [row for number, row in signed if number > 0]
    if len(positive) * 2 <= len(signed):
        return True
    return sum(bool(_IS_INCOME.search(" ".join(row.cells))) for row in positive) * 2 >= len(positive)


def _is_spent(reading: Reading) -> bool:
    lows: Sequence[str] = [word.low for word in reading.words]
    spent = not {*_BOUGHT, *_GOODS, *_FOR_WHAT, *phrases.SPENT, *phrases.PAYS}.isdisjoint(lows)
    return spent or reading.asked.about == "price" or reading.asked.adjective == "price"
