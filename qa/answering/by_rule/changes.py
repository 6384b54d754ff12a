"""What changed, and what held at a time before or after: told by the papers that state a change. Pure functions.

"What changed in the rent?" is answered by the letter that raises it from £940 to £985, "What was the rent in 2023?" by
the lease, as long as the letter says that £940 held until then. English and German.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from qa.answering.by_rule.superseded import values_before
from qa.answering.by_rule.told import Told
from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.answering.sentences.single_words import Held
from qa.answering.sentences.told_whole import identity_of
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.tables.named_periods import periods
from qa.text.changed_values import says_change
from qa.text.dates import span, stated_day, written_day
from qa.text.measured import Measured, measured
from qa.text.values import days
from qa.text.wanted import asks_twice, wanted
from qa.types import Hit

_TURNED = (
    r"change[ds]?|changing|go(?:ne)? (?:up|down)|went (?:up|down)|rises?|rose|risen|rising|falls?|fallen|"
    r"fell|increas\w+|decreas\w+|raised|lowered|reduced|dearer|moved?|postponed|(?:ge|ver)?änder\w*|erhöh\w+|"
    r"gestiegen|stieg\w*|steig\w+|gesunken|sank\w*|sink\w+|verändert\w*|angehoben|gesenkt|verschoben|verlegt|"
    r"teurer|billiger"
)
# How a thing changed, and not how somebody changes it: behind the word stands at most since when.
_END = (
    r"(?: (?:in|since|from|this|last|over|after|during|between|by|for|again|seit|im|in|zum|ab|von|nach)\b.{0,60})?\W*$"
)
_ASKS = lazy_regex(
    r"\bwhat(?:'s| has| have| had| is| was| were)?(?: been)? chang(?:ed|es|ing)\b|\bwhat (?:are|were) the changes\b|"
    rf"\bhow (?:much |far )?(?:has|have|had|did|does|do|will|was|were|is|are) (?!i\b|you\b|we\b|one\b|they\b)"
    rf".{{1,80}}?\b(?:{_TURNED}){_END}|"
    rf"\bwhat (?:did|does|will|has|have) .{{1,80}}?\b(?:{_TURNED}) to\b|"
    r"\bwas (?:hat|haben|ist|wurde|wurden)\b.{1,80}?\b(?:ge|ver)ändert\b|\bwas änder(?:t|te|ten) sich\b|"
    rf"\b(?:wie|um wie ?viel|wie ?viel|wie stark) (?:hat|haben|ist|sind|wurde|wurden|stieg\w*|steig\w+|sank\w*|"
    rf"sink\w+|änder(?:t|te|ten))\b(?! (?:ich|man|wir|du)\b).{{1,80}}?(?:\b(?:{_TURNED}){_END}|\W*$)",
    re.IGNORECASE,
)
# What follows from a change is no change.
_IF = lazy_regex(r"\b(?:if|when|wenn|falls|sobald)\b", re.IGNORECASE)
# Who asks so is told by any sentence that says that something changed; else by one that says from what to what.
_PLAINLY = lazy_regex(r"\bwhat\b.*\b(?:chang\w+|to)\b|\bwas\b.*\bänder|\bgeändert|\bverändert", re.IGNORECASE)
_TURN = lazy_regex(rf"(?:{_TURNED}|go|gone|went|come|came|about|up|down|new|hat|sich)", re.IGNORECASE)
_IN_PLACE_OF = lazy_regex(r"\b(?:instead of|rather than|statt|anstatt|anstelle)\b", re.IGNORECASE)
_FROM_TO = lazy_regex(r"\b(?:from|von|vom)\b.{1,40}?\b(?:to|auf)\b", re.IGNORECASE)
# Before a day: from then on.
_FROM = lazy_regex(
    r"\b(?:from|since|as of|beginning|begins?|starts?|on|ab|seit|zum|vom|am)"
    r"(?: the| dem)? ?$",
    re.IGNORECASE,
)
# Which value held: not what was done about it, nor who set it.
_ASKS_VALUE = lazy_regex(
    r"(?:and |und )?(?:what(?:['’]s| (?:is|was|were|are|will)\b)(?! (?:\w+ed|done|said|told|going)\b)|"
    r"how (?:much|high|big|large)\b|what [\w ]{2,30}? (?:held|applie[sd])\b|which [\w ]{2,30}? (?:held|applie[sd])\b|"
    r"wie ?(?:hoch|viel|groß)\b|was (?:war|ist|betrug|beträgt|galt|gilt)\b|welche\w* [\w ]{2,30}? (?:galt|gilt)\b)",
    re.IGNORECASE,
)
# So long before or after a change its values may still have held, where no other paper says so.
_LONGEST_KNOWN = timedelta(days=731)
_LEAD = 30
_MOST = 3
_VALUES = frozenset(("money", "measure", "count", "share"))
_NUMBER_OR_TIME = lazy_regex(r"\d")
_OF_ASKING = lazy_regex(r"(?:year|month|time|jahr|monat|zeit|then|damals|hoch|high|large|big|groß)s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Change:
    """A sentence that states a change, the one behind it that says from when, the values, and that day."""

    quotes: tuple[Quote, ...]
    old: Measured | None
    new: Measured | None
    since: date | None

    def states_both(self) -> bool:
        """Tell whether the sentence says from what to what, of whatever kind the two are."""
        text = self.quotes[0].text
        return self.old is not None or bool(_FROM_TO.search(text) or _IN_PLACE_OF.search(text))


def told_of_change(query: Query, hits: Sequence[Hit], language: str) -> Told | None:
    """Return the sentences that state the change that a question asks for, the newest first; None where none does."""
    if not _ASKS.search(query.asked) or _IF.search(query.asked) or asks_twice(query.asked):
        return None
    # What was asked before names the thing: "What does it rise to the year after?"
    words = content_words(query.text)
    asked = [word for word in words if not _TURN.fullmatch(word) and not _OF_ASKING.fullmatch(word)]
    if not asked:
        return None
    found = sorted(_changes(query, asked, hits, language), key=lambda one: (not one.states_both(), _newest(one)))
    if found and (found[0].states_both() or not _PLAINLY.search(query.asked)):
        # Who raises a rent from one sum to another states the change, and who only speaks of one does not.
        found = [one for one in found if one.states_both()]
    quotes = [quote for one in found for quote in one.quotes]
    return Told(tuple(quotes[:_MOST]), is_sure=found[0].old is not None) if quotes else None


def told_of_then(query: Query, hits: Sequence[Hit], language: str) -> Told | None:
    """Return what held in the year or month that a question names, by what a paper says of a change; else None.

    The first sentence states the value of then, the next the change before or after it. The value alone stands in front
    where nothing else can have held: neither in a year in which it changed, nor long before or after any paper.
    """
    want, named = wanted(query.asked, query.language), periods(query.asked)
    if (want and want.what not in _VALUES) or len(named) != 1 or named[0].is_of_any_year:
        return None
    bounds = _bounds(named[0].value)
    rest = f"{query.asked[: named[0].start]} {query.asked[named[0].end :]}"
    asked = [word for word in content_words(rest) if not _OF_ASKING.fullmatch(word)]
    if not asked or bounds is None or asks_twice(query.asked) or not _ASKS_VALUE.match(query.asked.strip()):
        return None
    changes = [one for one in _changes(query, asked, hits, language) if one.old and one.new and one.since]
    changes.sort(key=lambda one: one.since or date.min)
    if not changes:
        return None
    if not all(_goes_on(one, other) for one, other in pairwise(changes)):
        # Of a bus and of a ferry: either may be meant.
        return Told(tuple(quote for one in changes for quote in one.quotes)[:_MOST], is_sure=False)
    before = [one for one in changes if one.since and one.since <= bounds[1]]
    after = [one for one in changes if one.since and one.since > bounds[1]]
    if before:
        return _told_after(before[-1], bounds, is_between=bool(after))
    return _told_before(query, asked, after[0], bounds, hits, language)


def _goes_on(change: _Change, later: _Change) -> bool:
    """Tell whether a later change begins where one ended, or is the same one told again."""
    if not (change.old and change.new and later.old and later.new):
        return False
    return later.old.value in (change.new.value, change.old.value) and later.old.unit == change.new.unit


def _told_after(change: _Change, bounds: tuple[date, date], *, is_between: bool) -> Told:
    """Return what held after a change, with another change behind it where `is_between`."""
    since = change.since or date.min
    is_known = since <= bounds[0] and (is_between or bounds[0] - since <= _LONGEST_KNOWN)
    written = change.new.written if change.new and is_known else ""
    return Told(change.quotes[:_MOST], written, is_sure=is_known or since > bounds[0])


def _told_before(
    query: Query,
    asked: Sequence[str],
    change: _Change,
    bounds: tuple[date, date],
    hits: Sequence[Hit],
    language: str,
) -> Told | None:
    """Return what held before the first change, by another paper that states it; None where it had not begun."""
    old = change.old
    is_near = change.since is not None and change.since - bounds[1] <= _LONGEST_KNOWN
    for hit in hits if old else ():
        if old is None or hit.chunk.id == change.quotes[0].hit.chunk.id:
            continue
        for quote in sentences_of(hit, language):
            stated = next((one for one in measured(quote.text) if (one.value, one.unit) == (old.value, old.unit)), None)
            if stated and _own_words(query, asked, quote, hits):
                begun = _begun(hit, hits, language)
                if begun and begun > bounds[1]:
                    return None
                is_known = is_near or begun is not None
                return Told((quote, *change.quotes)[:_MOST], stated.written if is_known else "", is_sure=is_known)
    return Told(change.quotes[:_MOST], is_sure=is_near)


def _changes(query: Query, asked: Sequence[str], hits: Sequence[Hit], language: str) -> Iterator[_Change]:
    """Yield what papers say of changes of a thing.

    A sentence names the thing, or is the only one about a change in a paper that does: a letter about the rent may
    raise the charges as well.
    """
    seen: set[str] = set()
    unnamed: dict[str, list[_Change]] = {}
    named: dict[str, list[tuple[int, _Change]]] = {}
    for hit in hits:
        if "rows" in hit.chunk.metadata:
            continue
        sentences = sentences_of(hit, language)
        for at, quote in enumerate(sentences):
            text = quote.text
            if text in seen or not _NUMBER_OR_TIME.search(text) or not (says_change(text) or _IN_PLACE_OF.search(text)):
                continue
            seen.add(text)
            document = hit.chunk.document_id
            change = _change(quote, sentences[at + 1] if at + 1 < len(sentences) else None)
            own = _own_words(query, asked, quote, hits)
            if own:
                named.setdefault(document, []).append((own, change))
            elif own is not None:
                unnamed.setdefault(document, []).append(change)
    for told in named.values():
        # Beside the speed limit, the fine for speeding is another thing.
        most = max(own for own, _ in told)
        yield from (change for own, change in told if own == most)
    for document, changes in unnamed.items():
        if len(changes) == 1 and document not in named:
            yield changes[0]


def _change(quote: Quote, following: Quote | None) -> _Change:
    """Return what a sentence says of a change, with the one behind it where that says from when."""
    text = quote.text
    old = values_before(text)
    new = [one for one in measured(text) if old and one.unit == old[0].unit and one not in old]
    since = _day_from(text)
    quotes: tuple[Quote, ...] = (quote,)
    if since is None and following is not None and (since := _day_from(following.text)) is not None:
        quotes = quote, following
    return _Change(quotes, old[0] if old else None, new[0] if new else None, since)


def _own_words(query: Query, asked: Sequence[str], quote: Quote, hits: Sequence[Hit]) -> int | None:
    """Return how many words of a question a sentence holds, with the rest said by its paper.

    None where both leave out a word; 0 where the paper alone says it.
    """
    code = quote.hit.chunk.metadata.get("language", "")
    own, of_itself = Held(query, quote.text, code), Held(query, identity_of(quote.hit, hits), code)
    left = [word for word in asked if not own.holds(word)]
    return len(asked) - len(left) if all(of_itself.holds(word) for word in left) else None


def _newest(change: _Change) -> int:
    chunk = change.quotes[0].hit.chunk
    day = change.since or stated_day(chunk.source, chunk.metadata) or written_day(chunk.metadata)
    return -(day.toordinal() if day else 0)


def _bounds(value: str) -> tuple[date, date] | None:
    try:
        return span(*map(int, value.split("-")))
    except ValueError:
        return None  # a quarter


def _day_from(text: str) -> date | None:
    """Return the day from which a sentence says that something holds, None for none."""
    for place, found in days(text):
        lead = text[max(0, place[0] - _LEAD) : place[0]]
        if found.year and found.month and _FROM.search(lead):
            try:
                return date(int(found.year), found.month, found.day or 1)
            except ValueError:
                continue
    return None


def _begun(hit: Hit, hits: Sequence[Hit], language: str) -> date | None:
    """Return the first day from which a document says that it holds, None where it does not."""
    chunks = [other for other in hits if other.chunk.document_id == hit.chunk.document_id]
    told = [_day_from(quote.text) for other in chunks for quote in sentences_of(other, language)]
    own = stated_day(hit.chunk.source, hit.chunk.metadata) or written_day(hit.chunk.metadata)
    return min((day for day in (*told, own) if day), default=None)
