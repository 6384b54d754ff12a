"""By what a question puts documents in order: which ends first, is due next, costs least. English and German."""

import re
from dataclasses import dataclass, replace

from qa.answering.routes.plain import plain
from qa.answering.routes.stated.stated import Facet
from qa.lazy_regex import lazy_regex


@dataclass(frozen=True, slots=True)
class Ranking:
    """By what documents are put in order, and whether the greatest comes first: the last day, the highest sum.

    `coming` puts days that are over behind all others. `what` names the value where no facet does: "rent".
    """

    facet: Facet
    greatest: bool
    coming: bool = False
    what: str = ""


_FIRST = (
    r"(?:earli(?:er|est)|first|soon(?:er|est)|next|früher|(?:am )?frühe?sten|zuerst|als erste[rsn]?|als nächste[rsn]?)"
)
_LAST = (
    r"(?:lat(?:er|est)|last|long(?:er|est)|später|(?:am )?spätesten|zuletzt|länger|(?:am )?längsten|als letzte[rsn]?)"
)
_END = (
    r"(?:ends?|ending|expires?|expiring|runs? out|terminates?|lapses?|valid|"
    r"endet|enden|gültig|läuft|laufen|gilt|gelten)"
)
_START = r"(?:starts?|begins?|commences?|beginnt|beginnen|startet|starten)"
_DUE = r"(?:due|payable|to be paid|fällig|zu (?:be)?zahlen)"
_LONGER = r"(?:long(?:er|est)|länger|(?:am )?längsten)"
_CHEAP = (
    r"\b(?:cheap(?:er|est)|less expensive|least expensive|costs? (?:less|(?:the )?least)|billiger|günstiger|"
    r"(?:am )?(?:billigste|günstigste)n?|kostet (?:weniger|am wenigsten))"
)
_DEAR = (
    r"\b(?:dear(?:er|est)|more expensive|most expensive|costs? (?:more|(?:the )?most)|teurer|(?:am )?teuersten?|"
    r"kostet (?:mehr|am meisten))"
)
_PAPER = (
    r"(?:invoices?|bills?|receipts?|offers?|quot(?:e|ation)s?|"
    r"rechnung(?:en)?|angebote?n?|quittung(?:en)?|belege?n?|kostenvoranschl(?:ag|äge)n?)"
)
_HIGH = r"(?:(?:high|bigg|larg|great)(?:er|est)|höher|höchste[nrs]?|größer|größte[nrs]?)"
_LOW = r"(?:(?:low|small)(?:er|est)|niedriger|niedrigste[nrs]?|kleiner|kleinste[nrs]?)"
_COMING = lazy_regex(r"\b(?:next|als nächste[rsn]?)\b", re.IGNORECASE)
_IS = r"\b(?:is|are|was|the|ist|sind|war|der|die|das)"
_PATTERNS: tuple[tuple[str, Facet, bool], ...] = (
    (rf"\b{_DUE}\b.*\b{_FIRST}\b", "due", False),
    (rf"\b{_DUE}\b.*\b{_LAST}\b", "due", True),
    (rf"\b{_START}\b.*\b{_FIRST}\b", "start", False),
    (rf"\b{_START}\b.*\b{_LAST}\b", "start", True),
    (rf"\b{_END}\b.*\b{_FIRST}\b", "end", False),
    (rf"\b(?:{_END}\b.*\b{_LAST}|(?:runs?|lasts?|dauert) (?:for )?{_LONGER})\b", "end", True),
    (_CHEAP, "sum", False),
    (_DEAR, "sum", True),
    # Of a paper that asks for money it is the sum that is high.
    (rf"\b{_PAPER}\b.*{_IS} (?:the |am |die |das )?{_HIGH}$|\b{_HIGH} {_PAPER}$", "sum", True),
    (rf"\b{_PAPER}\b.*{_IS} (?:the |am |die |das )?{_LOW}$|\b{_LOW} {_PAPER}$", "sum", False),
    (rf"{_IS} (?:the )?(?:newer|newest|more recent|most recent|neuere?|neueste[nrs]?|jüngere?)\b", "day", True),
    (rf"{_IS} (?:the )?(?:older|oldest|ältere?|älteste[nrs]?)\b", "day", False),
)
_RANKINGS = tuple(
    (lazy_regex(pattern, re.IGNORECASE), Ranking(facet, greatest)) for pattern, facet, greatest in _PATTERNS
)


def ranking_of(question: str) -> Ranking | None:
    """Return by what a question puts documents in order; None where it does not, or by another thing."""
    text = plain(question)
    found = next((ranking for pattern, ranking in _RANKINGS if pattern.search(text)), None)
    timed = found is not None and found.facet in ("end", "start", "due")
    return replace(found, coming=timed and bool(_COMING.search(text))) if found else None
