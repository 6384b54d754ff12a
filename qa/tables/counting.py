"""Plans that count: rows, different values, or what a column of numbers says there is. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.lazy_regex import lazy_regex
from qa.tables.column_kinds import is_code, is_name, names_rows, numbers_rows, repeats, says_pieces
from qa.tables.plan import Plan
from qa.tables.reading import Reading, columns_of
from qa.tables.vocabulary import alike, is_ledger, kin
from qa.text.casing import word_set

_ROWS = word_set("row rows entry entries record records items zeilen einträge mal times there gibt")
_QUANTITIES = word_set("qty quantity number count pieces pcs anzahl menge stück stückzahl stueck stk")
_POSSESSIVES = word_set("their his her its your our my ihre ihren ihrem ihr seinen seine seinem deren dessen")
MEASURES = word_set(
    "litre litres liter liters metre metres meter meters kilogram kilograms kilo kilos gram grams ton tons tonnes "
    "tonne second seconds mile miles foot feet inch inches pound pounds gallon gallons degree degrees percent volt "
    "volts watt watts kilometre kilometres kilometer kilometers kilogramm gramm tonnen sekunde sekunden grad prozent"
)
# Values of so much a week do not add up to what all do.
_RATE = lazy_regex(
    r"/ ?\w|\b(?:per|an?|each|every|je|pro|am|im)\s+(?:hour|day|night|week|month|quarter|year|person|head|piece|unit|"
    r"stunde|tag|nacht|woche|monat|quartal|jahr|person|kopf|stück)\b|\b(?:hourly|daily|weekly|monthly|yearly|annual)\b",
    re.IGNORECASE,
)
# They name a part of a thing: of the holiday the days that are left, and not those that one has.
_OF_IT = word_set(
    "left remaining rest open unused unpaid overdue taken used missed lost extra carried planned minimum maximum "
    "max min übrig verbleibend offen genommen verbraucht gefehlt geplant mindest höchst resturlaub"
)


def counted(reading: Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    """Return the plan that counts what is asked for; None where it is not in the table."""
    asked, columns = reading.asked, reading.vocabulary.table.columns
    if _how_often(reading) and not _happens(reading, plan):
        return None
    named = any(word.role == "name" for word in reading.words)
    is_number = noun is not None and columns[noun].kind == "number"
    if noun is not None and is_number and numbers_rows(reading, noun) and not asked.distinct:
        # "How many members": the column "Member no" numbers them.
        named, heads, noun, is_number = True, [place for place in heads if place != noun], None, False
    if noun is not None and is_number and is_code(reading, noun):
        return replace(plan, operation="distinct", column=noun, group=group) if asked.distinct else None
    stock = [
        place for place in heads if columns[place].kind == "number" and kin(reading.vocabulary.headers[place], "stock")
    ]
    if noun is None and len(stock) == 1 == len(heads) and plan.where:
        # "How many yaw drives are in stock": the column says it.
        return replace(plan, operation="sum", column=stock[0], group=group)
    if noun is not None and is_number and noun in heads:
        # Who names no rows asks for all of them only where the words are the column's: "the hours stopped".
        if not plan.where and group is None and not asked.total and _means_less(reading, noun):
            return None
        return replace(plan, operation="sum", column=noun, group=group) if _is_quantity(reading, noun) else None
    of_few = noun is not None and not is_number and repeats(reading, noun) and not is_name(reading, noun)
    if noun is not None and (asked.distinct or of_few):
        return replace(plan, operation="distinct", column=noun, group=group)
    if noun is None and not named and not plan.where and group is None:
        return None
    if _counts_other(reading) or (asked.money and not is_ledger(reading.vocabulary)):
        return None
    if noun is None and _counts_part(reading) and len(said := _says_how_many(reading)) == 1 and not heads:
        # "How many chairs" is no number of rows where a column says it of each: "4", "3 pairs".
        is_read = reading.vocabulary.table.columns[said[0]].kind == "number"
        return replace(plan, operation="sum", column=said[0], group=group) if is_read else None
    if noun is None and not named and _counts_one_thing(reading):
        # "How many oak boards are there": the row of oak boards says how many.
        pieces = [place for place in columns_of(reading, "number") if says_pieces(reading, place)]
        return replace(plan, operation="sum", column=pieces[0], group=group) if len(pieces) == 1 and not heads else None
    # "The parts issued for B06" names what was done, not another column.
    done = {word.column for word in reading.words if word.role == "column" and word.low.endswith("ed")}
    before = {
        word.column
        for at, word in enumerate(reading.words)
        if at and word.role == "column" and reading.words[at - 1].low in _POSSESSIVES
    }
    others = [place for place in heads if place != noun and place not in done and place not in before]
    if others and not _how_often(reading):
        return None
    return replace(plan, operation="count", group=group)


def _says_how_many(reading: Reading) -> list[int]:
    """Return the columns that are called "Number" or "Quantity" and say how many there are of what a row is about."""
    columns = reading.vocabulary.table.columns
    return [
        place
        for place in range(len(columns))
        if any(name.text in _QUANTITIES for name in reading.vocabulary.headers[place])
        and all(re.match(r"\d", text) for text in columns[place].texts if text)
        # Numbers that all differ may be those of the rows.
        and repeats(reading, place)
    ]


def _counts_part(reading: Reading) -> bool:
    """Tell whether the word behind "how many" is one of a row's name: "chairs" for "Dining chairs"."""
    start = reading.asked.count or 0
    following = (word for word in reading.words[start:] if word.role and word.role != "arithmetic")
    word = next(following, None)
    return (
        word is not None
        and word.role in ("value", "part")
        and word.column is not None
        and names_rows(reading, word.column)
    )


def _counts_other(reading: Reading) -> bool:
    """Tell whether what follows "how many" is not what the rows are: "how many days"."""
    start = reading.asked.count or 0
    following = (word for word in reading.words[start:] if word.role != "arithmetic" and not word.is_small)
    word = next(following, None)
    return word is not None and not word.role and word.low not in _ROWS


def _counts_one_thing(reading: Reading) -> bool:
    """Tell whether what follows "how many" is what one row is about, so that there is no use in counting rows."""
    start = reading.asked.count or 0
    following = (word for word in reading.words[start:] if word.role and word.role != "arithmetic")
    word = next(following, None)
    if word is None or word.role not in ("value", "part") or word.column is None:
        return False
    return not repeats(reading, word.column)


def _is_quantity(reading: Reading, place: int) -> bool:
    """Tell "how many hours" from "how many stops", for a column "hours stopped"."""
    names = reading.vocabulary.headers[place]
    first = next((name for name in names if name.is_needed), names[0])
    return any(word.column == place and alike(word.low, word.stems, first) for word in reading.words)


def _means_less(reading: Reading, place: int) -> bool:
    """Tell whether a column is a rate, as "Hours a week" is, or what is left of what the question asks for."""
    if _RATE.search(reading.vocabulary.table.stored.columns[place].replace("_", " ")):
        return True
    said = {word.low for word in reading.words}
    return any(name.text in _OF_IT and name.text not in said for name in reading.vocabulary.headers[place])


def _happens(reading: Reading, plan: Plan) -> bool:
    """Tell whether rows are of what happened on a day each, and not of what there is.

    A register of things has days as well, such as that of the last count, but each thing stands in one row. A column
    that is itself a number of times says how often without days.
    """
    if any(word.role == "column" and word.column in columns_of(reading, "number") for word in reading.words):
        return True
    days = columns_of(reading, "date")
    said = [condition for condition in plan.where if condition.column not in days]
    if any(condition.sign == "filled" for condition in plan.where):
        return False
    if said:
        return bool(days) and any(repeats(reading, condition.column) for condition in said)
    # "How often is the oil changed" is not asked of the day on which it was, in each row.
    return bool(days) and not any(word.role == "column" and word.column in days for word in reading.words)


def _how_often(reading: Reading) -> bool:
    at = reading.asked.count
    return at is not None and reading.words[min(at + 1, len(reading.words) - 1)].low in ("often", "oft")
