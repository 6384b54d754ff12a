"""Where a sentence holds the few words that a question asks for: by rule, in English and German. Pure functions.

What has a form of its own is found by it: dates, amounts, measures. Names and places are in `qa.text.named_answers`.
"""

import re
from functools import cache

from qa.lazy_regex import lazy_regex
from qa.text import amounts
from qa.text.bounds import at_bound
from qa.text.calendar_words import MONTH
from qa.text.number_words import CARDINAL
from qa.text.sentences import Span
from qa.text.wanted import Want, Wanted, named_units

_INSTEAD = lazy_regex(r"\b(?:instead of|rather than|not|statt|anstatt|nicht)(?: at| um| bis)? $", re.IGNORECASE)
# "From 1 July 2024 the excess" counts nothing: a number does not reach over an article.
_ARTICLES = r"(?:the|an?|this|my|our|your|his|her|its|their|der|die|das|de[mns]|eine?[mnrs]?)\b"
# "4.1 Lightning strike" is a heading.
_SECTION = r"(?<!\S)(?:\d{1,2}\.)+\d{1,2} (?-i:[A-ZÄÖÜ])"
_MONTH_BEFORE = lazy_regex(rf"\b(?:{MONTH})\.? $", re.IGNORECASE)
# Not "1 in 2000 people".
_YEAR_BEFORE = lazy_regex(
    r"(?<!\d )(?<!\w)(?:in|since|by|until|im Jahre?|in den|seit|bis|year|Jahre?) $", re.IGNORECASE
)
_YEAR = lazy_regex(r"(?:1[0-9]|20)\d\d(?![\d.,])")
_LONGEST_MONTH = 12
_SHORTEST_STEM = 4
_LONGEST_HEADER = 120
# "Ein Guthaben von 63,18 Euro" does not say how much it is.
_ONE = lazy_regex(r"(?:ein(?:e[mnrs]?)?|one)\b", re.IGNORECASE)
_FREE = lazy_regex(
    r"\b(?:free of charge|for free|(?:is|are|lent) free|gratis|kostenlos|kostenfrei|unentgeltlich)\b", re.IGNORECASE
)
_NUMBERING = lazy_regex(rf"^\W{{0,2}}\d{{1,2}}[.)] +(?!(?:{MONTH})\b|\d)", re.IGNORECASE)
# "No longer" counts nothing.
_NO_MORE = lazy_regex(r"\bno (?:longer|one|matter|doubt)\b", re.IGNORECASE)
# How long, without a number: "retained indefinitely".
_FOR_EVER = r"\b(?:indefinitely|permanently|for ever|forever|for life|unbefristet|auf unbestimmte Zeit|lebenslang)\b"
_MEASURES = lazy_regex(rf"(?:{amounts.NUMBER})[ -]?(?:{amounts.UNITS})(?![\w/])")
# To whom a paper goes: the number of a house is no sum.
_ADDRESSED = lazy_regex(
    r"(?:bill(?:ed)? to|ship(?:ped)? to|invoice to|to|from|for|client|customer|address|an|von|kunde|rechnung an|"
    r"anschrift|adresse|rechnungsadresse|lieferadresse)\s*:",
    re.IGNORECASE,
)


def short_answers(wanted: Wanted, sentence: str) -> list[Span]:
    """Return (start, end) of each stretch of a sentence that has the form of what is wanted, in order.

    Names, places, yes and no have no form of their own, so there are none.
    """
    pattern = _form(wanted.what, wanted.unit, wanted.noun)
    if pattern is None:
        return []
    if wanted.clock and amounts.TIME_OF_DAY.search(sentence):
        pattern = amounts.TIME_OF_DAY
    spans = [trimmed(sentence, *match.span()) for match in pattern.finditer(sentence)]
    if wanted.what == "count":
        spans = [span for span in spans if not _is_of_time(sentence, span)]
        if wanted.much:
            spans = [span for span in spans if not _ONE.match(sentence, span[0])]
    spans = [span for span in spans if not _INSTEAD.search(sentence[: span[0]])]
    return at_bound(wanted.bound, sentence, spans)


def _is_of_time(sentence: str, span: Span) -> bool:
    """Tell whether a count's number is a day's or a year's: "on 3 May 12 people", "in 1914 young people"."""
    before = sentence[max(0, span[0] - _LONGEST_MONTH) : span[0]]
    return bool(_MONTH_BEFORE.search(before) or (_YEAR_BEFORE.search(before) and _YEAR.match(sentence, span[0])))


@cache
def _form(what: Want, unit: str, noun: str) -> re.Pattern[str] | None:
    if what == "measure":
        measure = rf"[ -]?(?:{unit})(?![\w/])"
        # "6 weeks to 3 months", "between 6 weeks and 3 months": one of the two alone would mislead.
        between = rf"\b(?:between|zwischen) {amounts.NUMBER}{measure} (?:and|und) {amounts.UPPER}{measure}"
        more = rf"(?:{amounts.TO}{amounts.UPPER}{measure})?"
        # What stands in brackets says the same again in another unit.
        ever = rf"|{_FOR_EVER}" if amounts.TIMES in unit else ""
        return re.compile(rf"(?<!\()(?:{between}|{amounts.RANGE}{measure}{more}){amounts.PER}{ever}")
    if what == "count":
        stem = re.escape(noun[: max(_SHORTEST_STEM, len(noun) - 2)])
        if unit := named_units(noun):
            return re.compile(rf"(?<!\(){amounts.RANGE}[ -]?(?:{unit})(?![\w/])")
        between = rf"(?:(?!{_ARTICLES}|(?:{MONTH}|{CARDINAL}|many|viele)\b|\d)[\w'-]+[ -])"
        # Of "31 of 44 members" neither number alone says how many.
        among = rf"(?:{amounts.NUMBER} ?(?:(?:out )?of(?: the| our)?|von(?: den| unseren)?|der) ?)?{amounts.NUMBER}"
        return re.compile(
            rf"(?<![£$€])(?!{_SECTION})(?:{amounts.RANGE}|{among})[ -]{between}{{0,2}}?{stem}\w*", re.IGNORECASE
        )
    return amounts.FORMS.get(what)


def in_header(wanted: Wanted, row: str) -> bool:
    """Tell whether a table's row holds a number under columns whose names state the unit: "Energy GWh: Calm 9.1"."""
    header, colon, values = row.partition(": ")
    units = {"money": amounts.COIN, "share": "%", "count": named_units(wanted.noun), "measure": wanted.unit}
    unit = units.get(wanted.what, "")
    if not unit or not colon or len(header) > _LONGEST_HEADER or not re.search(r"\d", values):
        return False
    return bool(re.search(rf"(?<![^\W_])(?:{unit})(?![^\W_])", header))


def may_hold(wanted: Wanted, sentence: str) -> bool:
    """Tell whether a sentence may hold what is wanted in any words: an amount needs some number, a date some time."""
    # "5. Call for help" counts nothing.
    sentence = _NUMBERING.sub("", sentence)
    if wanted.what in ("date", "year", "often"):
        # "Total due £1,228.80" and "Midterm: 25%" say of nothing when it is.
        timeless = amounts.FORMS["share"].sub(" ", amounts.FORMS["money"].sub(" ", sentence))
        return bool(amounts.SOME_TIME.search(sentence) or amounts.SOME_NUMBER.search(timeless))
    if wanted.what == "money" and _FREE.search(sentence):
        return True
    if wanted.what == "count" and wanted.noun and _is_labelled_count(wanted.noun, sentence):
        return True
    if wanted.what in ("money", "measure", "count", "share"):
        sentence = _NO_MORE.sub(" ", sentence)
        if wanted.much or not amounts.SOME_NUMBER.search(sentence):
            # "From 1 September 2025" says how much of nothing.
            return bool(amounts.SOME_NUMBER.search(amounts.FORMS["date"].sub(" ", sentence)))
        if wanted.what == "money" and _ADDRESSED.match(sentence):
            return bool(_form_found(wanted, sentence))
        return bool(_form_found(wanted, sentence)) or bool(
            amounts.SOME_NUMBER.search(_without_others(wanted, sentence))
        )
    return True


def _is_labelled_count(noun: str, sentence: str) -> bool:
    """Tell whether a field says how many: "Units used: 1,480 kWh"."""
    stem = re.escape(noun[: max(_SHORTEST_STEM, len(noun) - 2)])
    return bool(re.match(rf"\W*(?:[\w-]+ ){{0,2}}{stem}\w*(?: [\w-]+){{0,2}}:? {{1,3}}\d", sentence, re.IGNORECASE))


def _form_found(wanted: Wanted, sentence: str) -> bool:
    return bool(short_answers(wanted, sentence)) or in_header(wanted, sentence)


def _without_others(wanted: Wanted, sentence: str) -> str:
    """Leave out the amounts that have another form than the one wanted: "1.60 m" and "31 May 2024" count nothing."""
    if wanted.what == "measure" and amounts.TIMES in wanted.unit:
        return sentence  # "until 1796" says how long as well, and "how high" may ask for no height
    # "How high is the deposit" asks for no height: what is counted alone is surely no sum.
    for what in ("date", "money", "share") if wanted.what == "count" else ("date",):
        sentence = amounts.FORMS[what].sub(" ", sentence)
    return _MEASURES.sub(" ", amounts.TIME_OF_DAY.sub(" ", sentence))


def fits(wanted: Wanted, name: str, value: str) -> bool:
    """Tell whether a table's value has the form of what is wanted, under a column of that name."""
    if wanted.what in ("date", "year"):
        return bool(amounts.FORMS["date"].search(value))
    if wanted.what in ("money", "measure", "count", "share"):
        counted = wanted.what != "count" or wanted.noun[:_SHORTEST_STEM].casefold() in name.casefold()
        is_date = amounts.FORMS["date"].fullmatch(value.strip()) and wanted.what != "count"
        return counted and bool(re.match(r"\W{0,3}\d", value)) and not is_date
    if wanted.what == "often":
        return bool(amounts.FORMS["often"].search(value))
    return wanted.what in ("name", "place") and value[:1].isupper() and not re.search(r"\d", value)


def trimmed(sentence: str, start: int, end: int) -> Span:
    """Return a stretch without the marks and spaces at its end."""
    while end > start and sentence[end - 1] in " .,;":
        end -= 1
    return start, end
