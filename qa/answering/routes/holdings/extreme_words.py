"""Whether a question asks for the newest, oldest, largest or longest documents. Pure functions, English and German."""

import re
from datetime import date

from qa.answering.routes.holdings.about import FILE, AboutCollection, Measure, Wanted
from qa.answering.routes.holdings.narrowing import of_what
from qa.answering.routes.holdings.size_words import MEASURES, measure_of
from qa.answering.routes.reading import Rule
from qa.lazy_regex import lazy_regex
from qa.text.casing import lowered
from qa.text.number_words import CARDINAL, CARDINALS

_CAME = lazy_regex(
    r"(?:what|which|welche[rsn]?)(?: of)? (?P<np>.+?) (?:came|arrived|came in|was sent|was received|kam|wurde) "
    r"(?P<best>last|first|zuletzt|zuerst)(?P<rest>(?: (?:an|rein|geschickt|verschickt))?)",
    re.IGNORECASE,
)
_UNIT = rf"(?P<unit>{MEASURES})"
_BY_MEASURE = lazy_regex(
    rf" (?:(?:measured |counted )?(?:in|by)|nach|in) (?:the )?(?:number of )?{_UNIT}$", re.IGNORECASE
)
_BEST = (
    r"(?P<best>newest|latest|most recent|youngest|oldest|earliest|largest|biggest|longest|smallest|shortest|"
    r"neueste[rsnm]?|jüngste[rsnm]?|letzte[rsnm]?|aktuellste[rsnm]?|älteste[rsnm]?|größte[rsnm]?|längste[rsnm]?|"
    r"kleinste[rsnm]?|kürzeste[rsnm]?)"
)
_NEWEST = lazy_regex(
    r"(?:(?:what|which|was|welche[rsn]?|wie heißt)(?:'s| is| are| was| were| ist| sind| war)? |"
    r"(?:show|list|give|name|zeige?|nenne?)(?: (?:me|us|mir))? )?(?:(?:the|my|our|das|die|der|den|mein|meine) )?"
    rf"(?:(?P<many>\d{{1,3}}|{CARDINAL}) )?{_BEST} "
    rf"(?:(?P<many2>\d{{1,3}}|{CARDINAL}) )?(?P<np>.+)",
    re.IGNORECASE,
)
# "The last 3 e-mails"; the last report of a sentence is seldom one of the register.
_LAST = lazy_regex(
    r"(?:(?:what|which|was|welche[rsn]?|wie heißt)(?:'s| is| are| was| were| ist| sind| war)? |"
    r"(?:show|list|give|name|zeige?|nenne?)(?: (?:me|us|mir))? )?(?:(?:the|my|our|das|die|der|den|mein|meine) )?"
    r"(?P<best>last|first|erste[rsnm]?|letzte[rsnm]?) "
    rf"(?:(?P<many>\d{{1,3}}|{CARDINAL}) )?(?P<np>.+)",
    re.IGNORECASE,
)
_NEWEST_LATE = lazy_regex(
    r"(?:what|which|welche[rsn]?)(?: of)? (?P<np>.+?) (?:is|are|was|ist|sind|war) (?:the |am |das |die |der )?"
    rf"{_BEST}(?: one)?(?P<rest> .+)?",
    re.IGNORECASE,
)
_MOST_OF = lazy_regex(
    rf"(?:what|which|welche[rsn]?)(?: of)? (?P<np>.+?) (?:has|have|holds?|contains?|with|hat|haben|enthält|mit) "
    rf"(?:the |die )?(?P<best>most|fewest|least|meisten|wenigsten) {_UNIT}",
    re.IGNORECASE,
)
_WHEN_NEWEST = lazy_regex(
    r"(?:when|wann|from when|von wann) (?:did|was|were|is|do|kam|kamen|war|ist|wurde|erhielt ich|bekam ich) "
    r"(?:(?:i|we|you|ich|wir) (?:get |receive |write |send )?)?(?:the |my |our |das |die |der |mein\w* )?"
    rf"{_BEST.replace('newest|', 'newest|last|first|erste[rsnm]?|')} (?P<np>.+?)"
    r"(?: (?:come(?: in)?|arrived?|sent|written|dated|received|from|an|geschickt|geschrieben|gekommen|angekommen))?",
    re.IGNORECASE,
)
_LAST_ADDED = lazy_regex(
    rf"(?:what|which|was|welche[rsn]?)(?P<np> {FILE})? (?:was|were|have i|did i|wurden?)?(?: als)? ?"
    rf"(?:the last {FILE} |last |zuletzt |letztes )?"
    r"(?P<verb>add(?:ed)?|ingested?|changed|updated|modified|geändert|hinzugefügt|eingelesen)"
    r"(?: (?:last|most recently|zuletzt))?",
    re.IGNORECASE,
)
_NUMBERS = CARDINALS["en"] | CARDINALS["de"]


def _last_added(match: re.Match[str], _today: date | None) -> AboutCollection | None:
    if not re.search(r"\b(?:last|most recently|zuletzt|letztes)\b", match[0], re.IGNORECASE):
        return None
    stored = bool(re.match("add|ingest|hinzu|einge", match["verb"], re.IGNORECASE))
    return AboutCollection("newest", limit=1, stored=stored)


def _newest(match: re.Match[str], today: date | None) -> AboutCollection | None:
    many = match["many"] or match["many2"]
    limit = (int(many) if many.isdecimal() else _NUMBERS[lowered(many)]) if many else 1
    return _best_of(match["best"], match["np"], limit, today)


def _last(match: re.Match[str], today: date | None) -> AboutCollection | None:
    """Read "the first mail of November": of a type of file, or so many documents."""
    many = match["many"]
    limit = (int(many) if many.isdecimal() else _NUMBERS[lowered(many)]) if many else 1
    found = _best_of(match["best"], match["np"], limit, today)
    is_file = found and (found.genre.endings if found.genre else many)
    return found if found and is_file and not found.words else None


def _came(match: re.Match[str], today: date | None) -> AboutCollection | None:
    return _best_of(match["best"], match["np"], 1, today)


def _newest_late(match: re.Match[str], today: date | None) -> AboutCollection | None:
    return _best_of(match["best"], f"{match['np']}{match['rest'] or ''}", 1, today)


def _best_of(best: str, text: str, limit: int, today: date | None) -> AboutCollection | None:
    wanted = _best(best)
    measure: Measure = "words" if re.match(r"long|short|läng|kürz", best, re.IGNORECASE) else "bytes"
    # "The biggest file in bytes", "the longest document by pages".
    if said := _BY_MEASURE.search(text):
        measure, text = measure_of(said["unit"]) or measure, text[: said.start()]
    # "The last report" of a German or English sentence is seldom a question of the register.
    found = of_what(AboutCollection(wanted, limit=limit, measure=measure), text, today)
    return None if found and found.is_by_sum and not said else found


def _most_of(match: re.Match[str], today: date | None) -> AboutCollection | None:
    """Read "which document has the most pages"."""
    fewest = re.match(r"few|least|wenig", match["best"], re.IGNORECASE)
    measure = measure_of(match["unit"])
    found = AboutCollection("smallest" if fewest else "largest", limit=1, measure=measure or "words")
    return of_what(found, match["np"], today) if measure else None


def _when_newest(match: re.Match[str], today: date | None) -> AboutCollection | None:
    found = of_what(AboutCollection(_best(match["best"]), limit=1), match["np"], today)
    # "When was the last meeting?" asks of a meeting; an e-mail and a file are documents and nothing else.
    return found if found and (found.genre is None or found.genre.endings) and not found.words else None


def _best(word: str) -> Wanted:
    word = word.lower()  # not folded, which makes "grösste" of "größte"
    if word.startswith(("old", "earl", "first", "ält", "erst", "zuerst")):
        return "oldest"
    if word.startswith(("larg", "big", "long", "größ", "läng")):
        return "largest"
    return "smallest" if word.startswith(("small", "short", "klein", "kürz")) else "newest"


# The more exact first; `collection_words` asks them between what is asked of all documents and what counts and lists.
EXTREMES: tuple[Rule[AboutCollection], ...] = (
    Rule(_LAST_ADDED, _last_added),
    Rule(_WHEN_NEWEST, _when_newest),
    Rule(_MOST_OF, _most_of),
    Rule(_NEWEST, _newest),
    Rule(_LAST, _last),
    Rule(_NEWEST_LATE, _newest_late),
    Rule(_CAME, _came),
)
