"""Make a plan over the table from what was found in a question."""

from collections.abc import Sequence
from dataclasses import replace

from qa.tables import phrases
from qa.tables.plan import Condition, Operation, Plan
from qa.tables.reading import Compared, Reading, columns_of, is_about
from qa.tables.values import folded, read_number
from qa.tables.vocabulary import alike, kin, word_set

# Numbers in a column with such a name are not quantities.
_CODES = word_set("id no nr number code alarm year jahr zip plz postcode account serial nummer")


def decided(reading: Reading) -> Plan | None:
    """Return the plan that follows from what was found; None where it does not fit together."""
    if not _compared(reading) or not _negated(reading):
        return None
    where = tuple(dict.fromkeys(reading.conditions))
    group = _group(reading)
    noun = noun_of(reading)
    held = {condition.column for condition in where}
    heads = [word.column for word in reading.words if word.role == "column" and word.column is not None]
    heads = [place for place in dict.fromkeys(heads) if place != group]
    open_heads = [place for place in heads if place not in held]
    plan = Plan("list", where=where, group=None)
    asked = reading.asked
    if asked.per is not None and group is None and not asked.may_be_by:
        return None
    if asked.adjective and not is_about(reading, asked.adjective):
        return None
    if asked.often:
        of = noun if noun is not None else next(iter(open_heads), None)
        return None if of is None else replace(plan, operation=_end(asked.often), group=of, top=asked.top)
    if asked.extreme:
        return _extreme(reading, plan, noun, group, open_heads)
    if asked.mean or (asked.total and asked.count is None) or (asked.total and _measure(reading, open_heads, noun)):
        measure = _measure(reading, open_heads, None)
        beside = [place for place in open_heads if place != measure and not is_name(reading, place)]
        if measure is None or beside or _is_code(reading, measure):
            return None
        return replace(plan, operation="mean" if asked.mean else "sum", column=measure, group=group)
    if asked.count is not None:
        return _counted(reading, plan, noun, group, open_heads)
    return _listed(reading, plan, noun, group, open_heads)


def _end(end: str) -> Operation:
    return "highest" if end == "highest" else "lowest"


def _compared(reading: Reading) -> bool:
    """Give each comparison its column; False where one has none."""
    table = reading.vocabulary.table
    for item in reading.compared:
        kinds = ("date",) if item.is_time else ("number",)
        column = _column_for(reading, item, kinds)
        if column is None:
            return False
        value = item.value
        if not item.is_time and table.columns[column].kind == "number":
            read = read_number(value, comma=table.columns[column].comma) or read_number(value)
            value = str(read[0]) if read else value
        reading.conditions.append(Condition(column, item.sign, value))
    return True


def _column_for(reading: Reading, item: Compared, kinds: tuple[str, ...]) -> int | None:
    """Return the column that a comparison is about: by its unit, the nearest that is named, or the only one."""
    candidates = columns_of(reading, *kinds)
    if item.unit:
        by_unit = [
            place
            for place in candidates
            if reading.vocabulary.table.columns[place].unit.casefold() == item.unit
            or any(name.text == item.unit for name in reading.vocabulary.headers[place])
        ]
        if len(by_unit) == 1:
            return by_unit[0]
        candidates = by_unit or candidates
    named = [
        (abs(at - item.at), word.column)
        for at, word in enumerate(reading.words)
        if word.role == "column" and word.column in candidates
    ]
    if named:
        return min(named)[1]
    return candidates[0] if len(candidates) == 1 else None


def _negated(reading: Reading) -> bool:
    """Reverse the condition that follows a negation; False where none follows it."""
    for at in reading.negated:
        following = next((word for word in reading.words[at + 1 :] if word.role in ("value", "part", "column")), None)
        if following is None or following.column is None or following.role == "part":
            return False
        if following.role == "column":
            is_date = reading.vocabulary.table.columns[following.column].kind == "date"
            if reading.words[at].low not in phrases.LACKING and not is_date:
                return False
            noun = noun_of(reading)
            if noun is not None and _repeats(reading, noun) and not is_name(reading, noun):
                # Things without a row of that kind are not rows without it.
                return False
            reading.conditions.append(Condition(following.column, "blank"))
            continue
        for place, condition in enumerate(reading.conditions):
            if condition.column == following.column and condition.sign == "=":
                reading.conditions[place] = replace(condition, sign="!=")
    return True


def _group(reading: Reading) -> int | None:
    at = reading.asked.per
    if at is None:
        return None
    following = reading.words[at : at + 3]
    found = next((word.column for word in following if word.role == "column"), None)
    # "The top 3 by hours" compares hours.
    compares = reading.asked.extreme and reading.asked.may_be_by
    is_number = found is not None and reading.vocabulary.table.columns[found].kind == "number"
    return None if compares and is_number else found


def noun_of(reading: Reading) -> int | None:
    """Return the column of the things that are asked for: after "which", "how many", "list"."""
    asked = reading.asked
    starts = [at for at in (asked.count, asked.lists) if at is not None]
    if not starts:
        return None
    start = max(starts)
    for word in reading.words[start : start + 6]:
        if word.role == "column":
            return word.column
        if word.role in ("name", "value", "part", "period", "number"):
            return None
    return None


def _measure(reading: Reading, heads: Sequence[int], noun: int | None) -> int | None:
    numbers = [place for place in heads if reading.vocabulary.table.columns[place].kind == "number" and place != noun]
    return numbers[0] if len(numbers) == 1 else None


def _extreme(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    asked, columns = reading.asked, reading.vocabulary.table.columns
    kinds = ("date",) if asked.about == "date" else ("number", "date")
    after = [
        word.column
        for word in reading.words[asked.extreme_at - 1 :]
        if word.role == "column" and word.column is not None
        if word.column in heads and columns[word.column].kind in kinds
    ]
    measures = list(dict.fromkeys([*after, *(place for place in heads if columns[place].kind in kinds)]))
    measures = [place for place in measures if place != noun]
    if not measures and noun is not None and columns[noun].kind in kinds:
        measures, noun = [noun], None
    of = group if group is not None else noun
    if not measures and asked.about == "date":
        measures = columns_of(reading, "date") if len(columns_of(reading, "date")) == 1 else []
    operation = _end(asked.extreme)
    if not measures:
        counted = [place for place in heads if place != of]
        named = any(word.role == "name" for word in reading.words[asked.extreme_at :])
        if asked.summed and of is not None and (counted or named) and _repeats(reading, of):
            return replace(plan, operation=operation, group=of, top=asked.top)
        return None
    measure = measures[0]
    if asked.about not in ("", "date") and not is_about(reading, asked.about):
        return None
    of_rows = noun is not None and group is None and is_name(reading, noun) and not asked.total
    is_sum = (asked.summed or asked.total) and columns[measure].kind == "number" and not of_rows
    if of is not None and is_sum and _repeats(reading, of):
        return replace(plan, operation=operation, column=measure, group=of, top=asked.top)
    if group is not None:
        return None
    shown = dict.fromkeys(place for place in (noun, measure, *heads) if place is not None)
    select = tuple(shown) if noun is not None or len(shown) > 1 else ()
    return replace(plan, operation=operation, column=measure, top=asked.top, select=select)


def _counted(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    asked, columns = reading.asked, reading.vocabulary.table.columns
    named = any(word.role == "name" for word in reading.words)
    is_number = noun is not None and columns[noun].kind == "number"
    if noun is not None and is_number and _is_code(reading, noun):
        return replace(plan, operation="distinct", column=noun, group=group) if asked.distinct else None
    stock = [
        place for place in heads if columns[place].kind == "number" and kin(reading.vocabulary.headers[place], "stock")
    ]
    if noun is None and len(stock) == 1 == len(heads) and plan.where:
        # "How many yaw drives are in stock": the column says it.
        return replace(plan, operation="sum", column=stock[0], group=group)
    if noun is not None and is_number and noun in heads:
        return replace(plan, operation="sum", column=noun, group=group) if _is_quantity(reading, noun) else None
    repeats = noun is not None and not is_number and _repeats(reading, noun) and not is_name(reading, noun)
    if noun is not None and (asked.distinct or repeats):
        return replace(plan, operation="distinct", column=noun, group=group)
    if noun is None and not named and not plan.where and group is None:
        return None
    # "The parts issued for B06" names what was done, not another column.
    done = {word.column for word in reading.words if word.role == "column" and word.low.endswith("ed")}
    others = [place for place in heads if place != noun and place not in done]
    if others and not _how_often(reading):
        return None
    return replace(plan, operation="count", group=group)


def _is_code(reading: Reading, place: int) -> bool:
    """Tell whether numbers are names, such as those of alarms: their column says it, or they repeat and look alike."""
    if any(name.text in _CODES for name in reading.vocabulary.headers[place]):
        return True
    numbers = [str(number) for number in reading.vocabulary.table.columns[place].numbers if number is not None]
    lengths = {len(text) for text in numbers}
    alike = len(lengths) == 1 and min(lengths) > 2 and all(text.isdigit() for text in numbers)
    return alike and 2 * len(set(numbers)) < len(numbers)


def _is_quantity(reading: Reading, place: int) -> bool:
    """Tell "how many hours" from "how many stops", for a column "hours stopped"."""
    names = reading.vocabulary.headers[place]
    first = next((name for name in names if name.is_needed), names[0])
    return any(word.column == place and alike(word.low, word.stems, first) for word in reading.words)


def _how_often(reading: Reading) -> bool:
    at = reading.asked.count
    return at is not None and reading.words[min(at + 1, len(reading.words) - 1)].low in ("often", "oft")


def _listed(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    asked = reading.asked
    named = any(word.role == "name" for word in reading.words)
    if group is not None:
        return None
    if asked.distinct:
        return None if noun is None else replace(plan, operation="count", group=noun)
    if any(word.low in ("who", "wer", "whose", "wessen") for word in reading.words) and plan.where and not heads:
        # The row says who it is.
        return plan
    select = [*([noun] if noun is not None else []), *heads]
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
    if not equal or not heads:
        return None
    return replace(plan, select=tuple(heads))


def _repeats(reading: Reading, place: int) -> bool:
    filled = [folded(text) for text in reading.vocabulary.table.columns[place].texts if text]
    return len(set(filled)) < len(filled)


def is_name(reading: Reading, place: int) -> bool:
    """Tell whether a column has the table's own name, so that each row is one of its things."""
    names = reading.vocabulary.names
    return any(alike(name.text, name.stems, other) for name in reading.vocabulary.headers[place] for other in names)
