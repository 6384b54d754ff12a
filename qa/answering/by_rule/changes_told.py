"""What changed in a paper, or is new in it: told by the section of it that says so, "Changes in this revision".

By rule, in English and German. Pure functions.
"""

import re
from collections.abc import Iterator, Sequence

from qa.answering.by_rule.told import Told
from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.answering.sentences.single_words import Held
from qa.answering.sentences.told_whole import identity_of
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.casing import word_set
from qa.text.outline import heading_at
from qa.text.wanted import asks_twice
from qa.types import Hit

_ASKS = lazy_regex(
    r"\bwhat(?:['’]s| has| have| is| was)?(?: been)? (?:chang(?:ed|es|ing)|new|different)\b|"
    r"\bwhat (?:are|were) the (?:latest |last )?(?:changes|news)\b|\bwhat did .{1,60}? change\b|"
    r"\bwas (?:hat|haben|ist|wurde|wurden)\b.{1,80}?\b(?:ge|ver)ändert\b|\bwas änder(?:t|te|ten) sich\b|"
    r"\bwas ist (?:neu|anders)\b|\bwelche (?:änderungen|neuerungen)\b",
    re.IGNORECASE,
)
# "Changes" alone heads the clause of a contract that says how it may be changed.
_HEADS = lazy_regex(
    r"(?:\W|\d)*(?:(?:summary|list|record|history|table|overview) of (?:the )?(?:changes|revisions|amendments)|"
    r"(?:changes?|amendments?|differences?) (?:in|since|from|against|made|with) "
    r"(?:this|the|last|previous|version|revision|edition|release|issue|rev)\b.*|"
    r"changes? to (?:the (?:last|previous) \w+|version|revision|rev)\b.*|"
    r"(?:revision|change|version|amendment|document|release) (?:history|log|record|notes?)|changelog|"
    r"what(?:['’]s| is| has)? (?:new|changed)\b.*|"
    r"änderungen (?:in|seit|gegenüber|zur|zum|an|der|dieser|ab|bei)\b.*|"
    r"änderungs(?:historie|verlauf|protokoll|verzeichnis|übersicht|stand|nachweis)|(?:versions|revisions)\w+|"
    r"was (?:ist|hat sich) (?:neu|geändert)\b.*|neuerungen\b.*)\W*",
    re.IGNORECASE,
)
# What a paper is called by whoever asks of it: it may call itself otherwise.
_PAPERS = word_set(
    "document documents procedure procedures manual manuals handbook guide guideline policy policies "
    "instruction instructions rules rule paper plan version revision edition release update "
    "changes change changed new news latest last different since this "
    "dokument anleitung handbuch ordnung verfahren richtlinie regel regeln anweisung plan fassung version ausgabe "
    "änderungen neuerungen geändert verändert neu anders seit neue neuen letzte letzten"
)
_MOST = 3


def told_by_changes(query: Query, hits: Sequence[Hit], language: str) -> Told | None:
    """Return the first sentences of the section that says what changed in the paper a question names, else None."""
    if not _ASKS.search(query.asked) or asks_twice(query.asked):
        return None
    asked = [word for word in content_words(query.text) if word.casefold() not in _PAPERS]
    found: dict[str, list[Quote]] = {}
    for quote in _under_heading(hits, language):
        found.setdefault(quote.hit.chunk.document_id, []).append(quote)
    if not asked and len(found) > 1:
        return None
    for quotes in found.values():
        hit = quotes[0].hit
        itself = Held(query, identity_of(hit, hits), hit.chunk.metadata.get("language", ""))
        if all(itself.holds(word) for word in asked):
            return Told(tuple(sorted(quotes, key=lambda quote: quote.start)[:_MOST]))
    return None


def _under_heading(hits: Sequence[Hit], language: str) -> Iterator[Quote]:
    for hit in hits:
        if "rows" not in hit.chunk.metadata:
            for quote in sentences_of(hit, language):
                heading = heading_at(hit.chunk, quote.start).rpartition(" › ")[2]
                if heading and _HEADS.fullmatch(heading):
                    yield quote
