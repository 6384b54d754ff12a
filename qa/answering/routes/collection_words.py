"""Whether a question is about the collection itself, read as a whole. Pure functions, English and German.

A question is read from its first word to its last by a small grammar: what is wanted ("how many"), of what
("contracts"), and which of them ("do I have", "that mention Nordgriff", "since May"). What has a word left over that
the grammar does not know is another question: "How many turbines were struck?" is answered by passages.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from qa.answering.routes.about import FILE, GENERIC, HERE, OWN, PLACE, AboutCollection, By, Wanted
from qa.answering.routes.narrowing import ADDED, LONGEST_NAME, dated, mentioning, of_what, tells_place
from qa.answering.routes.periods import DAY
from qa.answering.routes.plain import plain

_ALL_OF_THEM = re.compile(rf"(?P<np>(?:all|every|alle) (?:of )?(?:the |my |our )?{GENERIC}\b.*)", re.IGNORECASE)
_ANY = re.compile(
    rf"(?:(?:do|does) any|erwähnt irgendein|erwähnen) (?P<np>(?:of (?:my|the) )?{GENERIC} .+)", re.IGNORECASE
)
_DOCUMENT_COUNT = re.compile(
    rf"(?:what(?:'s| is) )?(?:the )?(?:total )?(?:document|file) count(?: (?:{HERE}))?", re.IGNORECASE
)
_COUNT = re.compile(
    r"(?:(?:what(?:'s| is) |wie (?:hoch|groß) ist )?(?:the |die )?(?:how many|(?:total )?number of|count(?: of)?|"
    r"count up|wie ?viele|(?:an)?zahl (?:der|von|meiner)|zähle?)) (?P<np>.+)",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"(?:list|show|give|name|enumerate|display|print|find|get|liste?|zeige?|nenne?|gib)(?: (?:me|us|mir|uns))?"
    r"(?: (?:a |the |eine |die )?(?:complete |full |vollständige )?(?:list(?:e)?|names?|titles?|titel|namen)"
    r"(?: of| aller| der| von)?)? (?P<np>.+)",
    re.IGNORECASE,
)
_WHICH = re.compile(r"(?:what|which|welche[rsn]?|was für)(?: of)? (?P<np>.+)", re.IGNORECASE)
_IS_THERE = re.compile(
    r"(?:are there|is there|do (?:i|we|you) have|have (?:i|we|you) got|gibt es|habe ich|haben wir|hast du)"
    r"(?: (?:any|a|an|some|irgendwelche|ein|eine|einen))? (?P<np>.+)",
    re.IGNORECASE,
)
_IN_WHICH = re.compile(
    rf"in (?:which|what|how many|welche[nmr]|wie ?vielen) (?P<np>(?:of (?:my|the|our) )?(?:\w+ )?{GENERIC}|\w+) "
    r"(?:(?:is|are|do|does|can i find|wird|werden|kommt|kommen|steht|stehen|finde ich) )(?P<what>.+?)"
    r"(?: (?:mentioned|named|discussed|appear|occur|come up|vor|erwähnt|genannt|etwas))?",
    re.IGNORECASE,
)
_BEST = (
    r"(?P<best>newest|latest|most recent|youngest|oldest|earliest|largest|biggest|longest|smallest|shortest|"
    r"neueste[rsnm]?|jüngste[rsnm]?|letzte[rsnm]?|aktuellste[rsnm]?|älteste[rsnm]?|größte[rsnm]?|längste[rsnm]?|"
    r"kleinste[rsnm]?|kürzeste[rsnm]?)"
)
_NEWEST = re.compile(
    r"(?:(?:what|which|was|welche[rsn]?|wie heißt)(?:'s| is| are| was| were| ist| sind| war)? |"
    r"(?:show|list|give|name|zeige?|nenne?)(?: (?:me|us|mir))? )?(?:(?:the|my|our|das|die|der|den|mein|meine) )?"
    rf"(?:(?P<many>\d{{1,3}}|two|three|five|ten|zwei|drei|fünf|zehn) )?{_BEST} "
    r"(?:(?P<many2>\d{1,3}|two|three|five|ten|zwei|drei|fünf|zehn) )?(?P<np>.+)",
    re.IGNORECASE,
)
_NEWEST_LATE = re.compile(
    r"(?:what|which|welche[rsn]?)(?: of)? (?P<np>.+?) (?:is|are|was|ist|sind|war) (?:the |am |das |die |der )?"
    rf"{_BEST}(?: one)?(?P<rest> .+)?",
    re.IGNORECASE,
)
_LAST_ADDED = re.compile(
    rf"(?:what|which|was|welche[rsn]?)(?P<np> {FILE})? (?:was|were|have i|did i|wurden?)?(?: als)? ?"
    rf"(?:the last {FILE} |last |zuletzt |letztes )?"
    r"(?P<verb>add(?:ed)?|ingested?|changed|updated|modified|geändert|hinzugefügt|eingelesen)"
    r"(?: (?:last|most recently|zuletzt))?",
    re.IGNORECASE,
)
_DID_ADD = re.compile(
    r"(?:what|which files|was|welche dateien) (?:did|have|has|habe|haben|wurden?) (?:i |we |you |ich |wir )?"
    rf"(?:(?:add|ingest|index|upload|import)(?:ed)? )?(?P<date>(?:since |in the |in |on |seit |in |am )?{DAY})(?: "
    rf"{ADDED})?",
    re.IGNORECASE,
)
_WHAT_CHANGED = re.compile(
    r"(?:what|was|is anything|hat sich etwas|gibt es (?:etwas )?neues)(?:'s| is| has| have| did| hat sich| ist| wurde| "
    rf"gibt es)?(?: been| alles| anything)? ?(?:(?P<early>change[ds]?|new|updated|modified|{ADDED}|neu(?:es)?|"
    rf"geändert|verändert) )?(?P<date>(?:since|after|in the|this|today|seit|nach|diese|heute|in den) ?.*?|today|heute)"
    rf"(?: (?P<late>geändert|verändert|neu(?:es)?|{ADDED}))?(?P<here> {HERE})?",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?:where (?:is|are|do i find|can i find)|wo (?:wird|werden|ist|sind|kommt)) (?P<what>.+?) "
    r"(?:mentioned|named|discussed|referred to|erwähnt|genannt|vor)",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"(?:list|show|give)(?: me)? (?:a list of )?(?:everything|all)(?: (?:that )?(?:you|i|we) have| there is|"
    rf" (?:{HERE}))|(?:liste?|zeige?)(?: mir)? alles(?: auf)?(?: was (?:es gibt|ich habe))?",
    re.IGNORECASE,
)
_OVERVIEW = re.compile(
    rf"(?:what(?:'s| is| do you know)? (?:in|inside|about)(?: the| my| this| our)* (?:{PLACE}|{GENERIC})|"
    rf"what (?:is|are) (?:{OWN} )*(?:{PLACE}|documents|files) about|what does (?:the|my|this|our) {PLACE} (?:hold|"
    rf"contain)|(?:give me )?(?:an )?(?:overview|summary|inventory) of (?:{OWN} )*(?:{PLACE}|documents|files)|"
    rf"(?:summari[sz]e|describe) (?:{OWN} )*(?:{PLACE}|documents|files)|what kind of (?:documents|files) (?:are|is) "
    rf"(?:this|these|in .*)|was (?:ist|steht|enthält) (?:in )?(?:{OWN} )+(?:{PLACE}|dokumenten|dateien)|"
    rf"worum geht es in (?:{OWN} )+(?:{PLACE}|dokumenten|dateien|unterlagen)|"
    rf"(?:gib mir )?(?:einen )?überblick über (?:{OWN} )+(?:{PLACE}|dokumente|dateien))",
    re.IGNORECASE,
)
_UNREAD = re.compile(
    rf"(?:how many|which|what|list(?: all)?|wie viele|welche) (?:of (?:my |the )?)?{FILE} (?:that )?(?:could not be "
    r"(?:read|ingested|opened|indexed)|couldn't be (?:read|ingested|opened)|failed(?: to (?:load|ingest|be read))?|"
    r"(?:are|were) (?:unreadable|broken|not (?:read|ingested|indexed))|konnten nicht (?:gelesen|geöffnet) werden|"
    r"sind nicht lesbar|sind fehlgeschlagen)",
    re.IGNORECASE,
)
_UNCOUNTED = re.compile(
    rf"(?:how many|wie viele) (?P<what>pages|words|characters|letters|sentences|paragraphs|images|pictures|photos|"
    rf"figures|tables|chapters|sheets|slides|lines|seiten|wörter|worte|zeichen|sätze|absätze|bilder|fotos|"
    rf"abbildungen|tabellen|kapitel|zeilen|folien)(?: (?:do|does|have|haben|hat))? ?(?:(?:are there |gibt es |sind )?"
    rf"(?:in|on|of) )?(?:{OWN} )+(?:{GENERIC}|{PLACE})"
    r"(?: (?:have|has|hold|contain|haben)(?: in total| insgesamt)?)?",
    re.IGNORECASE,
)
_KINDS_OF = re.compile(
    rf"(?:(?:what|which|how many|list(?: all)?(?: the)?|welche|was für|wie viele) (?:different |various |"
    rf"verschiedene[n]? )?(?P<by>file types?|types? of (?:{GENERIC})|kinds? of (?:{GENERIC})|formats?|languages?|"
    rf"folders?|directories|authors?|dateitypen|dateiarten|arten von (?:{GENERIC})|formate|sprachen|ordner|"
    rf"verzeichnisse|autoren)"
    rf"(?: (?:are (?:there|(?:the|my|our) {GENERIC} in)|do (?:i|we) have|are (?:the|my|our) {GENERIC} (?:written )?"
    rf"in|gibt es|habe ich|haben wir|sind (?:die|meine) {GENERIC}(?: geschrieben)?))?(?: (?:{HERE}))?)|"
    rf"(?:(?:in )?(?:what|which|welchen) (?P<in>languages?|folders?|sprachen|ordnern) (?:are|lie|sind|liegen) "
    rf"(?:the|my|our|all|die|meine) {GENERIC}(?: (?:written|stored|geschrieben|in))*)|"
    rf"who are the (?P<who>authors)|wer sind die (?P<wer>autoren)|how many {GENERIC} (?:does|do|hat) (?:each|"
    rf"every|jeder) "
    rf"(?P<own>author|folder|autor|ordner) (?:have|hold)?|"
    rf"(?:how many|count|wie ?viele|zähle)(?: (?:of )?(?:the|my|our|die|meine))? {GENERIC} (?:are there |do i have |"
    rf"gibt es |habe ich )?(?:of each|per|by|in each|for each|in every|pro|je|nach|in jedem|von jedem|jeden) "
    rf"(?P<each>type|format|kind|language|folder|directory|author|year|typ|dateityp|format|sprache|ordner|autor|jahr)"
    rf"(?: (?:are there|do i have|gibt es|habe ich))?",
    re.IGNORECASE,
)
_KIND_NAMES: tuple[tuple[By, re.Pattern[str]], ...] = (
    ("language", re.compile("langu|sprach", re.IGNORECASE)),
    ("folder", re.compile("folder|director|ordner|verzeichnis", re.IGNORECASE)),
    ("author", re.compile("aut(?:h)?or", re.IGNORECASE)),
    ("year", re.compile("year|jahr", re.IGNORECASE)),
)
_NUMBERS = {"two": 2, "three": 3, "five": 5, "ten": 10, "zwei": 2, "drei": 3, "fünf": 5, "zehn": 10}


def about_collection(question: str, *, today: date | None = None) -> AboutCollection | None:
    """Read a question as one about the collection; None where it is another one.

    Args:
        question: As it was typed.
        today: What "last week" is reckoned from.
    """
    text = plain(question)
    if len(text) > _LONGEST_QUESTION:
        return None
    for read in _READERS:
        if found := read(text, today):
            return found
    return None


def following(question: str, before: Sequence[str], *, today: date | None = None) -> AboutCollection | None:
    """Read a question that leaves out what the last one was about: "and how many mention Norrvik?".

    Args:
        question: As it was typed.
        before: The questions before it, oldest first.
        today: What "last week" is reckoned from.
    """
    match = _FOLLOWS.fullmatch(plain(question))
    if not match or not before:
        return None
    last = about_collection(before[-1], today=today) or following(before[-1], before[:-1], today=today)
    if last is None or last.wanted not in ("count", "list"):
        return None
    noun = "Dokumente" if match["head"].casefold().startswith(("wie", "welche")) else "documents"
    found = about_collection(f"{match['head']} {noun} {match['tail']}", today=today)
    return replace(found, within=last) if found and match["them"] else found


def may_be_about_collection(question: str) -> bool:
    """Tell whether a question that the grammar does not know counts or lists documents by its first words."""
    return bool(_DOUBTFUL.match(plain(question)))


_FOLLOWS = re.compile(
    r"(?:(?:and|but|so|und|aber) )?(?P<head>how many|which|what|wie ?viele|welche)"
    r"(?P<them> of (?:them|these|those)| davon| von (?:ihnen|diesen|denen))?(?: ones)? (?P<tail>.+)",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 200
_DOUBTFUL = re.compile(
    rf"(?:how many|which|what|list|show|find|name|wie ?viele|welche[rsn]?|liste|zeige?|nenne?)\b(?: \S+){{0,3}}? "
    rf"{GENERIC}\b",
    re.IGNORECASE,
)


def _unread(text: str, _today: date | None) -> AboutCollection | None:
    return AboutCollection("unread") if _UNREAD.fullmatch(text) else None


def _uncounted(text: str, _today: date | None) -> AboutCollection | None:
    match = _UNCOUNTED.fullmatch(text)
    return AboutCollection("uncounted", attribute=match["what"]) if match else None


def _overview(text: str, _today: date | None) -> AboutCollection | None:
    return AboutCollection("overview") if _OVERVIEW.fullmatch(text) else None


def _kinds(text: str, _today: date | None) -> AboutCollection | None:
    match = _KINDS_OF.fullmatch(text)
    if not match:
        return None
    named = next(filter(None, match.groups()))
    return AboutCollection("kinds", by=next((by for by, pattern in _KIND_NAMES if pattern.search(named)), "type"))


def _changed(text: str, today: date | None) -> AboutCollection | None:
    match = _WHAT_CHANGED.fullmatch(text)
    if not match or not (match["early"] or match["late"] or re.match(r"(?:was )?gibt", text, re.IGNORECASE)):
        return None
    read = dated(AboutCollection("list", dated=True), match["date"].strip(), today)
    if read is None or read[1]:
        return None
    return replace(read[0], stored=bool(re.fullmatch(ADDED, match["early"] or match["late"] or "", re.IGNORECASE)))


def _did_add(text: str, today: date | None) -> AboutCollection | None:
    match = _DID_ADD.fullmatch(text)
    if not match or not re.search(rf"\b(?:add|ingest|index|upload|import)|{ADDED}", text, re.IGNORECASE):
        return None
    read = dated(AboutCollection("list", dated=True, stored=True), match["date"].strip(), today)
    return read[0] if read and not read[1] else None


def _where_mentioned(text: str, today: date | None) -> AboutCollection | None:
    match = _WHERE.fullmatch(text)
    found = match and mentioning(AboutCollection("list"), match["what"], today)
    return found if found and all(len(part.split()) <= LONGEST_NAME for part in found.mentions) else None


def _everything(text: str, _today: date | None) -> AboutCollection | None:
    return AboutCollection("list") if _EVERYTHING.fullmatch(text) else None


def _last_added(text: str, _today: date | None) -> AboutCollection | None:
    match = _LAST_ADDED.fullmatch(text)
    if not match or not re.search(r"\b(?:last|most recently|zuletzt|letztes)\b", text, re.IGNORECASE):
        return None
    stored = bool(re.match("add|ingest|hinzu|einge", match["verb"], re.IGNORECASE))
    return AboutCollection("newest", limit=1, stored=stored)


def _newest(text: str, today: date | None) -> AboutCollection | None:
    if match := _NEWEST.fullmatch(text):
        many = match["many"] or match["many2"]
        tail = ""
    elif match := _NEWEST_LATE.fullmatch(text):
        many, tail = None, match["rest"] or ""
    else:
        return None
    limit = (int(many) if many.isdigit() else _NUMBERS[many.casefold()]) if many else 1
    found = AboutCollection(_best(match["best"]), limit=limit)
    # "The last report" of a German or English sentence is seldom a question of the register.
    return of_what(found, f"{match['np']}{tail}", today)


def _best(word: str) -> Wanted:
    word = word.casefold()
    if word.startswith(("old", "earl", "ält")):
        return "oldest"
    if word.startswith(("larg", "big", "long", "größ", "läng")):
        return "largest"
    return "smallest" if word.startswith(("small", "short", "klein", "kürz")) else "newest"


def _in_which(text: str, today: date | None) -> AboutCollection | None:
    match = _IN_WHICH.fullmatch(text)
    if not match:
        return None
    wanted: Wanted = "count" if re.match(r"in (?:how many|wie)", text, re.IGNORECASE) else "list"
    found = of_what(AboutCollection(wanted), match["np"], today)
    return found and mentioning(found, match["what"], today)


def _counted(text: str, today: date | None) -> AboutCollection | None:
    if _DOCUMENT_COUNT.fullmatch(text):
        return AboutCollection("count")
    match = _COUNT.fullmatch(text)
    found = match and of_what(AboutCollection("count"), match["np"], today)
    return found if found and (found.is_certain or found.mentions or tells_place(text)) else None


def _listed(text: str, today: date | None) -> AboutCollection | None:
    match = _LIST.fullmatch(text) or _ALL_OF_THEM.fullmatch(text)
    what = re.sub(r"^(?:everything|alles)\b", "documents", match["np"], flags=re.IGNORECASE) if match else ""
    return of_what(AboutCollection("list"), what, today) if match else None


def _which(text: str, today: date | None) -> AboutCollection | None:
    match = _WHICH.fullmatch(text) or _IS_THERE.fullmatch(text) or _ANY.fullmatch(text)
    found = of_what(AboutCollection("list"), match["np"], today) if match else None
    if not match or not found:
        return None
    # "Which contracts" alone asks for more than is said.
    narrowed = found.mentions or found.since or found.until or found.author or found.folder or found.languages
    is_kind = found.genre and re.match(GENERIC, match["np"], re.IGNORECASE)  # "which documents are PDFs"
    return found if narrowed or is_kind or tells_place(text) else None


# How a question may begin, the more exact first.
_READERS: tuple[Callable[[str, date | None], AboutCollection | None], ...] = (
    _unread,
    _uncounted,
    _overview,
    _kinds,
    _changed,
    _did_add,
    _where_mentioned,
    _everything,
    _last_added,
    _newest,
    _in_which,
    _counted,
    _listed,
    _which,
)
