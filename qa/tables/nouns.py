"""What a question asks of a table: the things it counts or lists, and what it groups by. Pure functions."""

from qa.tables import phrases
from qa.tables.column_kinds import names_rows
from qa.tables.reading import Reading, Word
from qa.tables.spans import days_of
from qa.tables.vocabulary import is_ledger
from qa.text.casing import word_set

_TIMES = word_set(
    "day days night nights hour hours minute minutes week weeks month months year years "
    "tag tage tagen nächte nächten stunde stunden minuten woche wochen monate monaten jahre jahren"
)


def is_asked_blank(reading: Reading, noun: int) -> bool:
    """Tell whether the question itself says that the things asked for are there or missing."""
    return any(condition.column == noun and condition.sign in ("blank", "filled") for condition in reading.conditions)


def group_of(reading: Reading) -> int | None:
    """Return the column that "per" or "for each" names."""
    at = reading.asked.per
    if at is None:
        return None
    if reading.asked.span:
        return days_of(reading)
    following = reading.words[at : at + 3]
    found = next((word.column for word in following if word.role == "column"), None)
    # "The top 3 by hours" compares hours.
    compares = reading.asked.extreme and reading.asked.may_be_by
    is_number = found is not None and reading.vocabulary.table.columns[found].kind == "number"
    return None if compares and is_number else found


def is_per_row(reading: Reading) -> bool:
    """Tell whether "per" is followed by what the rows are."""
    at = reading.asked.per or 0
    words = reading.words[at : at + 2]
    return any(
        word.role == "name"
        or (word.role == "column" and word.column is not None and names_rows(reading, word.column))
        or (word.low in phrases.SPENDING and is_ledger(reading.vocabulary))
        for word in words
    )


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
        if start == asked.count and not word.role and word.low in _TIMES:
            # "How many days was the turbine down" counts no turbines.
            return None
        if word.role in ("value", "part", "flag", "name") and _says_what_kind(reading, word):
            continue
        if word.role in ("name", "value", "part", "period", "number", "flag", "bound"):
            return None
    return None


def _says_what_kind(reading: Reading, word: Word) -> bool:
    """Tell whether a word says what kind of a column's things is meant, which follows at once: "failed samples"."""
    at = reading.words.index(word)
    return at + 1 < len(reading.words) and reading.words[at + 1].role == "column"
