"""Who was there and who was missing, and how many: told by a line that lists them, "Present: …". Pure functions.

The line's name says what a question asks in other words, see `qa.text.labels`. How many there are is counted.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from qa.answering.by_rule.told import Told
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.sentences.single_words import Held
from qa.answering.sentences.told_whole import identity_of
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.calendar_words import MONTH, WEEKDAY
from qa.text.dates import stated_day, written_day
from qa.text.labels import GATHERINGS, is_labelled, said_by_label
from qa.text.sentences import Span
from qa.text.wanted import asks_twice
from qa.types import Hit

_MANY = lazy_regex(r"\b(?:how many|wie ?viele?|number of|anzahl)\b", re.IGNORECASE)
_WHO = lazy_regex(r"\b(?:who|wer)\b", re.IGNORECASE)
# Who is counted: those who can be in a list of names, and no soldiers or patients.
_COUNTED = lazy_regex(
    r"\b(?:how many|wie ?viele?|number of|anzahl(?: der)?)\s+(?P<who>(?:[\w-]+ ){0,4}?)(?:was|were|is|are|attended|"
    r"came|took|participated|turned|did|have|had|waren|sind|nahmen|kamen|haben)\b",
    re.IGNORECASE,
)
_PEOPLE = frozenset(
    (
        *("people", "persons", "person", "members", "guests", "participants", "attendees"),
        *("leute", "leuten", "personen", "mitglieder", "gäste", "teilnehmer", "teilnehmende", "menschen"),
    )
)
_ASKING = _PEOPLE | frozenset(("many", "viele", "alles", "list", "then", "damals", "da"))
# Who is in a choir or on a board, or at a firm, is no matter of one evening.
_GATHERING = (
    r"(?:meeting|session|assembly|call|conference|workshop|training|seminar|course|class|lesson|rehearsal|trip|tour|walk|"
    r"hike|outing|excursion|party|dinner|reception|hearing|ceremony|wedding|agm|attendance|round|\w*sitzung|"
    r"\w*versammlung|\w*treffen|\w*besprechung|\w*schulung|\w*kurs|\w*ausflug|\w*feier|\w*reise|\w*probe)s?"
)
_IN_GROUP = lazy_regex(
    rf"\b(?:(?:is|are|ist|sind) (?:all |alles )?(?:there )?(?:at|in|on|bei|auf|am|beim)|"
    rf"(?:was|were|war|waren) (?:all |alles )?(?:there )?(?:in|on|auf))\b"
    rf"(?! (?:[\w'’-]+ ){{0,4}}?{_GATHERING}\b)(?! (?:the |den |dem )?(?:{WEEKDAY}|{MONTH}|\d|last\b|that day\b))|"
    r"\b(?:was|were) (?:there )?at (?:[\w'’-]+ ){0,2}?(?:company|firm|club|choir|band|school|office|department|society|"
    r"university)\b(?! (?:meeting|session|party|assembly|agm)\b)",
    re.IGNORECASE,
)
_LAST = lazy_regex(r"\b(?:last|latest|newest|most recent|letzte\w*|neueste\w*|jüngste\w*)\b", re.IGNORECASE)
_PARTS = lazy_regex(r",(?: (?:and|und|sowie)\b)?(?! (?:Jr|Sr)\b)|\s(?:and|und|&|sowie)\s")
_BRACKETS = lazy_regex(r"\([^()]*\)")
_LINE = lazy_regex(r"[^\s][^\n]*(?:(?<=[,;&])\s*\n[^\n]+|(?<= and)\s*\n[^\n]+|(?<= und)\s*\n[^\n]+){0,20}")
_CAPITAL = lazy_regex(r"(?<![^\W\d_])[A-ZÄÖÜÀ-ÖØ-Þ]")
_OFFICE = lazy_regex(
    r"(?:(?:vice|deputy|acting|honorary|hon\.?|stellv\.?) )?(?:chair\w*|president|treasurer|secretary|clerk|minutes|"
    r"director|manager|vorsitz\w*|vorstand|kassenwart\w*|schatzmeister\w*|schriftführ\w*|protokoll|leitung)",
    re.IGNORECASE,
)
_SEVERAL = lazy_regex(r"(?:famil\w+|the|all|everyone|everybody|ehepaar|eheleute|alle|die)\b", re.IGNORECASE)
_DIGIT = lazy_regex(r"\d")
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
    if _IN_GROUP.search(query.asked):
        return None
    asked = _words_asked(query.asked)
    if asked is None:
        return None
    found = sorted(_lists(query, asked, hits, counts=counts), key=lambda one: -one[0].toordinal())
    if found and _LAST.search(query.asked):
        found = [one for one in found if one[0] == found[0][0]]
    quotes = tuple(quote for _, quote in found[:_MOST])
    if not quotes:
        return None
    if not counts or len(quotes) > 1:
        return Told(quotes)
    names = listed(quotes[0].text)
    if len(names) < _LEAST or not _are_persons(names):
        return Told(quotes)
    return Told(quotes, quotes[0].text.partition(":")[2].strip(" ."), str(len(names)))


def _lists(query: Query, asked: Sequence[str], hits: Sequence[Hit], *, counts: bool) -> list[tuple[date, Quote]]:
    """Return the lines that list people as asked for, each with the day of its document.

    Those of what is called a meeting alone, where it asks for one and some are.
    """
    met = [word for word in content_words(query.asked) if word in GATHERINGS]
    found: list[tuple[date, Quote]] = []
    # What lists people of the meeting that is named, by that name.
    so_called = False
    for hit in hits:
        chunk = hit.chunk
        lines = [(span, " ".join(chunk.text[slice(*span)].split())) for span in _lines(chunk.text)]
        # Count Horn is no count that people came to: the list does not say which meeting it is of.
        others = [*identity_of(hit, hits).splitlines(), *(text for _, text in lines)]
        others = [text for text in others if not is_labelled(query.asked, text)]
        lines = [(span, text) for span, text in lines if is_labelled(query.asked, text)]
        whole = Held(query, "\n".join(others), chunk.metadata.get("language", ""))
        if "rows" in chunk.metadata or not all(whole.holds(word) for word in asked):
            continue
        is_so_called = bool(met) and all(whole.holds(word) for word in met)
        if not lines or (so_called and not is_so_called):
            continue
        if is_so_called and not so_called:
            found, so_called = [], True
        day = stated_day(chunk.source, chunk.metadata) or written_day(chunk.metadata) or date.min
        found += [
            (day, Quote(hit, chunk.start + start, chunk.start + end, text, hit.score))
            for (start, end), text in lines
            # "In attendance: the vicar, two churchwardens" are who was at what is called a meeting.
            if _are_names(text) or (is_so_called and not counts)
        ]
    return found


def _words_asked(question: str) -> list[str] | None:
    """Return the words of a question that tell which meeting is meant; None where it counts others than people."""
    said = said_by_label(question) | _ASKING
    words = [word for word in content_words(question) if word not in said and not _LAST.fullmatch(word)]
    counted = _COUNTED.search(question)
    who = content_words(counted["who"]) if counted else []
    if who and who[-1] not in _PEOPLE:
        return None
    # "How many board members": of the board.
    return [*words, *who[:-1]]


def _are_names(line: str) -> bool:
    """Tell whether a line lists names: "fever, cough" has no capital behind a label that has one."""
    label = line.partition(":")[0]
    items = [item for item in _items(line) if not _DIGIT.search(item)]
    written = sum(bool(_CAPITAL.search(item)) for item in items)
    return bool(items) and (2 * written >= len(items) or not _CAPITAL.search(label))


def _are_persons(names: Sequence[str]) -> bool:
    """Tell whether each item is one person: no office behind a name, as in "Ann Lee, chair, Bo Ray", and no family."""
    small = [name[:1].islower() for name in names]
    is_mixed = any(small) and not all(small)
    return not is_mixed and not any(_OFFICE.fullmatch(name) or _SEVERAL.match(name) for name in names)


def _lines(text: str) -> Iterator[Span]:
    """Yield the lines of a text, one that ends in the midst of a list with what follows it."""
    for match in _LINE.finditer(text):
        yield match.span()


def listed(line: str) -> list[str]:
    """Return what a line lists: three of "Present: Ann Lee (chair), Bo, Cy", and nothing where that is no list."""
    found = _items(line)
    return found if not any(map(_DIGIT.search, found)) else []


def _items(line: str) -> list[str]:
    """Return what stands between a line's commas, none where that is longer than names are."""
    items = _BRACKETS.sub("", line.partition(":")[2])
    # "Smith, John; Doe, Jane" are two.
    found = [part.strip(" .*") for part in (items.split(";") if ";" in items else _PARTS.split(items))]
    found = [part for part in found if part]
    return found if all(len(part.split()) <= _LONGEST_ITEM for part in found) else []
