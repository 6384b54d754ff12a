"""Which documents a question means: the noun for them, and what follows it. Pure functions, English and German."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from qa.answering.routes.holdings.about import FILE, GENERIC, HERE, OWN, AboutCollection
from qa.answering.routes.holdings.genres import genre, is_plural
from qa.answering.routes.holdings.size_words import sized
from qa.answering.routes.stated.limits import limited
from qa.answering.routes.stated.named_limits import limited_by_name
from qa.lazy_regex import lazy_regex
from qa.text.casing import lowered
from qa.text.periods import DAY, period, recurring

# What only says that they are there.
_THERE = lazy_regex(
    rf"(?:are (?:there|here)|there are|is there|(?:did|have) (?:i|we|you) (?:put|add|store|import|upload|save|keep|"
    rf"saved|stored)"
    rf"(?: in(?:to)?)?(?: here| there| it| this)?|in there|are in here|(?:do|have|can|did) (?:i|we|you)(?: have| see|"
    rf" got| get| receive| know(?: of)?)?"
    rf"(?: (?:stored|ingested|indexed|uploaded|added))?|(?:i|we|you)(?:'ve| have| know| own)(?: got)?"
    rf"(?: (?:stored|ingested|indexed|uploaded|added))?|of mine|exist|in (?:total|all)|altogether|overall|in here|"
    rf"here|now|"
    rf"currently|at the moment|available|so far|{HERE}|are (?:stored|ingested|indexed)(?: here)?|stored|indexed|"
    rf"ingested|are(?= in\b| by\b| from\b)|have i|gibt es|gibt's|es gibt|sind es|sind das|habe ich|haben wir|"
    rf"hast du|kennst du|ich habe|wir haben|sind (?:da|hier|vorhanden|gespeichert|enthalten|indexiert)|insgesamt|"
    rf"hier|bekommen|erhalten|vorhanden|gespeichert|zur zeit|derzeit|sind(?= in\b| von\b| auf\b| im\b| aus\b))(?=\s|$)",
    re.IGNORECASE,
)
_JOINS = lazy_regex(
    r"(?:,|and|that|which|are|is|were|was|have been|has been|been|came in|came|arrived|coming|received|"
    r"und|die|der|das|welche|sind|stammen|kommen|kamen|"
    r"wurden?|worden|auf|an|"
    r"es|all)(?=[\s,]|$)",
    re.IGNORECASE,
)
_FOLDER = lazy_regex(
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
_LANGUAGE = lazy_regex(
    rf"(?:are |is |sind |ist )?(?P<no>not |n't |nicht )?(?:written |geschrieben )?(?:in|auf) (?P<language>{_LANGUAGES})"
    r"(?: geschrieben)?(?: (?:sind|ist))?(?=\s|$|,)",
    re.IGNORECASE,
)
ADDED = r"(?:added|ingested|indexed|uploaded|imported|hinzugefügt|hinzugekommen|dazugekommen|eingelesen|hochgeladen)"
_CHANGED = (
    r"(?:changed|modified|updated|edited|written|created|published|dated|new|sent|received|geändert|aktualisiert|"
    r"bearbeitet|geschrieben|erstellt|neu|verändert|veröffentlicht|datiert|verschickt)"
)
_DATE = lazy_regex(
    rf"(?:(?:that |which )?(?:were |was |are |is |have |has |been |did |last |sind |wurden? |zuletzt )*"
    rf"(?P<verb>{_CHANGED}|{ADDED}) )?(?:(?P<sign>(?:from )?(?:since|after|before|older than|newer than|älter "
    rf"als|neuer als)|until|up to|from|in|of|on|during|"
    rf"as of|within|seit|nach|vor|bis|aus|vom|von|im|am|in den|in der)(?: dem| der)? )?"
    rf"(?P<day>{DAY})(?:(?: and | to | - |–| und | bis )(?P<end>{DAY}))?"
    rf"(?: (?P<late>{_CHANGED}|{ADDED})(?: (?:wurden?|worden|sind))*)?(?=\s|$|,)",
    re.IGNORECASE,
)
_BETWEEN = lazy_regex(
    rf"(?:(?:that |which )?(?:were |was |are )*(?P<verb>{_CHANGED}|{ADDED}) )?(?:between|from|zwischen|von) "
    rf"(?P<day>{DAY}) (?:and|to|until|und|bis) (?P<end>{DAY})(?=\s|$|,)",
    re.IGNORECASE,
)
_AUTHOR = lazy_regex(
    r"(?:(?:(?:are |were |was )?(?:written|authored|sent|signed off|created|made) by|by|whose author is|"
    r"(?:geschrieben|verfasst|geschickt) von|von|deren autor(?:in)?|des autors)|(?P<sender>from)) "
    r"(?P<author>[^\W\d_][\w.@'-]*(?: [\w.@'-]+){0,3}?)(?: (?:ist|stammen|geschrieben|verfasst|geschickt)"
    r"(?: (?:wurden?|hat|sind))?)?$",
    re.IGNORECASE,
)
_SENT = lazy_regex(
    r"(?:did|has|have|hat|haben) (?P<author>[^\W\d_][\w.@'-]*(?: [\w.@'-]+){0,3}?) (?:send|sent|write|written|"
    r"author(?:ed)?|"
    r"geschickt|verschickt|geschrieben|verfasst)",
    re.IGNORECASE,
)
_NOBODY = lazy_regex(r"(?:no|any|an?|the|whom|which|kein\w*|ein\w*|wem)\b", re.IGNORECASE)
_VERB = (
    r"(?:mentions?|mentioning|contains?|containing|talks? about|talking about|speaks? (?:about|of)|deals? with|"
    r"discuss(?:es)?|discussing|refers? to|referring to|names?|naming|cites?|citing|includes?|including|hold|"
    r"(?:has|have|use|with)(?: the)? (?:words?|phrase|term|name)|with the (?:words?|phrase|term|name)|"
    r"erwähnen|erwähnt|enthalten|enthält|nennen|nennt|handeln von|behandeln|beziehen sich auf|sprechen von)"
)
_NOT = r"(?:do not |don't |does not |doesn't |never )"
_MENTION = lazy_regex(
    rf"(?:that |which |die |und )?(?P<no>{_NOT})?(?:{_VERB})(?P<never> nicht| kein(?:e[nrm]?)?)? "
    rf"(?:the (?:words?|phrase|term|name) |d(?:as|en) (?:wort|begriff|namen) )?(?P<what>.+)$",
    re.IGNORECASE,
)
_TOPIC = lazy_regex(
    r"(?:(?:that |which )?(?:are |is )?(?:about|on|regarding|concerning)|with|über|zum thema|zu[rm]?|mit) "
    r"(?P<what>.+)$",
    re.IGNORECASE,
)
# "in denen Blitz vorkommt", "die Blitz erwähnen", "in which lightning is mentioned"
_LATE_MENTION = lazy_regex(
    r"(?:,? ?(?:in (?:denen|welchen)|in which|where|die|welche) )(?P<what>.+?) ?(?:(?P<no>nicht) )?"
    r"(?:vorkomm(?:t|en)|(?:erwähnt|genannt)(?: (?:wird|werden|ist|sind))?|erwähnen|enthalten|nennen|behandeln|"
    r"steht|stehen|(?:is|are) (?:mentioned|named|discussed)|appears?|occurs?|comes? up)$",
    re.IGNORECASE,
)
_LATE_DATE = lazy_regex(
    rf"(?:,? (?:and (?:are |were )?)?)(?P<date>(?:since|after|before|from|dated|seit|nach|vor) (?:{DAY}))$",
    re.IGNORECASE,
)
_TYPE = lazy_regex(
    r"(?:of type|of the type|as|in|im format|vom typ|als) (?P<type>[\w-]+?)(?: format)?(?=\s|$|,)", re.IGNORECASE
)
_ON = frozenset(("", "from", "in", "of", "on", "during", "aus", "vom", "von", "im", "am", "in den", "in der"))
_LONGEST_TOPIC = 10
_LEADING = lazy_regex(r"^(?:both|either|sowohl|entweder|the (?:words?|term)|das wort|any|eine?n?) ", re.IGNORECASE)
# German puts the verb last: "die Blitz erwähnen".
_LATE_VERB = lazy_regex(r" (?:erwähnen|enthalten|nennen|behandeln|erwähnt|vorkommt|nicht)$", re.IGNORECASE)
LONGEST_NAME = 4
_ADJECTIVES = lazy_regex(
    rf"(?:{OWN}|different|various|single|individual|stored|indexed|ingested|available|existing|every|each|any|jedes|"
    rf"alle[rn]?|verschiedene[n]?|gespeicherte[n]?|vorhandene[n]?)(?= )",
    re.IGNORECASE,
)
_EVERY = lazy_regex(r"(?:every|each|any|jede[rnsm]?) ", re.IGNORECASE)
_LANGUAGE_ADJECTIVE = lazy_regex(rf"(?P<language>{_LANGUAGES})(?:e[nrms]?)?(?= )", re.IGNORECASE)
# Words in front of a kind of document: "cleaning contracts", "minutes of the board" is said otherwise.
_MODIFIER = lazy_regex(r"[a-zäöüß][\w-]*(?= )", re.IGNORECASE)
_NO_MODIFIER = lazy_regex(
    r"(?:and|or|of|in|on|to|for|with|the|a|an|is|are|were|was|did|do|does|have|has|und|oder|von|mit|ist|sind|die|der|"
    r"das|genannten?|folgenden?|following|above|such|which|that|much|more|less|other|people|new|neue[nr]?)$",
    re.IGNORECASE,
)
_NOUN = lazy_regex(rf"(?P<noun>(?:[\w-]+ )?{FILE}|[\w-]+)(?=\s|$|,)", re.IGNORECASE)
_MOST_MODIFIERS = 2
Step = tuple[AboutCollection, str] | None
_ARE = lazy_regex(rf"(?:are|sind) (?P<noun>(?:[\w-]+ )?{FILE}|[\w-]+)(?=\s|$|,)", re.IGNORECASE)
# "Die Kaution" is the word alone: its documents say "der Kaution" as well.
_ARTICLE = lazy_regex(r"^(?:the|an?|der|die|das|de[mns]|eine?[mnrs]?)\s+(?=\w)", re.IGNORECASE)


def tells_place(text: str) -> bool:
    """Tell whether a question says that documents are there, "do I have", which is more than it says of them."""
    return any(_THERE.match(text, match.start()) for match in re.finditer(r"\b\w", text))


def of_what(found: AboutCollection, text: str, today: date | None) -> AboutCollection | None:
    """Read the noun and what follows it; None where a word is left over."""
    if found.states is None:
        for limit in filter(None, (limited_by_name(text), limited(text, today=today))):
            if read := of_what(replace(found, states=limit[0]), limit[1], today):
                return read
    for asked, rest in _nouns(found, text):
        if read := _narrowed(asked, rest.strip(), today):
            return read
    return None


def _nouns(found: AboutCollection, text: str) -> Iterator[tuple[AboutCollection, str]]:
    """Yield how the noun in front may be read, with the rest of the text."""
    single = bool(_EVERY.match(text))
    while match := (_ADJECTIVES.match(text) or _LANGUAGE_ADJECTIVE.match(text)):
        if "language" in match.groupdict() and match["language"]:
            found = replace(found, languages=(_LANGUAGE_CODES[lowered(match["language"])],))
        text = text[match.end() :].lstrip()
    if match := re.match(rf"{GENERIC}(?=\s|$|,)", text, re.IGNORECASE):
        yield found, text[match.end() :]
        return
    words: list[str] = []
    while match := _NOUN.match(text):
        noun = match["noun"]
        kind = genre(noun)
        # Of one contract nothing is to be counted, but it may be the newest one, or the one that ends in June.
        if kind and (found.states or found.limit == 1 or single or kind.endings or is_plural(noun.split()[-1])):
            yield replace(found, genre=kind, noun=noun, words=" ".join(words)), text[match.end() :]
            return
        word = _MODIFIER.match(text)
        if not word or _NO_MODIFIER.match(word[0]) or len(words) >= _MOST_MODIFIERS:
            return
        words.append(word[0])
        text = text[word.end() :].lstrip()
        if match := re.match(rf"{FILE}(?=\s|$|,)", text, re.IGNORECASE):
            yield replace(found, noun=match[0], words=" ".join(words)), text[match.end() :]
            return


def _narrowed(found: AboutCollection, text: str, today: date | None) -> AboutCollection | None:
    """Read which of the documents are meant, as long as there is anything left to read."""
    while text:
        step = next(filter(None, (reader(found, text, today) for reader in _TAILS)), None)
        if step is None:
            return None
        found, text = step[0], step[1].strip(" ,")
    return found


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
    code = _LANGUAGE_CODES[lowered(match["language"])]
    return replace(found, languages=(*found.languages, code), foreign=bool(match["no"])), text[match.end() :]


def _type(found: AboutCollection, text: str, _today: date | None) -> Step:
    match = _TYPE.match(text)
    kind = genre(match["type"]) if match else None
    if not match or not kind or not kind.endings or found.genre:
        return None
    return replace(found, genre=kind), text[match.end() :]


def _between(found: AboutCollection, text: str, today: date | None) -> Step:
    match = _BETWEEN.match(text)
    first, last = (period(_with_year(match), today=today), period(match["end"], today=today)) if match else (None, None)
    if not match or not first or not last:
        return None
    stored = bool(match["verb"] and re.fullmatch(ADDED, match["verb"], re.IGNORECASE))
    return replace(found, since=first.first, until=last.last, dated=True, stored=stored), text[match.end() :]


def _with_year(match: re.Match[str]) -> str:
    """Return the first of two days; "between June and October 2024" says the year once."""
    year = re.search(r"(?:19|20)\d\d", match["end"])
    return (
        match["day"]
        if not year or re.search(r"\d{4}|\b(?:last|this|heute|today)\b", match["day"])
        else f"{match['day']} {year[0]}"
    )


def dated(found: AboutCollection, text: str, today: date | None) -> Step:
    """Read a time, "since May", in front of a text; return what is meant now with the rest of the text, or None."""
    match = _DATE.match(text)
    days = period(match["day"], today=today) if match else None
    if not match or not days or match["end"]:
        return None
    sign = (match["sign"] or "").casefold().removeprefix("from ")
    verb = match["verb"] or match["late"] or ""
    stored = found.stored or bool(re.fullmatch(ADDED, verb, re.IGNORECASE))
    if not stored and sign in _ON and (same := recurring(match["day"])) != (0, 0):
        # Which October is not said, so all are.
        return replace(found, recurring=same, dated=True), text[match.end() :]
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
    if not match or found.author or _NOBODY.match(match["author"]):
        return None
    return replace(found, author=match["author"]), ""


def _mention(found: AboutCollection, text: str, today: date | None) -> Step:
    match = _LATE_MENTION.match(text)
    if match:
        read = mentioning(found, match["what"], today, lacks=bool(match["no"]))
        return (read, "") if read else None
    match = _MENTION.match(text)
    if match:
        read = mentioning(found, match["what"], today, lacks=bool(match["no"] or match["never"]))
        return (read, "") if read else None
    match = _TOPIC.match(text)
    if match and len(match["what"].split()) > LONGEST_NAME:
        return None
    read = mentioning(found, match["what"], today) if match else None
    return (read, "") if read else None


# "Which mentions it most often", "which mention it but not D04": more is asked than which mention it.
_MORE_THAN_THAT = lazy_regex(
    r" (?:most|least|more) (?:often|frequently)$| (?:the )?most$| (?:but|and|yet) not | am (?:häufigsten|meisten)$|"
    r" (?:aber|und|jedoch) nicht ",
    re.IGNORECASE,
)


# "Mention A but not B": those of A that do not mention B.
_BUT_NOT = lazy_regex(
    r"(?P<one>[^\"]+?),? (?:but (?:do |does )?not|but don't|and not|without mentioning|aber nicht|und nicht)"
    r" (?:mention |erwähnen )?(?P<other>.+)",
    re.IGNORECASE,
)
# "Mention neither A nor B", "erwähnen weder A noch B".
_NEITHER = lazy_regex(r"(?:neither|weder) (?P<one>.+?),? (?:nor|noch) (?P<other>.+)", re.IGNORECASE)


def mentioning(found: AboutCollection, what: str, today: date | None, *, lacks: bool = False) -> AboutCollection | None:
    """Return the question with what is to be mentioned: several things are joined by "and" or "or"."""
    if match := _LATE_DATE.search(what):
        step = dated(found, match["date"], today)
        if step and not step[1]:
            found, what = step[0], what[: match.start()]
    what = _LEADING.sub("", what)
    if (match := _BUT_NOT.fullmatch(what)) and not lacks:
        first = mentioning(found, match["one"], today)
        return first and mentioning(AboutCollection("list", within=first), match["other"], today, lacks=True)
    if match := _NEITHER.fullmatch(what):
        lacks, what = True, f"{match['one']} or {match['other']}"
    while match := _LATE_VERB.search(what):
        what = what[: match.start()]
        lacks = lacks or match[0].strip().casefold() == "nicht"
    either = bool(re.search(r" (?:or|oder) ", what, re.IGNORECASE)) and '"' not in what
    joined = r"(?:,? (?:and|or|und|oder)|, als auch| als auch) "
    parts = [what] if re.fullmatch(r'"[^"]*"', what) else re.split(joined, what)
    mentions = tuple(_ARTICLE.sub("", part.strip(" \"'.,")) for part in parts)
    if (
        not all(mentions)
        or "?" in what
        or _MORE_THAN_THAT.search(what)
        or any('"' in part for part in mentions)
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


# What may follow a noun, in the order in which it is tried: what is taken for a topic takes all that is left.
_TAILS: tuple[Callable[[AboutCollection, str, date | None], Step], ...] = (
    _there,
    _are,
    _folder,
    _language,
    _type,
    _between,
    sized,
    dated,
    _mention,
    _author,
    _joins,
)
