"""What a document states of itself: the day it ends, starts or is due, and the sum it is about. Pure functions.

Contracts, invoices and offers say such things once, in a sentence or a row of their own. English and German.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from qa.answering.remarks.caution import asks_something
from qa.lazy_regex import lazy_regex
from qa.text import money, scales
from qa.text.bounds_said import is_exact
from qa.text.casing import lowered
from qa.text.language import language_of
from qa.text.measured import per
from qa.text.number_words import CARDINAL, CARDINALS
from qa.text.numerals import is_negative, larger
from qa.text.periods import DATE, period
from qa.text.reading import by_field, read_sentences
from qa.types import Chunk

Facet = Literal["end", "start", "due", "sum", "owed", "day", "paid", "named"]
"""What is stated; "owed" is what is left to be paid, else the sum;
"named" is a value by any other name, which `named_values` reads."""

_DATE = rf"(?P<day>{DATE})"
_HAS_YEAR = lazy_regex(r"(?:19|20)\d\d")
# "ends three months after 1 May": what stands between the verb and the day may not reckon from it.
_GAP = r"(?:\W{1,3}(?!after|before|from|nach|vor|within|innerhalb|binnen)\w{1,12}){0,4}?\W{1,3}"
# "läuft vom 1. April 2021 bis zum 31. März 2025": nothing ends on the day from which it runs.
_GAP_TO_END = _GAP.replace("after|", "after|since\\b|between\\b|vom\\b|von\\b|ab\\b|seit\\b|zwischen\\b|")
_ENDS = (
    r"(?:ends?|ending|ended|end date|expir(?:es?|ed|ing|y(?: date)?)|terminat(?:es?|ed|ion date)|"
    r"runs? (?:out|until|till|to|through|up to)|running until|"
    r"(?:valid|in force|open|binding|firm|good) (?:until|till|to|through)|holds? (?:until|till)|term of validity|"
    r"validity|last day|endet|ende|enddatum|vertragsende|laufzeitende|ablauf(?:datum)?|läuft|gültig(?:keit)?|gilt|"
    r"bindefrist|befristet|abgelaufen)"
)
_STARTS = (
    r"(?:starts?|starting|started|start date|begins?|beginning|began|commenc(?:es?|ing|ed|ement(?: date)?)|"
    r"(?:valid|in force|effective) (?:from|since|as of)|effective date|takes effect|"
    r"beginnt|begann|beginn|vertragsbeginn|startet|startdatum|gültig ab|gilt (?:ab|seit)|in kraft (?:ab|seit))"
)
_DUE = (
    r"(?:due(?: date)?|payable|pay(?:ment)?(?: is| due| date| terms?)?|to be paid|paid|settle[sd]?|"
    r"fällig(?:keit)?(?:sdatum)?|zahlbar|zahlung(?:sziel|stermin|sfrist)?|zu zahlen|bezahlen|überweisen|begleichen)"
)
_UNTIL = r"(?:until|till|through|bis(?: zum| einschließlich)?)"
_TERM = lazy_regex(
    r"\b(?:term|contract|agreement|lease|offer|quot(?:e|ation)|policy|insur(?:ance|ed)|charter|period|cover|validity|"
    r"laufzeit|vertrag\w*|mietdauer|dauer|angebot\w*|versicherung\w*|gültigkeit)\b",
    re.IGNORECASE,
)
_FROM_TO = lazy_regex(
    rf"\b(?:from|vom?|between|zwischen)?\s*(?P<first>{DATE})\s*(?:to|until|till|through|and|"
    rf"bis(?: zum)?|"
    rf"und|–|—|-)\s*(?:the |den |dem )?(?P<last>{DATE})",
    re.IGNORECASE,
)
_PATTERNS = {
    "end": lazy_regex(rf"(?<!\w){_ENDS}{_GAP_TO_END}{_DATE}", re.IGNORECASE),
    "start": lazy_regex(rf"(?<!\w){_STARTS}{_GAP}{_DATE}", re.IGNORECASE),
    "due": lazy_regex(rf"(?<!\w){_DUE}(?:[^.;]{{0,60}}?)(?<!\w){_DATE}", re.IGNORECASE),
}
_UNTIL_DAY = lazy_regex(rf"(?<!\w){_UNTIL} (?:the |den |dem )?{_DATE}", re.IGNORECASE)
_WITHIN = lazy_regex(
    rf"(?<!\w){_DUE}\b[^.;]{{0,60}}?\b(?:within|in|innerhalb(?: von)?|binnen|net|netto)\b:? (?P<number>\d{{1,3}}|"
    rf"{CARDINAL}) "
    r"(?:(?:calendar |kalender)?(?P<days>days?|tagen?)|(?P<weeks>weeks?|wochen?))",
    re.IGNORECASE,
)
_NUMBERS = CARDINALS["en"] | CARDINALS["de"]
_AT_ONCE = lazy_regex(
    r"\b(?:(?:due|payable|payment) (?:is )?(?:on receipt|upon receipt|immediately|at once|now)|"
    r"(?:sofort|bei erhalt|nach erhalt) (?:fällig|zahlbar|zu zahlen)|(?:fällig|zahlbar) (?:sofort|bei erhalt|nach "
    r"erhalt))\b",
    re.IGNORECASE,
)
# "Paid on 31 October", "bezahlt per Karte"; and neither "to be paid" nor "mileage is paid at 45p".
_PAID = lazy_regex(
    r"(?<!\w)(?:paid (?:on|in full|by|in cash|via|with|already|\d)|paid(?=\s*(?:[.,;!)]|$))|payment received|"
    r"received with thanks|settled (?:on|in full|by)|(?:bezahlt|beglichen|gezahlt)(?=\W)|zahlung erhalten|"
    r"betrag (?:dankend )?erhalten|pagat[oa]|payée?|acquittée?)(?!\w)",
    re.IGNORECASE,
)
_NOT_PAID = lazy_regex(
    r"\b(?:not|un(?:til|less)|to be|must|should|shall|can|(?<![\d.] )may(?! \d)|will|would|if|when|once|please|is|are|"
    r"not yet|zu|nicht|"
    r"noch|bitte|wird|werden|muss|müssen|soll|kann|falls|wenn|sofern|sobald|bis|non|se|da|si|à|être)\b",
    re.IGNORECASE,
)
_OPEN = lazy_regex(
    r"\b(?:indefinite(?:ly)?|open[- ]ended|unlimited (?:time|period|term)|until further notice|"
    r"unbestimmte (?:zeit|dauer)|unbefristet|auf weiteres)\b",
    re.IGNORECASE,
)
# Lines that say what a paper comes to, the surest first; what stands within a sum is none.
_SUMS = tuple(
    lazy_regex(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    for words in (
        r"grand total|total (?:amount )?(?:due|payable)|amount (?:due|payable)|(?:invoice|bill) (?:total|amount)|"
        r"total (?:price|amount|sum|cost|gross)|gross (?:total|amount)|total incl\w*.*|gesamtbetrag|rechnungsbetrag|"
        r"endbetrag|zahlbetrag|gesamtsumme|gesamtpreis|bruttobetrag|zu zahlen(?:der betrag)?|angebotssumme",
        r"total|gesamt|insgesamt|summe|brutto|comes to|betrag|amount",
        r"price|premium|fees?|rent|costs?|charges?|hire|salary|preis|miete|kaltmiete|vergütung|kosten|kostet|prämie|"
        r"\w{0,20}beitrag|gebühr|entgelt|gehalt",
        r"offers?|quotes?|quoted|bieten|bietet|anbieten|angeboten",
    )
)
# What is left where something was paid before.
_TO_PAY = lazy_regex(
    r"(?<!\w)(?:balance(?: due)?|(?:amount|total) (?:still )?(?:due|payable|outstanding)|outstanding(?: amount)?|"
    r"left to pay|remaining (?:amount|balance)|zu zahlen(?:der betrag)?|zahlbetrag|restbetrag|restsumme|offener betrag|"
    r"noch offen)(?!\w)",
    re.IGNORECASE,
)
_NO_SUM = lazy_regex(
    r"\b(?:sub-?total|net (?:total|amount|price)|net|vat|tax|discount|deposit|unit price|hourly (?:rate|price)|"
    r"(?:price|rate|fee) per (?:hour|unit|piece|day)|einzelpreis|stückpreis|stundensatz|(?<!in )advance|carried|"
    r"zwischensumme|netto\w*|mwst|ust|mehrwertsteuer|umsatzsteuer|rabatt|skonto|kaution|vorauszahlung|übertrag)\b",
    re.IGNORECASE,
)
_DIGITS = r"\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?![\d.,]*\d)"
_AMOUNT = lazy_regex(
    rf"(?P<sign>{money.CURRENCY})\s?(?P<minus>[-−–](?=\d))?(?P<after>{_DIGITS})(?P<times>{scales.OF_MONEY})?|"
    rf"(?<![\w.,/])(?<![^\s:;|(=][-−–])(?P<before>{_DIGITS})(?P<scale>{scales.BEHIND})?\s?(?P<name>{money.CURRENCY})",
    re.IGNORECASE,
)
# The names of the columns in a row of a table: "Item: Total; Sum EUR: 393.76".
_FIELDS = lazy_regex(r"(?:^|(?<=; ))[^;:]{1,40}: (?=.*; )|(?<=; )[^;:]{1,40}: ")
# In the row of a table the currency may stand above: "Sum EUR: 1,368.50".
_BARE = lazy_regex(r"(?<![\w.,/])(?<![^\s:;|(=][-−–])(?P<before>\d{1,3}(?:[.,'’ ]\d{3})*[.,]\d\d)(?![\w%])")
_CURRENCIES = lazy_regex(money.CURRENCY, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a document states, and the sentence that does.

    Attributes:
        value: A day or a sum; None where it says that there is none, such as a contract without an end.
        written: The value as the document writes it.
        sentence: As it is read.
        chunk: Where it stands.
        start: Offset of the sentence in the document's text.
        end: Behind its last character.
        unit: Of a sum its currency and what it is for: "EUR", "EUR month".
        reckoned: Whether the value was reckoned from the paper's own day: "within 14 days".
        is_unclear: Whether there is no value since several are stated, a range or a bound.
        before: What the document itself states, where another one changed it since; else "".
        is_unchecked: Whether nobody looked for another document that changed it since: too many might.
    """

    value: date | Decimal | None
    written: str
    sentence: str
    chunk: Chunk
    start: int
    end: int
    unit: str = ""
    reckoned: bool = False
    is_unclear: bool = False
    before: str = ""
    is_unchecked: bool = False


def stated_in(facet: Facet, chunks: Iterable[Chunk], *, language: str, day: date | None = None) -> Stated | None:
    """Return what one document states, None where it states nothing of the kind.

    Args:
        facet: What is asked; of the document's own day nothing is read here.
        chunks: Of the document, in order.
        language: Of the documents.
        day: The document's own day, from which "within 14 days" is reckoned; None where it is not known.
    """
    ranked: dict[int, Stated] = {}
    for chunk in chunks:
        if chunk.metadata.get("rows"):
            # A sheet's rows are many papers, and no one of them is the document.
            continue
        for sentence in read_sentences(chunk.text, language=language_of(chunk.metadata, language)):
            if asks_something(sentence.text):
                # "Say that the sum is …" states nothing.
                continue
            # Of an invoice's fields one alone is its total.
            for one in by_field(chunk.text, sentence) if facet in ("sum", "owed") else [sentence]:
                place = (one.text, chunk, chunk.start + one.start, chunk.start + one.end)
                for rank, value, written, unit, reckoned in _found(facet, one.text, chunk.heading, day):
                    ranked.setdefault(rank, Stated(value, written, *place, unit=unit, reckoned=reckoned))
    return ranked[min(ranked)] if ranked else None


_Found = tuple[int, date | Decimal | None, str, str, bool]


def _found(facet: Facet, text: str, heading: str, day: date | None) -> Iterator[_Found]:
    if facet == "sum":
        yield from _sums(text, _SUMS)
    elif facet == "owed":
        yield from _sums(text, (_TO_PAY, *_SUMS))
    elif facet == "paid":
        if (paid := _PAID.search(text)) and not _NOT_PAID.search(text):
            yield 0, None, paid[0], "", False
    elif facet in ("end", "start", "due"):
        yield from _days(facet, text, heading, day)


def _days(facet: Facet, text: str, heading: str, day: date | None) -> Iterator[_Found]:
    """Yield the days of a sentence with how surely each is the one, 0 for the surest."""
    if facet == "due" and _PAID.search(text) and not _NOT_PAID.search(text):
        return  # "Paid on 6 May" is no day by which to pay
    for said_so in _PATTERNS[facet].finditer(text):
        if found := _read(said_so["day"], last=facet != "start"):
            yield 0, found, said_so["day"], "", False
    if facet == "due":
        if day and (match := _WITHIN.search(text)) and (due := _later(day, match)):
            yield 1, due, match[0], "", True
        if match := _AT_ONCE.search(text):
            yield 2, None, match[0], "", False
        return
    is_term = bool(_TERM.search(text) or _TERM.search(heading))
    if is_term and (match := _FROM_TO.search(text)):
        said = match["last" if facet == "end" else "first"]
        year = _HAS_YEAR.search(match["last"])
        if year and not _HAS_YEAR.search(said):
            said = f"{said} {year[0]}"
        if found := _read(said, last=facet == "end"):
            yield 1, found, said, "", False
    if facet == "end":
        if is_term and (match := _UNTIL_DAY.search(text)) and (found := _read(match["day"], last=True)):
            yield 2, found, match["day"], "", False
        if is_term and (match := _OPEN.search(text)):
            yield 3, None, match[0], "", False


def _later(day: date, match: re.Match[str]) -> date | None:
    """Return the day that "within 14 days" ends; None where the calendar ends before it."""
    number = lowered(match["number"])
    count = int(number) if number.isdecimal() else _NUMBERS[number]
    try:
        return day + timedelta(count * (7 if match["weeks"] else 1))
    except OverflowError:
        return None


def _read(said: str, *, last: bool) -> date | None:
    """Return the day that words say; of a month or a year its last or first. None without a year: it may be any."""
    if not _HAS_YEAR.search(said):
        return None
    days = period(said)
    return (days.last if last else days.first) if days else None


def _sums(text: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[_Found]:
    is_row = bool(_FIELDS.search(text))
    # Of a row the cells say what it is; the names of the columns stand in each row.
    said = _FIELDS.sub(lambda match: " " * len(match[0]), text) if is_row else text
    for rank, pattern in enumerate(patterns):
        match = pattern.search(said)
        if not match or _NO_SUM.search(said):
            continue
        # Behind the word where there is one, else in front: "The price is 95 EUR", "95 EUR in total".
        amounts = [found for found in _AMOUNT.finditer(text) if found.end() > match.end()] or [*_AMOUNT.finditer(text)]
        if amounts:
            amount = amounts[-1] if is_row else amounts[0]
            code = money.code_of(amount["sign"] or amount["name"])
            if not is_exact(text, *amount.span(), is_sum=True):
                continue
            value = scales.times(larger(amount["after"] or amount["before"]), amount["times"] or amount["scale"])
            value = money.times(value, amount["sign"] or amount["name"])
            value = -value if amount["minus"] or is_negative(text, *amount.span()) else value
            yield rank, value, _as_written(amount, value), _unit(code, text), False
        elif pattern is not patterns[-1] and pattern is not patterns[-2] and (bare := [*_BARE.finditer(text)]):
            sign = _CURRENCIES.search(text)
            value = money.times(larger(bare[-1]["before"]), sign[0] if sign else "")
            value = -value if is_negative(text, *bare[-1].span()) else value
            yield rank, value, _as_written(bare[-1], value), money.code_of(sign[0]) if sign else "", False
        return


def _as_written(match: re.Match[str], value: Decimal) -> str:
    """Return an amount with the sign that may stand in front of its currency, or around it."""
    return f"-{match[0]}" if value < 0 and "-" not in match[0] else match[0]


def _unit(code: str, text: str) -> str:
    return f"{code} {per(text)}".strip()
