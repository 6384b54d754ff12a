"""What lines of papers are called that answer a question put in other words: "Present:" says who was there.

Pure functions, English and German.
"""

import re
from functools import lru_cache

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.casing import word_set
from qa.text.number_words import CARDINAL

_BILLS = (
    r"invoice|\w*bill\b|receipt|quote\b|estimate|\boffer|statement|\w*rechnung|quittung|\w*beleg|\b(?:kassen)?bon\b|"
    r"\w*angebot|"
    r"kostenvoranschlag"
)
_ALL = r"total|comes? to|altogether|all in all|gesamt\w*|insgesamt|summe|betrag|amount|sum"
_PARTS = (
    r"vat|tax(?:es)?|mwst|mehrwertsteuer|ust|umsatzsteuer|net|netto|discount|skonto|deposit|"
    r"date|datum|number|nummer|nr"
)
_ASKING = (
    r"who\w*|what|which|how|why|when|where|is|are|was|were|do|does|did|can|must|has|have|wer|was|wie\w*|wann|welche\w*|"
    r"warum|wo|ist|sind|war|waren|hat|haben|muss|kann|darf|from|of|von|vom|list|all|every|each|alle"
)
_WHEN, _WHEN_DE = "when|by (?:when|what date)|until when|what date", "(?:bis )?wann"
_PAY_BY = (
    r"\b(?:payments? (?:is |are )?(?:by|due|within|until)|pa(?:y|id|yable)\b.{0,30}?\b(?:by|on|within|until|before)|"
    r"(?:send|remit|transfer)\b.{0,40}?\b(?:by|within|until)|zahlbar|zahlung\w* (?:bis|innerhalb)|fällig|zahlungsziel|"
    r"we will (?:take|collect|debit)|abgebucht|eingezogen|"
    r"(?:bis|innerhalb)\b.{0,40}?\b(?:zu (?:be)?zahlen|überweisen|begleichen)|"
    r"(?:überweisen|zahlen|begleichen)\b.{0,60}?\b(?:bis|innerhalb))\b"
)
# A day or a time to pay by, in figures or words: "on the first of the month", "within fourteen days", "bis Ende Mai".
_SOME_DAY = (
    rf"(?:\d|\b(?:{CARDINAL}|{WEEKDAY}|{MONTH_NAME}|first|last|beginning|end|middle|each|every|week|month|year|receipt|"
    r"(?:\w+)?ersten|letzten|anfang|ende|mitte|jede\w*|monat\w*|woche\w*|jahr\w*|erhalt)\b)"
)
_TO_PAY = (
    rf"\b({_WHEN})\b.{{0,120}}?\b(pay|paid|payable|settled?)\b|"
    rf"\b({_WHEN_DE})\b.{{0,120}}?\b((?:be|ge|ein)?zahl\w*|zu zahlen|überw[ei]+s\w*|begleichen|beglichen)\b",
    rf"\A(?=.*{_SOME_DAY}).*(?:{_PAY_BY}|\b(?:payment|amount|bill|invoice|balance|total|rent|fee|premium)\b.{{0,40}}?"
    r"\bdue\b|^\W*due\b)",
)
_DUE = (
    rf"\b({_WHEN})\b.{{0,120}}?\b(due)\b|\b({_WHEN_DE})\b.{{0,120}}?\b(fällig)\b",
    rf"\A(?=.*{_SOME_DAY}).*(?:{_PAY_BY}|\bdue\b)",
)
_LABELS = tuple(
    (lazy_regex(asks, re.IGNORECASE | re.DOTALL), lazy_regex(says, re.IGNORECASE))
    for asks, says in (
        (
            r"\bhow many (?:[\w-]+ ){0,3}?(?:(?:was|were) (?:there|at|present|in)|(?:is|are) (?:at|present)|attended|"
            r"came|took part|participated|turned up)\b|\bwie viele\b.{0,80}?\b(?:waren|sind|nahmen|kamen)\b.{0,80}?"
            r"\b(?:bei|dabei|da|anwesend|am|beim|auf|teil|zur|zum|sitzung|versammlung)\b|"
            r"\bwho (?:all )?(?:was|were|is|are) (?:there|at|in|present|on)\b|\bwho (?:all )?(?:attended|"
            r"took part|came|participated)\b|\bwer (?:alles )?(?:war|waren|ist|sind) "
            r"(?:bei|dabei|da|anwesend|am|beim|in|auf|alles)\b|"
            r"\bwer (?:war|waren)\b.*\b(?:dabei|anwesend|da)\b|\bwer (?:nahm|nahmen|hat|haben)\b.*\bteil\w*",
            r"^\W*(?:present|attend(?:ees|ance|ing|ed)|participants?|in attendance|anwesend\w*|"
            r"teilnehm\w*)\b(?: ?\([^()\n]{0,50}\)| (?:at|on|of|in|from|are|were|bei|beim|am|der|des|sind|waren)\b"
            r"[^:]{0,50})?[ *]{0,4}:",
        ),
        (
            r"\bwho (?:was|were) (?:absent|missing|away|not there|excused)\b|\bwho (?:missed|did not (?:come|attend)|"
            r"sent (?:his |her |their )?(?:apologies|regrets))\b|"
            r"\bwer (?:fehlte|fehlten|hat gefehlt|war nicht|ließ sich)\b",
            r"^\W*(?:apologies|absent|regrets|excused|not present|entschuldigt|abwesend|es fehl\w+)\b[^:]{0,20}:",
        ),
        (
            # What a repair cost altogether, a sentence says; what a bill comes to, its last row.
            # From the beginning alone, or it would be tried at every place of a long question.
            rf"\A(?=.*(?:{_BILLS}))(?:.*\b({_ALL})\b|"
            rf".*\b(how (?:much|high)|wie ?(?:viel|hoch))\b(?!.*\b(?:{_PARTS})\b)|"
            # Nothing but a name of it: "power bill for february".
            rf"(?!.*\b(?:{_ASKING}|{_PARTS})\b))",
            r"(?:^|: )\W*(?:(?:grand |estimated |invoice )?total|amount (?:due|to pay|payable)|to pay|balance due|"
            r"gesamt(?:betrag|summe|preis)?|rechnungsbetrag|endbetrag|zahlbetrag|zu zahlen\w*|summe)\b"
            r"(?! (?:net|netto))[^;]{0,20}[;:]?.*\d",
        ),
        _TO_PAY,
        _DUE,
    )
)
_ASKS_TO_PAY, _ASKS_DUE = (lazy_regex(asks, re.IGNORECASE | re.DOTALL) for asks, _ in (_TO_PAY, _DUE))
_WORD = lazy_regex(r"\w+")
OF_EVERY_PAPER = word_set(
    "cost costs price prices fee fees charge amount total sum due paid pay date number kosten kostet preis preise"
    " gebühr betrag summe gesamt fällig zahlen bezahlen datum nummer need needs brauche brauchen"
)
"""Words for what every bill has: they name no thing that it is for."""
GATHERINGS = frozenset(("meeting", "session", "assembly", "sitzung", "versammlung", "besprechung", "treffen"))
"""What people meet at: who was present says of itself that they did."""


def is_labelled(question: str, text: str) -> bool:
    """Tell whether a line is called what a question asks in other words."""
    return any(says.search(text) for says in _asked(question))


def asks_when_to_pay(question: str) -> bool:
    """Tell whether a question asks by when something is to be paid."""
    return bool(_ASKS_TO_PAY.search(question) or _ASKS_DUE.search(question))


def asks_when_due(question: str) -> bool:
    """Tell whether a question asks when something is due that may not be a payment: books of a library, an essay."""
    return bool(_ASKS_DUE.search(question)) and not _ASKS_TO_PAY.search(question)


def said_by_label(question: str) -> frozenset[str]:
    """Return the words of a question, in small letters, that such a line's name says: "missing", "meeting"."""
    found = [match for asks, _ in _LABELS if (match := asks.search(question))]
    # What stands between the words that ask is what they ask of.
    said = " ".join(" ".join(filter(None, match.groups())) if match.re.groups else match[0] for match in found)
    return frozenset(_WORD.findall(said.casefold())) | (GATHERINGS if said else frozenset())


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[re.Pattern[str], ...]:
    # A question is put to hundreds of lines.
    return tuple(says for asks, says in _LABELS if asks.search(question))
