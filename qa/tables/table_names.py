"""Words of a question that are of a table's own name, and those that only look so."""

import re

from qa.lazy_regex import lazy_regex
from qa.tables.reading import Reading, Word, columns_of, says_something
from qa.tables.vocabulary import Name, alike

_YEAR = lazy_regex(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def find_names(reading: Reading) -> None:
    """Find words of the table's own name."""
    year = _year_of_all(reading)
    for word in reading.words:
        if year and not word.role and word.low == year:
            word.role = "name"
        if not word.role and says_something(word):
            # A number in a file's name says nothing about its rows.
            names = (name for name in reading.vocabulary.names if not name.text[0].isdecimal())
            known = (name for name in names if not is_of_one(reading, word, name))
            if not word.low[0].isdecimal() and any(alike(word.low, word.stems, name) for name in known):
                word.role = "name"


def is_of_one(reading: Reading, word: Word, name: Name) -> bool:
    """Tell whether a word asks for several of what the text around the table is one: "invoices" and "Invoice 7719"."""
    stored = reading.vocabulary.table.stored
    if not stored.in_text or len(word.low) <= len(name.text):
        return False
    called = f"{stored.title} {stored.sheet} {stored.source.rpartition('/')[2]}".casefold()
    numbers = [number for number in re.findall(r"\d{2,}", called) if not _YEAR.fullmatch(number)]
    return bool(numbers) and word.low not in called


def _year_of_all(reading: Reading) -> str:
    """Return the year that all rows are of, "" for none: the one year in the name of a table that says no other.

    Where rows have days of their own, these say when. A table in a text is called after the text, whatever it is of.
    """
    vocabulary = reading.vocabulary
    if vocabulary.table.stored.in_text or columns_of(reading, "date"):
        return ""
    named = {name.text for name in vocabulary.names if _YEAR.fullmatch(name.text)}
    elsewhere = any(_YEAR.search(label) for label in vocabulary.table.labels) or any(
        map(_YEAR.fullmatch, vocabulary.words)
    )
    return named.pop() if len(named) == 1 and not elsewhere else ""
