"""A question read as a plan over one table, by rule. Pure functions.

Every word of the question that says something must be one of the table's own (its name, a column, a cell), a word of
arithmetic, or a time: a question with a word beyond them is not taken for one about this table.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa.lazy_regex import lazy_regex
from qa.tables import phrases
from qa.tables.arithmetic import find_arithmetic, find_periods, find_top_of_things
from qa.tables.asking import parted
from qa.tables.column_kinds import is_name, is_of_money
from qa.tables.comparisons import find_comparisons
from qa.tables.deciding import decided
from qa.tables.finding import (
    find_alternatives,
    find_columns,
    find_mistyped,
    find_numbers,
    find_parts,
    find_rows_noun,
    find_translated,
    find_values,
)
from qa.tables.flags import HAVING, explain_so_far, find_flags
from qa.tables.nouns import noun_of
from qa.tables.owing import find_owing
from qa.tables.pairs import find_pairs
from qa.tables.per_unit import of_amount, without_amount
from qa.tables.plan import Condition, Plan, PlanError, check
from qa.tables.reading import Reading, Word, says_something
from qa.tables.rivals import find_rivals
from qa.tables.said_of import find_said_of_amounts
from qa.tables.spans import names_span
from qa.tables.spending import asks_in_which_span, find_bought, of_what_went_out
from qa.tables.table_names import find_names
from qa.tables.undone import find_undone
from qa.tables.vocabulary import WORD, Name, Vocabulary, Words, called, is_ledger, is_of, same

# "On which day" asks what "when" does, and no word of it is a column's.
_ON_WHICH_DAY = lazy_regex(
    r"\b(?P<english>(?:on|at) (?:which|what) (?:day|date))\b"
    r"|\b(?:an|am|zu) welche[mrn] (?:tag|datum|zeitpunkt)\b",
    re.IGNORECASE,
)
_LEAST_PART = 4


def _as_when(match: re.Match[str]) -> str:
    return "when" if match["english"] else "wann"


@dataclass(frozen=True, slots=True)
class Understood:
    """A plan, how much the question's words speak for the table, and those that nothing explains.

    `computes` tells whether words ask for more than a cell; `words` is how many of them say something. `mistyped` are
    words that misspell a column or a cell, each with that one. `row` are the cells that it names, where it may ask for
    another cell of their row in words that are not the table's: no name, code or number is among those.
    """

    plan: Plan | None
    own: int
    unexplained: tuple[str, ...] = ()
    computes: bool = False
    words: int = 0
    mistyped: tuple[tuple[str, str], ...] = ()
    row: tuple[Condition, ...] = ()


def understood(question: str, vocabulary: Vocabulary, known: Words, *, thorough: bool = True) -> Understood:
    """Read a question about one table; its plan is None where the words do not make one.

    Args:
        question: A standalone question.
        vocabulary: The table's words.
        known: What is known of the words of both.
        thorough: Whether to go on where a word shows at once that there will be no plan.
    """
    text = _ON_WHICH_DAY.sub(_as_when, unicodedata.normalize("NFKC", question))
    rest, amount = without_amount(text, vocabulary)
    if amount is not None:
        found = _read(rest, vocabulary, known, thorough=thorough)
        if found.plan is not None and of_amount(found.plan, amount):
            return replace(found, plan=replace(found.plan, times=amount.times, of=amount.written))
    # The number says which rows, or the question is another one; the price of one is not that of so many.
    found = _read(text, vocabulary, known, thorough=thorough)
    return replace(found, plan=None) if of_amount(found.plan, amount) else found


def _read(text: str, vocabulary: Vocabulary, known: Words, *, thorough: bool) -> Understood:
    words = [word for match in WORD.finditer(text) for word in _words(match, vocabulary, known)]
    reading = Reading(vocabulary, known, words)
    text = _without_file(reading, text)
    if any(word.low in phrases.REASONS for word in words) or not words:
        return Understood(None, 0, tuple(word.low for word in words))
    if not thorough and (strange := _strange(reading)):
        return Understood(None, 0, (strange,))
    find_periods(reading, text)
    find_rows_noun(reading)
    find_values(reading)
    find_alternatives(reading)
    find_pairs(reading)
    find_arithmetic(reading)
    find_rivals(reading)
    find_comparisons(reading)
    find_top_of_things(reading)
    find_flags(reading)
    find_owing(reading)
    find_undone(reading)
    find_columns(reading)
    find_said_of_amounts(reading)
    find_names(reading)
    find_parts(reading)
    find_translated(reading)
    find_numbers(reading)
    find_bought(reading)
    find_mistyped(reading)
    _explain_glosses(reading, text)
    explain_so_far(reading)
    unexplained = tuple(word.low for word in words if not word.role and says_something(word))
    own = sum(_weight(word, vocabulary, known) for word in words) + (reading.asked.money and is_ledger(vocabulary))
    # A question of nothing but words of arithmetic is not about a table.
    unsaid = (
        unexplained
        or reading.ambiguous
        or not own
        or _is_told_elsewhere(reading, own)
        or (asks_in_which_span(reading) and not reading.asked.span)
    )
    plan = None if unsaid else of_what_went_out(reading, decided(reading))
    if plan is not None:
        try:
            plan = check(plan, vocabulary.table)
        except PlanError:
            plan = None
    asked = reading.asked
    computes = asked.count is not None or asked.mean or asked.total or bool(asked.extreme or asked.often)
    computes = computes or asked.share is not None
    if plan is not None and (noun := noun_of(reading)) is not None:
        own += is_name(reading, noun)
    saying = sum(says_something(word) for word in words)
    return Understood(plan, own, unexplained, computes, saying, tuple(reading.mistyped), _row(reading))


def _denies_cell(reading: Reading, at: int) -> bool:
    """Tell whether the word "not" at a place is said of a cell, "not in January", rather than of what is done."""
    return any(word.role == "value" for word in reading.words[at + 1 : at + 3])


def _row(reading: Reading) -> tuple[Condition, ...]:
    """Return the cells that name a row, none where more is asked than one of its other cells."""
    asked = reading.asked
    more = asked.mean or asked.total or asked.extreme or asked.often or asked.distinct or asked.share is not None
    more = more or asked.per is not None or asked.lists is not None
    if more or reading.compared or reading.ambiguous or any(_denies_cell(reading, at) for at in reading.negated):
        return ()
    if any(condition.sign != "=" for condition in reading.conditions):
        return ()
    for word in reading.words:
        names = (word.start > 0 and word.text[:1].isupper()) or any(map(str.isdecimal, word.text))
        if not word.role and names and says_something(word):
            return ()
    return tuple(dict.fromkeys(reading.conditions))


def _words(match: re.Match[str], vocabulary: Vocabulary, known: Words) -> Iterator[Word]:
    """Yield a word, or the two that a compound of arithmetic is made of: "Gesamtfläche"."""
    low = match[0].casefold()
    if (column := _costs_of(low, vocabulary)) is not None:
        yield Word(match[0], column.text, known.stem(column.text), match.start(), match.end())
        return
    both = None if low in vocabulary.forms or any(low == name.text for name in called(vocabulary)) else parted(low)
    if both is None:
        yield Word(match[0], low, known.stem(low), match.start(), match.end(), low in known.stop_words)
        return
    middle = match.end() - len(both[1])
    yield Word(both[0], both[0], known.stem(both[0]), match.start(), middle)
    yield Word(both[1], both[1], known.stem(both[1]), middle, match.end())


def _costs_of(low: str, vocabulary: Vocabulary) -> Name | None:
    """Return the one column whose costs a compound names, "Heizkosten" those of "Heizung", if there is one."""
    part = low.removesuffix("kosten")
    if part == low or len(part) < _LEAST_PART or any(name.text == low for name in called(vocabulary)):
        return None
    begins = [
        name
        for place, names in enumerate(vocabulary.headers)
        for name in names
        if name.text.startswith(part) and _may_cost(vocabulary, place, part)
    ]
    return begins[0] if len(begins) == 1 else None


def _may_cost(vocabulary: Vocabulary, place: int, part: str) -> bool:
    """Tell whether a column may hold the costs of something: it is of money, or numbers under its bare name.

    A "Stromzähler" has a number, and "Heizung" may be gas. The first column numbers its rows.
    """
    label, column = vocabulary.table.labels[place], vocabulary.table.columns[place]
    if is_of_money(label, column):
        return True
    is_bare = re.fullmatch(rf"{re.escape(part)}(?:ung|en?|s)?", label.strip().casefold()) is not None
    return column.kind == "number" and not column.unit and place > 0 and is_bare


def _explain_glosses(reading: Reading, text: str) -> None:
    """Take a word as explained if the table's own word follows it in brackets: "Proben (samples)"."""
    for word, gloss in zip(reading.words, reading.words[1:], strict=False):
        if not word.role and gloss.role and text[word.end : gloss.start].strip() == "(":
            word.role = "gloss"


def _without_file(reading: Reading, text: str) -> str:
    """Take the table's file, where the question says it, as the table's name; return the text with blanks for it.

    The extension is not a word of the question, and a year in the name says nothing about the rows. A name of one word
    without its extension is a word like others: "turbines".
    """
    file = unicodedata.normalize("NFKC", reading.vocabulary.table.stored.source.rpartition("/")[2])
    stem = file.rpartition(".")[0]
    for name in (file, stem if re.search(r"\w[\W_]+\w", stem) else ""):
        found = re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) if name else None
        if found is None:
            continue
        for word in reading.words:
            if found.start() <= word.start and word.end <= found.end():
                word.role = "name"
        return text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :]
    return text


def _strange(reading: Reading) -> str:
    """Return a word that documents hold and the table does not, so that it is not a slip of the pen; "" for none."""
    for word in reading.words:
        if word.role or not says_something(word) or word.low[0].isdecimal():
            continue
        if phrases.is_arithmetic(word.low) or names_span(word.low) or word.low in HAVING:
            continue
        if not is_of(word.low, word.stems, reading.vocabulary) and reading.known.is_known(word.low):
            return word.low
    return ""


def _is_told_elsewhere(reading: Reading, own: int) -> bool:
    """Tell whether nothing but a translation leads to the table, and documents speak of the thing in its own word.

    "Wie viele Eigentümer waren da?" is not asked of a column "Owner" where minutes name Eigentümer.
    """
    if own > 1 or not reading.known.is_foreign:
        return False
    return any(word.role == "column" and reading.known.is_known(word.low) for word in reading.words)


def _weight(word: Word, vocabulary: Vocabulary, known: Words) -> int:
    """Return how much a word speaks for a table: its own word more than one that begins alike or is a translation."""
    names = vocabulary.names if word.role == "name" else ()
    if word.role in ("column", "flag", "bound") and word.column is not None:
        names = vocabulary.headers[word.column]
    own = known.own(word.low)
    exact = word.role == "value" or any(same(word.low, own, Name(name.text, known.own(name.text))) for name in names)
    return 2 if exact else word.role in ("column", "flag", "bound", "name", "part")
