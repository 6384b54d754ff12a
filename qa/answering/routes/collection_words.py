"""Whether a question is about the collection itself, read as a whole. Pure functions, English and German.

A question is read from its first word to its last by a small grammar: what is wanted ("how many"), of what
("contracts"), and which of them ("do I have", "that mention Nordgriff", "since May"). What has a word left over that
the grammar does not know is another question: "How many turbines were struck?" is answered by passages.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from qa.answering.routes.genres import Genre, genre, is_plural
from qa.answering.routes.periods import DAY, period
from qa.answering.routes.plain import plain

Wanted = Literal["count", "list", "newest", "oldest", "largest", "smallest", "kinds", "overview", "unread", "uncounted"]
By = Literal["type", "language", "folder", "author", "year"]


@dataclass(frozen=True, slots=True)
class AboutCollection:
    """What a question wants to know of the collection.

    Attributes:
        wanted: How many, which, the newest of them, what kinds there are, and so on.
        noun: What the documents are called in the question, "documents" where it says no more.
        genre: What kind of document that is, None for any.
        words: What stood in front of the noun: their titles or paths hold it.
        mentions: What they mention, each of it, or with `either` any of it.
        lacks: Whether those that mention none of it are wanted.
        since: First day, None for any.
        until: Last day, None for any.
        stored: Whether the days are those on which they were ingested, not their own.
        dated: Whether the question asks for what changed.
        languages: Codes.
        folder: That they lie in, "" for any.
        author: Who wrote or sent them, "" for anybody.
        limit: How many are wanted, 0 for all.
        by: What kinds are counted, see `wanted`.
        attribute: What cannot be counted.
        within: Of which documents these are some, None for all: "which of them".
    """

    wanted: Wanted
    noun: str = "documents"
    genre: Genre | None = None
    words: str = ""
    mentions: tuple[str, ...] = ()
    either: bool = False
    lacks: bool = False
    since: date | None = None
    until: date | None = None
    stored: bool = False
    dated: bool = False
    languages: tuple[str, ...] = ()
    folder: str = ""
    author: str = ""
    limit: int = 0
    by: By = "type"
    attribute: str = ""
    within: "AboutCollection | None" = None

    @property
    def is_certain(self) -> bool:
        """Whether it speaks of documents as such: of "contracts" it must still be seen whether there are any."""
        return self.genre is None and not self.words


_GENERIC = r"(?:documents?|docs|files?|dokumente?n?|dateien?|datei|unterlagen)"
_FILE = r"(?:files?|documents?|docs|dateien?|dokumente?n?)"
_OWN = r"(?:the|my|our|these|those|all|of|your|this|alle[rn]?|die|der|das|den|meine[rn]?|unsere[rn]?|diese[rn]?)"
_PLACE = (
    r"(?:collection|index|archive|library|database|corpus|knowledge base|store|system|footnote|"
    r"sammlung|bibliothek|datenbank|archiv|ablage|wissensbasis|bestand)"
)
_HERE = rf"(?:in|to|of|from|zu|aus) (?:{_OWN} )*{_PLACE}|(?:in|of|from) (?:{_OWN} )+{_GENERIC}"
# What only says that they are there.
_THERE = re.compile(
    rf"(?:are (?:there|here)|there are|is there|(?:do|have|can|did) (?:i|we|you)(?: have| see| got| know(?: of)?)?"
    rf"(?: (?:stored|ingested|indexed|uploaded|added))?|(?:i|we|you)(?:'ve| have| know| own)(?: got)?"
    rf"(?: (?:stored|ingested|indexed|uploaded|added))?|of mine|exist|in (?:total|all)|altogether|overall|in here|"
    rf"here|now|"
    rf"currently|at the moment|available|so far|{_HERE}|are (?:stored|ingested|indexed)(?: here)?|stored|indexed|"
    rf"ingested|are(?= in\b| by\b| from\b)|have i|gibt es|gibt's|es gibt|sind es|sind das|habe ich|haben wir|"
    rf"hast du|kennst du|ich habe|wir haben|sind (?:da|hier|vorhanden|gespeichert|enthalten|indexiert)|insgesamt|"
    rf"hier|vorhanden|gespeichert|zur zeit|derzeit|sind(?= in\b| von\b| auf\b| im\b| aus\b))(?=\s|$)",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"(?:,|and|that|which|are|is|were|was|have been|has been|been|und|die|der|das|welche|sind|stammen|kommen|"
    r"wurden?|worden|auf|an|"
    r"es|all)(?=[\s,]|$)",
    re.IGNORECASE,
)
_FOLDER = re.compile(
    r"(?:(?:are |lie |stored |liegen |sind )?(?:in|under|from|im|in dem|unter)(?: the| dem)? "
    r"(?:folder|directory|ordner|verzeichnis)"
    r'(?: called| named| namens)? "?(?P<a>[\w./ -]+?)"?|(?:in|from|under) (?:the )?"?(?P<b>[\w./-]+)"? '
    r'(?:folder|directory)|(?:in|under|from) "?(?P<c>[\w.-]+/[\w./-]*)"?)(?=\s|$|,)',
    re.IGNORECASE,
)
_LANGUAGE_CODES = {
    name: code
    for code, names in (
        ("en", "english englisch"),
        ("de", "german deutsch"),
        ("fr", "french französisch"),
        ("es", "spanish spanisch"),
        ("it", "italian italienisch"),
        ("nl", "dutch niederländisch holländisch"),
        ("pt", "portuguese portugiesisch"),
        ("da", "danish dänisch"),
        ("sv", "swedish schwedisch"),
        ("no", "norwegian norwegisch"),
        ("pl", "polish polnisch"),
        ("ru", "russian russisch"),
        ("tr", "turkish türkisch"),
        ("zh", "chinese chinesisch"),
        ("ja", "japanese japanisch"),
        ("ar", "arabic arabisch"),
    )
    for name in names.split()
}
_LANGUAGES = "|".join(sorted(_LANGUAGE_CODES, key=len, reverse=True))
_LANGUAGE = re.compile(
    rf"(?:are |is |sind )?(?:written |geschrieben )?(?:in|auf) (?P<language>{_LANGUAGES})"
    r"(?: geschrieben)?(?: (?:sind|ist))?(?=\s|$|,)",
    re.IGNORECASE,
)
_ADDED = r"(?:added|ingested|indexed|uploaded|imported|hinzugefügt|hinzugekommen|dazugekommen|eingelesen|hochgeladen)"
_CHANGED = (
    r"(?:changed|modified|updated|edited|written|created|published|dated|new|sent|received|geändert|aktualisiert|"
    r"bearbeitet|geschrieben|erstellt|neu|verändert|veröffentlicht|datiert|verschickt)"
)
_DATE = re.compile(
    rf"(?:(?:that |which )?(?:were |was |are |is |have |has |been |did |last |sind |wurden? |zuletzt )*"
    rf"(?P<verb>{_CHANGED}|{_ADDED}) )?(?:(?P<sign>(?:from )?(?:since|after|before|older than|newer than|älter "
    rf"als|neuer als)|until|up to|from|in|of|on|during|"
    rf"as of|within|seit|nach|vor|bis|aus|vom|von|im|am|in den|in der)(?: dem| der)? )?"
    rf"(?P<day>{DAY})(?:(?: and | to | - |–| und | bis )(?P<end>{DAY}))?"
    rf"(?: (?P<late>{_CHANGED}|{_ADDED})(?: (?:wurden?|worden|sind))*)?(?=\s|$|,)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"(?:(?:that |which )?(?:were |was |are )*(?P<verb>{_CHANGED}|{_ADDED}) )?(?:between|from|zwischen|von) "
    rf"(?P<day>{DAY}) (?:and|to|until|und|bis) (?P<end>{DAY})(?=\s|$|,)",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:(?:(?:are |were |was )?(?:written|authored|sent|signed off|created|made) by|by|whose author is|"
    r"(?:geschrieben|verfasst|geschickt) von|von|deren autor(?:in)?|des autors)|(?P<sender>from)) "
    r"(?P<author>[^\W\d_][\w.@'-]*(?: [\w.@'-]+){0,3}?)(?: (?:ist|stammen|geschrieben|verfasst|geschickt)"
    r"(?: (?:wurden?|hat|sind))?)?$",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"(?:did|has|have|hat|haben) (?P<author>[^\W\d_][\w.@'-]*(?: [\w.@'-]+){0,3}?) (?:send|sent|write|written|"
    r"author(?:ed)?|"
    r"geschickt|verschickt|geschrieben|verfasst)",
    re.IGNORECASE,
)
_VERB = (
    r"(?:mentions?|mentioning|contains?|containing|talks? about|talking about|speaks? (?:about|of)|deals? with|"
    r"discuss(?:es)?|discussing|refers? to|referring to|names?|naming|cites?|citing|includes?|including|hold|"
    r"(?:has|have|use|with)(?: the)? (?:words?|phrase|term|name)|with the (?:words?|phrase|term|name)|"
    r"erwähnen|erwähnt|enthalten|enthält|nennen|nennt|handeln von|behandeln|beziehen sich auf|sprechen von)"
)
_NOT = r"(?:do not |don't |does not |doesn't |never )"
_MENTION = re.compile(
    rf"(?:that |which |die |und )?(?P<no>{_NOT})?(?:{_VERB})(?P<never> nicht| kein(?:e[nrm]?)?)? "
    rf"(?:the (?:words?|phrase|term|name) |d(?:as|en) (?:wort|begriff|namen) )?(?P<what>.+)$",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"(?:(?:that |which )?(?:are |is )?(?:about|on|regarding|concerning)|with|über|zum thema|zu[rm]?|mit) "
    r"(?P<what>.+)$",
    re.IGNORECASE,
)
# "in denen Blitz vorkommt", "die Blitz erwähnen", "in which lightning is mentioned"
_LATE_MENTION = re.compile(
    r"(?:,? ?(?:in (?:denen|welchen)|in which|where|die|welche) )(?P<what>.+?) ?(?:(?P<no>nicht) )?"
    r"(?:vorkomm(?:t|en)|(?:erwähnt|genannt)(?: (?:wird|werden|ist|sind))?|erwähnen|enthalten|nennen|behandeln|"
    r"steht|stehen|(?:is|are) (?:mentioned|named|discussed)|appears?|occurs?|comes? up)$",
    re.IGNORECASE,
)
_LATE_DATE = re.compile(
    rf"(?:,? (?:and (?:are |were )?)?)(?P<date>(?:since|after|before|from|dated|seit|nach|vor) (?:{DAY}))$",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"(?:of type|of the type|as|in|im format|vom typ|als) (?P<type>[\w-]+?)(?: format)?(?=\s|$|,)", re.IGNORECASE
)
_LONGEST_TOPIC = 10
_LEADING = re.compile(r"^(?:both|either|sowohl|entweder|the (?:words?|term)|das wort|any|eine?n?) ", re.IGNORECASE)
# German puts the verb last: "die Blitz erwähnen".
_LATE_VERB = re.compile(r" (?:erwähnen|enthalten|nennen|behandeln|erwähnt|vorkommt|nicht)$", re.IGNORECASE)

_ALL_OF_THEM = re.compile(rf"(?P<np>(?:all|every|alle) (?:of )?(?:the |my |our )?{_GENERIC}\b.*)", re.IGNORECASE)
_ANY = re.compile(
    rf"(?:(?:do|does) any|erwähnt irgendein|erwähnen) (?P<np>(?:of (?:my|the) )?{_GENERIC} .+)", re.IGNORECASE
)
_DOCUMENT_COUNT = re.compile(
    rf"(?:what(?:'s| is) )?(?:the )?(?:total )?(?:document|file) count(?: (?:{_HERE}))?", re.IGNORECASE
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
    rf"in (?:which|what|how many|welche[nmr]|wie ?vielen) (?P<np>(?:of (?:my|the|our) )?(?:\w+ )?{_GENERIC}|\w+) "
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
    rf"(?:what|which|was|welche[rsn]?)(?P<np> {_FILE})? (?:was|were|have i|did i|wurden?)?(?: als)? ?"
    rf"(?:the last {_FILE} |last |zuletzt |letztes )?"
    r"(?P<verb>add(?:ed)?|ingested?|changed|updated|modified|geändert|hinzugefügt|eingelesen)"
    r"(?: (?:last|most recently|zuletzt))?",
    re.IGNORECASE,
)
_DID_ADD = re.compile(
    r"(?:what|which files|was|welche dateien) (?:did|have|has|habe|haben|wurden?) (?:i |we |you |ich |wir )?"
    rf"(?:(?:add|ingest|index|upload|import)(?:ed)? )?(?P<date>(?:since |in the |in |on |seit |in |am )?{DAY})(?: "
    rf"{_ADDED})?",
    re.IGNORECASE,
)
_WHAT_CHANGED = re.compile(
    r"(?:what|was|is anything|hat sich etwas|gibt es (?:etwas )?neues)(?:'s| is| has| have| did| hat sich| ist| wurde| "
    rf"gibt es)?(?: been| alles| anything)? ?(?:(?P<early>change[ds]?|new|updated|modified|{_ADDED}|neu(?:es)?|"
    rf"geändert|verändert) )?(?P<date>(?:since|after|in the|this|today|seit|nach|diese|heute|in den) ?.*?|today|heute)"
    rf"(?: (?P<late>geändert|verändert|neu(?:es)?|{_ADDED}))?(?P<here> {_HERE})?",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?:where (?:is|are|do i find|can i find)|wo (?:wird|werden|ist|sind|kommt)) (?P<what>.+?) "
    r"(?:mentioned|named|discussed|referred to|erwähnt|genannt|vor)",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"(?:list|show|give)(?: me)? (?:a list of )?(?:everything|all)(?: (?:that )?(?:you|i|we) have| there is|"
    rf" (?:{_HERE}))|(?:liste?|zeige?)(?: mir)? alles(?: auf)?(?: was (?:es gibt|ich habe))?",
    re.IGNORECASE,
)
_LONGEST_NAME = 4
_OVERVIEW = re.compile(
    rf"(?:what(?:'s| is| do you know)? (?:in|inside|about)(?: the| my| this| our)* (?:{_PLACE}|{_GENERIC})|"
    rf"what (?:is|are) (?:{_OWN} )*(?:{_PLACE}|documents|files) about|what does (?:the|my|this|our) {_PLACE} (?:hold|"
    rf"contain)|(?:give me )?(?:an )?(?:overview|summary|inventory) of (?:{_OWN} )*(?:{_PLACE}|documents|files)|"
    rf"(?:summari[sz]e|describe) (?:{_OWN} )*(?:{_PLACE}|documents|files)|what kind of (?:documents|files) (?:are|is) "
    rf"(?:this|these|in .*)|was (?:ist|steht|enthält) (?:in )?(?:{_OWN} )+(?:{_PLACE}|dokumenten|dateien)|"
    rf"worum geht es in (?:{_OWN} )+(?:{_PLACE}|dokumenten|dateien|unterlagen)|"
    rf"(?:gib mir )?(?:einen )?überblick über (?:{_OWN} )+(?:{_PLACE}|dokumente|dateien))",
    re.IGNORECASE,
)
_UNREAD = re.compile(
    rf"(?:how many|which|what|list(?: all)?|wie viele|welche) (?:of (?:my |the )?)?{_FILE} (?:that )?(?:could not be "
    r"(?:read|ingested|opened|indexed)|couldn't be (?:read|ingested|opened)|failed(?: to (?:load|ingest|be read))?|"
    r"(?:are|were) (?:unreadable|broken|not (?:read|ingested|indexed))|konnten nicht (?:gelesen|geöffnet) werden|"
    r"sind nicht lesbar|sind fehlgeschlagen)",
    re.IGNORECASE,
)
_UNCOUNTED = re.compile(
    rf"(?:how many|wie viele) (?P<what>pages|words|characters|letters|sentences|paragraphs|images|pictures|photos|"
    rf"figures|tables|chapters|sheets|slides|lines|seiten|wörter|worte|zeichen|sätze|absätze|bilder|fotos|"
    rf"abbildungen|tabellen|kapitel|zeilen|folien)(?: (?:do|does|have|haben|hat))? ?(?:(?:are there |gibt es |sind )?"
    rf"(?:in|on|of) )?(?:{_OWN} )+(?:{_GENERIC}|{_PLACE})"
    r"(?: (?:have|has|hold|contain|haben)(?: in total| insgesamt)?)?",
    re.IGNORECASE,
)
_KINDS_OF = re.compile(
    rf"(?:(?:what|which|how many|list(?: all)?(?: the)?|welche|was für|wie viele) (?:different |various |"
    rf"verschiedene[n]? )?(?P<by>file types?|types? of (?:{_GENERIC})|kinds? of (?:{_GENERIC})|formats?|languages?|"
    rf"folders?|directories|authors?|dateitypen|dateiarten|arten von (?:{_GENERIC})|formate|sprachen|ordner|"
    rf"verzeichnisse|autoren)"
    rf"(?: (?:are (?:there|(?:the|my|our) {_GENERIC} in)|do (?:i|we) have|are (?:the|my|our) {_GENERIC} (?:written )?"
    rf"in|gibt es|habe ich|haben wir|sind (?:die|meine) {_GENERIC}(?: geschrieben)?))?(?: (?:{_HERE}))?)|"
    rf"(?:(?:in )?(?:what|which|welchen) (?P<in>languages?|folders?|sprachen|ordnern) (?:are|lie|sind|liegen) "
    rf"(?:the|my|our|all|die|meine) {_GENERIC}(?: (?:written|stored|geschrieben|in))*)|"
    rf"who are the (?P<who>authors)|wer sind die (?P<wer>autoren)|how many {_GENERIC} (?:does|do|hat) (?:each|"
    rf"every|jeder) "
    rf"(?P<own>author|folder|autor|ordner) (?:have|hold)?|"
    rf"(?:how many|count|wie ?viele|zähle)(?: (?:of )?(?:the|my|our|die|meine))? {_GENERIC} (?:are there |do i have |"
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
_ADJECTIVES = re.compile(
    rf"(?:{_OWN}|different|various|single|individual|stored|indexed|ingested|available|existing|every|each|any|jedes|"
    rf"alle[rn]?|verschiedene[n]?|gespeicherte[n]?|vorhandene[n]?)(?= )",
    re.IGNORECASE,
)
_EVERY = re.compile(r"(?:every|each|any|jede[rnsm]?) ", re.IGNORECASE)
_LANGUAGE_ADJECTIVE = re.compile(rf"(?P<language>{_LANGUAGES})(?:e[nrms]?)?(?= )", re.IGNORECASE)
# Words in front of a kind of document: "cleaning contracts", "minutes of the board" is said otherwise.
_MODIFIER = re.compile(r"[a-zäöüß][\w-]*(?= )", re.IGNORECASE)
_NO_MODIFIER = re.compile(
    r"(?:and|or|of|in|on|to|for|with|the|a|an|is|are|were|was|did|do|does|have|has|und|oder|von|mit|ist|sind|die|der|"
    r"das|genannten?|folgenden?|following|above|such|which|that|much|more|less|other|people|new|neue[nr]?)$",
    re.IGNORECASE,
)
_NOUN = re.compile(rf"(?P<noun>(?:[\w-]+ )?{_FILE}|[\w-]+)(?=\s|$|,)", re.IGNORECASE)


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
    rf"{_GENERIC}\b",
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
    read = _date(AboutCollection("list", dated=True), match["date"].strip(), today)
    if read is None or read[1]:
        return None
    return replace(read[0], stored=bool(re.fullmatch(_ADDED, match["early"] or match["late"] or "", re.IGNORECASE)))


def _did_add(text: str, today: date | None) -> AboutCollection | None:
    match = _DID_ADD.fullmatch(text)
    if not match or not re.search(rf"\b(?:add|ingest|index|upload|import)|{_ADDED}", text, re.IGNORECASE):
        return None
    read = _date(AboutCollection("list", dated=True, stored=True), match["date"].strip(), today)
    return read[0] if read and not read[1] else None


def _where_mentioned(text: str, today: date | None) -> AboutCollection | None:
    match = _WHERE.fullmatch(text)
    found = match and _mentioning(AboutCollection("list"), match["what"], today)
    return found if found and all(len(part.split()) <= _LONGEST_NAME for part in found.mentions) else None


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
    return _of_what(found, f"{match['np']}{tail}", today)


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
    found = _of_what(AboutCollection(wanted), match["np"], today)
    return found and _mentioning(found, match["what"], today)


def _counted(text: str, today: date | None) -> AboutCollection | None:
    if _DOCUMENT_COUNT.fullmatch(text):
        return AboutCollection("count")
    match = _COUNT.fullmatch(text)
    found = match and _of_what(AboutCollection("count"), match["np"], today)
    return found if found and (found.is_certain or found.mentions or _tells_place(text)) else None


def _listed(text: str, today: date | None) -> AboutCollection | None:
    match = _LIST.fullmatch(text) or _ALL_OF_THEM.fullmatch(text)
    what = re.sub(r"^(?:everything|alles)\b", "documents", match["np"], flags=re.IGNORECASE) if match else ""
    return _of_what(AboutCollection("list"), what, today) if match else None


def _which(text: str, today: date | None) -> AboutCollection | None:
    match = _WHICH.fullmatch(text) or _IS_THERE.fullmatch(text) or _ANY.fullmatch(text)
    found = _of_what(AboutCollection("list"), match["np"], today) if match else None
    if not match or not found:
        return None
    # "Which contracts" alone asks for more than is said.
    narrowed = found.mentions or found.since or found.until or found.author or found.folder or found.languages
    is_kind = found.genre and re.match(_GENERIC, match["np"], re.IGNORECASE)  # "which documents are PDFs"
    return found if narrowed or is_kind or _tells_place(text) else None


def _tells_place(text: str) -> bool:
    return any(_THERE.match(text, match.start()) for match in re.finditer(r"\b\w", text))


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


def _of_what(found: AboutCollection, text: str, today: date | None) -> AboutCollection | None:
    """Read the noun and what follows it; None where a word is left over."""
    for asked, rest in _nouns(found, text):
        if read := _narrowed(asked, rest.strip(), today):
            return read
    return None


def _nouns(found: AboutCollection, text: str) -> Iterator[tuple[AboutCollection, str]]:
    """Yield how the noun in front may be read, with the rest of the text."""
    single = bool(_EVERY.match(text))
    while match := (_ADJECTIVES.match(text) or _LANGUAGE_ADJECTIVE.match(text)):
        if "language" in match.groupdict() and match["language"]:
            found = replace(found, languages=(_LANGUAGE_CODES[match["language"].casefold()],))
        text = text[match.end() :].lstrip()
    if match := re.match(rf"{_GENERIC}(?=\s|$|,)", text, re.IGNORECASE):
        yield found, text[match.end() :]
        return
    words: list[str] = []
    while match := _NOUN.match(text):
        noun = match["noun"]
        kind = genre(noun)
        # Of one contract nothing is to be counted, but it may be the newest one.
        if kind and (found.limit == 1 or single or kind.endings or is_plural(noun.split()[-1])):
            yield replace(found, genre=kind, noun=noun, words=" ".join(words)), text[match.end() :]
            return
        word = _MODIFIER.match(text)
        if not word or _NO_MODIFIER.match(word[0]) or len(words) >= _MOST_MODIFIERS:
            return
        words.append(word[0])
        text = text[word.end() :].lstrip()
        if match := re.match(rf"{_FILE}(?=\s|$|,)", text, re.IGNORECASE):
            yield replace(found, noun=match[0], words=" ".join(words)), text[match.end() :]
            return


_MOST_MODIFIERS = 2


def _narrowed(found: AboutCollection, text: str, today: date | None) -> AboutCollection | None:
    """Read which of the documents are meant, as long as there is anything left to read."""
    while text:
        step = next(filter(None, (reader(found, text, today) for reader in _TAILS)), None)
        if step is None:
            return None
        found, text = step[0], step[1].strip(" ,")
    return found


Step = tuple[AboutCollection, str] | None


def _there(found: AboutCollection, text: str, _today: date | None) -> Step:
    match = _THERE.match(text)
    return (found, text[match.end() :]) if match else None


def _joins(found: AboutCollection, text: str, _today: date | None) -> Step:
    match = _JOINS.match(text)
    return (found, text[match.end() :]) if match else None


def _folder(found: AboutCollection, text: str, _today: date | None) -> Step:
    match = _FOLDER.match(text)
    if not match:
        return None
    return replace(found, folder=(match["a"] or match["b"] or match["c"]).strip("/ ")), text[match.end() :]


def _language(found: AboutCollection, text: str, _today: date | None) -> Step:
    match = _LANGUAGE.match(text)
    if not match:
        return None
    code = _LANGUAGE_CODES[match["language"].casefold()]
    return replace(found, languages=(*found.languages, code)), text[match.end() :]


def _type(found: AboutCollection, text: str, _today: date | None) -> Step:
    match = _TYPE.match(text)
    kind = genre(match["type"]) if match else None
    if not match or not kind or not kind.endings or found.genre:
        return None
    return replace(found, genre=kind), text[match.end() :]


def _between(found: AboutCollection, text: str, today: date | None) -> Step:
    match = _BETWEEN.match(text)
    first, last = (period(match["day"], today=today), period(match["end"], today=today)) if match else (None, None)
    if not match or not first or not last:
        return None
    stored = bool(match["verb"] and re.fullmatch(_ADDED, match["verb"], re.IGNORECASE))
    return replace(found, since=first.first, until=last.last, dated=True, stored=stored), text[match.end() :]


def _date(found: AboutCollection, text: str, today: date | None) -> Step:
    match = _DATE.match(text)
    days = period(match["day"], today=today) if match else None
    if not match or not days or match["end"]:
        return None
    sign = (match["sign"] or "").casefold().removeprefix("from ")
    since, until = days.first, days.last
    relative = re.search(r"\b(?:last|past|letzten)\b.*\d", match["day"], re.IGNORECASE)
    if sign in ("since", "seit", "as of"):
        until = date.max
    elif sign in ("after", "nach", "newer than", "neuer als"):
        since, until = days.last, date.max
    elif sign in ("before", "vor", "older than", "älter als") and not relative:
        since, until = date.min, days.first - timedelta(1)
    elif sign in ("until", "up to", "bis"):
        since = date.min
    verb = match["verb"] or match["late"] or ""
    stored = found.stored or bool(re.fullmatch(_ADDED, verb, re.IGNORECASE))
    read = replace(
        found,
        since=None if since == date.min else since,
        until=None if until == date.max else until,
        dated=True,
        stored=stored,
    )
    return read, text[match.end() :]


def _author(found: AboutCollection, text: str, _today: date | None) -> Step:
    match = _AUTHOR.match(text) or _SENT.fullmatch(text)
    return (replace(found, author=match["author"]), "") if match and not found.author else None


def _mention(found: AboutCollection, text: str, today: date | None) -> Step:
    match = _LATE_MENTION.match(text)
    if match:
        read = _mentioning(found, match["what"], today, lacks=bool(match["no"]))
        return (read, "") if read else None
    match = _MENTION.match(text)
    if match:
        read = _mentioning(found, match["what"], today, lacks=bool(match["no"] or match["never"]))
        return (read, "") if read else None
    match = _TOPIC.match(text)
    if match and len(match["what"].split()) > _LONGEST_NAME:
        return None
    read = _mentioning(found, match["what"], today) if match else None
    return (read, "") if read else None


def _mentioning(
    found: AboutCollection, what: str, today: date | None, *, lacks: bool = False
) -> AboutCollection | None:
    """Return the question with what is to be mentioned: several things are joined by "and" or "or"."""
    if match := _LATE_DATE.search(what):
        step = _date(found, match["date"], today)
        if step and not step[1]:
            found, what = step[0], what[: match.start()]
    what = _LEADING.sub("", what)
    while match := _LATE_VERB.search(what):
        what = what[: match.start()]
        lacks = lacks or match[0].strip().casefold() == "nicht"
    either = bool(re.search(r" (?:or|oder) ", what, re.IGNORECASE)) and '"' not in what
    parts = [what] if what.startswith('"') else re.split(r"(?:,? (?:and|or|und|oder)|, als auch| als auch) ", what)
    mentions = tuple(part.strip(" \"'.,").removeprefix("the ") for part in parts)
    if (
        not all(mentions)
        or "?" in what
        or any(len(part.split()) > _LONGEST_TOPIC for part in mentions)
        or found.mentions
    ):
        return None
    return replace(found, mentions=mentions, either=either, lacks=lacks)


def _are(found: AboutCollection, text: str, _today: date | None) -> Step:
    """Read "documents are PDFs"."""
    match = _ARE.match(text)
    kind = genre(match["noun"]) if match else None
    if not match or not kind or found.genre:
        return None
    return replace(found, genre=kind, noun=match["noun"]), text[match.end() :]


_ARE = re.compile(rf"(?:are|sind) (?P<noun>(?:[\w-]+ )?{_FILE}|[\w-]+)(?=\s|$|,)", re.IGNORECASE)

# What may follow a noun, in the order in which it is tried: what is taken for a topic takes all that is left.
_TAILS: tuple[Callable[[AboutCollection, str, date | None], Step], ...] = (
    _there,
    _are,
    _folder,
    _language,
    _type,
    _between,
    _date,
    _mention,
    _author,
    _joins,
)
