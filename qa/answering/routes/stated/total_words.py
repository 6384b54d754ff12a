"""Whether a question adds up what documents state, one value each: "the sum of all invoices". Pure functions.

English and German. Which documents are meant is read by the grammar of questions about the collection.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from qa.answering.routes.holdings.about import AboutCollection
from qa.answering.routes.holdings.genres import genre
from qa.answering.routes.holdings.narrowing import of_what
from qa.answering.routes.plain import plain
from qa.answering.routes.reading import Rule, readings, rules
from qa.answering.routes.stated.limits import Limit
from qa.lazy_regex import lazy_regex


@dataclass(frozen=True, slots=True)
class Total:
    """What is added up.

    Attributes:
        about: Of which documents.
        what: The value of each, as the question says it; "" for the sum that a paper comes to.
        mean: Whether the average is asked for.
        is_owed: Whether what is open is asked for: what is said to be paid does not count.
    """

    about: AboutCollection
    what: str = ""
    mean: bool = False
    is_owed: bool = False


_TELL = (
    r"(?:(?:what(?:'s| is| are| was| were)|give me|tell me|show me|calculate|compute|work out|find|"
    r"was (?:ist|sind|war|waren)|wie (?:hoch|groß|viel) (?:ist|sind|war|waren)|"
    r"berechne|nenne?(?: mir)?|gib mir|zeige?(?: mir)?) )?"
)
_THE = r"(?:(?:the|my|our|die|der|das|den|meine[nr]?|unsere[nr]?) )?"
_TOTAL = (
    r"(?:(?:grand |combined |overall )?(?:total|sum)(?: total| sum| amount| value| cost| price)?|total|combined|"
    r"gesamt(?:summe|betrag|kosten|wert|preis)|gesamte[nr]?|summe|gesamt)"
)
_MEAN = r"(?:average|mean|durchschnitt(?:liche[nrs]?)?|mittelwert|mittlere[nrs]?)"
_OF = r"(?:of|for|on|in|from|across|over|der|des|von|aus|in|über|für)"
_LATE = (
    r"(?:,? (?:in total|altogether|all together|together|in all|overall|combined|all in all|taken together|"
    r"insgesamt|zusammen|im ganzen|in summe|alles zusammen|zusammengenommen|aus))"
)
_MAKE = r"(?:cost|come to|amount to|add up to|total|make|sum to|kosten|machen|betragen|ergeben|sind|kommen auf)"
_OF_ALL = (
    rf"{_TELL}{_THE}(?:{_TOTAL}|(?P<mean>{_MEAN})) (?P<of>{_OF} )?(?P<np>.+?)(?P<late>{_LATE})?",
    rf"(?:how much|what) (?:are|is|were|was|do|does|did) (?P<np>.+?)(?: {_MAKE})?{_LATE}",
    r"(?:how much|what) (?:do|does|did) (?P<np>(?:all|the|my|our)\b.+?) (?:add up to|come to|amount to|total)",
    rf"(?:how much) (?:have|did|do) (?:i|we) (?:spend|spent|paid|pay) (?:on|for) (?P<np>.+?){_LATE}",
    r"(?:add up|sum up|add together|total(?: up)?|summiere?|addiere?) (?P<np>.+)",
    rf"(?:wie ?viel|was) {_MAKE} (?P<np>.+?){_LATE}",
    r"(?:rechne|zähle?) (?P<np>.+?) zusammen",
)
_OWED = (
    r"(?:how much|what) (?:does|do) (?P<who>[^,]+?) (?:still )?owe (?:us|me)(?: (?:in total|altogether|still|now))?",
    r"(?:how much|what) (?:do|does) (?:we|i) (?:still )?owe (?:to )?(?P<who>[^,]+?)"
    r"(?: (?:in total|altogether|still|now))?",
    r"(?:how much|what) (?:is|are) (?:still )?(?:outstanding|open|unpaid|owed) (?:from|by|to|with) (?P<who>[^,]+?)",
    r"(?:wie ?viel|was) schulde[tn]? (?:uns|mir) (?P<who>[^,]+?)(?: (?:noch|insgesamt))*",
    r"(?:wie ?viel|was) schulde[tn]? (?P<who>[^,]+?) (?:uns|mir)(?: (?:noch|insgesamt))*",
    r"(?:wie ?viel|was) schulde[n]? (?:wir|ich) (?P<who>[^,]+?)(?: (?:noch|insgesamt))*",
    r"(?:wie ?viel|was) (?:ist|sind) (?:bei|von) (?P<who>[^,]+?) (?:noch )?(?:offen|ausstehend|unbezahlt)",
)
_VALUE_OF = lazy_regex(
    rf"(?P<what>[^,]+?) (?:{_OF}|that) (?:(?:all|each|every|alle[rn]?|jede[rsnm]?) )?(?P<np>.+)", re.IGNORECASE
)
_EVERY = lazy_regex(r"(?:(?:all|both|every|alle[rn]?|beide[rn]?|sämtliche[rn]?)(?: of)? )", re.IGNORECASE)
_ARTICLE = lazy_regex(r"^(?:(?:the|my|our|these|those|die|der|den|meine[rn]?|unsere[rn]?|diese[rn]?) )+", re.IGNORECASE)
# A German plural shows by its vowel, if at all: "Gehälter".
_SEVERAL = lazy_regex(r"[^\W\d_]{3,}s|\w*[äöü]\w*(?:er|e|en)", re.IGNORECASE)
_OF_ONE = lazy_regex(rf"\b{_OF}\b", re.IGNORECASE)
_PERSON = lazy_regex(
    r"(?:he|she|it|they|one|you|i|we|somebody|someone|anybody|each|er|sie|es|man|jeder)\b", re.IGNORECASE
)
_LONGEST = 160
_LONGEST_NAME = 4


def totals(question: str, *, today: date | None = None) -> list[Total]:
    """Return how a question may be read as one that adds up, the likeliest first; none for most questions."""
    text = plain(question)
    if len(text) > _LONGEST:
        return []
    return [total for found in readings(text, _RULES, today) for total in found]


def _added(match: re.Match[str], today: date | None) -> list[Total] | None:
    groups = match.groupdict()
    # "Total assets" is one figure that a document states under this name; "the sum of the salaries" is none.
    is_figure = "of" in groups and not groups["of"] and not groups["late"]
    found = _read(match["np"], today, is_figure=is_figure)
    return [replace(total, mean=bool(groups.get("mean"))) for total in found] or None


def _read(np: str, today: date | None, *, is_figure: bool) -> Iterator[Total]:
    """Yield what a noun phrase may mean: documents, a value of documents, or a value of whatever states one.

    Args:
        np: Such as "all invoices", "rent of my leases", "salaries".
        today: For days that are named from now.
        is_figure: Whether a name alone would be that of one figure.
    """
    np = np.strip(" ,")
    every = _EVERY.match(np)
    bare = _ARTICLE.sub("", np[every.end() :] if every else np, count=1)
    documents = AboutCollection("list")
    if (about := of_what(documents, bare, today)) and (about.genre or about.words) and not _is_type(about):
        yield Total(about)
        return
    for match in _VALUE_OF.finditer(bare):
        about = of_what(documents, match["np"], today)
        if about and (about.genre or about.words) and not _is_type(about):
            yield Total(about, _ARTICLE.sub("", match["what"], count=1))
            return
    words = bare.split()
    is_name = bool(words) and len(words) < _LONGEST_NAME and not _OF_ONE.search(bare)
    if is_name and (every or (not is_figure and _SEVERAL.fullmatch(words[-1]))):
        yield Total(documents, bare)


def _is_type(about: AboutCollection) -> bool:
    """Tell whether files of a type are meant, whose size is asked for elsewhere."""
    return bool(about.genre and about.genre.endings)


def _owed(match: re.Match[str], _today: date | None) -> list[Total] | None:
    who = match["who"].strip()
    if len(who.split()) > _LONGEST_NAME or _PERSON.match(who):
        return None
    about = AboutCollection("list", noun="invoices", genre=genre("invoices"), author=who)
    return [Total(replace(about, states=Limit("paid", lacks=True, open_ended=True)), is_owed=True)]


_RULES: tuple[Rule[list[Total]], ...] = (*rules(_OWED, _owed), *rules(_OF_ALL, _added))
