"""Words of arithmetic, comparisons and times in a question about a table."""

import re
from collections.abc import Sequence

from qa.tables import phrases
from qa.tables.plan import Sign
from qa.tables.reading import (
    Compared,
    Reading,
    columns_of,
    free,
    has_ages,
    is_in_header,
    is_value_of_years,
    starts,
    take,
)
from qa.tables.values import read_number
from qa.tables.vocabulary import UNITS, WORD, alike, is_ledger, same
from qa.text.casing import word_set

_ABOUT_EITHER = frozenset({"last", "first", "total", "totals", "average", "mean", "minimum", "maximum", "max", "min"})
_SUMMED = word_set("most fewest least meisten meiste wenigsten wenigste")
_NUMBER_SIGN = re.compile(r"\bno(?:\.\s*|\s+)(?=\d)", re.IGNORECASE)


def find_periods(reading: Reading, text: str) -> None:
    """Find times where the table has days; else years and months are numbers and words like others."""
    if not columns_of(reading, "date"):
        return
    for period in phrases.periods(text):
        inside = [at for at, word in enumerate(reading.words) if period.start <= word.start and word.end <= period.end]
        if not inside or (len(period.value) == 4 and is_value_of_years(reading, period.value)):
            continue
        take(reading, inside[0], inside[-1] + 1, "period")
        sign: Sign = "="
        if len(period.value) <= 2:
            sign = "quarter" if period.value.startswith("Q") else "month"
        reading.compared.append(Compared(inside[0], sign, period.value, is_time=True))


def find_arithmetic(reading: Reading) -> None:
    """Find what is to be computed, listed or counted."""
    asked, words = reading.asked, reading.words
    lows = [word.low for word in words]
    at = 0
    while at < len(words):
        size = 1
        either = lows[at] in _ABOUT_EITHER or (lows[at] in phrases.NEGATIONS and _ends_header(reading, at))
        either = either or bool(starts(lows[at:], phrases.PER) and _amid_header(reading, at))
        if words[at].role or (either and is_in_header(reading, at)):
            at += 1
            continue
        rest = lows[at:]
        if taken := starts(rest, phrases.SHARES):
            asked.share, size = at, taken
        elif taken := _of_one_thing(reading, rest):
            size = taken
        elif taken := starts(rest, phrases.OFTEN):
            asked.often, size = "highest", taken
        elif taken := starts(rest, phrases.SELDOM):
            asked.often, size = "lowest", taken
        elif (taken := starts(rest, phrases.COUNTS)) and _counts(reading, at):
            asked.count, size = at, taken
        elif taken := starts(rest, phrases.UNTIL_WHEN):
            size = taken
        elif taken := _compares(rest):
            # "more than", "at least": comparisons come later, and hold words of arithmetic.
            at += taken
            continue
        elif lows[at] == "last" and _compares(lows[at + 1 :]):
            pass  # "courses that last more than three days"
        elif lows[at] in ("last", "first") and not _is_end(lows, at):
            size = 0
        elif lows[at] in phrases.LASTING and asked.about == "length" and at == asked.extreme_at:
            asked.lasting = True
        elif found := phrases.superlative([*rest, ""]):
            size, asked.extreme, about = found
            asked.about = about
            asked.extreme_at = at + size
            asked.extreme_word = lows[at]
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
        elif taken := starts(rest, phrases.OVER_ALL):
            asked.everything = asked.total = True
            asked.over = at + taken
            size = taken
        elif lows[at] in phrases.ALL and not starts(rest, phrases.PER):
            asked.everything = True
        elif taken := starts(rest, phrases.PER):
            asked.per, asked.may_be_by = at + taken, lows[at] == "by"
            size = taken
        elif lows[at] in phrases.MAY_BE_PER and asked.per is None and _names_group(reading, at + 1):
            # "Dauer nach Art der Arbeit", not "nach dem 3. März".
            asked.per, asked.may_be_by = at + 1, True
        elif (lows[at] in phrases.NEGATIONS and (lows[at] != "t" or lows[at - 1].endswith("n"))) or (
            lows[at] == "noch" and "weder" in lows[:at]
        ):
            reading.negated.append(at)
        elif lows[at] == "t":
            size = 0
        elif taken := starts(rest, phrases.COMES_TO):
            asked.total = asked.everything = True
            size = taken
        elif lows[at] in phrases.USES and not _names_column(reading, at):
            asked.uses = True
        elif taken := starts(rest, phrases.BROUGHT_IN):
            asked.money, size = True, taken
        elif (lows[at] in phrases.MONEY and not _names_column(reading, at)) or (
            lows[at] in phrases.SPENDING and is_ledger(reading.vocabulary) and not _names_column(reading, at)
        ):
            asked.money = True
        elif lows[at] in phrases.KEPT and not _names_column(reading, at):
            pass
        elif rest[:2] == ["wie", "hoch"]:
            size = 2
        elif taken := starts(rest, phrases.TOOK_PLACE):
            size = taken
        elif lows[at] in phrases.ADJECTIVES and not is_in_header(reading, at) and not _names_table(reading, at):
            asked.adjective = phrases.ADJECTIVES[lows[at]]
        else:
            size = 0
        take(reading, at, at + size, "arithmetic")
        at += max(size, 1)


def _ends_header(reading: Reading, at: int) -> bool:
    """Tell "member no" from "members have no": the words of a column's name stand together."""
    before = reading.words[at - 1] if at else None
    return before is not None and any(
        any(alike(before.low, before.stems, name) for name in names)
        for names in reading.vocabulary.headers
        if any(name.text == reading.words[at].low for name in names)
    )


def _names_group(reading: Reading, at: int) -> bool:
    """Tell whether the whole name of a column of words begins at a place."""
    following = reading.words[at:]
    for place, names in enumerate(reading.vocabulary.headers):
        said = zip(following, names, strict=False)
        is_whole = len(following) >= len(names) and all(same(word.low, word.stems, name) for word, name in said)
        if is_whole and reading.vocabulary.table.columns[place].kind == "text":
            return True
    return False


def _amid_header(reading: Reading, at: int) -> bool:
    """Tell "pay per hour" from a pay that is asked for each hour: a column is called by these words in this order."""
    # "Who earns the most per hour?"
    said = [word for word in reading.words[:at] if not word.is_small and not phrases.superlative([word.low, ""])]
    if not said or at + 1 == len(reading.words):
        return False
    before, low, after = said[-1], reading.words[at].low, reading.words[at + 1]
    return any(
        middle.text == low and alike(before.low, before.stems, first) and alike(after.low, after.stems, last)
        for names in reading.vocabulary.headers
        for first, middle, last in zip(names, names[1:], names[2:], strict=False)
    )


def _names_table(reading: Reading, at: int) -> bool:
    return any(reading.words[at].low == name.text for name in reading.vocabulary.names)


def _names_column(reading: Reading, at: int) -> bool:
    word = reading.words[at]
    return any(alike(word.low, word.stems, name) for names in reading.vocabulary.headers for name in names)


def _of_one_thing(reading: Reading, rest: Sequence[str]) -> int:
    """Return how many words say "per unit", which is part of a column's name and groups nothing."""
    of_one = tuple(rest[:2]) in phrases.PER_ONE
    names = {name.text for header in reading.vocabulary.headers for name in header}
    return 2 if of_one and not names.isdisjoint(("unit", "each", "piece", "einzelpreis", "stückpreis", "stück")) else 0


def _find_top(reading: Reading, start: int, end: int) -> None:
    """Find how many: "top 3", "the three highest", "3 largest"."""
    for at in (start - 1, end):
        if not 0 <= at < len(reading.words) or reading.words[at].role:
            continue
        if (number := phrases.small_number(reading.words[at].low)) > 1:
            reading.asked.top = number
            take(reading, at, at + 1, "arithmetic")
            return


def find_top_of_things(reading: Reading) -> None:
    """Find how many in "the two ovens with the highest power"."""
    asked = reading.asked
    if not asked.extreme or asked.top > 1:
        return
    for at in range(asked.extreme_at):
        word = reading.words[at]
        if not word.role and (number := phrases.small_number(word.low)) > 1:
            asked.top = number
            take(reading, at, at + 1, "arithmetic")
            return


def _counts(reading: Reading, at: int) -> bool:
    """Tell "the number of faults" from "the serial number of A02"."""
    return reading.words[at].low != "number" or at == 0 or reading.words[at - 1].low in ("the", "a", "total", "what")


# With "un" before it.
_DENIED = word_set(
    "paid finished returned sold used answered checked solved confirmed signed occupied let bezahlt bezahlte bezahlten "
    "erledigt fertig besetzt benutzt geprüft bestätigt verkauft beantwortet"
)
_COMPOUNDS = ("gesamt", "durchschnitts")
_LEAST_REST = 4


def parted(low: str) -> tuple[str, str] | None:
    """Return a German compound with a word of arithmetic as its two words: "Gesamtfläche" as "gesamt" and "fläche"."""
    for first in _COMPOUNDS:
        if low.startswith(first) and len(low) >= len(first) + _LEAST_REST:
            return ("durchschnitt" if first == "durchschnitts" else first), low[len(first) :]
    return None


def asks_to_compute(question: str) -> bool:
    """Tell whether a question holds any word of arithmetic, or asks for a list; whatever it is about."""
    lows = [match[0].casefold() for match in WORD.finditer(question)]
    return any(
        low in phrases.MEANS | phrases.SUMS | phrases.LISTS | phrases.ALL | phrases.DISTINCT
        or parted(low)
        or starts(lows[at:], (*phrases.COUNTS, *phrases.OFTEN, *phrases.SELDOM, *phrases.SHARES))
        or phrases.superlative([*lows[at:], ""])
        for at, low in enumerate(lows)
    )


def asks_over_rows(question: str, *, counts: bool = True) -> bool:
    """Tell whether a question plainly asks for arithmetic, or for all rows that are more or less than something.

    Args:
        question: Whatever it is about.
        counts: Whether "how many" alone is enough.
    """
    lows = [match[0].casefold() for match in WORD.finditer(question)]
    phrased = (*phrases.OFTEN, *phrases.SELDOM, *phrases.SHARES, *(phrases.COUNTS if counts else ()))
    computes = any(
        low in phrases.MEANS | phrases.SUMS | phrases.DISTINCT
        or parted(low)
        or starts(lows[at:], phrased)
        or (low not in _ABOUT_EITHER and phrases.superlative([*lows[at:], ""]) is not None)
        for at, low in enumerate(lows)
    )
    compares = any(_compares(lows[at:]) for at in range(len(lows)))
    return computes or (_lists(lows) and compares)


def denies(question: str) -> bool:
    """Tell whether a question asks which things are not so, or how many: "which members have not paid"."""
    # "No. 14" is a number.
    lows = [match[0].casefold() for match in WORD.finditer(_NUMBER_SIGN.sub("", question))]
    denied = any(
        low in phrases.NEGATIONS - {"t", "except", "excluding", "außer"} or (low == "t" and lows[at - 1].endswith("n"))
        for at, low in enumerate(lows)
    )
    return (_lists(lows) or any(starts(lows[at:], phrases.COUNTS) for at in range(len(lows)))) and (
        denied or any(low.startswith("un") and low.removeprefix("un") in _DENIED for low in lows)
    )


def compares_rows(question: str) -> bool:
    """Tell whether a question asks which things, or how many, are beyond a number or a time: "before 6 March"."""
    words = list(WORD.finditer(question))
    lows = [match[0].casefold() for match in words]
    starts_of_times = {period.start for period in phrases.periods(question)}
    if not (_lists(lows) or any(starts(lows[at:], phrases.COUNTS) for at in range(len(lows)))):
        return False
    for at in range(len(lows)):
        for size in (3, 2, 1):
            sign = phrases.COMPARISONS.get(tuple(lows[at : at + size]), "=")
            after = at + size
            if (
                sign != "="
                and after < len(lows)
                and (lows[after][0].isdecimal() or words[after].start() in starts_of_times)
            ):
                return True
    return False


def lists(question: str) -> bool:
    """Tell whether a question asks which things, or who: for rows, where a table answers it."""
    return _lists([match[0].casefold() for match in WORD.finditer(question)])


def _lists(lows: Sequence[str]) -> bool:
    asking = phrases.LISTS | phrases.ALL | {"who", "wer"}
    return any(low in asking for low in lows[:3])


def _is_end(lows: list[str], at: int) -> bool:
    """Tell "the last course" and "commissioned last" from "courses last"."""
    before = lows[at - 1] if at else ""
    determined = before in ("the", "a", "s", "was", "is", "were", "are", "be") or before.endswith("ed")
    return determined or at == len(lows) - 1


def _compares(words: Sequence[str]) -> int:
    """Return how many of the first words are a comparison of several words, 0 for none."""
    return max((size for size in (2, 3) if tuple(words[:size]) in phrases.COMPARISONS), default=0)


def find_comparisons(reading: Reading) -> None:
    """Find what is compared with a number or a time."""
    words, lows = reading.words, [word.low for word in reading.words]
    for at in range(len(words)):
        if lows[at] in phrases.BETWEEN and _is_between(reading, at):
            continue
        for size in (3, 2, 1):
            sign = phrases.COMPARISONS.get(tuple(lows[at : at + size]))
            if sign is None or not free(reading, at, at + size):
                continue
            if lows[at] in phrases.OF_AGE and has_ages(reading):
                # Someone who is older has more years, and was born earlier.
                sign, reading.asked.of_age = phrases.OF_AGE[lows[at]], True
            after = at + size
            while after < len(words) and lows[after] in ("the", "a", "an", "dem", "der", "den", "year", "jahr"):
                after += 1
            if sign == "=" and after < len(words) and words[after].role == "period":
                # "In May" means any year; "in 2020 or later" means more than 2020.
                take(reading, at, after, "arithmetic")
                _find_or_later(reading, after)
                break
            if _compare(reading, after, sign):  # type: ignore[arg-type]
                take(reading, at, after, "arithmetic")
                break


_LATER: dict[str, Sign] = {"later": ">=", "after": ">=", "newer": ">=", "später": ">=", "earlier": "<=", "before": "<=",
                           "older": "<=", "früher": "<="}  # fmt: skip


def _find_or_later(reading: Reading, at: int) -> None:
    """Take "or later" after a time."""
    compared = next((item for item in reading.compared if item.at == at), None)
    end = at
    while end < len(reading.words) and reading.words[end].role == "period":
        end += 1
    lows = [word.low for word in reading.words[end : end + 2]]
    if compared and len(lows) == 2 and lows[0] in ("or", "oder", "and", "und") and lows[1] in _LATER:
        compared.sign = _LATER[lows[1]]
        take(reading, end, end + 2, "arithmetic")


def _is_between(reading: Reading, at: int) -> bool:
    """Take "between A and B" for two comparisons, and tell whether it is one."""
    lows = [word.low for word in reading.words]
    link = phrases.BETWEEN[lows[at]]
    for middle in range(at + 2, min(at + 7, len(lows) - 1)):
        if lows[middle] == link and not reading.words[at].role:
            first, last = _operand(reading, at + 1), _operand(reading, middle + 1)
            if first and last and first[0].is_time == last[0].is_time:
                if first[0].is_of_any_year and first[0].value.isdecimal() and not last[0].is_of_any_year:
                    # "From January to June 2025": one year for both.
                    first[0].value = f"{last[0].value[:4]}-{int(first[0].value):02d}"
                for (operand, end), sign in ((first, ">="), (last, "<=")):
                    start = at + 1 if operand is first[0] else middle + 1
                    _add(reading, operand, sign, start, end)  # type: ignore[arg-type]
                if not first[0].unit:
                    first[0].unit = last[0].unit
                take(reading, at, at + 1, "arithmetic")
                take(reading, middle, middle + 1, "arithmetic")
                return True
    return False


def _operand(reading: Reading, at: int) -> tuple[Compared, int] | None:
    """Return the number or time at a place, and where it ends."""
    if at >= len(reading.words):
        return None
    word = reading.words[at]
    if word.role == "period":
        compared = next((item for item in reading.compared if item.at == at), None)
        end = at
        while end < len(reading.words) and reading.words[end].role == "period":
            end += 1
        return (compared, end) if compared else None
    if word.role or not word.low[0].isdecimal() or read_number(word.low) is None:
        return None
    following = reading.words[at + 1].low if at + 1 < len(reading.words) else ""
    has_unit = following in UNITS or following in ("hours", "days", "months", "stunden", "tage", "knots")
    return Compared(at, "=", word.low, following if has_unit else ""), at + 2 if has_unit else at + 1


def _compare(reading: Reading, at: int, sign: Sign) -> bool:
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
        take(reading, end, end + 2, "arithmetic")
    _add(reading, operand, sign, at, end)
    return True


def _add(reading: Reading, operand: Compared, sign: Sign, start: int, end: int) -> None:
    operand.sign = sign
    if not operand.is_time:
        take(reading, start, end, "number")
        reading.compared.append(operand)
