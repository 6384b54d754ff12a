"""What is owed, and what was paid, in a table that says which rows are paid: "How much does Ann owe?". Pure functions.

A sum over all rows would count what was paid long ago. So such a word is explained only where a column tells paid rows
from others: one of yes and no, or a status of words.
"""

from qa.tables import phrases
from qa.tables.concepts import same_thing
from qa.tables.flags import is_flag, yes_of
from qa.tables.plan import Condition
from qa.tables.reading import Reading, require, take
from qa.tables.values import folded
from qa.text.casing import word_set

_OBLIGED = word_set("must has have left still need needs should muss müssen noch hat haben soll sollen")
_WHAT_WAS_PAID = (("what", "did"), ("what", "has"), ("what", "have"), ("was", "hat"), ("was", "haben"))
# "Those who have paid": which rows, and not how much.
_RELATIVES = word_set("who whom that which those welche welcher deren")
_OPEN = ("open", "overdue", "unpaid")
_REACH = 3


def find_owing(reading: Reading) -> None:
    """Find words that say that money is owed or was paid, and which rows that means."""
    lows = [word.low for word in reading.words]
    owes = [at for at, low in enumerate(lows) if low in phrases.OWES or _is_to_be_paid(lows, at)]
    flag = _flag(reading)
    if owes:
        place = flag if flag is not None else _status(reading)
        if place is not None and _require_unpaid(reading, owes[0], place):
            take(reading, owes[0], owes[0] + 1, "flag", place)
            reading.asked.owed = reading.asked.money = True
            for word in reading.words:
                if not word.role and word.low in phrases.LEFT | {"to", "zu"}:
                    word.role = "arithmetic"
        return
    asks_amount = any(low in ("much", "viel", "wieviel") for low in lows) or tuple(lows[:2]) in _WHAT_WAS_PAID
    if flag is None or not asks_amount:
        return
    at = next((at for at, low in enumerate(lows) if low in phrases.PAYS and reading.words[at].role != "value"), None)
    if at is None or not _RELATIVES.isdisjoint(lows[:at]):
        return
    reading.asked.money = reading.asked.settled = True
    if not any(condition.column == flag for condition in reading.conditions):
        for value in yes_of(reading.vocabulary.table.columns[flag]):
            require(reading, at, Condition(flag, "=", value))
        take(reading, at, at + 1, "flag", flag)


def _is_to_be_paid(lows: list[str], at: int) -> bool:
    """Tell whether a word ends "has to pay", "left to pay", "muss zahlen"."""
    before = lows[max(0, at - _REACH) : at]
    if lows[at] not in phrases.PAYS or lows[at] in ("paid", "bezahlt", "gezahlt"):
        return False
    return (before[-1:] in (["to"], ["zu"]) and not _OBLIGED.isdisjoint(lows[:at])) or "must" in before


def _flag(reading: Reading) -> int | None:
    """Return the only column of yes and no that says whether something was paid."""
    found = [
        place
        for place, names in enumerate(reading.vocabulary.headers)
        if is_flag(reading, place) and any(same_thing(name.text, "paid") for name in names)
    ]
    return found[0] if len(found) == 1 else None


def _status(reading: Reading) -> int | None:
    """Return the only column of words that says of some rows that they are paid and of others that they are open."""
    found = []
    for place, column in enumerate(reading.vocabulary.table.columns):
        cells = {folded(text) for text in column.texts if text} if column.kind == "text" else set()
        if any(same_thing(cell, "paid") for cell in cells) and _open_of(cells):
            found.append(place)
    return found[0] if len(found) == 1 else None


def _open_of(cells: set[str]) -> list[str]:
    return sorted(cell for cell in cells if cell in _OPEN or any(same_thing(cell, word) for word in _OPEN))


def _require_unpaid(reading: Reading, at: int, place: int) -> bool:
    column = reading.vocabulary.table.columns[place]
    if any(condition.column == place for condition in reading.conditions):
        return True
    if yes := yes_of(column):
        for value in yes:
            require(reading, at, Condition(place, "!=", value))
        return True
    for cell in _open_of({folded(text) for text in column.texts if text}):
        require(reading, at, Condition(place, "=", cell))
    return True
