"""What a question about a table compares with a number or a time: "before 6 March", "between 10 and 20"."""

from qa.tables import phrases
from qa.tables.plan import Sign
from qa.tables.reading import Compared, Reading, free, has_ages, is_value_of_years, take
from qa.tables.values import read_number
from qa.tables.vocabulary import UNITS
from qa.text.casing import word_set


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
            if lows[at] == "from" and _is_within(reading, at, after):
                sign = "="
                if words[after].role != "period":
                    take(reading, at, after, "arithmetic")
                    break
            if sign == "=" and after < len(words) and words[after].role == "period":
                # "In May" means any year; "in 2020 or later" means more than 2020.
                take(reading, at, after, "arithmetic")
                _find_or_later(reading, after)
                break
            if _compare(reading, after, sign):  # type: ignore[arg-type]
                reading.compared[-1].is_of_price = not phrases.OF_PRICE.isdisjoint(lows[at : at + size])
                take(reading, at, after, "arithmetic")
                break


# Behind or before "from March" they tell that it is the first of many: "from March onwards", "valid from March".
_GO_ON = word_set("on onward onwards forward forwards upward upwards or to until till through")
_BEGIN = word_set(
    "as beginning begin begins starting start starts started effective valid running run runs apply applies applied "
    "open opens available free lasting last lasts counted counting back due"
)


def _is_within(reading: Reading, at: int, after: int) -> bool:
    """Tell whether "from" says in which time things are: "the repairs from 2024" are no later ones."""
    words = reading.words
    if after >= len(words) or (at and words[at - 1].low in _BEGIN):
        return False
    role = words[after].role
    if role != "period" and (role not in ("", "value") or not is_value_of_years(reading, words[after].low)):
        return False
    end = after
    while end < len(words) and words[end].role == "period":
        end += 1
    end += role != "period"
    return end == len(words) or words[end].low not in _GO_ON


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
