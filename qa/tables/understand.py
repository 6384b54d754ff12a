"""A question read as a plan over one table, by rule. Pure functions.

Every word of the question that says something must be one of the table's own (its name, a column, a cell), a word of
arithmetic, or a time: a question with a word beyond them is not taken for one about this table.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from qa.tables import phrases
from qa.tables.plan import Condition, Operation, Plan, PlanError, Sign, check
from qa.tables.values import folded, read_number
from qa.tables.vocabulary import (
    FILLERS,
    UNITS,
    WORD,
    Vocabulary,
    Words,
    alike,
    first_kin,
    key,
    kin,
    mistyped,
    same,
    word_set,
)

# What may stand in any question about rows.
_ANY = word_set(
    "please row rows entry entries record records table list column columns value values register file spreadsheet "
    "sheet recorded listed according data item items much many bitte gibt tabelle zeile zeilen wert werte eintrag "
    "einträge spalte have has had there tell find amount number name names day days date dates time year month wann "
    "when who wer was what wie hat haben hatte sind ist gab liegt liegen lautet beträgt value take taken took gave "
    "make made get got show shows say says stand stands run runs expire expires gehören gehört zum zur stehen steht "
    "läuft laufen ab welche there in is are out belong belongs occur occurred occurs happen happened lasted lasting "
    "whose"
)
# Small words that change what is asked. One that no comparison took up is not passed over.
_TELLING = word_set(
    "more less fewer higher lower larger smaller longer shorter older newer than before after since until till under "
    "over above below between both either neither only again still already yet ago if could would should can may "
    "must shall need allowed or than "
    "mehr weniger höher niedriger größer kleiner länger kürzer älter neuer als nach vor "
    "seit bis unter über zwischen beide nur noch schon wenn falls soll sollte muss darf kann könnte oder too enough "
    "how i my me you your we our us ich mein mir wir unser"
) - {"how"}
_ABOUT_EITHER = frozenset({"last", "first", "total", "totals", "average", "mean", "minimum", "maximum", "max", "min"})
_SUMMED = word_set("most fewest least meisten meiste wenigsten wenigste")
_KEEPS_VALUE = 2  # words between a column's name and its value


@dataclass(frozen=True, slots=True)
class Understood:
    """A plan, how much the question's words speak for the table, and those that nothing explains.

    `computes` tells whether words ask for more than a cell; `words` is how many of them say something.
    """

    plan: Plan | None
    own: int
    unexplained: tuple[str, ...] = ()
    computes: bool = False
    words: int = 0


@dataclass
class _Word:
    text: str
    low: str
    stems: frozenset[int]
    start: int
    end: int
    is_small: bool = False
    role: str = ""
    column: int | None = None


@dataclass
class _Compared:
    """A comparison whose column is not known yet; `at` is the place of its first word."""

    at: int
    sign: Sign
    value: str
    unit: str = ""
    is_time: bool = False


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
    may_be_by: bool = False
    adjective: str = ""


@dataclass
class _Reading:
    vocabulary: Vocabulary
    known: Words
    words: list[_Word]
    asked: _Asked = field(default_factory=_Asked)
    conditions: list[Condition] = field(default_factory=list)
    compared: list[_Compared] = field(default_factory=list)
    negated: list[int] = field(default_factory=list)
    ambiguous: bool = False


def understood(question: str, vocabulary: Vocabulary, known: Words) -> Understood:
    """Read a question about one table; its plan is None where the words do not make one.

    Args:
        question: A standalone one.
        vocabulary: The table's.
        known: Of its words.
    """
    text = unicodedata.normalize("NFKC", question)
    words = [
        _Word(
            match[0],
            match[0].casefold(),
            known.stem(match[0].casefold()),
            match.start(),
            match.end(),
            match[0].casefold() in known.stop_words,
        )
        for match in WORD.finditer(text)
    ]
    reading = _Reading(vocabulary, known, words)
    if any(word.low in phrases.REASONS for word in words) or not words:
        return Understood(None, 0, tuple(word.low for word in words))
    _find_periods(reading, text)
    _find_values(reading)
    _find_alternatives(reading)
    _find_arithmetic(reading)
    _find_comparisons(reading)
    _find_top_of_things(reading)
    _find_columns(reading)
    _find_names(reading)
    _find_parts(reading)
    _find_numbers(reading)
    _find_mistyped(reading)
    unexplained = tuple(word.low for word in words if not word.role and _says_something(word))
    own = sum(_weight(word, vocabulary) for word in words)
    plan = None if unexplained or reading.ambiguous else _decided(reading)
    if plan is not None:
        try:
            plan = check(plan, vocabulary.table)
        except PlanError:
            plan = None
    asked = reading.asked
    computes = asked.count is not None or asked.mean or asked.total or bool(asked.extreme or asked.often)
    if plan is not None and (noun := _noun(reading)) is not None:
        own += _is_name(reading, noun)
    saying = sum(_says_something(word) for word in words)
    return Understood(plan, own, unexplained, computes, saying)


def _weight(word: _Word, vocabulary: Vocabulary) -> int:
    """Return how much a word speaks for a table: its own word more than one that only begins alike."""
    names = vocabulary.names if word.role == "name" else ()
    if word.role == "column" and word.column is not None:
        names = vocabulary.headers[word.column]
    exact = word.role == "value" or any(same(word.low, word.stems, name) for name in names)
    return 2 if exact else word.role in ("column", "name", "part")


def _says_something(word: _Word) -> bool:
    if word.low in _TELLING or word.low[0].isdigit():
        return True
    small = word.is_small or not word.stems
    return not small and word.low not in _ANY and word.low not in FILLERS and word.low not in UNITS


def _free(reading: _Reading, start: int, end: int) -> bool:
    return end <= len(reading.words) and all(not word.role for word in reading.words[start:end])


def _take(reading: _Reading, start: int, end: int, role: str, column: int | None = None) -> None:
    for word in reading.words[start:end]:
        word.role, word.column = role, column


def _columns_of(reading: _Reading, *kinds: str) -> list[int]:
    return [place for place, column in enumerate(reading.vocabulary.table.columns) if column.kind in kinds]


# Times


def _find_periods(reading: _Reading, text: str) -> None:
    """Find times where the table has days; else years and months are numbers and words like others."""
    if not _columns_of(reading, "date"):
        return
    for period in phrases.periods(text):
        inside = [at for at, word in enumerate(reading.words) if period.start <= word.start and word.end <= period.end]
        if not inside or (len(period.value) == 4 and _is_value_of_years(reading, period.value)):
            continue
        _take(reading, inside[0], inside[-1] + 1, "period")
        sign: Sign = "month" if period.is_month else "="
        reading.compared.append(_Compared(inside[0], sign, period.value, is_time=True))


def _is_value_of_years(reading: _Reading, value: str) -> bool:
    columns = reading.vocabulary.values.get((value,), {})
    headers = reading.vocabulary.headers
    return any(name.text in ("year", "jahr") for place in columns for name in headers[place])


# Cells


def _find_values(reading: _Reading) -> None:
    """Find whole cells that the question names, the longest first."""
    lows = [word.low for word in reading.words]
    keys = key(lows, reading.known.own)
    for size in range(min(reading.vocabulary.longest, len(lows)), 0, -1):
        for start in range(len(lows) - size + 1):
            if not _free(reading, start, start + size):
                continue
            places = reading.vocabulary.values.get(keys[start : start + size]) or reading.vocabulary.values.get(
                tuple(lows[start : start + size])
            )
            if places and (size > 1 or _may_be_value(reading, start)):
                _take_value(reading, start, start + size, places)


def _find_alternatives(reading: _Reading) -> None:
    """Take the "or" between two cells of one column."""
    for before, word, after in zip(reading.words, reading.words[1:], reading.words[2:], strict=False):
        is_link = word.low in ("or", "oder", "and", "und") and not word.role
        if is_link and before.role == after.role == "value" and before.column == after.column:
            word.role = "arithmetic"


def _may_be_value(reading: _Reading, at: int) -> bool:
    word = reading.words[at]
    if word.low[0].isdigit() or not word.stems or word.low in _ANY or len(word.low) < 2:
        return False
    if word.low in phrases.LISTS | phrases.ALL | phrases.SUMS | phrases.MEANS | phrases.DISTINCT:
        return False
    if phrases.superlative([word.low, ""]):
        return False
    # "turbine" is the column, even where a cell says it.
    return not any(word.low == name.text for names in reading.vocabulary.headers for name in names)


def _take_value(reading: _Reading, start: int, end: int, places: dict[int, str]) -> None:
    column = _named_before(reading, start, list(places))
    if column is None:
        if len(places) > 1:
            reading.ambiguous = True
        column = min(places)
    _take(reading, start, end, "value", column)
    kind = reading.vocabulary.table.columns[column].kind
    value = places[column]
    sign: Sign = "=" if kind == "text" else "contains"
    reading.conditions.append(Condition(column, sign, value))


def _named_before(reading: _Reading, at: int, places: Sequence[int]) -> int | None:
    """Return which of several columns is named just before, or the only one."""
    if len(places) == 1:
        return places[0]
    before = reading.words[max(0, at - _KEEPS_VALUE) : at]
    named = [
        place
        for place in places
        if any(alike(word.low, word.stems, name) for word in before for name in reading.vocabulary.headers[place])
    ]
    return named[0] if len(named) == 1 else None


# Arithmetic


def _find_arithmetic(reading: _Reading) -> None:
    asked, words = reading.asked, reading.words
    lows = [word.low for word in words]
    at = 0
    while at < len(words):
        size = 1
        either = lows[at] in _ABOUT_EITHER or lows[at] in phrases.NEGATIONS
        if words[at].role or (either and _is_in_header(reading, at)):
            at += 1
            continue
        rest = lows[at:]
        if taken := _starts(rest, phrases.OFTEN):
            asked.often, size = "highest", taken
        elif taken := _starts(rest, phrases.SELDOM):
            asked.often, size = "lowest", taken
        elif (taken := _starts(rest, phrases.COUNTS)) and _counts(reading, at):
            asked.count, size = at, taken
        elif taken := _starts(rest, phrases.UNTIL_WHEN):
            size = taken
        elif taken := _compares(rest):
            # "more than", "at least": comparisons come later, and hold words of arithmetic.
            at += taken
            continue
        elif found := phrases.superlative([*rest, ""]):
            size, asked.extreme, about = found
            asked.about = about
            asked.extreme_at = at + size
            asked.summed = asked.summed or (lows[at] in _SUMMED and size == 1)
            _find_top(reading, at, at + size)
        elif lows[at] in phrases.MEANS:
            asked.mean = True
        elif lows[at] in phrases.SUMS:
            asked.total = True
        elif lows[at] in phrases.DISTINCT:
            asked.distinct = True
        elif lows[at] in phrases.LISTS:
            asked.lists = at
        elif lows[at] in phrases.ALL and not _starts(rest, phrases.PER):
            asked.everything = True
        elif taken := _starts(rest, phrases.PER):
            asked.per, asked.may_be_by = at + taken, lows[at] == "by"
            size = taken
        elif lows[at] in phrases.NEGATIONS:
            reading.negated.append(at)
        elif lows[at] in phrases.ADJECTIVES and not _is_in_header(reading, at):
            asked.adjective = phrases.ADJECTIVES[lows[at]]
        else:
            size = 0
        _take(reading, at, at + size, "arithmetic")
        at += max(size, 1)


def _find_top_of_things(reading: _Reading) -> None:
    """Find how many in "the two ovens with the highest power"."""
    asked = reading.asked
    if not asked.extreme or asked.top > 1:
        return
    for at in range(asked.extreme_at):
        word = reading.words[at]
        if not word.role and (number := phrases.small_number(word.low)) > 1:
            asked.top = number
            _take(reading, at, at + 1, "arithmetic")
            return


def _counts(reading: _Reading, at: int) -> bool:
    """Tell "the number of faults" from "the serial number of A02"."""
    return reading.words[at].low != "number" or at == 0 or reading.words[at - 1].low in ("the", "a", "total", "what")


def _find_top(reading: _Reading, start: int, end: int) -> None:
    """Find how many: "top 3", "the three highest", "3 largest"."""
    for at in (start - 1, end):
        if not 0 <= at < len(reading.words) or reading.words[at].role:
            continue
        if (number := phrases.small_number(reading.words[at].low)) > 1:
            reading.asked.top = number
            _take(reading, at, at + 1, "arithmetic")
            return


def _is_in_header(reading: _Reading, at: int) -> bool:
    """Tell whether a word is part of a column's name that the question says in full, as in "last counted"."""
    low = reading.words[at].low
    for names in reading.vocabulary.headers:
        needed = [name for name in names if name.is_needed]
        if any(name.text == low for name in names) and all(
            any(alike(word.low, word.stems, name) for word in reading.words) for name in needed
        ):
            return True
    return False


def _starts(words: Sequence[str], those: Sequence[tuple[str, ...]]) -> int:
    return max((len(phrase) for phrase in those if tuple(words[: len(phrase)]) == phrase), default=0)


def _compares(words: Sequence[str]) -> int:
    """Return how many words begin a comparison that is more than a preposition."""
    return max((size for size in (2, 3) if tuple(words[:size]) in phrases.COMPARISONS), default=0)


# Comparisons


def _find_comparisons(reading: _Reading) -> None:
    """Find what is compared with a number or a time."""
    words, lows = reading.words, [word.low for word in reading.words]
    for at in range(len(words)):
        if lows[at] in phrases.BETWEEN and _is_between(reading, at):
            continue
        for size in (3, 2, 1):
            sign = phrases.COMPARISONS.get(tuple(lows[at : at + size]))
            if sign is None or not _free(reading, at, at + size):
                continue
            after = at + size
            while after < len(words) and lows[after] in ("the", "a", "an", "dem", "der", "den", "year", "jahr"):
                after += 1
            if _compare(reading, after, sign):  # type: ignore[arg-type]
                _take(reading, at, after, "arithmetic")
                break


def _is_between(reading: _Reading, at: int) -> bool:
    """Take "between A and B"."""
    lows = [word.low for word in reading.words]
    link = phrases.BETWEEN[lows[at]]
    for middle in range(at + 2, min(at + 7, len(lows) - 1)):
        if lows[middle] == link and not reading.words[at].role:
            first, last = _operand(reading, at + 1), _operand(reading, middle + 1)
            if first and last and first[0].is_time == last[0].is_time:
                for (operand, end), sign in ((first, ">="), (last, "<=")):
                    start = at + 1 if operand is first[0] else middle + 1
                    _add(reading, operand, sign, start, end)  # type: ignore[arg-type]
                if not first[0].unit:
                    first[0].unit = last[0].unit
                _take(reading, at, at + 1, "arithmetic")
                _take(reading, middle, middle + 1, "arithmetic")
                return True
    return False


def _operand(reading: _Reading, at: int) -> tuple[_Compared, int] | None:
    """Return the number or time at a place, and where it ends."""
    if at >= len(reading.words):
        return None
    word = reading.words[at]
    if word.role == "period":
        compared = next((item for item in reading.compared if item.at == at), None)
        end = at
        while end < len(reading.words) and reading.words[end].role == "period":
            end += 1
        return (compared, end) if compared and compared.sign != "month" else None
    if word.role or not word.low[0].isdigit() or read_number(word.low) is None:
        return None
    following = reading.words[at + 1].low if at + 1 < len(reading.words) else ""
    has_unit = following in UNITS or following in ("hours", "days", "months", "stunden", "tage", "knots")
    return _Compared(at, "=", word.low, following if has_unit else ""), at + 2 if has_unit else at + 1


def _compare(reading: _Reading, at: int, sign: Sign) -> bool:
    found = _operand(reading, at)
    if found is None:
        return at < len(reading.words) and reading.words[at].role == "period" and sign == "="
    operand, end = found
    if sign == "=" and not operand.is_time:
        return False
    lows = [word.low for word in reading.words]
    later: dict[str, Sign] = {"more": ">=", "later": ">=", "mehr": ">=", "später": ">=", "less": "<=", "fewer": "<="}
    if end + 1 < len(lows) and lows[end] in ("or", "oder") and lows[end + 1] in later:
        sign = later[lows[end + 1]]
        _take(reading, end, end + 2, "arithmetic")
    _add(reading, operand, sign, at, end)
    return True


def _add(reading: _Reading, operand: _Compared, sign: Sign, start: int, end: int) -> None:
    operand.sign = sign
    if not operand.is_time:
        _take(reading, start, end, "number")
        reading.compared.append(operand)


def _find_numbers(reading: _Reading) -> None:
    """Find numbers that stand beside the column whose value they are: "alarm 3122", "level 2", "year 2023"."""
    for at, word in enumerate(reading.words):
        if word.role or not word.low[0].isdigit() or read_number(word.low) is None:
            continue
        beside = [reading.words[place].column for place in (at - 1, at + 1) if 0 <= place < len(reading.words)]
        columns = [place for place in beside if place is not None and _is_number_or_text(reading, place)]
        places = reading.vocabulary.values.get((word.low,), {})
        columns = [place for place in columns if place in places] or [
            place
            for place in places
            if len(places) == 1 and (len(word.low) > 2 or _is_value_of_years(reading, word.low))
        ]
        if columns:
            _take(reading, at, at + 1, "value", columns[0])
            reading.conditions.append(Condition(columns[0], "=", places.get(columns[0], word.low)))
        else:
            word.role = ""
            reading.ambiguous = True


def _is_number_or_text(reading: _Reading, place: int) -> bool:
    return reading.vocabulary.table.columns[place].kind in ("number", "text")


# Columns and names


def _find_columns(reading: _Reading) -> None:
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
                # One of several columns is meant; nothing says which.
                first = rivals[0][1]
                _take_all(reading, first, "column", None)
                reading.ambiguous = True
                continue
            best = preferred
        _take_all(reading, best[1], "column", best[2])
    asked = reading.asked
    about = asked.about or asked.adjective
    if about and about != "date" and not _is_about(reading, about):
        _find_kin(reading, about)


def _matches(reading: _Reading) -> Iterator[tuple[tuple[int, float], list[int], int]]:
    """Yield of each column how well free words name it, which these are, and its place."""
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
        yield (held + bonus, (held + bonus) / len(needed)), taken, place


def _preferred(
    reading: _Reading, rivals: Sequence[tuple[tuple[int, float], list[int], int]]
) -> tuple[tuple[int, float], list[int], int] | None:
    """Return the one column of several that is of the kind that is asked for."""
    lows = {word.low for word in reading.words}
    asked = reading.asked
    kinds: tuple[str, ...] = ()
    if lows & {"when", "wann"} or asked.about == "date":
        kinds = ("date",)
    elif asked.mean or asked.total or asked.extreme:
        kinds = ("number",) if not asked.extreme else ("number", "date")
    if not kinds:
        return None
    left = [match for match in rivals if reading.vocabulary.table.columns[match[2]].kind in kinds]
    return left[0] if len(left) == 1 else None


def _find_kin(reading: _Reading, about: str) -> None:
    """Take the one column that is called by what an adjective is about: "how much does it cost", "the longest"."""
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
        _take(reading, at, at + 1, "column", found[0])


def _take_all(reading: _Reading, places: Sequence[int], role: str, column: int | None) -> None:
    for at in places:
        _take(reading, at, at + 1, role, column)


def _find_names(reading: _Reading) -> None:
    for word in reading.words:
        if not word.role and _says_something(word):
            # A year in a file's name says nothing of its rows.
            known = (name for name in reading.vocabulary.names if not name.text[0].isdigit())
            if not word.low[0].isdigit() and any(alike(word.low, word.stems, name) for name in known):
                word.role = "name"


def _find_parts(reading: _Reading) -> None:
    """Find words that stand in cells of one text column alone: "the converter fault"."""
    for at, word in enumerate(reading.words):
        if word.role or not _says_something(word) or word.low[0].isdigit():
            continue
        places = reading.vocabulary.words.get(key([word.low], reading.known.own)[0], {})
        column = _named_before(reading, at, list(places)) if places else None
        if column is not None:
            _take(reading, at, at + 1, "part", column)
            reading.conditions.append(Condition(column, "contains", places[column]))


def _find_mistyped(reading: _Reading) -> None:
    """Find columns and cells of one word that a word misspells."""
    for at, word in enumerate(reading.words):
        if word.role or not _says_something(word):
            continue
        columns = {
            place
            for place, names in enumerate(reading.vocabulary.headers)
            if any(name.is_needed and mistyped(word.low, name.text) for name in names)
        }
        if len(columns) == 1:
            _take(reading, at, at + 1, "column", columns.pop())
            continue
        # A name that is like another one is another name.
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
            _take(reading, at, at + 1, "part", place)
            reading.conditions.append(Condition(place, "contains", text))


# The plan


def _decided(reading: _Reading) -> Plan | None:
    """Make a plan of what was found; None where it does not come together."""
    if not _compared(reading) or not _negated(reading):
        return None
    where = tuple(dict.fromkeys(reading.conditions))
    group = _group(reading)
    noun = _noun(reading)
    held = {condition.column for condition in where}
    heads = [word.column for word in reading.words if word.role == "column" and word.column is not None]
    heads = [place for place in dict.fromkeys(heads) if place != group]
    open_heads = [place for place in heads if place not in held]
    plan = Plan("list", where=where, group=None)
    asked = reading.asked
    if asked.per is not None and group is None and not asked.may_be_by:
        return None
    if asked.adjective and not _is_about(reading, asked.adjective):
        return None
    if asked.often:
        of = noun if noun is not None else next(iter(open_heads), None)
        return None if of is None else replace(plan, operation=_end(asked.often), group=of, top=asked.top)
    if asked.extreme:
        return _extreme(reading, plan, noun, group, open_heads)
    if asked.mean or (asked.total and asked.count is None) or (asked.total and _measure(reading, open_heads, noun)):
        measure = _measure(reading, open_heads, None)
        beside = [place for place in open_heads if place != measure and not _is_name(reading, place)]
        if measure is None or beside:
            return None
        return replace(plan, operation="mean" if asked.mean else "sum", column=measure, group=group)
    if asked.count is not None:
        return _counted(reading, plan, noun, group, open_heads)
    return _listed(reading, plan, noun, group, open_heads)


def _is_about(reading: _Reading, about: str) -> bool:
    """Tell whether a column that the question names is about what an adjective says."""
    columns = (word.column for word in reading.words if word.column is not None)
    return any(kin(reading.vocabulary.headers[column], about) for column in columns)


def _end(end: str) -> Operation:
    return "highest" if end == "highest" else "lowest"


def _compared(reading: _Reading) -> bool:
    """Give each comparison its column; False where one has none."""
    table = reading.vocabulary.table
    for item in reading.compared:
        kinds = ("date",) if item.is_time else ("number",)
        column = _column_for(reading, item, kinds)
        if column is None:
            return False
        value = item.value
        if not item.is_time and table.columns[column].kind == "number":
            read = read_number(value, comma=table.columns[column].comma) or read_number(value)
            value = str(read[0]) if read else value
        reading.conditions.append(Condition(column, item.sign, value))
    return True


def _column_for(reading: _Reading, item: _Compared, kinds: tuple[str, ...]) -> int | None:
    """Return the column that a comparison is about: by its unit, the nearest that is named, or the only one."""
    candidates = _columns_of(reading, *kinds)
    if item.unit:
        by_unit = [
            place
            for place in candidates
            if reading.vocabulary.table.columns[place].unit.casefold() == item.unit
            or any(name.text == item.unit for name in reading.vocabulary.headers[place])
        ]
        if len(by_unit) == 1:
            return by_unit[0]
        candidates = by_unit or candidates
    named = [
        (abs(at - item.at), word.column)
        for at, word in enumerate(reading.words)
        if word.role == "column" and word.column in candidates
    ]
    if named:
        return min(named)[1]
    return candidates[0] if len(candidates) == 1 else None


def _negated(reading: _Reading) -> bool:
    """Turn the condition that follows a negation around; False where none follows at once."""
    for at in reading.negated:
        following = next((word for word in reading.words[at + 1 :] if word.role in ("value", "part", "column")), None)
        if following is None or following.column is None or following.role == "part":
            return False
        if following.role == "column":
            is_date = reading.vocabulary.table.columns[following.column].kind == "date"
            if reading.words[at].low not in phrases.LACKING and not is_date:
                return False
            reading.conditions.append(Condition(following.column, "blank"))
            continue
        for place, condition in enumerate(reading.conditions):
            if condition.column == following.column and condition.sign == "=":
                reading.conditions[place] = replace(condition, sign="!=")
    return True


def _group(reading: _Reading) -> int | None:
    at = reading.asked.per
    if at is None:
        return None
    following = reading.words[at : at + 3]
    found = next((word.column for word in following if word.role == "column"), None)
    # "The top 3 by hours" compares hours.
    compares = reading.asked.extreme and reading.asked.may_be_by
    is_number = found is not None and reading.vocabulary.table.columns[found].kind == "number"
    return None if compares and is_number else found


def _noun(reading: _Reading) -> int | None:
    """Return the column of the things that are asked for: after "which", "how many", "list"."""
    asked = reading.asked
    starts = [at for at in (asked.count, asked.lists) if at is not None]
    if not starts:
        return None
    start = max(starts)
    for word in reading.words[start : start + 6]:
        if word.role == "column":
            return word.column
        if word.role in ("name", "value", "part", "period", "number"):
            return None
    return None


def _measure(reading: _Reading, heads: Sequence[int], noun: int | None) -> int | None:
    numbers = [place for place in heads if reading.vocabulary.table.columns[place].kind == "number" and place != noun]
    return numbers[0] if len(numbers) == 1 else None


def _extreme(reading: _Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    asked, columns = reading.asked, reading.vocabulary.table.columns
    kinds = ("date",) if asked.about == "date" else ("number", "date")
    after = [
        word.column
        for word in reading.words[asked.extreme_at - 1 :]
        if word.role == "column" and word.column is not None
        if word.column in heads and columns[word.column].kind in kinds
    ]
    measures = list(dict.fromkeys([*after, *(place for place in heads if columns[place].kind in kinds)]))
    measures = [place for place in measures if place != noun]
    if not measures and noun is not None and columns[noun].kind in kinds:
        measures, noun = [noun], None
    of = group if group is not None else noun
    if not measures and asked.about == "date":
        measures = _columns_of(reading, "date") if len(_columns_of(reading, "date")) == 1 else []
    operation = _end(asked.extreme)
    if not measures:
        counted = [place for place in heads if place != of]
        named = any(word.role == "name" for word in reading.words[asked.extreme_at :])
        if asked.summed and of is not None and (counted or named) and _repeats(reading, of):
            return replace(plan, operation=operation, group=of, top=asked.top)
        return None
    measure = measures[0]
    if asked.about not in ("", "date") and not _is_about(reading, asked.about):
        return None
    of_rows = noun is not None and group is None and _is_name(reading, noun) and not asked.total
    is_sum = (asked.summed or asked.total) and columns[measure].kind == "number" and not of_rows
    if of is not None and is_sum and _repeats(reading, of):
        return replace(plan, operation=operation, column=measure, group=of, top=asked.top)
    if group is not None:
        return None
    shown = dict.fromkeys(place for place in (noun, measure, *heads) if place is not None)
    select = tuple(shown) if noun is not None or len(shown) > 1 else ()
    return replace(plan, operation=operation, column=measure, top=asked.top, select=select)


def _counted(reading: _Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    asked, columns = reading.asked, reading.vocabulary.table.columns
    named = any(word.role == "name" for word in reading.words)
    is_number = noun is not None and columns[noun].kind == "number"
    if noun is not None and is_number and noun in heads:
        return replace(plan, operation="sum", column=noun, group=group) if _is_quantity(reading, noun) else None
    repeats = noun is not None and not is_number and _repeats(reading, noun) and not _is_name(reading, noun)
    if noun is not None and (asked.distinct or repeats):
        return replace(plan, operation="distinct", column=noun, group=group)
    if noun is None and not named and not plan.where and group is None:
        return None
    # "The parts issued for B06" names what was done, not another column.
    done = {word.column for word in reading.words if word.role == "column" and word.low.endswith("ed")}
    others = [place for place in heads if place != noun and place not in done]
    if others and not _how_often(reading):
        return None
    return replace(plan, operation="count", group=group)


def _is_quantity(reading: _Reading, place: int) -> bool:
    """Tell "how many hours", of a column "hours stopped", from "how many stops"."""
    names = reading.vocabulary.headers[place]
    first = next((name for name in names if name.is_needed), names[0])
    return any(word.column == place and alike(word.low, word.stems, first) for word in reading.words)


def _how_often(reading: _Reading) -> bool:
    at = reading.asked.count
    return at is not None and reading.words[min(at + 1, len(reading.words) - 1)].low in ("often", "oft")


def _listed(reading: _Reading, plan: Plan, noun: int | None, group: int | None, heads: Sequence[int]) -> Plan | None:
    asked = reading.asked
    named = any(word.role == "name" for word in reading.words)
    if group is not None:
        return None
    if asked.distinct:
        return None if noun is None else replace(plan, operation="count", group=noun)
    if any(word.low in ("who", "wer") for word in reading.words) and plan.where and not heads:
        # Whoever it is stands in the row.
        return plan
    select = [*([noun] if noun is not None else []), *heads]
    if asked.lists is not None or asked.everything:
        wanted = plan.where or asked.everything or named or noun is not None
        if not wanted or not (named or noun is not None or heads):
            return None
        if (
            not plan.where
            and not asked.everything
            and reading.words[asked.lists or 0].low.startswith(("which", "welch"))
        ):
            return None
        return replace(plan, select=tuple(dict.fromkeys(select)) if set(heads) - {noun} else ())
    # A cell: some row is named, and a column.
    equal = [condition for condition in plan.where if condition.sign in ("=", "contains")]
    if not equal or not heads:
        return None
    return replace(plan, select=tuple(heads))


def _repeats(reading: _Reading, place: int) -> bool:
    filled = [folded(text) for text in reading.vocabulary.table.columns[place].texts if text]
    return len(set(filled)) < len(filled)


def _is_name(reading: _Reading, place: int) -> bool:
    """Tell whether a column is called as the table is: its things are the rows."""
    names = reading.vocabulary.names
    return any(alike(name.text, name.stems, other) for name in reading.vocabulary.headers[place] for other in names)
