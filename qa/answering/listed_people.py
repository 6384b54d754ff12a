"""Who was there and who was missing, and how many: told by a line that lists them, "Present: …". Pure functions.

The line's name says what a question asks in other words, see `qa.text.labels`. How many there are is counted.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from qa.answering.lacking import content_words
from qa.answering.quoted_sentences import Quote
from qa.answering.single_words import Held
from qa.answering.told import Told
from qa.answering.told_whole import identity_of
from qa.retrieval.query import Query
from qa.text.dates import stated_day, written_day
from qa.text.labels import is_labelled, said_by_label
from qa.text.sentences import Span
from qa.text.short_answers import asks_twice
from qa.types import Hit

_MANY = re.compile(r"\b(?:how many|wie ?viele?|number of|anzahl)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(?:who|wer)\b", re.IGNORECASE)
_PEOPLE = frozenset(
    (
        *("people", "persons", "person", "members", "guests", "participants", "attendees"),
        *("leute", "leuten", "personen", "mitglieder", "gäste", "teilnehmer", "teilnehmende", "menschen"),
        *("many", "viele", "alles", "list", "then", "damals", "da"),
    )
)
_LAST = re.compile(r"\b(?:last|latest|newest|most recent|letzte\w*|neueste\w*|jüngste\w*)\b", re.IGNORECASE)
_PARTS = re.compile(r",(?: (?:and|und|sowie)\b)?(?! (?:Jr|Sr)\b)|\s(?:and|und|&|sowie)\s")
_BRACKETS = re.compile(r"\([^()]*\)")
_LINE = re.compile(r"[^\s][^\n]*(?:(?<=[,;&])\s*\n[^\n]+|(?<= and)\s*\n[^\n]+|(?<= und)\s*\n[^\n]+){0,20}")
_LONGEST_ITEM = 6
_LEAST = 2
_MOST = 3


def told_by_list(query: Query, hits: Sequence[Hit], _language: str) -> Told | None:
    """Return the lines that list whom a question asks for, the newest meeting's first; None where none does.

    Where it asks how many, the number stands in front of a single such line.
    """
    counts = bool(_MANY.search(query.asked))
    if not (counts or _WHO.search(query.asked)) or asks_twice(query.asked) or not said_by_label(query.asked):
        return None
    said = said_by_label(query.asked) | _PEOPLE
    asked = [word for word in content_words(query.asked) if word not in said and not _LAST.fullmatch(word)]
    found: list[tuple[date, Quote]] = []
    for hit in hits:
        chunk = hit.chunk
        code = chunk.metadata.get("language", "")
        whole = Held(query, f"{identity_of(hit, hits)}\n{chunk.text}", code)
        if "rows" in chunk.metadata or not all(whole.holds(word) for word in asked):
            continue
        for start, end in _lines(chunk.text):
            text = " ".join(chunk.text[start:end].split())
            if is_labelled(query.asked, text) and listed(text):
                day = stated_day(chunk.source, chunk.metadata) or written_day(chunk.metadata) or date.min
                found.append((day, Quote(hit, chunk.start + start, chunk.start + end, text, hit.score)))
    found.sort(key=lambda one: -one[0].toordinal())
    if _LAST.search(query.asked):
        found = [one for one in found if one[0] == found[0][0]]
    quotes = tuple(quote for _, quote in found[:_MOST])
    if not quotes:
        return None
    if not counts or len(quotes) > 1:
        return Told(quotes)
    names = listed(quotes[0].text)
    # "Ann Lee, chair, Bo Ray": an office is nobody.
    if len(names) < _LEAST or any(name[:1].islower() for name in names):
        return Told(quotes)
    return Told(quotes, quotes[0].text.partition(":")[2].strip(" ."), str(len(names)))


def _lines(text: str) -> Iterator[Span]:
    """Yield the lines of a text, one that ends in the midst of a list with what follows it."""
    for match in _LINE.finditer(text):
        yield match.span()


def listed(line: str) -> list[str]:
    """Return what a line lists behind its name, "" for what is no list: three of "Present: Ann Lee (chair), Bo, Cy"."""
    _, colon, items = line.partition(":")
    items = _BRACKETS.sub("", items)
    # "Smith, John; Doe, Jane" are two.
    found = [part.strip(" .*") for part in (items.split(";") if ";" in items else _PARTS.split(items))]
    found = [part for part in found if part]
    short = all(len(part.split()) <= _LONGEST_ITEM and not re.search(r"\d", part) for part in found)
    return found if colon and short else []
