"""Plans that show rows or cells of them. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qa.tables import phrases
from qa.tables.column_kinds import holds_people, is_code, names_rows, repeats, says
from qa.tables.plan import Plan
from qa.tables.reading import Reading, columns_of
from qa.tables.vocabulary import is_ledger
from qa.text.casing import word_set

_WHEN = word_set("when wann")
_WHETHER = word_set("did does do has have is was were hat haben ist wurde wurden")
_MUCH = word_set("much viel wieviel")
_JOINS = word_set("and und sowie who wer which welche where wo what was")


def _says_who(reading: Reading, plan: Plan) -> bool:
    """Tell whether rows hold words that the question does not name already, and that may say who it is."""
    known = {condition.column for condition in plan.where}
    others = [column for place, column in enumerate(reading.vocabulary.table.columns) if place not in known]
    return any(any(text and not re.search(r"\d", text) for text in column.texts) for column in others)


def _tells_nobody_else(reading: Reading, plan: Plan) -> bool:
    """Tell whether the only people of the rows are those that the question names: "who stands in for Mei Tan"."""
    people = {place for place in columns_of(reading, "text") if holds_people(reading, place)}
    named = {item.column for item in plan.where if item.sign in ("=", "contains")} & people
    return bool(named) and people == named


def _amount_of(reading: Reading, plan: Plan) -> list[int]:
    """Return the only column of numbers where "how much salt" names a row, empty otherwise.

    "How much is the salt" asks for a price, which the numbers may not be.
    """
    amounts = [word for before, word in pairwise(reading.words) if before.low in _MUCH]
    named = [item for item in plan.where if item.sign == "=" and not repeats(reading, item.column)]
    numbers = columns_of(reading, "number")
    if len(named) != 1 or len(numbers) != 1 or not any(word.role == "value" for word in amounts):
        return []
    return [] if is_code(reading, numbers[0]) else numbers


def listed(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    """Return the plan that shows rows, or cells of them; None where nothing says which."""
    asked = reading.asked
    named = any(word.role == "name" for word in reading.words)
    named = named or (asked.money and is_ledger(reading.vocabulary))
    if group is not None:
        return None
    if asked.undone and all(names_rows(reading, place) for place in heads):
        # "What is still to do?" names no column.
        return plan
    if asked.distinct:
        return None if noun is None else replace(plan, operation="count", group=noun)
    if any(word.low in ("who", "wer", "whose", "wessen") for word in reading.words) and plan.where and not heads:
        if any(
            condition.sign in ("=", "contains") and names_rows(reading, condition.column) for condition in plan.where
        ):
            # "Who was second in the mixed" names the row: the row alone, in all its cells, may say it.
            return None
        if _tells_nobody_else(reading, plan):
            return None
        return plan if _says_who(reading, plan) else None
    select = [*([noun] if noun is not None else []), *heads]
    if noun is not None and not heads and not names_rows(reading, noun) and repeats(reading, noun) is False:
        return replace(plan, select=(noun,)) if plan.where else None
    if (
        noun is not None
        and not heads
        and any(
            condition.sign == "=" and not repeats(reading, condition.column) and condition.column != noun
            for condition in plan.where
        )
    ):
        # "On which day was E02 commissioned?"
        return replace(plan, select=(noun,))
    if asked.lists is not None or asked.everything:
        wanted = plan.where or asked.everything or named or noun is not None
        if not wanted or not (named or noun is not None or heads):
            return None
        if (
            not plan.where
            and not asked.everything
            and reading.words[asked.lists or 0].low.startswith(("which", "welch"))
        ):
            return None
        return replace(plan, select=tuple(dict.fromkeys(select)) if set(heads) - {noun} else ())
    # A cell: some row is named, and a column.
    equal = [condition for condition in plan.where if condition.sign in ("=", "contains")]
    heads = heads or _amount_of(reading, plan)
    if not equal or not heads:
        return None
    heads = _asked_kind(reading, heads)
    return replace(plan, select=tuple(heads)) if heads else None


def _asked_kind(reading: Reading, heads: Sequence[int]) -> list[int]:
    """Return the columns whose cells can answer: days for "when", numbers for "how much"; empty where none can.

    "When does the travel insurance end?" names the columns "Insurer" and "Ends": the insurer is no answer to it.
    """
    columns, lows = reading.vocabulary.table.columns, {word.low for word in reading.words}
    if reading.words[0].low in _WHETHER and not phrases.PAYS.isdisjoint(lows):
        # "Did Ann pay her fee?" is not asked how much that is.
        return [place for place in range(len(columns)) if says(reading, place, "paid")]
    days = columns_of(reading, "date")
    if "much" in lows and all(place in days for place in heads):
        # When oil was changed does not say how much there is.
        return []
    if not _WHEN.isdisjoint(lows) and not set(heads) & set(days):
        # "When was the press repaired": of the column "repair" its day is asked for.
        return [days[0], *heads] if len(days) == 1 else []
    if not _JOINS.isdisjoint(lows):
        # "When and where": more than the one kind is asked for.
        return list(heads)
    if not _WHEN.isdisjoint(lows):
        return [place for place in heads if place in days]
    if not _MUCH.isdisjoint(lows):
        # "30 min" is a text, and an amount.
        held = [any(re.search(r"\d", text) for text in column.texts) for column in columns]
        return [place for place in heads if held[place] and place not in days]
    return list(heads)
