"""What a later message changes of what a sentence says: a party that is moved to another day. Pure functions."""

import re
from collections.abc import Sequence

from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.retrieval.rank import name_parts
from qa.text.calendar_words import MONTH, MONTHS, WEEKDAY
from qa.text.casing import lowered
from qa.text.changed_values import asks_before, says_change, settled
from qa.text.dates import stated_day
from qa.text.language import language_of
from qa.text.measured import Measured, measured
from qa.text.named_times import names_time
from qa.text.short_answers import short_answers
from qa.text.wanted import wanted
from qa.types import Chunk, Hit

_CHANGES = frozenset(("date", "money", "measure", "count"))
_TO = lazy_regex(r" (?:to|auf|bis) ")
# Of these a sentence says how it is, without a value that another could name as the one before.
_STANDS = frozenset(("place", "yes or no"))
_WEEKDAY = lazy_regex(rf"\b(?:{WEEKDAY})s?\b", re.IGNORECASE)
_YEAR = lazy_regex(r"\b(?:19|20)\d\d\b")
_MOVES = lazy_regex(
    r"\b(?P<what>[\w-]+) (?:(?:will|is|are|was|were|has|have|been|be|now|wird|werden|ist|sind|wurden?) )*"
    r"(?:moves?|moved|changes?|changed|cancelled|verlegt|ziehen um|zieht um|wechseln|wechselt|entfallen|entfällt)\b",
    re.IGNORECASE,
)
# "£6,350 instead of £5,800" names the value before, of whatever a question asks; so does "falls from 6.4 % to 5.9 %".
_IN_PLACE_OF = lazy_regex(
    r"\b(?:instead of|rather than|in place of|in lieu of|replacing|replaces|anstelle von|an stelle von|statt|anstatt)"
    r"(?: (?:the|bisher\w*|früher\w*|previous|former|old|current|vorher\w*|den|der|dem|die|das))* ?$",
    re.IGNORECASE,
)
_FROM = lazy_regex(r"\b(?:from|von|vom) ?$", re.IGNORECASE)
_BEFORE_VALUE = 40
_AMOUNTS = _CHANGES - {"date"} | {"share"}
_REPLACED = frozenset(("money", "share"))
_DAY = lazy_regex(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{MONTH})\b|(?P<name>{MONTH})\s+(?P<of>\d{{1,2}})\b",
    re.IGNORECASE,
)


def superseding(query: Query, quotes: Sequence[Quote], hits: Sequence[Hit], language: str) -> Quote | None:
    """Return the sentence of another passage that says what the first quotation says no longer holds; None for none.

    It says that something was changed, holds a word of the question, and either names the value of the first quotation
    as the one before, or stands in a document of a later day.
    """
    want = wanted(query.asked, query.language)
    if not quotes or asks_before(query.asked):
        return None
    first = quotes[0]
    if want is None or want.what in _AMOUNTS:
        named = _in_place_of(query, first, hits, language, anywhere=want is not None)
        if named is not None:
            return named
    if want is None or want.what not in _CHANGES:
        return _moved(query, first, hits, language) if want and want.what in _STANDS else None
    old = {_key(first.text[slice(*span)]) for span in short_answers(want, first.text)}
    if says_change(first.text):
        return None
    if not old:
        return _moved(query, first, hits, language) if _WEEKDAY.search(first.text) else None
    for hit in hits:
        if hit.chunk.document_id == first.hit.chunk.document_id:
            continue
        is_later = _is_later(hit.chunk, first.hit.chunk)
        for quote in sentences_of(hit, language):
            if not says_change(quote.text) or not _is_about(query, quote, language):
                continue
            if _is_later_than_asked(query.asked, quote.text):
                continue
            spans = short_answers(want, quote.text)
            now = settled(quote.text, spans)
            # "From 4 pounds to 5 pounds" is one stretch of two values.
            parts = [part for span in spans if span not in now for part in _TO.split(quote.text[slice(*span)])]
            before = {_key(part) for part in parts}
            # A later day alone does not say that it is the same thing that was moved.
            if now and (before & old if before else is_later and _says_as_much(query, quote, first, language)):
                return quote
    return None


def _in_place_of(query: Query, first: Quote, hits: Sequence[Hit], language: str, *, anywhere: bool) -> Quote | None:
    """Return the sentence of a document, no earlier one, that puts another value in place of the first quotation's.

    A question that names a time asks how it was then.
    """
    if names_time(query.asked):
        return None
    stated = {(one.value, one.unit) for one in measured(first.text) if one.kind in _REPLACED}
    stated -= {(one.value, one.unit) for one in values_before(first.text)}
    if not stated:
        return None
    for hit in hits:
        if hit.chunk.document_id == first.hit.chunk.document_id or _is_later(first.hit.chunk, hit.chunk):
            continue
        for quote in sentences_of(hit, language):
            before = {(one.value, one.unit) for one in values_before(quote.text)}
            if before & stated and (_is_about(query, quote, language) or (anywhere and _is_of(query, hit))):
                return quote
    return None


def _is_of(query: Query, hit: Hit) -> bool:
    """Tell whether a letter holds a word of the question anywhere: "Dear Dr Ellery, the price is now £6,350"."""
    chunk = hit.chunk
    text = f"{chunk.title}\n{chunk.heading}\n{name_parts(chunk.source)}\n{chunk.text}"
    return bool(query.match.terms(text, chunk.metadata.get("language", "")) & query.match.weights.keys())


def values_before(sentence: str) -> list[Measured]:
    """Return the sums and shares that a sentence names as those that others take the place of."""
    found = [one for one in measured(sentence) if one.kind in _REPLACED]
    changes = says_change(sentence)
    before = []
    for one in found:
        lead = sentence[max(0, one.start - _BEFORE_VALUE) : one.start]
        if _IN_PLACE_OF.search(lead) or (changes and _FROM.search(lead)):
            before.append(one)
    # "5 % instead of a gift" names one value alone.
    return before if len(found) > len(before) else []


def _moved(query: Query, first: Quote, hits: Sequence[Hit], language: str) -> Quote | None:
    """Return the sentence of a later document that says that the subject of the first quotation changed; else None.

    "Rehearsals are on Tuesdays" is over once "rehearsals move to Thursdays": the word before "move" is the question's
    and the first sentence's. A question that names a time asks how it was then.
    """
    weights = query.match.weights
    if names_time(query.asked) or says_change(first.text):
        return None
    subject = query.match.terms(first.text, language_of(first.hit.chunk.metadata, language)) & weights.keys()
    for hit in hits:
        if not _is_later(hit.chunk, first.hit.chunk):
            continue
        own = language_of(hit.chunk.metadata, language)
        for quote in sentences_of(hit, language):
            before = _MOVES.search(quote.text)
            if before and query.match.terms(before["what"], own) & subject:
                return quote
    return None


def _is_later_than_asked(question: str, sentence: str) -> bool:
    """Tell whether a sentence is of years after those that a question names: "from 2026" changes nothing of 2025."""
    asked, own = set(_YEAR.findall(question)), set(_YEAR.findall(sentence))
    return bool(asked and own) and min(own) > max(asked)


def _is_later(chunk: Chunk, than: Chunk) -> bool:
    """Tell whether a document states a later day than another, itself or in the name of its file."""
    day, other = (stated_day(one.source, one.metadata) for one in (chunk, than))
    return day is not None and other is not None and day > other


def _is_about(query: Query, quote: Quote, language: str) -> bool:
    """Tell whether a sentence holds a word of the question that says something."""
    own = language_of(quote.hit.chunk.metadata, language)
    return bool(query.match.terms(quote.text, own) & query.match.weights.keys())


def _says_as_much(query: Query, quote: Quote, first: Quote, language: str) -> bool:
    """Tell whether a sentence holds each word of the question that the first quotation holds."""
    held, other = (
        query.match.terms(one.text, language_of(one.hit.chunk.metadata, language)) & query.match.weights.keys()
        for one in (quote, first)
    )
    return held >= other


def _key(value: str) -> str:
    """Return what a value is compared by: of a day its day and month, since the year is often left out."""
    if match := _DAY.search(value):
        month = MONTHS[lowered(match["month"] or match["name"])]
        return f"{int(match['day'] or match['of'])}.{month}"
    return " ".join(re.findall(r"\d+(?:[.,]\d+)*", value)) or value.casefold()
