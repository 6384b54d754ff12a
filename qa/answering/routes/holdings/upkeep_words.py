"""Questions about the state of a collection: what could not be read, what is there twice, when it last grew."""

import re

from qa.answering.routes.holdings.about import FILE, HERE, PLACE, AboutCollection
from qa.answering.routes.holdings.narrowing import ADDED
from qa.answering.routes.reading import Rule
from qa.lazy_regex import lazy_regex

_FAILED = (
    r"(?:could(?: not|n't) (?:be |you )?(?:read|ingest|open|index|load|add)(?:ed)?|can(?:not|'t) (?:be |"
    r"you )?(?:read|open|load)|"
    r"(?:did|do|does|were|was|are)(?: not|n't)(?: you)? (?:read|ingested|indexed|load(?:ed)?|open(?:ed)?|work)|"
    r"(?:have |has )?fail(?:ed)?(?: to (?:load|ingest|open|be read|import|read))?|(?:are|were) (?:unreadable|broken|"
    r"damaged|"
    r"skipped|left out|missing)|(?:had|made|caused|have) (?:errors?|problems?)|went wrong|"
    r"(?:konnten?|können) nicht (?:gelesen|geöffnet|geladen|eingelesen)(?: werden)?|(?:sind|ist) nicht lesbar|"
    r"(?:sind|ist) (?:fehlgeschlagen|beschädigt|kaputt|unlesbar)|(?:hat|haben) nicht (?:geklappt|funktioniert)|"
    r"wurden nicht (?:gelesen|eingelesen)|fehlen)"
)
_UNREAD = lazy_regex(
    rf"(?:how many|which|what|why (?:did|were|are|have)|list(?: all)?|show(?: me)?|are there(?: any)?|did(?: any|"
    rf" all)?|have(?: any)?|"
    rf"wie viele|welche|warum (?:konnten|sind|haben)|gibt es)(?: some| any| the| all| einige| manche)? "
    rf"(?:of (?:my |the )?)?{FILE} (?:that |which |die |you |i )*{_FAILED}|"
    rf"(?:did|has|have|is|was|were)(?: there)? (?:anything|everything|something|any errors?|"
    rf"any problems?) ?(?:{_FAILED}|"
    rf"load(?:ed)?(?: correctly| fine)?|wrong|unread(?:able)?|(?:get |been )?read|fail)|"
    rf"were there (?:any )?(?:errors?|failures|problems)"
    rf"(?: (?:while|when|during|on|at) .+)?|what (?:went wrong|failed)(?: (?:while|when|during|on|at) .+)?|"
    rf"(?:list|show(?: me)?|welche|which|zeige?)(?: the| all| any)? (?:failures|failed {FILE}|unreadable {FILE}|"
    rf"errors|unlesbaren {FILE})|"
    rf"(?:hat|konnte) (?:etwas|alles|irgendetwas) nicht (?:geklappt|gelesen werden)|"
    rf"(?:konnte|wurde) alles gelesen(?: werden)?|was konnte nicht (?:gelesen|geöffnet|geladen|eingelesen) werden|"
    rf"was (?:ist|hat) (?:fehlgeschlagen|nicht geklappt)",
    re.IGNORECASE,
)
_EMPTY = lazy_regex(
    rf"(?:which|what|how many|list(?: all)?|are there(?: any)?|do i have(?: any)?|is there(?: an)?|welche|wie viele|"
    rf"gibt es) "
    rf"(?:(?:of (?:my|the) )?{FILE} (?:(?:that )?(?:are|have|sind|haben|ist) )?(?:empty|leer|no text|no content|"
    rf"without text|"
    rf"keinen text|ohne text)|(?:empty|leere[rn]?) {FILE}(?: (?:are there|do i have|gibt es|habe ich))?)",
    re.IGNORECASE,
)
_DUPLICATES = lazy_regex(
    rf"(?:(?:are there|is there|do (?:i|we|you) have|have i(?: got)?|did i (?:add|store|put)|gibt es|habe ich|"
    rf"haben wir|list|"
    rf"show(?: me)?|find|which|what|how many|welche|wie viele|zeige?(?: mir)?|finde|liste?)(?: any| all| alle|"
    rf" irgendwelche| the)? "
    rf"(?:duplicates?(?: (?:of )?{FILE})?|duplicated {FILE}|doubles|doubled {FILE}|identical {FILE}|copies|"
    rf"dubletten|duplikate|doppelte[nr]? {FILE}|identische[nr]? {FILE}|{FILE} (?:are |sind |habe ich )?(?:twice|"
    rf"more than once|double|doppelt|mehrfach|zweimal|duplicated?|duplicates|identical|identisch|the same|gleich))"
    rf"(?: (?:are there|do i have|have i(?: got)?|gibt es|habe ich|haben wir|sind))?(?: (?:here|in here|hier|{HERE}))?|"
    rf"(?:do|are|have|sind|haben) (?:any|some|any of (?:my|the)|two|irgendwelche|zwei|"
    rf"meine)(?: two)? {FILE} (?:have |hold |"
    rf"contain |has )?(?:the same(?: content| contents| text| thing)?|identical|duplicates?|duplicated|twice|doppelt|"
    rf"identisch|"
    rf"(?:den)?selben inhalt|gleich)|(?:is|ist) (?:any {FILE}|anything|irgendetwas|etwas|irgendeine datei) (?:here |"
    rf"in here )?"
    rf"(?:there )?(?:twice|duplicated?|doppelt(?: vorhanden| da)?))",
    re.IGNORECASE,
)
_WHEN_ADDED = lazy_regex(
    rf"(?:when|wann) (?:did|have|has|was|were|habe|haben|hast|wurde|wurden|ist|hat) (?:(?:i|we|you|ich|wir|du|"
    rf"something|"
    rf"anything|a {FILE}|the last {FILE}|etwas|das letzte mal etwas|was) )*(?:last |zuletzt )(?:etwas |was |{FILE} )?"
    rf"(?:add|ingest|upload|import|index|{ADDED})(?: (?:something|anything|a {FILE}|{FILE}))?(?: (?:to|in) .*)?|"
    rf"(?:when|wann) (?:was|were|is|wurde) (?:the |this |my |die )?{PLACE} (?:last |zuletzt )(?:updated|changed|"
    rf"aktualisiert|geändert)",
    re.IGNORECASE,
)

UPKEEP: tuple[Rule[AboutCollection], ...] = (
    Rule(_UNREAD, lambda _match, _today: AboutCollection("unread")),
    Rule(_EMPTY, lambda _match, _today: AboutCollection("empty")),
    Rule(_DUPLICATES, lambda _match, _today: AboutCollection("duplicates")),
    Rule(_WHEN_ADDED, lambda _match, _today: AboutCollection("newest", limit=1, stored=True)),
)
