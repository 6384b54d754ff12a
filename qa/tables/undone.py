"""What is still to be done, in a table with a column that says what is done: "What is still to do?". Pure functions.

Such a column is one of yes and no, and a question for what is left does not name it.
"""

from qa.tables import phrases
from qa.tables.flags import yes_of
from qa.tables.plan import Condition
from qa.tables.reading import Reading, require, starts, take
from qa.text.casing import word_set

_DONE = word_set("done finished completed complete ready closed settled erledigt fertig abgeschlossen gemacht getan ✓")
_BESIDE = word_set("still yet have has had must need needs to left noch muss müssen haben hat remain remains remaining")


def find_undone(reading: Reading) -> None:
    """Find words that ask for what is not done yet."""
    place = _done_column(reading)
    if place is None or any(condition.column == place for condition in reading.conditions):
        return
    lows = [word.low for word in reading.words]
    for at in range(len(lows)):
        size = starts(lows[at:], phrases.UNDONE)
        if not size or any(word.role in ("value", "flag", "column") for word in reading.words[at : at + size]):
            continue
        for value in yes_of(reading.vocabulary.table.columns[place]):
            require(reading, at, Condition(place, "!=", value))
        take(reading, at, at + size, "flag", place)
        reading.asked.undone = True
        for word in reading.words:
            if not word.role and word.low in _BESIDE | phrases.TO_DO:
                word.role = "arithmetic"
        return


def _done_column(reading: Reading) -> int | None:
    """Return the only column of yes and no that says whether something is done."""
    found = [
        place
        for place, names in enumerate(reading.vocabulary.headers)
        if yes_of(reading.vocabulary.table.columns[place]) and any(name.text in _DONE for name in names)
    ]
    return found[0] if len(found) == 1 else None
