"""What a later message changes of what a sentence says: a party that is moved to another day. Pure functions."""

import re
from collections.abc import Sequence

from qa.answering.quote import Quote, sentences_of
from qa.retrieval.query import Query
from qa.text.calendar_words import MONTH, MONTHS, WEEKDAY
from qa.text.casing import lowered
from qa.text.dates import stated_day
from qa.text.language import language_of
from qa.text.short_answers import asks_before, says_change, settled, short_answers, wanted
from qa.types import Chunk, Hit

_CHANGES = frozenset(("date", "money", "measure", "count"))
_TO = re.compile(r" (?:to|auf|bis) ")
# Of these a sentence says how it is, without a value that another could name as the one before.
_STANDS = frozenset(("place", "yes or no"))
_WEEKDAY = re.compile(rf"\b(?:{WEEKDAY})s?\b", re.IGNORECASE)
_TIME = re.compile(rf"\b(?:{MONTH})\b|\b(?:19|20)\d\d\b", re.IGNORECASE)
_MOVES = re.compile(
    r"\b(?P<what>[\w-]+) (?:(?:will|is|are|was|were|has|have|been|be|now|wird|werden|ist|sind|wurden?) )*"
    r"(?:moves?|moved|changes?|changed|cancelled|verlegt|ziehen um|zieht um|wechseln|wechselt|entfallen|entfällt)\b",
    re.IGNORECASE,
)
_DAY = re.compile(
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
            spans = short_answers(want, quote.text)
            now = settled(quote.text, spans)
            # "From 4 pounds to 5 pounds" is one stretch of two values.
            parts = [part for span in spans if span not in now for part in _TO.split(quote.text[slice(*span)])]
            before = {_key(part) for part in parts}
            if now and (before & old if before else is_later):
                return quote
    return None


def _moved(query: Query, first: Quote, hits: Sequence[Hit], language: str) -> Quote | None:
    """Return the sentence of a later document that says that the subject of the first quotation changed; else None.

    "Rehearsals are on Tuesdays" is over once "rehearsals move to Thursdays": the word before "move" is the question's
    and the first sentence's. A question that names a time asks how it was then.
    """
    weights = query.match.weights
    if _TIME.search(query.asked) or says_change(first.text):
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


def _is_later(chunk: Chunk, than: Chunk) -> bool:
    """Tell whether a document states a later day than another, itself or in the name of its file."""
    day, other = (stated_day(one.source, one.metadata) for one in (chunk, than))
    return day is not None and other is not None and day > other


def _is_about(query: Query, quote: Quote, language: str) -> bool:
    """Tell whether a sentence holds a word of the question that says something."""
    own = language_of(quote.hit.chunk.metadata, language)
    return bool(query.match.terms(quote.text, own) & query.match.weights.keys())


def _key(value: str) -> str:
    """Return what a value is compared by: of a day its day and month, since the year is often left out."""
    if match := _DAY.search(value):
        month = MONTHS[lowered(match["month"] or match["name"])]
        return f"{int(match['day'] or match['of'])}.{month}"
    return " ".join(re.findall(r"\d+(?:[.,]\d+)*", value)) or value.casefold()
