"""Whether a question is about the collection itself, read as a whole. Pure functions, English and German.

A question is read from its first word to its last by a small grammar: what is wanted ("how many"), of what
("contracts"), and which of them ("do I have", "that mention Nordgriff", "since May"). What has a word left over that
the grammar does not know is another question: "How many turbines were struck?" is answered by passages.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from qa.answering.routes.holdings.about import GENERIC, HERE, OWN, PLACE, AboutCollection, By, Wanted
from qa.answering.routes.holdings.extreme_words import EXTREMES
from qa.answering.routes.holdings.genres import is_plural
from qa.answering.routes.holdings.narrowing import (
    ADDED,
    LONGEST_NAME,
    dated,
    mentioning,
    of_what,
    tells_place,
)
from qa.answering.routes.holdings.size_words import MEASURES, measure_of
from qa.answering.routes.holdings.upkeep_words import UPKEEP
from qa.answering.routes.plain import plain
from qa.answering.routes.reading import Rule, readings, rules
from qa.lazy_regex import lazy_regex
from qa.text.periods import DAY

_ALL_OF_THEM = lazy_regex(rf"(?P<np>(?:all|every|alle) (?:of )?(?:the |my |our )?{GENERIC}\b.*)", re.IGNORECASE)
_ANY = lazy_regex(
    rf"(?:(?:do|does) any|erwähnt irgendein|erwähnen) (?P<np>(?:of (?:my|the) )?{GENERIC} .+)", re.IGNORECASE
)
_ALONE = lazy_regex(r"(?P<np>.+)")
_DOCUMENT_COUNT = lazy_regex(
    rf"(?:what(?:'s| is) )?(?:the )?(?:total )?(?:document|file) count(?: (?:{HERE}))?", re.IGNORECASE
)
_COUNT = lazy_regex(
    r"(?:(?:what(?:'s| is) |wie (?:hoch|groß) ist )?(?:the |die )?(?:how many|(?:total )?number of|count(?: of)?|"
    r"count up|wie ?viele|(?:an)?zahl (?:der|von|meiner)|zähle?)) (?P<np>.+)",
    re.IGNORECASE,
)
_LIST = lazy_regex(
    r"(?:list|show|give|name|enumerate|display|print|find|get|liste?|zeige?|nenne?|gib)(?: (?:me|us|mir|uns))?"
    r"(?: (?:a |the |eine |die )?(?:complete |full |vollständige )?"
    r"(?:list(?:e)?|names?|titles?|subjects?(?: lines?)?|titel|namen|betreffe?|betreffzeilen)"
    r"(?: of| aller| der| von)?)? (?P<np>.+)",
    re.IGNORECASE,
)
_WHICH = lazy_regex(r"(?:what|which|welche[rsn]?|was für)(?: of)? (?P<np>.+)", re.IGNORECASE)
_IS_THERE = lazy_regex(
    r"(?:(?:are there|is there|do (?:i|we|you) have|have (?:i|we|you) got|gibt es|habe ich|haben wir|hast du)"
    r"(?: (?:any|a|an|some|irgendwelche|ein|eine|einen))?|any|irgendwelche) (?P<np>.+)",
    re.IGNORECASE,
)
_TOTAL = lazy_regex(
    rf"(?:how many|wie ?viele) (?P<unit>{MEASURES}) (?:do|does|are in|are there in|have|haben|hat|sind in|gibt es in) "
    r"(?P<np>.+?)(?: (?:have|has|hold|contain|haben|in total|altogether|together|overall|insgesamt|zusammen))*",
    re.IGNORECASE,
)
_SIZE_OF = lazy_regex(
    r"(?:how (?:big|large) (?:is|are)|wie groß (?:ist|sind)|(?:what(?:'s| is) )?the total size of|"
    r"(?:how many|wie ?viele?) (?:[kmg]i?b|bytes?|kilobytes?|megabytes?|gigabytes?) (?:are|sind)) "
    rf"(?:(?:the|my|our|die|meine|unsere) (?:whole |ganze )?(?:collection|library|sammlung)|(?P<np>.*\b{GENERIC}\b.*?))"
    r"(?: (?:in total|altogether|together|overall|insgesamt|zusammen))?",
    re.IGNORECASE,
)
_IN_WHICH = lazy_regex(
    rf"in (?:which|what|how many|welche[nmr]|wie ?vielen) (?P<np>(?:of (?:my|the|our) )?(?:\w+ )?{GENERIC}|\w+) "
    r"(?:(?:is|are|do|does|can i find|wird|werden|kommt|kommen|steht|stehen|finde ich|geht es um) )(?P<what>.+?)"
    r"(?: (?:mentioned|named|discussed|appear|occur|come up|vor|erwähnt|genannt|etwas))?",
    re.IGNORECASE,
)
_DID_ADD = lazy_regex(
    r"(?:what|which files|was|welche dateien) (?:did|have|has|habe|haben|wurden?) (?:i |we |you |ich |wir )?"
    rf"(?:(?:add|ingest|index|upload|import)(?:ed)? )?(?P<date>(?:since |in the |in |on |seit |in |am )?{DAY})(?: "
    rf"{ADDED})?",
    re.IGNORECASE,
)
_WHAT_CHANGED = lazy_regex(
    r"(?:what|was|is anything|hat sich etwas|gibt es (?:etwas )?neues)(?:'s| is| has| have| did| hat sich| ist| wurde| "
    rf"gibt es)?(?: been| alles| anything)? ?(?:(?P<early>change[ds]?|new|updated|modified|{ADDED}|neu(?:es)?|"
    rf"geändert|verändert) )?(?P<date>(?:since|after|in the|this|today|seit|nach|diese|heute|in den) ?.*?|today|heute)"
    rf"(?: (?P<late>geändert|verändert|neu(?:es)?|{ADDED}))?(?P<here> {HERE})?",
    re.IGNORECASE,
)
_WHERE = lazy_regex(
    r"(?:where (?:is|are|do i find|can i find)|wo (?:wird|werden|ist|sind|kommt)) (?P<what>.+?) "
    r"(?:mentioned|named|discussed|referred to|erwähnt|genannt|vor)",
    re.IGNORECASE,
)
_ANYWHERE = (
    r"(?:is|are|does|do) (?:the (?:words?|term|phrase|name)s? )?(?P<what>.+?) (?:(?:mentioned|named|found|appear|occur|"
    r"used|come up|to be found) )?(?:anywhere|somewhere|at all)(?: (?:in|among) .*)?(?: (?:mentioned|named|used))?",
    r"how (?:often|many times) (?:is|are|does|do) (?:the (?:words?|term|phrase|name)s? )?(?P<what>.+?) (?:mentioned|"
    rf"named|appear|occur|come up|used)(?: (?:{HERE}))?",
    r"wie oft (?:wird|werden|kommt|kommen) (?:das wort |der name |der begriff )?(?P<what>.+?) (?:erwähnt|genannt|vor)",
    r"(?:kommt|kommen|wird|werden|steht) (?:das wort |der name |der begriff )?(?P<what>.+?) (?:irgendwo|überhaupt)"
    r"(?: (?:vor|erwähnt|genannt|in .+))*",
)
_ANYTHING = (
    r"(?:(?:what|anything|everything|alles|was)(?: all| alles)? )(?:do (?:i|we|you) have|have (?:i|we|you)(?: got)?|"
    r"did (?:i|we) (?:get|receive|write|store|keep)|(?:was |were )?(?:written|sent|received) (?=in|on|since|before|"
    r"after)|(?:i|we) (?:have|got)|habe ich|haben wir|hast du|ich habe|gibt es(?= (?:von|aus|vom)))"
    r"(?: here| in here| hier| alles)? (?P<rest>.+)",
    r"(?:do (?:i|we|you) have|have (?:i|we|you)(?: got)?|is there|habe ich|haben wir|hast du|gibt es)(?: here| in here|"
    r" hier)? (?:anything|something|any information|any material|etwas|was|irgendetwas|irgendwas|informationen|infos)"
    r"(?: here| in here| hier| stored| gespeichert)? (?P<rest>.+)",
    r"is (?:anything|something|any of (?:it|this|these|my files|the files))(?: in here| here)? (?P<rest>.+)",
    r"ist (?:hier )?(?:etwas|irgendetwas)(?: hier)? (?P<rest>.+)",
)
_EVERYTHING = lazy_regex(
    r"(?:list|show|give)(?: me)? (?:a list of )?(?:everything|all)(?: (?:that )?(?:you|i|we) have| there is|"
    rf" (?:{HERE}))|(?:liste?|zeige?)(?: mir)? alles(?: auf)?(?: was (?:es gibt|ich habe))?",
    re.IGNORECASE,
)
_OVERVIEW = lazy_regex(
    rf"(?:what(?:'s| is| do you know)? (?:in|inside|about)(?: the| my| this| our)* (?:{PLACE}|{GENERIC})|"
    rf"what (?:is|are) (?:{OWN} )*(?:{PLACE}|documents|files) about|what does (?:the|my|this|our) {PLACE} (?:hold|"
    rf"contain)|(?:give me )?(?:an )?(?:overview|summary|inventory) of (?:{OWN} )*(?:{PLACE}|documents|files)|"
    rf"(?:summari[sz]e|describe) (?:{OWN} )*(?:{PLACE}|documents|files)|what kind of (?:documents|files) (?:are|is) "
    rf"(?:this|these|in .*)|was (?:ist|steht|enthält) (?:in )?(?:{OWN} )+(?:{PLACE}|dokumenten|dateien)|"
    rf"worum geht es in (?:{OWN} )+(?:{PLACE}|dokumenten|dateien|unterlagen)|"
    rf"(?:gib mir )?(?:einen )?überblick über (?:{OWN} )+(?:{PLACE}|dokumente|dateien))",
    re.IGNORECASE,
)
_UNCOUNTED = lazy_regex(
    rf"(?:how many|wie viele) (?P<what>pages|words|passages|bytes|characters|letters|sentences|paragraphs|images|"
    rf"pictures|photos|"
    rf"figures|tables|chapters|sheets|slides|lines|seiten|wörter|worte|passagen|zeichen|sätze|absätze|bilder|fotos|"
    rf"abbildungen|tabellen|kapitel|zeilen|folien)(?: (?:do|does|have|haben|hat))? ?(?:(?:are there |gibt es |sind )?"
    rf"(?:in|on|of) )?(?:(?:{OWN} )+(?:{GENERIC}|{PLACE})"
    r"(?: (?:have|has|hold|contain|haben)(?: in total| insgesamt)?)?|(?<= )(?:are there |do i have |gibt es |"
    r"sind es |have i |"
    r"habe ich )?(?:altogether|in total|in all|overall|in here|insgesamt|alles zusammen|zusammen))",
    re.IGNORECASE,
)
_KINDS_OF = lazy_regex(
    rf"(?:(?:what|which|how many|list(?: all)?(?: the)?|welche|was für|wie viele) (?:different |various |"
    rf"verschiedene[n]? )?(?P<by>file types?|types? of (?:{GENERIC})|kinds? of (?:{GENERIC})|formats?|languages?|"
    rf"folders?|directories|authors?|dateitypen|dateiarten|arten von (?:{GENERIC})|formate|sprachen|ordner|"
    rf"verzeichnisse|autoren)"
    rf"(?: (?:are (?:there|(?:the|my|our) {GENERIC} in)|do (?:i|we|you) have|have (?:i|we|you)(?: got)?|are (?:the|"
    rf"my|our) {GENERIC} (?:written )?"
    rf"in|gibt es|habe ich|haben wir|sind (?:die|meine) {GENERIC}(?: geschrieben)?))?(?: (?:{HERE}))?)|"
    rf"(?:(?:in )?(?:what|which|welchen) (?P<in>languages?|folders?|sprachen|ordnern) (?:are|lie|sind|liegen) "
    rf"(?:the|my|our|all|die|meine) {GENERIC}(?: (?:written|stored|geschrieben|in))*)|"
    rf"(?:which|what|welche[rsn]?) (?P<most>type|format|language|folder|directory|author|year|ordner|sprache|autor|"
    rf"jahr) "
    rf"(?:has|holds|contains|hat|enthält) (?:the |die )?(?:most|meisten) {GENERIC}|"
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
    ("language", lazy_regex("langu|sprach", re.IGNORECASE)),
    ("folder", lazy_regex("folder|director|ordner|verzeichnis", re.IGNORECASE)),
    ("author", lazy_regex("aut(?:h)?or", re.IGNORECASE)),
    ("year", lazy_regex("year|jahr", re.IGNORECASE)),
)


def about_collection(question: str, *, today: date | None = None) -> AboutCollection | None:
    """Read a question as one about the collection; None where it is another one.

    Args:
        question: As it was typed.
        today: What "last week" is reckoned from.
    """
    text = plain(question)
    if len(text) > _LONGEST_QUESTION:
        return None
    return next(readings(text, _RULES, today), None)


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


_FOLLOWS = lazy_regex(
    r"(?:(?:and|but|so|und|aber) )?(?P<head>how many|which|what|wie ?viele|welche)"
    r"(?P<them> of (?:them|these|those)| davon| von (?:ihnen|diesen|denen))?(?: ones)? (?P<tail>.+)",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 200
_DOUBTFUL = lazy_regex(
    rf"(?:how many|which|what|list|show|find|name|wie ?viele|welche[rsn]?|liste|zeige?|nenne?)\b(?: \S+){{0,3}}? "
    rf"{GENERIC}\b",
    re.IGNORECASE,
)


def _uncounted(match: re.Match[str], _today: date | None) -> AboutCollection:
    if measure := measure_of(match["what"]):
        return AboutCollection("total", measure=measure)
    return AboutCollection("uncounted", attribute=match["what"])


def _kinds(match: re.Match[str], _today: date | None) -> AboutCollection:
    named = next(filter(None, match.groups()))
    return AboutCollection("kinds", by=next((by for by, pattern in _KIND_NAMES if pattern.search(named)), "type"))


def _changed(match: re.Match[str], today: date | None) -> AboutCollection | None:
    if not (match["early"] or match["late"] or re.match(r"(?:was )?gibt", match[0], re.IGNORECASE)):
        return None
    read = dated(AboutCollection("list", dated=True), match["date"].strip(), today)
    if read is None or read[1]:
        return None
    return replace(read[0], stored=bool(re.fullmatch(ADDED, match["early"] or match["late"] or "", re.IGNORECASE)))


def _did_add(match: re.Match[str], today: date | None) -> AboutCollection | None:
    if not re.search(rf"\b(?:add|ingest|index|upload|import)|{ADDED}", match[0], re.IGNORECASE):
        return None
    read = dated(AboutCollection("list", dated=True, stored=True), match["date"].strip(), today)
    return read[0] if read and not read[1] else None


def _where_mentioned(match: re.Match[str], today: date | None) -> AboutCollection | None:
    often = bool(re.match(r"how|wie", match[0], re.IGNORECASE))
    found = mentioning(AboutCollection("list", often=often), match["what"], today)
    return found if found and all(len(part.split()) <= LONGEST_NAME for part in found.mentions) else None


def _total(match: re.Match[str], today: date | None) -> AboutCollection | None:
    measure = measure_of(match["unit"])
    return of_what(AboutCollection("total", measure=measure), match["np"], today) if measure else None


def _size_of(match: re.Match[str], today: date | None) -> AboutCollection | None:
    return of_what(AboutCollection("total", measure="bytes"), match["np"] or "documents", today)


def _in_which(match: re.Match[str], today: date | None) -> AboutCollection | None:
    wanted: Wanted = "count" if re.match(r"in (?:how many|wie)", match[0], re.IGNORECASE) else "list"
    found = of_what(AboutCollection(wanted), match["np"], today)
    return found and mentioning(found, match["what"], today)


def _counted(match: re.Match[str], today: date | None) -> AboutCollection | None:
    found = of_what(AboutCollection("count"), match["np"], today)
    narrowed = found and (found.dated or found.languages or found.author or found.folder or found.at_least)
    is_type = found and found.genre and found.genre.endings and narrowed
    is_sure = found and (found.is_certain or found.mentions or found.states or is_type)
    return found if found and (is_sure or tells_place(match[0]) or _is_lone_type(match, found)) else None


def _is_lone_type(match: re.Match[str], found: AboutCollection) -> bool:
    """Tell whether a question is nothing but "how many PDFs": no text says how many of them there are."""
    return bool(found.genre and found.genre.endings and re.fullmatch(r"[\w-]+(?: \w+)?", match["np"]))


def _listed(match: re.Match[str], today: date | None) -> AboutCollection | None:
    what = re.sub(r"^(?:everything|alles)\b", "documents", match["np"], flags=re.IGNORECASE)
    return of_what(AboutCollection("list"), what, today)


def _which(match: re.Match[str], today: date | None) -> AboutCollection | None:
    found = of_what(AboutCollection("list"), match["np"], today)
    if not found:
        return None
    # "Which contracts" alone asks for more than is said.
    narrowed = found.states or found.mentions or found.dated or found.author or found.folder or found.languages
    sized = found.at_least is not None or found.at_most is not None
    is_kind = found.genre and re.match(GENERIC, match["np"], re.IGNORECASE)  # "which documents are PDFs"
    is_any = re.match(r"any\b|irgend|are there|gibt es|do |have ", match[0], re.IGNORECASE)
    is_lone = is_any and _is_lone_type(match, found)
    return found if narrowed or sized or is_kind or is_lone or tells_place(match[0]) else None


def _stated(match: re.Match[str], today: date | None) -> AboutCollection | None:
    """Read "bills over 500 euros" and "mails from September", which are no sentences."""
    found = of_what(AboutCollection("list"), match["np"], today)
    is_type = found and found.genre and found.genre.endings and not found.words
    narrowed = found and (found.dated or found.author or found.languages or found.folder)
    # "Email?" may ask for an address, and "PDF" for anything.
    is_lone = (re.fullmatch(r"[\w-]+", match["np"]) and is_plural(match["np"])) or narrowed
    return found if found and (found.states or (is_type and is_lone)) else None


def _anything(match: re.Match[str], today: date | None) -> AboutCollection | None:
    """Read "what do I have from 2024", "is anything here in French", which name no documents."""
    found = of_what(AboutCollection("list"), f"documents {match['rest']}", today)
    if found is None or not (found.mentions or found.dated or found.languages or found.author or found.folder):
        return None
    return found if all(len(part.split()) <= LONGEST_NAME for part in found.mentions) else None


def _plainly(about: AboutCollection) -> Callable[[re.Match[str], date | None], AboutCollection]:
    return lambda _match, _today: about


# How a question may read as a whole, the more exact first.
_RULES: tuple[Rule[AboutCollection], ...] = (
    *UPKEEP,
    Rule(_TOTAL, _total),
    Rule(_SIZE_OF, _size_of),
    Rule(_UNCOUNTED, _uncounted),
    Rule(_OVERVIEW, _plainly(AboutCollection("overview"))),
    Rule(_KINDS_OF, _kinds),
    Rule(_WHAT_CHANGED, _changed),
    Rule(_DID_ADD, _did_add),
    Rule(_WHERE, _where_mentioned),
    *rules(_ANYWHERE, _where_mentioned),
    Rule(_EVERYTHING, _plainly(AboutCollection("list"))),
    *EXTREMES,
    Rule(_IN_WHICH, _in_which),
    Rule(_DOCUMENT_COUNT, _plainly(AboutCollection("count"))),
    Rule(_COUNT, _counted),
    Rule(_LIST, _listed),
    Rule(_ALL_OF_THEM, _listed),
    *rules(_ANYTHING, _anything),
    Rule(_WHICH, _which),
    Rule(_IS_THERE, _which),
    Rule(_ANY, _which),
    Rule(_ALONE, _stated),
)
