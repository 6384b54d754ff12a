"""The normal forms of a text: one term for each day, number, code and telephone number, however it is written.

They are stored beside a text's words and looked for beside a question's, so that "2015-09-15" is found as "15 September
2015", "2,450" as "2450", "NV8-0102" as "NV80102". Pure functions. What such things mean is read by `qa.text.values`.

A form that a tokenizer makes too is written like that: "2,450" has the form "2450". Any other one begins with "=",
which no word does.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH_SPELLINGS, MORE_MONTH_SPELLINGS, any_of
from qa.text.casing import small_words
from qa.text.duration_ranges import lower_end
from qa.text.durations import durations
from qa.text.money import CODES, MORE_NAMES, NAME, NAMES, SIGN, SIGNS
from qa.text.number_words import MORE_SCALES, in_words
from qa.text.numerals import roman_numbers
from qa.text.terms import TERMS_VERSION
from qa.text.times_of_day import times_of_day
from qa.text.units import begins_unit, units
from qa.text.values import Day, days, number_keys, scaled_numbers

Span = tuple[int, int]

_TOKEN = lazy_regex(r"[^\W_]+")
_DIGIT = lazy_regex(r"\d")
# Longer ones are hashes and keys; they are found as they are.
_LONGEST = 40
_BLANK = " \u00a0\u202f"
# With blanks or apostrophes only where each group has three digits; and with the letters that stand right behind it.
_NUMBER = lazy_regex(
    rf"(?<![\w.,+])(?<!\d[{_BLANK}])(?P<grouped>\d{{1,3}}(?:[{_BLANK}'’]\d{{3}})+(?:[.,]\d+)?)(?![\w]|[.,{_BLANK}]\d)|"
    r"(?<![^\W\d_])(?<!\d[.,])(?P<number>\d+(?:[.,]\d+)+)(?:[^\W\d_]{1,4}(?!\w))?"
)
_UNITS = (
    "kW kWh MW MWh W Wh V kV A mA Hz kHz MHz GHz km m cm mm kg g mg t l ml h min s ms kn bar Nm kN N Pa kPa GB MB TB"
)
_UNIT = any_of([*_UNITS.split(), *CODES])
# "10-12 kg" says 10 kg as well.
_ENDS = (
    rf"(?<![\w.,])(?:(?P<lower>\d+)(?:[{_BLANK}]?[-–][{_BLANK}]?|[{_BLANK}](?:to|bis|and|und)[{_BLANK}]))?"
    r"(?P<number>\d+)"
)
_MEASURED = lazy_regex(rf"{_ENDS}[{_BLANK}](?P<unit>{_UNIT})(?!\w)")
# "NV8-0102", "COVID-19"
_CHAIN = lazy_regex(r"(?<!\w)[^\W_]+(?:[-\u2010\u2011–./_][^\W_]+)+(?!\w)")
_MEASURE = lazy_regex(r"\d+(?:[.,]\d+)+[^\W\d_]+")
# "24-hour", "mid-2019": words beside a number
_WORDED = lazy_regex(r"\d+[-\u2010\u2011–][a-zäöüß]{4,}|[a-zäöüß]{3,}[-\u2010\u2011–](?:1[5-9]|20)\d\d")
# "SM 60": capitals before a number
_SPACED_CODE = lazy_regex(rf"(?<![\w-])([A-Z]{{1,6}})[{_BLANK}](\d{{1,5}}[a-z]?)(?![\w%]|[.,:/-]\d)")
_NO_CODES = frozenset({*CODES, "A", "I", "AND", "OR", "AM", "PM", "NO", "NR", "THE", "OF", "IN", "TO"})
# "IBAN DE44 2004 1133 0897 1234 00"
_ACCOUNT = lazy_regex(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)", re.IGNORECASE)
_PHONE = lazy_regex(r"(?<![\w.,])(?:\+|\()?\d(?:[ \u00a0()/.–-]{0,3}\d){6,16}(?![\w]|[.,]\d)")
_GROUPED = lazy_regex(r"\d[/()–-]+ ?\d")
_DIALLED, _MOST_DIALLED = 7, 17
# "2kW", "COVID19", "NV8": letters beside digits
_GLUED = lazy_regex(r"(?<![^\W_])(?=[^\W_]*\d)(?=[^\W_]*[^\W\d_])[^\W_]+(?![^\W_])")
_DIGITS_IN_WORD = lazy_regex(r"(?<![^\W_])[^\W_]*\d[^\W_]*")
_PIECE = lazy_regex(r"\d+|[^\W\d_]+")
_MOST_PIECES, _LONGEST_GLUED = 4, 14
_ORDINAL = lazy_regex(r"\d+(?:st|nd|rd|th|s|er|e|te|ten)", re.IGNORECASE)
_MONEY = lazy_regex(rf"({SIGN})|\b(?:({NAME})|({any_of(MORE_NAMES)}))\b", re.IGNORECASE)
_COIN_SIGNS = lazy_regex(SIGN)
_COINS = frozenset(name.split()[0] for name in (*NAMES, "cent", "cents", "pence", *MORE_NAMES))
_ESCAPED = lazy_regex(r"%(?:20|2[89cC]|5[bBdDfF]|[cC][23]%[89aAbB][0-9a-fA-F])")
_BEFORE_UNIT = lazy_regex(rf"{_ENDS}[{_BLANK}-]$")
# What a number may have that is not read in it where it is checked: blanks, and the scale of "25mila".
_UNREAD = lazy_regex(rf"[{_BLANK}]|[^\W\d_]")
_PLAIN = lazy_regex(r"(?<![\w.,+-])\d{4,}(?!\w|[.,]\d)")
_SMALL = 12
_SPAN_OF_TIME = lazy_regex(
    rf"[{_BLANK}-](?:days?|weeks?|months?|years?|tage?n?|wochen?|monate?n?|jahre?n?)\b", re.IGNORECASE
)
_LAST_OF_THIS_CENTURY = 2068


@dataclass(frozen=True, slots=True)
class Form:
    """A stretch of a text that means the same in another spelling.

    Attributes:
        span: Where it stands.
        whole: The terms of all that it may mean, the likeliest first; none where only parts of it have terms.
        parts: The terms of what it says besides: a day its month, a code its pieces.
        says: The words of the stretch, in lower case, that each term says: a month that of its name.
        since: The version of an index's terms that has it first, see `qa.text.terms`.
    """

    span: Span
    whole: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    says: dict[str, tuple[str, ...]] = field(default_factory=dict)
    since: int = 2


def terms_of(text: str, version: int = TERMS_VERSION) -> list[str]:
    """Return the terms of a text's forms as a version of an index's terms has them, each as often as it is said."""
    return [term for form in forms(text) if form.since <= version for term in (*form.whole, *form.parts)]


@lru_cache(maxsize=4096)
def forms(text: str) -> tuple[Form, ...]:
    """Return the forms of a text, in no order."""
    # "Report%202024final" is no number.
    text = text.replace("%20", "   ")
    numbers = list(in_words(text))
    found = [*_money(text), *_days(text), *_in_words(text, numbers), *_units(text), *_roman(text)]
    # What stands in them has its own forms too.
    lengths = list(_durations(text, numbers))
    if not _DIGIT.search(text):
        return (*found, *lengths)
    found += _times(text, [form.span for form in lengths])
    taken = [form.span for form in found]
    accounts = list(_accounts(text))
    phones = [form for form in _phones(text) if not _inside(form.span, taken)]
    taken += [form.span for form in (*accounts, *phones)]
    others = (form for read in (_numbers, _chains, _glued) for form in read(text))
    return (*found, *lengths, *accounts, *phones, *(form for form in others if not _inside(form.span, taken)))


def _inside(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def spelled_as(text: str, other: str) -> str:
    """Return a text with its days, numbers and codes in the spelling of another one that says the same.

    Only the likeliest meaning of each counts, and a telephone number must be the same as far as both are said.
    """
    stated = _stated(other)
    spans: dict[Span, str] = {}
    worded = {term: own for term, own in _all_stated(other) if not _DIGIT.search(own)}
    in_digits = {term: own for term, own in _all_stated(other) if _DIGIT.search(own)}
    for form in forms(text):
        own = text[slice(*form.span)]
        # In words a number has one meaning, so any of the digits' may be it.
        others = worded if _DIGIT.search(own) else in_digits
        if in_other := next((others[term] for term in form.whole if term in others), ""):
            spans.setdefault(form.span, in_other)
            continue
        for term in form.whole[:1]:
            meant = stated.get(term)
            if term.isdecimal() and meant and not any(mark in meant for mark in _BLANK):
                # "3.000" would be three in an English sentence. Marks are read anyway, and blanks are not.
                meant = term if _UNREAD.search(own) and _DIGIT.search(own) else ""
            if meant and own not in other and (not term.startswith("=p") or _dialled_alike(own, meant)):
                spans.setdefault(form.span, meant)
    for match in _GLUED.finditer(text):
        meant = stated.get(match[0].casefold())
        if meant and match[0] not in other and not _inside(match.span(), spans):
            spans[match.span()] = meant
    for match in _PLAIN.finditer(text):
        meant = stated.get(match[0], "")
        if any(mark in meant for mark in _BLANK) and match[0] not in other:
            spans.setdefault(match.span(), meant)
    for start, end in sorted(spans, reverse=True):
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans):
            text = f"{text[:start]}{spans[start, end]}{text[end:]}"
    return text


def _stated(text: str) -> dict[str, str]:
    """Return how a text spells what it says, by term: the words that hold digits, and then the forms."""
    found = {match[0].casefold(): match[0] for match in _DIGITS_IN_WORD.finditer(text)}
    for form in forms(text):
        own = text[slice(*form.span)]
        is_day = bool(form.whole) and form.whole[0].startswith("=d")
        for term in (*form.whole[:1], *(form.parts if is_day else ())):
            if term.startswith("=") or not is_day:
                found.setdefault(term, own)
    return found


def _all_stated(text: str) -> Iterator[tuple[str, str]]:
    """Yield all that a text's numbers may mean, with how they are written."""
    for form in forms(text):
        yield from ((term, text[slice(*form.span)]) for term in form.whole if term.isdecimal())


def _dialled_alike(one: str, other: str) -> bool:
    """Tell whether two telephone numbers are one as far as both are said: "0170 …" and "+49 170 …"."""
    digits = [re.sub(r"\D", "", number.replace("(0)", "")).lstrip("0") for number in (one, other)]
    shorter, longer = sorted(digits, key=len)
    return longer.endswith(shorter)


def unescaped(name: str) -> str:
    """Return a file's name without the marks of addresses: "Report%202024" is "Report 2024"."""
    return unquote(name) if _ESCAPED.search(name) else name


def pieces(token: str) -> list[str]:
    """Return the pieces of a word in which letters stand beside digits, none of another: "nv80102" is "nv", "80102"."""
    if not _GLUED.fullmatch(token) or _ORDINAL.fullmatch(token) or len(token) > _LONGEST_GLUED:
        return []
    found = _PIECE.findall(token)
    # A single letter says nothing by itself: "E06" would be found for "row E".
    says = all(len(piece) > 1 or piece.isdecimal() for piece in found)
    return found if says and 1 < len(found) <= _MOST_PIECES else []


def _days(text: str) -> Iterator[Form]:
    for span, day in days(text):
        # Of two digits that are a year, one reading is likely.
        short = day.year and str(day.year) not in text[slice(*span)]
        if not short or _LAST_OF_THIS_CENTURY - 100 < day.year <= _LAST_OF_THIS_CENTURY:
            yield _day(text, span, day)


def _day(text: str, span: Span, day: Day) -> Form:
    tokens = _TOKEN.findall(text[slice(*span)].casefold())
    months = [token for token in tokens if token in MONTH_SPELLINGS[day.month - 1]]
    more = [token for token in tokens if token in MORE_MONTH_SPELLINGS[day.month - 1] and token not in months]
    months += more
    years = [token for token in tokens if day.year and token == str(day.year)]
    if day.year and not years:
        years = tokens[-1:]
    numbers = [token for token in tokens if token not in months and token not in years]
    small = [token for token in tokens if token in ("de", "del")]
    if not months:
        # Of two numbers the one that is the month; they are the same where both are.
        months = [token for token in numbers if int(_leading(token)) == day.month][-1:]
    dates = [token for token in numbers if day.day and int(_leading(token)) == day.day]
    month, in_year, of_year = f"=m{day.month:02}", Day(day.year, day.month), Day(0, day.month, day.day)
    says = {month: months, f"={day.key}": [*dates, *months, *years, *small]}
    if day.year:
        says |= {f"={in_year.key}": [*months, *years, *small], str(day.year): years}
    if day.day:
        says[f"={of_year.key}"] = [*dates, *months, *small]
    whole = (f"={day.key}",) if day.day or day.year else ()
    said = {term: tuple(dict.fromkeys(words)) for term, words in says.items() if words}
    return Form(
        span,
        whole,
        tuple(term for term in said if term not in whole and term != f"={Day(0, day.month).key}"),
        said,
        since=4 if more else 2,
    )


def _leading(token: str) -> str:
    """Return the digits that a token begins with: "15" of "15th"."""
    match = re.match(r"\d+", token)
    return match[0] if match else "0"


def _numbers(text: str) -> Iterator[Form]:
    for match in _NUMBER.finditer(text):
        number = match["grouped"] or match["number"]
        keys = sorted((key.removeprefix("n") for key in number_keys(number)), key=lambda key: ("." in key, -len(key)))
        if match["grouped"]:
            # Its groups are no other reading.
            keys = [key for key in keys if len(key.replace(".", "")) > len("100")]
        if keys:
            yield _form(text, match.span(), tuple(_number_term(key) for key in keys))
    for span, scale, values in scaled_numbers(text):
        for value in values:
            yield _form(text, span, (_number_term(value),), since=4 if scale in MORE_SCALES else 2)
    for match in _MEASURED.finditer(text):
        yield Form(match.span(), (), tuple(f"{end}{match['unit']}".casefold() for end in _ends(match)))


def _ends(match: re.Match[str]) -> list[str]:
    """Return the number of a measure, and before it the lower one of a span of two."""
    lower = match["lower"]
    return [lower, match["number"]] if lower and int(lower) < int(match["number"]) else [match["number"]]


def _number_term(value: str) -> str:
    return value if value.isdecimal() else f"={value}"


def _accounts(text: str) -> Iterator[Form]:
    for match in _ACCOUNT.finditer(text):
        joined = re.sub(r"\W", "", match[0]).casefold()
        if len(joined) <= _LONGEST and sum(character.isdecimal() for character in joined) >= _DIALLED:
            yield _form(text, match.span(), (joined,))


def _phones(text: str) -> Iterator[Form]:
    for match in _PHONE.finditer(text):
        found = match[0]
        digits = re.sub(r"\D", "", found)
        grouped = digits != found
        # Figures in columns are parted by blanks alone.
        if not _DIALLED <= len(digits) <= _MOST_DIALLED or not (
            not grouped or found[0] in "+(0" or _GROUPED.search(found)
        ):
            continue
        yield _form(text, match.span(), (f"=p{digits[-_DIALLED:]}",), (digits,) if grouped else ())


def _chains(text: str) -> Iterator[Form]:
    for match in _CHAIN.finditer(text):
        found = match[0]
        joined = re.sub(r"[\W_]", "", found).casefold()
        mixed = any(c.isdecimal() for c in found) and any(c.isalpha() for c in found)
        if mixed and len(joined) <= _LONGEST and not _WORDED.match(found) and not _MEASURE.match(found):
            yield _form(text, match.span(), (joined,))
    for match in _SPACED_CODE.finditer(text):
        if match[1] not in _NO_CODES:
            yield _form(text, match.span(), (f"{match[1]}{match[2]}".casefold(),))


def _glued(text: str) -> Iterator[Form]:
    for match in _GLUED.finditer(text):
        if found := pieces(match[0].casefold()):
            yield Form(match.span(), (), tuple(found))


def _money(text: str) -> Iterator[Form]:
    if not _COIN_SIGNS.search(text) and _COINS.isdisjoint(small_words(text)):
        return
    for match in _MONEY.finditer(text):
        word = (match[2] or match[3] or "").casefold()
        if code := (SIGNS.get(match[1] or "", "") or NAMES.get(word) or MORE_NAMES.get(word, "")).casefold():
            yield Form(match.span(), (), (code,), {code: tuple(word.split())} if word else {}, 4 if match[3] else 2)


def _in_words(text: str, numbers: Iterable[tuple[Span, str]]) -> Iterator[Form]:
    for span, number in numbers:
        term = _number_term(number)
        tokens = tuple(dict.fromkeys(_TOKEN.findall(text[slice(*span)].casefold())))
        # A small one is no word of its own, "the two of us" names no 2; but "two months" are 2 months.
        is_small = len(tokens) == 1 and float(number) <= _SMALL
        if is_small and not (begins_unit(text, span[1]) or _SPAN_OF_TIME.match(text, span[1])):
            continue
        yield Form(span, () if is_small else (term,), (term,) if is_small else (), {term: tokens}, since=3)


def _durations(text: str, numbers: Sequence[tuple[Span, str]]) -> Iterator[Form]:
    for span, keys in durations(text, numbers):
        yield _form(text, span, tuple(f"=t{key}" for key in keys), since=5)
        # "6-8 weeks" is "42 to 56 days", and says 6 weeks as well.
        if lower := lower_end(text, span, keys, numbers):
            start, least = lower
            yield _form(text, (start, span[1]), (f"=t{least}-{keys[0]}",), (f"=t{least}",), since=5)


def _times(text: str, lengths: Sequence[Span]) -> Iterator[Form]:
    for span, keys in times_of_day(text, lengths):
        yield _form(text, span, tuple(f"=c{key}" for key in keys), since=5)


def _units(text: str) -> Iterator[Form]:
    for span, term, named in units(text):
        tokens = tuple(dict.fromkeys(_TOKEN.findall(text[slice(*span)].casefold())))
        number = _BEFORE_UNIT.search(text[max(0, span[0] - _LONGEST) : span[0]]) if named else None
        # "31 kilowatts" is "31kW" too.
        glued = [f"{end}{term.removeprefix('=u')}" for end in _ends(number)] if number else []
        yield Form(span, (), (term, *glued), {term: tokens} if tokens else {}, since=4 if named == "m" else 3)


def _roman(text: str) -> Iterator[Form]:
    for span, number in roman_numbers(text):
        yield Form(span, (), (str(number),), {str(number): (text[slice(*span)].casefold(),)}, since=3)


def _form(text: str, span: Span, whole: tuple[str, ...], parts: tuple[str, ...] = (), since: int = 2) -> Form:
    tokens = tuple(dict.fromkeys(_TOKEN.findall(text[slice(*span)].casefold())))
    return Form(span, whole, parts, dict.fromkeys((*whole, *parts), tokens), since)
