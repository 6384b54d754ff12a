"""Limits that a question sets to what documents state: due in June, ending before 2027, over 500 euros. Pure functions.

English and German.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from qa.answering.routes.stated.stated import Facet
from qa.lazy_regex import lazy_regex
from qa.text import money, scales
from qa.text.bounds_said import LEAST, LESS, MORE, MOST
from qa.text.number_words import in_words
from qa.text.periods import DAY, period, recurring


@dataclass(frozen=True, slots=True)
class Limit:
    """What the value that a document states must be.

    Attributes:
        facet: Which value.
        since: First day, None for any.
        until: Last day, None for any.
        recurring: A month and a day of it, 0 for all days, of whatever year; (0, 0) for any day.
        at_least: Of a sum, None for any.
        at_most: Of a sum, None for any.
        strict: Whether the sum itself is outside: "over 500".
        currency: Code, "" where the question names none; of a named value with the time it is paid for: "EUR year".
        open_ended: Whether a document that states to have no such day passes.
        lacks: Whether the documents are meant that state nothing of the kind: those that are not paid.
        unpaid: Whether a document that says that it is paid does not pass: it is not overdue.
        said: As the question says it.
        what: The name of the value, where it is no day and not the sum that a paper comes to: "rent".
        written: The bound as the question writes it.
    """

    facet: Facet
    since: date | None = None
    until: date | None = None
    recurring: tuple[int, int] = (0, 0)
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    strict: bool = False
    currency: str = ""
    open_ended: bool = False
    lacks: bool = False
    unpaid: bool = False
    said: str = ""
    what: str = ""
    written: str = ""

    def admits(self, value: date | Decimal) -> bool:
        """Tell whether a value is within."""
        if isinstance(value, Decimal):
            if self.strict and value in (self.at_least, self.at_most):
                return False
            return not (
                (self.at_least is not None and value < self.at_least)
                or (self.at_most is not None and value > self.at_most)
            )
        month, day = self.recurring
        if month:
            return value.month == month and (not day or value.day == day)
        return not ((self.since and value < self.since) or (self.until and value > self.until))


_SIGN = (
    r"(?P<sign>on or before|on or after|no later than|not later than|before|after|until|till|by|since|up to|"
    r"between|from|"
    r"in|on|during|within|this|next|vor|nach|bis|ab|seit|zwischen|im|am|in den|in der|in)"
)
# "Q2 2026", "the second quarter of 2026", "H1 2026".
_PART_OF_YEAR = (
    r"(?:(?P<part>[QH])(?P<which>[1-4])|(?:(?P<ordinal>first|second|third|fourth|last|erste[nsm]?|zweite[nsm]?|"
    r"dritte[nsm]?|vierte[nsm]?|letzte[nsm]?) (?P<named>quarter|half|quartal|halbjahr|hälfte)))"
    r"(?: (?:of |von |des jahres )?|/)(?P<year>(?:19|20)\d\d)"
)
_PART = lazy_regex(_PART_OF_YEAR, re.IGNORECASE)
_ORDINALS = (("first", "erste"), ("second", "zweite"), ("third", "dritte"), ("fourth", "vierte"))
_QUARTERS, _HALVES = 4, 2
_DAYS = (
    rf"(?:{_SIGN} )?(?:the |der |dem |den |zum |end of |ende )*(?P<day>{DAY}|{_PART_OF_YEAR}|"
    r"(?:next|nächste[nmrs]?|kommende[nmrs]?) (?:week|month|year|woche|monat|jahr))"
    rf"(?:(?: and | to | - |–| und | bis )(?P<end>{DAY}))?"
)
_THEY = r"(?:(?:,? ?(?:that|which|who|and|die|welche)) )?"
_HAVE = r"(?:(?:have|has|are|is|will|do|did|need|must|should|to|be|being|get|i|we|still|sind|werden|müssen|noch) )*"
_VERBS: tuple[tuple[Facet, str], ...] = (
    (
        "due",
        r"(?:fall(?:s|ing)? |become |becoming )?(?:due|payable|paid|pay|settled?)(?: (?:for payment|date))?(?: is)?",
    ),
    (
        "end",
        r"(?:ends?|ending|ended|expires?|expiring|expired|runs? out|running out|terminates?|terminating|lapses?|"
        r"lapsing)",
    ),
    ("start", r"(?:starts?|starting|started|begins?|beginning|began|commences?|commencing)"),
    ("end", r"valid"),
)
# German puts the verb behind: "die im Juni fällig sind", "die vor 2027 enden".
_LATE: tuple[tuple[Facet, str], ...] = (
    ("due", r"(?:fällig|zahlbar|zu (?:be)?zahlen|bezahlt|gezahlt|beglichen)(?: (?:sind|ist|werden|wird|sein))*"),
    ("end", r"(?:enden|endet|aus|ab|ablaufen|auslaufen|abläuft|ausläuft|abgelaufen(?: sind)?)"),
    ("start", r"(?:beginnen|beginnt|starten|anfangen|an)"),
    ("end", r"gültig(?: (?:sind|ist))?"),
)
_EARLY_DE: tuple[tuple[Facet, str], ...] = (("end", r"(?:enden|endet)"), ("start", r"(?:beginnen|beginnt|starten)"))
_TIMED = (
    *((facet, rf"{_THEY}{_HAVE}{verb} {_DAYS}") for facet, verb in _VERBS),
    *((facet, rf"{_THEY}{verb} {_DAYS}") for facet, verb in _EARLY_DE),
    *(
        (facet, rf"{_THEY}(?:(?:sind|ist|werden|wird|müssen|laufen|läuft|fangen) )?{_DAYS} {verb}")
        for facet, verb in _LATE
    ),
    ("due", rf"{_THEY}with (?:a )?due date {_DAYS}"),
    ("end", rf"{_THEY}with (?:an )?end(?: date)? {_DAYS}"),
)
_TIMES = tuple((facet, lazy_regex(rf"(?:^|(?<=[ ,])){pattern}$", re.IGNORECASE)) for facet, pattern in _TIMED)
# By today: whether it is still so, or over.
_NOW: tuple[tuple[Facet, bool, str], ...] = (
    ("end", False, r"(?:(?:are|is|have|has|sind|ist) )*(?:no longer valid|not valid any ?more|already (?:over|"
        r"expired)|expired|"
     r"ended|run out|lapsed|over|outdated|nicht mehr gültig|(?:schon |bereits )?abgelaufen(?: sind)?|"
     r"ausgelaufen(?: sind)?)"),
    ("end", True, r"(?:(?:are|is|do|does|have|has|sind|ist) )*(?:still |noch |currently |derzeit |aktuell "
        r")+(?:are |run |be )?"
     r"(?:valid|running|run|in force|active|open|current|good|hold|gültig|in kraft|aktiv|offen|laufen|laufend|"
     r"gelten)(?: sind)?"),
    ("end", True, r"(?:laufen|gelten) (?:noch|derzeit|aktuell)|(?:are|is|sind) (?:valid|in force|gültig|in "
        r"kraft)(?: now| today| heute)?"),
    ("due", False, r"(?:(?:are|is|sind|ist) )*(?:overdue|past due|überfällig)(?: sind)?"),
)  # fmt: skip
_STATES = tuple(
    (facet, is_on, lazy_regex(rf"(?:^|(?<=[ ,])){_THEY}(?:{pattern})$", re.IGNORECASE))
    for facet, is_on, pattern in _NOW
)
_BE = (
    r"(?:(?:are|is|were|was|have|has|had|been|be|do|did|need|still|already|i|we|you|they|not|n't|never|yet|to|sind|ist|wurden?|"
    r"worden|wir|ich|haben?|noch|schon|bereits|nicht)[ ,]+)*"
)
_DONE = (
    r"(?:paid|settled|(?:be)?gezahlt|bezahlt|beglichen)"
    r"(?: (?:yet|already|so far|for|worden|sind|ist|haben|habe|wurden?))*"
)
_UNDONE = (
    r"(?:(?:still |noch )?(?:unpaid|outstanding|unsettled|unbezahlt|unbeglichen|ausstehend)(?: sind)?|"
    r"still to be paid|(?<=to )pay|(?:still |noch )?zu (?:be)?zahlen(?: sind)?)"
)
# Behind the noun, or in front of it: "unpaid invoices", "offene Rechnungen".
_PAID = lazy_regex(rf"(?:^|(?<=[ ,])){_THEY}(?P<be>{_BE})(?:(?P<done>{_DONE})|{_UNDONE})$", re.IGNORECASE)
_PAID_FRONT = lazy_regex(
    r"(?:(?:the|all|any|my|our|die|alle|meine|unsere) )*(?:(?P<done>paid|settled|(?:bezahlt|beglichen)e[nr]?)|"
    r"unpaid|outstanding|unsettled|(?:noch )?(?:offen|unbezahlt|ausstehend|unbeglichen|nicht bezahlt)e[nr]?) (?=\w)",
    re.IGNORECASE,
)
_BILL = r"(?:invoices?|bills?|\w*rechnung(?:en)?)"
_OPEN_BILL = lazy_regex(
    rf"\b{_BILL}\b.*?(?P<open>(?:^|(?<=[ ,])){_THEY}(?:(?:are|is|sind|ist|still|noch) )*(?:open|offen)(?: sind)?)$",
    re.IGNORECASE,
)
_OPEN_BILL_FRONT = lazy_regex(rf"(?P<open>(?:still |noch )?(?:open|offenen?) )(?:\w+ )?{_BILL}\b", re.IGNORECASE)
_DENIES = lazy_regex(r"\b(?:not|never|nicht)\b|n't\b", re.IGNORECASE)
_NUMBER = rf"(?:\d{{1,3}}(?:[.,'’ ]\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d{{1,2}})?){scales.BEHIND}?"
_COMPARED = (
    r"(?P<sign>(?:of |for |von |worth |costing |with a total |with totals? )*"
    rf"(?:(?P<no>not |nicht )?(?:(?P<more>{MORE})|(?P<less>{LESS}))|(?P<least>{LEAST})|(?P<most>{MOST})|"
    r"(?P<exact>exactly|genau)))"
)
_AMOUNTS = lazy_regex(
    rf"(?:^|(?<=[ ,])){_THEY}(?:(?:are|is|cost|costs|come to|amount to|total|totalling|sum|have a total of|kosten|"
    rf"betragen|liegen|sind) )*"
    rf"{_COMPARED} (?P<before>{money.CURRENCY})? ?(?P<number>{_NUMBER}) ?(?P<after>{money.CURRENCY})?"
    r"(?: (?:liegen|betragen|kosten|sind|in total|insgesamt))?$",
    re.IGNORECASE,
)
# "500 euros or more".
_OR_MORE = lazy_regex(
    rf"(?:^|(?<=[ ,])){_THEY}(?:(?:are|is|of|cost|costs|come to|amount to|sum|kosten|betragen|liegen|sind|von|for) )*"
    rf"(?P<before>{money.CURRENCY})? ?(?P<number>{_NUMBER}) ?(?P<after>{money.CURRENCY})? "
    r"(?:or|and|oder|und) (?:(?P<more>more|above|over|mehr|darüber)|less|under|below|weniger|darunter)"
    r"(?: (?:liegen|betragen|kosten|sind))?$",
    re.IGNORECASE,
)
_BETWEEN = lazy_regex(
    rf"(?:^|(?<=[ ,])){_THEY}(?:(?:are|is|cost|costs|of|kosten|von|liegen) )*(?:between|zwischen) "
    rf"(?P<before>{money.CURRENCY})? ?(?P<low>{_NUMBER}) ?(?P<behind>{money.CURRENCY})? "
    rf"(?:and|und) ?(?P<other>{money.CURRENCY})? ?(?P<high>{_NUMBER}) ?"
    rf"(?P<after>{money.CURRENCY})?(?: (?:liegen|kosten))?$",
    re.IGNORECASE,
)
_OF_MONEY = lazy_regex(
    r"cost|total|sum|kosten|betragen|amount|\b(?:invoices?|bills?|receipts?|quittung(?:en)?|\w*rechnung(?:en)?)\b",
    re.IGNORECASE,
)
# A longer text holds other things too, which no limit says; the patterns would be tried at each of its words.
_LONGEST = 400
# More days than any month has.
_NEXT_MONTH = timedelta(31)


def limited(text: str, *, today: date | None = None) -> tuple[Limit, str] | None:
    """Read the limit at the end of a text; return it with the text before it, None where there is none.

    Args:
        text: Such as "invoices from Sable Tools that are due in June".
        today: By which it is told what is over.
    """
    if len(text) > _LONGEST:
        return None
    now = today or date.today()
    # An open invoice is not paid; an open offer has not ended.
    if (match := _OPEN_BILL.search(text)) or (match := _OPEN_BILL_FRONT.match(text)):
        left = f"{text[: match.start('open')]} {text[match.end('open') :]}".strip(" ,")
        return Limit("paid", lacks=True, open_ended=True, said=match["open"].strip(" ,")), left
    for facet, is_on, pattern in _STATES:
        if match := pattern.search(text):
            limit = Limit(facet, said=match[0].strip(" ,"), open_ended=is_on, unpaid=facet == "due")
            since, until = (now, None) if is_on else (None, now - timedelta(1))
            return _replaced(limit, since, until), text[: match.start()].strip(" ,")
    for facet, pattern in _TIMES:
        if (match := pattern.search(text)) and (timed := _timed(facet, match, now)):
            return timed, text[: match.start()].strip(" ,")
    return _paid(text) or _summed(text) or _summed(in_digits(text))


def _paid(text: str) -> tuple[Limit, str] | None:
    """Read "invoices that are not paid yet", "unpaid invoices"."""
    if match := _PAID.search(text):
        lacks = not match["done"] or bool(_DENIES.search(match["be"]))
        return Limit("paid", lacks=lacks, open_ended=True, said=match[0].strip(" ,")), text[: match.start()].strip(" ,")
    if match := _PAID_FRONT.match(text):
        limit = Limit("paid", lacks=not match["done"], open_ended=True, said=match[0].strip(" ,"))
        return limit, text[match.end() :]
    return None


def in_digits(text: str) -> str:
    """Return a text with its numbers in words as digits: "over five hundred euros"."""
    for (start, end), number in reversed(list(in_words(text))):
        text = f"{text[:start]}{number}{text[end:]}"
    return text


def _timed(facet: Facet, match: re.Match[str], now: date) -> Limit | None:
    said, sign = match[0].strip(" ,"), (match["sign"] or "").casefold()
    days = _next(match["day"], now) or _part_of_year(match["day"]) or period(match["day"], today=now)
    if days is None:
        return None
    first, last = (days.first, days.last) if not isinstance(days, tuple) else days
    if match["end"]:
        end = period(match["end"], today=now)
        return Limit(facet, first, end.last, said=said) if end else None
    if sign in ("before", "vor"):
        return Limit(facet, None, first - timedelta(1), said=said)
    if sign in ("by", "until", "till", "up to", "bis", "on or before", "no later than", "not later than", "within"):
        # "Valid until May" is a day in May, and "to be paid by May" any day before its end.
        since = first if match.re is _VALID else None
        return Limit(facet, since, last, said=said)
    if sign in ("after", "nach"):
        return Limit(facet, last + timedelta(1), None, said=said)
    if sign in ("since", "seit", "from", "ab", "on or after"):
        return Limit(facet, first, None, said=said)
    if (same := recurring(match["day"])) != (0, 0):
        return Limit(facet, recurring=same, said=said)
    return Limit(facet, first, last, said=said)


def _next(words: str, now: date) -> tuple[date, date] | None:
    """Return the days of "next month" and of the week, month or year that is: none of them ends today."""
    words = words.casefold()
    is_next = bool(re.match(r"next|nächst|kommend", words))
    if not is_next and not re.match(r"this|diese", words):
        return None
    if re.search(r"week|woche", words):
        monday = now - timedelta(now.weekday()) + timedelta(7 * is_next)
        return monday, monday + timedelta(6)
    if re.search(r"month|monat", words):
        first = now.replace(day=1)
        first = (first + _NEXT_MONTH).replace(day=1) if is_next else first
        return first, (first + _NEXT_MONTH).replace(day=1) - timedelta(1)
    year = now.year + is_next
    return date(year, 1, 1), date(year, 12, 31)


def _part_of_year(words: str) -> tuple[date, date] | None:
    """Return the days of a quarter or a half of a year, None for anything else."""
    match = _PART.fullmatch(words)
    if not match:
        return None
    named = (match["part"] or match["named"]).casefold()
    parts = _QUARTERS if named.startswith("q") else _HALVES
    said = (match["ordinal"] or "").casefold()
    which = int(match["which"] or next((at for at, each in enumerate(_ORDINALS, 1) if said.startswith(each)), parts))
    if which > parts:
        return None
    months, year = 12 // parts, int(match["year"])
    last = (date(year, months * which, 1) + _NEXT_MONTH).replace(day=1) - timedelta(1)
    return date(year, months * (which - 1) + 1, 1), last


def _summed(text: str) -> tuple[Limit, str] | None:
    if match := _BETWEEN.search(text):
        return _between(match, text)
    if (match := _OR_MORE.search(text)) and (match["before"] or match["after"]):
        bound = _times(match)
        code = money.code_of(match["before"] or match["after"] or "")
        least, most = (bound, None) if match["more"] else (None, bound)
        limit = Limit("sum", at_least=least, at_most=most, currency=code, said=match[0].strip(" ,"))
        return limit, text[: match.start()].strip(" ,")
    match = _AMOUNTS.search(text)
    if not match:
        return None
    code = money.code_of(match["before"] or match["after"] or "")
    # "Files over 500" may be pages; only a currency, or a word for cost, says that it is money.
    if not code and not _OF_MONEY.search(text):
        return None
    bound, is_exact = _times(match), bool(match["exact"])
    # "Not over 500" is 500 or less.
    is_less = bool(match["less"] or match["most"]) != bool(match["no"])
    limit = Limit(
        "sum",
        at_least=None if is_less and not is_exact else bound,
        at_most=bound if is_less or is_exact else None,
        strict=bool(match["more"] or match["less"]) and not match["no"],
        currency=code,
        said=match[0].strip(" ,"),
    )
    return limit, text[: match.start()].strip(" ,")


def _between(match: re.Match[str], text: str) -> tuple[Limit, str] | None:
    """Read "between 100 and 200 TEUR"; each bound may name its currency, and between two currencies lies nothing."""
    first, second = match["before"] or match["behind"] or "", match["other"] or match["after"] or ""
    if first and second and money.code_of(first) != money.code_of(second):
        return None
    low = money.times(scales.larger_of(match["low"]), first or second)
    high = money.times(scales.larger_of(match["high"]), second or first)
    code = money.code_of(first or second)
    if not code and not _OF_MONEY.search(text):
        return None
    limit = Limit("sum", at_least=low, at_most=high, currency=code, said=match[0].strip(" ,"))
    return limit, text[: match.start()].strip(" ,")


def _times(match: re.Match[str]) -> Decimal:
    """Return the number of a match: 5000 of "5k", 500000 of "TEUR 500"."""
    return money.times(scales.larger_of(match["number"]), match["before"] or match["after"] or "")


def _replaced(limit: Limit, since: date | None, until: date | None) -> Limit:
    return Limit(limit.facet, since, until, open_ended=limit.open_ended, unpaid=limit.unpaid, said=limit.said)


_VALID = next(pattern for facet, pattern in _TIMES if "valid" in pattern.pattern)
