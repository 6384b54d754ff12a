"""Words of arithmetic and times in a question about a table."""

from collections.abc import Sequence

from qa.tables import phrases
from qa.tables.asking import ABOUT_EITHER, comparison_size
from qa.tables.named_periods import periods
from qa.tables.plan import Sign
from qa.tables.reading import (
    Compared,
    Reading,
    columns_of,
    is_in_header,
    is_value_of_years,
    starts,
    take,
)
from qa.tables.spans import span_asked, span_at
from qa.tables.values import is_currency, read_unit
from qa.tables.vocabulary import alike, is_ledger, same
from qa.text.casing import word_set

_BEFORE_NUMBER = word_set("the a total what average mean")
_MEASURES_SIZE = word_set("over above under below exceeding über unter")
_SIZES = (["more", "than"], ["less", "than"], ["mehr", "als"], ["weniger", "als"])
_SUMMED = word_set("most fewest least meisten meiste wenigsten wenigste")


def find_periods(reading: Reading, text: str) -> None:
    """Find times where the table has days; else years and months are numbers and words like others."""
    if not columns_of(reading, "date"):
        return
    for period in periods(text):
        inside = [at for at, word in enumerate(reading.words) if period.start <= word.start and word.end <= period.end]
        if not inside or (len(period.value) == 4 and is_value_of_years(reading, period.value)):
            continue
        if len(period.value) == 4 and _is_amount(reading, inside[0]):
            continue
        take(reading, inside[0], inside[-1] + 1, "period")
        sign: Sign = "="
        if len(period.value) <= 2:
            sign = "quarter" if period.value.startswith("Q") else "month"
        reading.compared.append(Compared(inside[0], sign, period.value, is_time=True))


def _is_amount(reading: Reading, at: int) -> bool:
    """Tell "over 2000 euros" and "more than 2000" from a year, after or since which things are."""
    lows = [word.low for word in reading.words]
    after = lows[at + 1] if at + 1 < len(lows) else ""
    if after and is_currency(read_unit(after)):
        return True
    before = lows[at - 1] if at else ""
    return before in _MEASURES_SIZE or is_currency(read_unit(before)) or lows[max(0, at - 2) : at] in _SIZES


def find_arithmetic(reading: Reading) -> None:
    """Find what is to be computed, listed or counted."""
    asked, words = reading.asked, reading.words
    lows = [word.low for word in words]
    at = 0
    while at < len(words):
        size = 1
        either = lows[at] in ABOUT_EITHER or (lows[at] in phrases.NEGATIONS and _ends_header(reading, at))
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
        elif taken := comparison_size(rest):
            # "more than", "at least": comparisons come later, and hold words of arithmetic.
            at += taken
            continue
        elif lows[at] == "last" and comparison_size(lows[at + 1 :]):
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
        elif (span := span_asked(reading, at)) and any(
            phrases.superlative([*lows[on:], ""]) for on in range(len(lows))
        ):
            # "In which months did we use less than 12" lists rows.
            asked.per, asked.span, size = at + 1, span, 2
        elif lows[at] in phrases.LISTS:
            asked.lists = at
        elif taken := starts(rest, phrases.OVER_ALL):
            asked.everything = asked.total = True
            asked.over = at + taken
            size = taken
        elif lows[at] == "every" and (span := span_at(reading, at + 1)):
            asked.per, asked.span, size = at + 1, span, 2
        elif lows[at] in phrases.ALL and not starts(rest, phrases.PER):
            asked.everything = True
        elif taken := starts(rest, phrases.PER):
            asked.per, asked.may_be_by = at + taken, lows[at] == "by"
            asked.span = span_at(reading, at + taken)
            size = taken + bool(asked.span)
        elif lows[at] == "nach" and asked.per is None and (span := span_at(reading, at + 1)):
            asked.per, asked.span, size = at + 1, span, 2
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
    return reading.words[at].low != "number" or at == 0 or reading.words[at - 1].low in _BEFORE_NUMBER


def _is_end(lows: list[str], at: int) -> bool:
    """Tell "the last course" and "commissioned last" from "courses last"."""
    before = lows[at - 1] if at else ""
    determined = before in ("the", "a", "s", "was", "is", "were", "are", "be") or before.endswith("ed")
    return determined or at == len(lows) - 1
