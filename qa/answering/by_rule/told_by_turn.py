"""What papers say by a turn of phrase: "may not exceed" how large something may be, "goes to" who gets it.

A question about it shares one word with the sentence, and the two are unlike in meaning. By rule, in English and
German. Pure functions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.by_rule.told import Told
from qa.answering.sentences.asked_thing import held_in
from qa.answering.sentences.quoted_sentences import Quote, with_pointed
from qa.answering.sentences.told_whole import identity_of
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.casing import word_set
from qa.text.wanted import asks_twice
from qa.types import Hit


@dataclass(frozen=True, slots=True)
class _Turn:
    """What asks, what says it, and the words of the question that name no thing."""

    asks: re.Pattern[str]
    says: re.Pattern[str]
    words: frozenset[str]


_TURNS = (
    _Turn(
        lazy_regex(
            r"\bhow (?:large|high|big|much|long|many|great)\b.{0,60}?\b(?:may|can|must|is allowed to)\b"
            r".{0,80}?\b(?:be|at most)\b|"
            r"\b(?:what is the (?:maximum|most|upper limit)|maximum)\b|"
            r"\bwie (?:hoch|groß|lang|viel|viele)\b.{0,60}?\b(?:darf|dürfen|kann)\b"
            r".{0,80}?\b(?:sein|betragen|höchstens|maximal)\b",
            re.IGNORECASE,
        ),
        lazy_regex(
            r"\b(?:(?:may|must|shall|can)(?: not|not) (?:exceed|be (?:more|higher|larger|longer) than)|"
            r"not (?:to )?exceed|"
            r"(?:not|no) more than|at (?:the )?most|up to|(?:a )?maximum(?: of)?|(?:is|are) limited to|"
            r"höchstens|maximal|bis zu|nicht (?:mehr|höher|länger) als|"
            r"(?:darf|dürfen|soll|sollen)\b.{0,60}?\bnicht (?:übersteigen|überschreiten))\b",
            re.IGNORECASE,
        ),
        word_set(
            "large high big much long many great may most maximum upper limit allowed hoch groß lang darf dürfen kann"
            " höchstens maximal sein betragen"
        ),
    ),
    _Turn(
        lazy_regex(
            r"\bwho (?:gets|will get|got|inherits|inherited|receives|is left|was left)\b|"
            r"\bwer (?:bekommt|erbt|erbte|erhält|kriegt)\b",
            re.IGNORECASE,
        ),
        lazy_regex(
            r"\b(?:(?:goes|shall go|go|passes|falls) to|(?:I |we )?(?:leave|leaves|left|bequeath\w*|give) .{0,60}?\bto|"
            r"(?:is|are) (?:left|given|shared)\b.{0,30}?\b(?:to|by|among)|shall (?:have|receive|inherit)|inherits?|"
            r"(?:geht|gehen|fällt|fallen)\b.{0,40}?\ban|vermache\w*|erbt|erben|(?:soll|sollen)\b.{0,60}?\b(?:bekommen|erhalten))\b",
            re.IGNORECASE,
        ),
        word_set("gets get got inherits inherited receives left will bekommt erbt erbte erhält kriegt"),
    ),
)
# "In waves of up to 1.68 m we made some landings" tells what was, and no limit.
_WAS = lazy_regex(
    r"\b(?:was|were|had|did|made|took|came|went|has been|have been|war|waren|hatten?|wurden?|kam|kamen|ging|gingen)\b",
    re.IGNORECASE,
)
_LIMIT = _TURNS[0]
_MOST = 3
_PASSAGES = 8


def told_by_turn(query: Query, hits: Sequence[Hit], language: str) -> Told | None:
    """Return the sentences that say by a turn of phrase what a question asks, None where none does.

    The first thing that is named stands in the sentence, or in the one that it points back at; the others there or
    where its document says what it is.
    """
    turn = next((turn for turn in _TURNS if turn.asks.search(query.asked)), None)
    if turn is None or asks_twice(query.asked) or query.asked != query.text:
        return None
    things = [word for word in content_words(query.asked) if word.casefold() not in turn.words]
    if not things:
        return None
    found: list[Quote] = []
    for hit in hits[:_PASSAGES]:
        code = hit.chunk.metadata.get("language", "")
        if query.language and code not in (query.language, ""):
            continue
        for quote, before in with_pointed(hit, language):
            if not turn.says.search(quote.text) or (turn is _LIMIT and _WAS.search(quote.text)):
                continue
            held = held_in(query, things, f"{before}\n{quote.text}", code)
            rest = set(things) - held
            if things[0] in held and rest <= held_in(query, things, identity_of(hit, hits), code):
                found.append(_with_before(quote, before, hit, held=held_in(query, things, quote.text, code)))
    return Told(tuple(found[:_MOST])) if found else None


def _with_before(quote: Quote, before: str, hit: Hit, *, held: frozenset[str]) -> Quote:
    """Return a sentence with the one that it points back at, where that alone names the thing."""
    if held or not before:
        return quote
    chunk = hit.chunk
    for other, _ in with_pointed(hit, "english"):
        if other.text == before and other.end <= quote.start:
            return replace(
                quote,
                start=other.start,
                text=" ".join(chunk.text[other.start - chunk.start : quote.end - chunk.start].split()),
            )
    return quote
