"""The numbers, dates and times among the words of a text, with their scales and units. Pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from qa.answering.checking.rates import rate_at
from qa.answering.checking.shares import is_halved, share_at
from qa.answering.checking.tokens import Kind, Language, Token
from qa.answering.checking.values import (
    CURRENCIES,
    DOUBTFUL_MONTHS,
    GLUED_COINS,
    GLUED_SCALES,
    MONEY,
    NUMBER_WORDS,
    UNIT_NAMES,
    UNITS,
    Amount,
    digits_of,
    parsed,
)
from qa.answering.checking.wording import worded
from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTHS_IN, WEEKDAYS_IN
from qa.text.dates import read_day
from qa.text.number_words import SCALES, ordinal_word

_CLOCK = lazy_regex(r"([01]?\d|2[0-4])[:]([0-5]\d)")
_HOURS, _HOURS_A_DAY = frozenset({"uhr", "o'clock", "am", "pm", "a.m", "p.m"}), 24
_ORDINAL_ENDS = frozenset({"st", "nd", "rd", "th"})
_EARLIEST_YEAR, _LATEST_YEAR = 1000, 2200
_DAYS = 31
# No text counts further. Floats end at 1e308, and what is beyond them no step behind this one can round.
_MOST = 1e30
_OF_THEM = (
    ["of", "them"],
    ["of", "these"],
    ["of", "those"],
    ["of", "which"],
    ["of", "whom"],
    ["davon"],
    ["von", "ihnen"],
)
_POWERS = {"square": "²", "cubic": "³"}
_TENS = frozenset(range(20, 100, 10))
_ONCE = {"en": "once", "de": "einmal"}
_SEVERAL = frozenset("23456")
# "Mio. EUR 2,5" stands above the columns of a balance.
_ABOVE = frozenset({"mio", "mrd", "tsd"})


def valued(tokens: Sequence[Token], language: Language) -> Iterator[Token]:
    """Read the numbers and dates among the words, with the scales and units behind them."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        used = 1
        found: list[Token] = []
        if (part := _part(tokens, at, language)) is not None:
            found, used = part
        elif token.text[0].isdecimal():
            found, used = _digits(tokens, at, language)
        elif (word := NUMBER_WORDS[language.code].get(token.text)) is not None:
            found, used = _in_words(tokens, at, word, language)
        elif token.text in ("hundred", "thousand", "million", "dozen") and language.code == "en":
            found, used = _amount(tokens, at, 1.0, language)
        elif (ordinal := ordinal_word(token.text, language.code)) is not None:
            found = [replace(token, kind="ordinal", key=f"#{ordinal}", value=str(ordinal))]
        elif (month := MONTHS_IN[language.code].get(token.text)) and _is_month(tokens, at):
            found = [replace(token, kind="month", key=f"month {month}", value=str(month))]
        elif (day := _weekday(token.text, language)) is not None:
            found = [replace(token, kind="weekday", key=f"weekday {day}", value=str(day))]
        yield from found or [_once(tokens, at, language) or worded(token, language)]
        at += used


def _once(tokens: Sequence[Token], at: int, language: Language) -> Token | None:
    """Read "once a day", which says the contrary of "twice a day"; None for "once" that says when.

    It is no number that a passage must hold: "daily" says the same.
    """
    if tokens[at].text != _ONCE[language.code] or not rate_at(tokens, at):
        return None
    return replace(tokens[at], kind="small", key="1", opposites=_SEVERAL)


def _part(tokens: Sequence[Token], at: int, language: Language) -> tuple[list[Token], int] | None:
    """Read a share in words as percent, and "half an hour" as an amount; None where none begins."""
    texts = [token.text for token in tokens[max(0, at - 1) : at + 6]]
    first = min(at, 1)
    if (share := share_at(texts, first, language.code)) is not None:
        percent, last = 100 * float(share[0]), tokens[at + share[1] - 1]
        amount = Amount(percent, "%", share=True)
        return [replace(tokens[at], end=last.end, kind="number", key=f"{percent:.10g}", amount=amount)], share[1]
    if is_halved(texts, first, language.code):
        behind = at + 1 + (language.code == "en")
        if _unit(tokens, behind)[0]:
            joined = replace(tokens[at], end=tokens[behind - 1].end)
            found, used = _amount([joined, *tokens[behind : behind + 3]], 0, 0.5, language)
            return found, used + behind - at - 1
    return None


def _weekday(word: str, language: Language) -> int | None:
    """Return the day of "Monday", "Mondays" or "montags"."""
    days = WEEKDAYS_IN[language.code]
    return days.get(word, days.get(word.removesuffix("s")))


def _digits(tokens: Sequence[Token], at: int, language: Language) -> tuple[list[Token], int]:
    """Read a token of digits: a date, a year, a day of a month, an ordinal or an amount."""
    token = tokens[at]
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    # "03/05/2024" may be two days, and then it is neither.
    stated = {day for first in (True, False) if (day := read_day(token.text, day_first=first))}
    if len(stated) == 1:
        return _date(token, stated.pop()), 1
    if following in _ORDINAL_ENDS and tokens[at + 1].start == token.end:
        near_month = any(_month_at(tokens, place, language) for place in (at - 1, at + 2, at + 3))
        kind: Kind = "day" if near_month and _is_day(token.text) else "ordinal"
        return [replace(token, end=tokens[at + 1].end, kind=kind, key=f"#{token.text}", value=token.text)], 2
    if clock := _CLOCK.fullmatch(token.text):
        return [replace(token, kind="time", key=_time(int(clock[1]), int(clock[2])))], 1
    if following in _HOURS and token.text.isdecimal() and int(token.text) <= _HOURS_A_DAY:
        return [replace(token, kind="time", key=_time(int(token.text), 0))], 1
    number = parsed(token.text, language.code, money=_is_money(tokens, at))
    if number is None:
        return [replace(token, kind="number", key=token.text, value=token.text)], 1
    if token.text.isdecimal():
        if _is_day(token.text) and any(_month_at(tokens, place, language) for place in (at - 1, at + 1)):
            return [replace(token, kind="day", key=f"#{token.text.lstrip('0')}", value=token.text.lstrip("0"))], 1
        if len(token.text) == 4 and _EARLIEST_YEAR <= number <= _LATEST_YEAR:
            unit, _ = _unit(tokens, at + 1)
            if _is_of_next(tokens, at + 1):
                unit = ""
            if following == "s" or (not unit and (at == 0 or tokens[at - 1].text not in CURRENCIES)):
                return [replace(token, kind="year", key=token.text, value=token.text)], 1
    return _amount(tokens, at, number, language)


def _is_day(text: str) -> bool:
    """Tell whether digits may be the day of a month: "0" and "1,000" are none."""
    return text.isdecimal() and 1 <= float(text) <= _DAYS


def _time(hour: int, minute: int) -> str:
    """Return one key for 7:30 and 19:30: which half of the day is meant, other words say."""
    return f"time {(60 * hour + minute) % 720}"


_AND_A_PART = {"and a half": 0.5, "and a quarter": 0.25, "and three quarters": 0.75}


def _in_words(tokens: Sequence[Token], at: int, number: float, language: Language) -> tuple[list[Token], int]:
    """Read a number in words; "seventy-seven" is two of them."""
    if at + 1 < len(tokens) and number in _TENS:
        ones = NUMBER_WORDS[language.code].get(tokens[at + 1].text, 0.0)
        if 0 < ones < 10:
            joined = replace(tokens[at], end=tokens[at + 1].end, text=f"{tokens[at].text}-{tokens[at + 1].text}")
            found, used = _amount([joined, *tokens[at + 2 : at + 6]], 0, number + ones, language)
            return found, used + 1
    if part := _AND_A_PART.get(" ".join(token.text for token in tokens[at + 1 : at + 4])):
        # "Two and a half tonnes" are no two.
        joined = replace(tokens[at], end=tokens[at + 3].end)
        found, used = _amount([joined, *tokens[at + 4 : at + 8]], 0, number + part, language)
        return found, used + 3
    return _amount(tokens, at, number, language)


def _date(token: Token, day: date) -> list[Token]:
    """Read a date of digits as a day, a month and a year in one place."""
    return [
        replace(token, kind="day", key=f"#{day.day}", value=str(day.day)),
        replace(token, kind="month", key=f"month {day.month}", value=str(day.month)),
        replace(token, kind="year", key=str(day.year), value=str(day.year)),
    ]


def _amount(tokens: Sequence[Token], at: int, number: float, language: Language) -> tuple[list[Token], int]:
    """Read a number with what scales it and the unit behind or the currency before it."""
    scales = SCALES[language.code]
    used, scaling = 1, 1.0
    if tokens[at].text in scales:
        number = scales[tokens[at].text]
    coin = tokens[at - 1].text if at else ""
    while at + used < len(tokens) and (scale := scales.get(tokens[at + used].text)):
        if not _multiplies(tokens, at + used, coin):
            break
        number, scaling, used = number * scale, scaling * scale, used + 1
    before = "".join(token.text for token in tokens[max(0, at - 2) : at - 1])
    if coin in CURRENCIES and used == 1 and before in _ABOVE and not _counts(tokens, at - 3):
        number, scaling = number * scales.get(before, 1.0), scales.get(before, 1.0)
    glued = GLUED_COINS.get(coin) or GLUED_COINS.get(tokens[at + used].text if at + used < len(tokens) else "")
    if glued and used == 1:
        number, scaling = number * glued[0], glued[0]
    if max(abs(number), scaling) > _MOST:
        return [replace(tokens[at], kind="number", key=tokens[at].text, value=tokens[at].text)], 1
    unit, width = _unit(tokens, at + used)
    if glued:
        unit, width = UNIT_NAMES[glued[1]], int(coin not in GLUED_COINS)
    elif not unit and coin in CURRENCIES:
        unit = UNIT_NAMES[coin]
    amount = Amount(number, unit, scale=scaling, digits=digits_of(tokens[at].text))
    last = tokens[at + used - 1 + width]
    # "Two of them" are some.
    behind = [token.text for token in tokens[at + used + width : at + used + width + 2]]
    some = "some" if not unit and (behind in _OF_THEM or behind[:1] in _OF_THEM) else ""
    return [
        replace(tokens[at], end=last.end, kind="number", key=f"{number:.10g}", value=some, amount=amount),
        *(worded(token, language) for token in tokens[at + used : at + used + width]),
    ], used + width


def _multiplies(tokens: Sequence[Token], at: int, coin: str) -> bool:
    """Tell whether a word behind a number multiplies it; "m" does in sums alone, "k" where it is glued to it."""
    word = tokens[at]
    if word.text not in GLUED_SCALES:
        return True
    if coin in CURRENCIES:
        return True
    return word.text == "k" and not word.capital and word.start == tokens[at - 1].end


def _is_of_next(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a currency belongs to what follows: "from 1 January 2025 EUR 900"."""
    if at >= len(tokens) or tokens[at].text not in {*CURRENCIES, *GLUED_COINS} or not _counts(tokens, at + 1):
        return False
    return tokens[at + 1].start - tokens[at].end <= 1 and tokens[at].start > tokens[at - 1].end


def _counts(tokens: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(tokens) and tokens[at].text[0].isdecimal()


def _unit(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the unit that stands at a place, and of how many tokens."""
    if at >= len(tokens):
        return "", 0
    text = tokens[at].text.replace(" ", "")
    if text in ("degrees", "grad") and at + 1 < len(tokens) and tokens[at + 1].text in UNIT_NAMES:
        return UNIT_NAMES[tokens[at + 1].text], 2
    if text in _POWERS and at + 1 < len(tokens):
        unit = UNIT_NAMES.get(tokens[at + 1].text, "") + _POWERS[text]
        return (unit, 2) if unit in UNITS else ("", 0)
    if text == "per" and at + 1 < len(tokens) and tokens[at + 1].text in ("thousand", "mille", "cent"):
        return ("%" if tokens[at + 1].text == "cent" else "‰"), 2
    return (UNIT_NAMES[text], 1) if text in UNIT_NAMES else ("", 0)


def _is_money(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a number is a sum of money, by the sign before it or the name behind it."""
    unit, _ = _unit(tokens, at + 1)
    return bool(at and tokens[at - 1].text in CURRENCIES) or bool(unit and UNITS[unit][0] in MONEY)


def _month_at(tokens: Sequence[Token], at: int, language: Language) -> bool:
    return 0 <= at < len(tokens) and tokens[at].text in MONTHS_IN[language.code]


def _is_month(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word that is a month's name is one here: "may" and "march" are words of their own."""
    token = tokens[at]
    if token.text not in DOUBTFUL_MONTHS:
        return True
    around = [tokens[place].text for place in (at - 1, at + 1) if 0 <= place < len(tokens)]
    if any(text[0].isdecimal() for text in around):
        return True
    return (
        token.capital
        and bool(at)
        and tokens[at - 1].text in ("in", "of", "since", "until", "by", "from", "to", "and", "late", "early")
    )
