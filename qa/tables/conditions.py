"""Which rows a question means: what is compared gets its column, and what is denied is turned round. Pure functions."""

from dataclasses import replace

from qa.tables import phrases
from qa.tables.column_kinds import is_name, money_column, repeats
from qa.tables.nouns import noun_of
from qa.tables.plan import Condition
from qa.tables.reading import Compared, Reading, columns_of, is_of_years, require
from qa.tables.values import is_currency, read_number, read_unit, says_nothing
from qa.tables.vocabulary import is_called_by_currency, is_ledger, kin
from qa.text.casing import word_set

AGES = word_set("age alter")
_HAVE = word_set("have has had with haben hat hatten mit")
_SOME = word_set("a an any some the got ein eine einen einem einer den die das dem")


def compared(reading: Reading) -> bool:
    """Give each comparison its column; False where one has none."""
    table = reading.vocabulary.table
    for item in reading.compared:
        kinds = ("date",) if item.is_time else ("number",)
        column = _column_for(reading, item, kinds)
        if column is None:
            return False
        value, sign = item.value, item.sign
        if item.is_of_any_year and sign not in ("month", "quarter"):
            # "Since July" tells which July only if the table covers one year.
            years = {day.year for day in table.columns[column].dates if day}
            if len(years) != 1:
                return False
            value = f"{years.pop()}-{int(value):02d}" if value.isdecimal() else f"{years.pop()}-{value}"
        elif sign == "quarter":
            value = value.removeprefix("Q")
        if not item.is_time and table.columns[column].kind == "number":
            read = read_number(value, comma=table.columns[column].comma) or read_number(value)
            value = str(read[0]) if read else value
        require(reading, item.at, Condition(column, sign, value))
    return True


def _column_for(reading: Reading, item: Compared, kinds: tuple[str, ...]) -> int | None:
    """Return the column that a comparison is about: by its unit, the nearest that is named, or the only one."""
    candidates = columns_of(reading, *kinds)
    if reading.asked.of_age and kinds == ("number",):
        candidates = [
            place for place in candidates if any(name.text in AGES for name in reading.vocabulary.headers[place])
        ]
    if not item.is_time and (item.is_of_price or is_currency(read_unit(item.unit))):
        # "More expensive than 1000" says nothing of a number of pieces.
        candidates = [place for place in candidates if _is_of_money(reading, place)]
    if item.unit:
        unit = read_unit(item.unit)
        by_unit = [
            place
            for place in candidates
            if unit.casefold()
            in (
                reading.vocabulary.table.columns[place].unit.casefold(),
                reading.vocabulary.table.columns[place].unit.casefold().split("/")[0].split(" ")[0],
            )
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
    if of_years := [place for place in candidates if not item.unit and is_of_years(reading, place, item.value)]:
        candidates = of_years
    return candidates[0] if len(candidates) == 1 else None


def _is_of_money(reading: Reading, place: int) -> bool:
    is_called = kin(reading.vocabulary.headers[place], "price") or is_called_by_currency(
        reading.vocabulary.headers[place]
    )
    is_spent = is_ledger(reading.vocabulary) and money_column(reading) == place
    return is_called or is_spent or is_currency(reading.vocabulary.table.columns[place].unit)


def filled(reading: Reading) -> None:
    """Require a value where things are asked for that have one: "how many regions have Q2 revenue"."""
    asked, noun = reading.asked, noun_of(reading)
    computes = asked.extreme or asked.mean or asked.total or asked.often or asked.share is not None
    if noun is None or computes or (asked.count is None and asked.lists is None):
        return
    held = {condition.column for condition in reading.conditions}
    for at, word in enumerate(reading.words):
        if word.low not in _HAVE or word.role == "column":
            continue
        following = next((item for item in reading.words[at + 1 :] if item.low not in _SOME), None)
        if following is None or following.role != "column" or following.column in (None, noun):
            continue
        blank = any(map(says_nothing, reading.vocabulary.table.columns[following.column].texts))
        if following.column not in held and (asked.count is not None or blank):
            require(reading, at, Condition(following.column, "filled"))


def negated(reading: Reading) -> bool:
    """Reverse the condition that follows a negation; False where none follows it."""
    for at in reading.negated:
        following = next((word for word in reading.words[at + 1 :] if word.role in ("value", "part", "column")), None)
        # "Not measured by Rao": by somebody else.
        near = reading.words[at + 1 : at + 6]
        value = next((word for word in near if word.role == "value"), None)
        if following is not None and following.role == "column" and value is not None:
            following = value
        if following is None or following.column is None or following.role == "part":
            return False
        if following.role == "column":
            column = reading.vocabulary.table.columns[following.column]
            is_date = column.kind == "date" or (column.kind == "number" and any(map(says_nothing, column.texts)))
            if reading.words[at].low not in phrases.LACKING and not is_date:
                return False
            noun = noun_of(reading)
            if noun is not None and repeats(reading, noun) and not is_name(reading, noun):
                # Things without a row of that kind are not rows without it.
                return False
            require(reading, at, Condition(following.column, "blank"))
            continue
        for place, condition in enumerate(reading.conditions):
            if condition.column == following.column and condition.sign == "=":
                reading.conditions[place] = replace(condition, sign="!=")
    return True
