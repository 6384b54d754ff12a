"""How often something happens: which question asks for it, and which text tells it in any words. English and German."""

import re

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.number_words import CARDINAL

_ASKED = lazy_regex(
    r"\bhow (?:often|frequently) (?:is|are|do|does|must|should|shall|need|needs|may|can|will)\b|"
    r"\bwie (?:oft|häufig) (?:ist|sind|wird|werden|muss|müssen|soll|sollen|sollte|sollten|darf|dürfen|kann|können|"
    r"findet|finden|kommt|kommen|trifft|treffen|tagt|gibt)\b",
    re.IGNORECASE,
)
OFTEN = "often frequently oft häufig"
"""The word that asks for it."""

_SPAN = (
    r"(?:hours?|days?|nights?|weeks?|fortnights?|months?|quarters?|years?|decades?|uses?|miles?|km|kilomet\w+|hrs?|yrs?|"
    r"stunden?|tage?n?|nächten?|wochen?|monate?n?|quartale?n?|jahre?n?|halbjahre?n?|betriebsstunden)"
)
_SPOKEN = (
    "once twice thrice times time every each per whenever never always seldom sometimes often ongoing fortnightly "
    "quarterly yearly hourly daily nightly weekly monthly annual annually biannual biannually biennial biennially "
    "biweekly bimonthly semiannual semiannually weekdays weekends mornings evenings "
    "jede jeden jedes jeder jedem je pro immer nie niemals stets laufend oft öfter öfters manchmal montags dienstags "
    "mittwochs donnerstags freitags samstags sonnabends sonntags werktags wochentags abends morgens nachts mehrmals "
    "oftmals einmal zweimal dreimal viermal fünfmal sechsmal achtmal zehnmal zwölfmal mal male"
)
_BEGUN = (
    "interval cycle rota constant continu regular irregular frequen rare usual occasional periodic permanent perennial "
    "intervall turnus takt rhythm ständig dauernd kontinuierlich unregelmäßig regelmäßig häufig selten gelegentlich "
    "quartalsweise halbjährlich vierteljährlich stündlich täglich wöchentlich monatlich jährlich"
)
_SAYS = lazy_regex(
    rf"\b(?:{'|'.join(_SPOKEN.split())})\b|\b(?:{'|'.join(_BEGUN.split())})|"
    # "Zweijährlich", "14-täglich", "6x", "20-mal".
    r"(?:stündl|tägl|wöchentl|monatl|jährl)ich|\d ?-?(?:x|×|mal)\b|"
    # "Two hours a week", "after 500 hours", "two years after the last one", "alle zwei Wochen".
    rf"\b(?:an?|after|within|nach|im|in der|innerhalb von|spätestens|alle)(?: [\w.,]+){{0,2}} {_SPAN}\b|"
    rf"\b{_SPAN} (?:after|later|nach|später)\b|"
    rf"\b(?:first|second|third|last|erste[nrsm]?|zweite[nrsm]?|letzte[nrsm]?) (?:{WEEKDAY}|day|tag)|(?:{WEEKDAY})s\b|"
    rf"\b(?:in|im) (?:{MONTH_NAME}|spring|summer|autumn|winter|frühjahr|frühling|sommer|herbst) (?:and|und)\b|"
    r"\b(?:before|after|vor|nach) (?:use|any|gebrauch|benutzung)\b|"
    r"\b(?:when|as|if|where) (?:\w+ )?(?:needed|required|necessary|requested)\b|\bbei bedarf\b",
    re.IGNORECASE,
)


_ROW = lazy_regex(r"[^:;]{1,60}: [^;]*; [^:;]{1,60}: ")
_COUNT = lazy_regex(rf":\s+(?:\d{{1,3}}|{CARDINAL})\s*(?:;|$)", re.IGNORECASE)


def asks_how_often(question: str) -> bool:
    """Tell whether a question asks for a frequency. "How often did it stop?" asks for a number instead."""
    return bool(_ASKED.search(question))


def says_how_often(text: str) -> bool:
    """Tell whether a text tells one, in any words: wide, since nothing that tells it may be missed."""
    return bool(_SAYS.search(text))


def counts_in_row(text: str) -> bool:
    """Tell whether a text is a row of a table with a small number and nothing else in a cell, as of times may be."""
    return bool(_ROW.match(text) and _COUNT.search(text))
