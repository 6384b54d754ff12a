"""A question while it is read against one table: its words, what each was taken for, and what they ask."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.tables.plan import Condition, Sign, Span
from qa.tables.values import is_currency
from qa.tables.vocabulary import FILLERS, UNITS, Vocabulary, Words, alike, kin
from qa.text.casing import word_set

# Words that may stand in any question about rows.
ANY = word_set(
    "please row rows entry entries record records table list column columns register file spreadsheet "
    "sheet recorded listed according data item items much many bitte gibt tabelle zeile zeilen eintrag "
    "einträge spalte have has had there tell find amount number name names day days date dates time year month wann "
    "when who wer was what wie hat haben hatte sind ist gab liegt liegen lautet beträgt take taken took gave "
    "make made get got show shows say says stand stands run runs expire expires gehören gehört zum zur stehen steht "
    "läuft laufen ab welche there in is are out belong belongs occur occurred occurs happen happened lasted lasting "
    "dauert dauerte dauerten gedauert "
    "work works working weigh weighs "
    "whose wurde wurden worden wird werden beim vom zum zur ins genommen"
)
# Small words that change what is asked. One that no comparison took up is not passed over.
_TELLING = word_set(
    "more less fewer higher lower larger smaller longer shorter older newer than before after since until till under "
    "over above below between both either neither only again still already yet ago if could would should can may "
    "must shall need allowed or than "
    "mehr weniger höher niedriger größer kleiner länger kürzer älter neuer als nach vor "
    "seit bis unter über zwischen beide nur noch schon wenn falls soll sollte muss darf kann könnte oder too enough "
    "how you your"
) - {"how"}
_KEEPS_VALUE = 2  # words between a column's name and its value


@dataclass
class Word:
    """One word of the question: as typed, in lower case, its stems and place, and what it was taken for."""

    text: str
    low: str
    stems: frozenset[int]
    start: int
    end: int
    is_small: bool = False
    role: str = ""
    column: int | None = None


@dataclass
class Compared:
    """A comparison whose column is not known yet; `at` is the place of its first word."""

    at: int
    sign: Sign
    value: str
    unit: str = ""
    is_time: bool = False
    is_of_price: bool = False

    @property
    def is_of_any_year(self) -> bool:
        """Whether it is a month, a day or a quarter of any year."""
        return self.is_time and (not self.value[:4].isdecimal() or len(self.value) <= 2)


@dataclass
class _Asked:
    """What the words of arithmetic ask for."""

    count: int | None = None
    mean: bool = False
    total: bool = False
    distinct: bool = False
    lists: int | None = None
    everything: bool = False
    extreme: str = ""
    extreme_at: int = -1
    about: str = ""
    summed: bool = False
    often: str = ""
    top: int = 1
    per: int | None = None
    span: Span = ""
    may_be_by: bool = False
    adjective: str = ""
    share: int | None = None
    money: bool = False
    lasting: bool = False
    over: int | None = None
    extreme_word: str = ""
    of_age: bool = False
    owed: bool = False
    settled: bool = False
    undone: bool = False
    uses: bool = False
    rivals: int | None = None


@dataclass
class Reading:
    """All that is known of a question so far.

    `said_at` has for each condition the place of the word that says it; `ambiguous` tells that something in the
    question could mean two things. `mistyped` are words that misspell a column or a cell, each with that one.
    """

    vocabulary: Vocabulary
    known: Words
    words: list[Word]
    asked: _Asked = field(default_factory=_Asked)
    conditions: list[Condition] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)
    negated: list[int] = field(default_factory=list)
    said_at: list[int] = field(default_factory=list)
    ambiguous: bool = False
    mistyped: list[tuple[str, str]] = field(default_factory=list)


def says_something(word: Word) -> bool:
    """Tell whether a word must be explained: it is not a small one, or changes what is asked, or is a number."""
    if word.low in _TELLING or word.low[0].isdecimal():
        return True
    small = word.is_small or not word.stems
    return not small and word.low not in ANY and word.low not in FILLERS and word.low not in UNITS


def require(reading: Reading, at: int, condition: Condition) -> None:
    """Add a condition that the word at a place says."""
    reading.conditions.append(condition)
    reading.said_at.append(at)


def free(reading: Reading, start: int, end: int) -> bool:
    """Tell whether none of these words has been taken for anything yet."""
    return end <= len(reading.words) and all(not word.role for word in reading.words[start:end])


def take(reading: Reading, start: int, end: int, role: str, column: int | None = None) -> None:
    """Note what words were taken for, and for which column if it is one."""
    for word in reading.words[start:end]:
        word.role, word.column = role, column


def take_all(reading: Reading, places: Sequence[int], role: str, column: int | None) -> None:
    """Take words at several places."""
    for at in places:
        take(reading, at, at + 1, role, column)


def columns_of(reading: Reading, *kinds: str) -> list[int]:
    """Return the columns of these kinds."""
    return [place for place, column in enumerate(reading.vocabulary.table.columns) if column.kind in kinds]


def named_before(reading: Reading, at: int, places: Sequence[int]) -> int | None:
    """Return which of several columns is named just before a word, or the only one."""
    if len(places) == 1:
        return places[0]
    before = reading.words[max(0, at - _KEEPS_VALUE) : at]
    named = [
        place
        for place in places
        if any(alike(word.low, word.stems, name) for word in before for name in reading.vocabulary.headers[place])
    ]
    return named[0] if len(named) == 1 else None


def is_value_of_years(reading: Reading, value: str) -> bool:
    """Tell whether a year stands in a column of years, which holds numbers."""
    columns = reading.vocabulary.values.get((value,), {})
    headers = reading.vocabulary.headers
    return any(name.text in ("year", "jahr") for place in columns for name in headers[place])


def is_of_years(reading: Reading, column: int, value: str) -> bool:
    """Tell whether a column is called the year of something, and a value may be one: "since 2023"."""
    names = reading.vocabulary.headers[column]
    return len(value) == len("2023") and value.isdecimal() and any(name.text in ("year", "jahr") for name in names)


def is_in_header(reading: Reading, at: int) -> bool:
    """Tell whether a word is part of a column's name that the question says in full, as in "last counted"."""
    low = reading.words[at].low
    for names in reading.vocabulary.headers:
        needed = [name for name in names if name.is_needed]
        if any(name.text == low for name in names) and all(
            any(alike(word.low, word.stems, name) for word in reading.words) for name in needed
        ):
            return True
    return False


def is_about(reading: Reading, about: str) -> bool:
    """Tell whether a column that the question names is about what an adjective says; amounts of money are prices."""
    named = [word.column for word in reading.words if word.column is not None]
    priced = about == "price" and any(is_currency(reading.vocabulary.table.columns[place].unit) for place in named)
    return priced or any(kin(reading.vocabulary.headers[place], about) for place in named)


def has_ages(reading: Reading) -> bool:
    """Tell whether a column says how old things are, in numbers."""
    headers = reading.vocabulary.headers
    return any(name.text in ("age", "alter") for place in columns_of(reading, "number") for name in headers[place])


def starts(words: Sequence[str], those: Sequence[tuple[str, ...]]) -> int:
    """Return the length of the longest of these phrases that the words begin with, 0 for none."""
    return max((len(phrase) for phrase in those if tuple(words[: len(phrase)]) == phrase), default=0)
