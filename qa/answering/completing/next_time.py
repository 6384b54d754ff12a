"""When something takes place next is told by the sentence that says so: "Next meeting: 10 December".

Minutes say of themselves which meeting they are of, in nearly the same words. Pure functions, English and German.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from qa.answering.completing.permission import held_words
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.calendar_words import MONTH, WEEKDAY
from qa.text.language import language_of
from qa.text.periods import DATE, period
from qa.text.reading import read_sentences
from qa.types import Hit

_NEXT = lazy_regex(r"\b(?:next|nächste[nrsm]?)\b", re.IGNORECASE)
# "The next board meeting" is a thing that comes again. "Next month" is a time, and so is "before the next inspection".
_COMING = lazy_regex(
    r"\b(?:next|nächste[nrsm]?) (?P<thing>(?:[^\W\d_][\w-]* ){0,2}?[^\W\d_][\w-]*)"
    r"(?=\W*$| (?:of|for|in|at|on|with|to|from|due|held|planned|scheduled|taking|going|supposed|expected|"
    r"von|für|im|am|bei|des|der|mit|fällig|geplant|statt)\b)",
    re.IGNORECASE,
)
_BEFORE_IT = lazy_regex(
    r"\b(?:before|after|until|till|by|since|vor|nach|bis|seit)(?: zu[mr]?)?(?: [^\W\d_]+)? $", re.IGNORECASE
)
_TIME = lazy_regex(
    r"(?:days?|weeks?|months?|years?|quarters?|seasons?|times?|one|ones|tage?n?|wochen?|monate?n?|jahre?n?|mal|quartal|"
    r"spring|summer|autumn|winter)",
    re.IGNORECASE,
)
_WORD = lazy_regex(r"[^\W\d_][\w-]*")
_NEAR = 3
# Behind a thing: no other noun, as in "Next payment reminder".
_GOES_ON = lazy_regex(
    rf"(?! [^\W\d_])| (?:is|are|was|will|takes?|held|due|on|at|of|for|in|with|to|from|by|about|scheduled|planned|falls|"
    rf"begins|starts|the|ist|sind|wird|findet|am|im|um|des|der|die|den|von|für|mit|zu[rm]?|fällig|beginnt|statt|"
    rf"{WEEKDAY}|{MONTH})\b",
    re.IGNORECASE,
)
_WHEN = lazy_regex(r"\b(?:when|what day|which day|wann|an welchem tag)\b", re.IGNORECASE)
_DAY = lazy_regex(rf"(?<!\w)(?P<day>{DATE})(?!\w)", re.IGNORECASE)


def with_next(
    query: Query, quotes: Sequence[Quote], hits: Sequence[Hit], language: str, *, today: date | None = None
) -> list[Quote]:
    """Return quotations with the sentence in front that says when something is next, where the first does not.

    Of several days the first that is not over is taken, else the last.

    Args:
        query: As the index reads it.
        quotes: What would be quoted, best first.
        hits: What was found, best first.
        language: Of the documents.
        today: By which it is told what is over.
    """
    asked = query.asked
    coming = _COMING.search(asked)
    if not quotes or not (coming and _WHEN.search(asked)) or _NEXT.search(quotes[0].text):
        return list(quotes)
    thing = coming["thing"].casefold().split()
    if _TIME.fullmatch(thing[-1]) or _BEFORE_IT.search(asked[: coming.start()]):
        return list(quotes)
    found = list(_told(asked, thing[-1], quotes[0], hits, language))
    now = today or date.today()
    to_come = [one for one in found if one[0] >= now]
    if not found:
        return list(quotes)
    chosen = min(to_come, key=lambda one: one[0]) if to_come else max(found, key=lambda one: one[0])
    return [chosen[1], *(quote for quote in quotes if quote.text != chosen[1].text)]


def _told(asked: str, thing: str, first: Quote, hits: Sequence[Hit], language: str) -> Iterator[tuple[date, Quote]]:
    """Yield each sentence that says when what is asked about is next, with its day."""
    words = [word.casefold() for word in content_words(asked)]
    words = [word for word in words if not _NEXT.fullmatch(word) and not _WHEN.fullmatch(word)]
    texts: dict[str, list[str]] = {}
    for hit in hits:
        chunk = hit.chunk
        texts.setdefault(chunk.document_id, []).append(f"{chunk.title} {chunk.heading} {chunk.text}")
    for hit in hits:
        # The last line of minutes need not say again of what they are.
        if not words or held_words(words, " ".join(texts[hit.chunk.document_id])) != set(words):
            continue
        for sentence in read_sentences(hit.chunk.text, language=language_of(hit.chunk.metadata, language)):
            end = _end_of_thing(thing, words, sentence.text)
            said = _DAY.search(sentence.text, end) if end else None
            days = period(said["day"]) if said else None
            if days and days.first == days.last:
                start, end = hit.chunk.start + sentence.start, hit.chunk.start + sentence.end
                yield days.last, Quote(hit, start, end, sentence.text, first.score)


def _end_of_thing(thing: str, words: Sequence[str], text: str) -> int:
    """Return where the next of a thing ends that a text names, with no other word before it than are asked; 0 for none.

    "Next choir meeting" is none of the board, and "next meeting about the bin collection" no collection.
    """
    for match in _NEXT.finditer(text):
        for place, word in enumerate(islice(_WORD.finditer(text, match.end()), _NEAR)):
            if held_words([thing], word[0]):
                return word.end() if _GOES_ON.match(text, word.end()) else 0
            if place == _NEAR - 1 or not held_words(words, word[0]):
                break
    return 0
