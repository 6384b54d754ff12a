"""Find the columns, the cells and the name of a table in a question about it."""

from collections.abc import Iterator, Sequence

from qa.tables import phrases
from qa.tables.concepts import concept, same_thing
from qa.tables.plan import Condition, Sign
from qa.tables.reading import (
    ANY,
    Reading,
    free,
    is_about,
    is_value_of_years,
    named_before,
    require,
    says_something,
    take,
    take_all,
)
from qa.tables.table_names import is_of_one
from qa.tables.values import folded, is_currency, read_number, read_unit
from qa.tables.vocabulary import UNITS, Name, alike, first_kin, key, kin, mistyped, same
from qa.text.casing import word_set

# Words that stand before a superlative that is an adjective.
_BEFORE_ADJECTIVES = word_set(
    "the a is are was were has have which what and der die das den dem ist sind war waren hat haben welche welcher und"
)


_WHEN = word_set("when wann after before since until by between late nach vor seit bis zwischen date datum")
_YES_OR_NO = word_set("yes no ja nein true false")
# What is asked for follows at once. A shorter noun is the beginning of many names.
_OF_WHAT = (("how", "many"), ("wie", "viele"), ("wieviele",), ("which",), ("welche",), ("list", "all"), ("list",))
_LONG = 5
# A word that a column's name may lack decides between two that are named alike.
_BESIDE = 0.1
# Whoever stands in a list of employees.
_ANYBODY = word_set("people persons personen leute")
_TAKES = word_set(
    "took take takes lasted lasts ran runs dauerte dauerten dauert gedauert brauchte brauchten lief liefen"
)
_TIMES = word_set("duration hours minutes seconds days months min h dauer stunden minuten sekunden tage monate")
_UNIT_WORDS = UNITS | word_set("pound kilowatt kwh")


def find_values(reading: Reading) -> None:
    """Find whole cells that the question names, the longest first."""
    lows = [word.low for word in reading.words]
    keys = key(lows, reading.known.own)
    for size in range(min(reading.vocabulary.longest, len(lows)), 0, -1):
        for start in range(len(lows) - size + 1):
            if not free(reading, start, start + size):
                continue
            places = reading.vocabulary.values.get(keys[start : start + size]) or reading.vocabulary.values.get(
                tuple(lows[start : start + size])
            )
            if places and (size > 1 or _may_be_value(reading, start)):
                _take_value(reading, start, start + size, places)


def find_alternatives(reading: Reading) -> None:
    """Take the "or" between two cells of one column."""
    for before, word, after in zip(reading.words, reading.words[1:], reading.words[2:], strict=False):
        is_link = word.low in ("or", "oder", "and", "und") and not word.role
        if is_link and before.role == after.role == "value" and before.column == after.column:
            word.role = "arithmetic"


def _may_be_value(reading: Reading, at: int) -> bool:
    word = reading.words[at]
    if word.low[0].isdecimal() or not word.stems or word.low in ANY or len(word.low) < 2 or word.low in _YES_OR_NO:
        return False
    if word.low in phrases.LISTS | phrases.ALL | phrases.SUMS | phrases.MEANS | phrases.DISTINCT:
        return False
    if phrases.superlative([word.low, ""]):
        return False
    # "turbine" is the column, even where a cell says it; "paid" is the status, but for a question when it was so.
    columns = reading.vocabulary.table.columns
    named = [
        place for place, names in enumerate(reading.vocabulary.headers) if any(word.low == name.text for name in names)
    ]
    asks_when = any(other.low in _WHEN or other.role == "period" for other in reading.words)
    return not named or (not asks_when and all(columns[place].kind == "date" for place in named))


def _take_value(reading: Reading, start: int, end: int, places: dict[int, str]) -> None:
    column = named_before(reading, start, list(places))
    if column is None:
        if len(places) > 1:
            reading.ambiguous = True
        column = min(places)
    take(reading, start, end, "value", column)
    kind = reading.vocabulary.table.columns[column].kind
    value = places[column]
    sign: Sign = "=" if kind == "text" else "contains"
    require(reading, start, Condition(column, sign, value))


def find_numbers(reading: Reading) -> None:
    """Find numbers that stand beside the column whose value they are: "alarm 3122", "level 2", "year 2023"."""
    for at, word in enumerate(reading.words):
        if word.role or not word.low[0].isdecimal() or read_number(word.low) is None:
            continue
        beside = [reading.words[place].column for place in (at - 1, at + 1) if 0 <= place < len(reading.words)]
        columns = [place for place in beside if place is not None and _is_number_or_text(reading, place)]
        places = reading.vocabulary.values.get((word.low,), {})
        columns = [place for place in columns if place in places] or [
            place
            for place in places
            if len(places) == 1 and (len(word.low) > 2 or is_value_of_years(reading, word.low))
        ]
        if columns:
            take(reading, at, at + 1, "value", columns[0])
            require(reading, at, Condition(columns[0], "=", places.get(columns[0], word.low)))
        else:
            word.role = ""
            reading.ambiguous = True


def _is_number_or_text(reading: Reading, place: int) -> bool:
    return reading.vocabulary.table.columns[place].kind in ("number", "text")


def find_columns(reading: Reading) -> None:
    """Find the columns that the question names, those with most words first."""
    while True:
        matches = [match for match in _matches(reading) if match[1]]
        if not matches:
            break
        best = max(matches, key=lambda match: match[0])
        rivals = [match for match in matches if match[0] == best[0] and set(match[1]) & set(best[1])]
        if len(rivals) > 1:
            preferred = _preferred(reading, rivals)
            if preferred is None:
                first = rivals[0][1]
                if len(first) == 1 and _is_named(reading, first[0]):
                    # "Orders" are the rows of orders.csv, which has an order number and a day ordered.
                    take_all(reading, first, "name", None)
                    continue
                # One of several columns is meant; nothing says which.
                take_all(reading, first, "column", None)
                reading.ambiguous = True
                continue
            best = preferred
        take_all(reading, best[1], "column", best[2])
    _explain_bills(reading)
    asked = reading.asked
    about = asked.about or asked.adjective
    # "Has been employed the longest" says since when.
    since = about == "length" and (asked.lasting or any(word.low == "been" for word in reading.words))
    if about and about != "date" and not since and not is_about(reading, about):
        _find_kin(reading, about)


def _explain_bills(reading: Reading) -> None:
    """Take "the heat bill" as explained where the column of what heat costs was found."""
    columns = reading.vocabulary.table.columns
    of_money = any(
        word.role == "column" and word.column is not None and is_currency(columns[word.column].unit)
        for word in reading.words
    )
    for word in reading.words if of_money else ():
        if not word.role and word.low in phrases.BILLS:
            word.role = "arithmetic"


def _is_named(reading: Reading, at: int) -> bool:
    """Tell whether a word is one of the table's name, in whatever form."""
    word = reading.words[at]
    return any(same(word.low, word.stems, name) for name in reading.vocabulary.names)


def _matches(reading: Reading) -> Iterator[tuple[tuple[int, float], list[int], int]]:
    """Yield for each column how well free words name it, the places of these words, and the column's place."""
    about = reading.asked.about or reading.asked.adjective
    for place, names in enumerate(reading.vocabulary.headers):
        needed = [name for name in names if name.is_needed] or list(names)
        taken: list[int] = []
        held = 0
        for name in needed:
            at = next(
                (
                    at
                    for at, word in enumerate(reading.words)
                    if not word.role
                    and at not in taken
                    and word.low not in ("how", "is")
                    and alike(word.low, word.stems, name)
                ),
                None,
            )
            if at is not None:
                taken.append(at)
                held += 1
        if not taken:
            continue
        # What an adjective is about counts as a word of the column.
        bonus = kin(names, about)
        # One common word of four names no column: "work" is not "work at height valid to".
        if 2 * (held + bonus) < len(needed):
            continue
        # "Order date" is not "order no", though neither needs more than "order".
        beside = _said_beside(reading, taken, [name for name in names if not name.is_needed])
        yield (held + bonus, (held + bonus + _BESIDE * len(beside)) / len(needed)), taken + beside, place


def _said_beside(reading: Reading, taken: Sequence[int], names: Sequence[Name]) -> list[int]:
    """Return where words that a column's name may lack stand next to those that it needs."""
    near = {at for place in taken for at in (place - 1, place + 1) if 0 <= at < len(reading.words)} - set(taken)
    free_words = [at for at in sorted(near) if not reading.words[at].role and len(reading.words[at].low) > 1]
    return [at for at in free_words if any(reading.words[at].low == name.text for name in names)]


def _preferred(
    reading: Reading, rivals: Sequence[tuple[tuple[int, float], list[int], int]]
) -> tuple[tuple[int, float], list[int], int] | None:
    """Return the only one of several columns that is of the kind asked for; None where there is not just one."""
    lows = {word.low for word in reading.words}
    asked = reading.asked
    kinds: tuple[str, ...] = ()
    if (by_unit := _by_unit(reading, rivals)) is not None:
        return by_unit
    if lows & {"when", "wann"} or asked.about == "date":
        kinds = ("date",)
    elif asked.mean or asked.total or asked.extreme:
        kinds = ("number",) if not asked.extreme else ("number", "date")
    if not kinds:
        return None
    left = [match for match in rivals if reading.vocabulary.table.columns[match[2]].kind in kinds]
    return left[0] if len(left) == 1 else None


def _by_unit(
    reading: Reading, rivals: Sequence[tuple[tuple[int, float], list[int], int]]
) -> tuple[tuple[int, float], list[int], int] | None:
    """Return the only one of several columns whose unit is asked for: "below 40 pounds", "how much gas did we use"."""
    columns = reading.vocabulary.table.columns
    numbers = [match for match in rivals if columns[match[2]].kind == "number"]
    if len(numbers) < len(rivals) or len(numbers) != len({match[2] for match in numbers}):
        return None
    said = {unit for word in reading.words if (unit := read_unit(word.low).casefold()) and word.low in _UNIT_WORDS}
    in_unit = [match for match in numbers if columns[match[2]].unit.casefold() in said]
    if len(in_unit) == 1:
        return in_unit[0]
    money = [match for match in numbers if is_currency(columns[match[2]].unit)]
    others = [match for match in numbers if match not in money]
    of_money = (
        reading.asked.money
        or reading.asked.adjective == "price"
        or any(word.low in phrases.BILLS | {"expensive"} for word in reading.words)
    )
    left = others if reading.asked.uses and not of_money else money if of_money else []
    return left[0] if len(left) == 1 else None


def _find_kin(reading: Reading, about: str) -> None:
    """Take the only column that is named after what an adjective is about: "how much does it cost", "the longest"."""
    headers = list(enumerate(reading.vocabulary.headers))
    found = [place for place, names in headers if first_kin(names, about)]
    found = found or [place for place, names in headers if kin(names, about)]
    if len(found) == 1:
        at = next(
            at
            for at, word in enumerate(reading.words)
            if word.role == "arithmetic"
            and (word.low in phrases.ADJECTIVES or phrases.superlative([word.low, ""]) is not None)
        )
        # "Was out longest" speaks of a time, not of the length of a thing.
        if about == "length" and _says_how_long(reading, at) and not _takes_time(reading, at, found[0]):
            return
        take(reading, at, at + 1, "column", found[0])


def _says_how_long(reading: Reading, at: int) -> bool:
    """Tell whether a superlative is an adverb: "was out longest", "stand am längsten"; not "is longest"."""
    before = [word.low for word in reading.words[:at]]
    if before[-1:] == ["am"]:
        before.pop()
    return not before or before[-1] not in _BEFORE_ADJECTIVES


def _takes_time(reading: Reading, at: int, place: int) -> bool:
    """Tell whether a superlative says how long something took, and a column is of time: "took longest"."""
    names = {name.text for name in reading.vocabulary.headers[place]}
    return not names.isdisjoint(_TIMES) and any(word.low in _TAKES for word in reading.words[:at])


def find_rows_noun(reading: Reading) -> None:
    """Find what the rows are, behind "how many": members of a list of members, though a cell says "member" too."""
    lows = [word.low for word in reading.words]
    begins = next((len(words) for words in _OF_WHAT if tuple(lows[: len(words)]) == words), 0)
    if not begins or begins == len(lows):
        return
    noun = reading.words[begins]
    if any(alike(noun.low, noun.stems, name) for names in reading.vocabulary.headers for name in names):
        return  # a column names it: "which fault" of a fault log
    if noun.low in _ANYBODY and any(same_thing(name.text, "staff") for name in reading.vocabulary.names):
        noun.role = "name"
    for name in reading.vocabulary.names:
        if is_of_one(reading, noun, name):
            continue
        if same(noun.low, noun.stems, name) or (len(noun.low) >= _LONG and name.text.startswith(noun.low)):
            noun.role = "name"


def find_parts(reading: Reading) -> None:
    """Find words that stand in the cells of only one text column: "the converter fault"."""
    for at, word in enumerate(reading.words):
        if word.role or not says_something(word) or word.low[0].isdecimal():
            continue
        places = reading.vocabulary.words.get(key([word.low], reading.known.own)[0], {})
        column = named_before(reading, at, list(places)) if places else None
        if column is not None:
            take(reading, at, at + 1, "part", column)
            require(reading, at, Condition(column, "contains", places[column]))


def find_translated(reading: Reading) -> None:
    """Find cells that a word names in the other language: "offene" where a status is "open"."""
    for at, word in enumerate(reading.words):
        if word.role or not says_something(word) or not concept(word.low):
            continue
        cells = {
            (place, text)
            for (single, *rest), places in reading.vocabulary.values.items()
            if not rest
            for place, text in places.items()
            if same_thing(word.low, folded(text)) and reading.vocabulary.table.columns[place].kind == "text"
        }
        if len(cells) == 1:
            place, text = cells.pop()
            take(reading, at, at + 1, "value", place)
            require(reading, at, Condition(place, "=", text))


def find_mistyped(reading: Reading) -> None:
    """Find columns and cells of one word that a word misspells."""
    for at, word in enumerate(reading.words):
        if word.role or not says_something(word) or reading.known.is_known(word.low):
            continue
        columns = {
            place
            for place, names in enumerate(reading.vocabulary.headers)
            if any(name.is_needed and mistyped(word.low, name.text) for name in names)
        }
        if len(columns) == 1:
            place = columns.pop()
            take(reading, at, at + 1, "column", place)
            reading.mistyped.append((word.text, reading.vocabulary.table.labels[place]))
            continue
        # A word with a capital that is like a name is another name.
        cells = (
            set()
            if word.text[0].isupper()
            else {
                (place, text)
                for places in reading.vocabulary.words.values()
                for place, text in places.items()
                if mistyped(word.low, text)
            }
        )
        if len(cells) == 1:
            place, text = cells.pop()
            take(reading, at, at + 1, "part", place)
            require(reading, at, Condition(place, "contains", text))
            reading.mistyped.append((word.text, text))
