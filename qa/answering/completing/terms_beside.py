"""Who asks how to cancel needs the minimum term, the notice and the last day too, which stand beside. Pure functions.

"You can cancel in writing with one month's notice" is half of it where "The minimum term is 24 months" stands before
it. English and German.
"""

import re
from collections.abc import Sequence

from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.answering.sentences.told_whole import identity_of
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.types import Hit

_ASKS = lazy_regex(
    r"\b(?:cancel\w*|get out of|terminat\w+|end (?:the|my|our)|give notice|quit|"
    r"kündigen|kündige|gekündigt|kündigt|kündbar|"
    r"(?:aus|heraus)kommen|beenden)\b",
    re.IGNORECASE,
)
_ASKS_HOW = lazy_regex(
    r"\b(?:how|when|until when|by when|can|may|what|wie|wann|bis wann|kann|darf|was|komme)\b", re.IGNORECASE
)
# Who asks when somebody cancelled is told that alone.
_PAST = lazy_regex(
    r"\b(?:did|were)\b|\b(?:was|been) (?:\w+ ){0,4}?(?:cancell?ed|terminated|ended)\b|\b(?:has|have|had) (?:\w+ ){0,4}?"
    r"(?:cancell?ed|terminated|ended)\b|\b(?:wurden?|hatten?|habe|haben|hat)\b.*\b(?:gekündigt|beendet)\b",
    re.IGNORECASE,
)
# What runs and is ended: neither a program nor a noise is.
_CONTRACT = lazy_regex(
    r"\b(?:contract|tenancy|subscription|policy|lease|membership|agreement|insurance|tariff|abo|police|tarif)\b|"
    r"\b\w*(?:vertrag|vertrages|vertrags|mietverhältnis|abonnement|mitgliedschaft|versicherung)\b",
    re.IGNORECASE,
)
_NUMBER = (
    r"(?:\d+|\b(?:one|two|three|four|six|twelve|eighteen|twenty|ein\w{0,2}|zwei|drei|vier|sechs|zwölf)\b)"
    r"[ -](?:calendar |full |volle\w* |whole )?(?:day|week|month|year|tag|woche|monat|jahr)"
)
_ENDED = r"\b(?:end(?:s|ed)?|terminat\w+|cancel\w*|notice|\w*künd\w+|beend\w*)\b"
_TERM = lazy_regex(
    r"\b(?:minimum (?:term|period|contract|duration)|fixed term|first \w+ (?:months|years?)|not (?:be )?(?:ended|"
    r"cancelled|terminated) before|mindest(?:laufzeit|vertragslaufzeit|dauer)|"
    rf"(?<!\w)(?:earliest|erstmals|frühestens)(?=.{{0,120}}?{_ENDED})|{_ENDED}\b.{{0,60}}?(?:earliest|erstmals|frühestens)|"
    rf"(?:runs|binding) for|läuft jeweils|verlängert sich)\b.{{0,120}}?(?:{_NUMBER}|\d)|"
    rf"{_NUMBER}\w* (?:minimum term|mindestlaufzeit)\b",
    re.IGNORECASE,
)
_NOTICE = lazy_regex(
    rf"\b(?:notice|kündigungsfrist|frist)\b.{{0,80}}?{_NUMBER}|"
    rf"{_NUMBER}.{{0,80}}?\b(?:notice|kündigungsfrist|frist)\b",
    re.IGNORECASE,
)
_LAST_DAY = lazy_regex(
    r"\b(?:cancel\w*|notice|terminat\w+|kündig\w*)\b.{0,120}?"
    r"\b(?:by|before|until|no later than|bis|spätestens)\b.{0,20}\d",
    re.IGNORECASE,
)
_MOST = 4


def with_terms(query: Query, quotes: Sequence[Quote], hits: Sequence[Hit], language: str) -> list[Quote]:
    """Return quotations with what the same paper says of the term, the notice and the last day, where they lack it.

    Args:
        query: As the index reads it.
        quotes: What would be quoted, best first.
        hits: All passages that were found.
        language: Of the documents.
    """
    if not quotes or not _ASKS.search(query.asked) or not _ASKS_HOW.search(query.asked) or _PAST.search(query.asked):
        return list(quotes)
    said = [quote for quote in quotes if quote.hit.chunk.document_id == quotes[0].hit.chunk.document_id]
    # What says how comes first.
    first = next((quote for quote in said if _NOTICE.search(quote.text) or _LAST_DAY.search(quote.text)), quotes[0])
    if not _CONTRACT.search(f"{query.asked}\n{identity_of(first.hit, hits)}\n{first.text}"):
        return list(quotes)
    same = [hit for hit in hits if hit.chunk.document_id == first.hit.chunk.document_id and hit is not first.hit]
    beside = [quote for hit in (first.hit, *same) for quote in sentences_of(hit, language)]
    if not any(pattern.search(first.text) for pattern in (_NOTICE, _TERM, _LAST_DAY)):
        return list(quotes)
    found: list[Quote] = []
    for pattern in (_LAST_DAY, _NOTICE, _TERM):
        if pattern.search(first.text):
            continue
        more = next((quote for quote in (*said, *beside) if pattern.search(quote.text)), None)
        if more is not None and all((more.start, more.end) != (quote.start, quote.end) for quote in (first, *found)):
            found.append(more)
    taken = {(quote.start, quote.end) for quote in (first, *found)}
    own = [first, *found, *(quote for quote in said if (quote.start, quote.end) not in taken)][:_MOST]
    return [*own, *(quote for quote in quotes if quote not in said)]
