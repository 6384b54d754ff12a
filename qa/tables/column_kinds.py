"""What a column holds, as far as a plan must know: money, codes, people, sizes, names of the rows. Pure functions."""

import re
from collections.abc import Sequence

from qa.lazy_regex import lazy_regex
from qa.tables import phrases
from qa.tables.concepts import same_thing
from qa.tables.plan import Condition, within
from qa.tables.reading import Reading, Word, columns_of
from qa.tables.values import Column, folded, is_currency
from qa.tables.vocabulary import alike, is_called_by_currency, is_ledger, kin, tokens_of
from qa.text.casing import word_set

_SIZES = word_set("size größe area fläche")
_EARNED = word_set("salary revenue")
_MONEY = word_set("amount price cost salary fee rent fine revenue spending donation value")
# They may be of anything.
_ALSO_OTHER = word_set("amount value")
_PEOPLE = word_set(
    "employee member customer supplier tenant borrower author owner doctor pupil visitor team department company shop "
    "name"
)
_SHOULD_BE = word_set("minimum min maximum max target reorder mindestbestand mindestmenge minimal maximal soll")
_PERSON = lazy_regex(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}")
_ADDED = word_set(
    "hours hour h minutes min days nights downtime sold units pieces tickets visits visitors guests participants "
    "quantity qty mwh kwh gwh stunden minuten tage nächte menge stück besucher gäste teilnehmer verkauft"
)
_NUMBERS_THEM = word_set("id no nr number nummer")
# Numbers in a column with such a name are not quantities.
_CODES = word_set("id no nr number code alarm year jahr zip plz postcode account serial nummer")


def is_price(reading: Reading, word: Word) -> bool:
    """Tell whether a word names a column of prices."""
    return word.role == "column" and word.column is not None and kin(reading.vocabulary.headers[word.column], "price")


def money_column(reading: Reading) -> int | None:
    """Return the one column of money."""
    found = [
        place
        for place in columns_of(reading, "number")
        if is_currency(reading.vocabulary.table.columns[place].unit)
        or first_money(reading, place)
        or is_called_by_currency(reading.vocabulary.headers[place])
    ]
    # Prices for one of each do not add up to anything.
    found = [place for place in found if not says(reading, place, "price")]
    return found[0] if len(found) == 1 else None


def is_of_other_money(reading: Reading, place: int) -> bool:
    """Tell whether a question asks what was spent and a column says what was earned, or the other way round."""
    lows = {word.low for word in reading.words}
    earns = any(says(reading, place, word) for word in _EARNED)
    if not phrases.SPENT.isdisjoint(lows):
        return earns
    return not phrases.EARNS.isdisjoint(lows) and not earns and is_ledger(reading.vocabulary)


def first_money(reading: Reading, place: int) -> bool:
    """Tell whether a column is called after money, whatever its unit; "Amount (mg)" is none."""
    unit = reading.vocabulary.table.columns[place].unit
    words = _MONEY - _ALSO_OTHER if unit and not is_currency(unit) else _MONEY
    return any(says(reading, place, word) for word in words)


def adds_up(reading: Reading, place: int) -> bool:
    """Tell whether the amounts of a column make a sum: money that came or went, and no price for one of each."""
    of_money = is_currency(reading.vocabulary.table.columns[place].unit) or first_money(reading, place)
    return of_money and not says(reading, place, "price") and not is_code(reading, place)


def counts_up(reading: Reading, place: int) -> bool:
    """Tell whether a column says how many, how long or how much energy, which makes a sum as money does."""
    names = reading.vocabulary.headers[place]
    said = any(name.text in _ADDED or same_thing(name.text, "quantity") for name in names)
    said = said or folded(reading.vocabulary.table.columns[place].unit) in _ADDED
    return said and not is_code(reading, place) and not any(name.text in _SHOULD_BE for name in names)


def spends(reading: Reading, place: int) -> bool:
    """Tell whether a column holds what was spent: money that adds up, or numbers of a table called after costs."""
    if reading.vocabulary.table.columns[place].kind != "number" or is_code(reading, place):
        return False
    costs = any(same_thing(name.text, word) for name in reading.vocabulary.names for word in ("cost", "spending"))
    return adds_up(reading, place) or (costs and not says(reading, place, "price"))


def rows_within(reading: Reading, times: Sequence[Condition], measure: int) -> int:
    """Return how many rows with a number in a column are of some times."""
    table = reading.vocabulary.table
    held = [
        number is not None and all(within(table.columns[item.column].dates[row], item) for item in times)
        for row, number in enumerate(table.columns[measure].numbers)
    ]
    return sum(held)


def says(reading: Reading, place: int, word: str) -> bool:
    """Tell whether a column is called by a word, or by one for the same thing."""
    return any(name.text == word or same_thing(name.text, word) for name in reading.vocabulary.headers[place])


def names_rows(reading: Reading, place: int) -> bool:
    """Tell whether a column names the rows: each of its cells is different, or it is called like the table."""
    is_text = reading.vocabulary.table.columns[place].kind == "text"
    return is_name(reading, place) or (is_text and not repeats(reading, place))


def measure_of(reading: Reading, heads: Sequence[int], noun: int | None) -> int | None:
    """Return the one column of numbers among those that are named, but for the things asked for; None for several."""
    numbers = [place for place in heads if reading.vocabulary.table.columns[place].kind == "number" and place != noun]
    return numbers[0] if len(numbers) == 1 else None


def naming(reading: Reading) -> int | None:
    """Return the column that tells rows apart: the first of texts that differ, else the first of texts."""
    texts = columns_of(reading, "text")
    return next((place for place in texts if not repeats(reading, place)), next(iter(texts), None))


def holds_people(reading: Reading, place: int) -> bool:
    """Tell whether a column names people: what it is called says so, or nearly all of its cells look like names."""
    filled = [text for text in reading.vocabulary.table.columns[place].texts if text]
    like = sum(text[0].isupper() and bool(_PERSON.fullmatch(text)) for text in filled)
    return names_people(reading.vocabulary.table.labels[place]) or 5 * like >= 4 * len(filled)


def is_size(reading: Reading, place: int) -> bool:
    """Tell whether a column says how large things are."""
    names = reading.vocabulary.headers[place]
    return any(name.text in _SIZES or same_thing(name.text, "area") for name in names)


def says_pieces(reading: Reading, place: int) -> bool:
    """Tell whether a column says how many there are, and not how many there should be."""
    names = reading.vocabulary.headers[place]
    return kin(names, "stock") and not any(name.text in _SHOULD_BE for name in names)


def is_code(reading: Reading, place: int) -> bool:
    """Tell whether numbers are names, such as those of alarms: their column says it, or they repeat and look alike."""
    label = re.sub(r"[(\[].*", "", reading.vocabulary.table.labels[place])
    said = set(tokens_of(label.replace("_", " ")))
    if any(name.text in _CODES and name.text in said for name in reading.vocabulary.headers[place]):
        return True
    if is_of_money(reading.vocabulary.table.labels[place], reading.vocabulary.table.columns[place]):
        # Fees of three digits that most members share are amounts all the same.
        return False
    numbers = [str(number) for number in reading.vocabulary.table.columns[place].numbers if number is not None]
    lengths = {len(text) for text in numbers}
    alike = len(lengths) == 1 and min(lengths) > 2 and all(text.isdecimal() for text in numbers)
    return alike and 2 * len(set(numbers)) < len(numbers)


def repeats(reading: Reading, place: int) -> bool:
    """Tell whether two rows have the same in a column."""
    filled = [folded(text) for text in reading.vocabulary.table.columns[place].texts if text]
    return len(set(filled)) < len(filled)


def numbers_rows(reading: Reading, place: int) -> bool:
    """Tell whether a column gives each row its number, and is called after what the rows are: "Member no"."""
    label = tokens_of(reading.vocabulary.table.labels[place].replace("_", " "))
    texts = reading.vocabulary.table.columns[place].texts
    ends = len(label) > 1 and label[-1] in _NUMBERS_THEM
    return ends and "" not in texts and len(set(texts)) == len(texts)


def is_name(reading: Reading, place: int) -> bool:
    """Tell whether a column has the table's own name, so that each row is one of its things."""
    names = reading.vocabulary.names
    return any(alike(name.text, name.stems, other) for name in reading.vocabulary.headers[place] for other in names)


def is_of_money(label: str, column: Column) -> bool:
    """Tell whether a column of numbers holds money, by its unit or by what it is called."""
    called = (same_thing(token, word) or token == word for token in tokens_of(label) for word in _MONEY - _ALSO_OTHER)
    return column.kind == "number" and (is_currency(column.unit) or (not column.unit and any(called)))


def names_people(label: str) -> bool:
    """Tell whether a column is called after people: "Owner", "Mitglied", "Name"."""
    return any(same_thing(token, thing) for token in tokens_of(label.replace("_", " ")) for thing in _PEOPLE)
