"""What is said of an amount right behind its name: "hours lost", "Stunden verloren". Pure functions.

It says which hours, and no cell is meant by it, though one says "Communication lost".
"""

from qa.lazy_regex import lazy_regex
from qa.tables.concepts import same_thing
from qa.tables.reading import Reading
from qa.text.casing import word_set

_PARTICIPLE = lazy_regex(r"\w{3,}ed|ge\w{2,}(?:t|en)|(?:ver|be|ent)\w{2,}(?:t|en)|\w{2,}iert")
_IRREGULAR = word_set(
    "lost spent sold bought run driven flown left given made eaten drunk burnt slept read written kept held sent born "
    "worn taken done"
)


def find_said_of_amounts(reading: Reading) -> None:
    """Explain a participle right behind the name of a column of numbers, if the column is called so in other words.

    If not, the amount that is asked for is another one than the column's, and the table does not tell it.
    """
    columns = reading.vocabulary.table.columns
    for before, word in zip(reading.words, reading.words[1:], strict=False):
        if word.role or before.role != "column" or before.column is None or columns[before.column].kind != "number":
            continue
        if word.low not in _IRREGULAR and not _PARTICIPLE.fullmatch(word.low):
            continue
        if any(same_thing(word.low, name.text) for name in reading.vocabulary.headers[before.column]):
            word.role = "arithmetic"
        elif _is_in_cells(reading, word.low):
            reading.ambiguous = True


def _is_in_cells(reading: Reading, low: str) -> bool:
    return low in reading.vocabulary.words
